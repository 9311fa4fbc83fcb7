//! What a network was made of: the hypotheses that every result carries.

use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::osm::{Oddities, SourceFile};
use crate::profile::{Profile, RuralSummary, Settings};

use super::turn::RestrictionCounts;

/// Everything needed to make the same network again, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this crate.
    pub version: String,
    /// Who travels, and by which rules.
    pub profile: ProfileSummary,
    /// The files, in the order given.
    pub extracts: Vec<SourceFile>,
    /// What was odd in them.
    pub oddities: Oddities,
    /// What became of the turn restrictions.
    pub restrictions: RestrictionCounts,
    /// The size of the network.
    pub counts: NetworkCounts,
    /// West, south, east and north, in degrees.
    pub bounds: [f64; 4],
    /// The plane of the network, as PROJ writes it.
    pub projection: String,
}

/// A profile, as a result names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// What its user may set.
    pub settings: Settings,
    /// Its areas with a limit of their own, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rural_areas: Option<RuralSummary>,
    /// SHA-256 of all its rules and settings, as [`Profile::to_toml`] writes them.
    pub rules_sha256: String,
}

impl ProfileSummary {
    /// The summary of a profile, whose rules and settings are this TOML.
    pub(super) fn of(profile: &Profile, toml: &str) -> Self {
        let mut rules = Fingerprint::default();
        rules.update(toml.as_bytes());
        Self {
            name: profile.name().to_owned(),
            settings: *profile.settings(),
            rural_areas: profile.rural_summary(),
            rules_sha256: rules.to_hex(),
        }
    }
}

/// The size of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkCounts {
    /// Junctions and ends of streets.
    pub junctions: usize,
    /// Streets.
    pub streets: usize,
    /// Streets that a place may be snapped to.
    pub snappable_streets: usize,
    /// Length of all streets, in kilometres.
    pub street_km: f64,
    /// Nodes of the searched graph: junctions, split where layers or turns need it.
    pub nodes: usize,
    /// Arcs of the searched graph.
    pub arcs: usize,
    /// Straight pieces of lines that cannot be crossed on foot.
    pub barrier_segments: usize,
}
