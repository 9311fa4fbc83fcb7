//! Which way does one trip go, and where does each of its seconds come from?
//!
//! A journey is a list of stretches: the access leg, then one stretch for each
//! run of street that one way drew, then the last access leg. Its seconds add
//! up, to the millisecond, to the time that a matrix gives for the same trip.

use crate::{
    graph::{ArcId, Direction, Link, NodeId, Place, RoadNetwork, Snap, StreetUse, Streets},
    profile::DelayCause,
    units::{LonLat, Metres, Millis},
};

use super::{
    bounded::Workspace,
    path::path_to,
    run::{Along, Run},
};

/// One trip, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// The whole time, access legs included.
    pub time: Millis,
    /// Its parts, in the order of travel.
    pub stretches: Vec<JourneyStretch>,
}

/// What a stretch of a journey is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StretchKind {
    /// A straight line on foot between a place and its street.
    Access,
    /// Part of a street.
    Street {
        /// The way, as an index into [`Streets::ways`](crate::graph::Streets::ways).
        way: u32,
        /// Along that way, or against it.
        direction: Direction,
    },
}

/// A part of a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyStretch {
    /// What it is.
    pub kind: StretchKind,
    /// How long it is.
    pub length: Metres,
    /// How long it takes, without delay.
    pub time: Millis,
    /// What the junction at its end costs, or before a ferry the wait for it.
    pub delay: Millis,
    /// Why, where it costs anything.
    pub delay_cause: Option<DelayCause>,
    /// Where it runs, at least two points.
    pub line: Vec<LonLat>,
}

impl Journey {
    /// The fastest trip between two places, or `None` if there is none within a day.
    #[must_use]
    pub fn between(
        network: &RoadNetwork,
        workspace: &mut Workspace,
        from: &Place,
        to: &Place,
    ) -> Option<Self> {
        let (start, end) = (from.snap.as_ref()?, to.snap.as_ref()?);
        if from.position == to.position {
            return Some(Self { time: Millis::ZERO, stretches: Vec::new() });
        }
        let direct = network.direct(from, to);
        let way = Way::find(network, workspace, start, end);
        let runs = match (direct, way) {
            (Some(direct), way) if way.as_ref().is_none_or(|way| direct <= way.time) => {
                vec![direct_run(network, start, end)?]
            }
            (_, way) => way?.runs(network, start, end),
        };
        let mut stretches = vec![access(from.position, start)];
        for run in runs {
            run.add_stretches(network.streets(), &mut stretches);
        }
        let mut last = access(to.position, end);
        last.line.reverse();
        stretches.push(last);
        let time = stretches
            .iter()
            .fold(Millis::ZERO, |sum, stretch| sum.plus(stretch.time).plus(stretch.delay));
        Some(Self { time, stretches })
    }
}

/// The straight line between a place and its street, the place first.
fn access(position: LonLat, snap: &Snap) -> JourneyStretch {
    JourneyStretch {
        kind: StretchKind::Access,
        length: snap.distance,
        time: snap.access_time,
        delay: Millis::ZERO,
        delay_cause: None,
        line: vec![position, snap.position],
    }
}

/// The fastest way through the graph between two snaps.
struct Way {
    time: Millis,
    first: StreetUse,
    arcs: Vec<ArcId>,
    last: StreetUse,
}

impl Way {
    fn find(
        network: &RoadNetwork,
        workspace: &mut Workspace,
        start: &Snap,
        end: &Snap,
    ) -> Option<Self> {
        let graph = network.graph();
        let departures: Vec<(StreetUse, Link)> = network.departures_by_street(start).collect();
        let sources: Vec<Link> = departures.iter().map(|&(_, link)| link).collect();
        let targets: Vec<(NodeId, StreetUse, Millis)> = network.arrivals_by_street(end).collect();
        let best = |workspace: &Workspace| {
            let times = targets
                .iter()
                .map(|&(node, usage, rest)| (workspace.time(node).plus(rest), usage, node));
            times.min().filter(|(time, ..)| *time <= Millis::DAY)
        };
        let is_done = |workspace: &Workspace, frontier| {
            best(workspace).is_some_and(|(time, ..)| time < frontier)
        };
        workspace.search_until(graph.outward(), sources.iter().copied(), Millis::DAY, is_done);
        let (time, last, node) = best(workspace)?;
        let (source, arcs) = path_to(graph, workspace, &sources, node)?;
        let begins = |link: &Link| link.node == source && link.time == workspace.time(source);
        let (first, _) = departures.into_iter().find(|(_, link)| begins(link))?;
        Some(Self { time, first, arcs, last })
    }

    /// The rest of the first street, the streets between, the beginning of the last.
    fn runs(&self, network: &RoadNetwork, start: &Snap, end: &Snap) -> Vec<Run> {
        let (graph, streets) = (network.graph(), network.streets());
        let whole = |usage: StreetUse, time: Millis| Run {
            usage,
            from: Along::start_of(streets, usage),
            to: Along::end_of(streets, usage),
            delay: Millis(time.0.saturating_sub(streets.total_time(usage).0)),
            delay_cause: delay_cause(streets, usage),
        };
        let first_time = graph.entry(self.first).map_or(Millis::ZERO, |entry| entry.time);
        let first = Run { from: Along::at(start), ..whole(self.first, first_time) };
        let between =
            self.arcs.iter().map(|&arc| whole(graph.street_use(arc), graph.link(arc).time));
        let from = Along::start_of(streets, self.last);
        let last = Run {
            usage: self.last,
            from,
            to: Along::at(end),
            delay: Millis::ZERO,
            delay_cause: None,
        };
        std::iter::once(first).chain(between).chain([last]).collect()
    }
}

/// Why one waits at the end of a street, or before it where it is a ferry; whoever stays aboard
/// waits for no time.
fn delay_cause(streets: &Streets, usage: StreetUse) -> Option<DelayCause> {
    let cause = streets.delay(usage).map(|(cause, _)| cause);
    cause.or(streets.is_ferry(usage.street()).then_some(DelayCause::Ferry))
}

fn direct_run(network: &RoadNetwork, start: &Snap, end: &Snap) -> Option<Run> {
    let (usage, _) = network.direct_use(start, end)?;
    Some(Run {
        usage,
        from: Along::at(start),
        to: Along::at(end),
        delay: Millis::ZERO,
        delay_cause: None,
    })
}
