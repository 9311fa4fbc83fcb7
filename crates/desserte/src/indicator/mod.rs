//! Stage 7: how well is each place served, by these times?
//!
//! Rows are where people live, columns where care is given. The cells are
//! minutes, NaN where there is no time: what a matrix of this engine says, or
//! that of any other. Nothing here knows of streets. Of a large country only the
//! pairs near enough to each other are kept, and nothing is spent on the others.
//!
//! Weights of time are a [`Decay`]. [`time_to_nearest`], [`choices`] and
//! [`coverage`] count; [`accessibility`] sums the supply within reach;
//! [`catchments`] shares each supply among those who reach it, as the *floating
//! catchments* of the literature and the French APL do. [`criticality`] removes
//! each column in turn.
//!
//! Rows are worked on in parallel, in blocks that depend on the shape alone, and
//! their sums are added in the order of the rows: no answer depends on the
//! number of threads.

mod access;
mod catchment;
mod critical;
mod decay;
mod error;
mod minutes;
mod near;
mod row;

pub use access::accessibility;
pub use catchment::{Catchments, Variant, catchments};
pub use critical::{Losses, criticality, nearest_among};
pub use decay::{Decay, Step};
pub use error::IndicatorError;
pub use minutes::{MinuteTable, Pairs};
pub(crate) use near::limit;
pub use near::{choices, coverage, time_to_nearest};

/// Refuses amounts that are not as many as a side has places, or that nobody can have.
pub(crate) fn check_amounts(
    what: &'static str,
    amounts: &[f64],
    (wanted, side): (usize, &'static str),
) -> Result<(), IndicatorError> {
    let given = amounts.len();
    if given != wanted {
        return Err(IndicatorError::Length { what, given, wanted, side });
    }
    match amounts.iter().position(|&value| !(value.is_finite() && value >= 0.0)) {
        Some(position) => Err(IndicatorError::Amount { what, value: amounts[position], position }),
        None => Ok(()),
    }
}
