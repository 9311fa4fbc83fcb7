//! What would a site give to sixteen places of demand, by the times from them to it?
//!
//! All comparisons are of milliseconds; people are added lane by lane in one fixed
//! order, so that a sum is the same on every machine.

#![allow(clippy::inline_always, reason = "what is not inlined does not use the wider registers")]

use crate::{
    search::{Lanes, Sixteen, Visit},
    units::Millis,
};

const LANES: usize = Sixteen::COUNT;
/// Sums that are kept side by side, as many as a register holds.
const SUMS: usize = 4;

/// One time a lane, in milliseconds.
type Times = [u32; LANES];

/// What a site gives, so far: people, and people times milliseconds.
pub(super) type Sums = [f64; 2];

/// What each of sixteen places has to gain.
#[derive(Clone, Debug)]
pub(super) struct Gain {
    people: [f64; LANES],
    /// A time below this covers people who were not; 0 where they were.
    covered_below: Times,
    /// What a trip takes before, of which a shorter one saves; 0 where nothing can be saved.
    saved_below: Times,
    /// The greater of the two.
    horizon: Times,
}

/// One place that is to gain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) people: f64,
    /// The time to what is there; [`Millis::INFINITY`] where nothing is.
    pub(super) before: Millis,
    /// The time that a shorter trip saves from, if it saves any.
    pub(super) saves_from: Option<Millis>,
}

impl Gain {
    /// What some places, sixteen at most, have to gain by a site within a limit.
    pub(super) fn of(wishes: impl Iterator<Item = Wish>, limit: Millis) -> Self {
        let nothing = [0; LANES];
        let (covered_below, saved_below, horizon) = (nothing, nothing, nothing);
        let mut gain = Self { people: [0.0; LANES], covered_below, saved_below, horizon };
        for (lane, wish) in wishes.enumerate() {
            gain.people[lane] = wish.people;
            gain.covered_below[lane] =
                if wish.before > limit { limit.min(Millis::DAY).0 + 1 } else { 0 };
            gain.saved_below[lane] = wish.saves_from.map_or(0, |time| time.0);
            gain.horizon[lane] = gain.covered_below[lane].max(gain.saved_below[lane]);
        }
        gain
    }

    #[inline(always)]
    fn add(&self, times: &Times, sums: &mut Sums) {
        let mut near = 0;
        for (time, horizon) in times.iter().zip(&self.horizon) {
            near |= u32::from(time < horizon);
        }
        // Most of a territory is nearer to what it has.
        if near == 0 {
            return;
        }
        let (mut covered, mut saved) = ([0.0; SUMS], [0.0; SUMS]);
        for lane in 0..LANES {
            let (time, people) = (times[lane], self.people[lane]);
            let is_new = time < self.covered_below[lane];
            covered[lane % SUMS] += if is_new { people } else { 0.0 };
            // A time to save from is a day at most: it fits a signed integer.
            let shorter = self.saved_below[lane].saturating_sub(time) as i32;
            saved[lane % SUMS] += people * f64::from(shorter);
        }
        let total = |sums: [f64; SUMS]| (sums[0] + sums[1]) + (sums[2] + sums[3]);
        sums[0] += total(covered);
        sums[1] += total(saved);
    }
}

/// Trips that need no node of the graph: spot, lane and time.
#[derive(Debug, Default)]
pub(super) struct DirectTrips {
    trips: Vec<(u32, usize, Millis)>,
    next: usize,
}

impl DirectTrips {
    pub(super) fn of(trips: impl Iterator<Item = (u32, usize, Millis)>) -> Self {
        let mut trips: Vec<_> = trips.collect();
        trips.sort_unstable();
        Self { trips, next: 0 }
    }

    /// The times at a spot, those of direct trips among them; spots come in their order.
    #[inline(always)]
    fn improve(&mut self, spot: usize, times: &Sixteen) -> Times {
        let mut best: Times = std::array::from_fn(|lane| times.time(lane));
        while let Some(&(at, lane, time)) = self.trips.get(self.next) {
            if at as usize != spot {
                break;
            }
            best[lane] = best[lane].min(time.0);
            self.next += 1;
        }
        best
    }
}

/// Keeps the times of one way, for the way back.
pub(super) struct Outing<'a> {
    pub(super) direct: DirectTrips,
    pub(super) times: &'a mut Vec<Times>,
}

impl Visit<Sixteen> for Outing<'_> {
    #[inline(always)]
    fn visit(&mut self, spot: usize, times: &Sixteen) {
        let times = self.direct.improve(spot, times);
        self.times.push(times);
    }
}

/// Adds up what a site on each spot gives.
pub(super) struct Tally<'a> {
    pub(super) gain: &'a Gain,
    pub(super) direct: DirectTrips,
    /// The times of the way there, where this is the way back.
    pub(super) there: &'a [Times],
    pub(super) sums: &'a mut [Sums],
}

impl Visit<Sixteen> for Tally<'_> {
    #[inline(always)]
    fn visit(&mut self, spot: usize, times: &Sixteen) {
        let mut times = self.direct.improve(spot, times);
        if let Some(there) = self.there.get(spot) {
            for (time, there) in times.iter_mut().zip(there) {
                *time = time.saturating_add(*there);
            }
        }
        self.gain.add(&times, &mut self.sums[spot]);
    }
}
