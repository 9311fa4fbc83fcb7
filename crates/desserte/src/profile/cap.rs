//! What the ground and the width make of a speed.
//!
//! Surface, smoothness, the grade of a track and water cap it; a lane on which
//! two cannot meet is driven at a share of it. What is not tagged costs nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SpeedSource;
use super::error::ProfileError;
use super::rules::{check_range, check_speed};
use super::vehicle::quantity;
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
                "sac_scale" => (&self.sac_scale, SpeedSource::Surface),
                _ => continue,
            };
            // Of several surfaces the slowest counts: it is somewhere on the way.
            for word in value.split(';') {
                let Some(cap) = table.get(word.trim()) else { continue };
                // The order of the sources settles a tie, not the order of the tags.
                if lowest.is_none_or(|kept| (cap.0, source) < kept) {
                    lowest = Some((cap.0, source));
                }
            }
        }
        lowest
    }

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
                check_speed(&format!("caps.{name}.{value}"), *kmh)?;
            }
        }
        Ok(())
    }
}

/// A two-way road on which two cannot meet without slowing down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NarrowRules {
    below_metres: f64,
    /// Share of the speed that is left.
    share: f64,
    share_with_passing_places: f64,
    /// Nobody slows below this for want of width.
    floor_kmh: KmPerHour,
}

impl NarrowRules {
    /// The share of its speed that a two-way road keeps; 1 where it is wide, or nothing says.
    pub(super) fn share(&self, tags: Tags<'_>) -> f64 {
        let width = tags.value("width").or_else(|| tags.value("est_width")).and_then(quantity);
        let is_narrow = match width {
            Some(metres) => metres < self.below_metres,
            None => tags.has("lanes", "1"),
        };
        match (is_narrow, tags.value("passing_places")) {
            (false, _) => 1.0,
            (true, None | Some("no")) => self.share,
            (true, Some(_)) => self.share_with_passing_places,
        }
    }

    /// The speed that is left of another.
    pub(super) fn slowed(&self, kmh: f64, share: f64) -> f64 {
        kmh.min((kmh * share).max(self.floor_kmh.0))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("narrow.below_metres", self.below_metres, 1.0..=20.0)?;
        check_range("narrow.share", self.share, 0.1..=1.0)?;
        check_range("narrow.share_with_passing_places", self.share_with_passing_places, 0.1..=1.0)?;
        check_speed("narrow.floor_kmh", self.floor_kmh)
    }
}
