//! Ways that carry the traveller: ferries and shuttle trains.

use serde::{Deserialize, Serialize};

use super::access::{AccessRules, Stated, Statement, Verdict};
use super::departure::Moment;
use super::error::ProfileError;
use super::rules::check_speed;
use crate::osm::Tags;
use crate::units::{KmPerHour, Millis};

/// How long a crossing takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FerryTerms {
    /// From one end of the way to the other, where the map says.
    pub duration: Option<Millis>,
    /// The declared wait before it, charged on boarding: once a line.
    pub wait: Millis,
}

/// Which ways carry the traveller, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FerryRules {
    /// Values of `route`.
    routes: Vec<String>,
    /// Speed of the crossing.
    pub(super) kmh: KmPerHour,
    /// Travellers whose mention alone says that the others stay ashore.
    others: Vec<String>,
}

impl FerryRules {
    pub(super) fn is_ferry(&self, tags: Tags<'_>) -> bool {
        tags.value("route").is_some_and(|route| self.routes.iter().any(|known| known == route))
    }

    /// Who may board in each direction.
    pub(super) fn verdicts(
        &self,
        access: &AccessRules,
        tags: Tags<'_>,
        moment: &Moment<'_>,
    ) -> (Verdict, Verdict) {
        let takes_others_only = self.others.iter().any(|other| tags.value(other).is_some());
        let default = if takes_others_only { Verdict::Closed } else { Verdict::Public };
        let Stated { forward, backward } = access.stated(tags, moment);
        // A word for everyone does not put a car on a boat for walkers.
        let decide = |stated: Option<Statement>| access.decide(stated, default);
        (decide(forward), decide(backward))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_speed("ferry.kmh", self.kmh)
    }
}

/// How long a crossing takes: minutes, `hh:mm`, `hh:mm:ss`, `PT1H30M`, `20 min` or `2 h`;
/// `None` where the text is none of them, or longer than two days.
pub(super) fn duration(text: &str) -> Option<Millis> {
    let text = text.trim();
    let seconds = match text.strip_prefix("PT") {
        Some(parts) => iso_seconds(parts)?,
        None => words_seconds(text).or_else(|| clock_seconds(text))?,
    };
    let is_sound = seconds > 0.0 && seconds <= 48.0 * 3600.0;
    Millis::from_seconds(seconds).filter(|_| is_sound)
}

/// A number with its unit.
fn words_seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let seconds = match unit.trim() {
        "min" | "mn" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" | "heure" | "heures" => 3600.0,
        _ => return None,
    };
    Some(f64::from(number.parse::<u32>().ok()?) * seconds)
}

fn clock_seconds(text: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> =
        text.split(':').map(|part| part.trim().parse::<u32>().ok().map(f64::from)).collect();
    match parts?[..] {
        [minutes] => Some(minutes * 60.0),
        [hours, minutes] => Some((hours * 60.0 + minutes) * 60.0),
        [hours, minutes, seconds] => Some((hours * 60.0 + minutes) * 60.0 + seconds),
        _ => None,
    }
}

fn iso_seconds(text: &str) -> Option<f64> {
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number = f64::from(rest[..end].parse::<u32>().ok()?);
        seconds += number
            * match rest.as_bytes()[end] {
                b'H' => 3600.0,
                b'M' => 60.0,
                b'S' => 1.0,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_in_each_of_its_forms() {
        for (text, minutes) in [
            ("25", 25),
            ("00:25", 25),
            ("1:30", 90),
            ("01:30:00", 90),
            ("PT1H30M", 90),
            ("PT40M", 40),
            ("20 min", 20),
            ("20min", 20),
            ("2 h", 120),
        ] {
            assert_eq!(duration(text), Some(Millis(minutes * 60_000)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in [
            "", "0", "-5", "1h30", "min", "0 min", "5 knots", "PT", "PT5", "P1D", "PT5é",
            "1:2:3:4", "99999", "soon",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
