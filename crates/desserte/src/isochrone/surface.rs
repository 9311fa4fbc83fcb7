//! How long to every node of the grid?
//!
//! The ground time at a point is the least, over the reached places of streets
//! within the walking limit, of the time there plus the straight walk, which no
//! wall may cross. The grid belongs to the network: nodes lie at integer
//! multiples of the resolution on its plane, whatever the call. Each reached
//! street lays its footprint ([`super::prints`]) on it, every node of which is measured by the
//! exact formula of [`super::segment`]: no source is lost behind a faster one
//! that happens to be too far away, which is how a propagation from node to node
//! goes wrong. A node keeps its best time and the street that gave it.
//!
//! What the surface leaves to others: which streets were reached, and in which
//! order they are handed over. The outline at a budget is in [`super::outline`].

use std::sync::Arc;

use crate::{
    units::{KmPerHour, Metres, Millis},
    watch::Watch,
};

use super::{
    error::IsochroneError,
    footprint::{Line, Measure, Vertices},
    frame::{Extent, Frame},
    measure::{NOWHERE, Nodes, RUN},
    prints::Prints,
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
    /// Nodes, each with the part that it is reached from.
    nodes: Nodes,
    parts: Parts,
    walls: Arc<Walls>,
    at_edge: Vec<u32>,
}

/// The reached streets: those whose footprints are known, then all others.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Footprints that others use too.
    shared: Vec<Arc<Prints>>,
    /// Which of them are reached.
    whole: Vec<Whole>,
    /// Streets whose times are those of the question.
    pub(super) loose: Loose,
}

impl Parts {
    /// Adds footprints that others use too.
    pub(super) fn share(&mut self, prints: Arc<Prints>) {
        self.shared.push(prints);
    }

    /// Adds one of the footprints shared last, entered at a time, by somebody.
    pub(super) fn enter(&mut self, print: usize, entered: Millis, label: u32) {
        let (shared, print) = (self.shared.len() as u32 - 1, print as u32);
        self.whole.push(Whole { shared, print, entered, label });
    }

    /// A footprint that was entered: its prints, its place in there, and when.
    fn whole(&self, street: Whole) -> (&Prints, u32, Millis) {
        (&self.shared[street.shared as usize], street.print, street.entered)
    }

    fn part(&self, part: u32) -> (&Prints, u32, Millis) {
        self.whole(self.whole[part as usize])
    }

    /// Everything that is to be laid, the first origin's first.
    fn turns(&self) -> Vec<Turn<'_>> {
        let label = |turn: &Turn<'_>| match turn {
            Turn::Whole(part) => self.whole[*part as usize].label,
            Turn::Line(first, _) => self.loose.label(*first).unwrap_or_default(),
        };
        let lines = self.loose.lines().map(|(first, line)| Turn::Line(first, line));
        let mut turns: Vec<_> =
            (0..self.whole.len() as u32).map(Turn::Whole).chain(lines).collect();
        // PERF: where there is one origin, this finds them in order.
        turns.sort_by_key(label);
        turns
    }
}

/// A street that is reached, whose footprint is known.
#[derive(Clone, Copy, Debug)]
struct Whole {
    /// The place of its prints among the shared ones, and its own in there.
    shared: u32,
    print: u32,
    entered: Millis,
    /// Whose it is: a rank among the origins.
    label: u32,
}

/// Lines that are measured for one question.
#[derive(Clone, Debug, Default)]
pub(super) struct Loose {
    vertices: Vertices,
    /// Where each line ends among the vertices, and whose it is.
    ends: Vec<(usize, u32)>,
}

impl Loose {
    /// Adds somebody's line of several pieces.
    pub(super) fn add(&mut self, pieces: impl IntoIterator<Item: AsRef<[Vertex]>>, label: u32) {
        self.vertices.extend(pieces);
        self.ends.push((self.vertices.len(), label));
    }

    /// The lines, each with the place of its first vertex.
    fn lines(&self) -> impl Iterator<Item = (usize, Line<'_>)> {
        let firsts = std::iter::once(0).chain(self.ends.iter().map(|&(end, _)| end));
        firsts.zip(&self.ends).map(|(first, &(end, _))| (first, self.vertices.line(first..end)))
    }

    /// Whose the line is that a vertex lies on.
    fn label(&self, vertex: usize) -> Option<u32> {
        let line = self.ends.partition_point(|&(end, _)| end <= vertex);
        self.ends.get(line).map(|&(_, label)| label)
    }

    fn all(&self) -> Line<'_> {
        self.vertices.line(0..self.vertices.len())
    }
}

/// What is laid on the grid next: a known footprint, or a line and its first vertex.
enum Turn<'a> {
    Whole(u32),
    Line(usize, Line<'a>),
}

/// The segment a node is reached from, by its first vertex: in a footprint, or among the loose lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    part: Option<u32>,
    vertex: u32,
}

impl Source {
    /// A number that tells it from most others.
    pub(super) fn bits(self) -> usize {
        self.part.map_or(0, |part| part as usize + 1).wrapping_mul(61) + self.vertex as usize
    }
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
        let mut loose = Loose::default();
        for piece in pieces {
            loose.add([piece], 0);
        }
        Self::of(Parts { loose, ..Parts::default() }, options, walls, &Watch::new())
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
        let Parts { whole, loose, .. } = &parts;
        let border = walk.offroad + resolution;
        let of_loose = loose.all().extent(limit).frame(resolution, border)?;
        let of_whole = whole.iter().filter_map(|&street| {
            let (prints, print, entered) = parts.whole(street);
            prints.frame_within(print, entered, limit)
        });
        // The outline passes between a node that is reached and one that is not.
        let mut frame = of_whole.chain([of_loose]).fold(Frame::default(), Frame::with).widened(2);
        // A run of nodes may go on eastwards of what is within reach.
        frame.columns += if frame.is_empty() { 0 } else { RUN };
        let mut nodes = Nodes::new(frame, resolution);
        // Only times up to the limit beat this one.
        let beyond = Millis(limit.0 + 1);
        nodes.times.fill(beyond);
        // Of two equal times the one that was there first stays: it is the first origin's.
        for turn in parts.turns() {
            let (first, line) = match turn {
                Turn::Line(first, line) => ((whole.len() + first) as u32, line),
                Turn::Whole(part) => {
                    let (prints, print, entered) = parts.part(part);
                    if prints.frame_within(print, entered, limit).is_some() {
                        prints.lay(print, (entered, part), &mut nodes);
                    }
                    continue;
                }
            };
            watch.step(0)?;
            if !line.is_near_walls(measure) {
                line.measure(&mut nodes, (measure, first));
            } else if let Some(footprint) = line.footprint(measure) {
                nodes.improve_by(&footprint, first);
            }
        }
        for time in nodes.times.iter_mut().filter(|time| **time == beyond) {
            *time = Millis::INFINITY;
        }
        let options = SurfaceOptions { limit, ..options };
        Ok(Self { options, walk, nodes, parts, walls, at_edge: Vec::new() })
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
        let whole = self.parts.whole.len() as u32;
        let name = Some(self.nodes.sources[node]).filter(|&name| name != NOWHERE)?;
        if name >= whole {
            return Some(Source { part: None, vertex: name - whole });
        }
        let (prints, print, _) = self.parts.part(name);
        let vertex = prints.serving(print, self.nodes.frame.indices(node))?;
        Some(Source { part: Some(name), vertex })
    }

    /// Whose a node is: the rank of the origin that is soonest there, of several the first.
    pub(super) fn label(&self, node: usize) -> Option<u32> {
        let Parts { whole, loose, .. } = &self.parts;
        let name = Some(self.nodes.sources[node]).filter(|&name| name != NOWHERE)? as usize;
        whole.get(name).map_or_else(|| loose.label(name - whole.len()), |street| Some(street.label))
    }

    /// A segment, with its times in this surface.
    pub(super) fn segment(&self, Source { part, vertex }: Source) -> Segment {
        match part.map(|part| self.parts.part(part)) {
            Some((prints, print, entered)) => {
                prints.line(print).segment(vertex, self.walk).later(f64::from(entered.0))
            }
            None => self.parts.loose.all().segment(vertex, self.walk),
        }
    }

    /// The segments of the same piece that follow and precede one.
    pub(super) fn beside(&self, source: Source) -> [Option<Source>; 2] {
        let line = match source.part.map(|part| self.parts.part(part)) {
            Some((prints, print, _)) => prints.line(print),
            None => self.parts.loose.all(),
        };
        line.beside(source.vertex).map(|vertex| vertex.map(|vertex| Source { vertex, ..source }))
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
