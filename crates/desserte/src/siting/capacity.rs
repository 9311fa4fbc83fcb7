//! Whom can sites serve that hold only so many?
//!
//! People of a place may be shared among sites. Whom some open sites serve together is a flow
//! from sites to places, and as sites are added it grows by paths along which people move from
//! a full site to one that has room. Each further site adds less, so that the greedy choice
//! looks again only at sites that may still be best; swaps follow. Prices of places bound it
//! from above: at them each site serves those who are worth most until it is full.

use super::{
    Instance,
    starts::{Clock, Dice, Effort, Found, best_of},
};

const STEPS: usize = 200;
const PATIENCE: usize = 15;
const ROUNDING: f64 = 1e-9;
/// Fewer people than this are a rounding.
const NOBODY: f64 = 1e-7;

/// Places, and whom each site may serve.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) people: Vec<f64>,
    /// The places near each site, by column.
    pub(super) of_site: Vec<Vec<u32>>,
    pub(super) capacity: Vec<f64>,
    pub(super) existing: Vec<u32>,
}

/// Who is served where.
#[derive(Clone, Debug)]
struct Flow<'a> {
    table: &'a Shared,
    sites: Vec<u32>,
    /// By slot: people of each of its places whom it serves.
    serves: Vec<Vec<f64>>,
    room: Vec<f64>,
    left: Vec<f64>,
    /// By place: the slots near it, and where it stands among their places.
    near: Vec<Vec<(u32, u32)>>,
    served: f64,
}

impl Shared {
    /// Whom a limit lets each site serve.
    pub(super) fn of(instance: &Instance<'_>, capacity: &[f64], within: f32) -> Self {
        let mut people = Vec::new();
        let mut of_site = vec![Vec::new(); instance.columns()];
        for row in instance.inhabited() {
            let place = people.len() as u32;
            let mut is_near = false;
            instance.minutes.visit_row(row, |column, minutes| {
                let is_site = instance.is_new(column) || instance.is_existing(column);
                if minutes <= within && is_site {
                    of_site[column].push(place);
                    is_near = true;
                }
            });
            if is_near {
                people.push(instance.demand[row]);
            }
        }
        let columns = 0..instance.columns() as u32;
        let existing = columns.filter(|&column| instance.is_existing(column as usize)).collect();
        Self { people, of_site, capacity: capacity.to_vec(), existing }
    }

    /// People whom those sites serve that are open already, and others.
    pub(super) fn served(&self, sites: &[u32]) -> f64 {
        Flow::new(self, &[self.existing.as_slice(), sites].concat()).served
    }

    /// The best choice of so many, required ones included.
    pub(super) fn solve(
        &self,
        instance: &Instance<'_>,
        count: usize,
        effort: &Effort,
        clock: &Clock<'_>,
    ) -> Found {
        let kept = [self.existing.as_slice(), &instance.required].concat();
        let free = count - instance.required.len();
        best_of(0..effort.starts.clamp(1, 8), clock, |start| {
            let mut dice = Dice::of(effort.seed, start);
            let others = match start {
                0 if effort.warm.len() == free => effort.warm.clone(),
                0 => Vec::new(),
                _ => dice.some(&instance.pickable, free / 2),
            };
            let open = [kept.as_slice(), &others].concat();
            let mut flow = self.greedy(&open, &instance.pickable, kept.len() + free);
            flow = self.improve(flow, &instance.pickable, kept.len(), clock);
            let mut sites = flow.sites[self.existing.len()..].to_vec();
            sites.sort_unstable();
            Found { worth: flow.served, sites }
        })
    }

    /// Opens sites until everybody is served whom they can serve; the required are open.
    pub(super) fn cover(&self, instance: &Instance<'_>) -> Vec<u32> {
        let kept = [self.existing.as_slice(), &instance.required].concat();
        let flow = self.greedy(&kept, &instance.pickable, usize::MAX);
        let mut sites = flow.sites[self.existing.len()..].to_vec();
        let whole = flow.served;
        for at in (instance.required.len()..sites.len()).rev() {
            let mut fewer = sites.clone();
            fewer.remove(at);
            if self.served(&fewer) >= whole - NOBODY {
                sites = fewer;
            }
        }
        sites.sort_unstable();
        sites
    }

    fn greedy(&self, open: &[u32], among: &[u32], limit: usize) -> Flow<'_> {
        let mut flow = Flow::new(self, open);
        let could = |site: u32| {
            let near: f64 =
                self.of_site[site as usize].iter().map(|&place| self.people[place as usize]).sum();
            near.min(self.capacity[site as usize])
        };
        // What a site adds falls as others open: a former figure is an upper bound.
        let mut waiting: Vec<(f64, u32)> = among
            .iter()
            .filter(|site| !open.contains(site))
            .map(|&site| (could(site), site))
            .collect();
        while flow.sites.len() < limit {
            let mut best: Option<(f64, u32)> = None;
            waiting.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (bound, site) in &mut waiting {
                if best.is_some_and(|(most, _)| *bound <= most) {
                    break;
                }
                let mut tried = flow.clone();
                tried.open(*site);
                *bound = tried.served - flow.served;
                if best.is_none_or(|(most, first)| (-*bound, *site) < (-most, first)) {
                    best = Some((*bound, *site));
                }
            }
            let Some((adds, site)) = best else { break };
            if limit == usize::MAX && adds <= NOBODY {
                break;
            }
            flow.open(site);
            waiting.retain(|&(_, other)| other != site);
        }
        flow
    }

    /// Takes the first swap that serves more, until there is none.
    fn improve<'a>(
        &'a self,
        mut flow: Flow<'a>,
        among: &[u32],
        kept: usize,
        clock: &Clock<'_>,
    ) -> Flow<'a> {
        let mut slot = kept;
        let mut waited = 0;
        while flow.sites.len() > kept && waited < flow.sites.len() - kept {
            let mut others = flow.sites.clone();
            let closed = others.remove(slot);
            let without = Flow::new(self, &others);
            let missing = flow.served - without.served;
            let mut better = None;
            for &site in among.iter().filter(|site| !flow.sites.contains(site)) {
                // It cannot serve more than it holds.
                if self.capacity[site as usize] <= missing + NOBODY || site == closed {
                    continue;
                }
                let mut tried = without.clone();
                tried.open(site);
                if tried.served > flow.served + NOBODY {
                    better = Some(tried);
                    break;
                }
                if clock.is_over() {
                    return flow;
                }
            }
            match better {
                Some(found) => (flow, waited) = (found, 0),
                None => waited += 1,
            }
            slot = if slot + 1 >= flow.sites.len() { kept } else { slot + 1 };
        }
        flow
    }

    /// No choice of so many serves more.
    pub(super) fn most(
        &self,
        instance: &Instance<'_>,
        (count, worth): (usize, f64),
        clock: &Clock<'_>,
    ) -> f64 {
        let mut prices = vec![0.5_f64; self.people.len()];
        let (mut best, mut pace, mut waited) = (f64::INFINITY, 1.0, 0);
        for _ in 0..STEPS {
            let (most, served) = self.dual(instance, &prices, count);
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
            // By how much more a place is served than it has people.
            let slack: Vec<f64> =
                self.people.iter().zip(&served).map(|(people, served)| people - served).collect();
            let norm: f64 = slack.iter().map(|slack| slack * slack).sum();
            if norm == 0.0 {
                break;
            }
            let step = pace * (most - worth).max(best * 1e-6) / norm;
            for (price, slack) in prices.iter_mut().zip(&slack) {
                *price = (*price - step * slack).clamp(0.0, 1.0);
            }
        }
        best * (1.0 + ROUNDING)
    }

    /// What the prices allow, and whom the best sites would serve at them.
    fn dual(&self, instance: &Instance<'_>, prices: &[f64], count: usize) -> (f64, Vec<f64>) {
        let mut sum: f64 = prices.iter().zip(&self.people).map(|(a, b)| a * b).sum();
        let worth = |site: u32| {
            let mut worth = 0.0;
            self.fill(site, prices, |place, people| worth += (1.0 - prices[place]) * people);
            worth
        };
        let mut left: Vec<(f64, u32)> =
            instance.pickable.iter().map(|&site| (worth(site), site)).collect();
        left.sort_by(|a, b| b.0.total_cmp(&a.0));
        left.truncate(count - instance.required.len());
        let open = self.existing.iter().chain(&instance.required).copied();
        let mut served = vec![0.0; self.people.len()];
        for site in open.chain(left.iter().map(|&(_, site)| site)) {
            sum += worth(site);
            self.fill(site, prices, |place, people| served[place] += people);
        }
        (sum, served)
    }

    /// Whom a site serves at these prices: the cheapest first, until it is full.
    fn fill(&self, site: u32, prices: &[f64], mut serve: impl FnMut(usize, f64)) {
        let mut near = self.of_site[site as usize].clone();
        near.sort_by(|&a, &b| prices[a as usize].total_cmp(&prices[b as usize]));
        let mut room = self.capacity[site as usize];
        for place in near.into_iter().map(|place| place as usize) {
            let people = self.people[place].min(room);
            if people <= 0.0 || prices[place] >= 1.0 {
                break;
            }
            serve(place, people);
            room -= people;
        }
    }
}

impl<'a> Flow<'a> {
    fn new(table: &'a Shared, sites: &[u32]) -> Self {
        let mut made = Self {
            table,
            sites: Vec::new(),
            serves: Vec::new(),
            room: Vec::new(),
            left: table.people.clone(),
            near: vec![Vec::new(); table.people.len()],
            served: 0.0,
        };
        for &site in sites {
            made.open(site);
        }
        made
    }

    /// Opens a site and serves whom it can, itself or by taking from others.
    fn open(&mut self, site: u32) {
        let (slot, near) = (self.sites.len() as u32, &self.table.of_site[site as usize]);
        for (at, &place) in near.iter().enumerate() {
            self.near[place as usize].push((slot, at as u32));
        }
        self.sites.push(site);
        self.serves.push(vec![0.0; near.len()]);
        self.room.push(self.table.capacity[site as usize]);
        while self.room[slot as usize] > NOBODY && self.augment(slot as usize) {}
    }

    /// Serves more by one path from a site with room to a place with somebody left.
    ///
    /// A site takes over people of a place from a site that serves them, which has room then.
    fn augment(&mut self, from: usize) -> bool {
        let mut came: Vec<Option<(usize, u32, u32)>> = vec![None; self.sites.len()];
        let (mut queue, mut is_met) = (vec![from], vec![false; self.left.len()]);
        let mut next = 0;
        while next < queue.len() {
            let slot = queue[next];
            next += 1;
            for (at, &place) in self.table.of_site[self.sites[slot] as usize].iter().enumerate() {
                if std::mem::replace(&mut is_met[place as usize], true) {
                    continue;
                }
                if self.left[place as usize] > NOBODY {
                    self.push(from, slot, at, &came);
                    return true;
                }
                for &(other, position) in &self.near[place as usize] {
                    let other = other as usize;
                    let takes = self.serves[other][position as usize] > NOBODY;
                    if other != from && came[other].is_none() && takes {
                        came[other] = Some((slot, at as u32, position));
                        queue.push(other);
                    }
                }
            }
        }
        false
    }

    /// Moves as many people along the path as all of it allows.
    fn push(&mut self, from: usize, last: usize, at: usize, came: &[Option<(usize, u32, u32)>]) {
        let place = self.table.of_site[self.sites[last] as usize][at] as usize;
        let mut people = self.left[place].min(self.room[from]);
        let mut slot = last;
        while let Some((before, _, position)) = came[slot] {
            people = people.min(self.serves[slot][position as usize]);
            slot = before;
        }
        self.serves[last][at] += people;
        self.left[place] -= people;
        let mut slot = last;
        while let Some((before, taken, position)) = came[slot] {
            self.serves[slot][position as usize] -= people;
            self.serves[before][taken as usize] += people;
            slot = before;
        }
        self.room[from] -= people;
        self.served += people;
    }
}
