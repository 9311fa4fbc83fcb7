//! How long from each start to each end, in one direction?
//!
//! Each search begins at one place of the smaller side and reads off the times
//! at all places of the other. Forward, it begins where a start enters the
//! graph and reads where an end is entered from; backward, the other way round.
//! Both give the same integers, so the choice cannot be seen in the result.

use rayon::prelude::*;

use crate::{
    graph::{Heading, Link, Place, RoadNetwork},
    search::{LengthSource, PathLengths, WorkspacePool},
    units::Millis,
    watch::{Interrupted, Watch},
};

use super::{Question, Status};

/// Times from starts to ends, start by start.
pub(super) struct OneWay {
    columns: usize,
    pub(super) times: Vec<Millis>,
    pub(super) lengths: Option<Vec<u64>>,
    /// Whether there is any way at all; the cutoff has no part in it.
    has_path: Vec<bool>,
}

/// One side of the question: where each of its places joins the graph.
struct Side<'a> {
    places: &'a [Place],
    first: Vec<u32>,
    ends: Vec<LengthSource>,
}

/// What one search found, for each place of the other side.
struct Row {
    times: Vec<Millis>,
    lengths: Option<Vec<u64>>,
    has_path: Vec<bool>,
}

impl OneWay {
    pub(super) fn compute(
        network: &RoadNetwork,
        (starts, ends): (&[Place], &[Place]),
        question: Question,
        watch: &Watch,
    ) -> Result<Self, Interrupted> {
        let (departures, arrivals) =
            (Side::departures(network, starts), Side::arrivals(network, ends));
        let heading = if starts.len() <= ends.len() { Heading::Forward } else { Heading::Backward };
        let (searched, read) = match heading {
            Heading::Forward => (&departures, &arrivals),
            Heading::Backward => (&arrivals, &departures),
        };
        let kernel = Searcher { network, question, heading, searched, read };
        let pool = WorkspacePool::new(network.graph());
        let rows: Result<Vec<Row>, Interrupted> = (0..searched.places.len())
            .into_par_iter()
            .map(|place| {
                let row = kernel.search(&pool, place);
                watch.step(1).map(|()| row)
            })
            .collect();
        let answer = Self::from_rows(rows?, read.places.len(), question.with_lengths);
        Ok(match heading {
            Heading::Forward => answer,
            Heading::Backward => answer.transposed(),
        })
    }

    fn from_rows(rows: Vec<Row>, columns: usize, with_lengths: bool) -> Self {
        let mut answer = Self {
            columns,
            times: Vec::with_capacity(rows.len() * columns),
            lengths: with_lengths.then(Vec::new),
            has_path: Vec::with_capacity(rows.len() * columns),
        };
        for row in rows {
            answer.times.extend(row.times);
            answer.has_path.extend(row.has_path);
            if let (Some(all), Some(lengths)) = (&mut answer.lengths, row.lengths) {
                all.extend(lengths);
            }
        }
        answer
    }

    pub(super) fn transposed(self) -> Self {
        let columns = self.columns;
        let rows = self.times.len().checked_div(columns).unwrap_or_default();
        Self {
            columns: rows,
            times: transpose(&self.times, columns),
            lengths: self.lengths.map(|lengths| transpose(&lengths, columns)),
            has_path: transpose(&self.has_path, columns),
        }
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
        for (cell, time) in self.times.iter_mut().enumerate() {
            if *time > limit {
                *time = Millis::INFINITY;
                if let Some(lengths) = &mut self.lengths {
                    lengths[cell] = u64::MAX;
                }
                // Longer than a day is no trip.
                self.has_path[cell] &= cutoff.is_some();
            }
        }
    }

    /// Why there is a time or none, for rows and columns as the caller has them.
    pub(super) fn status(&self, rows: &[Place], columns: &[Place]) -> Vec<Status> {
        let cells = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
        let answers = self.times.iter().zip(&self.has_path);
        cells
            .zip(answers)
            .map(|((row, column), (time, has_path))| match (row.snap, column.snap) {
                _ if time.is_reached() => Status::Ok,
                (None, _) => Status::OriginOffNetwork,
                (_, None) => Status::DestinationOffNetwork,
                _ if *has_path => Status::BeyondCutoff,
                _ => Status::NoPath,
            })
            .collect()
    }
}

fn transpose<T: Copy>(cells: &[T], columns: usize) -> Vec<T> {
    (0..columns).flat_map(|column| cells.iter().skip(column).step_by(columns).copied()).collect()
}

impl<'a> Side<'a> {
    fn departures(network: &RoadNetwork, places: &'a [Place]) -> Self {
        Self::of(places, |place, ends| {
            let Some(snap) = &place.snap else { return };
            for (usage, Link { node, time }) in network.departures_by_street(snap) {
                let share = network.share_ahead(snap, usage);
                ends.push(LengthSource { node, time, millimetres: share });
            }
        })
    }

    fn arrivals(network: &RoadNetwork, places: &'a [Place]) -> Self {
        Self::of(places, |place, ends| {
            let Some(snap) = &place.snap else { return };
            for (node, usage, time) in network.arrivals_by_street(snap) {
                let share = network.share_ahead(snap, usage.reversed());
                ends.push(LengthSource { node, time, millimetres: share });
            }
        })
    }

    fn of(places: &'a [Place], add: impl Fn(&Place, &mut Vec<LengthSource>)) -> Self {
        let (mut first, mut ends) = (vec![0], Vec::new());
        for place in places {
            add(place, &mut ends);
            first.push(ends.len() as u32);
        }
        Self { places, first, ends }
    }

    fn ends(&self, place: usize) -> &[LengthSource] {
        &self.ends[self.first[place] as usize..self.first[place + 1] as usize]
    }
}

struct Searcher<'a> {
    network: &'a RoadNetwork,
    question: Question,
    heading: Heading,
    searched: &'a Side<'a>,
    read: &'a Side<'a>,
}

impl Searcher<'_> {
    fn search(&self, pool: &WorkspacePool<'_>, place: usize) -> Row {
        let sources = self.searched.ends(place);
        let graph = self.network.graph();
        let arcs = graph.arcs(self.heading);
        let budget = self.question.cutoff.unwrap_or(Millis::DAY).min(Millis::DAY);
        let mut workspace = pool.lease();
        let links = sources.iter().map(|source| Link { node: source.node, time: source.time });
        workspace.search(arcs, links, budget);
        let columns = 0..self.read.places.len();
        let best = |column: usize| {
            let through = self.read.ends(column).iter();
            through.map(|end| workspace.time(end.node).plus(end.time)).min()
        };
        let times: Vec<Millis> = columns
            .map(|column| {
                let through = best(column).unwrap_or(Millis::INFINITY);
                self.direct(place, column).map_or(through, |direct| direct.min(through))
            })
            .collect();
        let lengths = self.question.with_lengths.then(|| {
            let mut lengths = PathLengths::new(graph);
            lengths.measure((graph, self.network.streets()), &workspace, sources, self.heading);
            self.lengths(place, &times, |column| {
                let ends = self.read.ends(column).iter();
                let fastest =
                    ends.filter(|end| workspace.time(end.node).plus(end.time) == times[column]);
                fastest
                    .map(|end| lengths.millimetres(end.node).saturating_add(end.millimetres))
                    .min()
            })
        });
        drop(workspace);
        Row { has_path: self.has_path(place, &times), times, lengths }
    }

    /// The trip that needs no node of the graph, if there is one.
    fn direct(&self, place: usize, column: usize) -> Option<Millis> {
        let (from, to) = self.in_order(place, column);
        self.network.direct(from, to)
    }

    fn in_order(&self, place: usize, column: usize) -> (&Place, &Place) {
        let (searched, read) = (&self.searched.places[place], &self.read.places[column]);
        match self.heading {
            Heading::Forward => (searched, read),
            Heading::Backward => (read, searched),
        }
    }

    fn lengths(
        &self,
        place: usize,
        times: &[Millis],
        through: impl Fn(usize) -> Option<u64>,
    ) -> Vec<u64> {
        let length = |(column, time): (usize, &Millis)| {
            if !time.is_reached() {
                return u64::MAX;
            }
            let (from, to) = self.in_order(place, column);
            let is_direct = self.network.direct(from, to) == Some(*time);
            let direct = is_direct.then(|| self.network.direct_millimetres(from, to));
            direct.into_iter().chain(through(column)).min().unwrap_or(u64::MAX)
        };
        times.iter().enumerate().map(length).collect()
    }

    /// Whether there is any way at all, however long.
    fn has_path(&self, place: usize, times: &[Millis]) -> Vec<bool> {
        let is_open = |(column, time): (usize, &Millis)| {
            !time.is_reached() && !self.read.ends(column).is_empty()
        };
        // Without a cutoff the search itself has gone everywhere.
        if self.question.cutoff.is_none() || !times.iter().enumerate().any(is_open) {
            return times.iter().map(|time| time.is_reached()).collect();
        }
        let sources = self.searched.ends(place).iter().map(|source| source.node);
        let reached = self.network.reachability().from(sources, self.heading);
        let any =
            |column: usize| self.read.ends(column).iter().any(|end| reached.contains(end.node));
        times.iter().enumerate().map(|(column, time)| time.is_reached() || any(column)).collect()
    }
}
