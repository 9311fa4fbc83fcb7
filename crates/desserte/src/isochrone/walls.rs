//! What stands between a street and the ground beside it?
//!
//! Shores, wide waterways and motorways: the network's barrier lines, laid on its
//! plane. One does not walk across them, so each straight piece, seen from a
//! point of the ground, hides a stretch of a street: its *shadow*. What is not in
//! a shadow can be walked from, and the earliest time is that of the place where
//! one would step off if nothing stood there, or of the edge of a shadow beside it.
//!
//! A street may touch a line, as a quay or a dam does. One steps off it on either
//! side: what lies within a centimetre of the street hides nothing.

use crate::graph::RoadNetwork;

use super::segment::Segment;

/// The side of a bucket, metres: a cell or two of the grid.
const BUCKET: f64 = 125.0;
/// How many buckets there may be; a country has larger ones.
const MOST_BUCKETS: f64 = 4e6;
/// How near to a street a line is under one's feet, metres.
const UNDERFOOT: f64 = 0.01;

/// A point on the plane, in metres.
type Point = (f64, f64);

/// One straight piece of a line.
type Wall = [Point; 2];

/// The lines that cannot be crossed, found by where they lie.
#[derive(Debug, Default)]
pub(super) struct Walls {
    all: Vec<Wall>,
    low: Point,
    bucket: f64,
    columns: usize,
    rows: usize,
    /// Where the members of each bucket begin.
    first: Vec<u32>,
    members: Vec<u32>,
}

impl Walls {
    /// The barrier lines of a network.
    pub(super) fn of(network: &RoadNetwork) -> Self {
        let on_plane = |position| network.projection().to_plane(position);
        Self::between(network.barriers().segments().map(|ends| ends.map(on_plane)).collect())
    }

    /// Sorts some pieces into buckets.
    pub(super) fn between(walls: Vec<Wall>) -> Self {
        let points = || walls.iter().flatten();
        let least = |a: Point, b: &Point| (a.0.min(b.0), a.1.min(b.1));
        let most = |a: Point, b: &Point| (a.0.max(b.0), a.1.max(b.1));
        let low = points().fold((f64::MAX, f64::MAX), least);
        let high = points().fold((f64::MIN, f64::MIN), most);
        if walls.is_empty() {
            return Self::default();
        }
        let (width, height) = (high.0 - low.0, high.1 - low.1);
        let bucket = BUCKET.max((width * height / MOST_BUCKETS).sqrt());
        let (columns, rows) = ((width / bucket) as usize + 1, (height / bucket) as usize + 1);
        let mut sorted = Self { low, bucket, columns, rows, ..Self::default() };
        let mut counts = vec![0_u32; columns * rows + 1];
        for wall in &walls {
            sorted.for_each_bucket(bounds(wall), |bucket| counts[bucket + 1] += 1);
        }
        for bucket in 0..columns * rows {
            counts[bucket + 1] += counts[bucket];
        }
        sorted.first.clone_from(&counts);
        sorted.members = vec![0; counts[columns * rows] as usize];
        for (wall, ends) in walls.iter().enumerate() {
            let (buckets, members) = (&mut counts, &mut sorted.members);
            let grid = Self { low, bucket, columns, rows, ..Self::default() };
            grid.for_each_bucket(bounds(ends), |bucket| {
                members[buckets[bucket] as usize] = wall as u32;
                buckets[bucket] += 1;
            });
        }
        sorted.all = walls;
        sorted
    }

    /// Whether anything may stand within a box.
    pub(super) fn is_near(&self, area: [Point; 2]) -> bool {
        let mut is_near = false;
        self.for_each_bucket(area, |bucket| {
            is_near |= self.first[bucket] < self.first[bucket + 1];
        });
        is_near
    }

    /// Collects the pieces whose boxes meet an area, some more than once.
    fn collect(&self, area: [Point; 2], found: &mut Vec<u32>) {
        found.clear();
        self.for_each_bucket(area, |bucket| {
            let members =
                &self.members[self.first[bucket] as usize..self.first[bucket + 1] as usize];
            let meets = |wall: &&u32| do_meet(bounds(&self.all[**wall as usize]), area);
            found.extend(members.iter().filter(meets));
        });
    }

    fn for_each_bucket(&self, [low, high]: [Point; 2], mut visit: impl FnMut(usize)) {
        if self.columns == 0 || high.0 < self.low.0 || high.1 < self.low.1 {
            return;
        }
        // What lies before the first bucket counts as in it.
        let index = |value: f64, least: f64| ((value - least) / self.bucket) as usize;
        let east = index(high.0, self.low.0).min(self.columns - 1);
        let north = index(high.1, self.low.1).min(self.rows - 1);
        for row in index(low.1, self.low.1)..=north {
            for column in index(low.0, self.low.0)..=east {
                visit(row * self.columns + column);
            }
        }
    }

    /// How far one comes from one point towards another, as a share of the way; 1 if nothing stops one.
    ///
    /// What lies `after` metres from the start or nearer does not count.
    pub(super) fn stop(&self, from: Point, to: Point, after: f64, near: &mut Vec<u32>) -> f64 {
        self.collect(bounds(&[from, to]), near);
        let step = (to.0 - from.0, to.1 - from.1);
        let least = after / step.0.hypot(step.1);
        let shares = near.iter().filter_map(|&wall| meeting(from, step, &self.all[wall as usize]));
        shares.filter(|&share| share > least).fold(1.0, f64::min)
    }
}

/// What one sees of streets from one point of the ground.
pub(super) struct View<'a> {
    walls: &'a Walls,
    point: Point,
    near: Vec<u32>,
    shadows: Vec<(f64, f64)>,
}

impl<'a> View<'a> {
    /// From nowhere yet.
    pub(super) fn new(walls: &'a Walls) -> Self {
        Self { walls, point: (0.0, 0.0), near: Vec::new(), shadows: Vec::new() }
    }

    /// Whether a wall stands between the point and the place where one steps off to reach it.
    pub(super) fn is_hidden(&mut self, point: Point, segment: &Segment) -> bool {
        let foot = segment.step_off(point.0, point.1);
        self.walls.stop(foot, point, UNDERFOOT, &mut self.near) < 1.0
    }

    /// Looks round from a point, as far as one walks.
    pub(super) fn look(&mut self, point: Point, offroad: f64) {
        self.point = point;
        let low = (point.0 - offroad, point.1 - offroad);
        self.walls.collect([low, (point.0 + offroad, point.1 + offroad)], &mut self.near);
    }

    /// The time at the point by way of what is seen of a segment.
    pub(super) fn time(&mut self, segment: &Segment) -> Option<f64> {
        let (x, y) = self.point;
        let (low, high) = segment.within_walk(x, y)?;
        let best = segment.step_off_at(x, y).clamp(low, high);
        // PERF: what stands outside the triangle under one's eyes hides nothing of what one looks at.
        let [(ax, ay), (bx, by)] = [low, high].map(|place| segment.point_at(place));
        let (west, east) = (x.min(ax).min(bx) - UNDERFOOT, x.max(ax).max(bx) + UNDERFOOT);
        let (south, north) = (y.min(ay).min(by) - UNDERFOOT, y.max(ay).max(by) + UNDERFOOT);
        let walls = self.near.iter().map(|&wall| &self.walls.all[wall as usize]);
        let between = walls.filter(|wall| do_meet(bounds(wall), [(west, south), (east, north)]));
        self.shadows.clear();
        self.shadows.extend(between.filter_map(|wall| segment.shadow((x, y), wall)));
        let at = |place: f64| segment.time_by(x, y, place);
        match hiding(&mut self.shadows, best) {
            None => Some(at(best)),
            Some(shadow) => [shadow.0, shadow.1]
                .into_iter()
                .filter(|place| (low..=high).contains(place))
                .map(at)
                .reduce(f64::min),
        }
    }
}

/// The shadows that lie one over the other around a place, as one; `None` if the place is seen.
fn hiding(shadows: &mut [(f64, f64)], place: f64) -> Option<(f64, f64)> {
    /// Two pieces of one line share a point, and no light falls through there.
    const SEAM: f64 = 1e-6;
    shadows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Option<(f64, f64)> = None;
    for &(from, to) in shadows.iter() {
        merged = match merged {
            Some(known) if from <= known.1 + SEAM => Some((known.0, known.1.max(to))),
            Some(known) if known.0 < place && place < known.1 => return Some(known),
            _ => Some((from, to)),
        };
    }
    merged.filter(|known| known.0 < place && place < known.1)
}

impl Segment {
    /// What a wall hides of the line through the segment, as metres from its start.
    fn shadow(&self, point: Point, wall: &Wall) -> Option<(f64, f64)> {
        let (along, away) = self.local(point.0, point.1);
        // On the line itself, one sees along it.
        let (side, height) = (away.signum(), away.abs().max(1e-6));
        let [a, b] = wall.map(|(x, y)| self.local(x, y)).map(|(x, y)| (x, y * side));
        let floor = UNDERFOOT.min(height * 1e-3);
        let [a, b] = clip(a, b, (floor, height * (1.0 - 1e-9)))?;
        let cast = |(x, y): Point| along + (x - along) * height / (height - y);
        let (from, to) = (cast(a), cast(b));
        Some((from.min(to), from.max(to)))
    }
}

/// The part of a line whose height lies between two bounds.
fn clip(a: Point, b: Point, (floor, top): (f64, f64)) -> Option<[Point; 2]> {
    let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    if high.1 < floor || low.1 > top {
        return None;
    }
    let at = |height: f64| {
        let share = (height - low.1) / (high.1 - low.1);
        (low.0 + (high.0 - low.0) * share, height)
    };
    let first = if low.1 < floor { at(floor) } else { low };
    let last = if high.1 > top { at(top) } else { high };
    Some([first, last])
}

/// Where a way meets a wall, as a share of the way.
fn meeting(from: Point, step: Point, [a, b]: &Wall) -> Option<f64> {
    let wall = (b.0 - a.0, b.1 - a.1);
    let between = (a.0 - from.0, a.1 - from.1);
    let cross = step.0 * wall.1 - step.1 * wall.0;
    if cross == 0.0 {
        return None;
    }
    let share = (between.0 * wall.1 - between.1 * wall.0) / cross;
    let along = (between.0 * step.1 - between.1 * step.0) / cross;
    ((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&along)).then_some(share)
}

fn bounds(&[a, b]: &Wall) -> [Point; 2] {
    [(a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1))]
}

fn do_meet([low, high]: [Point; 2], [other_low, other_high]: [Point; 2]) -> bool {
    low.0 <= other_high.0 && other_low.0 <= high.0 && low.1 <= other_high.1 && other_low.1 <= high.1
}

#[cfg(test)]
#[path = "walls_tests.rs"]
mod tests;
