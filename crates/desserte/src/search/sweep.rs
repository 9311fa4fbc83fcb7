//! How long from many places to many others?
//!
//! In a hierarchy some fastest way leads up from the source and then down to the
//! target. Whoever searches from sixteen sources climbs to what lies above them,
//! and then goes through a [`Selection`] from the top down, each node after
//! those it is come to from. No queue, and each link is looked at once for
//! sixteen searches. One source alone goes the same way.
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
    graph::{Hierarchy, Link, NodeId, RoadNetwork},
    scratch::Lease,
    units::Millis,
};

use super::{
    climb::Climb,
    lanes::{self, Lanes, One, Sixteen, Visit},
    selection::{Readings, Selection},
};

/// Scratch memory of searches that go side by side, reusable.
#[derive(Debug)]
pub struct Sweep<T> {
    climb: Climb<T>,
    /// What the climb brings to the selection, by ascending place.
    begun: Vec<(u32, T)>,
    /// By place in the selection.
    swept: Vec<T>,
}

/// Scratch memory of one search.
pub type SingleSweep = Sweep<One>;

/// Scratch memory of sixteen searches side by side.
pub type WideSweep = Sweep<Sixteen>;

impl<T: Lanes + 'static> Sweep<T> {
    /// Scratch memory that a network keeps between searches in its hierarchy.
    #[must_use]
    pub fn on<'a>(network: &'a RoadNetwork, hierarchy: &Hierarchy) -> Lease<'a, Self> {
        network.scratch().lease(|| Self::new(hierarchy))
    }

    /// How many sources are searched from side by side.
    pub const SOURCES: usize = T::COUNT;

    /// Scratch memory for a hierarchy.
    #[must_use]
    pub fn new(hierarchy: &Hierarchy) -> Self {
        Self { climb: Climb::new(hierarchy), begun: Vec::new(), swept: Vec::new() }
    }

    /// Searches from some sources, each of them nodes and the times at which they are reached.
    ///
    /// # Panics
    ///
    /// Panics if there are more sources than lanes, or the scratch memory is of another hierarchy.
    pub fn run<S: IntoIterator<Item = Link>>(
        &mut self,
        selection: &Selection<'_>,
        sources: impl IntoIterator<Item = S>,
    ) {
        let hierarchy = selection.hierarchy;
        let sources = sources.into_iter().map(|source| {
            let placed = |link: Link| Link { node: hierarchy.position(link.node), ..link };
            source.into_iter().map(placed)
        });
        self.climb.run(hierarchy.climb(selection.heading), sources);
        // From the top down, as the places of the selection are.
        let climbed = self.climb.reached().rev();
        self.begun.clear();
        self.begun.extend(climbed.filter_map(|(position, times)| {
            selection.place_of(position).map(|place| (place, *times))
        }));
        lanes::sweep(selection.links(), &self.begun, &mut self.swept);
    }

    /// The time of a search at a selected node; [`Millis::INFINITY`] where it is not reached.
    ///
    /// # Panics
    ///
    /// Panics if the node was not selected, or there is no such lane.
    #[must_use]
    pub fn time(&self, selection: &Selection<'_>, node: NodeId, lane: usize) -> Millis {
        let place = selection.place(node).expect("the caller selected what it reads");
        Millis(self.swept[place as usize].time(lane))
    }

    /// Writes the times at some places, a row for each source of the last run.
    ///
    /// # Panics
    ///
    /// Panics if the readings are of another selection, or a row is too short.
    pub fn read(&self, readings: &Readings, rows: &mut [&mut [Millis]]) {
        lanes::read(readings.links(), &self.swept, rows);
    }

    /// Shows someone the times of the last run at some places, one after the other; a time beyond
    /// [`Millis::INFINITY`] is no time either.
    ///
    /// # Panics
    ///
    /// Panics if the readings are of another selection.
    pub fn visit(&self, readings: &Readings, visitor: &mut impl Visit<T>) {
        lanes::visit(readings.links(), &self.swept, visitor);
    }
}
