//! Which elements become one point each?
//!
//! Places and care points are read alike: elements are wanted for their tags,
//! a way or a relation becomes a point on its surface, and what lies outside the
//! clip is left out. What the tags say is put in words by the caller.

use std::path::PathBuf;

use super::clip::{Clip, ClipTest};
use super::error::OsmError;
use super::gather::{Gathered, gather};
use super::selection::Selection;
use super::surface::{point_of_relation, point_of_way};
use super::tags::Tags;
use super::{NodeIndex, Oddities, OsmId, OsmRelationId, OsmWayId, SourceFile};
use crate::units::LonLat;
use crate::watch::Watch;

/// Points of one sort, and where they come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointFeatures<T> {
    /// The points: nodes first, then ways, then relations, each by ascending id.
    pub features: Vec<T>,
    /// The files they were read from, in the order given.
    pub sources: Vec<SourceFile>,
    /// What was odd, counted.
    pub oddities: Oddities,
}

/// Reads the elements that a selection wants, as points.
///
/// `describe` may still decline an element, for what its tags say together.
pub(super) fn read_points<T>(
    paths: &[PathBuf],
    clip: Option<&Clip>,
    watch: &Watch,
    selection: &Selection,
    describe: impl Fn(OsmId, LonLat, Tags<'_>) -> Option<T>,
) -> Result<PointFeatures<T>, OsmError> {
    let clip = clip.map(ClipTest::new).transpose()?;
    let mut gathered = gather(paths, selection, watch)?;
    let mut features = Vec::new();
    let mut lost = 0;
    for (id, position, tags) in points(&gathered) {
        let Some(feature) = describe(id, position.unwrap_or_default(), tags) else {
            continue;
        };
        match position {
            None => lost += 1,
            Some(position) if clip.as_ref().is_none_or(|clip| clip.contains(position)) => {
                features.push(feature);
            }
            Some(_) => {}
        }
    }
    gathered.oddities.lost_points = lost;
    Ok(PointFeatures { features, sources: gathered.sources, oddities: gathered.oddities })
}

/// Every element with its position, if it has one.
fn points(gathered: &Gathered) -> impl Iterator<Item = (OsmId, Option<LonLat>, Tags<'_>)> {
    let all = &gathered.nodes;
    let nodes = all.tagged.iter().map(|&(NodeIndex(node), tags)| {
        let node = node as usize;
        (OsmId::Node(all.ids[node]), Some(all.positions[node]), gathered.tags.get(tags))
    });
    let ways = gathered.ways.iter().filter(|way| way.interest.tags).map(|way| {
        let position = point_of_way(way, all);
        (OsmId::Way(OsmWayId(way.id)), position, gathered.tags.get(way.tags))
    });
    let relations = gathered.relations.iter().filter(|r| r.interest.tags).map(|relation| {
        let position = point_of_relation(relation, gathered);
        let id = OsmId::Relation(OsmRelationId(relation.id));
        (id, position, gathered.tags.get(relation.tags))
    });
    nodes.chain(ways).chain(relations)
}
