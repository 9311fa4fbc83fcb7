//! How well a place is served, from OpenStreetMap.

mod fingerprint;
pub mod geodesy;
pub mod graph;
pub mod isochrone;
pub mod matrix;
pub mod osm;
pub mod profile;
pub mod search;
pub mod units;
pub mod watch;

pub use units::{KmPerHour, LonLat, Metres, Millis};
pub use watch::{Interrupted, Phase, Watch};
