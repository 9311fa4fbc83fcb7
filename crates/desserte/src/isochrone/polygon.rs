//! Which ground is within the budget of an origin, as polygons?
//!
//! The streets of [`super::reach`] are laid on the network's plane and handed
//! to the [`TimeSurface`]; its outlines are carried back to degrees. One
//! surface serves all limits of an origin, and each limit's outline is the same
//! whatever the other limits are.

use std::{collections::BTreeSet, sync::Arc};

use geo::{Coord, MapCoords, MultiPolygon};
use rayon::prelude::*;

use crate::{
    graph::{Heading, Place, RoadNetwork, StreetId},
    search::Workspace,
    units::{Metres, Millis},
    watch::{Phase, Watch},
};

use super::{
    error::IsochroneError,
    frame::Extent,
    kept::{Kept, Kind},
    parts::Parts,
    reach::{self, Arrival, Front, Reach},
    spots::{Dropped, LeastAreas},
    surface::{self, SurfaceOptions, TimeSurface, Vertex, search_slack},
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
    /// Which holes and islands are told; the surface and catchments hold them all.
    pub least: LeastAreas,
}

/// Outlines in degrees of longitude and latitude, one for each limit.
pub type Outlines = Vec<MultiPolygon<f64>>;

/// The ground of some origins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Isochrones {
    /// The outlines of each origin, or one row for all of them.
    pub rows: Vec<Outlines>,
    /// What was left out of all of them.
    pub dropped: Dropped,
    /// Ranks of the origins from which, within the greatest limit, one comes to where the map ends.
    ///
    /// Where origins are merged, those that are first at some such place.
    pub at_edge: Vec<u32>,
}

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
) -> Result<Isochrones, IsochroneError> {
    watch.begin(Phase::Searching, origins.len() as u64);
    let ground = Ground::of(network, options, watch)?;
    let rows = origins.par_iter().map(|origin| {
        let told = outlines(&ground, std::slice::from_ref(origin), options)?;
        watch.step(1)?;
        Ok(told)
    });
    let rows: Vec<Told> = rows.collect::<Result<_, IsochroneError>>()?;
    let mut all = Isochrones::default();
    for (rank, (outlines, dropped, at_edge)) in (0..).zip(rows) {
        all.rows.push(outlines);
        all.dropped.add(dropped);
        all.at_edge.extend(at_edge.first().map(|_| rank));
    }
    Ok(all)
}

/// Finds the ground within each budget of the nearest of the origins, in one row.
///
/// # Errors
///
/// As [`isochrones`].
pub fn merged_isochrones(
    network: &RoadNetwork,
    origins: &[Place],
    options: &IsochroneOptions,
    watch: &Watch,
) -> Result<Isochrones, IsochroneError> {
    watch.begin(Phase::Searching, 1);
    let ground = Ground::of(network, options, watch)?;
    let (outlines, dropped, at_edge) = outlines(&ground, origins, options)?;
    watch.step(1)?;
    Ok(Isochrones { rows: vec![outlines], dropped, at_edge: at_edge.into_iter().collect() })
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
    let (surface, at_edge) = Ground::of(network, options, watch)?.surface(origins)?;
    watch.step(1)?;
    Ok(surface.told_of(at_edge.into_iter().collect()))
}

/// The outlines of some origins, what was left out of them, and who is at the edge.
type Told = (Outlines, Dropped, BTreeSet<u32>);

fn outlines(
    ground: &Ground<'_>,
    origins: &[Place],
    options: &IsochroneOptions,
) -> Result<Told, IsochroneError> {
    let (surface, at_edge) = ground.surface(origins)?;
    let to_plane = |origin: &Place| ground.network.projection().to_plane(origin.position).into();
    let stood_on: Vec<Coord> = origins.iter().map(to_plane).collect();
    let mut dropped = Dropped::default();
    let outline = |&limit: &Millis| {
        let (told, small) = options.least.tell(surface.polygons(limit), &stood_on);
        dropped.add(small);
        told.map_coords(|point| ground.to_degrees(point))
    };
    let outlines = options.limits.iter().map(outline).collect();
    Ok((outlines, dropped, at_edge))
}

/// What all surfaces of a question are made with.
pub(super) struct Ground<'a> {
    network: &'a RoadNetwork,
    heading: Heading,
    /// The greatest of the limits; those of the options go further.
    latest: Millis,
    options: SurfaceOptions,
    kept: Arc<Kept>,
    /// The footprints that are known.
    kind: Arc<Kind>,
    watch: &'a Watch,
}

impl<'a> Ground<'a> {
    pub(super) fn of(
        network: &'a RoadNetwork,
        options: &IsochroneOptions,
        watch: &'a Watch,
    ) -> Result<Self, IsochroneError> {
        options.least.check()?;
        let latest = options.limits.iter().copied().max().unwrap_or_default();
        let walking = network.walking_speed();
        let limit = latest.plus(search_slack(options.resolution, walking));
        let (heading, resolution, offroad) = (options.heading, options.resolution, options.offroad);
        let options = SurfaceOptions { resolution, offroad, walking, limit };
        let kept = Kept::with(network);
        let measure = surface::measure(&options, &kept.walls)?;
        let kind = kept.kind(network, (heading, measure));
        Ok(Self { network, heading, latest, options, kept, kind, watch })
    }

    /// The time at every node of the grid around the nearest of the origins, up to a budget; and who
    /// comes to the edge of the map within the greatest limit.
    pub(super) fn surface(
        &self,
        origins: &[Place],
    ) -> Result<(TimeSurface, BTreeSet<u32>), IsochroneError> {
        let Self { network, options, ref kept, .. } = *self;
        let workspace = &mut Workspace::on(network);
        let question = (self.heading, options.limit);
        let reach = Reach::search(network, workspace, origins, question);
        let at_edge = reach.at_edge(self.latest);
        if surface::check_size(&kept.extent, &options).is_err() {
            surface::check_size(&extent(network, &reach.streets()), &options)?;
        }
        let mut parts = self.parts(&reach)?;
        for (label, origin) in (0..).zip(origins) {
            if let Some(place) = at_the_place(network, origin) {
                parts.loose.add([place], label);
            }
        }
        let surface = TimeSurface::of(parts, options, Arc::clone(&kept.walls), self.watch)?;
        Ok((surface, at_edge))
    }

    /// What is reached: by the footprints of nodes, and piece by piece where the trip begins.
    fn parts(&self, reach: &Reach<'_>) -> Result<Parts, IsochroneError> {
        let measure = surface::measure(&self.options, &self.kept.walls)?;
        let mut parts = Parts::default();
        if !self.kind.has_footprints() {
            let streets = reach.streets().into_iter();
            let mut fronts: Vec<Front> = streets.flat_map(|s| reach.fronts_of(s)).collect();
            // PERF: what comes first leaves little to look at behind walls for what comes later.
            fronts.sort_by_cached_key(|front| front.earliest(self.network));
            for front in &fronts {
                parts.loose.add(pieces(self.network, front), front.label);
            }
            return Ok(parts);
        }
        let block = |arrival: &Arrival| self.kind.place(arrival.node).0;
        for arrivals in reach.arrivals().chunk_by(|a, b| block(a) == block(b)) {
            self.watch.step(0)?;
            let asked = (self.network, measure, self.watch);
            parts.share(self.kind.block(block(&arrivals[0]), asked)?);
            for &arrival in arrivals {
                parts.begin(self.kind.place(arrival.node).1, arrival, measure.limit);
            }
        }
        for front in reach.begun() {
            parts.loose.add(pieces(self.network, front), front.label);
        }
        Ok(parts)
    }

    /// A point of the plane in degrees.
    pub(super) fn to_degrees(&self, Coord { x, y }: Coord<f64>) -> Coord<f64> {
        self.network.projection().to_degrees(x, y).into()
    }
}

/// The streets that are reached, on the plane.
fn extent(network: &RoadNetwork, streets: &[StreetId]) -> Extent {
    let mut extent = Extent::EMPTY;
    for position in streets.iter().flat_map(|&street| network.streets().points(street)) {
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

    fn network_of(file: &str) -> RoadNetwork {
        let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/src/desserte/data/");
        let watch = Watch::new();
        let path = format!("{data}{file}.osm.pbf");
        let extract = OsmExtract::read(&[path.into()], None, &watch).unwrap();
        RoadNetwork::build(&extract, &Profile::car(), &watch).unwrap()
    }

    fn network() -> RoadNetwork {
        network_of("neubrandenburg")
    }

    fn options(minutes: u32, heading: Heading) -> IsochroneOptions {
        IsochroneOptions {
            limits: vec![Millis(minutes * 60_000)],
            heading,
            offroad: Metres(300.0),
            resolution: Metres(90.0),
            least: LeastAreas::default(),
        }
    }

    /// What a surface says of the ground: where, when and by whom.
    fn told(surface: &TimeSurface) -> Vec<((f64, f64), Millis, Option<u32>)> {
        let nodes = surface.times().iter().enumerate().filter(|(_, time)| time.is_reached());
        nodes.map(|(node, time)| (surface.position(node), *time, surface.label(node))).collect()
    }

    /// The same ground, from every street that is reached, without a footprint.
    fn measured(network: &RoadNetwork, origins: &[Place], ground: &Ground<'_>) -> TimeSurface {
        let workspace = &mut Workspace::on(network);
        let question = (ground.heading, ground.options.limit);
        let reach = Reach::search(network, workspace, origins, question);
        let mut parts = Parts::default();
        for front in reach.streets().into_iter().flat_map(|street| reach.fronts_of(street)) {
            parts.loose.add(pieces(network, &front), front.label);
        }
        for (label, origin) in (0..).zip(origins) {
            parts.loose.add(at_the_place(network, origin), label);
        }
        let walls = Arc::clone(&ground.kept.walls);
        TimeSurface::of(parts, ground.options, walls, ground.watch).unwrap()
    }

    #[test]
    fn footprints_lose_no_time_and_no_owner() {
        let watch = Watch::new();
        for network in ["neubrandenburg", "sud-ardeche-sketch"].map(network_of) {
            let count = network.manifest().counts.junctions as u32;
            let place = |rank: u32| {
                let position = network.junction_position(JunctionId(count / 7 * rank));
                network.snap(position, Metres(1000.0))
            };
            for (ranks, heading, resolution) in [
                (vec![2], Heading::Forward, 90.0),
                (vec![3], Heading::Backward, 90.0),
                (vec![5, 1, 4], Heading::Forward, 45.0),
                (vec![6, 2], Heading::Backward, 200.0),
            ] {
                let origins: Vec<Place> = ranks.into_iter().map(place).collect();
                let options =
                    IsochroneOptions { resolution: Metres(resolution), ..options(15, heading) };
                let ground = Ground::of(&network, &options, &watch).unwrap();
                let kept = told(&ground.surface(&origins).unwrap().0);
                assert!(kept.len() > 500);
                let expected = told(&measured(&network, &origins, &ground));
                let other = kept.iter().zip(&expected).find(|(kept, expected)| kept != expected);
                assert_eq!((other, kept.len()), (None, expected.len()));
            }
        }
    }

    #[test]
    fn what_was_asked_before_changes_nothing() {
        let watch = Watch::new();
        let ask = |network: &RoadNetwork, minutes| {
            let position = network.junction_position(JunctionId(400));
            let origin = [network.snap(position, Metres(1000.0))];
            isochrones(network, &origin, &options(minutes, Heading::Forward), &watch).unwrap()
        };
        let (fresh, asked) = (network(), network());
        let expected = ask(&fresh, 12);
        ask(&asked, 1);
        assert_eq!(ask(&asked, 12), expected, "streets longer than a minute are whole");
        let options = options(12, Heading::Forward);
        let full = Ground::of(&asked, &options, &watch).unwrap();
        full.kind.fill();
        assert_eq!(ask(&asked, 12), expected, "what finds no room changes nothing");
        let origin = [asked.snap(asked.junction_position(JunctionId(400)), Metres(1000.0))];
        let other = network();
        let full = Ground { kind: Ground::of(&other, &options, &watch).unwrap().kind, ..full };
        full.kind.fill();
        let (outlines, ..) = outlines(&full, &origin, &options).unwrap();
        assert_eq!(outlines, expected.rows[0], "what finds no room is worked out again");
    }
}
