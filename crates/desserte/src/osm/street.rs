//! Which ways may one travel on, and what is said of them?
//!
//! Every way with a `highway`, ferries and shuttle trains; turn restrictions;
//! and the nodes of these ways that stop, slow or direct a traveller. Whether a
//! way may be used is left to the profile: here only what cannot concern any
//! traveller is left out.

use std::path::PathBuf;

use super::built_up::{built_up_land, is_built_up_relation, is_built_up_way, settlement_kind};
use super::clip::{Clip, ClipTest};
use super::edge::edge_nodes;
use super::error::OsmError;
use super::gather::{Gathered, gather};
use super::selection::{Interest, RawTags, Selection};
use super::tags::TagCopy;
use super::water::{barrier_lines, is_barrier_relation, is_barrier_way};
use super::{
    NodeIndex, Oddities, OsmExtract, OsmId, OsmNodeId, OsmRelationId, OsmWay, OsmWayId,
    TurnRestriction, Via,
};
use crate::units::LonLat;
use crate::watch::Watch;

/// Keys, up to the first colon, that cannot concern a traveller.
const DROPPED_ROOTS: [&str; 44] = [
    "FIXME",
    "TODO",
    "addr",
    "alt_name",
    "architect",
    "attribution",
    "building",
    "check_date",
    "comment",
    "contact",
    "created_by",
    "description",
    "email",
    "facebook",
    "fixme",
    "gnis",
    "heritage",
    "history",
    "image",
    "import",
    "import_uuid",
    "inscription",
    "is_in",
    "loc_name",
    "mapillary",
    "name_1",
    "note",
    "official_name",
    "old_name",
    "old_ref",
    "phone",
    "photo",
    "short_name",
    "source",
    "source_ref",
    "start_date",
    "survey",
    "tiger",
    "todo",
    "url",
    "website",
    "wikidata",
    "wikimedia_commons",
    "wikipedia",
];

/// Keys of a node that may stop, slow or direct a traveller.
const NODE_KEYS: [&str; 30] = [
    "access",
    "agricultural",
    "barrier",
    "bicycle",
    "bus",
    "crossing",
    "direction",
    "foot",
    "ford",
    "forestry",
    "give_way",
    "goods",
    "hgv",
    "highway",
    "horse",
    "locked",
    "maxheight",
    "maxlength",
    "maxweight",
    "maxwidth",
    "moped",
    "motor_vehicle",
    "motorcar",
    "motorcycle",
    "psv",
    "railway",
    "stop",
    "traffic_calming",
    "traffic_signals",
    "vehicle",
];

const STREETS: Selection = Selection {
    relation: |tags| {
        let is_restriction = tags
            .value("type")
            .is_some_and(|kind| kind == "restriction" || kind.starts_with("restriction:"));
        let (shape, land) = (is_barrier_relation(tags), is_built_up_relation(tags));
        Interest { tags: is_restriction, shape, land }
    },
    way: |tags| {
        let (shape, land) = (is_barrier_way(tags), is_built_up_way(tags));
        Interest { tags: is_street(tags), shape, land }
    },
    node: |tags| {
        let land = settlement_kind(tags.value("place")).is_some();
        Interest { tags: land || tags.keys().any(concerns_a_passage), shape: false, land }
    },
    lone_node: |tags| {
        // Its tags are kept too: they say which kind of settlement it is.
        let land = settlement_kind(tags.value("place")).is_some();
        Interest { tags: land, shape: false, land }
    },
    keeps_key: concerns_a_traveller,
};

impl OsmExtract {
    /// Reads what a road network needs of one or several PBF files.
    ///
    /// Files may overlap: elements are merged by id, the highest version wins.
    /// With a clip, ways are kept that have a node within it. The extract does
    /// not depend on the number of threads. `watch` counts bytes.
    ///
    /// # Errors
    ///
    /// A file that is missing, not a PBF file, cut short or damaged; a clip that
    /// means nothing; files without a street, or with none inside the clip.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use desserte::{Watch, osm::OsmExtract};
    ///
    /// let files = ["ardeche.osm.pbf".into(), "drome.osm.pbf".into()];
    /// let extract = OsmExtract::read(&files, None, &Watch::new())?;
    /// assert!(!extract.ways.is_empty());
    /// # Ok::<(), desserte::osm::OsmError>(())
    /// ```
    pub fn read(paths: &[PathBuf], clip: Option<&Clip>, watch: &Watch) -> Result<Self, OsmError> {
        let clip = clip.map(ClipTest::new).transpose()?;
        let gathered = gather(paths, &STREETS, watch)?;
        let streets = gathered.ways.iter().filter(|way| way.interest.tags).count();
        if streets == 0 {
            return Err(OsmError::NoStreets { files: gathered.file_names() });
        }
        let is_inside = |position: LonLat| clip.as_ref().is_none_or(|clip| clip.contains(position));
        let is_inside: Vec<bool> =
            gathered.nodes.positions.iter().map(|&position| is_inside(position)).collect();
        Assembly::of(&gathered, is_inside, clip.is_some()).finish(streets)
    }
}

/// Whether a way is one to travel on.
fn is_street(tags: &RawTags<'_>) -> bool {
    tags.value("highway").is_some()
        || matches!(tags.value("route"), Some("ferry" | "shuttle_train"))
}

/// Whether a key may concern someone who travels along a way.
fn concerns_a_traveller(key: &str) -> bool {
    let (root, rest) = key.split_once(':').map_or((key, None), |(root, rest)| (root, Some(rest)));
    match (root, rest) {
        ("name" | "ref", Some(_)) => false,
        ("source", Some(rest)) => rest == "maxspeed" || rest.starts_with("maxspeed:"),
        (root, _) => DROPPED_ROOTS.binary_search(&root).is_err(),
    }
}

/// Whether a key of a node may concern someone who passes it.
fn concerns_a_passage(key: &str) -> bool {
    let root = key.split_once(':').map_or(key, |(root, _)| root);
    NODE_KEYS.binary_search(&root).is_ok()
}

/// An extract in the making.
struct Assembly<'a> {
    gathered: &'a Gathered,
    /// Whether a node lies within the clip; true of all where there is none.
    is_inside: Vec<bool>,
    is_clipped: bool,
    tags: TagCopy<'a>,
    ways: Vec<OsmWay>,
    /// Nodes of the ways, by their index among the gathered nodes.
    way_nodes: Vec<NodeIndex>,
    oddities: Oddities,
}

impl<'a> Assembly<'a> {
    fn of(gathered: &'a Gathered, is_inside: Vec<bool>, is_clipped: bool) -> Self {
        Self {
            gathered,
            is_inside,
            is_clipped,
            tags: TagCopy::of(&gathered.tags),
            ways: Vec::new(),
            way_nodes: Vec::new(),
            oddities: gathered.oddities,
        }
    }

    fn finish(mut self, streets: usize) -> Result<OsmExtract, OsmError> {
        let files = self.gathered.file_names();
        self.add_ways();
        if self.way_nodes.len() >= u32::MAX as usize {
            return Err(OsmError::TooLarge { files });
        }
        if self.ways.is_empty() {
            return Err(if self.is_clipped {
                OsmError::NothingInside { streets, files }
            } else {
                OsmError::NoStreets { files }
            });
        }
        let restrictions = self.restrictions();
        let barrier_lines = barrier_lines(self.gathered, &self.is_inside);
        let edge = edge_nodes(self.gathered, &self.is_inside, (&self.ways, &self.way_nodes));
        let (node_ids, positions, renumbered) = self.used_nodes();
        let built_up = built_up_land(self.gathered, &positions);
        for node in &mut self.way_nodes {
            *node = renumber(*node, &renumbered);
        }
        let tagged = self.gathered.nodes.tagged.iter();
        let tagged_nodes = tagged
            .map(|(node, tags)| (renumber(*node, &renumbered), *tags))
            .filter(|(node, _)| *node != NodeIndex::MISSING)
            .filter(|(_, tags)| {
                self.gathered.tags.get(*tags).iter().any(|(key, _)| concerns_a_passage(key))
            })
            .map(|(node, tags)| (node, self.tags.copy(tags)))
            .collect();
        Ok(OsmExtract {
            node_ids,
            positions,
            tagged_nodes,
            ways: self.ways,
            way_nodes: self.way_nodes,
            edge_nodes: edge.into_iter().map(|node| renumber(node, &renumbered)).collect(),
            restrictions,
            barrier_lines,
            built_up,
            tags: self.tags.finish(),
            sources: self.gathered.sources.clone(),
            oddities: self.oddities,
        })
    }

    /// Keeps the ways that touch the clip and have two nodes to travel between.
    fn add_ways(&mut self) {
        let nodes = &self.gathered.nodes;
        for way in self.gathered.ways.iter().filter(|way| way.interest.tags) {
            let first = self.way_nodes.len();
            let found = way.body.iter().map(|&id| nodes.find(id).unwrap_or(NodeIndex::MISSING));
            self.way_nodes.extend(found);
            let known = || self.way_nodes[first..].iter().filter(|n| **n != NodeIndex::MISSING);
            let count = known().count();
            let is_inside = !self.is_clipped || known().any(|node| self.is_inside[node.index()]);
            if is_inside {
                self.oddities.missing_nodes += (way.body.len() - count) as u64;
                self.oddities.short_ways += u64::from(count < 2);
            }
            if !is_inside || count < 2 {
                self.way_nodes.truncate(first);
                continue;
            }
            self.ways.push(OsmWay {
                id: OsmWayId(way.id),
                first_node: first as u32,
                node_count: way.body.len() as u32,
                tags: self.tags.copy(way.tags),
            });
        }
    }

    /// The restrictions; in a clip, those that name a way that was kept.
    fn restrictions(&mut self) -> Vec<TurnRestriction> {
        let mut restrictions = Vec::new();
        for relation in self.gathered.relations.iter().filter(|r| r.interest.tags) {
            let id = OsmRelationId(relation.id);
            let (mut from, mut via, mut to) = (Vec::new(), Vec::new(), Vec::new());
            for member in &relation.body {
                match (&*member.role, member.id) {
                    ("from", OsmId::Way(way)) => from.push(way),
                    ("to", OsmId::Way(way)) => to.push(way),
                    ("via", OsmId::Way(way)) => via.push(Via::Way(way)),
                    ("via", OsmId::Node(node)) => via.push(Via::Node(node)),
                    _ => {}
                }
            }
            let is_kept = |way: &OsmWayId| self.ways.binary_search_by_key(way, |w| w.id).is_ok();
            if self.is_clipped && !from.iter().chain(&to).any(is_kept) {
                continue;
            }
            let tags = self.tags.copy(relation.tags);
            restrictions.push(TurnRestriction { id, tags, from, via, to });
        }
        restrictions
    }

    /// Ids and positions of the nodes of the ways, and the number of each gathered node among them.
    fn used_nodes(&self) -> (Vec<OsmNodeId>, Vec<LonLat>, Vec<NodeIndex>) {
        let nodes = &self.gathered.nodes;
        let mut is_used = vec![false; nodes.ids.len()];
        for node in self.way_nodes.iter().filter(|node| **node != NodeIndex::MISSING) {
            is_used[node.index()] = true;
        }
        let mut renumbered = vec![NodeIndex::MISSING; nodes.ids.len()];
        let (mut ids, mut positions) = (Vec::new(), Vec::new());
        for node in (0..nodes.ids.len()).filter(|&node| is_used[node]) {
            renumbered[node] = NodeIndex(ids.len() as u32);
            ids.push(nodes.ids[node]);
            positions.push(nodes.positions[node]);
        }
        (ids, positions, renumbered)
    }
}

fn renumber(node: NodeIndex, renumbered: &[NodeIndex]) -> NodeIndex {
    renumbered.get(node.index()).copied().unwrap_or(NodeIndex::MISSING)
}
