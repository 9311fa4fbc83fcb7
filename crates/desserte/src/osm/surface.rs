//! Where is a thing that is drawn as an outline?
//!
//! A hospital may be a node, a way round its building, or a relation of several
//! ways. Travel times need one point of it: on its surface, so that it is never
//! across the street. The surface is cut by the parallel half-way up, and the
//! point is the middle of the longest piece inside. Where the outline has gaps,
//! the point is the known node nearest to the middle of the known ones.

use super::blocks::{Element, RelationBody, WayBody};
use super::gather::Gathered;
use super::nodes::Nodes;
use super::{OsmId, OsmNodeId};
use crate::units::LonLat;

/// Members of a relation that say where its centre is, and are better than any computation.
const CENTRES: [&str; 2] = ["admin_centre", "label"];

/// A point of a way; `None` where none of its nodes is known.
pub(super) fn point_of_way(way: &Element<WayBody>, nodes: &Nodes) -> Option<LonLat> {
    let ring = ring(&way.body, nodes);
    ring.and_then(|ring| point_inside(&[ring])).or_else(|| middle_node(&known(&way.body, nodes)))
}

/// A point of a relation; `None` where none of the nodes of its members is known.
pub(super) fn point_of_relation(
    relation: &Element<RelationBody>,
    gathered: &Gathered,
) -> Option<LonLat> {
    centre(relation, &gathered.nodes)
        .or_else(|| point_inside(&rings(relation, gathered)?))
        .or_else(|| middle_node(&all_known(relation, gathered)))
}

fn centre(relation: &Element<RelationBody>, nodes: &Nodes) -> Option<LonLat> {
    let of_role = |role: &str| {
        relation.body.iter().find_map(|member| match member.id {
            OsmId::Node(id) if &*member.role == role => nodes.position(id),
            _ => None,
        })
    };
    CENTRES.into_iter().find_map(of_role)
}

/// Every known node of the members.
fn all_known(relation: &Element<RelationBody>, gathered: &Gathered) -> Vec<LonLat> {
    let nodes = &gathered.nodes;
    let of_member = |id: OsmId| match id {
        OsmId::Node(id) => nodes.position(id).into_iter().collect(),
        OsmId::Way(id) => gathered.way(id.0).map_or(Vec::new(), |way| known(&way.body, nodes)),
        OsmId::Relation(_) => Vec::new(),
    };
    relation.body.iter().flat_map(|member| of_member(member.id)).collect()
}

fn known(ids: &[OsmNodeId], nodes: &Nodes) -> Vec<LonLat> {
    ids.iter().filter_map(|&id| nodes.position(id)).collect()
}

/// The positions of a closed line whose nodes are all known.
pub(super) fn ring(ids: &[OsmNodeId], nodes: &Nodes) -> Option<Vec<LonLat>> {
    let is_closed = ids.len() >= 4 && ids.first() == ids.last();
    if !is_closed {
        return None;
    }
    ids.iter().map(|&id| nodes.position(id)).collect()
}

/// The rings of a relation, outer and inner; `None` unless every one is complete.
fn rings(relation: &Element<RelationBody>, gathered: &Gathered) -> Option<Vec<Vec<LonLat>>> {
    let mut lines = Vec::new();
    for member in &relation.body {
        if let OsmId::Way(id) = member.id
            && ["outer", "inner", ""].contains(&&*member.role)
        {
            lines.push(gathered.way(id.0)?.body.clone());
        }
    }
    stitch(lines).iter().map(|line| ring(line, &gathered.nodes)).collect()
}

/// Joins lines that end at the same node, the first with whichever comes next in order.
pub(super) fn stitch(mut lines: Vec<Vec<OsmNodeId>>) -> Vec<Vec<OsmNodeId>> {
    lines.retain(|line| !line.is_empty());
    lines.reverse();
    let mut joined = Vec::new();
    while let Some(mut line) = lines.pop() {
        while line.first() != line.last() {
            let end = line.last().copied();
            let goes_on = |other: &Vec<OsmNodeId>| {
                other.first() != other.last()
                    && (other.first().copied() == end || other.last().copied() == end)
            };
            let Some(next) = lines.iter().rposition(goes_on) else {
                break;
            };
            let mut next = lines.remove(next);
            if next.first().copied() != end {
                next.reverse();
            }
            line.extend(next.into_iter().skip(1));
        }
        joined.push(line);
    }
    joined
}

/// The middle of the longest piece of the parallel half-way up that lies inside the rings.
fn point_inside(rings: &[Vec<LonLat>]) -> Option<LonLat> {
    let lats = || rings.iter().flatten().map(|position| position.lat);
    let (low, high) = (lats().min()?, lats().max()?);
    let lat = i32::midpoint(low, high);
    let mut crossings: Vec<f64> = rings
        .iter()
        .flat_map(|ring| ring.windows(2))
        .filter(|side| (side[0].lat > lat) != (side[1].lat > lat))
        .map(|side| {
            let share = (f64::from(lat) - f64::from(side[0].lat))
                / (f64::from(side[1].lat) - f64::from(side[0].lat));
            f64::from(side[0].lon) + share * (f64::from(side[1].lon) - f64::from(side[0].lon))
        })
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let longest =
        crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(LonLat { lon: f64::midpoint(longest[0], longest[1]).round() as i32, lat })
}

/// The node nearest to the middle of all.
fn middle_node(nodes: &[LonLat]) -> Option<LonLat> {
    let sum = |of: fn(&LonLat) -> i32| nodes.iter().map(|node| i64::from(of(node))).sum::<i64>();
    let count = i64::try_from(nodes.len()).ok().filter(|count| *count > 0)?;
    let (lon, lat) = (sum(|node| node.lon) / count, sum(|node| node.lat) / count);
    nodes.iter().copied().min_by_key(|node| {
        let (east, north) = (i64::from(node.lon) - lon, i64::from(node.lat) - lat);
        // i128, since the two squares may add up to more than an i64 holds.
        i128::from(east).pow(2) + i128::from(north).pow(2)
    })
}
