//! How are the footprints of many streets laid on one grid?
//!
//! Along a street time goes on as it always does, whenever one enters it. So the
//! nodes of the grid that one walks to from a street, and the time from its
//! beginning to each, are the same in every question: its *footprint*. A surface
//! is the footprints of the reached streets, each begun at its own time.
//!
//! Footprints lie one behind the other in a few lists, since a surface goes
//! through thousands of them: a row of nodes each after the other, with the time
//! at each and the segment it is served from.

use crate::units::Millis;

use super::{
    footprint::{Line, Measure, Vertices},
    frame::Frame,
    measure::{NOWHERE, Nodes},
    surface::Vertex,
};

/// The time where nothing is served: later than any limit, and no more than the clock can count from
/// any time within one.
const UNSERVED: Millis = Millis(Millis::INFINITY.0 - 2 * Millis::DAY.0);

/// Footprints, by the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(super) struct Prints {
    all: Vec<Print>,
    runs: Vec<Run>,
    /// By place in the runs: the time, and the segment by its first vertex in the print.
    times: Vec<Millis>,
    segments: Vec<u32>,
    vertices: Vertices,
}

/// One footprint.
#[derive(Clone, Copy, Debug)]
struct Print {
    /// The least frame around the nodes that are served.
    frame: Frame,
    /// The earliest time at any of them.
    earliest: Millis,
    /// Its runs, one a row of the frame, and its vertices.
    runs: (u32, u32),
    vertices: (u32, u32),
}

/// The served nodes of a row: the first column, and their places.
#[derive(Clone, Copy, Debug)]
struct Run {
    column: i32,
    first: u32,
    end: u32,
}

impl Prints {
    /// Adds the footprint of some pieces of street.
    pub(super) fn add(
        &mut self,
        pieces: impl IntoIterator<Item: AsRef<[Vertex]>>,
        measure: Measure<'_>,
    ) {
        let first = self.vertices.len();
        self.vertices.extend(pieces);
        let nodes = self.vertices.line(first..self.vertices.len()).footprint(measure);
        let vertices = (first as u32, self.vertices.len() as u32);
        let first_run = self.runs.len() as u32;
        let (frame, earliest) =
            nodes.map_or((Frame::default(), UNSERVED), |nodes| self.pack(&nodes));
        let runs = (first_run, self.runs.len() as u32);
        self.all.push(Print { frame, earliest, runs, vertices });
    }

    /// How much memory they take, about.
    pub(super) fn bytes(&self) -> usize {
        let of_nodes = 8 * self.times.len() + size_of_val(&*self.runs);
        of_nodes + size_of_val(&*self.all) + self.vertices.bytes()
    }

    /// Keeps the runs of nodes that are served; gives the frame and the earliest time.
    fn pack(&mut self, nodes: &Nodes) -> (Frame, Millis) {
        let columns = nodes.frame.columns;
        let is_served = |source: &u32| *source != NOWHERE;
        let lines: Vec<&[u32]> = nodes.sources.chunks_exact(columns).collect();
        let ends: Vec<Option<(usize, usize)>> = lines
            .iter()
            .map(|line| line.iter().position(is_served).zip(line.iter().rposition(is_served)))
            .collect();
        let rows =
            ends.iter().position(Option::is_some).zip(ends.iter().rposition(Option::is_some));
        let Some((top, bottom)) = rows else { return (Frame::default(), UNSERVED) };
        let (mut west, mut east, mut earliest) = (usize::MAX, 0, UNSERVED);
        for (row, ends) in ends.iter().enumerate().take(bottom + 1).skip(top) {
            let first = self.times.len() as u32;
            let (from, to) = ends.map_or((0, 0), |(from, to)| (from, to + 1));
            let served = row * columns + from..row * columns + to;
            let times = nodes.times[served.clone()].iter().map(|&time| time.min(UNSERVED));
            earliest = times.clone().fold(earliest, Millis::min);
            self.times.extend(times);
            self.segments.extend_from_slice(&nodes.sources[served]);
            let column = (nodes.frame.west + from as i64) as i32;
            self.runs.push(Run { column, first, end: self.times.len() as u32 });
            if from < to {
                (west, east) = (west.min(from), east.max(to));
            }
        }
        let frame = Frame {
            west: nodes.frame.west + west as i64,
            north: nodes.frame.north - top as i64,
            columns: east - west,
            rows: bottom + 1 - top,
        };
        (frame, earliest)
    }

    /// The frame of a footprint, if any of it is within a limit when it is entered at a time.
    pub(super) fn frame_within(&self, print: u32, entered: Millis, limit: Millis) -> Option<Frame> {
        let print = &self.all[print as usize];
        (entered.plus(print.earliest) <= limit).then_some(print.frame)
    }

    /// Improves the nodes of a grid by a footprint that is entered at a time.
    ///
    /// Of two equal times the one that was there first stays.
    pub(super) fn lay(&self, print: u32, (entered, name): (Millis, u32), nodes: &mut Nodes) {
        let Print { frame, runs, .. } = &self.all[print as usize];
        let runs = &self.runs[runs.0 as usize..runs.1 as usize];
        let line = (nodes.frame.north - frame.north) as usize * nodes.frame.columns;
        for (row, run) in runs.iter().enumerate() {
            let served = run.first as usize..run.end as usize;
            if served.is_empty() {
                continue;
            }
            let first = line + row * nodes.frame.columns;
            let first = first + (i64::from(run.column) - nodes.frame.west) as usize;
            let times = &mut nodes.times[first..first + served.len()];
            let sources = &mut nodes.sources[first..first + served.len()];
            for ((later, time), source) in self.times[served].iter().zip(times).zip(sources) {
                // PERF: no branch, so that several nodes are compared at once. Both numbers are below
                // half of what the integer holds.
                let found = (entered.0 + later.0) as i32;
                let is_better = found < time.0 as i32;
                *time = Millis(if is_better { found as u32 } else { time.0 });
                *source = if is_better { name } else { *source };
            }
        }
    }

    /// The segment of a footprint that serves a node of the network's grid.
    pub(super) fn serving(&self, print: u32, (column, row): (i64, i64)) -> Option<u32> {
        let Print { frame, runs, .. } = &self.all[print as usize];
        let line = usize::try_from(frame.north - row).ok()?;
        let run = self.runs[runs.0 as usize..runs.1 as usize].get(line)?;
        let place = u32::try_from(column - i64::from(run.column)).ok()?;
        let source =
            (place < run.end - run.first).then(|| self.segments[(run.first + place) as usize])?;
        (source != NOWHERE).then_some(source)
    }

    /// The vertices of a footprint.
    pub(super) fn line(&self, print: u32) -> Line<'_> {
        let (first, end) = self.all[print as usize].vertices;
        self.vertices.line(first as usize..end as usize)
    }
}
