//! Stage 1: which ways, restrictions, places, care points and barriers are in the extracts?
//!
//! Files are gone through three times, since relations name ways and ways name
//! nodes. What comes out is plain data in one order, whatever the order of the
//! files' elements and the number of threads: nodes and ways by ascending id,
//! each once, at its highest version.
//!
//! ```text
//! header   is this a whole PBF file?          -> the places of its blocks
//! reader   blocks, unpacked in parallel (blob), decoded and checked (blocks)
//! gather   three passes, merged by id         <- a selection: street, place, care
//! street   ways, restrictions, barriers (water), towns (built_up), edge  -> OsmExtract
//! place, care   points (surface)              -> PointFeatures
//! ```
//!
//! Tags are kept as text. What a tag means for a traveller is the next stage's.

mod atlas;
mod blob;
mod blocks;
mod built_up;
mod care;
mod clip;
mod column;
mod edge;
mod error;
mod gather;
mod header;
mod ids;
mod message;
mod nodes;
mod place;
mod point;
mod reader;
mod selection;
mod street;
mod surface;
mod tags;
mod water;
mod wire;

use std::fmt;

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(crate) use built_up::SettlementRow;
pub use built_up::{BuiltUpLand, Settlement, SettlementKind};
pub use care::{CareKind, CarePoint, read_care};
pub use clip::Clip;
pub use error::{ClipError, OsmError};
pub use place::{Place, read_places};
pub use point::PointFeatures;
pub use tags::{TagList, TagPool, Tags};

use crate::units::LonLat;

/// Identity of an OpenStreetMap node.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Pod, Zeroable,
)]
#[serde(transparent)]
#[repr(transparent)]
pub struct OsmNodeId(pub i64);

/// Identity of an OpenStreetMap way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OsmWayId(pub i64);

/// Identity of an OpenStreetMap relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OsmRelationId(pub i64);

/// Identity of an OpenStreetMap element of any kind; nodes come first, then ways, then relations.
///
/// ```
/// use desserte::osm::{OsmId, OsmNodeId};
///
/// assert_eq!(OsmId::Node(OsmNodeId(123)).to_string(), "node/123");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OsmId {
    /// A node.
    Node(OsmNodeId),
    /// A way.
    Way(OsmWayId),
    /// A relation.
    Relation(OsmRelationId),
}

impl fmt::Display for OsmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => write!(f, "node/{}", id.0),
            Self::Way(id) => write!(f, "way/{}", id.0),
            Self::Relation(id) => write!(f, "relation/{}", id.0),
        }
    }
}

/// Position of a node in [`OsmExtract::node_ids`]; [`NodeIndex::MISSING`] where
/// a way names a node that no file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(pub u32);

impl NodeIndex {
    /// The node is named by a way and held by no file.
    pub const MISSING: Self = Self(u32::MAX);

    /// The index as a slice wants it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a road network needs of one or several files.
///
/// Fields are public and complete: an extract can be made by hand, for a test
/// or from another source of data. [`OsmExtract::read`] makes one from files.
#[derive(Debug, Default)]
pub struct OsmExtract {
    /// Nodes named by the kept ways, by ascending id.
    pub node_ids: Vec<OsmNodeId>,
    /// Their positions, in the same order.
    pub positions: Vec<LonLat>,
    /// Nodes that bear a tag which may concern a traveller (barrier, signal, ...), by ascending index.
    pub tagged_nodes: Vec<(NodeIndex, TagList)>,
    /// Ways one may travel on, by ascending id: streets, ferries, shuttle trains.
    pub ways: Vec<OsmWay>,
    /// Nodes of all ways, one way after the other; see [`OsmExtract::way_nodes`].
    pub way_nodes: Vec<NodeIndex>,
    /// Nodes at or beyond which the files may lack streets, by ascending index.
    pub edge_nodes: Vec<NodeIndex>,
    /// Turn restrictions, by ascending id.
    pub restrictions: Vec<TurnRestriction>,
    /// Lines that cannot be crossed on foot: outlines of water, coastline, wide waterways.
    pub barrier_lines: Vec<Vec<LonLat>>,
    /// Where towns and villages are, as far as it may decide a speed.
    pub built_up: BuiltUpLand,
    /// The text of all tags.
    pub tags: TagPool,
    /// The files this was read from, in the order given.
    pub sources: Vec<SourceFile>,
    /// What was odd, counted.
    pub oddities: Oddities,
}

/// A way of the extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsmWay {
    /// Its identity.
    pub id: OsmWayId,
    /// Its first position in [`OsmExtract::way_nodes`].
    pub first_node: u32,
    /// How many nodes it has.
    pub node_count: u32,
    /// Its tags.
    pub tags: TagList,
}

/// A relation `type=restriction`, as it stands in the file.
///
/// Members keep their order. Which vehicle it binds and whether its members fit
/// the network is decided by the later stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRestriction {
    /// Its identity.
    pub id: OsmRelationId,
    /// Its tags.
    pub tags: TagList,
    /// Ways one comes from.
    pub from: Vec<OsmWayId>,
    /// Nodes and ways between.
    pub via: Vec<Via>,
    /// Ways one goes to.
    pub to: Vec<OsmWayId>,
}

/// A member `via` of a turn restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The junction where the turn happens.
    Node(OsmNodeId),
    /// A way that lies between the two turns.
    Way(OsmWayId),
}

/// One file an extract was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, without the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The date of the map data, as the file's header states it (ISO 8601).
    pub data_date: Option<String>,
}

/// What an extract holds that a complete, consistent map would not. None of it is fatal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oddities {
    /// References of kept ways to nodes that no file holds; the way is cut there.
    pub missing_nodes: u64,
    /// Ways with fewer than two known nodes; left out.
    pub short_ways: u64,
    /// Kept elements met more than once, within a file or between files, each counted once; the
    /// highest version won.
    pub repeated_elements: u64,
    /// Nodes whose coordinates are not on the globe; treated as missing.
    pub misplaced_nodes: u64,
    /// Elements with an index out of their block's text, or with numbers that overflow; left out.
    pub broken_elements: u64,
    /// Places or care points drawn as a way or relation none of whose nodes is known; left out.
    pub lost_points: u64,
}

impl OsmExtract {
    /// The nodes of a way, in its order.
    #[must_use]
    pub fn nodes_of(&self, way: &OsmWay) -> &[NodeIndex] {
        &self.way_nodes[way.first_node as usize..(way.first_node + way.node_count) as usize]
    }

    /// The index of a node, if the extract has it.
    #[must_use]
    pub fn node_index(&self, id: OsmNodeId) -> Option<NodeIndex> {
        self.node_ids.binary_search(&id).ok().map(|index| NodeIndex(index as u32))
    }

    /// The index of a way in [`OsmExtract::ways`], if the extract has it.
    #[must_use]
    pub fn way_index(&self, id: OsmWayId) -> Option<usize> {
        self.ways.binary_search_by_key(&id, |way| way.id).ok()
    }
}
