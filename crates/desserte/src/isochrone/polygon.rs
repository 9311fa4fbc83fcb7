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
    surface::{self, Parts, SurfaceOptions, TimeSurface, Vertex, search_slack},
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
    let latest = options.limits.iter().copied().max().unwrap_or_default();
    let surface = surface(network, workspace, origins, (options, latest))?;
    let to_degrees = |Coord { x, y }| network.projection().to_degrees(x, y).into();
    Ok(options.limits.iter().map(|&limit| surface.polygons(limit).map_coords(to_degrees)).collect())
}

/// The time at every node of the grid around the nearest of the origins, up to a budget.
fn surface(
    network: &RoadNetwork,
    workspace: &mut Workspace,
    origins: &[Place],
    (options, latest): (&IsochroneOptions, Millis),
) -> Result<TimeSurface, IsochroneError> {
    let walking = network.walking_speed();
    let limit = latest.plus(search_slack(options.resolution, walking));
    let (resolution, offroad) = (options.resolution, options.offroad);
    let of_surface = SurfaceOptions { resolution, offroad, walking, limit };
    let kept = Kept::with(network);
    let measure = surface::measure(&of_surface, &kept.walls)?;
    let fronts = reach::fronts(network, workspace, origins, (options.heading, limit));
    if surface::check_size(&kept.extent, &of_surface).is_err() {
        surface::check_size(&extent(network, &fronts), &of_surface)?;
    }
    let (mut uses, mut entered, mut begun) = (Vec::new(), Vec::new(), Prints::default());
    for front in &fronts {
        match front.entered {
            Some(time) => {
                uses.push(front.usage);
                entered.push(time);
            }
            None => begun.add(pieces(network, front), measure),
        }
    }
    let places = origins.iter().filter_map(|origin| at_the_place(network, origin));
    for place in places {
        begun.add([place], measure);
    }
    let (shared, prints) = kept.prints(network, &uses, (options.heading, measure));
    let parts = Parts { shared, whole: prints.into_iter().zip(entered).collect(), begun };
    TimeSurface::of(parts, of_surface, Arc::clone(&kept.walls))
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
