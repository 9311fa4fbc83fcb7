//! What lies above some sources, and how long until there?
//!
//! The first half of every question to a hierarchy. It needs no queue: what lies
//! above a few neighbours is so small that all of it is collected, sorted by
//! importance, and gone through once.

use crate::graph::{Adjacency, Hierarchy, Link, NodeId};

use super::lanes::{self, Lanes};

/// Everything above some sources, and the times to it.
#[derive(Debug)]
pub(super) struct Climb<T> {
    /// By position in the hierarchy, where it stands in `order`.
    slots: Vec<u32>,
    /// The positions climbed through, the least important first.
    order: Vec<u32>,
    /// By slot.
    times: Vec<T>,
    first: Vec<u32>,
    links: Vec<Link>,
}

const UNTOUCHED: u32 = u32::MAX;

impl<T: Lanes> Climb<T> {
    pub(super) fn new(hierarchy: &Hierarchy) -> Self {
        Self {
            slots: vec![UNTOUCHED; hierarchy.node_count()],
            order: Vec::new(),
            times: Vec::new(),
            first: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Climbs from sources that are given by their positions.
    pub(super) fn run<S: Iterator<Item = Link>>(
        &mut self,
        arcs: &Adjacency,
        sources: impl Iterator<Item = S>,
    ) {
        assert_eq!(self.slots.len(), arcs.node_count(), "the scratch memory of another hierarchy");
        for position in self.order.drain(..) {
            self.slots[position as usize] = UNTOUCHED;
        }
        let begun: Vec<(usize, Link)> = sources
            .enumerate()
            .flat_map(|(lane, source)| source.map(move |link| (lane, link)))
            .collect();
        self.reach(arcs, begun.iter().map(|(_, link)| link.node.0));
        self.times.clear();
        self.times.resize(self.order.len(), T::UNREACHED);
        for (lane, Link { node, time }) in begun {
            self.times[self.slots[node.index()] as usize].improve_one(lane, time);
        }
        lanes::climb((&self.first, &self.links), &mut self.times);
    }

    /// The positions climbed through and the times there, the least important first.
    pub(super) fn reached(&self) -> impl DoubleEndedIterator<Item = (u32, &T)> {
        self.order.iter().copied().zip(&self.times)
    }

    /// The times at a position, if it was climbed through.
    pub(super) fn at(&self, position: u32) -> Option<&T> {
        self.times.get(self.slots[position as usize] as usize)
    }

    /// Finds what lies above some positions, and the links between them, by slot.
    fn reach(&mut self, arcs: &Adjacency, positions: impl Iterator<Item = u32>) {
        positions.for_each(|position| self.touch(position));
        let mut next = 0;
        while let Some(&position) = self.order.get(next) {
            next += 1;
            for link in arcs.links(NodeId(position)) {
                self.touch(link.node.0);
            }
        }
        self.order.sort_unstable_by(|a, b| b.cmp(a));
        for (slot, &position) in (0..).zip(&self.order) {
            self.slots[position as usize] = slot;
        }
        self.first.clear();
        self.links.clear();
        self.first.push(0);
        for &position in &self.order {
            let slots = &self.slots;
            let placed = |link: &Link| Link { node: NodeId(slots[link.node.index()]), ..*link };
            self.links.extend(arcs.links(NodeId(position)).iter().map(placed));
            self.first.push(self.links.len() as u32);
        }
    }

    fn touch(&mut self, position: u32) {
        let slot = &mut self.slots[position as usize];
        if *slot == UNTOUCHED {
            *slot = 0;
            self.order.push(position);
        }
    }
}
