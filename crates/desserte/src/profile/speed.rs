//! How fast a stretch is travelled, and what says so.
//!
//! A known limit beats the class: one drives a declared share of it, never
//! beyond the cap of the class. Without a limit the class has its own speed,
//! held to the same share of the limit outside built-up areas.

use super::class::ClassRule;
use super::limit::{Limit, LimitRules};
use super::settings::Settings;
use super::{SpeedSource, rules};
use crate::units::KmPerHour;

/// The speed of one direction of a way, and its source.
pub(super) fn speed(
    limits: &LimitRules,
    settings: &Settings,
    class: &ClassRule,
    limit: Option<Limit>,
) -> (KmPerHour, SpeedSource) {
    let (kmh, source) = match limit {
        Some(limit) => (limits.share * limit.speed.0, limit.source),
        None => (default_kmh(limits, settings, class), SpeedSource::ClassDefault),
    };
    let capped = class.cap_kmh.map_or(kmh, |cap| kmh.min(cap.0));
    let calibrated = capped * settings.speed_factor;
    (KmPerHour(calibrated.clamp(*rules::SPEEDS.start(), *rules::SPEEDS.end())), source)
}

fn default_kmh(limits: &LimitRules, settings: &Settings, class: &ClassRule) -> f64 {
    if class.beyond_rural {
        class.kmh.0
    } else {
        class.kmh.0.min(limits.share * settings.rural_kmh.0)
    }
}
