//! How do nodes wait for one another in little memory?
//!
//! Of most nodes a street is drawn with nothing is known but where they are. So the nodes kept of a
//! block are packed into columns as soon as it is decoded, and the few that have tags say so apart.
//! Only where a node may come twice are they unpacked again, to be compared.

use super::blocks::{Batch, Element, NodeBody, Span};
use super::selection::Interest;
use super::tags::{BlockTags, ListShift, TagList};
use crate::units::LonLat;

/// Nodes of one block, or of all, by the order of their elements.
#[derive(Debug)]
pub(super) struct NodeColumns {
    pub(super) ids: Vec<i64>,
    versions: Vec<i32>,
    /// Where each is; not on the globe where [`NodeColumns::position`] has none.
    positions: Vec<LonLat>,
    /// Those that are wanted for more than their position, by their place in the columns.
    wanted: Vec<(u32, Interest, TagList)>,
    pub(super) tags: BlockTags,
    pub(super) span: Span,
    pub(super) broken: u64,
}

/// Stands for a position that is not on the globe.
const NOWHERE: LonLat = LonLat { lon: i32::MAX, lat: i32::MAX };

impl NodeColumns {
    /// Packs the nodes of a block.
    pub(super) fn of(batch: Batch<NodeBody>) -> Self {
        let Batch { elements, tags, span, broken } = batch;
        let wanted = (0..).zip(&elements).filter(|(_, node)| node.interest.is_any());
        Self {
            ids: elements.iter().map(|node| node.id).collect(),
            versions: elements.iter().map(|node| node.version).collect(),
            positions: elements.iter().map(|node| node.body.unwrap_or(NOWHERE)).collect(),
            wanted: wanted.map(|(place, node)| (place, node.interest, node.tags)).collect(),
            tags,
            span,
            broken,
        }
    }

    /// Unpacks them.
    pub(super) fn into_batch(self) -> Batch<NodeBody> {
        let mut elements: Vec<Element<NodeBody>> = (0..self.ids.len())
            .map(|place| Element {
                id: self.ids[place],
                version: self.versions[place],
                interest: Interest::NONE,
                tags: TagList::default(),
                body: self.position(place),
            })
            .collect();
        for (place, interest, tags) in self.wanted {
            let node = &mut elements[place as usize];
            (node.interest, node.tags) = (interest, tags);
        }
        Batch { elements, tags: self.tags, span: self.span, broken: self.broken }
    }

    /// Says where in the pool the tags are.
    pub(super) fn shift_tags(&mut self, shift: ListShift) {
        for (_, _, tags) in &mut self.wanted {
            *tags = shift.apply(*tags);
        }
    }

    /// The position of a node; `None` where it is not on the globe.
    pub(super) fn position(&self, place: usize) -> Option<LonLat> {
        Some(self.positions[place]).filter(|&position| position != NOWHERE)
    }

    /// The nodes that are wanted for their tags, by their place in the columns, in order.
    pub(super) fn tagged(&self) -> impl Iterator<Item = (usize, TagList)> + '_ {
        let wanted = self.wanted.iter().filter(|(_, interest, _)| interest.tags);
        wanted.map(|&(place, _, tags)| (place as usize, tags))
    }
}
