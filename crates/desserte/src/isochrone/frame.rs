//! Where do the nodes of a grid lie?
//!
//! The grid belongs to the network: nodes lie at integer multiples of the
//! resolution on its plane, whatever the call. A frame is a rectangle of them.

use super::error::IsochroneError;

/// The largest grid that is made.
const MOST_CELLS: f64 = 5e7;
/// Memory of one node: its time, its source, and a mark while the outline is traced.
const BYTES_PER_CELL: f64 = 12.0;

/// A rectangle of nodes: the indices of the north-western one, and the size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) west: i64,
    pub(super) north: i64,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Frame {
    pub(super) const fn is_empty(&self) -> bool {
        self.columns == 0
    }

    /// The least frame around this one and another.
    pub(super) fn with(self, other: Self) -> Self {
        if self.is_empty() || other.is_empty() {
            return if self.is_empty() { other } else { self };
        }
        let (west, north) = (self.west.min(other.west), self.north.max(other.north));
        let east = (self.west + self.columns as i64).max(other.west + other.columns as i64);
        let south = (self.north - self.rows as i64).min(other.north - other.rows as i64);
        Self { west, north, columns: (east - west) as usize, rows: (north - south) as usize }
    }

    /// The same with so many nodes more on every side.
    pub(super) fn widened(self, by: usize) -> Self {
        if self.is_empty() {
            return self;
        }
        let (west, north) = (self.west - by as i64, self.north + by as i64);
        Self { west, north, columns: self.columns + 2 * by, rows: self.rows + 2 * by }
    }

    /// Column and row of a node by its place.
    pub(super) fn indices(&self, node: usize) -> (i64, i64) {
        let columns = self.columns.max(1);
        (self.west + (node % columns) as i64, self.north - (node / columns) as i64)
    }
}

/// The least rectangle on the plane around some points, in metres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    low: (f64, f64),
    high: (f64, f64),
}

impl Extent {
    pub(super) const EMPTY: Self = Self { low: (f64::MAX, f64::MAX), high: (f64::MIN, f64::MIN) };

    pub(super) fn add(&mut self, x: f64, y: f64) {
        self.low = (self.low.0.min(x), self.low.1.min(y));
        self.high = (self.high.0.max(x), self.high.1.max(y));
    }

    /// South-western and north-eastern corner, so many metres further out.
    pub(super) fn widened(&self, by: f64) -> [(f64, f64); 2] {
        [(self.low.0 - by, self.low.1 - by), (self.high.0 + by, self.high.1 + by)]
    }

    /// The frame around everything within a border, refused where it is too large.
    pub(super) fn frame(&self, resolution: f64, border: f64) -> Result<Frame, IsochroneError> {
        if self.low.0 > self.high.0 {
            return Ok(Frame::default());
        }
        let index = |value: f64, border: f64| (value + border) / resolution;
        let (west, east) = (index(self.low.0, -border).floor(), index(self.high.0, border).ceil());
        let (south, north) =
            (index(self.low.1, -border).floor(), index(self.high.1, border).ceil());
        let (columns, rows) = (east - west + 1.0, north - south + 1.0);
        if columns * rows > MOST_CELLS {
            let gibibytes = columns * rows * BYTES_PER_CELL / f64::from(1 << 30);
            return Err(IsochroneError::TooManyCells { rows, columns, gibibytes });
        }
        let (columns, rows) = (columns as usize, rows as usize);
        Ok(Frame { west: west as i64, north: north as i64, columns, rows })
    }
}
