//! How petgraph walks on a road graph.
//!
//! With these traits on `&RoadGraph`, any algorithm of petgraph runs on the
//! network as it is: as an oracle in the tests, as a baseline in the benches,
//! and for whatever a caller needs that this crate does not have. An edge
//! weighs its milliseconds.

use petgraph::{
    Directed, Direction,
    visit::{
        Data, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors,
        IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable,
        VisitMap, Visitable,
    },
};

use super::road_graph::{ArcId, Link, NodeId, RoadGraph};

/// An arc as petgraph sees it.
#[derive(Clone, Copy, Debug)]
pub struct ArcRef<'a> {
    arc: ArcId,
    tail: NodeId,
    link: &'a Link,
}

impl EdgeRef for ArcRef<'_> {
    type NodeId = NodeId;
    type EdgeId = ArcId;
    type Weight = u32;

    fn source(&self) -> NodeId {
        self.tail
    }

    fn target(&self) -> NodeId {
        self.link.node
    }

    fn weight(&self) -> &u32 {
        &self.link.time.0
    }

    fn id(&self) -> ArcId {
        self.arc
    }
}

/// Which nodes a walk has met.
#[derive(Clone, Debug)]
pub struct NodeMarks(Vec<bool>);

impl VisitMap<NodeId> for NodeMarks {
    fn visit(&mut self, node: NodeId) -> bool {
        !std::mem::replace(&mut self.0[node.index()], true)
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.0[node.index()]
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        std::mem::replace(&mut self.0[node.index()], false)
    }
}

impl GraphBase for RoadGraph {
    type NodeId = NodeId;
    type EdgeId = ArcId;
}

impl Data for RoadGraph {
    type NodeWeight = ();
    type EdgeWeight = u32;
}

impl GraphProp for RoadGraph {
    type EdgeType = Directed;
}

impl NodeCount for RoadGraph {
    fn node_count(&self) -> usize {
        self.node_count()
    }
}

impl NodeIndexable for RoadGraph {
    fn node_bound(&self) -> usize {
        self.node_count()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl NodeCompactIndexable for RoadGraph {}

impl Visitable for RoadGraph {
    type Map = NodeMarks;

    fn visit_map(&self) -> NodeMarks {
        NodeMarks(vec![false; self.node_count()])
    }

    fn reset_map(&self, map: &mut NodeMarks) {
        map.0.clear();
        map.0.resize(self.node_count(), false);
    }
}

impl<'a> IntoNodeIdentifiers for &'a RoadGraph {
    type NodeIdentifiers = Box<dyn Iterator<Item = NodeId> + 'a>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Box::new((0..self.node_count() as u32).map(NodeId))
    }
}

/// The nodes next to one, along its arcs or against them.
#[derive(Clone, Debug)]
pub struct Neighbours<'a>(std::slice::Iter<'a, Link>);

impl Iterator for Neighbours<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|link| link.node)
    }
}

impl<'a> IntoNeighbors for &'a RoadGraph {
    type Neighbors = Neighbours<'a>;

    fn neighbors(self, node: NodeId) -> Neighbours<'a> {
        Neighbours(self.outward.links(node).iter())
    }
}

impl<'a> IntoNeighborsDirected for &'a RoadGraph {
    type NeighborsDirected = Neighbours<'a>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Neighbours<'a> {
        match direction {
            Direction::Outgoing => Neighbours(self.outward.links(node).iter()),
            Direction::Incoming => Neighbours(self.inward.links(node).iter()),
        }
    }
}

/// The arcs that leave a run of nodes, in order.
#[derive(Clone, Debug)]
pub struct ArcRefs<'a> {
    graph: &'a RoadGraph,
    tail: NodeId,
    arcs: std::ops::Range<usize>,
}

impl<'a> Iterator for ArcRefs<'a> {
    type Item = ArcRef<'a>;

    fn next(&mut self) -> Option<ArcRef<'a>> {
        let arc = self.arcs.next()?;
        while arc >= self.graph.outward.range(self.tail).end {
            self.tail = NodeId(self.tail.0 + 1);
        }
        let link = &self.graph.outward.links[arc];
        Some(ArcRef { arc: ArcId(arc as u32), tail: self.tail, link })
    }
}

impl<'a> IntoEdgeReferences for &'a RoadGraph {
    type EdgeRef = ArcRef<'a>;
    type EdgeReferences = ArcRefs<'a>;

    fn edge_references(self) -> ArcRefs<'a> {
        ArcRefs { graph: self, tail: NodeId(0), arcs: 0..self.arc_count() }
    }
}

impl<'a> IntoEdges for &'a RoadGraph {
    type Edges = ArcRefs<'a>;

    fn edges(self, node: NodeId) -> ArcRefs<'a> {
        ArcRefs { graph: self, tail: node, arcs: self.outward.range(node) }
    }
}
