//! Which footprints are kept with the network?
//!
//! The footprint of a street is the same in every question that walks as far, on
//! as fine a grid, in the same heading. Neighbouring streets have theirs worked
//! out together, when a question first comes by one of them, and kept for the two
//! kinds of question asked last. Where a kind would take more than a quarter of a
//! gigabyte, what comes on top of it is worked out for its question alone, and
//! the next question begins a new kind. What is kept changes no result.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    graph::{Heading, RoadNetwork, StreetUse},
    units::Millis,
};

use super::{
    footprint::Measure, frame::Extent, prints::Prints, reach, surface::Vertex, walls::Walls,
};

/// How many kinds of question have their footprints kept.
const KINDS: usize = 2;
/// How much memory the footprints of one kind may take, bytes.
const MOST_BYTES: usize = 256_000_000;
/// Uses of streets, which lie in order along a curve, whose footprints are worked out together.
pub(super) const USES_AT_ONCE: usize = 64;

/// What a network keeps of its ground.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) walls: Arc<Walls>,
    /// All streets, on the plane.
    pub(super) extent: Extent,
    /// The kind asked last comes last.
    kinds: Mutex<Vec<Arc<Kind>>>,
}

/// What decides a footprint besides its street.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    heading: Heading,
    resolution: f64,
    offroad: f64,
}

/// The footprints of one kind of question, by uses of streets.
#[derive(Debug)]
pub(super) struct Kind {
    key: Key,
    blocks: Vec<OnceLock<Arc<Prints>>>,
    bytes: AtomicUsize,
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
            .filter(|kind| !kind.is_full())
            .unwrap_or_else(|| Arc::new(Kind::new(network, key)));
        kinds.push(Arc::clone(&kind));
        let old = kinds.len().saturating_sub(KINDS);
        kinds.drain(..old);
        kind
    }
}

impl Kind {
    fn new(network: &RoadNetwork, key: Key) -> Self {
        let blocks = (2 * network.streets().len()).div_ceil(USES_AT_ONCE);
        let blocks = (0..blocks).map(|_| OnceLock::new()).collect();
        Self { key, blocks, bytes: AtomicUsize::new(0) }
    }

    /// Leaves no room for more.
    #[cfg(test)]
    pub(super) fn fill(&self) {
        self.bytes.store(usize::MAX / 2, Ordering::Relaxed);
    }

    fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > MOST_BYTES
    }

    /// The footprints of a block of uses.
    pub(super) fn block(
        &self,
        block: usize,
        network: &RoadNetwork,
        measure: Measure<'_>,
    ) -> Arc<Prints> {
        let work_out = || Arc::new(prints(network, block, (self.key.heading, measure)));
        let slot = &self.blocks[block];
        if slot.get().is_none() && self.is_full() {
            return work_out();
        }
        let keep = || {
            let made = work_out();
            self.bytes.fetch_add(made.bytes(), Ordering::Relaxed);
            made
        };
        Arc::clone(slot.get_or_init(keep))
    }
}

/// Works out the footprints of a block of uses, whenever they are entered.
fn prints(
    network: &RoadNetwork,
    block: usize,
    (heading, measure): (Heading, Measure<'_>),
) -> Prints {
    // INVARIANT: a footprint is whole, whatever the question that first asks for it has as its limit.
    let measure = Measure { limit: Millis::DAY, ..measure };
    let mut prints = Prints::default();
    let uses = StreetUse::all(network.streets().len());
    for usage in uses.skip(block * USES_AT_ONCE).take(USES_AT_ONCE) {
        prints.add(pieces(network, usage, heading), measure);
    }
    prints
}

/// A whole street on the plane, timed from when one enters it (or, backward, up to when one has to
/// have left it), cut where one cannot step off.
fn pieces(
    network: &RoadNetwork,
    usage: StreetUse,
    heading: Heading,
) -> impl Iterator<Item = Vec<Vertex>> {
    let streets = network.streets();
    let (points, times) = (streets.points(usage.street()), streets.times(usage));
    let whole = streets.total_time(usage).0;
    let vertex = move |point: usize| {
        let (x, y) = network.projection().to_plane(points[point]);
        let time = match heading {
            Heading::Forward => times[point],
            Heading::Backward => whole.saturating_sub(times[point]),
        };
        Vertex { x, y, time: Millis(time) }
    };
    let open = reach::open_ground(network, usage.street());
    open.map(move |(first, last)| (first..=last).map(vertex).collect())
}
