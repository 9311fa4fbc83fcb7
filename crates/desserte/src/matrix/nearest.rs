//! Which columns are nearest to each row?
//!
//! The matrix is made in blocks along its larger side and folded at once, so
//! that memory is bounded by a block and by the answer.

use crate::{
    graph::{Place, RoadNetwork},
    units::Millis,
    watch::Watch,
};

use super::{MatrixError, Question, Status, TravelTimes, travel_times};

/// Rows, or columns, of the matrix that are held at a time.
const BLOCK: usize = 256;

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
/// Where the watch was cancelled.
pub fn nearest(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    (k, question): (usize, Question),
    watch: &Watch,
) -> Result<Vec<Nearest>, MatrixError> {
    let mut answer = vec![Nearest::default(); rows.len()];
    if rows.len() <= columns.len() {
        for (block, answer) in rows.chunks(BLOCK).zip(answer.chunks_mut(BLOCK)) {
            let times = travel_times(network, block, columns, question, watch)?;
            fold(&times, 0, k, answer);
        }
    } else {
        for (index, block) in columns.chunks(BLOCK).enumerate() {
            let times = travel_times(network, rows, block, question, watch)?;
            fold(&times, index * BLOCK, k, &mut answer);
        }
    }
    Ok(answer)
}

/// Takes a block of times into the answer.
fn fold(times: &TravelTimes, first_column: usize, k: usize, answer: &mut [Nearest]) {
    for (row, nearest) in answer.iter_mut().enumerate() {
        for column in 0..times.columns {
            match times.time(row, column) {
                Ok(time) => nearest.found.push((time, first_column + column)),
                Err(status) => {
                    let best =
                        nearest.shortfall.map_or(status, |known| more_hopeful(known, status));
                    nearest.shortfall = Some(best);
                }
            }
        }
        nearest.found.sort_unstable();
        nearest.found.truncate(k);
    }
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
