//! What do the elements of one block say?
//!
//! A block packs its elements tightly: text is a table, ids and positions are
//! differences. Every index and every sum is checked here. An element with an
//! index out of the table, or a sum that overflows, is left out and counted;
//! the block goes on.
//!
//! The decoder asks `choose` about each element, and copies only what it keeps.

use std::slice;

use osmpbfreader::osmformat::{
    DenseNodes, Info, Node, PrimitiveBlock, Relation, Way, relation::MemberType,
};

use super::blob::parse;
use super::error::Fault;
use super::selection::{Interest, RawTags};
use super::tags::{BlockTags, TagList};
use super::{OsmId, OsmNodeId, OsmRelationId, OsmWayId};
use crate::units::LonLat;

/// An element that was kept.
#[derive(Debug)]
pub(super) struct Element<T> {
    pub(super) id: i64,
    /// Its version; -1 where the file states none.
    pub(super) version: i32,
    pub(super) interest: Interest,
    /// Empty unless it is wanted for its tags.
    pub(super) tags: TagList,
    pub(super) body: T,
}

/// The nodes of a way, without repetitions in a row.
pub(super) type WayBody = Vec<OsmNodeId>;
/// The members of a relation.
pub(super) type RelationBody = Vec<Member>;
/// The position of a node; `None` where it is not on the globe.
pub(super) type NodeBody = Option<LonLat>;

/// A member of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: OsmId,
    pub(super) role: Box<str>,
}

/// What was kept of the elements of one kind of one block.
#[derive(Debug)]
pub(super) struct Batch<T> {
    pub(super) elements: Vec<Element<T>>,
    pub(super) tags: BlockTags,
    pub(super) span: Span,
    /// How many elements could not be read.
    pub(super) broken: u64,
}

/// The ids of a block, kept or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
    /// Whether they ascend, each once.
    pub(super) is_ascending: bool,
}

impl Span {
    const EMPTY: Self = Self { first: i64::MAX, last: i64::MIN, is_ascending: true };

    fn add(&mut self, id: i64) {
        self.is_ascending &= id > self.last;
        self.first = self.first.min(id);
        self.last = self.last.max(id);
    }

    /// Whether one of these ids, which ascend, may be among them.
    pub(super) fn holds_any(self, ids: &[i64]) -> bool {
        let at = ids.partition_point(|id| *id < self.first);
        ids.get(at).is_some_and(|id| *id <= self.last)
    }
}

/// A number or an index that makes no sense.
struct Broken;

/// The decoder of one block.
struct Decoder<'b, C> {
    text: &'b [Vec<u8>],
    choose: C,
    /// The tags of the element at hand.
    pairs: Vec<(u32, u32)>,
    keeps_key: fn(&str) -> bool,
    /// What became of each word of the text: as a key, and as a word.
    is_key_kept: Vec<Option<bool>>,
    words: Vec<Option<u32>>,
}

/// Decodes the relations of a block.
pub(super) fn relations(
    message: &[u8],
    keeps_key: fn(&str) -> bool,
    choose: impl FnMut(i64, &RawTags<'_>) -> Option<Interest>,
) -> Result<Batch<RelationBody>, Fault> {
    let block: PrimitiveBlock = parse(message)?;
    let mut decoder = Decoder::new(&block, keeps_key, choose);
    let mut batch = Batch::new();
    for relation in block.primitivegroup.iter().flat_map(|group| &group.relations) {
        let head = (relation.id(), version(&relation.info));
        let are_paired = decoder.pair(&relation.keys, &relation.vals);
        decoder.add(&mut batch, head, are_paired, |text| members(relation, text));
    }
    Ok(batch)
}

/// Decodes the ways of a block.
pub(super) fn ways(
    message: &[u8],
    keeps_key: fn(&str) -> bool,
    choose: impl FnMut(i64, &RawTags<'_>) -> Option<Interest>,
) -> Result<Batch<WayBody>, Fault> {
    let block: PrimitiveBlock = parse(message)?;
    let mut decoder = Decoder::new(&block, keeps_key, choose);
    let mut batch = Batch::new();
    for way in block.primitivegroup.iter().flat_map(|group| &group.ways) {
        let head = (way.id(), version(&way.info));
        let are_paired = decoder.pair(&way.keys, &way.vals);
        decoder.add(&mut batch, head, are_paired, |_| nodes_of(way));
    }
    Ok(batch)
}

/// Decodes the nodes of a block, dense or not.
pub(super) fn nodes(
    message: &[u8],
    keeps_key: fn(&str) -> bool,
    choose: impl FnMut(i64, &RawTags<'_>) -> Option<Interest>,
) -> Result<Batch<NodeBody>, Fault> {
    let block: PrimitiveBlock = parse(message)?;
    let grid = Grid::of(&block);
    let mut decoder = Decoder::new(&block, keeps_key, choose);
    let mut batch = Batch::new();
    for group in &block.primitivegroup {
        for node in &group.nodes {
            let head = (node.id(), version(&node.info));
            let are_paired = decoder.pair(&node.keys, &node.vals);
            decoder.add(&mut batch, head, are_paired, |_| Ok(grid.position_of(node)));
        }
        decoder.add_dense(&mut batch, &group.dense, grid);
    }
    Ok(batch)
}

impl<T> Batch<T> {
    fn new() -> Self {
        let tags = BlockTags::default();
        Self { elements: Vec::new(), tags, span: Span::EMPTY, broken: 0 }
    }
}

impl<'b, C: FnMut(i64, &RawTags<'_>) -> Option<Interest>> Decoder<'b, C> {
    fn new(block: &'b PrimitiveBlock, keeps_key: fn(&str) -> bool, choose: C) -> Self {
        let text = &block.stringtable.s;
        let (is_key_kept, words) = (vec![None; text.len()], vec![None; text.len()]);
        Self { text, choose, pairs: Vec::new(), keeps_key, is_key_kept, words }
    }

    /// Takes up the tags of an element; `false` where they are broken.
    fn pair(&mut self, keys: &[u32], values: &[u32]) -> bool {
        self.pairs.clear();
        self.pairs.extend(keys.iter().copied().zip(values.iter().copied()));
        keys.len() == values.len()
    }

    /// Takes up the tags of the next dense node: keys and values in turn, up to a 0.
    fn pair_dense(&mut self, keys_vals: &mut slice::Iter<'_, i32>) -> bool {
        self.pairs.clear();
        let mut are_paired = true;
        while let Some(&key) = keys_vals.next().filter(|key| **key != 0) {
            let value = keys_vals.next().and_then(|value| u32::try_from(*value).ok());
            let pair = u32::try_from(key).ok().zip(value);
            are_paired &= pair.is_some();
            self.pairs.extend(pair);
        }
        are_paired
    }

    /// Keeps the element whose tags were taken up, if it is chosen; counts it, if it is broken.
    fn add<T>(
        &mut self,
        batch: &mut Batch<T>,
        (id, version): (i64, i32),
        are_paired: bool,
        body: impl FnOnce(&[Vec<u8>]) -> Result<T, Broken>,
    ) {
        batch.span.add(id);
        let is_word = |word: u32| (word as usize) < self.text.len();
        if !are_paired || !self.pairs.iter().all(|&(key, value)| is_word(key) && is_word(value)) {
            batch.broken += 1;
            return;
        }
        let Some(interest) = (self.choose)(id, &RawTags::new(self.text, &self.pairs)) else {
            return;
        };
        let Ok(body) = body(self.text) else {
            batch.broken += 1;
            return;
        };
        let tags = if interest.tags { self.keep(&mut batch.tags) } else { TagList::default() };
        batch.elements.push(Element { id, version, interest, tags, body });
    }

    fn add_dense(&mut self, batch: &mut Batch<NodeBody>, dense: &DenseNodes, grid: Grid) {
        let count = dense.id.len().min(dense.lat.len()).min(dense.lon.len());
        batch.broken += (dense.id.len() - count) as u64;
        let mut keys_vals = dense.keys_vals.iter();
        let (mut id, mut lon, mut lat) = (Some(0), Some(0), Some(0));
        for index in 0..count {
            id = plus(id, dense.id[index]);
            (lon, lat) = (plus(lon, dense.lon[index]), plus(lat, dense.lat[index]));
            let are_paired = self.pair_dense(&mut keys_vals);
            let Some(id) = id else {
                // Differences after this one lead nowhere.
                batch.broken += (count - index) as u64;
                return;
            };
            let version = dense.denseinfo.version.get(index).copied().unwrap_or(-1);
            let position = lon.zip(lat).and_then(|(lon, lat)| grid.position(lon, lat));
            self.add(batch, (id, version), are_paired, |_| Ok(position));
        }
    }

    /// Copies those of the tags taken up that are of use.
    fn keep(&mut self, kept: &mut BlockTags) -> TagList {
        let first = kept.pairs.len();
        for index in 0..self.pairs.len() {
            let (key, value) = self.pairs[index];
            if self.is_kept(key) {
                let pair = (self.word(kept, key), self.word(kept, value));
                kept.pairs.push(pair);
            }
        }
        kept.list_from(first)
    }

    fn is_kept(&mut self, key: u32) -> bool {
        let index = key as usize;
        let keeps = || (self.keeps_key)(&String::from_utf8_lossy(&self.text[index]));
        *self.is_key_kept[index].get_or_insert_with(keeps)
    }

    fn word(&mut self, kept: &mut BlockTags, word: u32) -> u32 {
        let index = word as usize;
        *self.words[index].get_or_insert_with(|| {
            kept.words.push(String::from_utf8_lossy(&self.text[index]).into());
            (kept.words.len() - 1) as u32
        })
    }
}

fn version(info: &protobuf::MessageField<Info>) -> i32 {
    info.as_ref().map_or(-1, Info::version)
}

fn plus(sum: Option<i64>, difference: i64) -> Option<i64> {
    sum.and_then(|sum| sum.checked_add(difference))
}

fn nodes_of(way: &Way) -> Result<WayBody, Broken> {
    let mut nodes = Vec::with_capacity(way.refs.len());
    let mut id = Some(0);
    for &difference in &way.refs {
        id = plus(id, difference);
        nodes.push(OsmNodeId(id.ok_or(Broken)?));
    }
    nodes.dedup();
    Ok(nodes)
}

fn members(relation: &Relation, text: &[Vec<u8>]) -> Result<RelationBody, Broken> {
    let count = relation.memids.len();
    if relation.types.len() != count || relation.roles_sid.len() != count {
        return Err(Broken);
    }
    let mut members = Vec::with_capacity(count);
    let mut id = Some(0);
    for (index, &difference) in relation.memids.iter().enumerate() {
        id = plus(id, difference);
        let number = id.ok_or(Broken)?;
        let id = match relation.types[index].enum_value().map_err(|_| Broken)? {
            MemberType::NODE => OsmId::Node(OsmNodeId(number)),
            MemberType::WAY => OsmId::Way(OsmWayId(number)),
            MemberType::RELATION => OsmId::Relation(OsmRelationId(number)),
        };
        let role = usize::try_from(relation.roles_sid[index]).map_err(|_| Broken)?;
        let role = String::from_utf8_lossy(text.get(role).ok_or(Broken)?).into();
        members.push(Member { id, role });
    }
    Ok(members)
}

/// How a block writes positions: whole steps from an offset, in 1e-9 degrees.
#[derive(Clone, Copy)]
struct Grid {
    step: i64,
    lon: i64,
    lat: i64,
}

impl Grid {
    fn of(block: &PrimitiveBlock) -> Self {
        let step = i64::from(block.granularity());
        Self { step, lon: block.lon_offset(), lat: block.lat_offset() }
    }

    fn position_of(self, node: &Node) -> Option<LonLat> {
        self.position(node.lon(), node.lat())
    }

    /// The position, to the nearest 1e-7 degree; `None` where it is not on the globe.
    fn position(self, lon: i64, lat: i64) -> Option<LonLat> {
        let lon = self.step.checked_mul(lon)?.checked_add(self.lon)?;
        let lat = self.step.checked_mul(lat)?.checked_add(self.lat)?;
        let is_on_globe =
            lon.unsigned_abs() <= 180_000_000_000 && lat.unsigned_abs() <= 90_000_000_000;
        let rounded = |nano: i64| ((nano + 50).div_euclid(100)) as i32;
        is_on_globe.then(|| LonLat { lon: rounded(lon), lat: rounded(lat) })
    }
}
