//! How short can the longest trip be?
//!
//! The p-centre (Minieka 1970): the longest trip is one of the times in the table, and so many
//! sites keep it within a limit if they cover everybody within it. Halving finds the shortest
//! limit for which a cover was found, and the longest for which there is none.

use super::{
    Instance,
    cover::Cover,
    starts::{Clock, Effort},
};

/// Sites, and between which times the shortest limit lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Centre {
    /// Those found, within the limit `minutes`; none where nothing covers everybody.
    pub(super) sites: Option<Vec<u32>>,
    pub(super) minutes: f32,
    /// No sites do with less.
    pub(super) least: f32,
}

/// The sites of a row by time, and the time to its nearest site that is open already.
type Near = (Vec<(u32, f32)>, Option<f32>);

/// Whom each row has near, in order of time, and its nearest site that is open already.
#[derive(Debug)]
pub(super) struct Ranked {
    rows: Vec<Near>,
    required: Vec<u32>,
    columns: usize,
    /// Every limit that may be the answer, shortest first.
    pub(super) limits: Vec<f32>,
}

impl Ranked {
    /// Rows with people and with a time to some site.
    pub(super) fn of(instance: &Instance<'_>) -> Self {
        let mut rows = Vec::new();
        let (mut sites, mut limits) = (Vec::new(), Vec::new());
        for row in instance.inhabited() {
            let open = instance.row(row, &mut sites);
            if sites.is_empty() && open.is_none() {
                continue;
            }
            sites.sort_by(|a, b| a.1.total_cmp(&b.1));
            limits.extend(sites.iter().map(|&(_, minutes)| minutes).chain(open));
            rows.push((sites.clone(), open));
        }
        limits.sort_unstable_by(f32::total_cmp);
        limits.dedup();
        // Nobody is nearer than to the nearest.
        let nearest = |(sites, open): &Near| {
            let first = sites.first().map_or(f32::INFINITY, |&(_, minutes)| minutes);
            open.unwrap_or(f32::INFINITY).min(first)
        };
        let least = rows.iter().map(nearest).fold(0.0, f32::max);
        limits.retain(|&limit| limit >= least);
        let (required, columns) = (instance.required.clone(), instance.columns());
        Self { rows, required, columns, limits }
    }

    /// What is to be covered within a limit.
    pub(super) fn cover(&self, limit: f32) -> Cover {
        let near = |(sites, open): &Near| {
            if open.is_some_and(|open| open <= limit) {
                return None;
            }
            let within = sites.partition_point(|&(_, minutes)| minutes <= limit);
            let mut near: Vec<u32> = sites[..within].iter().map(|&(site, _)| site).collect();
            near.sort_unstable();
            Some(near)
        };
        let rows = self.rows.iter().filter_map(near).collect();
        Cover::new(rows, &self.required, self.columns)
    }

    /// The shortest limit that so many sites keep.
    pub(super) fn solve(&self, count: usize, effort: &Effort, clock: &Clock<'_>) -> Centre {
        let free = count - self.required.len();
        // Limits below `low` are refuted, the one at `high` is kept, by `sites`.
        let (mut low, mut high, mut sites) = (0, self.limits.len(), None);
        let mut unsure = Vec::new();
        while low < high && !clock.is_over() {
            let middle = usize::midpoint(low, high);
            let found = self.cover(self.limits[middle]).solve(Some(free), effort, clock);
            if found.sites.len() <= free {
                (high, sites) = (middle, Some(found.sites));
            } else if found.least > free {
                low = middle + 1;
            } else {
                // Neither: what is above may be kept, what is below refuted.
                unsure.push(middle);
                break;
            }
        }
        if let Some(&middle) = unsure.first() {
            (high, sites) = self.kept(middle + 1, (high, sites), free, (effort, clock));
            low = self.refuted(low, middle, free, (effort, clock));
        }
        if sites.is_none() && high > 0 && clock.is_over() {
            // No limit was tried in time: the longest is the easiest.
            high -= 1;
            let found = self.cover(self.limits[high]).solve(Some(free), effort, clock);
            sites = (found.sites.len() <= free).then_some(found.sites);
        }
        let limit = |at: usize| self.limits.get(at).copied().unwrap_or(f32::INFINITY);
        let minutes = if sites.is_some() { limit(high) } else { f32::INFINITY };
        Centre { sites, minutes, least: limit(low) }
    }

    /// The shortest limit from `low` on for which a cover is found.
    fn kept(
        &self,
        mut low: usize,
        best: (usize, Option<Vec<u32>>),
        free: usize,
        (effort, clock): (&Effort, &Clock<'_>),
    ) -> (usize, Option<Vec<u32>>) {
        let (mut high, mut sites) = best;
        while low < high && !clock.is_over() {
            let middle = usize::midpoint(low, high);
            let found = self.cover(self.limits[middle]).solve(Some(free), effort, clock);
            if found.sites.len() <= free {
                (high, sites) = (middle, Some(found.sites));
            } else {
                low = middle + 1;
            }
        }
        (high, sites)
    }

    /// The first limit up to `high` that is not refuted.
    fn refuted(
        &self,
        mut low: usize,
        mut high: usize,
        free: usize,
        (effort, clock): (&Effort, &Clock<'_>),
    ) -> usize {
        while low < high && !clock.is_over() {
            let middle = usize::midpoint(low, high);
            let found = self.cover(self.limits[middle]).solve(Some(free), effort, clock);
            if found.least > free {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
