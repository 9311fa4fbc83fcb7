//! How long does a car take along a line, if it must slow down for the bends?
//!
//! A speed limit is an upper bound. In a bend the comfortable speed is bounded
//! by the radius, `v = sqrt(lateral * R)`; before it one brakes, after it one
//! accelerates. Along a course of segments the fastest lawful drive is found by
//! two passes over the squares of the speeds: forward, no faster than one can
//! have accelerated; backward, no faster than one can still brake.
//!
//! The radius comes from how much the line turns over a window of it. First the
//! turn at each corner is spread evenly over half of either leg, which makes an
//! arc of a polygon, however its points are spaced, as long as the arc strays no
//! further from the corner than those who draw roads let it. Then the turn within a
//! window around each piece is summed, right against left, so that the tremble
//! of a hand cancels out, and a short bend counts as what it turns by, be it
//! drawn by one point or by five.
//!
//! # References
//!
//! The relation of radius and speed is that of road design; how hard one
//! corners, accelerates and brakes is the profile's, with its reasons.

use geo::Coord;

use crate::profile::Kinematics;

/// A leg so many times as long as the other is a straight before a bend rather than a part of it.
const UNLIKE_LEGS: f64 = 4.0;

/// A stretch of line over which a bend holds a speed down.
#[derive(Clone, Copy, Debug)]
struct Bend {
    from: f64,
    to: f64,
    /// Metres a second.
    speed: f64,
}

/// A corner of the line, spread over parts of its legs.
#[derive(Clone, Copy, Debug)]
struct Turn {
    from: f64,
    to: f64,
    /// Radians; positive to the left.
    angle: f64,
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
    /// The corners of the line, each spread over its legs, in order; they do not overlap.
    ///
    /// A point on a straight line is no corner: it would take half of its neighbours' legs.
    fn for_each_turn(&self, astray_metres: f64, mut visit: impl FnMut(Turn)) {
        let last = self.points.len() - 1;
        let (mut before, mut here) = (0, None);
        for next in 1..=last {
            let corner = here.unwrap_or(before);
            if next < last && !self.strays([corner, next, next + 1]) {
                continue;
            }
            if let Some(here) = here {
                visit(self.turn([before, here, next], astray_metres));
                before = here;
            }
            here = Some(next);
        }
    }

    /// Whether a point lies off the line between two others by more than five centimetres,
    /// a few times what coordinates are rounded to.
    fn strays(&self, corner: [usize; 3]) -> bool {
        let [before, here, after] = corner.map(|point| self.points[point]);
        let (one, other, chord) = (here - before, after - here, after - before);
        let (cross, dot) = (one.x * other.y - one.y * other.x, one.x * other.x + one.y * other.y);
        dot < 0.0 || cross * cross > 25e-4 * (chord.x * chord.x + chord.y * chord.y)
    }

    fn turn(&self, corner: [usize; 3], astray_metres: f64) -> Turn {
        let [before, at, after] = corner.map(|point| self.along[point]);
        let legs = [at - before, after - at];
        let angle = angle(corner.map(|point| self.points[point]));
        // An arc that begins so far before a corner passes it at that distance.
        let longest = astray_metres / (angle.abs() / 4.0).tan();
        let half = (legs[0].min(legs[1]) / 2.0).min(longest);
        // Where a bend begins after a long straight, the straight is hardly bent.
        let share = |leg: f64, other: f64| half * (UNLIKE_LEGS * other / leg).min(1.0);
        Turn { from: at - share(legs[0], legs[1]), to: at + share(legs[1], legs[0]), angle }
    }
}

/// Which way a line is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Along,
    Against,
}

/// Who drives lines, with the room to work each of them out.
#[derive(Debug)]
pub(super) struct Driver {
    comfort: Kinematics,
    turns: Vec<Turn>,
    bends: Vec<Bend>,
    parts: Vec<Part>,
    /// At the beginning of every part, and at the end of the last.
    speeds: Vec<f64>,
}

impl Driver {
    pub(super) const fn new(comfort: Kinematics) -> Self {
        Self {
            comfort,
            turns: Vec::new(),
            bends: Vec::new(),
            parts: Vec::new(),
            speeds: Vec::new(),
        }
    }

    /// Looks for the bends of a line that hold a car below a speed.
    pub(super) fn look_at(&mut self, line: &Line, fastest: f64) {
        let Self { comfort, turns, bends, .. } = self;
        turns.clear();
        bends.clear();
        line.for_each_turn(comfort.astray_metres.0, |turn| turns.push(turn));
        let least = comfort.lateral / (fastest * fastest);
        let mut window = Window::over(turns);
        bends.extend(turns.iter().filter_map(|turn| {
            let slack = ((comfort.window_metres.0 - (turn.to - turn.from)) / 2.0).max(0.0);
            let (from, to) = (turn.from - slack, turn.to + slack);
            let curvature = window.turn_within(from, to).abs() / (to - from);
            (curvature > least).then(|| Bend {
                from: turn.from,
                to: turn.to,
                speed: (comfort.lateral / curvature).sqrt().max(comfort.slowest_kmh.0 / 3.6),
            })
        }));
    }

    /// Calls `visit` with the seconds of each segment of the stretch last cut, in parts where it has several.
    pub(super) fn drive(&mut self, way: Way, mut visit: impl FnMut(usize, f64)) {
        // Whoever drives against the line accelerates where the other brakes.
        let (up, down) = match way {
            Way::Along => (self.comfort.acceleration, self.comfort.braking),
            Way::Against => (self.comfort.braking, self.comfort.acceleration),
        };
        self.find_speeds(up, down);
        for (part, speeds) in self.parts.iter().zip(self.speeds.windows(2)) {
            visit(part.segment, duration(part, [speeds[0], speeds[1]], [up, down]));
        }
    }

    /// Cuts a stretch of the line last looked at wherever its limit changes.
    ///
    /// `along` holds one more than `limits`, which are in metres a second.
    pub(super) fn cut(&mut self, along: &[f64], limits: &[f64]) {
        self.parts.clear();
        let first = self.bends.partition_point(|bend| bend.to <= along[0]);
        let mut bends = self.bends[first..].iter().peekable();
        for (segment, &limit) in limits.iter().enumerate() {
            let (mut at, end) = (along[segment], along[segment + 1]);
            while at < end {
                while bends.next_if(|bend| bend.to <= at).is_some() {}
                let (until, limit) = match bends.peek() {
                    Some(bend) if bend.from <= at => (bend.to.min(end), limit.min(bend.speed)),
                    Some(bend) => (bend.from.min(end), limit),
                    None => (end, limit),
                };
                self.parts.push(Part { length: until - at, limit, segment });
                at = until;
            }
        }
    }

    /// No faster than one can have accelerated, and no faster than one can still brake.
    fn find_speeds(&mut self, up: f64, down: f64) {
        let Self { parts, speeds, .. } = self;
        speeds.clear();
        let mut speed = f64::INFINITY;
        for part in &*parts {
            speed = speed.min(part.limit);
            speeds.push(speed);
            speed = after(speed, part.limit, up * part.length);
        }
        speeds.push(speed);
        for (index, part) in parts.iter().enumerate().rev() {
            speeds[index] = after(speeds[index + 1], speeds[index], down * part.length);
        }
    }
}

/// Sums turns over a window that moves along the line.
struct Window<'a> {
    turns: &'a [Turn],
    behind: Turned,
    ahead: Turned,
}

/// How far a window's edge has passed the turns.
#[derive(Clone, Copy, Default)]
struct Turned {
    passed: usize,
    angle: f64,
}

impl<'a> Window<'a> {
    fn over(turns: &'a [Turn]) -> Self {
        Self { turns, behind: Turned::default(), ahead: Turned::default() }
    }

    /// Neither edge may lie before where it was.
    fn turn_within(&mut self, from: f64, to: f64) -> f64 {
        self.ahead.advance(self.turns, to) - self.behind.advance(self.turns, from)
    }
}

impl Turned {
    /// The turn from the beginning of the line to a place.
    fn advance(&mut self, turns: &[Turn], to: f64) -> f64 {
        while let Some(turn) = turns.get(self.passed).filter(|turn| turn.to <= to) {
            self.angle += turn.angle;
            self.passed += 1;
        }
        let begun = turns.get(self.passed).filter(|turn| turn.from < to);
        self.angle + begun.map_or(0.0, |turn| turn.angle * (to - turn.from) / (turn.to - turn.from))
    }
}

/// By how much a line turns at a corner; turning on the spot is half a circle.
fn angle([before, here, after]: [Coord<f64>; 3]) -> f64 {
    let (one, other) = (here - before, after - here);
    let (cross, dot) = (one.x * other.y - one.y * other.x, one.x * other.x + one.y * other.y);
    cross.atan2(dot)
}

/// The speed after a distance (times an acceleration) from another, held by a limit.
fn after(speed: f64, limit: f64, gain: f64) -> f64 {
    // Most parts are entered at their limit, and need no root.
    if speed >= limit { limit } else { (speed * speed + 2.0 * gain).sqrt().min(limit) }
}

/// How long a part takes: speeding up, cruising at the limit, slowing down.
fn duration(part: &Part, [entry, exit]: [f64; 2], [a, b]: [f64; 2]) -> f64 {
    if entry >= part.limit && exit >= part.limit {
        return part.length / part.limit;
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
