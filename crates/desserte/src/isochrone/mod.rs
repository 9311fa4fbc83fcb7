//! Stage 6: which ground is within reach?
//!
//! The pieces of street that a search has reached become a [`TimeSurface`]: the
//! time at every node of the network's grid, walking straight off the street
//! where that helps. Its outline at a budget is a nested, valid polygon; between
//! several sites it is parted into [`catchments`].

mod catchments;
mod crossing;
mod error;
#[cfg(test)]
mod fixtures;
mod footprint;
mod frame;
mod kept;
mod labels;
mod measure;
mod outline;
mod partition;
mod parts;
mod polygon;
mod prints;
mod reach;
mod segment;
mod spots;
mod streets;
mod surface;
mod walls;

pub use catchments::{Catchments, catchments};
pub use error::IsochroneError;
pub use polygon::{
    IsochroneOptions, Isochrones, Outlines, isochrones, merged_isochrones, time_surface,
};
pub use spots::{Dropped, LeastAreas};
pub use streets::{ReachedPiece, ReachedStreets, reached_streets};
pub use surface::{SurfaceOptions, TimeSurface, Vertex, search_slack};
