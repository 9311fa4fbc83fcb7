//! Which of the origins is a node nearest to?
//!
//! A search from many origins at once knows the time to the nearest, not which
//! one that is. Its times tell: an arc is *tight* where the time at its far end is
//! the time at its near end and its own, and whoever is first at a node came to it
//! along tight arcs alone. An arc takes at least a millisecond, so when nodes are
//! taken in order of their times, all from which one may have come are known
//! before the node itself. Of several origins equally near, the one given first.

use crate::{
    graph::{Heading, Link, NodeId, RoadNetwork},
    search::Workspace,
};

/// Nobody's.
const NOBODY: u32 = u32::MAX;

/// The rank of the nearest origin of each node that a search has reached, by node.
///
/// `sources` are those of the search, each with the rank of its origin.
pub(super) fn nearest(
    network: &RoadNetwork,
    workspace: &Workspace,
    sources: &[(u32, Link)],
    heading: Heading,
) -> Vec<u32> {
    let arcs = network.graph().arcs(heading);
    let mut labels = vec![NOBODY; arcs.node_count()];
    let mut claim = |node: NodeId, rank: u32| {
        let label = &mut labels[node.index()];
        *label = rank.min(*label);
        *label
    };
    for &(rank, source) in sources {
        if source.time == workspace.time(source.node) {
            claim(source.node, rank);
        }
    }
    let mut reached = workspace.reached().to_vec();
    reached.sort_unstable_by_key(|&node| workspace.time(node));
    for node in reached {
        let (time, rank) = (workspace.time(node), claim(node, NOBODY));
        for link in arcs.links(node) {
            if time.plus(link.time) == workspace.time(link.node) {
                claim(link.node, rank);
            }
        }
    }
    labels
}
