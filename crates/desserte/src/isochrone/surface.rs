//! How long to every node of the grid?
//!
//! The ground time at a point is the least, over the reached places of streets
//! within the walking limit, of the time there plus the straight walk. The grid
//! belongs to the network: nodes lie at integer multiples of the resolution on
//! its plane, whatever the call. Every segment is measured from every node that
//! may owe it its best time ([`super::measure`]), by the exact formula of
//! [`super::segment`]: no source is lost behind a faster one that happens to be
//! too far away, which is how a propagation from node to node goes wrong. A node
//! keeps its best time and the segment that gave it.
//!
//! What the surface leaves to others: which pieces were reached, and in which
//! order they are handed over. The outline at a budget is in [`super::outline`].

use crate::units::{KmPerHour, Metres, Millis};

use super::error::IsochroneError;
use super::measure::{Nodes, RUN};
use super::segment::{Segment, Walk};

/// The largest grid that is made.
const MOST_CELLS: f64 = 2e8;
/// Memory of one node: its time, its segment, and a mark while the outline is traced.
const BYTES_PER_CELL: f64 = 12.0;
/// Further from the centre of a plane than any place on the globe, metres.
const FURTHEST: f64 = 1e8;
/// The node that no segment reaches.
const NO_SEGMENT: u32 = u32::MAX;

/// A point of a reached street, and when one is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// Metres east, on the network's plane.
    pub x: f64,
    /// Metres north.
    pub y: f64,
    /// Time since the start.
    pub time: Millis,
}

/// What a surface is made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceOptions {
    /// Distance between two nodes of the grid.
    pub resolution: Metres,
    /// The furthest one walks off the street.
    ///
    /// Ground narrower than a cell may slip between the nodes, so less than the
    /// resolution leaves gaps along a street.
    pub offroad: Metres,
    /// How fast one walks there.
    pub walking: KmPerHour,
    /// The latest time worth knowing; see [`search_slack`].
    pub limit: Millis,
}

/// How far beyond a budget streets must be known for its outline to be exact.
///
/// The outline between two nodes depends on the times of the six nodes around
/// that side of a cell, all within a cell's diagonal of it. A surface whose
/// [`limit`](SurfaceOptions::limit) is at least the budget plus the time it
/// takes to walk a diagonal therefore outlines the budget identically, to the
/// bit, whatever the limit is.
#[must_use]
pub fn search_slack(resolution: Metres, walking: KmPerHour) -> Millis {
    let diagonal = Metres(resolution.0 * std::f64::consts::SQRT_2);
    let millis = walking.millis_for(diagonal).ceil() + 2.0;
    Millis(millis.min(f64::from(Millis::INFINITY.0)) as u32)
}

/// The time at every node of the grid around the reached streets.
///
/// Row 0 is the northernmost, column 0 the westernmost, and a row is stored
/// from west to east, as in an image. A node is the centre of its cell.
///
/// ```
/// use desserte::isochrone::{SurfaceOptions, TimeSurface, Vertex};
/// use desserte::{KmPerHour, Metres, Millis};
///
/// // Two kilometres of road, reached at its western end and ridden in two minutes.
/// let road = [
///     Vertex { x: 0.0, y: 0.0, time: Millis(0) },
///     Vertex { x: 2000.0, y: 0.0, time: Millis(120_000) },
/// ];
/// let options = SurfaceOptions {
///     resolution: Metres(100.0),
///     offroad: Metres(300.0),
///     walking: KmPerHour(4.0),
///     limit: Millis(600_000),
/// };
/// let surface = TimeSurface::from_pieces([&road[..]], options)?;
///
/// // Behind the village one walks: 200 metres at four kilometres an hour.
/// assert_eq!(surface.time_at(-200.0, 0.0), Some(Millis(180_000)));
/// assert_eq!(surface.time_at(1000.0, 400.0), None);
/// # Ok::<(), desserte::isochrone::IsochroneError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TimeSurface {
    options: SurfaceOptions,
    walk: Walk,
    frame: Frame,
    times: Vec<Millis>,
    /// The segment each node is reached from, named by its first vertex.
    sources: Vec<u32>,
    vertices: Vec<Vertex>,
    /// Whether a vertex is the last of its piece.
    is_last: Vec<bool>,
}

/// Where the grid lies: the indices of its north-west node, and its size.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    west: i64,
    north: i64,
    columns: usize,
    rows: usize,
}

impl TimeSurface {
    /// Measures the ground around the reached pieces of streets.
    ///
    /// A piece is a polyline in which time is linear from one vertex to the
    /// next, and every place of which one may step off. It need not be cut where
    /// the limit falls: whole segments give results that do not depend on the
    /// limit. Segments that have not been reached, or only after it, are ignored.
    ///
    /// # Errors
    ///
    /// Refuses options that mean nothing, a vertex without position, and a grid
    /// of more than two hundred million cells.
    ///
    /// # Complexity
    ///
    /// Linear in the segments, and in the nodes that each may serve: on a winding
    /// street about ten at 100 m, walking 300 m.
    pub fn from_pieces<'a>(
        pieces: impl IntoIterator<Item = &'a [Vertex]>,
        options: SurfaceOptions,
    ) -> Result<Self, IsochroneError> {
        let walk = checked_walk(&options)?;
        let (mut vertices, mut is_last) = (Vec::new(), Vec::new());
        for (rank, piece) in pieces.into_iter().enumerate() {
            check_positions(rank, piece)?;
            vertices.extend_from_slice(piece);
            is_last.resize(vertices.len(), false);
            if let Some(last) = is_last.last_mut() {
                *last = true;
            }
        }
        let mut surface = Self {
            options: SurfaceOptions { limit: options.limit.min(Millis::DAY), ..options },
            walk,
            frame: Frame::default(),
            times: Vec::new(),
            sources: Vec::new(),
            vertices,
            is_last,
        };
        surface.frame = surface.enclosing_frame()?;
        surface.measure();
        Ok(surface)
    }

    /// What the surface was made with; a limit above a day is a day.
    #[must_use]
    pub fn options(&self) -> &SurfaceOptions {
        &self.options
    }

    /// Number of columns of the grid.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.frame.columns
    }

    /// Number of rows of the grid.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.frame.rows
    }

    /// Position of the north-western node.
    #[must_use]
    pub fn origin(&self) -> (f64, f64) {
        self.position(0)
    }

    /// Times at the nodes, row after row from the north, each from the west.
    ///
    /// [`Millis::INFINITY`] where one cannot stand within the limit.
    #[must_use]
    pub fn times(&self) -> &[Millis] {
        &self.times
    }

    /// The time at any point, from the segments that serve the four nodes around.
    ///
    /// Exact at a node. Elsewhere it is never early, and late only where a
    /// segment that serves none of the four nodes is nearer.
    #[must_use]
    pub fn time_at(&self, x: f64, y: f64) -> Option<Millis> {
        let (origin_x, origin_y) = self.origin();
        let column = ((x - origin_x) / self.options.resolution.0).floor();
        let row = ((origin_y - y) / self.options.resolution.0).floor();
        let is_inside = column >= 0.0
            && row >= 0.0
            && column < self.frame.columns as f64 - 1.0
            && row < self.frame.rows as f64 - 1.0;
        if !is_inside {
            return None;
        }
        let north_west = row as usize * self.frame.columns + column as usize;
        let below = north_west + self.frame.columns;
        [north_west, north_west + 1, below, below + 1]
            .into_iter()
            .filter_map(|node| self.source(node))
            .map(|source| self.segment(source))
            .filter(|segment| segment.distance(x, y) <= self.walk.offroad)
            .map(|segment| Millis(segment.time_at(x, y).round() as u32))
            .filter(|&time| time <= self.options.limit)
            .min()
    }

    /// Position of a node.
    pub(super) fn position(&self, node: usize) -> (f64, f64) {
        let columns = self.frame.columns.max(1);
        let column = self.frame.west + (node % columns) as i64;
        let row = self.frame.north - (node / columns) as i64;
        let resolution = self.options.resolution.0;
        (column as f64 * resolution, row as f64 * resolution)
    }

    /// The segment a node is reached from.
    pub(super) fn source(&self, node: usize) -> Option<u32> {
        Some(self.sources[node]).filter(|&source| source != NO_SEGMENT)
    }

    /// The segment that begins at a vertex; a lone vertex is its own segment.
    pub(super) fn segment(&self, source: u32) -> Segment {
        let (a, b) = self.ends(source);
        Segment::new(a, b, self.walk)
    }

    /// The segments of the same piece that follow and precede one.
    pub(super) fn beside(&self, source: u32) -> [Option<u32>; 2] {
        let begins = |at: u32| !self.is_last[at as usize];
        let next = Some(source + 1).filter(|&at| begins(source) && begins(at));
        let previous = source.checked_sub(1).filter(|&at| begins(at));
        [next, previous]
    }

    /// Whether a segment is reached within the limit.
    fn is_reached(&self, source: u32) -> bool {
        let (a, b) = self.ends(source);
        a.time.min(b.time) <= self.options.limit && a.time.max(b.time).is_reached()
    }

    /// The two vertices of a segment.
    fn ends(&self, source: u32) -> (Vertex, Vertex) {
        let start = source as usize;
        let end = if self.is_last[start] { start } else { start + 1 };
        (self.vertices[start], self.vertices[end])
    }

    /// First vertices of all segments; those of lone vertices among them.
    fn all_segments(&self) -> impl Iterator<Item = u32> + '_ {
        let mut is_first = true;
        let begins = move |is_last: bool| std::mem::replace(&mut is_first, is_last) || !is_last;
        let begins = self.is_last.iter().copied().map(begins);
        begins.enumerate().filter(|&(_, begins)| begins).map(|(source, _)| source as u32)
    }

    /// The frame around everything reached, with a border that nothing reaches.
    fn enclosing_frame(&self) -> Result<Frame, IsochroneError> {
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for source in self.all_segments().filter(|&source| self.is_reached(source)) {
            let (a, b) = self.ends(source);
            low = (low.0.min(a.x).min(b.x), low.1.min(a.y).min(b.y));
            high = (high.0.max(a.x).max(b.x), high.1.max(a.y).max(b.y));
        }
        if low.0 > high.0 {
            return Ok(Frame::default());
        }
        let resolution = self.options.resolution.0;
        let index = |value: f64, border: f64| (value + border) / resolution;
        let border = self.walk.offroad + 2.0 * resolution;
        let (west, east) = (index(low.0, -border).floor(), index(high.0, border).ceil());
        let (south, north) = (index(low.1, -border).floor(), index(high.1, border).ceil());
        // A run of nodes may go on eastwards of what is within reach.
        let (columns, rows) = (east - west + 1.0 + RUN as f64, north - south + 1.0);
        if columns * rows > MOST_CELLS {
            let gibibytes = columns * rows * BYTES_PER_CELL / f64::from(1 << 30);
            return Err(IsochroneError::TooManyCells { rows, columns, gibibytes });
        }
        let (columns, rows) = (columns as usize, rows as usize);
        Ok(Frame { west: west as i64, north: north as i64, columns, rows })
    }

    /// Measures every segment from the nodes it may serve.
    fn measure(&mut self) {
        let cells = self.frame.columns * self.frame.rows;
        // Only times up to the limit beat this one.
        let beyond = Millis(self.options.limit.0 + 1);
        let mut nodes = Nodes {
            resolution: self.options.resolution.0,
            west: self.frame.west,
            north: self.frame.north,
            columns: self.frame.columns,
            times: vec![beyond; cells],
            sources: vec![NO_SEGMENT; cells],
        };
        let (mut before, mut known) = (None, None);
        for source in self.all_segments() {
            let segment = known.unwrap_or_else(|| self.segment(source));
            let after = self.beside(source)[0].map(|next| self.segment(next));
            if self.is_reached(source) {
                nodes.improve(&segment, source, before.as_ref(), after.as_ref());
            }
            before = after.map(|_| segment);
            known = after;
        }
        for time in nodes.times.iter_mut().filter(|time| **time == beyond) {
            *time = Millis::INFINITY;
        }
        (self.times, self.sources) = (nodes.times, nodes.sources);
    }
}

fn checked_walk(options: &SurfaceOptions) -> Result<Walk, IsochroneError> {
    let (metres, kmh) = (options.resolution.0, options.walking.0);
    if !(metres.is_finite() && metres >= 1.0) {
        return Err(IsochroneError::Resolution { metres });
    }
    let offroad = options.offroad.0;
    if !(offroad.is_finite() && offroad >= 0.0) {
        return Err(IsochroneError::Offroad { metres: offroad });
    }
    if !(kmh > 0.1 && kmh <= 100.0) {
        return Err(IsochroneError::Walking { kmh });
    }
    Ok(Walk { pace: options.walking.millis_for(Metres(1.0)), offroad })
}

fn check_positions(piece: usize, vertices: &[Vertex]) -> Result<(), IsochroneError> {
    let is_lost = |vertex: &&Vertex| !(vertex.x.abs() <= FURTHEST && vertex.y.abs() <= FURTHEST);
    let lost = vertices.iter().find(is_lost);
    lost.map_or(Ok(()), |&Vertex { x, y, .. }| Err(IsochroneError::Position { piece, x, y }))
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;
