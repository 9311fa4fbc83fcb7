//! How long does a car take along a line, if it must slow down for the bends?
//!
//! A speed limit is an upper bound. In a bend the comfortable speed is bounded
//! by the radius, `v = sqrt(lateral * R)`; before it one brakes, after it one
//! accelerates. Along a course of segments the fastest lawful drive is found by
//! two passes over the squares of the speeds: forward, no faster than one can
//! have accelerated; backward, no faster than one can still brake.
//!
//! The radius of a bend is that of an arc that turns by the angle of a corner
//! within half of either of its legs; along a bend drawn by many points, these
//! arcs are pieces of the same circle, however the points are spaced. Before
//! corners are measured, points that stray less than a metre from the line
//! between their neighbours are left out, so that more points on the same line
//! change nothing. A short bend that strays little from its chord may still be
//! taken for one corner or for an arc, as it was drawn, and the two drives differ.
//!
//! # References
//!
//! The relation of radius and speed is that of road design; how hard one
//! corners, accelerates and brakes is the profile's, with its reasons.

use geo::{Coord, LineString, SimplifyIdx};

use crate::profile::Kinematics;

/// A stretch of line over which a bend holds a speed down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bend {
    from: f64,
    to: f64,
    /// Metres a second.
    speed: f64,
}

/// A part of the line with one limit.
#[derive(Clone, Copy, Debug)]
struct Part {
    length: f64,
    limit: f64,
    segment: usize,
}

/// A line on a plane, in metres, and how far along it each of its points lies.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) points: Vec<Coord<f64>>,
    pub(super) along: Vec<f64>,
}

impl Line {
    /// The bends of the line, in order; they do not overlap.
    pub(super) fn bends(&self, comfort: &Kinematics) -> Vec<Bend> {
        let corners = self.corners();
        let line: LineString<f64> = corners.iter().map(|&corner| self.points[corner]).collect();
        let kept = line.simplify_idx(comfort.straight_metres.0);
        let bend = |kept: &[usize]| {
            self.bend([corners[kept[0]], corners[kept[1]], corners[kept[2]]], comfort)
        };
        kept.windows(3).map(bend).collect()
    }

    /// The points at which the line turns at all, and its ends.
    ///
    /// Points on a straight line are left out first and exactly: of two points
    /// equally far from a chord, simplification takes one by the last bit.
    fn corners(&self) -> Vec<usize> {
        let last = self.points.len() - 1;
        let mut corners = vec![0];
        for point in 1..last {
            let before = self.points[corners[corners.len() - 1]];
            if strays(before, self.points[point], self.points[point + 1]) {
                corners.push(point);
            }
        }
        corners.push(last);
        corners
    }

    fn bend(&self, [before, here, after]: [usize; 3], comfort: &Kinematics) -> Bend {
        let legs = [self.along[here] - self.along[before], self.along[after] - self.along[here]];
        let halves = legs.map(|leg| (leg / 2.0).min(comfort.leg_metres.0));
        let halves = [halves[0].min(2.0 * halves[1]), halves[1].min(2.0 * halves[0])];
        let corner = [before, here, after].map(|point| self.points[point]);
        let radius = f64::midpoint(halves[0], halves[1]) / tangent_of_half_the_turn(corner);
        let speed = (comfort.lateral * radius).sqrt().max(comfort.slowest_kmh.0 / 3.6);
        let at = self.along[here];
        Bend { from: at - halves[0], to: at + halves[1], speed }
    }

    /// Turns the line round, and bends that were taken of it.
    pub(super) fn reverse(&mut self, bends: &mut [Bend]) {
        let end = self.along.last().copied().unwrap_or_default();
        self.points.reverse();
        self.along.reverse();
        self.along.iter_mut().for_each(|along| *along = end - *along);
        bends.reverse();
        for bend in bends {
            (bend.from, bend.to) = (end - bend.to, end - bend.from);
        }
    }
}

/// The seconds that each segment takes when every segment is taken at its limit.
pub(super) fn glide(along: &[f64], limits: &[f64]) -> Vec<f64> {
    limits.iter().zip(along.windows(2)).map(|(limit, ends)| (ends[1] - ends[0]) / limit).collect()
}

/// The seconds that each segment takes, bends and all.
///
/// `along` holds one more than `limits`, which are in metres a second; `bends`
/// may reach beyond the line at both ends.
pub(super) fn drive(
    along: &[f64],
    limits: &[f64],
    bends: &[Bend],
    comfort: &Kinematics,
) -> Vec<f64> {
    let parts = parts(along, limits, bends);
    let speeds = speeds(&parts, comfort);
    let mut seconds = vec![0.0; limits.len()];
    for (index, part) in parts.iter().enumerate() {
        seconds[part.segment] += duration(part, [speeds[index], speeds[index + 1]], comfort);
    }
    seconds
}

/// Whether a point lies off the line between two others by more than a centimetre.
fn strays(before: Coord<f64>, here: Coord<f64>, after: Coord<f64>) -> bool {
    let (one, other) = (here - before, after - here);
    let (cross, dot) = (one.x * other.y - one.y * other.x, one.x * other.x + one.y * other.y);
    let chord = after - before;
    dot < 0.0 || cross * cross > 1e-4 * (chord.x * chord.x + chord.y * chord.y)
}

/// From next to nothing on a straight line to infinity where one turns on the spot.
fn tangent_of_half_the_turn([before, here, after]: [Coord<f64>; 3]) -> f64 {
    let (one, other) = (here - before, after - here);
    let dot = one.x * other.x + one.y * other.y;
    let squares = (one.x * one.x + one.y * one.y) * (other.x * other.x + other.y * other.y);
    let lengths = squares.sqrt();
    let tangent_2 = (lengths - dot).max(0.0) / (lengths + dot).max(f64::MIN_POSITIVE);
    tangent_2.sqrt().max(1e-9)
}

/// Cuts a line wherever its limit changes.
fn parts(along: &[f64], limits: &[f64], bends: &[Bend]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(limits.len() + 2 * bends.len());
    let mut bends = bends.iter().peekable();
    for (segment, &limit) in limits.iter().enumerate() {
        let (mut at, end) = (along[segment], along[segment + 1]);
        while at < end {
            while bends.next_if(|bend| bend.to <= at).is_some() {}
            let (until, limit) = match bends.peek() {
                Some(bend) if bend.from <= at => (bend.to.min(end), limit.min(bend.speed)),
                Some(bend) => (bend.from.min(end), limit),
                None => (end, limit),
            };
            parts.push(Part { length: until - at, limit, segment });
            at = until;
        }
    }
    parts
}

/// The speed at the beginning of every part, and at the end of the last.
fn speeds(parts: &[Part], comfort: &Kinematics) -> Vec<f64> {
    let mut speeds = Vec::with_capacity(parts.len() + 1);
    let mut speed = f64::INFINITY;
    for part in parts {
        speed = speed.min(part.limit);
        speeds.push(speed);
        speed = after(speed, part.limit, comfort.acceleration * part.length);
    }
    speeds.push(speed);
    for (index, part) in parts.iter().enumerate().rev() {
        speeds[index] = after(speeds[index + 1], speeds[index], comfort.braking * part.length);
    }
    speeds
}

/// The speed after a distance (times an acceleration) from another, held by a limit.
fn after(speed: f64, limit: f64, gain: f64) -> f64 {
    // Most parts are entered at their limit, and need no root.
    if speed >= limit { limit } else { (speed * speed + 2.0 * gain).sqrt().min(limit) }
}

/// How long a part takes: speeding up, cruising at the limit, slowing down.
fn duration(part: &Part, [entry, exit]: [f64; 2], comfort: &Kinematics) -> f64 {
    if entry >= part.limit && exit >= part.limit {
        return part.length / part.limit;
    }
    let &Kinematics { acceleration: a, braking: b, .. } = comfort;
    let squares = b * entry * entry + a * exit * exit;
    let peak = ((2.0 * a * b * part.length + squares) / (a + b)).sqrt().min(part.limit);
    let peak = peak.max(entry).max(exit);
    let (up, down) = (peak * peak - entry * entry, peak * peak - exit * exit);
    let cruise = (part.length - up / (2.0 * a) - down / (2.0 * b)).max(0.0);
    (peak - entry) / a + (peak - exit) / b + cruise / peak
}

#[cfg(test)]
#[path = "kinematics_tests.rs"]
mod tests;
