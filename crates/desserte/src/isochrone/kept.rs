//! Which footprints are kept with the network?
//!
//! The footprint of a street is the same in every question that walks as far, on
//! as fine a grid, in the same heading. All streets' are worked out at the first
//! such question, and kept for the two kinds of question asked last. What would
//! be more than a quarter of a gigabyte a kind is worked out for the reached
//! streets each time instead, and gives the same.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::{
    graph::{Heading, RoadNetwork, StreetUse},
    units::Millis,
};

use super::{
    footprint::Measure, frame::Extent, prints::Prints, reach, surface::Vertex, walls::Walls,
};

/// How many kinds of question have their footprints kept.
const KINDS: usize = 2;
/// How much memory the footprints of one kind may take.
const MOST_BYTES: usize = 256 << 20;
/// Streets whose footprints a thread works out together.
const USES_AT_ONCE: usize = 512;

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

/// The footprints of one kind of question, by use of a street.
#[derive(Debug)]
struct Kind {
    key: Key,
    /// `None` where they would take too much.
    prints: OnceLock<Option<Arc<Prints>>>,
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

    /// Footprints that hold those of some uses of streets, and where each of them is.
    pub(super) fn prints(
        &self,
        network: &RoadNetwork,
        uses: &[StreetUse],
        (heading, measure): (Heading, Measure<'_>),
    ) -> (Arc<Prints>, Vec<u32>) {
        let key = Key { heading, resolution: measure.resolution, offroad: measure.walk.offroad };
        let kind = self.kind(key);
        let all = || {
            let uses: Vec<StreetUse> = StreetUse::all(network.streets().len()).collect();
            of_uses(network, &uses, (heading, measure), MOST_BYTES).map(Arc::new)
        };
        if let Some(prints) = kind.prints.get_or_init(all) {
            return (Arc::clone(prints), uses.iter().map(|usage| usage.index() as u32).collect());
        }
        let prints = of_uses(network, uses, (heading, measure), usize::MAX).unwrap_or_default();
        (Arc::new(prints), (0..uses.len() as u32).collect())
    }

    fn kind(&self, key: Key) -> Arc<Kind> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.iter().position(|kind| kind.key == key);
        let kind = known
            .map_or_else(|| Arc::new(Kind { key, prints: OnceLock::new() }), |at| kinds.remove(at));
        kinds.push(Arc::clone(&kind));
        let old = kinds.len().saturating_sub(KINDS);
        kinds.drain(..old);
        kind
    }
}

/// The footprints of some uses of streets; `None` where they take more memory than that.
fn of_uses(
    network: &RoadNetwork,
    uses: &[StreetUse],
    (heading, measure): (Heading, Measure<'_>),
    most: usize,
) -> Option<Prints> {
    let mut whole = Prints::default();
    // Taken up in turns, so that what is too much is seen before it is there.
    for turn in uses.chunks(USES_AT_ONCE * 64) {
        let parts: Vec<Prints> = turn
            .par_chunks(USES_AT_ONCE)
            .map(|uses| {
                let mut part = Prints::default();
                for &usage in uses {
                    part.add(pieces(network, usage, heading), measure);
                }
                part
            })
            .collect();
        for part in parts {
            whole.append(part);
        }
        if whole.bytes() > most {
            return None;
        }
    }
    Some(whole)
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
            Heading::Backward => whole - times[point],
        };
        Vertex { x, y, time: Millis(time) }
    };
    let open = reach::open_ground(network, usage.street());
    open.map(move |(first, last)| (first..=last).map(vertex).collect())
}
