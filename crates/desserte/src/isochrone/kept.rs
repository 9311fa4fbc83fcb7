//! Which footprints are kept with the network?
//!
//! The footprint of a street is the same in every question that walks as far, on
//! as fine a grid, in the same heading. All streets' are worked out at the first
//! such question, and kept for the two kinds of question asked last. Where they
//! would take more than a quarter of a gigabyte a kind, none is kept, and the
//! reached streets are measured in each question, which gives the same.

use std::{
    f64::consts::PI,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rayon::prelude::*;

use crate::{
    graph::{Heading, RoadNetwork, StreetUse},
    units::Millis,
    watch::{Interrupted, Watch},
};

use super::{
    footprint::Measure, frame::Extent, prints::Prints, reach, surface::Vertex, walls::Walls,
};

/// How many kinds of question have their footprints kept.
const KINDS: usize = 2;
/// How much memory the footprints of one kind may take.
const MOST_BYTES: f64 = 256e6;
/// A time and a segment.
const BYTES_PER_NODE: f64 = 8.0;
/// Streets whose footprints a thread works out together, between two looks at the watch.
const USES_AT_ONCE: usize = 256;

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
    prints: OnceLock<Arc<Prints>>,
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

    /// The footprints of all uses of streets, by their places; `None` where they would take too much.
    ///
    /// Two who ask at once may both work them out; nobody waits for another, who may be waiting too.
    pub(super) fn prints(
        &self,
        network: &RoadNetwork,
        (heading, measure): (Heading, Measure<'_>),
        watch: &Watch,
    ) -> Result<Option<Arc<Prints>>, Interrupted> {
        if expected_bytes(network, measure) > MOST_BYTES {
            return Ok(None);
        }
        let key = Key { heading, resolution: measure.resolution, offroad: measure.walk.offroad };
        let kind = self.kind(key);
        if let Some(known) = kind.prints.get() {
            return Ok(Some(Arc::clone(known)));
        }
        let made = Arc::new(all_prints(network, (heading, measure), watch)?);
        Ok(Some(Arc::clone(kind.prints.get_or_init(|| made))))
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

/// What the footprints of all streets would take, about: a rectangle and two half discs each way.
fn expected_bytes(network: &RoadNetwork, measure: Measure<'_>) -> f64 {
    let (streets, offroad) = (network.streets(), measure.walk.offroad);
    let metres: f64 = streets.ids().map(|street| streets.length(street).0).sum();
    let area = 2.0 * offroad * metres + PI * offroad * offroad * streets.len() as f64;
    2.0 * BYTES_PER_NODE * area / (measure.resolution * measure.resolution)
}

fn all_prints(
    network: &RoadNetwork,
    (heading, measure): (Heading, Measure<'_>),
    watch: &Watch,
) -> Result<Prints, Interrupted> {
    let uses: Vec<StreetUse> = StreetUse::all(network.streets().len()).collect();
    let parts = uses.par_chunks(USES_AT_ONCE).map(|uses| {
        let mut part = Prints::default();
        for &usage in uses {
            part.add(pieces(network, usage, heading), measure);
        }
        watch.step(0).map(|()| part)
    });
    let parts: Vec<Prints> = parts.collect::<Result<_, _>>()?;
    let mut whole = Prints::default();
    for part in parts {
        whole.append(part);
    }
    Ok(whole)
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
