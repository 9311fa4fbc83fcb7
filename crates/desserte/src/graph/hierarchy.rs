//! Which way up, and which way down again?
//!
//! The graph in another form, for questions about many places at once. Nodes
//! stand level by level, the most important first; between any two nodes one of
//! the fastest ways leads up, from level to level, and then only down
//! (`contract.rs` adds the shortcuts that make it so). So a search has two
//! parts: a small one up from the source, and a sweep down over the nodes in
//! their order, which reads memory from one end to the other.
//!
//! Positions in this order are the ids here; every link leads to a lower one.

use super::{
    contract::Contraction,
    road_graph::{Adjacency, Heading, Link, NodeId, RoadGraph},
};
use crate::{
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
    watch::{Interrupted, Phase, Watch},
};

/// A contraction hierarchy of a road graph. Immutable; share it freely between threads.
#[derive(Debug, Default)]
pub struct Hierarchy {
    /// The position of each node.
    pub(super) positions: Column<u32>,
    /// For each position, the arcs to more important nodes: out of it, and into it.
    pub(super) upward: [Adjacency; 2],
}

impl Hierarchy {
    /// Prepares a graph: the same for any number of threads.
    ///
    /// # Errors
    ///
    /// Where the watch was cancelled.
    ///
    /// # Complexity
    ///
    /// About ten microseconds a node on road networks.
    pub fn of(graph: &RoadGraph, watch: &Watch) -> Result<Self, Interrupted> {
        watch.begin(Phase::Preparing, graph.node_count() as u64);
        let contraction = Contraction::of(graph, watch)?;
        let descent = contraction.descent();
        let mut positions = vec![0; graph.node_count()];
        for (position, &place) in (0..).zip(&descent) {
            positions[contraction.order[place].index()] = position;
        }
        let upward = [0, 1].map(|side| {
            let (mut first, mut links) = (vec![0], Vec::<Link>::new());
            for own in descent.iter().map(|&place| &contraction.arcs[place]) {
                let placed = own[side].iter().map(|link| Link {
                    node: NodeId(positions[link.node.index()]),
                    time: link.time,
                });
                let begun = links.len();
                links.extend(placed);
                links[begun..].sort_unstable_by_key(|link| link.node);
                first.push(links.len() as u32);
            }
            Adjacency { first: first.into(), links: links.into() }
        });
        Ok(Self { positions: positions.into(), upward })
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.positions.len()
    }

    /// How many arcs there are, shortcuts among them.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.upward.iter().map(|arcs| arcs.links.len()).sum()
    }

    /// Where a node stands, the most important first.
    #[must_use]
    pub fn position(&self, node: NodeId) -> NodeId {
        NodeId(self.positions[node.index()])
    }

    /// What a search with this heading follows up from its sources.
    #[must_use]
    pub const fn climb(&self, heading: Heading) -> &Adjacency {
        &self.upward[heading as usize]
    }

    /// The links by which each node is come to from above, for a search with this heading.
    #[must_use]
    pub const fn descent(&self, heading: Heading) -> &Adjacency {
        match heading {
            Heading::Forward => &self.upward[1],
            Heading::Backward => &self.upward[0],
        }
    }
}

/// The sections of the links up out of nodes, and of those down into them.
pub(super) const SECTIONS: [[Section; 2]; 2] = [
    [Section::HierarchyOutFirst, Section::HierarchyOut],
    [Section::HierarchyInFirst, Section::HierarchyIn],
];

impl Hierarchy {
    /// Lays the hierarchy on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>) {
        sheaf.put(Section::HierarchyPositions, &self.positions);
        for (arcs, sections) in self.upward.iter().zip(SECTIONS) {
            arcs.save(sheaf, sections);
        }
    }

    /// Takes the hierarchy off a shelf, if it lies there; that it is whole is checked apart.
    pub(super) fn load(shelf: &Shelf) -> Result<Option<Self>, Flaw> {
        let [out, into] = SECTIONS;
        if ![Section::HierarchyPositions].iter().chain(&out).chain(&into).any(|&it| shelf.holds(it))
        {
            return Ok(None);
        }
        Ok(Some(Self {
            positions: shelf.take(Section::HierarchyPositions)?,
            upward: [Adjacency::load(shelf, out)?, Adjacency::load(shelf, into)?],
        }))
    }
}
