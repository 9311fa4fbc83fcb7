//! Which elements of the files does a selection want, and what do these name?
//!
//! Relations name ways and ways name nodes, so the files are gone through in
//! that order, whatever the order within them: relations, then ways, then
//! nodes. The first pass notes which kinds each block holds, and the two others
//! take up only the blocks they need.
//!
//! An element may come several times, in one file or in several: the highest
//! version wins, and of equal versions the one read last. The winner may be a
//! version that is not wanted, a street that became a park, and such a version
//! is not kept by the first look. So where the ids of blocks interleave, and
//! only there, these blocks are looked at a second time, for the ids that the
//! first look kept for their tags alone.

use std::mem;
use std::path::PathBuf;

use super::atlas::{Atlas, KEPT_BYTES, Place};
use super::blob::Contents;
use super::blocks::{self, Batch, Element, RelationBody, Span, WayBody};
use super::column::NodeColumns;
use super::error::{Fault, OsmError};
use super::header::{Extent, MapFile};
use super::ids::IdSet;
use super::nodes::Nodes;
use super::selection::{Interest, RawTags, Selection};
use super::tags::TagPool;
use super::{NodeIndex, Oddities, OsmId, OsmNodeId, SourceFile};
use crate::watch::{Phase, Watch};

/// How often a file is gone through: for its identity, and once for each kind of element.
const READINGS: u64 = 4;

/// What a selection wants of the files: elements by ascending id, each once.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) relations: Vec<Element<RelationBody>>,
    /// Ways that are wanted, and those that a relation wanted for its shape names.
    pub(super) ways: Vec<Element<WayBody>>,
    pub(super) nodes: Nodes,
    pub(super) tags: TagPool,
    pub(super) sources: Vec<SourceFile>,
    /// The extent of each file, in their order.
    pub(super) extents: Vec<Option<Extent>>,
    pub(super) oddities: Oddities,
}

impl Gathered {
    /// The names of the files, for a message.
    pub(super) fn file_names(&self) -> String {
        self.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// A way that a relation names, if it is there.
    pub(super) fn way(&self, id: i64) -> Option<&Element<WayBody>> {
        self.ways.binary_search_by_key(&id, |way| way.id).ok().map(|index| &self.ways[index])
    }
}

/// Reads what a selection wants.
pub(super) fn gather(
    paths: &[PathBuf],
    selection: &Selection,
    watch: &Watch,
) -> Result<Gathered, OsmError> {
    if paths.is_empty() {
        return Err(OsmError::NoFiles);
    }
    let files = paths.iter().map(|path| MapFile::open(path)).collect::<Result<Vec<_>, _>>()?;
    watch.begin(Phase::Reading, READINGS * files.iter().map(|file| file.bytes).sum::<u64>());
    let sources = files.iter().map(|file| file.identify(watch)).collect::<Result<_, _>>()?;
    let (tags, oddities) = (TagPool::default(), Oddities::default());
    let mut passes = Passes { files: &files, selection, watch, tags, oddities };

    let (relations, atlas) = passes.relations()?;
    let ways = passes.ways(&relations, &atlas)?;
    let nodes = passes.nodes(&relations, &ways, &atlas)?;
    let Passes { tags, oddities, .. } = passes;
    let extents = files.iter().map(|file| file.extent).collect();
    Ok(Gathered { relations, ways, nodes, tags, sources, extents, oddities })
}

/// The passes over the files, and what they share.
struct Passes<'a> {
    files: &'a [MapFile],
    selection: &'a Selection,
    watch: &'a Watch,
    tags: TagPool,
    oddities: Oddities,
}

/// Which elements of one kind are kept.
struct Choice<'a> {
    interest: fn(&RawTags<'_>) -> Interest,
    /// The same, of an element that is not named.
    unnamed: fn(&RawTags<'_>) -> Interest,
    /// Ids that are kept whatever their tags.
    named: &'a IdSet,
    /// Ids that the first look kept for their tags alone.
    kept: &'a IdSet,
}

impl Choice<'_> {
    /// The choice for the elements of one block, in their order.
    fn chooser(&self) -> impl FnMut(i64, &RawTags<'_>) -> Option<Interest> {
        let (mut named, mut kept) = (self.named.reader(), self.kept.reader());
        move |id, tags| {
            if named.contains(id) {
                return Some((self.interest)(tags));
            }
            let interest = (self.unnamed)(tags);
            (interest.is_any() || kept.contains(id)).then_some(interest)
        }
    }
}

impl<'a> Passes<'a> {
    /// The first pass: relations, and what the blocks hold.
    fn relations(&mut self) -> Result<(Vec<Element<RelationBody>>, Atlas<'a>), OsmError> {
        let keeps_key = self.selection.keeps_key;
        let interest = self.selection.relation;
        let none = IdSet::default();
        let choice = Choice { interest, unnamed: interest, named: &none, kept: &none };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::relations(message, keeps_key, choice.chooser())
        };
        let first_look = |message: &[u8], contents: Contents| {
            contents.relations.then(|| decode(message, &choice)).transpose()
        };
        let (atlas, looked) = Atlas::survey(self.files, KEPT_BYTES, self.watch, first_look)?;
        let batches: Vec<_> = looked.into_iter().flatten().collect();
        let places = atlas.places(|contents| contents.relations);
        let relations = self.settle(&atlas, &places, batches, (&choice, decode))?;
        Ok((relations, atlas))
    }

    /// The second pass: ways that are wanted or named.
    fn ways(
        &mut self,
        relations: &[Element<RelationBody>],
        atlas: &Atlas<'_>,
    ) -> Result<Vec<Element<WayBody>>, OsmError> {
        let of_shapes = shape_members(relations).filter_map(|member| match member {
            OsmId::Way(id) => Some(id.0),
            _ => None,
        });
        let (named, none) = (of_shapes.collect(), IdSet::default());
        let keeps_key = self.selection.keeps_key;
        let interest = self.selection.way;
        let choice = Choice { interest, unnamed: interest, named: &named, kept: &none };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::ways(message, keeps_key, choice.chooser())
        };
        let places = atlas.places(|contents| contents.ways);
        let batches = self.look(atlas, &places, |message| decode(message, &choice))?;
        self.settle(atlas, &places, batches, (&choice, decode))
    }

    /// The third pass: nodes that are wanted or named.
    fn nodes(
        &mut self,
        relations: &[Element<RelationBody>],
        ways: &[Element<WayBody>],
        atlas: &Atlas<'_>,
    ) -> Result<Nodes, OsmError> {
        let of_relations = shape_members(relations).filter_map(|member| match member {
            OsmId::Node(id) => Some(id.0),
            _ => None,
        });
        let of_ways = ways.iter().flat_map(|way| way.body.iter().map(|node| node.0));
        let (named, none) = (of_relations.chain(of_ways).collect(), IdSet::default());
        let keeps_key = self.selection.keeps_key;
        let (interest, unnamed) = (self.selection.node, self.selection.lone_node);
        let choice = Choice { interest, unnamed, named: &named, kept: &none };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::nodes(message, keeps_key, choice.chooser())
        };
        let places = atlas.places(|contents| contents.nodes);
        let pack = |message: &[u8]| decode(message, &choice).map(NodeColumns::of);
        let mut columns = self.look(atlas, &places, pack)?;
        let spans: Vec<Span> = columns.iter().map(|columns| columns.span).collect();
        if are_in_order(&spans) {
            for columns in &mut columns {
                self.oddities.broken_elements += columns.broken;
                columns.shift_tags(self.tags.absorb(&columns.tags));
            }
            return Ok(self.put_on_the_globe(&columns));
        }
        let batches = columns.into_iter().map(NodeColumns::into_batch).collect();
        let elements = self.settle(atlas, &places, batches, (&choice, decode))?;
        Ok(self.put_on_the_globe(&[NodeColumns::of(Batch { elements, ..Batch::new() })]))
    }

    /// Decodes some blocks, in their order; the others count as read.
    fn look<T: Send>(
        &self,
        atlas: &Atlas<'_>,
        places: &[Place],
        decode: impl Fn(&[u8]) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>, OsmError> {
        self.watch.step(atlas.bytes(None) - atlas.bytes(Some(places)))?;
        atlas.read(places, decode)
    }

    /// Makes one list of the batches of a pass: each element once, at its highest version.
    fn settle<T: Send>(
        &mut self,
        atlas: &Atlas<'_>,
        places: &[Place],
        mut batches: Vec<Batch<T>>,
        (choice, decode): (
            &Choice<'_>,
            impl Fn(&[u8], &Choice<'_>) -> Result<Batch<T>, Fault> + Sync,
        ),
    ) -> Result<Vec<Element<T>>, OsmError> {
        let spans: Vec<Span> = batches.iter().map(|batch| batch.span).collect();
        if are_in_order(&spans) {
            return Ok(self.absorb(batches));
        }
        let mut doubtful = interleaved(&spans);
        if !doubtful.is_empty() {
            let mut named = choice.named.reader();
            let kept = batches.iter().flat_map(|b| &b.elements).map(|element| element.id);
            let kept = sorted(kept.filter(|id| !named.contains(*id)));
            doubtful.retain(|&index| spans[index].holds_any(&kept));
            let choice = Choice { kept: &kept.into_iter().collect(), ..*choice };
            let places: Vec<Place> = doubtful.iter().map(|&index| places[index]).collect();
            self.watch.extend(atlas.bytes(Some(&places)));
            let second = atlas.read(&places, |message| decode(message, &choice))?;
            for (index, batch) in doubtful.into_iter().zip(second) {
                batches[index] = batch;
            }
        }
        let mut elements = self.absorb(batches);
        // INVARIANT: the sort is stable, so that of equal versions the last read stays last.
        elements.sort_by_key(|element| (element.id, element.version));
        self.oddities.repeated_elements += keep_last(&mut elements);
        let mut named = choice.named.reader();
        elements.retain(|element| element.interest.is_any() || named.contains(element.id));
        Ok(elements)
    }

    fn absorb<T>(&mut self, batches: Vec<Batch<T>>) -> Vec<Element<T>> {
        let mut elements = Vec::with_capacity(batches.iter().map(|b| b.elements.len()).sum());
        for batch in batches {
            self.oddities.broken_elements += batch.broken;
            let shift = self.tags.absorb(&batch.tags);
            elements.extend(batch.elements.into_iter().map(|mut element| {
                element.tags = shift.apply(element.tags);
                element
            }));
        }
        elements
    }

    fn put_on_the_globe(&mut self, columns: &[NodeColumns]) -> Nodes {
        let mut nodes = Nodes::default();
        let count = columns.iter().map(|columns| columns.ids.len()).sum();
        nodes.ids.reserve_exact(count);
        nodes.positions.reserve_exact(count);
        for columns in columns {
            let mut tagged = columns.tagged().peekable();
            for (place, &id) in columns.ids.iter().enumerate() {
                let tags = tagged.next_if(|&(of, _)| of == place).map(|(_, tags)| tags);
                let Some(position) = columns.position(place) else {
                    self.oddities.misplaced_nodes += 1;
                    continue;
                };
                let node = NodeIndex(nodes.ids.len() as u32);
                nodes.tagged.extend(tags.map(|tags| (node, tags)));
                nodes.ids.push(OsmNodeId(id));
                nodes.positions.push(position);
            }
        }
        nodes.indexed()
    }
}

/// Members of the relations that are wanted for their shape or the land they cover.
fn shape_members(relations: &[Element<RelationBody>]) -> impl Iterator<Item = OsmId> {
    let with_shape = relations.iter().filter(|relation| relation.interest.needs_members());
    with_shape.flat_map(|relation| relation.body.iter().map(|member| member.id))
}

fn sorted(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Keeps the last of each id in a sorted list; returns how many ids came more than once.
fn keep_last<T>(elements: &mut Vec<Element<T>>) -> u64 {
    let mut repeated = 0;
    let mut last_repeated = None;
    elements.dedup_by(|next, kept| {
        let is_same = next.id == kept.id;
        if is_same {
            mem::swap(next, kept);
            repeated += u64::from(last_repeated.replace(kept.id) != Some(kept.id));
        }
        is_same
    });
    repeated
}

/// Whether the ids ascend through all blocks, so that none comes twice.
fn are_in_order(spans: &[Span]) -> bool {
    let mut last = None;
    spans.iter().filter(|span| span.first <= span.last).all(|span| {
        let is_further = last.replace(span.last).is_none_or(|last| last < span.first);
        is_further && span.is_ascending
    })
}

/// The blocks whose ids may also stand in another block, or twice in their own; in their order.
fn interleaved(spans: &[Span]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.retain(|&index| spans[index].first <= spans[index].last);
    order.sort_unstable_by_key(|&index| (spans[index].first, index));
    let mut doubtful: Vec<usize> =
        order.iter().copied().filter(|&index| !spans[index].is_ascending).collect();
    // Of the blocks so far, the one that reaches furthest: another overlaps one of them only if
    // it overlaps that one.
    let mut furthest: Option<usize> = None;
    for index in order {
        if let Some(before) = furthest
            && spans[before].last >= spans[index].first
        {
            doubtful.extend([before, index]);
        }
        if furthest.is_none_or(|before| spans[before].last < spans[index].last) {
            furthest = Some(index);
        }
    }
    doubtful.sort_unstable();
    doubtful.dedup();
    doubtful
}

#[cfg(test)]
mod tests {
    use super::{Span, are_in_order, interleaved};

    #[test]
    fn only_blocks_whose_ids_interleave_are_doubted() {
        let span = |first, last| Span { first, last, is_ascending: true };
        assert!(interleaved(&[span(1, 5), span(6, 9), span(10, 10)]).is_empty());
        assert_eq!(interleaved(&[span(1, 5), span(5, 9), span(10, 11)]), [0, 1]);
        assert_eq!(interleaved(&[span(0, 100), span(10, 50), span(40, 45)]), [0, 1, 2]);
        assert_eq!(interleaved(&[span(7, 9), span(1, 2), span(9, 12)]), [0, 2]);
        let unsorted = Span { first: 1, last: 2, is_ascending: false };
        assert_eq!(interleaved(&[unsorted, span(4, 4)]), [0]);
    }

    #[test]
    fn blocks_are_in_order_where_each_begins_behind_all_before_it() {
        let span = |first, last| Span { first, last, is_ascending: true };
        let empty = Span::EMPTY;
        assert!(are_in_order(&[]) && are_in_order(&[empty]));
        assert!(are_in_order(&[span(i64::MIN, 5), empty, span(6, 9), span(10, i64::MAX)]));
        assert!(!are_in_order(&[span(6, 9), empty, span(1, 5)]));
        assert!(!are_in_order(&[span(1, 5), span(5, 9)]));
        assert!(!are_in_order(&[Span { first: 1, last: 2, is_ascending: false }]));
    }
}
