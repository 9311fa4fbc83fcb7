//! At which points of streets does the map end?
//!
//! The extract names the nodes ([`OsmExtract::edge_nodes`]); streets keep positions,
//! which are those of the map to the last digit, and by which the points are found.
//! Another node at the very position of one of them counts as well.

use std::collections::HashSet;

use bytemuck::{Pod, Zeroable};

use crate::{
    osm::{NodeIndex, OsmExtract},
    store::Column,
    units::LonLat,
};

use super::street::{StreetId, Streets};

/// A point of a street at or beyond which the map may lack streets.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct EdgePoint {
    pub(super) street: u32,
    /// Counted from the first point of the street.
    pub(super) point: u32,
}

/// All of them, by ascending street and point.
pub(super) fn points(extract: &OsmExtract, streets: &Streets) -> Column<EdgePoint> {
    let at = |node: &NodeIndex| extract.positions[node.index()];
    let edge: HashSet<LonLat> = extract.edge_nodes.iter().map(at).collect();
    if edge.is_empty() {
        return Column::default();
    }
    let of_street = |street: StreetId| {
        let points = (0..).zip(streets.points(street));
        let found = points.filter(|(_, position)| edge.contains(position));
        found.map(move |(point, _)| EdgePoint { street: street.0, point })
    };
    streets.ids().flat_map(of_street).collect()
}
