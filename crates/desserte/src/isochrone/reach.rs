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
    graph::{Direction, Heading, Link, NodeId, Place, RoadNetwork, Snap, StreetId, StreetUse},
    profile::Ground,
    search::Workspace,
    units::Millis,
};

use super::labels;

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
    pub(super) fn earliest(&self, network: &RoadNetwork) -> Millis {
        let times = network.streets().times(self.usage);
        let ends = [0, times.len() - 1].map(|point| self.time_at_point(times, point));
        Millis(ends[0].min(ends[1]).max(0.0) as u32)
    }
}

/// A node of the graph that was reached: when, and by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) node: NodeId,
    pub(super) time: Millis,
    pub(super) label: u32,
}

/// What a search from some origins (or, backward, towards them) has found.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    network: &'a RoadNetwork,
    workspace: &'a Workspace,
    heading: Heading,
    budget: Millis,
    /// The fronts that begin where a trip does, by ascending street.
    begun: Vec<Front>,
    /// The rank of the only origin.
    only: u32,
    /// The nearest origin of each node, where there is more than one.
    labels: Option<Vec<u32>>,
}

impl<'a> Reach<'a> {
    /// Searches from the places where trips begin (or, backward, where they end).
    pub(super) fn search(
        network: &'a RoadNetwork,
        workspace: &'a mut Workspace,
        origins: &[Place],
        (heading, budget): (Heading, Millis),
    ) -> Self {
        let snaps: Vec<(u32, &Snap)> = (0..)
            .zip(origins)
            .filter_map(|(rank, origin)| Some((rank, origin.snap.as_ref()?)))
            .collect();
        let mut sources: Vec<(u32, Link)> = Vec::new();
        for &(rank, snap) in &snaps {
            match heading {
                Heading::Forward => {
                    sources.extend(network.departures(snap).map(|link| (rank, link)));
                }
                Heading::Backward => {
                    sources.extend(network.arrivals(snap).map(|link| (rank, link)));
                }
            }
        }
        let arcs = network.graph().arcs(heading);
        workspace.search(arcs, sources.iter().map(|&(_, link)| link), budget);
        // Where there is one origin, everything is its own.
        let labels =
            (snaps.len() > 1).then(|| labels::nearest(network, workspace, &sources, heading));
        let begun = snaps.iter().flat_map(|&snap| fronts_at(network, snap, heading));
        let mut begun: Vec<Front> =
            begun.filter(|front| front.earliest(network) <= budget).collect();
        begun.sort_by_key(|front| front.usage);
        let only = snaps.first().map_or(0, |&(rank, _)| rank);
        Self { network, workspace, heading, budget, begun, only, labels }
    }

    /// The nodes that are reached: the first origin's first, and those of one in their order.
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        let (reached, count) = (self.workspace.reached(), self.network.graph().node_count());
        let arrival = |node: NodeId| {
            let (time, label) = (self.workspace.time(node), self.label(node));
            Arrival { node, time, label }
        };
        // PERF: to pass over a few is cheaper than to put many in order.
        let mut arrivals: Vec<Arrival> = if reached.len() > count / 8 {
            let all = (0..count as u32).map(NodeId);
            all.filter(|&node| self.workspace.time(node).is_reached()).map(arrival).collect()
        } else {
            let mut nodes = reached.to_vec();
            nodes.sort_unstable();
            nodes.into_iter().map(arrival).collect()
        };
        if self.labels.is_some() {
            arrivals.sort_by_key(|arrival| arrival.label);
        }
        arrivals
    }

    /// The streets of which any piece may be reached, in order.
    pub(super) fn streets(&self) -> Vec<StreetId> {
        let mut streets: Vec<StreetId> =
            self.begun.iter().map(|front| front.usage.street()).collect();
        for &node in self.workspace.reached() {
            let opened = openings(self.network, node, self.heading);
            streets.extend(opened.map(|(usage, _)| usage.street()));
        }
        streets.sort_unstable();
        streets.dedup();
        streets
    }

    /// The fronts that move along a street within the budget.
    pub(super) fn fronts_of(&self, street: StreetId) -> Vec<Front> {
        let uses = Direction::BOTH.map(|direction| StreetUse::new(street, direction));
        let mut fronts: Vec<Front> = uses.into_iter().filter_map(|u| self.passing(u)).collect();
        let first = self.begun.partition_point(|front| front.usage.street() < street);
        fronts.extend(self.begun[first..].iter().take_while(|f| f.usage.street() == street));
        fronts
    }

    /// The fronts that begin where a trip does.
    pub(super) fn begun(&self) -> &[Front] {
        &self.begun
    }

    /// Who comes to the edge of the map within a budget, in order: ranks of origins, of the nearest at
    /// each point.
    pub(super) fn at_edge(&self, budget: Millis) -> BTreeSet<u32> {
        let mut at_edge = BTreeSet::new();
        for (street, point) in self.network.edge_points() {
            let here = self.fronts_of(street).into_iter();
            let time = |front: &Front| {
                let times = self.network.streets().times(front.usage);
                front.time_at_point(times, point).max(0.0)
            };
            let soonest = here
                .filter(|front| (front.from..=front.to).contains(&(point as f64)))
                .min_by(|a, b| time(a).total_cmp(&time(b)).then(a.label.cmp(&b.label)));
            let is_within = |front: &Front| time(front) <= f64::from(budget.0);
            at_edge.extend(soonest.filter(is_within).map(|front| front.label));
        }
        at_edge
    }

    /// Whose a reached node is.
    fn label(&self, node: NodeId) -> u32 {
        self.labels.as_ref().map_or(self.only, |labels| labels[node.index()])
    }

    /// The front that passes all of a street, from the node that opens it first.
    fn passing(&self, usage: StreetUse) -> Option<Front> {
        let Self { network, heading, .. } = *self;
        let (graph, streets) = (network.graph(), network.streets());
        let entered = |(node, wait): (NodeId, Millis)| {
            let time = self.workspace.time(node);
            time.is_reached().then(|| (time.plus(wait), self.label(node)))
        };
        let first = match heading {
            Heading::Forward => graph
                .arcs_of(streets.tail(usage), usage)
                .map(|(node, arc)| (node, wait_before(network, usage, graph.link(arc).time)))
                .filter_map(entered)
                .min(),
            Heading::Backward => graph
                .entry(usage)
                .map(|link| (link.node, wait_behind(network, usage, link.time)))
                .and_then(entered),
        };
        let (time, label) = first.filter(|(time, _)| *time <= self.budget)?;
        let last = streets.points(usage.street()).len() - 1;
        let base = match heading {
            Heading::Forward => 0,
            Heading::Backward => i64::from(streets.total_time(usage).0),
        };
        let (base, to) = (base + i64::from(time.0), last as f64);
        Some(Front { usage, heading, base, from: 0.0, to, label })
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
        Some(Front { usage, heading, base, from, to, label })
    });
    fronts.into_iter().flatten()
}

/// The uses of streets that a node opens, each with the wait before one moves on it.
pub(super) fn openings(
    network: &RoadNetwork,
    node: NodeId,
    heading: Heading,
) -> impl Iterator<Item = (StreetUse, Millis)> + '_ {
    let graph = network.graph();
    let left = (heading == Heading::Forward).then(|| graph.out_arcs(node));
    let left = left.into_iter().flatten().map(move |(arc, link)| {
        let usage = graph.street_use(arc);
        (usage, wait_before(network, usage, link.time))
    });
    let entered = (heading == Heading::Backward).then(|| graph.entered_at(node));
    let entered = entered.into_iter().flatten();
    left.chain(entered.map(move |(usage, whole)| (usage, wait_behind(network, usage, whole))))
}

/// What an arc takes beyond its street is the wait for a ferry, ashore.
fn wait_before(network: &RoadNetwork, usage: StreetUse, arc: Millis) -> Millis {
    Millis(arc.0.saturating_sub(network.streets().through_time(usage).0))
}

/// And what lies behind it is the wait at its end.
fn wait_behind(network: &RoadNetwork, usage: StreetUse, whole: Millis) -> Millis {
    Millis(whole.0.saturating_sub(network.streets().total_time(usage).0))
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
