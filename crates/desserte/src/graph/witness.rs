//! Is there another way round that is no slower?
//!
//! Before a node is taken out of the graph, each pair of its neighbours is asked
//! whether one reaches the other as fast without it. A few steps of Dijkstra's
//! algorithm in the graph that remains find most such witnesses; one that is not
//! found costs a shortcut that was not needed, and never a wrong time.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    contract::Remaining,
    road_graph::{Heading, NodeId},
};
use crate::units::Millis;

/// Scratch memory of local searches.
#[derive(Debug)]
pub(super) struct Witness {
    times: Vec<Millis>,
    touched: Vec<NodeId>,
    queue: BinaryHeap<Reverse<(Millis, NodeId)>>,
}

/// How far a local search goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Nothing later is of interest.
    pub(super) budget: Millis,
    /// How many nodes may be settled.
    pub(super) settled: usize,
}

impl Witness {
    pub(super) fn new(node_count: usize) -> Self {
        let times = vec![Millis::INFINITY; node_count];
        Self { times, touched: Vec::new(), queue: BinaryHeap::new() }
    }

    /// Looks round from a node, not through `avoided`; times that come out are those of real ways.
    pub(super) fn search(
        &mut self,
        remaining: &Remaining,
        (source, avoided): (NodeId, NodeId),
        reach: Reach,
    ) {
        for node in self.touched.drain(..) {
            self.times[node.index()] = Millis::INFINITY;
        }
        self.queue.clear();
        self.improve(source, Millis::ZERO);
        let mut settled = 0;
        while let Some(Reverse((time, node))) = self.queue.pop() {
            if time > self.times[node.index()] {
                continue; // reached since by a shorter way
            }
            settled += 1;
            if settled > reach.settled || time >= reach.budget {
                return;
            }
            for link in remaining.links(Heading::Forward, node) {
                let via = time.plus(link.time);
                if link.node != avoided
                    && via <= reach.budget
                    && via < self.times[link.node.index()]
                {
                    self.improve(link.node, via);
                }
            }
        }
    }

    /// The time of a way to a node, not always of the fastest.
    pub(super) fn time(&self, node: NodeId) -> Millis {
        self.times[node.index()]
    }

    fn improve(&mut self, node: NodeId, time: Millis) {
        let known = &mut self.times[node.index()];
        if !known.is_reached() {
            self.touched.push(node);
        }
        *known = time;
        self.queue.push(Reverse((time, node)));
    }
}
