//! What is within reach of one place, and what does it weigh?
//!
//! A row of a table of minutes: all columns in their order, or only those that
//! have a time. Weights are made some hundreds at a time, in loops without a branch,
//! so that a row costs little more than reading it.

use super::Decay;

const CHUNK: usize = 256;
/// A column picked out costs as much as so many in a row.
const ONE_IN: usize = 16;
const LANES: usize = 8;

/// A few of the columns.
#[derive(Debug)]
pub(super) struct Few {
    columns: Vec<usize>,
    is_one: Vec<bool>,
}

impl Few {
    /// Those that have an amount, where they are so few that it pays to pick them out.
    pub(super) fn of(amounts: &[f64]) -> Option<Self> {
        let is_one: Vec<bool> = amounts.iter().map(|&amount| amount > 0.0).collect();
        let columns: Vec<usize> = (0..is_one.len()).filter(|&column| is_one[column]).collect();
        (columns.len() <= is_one.len() / ONE_IN).then_some(Self { columns, is_one })
    }
}

/// The minutes of one row; NaN where there is no time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    /// Which column each of the minutes is of; all columns in their order where there is none.
    pub(super) columns: Option<&'a [u32]>,
    pub(super) minutes: &'a [f32],
}

impl Row<'_> {
    /// Each column with its minutes.
    pub(super) fn each(self, mut visit: impl FnMut(usize, f32)) {
        match self.columns {
            None => self.minutes.iter().enumerate().for_each(|(at, &time)| visit(at, time)),
            Some(columns) => {
                let pairs = columns.iter().zip(self.minutes);
                pairs.for_each(|(&column, &time)| visit(column as usize, time));
            }
        }
    }

    /// Some columns with their minutes.
    pub(super) fn each_of(self, few: &Few, mut visit: impl FnMut(usize, f32)) {
        match self.columns {
            None => few.columns.iter().for_each(|&column| visit(column, self.minutes[column])),
            Some(_) => self.each(|column, time| {
                if few.is_one[column] {
                    visit(column, time);
                }
            }),
        }
    }

    /// The shortest of the minutes; NaN where there is none.
    pub(super) fn shortest(self) -> f32 {
        let mut least = [f32::INFINITY; LANES];
        let (whole, rest) = self.minutes.as_chunks::<LANES>();
        for times in whole.iter().map(<[f32; LANES]>::as_slice).chain([rest]) {
            for (least, &time) in least.iter_mut().zip(times) {
                // NaN is not below anything.
                *least = if time < *least { time } else { *least };
            }
        }
        let least = least.into_iter().fold(f32::INFINITY, f32::min);
        if least.is_finite() { least } else { f32::NAN }
    }

    /// How many of the minutes are within a limit, inclusive.
    pub(super) fn within(self, limit: f32) -> u32 {
        self.minutes.iter().map(|&time| u32::from(time <= limit)).sum()
    }

    /// The values of all columns, each by its weight.
    pub(super) fn weighted_sum(self, decay: &Decay, share: Option<f64>, values: &[f64]) -> f64 {
        let mut sums = [0.0; LANES];
        self.each_chunk(decay, share, |at, weights| match self.columns {
            None => {
                let values = &values[at..at + weights.len()];
                for (weights, values) in weights.chunks(LANES).zip(values.chunks(LANES)) {
                    let products = weights.iter().zip(values).map(|(weight, value)| weight * value);
                    sums.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
                }
            }
            Some(columns) => {
                let columns = &columns[at..at + weights.len()];
                for (lane, (&column, weight)) in columns.iter().zip(weights).enumerate() {
                    sums[lane % LANES] += weight * values[column as usize];
                }
            }
        });
        sums.iter().sum()
    }

    /// Adds so many people to each column, by its weight.
    pub(super) fn add_people(
        self,
        decay: &Decay,
        share: Option<f64>,
        people: f64,
        sums: &mut [f64],
    ) {
        self.each_chunk(decay, share, |at, weights| match self.columns {
            None => {
                let sums = sums[at..at + weights.len()].iter_mut();
                sums.zip(weights).for_each(|(sum, weight)| *sum += people * weight);
            }
            Some(columns) => {
                let columns = &columns[at..at + weights.len()];
                for (&column, weight) in columns.iter().zip(weights) {
                    sums[column as usize] += people * weight;
                }
            }
        });
    }

    /// Weights chunk by chunk, with the position in the row at which each chunk begins.
    ///
    /// With a share, the sum of the weights to choose among, each column gets the part of them
    /// that it is chosen with: `w²/share`.
    fn each_chunk(self, decay: &Decay, share: Option<f64>, mut visit: impl FnMut(usize, &[f64])) {
        let mut weights = [0.0; CHUNK];
        for (chunk, times) in self.minutes.chunks(CHUNK).enumerate() {
            let weights = &mut weights[..times.len()];
            decay.weigh(times, weights);
            if let Some(share) = share.filter(|&share| share > 0.0) {
                for weight in weights.iter_mut() {
                    *weight *= *weight / share;
                }
            }
            visit(chunk * CHUNK, weights);
        }
    }
}
