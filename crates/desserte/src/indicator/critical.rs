//! What is lost where one site closes?
//!
//! Each site in turn, the others staying. Only the nearest and the second nearest of a
//! place tell what it loses, and only the number within a limit whether it was the last
//! choice: one look at each row answers for all sites.

use std::cmp::Ordering;

use super::{IndicatorError, MinuteTable, check_amounts, near::limit, row::Row};

/// What the people lose by each column, were it not there; a number a column each.
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    /// People whose nearest it is; of several as near, the first.
    pub nearest: Vec<f64>,
    /// Minutes that they would travel longer, all people together; of those who have another.
    pub person_minutes: Vec<f64>,
    /// People who have no other within the limit, but have this one.
    pub last_choice: Vec<f64>,
    /// People who have no time to any other.
    pub without_time: Vec<f64>,
}

/// Removes each column in turn.
///
/// # Errors
///
/// Where people are negative or no number, or not one number a row, or the limit is
/// negative or no number.
pub fn criticality(
    minutes: MinuteTable<'_>,
    demand: &[f64],
    within: f64,
) -> Result<Losses, IndicatorError> {
    check_amounts("demand", demand, (minutes.rows(), "rows"))?;
    let (limit, columns) = (limit(within)?, minutes.columns());
    let mut sums = minutes.sum_rows(4 * columns, |row, times, sums| {
        let (Some(first), second) = first_two(times) else { return };
        let people = demand[row];
        sums[first.0] += people;
        match second {
            Some(second) => sums[columns + first.0] += people * f64::from(second.1 - first.1),
            None => sums[3 * columns + first.0] += people,
        }
        if first.1 <= limit && second.is_none_or(|second| second.1 > limit) {
            sums[2 * columns + first.0] += people;
        }
    });
    let without_time = sums.split_off(3 * columns);
    let last_choice = sums.split_off(2 * columns);
    let person_minutes = sums.split_off(columns);
    Ok(Losses { nearest: sums, person_minutes, last_choice, without_time })
}

/// The nearest column among some, with its minutes; none where a row has no time to any of them.
///
/// # Errors
///
/// Where there is not one answer a column.
pub fn nearest_among(
    minutes: MinuteTable<'_>,
    among: &[bool],
) -> Result<Vec<Option<(usize, f32)>>, IndicatorError> {
    let (given, wanted) = (among.len(), minutes.columns());
    if given != wanted {
        return Err(IndicatorError::Length { what: "among", given, wanted, side: "columns" });
    }
    Ok(minutes.each_row(|_, row| {
        let mut least: Option<(usize, f32)> = None;
        row.each(|column, time| {
            if among[column] && is_before((column, time), least) {
                least = Some((column, time));
            }
        });
        least
    }))
}

type Found = Option<(usize, f32)>;

fn first_two(row: Row<'_>) -> (Found, Found) {
    let (mut first, mut second) = (None, None);
    row.each(|column, time| {
        if is_before((column, time), first) {
            second = first;
            first = Some((column, time));
        } else if is_before((column, time), second) {
            second = Some((column, time));
        }
    });
    (first, second)
}

/// Whether a column is nearer than another, or as near and stands before it.
fn is_before((column, time): (usize, f32), other: Found) -> bool {
    match other {
        None => !time.is_nan(),
        Some((at, least)) => match time.partial_cmp(&least) {
            Some(Ordering::Equal) => column < at,
            order => order == Some(Ordering::Less),
        },
    }
}
