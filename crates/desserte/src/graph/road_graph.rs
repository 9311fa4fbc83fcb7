//! Which arcs lead where, and how long do they take?
//!
//! The graph that searches run on, as an adjacency array: the arcs that leave a
//! node lie side by side, and so do those that enter it. A junction is one node
//! here, or several: one for each access layer it takes part in, one for each
//! restricted manoeuvre in the middle of which one comes there, and one for each
//! ferry that goes on from there. Node, arc
//! and junction ids follow the locality order of the junctions.

use bytemuck::{Pod, Zeroable};

use super::street::{JunctionId, StreetUse};
use crate::{
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
    units::Millis,
};

/// A node of the graph: a junction, in one layer, in the middle of certain manoeuvres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The id as a slice wants it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// An arc of the graph: a street, used one way, from one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct ArcId(pub u32);

impl ArcId {
    /// The id as a slice wants it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which way a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Along the arcs, from its sources.
    Forward,
    /// Against them, towards its sources.
    Backward,
}

/// The far end of an arc and its time, side by side: what the inner loop of a search reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Link {
    /// The node at the other end.
    pub node: NodeId,
    /// How long the arc takes, with the delay of the junction it enters, or the wait for its ferry.
    pub time: Millis,
}

impl Link {
    /// What stands where there is no link.
    pub(super) const NONE: Self = Self { node: NodeId(u32::MAX), time: Millis::INFINITY };
}

/// The arcs of all nodes in one direction of search.
#[derive(Debug, Default)]
pub struct Adjacency {
    pub(super) first: Column<u32>,
    pub(super) links: Column<Link>,
}

impl Adjacency {
    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.first.len() - 1
    }

    /// The links of one node.
    #[must_use]
    pub fn links(&self, node: NodeId) -> &[Link] {
        &self.links[self.range(node)]
    }

    /// Where the links of one node lie among all.
    #[must_use]
    pub fn range(&self, node: NodeId) -> std::ops::Range<usize> {
        self.first[node.index()] as usize..self.first[node.index() + 1] as usize
    }

    /// All links one after the other, and where those of each node begin.
    pub(crate) fn parts(&self) -> (&[u32], &[Link]) {
        (&self.first, &self.links)
    }

    /// The longest link, or zero where there is none.
    #[must_use]
    pub fn longest_link(&self) -> Millis {
        self.links.iter().map(|link| link.time).max().unwrap_or_default()
    }
}

impl Adjacency {
    /// Lays the arcs on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>, [first, links]: [Section; 2]) {
        sheaf.put(first, &self.first);
        sheaf.put(links, &self.links);
    }

    /// Takes the arcs off a shelf.
    pub(super) fn load(shelf: &Shelf, [first, links]: [Section; 2]) -> Result<Self, Flaw> {
        Ok(Self { first: shelf.take(first)?, links: shelf.take(links)? })
    }
}

/// The directed graph of a network. Immutable; share it freely between threads.
///
/// It implements the visit traits of petgraph by reference, so that
/// `petgraph::algo::dijkstra(&graph, ...)` and its kin run on it.
#[derive(Debug, Default)]
pub struct RoadGraph {
    /// Arcs by tail.
    pub(super) outward: Adjacency,
    /// Arcs by head.
    pub(super) inward: Adjacency,
    /// The arc behind each inward link.
    pub(super) inward_arcs: Column<ArcId>,
    /// The street behind each arc.
    pub(super) arc_uses: Column<StreetUse>,
    /// First node of each junction, and one past the last.
    pub(super) first_node: Column<u32>,
    /// The junction of each node.
    pub(super) junctions: Column<JunctionId>,
    /// Where a trip that begins on a street enters the graph, by street use; [`Link::NONE`] where
    /// it does not.
    pub(super) entries: Column<Link>,
}

impl RoadGraph {
    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.junctions.len()
    }

    /// How many arcs there are.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.arc_uses.len()
    }

    /// Arcs by their tail: what a forward search follows.
    #[must_use]
    pub fn outward(&self) -> &Adjacency {
        &self.outward
    }

    /// Arcs by their head: what a backward search follows.
    #[must_use]
    pub fn inward(&self) -> &Adjacency {
        &self.inward
    }

    /// What a search with this heading follows.
    #[must_use]
    pub const fn arcs(&self, heading: Heading) -> &Adjacency {
        match heading {
            Heading::Forward => &self.outward,
            Heading::Backward => &self.inward,
        }
    }

    /// The arcs that leave a node.
    pub fn out_arcs(&self, node: NodeId) -> impl Iterator<Item = (ArcId, Link)> + '_ {
        let range = self.outward.range(node);
        range.map(|arc| (ArcId(arc as u32), self.outward.links[arc]))
    }

    /// The arcs that enter a node, each with its tail.
    pub fn in_arcs(&self, node: NodeId) -> impl Iterator<Item = (ArcId, Link)> + '_ {
        let range = self.inward.range(node);
        range.map(|position| (self.inward_arcs[position], self.inward.links[position]))
    }

    /// The street an arc uses.
    #[must_use]
    pub fn street_use(&self, arc: ArcId) -> StreetUse {
        self.arc_uses[arc.index()]
    }

    /// The node an arc leads to, and how long it takes.
    #[must_use]
    pub fn link(&self, arc: ArcId) -> Link {
        self.outward.links[arc.index()]
    }

    /// The junction a node stands for.
    #[must_use]
    pub fn junction(&self, node: NodeId) -> JunctionId {
        self.junctions[node.index()]
    }

    /// The nodes that stand for a junction.
    pub fn nodes_of(&self, junction: JunctionId) -> impl Iterator<Item = NodeId> + use<> {
        (self.first_node[junction.index()]..self.first_node[junction.index() + 1]).map(NodeId)
    }

    /// The node that a trip beginning on a street enters first, and the time of
    /// the whole street up to it; `None` where the direction is not permitted.
    #[must_use]
    pub fn entry(&self, usage: StreetUse) -> Option<Link> {
        let entry = self.entries[usage.index()];
        (entry != Link::NONE).then_some(entry)
    }

    /// The streets by which a trip that begins on them may enter the graph at a
    /// node, with the time of the whole street; some come more than once.
    ///
    /// These are not the arcs that enter the node: a private street that nothing
    /// private leads to has none in the layer of those who leave it.
    pub fn entered_at(&self, node: NodeId) -> impl Iterator<Item = (StreetUse, Millis)> + '_ {
        let copies = self.nodes_of(self.junction(node));
        let uses = copies.flat_map(|copy| self.in_arcs(copy)).map(|(arc, _)| self.street_use(arc));
        uses.filter_map(move |usage| {
            let entry = self.entry(usage).filter(|entry| entry.node == node)?;
            Some((usage, entry.time))
        })
    }

    /// Every arc that uses a street this way: one for each copy of its tail.
    pub fn arcs_of(
        &self,
        tail: JunctionId,
        usage: StreetUse,
    ) -> impl Iterator<Item = (NodeId, ArcId)> + '_ {
        self.nodes_of(tail).flat_map(move |node| {
            self.out_arcs(node)
                .filter(move |&(arc, _)| self.street_use(arc) == usage)
                .map(move |(arc, _)| (node, arc))
        })
    }
}

impl RoadGraph {
    /// Lays the graph on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>) {
        self.outward.save(sheaf, [Section::ArcsOutFirst, Section::ArcsOut]);
        self.inward.save(sheaf, [Section::ArcsInFirst, Section::ArcsIn]);
        sheaf.put(Section::ArcsInIds, &self.inward_arcs);
        sheaf.put(Section::ArcUses, &self.arc_uses);
        sheaf.put(Section::JunctionFirstNode, &self.first_node);
        sheaf.put(Section::NodeJunctions, &self.junctions);
        sheaf.put(Section::Entries, &self.entries);
    }

    /// Takes the graph off a shelf; that it is whole is checked apart.
    pub(super) fn load(shelf: &Shelf) -> Result<Self, Flaw> {
        Ok(Self {
            outward: Adjacency::load(shelf, [Section::ArcsOutFirst, Section::ArcsOut])?,
            inward: Adjacency::load(shelf, [Section::ArcsInFirst, Section::ArcsIn])?,
            inward_arcs: shelf.take(Section::ArcsInIds)?,
            arc_uses: shelf.take(Section::ArcUses)?,
            first_node: shelf.take(Section::JunctionFirstNode)?,
            junctions: shelf.take(Section::NodeJunctions)?,
            entries: shelf.take(Section::Entries)?,
        })
    }
}
