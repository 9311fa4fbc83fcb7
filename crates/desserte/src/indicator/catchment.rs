//! How much care is within reach, once all who reach it have their share?
//!
//! Each supply is divided among the people within its reach, nearer ones
//! weighing more; each place then adds up the ratios it reaches. The French APL
//! is the two-step form with the steps of DREES and a standardised population.
//! What is handed out is what there is: demand times access sums to the supply
//! that anybody reaches. In two steps each site hands out its own, whatever the others
//! do: what an opening adds or a departure takes away is the access to that site alone,
//! and is found by looking at its column. In three steps people choose among the sites
//! there are, those that offer something: an opening draws them from the others.
//!
//! # References
//!
//! Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area
//! (E2SFCA) method. *Health & Place* 15(4), 1100-1107.
//!
//! Wan, N., Zou, B. and Sternberg, T. (2012). A three-step floating catchment area
//! method for analyzing spatial access to health services. *International Journal
//! of Geographical Information Science* 26(6), 1073-1089. The weight by which a
//! place chooses among sites is here the decay of the catchment itself.

use super::{Decay, IndicatorError, MinuteTable, check_amounts, row::Few};

/// Whether a place that has much within reach asks less of each site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// Every place asks all sites within its reach in full.
    #[default]
    TwoStep,
    /// Every place divides its demand among the sites within its reach that offer
    /// something, by their weights.
    ThreeStep,
}

/// What each place can count on, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Catchments {
    /// Supply per head of demand, a row.
    pub access: Vec<f64>,
    /// Supply by weighted demand of each column; 0 where nobody reaches it.
    pub ratios: Vec<f64>,
    /// Demand that weighs upon each column; 0 where there is nothing to share.
    pub weighted_demand: Vec<f64>,
}

/// Shares each supply among the demand that reaches it.
///
/// # Errors
///
/// Where demand or supply are negative or no number, or not one a row and one a
/// column; where the demand upon a supply is so small that their ratio overflows.
pub fn catchments(
    minutes: MinuteTable<'_>,
    demand: &[f64],
    supply: &[f64],
    decay: &Decay,
    variant: Variant,
) -> Result<Catchments, IndicatorError> {
    check_amounts("demand", demand, (minutes.rows(), "rows"))?;
    check_amounts("supply", supply, (minutes.columns(), "columns"))?;
    let shares = shares(minutes, supply, decay, variant);
    let few = if variant == Variant::TwoStep { Few::of(supply) } else { None };
    let share = |row: usize| shares.as_ref().map(|shares| shares[row]);
    let weighted_demand = minutes.sum_rows(minutes.columns(), |row, times, sums| {
        let people = demand[row];
        match &few {
            _ if people == 0.0 => (),
            None => times.add_people(decay, share(row), people, sums),
            Some(few) => {
                times.each_of(few, |column, time| sums[column] += people * decay.weight(time));
            }
        }
    });
    // What nobody offers nobody asks for, whichever way the sums were made.
    let offered = weighted_demand.into_iter().zip(supply);
    let weighted_demand: Vec<f64> =
        offered.map(|(demand, &supply)| if supply > 0.0 { demand } else { 0.0 }).collect();
    let ratios = ratios(supply, &weighted_demand)?;
    let access = minutes.each_row(|row, times| match &few {
        None => times.weighted_sum(decay, share(row), &ratios),
        Some(few) => {
            let mut access = 0.0;
            times.each_of(few, |column, time| access += ratios[column] * decay.weight(time));
            access
        }
    });
    Ok(Catchments { access, ratios, weighted_demand })
}

/// For the third step: the sum of the weights of each row, over the columns that offer something.
fn shares(
    minutes: MinuteTable<'_>,
    supply: &[f64],
    decay: &Decay,
    variant: Variant,
) -> Option<Vec<f64>> {
    // Nobody chooses a site that has closed, though its times are still in the table.
    (variant == Variant::ThreeStep).then(|| {
        let sites: Vec<f64> =
            supply.iter().map(|&supply| if supply > 0.0 { 1.0 } else { 0.0 }).collect();
        minutes.each_row(|_, times| times.weighted_sum(decay, None, &sites))
    })
}

fn ratios(supply: &[f64], demand: &[f64]) -> Result<Vec<f64>, IndicatorError> {
    let ratio = |(column, (&supply, &demand)): (usize, (&f64, &f64))| {
        let ratio = if demand > 0.0 { supply / demand } else { 0.0 };
        if ratio.is_finite() { Ok(ratio) } else { Err(IndicatorError::TooThin { column, demand }) }
    };
    supply.iter().zip(demand).enumerate().map(ratio).collect()
}
