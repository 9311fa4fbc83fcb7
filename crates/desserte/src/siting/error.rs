//! What can go wrong when sites are chosen.

use crate::{indicator::IndicatorError, matrix::MatrixError, watch::Interrupted};

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SitingError {
    /// Minutes, people or a limit that no indicator would take either.
    #[error(transparent)]
    Input(#[from] IndicatorError),
    /// No times to the sites that are there.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The caller stopped it.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// A list that is not as long as the side of the matrix it goes with.
    #[error("{what} has {given} values for {wanted} columns")]
    Length {
        /// Roles or capacities.
        what: &'static str,
        /// Values given.
        given: usize,
        /// Columns there are.
        wanted: usize,
    },
    /// Nobody lives anywhere.
    #[error("demand is 0 everywhere; give the people to be served")]
    NoDemand,
    /// A goal that opens a number of sites, without it.
    #[error("this goal opens a number of new sites, and none is given")]
    NoNumber,
    /// More sites to open than there are candidates.
    #[error(
        "{wanted} new sites are asked for, but there are {candidates} candidates; open fewer, or allow more"
    )]
    TooManySites {
        /// Sites to open.
        wanted: usize,
        /// Columns that may be opened.
        candidates: usize,
    },
    /// More required sites than may be opened.
    #[error(
        "{required} sites are required, but {wanted} may be opened; a required site counts among the new ones"
    )]
    TooManyRequired {
        /// Columns that must be opened.
        required: usize,
        /// Sites to open.
        wanted: usize,
    },
    /// Places that some sites leave without a time, and nothing that says what that costs.
    #[error(
        "{rows} rows have no time to some candidate, the first of them row {row}; say how many minutes it costs not to be served"
    )]
    Holes {
        /// How many.
        rows: usize,
        /// The first.
        row: usize,
    },
    /// Not being served would be better than being served.
    #[error(
        "who is not served counts {unserved} minutes, but a trip of {longest} minutes is in the table; count at least as many"
    )]
    Unserved {
        /// Minutes that not being served costs.
        unserved: f64,
        /// The longest time.
        longest: f32,
    },
    /// All sites together hold fewer than must be served.
    #[error(
        "all sites together have a capacity of {capacity}, and {demand} people are to be served; raise capacities, or ask for the largest coverage"
    )]
    Capacity {
        /// The sum of the capacities.
        capacity: f64,
        /// The people that some site could serve.
        demand: f64,
    },
    /// A goal that has no capacities.
    #[error("capacities belong to the largest coverage and to covering all, not to this goal")]
    NoCapacities,
    /// `HiGHS` did not take the program, or failed on it.
    #[cfg(feature = "highs")]
    #[error("HiGHS could not decide what was left open: {status}; the plan stands as it was found")]
    Solver {
        /// What `HiGHS` says.
        status: String,
    },
}
