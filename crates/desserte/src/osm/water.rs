//! Which lines cannot be crossed on foot?
//!
//! The banks of lakes and rivers, the coast, and rivers drawn as a line that are
//! wide or may be. They are kept as lines, never joined to areas: an extract cut
//! at a border holds half a lake, and a half of its bank is still in the way.

use super::blocks::{Element, WayBody};
use super::gather::Gathered;
use super::nodes::Nodes;
use super::selection::RawTags;
use super::{NodeIndex, OsmId};
use crate::units::LonLat;

/// The width from which water is no longer stepped over.
const NARROWEST_METRES: f64 = 10.0;

/// Whether a way is a bank, the coast or a wide river.
pub(super) fn is_barrier_way(tags: &RawTags<'_>) -> bool {
    if is_underground(tags) {
        return false;
    }
    let is_bank = tags.has("natural", "water")
        || tags.has("natural", "coastline")
        || tags.value("water").is_some();
    is_bank
        || match tags.value("waterway") {
            Some("riverbank" | "dock") => true,
            // A stream is stepped over. What is called a river or a canal is as wide as the tag
            // says; without the tag it is taken for wide, since the detour is the safer error.
            Some("river" | "canal") => width_metres(tags).is_none_or(|m| m >= NARROWEST_METRES),
            _ => false,
        }
}

/// Whether a relation is an area of water.
pub(super) fn is_barrier_relation(tags: &RawTags<'_>) -> bool {
    tags.has("type", "multipolygon")
        && !is_underground(tags)
        && (tags.has("natural", "water") || tags.has("waterway", "riverbank"))
}

fn is_underground(tags: &RawTags<'_>) -> bool {
    matches!(tags.value("tunnel"), Some("yes" | "culvert"))
}

fn width_metres(tags: &RawTags<'_>) -> Option<f64> {
    tags.value("width")?.trim_end_matches('m').trim().replace(',', ".").parse().ok()
}

/// The barrier lines, in the order of their ways, cut where a node is not known.
///
/// A way is kept whole if one of its nodes lies inside, as `is_inside` has it for each node.
pub(super) fn barrier_lines(gathered: &Gathered, is_inside: &[bool]) -> Vec<Vec<LonLat>> {
    let of_relations = gathered.relations.iter().filter(|relation| relation.interest.shape);
    let mut banks: Vec<i64> = of_relations
        .flat_map(|relation| &relation.body)
        .filter(|member| ["outer", "inner", ""].contains(&&*member.role))
        .filter_map(|member| match member.id {
            OsmId::Way(id) => Some(id.0),
            _ => None,
        })
        .collect();
    banks.sort_unstable();
    let is_barrier =
        |way: &&Element<WayBody>| way.interest.shape || banks.binary_search(&way.id).is_ok();
    let mut lines = Vec::new();
    for way in gathered.ways.iter().filter(is_barrier) {
        let nodes: Vec<_> = way.body.iter().map(|&id| gathered.nodes.find(id)).collect();
        if nodes.iter().flatten().any(|node| is_inside[node.index()]) {
            lines.extend(stretches(&nodes, &gathered.nodes));
        }
    }
    lines
}

/// The stretches of a line between nodes that are not known.
fn stretches(line: &[Option<NodeIndex>], nodes: &Nodes) -> Vec<Vec<LonLat>> {
    let stretches = line.split(Option::is_none).filter(|stretch| stretch.len() >= 2);
    let position = |node: &NodeIndex| nodes.positions[node.index()];
    stretches.map(|stretch| stretch.iter().flatten().map(position).collect()).collect()
}
