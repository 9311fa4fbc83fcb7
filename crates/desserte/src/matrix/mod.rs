//! Stage 5: how long between all these pairs, and if not, why not?
//!
//! Rows are always the caller's first list. [`TripDirection`] says whether the
//! trips leave the rows, arrive there, or go there and back. Where there is no
//! time there is a [`Status`] that says why, and never a number.
//!
//! Searches start from the smaller side: from twenty thousand villages to forty
//! doctors, it takes forty searches backward.

mod error;
mod nearest;
mod one_way;
mod trips;

pub use error::MatrixError;
pub use nearest::{Nearest, nearest};
pub use trips::trips;

use crate::{
    graph::{Place, RoadNetwork},
    units::Millis,
    watch::{Phase, Watch},
};

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

/// Why there is a time, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
/// Where the watch was cancelled, or where the matrix has more cells than memory can address.
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
    let cells = rows.len().checked_mul(columns.len());
    if cells.is_none_or(|cells| cells > isize::MAX as usize / 16) {
        return Err(MatrixError::TooLarge { rows: rows.len(), columns: columns.len() });
    }
    let searches = rows.len().min(columns.len()) as u64;
    let rounds = if question.direction == TripDirection::Both { 2 } else { 1 };
    watch.begin(Phase::Searching, searches * rounds);
    let one_way = |starts, ends| OneWay::compute(network, (starts, ends), question, watch);
    let mut answer = match question.direction {
        TripDirection::From => one_way(rows, columns)?,
        TripDirection::To => one_way(columns, rows)?.transposed(),
        TripDirection::Both => {
            one_way(rows, columns)?.and_back(&one_way(columns, rows)?.transposed())
        }
    };
    answer.apply_cutoff(question.cutoff);
    Ok(TravelTimes {
        status: answer.status(rows, columns),
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
