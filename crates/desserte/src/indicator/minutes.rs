//! Which minutes are these: a table, row by row, borrowed from whoever made it.

use std::ops::Range;

use rayon::prelude::*;

use super::{IndicatorError, row::Row};

/// More blocks than cores, so that none waits long; fewer than would fill the memory with sums.
const MOST_BLOCKS: usize = 64;
const ROWS_WORTH_A_THREAD: usize = 64;
const CHUNK: usize = 1 << 14;

/// Minutes of rows and columns; NaN where there is no time.
#[derive(Clone, Copy, Debug)]
pub struct MinuteTable<'a> {
    minutes: &'a [f32],
    /// Where only some cells are kept: which.
    kept: Option<Kept<'a>>,
    rows: usize,
    columns: usize,
}

/// Which cells are kept, row after row.
#[derive(Clone, Copy, Debug)]
struct Kept<'a> {
    offsets: &'a [usize],
    columns: &'a [u32],
}

/// The cells that have a time, row after row; a cell is there once.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a> {
    /// Where each row begins, and at last where the last one ends: one more than there are rows.
    pub offsets: &'a [usize],
    /// The column of each cell.
    pub columns: &'a [u32],
    /// Its minutes.
    pub minutes: &'a [f32],
}

impl<'a> MinuteTable<'a> {
    /// Looks through cells that stand row by row.
    ///
    /// # Errors
    ///
    /// Where they are not as many as the sides say, or one is negative or infinite.
    pub fn new(cells: &'a [f32], rows: usize, columns: usize) -> Result<Self, IndicatorError> {
        if rows.checked_mul(columns) != Some(cells.len()) {
            return Err(IndicatorError::Shape { cells: cells.len(), rows, columns });
        }
        match first_wrong(cells) {
            Some(cell) => Err(IndicatorError::Minutes {
                minutes: cells[cell],
                row: cell / columns,
                column: cell % columns,
            }),
            None => Ok(Self { minutes: cells, kept: None, rows, columns }),
        }
    }

    /// Looks through the cells of a table that has few of them.
    ///
    /// # Errors
    ///
    /// Where the offsets do not divide the cells into rows, a column is not there, or a
    /// time is negative or infinite.
    pub fn sparse(pairs: Pairs<'a>, columns: usize) -> Result<Self, IndicatorError> {
        let Pairs { offsets, columns: of_cells, minutes } = pairs;
        let cells = minutes.len();
        let is_whole = offsets.first() == Some(&0) && offsets.last() == Some(&cells);
        if !is_whole || !offsets.is_sorted() || of_cells.len() != cells {
            let (given, offsets) = (of_cells.len(), offsets.len());
            return Err(IndicatorError::Offsets { cells, columns: given, offsets });
        }
        let row_of = |cell| offsets.partition_point(|&start| start <= cell) - 1;
        let is_beyond = |column: &u32| *column as usize >= columns;
        if let Some(cell) = first(of_cells, is_beyond) {
            let (column, row) = (of_cells[cell] as usize, row_of(cell));
            return Err(IndicatorError::Column { column, row, columns });
        }
        if let Some(cell) = first_wrong(minutes) {
            let (row, column) = (row_of(cell), of_cells[cell] as usize);
            return Err(IndicatorError::Minutes { minutes: minutes[cell], row, column });
        }
        let kept = Some(Kept { offsets, columns: of_cells });
        Ok(Self { minutes, kept, rows: offsets.len() - 1, columns })
    }

    /// How many places people live in.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many places care is given in.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The minutes of one row.
    fn row(&self, row: usize) -> Row<'a> {
        match self.kept {
            None => {
                let cells = row * self.columns..(row + 1) * self.columns;
                Row { columns: None, minutes: &self.minutes[cells] }
            }
            Some(Kept { offsets, columns }) => {
                let cells = offsets[row]..offsets[row + 1];
                Row { columns: Some(&columns[cells.clone()]), minutes: &self.minutes[cells] }
            }
        }
    }

    /// Each column that a row has a time to, with its minutes.
    pub(crate) fn visit_row(&self, row: usize, mut visit: impl FnMut(usize, f32)) {
        self.row(row).each(|column, minutes| {
            if !minutes.is_nan() {
                visit(column, minutes);
            }
        });
    }

    /// One answer a row, in the order of the rows.
    pub(super) fn each_row<T: Send>(&self, answer: impl Fn(usize, Row<'_>) -> T + Sync) -> Vec<T> {
        let rows = (0..self.rows).into_par_iter().with_min_len(ROWS_WORTH_A_THREAD);
        rows.map(|row| answer(row, self.row(row))).collect()
    }

    /// Sums of `width` numbers over all rows, each row adding its own.
    ///
    /// INVARIANT: blocks follow from the number of rows, and are added in their order, so that
    /// the sums are the same for any number of threads.
    pub(super) fn sum_rows(
        &self,
        width: usize,
        add: impl Fn(usize, Row<'_>, &mut [f64]) + Sync,
    ) -> Vec<f64> {
        let blocks: Vec<Vec<f64>> = blocks(self.rows)
            .into_par_iter()
            .map(|block| {
                let mut sums = vec![0.0; width];
                block.for_each(|row| add(row, self.row(row), &mut sums));
                sums
            })
            .collect();
        let mut total = vec![0.0; width];
        for block in blocks {
            total.iter_mut().zip(block).for_each(|(sum, part)| *sum += part);
        }
        total
    }
}

fn first_wrong(minutes: &[f32]) -> Option<usize> {
    first(minutes, |&minutes| minutes < 0.0 || minutes.is_infinite())
}

/// The position of the first value that is as told.
fn first<T: Sync>(values: &[T], is: impl Fn(&T) -> bool + Sync) -> Option<usize> {
    // Without a way out, a chunk is looked through in wide registers.
    let count = |chunk: &[T]| chunk.iter().fold(0_u32, |count, value| count + u32::from(is(value)));
    let start = values.par_chunks(CHUNK).position_first(|chunk| count(chunk) > 0)? * CHUNK;
    values[start..].iter().position(&is).map(|at| start + at)
}

fn blocks(rows: usize) -> Vec<Range<usize>> {
    let length = rows.div_ceil(MOST_BLOCKS).max(ROWS_WORTH_A_THREAD);
    (0..rows).step_by(length).map(|start| start..(start + length).min(rows)).collect()
}
