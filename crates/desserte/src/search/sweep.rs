//! How long from many places to many others?
//!
//! In a hierarchy some fastest way leads up from the source and then down to the
//! target. All that lies above the targets is selected once; whoever searches
//! from sixteen sources climbs to what lies above them, and then goes through
//! the selection from the top down, each node after those it is come to from.
//! No queue, and each link is looked at once for sixteen searches.
//!
//! # References
//!
//! D. Delling, A. V. Goldberg, A. Nowatzyk, R. F. Werneck, "PHAST: hardware-
//! accelerated shortest path trees", 2011, doi:10.1109/IPDPS.2011.89; D. Delling,
//! A. V. Goldberg, R. F. Werneck, "Faster batched shortest paths in road
//! networks", 2011, doi:10.4230/OASIcs.ATMOS.2011.52. The climb has no queue
//! either: what lies above sixteen sources that are neighbours is small enough
//! to be gone through in the order of the hierarchy.

use crate::{
    graph::{Heading, Hierarchy, Link, NodeId},
    units::Millis,
};

use super::lanes::{self, LANES, Lanes};

/// The part of a hierarchy that some targets are come to through.
#[derive(Debug)]
pub struct Selection<'a> {
    hierarchy: &'a Hierarchy,
    heading: Heading,
    /// Positions in the hierarchy, the most important first.
    nodes: Vec<u32>,
    first: Vec<u32>,
    /// The place in `nodes` of the node one comes from, and the time.
    links: Vec<(u32, Millis)>,
    /// The place in `nodes` of each position; `NOWHERE` where it is not selected.
    places: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Selection<'a> {
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
        nodes.sort_unstable();
        let (mut first, mut links) = (vec![0], Vec::new());
        for (place, &position) in (0..).zip(&nodes) {
            places[position as usize] = place;
            let above = arcs.links(NodeId(position)).iter();
            links.extend(above.map(|link| (places[link.node.index()], link.time)));
            first.push(links.len() as u32);
        }
        Self { hierarchy, heading, nodes, first, links, places }
    }

    /// How many nodes are selected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// Scratch memory of sixteen searches side by side, reusable.
#[derive(Debug)]
pub struct Sweep {
    /// By position in the hierarchy; unreached between two sweeps.
    climbed: Vec<Lanes>,
    is_climbed: Vec<bool>,
    order: Vec<u32>,
    /// By place in the selection.
    swept: Vec<Lanes>,
}

impl Sweep {
    /// How many sources are searched from side by side.
    pub const SOURCES: usize = LANES;

    /// Scratch memory for a hierarchy.
    #[must_use]
    pub fn new(hierarchy: &Hierarchy) -> Self {
        let count = hierarchy.node_count();
        Self {
            climbed: vec![Lanes::UNREACHED; count],
            is_climbed: vec![false; count],
            order: Vec::new(),
            swept: Vec::new(),
        }
    }

    /// Searches from up to sixteen sources, each of them nodes and the times at which they are reached.
    ///
    /// # Panics
    ///
    /// Panics if there are more sources than lanes, or the scratch memory is of another hierarchy.
    pub fn run<S: IntoIterator<Item = Link>>(
        &mut self,
        selection: &Selection<'_>,
        sources: impl IntoIterator<Item = S>,
    ) {
        self.reset();
        for (lane, source) in sources.into_iter().enumerate() {
            for Link { node, time } in source {
                let position = selection.hierarchy.position(node);
                self.touch(position.0);
                let known = &mut self.climbed[position.index()].0[lane];
                *known = (*known).min(time.0);
            }
        }
        self.climb(selection);
        let (climbed, is_climbed) = (&self.climbed, &self.is_climbed);
        let begun = |place: usize| {
            let position = selection.nodes[place] as usize;
            is_climbed[position].then(|| &climbed[position])
        };
        lanes::sweep((&selection.first, &selection.links), begun, &mut self.swept);
    }

    /// The times of a selected node, a source each; [`Millis::INFINITY`] where it is not reached.
    ///
    /// # Panics
    ///
    /// Panics if the node was not selected.
    #[must_use]
    pub fn times(&self, selection: &Selection<'_>, node: NodeId) -> [Millis; LANES] {
        let place = selection.places[selection.hierarchy.position(node).index()];
        self.swept[place as usize].0.map(|time| Millis(time.min(Millis::INFINITY.0)))
    }

    /// Everything above the sources, and the times to it.
    fn climb(&mut self, selection: &Selection<'_>) {
        let arcs = selection.hierarchy.climb(selection.heading);
        let mut next = 0;
        while let Some(&position) = self.order.get(next) {
            next += 1;
            for link in arcs.links(NodeId(position)) {
                self.touch(link.node.0);
            }
        }
        self.order.sort_unstable_by(|a, b| b.cmp(a));
        lanes::climb(&self.order, arcs, &mut self.climbed);
    }

    fn touch(&mut self, position: u32) {
        if !std::mem::replace(&mut self.is_climbed[position as usize], true) {
            self.order.push(position);
        }
    }

    fn reset(&mut self) {
        for position in self.order.drain(..) {
            self.climbed[position as usize] = Lanes::UNREACHED;
            self.is_climbed[position as usize] = false;
        }
    }
}
