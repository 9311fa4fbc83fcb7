//! Stage 8: where should the next site go?
//!
//! [`siting_surface`] answers for every junction of a network at once, not for a
//! list of candidates: what one site there would give to the people around, the
//! existing sites being what they are.

mod error;
mod spots;
mod surface;
mod tally;

pub use error::SitingError;
pub use surface::{Demand, SitingSurface, SurfaceQuestion, siting_surface};
