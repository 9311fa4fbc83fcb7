//! Beyond which nodes may there be streets that the files do not hold?
//!
//! An extract ends somewhere, and does not say where. Four things betray it. A way
//! names nodes that no file has. A node lies outside the area that was asked for,
//! or outside the boxes that the headers of all files state: its way was kept
//! whole, others that pass there were not. And a main road ends in nothing, which
//! roads do where a map was cut along a border, and hardly elsewhere.
//!
//! Main are motorways, trunk and primary roads. On the Faroe Islands, where no road
//! is cut, none that is open to cars ends so, while secondary and tertiary roads do;
//! in Andorra, cut by its border, those that do are at the border.

use super::{NodeIndex, OsmWay, gather::Gathered};

/// Classes of road that lead somewhere.
const MAIN: [&str; 3] = ["motorway", "trunk", "primary"];

/// The nodes of some ways at which the files end, as they were gathered.
pub(super) fn edge_nodes(
    gathered: &Gathered,
    is_inside: &[bool],
    (ways, way_nodes): (&[OsmWay], &[NodeIndex]),
) -> Vec<NodeIndex> {
    let positions = &gathered.nodes.positions;
    // A file that states no extent may cover anything.
    let extents: Option<Vec<_>> = gathered.extents.iter().copied().collect();
    let is_covered = |node: usize| match &extents {
        Some(extents) => extents.iter().any(|extent| extent.contains(positions[node])),
        None => true,
    };
    let mut uses = vec![0_u8; positions.len()];
    let mut is_edge = vec![false; positions.len()];
    for node in way_nodes.iter().filter(|node| **node != NodeIndex::MISSING) {
        let node = node.index();
        uses[node] = uses[node].saturating_add(1);
        is_edge[node] = !is_inside[node] || !is_covered(node);
    }
    let mut is_main = main_roads(gathered);
    for way in ways {
        let first = way.first_node as usize;
        let nodes = &way_nodes[first..first + way.node_count as usize];
        for pair in nodes.windows(2) {
            match pair {
                [NodeIndex::MISSING, node] | [node, NodeIndex::MISSING]
                    if *node != NodeIndex::MISSING =>
                {
                    is_edge[node.index()] = true;
                }
                _ => {}
            }
        }
        if is_main(way) {
            let ends = [nodes.first(), nodes.last()].into_iter().flatten();
            for end in ends.filter(|end| **end != NodeIndex::MISSING) {
                is_edge[end.index()] |= uses[end.index()] == 1;
            }
        }
    }
    (0..).zip(is_edge).filter(|&(_, is)| is).map(|(node, _)| NodeIndex(node)).collect()
}

/// Says of one way after the other, in the order in which they were gathered, whether it leads somewhere.
fn main_roads(gathered: &Gathered) -> impl FnMut(&OsmWay) -> bool + '_ {
    let mut ways = gathered.ways.iter();
    move |way| {
        let found = ways.find(|found| found.id == way.id.0);
        let class = found.and_then(|found| gathered.tags.get(found.tags).value("highway"));
        class.is_some_and(|class| MAIN.contains(&class))
    }
}
