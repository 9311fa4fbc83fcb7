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
//! between their neighbours are left out, so that how densely a road was drawn
//! does not matter.
//!
//! # References
//!
//! The relation of radius and speed is that of road design; how hard one
//! corners, accelerates and brakes is the profile's, with its reasons.

use geo::{Coord, LineString, SimplifyIdx};

use crate::profile::Kinematics;

/// A stretch of line over which a bend holds a speed down.
#[derive(Clone, Copy, Debug)]
struct Bend {
    from: f64,
    to: f64,
    speed: f64,
}

/// A part of the line with one limit.
#[derive(Clone, Copy, Debug)]
struct Part {
    length: f64,
    limit: f64,
    /// The point of the line at its end, if there is one.
    point: Option<usize>,
}

/// A line to drive: its points on a plane in metres, how far along each lies,
/// and the limit of each segment in m/s.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) along: Vec<f64>,
    pub(super) limits: Vec<f64>,
}

impl Line {
    pub(super) fn clear(&mut self) {
        self.points.clear();
        self.along.clear();
        self.limits.clear();
    }
}

/// Seconds to each point of a line when every segment is taken at its limit.
pub(super) fn glide(line: &Line) -> Vec<f64> {
    let mut now = 0.0;
    let segments = line.limits.iter().zip(line.along.windows(2)).map(|(limit, ends)| {
        now += (ends[1] - ends[0]) / limit;
        now
    });
    std::iter::once(0.0).chain(segments).collect()
}

/// Seconds from the first point of a line to each of its points.
pub(super) fn drive(line: &Line, comfort: &Kinematics) -> Vec<f64> {
    let Line { points, along, limits } = line;
    let bends = bends(points, along, comfort);
    let parts = parts(along, limits, &bends);
    let speeds = speeds(&parts, comfort);
    let mut seconds = vec![0.0; points.len()];
    let mut now = 0.0;
    for (index, part) in parts.iter().enumerate() {
        now += duration(part, [speeds[index], speeds[index + 1]], comfort);
        if let Some(point) = part.point {
            seconds[point] = now;
        }
    }
    seconds
}

/// The bends of a line, in order; they do not overlap.
fn bends(points: &[(f64, f64)], along: &[f64], comfort: &Kinematics) -> Vec<Bend> {
    let line: LineString<f64> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
    let corners = line.simplify_idx(comfort.straight_metres.0);
    let mut bends = Vec::new();
    for triple in corners.windows(3) {
        let [before, here, after] = [triple[0], triple[1], triple[2]];
        let legs = [along[here] - along[before], along[after] - along[here]];
        let halves = legs.map(|leg| (leg / 2.0).min(comfort.leg_metres.0));
        let halves = [halves[0].min(2.0 * halves[1]), halves[1].min(2.0 * halves[0])];
        let turn = deflection(points[before], points[here], points[after]);
        // The tangent of a half turn: from there one turns on the spot.
        let radius = f64::midpoint(halves[0], halves[1]) / (turn / 2.0).tan().max(1e-9);
        let speed = (comfort.lateral * radius).sqrt().max(comfort.slowest_kmh.0 / 3.6);
        let at = along[here];
        bends.push(Bend { from: at - halves[0], to: at + halves[1], speed });
    }
    bends
}

/// By how much one turns at a corner, from 0 to pi.
fn deflection(before: (f64, f64), here: (f64, f64), after: (f64, f64)) -> f64 {
    let (ax, ay) = (here.0 - before.0, here.1 - before.1);
    let (bx, by) = (after.0 - here.0, after.1 - here.1);
    (ax * by - ay * bx).atan2(ax * bx + ay * by).abs()
}

/// Cuts a line wherever its limit changes, and at its points.
fn parts(along: &[f64], limits: &[f64], bends: &[Bend]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(along.len() + 2 * bends.len());
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
            parts.push(Part { length: until - at, limit, point: None });
            at = until;
        }
        // A segment of no length takes no time, and still ends at its point.
        match parts.last_mut() {
            Some(last) if last.point.is_none() => last.point = Some(segment + 1),
            _ => parts.push(Part { length: 0.0, limit, point: Some(segment + 1) }),
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
        let reachable = (speed * speed + 2.0 * comfort.acceleration * part.length).sqrt();
        speed = reachable.min(part.limit);
    }
    speeds.push(speed);
    for (index, part) in parts.iter().enumerate().rev() {
        let next = speeds[index + 1];
        let stoppable = (next * next + 2.0 * comfort.braking * part.length).sqrt();
        speeds[index] = speeds[index].min(stoppable);
    }
    speeds
}

/// How long a part takes: speeding up, cruising at the limit, slowing down.
fn duration(part: &Part, [entry, exit]: [f64; 2], comfort: &Kinematics) -> f64 {
    let &Kinematics { acceleration: a, braking: b, .. } = comfort;
    if part.length <= 0.0 {
        return 0.0;
    }
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
