//! How long is a road, driven half a metre at a time?
//!
//! The words of the bends, worked out again on the raw points of real roads, in
//! steps, and written without a look at `graph/kinematics.rs`. A point less than
//! five centimetres off the line is none. At any other the road turns evenly over
//! half of the shorter leg on either side, less where an arc would stray by more
//! than the profile allows, and less on a leg that is long for the other. A bend
//! is held to what the turn over thirty metres around its middle, or over all of
//! itself, allows. Then one drives: no faster than one can have accelerated, and
//! no faster than one can still brake.
//!
//! First every way alone, so that its course is known: with nodes of its own, it
//! meets nobody, and one comes and goes at its limit. Then the long streets of the
//! whole map, far enough from their ends that it does not matter how one came.

use std::path::PathBuf;

use desserte::graph::{Direction, RoadNetwork, StreetId, StreetUse, Streets};
use desserte::osm::{BuiltUpLand, NodeIndex, OsmExtract, OsmNodeId};
use desserte::profile::{Kinematics, Profile};
use desserte::{LonLat, Watch};

use crate::drawing::{changed, snapping_anywhere};
use crate::osm::read;
use crate::regions::repository;

const STEP: f64 = 0.5;
/// What one brakes and accelerates in, from and to any limit there is.
const FAR: f64 = 600.0;
const EARTH_METRES: f64 = 6_371_008.8;

/// A road as a list of steps; each has a speed that nothing else lets one exceed.
struct Road {
    along: Vec<f64>,
    limits: Vec<f64>,
}

/// Metres east and north from one point to another.
fn offset(from: LonLat, to: LonLat) -> (f64, f64) {
    let ((lon, lat), (other_lon, other_lat)) = (from.to_degrees(), to.to_degrees());
    let shrink = f64::midpoint(lat, other_lat).to_radians().cos();
    let metres = EARTH_METRES.to_radians();
    ((other_lon - lon) * shrink * metres, (other_lat - lat) * metres)
}

/// A corner: where on the road, by what angle, and how far it reaches before and behind.
struct Corner {
    at: f64,
    angle: f64,
    before: f64,
    behind: f64,
}

impl Road {
    /// `limits` has one of each segment, in metres a second.
    fn of(points: &[LonLat], limits: &[f64], comfort: &Kinematics) -> Self {
        let mut along = vec![0.0];
        for pair in points.windows(2) {
            let (x, y) = offset(pair[0], pair[1]);
            along.push(along[along.len() - 1] + x.hypot(y));
        }
        let length = along[along.len() - 1];
        let count = (length / STEP).ceil().max(1.0);
        let step = length / count;
        let middle = |index: usize| (index as f64 + 0.5) * step;
        let steps = 0..count as usize;
        let segment = |at: f64| along[1..].partition_point(|&end| end <= at).min(limits.len() - 1);
        let mut of_steps: Vec<f64> =
            steps.clone().map(|index| limits[segment(middle(index))]).collect();
        let corners = corners(points, &along, comfort.astray_metres.0);
        for corner in &corners {
            let (from, to) = (corner.at - corner.before, corner.at + corner.behind);
            let half = (comfort.window_metres.0.max(to - from)) / 2.0;
            let centre = f64::midpoint(from, to);
            let turned: f64 =
                corners.iter().map(|other| other.turned([centre - half, centre + half])).sum();
            let radius = 2.0 * half / turned.abs();
            let held = (comfort.lateral * radius).sqrt().max(comfort.slowest_kmh.0 / 3.6);
            for (index, limit) in of_steps.iter_mut().enumerate() {
                if (from..to).contains(&middle(index)) {
                    *limit = limit.min(held);
                }
            }
        }
        let along = (0..=count as usize).map(|index| index as f64 * step).collect();
        Self { along, limits: of_steps }
    }

    /// Seconds from the beginning at the end of each step.
    fn drive(&self, comfort: &Kinematics, direction: Direction) -> Vec<f64> {
        let (up, down) = match direction {
            Direction::Forward => (comfort.acceleration, comfort.braking),
            Direction::Backward => (comfort.braking, comfort.acceleration),
        };
        let ends = |index: usize| self.along[index + 1] - self.along[index];
        let count = self.limits.len();
        let mut speeds = vec![self.limits[0]];
        for index in 0..count {
            let next = self.limits.get(index + 1).copied().unwrap_or(self.limits[index]);
            let gained = (speeds[index].powi(2) + 2.0 * up * ends(index)).sqrt();
            speeds.push(gained.min(self.limits[index]).min(next));
        }
        for index in (0..count).rev() {
            let braked = (speeds[index + 1].powi(2) + 2.0 * down * ends(index)).sqrt();
            speeds[index] = speeds[index].min(braked);
        }
        let mut seconds = vec![0.0];
        for index in 0..count {
            let mean = f64::midpoint(speeds[index], speeds[index + 1]);
            seconds.push(seconds[index] + ends(index) / mean);
        }
        seconds
    }
}

impl Corner {
    /// The part of its turn that lies between two places.
    fn turned(&self, [from, to]: [f64; 2]) -> f64 {
        let (begin, end) = (self.at - self.before, self.at + self.behind);
        let common = (to.min(end) - from.max(begin)).max(0.0);
        self.angle * common / (end - begin)
    }
}

fn corners(points: &[LonLat], along: &[f64], astray: f64) -> Vec<Corner> {
    let mut kept = vec![0];
    for point in 1..points.len() - 1 {
        let (one, other) = (
            offset(points[kept[kept.len() - 1]], points[point]),
            offset(points[point], points[point + 1]),
        );
        let chord = (one.0 + other.0, one.1 + other.1);
        let off = (one.0 * other.1 - one.1 * other.0).abs() / chord.0.hypot(chord.1);
        if one.0 * other.0 + one.1 * other.1 < 0.0 || off > 0.05 {
            kept.push(point);
        }
    }
    kept.push(points.len() - 1);
    let corner = |at: &[usize]| {
        let (one, other) =
            (offset(points[at[0]], points[at[1]]), offset(points[at[1]], points[at[2]]));
        let heading = |(x, y): (f64, f64)| y.atan2(x);
        let angle = (heading(other) - heading(one)).to_degrees().rem_euclid(360.0);
        let angle = (if angle > 180.0 { angle - 360.0 } else { angle }).to_radians();
        let [come, go] = [along[at[1]] - along[at[0]], along[at[2]] - along[at[1]]];
        // An arc of so large an angle passes its corner at a quarter of it, seen from its end.
        let arc = (come.min(go) / 2.0).min(astray / (angle.abs() / 4.0).tan());
        let long = |leg: f64, other: f64| if leg > 4.0 * other { 4.0 * other / leg } else { 1.0 };
        Corner {
            at: along[at[1]],
            angle,
            before: arc * long(come, go),
            behind: arc * long(go, come),
        }
    };
    let corners = kept.windows(3).map(corner);
    corners.filter(|corner| corner.before + corner.behind > 0.0).collect()
}

/// The speeds of the lanes of a street's segments, one way; `None` where it is closed or a ferry.
fn limits(streets: &Streets, usage: StreetUse) -> Option<Vec<f64>> {
    streets.access(usage)?;
    let mut limits = Vec::new();
    for (stretch, [first, last]) in streets.stretches_with_ends(usage.street()) {
        let lane = streets.lane(stretch, usage.direction())?;
        limits.extend(vec![lane.speed.0 / 3.6; last - first]);
    }
    (!streets.is_ferry(usage.street())).then_some(limits)
}

/// Ours over theirs for one way along a street, between the first and last points that lie a
/// distance from its ends.
fn ratio(streets: &Streets, usage: StreetUse, from_ends: f64, car: &Profile) -> Option<f64> {
    let points = streets.points(usage.street());
    let comfort = car.kinematics()?;
    let road = Road::of(points, &limits(streets, usage)?, comfort);
    let length = road.along[road.along.len() - 1];
    let mut at = vec![0.0];
    for pair in points.windows(2) {
        let (x, y) = offset(pair[0], pair[1]);
        at.push(at[at.len() - 1] + x.hypot(y));
    }
    let is_inner = |&point: &usize| at[point] >= from_ends && at[point] <= length - from_ends;
    let first = (0..points.len()).find(is_inner)?;
    let last = (0..points.len()).rfind(is_inner)?;
    let driven = road.drive(comfort, usage.direction());
    let second = |place: f64| {
        let step = road.along.partition_point(|&end| end < place).clamp(1, driven.len() - 1);
        let share = (place - road.along[step - 1]) / (road.along[step] - road.along[step - 1]);
        driven[step - 1] + share * (driven[step] - driven[step - 1])
    };
    let ours = second(at[last]) - second(at[first]);
    let times = streets.times(usage);
    let theirs = f64::from(times[last].abs_diff(times[first])) / 1000.0;
    // A stretch of a second or two is a matter of half metres.
    (ours > 2.0).then(|| theirs / ours)
}

/// The map with every way apart from all others.
fn taken_apart(whole: &OsmExtract) -> OsmExtract {
    let mut apart =
        OsmExtract { ways: whole.ways.clone(), tags: whole.tags.clone(), ..OsmExtract::default() };
    for way in &mut apart.ways {
        let nodes = whole.nodes_of(way);
        way.first_node = apart.way_nodes.len() as u32;
        for &node in nodes {
            if node == NodeIndex::MISSING {
                apart.way_nodes.push(node);
                continue;
            }
            apart.way_nodes.push(NodeIndex(apart.positions.len() as u32));
            apart.node_ids.push(OsmNodeId(1 + apart.positions.len() as i64));
            apart.positions.push(whole.positions[node.index()]);
        }
    }
    apart
}

fn maps() -> Vec<(String, OsmExtract)> {
    let names = [
        "python/src/desserte/data/neubrandenburg.osm.pbf",
        "../shared/data/osm/andorra-2025.osm.pbf",
        "../shared/data/osm/faroe-2018.osm.pbf",
    ];
    let paths = names.map(repository);
    let here = |path: &PathBuf| {
        let is_here = path.exists();
        if !is_here {
            println!("skipped: {} is not here", path.display());
        }
        is_here
    };
    let maps = paths.into_iter().filter(here).map(|path| {
        let whole =
            OsmExtract { built_up: BuiltUpLand::default(), ..read(std::slice::from_ref(&path)) };
        (path.display().to_string(), whole)
    });
    maps.collect()
}

/// Nineteen in twenty within one percent, and none off by more than three.
fn check(name: &str, mut ratios: Vec<(f64, StreetId)>, least: usize) {
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = ratios.len();
    assert!(count >= least, "{name}: {count} streets");
    let near = ratios.iter().filter(|(ratio, _)| (0.99..=1.01).contains(ratio)).count();
    let (low, high) = (ratios[0], ratios[count - 1]);
    println!("{name}: {count} drives, {near} within 1 %, from {low:?} to {high:?}");
    assert!(near as f64 >= 0.95 * count as f64, "{name}: {near} of {count} within 1 %");
    assert!(low.0 > 0.97 && high.0 < 1.03, "{name}: from {low:?} to {high:?}");
}

fn drives(network: &RoadNetwork, from_ends: f64, car: &Profile) -> Vec<(f64, StreetId)> {
    let streets = network.streets();
    let stride = (streets.len() / 6000).max(1);
    let sample = streets.ids().step_by(stride);
    let uses = sample.flat_map(|street| Direction::BOTH.map(|way| StreetUse::new(street, way)));
    uses.filter_map(|usage| Some((ratio(streets, usage, from_ends, car)?, usage.street())))
        .collect()
}

fn driver() -> Profile {
    let still = changed(&Profile::car(), &[("settings", "delays", false.into())]);
    snapping_anywhere(&still)
}

#[test]
fn every_way_alone_is_driven_as_half_metre_by_half_metre() {
    for (name, whole) in maps() {
        let network = RoadNetwork::build(&taken_apart(&whole), &driver(), &Watch::new()).unwrap();
        check(&name, drives(&network, 0.0, &driver()), 2000);
    }
}

#[test]
fn the_middle_of_every_long_street_is_driven_as_half_metre_by_half_metre() {
    for (name, whole) in maps() {
        let network = RoadNetwork::build(&whole, &driver(), &Watch::new()).unwrap();
        check(&name, drives(&network, FAR, &driver()), 20);
    }
}
