//! How long from here to there, in a prepared network?
//!
//! One climbs from both ends; the fastest way passes by the best of the nodes
//! where the two meet. For one trip this is all there is to do.
//!
//! # References
//!
//! R. Geisberger, P. Sanders, D. Schultes, C. Vetter, "Exact routing in large
//! road networks using contraction hierarchies", 2012, doi:10.1287/trsc.1110.0401.

use crate::{
    graph::{Heading, Hierarchy, Link, RoadNetwork},
    scratch::Lease,
    units::Millis,
};

use super::{
    climb::Climb,
    lanes::{Lanes, One},
};

/// Scratch memory of two climbs, reusable.
#[derive(Debug)]
pub struct Meeting {
    outward: Climb<One>,
    inward: Climb<One>,
}

impl Meeting {
    /// Scratch memory that a network keeps between searches in its hierarchy.
    #[must_use]
    pub fn on<'a>(network: &'a RoadNetwork, hierarchy: &Hierarchy) -> Lease<'a, Self> {
        network
            .scratch()
            .lease(|| Self { outward: Climb::new(hierarchy), inward: Climb::new(hierarchy) })
    }

    /// The time of the fastest way from some nodes to others, the times at either end included.
    ///
    /// [`Millis::INFINITY`] where there is none.
    ///
    /// # Panics
    ///
    /// Panics if the scratch memory is of another hierarchy.
    pub fn time(
        &mut self,
        hierarchy: &Hierarchy,
        starts: impl Iterator<Item = Link>,
        ends: impl Iterator<Item = Link>,
    ) -> Millis {
        let placed = |link: Link| Link { node: hierarchy.position(link.node), ..link };
        self.outward.run(hierarchy.climb(Heading::Forward), [starts.map(placed)].into_iter());
        self.inward.run(hierarchy.climb(Heading::Backward), [ends.map(placed)].into_iter());
        let through = self.inward.reached().filter_map(|(position, rest)| {
            let until = Millis(self.outward.at(position)?.time(0));
            Some(until.plus(Millis(rest.time(0))))
        });
        through.min().unwrap_or(Millis::INFINITY)
    }
}
