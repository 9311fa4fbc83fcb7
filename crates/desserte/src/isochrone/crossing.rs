//! Where does the outline pass between a node within the budget and one that is not?
//!
//! The ground that one segment of street serves is, on one side of a cell, an interval
//! on which time is convex. The crossing is where the budget runs out along the
//! segments that serve the nodes around, and up to a wall at most; it moves outwards
//! as the budget grows ([`Crossing::extend`] says why).
//!
//! A ring goes from one side of a cell to the next, and two sides share four of the
//! six nodes that are asked. What was looked up for them is remembered.

use geo::Coord;

use super::{
    outline::{Gate, Level, step},
    parts::Source,
    segment::Segment,
    surface::TimeSurface,
};

/// How many nodes, and how many segments, are remembered.
const REMEMBERED: usize = 128;
/// Milliseconds: by so much later than the budget is certainly later, however it was rounded.
const CERTAINLY: f64 = 1e-3;

/// The crossings of one outline.
pub(super) struct Crossings<'a> {
    level: Level<'a>,
    /// By the last bits of its place, a node and what serves it.
    served: Vec<(usize, Option<Source>)>,
    segments: Vec<Option<(Source, Segment)>>,
    /// Room to look for walls in.
    near: Vec<u32>,
}

impl<'a> Crossings<'a> {
    pub(super) fn of(level: Level<'a>) -> Self {
        let served = vec![(usize::MAX, None); REMEMBERED];
        Self { level, served, segments: vec![None; REMEMBERED], near: Vec::new() }
    }

    /// Where the ring passes a gate.
    pub(super) fn at(&mut self, gate: Gate) -> Coord<f64> {
        let share = self.reach(gate);
        self.level.point_between(gate.inside, gate.outside, share)
    }

    /// How far the ground goes on, from the inside node towards the outside one.
    ///
    /// It is asked of the segment that serves the inside node, of those that
    /// follow it along the street towards the outside node, and of those that
    /// serve the five other nodes around the gate.
    fn reach(&mut self, gate: Gate) -> f64 {
        let Gate { inside, outside, ahead } = gate;
        let Some(source) = self.source(inside) else {
            return 0.0;
        };
        let mut crossing = Crossing::new(self.level, gate);
        self.walk_along(&mut crossing, source);
        let nodes = [(outside, 0), (outside, ahead), (outside, -ahead), (inside, ahead)];
        // Neighbours are often served by one segment, which is asked once.
        let mut asked = [Some(source); 6];
        for (rank, (node, by)) in nodes.into_iter().chain([(inside, -ahead)]).enumerate() {
            let other = self.source(step(node, by));
            if let Some(segment) = other.filter(|_| !asked[..=rank].contains(&other)) {
                crossing.extend(self.segment(segment));
            }
            asked[rank + 1] = other;
        }
        self.stopped(&crossing)
    }

    /// Extends by a segment, then by its neighbours in the piece for as long as
    /// they come nearer to the outside node.
    fn walk_along(&mut self, crossing: &mut Crossing, source: Source) {
        let (x, y) = crossing.to();
        let segment = self.segment(source);
        let start = segment.square_distance(x, y);
        crossing.extend(segment);
        for (side, mut next) in self.level.surface.beside(source).into_iter().enumerate() {
            let mut nearest = start;
            while let Some(at) = next {
                let segment = self.segment(at);
                let distance = segment.square_distance(x, y);
                if distance >= nearest {
                    break;
                }
                nearest = distance;
                crossing.extend(segment);
                next = self.level.surface.beside(at)[side];
            }
        }
    }

    /// The reach, up to the first wall on the way; that does not depend on the budget.
    fn stopped(&mut self, crossing: &Crossing) -> f64 {
        if crossing.reach == 0.0 {
            return 0.0;
        }
        let walls = self.level.surface.walls();
        crossing.reach.min(walls.stop(crossing.from, crossing.to(), 0.0, &mut self.near))
    }

    /// What serves a node.
    fn source(&mut self, node: usize) -> Option<Source> {
        let known = &mut self.served[node % REMEMBERED];
        if known.0 != node {
            *known = (node, self.level.surface.source(node));
        }
        known.1
    }

    fn segment(&mut self, source: Source) -> &Segment {
        let known = &mut self.segments[source.bits() % REMEMBERED];
        if known.as_ref().is_none_or(|(of, _)| *of != source) {
            *known = None;
        }
        &known.get_or_insert_with(|| (source, self.level.surface.segment(source))).1
    }
}

/// How far along one side of a cell the ground is known to go.
struct Crossing {
    from: (f64, f64),
    step: (f64, f64),
    /// A time that rounds to the budget is within it.
    budget: f64,
    reach: f64,
}

impl Crossing {
    fn new(level: Level<'_>, gate: Gate) -> Self {
        let surface: &TimeSurface = level.surface;
        let (from, to) = (surface.position(gate.inside), surface.position(gate.outside));
        let step = (to.0 - from.0, to.1 - from.1);
        Self { from, step, budget: f64::from(level.budget.0) + 0.5, reach: 0.0 }
    }

    /// The outside node.
    fn to(&self) -> (f64, f64) {
        (self.from.0 + self.step.0, self.from.1 + self.step.1)
    }

    /// Extends the reach by the ground that one segment serves.
    ///
    /// That ground, on this side of the cell, is an interval on which time is
    /// convex. A chord of a convex function lies above it, so the chord meets
    /// the budget early: the reach is never beyond the ground. The chord's ends
    /// do not depend on the budget, so it is met later by a larger budget; and
    /// so is the second chord, from there, since the slopes of the chords to a
    /// fixed end increase. What is added has to touch what is there; so the
    /// result grows with the budget whichever segments come first.
    fn extend(&mut self, segment: &Segment) {
        // PERF: by most segments one is too late already where the ground ends that is known, and by
        // them it ends sooner; measured in `benches/isochrone.rs`.
        let here = self.time(segment, self.reach);
        if here > self.budget + CERTAINLY {
            return;
        }
        let Some((near, far)) = segment.span(self.from, self.step) else {
            return;
        };
        if near > self.reach || far <= self.reach {
            return;
        }
        let early = if near < self.reach { self.time(segment, near) } else { here };
        if early > self.budget {
            return;
        }
        let late = self.time(segment, far);
        let end = if late <= self.budget {
            far
        } else {
            let chord = |at: f64, time: f64| {
                at + (far - at) * ((self.budget - time) / (late - time)).clamp(0.0, 1.0)
            };
            let first = chord(near, early);
            first.max(chord(first, self.time(segment, first).min(self.budget)))
        };
        self.reach = self.reach.max(end);
    }

    fn time(&self, segment: &Segment, share: f64) -> f64 {
        segment.time_at(self.from.0 + self.step.0 * share, self.from.1 + self.step.1 * share)
    }
}
