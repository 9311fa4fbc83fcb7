//! What a class of road is by default: who may pass, how fast, which way round.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::Verdict;
use super::error::ProfileError;
use super::rules::{check_speed, check_spelling};
use crate::osm::Tags;
use crate::units::KmPerHour;

/// One value of `highway`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassRule {
    /// Speed out of town, where no limit is lower.
    pub(super) kmh: KmPerHour,
    /// Speed in town, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) in_kmh: Option<KmPerHour>,
    /// Never faster, whatever a sign says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cap_kmh: Option<KmPerHour>,
    /// Never faster in town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) in_cap_kmh: Option<KmPerHour>,
    /// Of two roads that meet, the higher goes first.
    pub(super) rank: u8,
    /// Who may pass where no tag says.
    #[serde(default)]
    pub(super) access: Verdict,
    /// Whether it is one-way where no tag says.
    #[serde(default)]
    pub(super) oneway: bool,
    /// The legal limit where no sign says.
    #[serde(default)]
    pub(super) law: Law,
    /// Whether it is driven faster where the limit out of town is higher.
    #[serde(default)]
    pub(super) follows_rural: bool,
    /// Whether its speed is that of someone who walks.
    #[serde(default)]
    pub(super) walked: bool,
}

/// Which legal limit a class has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Law {
    /// That of the country or the town it crosses.
    #[default]
    Road,
    /// That of express roads where its carriageways are apart, and else that of a road.
    Express,
    /// That of motorways, in town too.
    Motorway,
}

impl ClassRule {
    /// Its speed, in town or out of it.
    pub(super) fn speed(&self, in_town: bool) -> KmPerHour {
        self.in_kmh.filter(|_| in_town).unwrap_or(self.kmh)
    }

    /// Its cap, in town or out of it.
    pub(super) fn cap(&self, in_town: bool) -> f64 {
        let cap = self.in_cap_kmh.filter(|_| in_town).or(self.cap_kmh);
        cap.map_or(f64::INFINITY, |cap| cap.0)
    }
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
            let in_kmh = kind.kmh.or(class.in_kmh);
            ClassRule { kmh: kind.kmh.unwrap_or(class.kmh), in_kmh, access: kind.access, ..class }
        }
        None => class,
    })
}

/// Values of `highway` that a traveller may find; a class that is none of them may be one of the map's own.
const KNOWN: [&str; 36] = [
    "bridleway",
    "bus_guideway",
    "bus_stop",
    "busway",
    "construction",
    "corridor",
    "crossing",
    "cycleway",
    "elevator",
    "emergency_bay",
    "escape",
    "footway",
    "living_street",
    "motorway",
    "motorway_link",
    "path",
    "pedestrian",
    "platform",
    "primary",
    "primary_link",
    "proposed",
    "raceway",
    "residential",
    "rest_area",
    "road",
    "secondary",
    "secondary_link",
    "service",
    "services",
    "steps",
    "tertiary",
    "tertiary_link",
    "track",
    "trunk",
    "trunk_link",
    "unclassified",
];

pub(super) fn check(classes: &ClassRules, kinds: &ServiceKinds) -> Result<(), ProfileError> {
    for (name, class) in classes {
        // A slip in the name of a class would close all roads of that class, without a word.
        check_spelling("classes", name, &KNOWN)?;
        check_speed(&format!("classes.{name}.kmh"), class.kmh)?;
        let others = [
            ("in_kmh", class.in_kmh),
            ("cap_kmh", class.cap_kmh),
            ("in_cap_kmh", class.in_cap_kmh),
        ];
        for (key, kmh) in others {
            kmh.map_or(Ok(()), |kmh| check_speed(&format!("classes.{name}.{key}"), kmh))?;
        }
    }
    for (name, kind) in kinds {
        if let Some(kmh) = kind.kmh {
            check_speed(&format!("service_kinds.{name}.kmh"), kmh)?;
        }
    }
    Ok(())
}
