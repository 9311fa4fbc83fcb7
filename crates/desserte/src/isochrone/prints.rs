//! How is the ground around many nodes of the graph laid on one grid?
//!
//! From a node time goes on along its streets, and off them, as it always does,
//! whenever one comes there. So the ground that one reaches by the streets of a
//! node, and how much later, is the same in every question: its *footprint*. A
//! surface is the footprints of the reached nodes, each begun at its own time.
//!
//! Most of that ground is reached no sooner than by way of the next node, which
//! is reached as well, and has it in its own footprint; or the one behind that.
//! It is left out: in a town a cell then belongs to one or two footprints instead
//! of dozens. No time changes by that, for a link of the graph takes time, so that
//! whoever is sent on comes to an end.

use std::ops::Range;

use crate::units::Millis;

use super::{
    footprint::{Line, Measure, Vertices},
    frame::Frame,
    measure::{NOWHERE, Nodes},
    surface::Vertex,
};

/// Footprints, by the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct Prints {
    all: Vec<Print>,
    cells: Vec<Cell>,
    vertices: Vertices,
}

/// One footprint.
#[derive(Clone, Copy, Debug)]
struct Print {
    /// The least frame around its cells.
    frame: Frame,
    /// The earliest time at any of them.
    earliest: Millis,
    /// Its cells.
    cells: (u32, u32),
}

/// A node of the grid: where it lies, how much later one is there, and by which segment, told by
/// its first vertex among those of all footprints.
#[derive(Clone, Copy, Debug)]
struct Cell {
    column: i32,
    row: i32,
    later: Millis,
    segment: u32,
}

impl Prints {
    /// Adds the footprint of some pieces of street, without what one reaches as soon by others that
    /// are begun so much later.
    pub(super) fn add(&mut self, pieces: &[Vec<Vertex>], own: &Nodes, others: &[(&Nodes, Millis)]) {
        let first = self.cells.len();
        let is_owed = |&(cell, time): &((i64, i64), Millis)| {
            others.iter().all(|(other, after)| other.time_at(cell).plus(*after) > time)
        };
        let served = own.sources.iter().enumerate().filter(|(_, source)| **source != NOWHERE);
        for (node, &segment) in served {
            let ((column, row), later) = (own.frame.indices(node), own.times[node]);
            if is_owed(&((column, row), later)) {
                self.cells.push(Cell { column: column as i32, row: row as i32, later, segment });
            }
        }
        self.keep_pieces(pieces, first);
        let cells = &self.cells[first..];
        let print = Print {
            frame: frame_around(cells),
            earliest: cells.iter().map(|cell| cell.later).min().unwrap_or(Millis::INFINITY),
            cells: (first as u32, self.cells.len() as u32),
        };
        self.all.push(print);
    }

    /// Keeps the pieces that serve any of the cells from a first one on, which name a vertex among
    /// the pieces before, and among all that are kept afterwards.
    fn keep_pieces(&mut self, pieces: &[Vec<Vertex>], first: usize) {
        let cells = &mut self.cells[first..];
        let mut kept: Vec<(Range<u32>, u32)> = Vec::with_capacity(pieces.len());
        let mut begin = 0;
        for piece in pieces {
            let places = begin..begin + piece.len() as u32;
            begin = places.end;
            if cells.iter().any(|cell| places.contains(&cell.segment)) {
                kept.push((places, self.vertices.len() as u32));
                self.vertices.extend([piece]);
            }
        }
        for cell in cells {
            let piece = kept.iter().find(|(places, _)| places.contains(&cell.segment));
            cell.segment = piece.map_or(NOWHERE, |(places, at)| at + cell.segment - places.start);
        }
    }

    /// How much memory they take, about.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.cells) + size_of_val(&*self.all) + self.vertices.bytes()
    }

    /// The frame of a footprint, if any of it is within a limit when it is begun at a time.
    pub(super) fn frame_within(&self, print: u32, begun: Millis, limit: Millis) -> Option<Frame> {
        let print = &self.all[print as usize];
        (begun.plus(print.earliest) <= limit).then_some(print.frame)
    }

    /// Improves the nodes of a grid by a footprint that is begun at a time, and notes its owner
    /// at each.
    ///
    /// Of two equal times the one that was there first stays.
    pub(super) fn lay(
        &self,
        print: u32,
        (begun, owner): (Millis, u32),
        (nodes, owners): (&mut Nodes, &mut [u32]),
    ) {
        let (first, end) = self.all[print as usize].cells;
        let Frame { west, north, columns, .. } = nodes.frame;
        for cell in &self.cells[first as usize..end as usize] {
            let row = (north - i64::from(cell.row)) as usize;
            let node = row * columns + (i64::from(cell.column) - west) as usize;
            let found = Millis(begun.0 + cell.later.0);
            if found < nodes.times[node] {
                (nodes.times[node], nodes.sources[node]) = (found, cell.segment);
                owners[node] = owner;
            }
        }
    }

    /// The vertices of all footprints.
    pub(super) fn line(&self) -> Line<'_> {
        self.vertices.line(0..self.vertices.len())
    }
}

/// The ground that some pieces of street serve, on a grid just around it.
pub(super) fn ground(pieces: &[Vec<Vertex>], measure: Measure<'_>) -> Nodes {
    let mut vertices = Vertices::default();
    vertices.extend(pieces);
    let served = vertices.line(0..vertices.len()).footprint(measure, None);
    served.unwrap_or_else(|| Nodes::new(Frame::default(), measure.resolution))
}

fn frame_around(cells: &[Cell]) -> Frame {
    let one = |cell: &Cell| Frame {
        west: i64::from(cell.column),
        north: i64::from(cell.row),
        columns: 1,
        rows: 1,
    };
    cells.iter().map(one).fold(Frame::default(), Frame::with)
}
