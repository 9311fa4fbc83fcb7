//! The limit of a stretch: what a sign, a legal code, or the law alone says.
//!
//! `maxspeed` holds a number, a number with a unit, several numbers, or the
//! name of a legal limit (`FR:rural`); other keys hold such names only. A key may
//! name the traveller (`maxspeed:motorcar`), by the hierarchy of access: the most
//! specific counts, at certain times before always, one way before both. What
//! cannot be a limit (`signals`, `none`, 0, 999) says nothing, and the next key
//! is asked. A code also says whether the road lies in a town, better than any
//! map of houses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conditional;
use super::departure::Moment;
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
    /// Share of the limit that is driven out of town.
    share: f64,
    /// Share of it in town.
    in_share: f64,
    /// Keys that hold a legal code, the surest first.
    code_keys: Vec<String>,
    /// Codes whose limit is the study's own.
    rural_codes: Vec<String>,
    /// Codes that say a road lies in a town.
    town_codes: Vec<String>,
    /// Letters before the number of a national road, whose limit the départements do not set.
    national_refs: Vec<String>,
    pub(super) defaults: LegalDefaults,
    /// Limit of every other code.
    codes: BTreeMap<String, KmPerHour>,
}

/// Limits where no sign says, beside the rural limit of the study.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegalDefaults {
    pub(super) motorway: KmPerHour,
    pub(super) express: KmPerHour,
    pub(super) express_in_town: KmPerHour,
    pub(super) national: KmPerHour,
    pub(super) town: KmPerHour,
    /// The rural limit under which the speeds of classes are stated.
    pub(super) classes_stated_at: KmPerHour,
}

/// What the tags say of the limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    /// A sign with a number.
    Posted(KmPerHour),
    /// A legal limit, by its code.
    Coded(KmPerHour),
}

/// What a legal code says.
#[derive(Clone, Copy, Debug)]
struct Code {
    /// None for the rural limit of the study.
    speed: Option<KmPerHour>,
    in_town: bool,
}

impl Code {
    fn limit(self, rural: KmPerHour) -> Limit {
        Limit::Coded(self.speed.unwrap_or(rural))
    }
}

/// One tag with a limit.
#[derive(Clone, Copy, Debug)]
struct Sign<'a> {
    /// Place of its traveller among the keys of access; 0 for everyone.
    level: usize,
    is_conditional: bool,
    /// 0 along the way, 1 against it; `None` for both.
    direction: Option<usize>,
    text: &'a str,
}

impl Sign<'_> {
    const fn rank(&self) -> (usize, bool, bool) {
        (self.level, self.is_conditional, self.direction.is_some())
    }
}

/// The tags of a way that speak of limits.
#[derive(Clone, Debug, Default)]
pub(super) struct Signs<'a> {
    /// The most specific first.
    posted: Vec<Sign<'a>>,
    /// The surest legal code, and its place among the keys.
    code: Option<(usize, Code)>,
}

impl<'a> Signs<'a> {
    /// Whether the key at this place is surer than the one found so far.
    fn is_surer(&self, place: usize) -> bool {
        self.code.is_none_or(|(other, _)| place < other)
    }

    /// Whether both directions have the same limit.
    pub(super) fn are_alike(&self) -> bool {
        self.posted.iter().all(|sign| sign.direction.is_none())
    }

    /// What holds always and both ways.
    fn plain(&self) -> Option<&'a str> {
        let plain = |sign: &&Sign<'_>| !sign.is_conditional && sign.direction.is_none();
        self.posted.iter().find(plain).map(|sign| sign.text)
    }
}

impl LimitRules {
    /// Gathers the tags that speak of limits; `keys` name this traveller, from the general to the
    /// specific.
    pub(super) fn signs<'a>(
        &self,
        tags: Tags<'a>,
        keys: &[String],
        moment: &Moment<'_>,
    ) -> Signs<'a> {
        let mut signs = Signs::default();
        for (key, value) in tags.iter() {
            if key.starts_with("maxspeed") {
                signs.posted.extend(sign((key, value), keys, moment));
            }
            let is_code = key.contains(':') && !key.ends_with("conditional");
            let place = || self.code_keys.iter().position(|known| known == key);
            let place = is_code.then(place).flatten();
            if let Some(place) = place.filter(|&place| signs.is_surer(place)) {
                signs.code = self.coded(value).map(|code| (place, code)).or(signs.code);
            }
        }
        signs.posted.sort_by_key(|sign| std::cmp::Reverse(sign.rank()));
        signs
    }

    /// The limit in one direction, 0 forward and 1 backward; `rural` is that of
    /// roads outside built-up areas.
    pub(super) fn limit(
        &self,
        signs: &Signs<'_>,
        direction: usize,
        rural: KmPerHour,
    ) -> Option<Limit> {
        let speaks = |sign: &&Sign<'_>| sign.direction.is_none_or(|only| only == direction);
        let signed =
            signs.posted.iter().filter(speaks).find_map(|sign| self.signed(sign.text, rural));
        signed.or_else(|| signs.code.map(|(_, code)| code.limit(rural)))
    }

    fn signed(&self, text: &str, rural: KmPerHour) -> Option<Limit> {
        let posted = text.split([';', '|']).find_map(posted);
        posted.map(Limit::Posted).or_else(|| self.coded(text).map(|code| code.limit(rural)))
    }

    /// Whether a legal code says that the road lies in a town, or out of it.
    pub(super) fn says_in_town(&self, signs: &Signs<'_>) -> Option<bool> {
        let plain = signs.plain().filter(|text| !text.starts_with(|c: char| c.is_ascii_digit()));
        let code = plain.and_then(|text| self.coded(text)).or(signs.code.map(|(_, code)| code));
        code.map(|code| code.in_town)
    }

    fn coded(&self, text: &str) -> Option<Code> {
        let code = text.trim();
        let zone = code.rsplit(':').next().unwrap_or(code);
        let number = zone.strip_prefix("zone").unwrap_or(zone);
        let is_one = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(zone));
        let in_town = is_one(&self.town_codes);
        if let Some(speed) = self.tabled(code) {
            return Some(Code { speed: Some(speed), in_town });
        }
        if is_one(&self.rural_codes) {
            return Some(Code { speed: None, in_town });
        }
        if let Some(speed) = self.tabled(zone) {
            return Some(Code { speed: Some(speed), in_town });
        }
        // A zone with a number is one of streets, whatever the number.
        posted(number)
            .map(|speed| Code { speed: Some(speed), in_town: speed.0 <= self.defaults.town.0 })
    }

    fn tabled(&self, code: &str) -> Option<KmPerHour> {
        self.codes.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, &kmh)| kmh)
    }

    /// Whether the road is a national one, `N 102`.
    pub(super) fn is_national(&self, tags: Tags<'_>) -> bool {
        let Some(text) = tags.value("ref") else { return false };
        text.split(';').any(|name| {
            let name = name.trim_start();
            self.national_refs.iter().any(|letters| {
                let rest = name.strip_prefix(letters.as_str());
                rest.is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })
        })
    }

    /// Share of the limit that is driven.
    pub(super) const fn share(&self, in_town: bool) -> f64 {
        if in_town { self.in_share } else { self.share }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("limits.share", self.share, 0.1..=1.5)?;
        check_range("limits.in_share", self.in_share, 0.1..=1.5)?;
        let LegalDefaults { motorway, express, express_in_town, national, town, classes_stated_at } =
            self.defaults;
        let defaults = [
            ("motorway", motorway),
            ("express", express),
            ("express_in_town", express_in_town),
            ("national", national),
            ("town", town),
            ("classes_stated_at", classes_stated_at),
        ];
        for (name, kmh) in defaults {
            check_range(&format!("limits.defaults.{name}"), kmh.0, LOWEST..=HIGHEST)?;
        }
        for (code, kmh) in &self.codes {
            check_range(&format!("limits.codes.{code}"), kmh.0, LOWEST..=HIGHEST)?;
        }
        Ok(())
    }
}

/// Reads `maxspeed`, `maxspeed:motorcar`, `maxspeed:motorcar:forward` and the like, each with
/// conditions or without.
fn sign<'a>(tag: (&'a str, &'a str), keys: &[String], moment: &Moment<'_>) -> Option<Sign<'a>> {
    let (key, text, is_conditional) = conditional::read(tag, moment)?;
    let mut words = key.strip_prefix("maxspeed")?.split(':');
    if !words.next()?.is_empty() {
        return None;
    }
    let mut word = words.next();
    let level = word.and_then(|word| keys.iter().position(|known| known == word));
    if level.is_some() {
        word = words.next();
    }
    let direction = match word {
        None => None,
        Some("forward") => Some(0),
        Some("backward") => Some(1),
        Some(_) => return None,
    };
    let sign = Sign { level: level.unwrap_or(0), is_conditional, direction, text };
    words.next().is_none().then_some(sign)
}

/// A number with or without its unit; `None` where it cannot be a limit.
fn posted(text: &str) -> Option<KmPerHour> {
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let end = text.find(|c: char| !is_number(c)).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let kmh = number.replace(',', ".").parse::<f64>().ok()? * kmh_per(unit.trim())?;
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
        assert_eq!(posted("50,5"), Some(KmPerHour(50.5)));
    }

    #[test]
    fn a_crawl_is_raised_to_the_slowest_limit_one_drives_at() {
        assert_eq!(posted("3"), Some(KmPerHour(LOWEST)));
    }

    #[test]
    fn what_cannot_be_a_limit_is_none() {
        for text in [
            "", "0", "0.0", "-50", "inf", "NaN", "1e2", "999", "300 mph", "50 knots", "..",
            "1,2,3", "٥٠",
        ] {
            assert_eq!(posted(text), None, "{text}");
        }
    }
}
