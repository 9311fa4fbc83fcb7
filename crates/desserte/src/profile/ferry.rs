//! Ways that carry the traveller: ferries and shuttle trains.

use serde::{Deserialize, Serialize};

use super::access::{AccessRules, Stated, Statement, Verdict};
use super::error::ProfileError;
use super::rules::check_speed;
use crate::osm::Tags;
use crate::units::{KmPerHour, Millis};

/// How long a crossing takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FerryTerms {
    /// From one end of the way to the other, where the map says.
    pub duration: Option<Millis>,
    /// The declared wait, charged once a line.
    pub wait: Millis,
}

/// Which ways carry the traveller, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FerryRules {
    /// Values of `route`.
    routes: Vec<String>,
    /// Speed of the crossing.
    pub(super) kmh: KmPerHour,
    /// Travellers whose mention alone says that the others stay ashore.
    others: Vec<String>,
}

impl FerryRules {
    pub(super) fn is_ferry(&self, tags: Tags<'_>) -> bool {
        tags.value("route").is_some_and(|route| self.routes.iter().any(|known| known == route))
    }

    /// Who may board in each direction.
    pub(super) fn verdicts(&self, access: &AccessRules, tags: Tags<'_>) -> (Verdict, Verdict) {
        let takes_others_only = self.others.iter().any(|other| tags.value(other).is_some());
        let default = if takes_others_only { Verdict::Closed } else { Verdict::Public };
        let Stated { forward, backward } = access.stated(tags);
        let decide = |stated: Option<Statement>| stated.map_or(default, |found| found.verdict);
        (decide(forward), decide(backward))
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_speed("ferry.kmh", self.kmh)
    }
}
