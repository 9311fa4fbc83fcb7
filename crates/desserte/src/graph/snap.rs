//! Where on the network is a place?
//!
//! At the nearest point of the nearest street one may stop on: a street and an
//! offset, never a junction. The way from the place to that point, the access
//! leg, is walked in a straight line; it counts in every travel time and is
//! reported.
//!
//! A tree over blocks of neighbouring streets proposes candidates by their least
//! possible distance, and the exact distance to each decides, in metres on the
//! plane that touches the ground at the place. So a place snaps the same way
//! whatever other places are asked for, and whatever the rest of the network.
//! Blocks make the tree an eighth as large: it is quicker made than read.

use rstar::{AABB, Envelope, PointDistance, RTree, RTreeObject};

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

/// How many streets are a block.
///
/// PERF: more make the tree sooner and a snap slower; `benches/saved.rs`, `benches/graph.rs`.
const BLOCK: usize = 8;

/// A street, and its box in degrees, longitudes shrunk.
#[derive(Clone, Copy, Debug)]
struct StreetBox {
    street: StreetId,
    envelope: AABB<[f64; 2]>,
}

/// Streets that lie side by side in the index, and the box around them.
#[derive(Debug)]
struct Block {
    first: u32,
    envelope: AABB<[f64; 2]>,
}

impl RTreeObject for Block {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl PointDistance for Block {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.envelope.distance_2(point)
    }
}

/// Finds the nearest point of the nearest street.
#[derive(Debug)]
pub struct SnapIndex {
    tree: RTree<Block>,
    /// The streets along a curve, so that neighbours are side by side.
    boxes: Vec<StreetBox>,
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
        let boxes = by_first_junction(streets).into_iter().filter(|&street| is_snappable(street));
        let to_box = |street| {
            let envelope = box_around(streets.points(street), lon_scale);
            StreetBox { street, envelope }
        };
        let boxes: Vec<StreetBox> = boxes.map(to_box).collect();
        let blocks = (0..).step_by(BLOCK).zip(boxes.chunks(BLOCK)).map(|(first, streets)| {
            let mut envelope = AABB::new_empty();
            for street in streets {
                envelope.merge(&street.envelope);
            }
            Block { first, envelope }
        });
        Self { tree: RTree::bulk_load(blocks.collect()), boxes, metres_per_unit, lon_scale }
    }

    /// The streets of a block.
    fn streets_of(&self, block: &Block) -> &[StreetBox] {
        let rest = &self.boxes[block.first as usize..];
        &rest[..rest.len().min(BLOCK)]
    }

    /// The nearest point of a street within a radius; of equals, the lowest street.
    pub(super) fn nearest(
        &self,
        streets: &Streets,
        position: LonLat,
        radius: Metres,
    ) -> Option<(StreetId, u32, f64, Metres)> {
        let frame = LocalFrame::at(position);
        let point = to_tree(position, self.lon_scale);
        // The frame is exact to a millionth and the tree's metres are a lower bound.
        let is_within = |distance_2: f64, best: Option<Nearest>| {
            let reach = best.map_or(radius.0, |best| best.distance);
            distance_2.sqrt() * self.metres_per_unit * 0.999 <= reach
        };
        let mut best: Option<Nearest> = None;
        for (block, distance_2) in self.tree.nearest_neighbor_iter_with_distance_2(&point) {
            if !is_within(distance_2, best) {
                break;
            }
            for candidate in self.streets_of(block) {
                if !is_within(candidate.envelope.distance_2(&point), best) {
                    continue;
                }
                let found = nearest_on(streets, candidate.street, &frame)
                    .filter(|found| found.distance <= radius.0);
                best = nearer(best, found);
            }
        }
        best.map(|b| (b.street, b.segment, b.fraction, Metres(b.distance)))
    }
}

/// All streets, neighbours near one another: junctions are numbered along a curve, and a street lies
/// near its first.
///
/// PERF: counted into their places; a sort took a third of the time of the index. Bench `saved`.
fn by_first_junction(streets: &Streets) -> Vec<StreetId> {
    let first = |street| streets.tail(StreetUse::new(street, Direction::Forward)).index();
    let junctions = streets.ids().map(first).max().map_or(0, |last| last + 1);
    let mut places = vec![0_u32; junctions + 1];
    streets.ids().for_each(|street| places[first(street) + 1] += 1);
    for junction in 0..junctions {
        places[junction + 1] += places[junction];
    }
    let mut order = vec![StreetId(0); streets.len()];
    for street in streets.ids() {
        let place = &mut places[first(street)];
        order[*place as usize] = street;
        *place += 1;
    }
    order
}

/// The nearer of two; of equals, the lower street.
fn nearer(one: Option<Nearest>, other: Option<Nearest>) -> Option<Nearest> {
    match (one, other) {
        (Some(a), Some(b)) if (a.distance, a.street) <= (b.distance, b.street) => Some(a),
        (one, None) => one,
        (_, other) => other,
    }
}

fn box_around(points: &[LonLat], lon_scale: f64) -> AABB<[f64; 2]> {
    let corners = points.iter().fold((points[0], points[0]), |(low, high), point| {
        let low = LonLat { lon: low.lon.min(point.lon), lat: low.lat.min(point.lat) };
        let high = LonLat { lon: high.lon.max(point.lon), lat: high.lat.max(point.lat) };
        (low, high)
    });
    let [low, high] = [corners.0, corners.1].map(|corner| to_tree(corner, lon_scale));
    AABB::from_corners(low, high)
}

fn to_tree(position: LonLat, lon_scale: f64) -> [f64; 2] {
    [f64::from(position.lon) * lon_scale, f64::from(position.lat)]
}

/// The nearest point of one street, on ground where one may stop; of equals, the first.
fn nearest_on(streets: &Streets, street: StreetId, frame: &LocalFrame) -> Option<Nearest> {
    let points = streets.points(street);
    let mut best: Option<Nearest> = None;
    for (stretch, [first, last]) in streets.stretches_with_ends(street) {
        if streets.ground(stretch) != Ground::Open {
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

#[cfg(test)]
#[path = "snap_tests.rs"]
mod tests;
