//! The whole of a profile's data, as its TOML has it, and the checks that make it usable.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::access::AccessRules;
use super::barrier::BarrierRules;
use super::cap::{self, CapRules, NarrowRules};
use super::class::{self, ClassRules, ServiceKinds};
use super::delay::Delays;
use super::departure::Moment;
use super::direction::OnewayRules;
use super::error::{ProfileError, nearest};
use super::ferry::FerryRules;
use super::kinematics::Kinematics;
use super::limit::LimitRules;
use super::mark::Mark;
use super::rural::{self, RuralArea};
use super::settings::Settings;
use super::turn::TurnRules;
use super::vehicle::Vehicle;
use crate::units::{KmPerHour, Metres};

/// Speeds that a profile may give, in km/h.
pub(super) const SPEEDS: RangeInclusive<f64> = 1.0..=200.0;

/// The TOML of a profile, table by table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) name: String,
    /// The walking speed under which the speeds of walked classes are stated.
    pub(super) walked_at_kmh: KmPerHour,
    pub(super) settings: Settings,
    pub(super) smallest_network: SmallestNetwork,
    /// None where no road is too small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) vehicle: Option<Vehicle>,
    pub(super) access: AccessRules,
    #[serde(default)]
    pub(super) marks: Vec<Mark>,
    pub(super) oneway: OnewayRules,
    pub(super) barriers: BarrierRules,
    pub(super) delays: Delays,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kinematics: Option<Kinematics>,
    pub(super) turns: TurnRules,
    /// None where limits do not matter, on foot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) limits: Option<LimitRules>,
    #[serde(default)]
    pub(super) caps: CapRules,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) narrow: Option<NarrowRules>,
    /// Speeds of tracks, by their grade.
    #[serde(default)]
    pub(super) track_grades: BTreeMap<String, KmPerHour>,
    pub(super) classes: ClassRules,
    #[serde(default)]
    pub(super) service_kinds: ServiceKinds,
    pub(super) ferry: FerryRules,
    /// Where the limit outside built-up areas is another than that of the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rural_areas: Vec<RuralArea>,
}

/// How large a network must be for a place to snap to it; one of the two is enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmallestNetwork {
    pub(super) metres: Metres,
    pub(super) junctions: usize,
}

impl Rules {
    /// When tags are read, and by whom.
    pub(super) fn moment(&self) -> Moment<'_> {
        let Settings { departure, season, .. } = self.settings;
        Moment { departure, season, vehicle: self.vehicle.as_ref() }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_not_empty("name", self.name.trim().is_empty())?;
        check_not_empty("classes", self.classes.is_empty())?;
        check_range("smallest_network.metres", self.smallest_network.metres.0, 0.0..=1e6)?;
        check_speed("walked_at_kmh", self.walked_at_kmh)?;
        self.settings.check()?;
        self.access.check()?;
        self.oneway.check()?;
        self.barriers.check()?;
        self.delays.check()?;
        self.kinematics.as_ref().map_or(Ok(()), Kinematics::check)?;
        self.limits.as_ref().map_or(Ok(()), LimitRules::check)?;
        self.caps.check()?;
        self.narrow.as_ref().map_or(Ok(()), NarrowRules::check)?;
        self.vehicle.as_ref().map_or(Ok(()), Vehicle::check)?;
        for (grade, kmh) in &self.track_grades {
            cap::check_grade(grade)?;
            check_speed(&format!("track_grades.{grade}"), *kmh)?;
        }
        class::check(&self.classes, &self.service_kinds)?;
        rural::check(&self.rural_areas)?;
        self.ferry.check()
    }
}

/// A number within its range; a number that is none is outside every range.
pub(super) fn check_range(
    key: &str,
    value: f64,
    range: RangeInclusive<f64>,
) -> Result<(), ProfileError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (lowest, highest) = range.into_inner();
    Err(ProfileError::OutOfRange { key: key.to_owned(), value, lowest, highest })
}

pub(super) fn check_speed(key: &str, speed: KmPerHour) -> Result<(), ProfileError> {
    check_range(key, speed.0, SPEEDS)
}

pub(super) fn check_not_empty(key: &str, is_empty: bool) -> Result<(), ProfileError> {
    if is_empty { Err(ProfileError::Empty { key: key.to_owned() }) } else { Ok(()) }
}

/// A word of the map, or one that does not look like any: the map may have words of its own.
pub(super) fn check_spelling(table: &str, word: &str, known: &[&str]) -> Result<(), ProfileError> {
    if known.contains(&word) {
        return Ok(());
    }
    let known: Vec<String> = known.iter().map(|&word| word.to_owned()).collect();
    nearest(word, &known).map_or(Ok(()), |nearest| {
        let key = format!("{table}.{word}");
        Err(ProfileError::Misspelt { key, nearest: format!("{table}.{nearest}") })
    })
}

/// Whether a list has a word, whatever its case: `access=Private` is a common slip.
pub(super) fn has_word(list: &[String], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// No word in two of these named lists.
pub(super) fn check_disjoint(lists: &[(&str, &[String])]) -> Result<(), ProfileError> {
    for (position, (first, words)) in lists.iter().enumerate() {
        for (second, others) in &lists[position + 1..] {
            if let Some(word) = words.iter().find(|word| others.contains(word)) {
                return Err(ProfileError::Ambiguous {
                    word: word.clone(),
                    first: (*first).to_owned(),
                    second: (*second).to_owned(),
                });
            }
        }
    }
    Ok(())
}
