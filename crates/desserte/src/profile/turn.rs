//! Whether a turn restriction binds this traveller, and what it says.
//!
//! A restriction that holds at certain hours (`restriction:conditional`) says
//! nothing here; one that concerns a red light only (`no_right_turn_on_red`)
//! forbids no turn.

use serde::{Deserialize, Serialize};

use super::TurnRule;
use crate::osm::Tags;

/// Which restrictions bind one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TurnRules {
    /// Whether any does.
    pub(super) bind: bool,
    /// From the general to the specific.
    keys: Vec<String>,
    /// Names of this traveller in `except=`.
    exempt: Vec<String>,
}

impl TurnRules {
    pub(super) fn rule(&self, tags: Tags<'_>) -> Option<TurnRule> {
        if !self.bind || self.is_exempt(tags) {
            return None;
        }
        self.keys.iter().rev().find_map(|key| tags.value(key)).and_then(meaning)
    }

    fn is_exempt(&self, tags: Tags<'_>) -> bool {
        let Some(list) = tags.value("except") else { return false };
        list.split([';', ',']).any(|name| self.exempt.iter().any(|known| known == name.trim()))
    }
}

/// What a value of `restriction` says; `None` where it forbids no turn.
fn meaning(value: &str) -> Option<TurnRule> {
    let value = value.trim();
    if value.ends_with("_on_red") {
        None
    } else if value.starts_with("no_") {
        Some(TurnRule::No)
    } else if value.starts_with("only_") {
        Some(TurnRule::Only)
    } else {
        None
    }
}
