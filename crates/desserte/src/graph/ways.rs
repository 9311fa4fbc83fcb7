//! Which ways were streets drawn by, and what did the map say of them?
//!
//! A record of each way, and the text of its tags. Only explanations read them,
//! and nothing follows them, so a saved network keeps them as rows and words, and
//! writes them out at the first question. The ground of a way, which every snap
//! asks for, is a column apart.

use std::sync::OnceLock;

use crate::{
    osm::TagPool,
    profile::Ground,
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
};

use super::{
    coding::{GroundCode, WayRow},
    street::WayRecord,
};

/// The ways of a network.
#[derive(Debug, Default)]
pub(super) struct Ways {
    grounds: Column<GroundCode>,
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
        let grounds = records.iter().map(|way| GroundCode::of(way.usage.ground)).collect();
        Self { grounds, stored: Stored::default(), made: OnceLock::from((records, tags)) }
    }

    /// The ground of one way.
    #[inline]
    pub(super) fn ground(&self, way: u32) -> Ground {
        self.grounds[way as usize].get()
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
        self.made.get_or_init(|| self.stored.write_out(&self.grounds))
    }

    /// Lays the ways on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>) {
        let (records, tags) = self.made();
        let rows: Vec<WayRow> = records.iter().map(WayRow::of).collect();
        sheaf.put_made(Section::Ways, &rows);
        let (pairs, ends, text) = tags.to_columns();
        sheaf.put_made(Section::TagPairs, &pairs);
        sheaf.put_made(Section::TagWordEnds, &ends);
        sheaf.put_made(Section::TagText, &text);
        sheaf.put(Section::WayGrounds, &self.grounds);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.grounds.len()
    }

    /// Takes the ways off a shelf.
    pub(super) fn load(shelf: &Shelf) -> Result<Self, Flaw> {
        let stored = Stored {
            rows: shelf.take(Section::Ways)?,
            pairs: shelf.take(Section::TagPairs)?,
            word_ends: shelf.take(Section::TagWordEnds)?,
            text: shelf.take(Section::TagText)?,
        };
        let grounds: Column<GroundCode> = shelf.take(Section::WayGrounds)?;
        let is_as_long = grounds.len() == stored.rows.len();
        Section::WayGrounds.must(is_as_long, "it has another length than what it belongs to")?;
        Ok(Self { grounds, stored, made: OnceLock::new() })
    }
}

impl Stored {
    /// What cannot have been saved is read as no tags, and no ways in either direction.
    fn write_out(&self, grounds: &[GroundCode]) -> (Vec<WayRecord>, TagPool) {
        let tags = TagPool::from_columns(&self.pairs, &self.word_ends, &self.text);
        let tags = tags.unwrap_or_default();
        let rows = self.rows.iter().zip(grounds);
        (rows.map(|(row, &ground)| row.get(ground, &tags)).collect(), tags)
    }
}
