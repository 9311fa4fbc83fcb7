//! Who may pass: the hierarchy of access tags.
//!
//! `access=no` beside `motor_vehicle=yes` is open to a car: the keys form a
//! hierarchy from all travellers to this one, and the most specific key that
//! says something understood decides. A key may speak of one direction only.

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::rules::{check_disjoint, check_not_empty};
use super::{Access, NodePassage};
use crate::osm::Tags;

/// Who may pass, from nobody to everyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// Nobody.
    Closed,
    /// A trip that begins or ends there.
    Restricted,
    /// Everyone.
    #[default]
    Public,
}

impl Verdict {
    pub(super) const fn to_access(self) -> Option<Access> {
        match self {
            Self::Closed => None,
            Self::Restricted => Some(Access::Restricted),
            Self::Public => Some(Access::Public),
        }
    }

    pub(super) const fn to_passage(self) -> NodePassage {
        match self {
            Self::Closed => NodePassage::Closed,
            Self::Restricted => NodePassage::Restricted,
            Self::Public => NodePassage::Open,
        }
    }
}

/// The hierarchy of one mode, and what its values mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessRules {
    /// From the general to the specific.
    keys: Vec<String>,
    /// The first key that opens what is closed by default.
    explicit_from: String,
    public: Vec<String>,
    restricted: Vec<String>,
    closed: Vec<String>,
}

/// What the tags of an element say of each direction, where they say anything.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stated {
    pub(super) forward: Option<Statement>,
    pub(super) backward: Option<Statement>,
}

/// What one tag says, and how specific it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    /// Position of its key in the hierarchy.
    level: usize,
    is_directional: bool,
    pub(super) verdict: Verdict,
}

impl AccessRules {
    /// Reads the hierarchy in one pass over the tags.
    pub(super) fn stated(&self, tags: Tags<'_>) -> Stated {
        let mut stated = Stated::default();
        for (key, value) in tags.iter() {
            let (stem, is_forward, is_backward) = split_direction(key);
            let Some(level) = self.keys.iter().position(|known| known == stem) else { continue };
            let Some(verdict) = self.verdict(value) else { continue };
            let is_directional = !(is_forward && is_backward);
            let statement = Statement { level, is_directional, verdict };
            if is_forward {
                keep_most_specific(&mut stated.forward, statement);
            }
            if is_backward {
                keep_most_specific(&mut stated.backward, statement);
            }
        }
        stated
    }

    /// Weighs what is stated against what holds where nothing is.
    pub(super) fn decide(&self, stated: Option<Statement>, default: Verdict) -> Verdict {
        match stated {
            Some(statement) if default > Verdict::Closed || self.is_explicit(statement) => {
                statement.verdict
            }
            _ => default,
        }
    }

    fn is_explicit(&self, statement: Statement) -> bool {
        self.keys[..=statement.level].contains(&self.explicit_from)
    }

    /// What a value means. Of several (`agricultural;forestry`) the most
    /// generous counts: each of them is a way in.
    fn verdict(&self, value: &str) -> Option<Verdict> {
        value.split(';').filter_map(|word| self.verdict_of_word(word.trim())).max()
    }

    fn verdict_of_word(&self, word: &str) -> Option<Verdict> {
        let has = |list: &[String]| list.iter().any(|known| known == word);
        if has(&self.public) {
            Some(Verdict::Public)
        } else if has(&self.restricted) {
            Some(Verdict::Restricted)
        } else if has(&self.closed) {
            Some(Verdict::Closed)
        } else {
            None
        }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_not_empty("access.keys", self.keys.is_empty())?;
        if !self.keys.contains(&self.explicit_from) {
            return Err(ProfileError::NotAmong {
                key: "access.explicit_from".to_owned(),
                word: self.explicit_from.clone(),
                known: self.keys.clone(),
            });
        }
        check_disjoint(&[
            ("access.public", &self.public),
            ("access.restricted", &self.restricted),
            ("access.closed", &self.closed),
        ])
    }
}

/// A key without its direction, and whether it speaks of the way forward and backward.
fn split_direction(key: &str) -> (&str, bool, bool) {
    if let Some(stem) = key.strip_suffix(":forward") {
        (stem, true, false)
    } else if let Some(stem) = key.strip_suffix(":backward") {
        (stem, false, true)
    } else {
        (key, true, true)
    }
}

fn keep_most_specific(kept: &mut Option<Statement>, found: Statement) {
    let rank = |statement: &Statement| (statement.level, statement.is_directional);
    if kept.as_ref().is_none_or(|before| rank(before) < rank(&found)) {
        *kept = Some(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_for_one_direction_speaks_of_that_one_only() {
        assert_eq!(split_direction("motorcar:backward"), ("motorcar", false, true));
        assert_eq!(split_direction("vehicle:forward"), ("vehicle", true, false));
        assert_eq!(split_direction("access"), ("access", true, true));
    }

    #[test]
    fn a_direction_is_more_specific_than_none_and_a_vehicle_more_than_a_direction() {
        let statement =
            |level, is_directional| Statement { level, is_directional, verdict: Verdict::Public };
        let mut kept = None;
        for (level, is_directional) in [(1, false), (1, true), (0, true), (2, false), (1, true)] {
            keep_most_specific(&mut kept, statement(level, is_directional));
        }
        assert_eq!(kept.map(|s| (s.level, s.is_directional)), Some((2, false)));
    }
}
