//! Where is care given, and of which kind?
//!
//! A care point is known by its FINESS category where the map gives it, since
//! that is an administrative fact, and by `amenity`, `healthcare` and
//! `social_facility` otherwise. The rules are tables, read from the top: the
//! first that fits decides. What was closed (`disused:amenity` and the like)
//! bears none of these keys, and is therefore no care point.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::OsmId;
use super::clip::Clip;
use super::error::OsmError;
use super::place::count;
use super::point::{PointFeatures, read_points};
use super::selection::{Interest, RawTags, Selection};
use super::tags::Tags;
use crate::units::LonLat;
use crate::watch::Watch;

const CARE: Selection = Selection {
    relation: |tags| if may_be_care(tags) { Interest::BOTH } else { Interest::NONE },
    way: |tags| Interest::tags_if(may_be_care(tags)),
    node: |tags| Interest::tags_if(may_be_care(tags)),
    lone_node: |tags| Interest::tags_if(may_be_care(tags)),
    keeps_key: |key| KEPT_KEYS.contains(&key),
};

/// What is kept of a care point's tags.
const KEPT_KEYS: [&str; 14] = [
    "name",
    "amenity",
    "healthcare",
    "healthcare:speciality",
    "social_facility",
    "social_facility:for",
    "type:FR:FINESS",
    "ref:FR:FINESS",
    "capacity",
    "capacity:beds",
    "beds",
    "emergency",
    "disused",
    "abandoned",
];

/// The kind of a care point, the same whatever file it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CareKind {
    /// A general practitioner.
    Gp,
    /// A doctor of another speciality.
    Specialist,
    /// A doctor whose speciality is not stated.
    DoctorUnspecified,
    /// A nurse.
    Nurse,
    /// A physiotherapist.
    Physiotherapist,
    /// A midwife.
    Midwife,
    /// A dentist.
    Dentist,
    /// A speech therapist.
    SpeechTherapist,
    /// A pharmacy.
    Pharmacy,
    /// A laboratory.
    Laboratory,
    /// A health centre or clinic without a stated status.
    HealthCentre,
    /// A *maison de santé pluriprofessionnelle*.
    Msp,
    /// A hospital.
    Hospital,
    /// An emergency department.
    Emergency,
    /// A mobile emergency unit (*service mobile d'urgence et de réanimation*).
    Smur,
    /// A nursing home (*établissement d'hébergement pour personnes âgées dépendantes*).
    Ehpad,
    /// A home for the elderly who live on their own: *résidence autonomie*, *résidence services*.
    SeniorResidence,
    /// Nursing and help at home.
    HomeCare,
    /// Any other care.
    Other,
}

impl CareKind {
    /// All kinds, in the order they are listed everywhere.
    pub const ALL: [Self; 19] = [
        Self::Gp,
        Self::Specialist,
        Self::DoctorUnspecified,
        Self::Nurse,
        Self::Physiotherapist,
        Self::Midwife,
        Self::Dentist,
        Self::SpeechTherapist,
        Self::Pharmacy,
        Self::Laboratory,
        Self::HealthCentre,
        Self::Msp,
        Self::Hospital,
        Self::Emergency,
        Self::Smur,
        Self::Ehpad,
        Self::SeniorResidence,
        Self::HomeCare,
        Self::Other,
    ];

    /// The word for it in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::Specialist => "specialist",
            Self::DoctorUnspecified => "doctor_unspecified",
            Self::Nurse => "nurse",
            Self::Physiotherapist => "physiotherapist",
            Self::Midwife => "midwife",
            Self::Dentist => "dentist",
            Self::SpeechTherapist => "speech_therapist",
            Self::Pharmacy => "pharmacy",
            Self::Laboratory => "laboratory",
            Self::HealthCentre => "health_centre",
            Self::Msp => "msp",
            Self::Hospital => "hospital",
            Self::Emergency => "emergency",
            Self::Smur => "smur",
            Self::Ehpad => "ehpad",
            Self::SeniorResidence => "senior_residence",
            Self::HomeCare => "home_care",
            Self::Other => "other",
        }
    }
}

/// A place where care is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarePoint {
    /// Its identity.
    pub id: OsmId,
    /// Where it is.
    pub position: LonLat,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub kind: CareKind,
    /// Its FINESS number, where the map gives it.
    pub finess: Option<String>,
    /// How many people it can take in, where the map says so.
    pub capacity: Option<u32>,
    /// Whether it takes emergencies, where the map says so.
    pub emergency: Option<bool>,
}

/// Reads the care points of one or several PBF files.
///
/// No care point at all is an answer, not an error.
///
/// # Errors
///
/// A file that is missing, not a PBF file, cut short or damaged; a clip that
/// means nothing.
pub fn read_care(
    paths: &[PathBuf],
    clip: Option<&Clip>,
    watch: &Watch,
) -> Result<PointFeatures<CarePoint>, OsmError> {
    read_points(paths, clip, watch, &CARE, describe)
}

fn describe(id: OsmId, position: LonLat, tags: Tags<'_>) -> Option<CarePoint> {
    let text = |key| tags.value(key).map(str::trim).filter(|value| !value.is_empty());
    let number = |key| text(key).and_then(count);
    Some(CarePoint {
        id,
        position,
        name: text("name").map(str::to_owned),
        kind: kind_of(tags)?,
        finess: text("ref:FR:FINESS").map(str::to_owned),
        capacity: number("capacity").or_else(|| number("capacity:beds")).or_else(|| number("beds")),
        emergency: match text("emergency") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
    })
}

/// Whether an element bears a key that may make it a care point.
fn may_be_care(tags: &RawTags<'_>) -> bool {
    let is_care_amenity = |value| RULES.iter().any(|rule| rule.0 == "amenity" && rule.1 == value);
    tags.value("amenity").is_some_and(|values| listed(values).any(is_care_amenity))
        || tags.value("healthcare").is_some()
        || tags.value("social_facility").is_some()
        || tags.value("type:FR:FINESS").is_some()
        || tags.value("emergency") == Some("ambulance_station")
}

/// What decides on a kind, once a tag has pointed to it.
#[derive(Clone, Copy, PartialEq)]
enum Ruling {
    /// Nothing else.
    Is(CareKind),
    /// The speciality of the doctor.
    Doctor,
    /// Whether it is for the elderly; the second word is the answer where the map does not say.
    Seniors(CareKind, bool),
    /// Whether it is named a SMUR: most ambulance stations are not.
    Ambulances,
}

/// Key, value, ruling. The values of a key are matched one by one where there are several.
const RULES: [(&str, &str, Ruling); 35] = [
    ("amenity", "hospital", Ruling::Is(CareKind::Hospital)),
    ("healthcare", "hospital", Ruling::Is(CareKind::Hospital)),
    ("amenity", "pharmacy", Ruling::Is(CareKind::Pharmacy)),
    ("healthcare", "pharmacy", Ruling::Is(CareKind::Pharmacy)),
    ("amenity", "dentist", Ruling::Is(CareKind::Dentist)),
    ("healthcare", "dentist", Ruling::Is(CareKind::Dentist)),
    ("healthcare", "nurse", Ruling::Is(CareKind::Nurse)),
    ("amenity", "nurse", Ruling::Is(CareKind::Nurse)),
    ("healthcare", "midwife", Ruling::Is(CareKind::Midwife)),
    ("healthcare", "physiotherapist", Ruling::Is(CareKind::Physiotherapist)),
    ("amenity", "physiotherapist", Ruling::Is(CareKind::Physiotherapist)),
    ("healthcare", "speech_therapist", Ruling::Is(CareKind::SpeechTherapist)),
    ("healthcare", "laboratory", Ruling::Is(CareKind::Laboratory)),
    ("healthcare", "medical_laboratory", Ruling::Is(CareKind::Laboratory)),
    ("healthcare", "sample_collection", Ruling::Is(CareKind::Laboratory)),
    ("amenity", "doctors", Ruling::Doctor),
    ("amenity", "doctor", Ruling::Doctor),
    ("healthcare", "doctor", Ruling::Doctor),
    ("healthcare", "doctors", Ruling::Doctor),
    ("healthcare", "emergency", Ruling::Is(CareKind::Emergency)),
    ("healthcare", "emergency_ward", Ruling::Is(CareKind::Emergency)),
    ("amenity", "clinic", Ruling::Is(CareKind::HealthCentre)),
    ("healthcare", "clinic", Ruling::Is(CareKind::HealthCentre)),
    ("healthcare", "centre", Ruling::Is(CareKind::HealthCentre)),
    ("amenity", "health_centre", Ruling::Is(CareKind::HealthCentre)),
    ("amenity", "health_post", Ruling::Is(CareKind::HealthCentre)),
    ("healthcare", "health_centre", Ruling::Is(CareKind::HealthCentre)),
    // A nursing home is for the elderly unless the map says otherwise, a group home is not.
    ("social_facility", "nursing_home", Ruling::Seniors(CareKind::Ehpad, true)),
    ("amenity", "nursing_home", Ruling::Seniors(CareKind::Ehpad, true)),
    ("social_facility", "group_home", Ruling::Seniors(CareKind::Ehpad, false)),
    ("social_facility", "assisted_living", Ruling::Seniors(CareKind::SeniorResidence, true)),
    ("social_facility", "ambulatory_care", Ruling::Is(CareKind::HomeCare)),
    ("healthcare", "home_care", Ruling::Is(CareKind::HomeCare)),
    ("healthcare", "home_nursing", Ruling::Is(CareKind::HomeCare)),
    ("emergency", "ambulance_station", Ruling::Ambulances),
];

/// FINESS categories of establishments.
///
/// Dialysis centres, mental health and mother-and-child centres, doctors who dispense to their own
/// patients where no pharmacy is (*propharmacie*, 627), networks and information desks
/// give care, or lead to it, without being any of the other kinds.
const FINESS_CATEGORIES: [(&str, CareKind); 29] = [
    ("101", CareKind::Hospital),
    ("106", CareKind::Hospital),
    ("109", CareKind::Hospital),
    ("128", CareKind::Hospital),
    ("129", CareKind::Hospital),
    ("355", CareKind::Hospital),
    ("362", CareKind::Hospital),
    ("365", CareKind::Hospital),
    ("124", CareKind::HealthCentre),
    ("603", CareKind::Msp),
    ("611", CareKind::Laboratory),
    ("620", CareKind::Pharmacy),
    ("627", CareKind::Other),
    ("500", CareKind::Ehpad),
    ("202", CareKind::SeniorResidence),
    ("501", CareKind::SeniorResidence),
    ("502", CareKind::SeniorResidence),
    ("127", CareKind::HomeCare),
    ("209", CareKind::HomeCare),
    ("354", CareKind::HomeCare),
    ("460", CareKind::HomeCare),
    ("141", CareKind::Other),
    ("146", CareKind::Other),
    ("156", CareKind::Other),
    ("207", CareKind::Other),
    ("223", CareKind::Other),
    ("292", CareKind::Other),
    ("463", CareKind::Other),
    ("604", CareKind::Other),
];

/// The kind of an element; `None` where it is no care point.
fn kind_of(tags: Tags<'_>) -> Option<CareKind> {
    if tags.has("disused", "yes") || tags.has("abandoned", "yes") {
        return None;
    }
    finess_kind(tags)
        .or_else(|| {
            let fits = |rule: &&(&str, &str, Ruling)| {
                tags.value(rule.0).is_some_and(|values| listed(values).any(|value| value == rule.1))
            };
            RULES.iter().filter(fits).find_map(|rule| decide(rule.2, tags))
        })
        .or_else(|| {
            let is_given = |value: &str| !matches!(value, "no" | "none");
            tags.value("healthcare").filter(|value| is_given(value)).map(|_| CareKind::Other)
        })
}

fn finess_kind(tags: Tags<'_>) -> Option<CareKind> {
    let category = tags.value("type:FR:FINESS")?.trim();
    FINESS_CATEGORIES.iter().find(|(code, _)| *code == category).map(|(_, kind)| *kind)
}

fn decide(ruling: Ruling, tags: Tags<'_>) -> Option<CareKind> {
    match ruling {
        Ruling::Is(CareKind::HealthCentre) if speciality(tags, &["emergency"]) == Some(true) => {
            Some(CareKind::Emergency)
        }
        Ruling::Is(kind) => Some(kind),
        Ruling::Doctor => Some(match speciality(tags, &["general", "general_practice"]) {
            None => CareKind::DoctorUnspecified,
            Some(true) => CareKind::Gp,
            Some(false) => CareKind::Specialist,
        }),
        Ruling::Seniors(kind, otherwise) => {
            let group = tags.value("social_facility:for");
            let is_fit =
                group.map_or(otherwise, |g| listed(g).any(|g| matches!(g, "senior" | "seniors")));
            is_fit.then_some(kind)
        }
        Ruling::Ambulances => {
            tags.value("name").is_some_and(|name| name.contains("SMUR")).then_some(CareKind::Smur)
        }
    }
}

/// Whether one of these specialities is stated; `None` where there is no statement.
fn speciality(tags: Tags<'_>, sought: &[&str]) -> Option<bool> {
    let stated = tags.value("healthcare:speciality")?;
    Some(listed(stated).any(|value| sought.contains(&value)))
}

/// The values of a tag that lists several.
fn listed(values: &str) -> impl Iterator<Item = &str> {
    values.split(';').map(str::trim)
}
