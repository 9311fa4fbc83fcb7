//! The limit of a stretch: what a sign or a legal code says.
//!
//! `maxspeed` holds a number, a number with a unit, several numbers, or the
//! name of a legal default (`FR:rural`); other keys hold such names only. What
//! cannot be a limit (`signals`, `none`, 0, 999) says nothing, and the next key
//! is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SpeedSource;
use super::error::ProfileError;
use super::rules::check_range;
use crate::osm::Tags;
use crate::units::KmPerHour;

/// The slowest limit one drives at; below, a sign is about horses, or a slip of the mapper.
const LOWEST: f64 = 5.0;
/// The fastest a limit may be, in km/h; above, it is a slip.
const HIGHEST: f64 = 200.0;
const KMH_PER_MPH: f64 = 1.609_344;

/// How limits are read, and driven.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitRules {
    /// Share of the limit that is driven.
    pub(super) share: f64,
    /// Keys that hold a legal code, the surest first.
    code_keys: Vec<String>,
    /// Codes whose limit is the study's own.
    rural_codes: Vec<String>,
    /// Limit of every other code.
    codes: BTreeMap<String, KmPerHour>,
}

/// A limit, and what says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) speed: KmPerHour,
    pub(super) source: SpeedSource,
}

impl LimitRules {
    /// The limit in one direction; `rural` is that of roads outside built-up areas.
    pub(super) fn limit(
        &self,
        tags: Tags<'_>,
        directional_key: &str,
        rural: KmPerHour,
    ) -> Option<Limit> {
        let signed = |key| tags.value(key).and_then(|text| self.signed(text, rural));
        signed(directional_key).or_else(|| signed("maxspeed")).or_else(|| {
            let mut codes = self.code_keys.iter().filter_map(|key| tags.value(key));
            codes.find_map(|text| self.coded(text, rural))
        })
    }

    fn signed(&self, text: &str, rural: KmPerHour) -> Option<Limit> {
        let posted = text.split([';', '|']).find_map(posted);
        posted
            .map(|speed| Limit { speed, source: SpeedSource::PostedLimit })
            .or_else(|| self.coded(text, rural))
    }

    fn coded(&self, text: &str, rural: KmPerHour) -> Option<Limit> {
        let code = text.trim();
        let zone = code.rsplit(':').next().unwrap_or(code);
        let number = zone.strip_prefix("zone").unwrap_or(zone);
        self.tabled(code)
            .or_else(|| self.is_rural(zone).then_some(rural))
            .or_else(|| self.tabled(zone))
            .or_else(|| posted(number))
            .map(|speed| Limit { speed, source: SpeedSource::LegalCode })
    }

    fn tabled(&self, code: &str) -> Option<KmPerHour> {
        self.codes.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, &kmh)| kmh)
    }

    fn is_rural(&self, zone: &str) -> bool {
        self.rural_codes.iter().any(|known| known.eq_ignore_ascii_case(zone))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("limits.share", self.share, 0.1..=1.5)?;
        for (code, kmh) in &self.codes {
            check_range(&format!("limits.codes.{code}"), kmh.0, LOWEST..=HIGHEST)?;
        }
        Ok(())
    }
}

/// A number with or without its unit; `None` where it cannot be a limit.
fn posted(text: &str) -> Option<KmPerHour> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let kmh = number.parse::<f64>().ok()? * kmh_per(unit.trim())?;
    (1.0..=HIGHEST).contains(&kmh).then(|| KmPerHour(kmh.max(LOWEST)))
}

fn kmh_per(unit: &str) -> Option<f64> {
    match unit {
        "" | "km/h" | "kmh" | "kph" | "kmph" => Some(1.0),
        "mph" => Some(KMH_PER_MPH),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_its_unit() {
        assert_eq!(posted("50"), Some(KmPerHour(50.0)));
        assert_eq!(posted(" 50 km/h"), Some(KmPerHour(50.0)));
        assert_eq!(posted("30 mph"), Some(KmPerHour(48.280_32)));
        assert_eq!(posted("30mph"), Some(KmPerHour(48.280_32)));
    }

    #[test]
    fn a_crawl_is_raised_to_the_slowest_limit_one_drives_at() {
        assert_eq!(posted("3"), Some(KmPerHour(LOWEST)));
    }

    #[test]
    fn what_cannot_be_a_limit_is_none() {
        for text in
            ["", "0", "0.0", "-50", "inf", "NaN", "1e2", "999", "300 mph", "50 knots", "..", "٥٠"]
        {
            assert_eq!(posted(text), None, "{text}");
        }
    }
}
