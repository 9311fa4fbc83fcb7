//! What does one use of a street, or of part of it, consist of?
//!
//! A run is cut where one way ends and the next begins, because the speed is
//! explained way by way. Times are differences of the street's own rounded
//! times, so the parts add up to the whole.

use crate::{
    geodesy,
    graph::{Direction, Snap, StreetId, StreetUse, Streets},
    profile::DelayCause,
    units::{LonLat, Metres, Millis},
};

use super::journey::{JourneyStretch, StretchKind};

/// A position along a street: a point, and how far towards the next.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Along {
    point: usize,
    fraction: f64,
}

impl Along {
    const fn point(point: usize) -> Self {
        Self { point, fraction: 0.0 }
    }

    pub(super) fn at(snap: &Snap) -> Self {
        let segment = snap.segment as usize;
        if snap.fraction < 1.0 {
            Self { point: segment, fraction: snap.fraction }
        } else {
            Self::point(segment + 1)
        }
    }

    pub(super) fn start_of(streets: &Streets, usage: StreetUse) -> Self {
        match usage.direction() {
            Direction::Forward => Self::point(0),
            Direction::Backward => Self::point(streets.points(usage.street()).len() - 1),
        }
    }

    pub(super) fn end_of(streets: &Streets, usage: StreetUse) -> Self {
        Self::start_of(streets, usage.reversed())
    }

    fn position(self, points: &[LonLat]) -> LonLat {
        let from = points[self.point];
        let to = points[(self.point + 1).min(points.len() - 1)];
        from.towards(to, self.fraction)
    }

    fn time(self, times: &[u32]) -> u32 {
        let from = f64::from(times[self.point]);
        let to = f64::from(times[(self.point + 1).min(times.len() - 1)]);
        (from + (to - from) * self.fraction).round() as u32
    }
}

/// A run along one street, in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) usage: StreetUse,
    pub(super) from: Along,
    pub(super) to: Along,
    /// What the junction at its end costs, or the wait before it.
    pub(super) delay: Millis,
    /// Why, where it costs anything.
    pub(super) delay_cause: Option<DelayCause>,
}

impl Run {
    /// Adds the stretches of the run, in the order of travel.
    pub(super) fn add_stretches(&self, streets: &Streets, stretches: &mut Vec<JourneyStretch>) {
        let direction = self.usage.direction();
        let (low, high) = match direction {
            Direction::Forward => (self.from, self.to),
            Direction::Backward => (self.to, self.from),
        };
        let mut parts: Vec<JourneyStretch> = ways_of(streets, self.usage.street())
            .filter(|part| Along::point(part.start) < high && Along::point(part.end) > low)
            .map(|part| self.stretch(streets, &part, (low, high)))
            .collect();
        if direction == Direction::Backward {
            parts.reverse();
        }
        // From the very end of a street one goes no metre on it, and waits all the same.
        if parts.is_empty() && self.delay > Millis::ZERO {
            let at_its_end =
                |part: &Part| Along::point(part.start) <= low && high <= Along::point(part.end);
            let parts_there = ways_of(streets, self.usage.street()).filter(at_its_end);
            parts.extend(parts_there.map(|part| self.stretch(streets, &part, (low, high))).take(1));
        }
        let waits = match self.delay_cause {
            Some(DelayCause::Ferry) => parts.first_mut(),
            _ => parts.last_mut(),
        };
        if let Some(part) = waits.filter(|_| self.delay > Millis::ZERO) {
            part.delay = self.delay;
            part.delay_cause = self.delay_cause;
        }
        for part in parts {
            match stretches.last_mut() {
                Some(before) if continues(before, &part) => extend(before, &part),
                _ => stretches.push(part),
            }
        }
    }

    fn stretch(
        &self,
        streets: &Streets,
        part: &Part,
        (low, high): (Along, Along),
    ) -> JourneyStretch {
        let points = streets.points(self.usage.street());
        let times = streets.times(self.usage);
        let start = if low > Along::point(part.start) { low } else { Along::point(part.start) };
        let end = if high < Along::point(part.end) { high } else { Along::point(part.end) };
        let mut line = vec![start.position(points)];
        let inner = points.iter().enumerate();
        line.extend(
            inner
                .filter(|(index, _)| Along::point(*index) > start && Along::point(*index) < end)
                .map(|(_, point)| *point),
        );
        line.push(end.position(points));
        let length = line.windows(2).map(|pair| geodesy::distance(pair[0], pair[1]).0).sum();
        if self.usage.direction() == Direction::Backward {
            line.reverse();
        }
        let time = start.time(times).abs_diff(end.time(times));
        let kind =
            StretchKind::Street { way: part.way, direction: part.lane_direction(self.usage) };
        JourneyStretch {
            kind,
            length: Metres(length),
            time: Millis(time),
            delay: Millis::ZERO,
            delay_cause: None,
            line,
        }
    }
}

/// The points of a street that one way drew, both inclusive.
struct Part {
    way: u32,
    is_reversed: bool,
    start: usize,
    end: usize,
}

impl Part {
    /// Which way along the way itself.
    const fn lane_direction(&self, usage: StreetUse) -> Direction {
        if self.is_reversed { usage.direction().reversed() } else { usage.direction() }
    }
}

fn ways_of(streets: &Streets, street: StreetId) -> impl Iterator<Item = Part> + '_ {
    streets.stretches_with_ends(street).map(|(stretch, [start, end])| {
        let (way, is_reversed) = (stretch.way, stretch.is_reversed());
        Part { way, is_reversed, start, end }
    })
}

/// Whether two stretches are one to the traveller: the same way, nothing between.
fn continues(before: &JourneyStretch, part: &JourneyStretch) -> bool {
    before.kind == part.kind && before.delay == Millis::ZERO
}

fn extend(before: &mut JourneyStretch, part: &JourneyStretch) {
    before.length = Metres(before.length.0 + part.length.0);
    before.time = before.time.plus(part.time);
    before.delay = part.delay;
    before.delay_cause = part.delay_cause;
    before.line.extend_from_slice(&part.line[1..]);
}
