//! Stage 8: where should the next site go, and how good is that answer?
//!
//! Rows are where people live, columns are sites: open already, to be opened at will or by
//! order, or ruled out. A [`Goal`] says what is wanted of the new ones, [`solve`] chooses
//! them. Swaps from many beginnings find a choice, and a relaxation proves how much better any
//! other can be at most: a [`Plan`] has both. Where the two meet the choice is the best there
//! is; where they do not, [`Model`] is what is left to decide, in the form that a solver of
//! integer programs takes. None is needed here; with the feature `highs`, `Plan::decided` asks
//! `HiGHS`.
//!
//! [`siting_surface`] needs no candidates: it answers for every junction of a network at
//! once what one site there would give to the people around.
//!
//! Beginnings run in parallel, each in one thread, and are compared in their order; sums are
//! exact or are taken in one order. So an answer follows from the question and the seed alone,
//! unless time ran out.
//!
//! # Example
//!
//! ```
//! use desserte::indicator::MinuteTable;
//! use desserte::siting::{Effort, Goal, Instance, Reach, Role, solve};
//! use desserte::Watch;
//!
//! // Three villages, two sites: the second is near to both larger villages.
//! let minutes = [5.0, 12.0, 30.0, 9.0, 40.0, 14.0];
//! let table = MinuteTable::new(&minutes, 3, 2)?;
//! let roles = [Role::Candidate; 2];
//! let instance = Instance::new(table, &[100.0, 300.0, 200.0], &roles, None)?;
//! let goal = Goal::MaxCoverage(Reach::Within(15.0));
//! let plan = solve(&instance, &goal, Some(1), &Effort::default(), &Watch::new())?;
//! assert_eq!((plan.chosen, plan.value, plan.bound), (vec![1], 600.0, 600.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # References
//!
//! Hakimi (1964) for the p-median, Church and `ReVelle` (1974) for maximal covering, Toregas et
//! al. (1971) for covering all, Daskin (2013) for all of them.

mod backup;
mod capacity;
mod centre;
mod cover;
#[cfg(feature = "highs")]
mod decide;
mod error;
mod gains;
mod goal;
mod instance;
mod interchange;
mod model;
mod recover;
mod relaxed;
mod spots;
mod starts;
mod surface;
mod tally;

pub use error::SitingError;
pub use goal::{Goal, Reach};
pub use instance::{Instance, Role};
pub use model::Model;
pub use starts::Effort;
pub use surface::{Demand, SitingSurface, SurfaceQuestion, siting_surface};

use crate::{indicator::limit, watch::Watch};
use backup::Backup;
use capacity::Shared;
use centre::Ranked;
use goal::Weighed;
use interchange::{Interchange, greedy};
use relaxed::{Asked, Bound};
use starts::{Clock, Dice, Found, best_of};

/// So many beginnings are tried before the bound; all others only where it stays open.
const FIRST_STARTS: usize = 8;

/// Values that differ by less than this share are one.
const ROUNDING: f64 = 1e-9;

/// What should be opened, and what is known of all other choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Columns to open, required ones included, in order. Empty where nothing serves all who must be served.
    pub chosen: Vec<u32>,
    /// Person-minutes, people, minutes of the longest trip, or sites; infinite where who must be served is not.
    pub value: f64,
    /// No choice is better than this.
    pub bound: f64,
    /// By column: every better choice opens it.
    pub is_open: Vec<bool>,
    /// By column: no better choice opens it.
    pub is_closed: Vec<bool>,
}

/// Chooses new sites, `new_sites` of them with the required ones; as few as will do where the goal is to cover all.
///
/// # Errors
///
/// Where the goal does not go with the instance: more sites than candidates, holes in the
/// table that cost nothing, capacities that are too small to cover all.
pub fn solve(
    instance: &Instance<'_>,
    goal: &Goal,
    new_sites: Option<usize>,
    effort: &Effort,
    watch: &Watch,
) -> Result<Plan, SitingError> {
    let clock = Clock::new(effort, watch);
    goal.check(instance)?;
    if let Goal::CoverAll { within } = goal {
        return cover_all(instance, limit(*within)?, effort, &clock);
    }
    let count = instance.check_number(new_sites.ok_or(SitingError::NoNumber)?)?;
    match goal {
        Goal::MinMeanTime { .. } | Goal::MaxCoverage(Reach::Fading(_)) => {
            weighed(instance, goal, count, effort, &clock)
        }
        Goal::MaxCoverage(Reach::Within(within)) => match instance.capacity {
            None => weighed(instance, goal, count, effort, &clock),
            Some(capacity) => {
                let table = Shared::of(instance, capacity, limit(*within)?);
                let found = table.solve(instance, count, effort, &clock);
                let most = table.most(instance, (count, found.worth), &clock);
                Ok(Plan::undecided(instance, found.sites, found.worth, most.max(found.worth)))
            }
        },
        Goal::BackupCoverage { within } => {
            let table = Backup::of(instance, limit(*within)?);
            let found = table.solve(instance, count, effort, &clock);
            let most = table.most(instance, (count, found.worth), &clock).max(found.worth);
            Ok(Plan::undecided(instance, found.sites, table.had + found.worth, table.had + most))
        }
        Goal::MinWorstTime | Goal::CoverAll { .. } => {
            let found = Ranked::of(instance).solve(count, effort, &clock);
            let value = f64::from(found.minutes);
            let chosen = found.sites.map(|sites| filled(instance, &sites, count));
            let least = f64::from(found.least).min(value);
            Ok(Plan::undecided(instance, chosen.unwrap_or_default(), value, least))
        }
    }
}

impl Plan {
    /// Whether it is known that no choice is better, but for rounding.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        are_one(self.value, self.bound)
    }

    fn undecided(instance: &Instance<'_>, chosen: Vec<u32>, value: f64, bound: f64) -> Self {
        let nothing = vec![false; instance.columns()];
        Self { chosen, value, bound, is_open: nothing.clone(), is_closed: nothing }
    }
}

/// Whether two values differ by rounding alone.
fn are_one(value: f64, other: f64) -> bool {
    value.total_cmp(&other).is_eq()
        || (value - other).abs() <= ROUNDING * value.abs().min(other.abs()).max(1.0)
}

/// Sites with the required ones, and the first of the others until there are so many.
fn filled(instance: &Instance<'_>, sites: &[u32], count: usize) -> Vec<u32> {
    let mut chosen: Vec<u32> = [instance.required.as_slice(), sites].concat();
    let others = instance.pickable.iter().filter(|site| !sites.contains(site));
    let lacking = count.saturating_sub(chosen.len());
    chosen.extend(others.take(lacking));
    chosen.sort_unstable();
    chosen
}

fn cover_all(
    instance: &Instance<'_>,
    within: f32,
    effort: &Effort,
    clock: &Clock<'_>,
) -> Result<Plan, SitingError> {
    let required = instance.required.len();
    if let Some(capacity) = instance.capacity {
        let table = Shared::of(instance, capacity, within);
        let everybody: Vec<u32> =
            instance.pickable.iter().chain(&instance.required).copied().collect();
        let (served, demand) = (table.served(&everybody), table.people.iter().sum::<f64>());
        if served < demand * (1.0 - 1e-9) {
            return Err(SitingError::Capacity { capacity: served, demand });
        }
        let chosen = table.cover(instance);
        let value = chosen.len() as f64;
        let least = Ranked::of(instance).cover(within).solve(None, effort, clock).least;
        return Ok(Plan::undecided(instance, chosen, value, (required + least) as f64));
    }
    let found = Ranked::of(instance).cover(within).solve(None, effort, clock);
    let chosen = filled(instance, &found.sites, 0);
    let value = chosen.len() as f64;
    Ok(Plan::undecided(instance, chosen, value, (required + found.least) as f64))
}

/// A mean time or a coverage without capacities.
fn weighed(
    instance: &Instance<'_>,
    goal: &Goal,
    count: usize,
    effort: &Effort,
    clock: &Clock<'_>,
) -> Result<Plan, SitingError> {
    let of = Weighed::of(instance, goal)?;
    let mut warm = effort.warm.clone();
    if of.must > 0 {
        // Who must be served within the limit: a cover to begin with, or the proof that there is none.
        let cover = of.cover(instance).solve(Some(count - instance.required.len()), effort, clock);
        if cover.least + instance.required.len() > count {
            let nothing = Plan::undecided(instance, Vec::new(), f64::INFINITY, f64::INFINITY);
            return Ok(nothing);
        }
        if cover.sites.len() + instance.required.len() <= count {
            warm = cover.sites;
        }
    }
    let make = |start| begin(instance, &of, count, (start, effort.seed, &warm), clock);
    let first = effort.starts.clamp(1, FIRST_STARTS);
    let found = best_of(0..first, clock, make);
    let known = refute(instance, &of, count, (&found, effort.steps), clock);
    let (mut found, mut known) =
        followed(instance, &of, count, (found, known), (effort.steps, clock));
    if known.most > found.worth && first < effort.starts && !clock.is_over() {
        let other = best_of(first..effort.starts, clock, make);
        if other.worth > found.worth {
            let next = refute(instance, &of, count, (&other, effort.steps), clock);
            let better = (other, known.tightened(next));
            (found, known) = followed(instance, &of, count, better, (effort.steps, clock));
        } else if other.is_better(&found) {
            found = other;
        }
    }
    known.most = known.most.max(found.worth);
    Ok(of.plan(found, known))
}

/// What the prices suggest, tried until it is no better.
fn followed(
    instance: &Instance<'_>,
    of: &Weighed,
    count: usize,
    (mut found, mut known): (Found, Bound),
    (steps, clock): (usize, &Clock<'_>),
) -> (Found, Bound) {
    for _ in 0..3 {
        let hints = known.hints.iter().map(|hint| follow(instance, of, hint, clock));
        let Some(best) = hints.reduce(|a, b| if b.is_better(&a) { b } else { a }) else { break };
        if best.worth <= found.worth {
            break;
        }
        found = best;
        known = known.tightened(refute(instance, of, count, (&found, steps), clock));
    }
    (found, known)
}

/// One beginning, improved.
fn begin(
    instance: &Instance<'_>,
    of: &Weighed,
    count: usize,
    (start, seed, warm): (usize, u64, &[u32]),
    clock: &Clock<'_>,
) -> Found {
    let (required, among) = (&instance.required, &instance.pickable);
    let free = count - required.len();
    let slots = match start {
        0 if !warm.is_empty() && warm.len() <= free => {
            let open = [required.as_slice(), warm].concat();
            let left: Vec<u32> =
                among.iter().filter(|site| !warm.contains(site)).copied().collect();
            greedy(&of.table, &open, &left, free - warm.len())
        }
        0 | 1 => greedy(&of.table, required, among, free),
        _ => [required.as_slice(), &Dice::of(seed, start).some(among, free)].concat(),
    };
    follow(instance, of, &slots, clock)
}

/// Swaps from a choice whose required sites come first.
fn follow(instance: &Instance<'_>, of: &Weighed, slots: &[u32], clock: &Clock<'_>) -> Found {
    let mut search = Interchange::new(&of.table, slots.to_vec(), instance.required.len());
    search.improve(|| clock.is_over());
    Found { worth: search.worth(), sites: search.sites() }
}

fn refute(
    instance: &Instance<'_>,
    of: &Weighed,
    count: usize,
    (found, steps): (&Found, usize),
    clock: &Clock<'_>,
) -> Bound {
    let asked = Asked {
        table: &of.table,
        pickable: &instance.pickable,
        required: &instance.required,
        count,
        sites: &found.sites,
        worth: found.worth,
    };
    relaxed::bound(&asked, steps, clock)
}
