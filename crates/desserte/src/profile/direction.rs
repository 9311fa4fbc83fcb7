//! Which way round a way may be travelled.

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::rules::check_disjoint;
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
    pub(super) fn directions(&self, tags: Tags<'_>, is_oneway_class: bool) -> Directions {
        if let Some(stated) = self.stated(tags) {
            stated
        } else if is_oneway_class || self.is_circulation(tags) {
            Directions::FORWARD
        } else {
            Directions::BOTH
        }
    }

    fn stated(&self, tags: Tags<'_>) -> Option<Directions> {
        self.keys.iter().rev().find_map(|key| self.meaning(tags.value(key)?.trim()))
    }

    fn meaning(&self, word: &str) -> Option<Directions> {
        let has = |list: &[String]| list.iter().any(|known| known == word);
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
