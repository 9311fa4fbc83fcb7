//! Which nodes of the grid does a segment serve, and when?
//!
//! A segment is measured from the nodes that may owe it their best time, and no
//! others. A node whose best way off a street leads from inside a segment lies
//! abreast of it, or ahead of that by what refraction adds. A node whose best
//! way leads from the bend between two segments lies ahead of the one that ends
//! there, by no more than the sine of the bend and of refraction. So a rectangle
//! along the segment holds them all, which at the end of a piece is prolonged by
//! the whole walking limit: a street of short segments costs little more than
//! its length, and nothing is lost.
//!
//! Nodes are measured in runs eastwards, in single precision around the
//! segment's own end, which is exact to about a millisecond.

use crate::units::Millis;

use super::{frame::Frame, segment::Segment};

/// How many nodes are measured at once; a run may go on that far in vain.
pub(super) const RUN: usize = 4;

/// The source of a node that nothing reaches.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What the rectangle is widened by, metres, against rounding.
const MARGIN: f64 = 0.01;

/// The best times so far, at nodes counted eastwards and southwards.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    pub(super) resolution: f64,
    pub(super) frame: Frame,
    pub(super) times: Vec<Millis>,
    /// What each is reached from; [`NOWHERE`] where it is not.
    pub(super) sources: Vec<u32>,
}

impl Nodes {
    /// Nodes that nothing has reached.
    pub(super) fn new(frame: Frame, resolution: f64) -> Self {
        let cells = frame.columns * frame.rows;
        let (times, sources) = (vec![Millis::INFINITY; cells], vec![NOWHERE; cells]);
        Self { resolution, frame, times, sources }
    }

    /// The time at a node of the network's grid; infinite outside.
    pub(super) fn time_at(&self, (column, row): (i64, i64)) -> Millis {
        let (east, south) = (column - self.frame.west, self.frame.north - row);
        let is_inside = (0..self.frame.columns as i64).contains(&east)
            && (0..self.frame.rows as i64).contains(&south);
        if !is_inside {
            return Millis::INFINITY;
        }
        self.times[south as usize * self.frame.columns + east as usize]
    }

    /// Improves nodes by those of a footprint, whose sources are counted from a first one.
    pub(super) fn improve_by(&mut self, footprint: &Self, first: u32) {
        let served = footprint.sources.iter().enumerate().filter(|(_, source)| **source != NOWHERE);
        for (place, &source) in served {
            let (column, row) = footprint.frame.indices(place);
            let node = (self.frame.north - row) as usize * self.frame.columns
                + (column - self.frame.west) as usize;
            if footprint.times[place] < self.times[node] {
                (self.times[node], self.sources[node]) = (footprint.times[place], first + source);
            }
        }
    }

    /// Improves the nodes within the walking limit of a segment, by times up to a limit, given the
    /// segments before and after it in its piece.
    ///
    /// Segments come in ascending order, so the lower one keeps a tie.
    pub(super) fn improve(
        &mut self,
        (segment, limit): (&Segment, Millis),
        source: u32,
        (before, after): (Option<&Segment>, Option<&Segment>),
    ) {
        let (earlier, later) = if segment.is_forward { (before, after) } else { (after, before) };
        let overhangs = (overhang_behind(segment, earlier), overhang_ahead(segment, later));
        let slab = Slab::new(segment, overhangs, (segment.walk.offroad, self.resolution));
        // Who has little time left walks no further than that.
        let left = (f64::from(limit.0) + 1.0 - segment.time).max(0.0) / segment.walk.pace;
        let near = Slab::new(segment, overhangs, (segment.walk.offroad.min(left), self.resolution));
        let lanes = Lanes::new(segment, self.resolution);
        let start = (Millis(segment.time as u32), source);
        for row in near.rows.0.max(slab.rows.0)..=near.rows.1.min(slab.rows.1) {
            let ((first, _), (west, last)) = (slab.columns(row), near.columns(row));
            // INVARIANT: runs begin where the segment says, not where the grid or the limit does, so
            // that the rounding in them, hence every time, is the same in any question.
            let skipped = (west - first).max(0) / RUN as i64;
            let mut column = first + skipped * RUN as i64;
            let line = (self.frame.north - row) as usize * self.frame.columns;
            let dy = (row as f64 * self.resolution - segment.y) as f32;
            while column <= last {
                let dx = (column as f64 * self.resolution - segment.x) as f32;
                let delays = lanes.delays((dx, dy));
                let node = line + (column - self.frame.west) as usize;
                let times = &mut self.times[node..node + RUN];
                if is_better(&delays, start.0, times) {
                    keep_best(&delays, start, times, &mut self.sources[node..node + RUN]);
                }
                column += RUN as i64;
            }
        }
    }
}

/// The rectangle of the nodes that a segment may serve, in units of the grid.
struct Slab {
    /// First and last row, counted northwards.
    rows: (i64, i64),
    /// West and east ends of all that lies within the walking limit.
    limits: (f64, f64),
    x: f64,
    y: f64,
    /// West and east ends of the stretch that lies abreast, on the row through
    /// the earlier end, and how they shift from row to row.
    abreast: (f64, f64),
    abreast_shift: f64,
    /// Half the width of what lies within the limit of the line, and its shift.
    within: f64,
    within_shift: f64,
}

impl Slab {
    fn new(segment: &Segment, overhangs: (f64, f64), (reach, resolution): (f64, f64)) -> Self {
        let (ux, uy) = segment.along;
        let scale = 1.0 / resolution;
        let low = -(reach * overhangs.0 + MARGIN) * scale;
        let high = (segment.length + reach * overhangs.1 + MARGIN) * scale;
        let within = (reach + MARGIN) * scale;
        let (x, y) = (segment.x * scale, segment.y * scale);
        let length = segment.length * scale;
        let half = within * ux.abs();
        let (south, north) = ordered(uy * low, uy * high);
        let (by_x, by_y) = (inverse(ux), inverse(uy));
        let (bottom, top) = ordered(0.0, uy * length);
        let (left, right) = ordered(0.0, ux * length);
        Self {
            rows: nodes_between(
                y + greater(south - half, bottom - within),
                y + lesser(north + half, top + within),
            ),
            limits: (left - within, right + within),
            x,
            y,
            abreast: ordered(low * by_x, high * by_x),
            abreast_shift: -uy * by_x,
            within: within * by_y.abs(),
            within_shift: ux * by_y,
        }
    }

    /// First and last column of the rectangle in a row.
    fn columns(&self, row: i64) -> (i64, i64) {
        let dy = row as f64 - self.y;
        let (abreast, within) = (dy * self.abreast_shift, dy * self.within_shift);
        let west = greater(self.abreast.0 + abreast, within - self.within);
        let east = lesser(self.abreast.1 + abreast, within + self.within);
        let (west, east) = (greater(west, self.limits.0), lesser(east, self.limits.1));
        nodes_between(self.x + west, self.x + east)
    }
}

/// How far behind its earlier end a segment serves nodes, as a share of the
/// walking limit: not at all if its neighbour ends there, and serves them.
fn overhang_behind(segment: &Segment, beside: Option<&Segment>) -> f64 {
    let serves = |beside: &&Segment| {
        beside.length > 0.0 && segment.length > 0.0 && beside.is_forward == segment.is_forward
    };
    if beside.as_ref().is_some_and(serves) { 0.0 } else { 1.0 }
}

/// How far ahead of its later end a segment serves nodes, as a share of the
/// walking limit.
fn overhang_ahead(segment: &Segment, beside: Option<&Segment>) -> f64 {
    let Some(beside) = beside.filter(|beside| beside.length > 0.0 && segment.length > 0.0) else {
        return 1.0;
    };
    let (a, b) = (segment.along, beside.along);
    let cosine = a.0 * b.0 + a.1 * b.1;
    if (cosine > 0.0) != (segment.is_forward == beside.is_forward) {
        return 1.0;
    }
    let bend = (a.0 * b.1 - a.1 * b.0).abs();
    (bend + beside.sine()).max(segment.sine()).min(1.0)
}

/// The inverse, or what is as good as infinite on a grid.
fn inverse(value: f64) -> f64 {
    if value.abs() > 1e-9 { 1.0 / value } else { 1e9 }
}

/// First and last index of the nodes between two positions on an axis.
// PERF: without SSE 4.1, `f64::ceil` is a call; measured in `benches/isochrone.rs`.
fn nodes_between(low: f64, high: f64) -> (i64, i64) {
    let (first, last) = (nearest_integer(low), nearest_integer(high));
    let (after, until) = (i64::from(first.1 < low), i64::from(last.1 > high));
    (first.0 + after, last.0 - until)
}

/// The nearest integer to a number below 2^51, in both forms: adding 1.5 · 2^52
/// leaves it in the low bits of the sum.
fn nearest_integer(value: f64) -> (i64, f64) {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let sum = value + SHIFT;
    (sum.to_bits() as i64 - SHIFT.to_bits() as i64, sum - SHIFT)
}

/// Whether any delay beats the time its node has.
#[inline]
fn is_better(delays: &[f32; RUN], start: Millis, times: &[Millis]) -> bool {
    let lead = |time: Millis| (time.0 as i32 - start.0 as i32) as f32;
    // PERF: integers keep the comparisons in vectors, where `any` would branch at each.
    let one = |delay: f32, time: Millis| u32::from(delay + 0.5 < lead(time));
    delays.iter().zip(times).fold(0, |any, (&delay, &time)| any | one(delay, time)) != 0
}

/// Keeps the times that are better than those the nodes have.
#[cold]
fn keep_best(
    delays: &[f32; RUN],
    (start, segment): (Millis, u32),
    times: &mut [Millis],
    sources: &mut [u32],
) {
    for ((&delay, time), source) in delays.iter().zip(times).zip(sources) {
        // An infinite delay saturates, and saturates the sum.
        let found = Millis(start.0.saturating_add((delay + 0.5) as u32));
        if found < *time {
            (*time, *source) = (found, segment);
        }
    }
}

/// A segment ready to be measured from a run of nodes.
#[derive(Clone, Copy, Debug)]
struct Lanes {
    along: (f32, f32),
    length: f32,
    slope: f32,
    lean: f32,
    free: f32,
    pace: f32,
    limit: f32,
    step: f32,
}

impl Lanes {
    fn new(segment: &Segment, step: f64) -> Self {
        let offroad = segment.walk.offroad as f32;
        Self {
            along: (segment.along.0 as f32, segment.along.1 as f32),
            length: segment.length as f32,
            slope: segment.slope as f32,
            lean: segment.lean as f32,
            free: segment.free as f32,
            pace: segment.walk.pace as f32,
            limit: offroad * offroad,
            step: step as f32,
        }
    }

    /// Milliseconds after the segment's own time at which a run of nodes is
    /// reached, eastwards from an offset; infinite beyond the walking limit.
    // PERF: plain comparisons instead of `f32::max`, and no conversion to integers, so that each
    // step is one vector instruction; measured in `benches/isochrone.rs`.
    #[inline]
    fn delays(&self, (dx, dy): (f32, f32)) -> [f32; RUN] {
        let mut delays = [f32::INFINITY; RUN];
        let (ux, uy) = self.along;
        // Rounding may put a node that is exactly at the limit beyond it.
        let bound = self.limit * (1.0 + 1e-6);
        for (lane, delay) in delays.iter_mut().enumerate() {
            let dx = dx + self.step * lane as f32;
            let a = dx * ux + dy * uy;
            let b = (dy * ux - dx * uy).abs();
            let width = greater(self.limit - b * b, 0.0).sqrt();
            let lead = lesser(self.lean * b + self.free, width);
            let lead = lesser(greater(lead, a - self.length), a);
            let square = lead * lead + b * b;
            let later = self.slope * (a - lead) + self.pace * square.sqrt();
            *delay = if square <= bound { later } else { f32::INFINITY };
        }
        delays
    }
}

#[inline]
fn greater<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

#[inline]
fn lesser<T: PartialOrd>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

#[inline]
fn ordered(a: f64, b: f64) -> (f64, f64) {
    if a < b { (a, b) } else { (b, a) }
}
