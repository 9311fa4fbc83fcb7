//! Which ways were streets drawn by, and what did the map say of them?
//!
//! A record of each way, and the text of its tags. Only snaps and explanations
//! read them, and nothing follows them, so a saved network keeps them as rows
//! and words, and writes them out at the first question.

use std::sync::OnceLock;

use crate::{
    osm::TagPool,
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
};

use super::{coding::WayRow, street::WayRecord};

/// The ways of a network.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// As a file has them; none where they were made by a build.
    stored: Stored,
    made: OnceLock<(Vec<WayRecord>, TagPool)>,
}

#[derive(Debug, Default)]
struct Stored {
    rows: Column<WayRow>,
    pairs: Column<[u32; 2]>,
    word_ends: Column<u32>,
    text: Column<u8>,
}

impl Ways {
    /// The ways of a build.
    pub(super) fn new(records: Vec<WayRecord>, tags: TagPool) -> Self {
        Self { stored: Stored::default(), made: OnceLock::from((records, tags)) }
    }

    /// Every way.
    pub(super) fn records(&self) -> &[WayRecord] {
        &self.made().0
    }

    /// The text of their tags.
    pub(super) fn tags(&self) -> &TagPool {
        &self.made().1
    }

    fn made(&self) -> &(Vec<WayRecord>, TagPool) {
        self.made.get_or_init(|| self.stored.write_out())
    }

    /// Lays the ways on a sheaf.
    pub(super) fn save(&self, sheaf: &mut Sheaf<'_>) {
        let (records, tags) = self.made();
        let rows: Vec<WayRow> = records.iter().map(WayRow::of).collect();
        sheaf.put_made(Section::Ways, &rows);
        let (pairs, ends, text) = tags.to_columns();
        sheaf.put_made(Section::TagPairs, &pairs);
        sheaf.put_made(Section::TagWordEnds, &ends);
        sheaf.put_made(Section::TagText, &text);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.made.get().map_or(self.stored.rows.len(), |(records, _)| records.len())
    }

    /// Takes the ways off a shelf.
    pub(super) fn load(shelf: &Shelf) -> Result<Self, Flaw> {
        let stored = Stored {
            rows: shelf.take(Section::Ways)?,
            pairs: shelf.take(Section::TagPairs)?,
            word_ends: shelf.take(Section::TagWordEnds)?,
            text: shelf.take(Section::TagText)?,
        };
        Ok(Self { stored, made: OnceLock::new() })
    }
}

impl Stored {
    /// What cannot have been saved is read as no tags, and no ways in either direction.
    fn write_out(&self) -> (Vec<WayRecord>, TagPool) {
        let tags = TagPool::from_columns(&self.pairs, &self.word_ends, &self.text);
        let tags = tags.unwrap_or_default();
        (self.rows.iter().map(|row| row.get(&tags)).collect(), tags)
    }
}
