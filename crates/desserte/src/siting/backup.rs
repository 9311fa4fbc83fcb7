//! Who has two sites within reach, so that one may close?
//!
//! Backup coverage (Hogan and `ReVelle` 1986): a place counts once two open sites are near it;
//! of those that are open already it may have one. Swaps start from greedy and from random
//! choices. Prices of places, at which a place buys as many sites as it still needs, bound
//! from above how many people can be covered, as the linear relaxation does.

use super::{
    Instance,
    starts::{Clock, Dice, Effort, Found, best_of},
};

const STEPS: usize = 300;
/// So many looks at a pair are spent on beginnings.
const WORK: usize = 20_000_000;
const PATIENCE: usize = 15;
const ROUNDING: f64 = 1e-9;

/// Places that may come to have two sites.
#[derive(Clone, Debug)]
pub(super) struct Backup {
    /// People, and how many sites they still need: 1 or 2.
    pub(super) places: Vec<(f64, u8)>,
    /// The sites near each.
    pub(super) rows: Vec<Vec<u32>>,
    of_site: Vec<Vec<u32>>,
    /// People who have two already.
    pub(super) had: f64,
}

impl Backup {
    /// What a limit leaves to do.
    pub(super) fn of(instance: &Instance<'_>, within: f32) -> Self {
        let mut made = Self {
            places: Vec::new(),
            rows: Vec::new(),
            of_site: vec![Vec::new(); instance.columns()],
            had: 0.0,
        };
        for row in instance.inhabited() {
            let (mut open, mut near) = (0, Vec::new());
            instance.minutes.visit_row(row, |column, minutes| {
                if minutes <= within && instance.is_new(column) {
                    near.push(column as u32);
                } else if minutes <= within && instance.is_existing(column) {
                    open += 1;
                }
            });
            if open >= 2 {
                made.had += instance.demand[row];
            } else if open + near.len() >= 2 {
                near.sort_unstable();
                let place = made.places.len() as u32;
                for &site in &near {
                    made.of_site[site as usize].push(place);
                }
                made.places.push((instance.demand[row], 2 - open as u8));
                made.rows.push(near);
            }
        }
        made
    }

    /// The best choice of so many, required ones included.
    pub(super) fn solve(
        &self,
        instance: &Instance<'_>,
        count: usize,
        effort: &Effort,
        clock: &Clock<'_>,
    ) -> Found {
        let (kept, free) = (&instance.required, count - instance.required.len());
        // A round of swaps looks at every pair once a slot.
        let pairs: usize = self.rows.iter().map(Vec::len).sum();
        let affordable = WORK / (pairs * count).max(1);
        best_of(0..effort.starts.min(affordable.max(2)), clock, |start| {
            let mut dice = Dice::of(effort.seed, start);
            let others = match start {
                0 if effort.warm.len() == free => effort.warm.clone(),
                0 | 1 => Vec::new(),
                _ => dice.some(&instance.pickable, free),
            };
            let mut choice = Choice::new(self, [kept.as_slice(), &others].concat());
            while choice.sites.len() < count {
                let Some(site) = choice.most_wanted(&instance.pickable) else { break };
                choice.open(site);
            }
            choice.improve(&instance.pickable, kept.len(), clock);
            let mut sites = choice.sites.clone();
            sites.sort_unstable();
            Found { worth: choice.covered(), sites }
        })
    }

    /// No choice of so many covers more.
    pub(super) fn most(
        &self,
        instance: &Instance<'_>,
        (count, worth): (usize, f64),
        clock: &Clock<'_>,
    ) -> f64 {
        let price = |&(people, needs): &(f64, u8)| 0.5 * people / f64::from(needs);
        let mut prices: Vec<f64> = self.places.iter().map(price).collect();
        let (mut best, mut pace, mut waited) = (f64::INFINITY, 1.0, 0);
        for _ in 0..STEPS {
            let (most, chosen) = self.dual(instance, &prices, count);
            if most < best {
                (best, waited) = (most, 0);
            } else {
                waited += 1;
            }
            if waited == PATIENCE {
                (pace, waited) = (pace * 0.6, 0);
            }
            if best <= worth || pace < 1e-3 || clock.is_over() {
                break;
            }
            self.follow(&mut prices, &chosen, pace * (most - worth).max(best * 1e-6));
        }
        let most = best * (1.0 + ROUNDING);
        let is_whole = self.places.iter().all(|(people, _)| people.fract() == 0.0);
        if is_whole { (most + ROUNDING).floor() } else { most }
    }

    /// What the prices allow, and which sites are open there.
    fn dual(&self, instance: &Instance<'_>, prices: &[f64], count: usize) -> (f64, Vec<bool>) {
        let mut sum = 0.0;
        let mut worth = vec![0.0; self.of_site.len()];
        for ((&(people, needs), price), row) in self.places.iter().zip(prices).zip(&self.rows) {
            sum += (people - f64::from(needs) * price).max(0.0);
            for &site in row {
                worth[site as usize] += price;
            }
        }
        let mut left = instance.pickable.clone();
        left.sort_by(|a, b| worth[*b as usize].total_cmp(&worth[*a as usize]));
        left.truncate(count - instance.required.len());
        let mut is_open = vec![false; worth.len()];
        for &site in instance.required.iter().chain(&left) {
            is_open[site as usize] = true;
            sum += worth[site as usize];
        }
        (sum, is_open)
    }

    fn follow(&self, prices: &mut [f64], is_open: &[bool], length: f64) {
        let slack = |((&(people, needs), price), row): ((&(f64, u8), &f64), &Vec<u32>)| {
            let is_bought = people > f64::from(needs) * price;
            let open = row.iter().filter(|&&site| is_open[site as usize]).count();
            open as f64 - if is_bought { f64::from(needs) } else { 0.0 }
        };
        let slacks: Vec<f64> =
            self.places.iter().zip(prices.iter()).zip(&self.rows).map(slack).collect();
        let norm: f64 = slacks.iter().map(|slack| slack * slack).sum();
        if norm > 0.0 {
            for (price, slack) in prices.iter_mut().zip(&slacks) {
                *price = (*price - length / norm * slack).max(0.0);
            }
        }
    }
}

/// Some open sites, and how many of them each place has.
#[derive(Debug)]
struct Choice<'a> {
    table: &'a Backup,
    sites: Vec<u32>,
    times: Vec<u32>,
}

impl<'a> Choice<'a> {
    fn new(table: &'a Backup, sites: Vec<u32>) -> Self {
        let mut made = Self { table, sites: Vec::new(), times: vec![0; table.places.len()] };
        for site in sites {
            made.open(site);
        }
        made
    }

    fn open(&mut self, site: u32) {
        self.sites.push(site);
        self.table.of_site[site as usize].iter().for_each(|&at| self.times[at as usize] += 1);
    }

    fn covered(&self) -> f64 {
        let places = self.table.places.iter().zip(&self.times);
        places.filter(|((_, needs), times)| **times >= u32::from(*needs)).map(|(of, _)| of.0).sum()
    }

    /// What a site would cover; and, so that a first step is worth something, of whom it would be half.
    fn adds(&self, site: u32) -> (f64, f64) {
        let (mut covers, mut halves) = (0.0, 0.0);
        for &place in &self.table.of_site[site as usize] {
            let (people, needs) = self.table.places[place as usize];
            match (u32::from(needs)).saturating_sub(self.times[place as usize]) {
                1 => covers += people,
                2 => halves += people,
                _ => {}
            }
        }
        (covers, halves)
    }

    fn most_wanted(&self, among: &[u32]) -> Option<u32> {
        let mut best: Option<(f64, u32)> = None;
        for &site in among.iter().filter(|site| !self.sites.contains(site)) {
            let (covers, halves) = self.adds(site);
            let worth = covers + 0.4 * halves;
            if best.is_none_or(|(other, _)| worth > other) {
                best = Some((worth, site));
            }
        }
        best.map(|(_, site)| site)
    }

    /// Swaps until no swap covers more, or as many with more halves.
    fn improve(&mut self, among: &[u32], kept: usize, clock: &Clock<'_>) {
        let mut worth = self.worth();
        loop {
            let mut best = (worth, None);
            for slot in kept..self.sites.len() {
                let closed = self.take(slot);
                let (covered, halves) = self.worth();
                for &site in among.iter().filter(|&&site| site != closed) {
                    if self.sites.contains(&site) {
                        continue;
                    }
                    let (more, half) = self.adds(site);
                    let after = (covered + more, halves + half - more);
                    if after > best.0 {
                        best = (after, Some((slot, site)));
                    }
                }
                self.put(slot, closed);
            }
            let (after, Some((slot, site))) = best else { return };
            // Rounding is no improvement.
            if after.0 <= worth.0 * (1.0 + ROUNDING) && after.1 <= worth.1 * (1.0 + ROUNDING) {
                return;
            }
            self.take(slot);
            self.put(slot, site);
            worth = self.worth();
            if clock.is_over() {
                return;
            }
        }
    }

    fn take(&mut self, slot: usize) -> u32 {
        let site = self.sites.remove(slot);
        self.table.of_site[site as usize].iter().for_each(|&at| self.times[at as usize] -= 1);
        site
    }

    fn put(&mut self, slot: usize, site: u32) {
        self.sites.insert(slot, site);
        self.table.of_site[site as usize].iter().for_each(|&at| self.times[at as usize] += 1);
    }

    /// People covered, and people who lack one site.
    fn worth(&self) -> (f64, f64) {
        let mut halves = 0.0;
        for (&(people, needs), &times) in self.table.places.iter().zip(&self.times) {
            if times + 1 == u32::from(needs) && needs == 2 {
                halves += people;
            }
        }
        (self.covered(), halves)
    }
}
