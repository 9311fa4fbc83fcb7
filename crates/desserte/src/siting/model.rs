//! What is left to decide, as an integer program?
//!
//! The sites that are settled are left out, and what people have by them is where they start.
//! A mean time or a coverage has, for each place and each gain that is still to be had, a
//! number from 0 to 1 that says whether the place gains as much: at most what it is for the
//! next better gain, and the sites that give just this one (Cornuéjols, Nemhauser and Wolsey
//! 1980; Elloumi 2010). A coverage has one gain, and so the program of Church and `ReVelle`.

use super::{
    Goal, Instance, Plan, Reach, SitingError, backup::Backup, capacity::Shared, centre::Ranked,
    goal::Weighed,
};
use crate::indicator::limit;

/// Places with so few sites get a tighter rule for their second.
const FEW: usize = 12;

/// Numbers to choose, each from 0 to its upper end, and rules on sums of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// What a unit of each number brings, or costs.
    pub objective: Vec<f64>,
    /// Where each number begins: 0, or 1 where it is settled.
    pub lower: Vec<f64>,
    /// Where each number ends.
    pub upper: Vec<f64>,
    /// Whether it is whole.
    pub is_whole: Vec<bool>,
    /// The column of the site whose opening it is; the first numbers are sites, the others have none.
    pub sites: Vec<u32>,
    /// Columns that are open in every solution, required ones included.
    pub open: Vec<u32>,
    /// What the objective is where all numbers are 0.
    pub offset: f64,
    /// Whether the objective is to be large.
    pub is_gain: bool,
    /// The least and the most that each sum may be.
    pub rows: Vec<(f64, f64)>,
    /// Where the terms of each sum begin, and at last where those of the last one end.
    pub starts: Vec<usize>,
    /// The number that a term is of.
    pub terms: Vec<u32>,
    /// And its factor.
    pub factors: Vec<f64>,
}

impl Model {
    /// What a plan leaves undecided.
    ///
    /// # Errors
    ///
    /// As for [`solve`](super::solve).
    pub fn of(
        instance: &Instance<'_>,
        goal: &Goal,
        new_sites: Option<usize>,
        plan: &Plan,
    ) -> Result<Self, SitingError> {
        goal.check(instance)?;
        let free = |settled: usize| {
            let count = instance.check_number(new_sites.ok_or(SitingError::NoNumber)?)?;
            Ok::<f64, SitingError>(count.saturating_sub(settled) as f64)
        };
        match (goal, instance.capacity) {
            (Goal::CoverAll { within }, None) => Ok(Self::cover(instance, limit(*within)?)),
            (Goal::CoverAll { within }, Some(capacity)) => {
                Ok(Self::shared(instance, &Shared::of(instance, capacity, limit(*within)?), None))
            }
            (Goal::MaxCoverage(Reach::Within(within)), Some(capacity)) => {
                let table = Shared::of(instance, capacity, limit(*within)?);
                Ok(Self::shared(instance, &table, Some(free(instance.required.len())?)))
            }
            (Goal::BackupCoverage { within }, _) => {
                let table = Backup::of(instance, limit(*within)?);
                Ok(Self::backup(instance, &table, free(instance.required.len())?))
            }
            (Goal::MinWorstTime, _) => Err(SitingError::NoNumber),
            _ => {
                let is_settled = |&&site: &&u32| plan.is_open[site as usize];
                let settled = instance.pickable.iter().filter(is_settled).count();
                let left = free(instance.required.len() + settled)?;
                Ok(Self::weighed(instance, &Weighed::of(instance, goal)?, plan, left))
            }
        }
    }

    /// Sites that are not settled, and the rule that so many of them are opened.
    fn begin(instance: &Instance<'_>, plan: Option<&Plan>, count: Option<f64>) -> (Self, Vec<u32>) {
        let mut made = Self { starts: vec![0], open: instance.required.clone(), ..Self::default() };
        let mut number_of = vec![u32::MAX; instance.columns()];
        for &site in &instance.pickable {
            if plan.is_some_and(|plan| plan.is_open[site as usize]) {
                made.open.push(site);
            } else if plan.is_none_or(|plan| !plan.is_closed[site as usize]) {
                number_of[site as usize] = made.number(0.0, 1.0, true);
                made.sites.push(site);
            }
        }
        if let Some(count) = count {
            let all = 0..made.sites.len() as u32;
            made.rule((count, count), all.map(|site| (site, 1.0)));
        }
        (made, number_of)
    }

    fn number(&mut self, objective: f64, upper: f64, is_whole: bool) -> u32 {
        self.objective.push(objective);
        self.lower.push(0.0);
        self.upper.push(upper);
        self.is_whole.push(is_whole);
        self.objective.len() as u32 - 1
    }

    fn rule(&mut self, bounds: (f64, f64), terms: impl IntoIterator<Item = (u32, f64)>) {
        for (number, factor) in terms {
            self.terms.push(number);
            self.factors.push(factor);
        }
        self.rows.push(bounds);
        self.starts.push(self.terms.len());
    }

    fn cover(instance: &Instance<'_>, within: f32) -> Self {
        let cover = Ranked::of(instance).cover(within);
        let mut made = Self { starts: vec![0], open: instance.required.clone(), ..Self::default() };
        made.open.extend(&cover.must);
        made.offset = made.open.len() as f64;
        let mut number_of = vec![u32::MAX; instance.columns()];
        let mut sites: Vec<u32> = cover.rows.iter().flatten().copied().collect();
        sites.sort_unstable();
        sites.dedup();
        for site in sites {
            number_of[site as usize] = made.number(1.0, 1.0, true);
            made.sites.push(site);
        }
        for row in &cover.rows {
            let near = row.iter().map(|&site| (number_of[site as usize], 1.0));
            made.rule((1.0, f64::INFINITY), near);
        }
        made
    }

    fn weighed(instance: &Instance<'_>, of: &Weighed, plan: &Plan, count: f64) -> Self {
        let (mut made, number_of) = Self::begin(instance, Some(plan), Some(count));
        made.is_gain = true;
        let mut is_open = vec![false; instance.columns()];
        made.open.iter().for_each(|&site| is_open[site as usize] = true);
        for place in 0..of.table.places() {
            made.place(of, place, &is_open, &number_of);
        }
        if of.is_cost {
            // What is gained is what is not spent.
            made.objective.iter_mut().for_each(|worth| *worth = -*worth);
            (made.offset, made.is_gain) = (of.before - made.offset, false);
        }
        made
    }

    /// The gains that a place may have, the best first.
    fn place(&mut self, of: &Weighed, place: usize, is_open: &[bool], number_of: &[u32]) {
        let (sites, gains) = of.table.place(place);
        let settled = sites.iter().position(|&site| is_open[site as usize]);
        let has = settled.map_or(0.0, |at| gains[at]);
        self.offset += has;
        let mut before: Option<u32> = None;
        let mut at = 0;
        let may = |at: usize| gains[at] > has && number_of[sites[at] as usize] != u32::MAX;
        let left: Vec<usize> = (0..settled.unwrap_or(sites.len())).filter(|&at| may(at)).collect();
        if left.is_empty() && of.is_must(gains[0]) && !of.is_must(has) {
            // Whoever could serve it is closed in every better choice: there is none.
            self.rule((1.0, f64::INFINITY), []);
        }
        while at < left.len() {
            let gain = gains[left[at]];
            let end = left[at..].iter().position(|&other| gains[other] < gain);
            let end = end.map_or(left.len(), |more| at + more);
            let next = left.get(end).map_or(has, |&other| gains[other]);
            let is_last_must = end == left.len() && of.is_must(gain) && !of.is_must(has);
            // Being served is a rule, and not only dear.
            let worth = if is_last_must { gain - of.penalty } else { gain - next };
            let number = self.number(worth, 1.0, false);
            if is_last_must {
                self.lower[number as usize] = 1.0;
                self.offset += of.penalty - has;
            }
            let by = left[at..end].iter().map(|&at| (number_of[sites[at] as usize], 1.0));
            let by: Vec<(u32, f64)> = by.chain(before.map(|before| (before, 1.0))).collect();
            self.rule((0.0, f64::INFINITY), by.into_iter().chain([(number, -1.0)]));
            (before, at) = (Some(number), end);
        }
    }

    fn backup(instance: &Instance<'_>, table: &Backup, count: f64) -> Self {
        let (mut made, number_of) = Self::begin(instance, None, Some(count));
        (made.is_gain, made.offset) = (true, table.had);
        for (&(people, needs), row) in table.places.iter().zip(&table.rows) {
            let is_required = |site: &&u32| instance.required.contains(site);
            let has = row.iter().filter(is_required).count() as f64;
            let needs = f64::from(needs) - has;
            if needs <= 0.0 {
                made.offset += people;
                continue;
            }
            let near: Vec<u32> = row.iter().filter(|site| !is_required(site)).copied().collect();
            let terms = near.iter().map(|&site| (number_of[site as usize], 1.0));
            let number = made.number(people, 1.0, true);
            made.rule((0.0, f64::INFINITY), terms.clone().chain([(number, -needs)]));
            if needs > 1.0 && near.len() <= FEW {
                for left_out in 0..near.len() {
                    let others = terms.clone().enumerate().filter(|&(at, _)| at != left_out);
                    let others: Vec<(u32, f64)> = others.map(|(_, term)| term).collect();
                    made.rule((0.0, f64::INFINITY), others.into_iter().chain([(number, -1.0)]));
                }
            }
        }
        made
    }

    /// Whom sites with capacities serve: as many people as can be by so many, or all of them by few.
    fn shared(instance: &Instance<'_>, table: &Shared, count: Option<f64>) -> Self {
        let (mut made, number_of) = Self::begin(instance, None, count);
        made.is_gain = count.is_some();
        if count.is_none() {
            made.objective.fill(1.0);
            made.offset = made.open.len() as f64;
        }
        let worth = if count.is_some() { 1.0 } else { 0.0 };
        let mut by_place = vec![Vec::new(); table.people.len()];
        for (site, places) in table.of_site.iter().enumerate() {
            let opening = number_of[site];
            let mut load = Vec::new();
            for &place in places {
                let most = table.people[place as usize].min(table.capacity[site]);
                let people = made.number(worth, most, false);
                by_place[place as usize].push((people, 1.0));
                load.push((people, 1.0));
                if opening != u32::MAX {
                    made.rule((f64::NEG_INFINITY, 0.0), [(people, 1.0), (opening, -most)]);
                }
            }
            if opening == u32::MAX {
                made.rule((0.0, table.capacity[site]), load);
            } else {
                let full = (opening, -table.capacity[site]);
                made.rule((f64::NEG_INFINITY, 0.0), load.into_iter().chain([full]));
            }
        }
        for (terms, &people) in by_place.into_iter().zip(&table.people) {
            let least = if count.is_some() { 0.0 } else { people };
            made.rule((least, people), terms);
        }
        made
    }
}
