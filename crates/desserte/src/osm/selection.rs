//! What does one reader want of a map?
//!
//! Streets, places and care points are read by the same passes; what differs
//! between them is a [`Selection`]: four questions about tags. An element is
//! wanted for its tags, for its shape, or for both.

use super::tags::bit;

/// The tags of an element, as a block holds them.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawTags<'b> {
    text: &'b [&'b [u8]],
    pairs: &'b [(u32, u32)],
    /// A bit for each key, see [`bit`].
    keys: u64,
}

impl<'b> RawTags<'b> {
    /// The tags; the pairs must be indices into the text, and `keys` has the bits of their keys.
    pub(super) fn new(text: &'b [&'b [u8]], pairs: &'b [(u32, u32)], keys: u64) -> Self {
        Self { text, pairs, keys }
    }

    /// The value of a key; text that is not UTF-8 says nothing.
    #[inline]
    pub(super) fn value(&self, key: &str) -> Option<&'b str> {
        if self.keys & bit(key.as_bytes()) == 0 {
            return None;
        }
        let is_key = |pair: &&(u32, u32)| self.text[pair.0 as usize] == key.as_bytes();
        let pair = self.pairs.iter().find(is_key)?;
        std::str::from_utf8(self.text[pair.1 as usize]).ok()
    }

    /// Whether the element bears this very tag.
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        self.value(key) == Some(value)
    }

    /// The keys that are text.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'b str> + use<'b> {
        let text = self.text;
        self.pairs.iter().filter_map(|pair| std::str::from_utf8(text[pair.0 as usize]).ok())
    }
}

/// Why an element is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interest {
    /// For what it is.
    pub(super) tags: bool,
    /// For where it lies: the members of a relation, the nodes of a way.
    pub(super) shape: bool,
    /// For the land it covers, or stands on.
    pub(super) land: bool,
}

impl Interest {
    pub(super) const NONE: Self = Self { tags: false, shape: false, land: false };
    pub(super) const BOTH: Self = Self { tags: true, shape: true, land: false };

    /// For what it is, on one condition.
    pub(super) fn tags_if(condition: bool) -> Self {
        Self { tags: condition, ..Self::NONE }
    }

    /// Whether it is wanted at all.
    pub(super) fn is_any(self) -> bool {
        self.tags || self.needs_members()
    }

    /// Whether the ways and nodes that a relation names are needed too.
    pub(super) fn needs_members(self) -> bool {
        self.shape || self.land
    }
}

/// What a reader wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selection {
    /// Why a relation is wanted; where its shape is, its member ways and nodes are read.
    pub(super) relation: fn(&RawTags<'_>) -> Interest,
    /// Why a way is wanted; its nodes are read in any case.
    pub(super) way: fn(&RawTags<'_>) -> Interest,
    /// Why a node is wanted that a way or relation names.
    pub(super) node: fn(&RawTags<'_>) -> Interest,
    /// Why a node is wanted that nothing names.
    pub(super) lone_node: fn(&RawTags<'_>) -> Interest,
    /// Whether a tag of this key is kept.
    pub(super) keeps_key: fn(&str) -> bool,
}
