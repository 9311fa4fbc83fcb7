//! What the ground and the width make of a speed.
//!
//! Surface, smoothness, the grade of a track and water cap it; a lane on which
//! two cannot meet is driven at a share of it. What is not tagged costs nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SpeedSource;
use super::error::ProfileError;
use super::rules::{check_range, check_speed, check_spelling};
use super::vehicle::least;
use crate::osm::Tags;
use crate::units::KmPerHour;

type Table = BTreeMap<String, KmPerHour>;

/// Highest speeds, by value of a tag.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapRules {
    #[serde(default)]
    surface: Table,
    #[serde(default)]
    smoothness: Table,
    #[serde(default)]
    tracktype: Table,
    #[serde(default)]
    ford: Table,
    /// How hard a mountain path is.
    #[serde(default)]
    sac_scale: Table,
}

impl CapRules {
    /// The lowest cap of a way, and what says so.
    pub(super) fn lowest(&self, tags: Tags<'_>) -> Option<(f64, SpeedSource)> {
        let mut lowest: Option<(f64, SpeedSource)> = None;
        for (key, value) in tags.iter() {
            let (table, source) = match key {
                "surface" => (&self.surface, SpeedSource::Surface),
                "smoothness" => (&self.smoothness, SpeedSource::Smoothness),
                "tracktype" => (&self.tracktype, SpeedSource::TrackType),
                "ford" => (&self.ford, SpeedSource::Ford),
                "sac_scale" => (&self.sac_scale, SpeedSource::Trail),
                _ => continue,
            };
            // Of several surfaces the slowest counts: it is somewhere on the way.
            for word in value.split(';') {
                let Some(cap) = capped(table, word.trim()) else { continue };
                // The order of the sources settles a tie, not the order of the tags.
                if lowest.is_none_or(|kept| (cap.0, source) < kept) {
                    lowest = Some((cap.0, source));
                }
            }
        }
        lowest
    }

    /// No speed and no word that would cap nothing by mistake.
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        let tables = [
            ("surface", &self.surface),
            ("smoothness", &self.smoothness),
            ("tracktype", &self.tracktype),
            ("ford", &self.ford),
            ("sac_scale", &self.sac_scale),
        ];
        for (name, table) in tables {
            for (value, kmh) in table {
                check_value(name, value)?;
                check_speed(&format!("caps.{name}.{value}"), *kmh)?;
            }
        }
        Ok(())
    }
}

/// Values of the keys that have few.
const GRADES: [&str; 5] = ["grade1", "grade2", "grade3", "grade4", "grade5"];
const SMOOTHNESSES: [&str; 8] = [
    "bad",
    "excellent",
    "good",
    "horrible",
    "impassable",
    "intermediate",
    "very_bad",
    "very_horrible",
];

/// A slip in such a value would lift its cap, without a word.
fn check_value(table: &str, value: &str) -> Result<(), ProfileError> {
    match table {
        "tracktype" => check_spelling("caps.tracktype", value, &GRADES),
        "smoothness" => check_spelling("caps.smoothness", value, &SMOOTHNESSES),
        _ => Ok(()),
    }
}

/// The same for the speeds of tracks by their grade.
pub(super) fn check_grade(grade: &str) -> Result<(), ProfileError> {
    check_spelling("track_grades", grade, &GRADES)
}

/// The cap of a value, whatever its case.
fn capped(table: &Table, word: &str) -> Option<KmPerHour> {
    let lowered = || table.get(&word.to_ascii_lowercase());
    let is_lower = || !word.bytes().any(|byte| byte.is_ascii_uppercase());
    table.get(word).or_else(|| if is_lower() { None } else { lowered() }).copied()
}

/// A two-way road on which two cannot meet without slowing down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NarrowRules {
    below_metres: f64,
    kmh: KmPerHour,
    with_passing_places_kmh: KmPerHour,
}

impl NarrowRules {
    /// The speed at which two can still stop for one another; `None` where they can pass, or nothing says.
    pub(super) fn cap(&self, tags: Tags<'_>) -> Option<KmPerHour> {
        let width = tags.value("width").or_else(|| tags.value("est_width")).and_then(least);
        let is_narrow = match width {
            Some(metres) => metres < self.below_metres,
            None => tags.has("lanes", "1"),
        };
        let has_places = !matches!(tags.value("passing_places"), None | Some("no"));
        is_narrow.then_some(if has_places { self.with_passing_places_kmh } else { self.kmh })
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("narrow.below_metres", self.below_metres, 1.0..=20.0)?;
        check_speed("narrow.kmh", self.kmh)?;
        check_speed("narrow.with_passing_places_kmh", self.with_passing_places_kmh)
    }
}
