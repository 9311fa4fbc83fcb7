//! How far is the nearest, how many are near, and how many people is that?

use super::{IndicatorError, MinuteTable, check_amounts, row::Row};

/// Minutes to the `k`-th nearest column of each row; NaN where fewer than `k` have a time.
///
/// # Errors
///
/// Where `k` is 0.
pub fn time_to_nearest(minutes: MinuteTable<'_>, k: usize) -> Result<Vec<f32>, IndicatorError> {
    if k == 0 {
        let (what, wanted) = ("k", "1 for the nearest, 2 for the next");
        return Err(IndicatorError::Parameter { what, value: 0.0, wanted });
    }
    Ok(minutes.each_row(|_, row| kth(row, k)))
}

/// How many columns each row has within so many minutes, inclusive.
///
/// # Errors
///
/// Where the limit is negative or no number.
pub fn choices(minutes: MinuteTable<'_>, within: f64) -> Result<Vec<u32>, IndicatorError> {
    let within = limit(within)?;
    Ok(minutes.each_row(|_, row| row.within(within)))
}

/// People of each group whose nearest column is within each limit, inclusive.
///
/// `demand` has the people of a row in every group, row by row. The answer has a
/// number a group for the first limit, then for the next.
///
/// # Errors
///
/// Where people are negative or no number, or not as many as rows and groups,
/// or a limit is negative or no number.
pub fn coverage(
    minutes: MinuteTable<'_>,
    demand: &[f64],
    groups: usize,
    within: &[f64],
) -> Result<Vec<f64>, IndicatorError> {
    let wanted = minutes.rows().saturating_mul(groups);
    check_amounts("demand", demand, (wanted, "rows and groups"))?;
    let limits = within.iter().copied().map(limit).collect::<Result<Vec<_>, _>>()?;
    Ok(minutes.sum_rows(limits.len() * groups, |row, times, sums| {
        let nearest = times.shortest();
        let people = &demand[row * groups..(row + 1) * groups];
        for (at, _) in limits.iter().enumerate().filter(|&(_, &limit)| nearest <= limit) {
            let covered = &mut sums[at * groups..(at + 1) * groups];
            covered.iter_mut().zip(people).for_each(|(sum, people)| *sum += people);
        }
    }))
}

/// A limit as minutes are kept, so that a time of 20.1 minutes is within 20.1.
pub(crate) fn limit(within: f64) -> Result<f32, IndicatorError> {
    if (within as f32).is_finite() && within >= 0.0 {
        return Ok(within as f32);
    }
    let (what, wanted) = ("a limit in minutes", "a finite number, 0 or more");
    Err(IndicatorError::Parameter { what, value: within, wanted })
}

fn kth(row: Row<'_>, k: usize) -> f32 {
    if k == 1 {
        return row.shortest();
    }
    let mut times: Vec<f32> = row.minutes.iter().copied().filter(|time| !time.is_nan()).collect();
    if times.len() < k {
        return f32::NAN;
    }
    *times.select_nth_unstable_by(k - 1, f32::total_cmp).1
}
