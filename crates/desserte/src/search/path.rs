//! By which arcs was a node reached?
//!
//! A search keeps times, not ways. The way is read back from them: the arc one
//! came by is one whose tail's time and own time add up. Of several, the lowest
//! arc is taken, so that the same question always gets the same way.

use crate::graph::{ArcId, Link, NodeId, RoadGraph};

use super::bounded::Workspace;

/// The arcs from a source to a node, after a forward search; `None` where it was not reached.
///
/// An empty path means that the node is a source itself.
#[must_use]
pub fn path_to(
    graph: &RoadGraph,
    workspace: &Workspace,
    sources: &[Link],
    node: NodeId,
) -> Option<Vec<ArcId>> {
    if !workspace.time(node).is_reached() {
        return None;
    }
    let mut path = Vec::new();
    let mut node = node;
    while !sources.iter().any(|source| source.node == node && source.time == workspace.time(node)) {
        let (arc, link) = graph
            .in_arcs(node)
            .filter(|(_, link)| {
                workspace.time(link.node).plus(link.time) == workspace.time(node)
            })
            .min_by_key(|(arc, _)| *arc)
            .expect("a node that is no source was reached by an arc");
        path.push(arc);
        node = link.node;
    }
    path.reverse();
    Some(path)
}
