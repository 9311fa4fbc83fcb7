//! Tags of a way that open or close it beside the hierarchy of access.

use serde::{Deserialize, Serialize};

use super::access::Verdict;
use super::departure::Season;
use crate::osm::Tags;

/// One such tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    key: String,
    values: Vec<String>,
    access: Verdict,
    /// The only season in which it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    season: Option<Season>,
    /// Whether it holds against an access tag that opens the way: what is fallen in stays so.
    #[serde(default)]
    beats_signs: bool,
}

/// What the marks of a way make of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked {
    /// Where no access tag says.
    pub(super) default: Verdict,
    /// At most, whatever an access tag says.
    pub(super) most: Verdict,
}

impl Marked {
    pub(super) fn of(marks: &[Mark], season: Season, tags: Tags<'_>) -> Self {
        let mut marked = Self { default: Verdict::Public, most: Verdict::Public };
        for mark in marks.iter().filter(|mark| mark.season.is_none_or(|only| only == season)) {
            let Some(value) = tags.value(&mark.key) else { continue };
            if value.split(';').any(|word| mark.values.iter().any(|known| known == word.trim())) {
                let limited = if mark.beats_signs { &mut marked.most } else { &mut marked.default };
                *limited = mark.access.min(*limited);
            }
        }
        marked
    }
}
