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

use super::blob::{Contents, contents};
use super::blocks::{self, Batch, Element, NodeBody, RelationBody, Span, WayBody};
use super::error::{Fault, OsmError};
use super::header::{Extent, Frame, MapFile};
use super::nodes::Nodes;
use super::reader::sweep;
use super::selection::{Interest, RawTags, Selection};
use super::tags::TagPool;
use super::{NodeIndex, Oddities, OsmId, OsmNodeId, SourceFile};
use crate::watch::{Phase, Watch};

/// How often a file is read: for its identity, and once for each kind of element.
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

/// What each block of each file holds.
type Atlas = Vec<Vec<(Frame, Contents)>>;

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
    /// Ids that are kept whatever their tags, in order.
    named: &'a [i64],
    /// Ids that the first look kept for their tags alone, in order.
    kept: &'a [i64],
}

impl Choice<'_> {
    /// The choice for the elements of one block, in their order.
    fn chooser(&self) -> impl FnMut(i64, &RawTags<'_>) -> Option<Interest> {
        let (mut named, mut kept) = (Cursor::over(self.named), Cursor::over(self.kept));
        move |id, tags| {
            if named.contains(id) {
                return Some((self.interest)(tags));
            }
            let interest = (self.unnamed)(tags);
            (interest.is_any() || kept.contains(id)).then_some(interest)
        }
    }
}

/// A block, with the position of its file.
type Place = (usize, Frame);

impl Passes<'_> {
    /// The first pass: relations, and what the blocks hold.
    fn relations(&mut self) -> Result<(Vec<Element<RelationBody>>, Atlas), OsmError> {
        let keeps_key = self.selection.keeps_key;
        let interest = self.selection.relation;
        let choice = Choice { interest, unnamed: interest, named: &[], kept: &[] };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::relations(message, keeps_key, choice.chooser())
        };
        let mut atlas = Atlas::new();
        let (mut places, mut batches) = (Vec::new(), Vec::new());
        for (number, file) in self.files.iter().enumerate() {
            let first_look = |message: &[u8]| {
                let contents = contents(message)?;
                let batch = contents.relations.then(|| decode(message, &choice)).transpose()?;
                Ok((contents, batch))
            };
            let found = sweep(file, &file.frames, self.watch, first_look)?;
            let mut map = Vec::with_capacity(found.len());
            for (&frame, (contents, batch)) in file.frames.iter().zip(found) {
                map.push((frame, contents));
                if let Some(batch) = batch {
                    places.push((number, frame));
                    batches.push(batch);
                }
            }
            atlas.push(map);
        }
        let relations = self.settle(&places, batches, &choice, decode)?;
        Ok((relations, atlas))
    }

    /// The second pass: ways that are wanted or named.
    fn ways(
        &mut self,
        relations: &[Element<RelationBody>],
        atlas: &Atlas,
    ) -> Result<Vec<Element<WayBody>>, OsmError> {
        let named = sorted(shape_members(relations).filter_map(|member| match member {
            OsmId::Way(id) => Some(id.0),
            _ => None,
        }));
        let keeps_key = self.selection.keeps_key;
        let interest = self.selection.way;
        let choice = Choice { interest, unnamed: interest, named: &named, kept: &[] };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::ways(message, keeps_key, choice.chooser())
        };
        let places = places(atlas, |contents| contents.ways);
        let batches = self.look(&places, atlas, |message| decode(message, &choice))?;
        self.settle(&places, batches, &choice, decode)
    }

    /// The third pass: nodes that are wanted or named.
    fn nodes(
        &mut self,
        relations: &[Element<RelationBody>],
        ways: &[Element<WayBody>],
        atlas: &Atlas,
    ) -> Result<Nodes, OsmError> {
        let of_relations = shape_members(relations).filter_map(|member| match member {
            OsmId::Node(id) => Some(id.0),
            _ => None,
        });
        let of_ways = ways.iter().flat_map(|way| way.body.iter().map(|node| node.0));
        let named = sorted(of_relations.chain(of_ways));
        let keeps_key = self.selection.keeps_key;
        let (interest, unnamed) = (self.selection.node, self.selection.lone_node);
        let choice = Choice { interest, unnamed, named: &named, kept: &[] };
        let decode = |message: &[u8], choice: &Choice<'_>| {
            blocks::nodes(message, keeps_key, choice.chooser())
        };
        let places = places(atlas, |contents| contents.nodes);
        let batches = self.look(&places, atlas, |message| decode(message, &choice))?;
        let elements = self.settle(&places, batches, &choice, decode)?;
        Ok(self.put_on_the_globe(elements))
    }

    /// Decodes some blocks, in their order; the others count as read.
    fn look<T: Send>(
        &self,
        places: &[Place],
        atlas: &Atlas,
        decode: impl Fn(&[u8]) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>, OsmError> {
        let bytes = |frames: &mut dyn Iterator<Item = Frame>| frames.map(|f| f.bytes).sum::<u64>();
        let all = bytes(&mut atlas.iter().flatten().map(|(frame, _)| *frame));
        self.watch.step(all - bytes(&mut places.iter().map(|(_, frame)| *frame)))?;
        self.read(places, decode)
    }

    fn read<T: Send>(
        &self,
        places: &[Place],
        decode: impl Fn(&[u8]) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>, OsmError> {
        let mut results = Vec::with_capacity(places.len());
        for of_file in places.chunk_by(|a, b| a.0 == b.0) {
            let frames: Vec<Frame> = of_file.iter().map(|(_, frame)| *frame).collect();
            results.extend(sweep(&self.files[of_file[0].0], &frames, self.watch, &decode)?);
        }
        Ok(results)
    }

    /// Makes one list of the batches of a pass: each element once, at its highest version.
    fn settle<T: Send>(
        &mut self,
        places: &[Place],
        mut batches: Vec<Batch<T>>,
        choice: &Choice<'_>,
        decode: impl Fn(&[u8], &Choice<'_>) -> Result<Batch<T>, Fault> + Sync,
    ) -> Result<Vec<Element<T>>, OsmError> {
        let spans: Vec<Span> = batches.iter().map(|batch| batch.span).collect();
        let mut doubtful = interleaved(&spans);
        if !doubtful.is_empty() {
            let mut named = Cursor::over(choice.named);
            let kept = batches.iter().flat_map(|b| &b.elements).map(|element| element.id);
            let kept = sorted(kept.filter(|id| !named.contains(*id)));
            doubtful.retain(|&index| spans[index].holds_any(&kept));
            let choice = Choice { kept: &kept, ..*choice };
            let places: Vec<Place> = doubtful.iter().map(|&index| places[index]).collect();
            self.watch.extend(places.iter().map(|(_, frame)| frame.bytes).sum());
            let second = self.read(&places, |message| decode(message, &choice))?;
            for (index, batch) in doubtful.into_iter().zip(second) {
                batches[index] = batch;
            }
        }
        let mut elements = self.absorb(batches);
        // INVARIANT: the sort is stable, so that of equal versions the last read stays last.
        elements.sort_by_key(|element| (element.id, element.version));
        self.oddities.repeated_elements += keep_last(&mut elements);
        let mut named = Cursor::over(choice.named);
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

    fn put_on_the_globe(&mut self, elements: Vec<Element<NodeBody>>) -> Nodes {
        let mut nodes = Nodes::default();
        for element in elements {
            let Some(position) = element.body else {
                self.oddities.misplaced_nodes += 1;
                continue;
            };
            if element.interest.tags {
                nodes.tagged.push((NodeIndex(nodes.ids.len() as u32), element.tags));
            }
            nodes.ids.push(OsmNodeId(element.id));
            nodes.positions.push(position);
        }
        nodes.indexed()
    }
}

/// The blocks that hold one kind of element.
fn places(atlas: &Atlas, holds: fn(Contents) -> bool) -> Vec<Place> {
    let of_file = |(number, map): (usize, &Vec<(Frame, Contents)>)| {
        let kept = map.iter().filter(|(_, contents)| holds(*contents));
        kept.map(|(frame, _)| (number, *frame)).collect::<Vec<_>>()
    };
    atlas.iter().enumerate().flat_map(of_file).collect()
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

/// Looks numbers up in a sorted list, fastest where they come in order.
struct Cursor<'a> {
    ids: &'a [i64],
    /// Ids before this one are smaller than the number asked last.
    at: usize,
}

impl<'a> Cursor<'a> {
    fn over(ids: &'a [i64]) -> Self {
        Self { ids, at: 0 }
    }

    fn contains(&mut self, id: i64) -> bool {
        if self.at > 0 && self.ids[self.at - 1] >= id {
            self.at = 0;
        }
        let (mut low, mut step) = (self.at, 1);
        while low + step < self.ids.len() && self.ids[low + step] < id {
            low += step;
            step *= 2;
        }
        let high = (low + step + 1).min(self.ids.len());
        self.at = low + self.ids[low..high].partition_point(|&other| other < id);
        self.ids.get(self.at) == Some(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Span, interleaved};

    #[test]
    fn a_cursor_finds_what_is_there_in_any_order() {
        let ids: Vec<i64> = (0..200).map(|i| 3 * i - 100).collect();
        let mut cursor = Cursor::over(&ids);
        for asked in [0, -100, 497, 498, -101, 2, 5, 5, 6, i64::MAX, i64::MIN, 200, 199, 197] {
            assert_eq!(cursor.contains(asked), ids.contains(&asked), "{asked}");
        }
        for asked in -300..600 {
            assert_eq!(cursor.contains(asked), ids.contains(&asked), "{asked}");
        }
        assert!(!Cursor::over(&[]).contains(1));
    }

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
}
