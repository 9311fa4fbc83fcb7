//! What is laid on a grid, and in which order?
//!
//! The nodes of the graph that were reached have footprints ([`super::prints`]),
//! begun at their times. Where a trip itself begins there are *loose* lines, whose
//! times are those of the question. Of two equal times at a node of the grid the
//! one laid first stays, so the first origin's come first; those of one origin in
//! an order that does not depend on the question.

use std::sync::Arc;

use crate::{units::Millis, watch::Watch};

use super::{
    error::IsochroneError,
    footprint::{Line, Measure, Vertices},
    frame::Frame,
    measure::{Nodes, RUN},
    prints::Prints,
    reach::Arrival,
    surface::Vertex,
};

/// Marks a vertex among the loose lines, rather than of a footprint.
const LOOSE: u32 = 1 << 31;

/// What is reached.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Footprints that others use too.
    shared: Vec<Arc<Prints>>,
    /// Which of them are begun within the limit, the first origin's first.
    begun: Vec<Begun>,
    /// What is around these.
    frame: Frame,
    /// Streets whose times are those of the question.
    pub(super) loose: Loose,
}

/// A footprint that is begun.
#[derive(Clone, Copy, Debug)]
struct Begun {
    /// The place of its prints among the shared ones, and its own in there.
    shared: u32,
    print: u32,
    time: Millis,
    /// Whose it is: a rank among the origins.
    label: u32,
}

/// The segment a node of the grid is reached from, by its first vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    vertex: u32,
    /// Which of the footprints begun, if it is of one.
    owner: u32,
}

impl Source {
    /// By what a node of the grid says.
    pub(super) fn new(vertex: u32, owner: u32) -> Self {
        Self { vertex, owner: if vertex & LOOSE == 0 { owner } else { 0 } }
    }

    /// Its place among the vertices of its part.
    pub(super) fn vertex(self) -> u32 {
        self.vertex & !LOOSE
    }

    /// The segment at another vertex of the same part.
    pub(super) fn at(self, vertex: u32) -> Self {
        Self { vertex: vertex | self.vertex & LOOSE, ..self }
    }

    /// A number that tells it from most others.
    pub(super) fn bits(self) -> usize {
        (self.owner as usize).wrapping_mul(61) + self.vertex as usize
    }
}

impl Parts {
    /// Adds footprints that others use too.
    pub(super) fn share(&mut self, prints: Arc<Prints>) {
        self.shared.push(prints);
    }

    /// Adds one of the footprints shared last, if any of it is within a limit.
    ///
    /// The first origin's come first.
    pub(super) fn begin(
        &mut self,
        print: usize,
        Arrival { time, label, .. }: Arrival,
        limit: Millis,
    ) {
        let (shared, print) = (self.shared.len() - 1, print as u32);
        if let Some(frame) = self.shared[shared].frame_within(print, time, limit) {
            self.frame = self.frame.with(frame);
            self.begun.push(Begun { shared: shared as u32, print, time, label });
        }
    }

    /// A grid that all of it fits on.
    pub(super) fn frame(&self, measure: Measure<'_>) -> Result<Frame, IsochroneError> {
        let extent = self.loose.all().extent(measure.limit);
        let border = measure.walk.offroad + measure.resolution;
        let of_loose = extent.frame(measure.resolution, border)?;
        // The outline passes between a node that is reached and one that is not.
        let mut frame = self.frame.with(of_loose).widened(2);
        // A run of nodes may go on eastwards of what is within reach.
        frame.columns += if frame.is_empty() { 0 } else { RUN };
        Ok(frame)
    }

    /// Improves the nodes of a grid, each of which keeps what it is reached from.
    pub(super) fn lay(
        &self,
        (nodes, owners): (&mut Nodes, &mut [u32]),
        measure: Measure<'_>,
        watch: &Watch,
    ) -> Result<(), IsochroneError> {
        let mut begun = (0..).zip(&self.begun).peekable();
        let mut lines: Vec<_> = self.loose.lines().collect();
        lines.sort_by_key(|&(label, ..)| label);
        for (label, first, line) in lines {
            while let Some((owner, part)) = begun.next_if(|(_, part)| part.label <= label) {
                self.lay_print((owner, part), (nodes, owners));
            }
            watch.step(0)?;
            if !line.is_near_walls(measure) {
                line.measure(nodes, (measure, LOOSE | first));
            } else if let Some(footprint) = line.footprint(measure, Some(nodes)) {
                nodes.improve_by(&footprint, LOOSE | first);
            }
        }
        begun.for_each(|part| self.lay_print(part, (nodes, owners)));
        Ok(())
    }

    fn lay_print(&self, (owner, part): (u32, &Begun), grid: (&mut Nodes, &mut [u32])) {
        self.shared[part.shared as usize].lay(part.print, (part.time, owner), grid);
    }

    /// The lines that a segment is of, and when they are begun.
    pub(super) fn lines(&self, source: Source) -> (Line<'_>, Millis) {
        if source.vertex & LOOSE != 0 {
            return (self.loose.all(), Millis::ZERO);
        }
        let part = self.begun[source.owner as usize];
        (self.shared[part.shared as usize].line(), part.time)
    }

    /// Whose a segment is.
    pub(super) fn label(&self, source: Source) -> Option<u32> {
        if source.vertex & LOOSE != 0 {
            return self.loose.label(source.vertex() as usize);
        }
        Some(self.begun[source.owner as usize].label)
    }
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

    /// Whose each line is, and the place of its first vertex.
    fn lines(&self) -> impl Iterator<Item = (u32, u32, Line<'_>)> {
        let firsts = std::iter::once(0).chain(self.ends.iter().map(|&(end, _)| end));
        let lines = firsts.zip(&self.ends);
        lines.map(|(first, &(end, label))| (label, first as u32, self.vertices.line(first..end)))
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
