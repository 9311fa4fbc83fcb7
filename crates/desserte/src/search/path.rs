//! By which arcs was a node reached?
//!
//! A search keeps times, not ways. The way is read back from them: the arc one
//! came by is one whose tail's time and own time add up. Of several, the lowest
//! arc is taken, so that the same question always gets the same way.

use crate::graph::{ArcId, Link, NodeId, RoadGraph};

use super::bounded::Workspace;

/// The source a node was reached from and the arcs between, after a forward
/// search; `None` where the node was not reached, or not from these sources.
#[must_use]
pub fn path_to(
    graph: &RoadGraph,
    workspace: &Workspace,
    sources: &[Link],
    target: NodeId,
) -> Option<(NodeId, Vec<ArcId>)> {
    if !workspace.time(target).is_reached() {
        return None;
    }
    let (mut node, mut arcs) = (target, Vec::new());
    while !sources.contains(&Link { node, time: workspace.time(node) }) {
        let adds_up =
            |link: &Link| workspace.time(link.node).plus(link.time) == workspace.time(node);
        let (arc, link) =
            graph.in_arcs(node).filter(|(_, link)| adds_up(link)).min_by_key(|(arc, _)| *arc)?;
        arcs.push(arc);
        node = link.node;
    }
    arcs.reverse();
    Some((node, arcs))
}
