//! Who may pass: the hierarchy of access tags.
//!
//! `access=no` beside `motor_vehicle=yes` is open to a car: the keys form a
//! hierarchy from all travellers to this one, and the most specific key that
//! says something understood decides. A key may speak of one direction only, and
//! of certain times only: what it says then counts before what it says always.
//! Values are read whatever their case, keys as they are.

use serde::{Deserialize, Serialize};

use super::conditional;
use super::departure::Moment;
use super::error::ProfileError;
use super::rules::{check_disjoint, check_not_empty, has_word};
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
    /// Words that let a rider pass who walks.
    #[serde(default)]
    dismounted: Vec<String>,
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
    is_conditional: bool,
    pub(super) verdict: Verdict,
    /// Whether one passes on foot, pushing.
    pub(super) is_dismounted: bool,
}

impl AccessRules {
    /// The keys that name this traveller, from the general to the specific.
    pub(super) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Reads the hierarchy in one pass over the tags.
    pub(super) fn stated(&self, tags: Tags<'_>, moment: &Moment<'_>) -> Stated {
        let mut stated = Stated::default();
        for (key, value) in tags.iter() {
            let speaks = |known: &String| {
                key.strip_prefix(known.as_str())
                    .is_some_and(|rest| matches!(rest.as_bytes(), [] | [b':', ..]))
            };
            let Some(level) = self.keys.iter().position(speaks) else { continue };
            let stem = &self.keys[level];
            let Some((key, value, is_conditional)) = conditional::read((key, value), moment) else {
                continue;
            };
            let (is_forward, is_backward) = match &key[stem.len()..] {
                "" => (true, true),
                ":forward" => (true, false),
                ":backward" => (false, true),
                _ => continue,
            };
            let Some((verdict, is_dismounted)) = self.verdict(value) else { continue };
            let is_directional = !(is_forward && is_backward);
            let statement =
                Statement { level, is_directional, is_conditional, verdict, is_dismounted };
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

    /// Whether the most specific key opens one direction, and says nothing of the other.
    pub(super) fn opens_one_way(&self, stated: Option<Statement>) -> bool {
        stated.is_some_and(|statement| {
            statement.level == self.keys.len() - 1
                && statement.is_directional
                && statement.verdict > Verdict::Closed
        })
    }

    fn is_explicit(&self, statement: Statement) -> bool {
        self.keys[..=statement.level].contains(&self.explicit_from)
    }

    /// What a value means, and whether one then walks. Of several
    /// (`agricultural;forestry`) the most generous counts: each of them is a way in.
    fn verdict(&self, value: &str) -> Option<(Verdict, bool)> {
        let said = value.split(';').filter_map(|word| self.verdict_of_word(word.trim()));
        said.max_by_key(|&(verdict, is_dismounted)| (verdict, !is_dismounted))
    }

    fn verdict_of_word(&self, word: &str) -> Option<(Verdict, bool)> {
        let has = |list: &[String]| has_word(list, word);
        if has(&self.public) {
            Some((Verdict::Public, false))
        } else if has(&self.restricted) {
            Some((Verdict::Restricted, false))
        } else if has(&self.closed) {
            Some((Verdict::Closed, false))
        } else if has(&self.dismounted) {
            Some((Verdict::Public, true))
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
            ("access.dismounted", &self.dismounted),
        ])
    }
}

fn keep_most_specific(kept: &mut Option<Statement>, found: Statement) {
    let rank = |statement: &Statement| {
        (statement.level, statement.is_directional, statement.is_conditional)
    };
    if kept.as_ref().is_none_or(|before| rank(before) < rank(&found)) {
        *kept = Some(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_more_specific_than_none_and_a_vehicle_more_than_a_direction() {
        let statement = |level, is_directional| Statement {
            level,
            is_directional,
            is_conditional: false,
            verdict: Verdict::Public,
            is_dismounted: false,
        };
        let mut kept = None;
        for (level, is_directional) in [(1, false), (1, true), (0, true), (2, false), (1, true)] {
            keep_most_specific(&mut kept, statement(level, is_directional));
        }
        assert_eq!(kept.map(|s| (s.level, s.is_directional)), Some((2, false)));
    }
}
