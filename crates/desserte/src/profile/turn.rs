//! Whether a turn restriction binds this traveller, and what it says.
//!
//! A restriction that holds at certain hours (`restriction:conditional`) counts
//! where it holds, before one that holds always; `none` then lifts it. One that
//! concerns a red light only (`no_right_turn_on_red`) forbids no turn.

use serde::{Deserialize, Serialize};

use super::TurnRule;
use super::conditional;
use super::departure::Moment;
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
    pub(super) fn rule(&self, tags: Tags<'_>, moment: &Moment<'_>) -> Option<TurnRule> {
        if !self.bind || self.is_exempt(tags) {
            return None;
        }
        let mut kept: Option<((usize, bool), &str)> = None;
        for tag in tags.iter().filter(|(key, _)| key.starts_with("restriction")) {
            let Some((key, value, is_conditional)) = conditional::read(tag, moment) else {
                continue;
            };
            let Some(level) = self.keys.iter().position(|known| known == key) else { continue };
            if kept.is_none_or(|(rank, _)| rank < (level, is_conditional)) {
                kept = Some(((level, is_conditional), value));
            }
        }
        kept.and_then(|(_, value)| meaning(value))
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
