//! Which minutes are these: a table, row by row, borrowed from whoever made it.

use std::ops::Range;

use rayon::prelude::*;

use super::IndicatorError;

/// More blocks than cores, so that none waits long; fewer than would fill the memory with sums.
const MOST_BLOCKS: usize = 64;
const ROWS_WORTH_A_THREAD: usize = 64;

/// A rectangle of minutes; NaN where there is no time.
#[derive(Clone, Copy, Debug)]
pub struct MinuteTable<'a> {
    cells: &'a [f32],
    rows: usize,
    columns: usize,
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
        let is_wrong = |minutes: &f32| *minutes < 0.0 || minutes.is_infinite();
        match cells.par_iter().position_first(is_wrong) {
            Some(cell) => Err(IndicatorError::Minutes {
                minutes: cells[cell],
                row: cell / columns,
                column: cell % columns,
            }),
            None => Ok(Self { cells, rows, columns }),
        }
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
    pub(super) fn row(&self, row: usize) -> &'a [f32] {
        &self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// One answer a row, in the order of the rows.
    pub(super) fn each_row<T: Send>(&self, answer: impl Fn(usize, &[f32]) -> T + Sync) -> Vec<T> {
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
        add: impl Fn(usize, &[f32], &mut [f64]) + Sync,
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

fn blocks(rows: usize) -> Vec<Range<usize>> {
    let length = rows.div_ceil(MOST_BLOCKS).max(ROWS_WORTH_A_THREAD);
    (0..rows).step_by(length).map(|start| start..(start + length).min(rows)).collect()
}
