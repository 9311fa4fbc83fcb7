//! How long between all these pairs, in one direction?

use bytemuck::{Zeroable, allocation::try_zeroed_vec};
use rayon::prelude::*;

use crate::{graph::Place, units::Millis, watch::Watch};

use super::{MatrixError, Question, Status, asked::Asked, plan::Kernel, searches, sweeps};

/// Times between rows and columns, row by row.
pub(super) struct OneWay {
    pub(super) times: Vec<Millis>,
    pub(super) lengths: Option<Vec<u64>>,
    /// Whether there is any way at all; the cutoff has no part in it.
    has_path: Vec<bool>,
}

impl OneWay {
    pub(super) fn compute(asked: &Asked<'_>, watch: &Watch) -> Result<Self, MatrixError> {
        let columns = asked.read.len();
        let cells = asked.searched.len() * columns;
        let too_large = || asked.too_large();
        // Either kernel writes every cell.
        let mut times = zeros(cells).ok_or_else(too_large)?;
        let lengths = asked.question.with_lengths.then(|| zeros(cells));
        let mut lengths = lengths.map(|lengths| lengths.ok_or_else(too_large)).transpose()?;
        match Kernel::of(asked) {
            Kernel::Searches => searches::fill(asked, &mut times, lengths.as_deref_mut(), watch)?,
            Kernel::Sweeps(hierarchy) => sweeps::fill(asked, hierarchy, &mut times, watch)?,
        }
        let mut has_path = zeros(cells).ok_or_else(too_large)?;
        let rows = times.par_chunks(columns.max(1)).zip(has_path.par_chunks_mut(columns.max(1)));
        rows.enumerate().for_each(|(place, (times, has_path))| {
            asked.has_path(place, times, has_path);
        });
        let answer = Self { times, lengths, has_path };
        if asked.by_rows { Ok(answer) } else { answer.transposed(columns).ok_or_else(too_large) }
    }

    /// Rows as columns; `None` where memory does not hold both.
    fn transposed(self, columns: usize) -> Option<Self> {
        let lengths = self.lengths.map(|lengths| transpose(&lengths, columns));
        Some(Self {
            times: transpose(&self.times, columns)?,
            lengths: if let Some(lengths) = lengths { Some(lengths?) } else { None },
            has_path: transpose(&self.has_path, columns)?,
        })
    }

    /// Adds the times of the way back.
    pub(super) fn and_back(mut self, back: &Self) -> Self {
        for (time, back) in self.times.iter_mut().zip(&back.times) {
            *time = time.plus(*back);
        }
        for (has_path, back) in self.has_path.iter_mut().zip(&back.has_path) {
            *has_path &= back;
        }
        if let (Some(lengths), Some(back)) = (&mut self.lengths, &back.lengths) {
            for (length, back) in lengths.iter_mut().zip(back) {
                *length = length.saturating_add(*back);
            }
        }
        self
    }

    /// Drops what takes longer than the cutoff, or than a day.
    pub(super) fn apply_cutoff(&mut self, cutoff: Option<Millis>) {
        let limit = cutoff.unwrap_or(Millis::DAY);
        if let Some(lengths) = &mut self.lengths {
            let cells = lengths.par_iter_mut().with_min_len(PIECE).zip(&self.times);
            cells.filter(|(_, time)| **time > limit).for_each(|(length, _)| *length = u64::MAX);
        }
        // Longer than a day is no trip.
        let is_trip = cutoff.is_some();
        let cells = self.times.par_chunks_mut(PIECE).zip(self.has_path.par_chunks_mut(PIECE));
        cells.for_each(|(times, has_path)| {
            for (time, has_path) in times.iter_mut().zip(has_path) {
                let is_beyond = *time > limit;
                *time = if is_beyond { Millis::INFINITY } else { *time };
                *has_path &= !is_beyond | is_trip;
            }
        });
    }

    /// Why there is a time or none, for rows and columns as the caller has them.
    ///
    /// `None` where memory does not hold it.
    pub(super) fn status(&self, rows: &[Place], columns: &[Place]) -> Option<Vec<Status>> {
        let width = columns.len().max(1);
        let mut status = zeros::<Status>(self.times.len())?;
        let cells = self.times.par_chunks(width).zip(self.has_path.par_chunks(width));
        cells.zip(status.par_chunks_mut(width)).zip(rows).for_each(
            |(((times, has_path), status), row)| {
                // Looked at all at once, the row is done in a fraction of the time.
                if times.iter().map(|time| u32::from(!time.is_reached())).sum::<u32>() == 0 {
                    return;
                }
                for (column, status) in status.iter_mut().enumerate() {
                    if !times[column].is_reached() {
                        *status = why_not((row, &columns[column]), has_path[column]);
                    }
                }
            },
        );
        Some(status)
    }
}

/// Whether memory can be had, now, for what a matrix of so many cells needs at the least.
///
/// Asked before any work, which may take an hour. Nothing is kept and no page touched.
pub(super) fn is_held(rows: usize, columns: usize, question: Question) -> bool {
    let one_way =
        size_of::<Millis>() + 1 + if question.with_lengths { size_of::<u64>() } else { 0 };
    let ways = question.direction.rows_leave().len();
    let each = (ways * one_way).max(one_way + size_of::<Status>());
    let bytes = rows.checked_mul(columns).and_then(|cells| cells.checked_mul(each));
    bytes.is_some_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok())
}

/// So many cells, all 0; `None` where memory does not hold them.
///
/// Nothing is written yet: the thread that fills a row is the first to touch it.
fn zeros<T: Zeroable>(count: usize) -> Option<Vec<T>> {
    try_zeroed_vec(count).ok()
}

/// Why a pair has no time.
const fn why_not((row, column): (&Place, &Place), has_path: bool) -> Status {
    match (row.snap, column.snap) {
        (None, _) => Status::OriginOffNetwork,
        (_, None) => Status::DestinationOffNetwork,
        _ if has_path => Status::BeyondCutoff,
        _ => Status::NoPath,
    }
}

/// Cells that one thread takes at a time where all are gone through.
const PIECE: usize = 1 << 14;

/// Rows and columns that are turned together: few enough to stay in the nearest memory.
const TILE: usize = 16;

/// Turns rows into columns; `None` where memory does not hold both.
fn transpose<T: Copy + Zeroable + Send + Sync>(cells: &[T], columns: usize) -> Option<Vec<T>> {
    let rows = cells.len().checked_div(columns).unwrap_or_default();
    let mut turned = zeros(cells.len())?;
    let stripes = turned.par_chunks_mut(TILE * rows.max(1)).enumerate();
    stripes.for_each(|(stripe, turned)| {
        let first = stripe * TILE;
        for (row, cells) in cells.chunks(columns).enumerate() {
            let width = TILE.min(columns - first);
            for (column, &cell) in cells[first..first + width].iter().enumerate() {
                turned[column * rows + row] = cell;
            }
        }
    });
    Some(turned)
}
