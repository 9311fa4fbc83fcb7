//! What stands on a node, and whom it stops.
//!
//! The kind of a barrier says what it is by default; an access tag on the node
//! says who may pass it and wins; a vehicle too large for it never passes. A node without a barrier stops nobody: an
//! access tag on a pedestrian crossing speaks of those who cross.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::access::{AccessRules, Verdict};
use super::departure::Moment;
use super::error::ProfileError;
use super::rules::{check_disjoint, check_spelling};
use super::{DelayCause, NodePassage};
use crate::osm::Tags;

/// Kinds of barrier that one may pass; a kind that is none of them may be one of the map's own.
const KNOWN: [&str; 29] = [
    "block",
    "bollard",
    "border_control",
    "bus_trap",
    "cattle_grid",
    "chain",
    "checkpoint",
    "cycle_barrier",
    "entrance",
    "full-height_turnstile",
    "gate",
    "hampshire_gate",
    "height_restrictor",
    "horse_stile",
    "jersey_barrier",
    "kerb",
    "kissing_gate",
    "lift_gate",
    "log",
    "motorcycle_barrier",
    "rope",
    "sally_port",
    "security_control",
    "sliding_gate",
    "stile",
    "swing_gate",
    "toll_booth",
    "turnstile",
    "wicket_gate",
];

/// Kinds of barrier, by what they do to the traveller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BarrierRules {
    open: Vec<String>,
    restricted: Vec<String>,
    closed: Vec<String>,
    /// Kinds that cost time.
    pub(super) delays: BTreeMap<String, DelayCause>,
}

impl BarrierRules {
    pub(super) fn passage(
        &self,
        access: &AccessRules,
        tags: Tags<'_>,
        moment: &Moment<'_>,
    ) -> NodePassage {
        let Some(kind) = tags.value("barrier") else { return NodePassage::Open };
        if moment.vehicle.is_some_and(|vehicle| !vehicle.fits(tags)) {
            return NodePassage::Closed;
        }
        match access.stated(tags, moment).forward {
            Some(statement) => statement.verdict.to_passage(),
            None => self.default_verdict(kind, tags).to_passage(),
        }
    }

    fn default_verdict(&self, kind: &str, tags: Tags<'_>) -> Verdict {
        let has = |list: &[String]| list.iter().any(|known| known == kind);
        if has(&self.closed) {
            Verdict::Closed
        } else if has(&self.restricted) || (has(&self.open) && tags.has("locked", "yes")) {
            Verdict::Restricted
        } else {
            Verdict::Public
        }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        for kind in self.delays.keys() {
            check_spelling("barriers.delays", kind, &KNOWN)?;
        }
        check_disjoint(&[
            ("barriers.open", &self.open),
            ("barriers.restricted", &self.restricted),
            ("barriers.closed", &self.closed),
        ])
    }
}
