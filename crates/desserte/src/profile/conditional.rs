//! Which value of a conditional tag holds at the moment of departure?
//!
//! `no @ (Mo-Fr 07:00-09:00; Sa 10:00-12:00); destination @ (Nov-May)` is a
//! list of values, each with the condition under which it holds; of those that
//! hold the last counts. A condition that is not understood does not hold: the
//! tag without a condition is then the safest reading.

use super::departure::{Moment, Season};
use super::hours;
use super::vehicle;

/// The end of the keys whose values have conditions.
const SUFFIX: &str = ":conditional";

/// A tag as it holds now: its key without the suffix, its value, and whether it had a condition.
pub(super) fn read<'a>(
    (key, value): (&'a str, &'a str),
    moment: &Moment<'_>,
) -> Option<(&'a str, &'a str, bool)> {
    match key.strip_suffix(SUFFIX) {
        None => Some((key, value, false)),
        Some(stem) => resolve(value, moment).map(|value| (stem, value, true)),
    }
}

/// The value that holds; `None` where none does.
pub(super) fn resolve<'a>(text: &'a str, moment: &Moment<'_>) -> Option<&'a str> {
    let mut rest = text;
    let mut found = None;
    while !rest.is_empty() {
        let (alternative, after) = split_alternative(rest);
        rest = after;
        let Some((value, condition)) = alternative.split_once('@') else { continue };
        if holds(without_parentheses(condition.trim()), moment) {
            found = Some(value.trim());
        }
    }
    found
}

/// Cuts at the first semicolon that stands in no parenthesis.
fn split_alternative(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn without_parentheses(text: &str) -> &str {
    text.strip_prefix('(').map_or(text, |inner| inner.strip_suffix(')').unwrap_or(inner)).trim()
}

/// Whether every part of `a AND b AND c` holds.
fn holds(condition: &str, moment: &Moment<'_>) -> bool {
    let mut words = condition;
    loop {
        let (part, rest) = split_and(words);
        if !part_holds(part.trim(), moment) {
            return false;
        }
        match rest {
            Some(rest) => words = rest,
            None => return true,
        }
    }
}

fn split_and(text: &str) -> (&str, Option<&str>) {
    for word in [" AND ", " and ", " And "] {
        if let Some((part, rest)) = text.split_once(word) {
            return (part, Some(rest));
        }
    }
    (text, None)
}

fn part_holds(part: &str, moment: &Moment<'_>) -> bool {
    match part {
        "snow" | "ice" => moment.season == Season::Winter,
        _ if part.contains(['<', '>']) => is_so_large(part, moment).unwrap_or(false),
        _ => hours::hold(part, moment),
    }
}

/// `weight>3.5` and its like, said of the profile's vehicle.
fn is_so_large(part: &str, moment: &Moment<'_>) -> Option<bool> {
    let (what, rest) = part.split_at(part.find(['<', '>'])?);
    let (sign, rest) = rest.split_at(1);
    let (is_inclusive, bound) = match rest.strip_prefix('=') {
        Some(bound) => (true, bound),
        None => (false, rest),
    };
    let size = moment.vehicle?.size(what.trim())?;
    let bound = vehicle::quantity(bound)?;
    let is_beyond = if sign == ">" { size > bound } else { size < bound };
    Some(is_beyond || (is_inclusive && (size - bound).abs() < f64::EPSILON))
}
