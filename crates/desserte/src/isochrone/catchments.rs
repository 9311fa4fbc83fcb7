//! Which ground is nearest in time to each site?
//!
//! One search from all sites at once, or towards them. Each reached street carries
//! the rank of its site ([`super::labels`]), so each node of the surface has the
//! time to the nearest site and knows which one that is; [`super::partition`]
//! draws the borders.

use geo::MultiPolygon;

use crate::{
    graph::{Place, RoadNetwork},
    watch::{Phase, Watch},
};

use super::{
    error::IsochroneError,
    outline::Level,
    partition::partition,
    polygon::{Ground, IsochroneOptions},
};

/// The ground of some sites.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catchments {
    /// The ground of each site, in degrees of longitude and latitude.
    pub areas: Vec<MultiPolygon<f64>>,
    /// Ranks of the sites whose ground goes to where the map ends.
    pub at_edge: Vec<u32>,
}

/// Finds the ground that is nearer in time to each site than to all others, within the greatest of the
/// limits.
///
/// Of two sites equally near, the ground is that of the first. The catchments are valid, share no
/// more than their borders, and together are the merged isochrone of all sites. One off the network
/// has none.
///
/// # Errors
///
/// As [`isochrones`](super::isochrones).
pub fn catchments(
    network: &RoadNetwork,
    sites: &[Place],
    options: &IsochroneOptions,
    watch: &Watch,
) -> Result<Catchments, IsochroneError> {
    watch.begin(Phase::Searching, 1);
    let ground = Ground::of(network, options, watch)?;
    let (surface, at_edge) = ground.surface(sites)?;
    let limit = options.limits.iter().copied().max().unwrap_or_default();
    let areas =
        partition(Level::new(&surface, limit), sites.len(), |point| ground.to_degrees(point));
    watch.step(1)?;
    Ok(Catchments { areas, at_edge: at_edge.into_iter().collect() })
}
