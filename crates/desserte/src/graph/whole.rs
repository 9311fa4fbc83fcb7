//! What of a network is saved, and how does it come back?
//!
//! Everything that a build made and that cannot be made again from the rest. What
//! is a column is put and taken as it lies, and looked through in `sound.rs`; what
//! is decoded at once is small, and refused here where it makes no sense.

use std::sync::{Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use super::{
    RoadNetwork, barrier::BarrierLines, hierarchy::Hierarchy, manifest::Manifest, plane_within,
    road_graph::RoadGraph, street::Streets,
};
use crate::{
    osm::{Settlement, SettlementRow},
    profile::Delays,
    scratch::Scratch,
    section::{Flaw, Section, Sheaf, Shelf},
};

/// What is not a column: the manifest, and the seconds of each delay.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Particulars {
    manifest: Manifest,
    delays: Delays,
}

impl RoadNetwork {
    /// Everything that a network cannot make again by itself, and the hierarchy if it was prepared.
    pub(crate) fn to_sheaf(&self) -> Sheaf<'_> {
        let mut sheaf = Sheaf::default();
        let manifest = self.manifest.clone();
        let particulars = Particulars { manifest, delays: self.streets.delay_times };
        let json = serde_json::to_vec(&particulars)
            .expect("a manifest has plain keys and finite numbers, and so have delays");
        sheaf.put_made(Section::Manifest, &json);
        sheaf.put(Section::Rules, self.rules.as_bytes());
        self.streets.save(&mut sheaf);
        self.graph.save(&mut sheaf);
        sheaf.put(Section::JunctionPositions, &self.junction_positions);
        sheaf.put(Section::JunctionNodes, &self.junction_nodes);
        sheaf.put(Section::Snappable, &self.is_snappable);
        self.barriers.save(&mut sheaf);
        sheaf.put(Section::EdgePoints, &self.edge_points);
        let (rows, names) = SettlementRow::of(&self.settlements);
        sheaf.put_made(Section::Settlements, &rows);
        sheaf.put_made(Section::SettlementNames, names.as_bytes());
        if let Some(hierarchy) = self.prepared() {
            hierarchy.save(&mut sheaf);
        }
        sheaf
    }

    /// The inverse of [`RoadNetwork::to_sheaf`].
    pub(crate) fn from_shelf(shelf: &Shelf) -> Result<Self, Flaw> {
        let json = shelf.take_seen::<u8>(Section::Manifest)?;
        let Particulars { manifest, delays } = serde_json::from_slice(&json)
            .map_err(|_| Section::Manifest.flaw("it is no manifest"))?;
        let streets = Streets::load(shelf, delays)?;
        let projection = plane_within(manifest.bounds)
            .filter(|plane| plane.to_proj_string() == manifest.projection)
            .ok_or(Section::Manifest.flaw("its plane is not that of its bounds"))?;
        let network = Self {
            streets,
            graph: RoadGraph::load(shelf)?,
            junction_positions: shelf.take(Section::JunctionPositions)?,
            junction_nodes: shelf.take(Section::JunctionNodes)?,
            is_snappable: shelf.take(Section::Snappable)?,
            settlements: settlements(shelf)?,
            barriers: BarrierLines::load(shelf)?,
            edge_points: shelf.take(Section::EdgePoints)?,
            projection,
            walking_speed: manifest.profile.settings.walking_kmh,
            manifest,
            rules: shelf.text(Section::Rules)?,
            snap_index: OnceLock::new(),
            reachability: OnceLock::new(),
            scratch: Scratch::default(),
            hierarchy: Hierarchy::load(shelf)?.map(OnceLock::from).unwrap_or_default(),
            preparing: Mutex::new(()),
        };
        network.check(shelf)?;
        Ok(network)
    }
}

fn settlements(shelf: &Shelf) -> Result<Vec<Settlement>, Flaw> {
    let rows = shelf.take_seen::<SettlementRow>(Section::Settlements)?;
    let names = shelf.text(Section::SettlementNames)?;
    let settlements = SettlementRow::settlements(&rows, &names);
    settlements.ok_or(Section::Settlements.flaw("settlements and names do not go together"))
}
