//! How many kilometres is the fastest way?
//!
//! Several ways may be equally fast; the shortest of them counts, so that the
//! answer does not depend on the side a search began from. After a search the
//! nodes are taken by ascending time, and each gets the least length over the
//! arcs that brought it its time.

use crate::{
    graph::{Heading, NodeId, RoadGraph, StreetUse, Streets},
    units::Millis,
};

use super::bounded::Workspace;

/// A node where a search begins: when, and how far along the trip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthSource {
    /// The node.
    pub node: NodeId,
    /// The time it was given.
    pub time: Millis,
    /// Millimetres driven until there.
    pub millimetres: u64,
}

/// The lengths of the fastest ways of one search, in millimetres; scratch memory, reusable.
#[derive(Debug)]
pub struct PathLengths {
    millimetres: Vec<u64>,
    order: Vec<NodeId>,
}

impl PathLengths {
    /// Scratch memory for searches on this graph.
    #[must_use]
    pub fn new(graph: &RoadGraph) -> Self {
        Self { millimetres: vec![u64::MAX; graph.node_count()], order: Vec::new() }
    }

    /// The length of the fastest way to (or from) a node that the search reached.
    #[must_use]
    pub fn millimetres(&self, node: NodeId) -> u64 {
        self.millimetres[node.index()]
    }

    /// Measures the ways of the last search of a workspace.
    pub fn measure(
        &mut self,
        (graph, streets): (&RoadGraph, &Streets),
        workspace: &Workspace,
        sources: &[LengthSource],
        heading: Heading,
    ) {
        for node in self.order.drain(..) {
            self.millimetres[node.index()] = u64::MAX;
        }
        self.order.extend_from_slice(workspace.reached());
        self.order.sort_unstable_by_key(|&node| (workspace.time(node), node));
        for source in sources.iter().filter(|source| source.time == workspace.time(source.node)) {
            let least = &mut self.millimetres[source.node.index()];
            *least = (*least).min(source.millimetres);
        }
        for index in 0..self.order.len() {
            let node = self.order[index];
            self.spread(graph, streets, (workspace, heading), node);
        }
    }

    /// Hands the length of a node on along the arcs by which others got their time.
    fn spread(
        &mut self,
        graph: &RoadGraph,
        streets: &Streets,
        (workspace, heading): (&Workspace, Heading),
        node: NodeId,
    ) {
        let so_far = self.millimetres[node.index()];
        let mut offer = |usage: StreetUse, next: NodeId, time: Millis| {
            if workspace.time(node).plus(time) == workspace.time(next) {
                let length = so_far + streets.length_millimetres(usage.street());
                let least = &mut self.millimetres[next.index()];
                *least = (*least).min(length);
            }
        };
        match heading {
            Heading::Forward => graph
                .out_arcs(node)
                .for_each(|(arc, link)| offer(graph.street_use(arc), link.node, link.time)),
            Heading::Backward => graph
                .in_arcs(node)
                .for_each(|(arc, link)| offer(graph.street_use(arc), link.node, link.time)),
        }
    }
}
