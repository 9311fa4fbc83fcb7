//! What a class of road is by default: who may pass, how fast, which way round.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::Verdict;
use super::error::ProfileError;
use super::rules::check_speed;
use crate::osm::Tags;
use crate::units::KmPerHour;

/// One value of `highway`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassRule {
    /// Speed where no limit is known.
    pub(super) kmh: KmPerHour,
    /// Never faster, whatever the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cap_kmh: Option<KmPerHour>,
    /// Of two roads that meet, the higher goes first.
    pub(super) rank: u8,
    /// Who may pass where no tag says.
    #[serde(default)]
    pub(super) access: Verdict,
    /// Whether it is one-way where no tag says.
    #[serde(default)]
    pub(super) oneway: bool,
    /// Whether it is free of the limit outside built-up areas.
    #[serde(default)]
    pub(super) beyond_rural: bool,
}

/// What one value of `service` changes to its class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceKind {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kmh: Option<KmPerHour>,
    #[serde(default)]
    access: Verdict,
}

/// Classes by value of `highway`; a value that is not there is never travelled.
pub(super) type ClassRules = BTreeMap<String, ClassRule>;
/// Kinds of `highway=service`, by value of `service`.
pub(super) type ServiceKinds = BTreeMap<String, ServiceKind>;

/// The class of a way, its kind of service applied.
pub(super) fn class_of(
    classes: &ClassRules,
    kinds: &ServiceKinds,
    tags: Tags<'_>,
) -> Option<ClassRule> {
    let highway = tags.value("highway")?;
    let class = *classes.get(highway)?;
    if highway != "service" {
        return Some(class);
    }
    Some(match tags.value("service").and_then(|kind| kinds.get(kind)) {
        Some(kind) => {
            ClassRule { kmh: kind.kmh.unwrap_or(class.kmh), access: kind.access, ..class }
        }
        None => class,
    })
}

pub(super) fn check(classes: &ClassRules, kinds: &ServiceKinds) -> Result<(), ProfileError> {
    for (name, class) in classes {
        check_speed(&format!("classes.{name}.kmh"), class.kmh)?;
        if let Some(cap) = class.cap_kmh {
            check_speed(&format!("classes.{name}.cap_kmh"), cap)?;
        }
    }
    for (name, kind) in kinds {
        if let Some(kmh) = kind.kmh {
            check_speed(&format!("service_kinds.{name}.kmh"), kmh)?;
        }
    }
    Ok(())
}
