//! Which ground is within the budget of an origin, as polygons?
//!
//! The streets of [`super::reach`] are laid on the network's plane and handed
//! to the [`TimeSurface`]; its outlines are carried back to degrees. One
//! surface serves all limits of an origin, and each limit's outline is the same
//! whatever the other limits are.

use std::sync::Arc;

use geo::{Coord, MapCoords, MultiPolygon};
use rayon::prelude::*;

use crate::{
    graph::{Heading, Place, RoadNetwork},
    search::Workspace,
    units::{Metres, Millis},
    watch::{Phase, Watch},
};

use super::{
    error::IsochroneError,
    frame::Extent,
    kept::Kept,
    prints::Prints,
    reach::{self, Front},
    surface::{self, Loose, Parts, SurfaceOptions, TimeSurface, Vertex, search_slack},
};

/// What is asked of an isochrone besides its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct IsochroneOptions {
    /// Budgets, each of which gets an outline.
    pub limits: Vec<Millis>,
    /// Away from the origin, or towards it.
    pub heading: Heading,
    /// How far one walks off the street.
    pub offroad: Metres,
    /// Distance between two nodes of the grid.
    pub resolution: Metres,
}

/// Outlines in degrees of longitude and latitude, one for each limit.
pub type Outlines = Vec<MultiPolygon<f64>>;

/// Finds the ground within each budget of each origin.
///
/// The outlines of one origin are nested and valid. An origin off the network
/// has empty ones.
///
/// # Errors
///
/// Where the options mean nothing, where a grid would be too large, or where
/// the watch was cancelled.
pub fn isochrones(
    network: &RoadNetwork,
    origins: &[Place],
    options: &IsochroneOptions,
    watch: &Watch,
) -> Result<Vec<Outlines>, IsochroneError> {
    watch.begin(Phase::Searching, origins.len() as u64);
    let ground = Ground::of(network, options, watch)?;
    let rows = origins.par_iter().map(|origin| {
        let origin = std::slice::from_ref(origin);
        let outlines = outlines(&ground, origin, &options.limits)?;
        watch.step(1)?;
        Ok(outlines)
    });
    rows.collect()
}

/// Finds the ground within each budget of the nearest of the origins.
///
/// # Errors
///
/// As [`isochrones`].
pub fn merged_isochrones(
    network: &RoadNetwork,
    origins: &[Place],
    options: &IsochroneOptions,
    watch: &Watch,
) -> Result<Outlines, IsochroneError> {
    watch.begin(Phase::Searching, 1);
    let outlines = outlines(&Ground::of(network, options, watch)?, origins, &options.limits)?;
    watch.step(1)?;
    Ok(outlines)
}

/// Finds how long it takes to every node of the grid from the nearest of the origins.
///
/// What is later than the greatest of the limits, by less than [`search_slack`], may be told too.
///
/// # Errors
///
/// As [`isochrones`].
pub fn time_surface(
    network: &RoadNetwork,
    origins: &[Place],
    options: &IsochroneOptions,
    watch: &Watch,
) -> Result<TimeSurface, IsochroneError> {
    watch.begin(Phase::Searching, 1);
    let surface = Ground::of(network, options, watch)?.surface(origins)?;
    watch.step(1)?;
    Ok(surface)
}

fn outlines(
    ground: &Ground<'_>,
    origins: &[Place],
    limits: &[Millis],
) -> Result<Outlines, IsochroneError> {
    let surface = ground.surface(origins)?;
    let to_degrees = |Coord { x, y }| ground.network.projection().to_degrees(x, y).into();
    Ok(limits.iter().map(|&limit| surface.polygons(limit).map_coords(to_degrees)).collect())
}

/// What all surfaces of a question are made with.
struct Ground<'a> {
    network: &'a RoadNetwork,
    heading: Heading,
    options: SurfaceOptions,
    kept: Arc<Kept>,
    /// The footprints of all streets, where they are kept.
    prints: Option<Arc<Prints>>,
    watch: &'a Watch,
}

impl<'a> Ground<'a> {
    fn of(
        network: &'a RoadNetwork,
        options: &IsochroneOptions,
        watch: &'a Watch,
    ) -> Result<Self, IsochroneError> {
        let latest = options.limits.iter().copied().max().unwrap_or_default();
        let walking = network.walking_speed();
        let limit = latest.plus(search_slack(options.resolution, walking));
        let (heading, resolution, offroad) = (options.heading, options.resolution, options.offroad);
        let options = SurfaceOptions { resolution, offroad, walking, limit };
        let kept = Kept::with(network);
        let measure = surface::measure(&options, &kept.walls)?;
        let prints = kept.prints(network, (heading, measure), watch)?;
        Ok(Self { network, heading, options, kept, prints, watch })
    }

    /// The time at every node of the grid around the nearest of the origins, up to a budget.
    fn surface(&self, origins: &[Place]) -> Result<TimeSurface, IsochroneError> {
        let Self { network, options, ref kept, .. } = *self;
        let workspace = &mut Workspace::on(network);
        let question = (self.heading, options.limit);
        let fronts = reach::fronts(network, workspace, origins, question);
        if surface::check_size(&kept.extent, &options).is_err() {
            surface::check_size(&extent(network, &fronts), &options)?;
        }
        let (mut whole, mut loose) = (Vec::new(), Loose::default());
        for front in &fronts {
            match front.entered.filter(|_| self.prints.is_some()) {
                Some(entered) => whole.push((front.usage.index() as u32, entered)),
                None => loose.add(pieces(network, front)),
            }
        }
        for place in origins.iter().filter_map(|origin| at_the_place(network, origin)) {
            loose.add([place]);
        }
        let shared = self.prints.clone().unwrap_or_default();
        let parts = Parts { shared, whole, loose };
        TimeSurface::of(parts, options, Arc::clone(&kept.walls), self.watch)
    }
}

/// The streets that are reached, on the plane.
fn extent(network: &RoadNetwork, fronts: &[Front]) -> Extent {
    let mut extent = Extent::EMPTY;
    for position in fronts.iter().flat_map(|f| network.streets().points(f.usage.street())) {
        let (x, y) = network.projection().to_plane(*position);
        extent.add(x, y);
    }
    extent
}

/// One may always walk about where the trip begins.
fn at_the_place(network: &RoadNetwork, origin: &Place) -> Option<Vec<Vertex>> {
    origin.snap?;
    let (x, y) = network.projection().to_plane(origin.position);
    Some(vec![Vertex { x, y, time: Millis::ZERO }; 2])
}

/// The parts of a front where one may step off, on the plane.
fn pieces(network: &RoadNetwork, front: &Front) -> Vec<Vec<Vertex>> {
    let street = front.usage.street();
    let mut pieces = Vec::new();
    for (first, last) in reach::open_ground(network, street) {
        let (from, to) = (front.from.max(first as f64), front.to.min(last as f64));
        if from < to {
            let inner = (from.floor() as usize + 1..=last).map(|point| point as f64);
            let inner = inner.take_while(|&position| position < to);
            let positions = std::iter::once(from).chain(inner).chain([to]);
            pieces.push(positions.map(|position| vertex(network, front, position)).collect());
        }
    }
    pieces
}

/// A position along a front, on the plane.
fn vertex(network: &RoadNetwork, front: &Front, position: f64) -> Vertex {
    let streets = network.streets();
    let (points, times) = (streets.points(front.usage.street()), streets.times(front.usage));
    let at_point = |point: usize| {
        let (x, y) = network.projection().to_plane(points[point]);
        (x, y, front.time_at_point(times, point))
    };
    let (point, fraction) = (position.floor() as usize, position.fract());
    let (mut x, mut y, mut time) = at_point(point);
    if fraction > 0.0 {
        let (next_x, next_y, next_time) = at_point(point + 1);
        x += (next_x - x) * fraction;
        y += (next_y - y) * fraction;
        time += (next_time - time) * fraction;
    }
    Vertex { x, y, time: Millis(time.round().max(0.0) as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{graph::JunctionId, osm::OsmExtract, profile::Profile};

    #[test]
    fn what_is_kept_changes_no_time() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../python/src/desserte/data/neubrandenburg.osm.pbf"
        );
        let watch = Watch::new();
        let extract = OsmExtract::read(&[path.into()], None, &watch).unwrap();
        let network = RoadNetwork::build(&extract, &Profile::car(), &watch).unwrap();
        let count = network.manifest().counts.junctions as u32;
        for (heading, rank) in [(Heading::Forward, 3), (Heading::Backward, 5)] {
            let options = IsochroneOptions {
                limits: vec![Millis(900_000)],
                heading,
                offroad: Metres(300.0),
                resolution: Metres(90.0),
            };
            let kept = Ground::of(&network, &options, &watch).unwrap();
            assert!(kept.prints.is_some());
            let measured =
                Ground { prints: None, ..Ground::of(&network, &options, &watch).unwrap() };
            let position = network.junction_position(JunctionId(count / rank));
            let origin = [network.snap(position, Metres(1000.0))];
            let [a, b] = [kept, measured].map(|ground| {
                let surface = ground.surface(&origin).unwrap();
                let nodes = surface.times().iter().enumerate().filter(|(_, t)| t.is_reached());
                let placed = nodes.map(|(node, time)| (surface.position(node), *time));
                placed.collect::<Vec<_>>()
            });
            assert!(a.len() > 1000);
            assert!(a == b, "of {} nodes some differ", a.len());
        }
    }
}
