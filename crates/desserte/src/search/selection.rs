//! Which part of the hierarchy does one come down through?
//!
//! Towards everything, all of it. Towards a few hundred places, only what lies
//! above them: a few thousand nodes of a whole département, selected once and
//! gone through for every batch of sources.

use crate::{
    graph::{Adjacency, Heading, Hierarchy, Link, NodeId},
    units::Millis,
};

use super::lanes::Links;

/// The part of a hierarchy that some targets are come to through.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(super) hierarchy: &'a Hierarchy,
    pub(super) heading: Heading,
    part: Part<'a>,
}

#[derive(Debug)]
enum Part<'a> {
    /// A node's place is its position in the hierarchy.
    Whole(&'a Adjacency),
    /// The nodes above the targets, the most important first.
    Above {
        first: Vec<u32>,
        /// The place of the node one comes from, and the time.
        links: Vec<Link>,
        /// The place of each position; `NOWHERE` where it is not selected.
        places: Vec<u32>,
    },
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Selection<'a> {
    /// Selects everything, for searches with a heading.
    #[must_use]
    pub const fn everything(hierarchy: &'a Hierarchy, heading: Heading) -> Self {
        Self { hierarchy, heading, part: Part::Whole(hierarchy.descent(heading)) }
    }

    /// Selects what lies above some nodes of the graph, for searches with a heading.
    #[must_use]
    pub fn above(
        hierarchy: &'a Hierarchy,
        heading: Heading,
        targets: impl IntoIterator<Item = NodeId>,
    ) -> Self {
        let arcs = hierarchy.descent(heading);
        let mut places = vec![NOWHERE; hierarchy.node_count()];
        let mut nodes: Vec<u32> = Vec::new();
        for target in targets {
            let position = hierarchy.position(target).0;
            if std::mem::replace(&mut places[position as usize], 0) == NOWHERE {
                nodes.push(position);
            }
        }
        let mut next = 0;
        while let Some(&position) = nodes.get(next) {
            next += 1;
            for link in arcs.links(NodeId(position)) {
                if std::mem::replace(&mut places[link.node.index()], 0) == NOWHERE {
                    nodes.push(link.node.0);
                }
            }
        }
        // In their order again, which is that of the positions: one look at all is cheaper than sorting.
        nodes.clear();
        nodes.extend((0..places.len() as u32).filter(|&at| places[at as usize] != NOWHERE));
        let (mut first, mut links) = (vec![0], Vec::new());
        for (place, &position) in (0..).zip(&nodes) {
            places[position as usize] = place;
            let above = arcs.links(NodeId(position)).iter();
            let moved = |link: &Link| Link { node: NodeId(places[link.node.index()]), ..*link };
            links.extend(above.map(moved));
            first.push(links.len() as u32);
        }
        Self { hierarchy, heading, part: Part::Above { first, links, places } }
    }

    /// How many nodes are selected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.links().0.len() - 1
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a node of the graph stands in the selection, if it is in it.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Option<u32> {
        self.place_of(self.hierarchy.position(node).0)
    }

    /// The same, for a node given by its position in the hierarchy.
    pub(super) fn place_of(&self, position: u32) -> Option<u32> {
        match &self.part {
            Part::Whole(_) => Some(position),
            Part::Above { places, .. } => {
                Some(places[position as usize]).filter(|&place| place != NOWHERE)
            }
        }
    }

    pub(super) fn links(&self) -> Links<'_> {
        match &self.part {
            Part::Whole(arcs) => arcs.parts(),
            Part::Above { first, links, .. } => (first, links),
        }
    }
}

/// What is read off a sweep: for each place, the selected nodes it is come to from.
#[derive(Debug, Default)]
pub struct Readings {
    first: Vec<u32>,
    links: Vec<Link>,
}

impl Readings {
    /// Prepares the reading of some places, each of them links from selected nodes.
    ///
    /// # Panics
    ///
    /// Panics if a node was not selected.
    pub fn of<P: IntoIterator<Item = Link>>(
        selection: &Selection<'_>,
        places: impl IntoIterator<Item = P>,
    ) -> Self {
        let mut readings = Self { first: vec![0], links: Vec::new() };
        for place in places {
            readings.links.extend(place.into_iter().map(|link| {
                let node = selection.place(link.node).expect("the caller selected what it reads");
                Link { node: NodeId(node), time: link.time.min(Millis::INFINITY) }
            }));
            readings.first.push(readings.links.len() as u32);
        }
        readings
    }

    pub(super) fn links(&self) -> Links<'_> {
        (&self.first, &self.links)
    }
}
