//! Where is the node with this id?
//!
//! Ways name their nodes millions of times, so that a search over all ids would
//! be the dearest step of reading. The span of the ids is therefore cut into as
//! many equal buckets as there are ids, and only one bucket is searched.

use super::tags::TagList;
use super::{NodeIndex, OsmNodeId};
use crate::units::LonLat;

/// Nodes that the files hold on the globe, by ascending id.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) ids: Vec<OsmNodeId>,
    pub(super) positions: Vec<LonLat>,
    /// Those with tags of interest, by ascending index.
    pub(super) tagged: Vec<(NodeIndex, TagList)>,
    /// Where each bucket begins among the ids, and the last one ends.
    buckets: Vec<u32>,
    /// How many low bits of the distance from the first id lie within one bucket.
    shift: u32,
}

impl Nodes {
    /// The same nodes, ready to be asked for.
    pub(super) fn indexed(mut self) -> Self {
        let (Some(first), Some(last)) = (self.ids.first(), self.ids.last()) else {
            return self;
        };
        let count = self.ids.len().next_power_of_two() as u64;
        let width = distance(*first, *last) / count;
        self.shift = u64::BITS - width.leading_zeros();
        let last_bucket = self.bucket(*last).unwrap_or(0);
        self.buckets = vec![0; last_bucket + 2];
        for &id in &self.ids {
            let bucket = distance(*first, id) >> self.shift;
            self.buckets[bucket as usize + 1] += 1;
        }
        for bucket in 1..self.buckets.len() {
            self.buckets[bucket] += self.buckets[bucket - 1];
        }
        self
    }

    /// Where a node lies, if it is there.
    pub(super) fn position(&self, id: OsmNodeId) -> Option<LonLat> {
        self.find(id).map(|node| self.positions[node.index()])
    }

    /// The index of a node, if it is there.
    pub(super) fn find(&self, id: OsmNodeId) -> Option<NodeIndex> {
        let bucket = self.bucket(id)?;
        let (first, end) = (*self.buckets.get(bucket)?, *self.buckets.get(bucket + 1)?);
        let found = self.ids[first as usize..end as usize].binary_search(&id).ok()?;
        Some(NodeIndex(first + found as u32))
    }

    /// The bucket an id belongs to; `None` below the first id.
    fn bucket(&self, id: OsmNodeId) -> Option<usize> {
        let first = *self.ids.first()?;
        (id >= first).then(|| (distance(first, id) >> self.shift) as usize)
    }
}

/// How far an id lies above another, which may be as far as a u64 counts.
fn distance(from: OsmNodeId, to: OsmNodeId) -> u64 {
    to.0.wrapping_sub(from.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(ids: &[i64]) -> Nodes {
        let ids: Vec<_> = ids.iter().map(|&id| OsmNodeId(id)).collect();
        Nodes { positions: vec![LonLat::default(); ids.len()], ids, ..Nodes::default() }.indexed()
    }

    #[test]
    fn every_node_is_found_and_no_other() {
        let dense: Vec<i64> = (1_000..3_000).filter(|id| id % 7 != 0).collect();
        let lists: [&[i64]; 6] =
            [&[], &[5], &[-3, 0, 9], &[i64::MIN, 0, i64::MAX], &[1, 2, 3, 1 << 60], &dense];
        for ids in lists {
            let nodes = nodes(ids);
            let asked = ids.iter().flat_map(|id| [id.saturating_sub(1), *id, id.saturating_add(1)]);
            for id in asked.chain([i64::MIN, i64::MAX, 0, 1_001]) {
                let expected = ids.binary_search(&id).ok().map(|at| NodeIndex(at as u32));
                assert_eq!(nodes.find(OsmNodeId(id)), expected, "{id}");
            }
        }
    }
}
