//! Stage 6: how long between all these pairs, and if not, why not?
//!
//! Rows are always the caller's first list. [`TripDirection`] says whether the
//! trips leave the rows, arrive there, or go there and back. Where there is no
//! time there is a [`Status`] that says why, and never a number.
//!
//! Searches start from the smaller side: from twenty thousand villages to forty
//! doctors, it takes forty searches backward.

mod asked;
mod error;
mod nearest;
mod one_way;
mod plan;
mod searches;
mod side;
mod sweeps;
mod trips;

pub use error::MatrixError;
pub use nearest::{Nearest, nearest};
pub use trips::trips;

use bytemuck::Zeroable;

use crate::{
    graph::{Place, RoadNetwork},
    units::Millis,
    watch::{Interrupted, Phase, Watch},
};

use asked::Asked;
use one_way::OneWay;

/// Which way the trips of a question go, seen from its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TripDirection {
    /// From the row to the column: the patient goes.
    #[default]
    From,
    /// From the column to the row: the ambulance comes.
    To,
    /// From the row to the column and back.
    Both,
}

impl TripDirection {
    /// For each way of the trip, whether it leaves the row or arrives there.
    const fn rows_leave(self) -> &'static [bool] {
        match self {
            Self::From => &[true],
            Self::To => &[false],
            Self::Both => &[true, false],
        }
    }
}

/// Why there is a time, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Zeroable)]
#[repr(u8)]
pub enum Status {
    /// There is a time.
    Ok = 0,
    /// There is a way, and it takes longer than asked for.
    BeyondCutoff = 1,
    /// The row has no street near enough.
    OriginOffNetwork = 2,
    /// The column has no street near enough.
    DestinationOffNetwork = 3,
    /// No way leads from one to the other, however long.
    #[default]
    NoPath = 4,
}

impl Status {
    /// Every status, in the order of its number.
    pub const ALL: [Self; 5] = [
        Self::Ok,
        Self::BeyondCutoff,
        Self::OriginOffNetwork,
        Self::DestinationOffNetwork,
        Self::NoPath,
    ];

    /// The name that tables show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::BeyondCutoff => "beyond_cutoff",
            Self::OriginOffNetwork => "origin_off_network",
            Self::DestinationOffNetwork => "destination_off_network",
            Self::NoPath => "no_path",
        }
    }
}

/// What is asked of a matrix besides its places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Which way the trips go.
    pub direction: TripDirection,
    /// The longest trip that is of interest, inclusive; `None` for any.
    pub cutoff: Option<Millis>,
    /// Whether the length of each trip is wanted too.
    pub with_lengths: bool,
}

impl Question {
    /// How many searches it takes: one for each place of the smaller side, and way of the trip.
    fn searches(&self, rows: usize, columns: usize) -> u64 {
        (rows.min(columns) * self.direction.rows_leave().len()) as u64
    }
}

/// Travel times between all pairs of two lists of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelTimes {
    /// How many rows there are.
    pub rows: usize,
    /// How many columns there are.
    pub columns: usize,
    /// Row by row; [`Millis::INFINITY`] where the status is not [`Status::Ok`].
    pub times: Vec<Millis>,
    /// Row by row.
    pub status: Vec<Status>,
    /// Millimetres driven, row by row, access legs apart; `u64::MAX` where there is no time.
    pub lengths: Option<Vec<u64>>,
}

/// Computes the travel times between all pairs of two lists of places.
///
/// # Errors
///
/// Where the watch was cancelled, or where memory does not hold the matrix.
///
/// # Example
///
/// See the crate's own page for a whole run.
pub fn travel_times(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    question: Question,
    watch: &Watch,
) -> Result<TravelTimes, MatrixError> {
    if !one_way::is_held(rows.len(), columns.len(), question) {
        return Err(MatrixError::TooLarge { rows: rows.len(), columns: columns.len() });
    }
    prepare_for(network, rows, columns, question, watch)?;
    watch.begin(Phase::Searching, question.searches(rows.len(), columns.len()));
    block(network, (rows, columns), question, watch)
}

/// Prepares the network if a question is so large that this is worth it.
///
/// [`travel_times`] and [`nearest`] do it themselves. Whoever asks a large
/// question in blocks does it first, for the whole question; a block alone may
/// seem too small.
///
/// # Errors
///
/// Where the watch was cancelled.
pub fn prepare_for(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    question: Question,
    watch: &Watch,
) -> Result<(), MatrixError> {
    let searches = question.searches(rows.len(), columns.len());
    if plan::may_be_worth_it(network, question, searches) {
        let asked =
            Asked::of(network, (rows, columns), question.direction.rows_leave()[0], question);
        plan::prepare_if_worth_it(&asked, searches, watch)?;
    }
    Ok(())
}

/// The times of some rows, with the network as it is.
fn block(
    network: &RoadNetwork,
    (rows, columns): (&[Place], &[Place]),
    question: Question,
    watch: &Watch,
) -> Result<TravelTimes, MatrixError> {
    let ways = question.direction.rows_leave().iter().map(|&rows_leave| {
        OneWay::compute(&Asked::of(network, (rows, columns), rows_leave, question), watch)
    });
    let answer = ways.reduce(|there, back| Ok(there?.and_back(&back?)));
    let mut answer = answer.unwrap_or(Err(Interrupted.into()))?;
    answer.apply_cutoff(question.cutoff);
    let too_large = || MatrixError::TooLarge { rows: rows.len(), columns: columns.len() };
    Ok(TravelTimes {
        status: answer.status(rows, columns).ok_or_else(too_large)?,
        rows: rows.len(),
        columns: columns.len(),
        times: answer.times,
        lengths: answer.lengths,
    })
}

impl TravelTimes {
    /// The time of one pair, or why there is none.
    ///
    /// # Errors
    ///
    /// The status, where it is not [`Status::Ok`].
    ///
    /// # Panics
    ///
    /// Panics if the row or the column does not exist.
    pub fn time(&self, row: usize, column: usize) -> Result<Millis, Status> {
        assert!(row < self.rows && column < self.columns, "no such cell");
        let cell = row * self.columns + column;
        match self.status[cell] {
            Status::Ok => Ok(self.times[cell]),
            status => Err(status),
        }
    }
}
