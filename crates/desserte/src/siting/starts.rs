//! How are many beginnings tried, in the same order for any number of threads?

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use rayon::prelude::*;

use crate::watch::Watch;

/// How much is to be spent.
#[derive(Clone, Debug, PartialEq)]
pub struct Effort {
    /// What the random beginnings follow from.
    pub seed: u64,
    /// How many beginnings are tried where the first few are not shown to be the best; the first is the greedy one.
    pub starts: usize,
    /// How many steps the bound may take.
    pub steps: usize,
    /// Seconds after which the best found so far is the answer.
    pub seconds: Option<f64>,
    /// Sites to begin with, besides.
    pub warm: Vec<u32>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { seed: 0, starts: 48, steps: 600, seconds: None, warm: Vec::new() }
    }
}

/// Whether to go on.
#[derive(Debug)]
pub(super) struct Clock<'a> {
    watch: &'a Watch,
    end: Option<Instant>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(effort: &Effort, watch: &'a Watch) -> Self {
        let seconds = effort.seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let end = seconds.and_then(|seconds| Instant::now().checked_add(seconds));
        Self { watch, end }
    }

    /// Seconds that are left; `None` where there is no end.
    #[cfg(feature = "highs")]
    pub(super) fn left(&self) -> Option<f64> {
        self.end.map(|end| end.saturating_duration_since(Instant::now()).as_secs_f64())
    }

    /// Whether the time is up or the caller has had enough.
    pub(super) fn is_over(&self) -> bool {
        self.watch.step(0).is_err() || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

/// An answer to choose among: what it is worth, and its sites in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) worth: f64,
    pub(super) sites: Vec<u32>,
}

impl Found {
    /// Whether it is worth more, or as much with sites that come first.
    pub(super) fn is_better(&self, other: &Self) -> bool {
        (-self.worth, &self.sites) < (-other.worth, &other.sites)
    }
}

/// The best of some beginnings, one at least. The first is always made, the others while there is time.
pub(super) fn best_of(
    starts: Range<usize>,
    clock: &Clock<'_>,
    make: impl Fn(usize) -> Found + Sync,
) -> Found {
    let first = make(starts.start);
    let others = (starts.start + 1..starts.end).into_par_iter().with_max_len(1);
    let others: Vec<Option<Found>> =
        others.map(|start| (!clock.is_over()).then(|| make(start))).collect();
    others.into_iter().flatten().fold(
        first,
        |best, found| {
            if found.is_better(&best) { found } else { best }
        },
    )
}

/// Numbers that look random: splitmix64 (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Those of one beginning.
    pub(super) fn of(seed: u64, start: usize) -> Self {
        let mut dice = Self(seed);
        Self(dice.next() ^ (start as u64).wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// Some of many, each once.
    pub(super) fn some(&mut self, of: &[u32], count: usize) -> Vec<u32> {
        let mut left = of.to_vec();
        for at in 0..count {
            let other = at + self.below(left.len() - at);
            left.swap(at, other);
        }
        left.truncate(count);
        left
    }
}
