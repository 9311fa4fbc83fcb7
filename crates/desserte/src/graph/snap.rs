//! Where on the network is a place?
//!
//! At the nearest point of the nearest street one may stop on: a street and an
//! offset, never a junction. The way from the place to that point, the access
//! leg, is walked in a straight line; it counts in every travel time and is
//! reported.
//!
//! A tree over the boxes of the streets proposes candidates by their least
//! possible distance, and the exact distance to each decides, in metres on the
//! plane that touches the ground at the place. So a place snaps the same way
//! whatever other places are asked for, and whatever the rest of the network.

use rstar::{AABB, PointDistance, RTree, RTreeObject};

use crate::{
    geodesy::LocalFrame,
    profile::Ground,
    units::{KmPerHour, LonLat, Metres, Millis},
};

use super::street::{Direction, StreetId, StreetUse, Streets};

/// A place, and where it meets the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Where it is.
    pub position: LonLat,
    /// Where it meets the network; `None` if no street is near enough.
    pub snap: Option<Snap>,
}

/// A point on a street, and the way there on foot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The street.
    pub street: StreetId,
    /// Index of the point before it, along the street.
    pub segment: u32,
    /// How far along that segment, from 0 to 1.
    pub fraction: f64,
    /// The point itself.
    pub position: LonLat,
    /// Length of the access leg.
    pub distance: Metres,
    /// Time of the access leg.
    pub access_time: Millis,
    /// Whether the access leg crosses water or a motorway.
    pub crosses_barrier: bool,
}

impl Snap {
    /// The time since the street was entered, used in one direction.
    #[must_use]
    pub fn offset(&self, streets: &Streets, direction: Direction) -> Millis {
        let times = streets.times(StreetUse::new(self.street, direction));
        let (from, to) = (times[self.segment as usize], times[self.segment as usize + 1]);
        let between = f64::from(from) + (f64::from(to) - f64::from(from)) * self.fraction;
        Millis(between.round() as u32)
    }
}

/// A street in the tree: its box, in degrees, longitudes shrunk.
#[derive(Debug)]
struct StreetBox {
    street: StreetId,
    envelope: AABB<[f64; 2]>,
}

impl RTreeObject for StreetBox {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl PointDistance for StreetBox {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.envelope.distance_2(point)
    }
}

/// Finds the nearest point of the nearest street.
#[derive(Debug)]
pub struct SnapIndex {
    tree: RTree<StreetBox>,
    /// Metres in a unit of the tree, at least.
    metres_per_unit: f64,
    /// What longitudes are multiplied with: never more than what a degree is worth.
    lon_scale: f64,
}

/// The nearest point found so far.
#[derive(Clone, Copy)]
struct Nearest {
    distance: f64,
    street: StreetId,
    segment: u32,
    fraction: f64,
}

impl SnapIndex {
    /// Indexes the streets that may be snapped to.
    pub(super) fn of(streets: &Streets, is_snappable: impl Fn(StreetId) -> bool) -> Self {
        let latitudes = streets.points.iter().map(|point| point.lat);
        let widest = latitudes.map(i32::unsigned_abs).max().unwrap_or_default();
        // A degree of latitude is shortest at the equator, one of longitude at the highest latitude.
        let (_, metres_per_unit) = LocalFrame::at(LonLat::default()).scale();
        let (east, _) = LocalFrame::at(LonLat { lon: 0, lat: widest as i32 }).scale();
        let lon_scale = (east / metres_per_unit).min(1.0);
        let boxes = streets.ids().filter(|&street| is_snappable(street)).map(|street| {
            let points = streets.points(street);
            let corners = points.iter().fold((points[0], points[0]), |(low, high), point| {
                let low = LonLat { lon: low.lon.min(point.lon), lat: low.lat.min(point.lat) };
                let high = LonLat { lon: high.lon.max(point.lon), lat: high.lat.max(point.lat) };
                (low, high)
            });
            let [low, high] = [corners.0, corners.1].map(|corner| to_tree(corner, lon_scale));
            StreetBox { street, envelope: AABB::from_corners(low, high) }
        });
        Self { tree: RTree::bulk_load(boxes.collect()), metres_per_unit, lon_scale }
    }

    /// The nearest point of a street within a radius; of equals, the lowest street.
    pub(super) fn nearest(
        &self,
        streets: &Streets,
        position: LonLat,
        radius: Metres,
    ) -> Option<(StreetId, u32, f64, Metres)> {
        let frame = LocalFrame::at(position);
        let mut best: Option<Nearest> = None;
        let candidates =
            self.tree.nearest_neighbor_iter_with_distance_2(&to_tree(position, self.lon_scale));
        for (candidate, distance_2) in candidates {
            let reach = best.map_or(radius.0, |best| best.distance);
            // The frame is exact to a millionth and the tree's metres are a lower bound.
            if distance_2.sqrt() * self.metres_per_unit * 0.999 > reach {
                break;
            }
            let found = nearest_on(streets, candidate.street, &frame);
            let is_nearer = |best: Nearest| {
                found.is_some_and(|f| (f.distance, f.street) < (best.distance, best.street))
            };
            if best.is_none_or(is_nearer) {
                best = found.filter(|found| found.distance <= radius.0).or(best);
            }
        }
        best.map(|b| (b.street, b.segment, b.fraction, Metres(b.distance)))
    }
}

fn to_tree(position: LonLat, lon_scale: f64) -> [f64; 2] {
    [f64::from(position.lon) * lon_scale, f64::from(position.lat)]
}

/// The nearest point of one street, on ground where one may stop; of equals, the first.
fn nearest_on(streets: &Streets, street: StreetId, frame: &LocalFrame) -> Option<Nearest> {
    let points = streets.points(street);
    let mut best: Option<Nearest> = None;
    for (stretch, [first, last]) in streets.stretches_with_ends(street) {
        if streets.ways()[stretch.way as usize].usage.ground != Ground::Open {
            continue;
        }
        for segment in first..last {
            let ends = [points[segment], points[segment + 1]].map(|p| frame.to_plane(p));
            let (fraction, distance) = foot_of_perpendicular(ends);
            if best.is_none_or(|best| distance < best.distance) {
                best = Some(Nearest { distance, street, segment: segment as u32, fraction });
            }
        }
    }
    best
}

/// Where on a segment the origin is nearest, from 0 to 1, and how near.
fn foot_of_perpendicular([(ax, ay), (bx, by)]: [(f64, f64); 2]) -> (f64, f64) {
    let (dx, dy) = (bx - ax, by - ay);
    let length_2 = dx * dx + dy * dy;
    let fraction =
        if length_2 > 0.0 { (-(ax * dx + ay * dy) / length_2).clamp(0.0, 1.0) } else { 0.0 };
    (fraction, (ax + fraction * dx).hypot(ay + fraction * dy))
}

/// How long an access leg takes.
pub(super) fn walking_time(distance: Metres, speed: KmPerHour) -> Millis {
    Millis::from_seconds(speed.millis_for(distance) / 1000.0).unwrap_or(Millis::INFINITY)
}
