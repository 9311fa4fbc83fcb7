//! What do the elements of one block say?
//!
//! A block packs its elements tightly: text is a table, ids and positions are
//! differences. Every index and every sum is checked here. An element with an
//! index out of the table, or a sum that overflows, is left out and counted;
//! the block goes on.
//!
//! The decoder asks `choose` about each element, and copies only what it keeps.

use super::error::Fault;
use super::message::{Block, DENSE, Dense, Item, NO_VERSION, NODE, RELATION, WAY};
use super::selection::{Interest, RawTags};
use super::tags::{BlockTags, TagList, bit};
use super::wire::{Numbers, damaged, signed};
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
    pub(super) const EMPTY: Self = Self { first: i64::MAX, last: i64::MIN, is_ascending: true };

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
    text: &'b [&'b [u8]],
    /// The bit of each word, were it a key.
    bits: Vec<u64>,
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
    let block = Block::of(message)?;
    let mut decoder = Decoder::new(&block.text, keeps_key, choose);
    let mut batch = Batch::new();
    for member in block.members() {
        let (RELATION, message) = member? else { continue };
        let relation = Item::of(message)?;
        let head = (relation.id as i64, relation.version);
        let are_paired = decoder.pair(&relation);
        decoder.add(&mut batch, head, are_paired, |text| members(&relation, text));
    }
    Ok(batch)
}

/// Decodes the ways of a block.
pub(super) fn ways(
    message: &[u8],
    keeps_key: fn(&str) -> bool,
    choose: impl FnMut(i64, &RawTags<'_>) -> Option<Interest>,
) -> Result<Batch<WayBody>, Fault> {
    let block = Block::of(message)?;
    let mut decoder = Decoder::new(&block.text, keeps_key, choose);
    let mut batch = Batch::new();
    for member in block.members() {
        let (WAY, message) = member? else { continue };
        let way = Item::of(message)?;
        let head = (way.id as i64, way.version);
        let are_paired = decoder.pair(&way);
        decoder.add(&mut batch, head, are_paired, |_| nodes_of(&way));
    }
    Ok(batch)
}

/// Decodes the nodes of a block, dense or not.
pub(super) fn nodes(
    message: &[u8],
    keeps_key: fn(&str) -> bool,
    choose: impl FnMut(i64, &RawTags<'_>) -> Option<Interest>,
) -> Result<Batch<NodeBody>, Fault> {
    let block = Block::of(message)?;
    let grid = Grid::of(&block);
    let mut decoder = Decoder::new(&block.text, keeps_key, choose);
    let mut batch = Batch::new();
    for member in block.members() {
        match member? {
            (NODE, message) => {
                let node = Item::of(message)?;
                let head = (signed(node.id), node.version);
                let are_paired = decoder.pair(&node);
                let position = grid.position_of(&node)?;
                decoder.add(&mut batch, head, are_paired, |_| Ok(position));
            }
            (DENSE, message) => decoder.add_dense(&mut batch, &Dense::of(message)?, grid),
            _ => {}
        }
    }
    Ok(batch)
}

impl<T> Batch<T> {
    pub(super) fn new() -> Self {
        let tags = BlockTags::default();
        Self { elements: Vec::new(), tags, span: Span::EMPTY, broken: 0 }
    }
}

impl<'b, C: FnMut(i64, &RawTags<'_>) -> Option<Interest>> Decoder<'b, C> {
    fn new(text: &'b [&'b [u8]], keeps_key: fn(&str) -> bool, choose: C) -> Self {
        let (is_key_kept, words) = (vec![None; text.len()], vec![None; text.len()]);
        let bits = text.iter().map(|word| bit(word)).collect();
        Self { text, bits, choose, pairs: Vec::new(), keeps_key, is_key_kept, words }
    }

    /// Takes up the tags of an element; `false` where they are broken.
    fn pair(&mut self, item: &Item<'_>) -> bool {
        self.pairs.clear();
        let (mut keys, mut values) = (item.keys.numbers(), item.values.numbers());
        loop {
            match (keys.next(), values.next()) {
                (Some(key), Some(value)) => self.pairs.push((word(key), word(value))),
                (None, None) => return true,
                _ => return false,
            }
        }
    }

    /// Takes up the tags of the next dense node: keys and values in turn, up to a 0.
    fn pair_dense(&mut self, keys_vals: &mut Numbers<'_>) -> bool {
        self.pairs.clear();
        while let Some(key) = keys_vals.next().filter(|key| *key != 0) {
            let Some(value) = keys_vals.next() else { return false };
            self.pairs.push((word(key), word(value)));
        }
        true
    }

    /// Keeps the element whose tags were taken up, if it is chosen; counts it, if it is broken.
    fn add<T>(
        &mut self,
        batch: &mut Batch<T>,
        (id, version): (i64, i32),
        are_paired: bool,
        body: impl FnOnce(&[&[u8]]) -> Result<T, Broken>,
    ) {
        batch.span.add(id);
        let Some(keys) = self.keys().filter(|_| are_paired) else {
            batch.broken += 1;
            return;
        };
        let tags = RawTags::new(self.text, &self.pairs, keys);
        let Some(interest) = (self.choose)(id, &tags) else {
            return;
        };
        let Ok(body) = body(self.text) else {
            batch.broken += 1;
            return;
        };
        let tags = if interest.tags { self.keep(&mut batch.tags) } else { TagList::default() };
        batch.elements.push(Element { id, version, interest, tags, body });
    }

    /// The bits of the keys taken up; `None` where a key or a value is no word of the table.
    fn keys(&self) -> Option<u64> {
        let bit = |&(key, value): &(u32, u32)| {
            let bit = self.bits.get(key as usize)?;
            ((value as usize) < self.bits.len()).then_some(bit)
        };
        self.pairs.iter().try_fold(0, |keys, pair| Some(keys | bit(pair)?))
    }

    fn add_dense(&mut self, batch: &mut Batch<NodeBody>, dense: &Dense<'_>, grid: Grid) {
        let mut ids = dense.ids.numbers().signed();
        let (mut lons, mut lats) = (dense.lons.numbers().signed(), dense.lats.numbers().signed());
        let (mut versions, mut keys_vals) = (dense.versions.numbers(), dense.keys_vals.numbers());
        let (mut id, mut lon, mut lat) = (Some(0), Some(0), Some(0));
        while let Some(further) = ids.next() {
            let (east, north) = (lons.next(), lats.next());
            id = plus(id, further);
            let (Some(id), Some(east), Some(north)) = (id, east, north) else {
                // Differences after this one lead nowhere.
                batch.broken += 1 + ids.count() as u64;
                return;
            };
            (lon, lat) = (plus(lon, east), plus(lat, north));
            let are_paired = self.pair_dense(&mut keys_vals);
            let version = versions.next().map_or(NO_VERSION, |version| version as i32);
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
        let keeps = || (self.keeps_key)(&String::from_utf8_lossy(self.text[index]));
        *self.is_key_kept[index].get_or_insert_with(keeps)
    }

    fn word(&mut self, kept: &mut BlockTags, word: u32) -> u32 {
        let index = word as usize;
        *self.words[index].get_or_insert_with(|| {
            kept.words.push(String::from_utf8_lossy(self.text[index]).into());
            (kept.words.len() - 1) as u32
        })
    }
}

/// An index of the table of text; one that is too large is in no table.
fn word(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn plus(sum: Option<i64>, difference: i64) -> Option<i64> {
    sum.and_then(|sum| sum.checked_add(difference))
}

fn nodes_of(way: &Item<'_>) -> Result<WayBody, Broken> {
    let refs = &way.parts[0];
    let mut nodes = Vec::with_capacity(refs.count());
    let mut id = Some(0);
    for difference in refs.numbers().signed() {
        id = plus(id, difference);
        nodes.push(OsmNodeId(id.ok_or(Broken)?));
    }
    nodes.dedup();
    Ok(nodes)
}

/// No role that is asked for is longer; of longer ones the beginning is kept, so that a word which
/// millions of members bear does not fill the memory.
const LONGEST_ROLE: usize = 32;

fn members(relation: &Item<'_>, text: &[&[u8]]) -> Result<RelationBody, Broken> {
    let [roles, ids, kinds] = &relation.parts;
    let count = ids.count();
    if roles.count() != count || kinds.count() != count {
        return Err(Broken);
    }
    let (mut members, mut id) = (Vec::with_capacity(count), Some(0));
    let roles_and_kinds = roles.numbers().zip(kinds.numbers());
    for (difference, (role, kind)) in ids.numbers().signed().zip(roles_and_kinds) {
        id = plus(id, difference);
        let number = id.ok_or(Broken)?;
        let id = match kind {
            0 => OsmId::Node(OsmNodeId(number)),
            1 => OsmId::Way(OsmWayId(number)),
            2 => OsmId::Relation(OsmRelationId(number)),
            _ => return Err(Broken),
        };
        let role = text.get(word(role) as usize).ok_or(Broken)?;
        let role = &role[..role.len().min(LONGEST_ROLE)];
        members.push(Member { id, role: String::from_utf8_lossy(role).into() });
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
    fn of(block: &Block<'_>) -> Self {
        Self { step: block.granularity, lon: block.lon_offset, lat: block.lat_offset }
    }

    fn position_of(self, node: &Item<'_>) -> Result<Option<LonLat>, Fault> {
        let [lat, lon, _] = &node.parts;
        let (lat, lon) = (lat.numbers().last().map(signed), lon.numbers().last().map(signed));
        let (lat, lon) = lat.zip(lon).ok_or_else(|| damaged("a node has no position"))?;
        Ok(self.position(lon, lat))
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
