//! In which order are nodes taken out of the graph, and which shortcuts keep it whole?
//!
//! A node is contracted: taken out, and wherever the fastest way between two of
//! its neighbours led through it, a shortcut takes its place. What is passed by
//! many ways should go last. The next node to go is the one that adds the fewest
//! shortcuts for the arcs it removes and that has the fewest levels below it;
//! since that changes as neighbours go, it is worked out again before a node is
//! taken, and the node goes back into the queue if another has become better.
//!
//! # References
//!
//! R. Geisberger, P. Sanders, D. Schultes, D. Delling, "Contraction
//! hierarchies: faster and simpler hierarchical routing in road networks",
//! 2008, doi:10.1007/978-3-540-68552-4_24. The measure of importance is the one
//! of `RoutingKit` (J. Dibbelt, B. Strasser, D. Wagner, "Customizable contraction
//! hierarchies", 2016, doi:10.1145/2886843), without its count of hops.

use std::{cmp::Reverse, collections::BinaryHeap};

use rayon::prelude::*;

use super::{
    road_graph::{Adjacency, Heading, Link, NodeId, RoadGraph},
    witness::{Reach, Witness},
};
use crate::{
    units::Millis,
    watch::{Interrupted, Watch},
};

/// How many nodes a local search settles to judge a node, and to contract it.
///
/// PERF: more finds more witnesses and costs more than it saves; `benches/hierarchy.rs`.
const SETTLED_TO_JUDGE: usize = 15;
const SETTLED_TO_CONTRACT: usize = 100;

/// How many nodes are contracted between two looks at the watch.
const STEP: usize = 1024;

/// The arcs among the nodes that are still there: out of each, and into each.
#[derive(Debug)]
pub(super) struct Remaining([Vec<Vec<Link>>; 2]);

/// What was taken out, in that order, and the arcs each node had to those that stayed.
#[derive(Debug, Default)]
pub(super) struct Contraction {
    pub(super) order: Vec<NodeId>,
    /// For each node in the order: its arcs out, and its arcs in.
    pub(super) arcs: Vec<[Vec<Link>; 2]>,
    /// How many nodes lie one above the other under each.
    levels: Vec<u32>,
}

/// An arc that takes the place of two.
struct Shortcut {
    tail: NodeId,
    head: NodeId,
    time: Millis,
}

/// The less, the sooner: thousandths of a shortcut an arc, and of a level.
type Importance = u32;

impl Contraction {
    /// Contracts every node of a graph.
    pub(super) fn of(graph: &RoadGraph, watch: &Watch) -> Result<Self, Interrupted> {
        let count = graph.node_count();
        let mut site = Site {
            remaining: Remaining::of(graph),
            witness: Witness::new(count),
            levels: vec![0; count],
            shortcuts: Vec::new(),
        };
        let mut queue = site.first_queue();
        let mut done = Self::default();
        while let Some(Reverse((known, node))) = queue.pop() {
            let importance = site.judge(node);
            if importance > known && queue.peek().is_some_and(|next| next.0 < (importance, node)) {
                queue.push(Reverse((importance, node)));
                continue;
            }
            done.levels.push(site.levels[node.index()]);
            done.arcs.push(site.contract(node));
            done.order.push(node);
            if done.order.len().is_multiple_of(STEP) {
                watch.step(STEP as u64)?;
            }
        }
        Ok(done)
    }

    /// The places of the nodes in the order, as a sweep goes through them: level by level from the top.
    ///
    /// PERF: in a level those to which equally many links lead stand together, so
    /// that the machine foresees where their links end, and neighbours after each
    /// other. From the last node taken out to the first, one tree was 14 times as quick
    /// as petgraph on Porto; so it is 22 to 36 times, `benches/recorded`.
    pub(super) fn descent(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.order.len()).collect();
        places.sort_unstable_by_key(|&place| {
            let [out, into] = &self.arcs[place];
            (Reverse(self.levels[place]), into.len(), out.len(), self.order[place])
        });
        places
    }
}

impl Remaining {
    /// Of several arcs between two nodes the fastest is kept; loops lead nowhere.
    fn of(graph: &RoadGraph) -> Self {
        Self([graph.outward(), graph.inward()].map(|arcs| {
            let nodes = (0..graph.node_count() as u32).map(NodeId);
            nodes.map(|node| simplest(arcs, node)).collect()
        }))
    }

    pub(super) fn links(&self, heading: Heading, node: NodeId) -> &[Link] {
        &self.0[heading as usize][node.index()]
    }

    /// Takes a node out, and gives the arcs it had.
    fn remove(&mut self, node: NodeId) -> [Vec<Link>; 2] {
        let [out, into] = &mut self.0;
        let arcs =
            [std::mem::take(&mut out[node.index()]), std::mem::take(&mut into[node.index()])];
        for link in &arcs[0] {
            into[link.node.index()].retain(|back| back.node != node);
        }
        for link in &arcs[1] {
            out[link.node.index()].retain(|back| back.node != node);
        }
        arcs
    }

    fn add(&mut self, shortcut: &Shortcut) {
        let &Shortcut { tail, head, time } = shortcut;
        let [out, into] = &mut self.0;
        for (links, node) in [(&mut out[tail.index()], head), (&mut into[head.index()], tail)] {
            match links.iter_mut().find(|link| link.node == node) {
                Some(link) => link.time = link.time.min(time),
                None => links.push(Link { node, time }),
            }
        }
    }
}

fn simplest(arcs: &Adjacency, node: NodeId) -> Vec<Link> {
    let mut links: Vec<Link> = arcs.links(node).to_vec();
    links.retain(|link| link.node != node);
    links.sort_unstable_by_key(|link| (link.node, link.time));
    links.dedup_by_key(|link| link.node);
    links
}

/// The graph under contraction, and the tools.
struct Site {
    remaining: Remaining,
    witness: Witness,
    /// How many nodes lie one above the other under each node.
    levels: Vec<u32>,
    shortcuts: Vec<Shortcut>,
}

impl Site {
    fn first_queue(&self) -> BinaryHeap<Reverse<(Importance, NodeId)>> {
        let count = self.levels.len();
        let judge = |witness: &mut Witness, node: u32| {
            let node = NodeId(node);
            let mut shortcuts = Vec::new();
            let settled = SETTLED_TO_JUDGE;
            find_shortcuts(&self.remaining, witness, (node, settled), &mut shortcuts);
            Reverse((importance(&self.remaining, node, shortcuts.len(), 0), node))
        };
        let nodes = (0..count as u32).into_par_iter().with_min_len(count.div_ceil(16).max(1));
        let judged: Vec<_> = nodes.map_init(|| Witness::new(count), judge).collect();
        judged.into()
    }

    fn judge(&mut self, node: NodeId) -> Importance {
        let Self { remaining, witness, levels, shortcuts } = self;
        find_shortcuts(remaining, witness, (node, SETTLED_TO_JUDGE), shortcuts);
        importance(remaining, node, shortcuts.len(), levels[node.index()])
    }

    /// Contracts the node that was judged last.
    fn contract(&mut self, node: NodeId) -> [Vec<Link>; 2] {
        let Self { remaining, witness, levels, shortcuts } = self;
        drop_witnessed(remaining, witness, node, shortcuts);
        let arcs = remaining.remove(node);
        for shortcut in &*shortcuts {
            remaining.add(shortcut);
        }
        let above = levels[node.index()] + 1;
        for link in arcs.iter().flatten() {
            let level = &mut levels[link.node.index()];
            *level = (*level).max(above);
        }
        arcs
    }
}

fn importance(remaining: &Remaining, node: NodeId, added: usize, level: u32) -> Importance {
    let arcs = |heading| remaining.links(heading, node).len();
    let removed = arcs(Heading::Forward) + arcs(Heading::Backward);
    1000 * level + (1000 * added).checked_div(removed).unwrap_or_default() as u32
}

/// Which shortcuts the contraction of a node would need.
fn find_shortcuts(
    remaining: &Remaining,
    witness: &mut Witness,
    (node, settled): (NodeId, usize),
    shortcuts: &mut Vec<Shortcut>,
) {
    shortcuts.clear();
    let exits = remaining.links(Heading::Forward, node);
    for entry in remaining.links(Heading::Backward, node) {
        let others = exits.iter().filter(|exit| exit.node != entry.node);
        let Some(longest) = others.clone().map(|exit| exit.time).max() else { continue };
        let reach = Reach { budget: entry.time.plus(longest), settled };
        witness.search(remaining, (entry.node, node), reach);
        for exit in others {
            let time = entry.time.plus(exit.time);
            // What takes as long as the clock goes leads nowhere.
            if witness.time(exit.node) > time && time.is_reached() {
                shortcuts.push(Shortcut { tail: entry.node, head: exit.node, time });
            }
        }
    }
}

/// Looks further for a witness where the judgement found none.
fn drop_witnessed(
    remaining: &Remaining,
    witness: &mut Witness,
    node: NodeId,
    shortcuts: &mut Vec<Shortcut>,
) {
    let mut kept = 0;
    let mut begun = 0;
    while begun < shortcuts.len() {
        let tail = shortcuts[begun].tail;
        let count = shortcuts[begun..].iter().take_while(|shortcut| shortcut.tail == tail).count();
        let own = begun..begun + count;
        let longest = shortcuts[own.clone()].iter().map(|shortcut| shortcut.time).max();
        let budget = longest.unwrap_or_default();
        let reach = Reach { budget, settled: SETTLED_TO_CONTRACT };
        witness.search(remaining, (tail, node), reach);
        for index in own {
            if witness.time(shortcuts[index].head) > shortcuts[index].time {
                shortcuts.swap(kept, index);
                kept += 1;
            }
        }
        begun += count;
    }
    shortcuts.truncate(kept);
}
