//! What is wanted of the new sites?

use super::{
    Instance, Plan, SitingError,
    centre::Ranked,
    cover::Cover,
    gains::{Gains, GainsBuilder},
    relaxed::Bound,
    starts::Found,
};
use crate::indicator::{Decay, limit};

/// What a plan is good at.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// People travel as few minutes as can be, all together: the p-median.
    MinMeanTime {
        /// Minutes within which everybody must have a site whom some site could serve so.
        within: Option<f64>,
        /// Minutes that it costs not to be served.
        unserved: Option<f64>,
    },
    /// As many people as can be have a site within reach: maximal covering.
    MaxCoverage(Reach),
    /// As many people as can be have two sites within so many minutes.
    BackupCoverage {
        /// Minutes, inclusive.
        within: f64,
    },
    /// Everybody whom some site could serve has one within so many minutes; as few sites as will do.
    CoverAll {
        /// Minutes, inclusive.
        within: f64,
    },
    /// The longest trip is as short as can be: the p-centre.
    MinWorstTime,
}

/// Who counts as covered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// Who has a site within so many minutes, inclusive.
    Within(f64),
    /// A part of everybody: the weight of the time to the nearest site.
    Fading(Decay),
}

impl Goal {
    /// Refuses capacities where the goal has none.
    pub(super) fn check(&self, instance: &Instance<'_>) -> Result<(), SitingError> {
        let has_none = !matches!(self, Self::MaxCoverage(Reach::Within(_)) | Self::CoverAll { .. });
        if has_none && instance.capacity.is_some() {
            return Err(SitingError::NoCapacities);
        }
        Ok(())
    }
}

/// A goal as gains: what people have without a new site, and by how much each site betters it.
#[derive(Clone, Debug)]
pub(super) struct Weighed {
    pub(super) table: Gains,
    /// What people have without a new site.
    pub(super) before: f64,
    pub(super) is_cost: bool,
    /// How many places must be served, and what each of them gains by it beyond its minutes.
    pub(super) must: usize,
    pub(super) penalty: f64,
    within: f32,
}

impl Weighed {
    pub(super) fn of(instance: &Instance<'_>, goal: &Goal) -> Result<Self, SitingError> {
        match goal {
            Goal::MinMeanTime { within: Some(within), .. } => {
                Ok(Self::limited(instance, limit(*within)?))
            }
            Goal::MinMeanTime { within: None, unserved } => Self::mean(instance, *unserved),
            Goal::MaxCoverage(Reach::Fading(decay)) => {
                Ok(Self::coverage(instance, |minutes| decay.weight(minutes)))
            }
            Goal::MaxCoverage(Reach::Within(within)) => {
                let within = limit(*within)?;
                Ok(Self::coverage(instance, |minutes| f64::from(u8::from(minutes <= within))))
            }
            Goal::BackupCoverage { .. } | Goal::CoverAll { .. } | Goal::MinWorstTime => {
                unreachable!(
                    "these goals are no sums of gains, and are solved by their own modules"
                )
            }
        }
    }

    fn coverage(instance: &Instance<'_>, weight: impl Fn(f32) -> f64) -> Self {
        let (mut builder, mut before) = (GainsBuilder::default(), 0.0);
        let mut sites = Vec::new();
        for row in instance.inhabited() {
            let people = instance.demand[row];
            let has = instance.row(row, &mut sites).map_or(0.0, &weight);
            before += people * has;
            let gain = |&(site, minutes): &(u32, f32)| (site, people * (weight(minutes) - has));
            builder.push(sites.iter().map(gain));
        }
        Self::made(instance, builder, before, false)
    }

    fn mean(instance: &Instance<'_>, unserved: Option<f64>) -> Result<Self, SitingError> {
        let (mut builder, mut before) = (GainsBuilder::default(), 0.0);
        let (mut sites, mut holes, mut longest) = (Vec::new(), Vec::new(), 0.0_f32);
        let count = instance.pickable.len() + instance.required.len();
        for row in instance.inhabited() {
            let people = instance.demand[row];
            let open = instance.row(row, &mut sites);
            if sites.is_empty() && open.is_none() {
                continue; // No site can serve it, whatever is chosen.
            }
            let last = sites.iter().map(|&(_, minutes)| minutes).fold(0.0, f32::max);
            longest = longest.max(open.unwrap_or(last).max(last));
            if open.is_none() && sites.len() < count {
                holes.push(row);
            }
            let has = f64::from(open.unwrap_or(last));
            let has = if open.is_none() { unserved.unwrap_or(has) } else { has };
            before += people * has;
            let gain = |&(site, minutes): &(u32, f32)| (site, people * (has - f64::from(minutes)));
            builder.push(sites.iter().map(gain));
        }
        match unserved {
            None if !holes.is_empty() => {
                Err(SitingError::Holes { rows: holes.len(), row: holes[0] })
            }
            Some(unserved) if (unserved as f32) < longest => {
                Err(SitingError::Unserved { unserved, longest })
            }
            _ => Ok(Self::made(instance, builder, before, true)),
        }
    }

    /// The mean time where everybody must be served within a limit.
    fn limited(instance: &Instance<'_>, within: f32) -> Self {
        let (mut builder, mut before) = (GainsBuilder::default(), 0.0);
        let (mut sites, mut must) = (Vec::new(), 0);
        let all: f64 = instance.demand.iter().sum();
        // One place served is worth more than all minutes together.
        let penalty = 4.0 * (all * f64::from(within)).max(1.0);
        for row in instance.inhabited() {
            let people = instance.demand[row];
            let open = instance.row(row, &mut sites).filter(|&minutes| minutes <= within);
            sites.retain(|&(_, minutes)| minutes <= within);
            if sites.is_empty() && open.is_none() {
                continue;
            }
            must += usize::from(open.is_none());
            let has = open.map_or(penalty, |minutes| people * f64::from(minutes));
            before += has;
            let gain = |&(site, minutes): &(u32, f32)| (site, has - people * f64::from(minutes));
            builder.push(sites.iter().map(gain));
        }
        Self { must, penalty, within, ..Self::made(instance, builder, before, true) }
    }

    fn made(instance: &Instance<'_>, builder: GainsBuilder, before: f64, is_cost: bool) -> Self {
        let table = builder.finish(instance.columns());
        Self { table, before, is_cost, must: 0, penalty: 0.0, within: 0.0 }
    }

    /// Those who must be served.
    pub(super) fn cover(&self, instance: &Instance<'_>) -> Cover {
        Ranked::of(instance).cover(self.within)
    }

    /// Whether a gain is that of a place that must be served.
    pub(super) fn is_must(&self, gain: f64) -> bool {
        self.must > 0 && gain >= 0.5 * self.penalty
    }

    /// The choice in the units of the goal.
    pub(super) fn plan(&self, found: Found, known: Bound) -> Plan {
        let (is_open, is_closed) = (known.is_open, known.is_closed);
        if !self.is_cost {
            let (value, bound) = (self.before + found.worth, self.before + known.most);
            return Plan { chosen: found.sites, value, bound, is_open, is_closed };
        }
        let mut columns = vec![false; self.table.columns()];
        found.sites.iter().for_each(|&site| columns[site as usize] = true);
        if self.must > 0 && !self.serves_all(&columns) {
            let (value, bound) = (f64::INFINITY, 0.0);
            return Plan { chosen: found.sites, value, bound, is_open, is_closed };
        }
        let value = self.before - found.worth;
        let proven = self.before - known.most - self.table.rounding();
        let bound = if known.most <= found.worth { value } else { proven.max(0.0) };
        Plan { chosen: found.sites, value, bound, is_open, is_closed }
    }

    fn serves_all(&self, is_open: &[bool]) -> bool {
        (0..self.table.places()).all(|place| {
            let (sites, gains) = self.table.place(place);
            !self.is_must(gains[0]) || sites.iter().any(|&site| is_open[site as usize])
        })
    }
}
