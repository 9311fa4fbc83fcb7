//! How few sites are near enough to everybody?
//!
//! Set covering. A place that is near every site that another is near to asks for nothing of
//! its own; a site that is near no place but those of another is not needed; the only site of
//! a place must be opened (Beasley 1987). What is left is covered greedily, also by prices of
//! places, and the prices bound from below how many sites it takes. Where the two are apart,
//! sites are taken out of the cover and its places covered again.

use super::{
    recover::Recover,
    starts::{Clock, Dice, Effort, Found, best_of},
};

const STEPS: usize = 800;
const PATIENCE: usize = 15;
/// So many searches for a smaller cover.
const SEARCHES: usize = 8;
/// Sums of a thousand prices are wrong by less.
const ROUNDING: f64 = 1e-6;

/// Places that are still to be covered, and the sites near each.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// The sites near each place, in order.
    pub(super) rows: Vec<Vec<u32>>,
    /// Sites that every smallest cover may be taken to open.
    pub(super) must: Vec<u32>,
    /// The places near each site, by column.
    of_site: Vec<Vec<u32>>,
    /// Sites that are left.
    sites: Vec<u32>,
}

/// A cover, and how few sites any other has at least.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    pub(super) sites: Vec<u32>,
    pub(super) least: usize,
}

impl Cover {
    /// The places of `rows` that no site of `open` covers; nobody is asked who has no site near.
    pub(super) fn new(rows: Vec<Vec<u32>>, open: &[u32], columns: usize) -> Self {
        let mut is_open = vec![false; columns];
        for &site in open {
            is_open[site as usize] = true;
        }
        let is_left =
            |row: &Vec<u32>| !row.is_empty() && !row.iter().any(|&site| is_open[site as usize]);
        let mut made = Self {
            rows: rows.into_iter().filter(is_left).collect(),
            of_site: vec![Vec::new(); columns],
            ..Self::default()
        };
        while made.reduce() {}
        made.index();
        made
    }

    /// Looks for sites and places that need not be asked; whether any was found.
    fn reduce(&mut self) -> bool {
        let before = self.rows.len() + self.rows.iter().map(Vec::len).sum::<usize>();
        self.take_essential();
        self.index();
        self.drop_places();
        self.index();
        self.drop_sites();
        before != self.rows.len() + self.rows.iter().map(Vec::len).sum::<usize>()
    }

    fn index(&mut self) {
        self.of_site.iter_mut().for_each(Vec::clear);
        for (place, row) in self.rows.iter().enumerate() {
            for &site in row {
                self.of_site[site as usize].push(place as u32);
            }
        }
        let columns = 0..self.of_site.len() as u32;
        self.sites = columns.filter(|&site| !self.of_site[site as usize].is_empty()).collect();
    }

    /// Opens the only site of a place.
    fn take_essential(&mut self) {
        let mut only: Vec<u32> =
            self.rows.iter().filter(|row| row.len() == 1).map(|row| row[0]).collect();
        only.sort_unstable();
        only.dedup();
        self.rows.retain(|row| !row.iter().any(|site| only.binary_search(site).is_ok()));
        self.must.extend(only);
    }

    /// Leaves out a place whose sites include all sites of another.
    fn drop_places(&mut self) {
        let mut is_dropped = vec![false; self.rows.len()];
        for (place, row) in self.rows.iter().enumerate() {
            if is_dropped[place] {
                continue;
            }
            // Whoever has all sites of this place has its rarest.
            let rarest = row.iter().min_by_key(|&&site| self.of_site[site as usize].len());
            let near = rarest.map_or(&[][..], |&site| &self.of_site[site as usize]);
            for &other in near.iter().filter(|&&other| other as usize != place) {
                let wider = &self.rows[other as usize];
                if !is_dropped[other as usize] && row.len() <= wider.len() && is_part(row, wider) {
                    is_dropped[other as usize] = true;
                }
            }
        }
        let mut place = 0;
        self.rows.retain(|_| {
            place += 1;
            !is_dropped[place - 1]
        });
    }

    /// Leaves out a site whose places are all near another; of two alike the later.
    fn drop_sites(&mut self) {
        let mut is_dropped = vec![false; self.of_site.len()];
        for &site in &self.sites {
            let places = &self.of_site[site as usize];
            let rarest = places.iter().min_by_key(|&&place| self.rows[place as usize].len());
            let near = rarest.map_or(&[][..], |&place| &self.rows[place as usize]);
            let is_better = |&&other: &&u32| {
                let wider = &self.of_site[other as usize];
                let alike = wider.len() == places.len();
                other != site
                    && !is_dropped[other as usize]
                    && wider.len() >= places.len()
                    && (!alike || other < site)
                    && is_part(places, wider)
            };
            is_dropped[site as usize] = near.iter().any(|other| is_better(&other));
        }
        self.rows.iter_mut().for_each(|row| row.retain(|&site| !is_dropped[site as usize]));
    }

    /// A small cover, and how small one can be. Where only `enough` sites are to be had,
    /// nothing is spent on fewer, or where it cannot be done.
    pub(super) fn solve(
        &self,
        enough: Option<usize>,
        effort: &Effort,
        clock: &Clock<'_>,
    ) -> Covered {
        let count = self.must.len();
        if self.rows.is_empty() {
            return Covered { sites: self.must.clone(), least: count };
        }
        let free = enough.map(|enough| enough.saturating_sub(count));
        let is_decided = |size: usize, least: usize| {
            size <= least.max(free.unwrap_or(0)) || free.is_some_and(|free| least > free)
        };
        let mut sites = self.greedy(0, &[], &mut Dice::of(0, 0));
        let (mut least, mut prices) = (1, self.shares());
        // A small cover makes a good bound, and a good bound an end to the search: a little of each first.
        for (steps, starts) in
            [(STEPS / 4, 0..1), (STEPS / 4, 1..effort.starts.clamp(2, SEARCHES)), (STEPS, 0..0)]
        {
            if !is_decided(sites.len(), least) {
                let aim = (sites.len(), free);
                least = least.max(self.least(&mut prices, (aim, steps), clock));
            }
            if starts.is_empty() || is_decided(sites.len(), least) {
                break;
            }
            let aim = least.max(free.unwrap_or(1));
            let found = best_of(starts, clock, |start| {
                self.search(&sites, aim, (start, &prices), (effort.seed, clock))
            });
            if found.sites.len() < sites.len() {
                sites = found.sites;
            }
        }
        sites.extend(&self.must);
        sites.sort_unstable();
        Covered { sites, least: least + count }
    }

    /// A cover of fewer sites, from the one that is known or from one that looks at the prices.
    fn search(
        &self,
        known: &[u32],
        aim: usize,
        (start, prices): (usize, &[f64]),
        (seed, clock): (u64, &Clock<'_>),
    ) -> Found {
        let mut dice = Dice::of(seed, start);
        let begin = match start {
            0 => known.to_vec(),
            _ => self.greedy(start, prices, &mut dice),
        };
        let search = Recover::new(&self.rows, &self.of_site, &begin);
        let sites = search.improve(aim, &mut dice, clock);
        Found { worth: -(sites.len() as f64), sites }
    }

    /// Opens the site with most places left, or the one that is cheapest for what it adds.
    fn greedy(&self, start: usize, prices: &[f64], dice: &mut Dice) -> Vec<u32> {
        let mut bare: Vec<usize> = self.of_site.iter().map(Vec::len).collect();
        let mut left: Vec<f64> = bare.iter().map(|&places| places as f64).collect();
        let is_priced = start % 2 == 1;
        if is_priced {
            let price =
                |places: &Vec<u32>| places.iter().map(|&place| prices[place as usize]).sum();
            left = self.of_site.iter().map(price).collect();
        }
        let weight = |place: u32| if is_priced { prices[place as usize] } else { 1.0 };
        let mut is_covered = vec![false; self.rows.len()];
        let (mut chosen, mut uncovered) = (Vec::new(), self.rows.len());
        while uncovered > 0 {
            // All beginnings but the first two flatter each site a little.
            let luck = |dice: &mut Dice| match start {
                0 | 1 => 1.0,
                _ => 0.7 + 0.3 * (dice.below(1000) as f64 / 1000.0),
            };
            let mut best = (-1.0, u32::MAX);
            for &site in &self.sites {
                let worth = left[site as usize] * luck(dice);
                if worth > best.0 && bare[site as usize] > 0 {
                    best = (worth, site);
                }
            }
            chosen.push(best.1);
            for &place in &self.of_site[best.1 as usize] {
                if !std::mem::replace(&mut is_covered[place as usize], true) {
                    uncovered -= 1;
                    let near = &self.rows[place as usize];
                    for &site in near {
                        left[site as usize] -= weight(place);
                        bare[site as usize] -= 1;
                    }
                }
            }
        }
        self.without_spare(chosen)
    }

    /// Closes, from the last, what others cover as well.
    fn without_spare(&self, mut chosen: Vec<u32>) -> Vec<u32> {
        let mut times = vec![0_u32; self.rows.len()];
        for &site in &chosen {
            self.of_site[site as usize].iter().for_each(|&place| times[place as usize] += 1);
        }
        for at in (0..chosen.len()).rev() {
            let places = &self.of_site[chosen[at] as usize];
            if places.iter().all(|&place| times[place as usize] > 1) {
                for &place in places {
                    times[place as usize] -= 1;
                }
                chosen.remove(at);
            }
        }
        chosen.sort_unstable();
        chosen
    }

    /// Prices to begin with: each place shares its largest site with all that are near it.
    fn shares(&self) -> Vec<f64> {
        let share = |row: &Vec<u32>| {
            let largest = row.iter().map(|&site| self.of_site[site as usize].len()).max();
            1.0 / largest.unwrap_or(1) as f64
        };
        self.rows.iter().map(share).collect()
    }

    /// How few sites cover what is left; the prices are those of places that say so.
    fn least(
        &self,
        prices: &mut Vec<f64>,
        ((aim, free), steps): ((usize, Option<usize>), usize),
        clock: &Clock<'_>,
    ) -> usize {
        let (mut best, mut kept, mut pace, mut waited) = (0.0, prices.clone(), 1.0, 0);
        let mut worth = vec![0.0; self.of_site.len()];
        let least = |best: f64| ((best - ROUNDING).ceil()).max(1.0) as usize;
        for _ in 0..steps {
            let sum = self.dual(prices, &mut worth);
            if sum > best {
                (best, waited) = (sum, 0);
                kept.clone_from(prices);
            } else {
                waited += 1;
            }
            if waited == PATIENCE {
                (pace, waited) = (pace * 0.7, 0);
            }
            let is_refuted = free.is_some_and(|free| least(best) > free);
            if least(best) >= aim || is_refuted || pace < 0.005 || clock.is_over() {
                break;
            }
            self.follow(prices, &worth, pace * (aim as f64 - sum).max(0.05));
        }
        *prices = kept;
        least(best)
    }

    /// The sum of the prices, less what a site takes beyond 1.
    fn dual(&self, prices: &[f64], worth: &mut [f64]) -> f64 {
        let mut sum: f64 = prices.iter().sum();
        for &site in &self.sites {
            let places = &self.of_site[site as usize];
            let taken: f64 = places.iter().map(|&place| prices[place as usize]).sum();
            worth[site as usize] = taken;
            sum += (1.0 - taken).min(0.0);
        }
        sum
    }

    fn follow(&self, prices: &mut [f64], worth: &[f64], length: f64) {
        let slack = |row: &Vec<u32>| {
            let open = row.iter().filter(|&&site| worth[site as usize] > 1.0).count();
            1.0 - open as f64
        };
        let slacks: Vec<f64> = self.rows.iter().map(slack).collect();
        let norm: f64 = slacks.iter().map(|slack| slack * slack).sum();
        if norm > 0.0 {
            for (price, slack) in prices.iter_mut().zip(&slacks) {
                *price = (*price + length / norm * slack).max(0.0);
            }
        }
    }
}

/// Whether every number of one list is in the other; both are in order.
fn is_part(few: &[u32], many: &[u32]) -> bool {
    let mut many = many.iter();
    few.iter().all(|one| many.by_ref().find(|&other| other >= one) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Watch;

    fn solved(rows: Vec<Vec<u32>>, columns: usize) -> Covered {
        let (watch, effort) = (Watch::new(), Effort::default());
        Cover::new(rows, &[], columns).solve(None, &effort, &Clock::new(&effort, &watch))
    }

    #[test]
    fn the_only_site_of_a_place_is_opened_and_what_it_covers_is_not_asked() {
        let found = solved(vec![vec![1], vec![0, 1], vec![0, 2, 3], vec![2, 3]], 4);
        assert_eq!((found.sites, found.least), (vec![1, 2], 2));
    }

    #[test]
    fn five_places_in_a_ring_take_three_sites() {
        // Each site is near two neighbours: half of five is not enough.
        let rows = (0..5).map(|place| {
            let mut row = vec![place, (place + 1) % 5];
            row.sort_unstable();
            row
        });
        let found = solved(rows.collect(), 5);
        assert_eq!((found.sites.len(), found.least), (3, 3));
    }

    #[test]
    fn a_part_of_a_list_is_found_in_order() {
        assert!(is_part(&[1, 4], &[0, 1, 3, 4]));
        assert!(!is_part(&[1, 2], &[0, 1, 3, 4]));
        assert!(is_part(&[], &[3]));
    }
}
