//! When one leaves: the hour, the day, and whether winter has closed the passes.
//!
//! Tags that hold at certain times are read at one moment, which belongs to the
//! study; time does not pass during a trip.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::vehicle::Vehicle;

/// An hour of a day, as its place counts it.
///
/// ```
/// use desserte::profile::Departure;
///
/// let tuesday: Departure = "2025-10-07T10:00".parse().unwrap();
/// assert_eq!(tuesday.to_string(), "2025-10-07T10:00");
/// assert!("tomorrow".parse::<Departure>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Departure {
    year: u16,
    month: u8,
    day: u8,
    /// Minute of the day.
    minute: u16,
}

/// Whether winter has closed what it closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Season {
    /// The season of the departure's own date.
    #[default]
    Normal,
    /// Passes are closed, tracks are not cleared of snow.
    Winter,
}

impl FromStr for Departure {
    type Err = ProfileError;

    /// Reads `2025-10-07T10:00`; a space may stand for the T, and seconds may follow.
    fn from_str(text: &str) -> Result<Self, ProfileError> {
        parse(text).ok_or_else(|| ProfileError::Departure { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<Departure> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let [year, month, day] = numbers(date, '-')?[..] else { return None };
    let ([hour, minute] | [hour, minute, 0..=59]) = numbers(time, ':')?[..] else { return None };
    let is_sound = (1900..=2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60;
    is_sound.then_some(Departure {
        year,
        month: month as u8,
        day: day as u8,
        minute: hour * 60 + minute,
    })
}

fn numbers(text: &str, separator: char) -> Option<Vec<u16>> {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.split(separator).map(|part| Some(part).filter(is_number)?.parse().ok()).collect()
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

impl TryFrom<String> for Departure {
    type Error = ProfileError;

    fn try_from(text: String) -> Result<Self, ProfileError> {
        text.parse()
    }
}

impl From<Departure> for String {
    fn from(departure: Departure) -> Self {
        departure.to_string()
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, minute } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}", minute / 60, minute % 60)
    }
}

/// The moment at which tags are read, and who reads them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'a> {
    pub(super) departure: Departure,
    pub(super) season: Season,
    pub(super) vehicle: Option<&'a Vehicle>,
}

impl Moment<'_> {
    /// Minute of the day.
    pub(super) const fn minute(&self) -> u16 {
        self.departure.minute
    }

    pub(super) const fn date(&self) -> (u16, u8, u8) {
        (self.departure.year, self.departure.month, self.departure.day)
    }

    /// Month and day by which seasons are judged: in winter, that of the
    /// departure if it is winter then, and else the middle of January.
    pub(super) const fn month_and_day(&self) -> (u8, u8) {
        match (self.season, self.departure.month) {
            (Season::Winter, 3..=11) => (1, 15),
            (_, month) => (month, self.departure.day),
        }
    }

    /// Day of the week, Monday being 0.
    ///
    /// # References
    ///
    /// Sakamoto's method, as in T. Sakamoto, comp.lang.c, 1993.
    pub(super) fn weekday(&self) -> u8 {
        const SHIFT: [u32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let Departure { year, month, day, .. } = self.departure;
        let year = u32::from(year) - u32::from(month < 3);
        let shift = SHIFT[usize::from(month) - 1];
        let from_sunday = (year + year / 4 - year / 100 + year / 400 + shift + u32::from(day)) % 7;
        ((from_sunday + 6) % 7) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_week_is_known() {
        for (text, weekday) in [
            ("2025-10-07T10:00", 1),
            ("2024-02-29 00:00", 3),
            ("2000-01-01T23:59:59", 5),
            ("1999-12-26T12:00", 6),
        ] {
            let departure = text.parse().unwrap();
            let moment = Moment { departure, season: Season::Normal, vehicle: None };
            assert_eq!(moment.weekday(), weekday, "{text}");
        }
    }

    #[test]
    fn what_is_no_hour_of_a_day_is_refused() {
        for text in [
            "",
            "2025-02-29T10:00",
            "2025-13-01T10:00",
            "2025-10-07",
            "10:00",
            "2025-10-07T24:00",
            "2025-10-07T1O:00",
            "-2025-10-07T10:00",
            "2025-10-07T10:00:61",
            "99999-10-07T10:00",
            "2025-10-07T+1:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
