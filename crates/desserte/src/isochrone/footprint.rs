//! Which ground does one street serve, and how much later?
//!
//! Nodes are measured by the exact formula of [`super::segment`], from every
//! segment that may serve them ([`super::measure`]). Where a wall stands between
//! a node and its place of stepping off, all segments are looked at again, for
//! what is seen of them ([`super::walls`]).

use std::ops::Range;

use crate::units::Millis;

use super::{
    frame::{Extent, Frame},
    measure::{NOWHERE, Nodes, RUN},
    segment::{Segment, Walk},
    surface::Vertex,
    walls::{View, Walls},
};

/// How the ground is measured, and what stands on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure<'a> {
    pub(super) walk: Walk,
    pub(super) resolution: f64,
    /// The latest time worth knowing.
    pub(super) limit: Millis,
    pub(super) walls: &'a Walls,
}

/// The vertices of many pieces of street, one piece after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Vertices {
    vertices: Vec<Vertex>,
    /// Whether a vertex is the last of its piece.
    is_last: Vec<bool>,
}

impl Vertices {
    pub(super) fn len(&self) -> usize {
        self.vertices.len()
    }

    /// Adds some pieces behind the others.
    pub(super) fn extend(&mut self, pieces: impl IntoIterator<Item: AsRef<[Vertex]>>) {
        for piece in pieces {
            let piece = piece.as_ref();
            self.vertices.extend_from_slice(piece);
            self.is_last.extend((1..=piece.len()).map(|count| count == piece.len()));
        }
    }

    /// How much memory they take, about.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.vertices) + self.is_last.len()
    }

    /// Those of a range of places.
    pub(super) fn line(&self, places: Range<usize>) -> Line<'_> {
        Line { vertices: &self.vertices[places.clone()], is_last: &self.is_last[places] }
    }
}

/// Some pieces that are passed as one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    vertices: &'a [Vertex],
    is_last: &'a [bool],
}

impl Line<'_> {
    /// The nodes that the line serves sooner than is known, on a grid just around it; none if it serves
    /// none.
    pub(super) fn footprint(self, measure: Measure<'_>, known: Option<&Nodes>) -> Option<Nodes> {
        let extent = self.extent(measure.limit);
        let border = measure.walk.offroad + measure.resolution;
        // The caller has seen to it that it is not too large.
        let frame = extent.frame(measure.resolution, border).ok().filter(|f| !f.is_empty())?;
        // A run of nodes may go on eastwards of what is within reach.
        let frame = Frame { columns: frame.columns + RUN, ..frame };
        let mut nodes = Nodes::new(frame, measure.resolution);
        self.measure(&mut nodes, (measure, 0));
        if self.is_near_walls(measure) {
            self.look_behind_walls(&mut nodes, measure, known);
        }
        Some(nodes)
    }

    /// What is reached within a limit, without the walk.
    pub(super) fn extent(self, limit: Millis) -> Extent {
        let mut extent = Extent::EMPTY;
        for source in self.all_segments().filter(|&source| self.is_reached(source, limit)) {
            let (a, b) = self.ends(source);
            extent.add(a.x, a.y);
            extent.add(b.x, b.y);
        }
        extent
    }

    /// Whether anything may stand on the ground that it serves.
    pub(super) fn is_near_walls(self, Measure { walk, limit, walls, .. }: Measure<'_>) -> bool {
        walls.is_near(self.extent(limit).widened(walk.offroad))
    }

    /// Measures every segment from the nodes it may serve, which name it by its vertex counted from a first one.
    pub(super) fn measure(self, nodes: &mut Nodes, (measure, first): (Measure<'_>, u32)) {
        let (mut before, mut known) = (None, None);
        for source in self.all_segments() {
            let segment = known.unwrap_or_else(|| self.segment(source, measure.walk));
            let after = self.beside(source)[0].map(|next| self.segment(next, measure.walk));
            if self.is_reached(source, measure.limit) {
                let beside = (before.as_ref(), after.as_ref());
                nodes.improve((&segment, measure.limit), first + source, beside);
            }
            before = after.map(|_| segment);
            known = after;
        }
    }

    /// Gives every node whose way is barred the best that is not, unless one as good is known.
    fn look_behind_walls(self, nodes: &mut Nodes, measure: Measure<'_>, known: Option<&Nodes>) {
        let Measure { walk, resolution, limit, walls } = measure;
        let reached = self.all_segments().filter(|&source| self.is_reached(source, limit));
        let segments: Vec<(u32, Segment)> =
            reached.map(|source| (source, self.segment(source, walk))).collect();
        let (mut view, mut bounds) = (View::new(walls), Vec::new());
        for node in 0..nodes.times.len() {
            let source = nodes.sources[node];
            if source == NOWHERE {
                continue;
            }
            let (column, row) = nodes.frame.indices(node);
            // PERF: walls only make it later; measured on a fine grid among the rivers of Andorra.
            if known.is_some_and(|known| known.time_at((column, row)) <= nodes.times[node]) {
                nodes.sources[node] = NOWHERE;
                continue;
            }
            let point = (column as f64 * resolution, row as f64 * resolution);
            if view.is_hidden(point, &self.segment(source, walk)) {
                view.look(point, walk.offroad);
                (nodes.times[node], nodes.sources[node]) =
                    seen(&mut view, point, &segments, &mut bounds);
            }
        }
    }

    /// The segment that begins at a vertex; a lone vertex is its own segment.
    pub(super) fn segment(self, source: u32, walk: Walk) -> Segment {
        let (a, b) = self.ends(source);
        Segment::new(a, b, walk)
    }

    /// The segments of the same piece that follow and precede one.
    pub(super) fn beside(self, source: u32) -> [Option<u32>; 2] {
        let begins = |at: u32| !self.is_last[at as usize];
        let next = Some(source + 1).filter(|&at| begins(source) && begins(at));
        let previous = source.checked_sub(1).filter(|&at| begins(at));
        [next, previous]
    }

    /// Whether a segment is reached within a limit.
    fn is_reached(self, source: u32, limit: Millis) -> bool {
        let (a, b) = self.ends(source);
        a.time.min(b.time) <= limit && a.time.max(b.time).is_reached()
    }

    /// The two vertices of a segment.
    fn ends(self, source: u32) -> (Vertex, Vertex) {
        let start = source as usize;
        let end = if self.is_last[start] { start } else { start + 1 };
        (self.vertices[start], self.vertices[end])
    }

    /// First vertices of all segments; those of lone vertices among them.
    fn all_segments(&self) -> impl Iterator<Item = u32> + use<'_> {
        let mut is_first = true;
        let begins = move |is_last: bool| std::mem::replace(&mut is_first, is_last) || !is_last;
        let begins = self.is_last.iter().copied().map(begins);
        begins.enumerate().filter(|&(_, begins)| begins).map(|(source, _)| source as u32)
    }
}

/// The best of what is seen of some segments from a point, and which it is; of equal ones the first.
fn seen(
    view: &mut View<'_>,
    (x, y): (f64, f64),
    segments: &[(u32, Segment)],
    bounds: &mut Vec<(f64, usize)>,
) -> (Millis, u32) {
    // PERF: nothing is seen sooner than if no wall stood there, so of many segments a few are looked
    // at; measured on a first question among the rivers of Andorra.
    bounds.clear();
    bounds.extend(segments.iter().enumerate().filter_map(|(rank, (_, segment))| {
        segment.within_walk(x, y)?;
        Some((segment.time_at(x, y), rank))
    }));
    bounds.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut best = (Millis::INFINITY, NOWHERE);
    for &(bound, rank) in &*bounds {
        if bound > f64::from(best.0.0) + 1.0 {
            break;
        }
        let (source, segment) = &segments[rank];
        if let Some(time) = view.time(segment) {
            best = best.min((Millis(time.round() as u32), *source));
        }
    }
    best
}
