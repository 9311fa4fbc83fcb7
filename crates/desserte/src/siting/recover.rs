//! Does one site fewer cover all the same?
//!
//! A cover loses a site, and what is bare then is covered again by swaps: the site is closed
//! that would be missed least, and one opened near a bare place drawn at random. Places that
//! stay bare grow heavier, so that the search leaves where it is stuck; a site just opened is
//! not closed, and one just closed is opened again only once something near it has changed
//! (row weighting local search: Gao, Weise and Li 2015). Whenever all is covered, the next
//! site goes.

use super::starts::{Clock, Dice};

/// So many swaps are tried at most, and so many looks at a pair.
const SWAPS: usize = 4000;
const LOOKS: usize = 10_000_000;
/// Swaps between two looks at the clock.
const BEAT: usize = 64;
const NONE: u32 = u32::MAX;

/// A choice that may leave places bare.
#[derive(Debug)]
pub(super) struct Recover<'a> {
    rows: &'a [Vec<u32>],
    of_site: &'a [Vec<u32>],
    chosen: Vec<u32>,
    is_chosen: Vec<bool>,
    /// By place: how many open sites are near, how heavy it is, and where it is among the bare.
    times: Vec<u32>,
    weight: Vec<u64>,
    bare: Vec<u32>,
    at: Vec<u32>,
    /// By site: the bare places it is near, or if it is open those that it alone is near, by weight.
    worth: Vec<u64>,
    /// By site: when it was last opened or closed, and whether anything near it changed since.
    moved: Vec<usize>,
    is_fresh: Vec<bool>,
}

impl<'a> Recover<'a> {
    /// Begins with a cover.
    pub(super) fn new(rows: &'a [Vec<u32>], of_site: &'a [Vec<u32>], cover: &[u32]) -> Self {
        let mut made = Self {
            rows,
            of_site,
            chosen: Vec::new(),
            is_chosen: vec![false; of_site.len()],
            times: vec![0; rows.len()],
            weight: vec![1; rows.len()],
            bare: (0..rows.len() as u32).collect(),
            at: (0..rows.len() as u32).collect(),
            worth: of_site.iter().map(|places| places.len() as u64).collect(),
            moved: vec![0; of_site.len()],
            is_fresh: vec![true; of_site.len()],
        };
        for &site in cover {
            made.open(site, 0);
        }
        made
    }

    /// The smallest cover that some swaps find, in order; it stops at one of `enough` sites.
    pub(super) fn improve(mut self, enough: usize, dice: &mut Dice, clock: &Clock<'_>) -> Vec<u32> {
        let mut best = self.chosen.clone();
        let mut opened = NONE;
        for swap in 1..=self.swaps() {
            while self.bare.is_empty() {
                best.clone_from(&self.chosen);
                if best.len() <= enough.max(1) {
                    best.sort_unstable();
                    return best;
                }
                self.close_least_missed(NONE, swap);
            }
            if swap % BEAT == 0 && clock.is_over() {
                break;
            }
            self.close_least_missed(opened, swap);
            let place = self.bare[dice.below(self.bare.len())];
            opened = self.most_wanted(place);
            self.open(opened, swap);
            for &place in &self.bare {
                self.weight[place as usize] += 1;
                self.rows[place as usize].iter().for_each(|&site| self.worth[site as usize] += 1);
            }
        }
        best.sort_unstable();
        best
    }

    /// As many as the work allows: each looks at the sites of all places of two sites.
    fn swaps(&self) -> usize {
        let pairs: usize = self.rows.iter().map(Vec::len).sum();
        let sites = self.of_site.iter().filter(|places| !places.is_empty()).count();
        let looks = 2 * (pairs / sites.max(1)) * (pairs / self.rows.len().max(1));
        (LOOKS / looks.max(1)).min(SWAPS)
    }

    /// Closes the open site that would be missed least, of equals the one that has not moved for longest.
    fn close_least_missed(&mut self, kept: u32, swap: usize) {
        let may = self.chosen.iter().filter(|&&site| site != kept);
        let missed = |&&site: &&u32| (self.worth[site as usize], self.moved[site as usize], site);
        if let Some(&site) = may.min_by_key(missed) {
            self.close(site, swap);
        }
    }

    /// The site near a place that is near most of what is bare.
    fn most_wanted(&self, place: u32) -> u32 {
        let sites = &self.rows[place as usize];
        let wanted = |&&site: &&u32| {
            let at = site as usize;
            (self.is_fresh[at], self.worth[at], usize::MAX - self.moved[at], u32::MAX - site)
        };
        *sites.iter().max_by_key(wanted).expect("a place without a site is in no cover")
    }

    fn open(&mut self, site: u32, swap: usize) {
        let (rows, of_site) = (self.rows, self.of_site);
        // Until now it was worth what is bare; from now on that is what it alone is near.
        for &place in &of_site[site as usize] {
            let at = place as usize;
            self.times[at] += 1;
            for &near in &rows[at] {
                self.is_fresh[near as usize] = true;
            }
            if self.times[at] == 1 {
                self.cover(place);
                for &near in rows[at].iter().filter(|&&near| near != site) {
                    self.worth[near as usize] -= self.weight[at];
                }
            } else if self.times[at] == 2 {
                let other = self.only(place);
                self.worth[other as usize] -= self.weight[at];
            }
        }
        self.is_chosen[site as usize] = true;
        self.chosen.push(site);
        self.moved[site as usize] = swap;
    }

    fn close(&mut self, site: u32, swap: usize) {
        let (rows, of_site) = (self.rows, self.of_site);
        self.is_chosen[site as usize] = false;
        self.chosen.retain(|&other| other != site);
        self.moved[site as usize] = swap;
        for &place in &of_site[site as usize] {
            let at = place as usize;
            self.times[at] -= 1;
            for &near in &rows[at] {
                self.is_fresh[near as usize] = true;
            }
            if self.times[at] == 0 {
                self.at[at] = self.bare.len() as u32;
                self.bare.push(place);
                for &near in rows[at].iter().filter(|&&near| near != site) {
                    self.worth[near as usize] += self.weight[at];
                }
            } else if self.times[at] == 1 {
                let other = self.only(place);
                self.worth[other as usize] += self.weight[at];
            }
        }
        self.is_fresh[site as usize] = false;
    }

    /// Takes a place out of the bare ones.
    fn cover(&mut self, place: u32) {
        let slot = self.at[place as usize] as usize;
        self.bare.swap_remove(slot);
        if let Some(&moved) = self.bare.get(slot) {
            self.at[moved as usize] = slot as u32;
        }
    }

    /// The open site near a place, before a second opens and after one of two has closed.
    fn only(&self, place: u32) -> u32 {
        let near = self.rows[place as usize].iter();
        let open = near.copied().find(|&site| self.is_chosen[site as usize]);
        open.expect("a place that one open site is near has it among its sites")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{siting::starts::Effort, watch::Watch};

    #[test]
    fn a_cover_of_a_long_row_of_villages_comes_down_to_every_third() {
        // Each site is near its own village and both neighbours.
        let count = 60_u32;
        let near = |at: u32| (at.saturating_sub(1)..(at + 2).min(count)).collect::<Vec<_>>();
        let rows: Vec<Vec<u32>> = (0..count).map(near).collect();
        let all: Vec<u32> = (0..count).collect();
        let (watch, effort) = (Watch::new(), Effort::default());
        let clock = Clock::new(&effort, &watch);
        let search = Recover::new(&rows, &rows, &all);
        let found = search.improve(1, &mut Dice::of(1, 1), &clock);
        assert_eq!(found.len(), 20, "{found:?}");
        assert!(rows.iter().all(|row| row.iter().any(|site| found.contains(site))));
    }
}
