//! Which pieces of streets are reached, and when?
//!
//! A search knows the junctions. What lies between them is read off the
//! streets: each use of a street that a reached node opens is a *front*, which
//! moves along the street at the street's own times. A street entered from both
//! ends has two fronts, and one where the trip itself begins has more; at each
//! point the earliest counts. Nothing is rounded to junctions: a budget that
//! runs out between two of them cuts the street there.

use std::collections::BTreeSet;

use crate::{
    graph::{Direction, Heading, Link, Place, RoadNetwork, Snap, StreetId, StreetUse},
    profile::Ground,
    search::Workspace,
    units::Millis,
};

use super::{
    entries::{Entries, Entry},
    labels,
};

/// One way in which the points of a street are reached: a use of it, and where
/// along it that begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front {
    pub(super) usage: StreetUse,
    heading: Heading,
    /// The time at a point is this, plus (forward) or minus (backward) the
    /// street's own time there. May lie before zero.
    base: i64,
    /// First and last position along the street's points: a point and a fraction.
    pub(super) from: f64,
    pub(super) to: f64,
    /// When one enters the street (or, backward, has to have left it), if it passes all of the street.
    pub(super) entered: Option<Millis>,
    /// Who comes here: the rank of the nearest origin, of several the first.
    pub(super) label: u32,
}

impl Front {
    /// The time at one of the street's points.
    pub(super) fn time_at_point(&self, times: &[u32], point: usize) -> f64 {
        let own = i64::from(times[point]);
        let time = match self.heading {
            Heading::Forward => self.base + own,
            Heading::Backward => self.base - own,
        };
        time as f64
    }

    /// The earliest time along it.
    fn earliest(&self, times: &[u32]) -> f64 {
        let last = times.len() - 1;
        self.time_at_point(times, 0).min(self.time_at_point(times, last)).max(0.0)
    }
}

/// Every front of a search, by ascending street.
///
/// `origins` are the places where the search began (or, backward, where it ends).
pub(super) fn fronts(
    network: &RoadNetwork,
    workspace: &mut Workspace,
    origins: &[Place],
    (heading, budget): (Heading, Millis),
) -> Vec<Front> {
    let snaps: Vec<(u32, &Snap)> = (0..)
        .zip(origins)
        .filter_map(|(rank, origin)| Some((rank, origin.snap.as_ref()?)))
        .collect();
    let mut entries = Entries::on(network);
    enter(network, workspace, &mut entries, (&snaps, heading, budget));
    let streets = network.streets();
    // Who comes to the beginning of a street along it, and sooner, was sooner at every point of it.
    let is_late = |usage: StreetUse, (time, label): Entry| {
        let other = usage.reversed();
        let (begun, by) = entries.of(other);
        // PERF: only the later of the two ways needs a look at the street's time.
        begun <= time && {
            let total = streets.total_time(other);
            total > Millis::ZERO && (begun.saturating_add(total.0), by) <= (time, label)
        }
    };
    let whole = |(usage, (time, label)): (StreetUse, Entry)| {
        let last = streets.points(usage.street()).len() - 1;
        let base = match heading {
            Heading::Forward => 0,
            Heading::Backward => i64::from(streets.total_time(usage).0),
        };
        let (base, to, entered) = (base + i64::from(time), last as f64, Some(Millis(time)));
        Front { usage, heading, base, from: 0.0, to, entered, label }
    };
    let mut fronts = Vec::with_capacity(entries.len() + 2 * snaps.len());
    let reached = entries.all().filter(|&(_, entry)| entry.0 <= budget.0);
    fronts.extend(reached.filter(|&(usage, entry)| !is_late(usage, entry)).map(whole));
    let begun = snaps.iter().flat_map(|&snap| fronts_at(network, snap, heading));
    let is_reached =
        |front: &Front| front.earliest(network.streets().times(front.usage)) <= f64::from(budget.0);
    fronts.extend(begun.filter(is_reached));
    entries.clear();
    fronts.sort_by_key(|front| front.usage);
    fronts
}

/// Who comes to the edge of the map within a budget, in order: ranks of origins, of the nearest at each
/// point.
pub(super) fn at_edge(network: &RoadNetwork, fronts: &[Front], budget: Millis) -> BTreeSet<u32> {
    let mut at_edge = BTreeSet::new();
    for (street, point) in network.edge_points() {
        let first = fronts.partition_point(|front| front.usage.street() < street);
        let here = fronts[first..].iter().take_while(|front| front.usage.street() == street);
        let arrivals = here.filter(|front| (front.from..=front.to).contains(&(point as f64)));
        let time = |front: &&Front| {
            front.time_at_point(network.streets().times(front.usage), point).max(0.0)
        };
        let soonest =
            arrivals.min_by(|a, b| time(a).total_cmp(&time(b)).then(a.label.cmp(&b.label)));
        at_edge.extend(
            soonest.filter(|front| time(front) <= f64::from(budget.0)).map(|front| front.label),
        );
    }
    at_edge
}

/// Notes when, and by which origin, each use of a street is entered first.
fn enter(
    network: &RoadNetwork,
    workspace: &mut Workspace,
    entries: &mut Entries,
    (snaps, heading, budget): (&[(u32, &Snap)], Heading, Millis),
) {
    let mut sources: Vec<(u32, Link)> = Vec::new();
    for &(rank, snap) in snaps {
        match heading {
            Heading::Forward => sources.extend(network.departures(snap).map(|link| (rank, link))),
            Heading::Backward => sources.extend(network.arrivals(snap).map(|link| (rank, link))),
        }
    }
    let graph = network.graph();
    workspace.search(graph.arcs(heading), sources.iter().map(|&(_, link)| link), budget);
    // Where there is one origin, everything is its own.
    let labels = match snaps {
        [] | [_] => None,
        _ => Some(labels::nearest(network, workspace, &sources, heading)),
    };
    let only = snaps.first().map_or(0, |&(rank, _)| rank);
    // Of several copies of a junction, the earliest opens the street.
    for &node in workspace.reached() {
        let time = workspace.time(node).0;
        let label = labels.as_ref().map_or(only, |labels| labels[node.index()]);
        let mut enter = |usage: StreetUse, time: u32| entries.enter(usage, (time, label));
        match heading {
            // What an arc takes beyond its street is the wait for a ferry, ashore.
            Heading::Forward => graph.out_arcs(node).for_each(|(arc, link)| {
                let usage = graph.street_use(arc);
                let wait = link.time.0.saturating_sub(network.streets().through_time(usage).0);
                enter(usage, time.saturating_add(wait));
            }),
            // And what lies behind it is the wait at its end.
            Heading::Backward => graph.entered_at(node).for_each(|(usage, whole)| {
                let wait = whole.0.saturating_sub(network.streets().total_time(usage).0);
                enter(usage, time.saturating_add(wait));
            }),
        }
    }
}

/// The fronts that begin where a trip does.
fn fronts_at(
    network: &RoadNetwork,
    (label, snap): (u32, &Snap),
    heading: Heading,
) -> impl Iterator<Item = Front> + use<> {
    let streets = network.streets();
    let last = (streets.points(snap.street).len() - 1) as f64;
    let here = f64::from(snap.segment) + snap.fraction;
    let fronts = Direction::BOTH.map(|direction| {
        let usage = StreetUse::new(snap.street, direction);
        streets.access(usage)?;
        let (leg, own) =
            (i64::from(snap.access_time.0), i64::from(snap.offset(streets, direction).0));
        let base = match heading {
            Heading::Forward => leg - own,
            Heading::Backward => leg + own,
        };
        let towards_last = (direction == Direction::Forward) == (heading == Heading::Forward);
        let (from, to) = if towards_last { (here, last) } else { (0.0, here) };
        Some(Front { usage, heading, base, from, to, entered: None, label })
    });
    fronts.into_iter().flatten()
}

/// The runs of a street along which one may step off, as ranges of points, both inclusive.
pub(super) fn open_ground(
    network: &RoadNetwork,
    street: StreetId,
) -> impl Iterator<Item = (usize, usize)> + '_ {
    let streets = network.streets();
    streets.stretches_with_ends(street).filter_map(move |(stretch, [first, last])| {
        (streets.ground(stretch) == Ground::Open).then_some((first, last))
    })
}
