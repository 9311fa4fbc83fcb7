//! How soon is a point reached by walking off one straight segment of street?
//!
//! Time grows linearly along a segment, and walking is slower than riding, so
//! the best place to step off obeys the law of refraction: at a distance `b`
//! from the line, one leaves it `b tan θ` before the foot of the perpendicular,
//! where `sin θ` is the ratio of the two paces. The step-off point must lie on
//! the segment and within the walking limit; the problem is convex, so clamping
//! the free optimum to those bounds gives the exact answer.
//!
//! Here is the formula in double precision, for one point; [`super::measure`]
//! has it in single precision around the segment's own end, for many.

use super::surface::Vertex;

/// How one walks away from the street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    /// Milliseconds a metre.
    pub(super) pace: f64,
    /// The furthest one walks, metres.
    pub(super) offroad: f64,
}

/// A straight stretch of street, seen from the end that is reached first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Unit vector towards the later end.
    pub(super) along: (f64, f64),
    pub(super) length: f64,
    /// Time at the earlier end, and milliseconds a metre from there.
    pub(super) time: f64,
    pub(super) slope: f64,
    /// `tan θ`; where the street is no faster than walking, zero, and one steps off
    /// as early as may be, by the boundless `free`.
    pub(super) lean: f64,
    pub(super) free: f64,
    /// Whether it is ridden in the order of its vertices.
    pub(super) is_forward: bool,
    pub(super) walk: Walk,
}

impl Segment {
    /// The segment between two vertices, in either order.
    pub(super) fn new(a: Vertex, b: Vertex, walk: Walk) -> Self {
        let is_forward = a.time <= b.time;
        let (first, last) = if is_forward { (a, b) } else { (b, a) };
        let (dx, dy) = (last.x - first.x, last.y - first.y);
        let length = (dx * dx + dy * dy).sqrt();
        let (along, slope) = if length > 0.0 {
            let inverse = 1.0 / length;
            let rise = f64::from(last.time.0 - first.time.0);
            ((dx * inverse, dy * inverse), rise * inverse)
        } else {
            ((1.0, 0.0), 0.0)
        };
        let room = walk.pace * walk.pace - slope * slope;
        let (lean, free) = if room > 0.0 { (slope / room.sqrt(), 0.0) } else { (0.0, f64::MAX) };
        let time = f64::from(first.time.0);
        Self { x: first.x, y: first.y, along, length, time, slope, lean, free, is_forward, walk }
    }

    /// The same segment, reached so many milliseconds later.
    pub(super) fn later(self, by: f64) -> Self {
        Self { time: self.time + by, ..self }
    }

    /// Coordinates along the segment and away from it, the latter signed.
    pub(super) fn local(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = (x - self.x, y - self.y);
        let (ux, uy) = self.along;
        (dx * ux + dy * uy, dy * ux - dx * uy)
    }

    /// `sin θ`, at most 1.
    pub(super) fn sine(&self) -> f64 {
        (self.slope / self.walk.pace).min(1.0)
    }

    /// Square of the distance from a point.
    pub(super) fn square_distance(&self, x: f64, y: f64) -> f64 {
        let (a, b) = self.local(x, y);
        self.square_distance_of((a, b))
    }

    /// The same, of a point by its coordinates along the segment and away from it.
    fn square_distance_of(&self, (a, b): (f64, f64)) -> f64 {
        let beyond = a - a.clamp(0.0, self.length);
        beyond * beyond + b * b
    }

    /// Time at a point within the walking limit, in milliseconds.
    ///
    /// Beyond the limit it is the time by way of the nearest point.
    pub(super) fn time_at(&self, x: f64, y: f64) -> f64 {
        let (a, b) = self.local(x, y);
        let lead = self.lead(a, b);
        self.time + self.slope * (a - lead) + self.walk.pace * (lead * lead + b * b).sqrt()
    }

    /// Where one steps off to reach a point soonest, as metres from the earlier end.
    pub(super) fn step_off_at(&self, x: f64, y: f64) -> f64 {
        let (a, b) = self.local(x, y);
        a - self.lead(a, b)
    }

    /// The same, on the plane.
    pub(super) fn step_off(&self, x: f64, y: f64) -> (f64, f64) {
        self.point_at(self.step_off_at(x, y))
    }

    /// The point so many metres from the earlier end, on the plane.
    pub(super) fn point_at(&self, place: f64) -> (f64, f64) {
        (self.x + self.along.0 * place, self.y + self.along.1 * place)
    }

    /// Time at a point by way of one place of the segment.
    pub(super) fn time_by(&self, x: f64, y: f64, place: f64) -> f64 {
        let (a, b) = self.local(x, y);
        self.time + self.slope * place + self.walk.pace * (a - place).hypot(b)
    }

    /// The places of the segment from which one may walk to a point.
    pub(super) fn within_walk(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (a, b) = self.local(x, y);
        let square = self.walk.offroad * self.walk.offroad - b * b;
        if square < 0.0 {
            return None;
        }
        let width = square.sqrt();
        interval((a - width).max(0.0), (a + width).min(self.length))
    }

    /// How far before the foot of the perpendicular one steps off.
    fn lead(&self, a: f64, b: f64) -> f64 {
        let offroad = self.walk.offroad;
        let width = (offroad * offroad - b * b).max(0.0).sqrt();
        (self.lean * b.abs() + self.free).min(width).max(a - self.length).min(a)
    }

    /// The part of the line `from + s * step` that lies within the walking
    /// limit, as an interval of `s` inside `[0, 1]`.
    ///
    /// The ground within a distance of a segment is two discs and a band, and
    /// convex: the interval runs from the first of the three to the last.
    pub(super) fn span(&self, from: (f64, f64), step: (f64, f64)) -> Option<(f64, f64)> {
        let (a, b) = self.local(from.0, from.1);
        let (ux, uy) = self.along;
        let (da, db) = (step.0 * ux + step.1 * uy, step.1 * ux - step.0 * uy);
        let offroad = self.walk.offroad;
        // PERF: most lines have both ends well within the limit.
        let well_within = offroad * offroad * (1.0 - 1e-9);
        let is_well_within = |point| self.square_distance_of(point) < well_within;
        if is_well_within((a, b)) && is_well_within((a + da, b + db)) {
            return Some((0.0, 1.0));
        }
        let parts = [
            disc((a, b), (da, db), offroad),
            disc((a - self.length, b), (da, db), offroad),
            within(a, da, (0.0, self.length))
                .zip(within(b, db, (-offroad, offroad)))
                .and_then(|(p, q)| interval(p.0.max(q.0), p.1.min(q.1))),
        ];
        let hull = parts.into_iter().flatten().reduce(|p, q| (p.0.min(q.0), p.1.max(q.1)))?;
        interval(hull.0.max(0.0), hull.1.min(1.0))
    }
}

fn interval(low: f64, high: f64) -> Option<(f64, f64)> {
    (low <= high).then_some((low, high))
}

/// Where `|from + s * step| <= radius`.
fn disc(from: (f64, f64), step: (f64, f64), radius: f64) -> Option<(f64, f64)> {
    let square = step.0 * step.0 + step.1 * step.1;
    let half = from.0 * step.0 + from.1 * step.1;
    let rest = from.0 * from.0 + from.1 * from.1 - radius * radius;
    let root = (half * half - square * rest).sqrt();
    // No real root is a NaN, which fails the comparison.
    interval((-half - root) / square, (-half + root) / square)
}

/// Where `from + s * step` lies between two bounds.
fn within(from: f64, step: f64, (low, high): (f64, f64)) -> Option<(f64, f64)> {
    if step == 0.0 {
        return (low <= from && from <= high).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (p, q) = ((low - from) / step, (high - from) / step);
    Some((p.min(q), p.max(q)))
}
