//! Where the text of the tags is kept.
//!
//! A few thousand distinct words make up the millions of tags of an extract, so
//! each word is stored once, in a [`TagPool`], and a [`TagList`] is a range of
//! pairs of words. [`Tags`] puts the two together for reading.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A range of key-value pairs in a [`TagPool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagList {
    first: u32,
    count: u32,
}

impl TagList {
    /// The first pair, and how many there are; see [`TagPool::list`].
    pub(crate) const fn to_range(self) -> [u32; 2] {
        [self.first, self.count]
    }
}

/// Every distinct word of the tags, and the pairs they make.
#[derive(Clone, Debug, Default)]
pub struct TagPool {
    words: Vec<Box<str>>,
    word_ids: HashMap<Box<str>, u32, RandomState>,
    pairs: Vec<(u32, u32)>,
}

impl TagPool {
    /// Stores a list of tags. The order is kept.
    ///
    /// ```
    /// use desserte::osm::TagPool;
    ///
    /// let mut pool = TagPool::default();
    /// let lane = pool.insert([("highway", "unclassified"), ("surface", "asphalt")]);
    /// assert_eq!(pool.get(lane).value("surface"), Some("asphalt"));
    /// assert_eq!(pool.get(lane).value("oneway"), None);
    /// ```
    pub fn insert<'a>(&mut self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> TagList {
        let first = self.pairs.len() as u32;
        for (key, value) in tags {
            let pair = (self.word_id(key), self.word_id(value));
            self.pairs.push(pair);
        }
        TagList { first, count: self.pairs.len() as u32 - first }
    }

    /// The tags of a list.
    #[must_use]
    pub fn get(&self, list: TagList) -> Tags<'_> {
        let pairs = &self.pairs[list.first as usize..(list.first + list.count) as usize];
        let keys =
            pairs.iter().fold(0, |keys, &(key, _)| keys | bit(self.words[key as usize].as_bytes()));
        Tags { words: &self.words, pairs, keys }
    }

    /// Takes over the tags of a block; returns what to add to its lists.
    pub(super) fn absorb(&mut self, block: &BlockTags) -> ListShift {
        let shift = ListShift(self.pairs.len() as u32);
        let words: Vec<u32> = block.words.iter().map(|word| self.word_id(word)).collect();
        let pair = |&(key, value): &(u32, u32)| (words[key as usize], words[value as usize]);
        self.pairs.extend(block.pairs.iter().map(pair));
        shift
    }

    /// The pairs, the ends of the words, and the text of all words: what a file keeps.
    pub(crate) fn to_columns(&self) -> (Vec<[u32; 2]>, Vec<u32>, Vec<u8>) {
        let ends = self.words.iter().scan(0, |end, word| {
            *end += word.len() as u32;
            Some(*end)
        });
        let pairs = self.pairs.iter().map(|&(key, value)| [key, value]);
        (pairs.collect(), ends.collect(), self.words.iter().flat_map(|word| word.bytes()).collect())
    }

    /// The inverse of [`TagPool::to_columns`]; `None` where pairs, ends and text do not go together.
    ///
    /// A word that is inserted later is kept once more: nobody inserts in a network.
    pub(crate) fn from_columns(pairs: &[[u32; 2]], ends: &[u32], text: &[u8]) -> Option<Self> {
        let mut first = 0;
        let word = |&end: &u32| {
            let word = text.get(first..end as usize)?;
            first = end as usize;
            Some(std::str::from_utf8(word).ok()?.into())
        };
        let words: Vec<Box<str>> = ends.iter().map(word).collect::<Option<_>>()?;
        let is_whole = first == text.len();
        let is_known = |&id: &u32| (id as usize) < words.len();
        (is_whole && pairs.iter().flatten().all(is_known)).then_some(())?;
        let pairs = pairs.iter().map(|&[key, value]| (key, value)).collect();
        Some(Self { words, word_ids: HashMap::default(), pairs })
    }

    /// The list of a range of pairs; `None` where there are not so many.
    pub(crate) fn list(&self, [first, count]: [u32; 2]) -> Option<TagList> {
        let is_within = first as usize + count as usize <= self.pairs.len();
        is_within.then_some(TagList { first, count })
    }

    fn word_id(&mut self, word: &str) -> u32 {
        if let Some(&id) = self.word_ids.get(word) {
            return id;
        }
        let id = self.words.len() as u32;
        self.words.push(word.into());
        self.word_ids.insert(word.into(), id);
        id
    }
}

/// The tags of one element.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a> {
    words: &'a [Box<str>],
    pairs: &'a [(u32, u32)],
    /// A bit for each key, see [`bit`].
    keys: u64,
}

/// One of 64 bits for a key: a list without the bit does not have the key.
///
/// PERF: a profile asks each way for dozens of keys that it has not; bench `profile`.
#[inline]
pub(super) fn bit(key: &[u8]) -> u64 {
    let [first, last] = [key.first(), key.last()].map(|byte| byte.copied().unwrap_or(0));
    let place = u32::from(first) * 5 + u32::from(last) * 3 + key.len() as u32;
    1 << (place & 63)
}

impl<'a> Tags<'a> {
    /// The value of a key, if the element bears it.
    #[must_use]
    #[inline]
    pub fn value(&self, key: &str) -> Option<&'a str> {
        if self.keys & bit(key.as_bytes()) == 0 {
            return None;
        }
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// Whether the element bears this very tag.
    #[must_use]
    #[inline]
    pub fn has(&self, key: &str, value: &str) -> bool {
        self.value(key) == Some(value)
    }

    /// All tags, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let words = self.words;
        self.pairs.iter().map(move |&(key, value)| (&*words[key as usize], &*words[value as usize]))
    }
}

/// The tags of one block on their way to a [`TagPool`]: the same pairs, of the block's own words.
#[derive(Debug, Default)]
pub(super) struct BlockTags {
    pub(super) words: Vec<Box<str>>,
    pub(super) pairs: Vec<(u32, u32)>,
}

impl BlockTags {
    /// The list of the pairs from `first` to the last.
    pub(super) fn list_from(&self, first: usize) -> TagList {
        TagList { first: first as u32, count: (self.pairs.len() - first) as u32 }
    }
}

/// How far the lists of a block lie in the pool that absorbed it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListShift(u32);

impl ListShift {
    /// The list, in the pool.
    pub(super) fn apply(self, list: TagList) -> TagList {
        TagList { first: list.first + self.0, count: list.count }
    }
}

/// Copies some lists of a pool to another, which then holds no word too many.
#[derive(Debug)]
pub(super) struct TagCopy<'a> {
    from: &'a TagPool,
    to: TagPool,
    /// The word's id in the copy, by its id in the pool; `u32::MAX` where it was not copied yet.
    words: Vec<u32>,
}

impl<'a> TagCopy<'a> {
    pub(super) fn of(from: &'a TagPool) -> Self {
        Self { from, to: TagPool::default(), words: vec![u32::MAX; from.words.len()] }
    }

    /// The list, in the copy.
    pub(super) fn copy(&mut self, list: TagList) -> TagList {
        let first = self.to.pairs.len() as u32;
        for &(key, value) in self.from.get(list).pairs {
            let pair = (self.word(key), self.word(value));
            self.to.pairs.push(pair);
        }
        TagList { first, count: list.count }
    }

    pub(super) fn finish(self) -> TagPool {
        self.to
    }

    fn word(&mut self, id: u32) -> u32 {
        if self.words[id as usize] == u32::MAX {
            self.words[id as usize] = self.to.word_id(&self.from.words[id as usize]);
        }
        self.words[id as usize]
    }
}
