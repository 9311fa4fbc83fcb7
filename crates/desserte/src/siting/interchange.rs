//! Which site would be better closed for another one opened?
//!
//! Interchange of vertices (Teitz and Bart 1968), with the profit of every swap kept up to
//! date as Resende and Werneck (2007) do: what a site would add, what a slot would take away,
//! and a correction for the two together. A place tells them only about the sites that stand
//! before its second best, and is asked again only when its best or second best changes.
//! The best swap is taken, of equals the one with the first site, until none is left.

use super::gains::Gains;

const NONE: u32 = u32::MAX;

/// Some open sites, and what every swap would bring.
#[derive(Debug)]
pub(super) struct Interchange<'a> {
    table: &'a Gains,
    /// The open site of each slot; those that must stay open come first.
    slots: Vec<u32>,
    kept: usize,
    slot_of: Vec<u32>,
    /// Of each place, where its best and second best open site stand; its number of sites where there is none.
    near: Vec<(u32, u32)>,
    /// What opening a site adds.
    adds: Vec<f64>,
    /// What emptying a slot takes away.
    loses: Vec<f64>,
    /// By slot and site: what is taken away too often, or added, where they are swapped.
    both: Vec<f64>,
}

impl<'a> Interchange<'a> {
    /// Opens some sites, of which the first `kept` stay.
    pub(super) fn new(table: &'a Gains, slots: Vec<u32>, kept: usize) -> Self {
        let mut slot_of = vec![NONE; table.columns()];
        for (slot, &site) in slots.iter().enumerate() {
            slot_of[site as usize] = slot as u32;
        }
        let (loses, both) = (vec![0.0; slots.len()], vec![0.0; slots.len() * table.columns()]);
        let adds = vec![0.0; table.columns()];
        let mut made = Self { table, slots, kept, slot_of, near: Vec::new(), adds, loses, both };
        made.near = (0..table.places()).map(|place| made.nearest(place, 0)).collect();
        (0..table.places()).for_each(|place| made.tell(place, 1.0));
        made
    }

    /// Swaps until no swap is worth it, or there is no more time.
    pub(super) fn improve(&mut self, is_over: impl Fn() -> bool) {
        while let Some((slot, site)) = self.best_swap() {
            self.swap(slot, site);
            if is_over() {
                return;
            }
        }
    }

    /// The open sites, in order.
    pub(super) fn sites(&self) -> Vec<u32> {
        let mut sites = self.slots.clone();
        sites.sort_unstable();
        sites
    }

    /// What all places gain.
    pub(super) fn worth(&self) -> f64 {
        let gain = |(place, &(first, _)): (usize, &(u32, u32))| {
            self.table.place(place).1.get(first as usize).copied().unwrap_or(0.0)
        };
        self.near.iter().enumerate().map(gain).sum()
    }

    /// Where the first two open sites of a place stand, from a position on.
    fn nearest(&self, place: usize, from: usize) -> (u32, u32) {
        let sites = self.table.place(place).0;
        let open = |from: usize| {
            let ahead = sites[from.min(sites.len())..].iter();
            let found = ahead.clone().position(|&site| self.slot_of[site as usize] != NONE);
            found.map_or(sites.len(), |at| from + at)
        };
        let first = open(from);
        (first as u32, open(first + 1) as u32)
    }

    /// Adds what a place has to say, or takes it back.
    fn tell(&mut self, place: usize, sign: f64) {
        let (sites, gains) = self.table.place(place);
        let (first, second) = (self.near[place].0 as usize, self.near[place].1 as usize);
        if first == sites.len() {
            for (&site, gain) in sites.iter().zip(gains) {
                self.adds[site as usize] += sign * gain;
            }
            return;
        }
        let (best, next) = (gains[first], gains.get(second).copied().unwrap_or(0.0));
        let slot = self.slot_of[sites[first] as usize] as usize;
        self.loses[slot] += sign * (best - next);
        let columns = self.table.columns();
        let both = &mut self.both[slot * columns..(slot + 1) * columns];
        for (&site, gain) in sites[..first].iter().zip(gains) {
            self.adds[site as usize] += sign * (gain - best);
            both[site as usize] += sign * (best - next);
        }
        let between = first + 1..second;
        for (&site, gain) in sites[between.clone()].iter().zip(&gains[between]) {
            both[site as usize] += sign * (gain - next);
        }
    }

    /// The most profitable swap, if any is.
    fn best_swap(&self) -> Option<(usize, u32)> {
        let (columns, mut most, mut found) = (self.table.columns(), 0.0, None);
        for slot in self.kept..self.slots.len() {
            let (both, loss) = (&self.both[slot * columns..(slot + 1) * columns], self.loses[slot]);
            let profit = |(add, both): (&f64, &f64)| add + both - loss;
            let profits = self.adds.iter().zip(both).map(profit);
            // PERF: without a way out, this loop runs in wide registers.
            let best = profits.clone().fold(0.0, |best: f64, of| if of > best { of } else { best });
            if best > 0.0 && best >= most {
                let site = profits.clone().position(|of| of >= best).unwrap_or(0);
                if best > most || found.is_none_or(|(_, other)| site < other) {
                    (most, found) = (best, Some((slot, site)));
                }
            }
        }
        found.map(|(slot, site)| (slot, site as u32))
    }

    fn swap(&mut self, slot: usize, site: u32) {
        let former = self.slots[slot];
        let table = self.table;
        let moved = |near: (u32, u32), at: u32| at <= near.1;
        let opens = table.of_site(site).iter();
        let mut touched: Vec<u32> = opens
            .filter(|&&(place, at)| moved(self.near[place as usize], at))
            .map(|&(place, _)| place)
            .collect();
        let closes = table.of_site(former).iter();
        touched.extend(
            closes
                .filter(|&&(place, at)| moved(self.near[place as usize], at))
                .map(|&(place, _)| place),
        );
        touched.sort_unstable();
        touched.dedup();
        for &place in &touched {
            self.tell(place as usize, -1.0);
        }
        self.slot_of[former as usize] = NONE;
        self.slot_of[site as usize] = slot as u32;
        self.slots[slot] = site;
        for &place in &touched {
            self.near[place as usize] = self.nearest(place as usize, 0);
        }
        for &place in &touched {
            self.tell(place as usize, 1.0);
        }
    }
}

/// Opens the site that adds most, again and again: `count` of them, besides those that are open.
pub(super) fn greedy(table: &Gains, open: &[u32], among: &[u32], count: usize) -> Vec<u32> {
    let mut has = vec![0.0; table.places()];
    let mut adds = vec![0.0; table.columns()];
    for place in 0..table.places() {
        let (sites, gains) = table.place(place);
        sites.iter().zip(gains).for_each(|(&site, gain)| adds[site as usize] += gain);
    }
    let (mut chosen, mut left) = (open.to_vec(), among.to_vec());
    for &site in open {
        raise(table, site, &mut has, &mut adds);
    }
    for _ in 0..count {
        let most = |best: Option<usize>, at: usize| match best {
            Some(other) if adds[left[at] as usize] <= adds[left[other] as usize] => Some(other),
            _ => Some(at),
        };
        let Some(at) = (0..left.len()).fold(None, most) else { break };
        let site = left.remove(at);
        raise(table, site, &mut has, &mut adds);
        chosen.push(site);
    }
    chosen
}

/// Opens a site: what its places have now, nobody can add to them any more.
fn raise(table: &Gains, site: u32, has: &mut [f64], adds: &mut [f64]) {
    for &(place, at) in table.of_site(site) {
        let (sites, gains) = table.place(place as usize);
        let (had, now) = (has[place as usize], gains[at as usize]);
        if now <= had {
            continue;
        }
        has[place as usize] = now;
        let better = sites.iter().zip(gains).take_while(|&(_, &gain)| gain > had);
        better.for_each(|(&site, &gain)| adds[site as usize] -= gain.min(now) - had);
    }
}
