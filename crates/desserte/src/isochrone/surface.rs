//! How long to every node of the grid?
//!
//! The ground time at a point is the least, over the reached places of streets
//! within the walking limit, of the time there plus the straight walk, which no
//! wall may cross. The grid belongs to the network: nodes lie at integer
//! multiples of the resolution on its plane, whatever the call. What is reached
//! ([`super::parts`]) is laid on it, every node of
//! which is measured by the exact formula of [`super::segment`]: no source is lost
//! behind a faster one that happens to be too far away, which is how a propagation
//! from node to node goes wrong. A node keeps its best time and the street that
//! gave it.
//!
//! What the surface leaves to others: what was reached, and in which order it is
//! handed over. The outline at a budget is in [`super::outline`].

use std::sync::Arc;

use crate::{
    units::{KmPerHour, Metres, Millis},
    watch::Watch,
};

use super::{
    error::IsochroneError,
    footprint::Measure,
    frame::Extent,
    measure::{NOWHERE, Nodes},
    parts::{Parts, Source},
    segment::{Segment, Walk},
    walls::{View, Walls},
};

/// Further from the centre of a plane than any place on the globe, metres.
const FURTHEST: f64 = 1e8;

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
    /// Nodes, each with the vertex that it is reached from among those of its part.
    nodes: Nodes,
    /// The part that each is reached from.
    owners: Vec<u32>,
    parts: Parts,
    walls: Arc<Walls>,
    at_edge: Vec<u32>,
}

impl TimeSurface {
    /// Measures the ground around the reached pieces of streets, where nothing stands in the way.
    ///
    /// A piece is a polyline in which time is linear from one vertex to the
    /// next, and every place of which one may step off. It need not be cut where
    /// the limit falls: whole segments give results that do not depend on the
    /// limit. Segments that have not been reached, or only after it, are ignored.
    ///
    /// # Errors
    ///
    /// Refuses options that mean nothing, a vertex without position, and a grid
    /// of more than fifty million cells.
    ///
    /// # Complexity
    ///
    /// Linear in the segments, and in the nodes that each may serve: on a winding
    /// street about ten at 100 m, walking 300 m.
    pub fn from_pieces<'a>(
        pieces: impl IntoIterator<Item = &'a [Vertex]>,
        options: SurfaceOptions,
    ) -> Result<Self, IsochroneError> {
        Self::between(Arc::default(), pieces, options)
    }

    /// The same, where walls stand.
    pub(super) fn between<'a>(
        walls: Arc<Walls>,
        pieces: impl IntoIterator<Item = &'a [Vertex]>,
        options: SurfaceOptions,
    ) -> Result<Self, IsochroneError> {
        let measure = measure(&options, &walls)?;
        let mut extent = Extent::EMPTY;
        let pieces: Vec<&[Vertex]> = pieces.into_iter().collect();
        for (rank, piece) in pieces.iter().enumerate() {
            check_positions(rank, piece)?;
            let reached = piece.iter().filter(|vertex| vertex.time <= measure.limit);
            reached.for_each(|vertex| extent.add(vertex.x, vertex.y));
        }
        check_size(&extent, &options)?;
        let mut parts = Parts::default();
        for piece in pieces {
            parts.loose.add([piece], 0);
        }
        Self::of(parts, options, walls, &Watch::new())
    }

    /// Lays the footprints of reached streets on one grid.
    ///
    /// # Errors
    ///
    /// As [`TimeSurface::from_pieces`], and where the watch was cancelled.
    pub(super) fn of(
        parts: Parts,
        options: SurfaceOptions,
        walls: Arc<Walls>,
        watch: &Watch,
    ) -> Result<Self, IsochroneError> {
        let measure = measure(&options, &walls)?;
        let (walk, limit, resolution) = (measure.walk, measure.limit, measure.resolution);
        let mut nodes = Nodes::new(parts.frame(measure)?, resolution);
        // Only times up to the limit beat this one.
        let beyond = Millis(limit.0 + 1);
        nodes.times.fill(beyond);
        let mut owners = vec![0; nodes.times.len()];
        parts.lay((&mut nodes, &mut owners), measure, watch)?;
        for time in nodes.times.iter_mut().filter(|time| **time == beyond) {
            *time = Millis::INFINITY;
        }
        let options = SurfaceOptions { limit, ..options };
        Ok(Self { options, walk, nodes, owners, parts, walls, at_edge: Vec::new() })
    }

    /// What the surface was made with; a limit above a day is a day.
    #[must_use]
    pub fn options(&self) -> &SurfaceOptions {
        &self.options
    }

    /// Number of columns of the grid.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.nodes.frame.columns
    }

    /// Number of rows of the grid.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.nodes.frame.rows
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
        &self.nodes.times
    }

    /// Ranks of the origins from which, within the greatest limit, one comes to where the map ends.
    ///
    /// Of several origins, those that are first at some such place. None on a surface of loose pieces.
    #[must_use]
    pub fn at_edge(&self) -> &[u32] {
        &self.at_edge
    }

    /// The same, with who comes to the edge of the map.
    pub(super) fn told_of(self, at_edge: Vec<u32>) -> Self {
        Self { at_edge, ..self }
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
            && column < self.nodes.frame.columns as f64 - 1.0
            && row < self.nodes.frame.rows as f64 - 1.0;
        if !is_inside {
            return None;
        }
        let north_west = row as usize * self.nodes.frame.columns + column as usize;
        let below = north_west + self.nodes.frame.columns;
        let mut view = View::new(&self.walls);
        view.look((x, y), self.walk.offroad);
        [north_west, north_west + 1, below, below + 1]
            .into_iter()
            .filter_map(|node| self.source(node))
            .filter_map(|source| view.time(&self.segment(source)))
            .map(|time| Millis(time.round() as u32))
            .filter(|&time| time <= self.options.limit)
            .min()
    }

    /// The time at the node that lies at a point, if it is reached.
    #[cfg(test)]
    pub(super) fn time_at_node(&self, x: f64, y: f64) -> Option<Millis> {
        let node = (0..self.nodes.times.len()).find(|&node| self.position(node) == (x, y))?;
        Some(self.nodes.times[node]).filter(|time| time.is_reached())
    }

    /// Position of a node.
    pub(super) fn position(&self, node: usize) -> (f64, f64) {
        let (column, row) = self.nodes.frame.indices(node);
        let resolution = self.options.resolution.0;
        (column as f64 * resolution, row as f64 * resolution)
    }

    /// The segment a node is reached from.
    pub(super) fn source(&self, node: usize) -> Option<Source> {
        let source = Some(self.nodes.sources[node]).filter(|&source| source != NOWHERE)?;
        Some(Source::new(source, self.owners[node]))
    }

    /// Whose a node is: the rank of the origin that is soonest there, of several the first.
    pub(super) fn label(&self, node: usize) -> Option<u32> {
        self.parts.label(self.source(node)?)
    }

    /// A segment, with its times in this surface.
    pub(super) fn segment(&self, source: Source) -> Segment {
        let (line, begun) = self.parts.lines(source);
        line.segment(source.vertex(), self.walk).later(f64::from(begun.0))
    }

    /// The segments of the same piece that follow and precede one.
    pub(super) fn beside(&self, source: Source) -> [Option<Source>; 2] {
        let (line, _) = self.parts.lines(source);
        line.beside(source.vertex()).map(|vertex| vertex.map(|vertex| source.at(vertex)))
    }

    /// What stands on the ground.
    pub(super) fn walls(&self) -> &Walls {
        &self.walls
    }
}

/// How ground is measured for a surface, if that means anything.
pub(super) fn measure<'a>(
    options: &SurfaceOptions,
    walls: &'a Walls,
) -> Result<Measure<'a>, IsochroneError> {
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
    let walk = Walk { pace: options.walking.millis_for(Metres(1.0)), offroad };
    Ok(Measure { walk, resolution: metres, limit: options.limit.min(Millis::DAY), walls })
}

/// Refuses ground whose grid would be too large.
pub(super) fn check_size(extent: &Extent, options: &SurfaceOptions) -> Result<(), IsochroneError> {
    let border = options.offroad.0 + 2.0 * options.resolution.0;
    extent.frame(options.resolution.0, border).map(drop)
}

fn check_positions(piece: usize, vertices: &[Vertex]) -> Result<(), IsochroneError> {
    let is_lost = |vertex: &&Vertex| !(vertex.x.abs() <= FURTHEST && vertex.y.abs() <= FURTHEST);
    let lost = vertices.iter().find(is_lost);
    lost.map_or(Ok(()), |&Vertex { x, y, .. }| Err(IsochroneError::Position { piece, x, y }))
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;
