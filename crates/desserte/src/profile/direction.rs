//! Which way round a way may be travelled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conditional;
use super::departure::Moment;
use super::error::ProfileError;
use super::rules::{check_disjoint, has_word};
use crate::osm::Tags;

/// The words of `oneway`, and what implies it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnewayRules {
    /// From the general to the specific.
    keys: Vec<String>,
    forward: Vec<String>,
    backward: Vec<String>,
    both: Vec<String>,
    neither: Vec<String>,
    /// Values of `junction` that imply a one-way circulation.
    junctions: Vec<String>,
    /// Those of them whose traffic goes first.
    roundabouts: Vec<String>,
    /// Tags that open the other direction of a one-way street to this traveller.
    #[serde(default)]
    contraflow: BTreeMap<String, Vec<String>>,
}

/// The directions in which a way may be travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directions {
    pub(super) forward: bool,
    pub(super) backward: bool,
}

impl Directions {
    const FORWARD: Self = Self { forward: true, backward: false };
    const BACKWARD: Self = Self { forward: false, backward: true };
    const BOTH: Self = Self { forward: true, backward: true };
    const NEITHER: Self = Self { forward: false, backward: false };
}

impl OnewayRules {
    /// The directions that the tags leave open, on a class that is one-way by itself or not.
    /// `is_opened` says which of them an access tag of this very traveller opens.
    pub(super) fn directions(
        &self,
        tags: Tags<'_>,
        is_oneway_class: bool,
        is_opened: [bool; 2],
        moment: &Moment<'_>,
    ) -> Directions {
        let stated = self.stated(tags, moment);
        let implied = if is_oneway_class || self.is_circulation(tags) {
            Directions::FORWARD
        } else {
            Directions::BOTH
        };
        let (level, open) = stated.unwrap_or((0, implied));
        // A key of this very traveller says all; a general one may have an exception beside it.
        let is_own = level > 0 && level == self.keys.len() - 1;
        let is_one_way = open.forward != open.backward;
        if !is_one_way || is_own {
            return open;
        }
        let is_both = self.has_contraflow(tags);
        Directions {
            forward: open.forward || is_both || is_opened[0],
            backward: open.backward || is_both || is_opened[1],
        }
    }

    /// What the most specific key says, and its level; at certain times before always.
    fn stated(&self, tags: Tags<'_>, moment: &Moment<'_>) -> Option<(usize, Directions)> {
        let mut kept: Option<(usize, bool, Directions)> = None;
        for tag in tags.iter().filter(|(key, _)| key.starts_with("oneway")) {
            let Some((key, value, is_conditional)) = conditional::read(tag, moment) else {
                continue;
            };
            let Some(level) = self.keys.iter().position(|known| known == key) else { continue };
            let Some(meaning) = self.meaning(value.trim()) else { continue };
            if kept.is_none_or(|(other, was, _)| (other, was) < (level, is_conditional)) {
                kept = Some((level, is_conditional, meaning));
            }
        }
        kept.map(|(level, _, meaning)| (level, meaning))
    }

    fn has_contraflow(&self, tags: Tags<'_>) -> bool {
        self.contraflow.iter().any(|(key, values)| {
            tags.value(key).is_some_and(|value| values.iter().any(|known| known == value))
        })
    }

    fn meaning(&self, word: &str) -> Option<Directions> {
        let has = |list: &[String]| has_word(list, word);
        if has(&self.forward) {
            Some(Directions::FORWARD)
        } else if has(&self.both) {
            Some(Directions::BOTH)
        } else if has(&self.backward) {
            Some(Directions::BACKWARD)
        } else if has(&self.neither) {
            Some(Directions::NEITHER)
        } else {
            None
        }
    }

    fn is_circulation(&self, tags: Tags<'_>) -> bool {
        tags.value("junction").is_some_and(|kind| self.junctions.iter().any(|known| known == kind))
    }

    pub(super) fn is_roundabout(&self, tags: Tags<'_>) -> bool {
        let is_one = |kind| self.roundabouts.iter().any(|known| known == kind);
        tags.value("junction").is_some_and(is_one)
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_disjoint(&[
            ("oneway.forward", &self.forward),
            ("oneway.backward", &self.backward),
            ("oneway.both", &self.both),
            ("oneway.neither", &self.neither),
        ])
    }
}
