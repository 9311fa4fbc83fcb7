//! Whether one may step off a way, from its tags alone.

use super::Ground;
use crate::osm::Tags;

/// The ground under a road.
///
/// Tunnel and bridge come before motorway: one walks over the one and under the
/// other, and may stop on neither.
pub(super) fn of_road(tags: Tags<'_>) -> Ground {
    if tags.value("tunnel").is_some_and(is_underground) {
        Ground::Tunnel
    } else if tags.value("bridge").is_some_and(|kind| kind != "no") {
        Ground::Bridge
    } else if is_motorway(tags) {
        Ground::Motorway
    } else {
        Ground::Open
    }
}

/// A passage under a house or a gallery against avalanches is left on foot.
fn is_underground(kind: &str) -> bool {
    !matches!(kind, "no" | "building_passage" | "avalanche_protector" | "covered" | "culvert")
}

fn is_motorway(tags: Tags<'_>) -> bool {
    matches!(tags.value("highway"), Some("motorway" | "motorway_link"))
        || tags.has("motorroad", "yes")
}
