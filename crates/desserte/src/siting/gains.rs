//! What does each place gain by each site?
//!
//! A mean time, a coverage and a coverage that fades are one problem: a place starts from
//! what it has without any new site, and gains by the best of those that are opened. Of each
//! place the sites stand in the order of their gain, the best first and equals by column, so
//! that a search looks only at those better than what the place has.
//!
//! INVARIANT: gains are whole multiples of a power of two, so small a part of their sum that
//! every sum below is exact. So no sum depends on its order, and no search turns in a circle.

/// Of all gains together, a part below which they are rounded: 2^-44.
const FINENESS: i32 = 44;

/// Places that can gain, and by how much by which site.
#[derive(Clone, Debug)]
pub(super) struct Gains {
    /// Where the sites of each place begin, and at last where those of the last one end.
    offsets: Vec<usize>,
    sites: Vec<u32>,
    worth: Vec<f64>,
    /// By site: where its places begin in the next.
    of_site: Vec<usize>,
    /// The place, and the position of the site among those of the place.
    places: Vec<(u32, u32)>,
    unit: f64,
    is_whole: bool,
}

/// Collects the sites of one place after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct GainsBuilder {
    offsets: Vec<usize>,
    pairs: Vec<(u32, f64)>,
    /// The sum of the best gain of each place.
    most: f64,
}

impl GainsBuilder {
    /// Adds a place; one without a gain is left out.
    pub(super) fn push(&mut self, gains: impl Iterator<Item = (u32, f64)>) {
        let start = self.pairs.len();
        self.pairs.extend(gains.filter(|&(_, gain)| gain > 0.0));
        let row = &mut self.pairs[start..];
        if row.is_empty() {
            return;
        }
        row.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.most += row[0].1;
        self.offsets.push(start);
    }

    /// The whole, over so many columns.
    pub(super) fn finish(mut self, columns: usize) -> Gains {
        self.offsets.push(self.pairs.len());
        let unit = unit_of(self.most);
        let worth: Vec<f64> =
            self.pairs.iter().map(|&(_, gain)| (gain / unit).round() * unit).collect();
        let sites: Vec<u32> = self.pairs.iter().map(|&(site, _)| site).collect();
        let (of_site, places) = transposed(&self.offsets, &sites, columns);
        let is_whole = self.pairs.iter().all(|&(_, gain)| gain.fract() == 0.0);
        Gains { offsets: self.offsets, sites, worth, of_site, places, unit, is_whole }
    }
}

/// The largest power of two that is fine enough.
fn unit_of(most: f64) -> f64 {
    let exponent = if most > 0.0 { most.log2().ceil() as i32 } else { 0 };
    2.0_f64.powi((exponent - FINENESS).max(f64::MIN_EXP))
}

fn transposed(offsets: &[usize], sites: &[u32], columns: usize) -> (Vec<usize>, Vec<(u32, u32)>) {
    let mut starts = vec![0; columns + 1];
    for &site in sites {
        starts[site as usize + 1] += 1;
    }
    for column in 0..columns {
        starts[column + 1] += starts[column];
    }
    let (mut next, mut places) = (starts.clone(), vec![(0, 0); sites.len()]);
    for (place, range) in offsets.windows(2).enumerate() {
        for (position, &site) in sites[range[0]..range[1]].iter().enumerate() {
            let slot = &mut next[site as usize];
            places[*slot] = (place as u32, position as u32);
            *slot += 1;
        }
    }
    (starts, places)
}

impl Gains {
    /// How many places can gain.
    pub(super) fn places(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.of_site.len() - 1
    }

    /// The sites of a place and its gains by them, the best first.
    pub(super) fn place(&self, place: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[place]..self.offsets[place + 1];
        (&self.sites[range.clone()], &self.worth[range])
    }

    /// The places that gain by a site, and where it stands among the sites of each.
    pub(super) fn of_site(&self, site: u32) -> &[(u32, u32)] {
        &self.places[self.of_site[site as usize]..self.of_site[site as usize + 1]]
    }

    /// By how much at most the sum of the gains is wrong for having been rounded.
    pub(super) fn rounding(&self) -> f64 {
        self.unit * self.places() as f64
    }

    /// The same number, as a multiple of what gains are multiples of.
    pub(super) fn exact(&self, value: f64) -> f64 {
        (value / self.unit).floor() * self.unit
    }

    /// The most that a sum of gains can be, where it is known to be at most so much.
    pub(super) fn settled(&self, most: f64) -> f64 {
        // People come whole, and half a person more is none.
        if self.is_whole { (most + self.rounding()).floor() } else { most }
    }
}
