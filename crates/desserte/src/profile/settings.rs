//! What a study changes most often in a profile.

use serde::{Deserialize, Serialize};

use super::departure::{Departure, Season};
use super::error::ProfileError;
use super::rules::check_range;
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

impl Settings {
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("settings.walking_kmh", self.walking_kmh.0, 0.5..=15.0)?;
        check_range("settings.rural_kmh", self.rural_kmh.0, 20.0..=150.0)?;
        check_range("settings.speed_factor", self.speed_factor, 0.1..=5.0)?;
        check_range("settings.ferry_wait_minutes", self.ferry_wait_minutes, 0.0..=1440.0)
    }
}
