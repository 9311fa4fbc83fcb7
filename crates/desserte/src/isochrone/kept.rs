//! Which footprints are kept with the network?
//!
//! The footprint of a node of the graph is the same in every question that walks
//! as far, on as fine a grid, in the same heading. Neighbouring nodes have theirs
//! worked out together, when a question first comes by one of them, and kept for
//! the two kinds of question asked last. Where a kind would take more than a quarter
//! of a gigabyte, what comes on top of it is worked out for its question alone; and
//! where most of a question came on top, the next begins the kind anew. On a grid so
//! fine that a footprint has thousands of cells none is made: streets are measured
//! for each question, as far as it goes. What is kept changes no result.

use std::ops::Range;
use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    graph::{Heading, NodeId, RoadNetwork},
    units::Millis,
    watch::{Interrupted, Watch},
};

use super::{
    footprint::Measure,
    frame::Extent,
    measure::Nodes,
    prints::{self, Prints},
    reach,
    surface::Vertex,
    walls::Walls,
};

/// How many kinds of question have their footprints kept.
const KINDS: usize = 2;
/// How much memory the footprints of one kind may take, bytes.
const MOST_BYTES: usize = 256_000_000;
/// Nodes of the graph, which lie in order along a curve, whose footprints are worked out together;
/// fewer where these are large.
const MOST_NODES: usize = 128;
const LEAST_NODES: usize = 8;
/// Cells in the footprints that are worked out together, without those along the streets.
const CELLS_AT_ONCE: f64 = 8192.0;
/// Cells as far as one walks, beyond which no footprints are made.
const FINEST: f64 = 30.0;

/// What a network keeps of its ground.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) walls: Arc<Walls>,
    /// All streets, on the plane.
    pub(super) extent: Extent,
    /// The kind asked last comes last.
    kinds: Mutex<Vec<Arc<Kind>>>,
}

/// What decides a footprint besides its node.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    heading: Heading,
    resolution: f64,
    offroad: f64,
}

/// The footprints of one kind of question, by nodes of the graph.
#[derive(Debug)]
pub(super) struct Kind {
    key: Key,
    nodes_at_once: usize,
    blocks: Vec<OnceLock<Arc<Prints>>>,
    bytes: AtomicUsize,
    /// How often the last question found a block, and how often there was no room for one.
    found: AtomicUsize,
    wanted: AtomicUsize,
}

impl Kept {
    /// What is kept with a network.
    pub(super) fn with(network: &RoadNetwork) -> Arc<Self> {
        network.scratch().shared(|| Self::of(network))
    }

    fn of(network: &RoadNetwork) -> Self {
        let mut extent = Extent::EMPTY;
        let streets = network.streets();
        for position in streets.ids().flat_map(|street| streets.points(street)) {
            let (x, y) = network.projection().to_plane(*position);
            extent.add(x, y);
        }
        Self { walls: Arc::new(Walls::of(network)), extent, kinds: Mutex::default() }
    }

    /// The footprints of a kind of question, as far as they are known.
    pub(super) fn kind(
        &self,
        network: &RoadNetwork,
        (heading, measure): (Heading, Measure<'_>),
    ) -> Arc<Kind> {
        let key = Key { heading, resolution: measure.resolution, offroad: measure.walk.offroad };
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.iter().position(|kind| kind.key == key).map(|at| kinds.remove(at));
        let kind = known
            .filter(|kind| kind.is_worth_keeping())
            .unwrap_or_else(|| Arc::new(Kind::new(network, key)));
        kinds.push(Arc::clone(&kind));
        let old = kinds.len().saturating_sub(KINDS);
        kinds.drain(..old);
        kind
    }
}

impl Kind {
    fn new(network: &RoadNetwork, key: Key) -> Self {
        let cells = (2.0 * key.offroad / key.resolution).powi(2);
        let nodes_at_once = ((CELLS_AT_ONCE / cells) as usize).clamp(LEAST_NODES, MOST_NODES);
        let blocks = network.graph().node_count().div_ceil(nodes_at_once);
        let blocks = (0..blocks).map(|_| OnceLock::new()).collect();
        let (bytes, found, wanted) = Default::default();
        Self { key, nodes_at_once, blocks, bytes, found, wanted }
    }

    /// Leaves no room for more.
    #[cfg(test)]
    pub(super) fn fill(&self) {
        self.bytes.store(usize::MAX / 2, Ordering::Relaxed);
    }

    fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > MOST_BYTES
    }

    /// Asked before each question: whether the last one was served by what is kept.
    fn is_worth_keeping(&self) -> bool {
        let (found, wanted) =
            (self.found.swap(0, Ordering::Relaxed), self.wanted.swap(0, Ordering::Relaxed));
        found >= wanted
    }

    /// Whether footprints are made at all.
    pub(super) fn has_footprints(&self) -> bool {
        self.key.offroad <= FINEST * self.key.resolution
    }

    /// The block of a node, and its place in there.
    pub(super) fn place(&self, node: NodeId) -> (usize, usize) {
        (node.index() / self.nodes_at_once, node.index() % self.nodes_at_once)
    }

    /// The footprints of a block of nodes.
    ///
    /// # Errors
    ///
    /// Where the watch was cancelled.
    pub(super) fn block(
        &self,
        block: usize,
        (network, measure, watch): (&RoadNetwork, Measure<'_>, &Watch),
    ) -> Result<Arc<Prints>, Interrupted> {
        let slot = &self.blocks[block];
        if let Some(known) = slot.get() {
            self.found.fetch_add(1, Ordering::Relaxed);
            return Ok(Arc::clone(known));
        }
        let first = block * self.nodes_at_once;
        let nodes = first..(first + self.nodes_at_once).min(network.graph().node_count());
        let made = Arc::new(prints(network, nodes, (self.key.heading, measure), watch)?);
        if self.is_full() {
            self.wanted.fetch_add(1, Ordering::Relaxed);
            return Ok(made);
        }
        // Of two who made it at once, one has it kept.
        let kept = slot.get_or_init(|| {
            self.bytes.fetch_add(made.bytes(), Ordering::Relaxed);
            made
        });
        Ok(Arc::clone(kept))
    }
}

/// Works out the footprints of some nodes, whenever these are reached.
fn prints(
    network: &RoadNetwork,
    nodes: Range<usize>,
    (heading, measure): (Heading, Measure<'_>),
    watch: &Watch,
) -> Result<Prints, Interrupted> {
    // INVARIANT: a footprint is whole, whatever the question that first asks for it has as its limit.
    let measure = Measure { limit: Millis::DAY, ..measure };
    let arcs = network.graph().arcs(heading);
    let of_node = |node: usize| {
        watch.step(0)?;
        let pieces = pieces(network, NodeId(node as u32), heading);
        let ground = prints::ground(&pieces, measure);
        Ok((pieces, ground))
    };
    let all = nodes.clone().map(of_node);
    let all: Vec<(Vec<Vec<Vertex>>, Nodes)> = all.collect::<Result<_, Interrupted>>()?;
    let mut prints = Prints::default();
    for (node, (pieces, own)) in nodes.clone().zip(&all) {
        let next = arcs.links(NodeId(node as u32)).iter();
        let next =
            next.filter(|link| nodes.contains(&link.node.index()) && link.time > Millis::ZERO);
        let others: Vec<(&Nodes, Millis)> =
            next.map(|link| (&all[link.node.index() - nodes.start].1, link.time)).collect();
        prints.add(pieces, own, &others);
    }
    Ok(prints)
}

/// The streets that a node opens, on the plane, timed from when one is there (or, backward, up to
/// when one has to be), cut where one cannot step off.
fn pieces(network: &RoadNetwork, node: NodeId, heading: Heading) -> Vec<Vec<Vertex>> {
    let streets = network.streets();
    let mut pieces = Vec::new();
    for (usage, wait) in reach::openings(network, node, heading) {
        let (points, times) = (streets.points(usage.street()), streets.times(usage));
        let whole = streets.total_time(usage).0;
        let vertex = |point: usize| {
            let (x, y) = network.projection().to_plane(points[point]);
            let time = match heading {
                Heading::Forward => times[point],
                Heading::Backward => whole.saturating_sub(times[point]),
            };
            Vertex { x, y, time: wait.plus(Millis(time)) }
        };
        let open = reach::open_ground(network, usage.street());
        pieces.extend(open.map(|(first, last)| (first..=last).map(vertex).collect::<Vec<_>>()));
    }
    pieces
}
