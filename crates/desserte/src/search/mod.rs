//! Stage 5: how long from here to everywhere, and by which way?
//!
//! [`Workspace`] answers the first half for one source and a budget, forward or
//! backward; [`Sweep`] for sixteen sources at once, in a prepared hierarchy.
//! [`Journey`] answers the second for one trip, stretch by stretch.
//! Both run in one thread; the stages that follow run many side by side.

mod bounded;
mod climb;
mod journey;
mod lanes;
mod length;
mod meeting;
mod path;
mod queue;
mod run;
mod selection;
mod sweep;

pub use bounded::Workspace;
pub use journey::{Journey, JourneyStretch, StretchKind};
pub use lanes::{Lanes, One, Sixteen, Visit};
pub use length::{LengthSource, PathLengths};
pub use meeting::Meeting;
pub use path::path_to;
pub use selection::{Readings, Selection};
pub use sweep::{SingleSweep, Sweep, WideSweep};
