//! Which ground is within reach?
//!
//! The pieces of street that a search has reached become a [`TimeSurface`]: the
//! time at every node of the network's grid, walking straight off the street
//! where that helps. Its outline at a budget is a nested, valid polygon.

mod error;
#[cfg(test)]
mod fixtures;
mod measure;
mod outline;
mod segment;
mod surface;

pub use error::IsochroneError;
pub use surface::{SurfaceOptions, TimeSurface, Vertex, search_slack};
