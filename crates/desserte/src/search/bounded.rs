//! Everything one place can reach within a time budget.
//!
//! Rural catchments are small next to the network that holds them: thirty
//! minutes by car settles a few tens of thousands of nodes. A bounded search
//! pays for what it reaches, never for the size of the graph, provided that the
//! times of the nodes survive from one place to the next. [`Workspace`] is that
//! memory: one per thread, reset in time proportional to its last search.
//!
//! The algorithm is Dijkstra's, with a bucket queue instead of a heap (see
//! `queue.rs`). It does not know its direction: on the arcs by tail it goes
//! forward in time, on the arcs by head backward.
//!
//! # References
//!
//! E. W. Dijkstra, "A note on two problems in connexion with graphs", 1959,
//! doi:10.1007/BF01386390. R. B. Dial, "Algorithm 360: shortest-path forest
//! with topological ordering", 1969, doi:10.1145/363269.363610; here buckets
//! are wider than the shortest arc, and a node is expanded again if need be.

use crate::{
    graph::{Adjacency, Link, NodeId, RoadGraph, RoadNetwork},
    scratch::Lease,
    units::Millis,
};

use super::queue::{BucketQueue, Entry};

/// Scratch memory of a bounded search, reusable across sources and directions.
#[derive(Debug)]
pub struct Workspace {
    times: Vec<Millis>,
    reached: Vec<NodeId>,
    queue: BucketQueue,
    batch: Vec<Entry>,
    longest_link: Millis,
}

impl Workspace {
    /// Scratch memory for searches on this graph.
    #[must_use]
    pub fn new(graph: &RoadGraph) -> Self {
        Self {
            times: vec![Millis::INFINITY; graph.node_count()],
            reached: Vec::new(),
            queue: BucketQueue::new(),
            batch: Vec::new(),
            longest_link: graph.outward().longest_link(),
        }
    }

    /// Scratch memory that a network keeps between searches.
    #[must_use]
    pub fn on(network: &RoadNetwork) -> Lease<'_, Self> {
        network.scratch().lease(|| Self::new(network.graph()))
    }

    /// Finds the time to every node within `budget` of the sources.
    ///
    /// Each source is a node and the time at which it is reached. The budget is
    /// inclusive: a node exactly `budget` away is reached.
    ///
    /// # Panics
    ///
    /// Panics if the arcs are those of another graph.
    ///
    /// # Complexity
    ///
    /// `O(n + m + b)` in practice, over the `n` nodes and `m` arcs inside the
    /// budget and the `b` buckets of two seconds that it spans.
    pub fn search(
        &mut self,
        arcs: &Adjacency,
        sources: impl IntoIterator<Item = Link>,
        budget: Millis,
    ) {
        self.search_until(arcs, sources, budget, |_, _| false);
    }

    /// Does the same, until `is_done` says so.
    ///
    /// `is_done` is asked each time the search advances, with the workspace and
    /// the time up to which everything is final. Later times are tentative.
    ///
    /// # Panics
    ///
    /// Panics if the arcs are those of another graph.
    pub fn search_until(
        &mut self,
        arcs: &Adjacency,
        sources: impl IntoIterator<Item = Link>,
        budget: Millis,
        mut is_done: impl FnMut(&Self, Millis) -> bool,
    ) {
        assert_eq!(self.times.len(), arcs.node_count(), "the workspace of another graph");
        self.reset();
        self.start(sources, budget);
        loop {
            self.empty_bucket(arcs, budget);
            match self.queue.advance() {
                None => return,
                Some(frontier) if is_done(self, frontier) => return,
                Some(_) => {}
            }
        }
    }

    /// The time of a node, [`Millis::INFINITY`] where it was not reached.
    #[must_use]
    pub fn time(&self, node: NodeId) -> Millis {
        self.times[node.index()]
    }

    /// The nodes reached, in no particular order.
    #[must_use]
    pub fn reached(&self) -> &[NodeId] {
        &self.reached
    }

    fn start(&mut self, sources: impl IntoIterator<Item = Link>, budget: Millis) {
        for source in sources {
            if source.time <= budget && source.time < self.times[source.node.index()] {
                self.improve(source.node, source.time);
            }
        }
        let times = self.reached.iter().map(|node| self.times[node.index()]);
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
            return self.queue.open(Millis::ZERO, Millis::ZERO);
        };
        self.queue.open(first, self.longest_link.max(Millis(last.0 - first.0)));
        for node in &self.reached {
            self.queue.push(*node, self.times[node.index()]);
        }
    }

    fn empty_bucket(&mut self, arcs: &Adjacency, budget: Millis) {
        let mut batch = std::mem::take(&mut self.batch);
        while self.queue.take_batch(&mut batch) {
            for (node, time) in batch.drain(..) {
                if time > self.times[node.index()] {
                    continue; // reached since by a shorter way
                }
                for link in arcs.links(node) {
                    // No wrap: both are below half of what the integer holds.
                    let via = Millis(time.0 + link.time.0);
                    if via < self.times[link.node.index()] && via <= budget {
                        self.improve(link.node, via);
                        self.queue.push(link.node, via);
                    }
                }
            }
        }
        self.batch = batch;
    }

    fn improve(&mut self, node: NodeId, time: Millis) {
        let known = &mut self.times[node.index()];
        if !known.is_reached() {
            self.reached.push(node);
        }
        *known = time;
    }

    fn reset(&mut self) {
        for node in self.reached.drain(..) {
            self.times[node.index()] = Millis::INFINITY;
        }
        self.queue.clear();
    }
}
