//! Which columns are nearest to each row?
//!
//! The matrix is made in blocks of rows and folded at once, so that memory is
//! bounded by a block and by the answer.

use rayon::prelude::*;

use crate::{
    graph::{Place, RoadNetwork},
    search::WideSweep,
    units::Millis,
    watch::{Phase, Watch},
};

use super::{MatrixError, Question, Status, TravelTimes, block, prepare_for};

/// Cells of the matrix that are held at a time, some fifty megabytes of them.
const CELLS: usize = 1 << 23;

/// The nearest columns of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearest {
    /// Time and column, nearest first; of equals, the lower column. At most as many as asked for.
    pub found: Vec<(Millis, usize)>,
    /// Where fewer were found than asked for: why the most hopeful of the others was not.
    pub shortfall: Option<Status>,
}

/// Finds the `k` nearest columns of each row.
///
/// # Errors
///
/// Where the watch was cancelled, or where memory does not hold a block.
pub fn nearest(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    (k, question): (usize, Question),
    watch: &Watch,
) -> Result<Vec<Nearest>, MatrixError> {
    prepare_for(network, rows, columns, question, watch)?;
    let height = (CELLS / columns.len().max(1)).max(WideSweep::SOURCES);
    let searches = rows.chunks(height).map(|block| question.searches(block.len(), columns.len()));
    watch.begin(Phase::Searching, searches.sum());
    let mut answer = Vec::with_capacity(rows.len());
    for rows in rows.chunks(height) {
        let times = block(network, (rows, columns), question, watch)?;
        answer.par_extend((0..rows.len()).into_par_iter().map(|row| of_row(&times, row, k)));
    }
    Ok(answer)
}

/// The nearest columns of a row of a matrix.
fn of_row(times: &TravelTimes, row: usize, k: usize) -> Nearest {
    let cells = row * times.columns..(row + 1) * times.columns;
    let mut found: Vec<(Millis, usize)> = Vec::new();
    let mut shortfall = None;
    let statuses = &times.status[cells.clone()];
    for (column, (&time, &status)) in times.times[cells].iter().zip(statuses).enumerate() {
        if status != Status::Ok {
            shortfall = Some(shortfall.map_or(status, |known| more_hopeful(known, status)));
        } else if found.len() < k || found.last().is_some_and(|last| time < last.0) {
            let place = found.partition_point(|(other, _)| *other <= time);
            found.insert(place, (time, column));
            found.truncate(k);
        }
    }
    Nearest { found, shortfall }
}

/// A way that is too long is closer to an answer than no way, and no way than no street.
fn more_hopeful(a: Status, b: Status) -> Status {
    let rank = |status: Status| match status {
        Status::Ok => 0,
        Status::BeyondCutoff => 1,
        Status::NoPath => 2,
        Status::DestinationOffNetwork => 3,
        Status::OriginOffNetwork => 4,
    };
    if rank(b) < rank(a) { b } else { a }
}
