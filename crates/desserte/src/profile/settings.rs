//! What a study changes most often in a profile.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::departure::{Departure, Season};
use super::error::ProfileError;
use super::rules::{SPEEDS, check_range};
use crate::units::KmPerHour;

/// The few numbers of a profile that belong to the study rather than to the mode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Speed on foot between a place and the street it snaps to.
    pub walking_kmh: KmPerHour,
    /// The limit outside built-up areas where no sign says.
    pub rural_kmh: KmPerHour,
    /// Multiplies every speed on roads.
    pub speed_factor: f64,
    /// When one leaves, for what holds at certain times.
    pub departure: Departure,
    /// Whether winter has closed the passes.
    pub season: Season,
    /// Whether one slows down for bends, brakes and accelerates; without, every
    /// stretch is taken at its speed.
    pub bends: bool,
    /// Whether signs, lights and junctions cost time.
    pub delays: bool,
    /// Whether ferries and shuttle trains are boarded.
    pub ferries: bool,
    /// The wait before a crossing, once a line.
    pub ferry_wait_minutes: f64,
}

/// What a setting may be, by its name: the one place that says so.
const RANGES: [(&str, RangeInclusive<f64>); 4] = [
    ("walking_kmh", 0.5..=15.0),
    ("rural_kmh", 20.0..=130.0),
    ("speed_factor", 0.1..=3.0),
    ("ferry_wait_minutes", 0.0..=1440.0),
];

impl Settings {
    /// What a number among the settings may be; `None` where no number has this name.
    ///
    /// ```
    /// use desserte::profile::Settings;
    ///
    /// assert_eq!(Settings::range("rural_kmh"), Some(20.0..=130.0));
    /// ```
    #[must_use]
    pub fn range(name: &str) -> Option<RangeInclusive<f64>> {
        RANGES.into_iter().find(|(known, _)| *known == name).map(|(_, range)| range)
    }

    /// A speed as the study drives it: calibrated, and a speed at all.
    pub(super) fn on_roads(&self, kmh: f64) -> KmPerHour {
        KmPerHour((kmh * self.speed_factor).clamp(*SPEEDS.start(), *SPEEDS.end()))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let values =
            [self.walking_kmh.0, self.rural_kmh.0, self.speed_factor, self.ferry_wait_minutes];
        RANGES.into_iter().zip(values).try_for_each(|((name, range), value)| {
            check_range(&format!("settings.{name}"), value, range)
        })
    }
}
