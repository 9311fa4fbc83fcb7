//! How much care is within reach, whoever else may need it?
//!
//! # References
//!
//! Hansen, W. G. (1959). How accessibility shapes land use. *Journal of the
//! American Institute of Planners* 25(2), 73-76.

use super::{Decay, IndicatorError, MinuteTable, check_amounts};

/// Supply of all columns, each weighted by its time: `Σ_j supply_j w(t_ij)`.
///
/// With [`Decay::binary`] cumulative opportunities, else a gravity measure.
///
/// # Errors
///
/// Where the supply is negative or no number, or not one a column.
pub fn accessibility(
    minutes: MinuteTable<'_>,
    supply: &[f64],
    decay: &Decay,
) -> Result<Vec<f64>, IndicatorError> {
    check_amounts("supply", supply, (minutes.columns(), "columns"))?;
    Ok(minutes.each_row(|_, row| row.weighted_sum(decay, None, supply)))
}
