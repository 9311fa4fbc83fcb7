//! Which ground is within the budget of an origin, as polygons?
//!
//! The streets of [`super::reach`] are laid on the network's plane and handed
//! to the [`TimeSurface`]; its outlines are carried back to degrees. One
//! surface serves all limits of an origin, and each limit's outline is the same
//! whatever the other limits are.

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
    reach::{self, Front},
    surface::{SurfaceOptions, TimeSurface, Vertex, search_slack},
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
    let rows = origins.par_iter().map(|origin| {
        let origin = std::slice::from_ref(origin);
        let outlines = outlines(network, &mut Workspace::on(network), origin, options)?;
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
    let outlines = outlines(network, &mut Workspace::new(network.graph()), origins, options)?;
    watch.step(1)?;
    Ok(outlines)
}

fn outlines(
    network: &RoadNetwork,
    workspace: &mut Workspace,
    origins: &[Place],
    options: &IsochroneOptions,
) -> Result<Outlines, IsochroneError> {
    let walking = network.walking_speed();
    let latest = options.limits.iter().copied().max().unwrap_or_default();
    let limit = latest.plus(search_slack(options.resolution, walking));
    let fronts = reach::fronts(network, workspace, origins, (options.heading, limit));
    let mut pieces: Vec<Vec<Vertex>> = Vec::new();
    for front in &fronts {
        add_pieces(network, front, &mut pieces);
    }
    pieces.extend(origins.iter().filter_map(|origin| at_the_place(network, origin)));
    let surface = TimeSurface::from_pieces(
        pieces.iter().map(Vec::as_slice),
        surface_options(network, options, limit),
    )?;
    let to_degrees = |Coord { x, y }| network.projection().to_degrees(x, y).into();
    Ok(options.limits.iter().map(|&limit| surface.polygons(limit).map_coords(to_degrees)).collect())
}

fn surface_options(
    network: &RoadNetwork,
    options: &IsochroneOptions,
    limit: Millis,
) -> SurfaceOptions {
    let (resolution, offroad) = (options.resolution, options.offroad);
    SurfaceOptions { resolution, offroad, walking: network.walking_speed(), limit }
}

/// One may always walk about where the trip begins.
fn at_the_place(network: &RoadNetwork, origin: &Place) -> Option<Vec<Vertex>> {
    origin.snap?;
    let (x, y) = network.projection().to_plane(origin.position);
    Some(vec![Vertex { x, y, time: Millis::ZERO }; 2])
}

/// The parts of a front where one may step off, on the plane.
fn add_pieces(network: &RoadNetwork, front: &Front, pieces: &mut Vec<Vec<Vertex>>) {
    let street = front.usage.street();
    for (first, last) in reach::open_ground(network, street) {
        let (from, to) = (front.from.max(first as f64), front.to.min(last as f64));
        if from < to {
            let inner = (from.floor() as usize + 1..=last).map(|point| point as f64);
            let inner = inner.take_while(|&position| position < to);
            let positions = std::iter::once(from).chain(inner).chain([to]);
            pieces.push(positions.map(|position| vertex(network, front, position)).collect());
        }
    }
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
