//! How good can a choice be at most?
//!
//! Lagrangian relaxation of the rule that a place gains once: each place asks a price for
//! being served, a site is worth what its places gain beyond their prices, and the best so
//! many sites together with all prices are more than any choice can bring (Cornuéjols,
//! Fisher and Nemhauser 1977). Prices follow the subgradient. On the way, a site whose
//! opening, or whose closing, would bring the bound down to what has been found already is
//! settled: no better choice opens it, or none leaves it closed.
//!
//! INVARIANT: prices are multiples of what gains are multiples of, so that the bound is exact.

use super::{gains::Gains, starts::Clock};

const FIRST_PACE: f64 = 1.0;
const PATIENCE: usize = 15;
const LEAST_PACE: f64 = 1e-4;
/// How much of the former direction is kept.
const INERTIA: f64 = 0.4;

/// What is asked, and what has been found.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) table: &'a Gains,
    /// Columns that may be opened, in order.
    pub(super) pickable: &'a [u32],
    pub(super) required: &'a [u32],
    /// How many are opened, required ones included.
    pub(super) count: usize,
    /// The best choice so far, and its gain.
    pub(super) sites: &'a [u32],
    pub(super) worth: f64,
}

/// What is known of all choices.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// No choice gains more.
    pub(super) most: f64,
    /// By column: every better choice opens it.
    pub(super) is_open: Vec<bool>,
    /// By column: no better choice opens it.
    pub(super) is_closed: Vec<bool>,
    /// The choices that the best prices suggested, the last first.
    pub(super) hints: Vec<Vec<u32>>,
}

impl Bound {
    /// With what is known of choices better than one that is better itself.
    pub(super) fn tightened(self, next: Self) -> Self {
        Self { most: next.most.min(self.most), ..next }
    }
}

/// Prices of places, and what follows from them.
#[derive(Debug)]
struct Prices {
    of_place: Vec<f64>,
    /// How far the price of each place has to go: that of a town farther than that of a hamlet.
    scale: Vec<f64>,
    direction: Vec<f64>,
    worth: Vec<f64>,
    chosen: Vec<u32>,
    is_chosen: Vec<bool>,
    served: Vec<f64>,
    /// What the last site chosen is worth, and the first one left.
    margin: (f64, f64),
}

/// Lowers the bound for so many steps, or until it meets what has been found.
pub(super) fn bound(asked: &Asked<'_>, steps: usize, clock: &Clock<'_>) -> Bound {
    let columns = asked.table.columns();
    let mut found = Bound {
        most: f64::INFINITY,
        is_open: vec![false; columns],
        is_closed: vec![false; columns],
        hints: Vec::new(),
    };
    let mut prices = Prices::first(asked);
    let (mut pace, mut waited, mut best) = (FIRST_PACE, 0, f64::INFINITY);
    for _ in 0..steps {
        let most = prices.weigh(asked, &found);
        prices.settle(asked, most, &mut found);
        if most < best {
            (best, waited) = (most, 0);
            found.most = asked.table.settled(best).max(asked.worth);
            found.hints.push(prices.chosen.clone());
        } else {
            waited += 1;
        }
        if asked.table.settled(best) <= asked.worth || pace < LEAST_PACE || clock.is_over() {
            break;
        }
        if waited == PATIENCE {
            (pace, waited) = (pace * 0.6, 0);
        }
        let gap = (most - asked.worth).max(best * 1e-6);
        if !prices.follow(asked, pace * gap) {
            break;
        }
    }
    found.hints.reverse();
    found.hints.truncate(8);
    found
}

impl Prices {
    /// What each place has by the best choice found.
    fn first(asked: &Asked<'_>) -> Self {
        let (table, columns) = (asked.table, asked.table.columns());
        let mut is_open = vec![false; columns];
        asked.sites.iter().for_each(|&site| is_open[site as usize] = true);
        let price = |place| {
            let (sites, gains) = table.place(place);
            let mut open = (0..sites.len()).filter(|&at| is_open[sites[at] as usize]);
            let best = open.next().map_or(0.0, |at| gains[at]);
            let next = open.next().map_or(best, |at| gains[at]);
            table.exact(f64::midpoint(best, next))
        };
        let scale = |place| {
            let gains = table.place(place).1;
            let span = gains[0] - gains[gains.len() - 1];
            if span > 0.0 { span } else { gains[0] }
        };
        Self {
            of_place: (0..table.places()).map(price).collect(),
            scale: (0..table.places()).map(scale).collect(),
            direction: vec![0.0; table.places()],
            worth: vec![0.0; columns],
            chosen: Vec::new(),
            is_chosen: vec![false; columns],
            served: vec![0.0; table.places()],
            margin: (0.0, 0.0),
        }
    }

    /// Chooses the sites that are worth most at these prices; what no better choice exceeds.
    fn weigh(&mut self, asked: &Asked<'_>, found: &Bound) -> f64 {
        self.worth.fill(0.0);
        let mut sum = 0.0;
        for (place, &price) in self.of_place.iter().enumerate() {
            sum += price;
            let (sites, gains) = asked.table.place(place);
            for (&site, &gain) in sites.iter().zip(gains) {
                if gain <= price {
                    break;
                }
                self.worth[site as usize] += gain - price;
            }
        }
        self.choose(asked, found);
        sum + self.chosen.iter().map(|&site| self.worth[site as usize]).sum::<f64>()
    }

    fn choose(&mut self, asked: &Asked<'_>, found: &Bound) {
        self.chosen.iter().for_each(|&site| self.is_chosen[site as usize] = false);
        self.chosen.clear();
        self.chosen.extend(asked.required);
        let must = asked.pickable.iter().filter(|&&site| found.is_open[site as usize]);
        self.chosen.extend(must);
        let may =
            |site: &&u32| !found.is_open[**site as usize] && !found.is_closed[**site as usize];
        let mut left: Vec<u32> = asked.pickable.iter().filter(may).copied().collect();
        let free = asked.count.saturating_sub(self.chosen.len()).min(left.len());
        let worth = &self.worth;
        let order =
            |a: &u32, b: &u32| worth[*b as usize].total_cmp(&worth[*a as usize]).then(a.cmp(b));
        if free < left.len() {
            left.select_nth_unstable_by(free, order);
            self.margin.1 = worth[left[free] as usize];
        } else {
            self.margin.1 = f64::NEG_INFINITY;
        }
        left.truncate(free);
        let least = left.iter().map(|&site| worth[site as usize]).fold(f64::INFINITY, f64::min);
        self.margin.0 = least;
        self.chosen.extend(left);
        self.chosen.iter().for_each(|&site| self.is_chosen[site as usize] = true);
    }

    /// Settles the sites of which the other choice cannot bring more than what has been found.
    fn settle(&self, asked: &Asked<'_>, most: f64, found: &mut Bound) {
        let allows = |most: f64| asked.table.settled(most) > asked.worth;
        let (last, next) = self.margin;
        for &site in asked.pickable {
            let at = site as usize;
            if found.is_open[at] || found.is_closed[at] {
                continue;
            }
            if self.is_chosen[at] {
                found.is_open[at] = !allows(most - self.worth[at] + next);
            } else {
                found.is_closed[at] = !allows(most - last + self.worth[at]);
            }
        }
    }

    /// Changes the prices of places that are served by more than one site, or by none.
    fn follow(&mut self, asked: &Asked<'_>, length: f64) -> bool {
        let mut norm = 0.0;
        for (place, &price) in self.of_place.iter().enumerate() {
            let (sites, gains) = asked.table.place(place);
            let wanted = sites.iter().zip(gains).take_while(|&(_, &gain)| gain > price);
            let served = wanted.filter(|&(&site, _)| self.is_chosen[site as usize]).count();
            self.served[place] = 1.0 - served as f64;
        }
        let places = self.direction.iter_mut().zip(&self.served).zip(&self.scale);
        for ((direction, &served), scale) in places {
            *direction = served + INERTIA * *direction;
            norm += scale * *direction * *direction;
        }
        if norm == 0.0 {
            return false;
        }
        let step = length / norm;
        let places = self.of_place.iter_mut().zip(&self.direction).zip(&self.scale);
        for ((price, direction), scale) in places {
            *price = asked.table.exact((*price - step * scale * direction).max(0.0));
        }
        true
    }
}
