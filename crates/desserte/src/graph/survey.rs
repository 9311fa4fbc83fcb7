//! Which pieces of the map does this traveller use, and how long does each segment take?
//!
//! Every way of the extract is put to the profile once. A way that may be used
//! is cut where the extract lacks one of its nodes. The seconds of its segments
//! are those of the drive along the whole road it belongs to (`drive.rs`).
//!
//! They are summed from the first node of the piece and rounded there once: a
//! segment's time is a difference of two rounded sums, so that cutting a way
//! elsewhere, for a new side street, changes no time.

use crate::{
    osm::{NodeIndex, OsmExtract, OsmWay, TagPool},
    profile::{Profile, Setting},
};

use super::{drive, street::WayRecord};

/// A run of consecutive nodes of one way, all of them known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Index into [`Survey::ways`].
    pub(super) way: u32,
    /// First position in [`Survey::nodes`].
    pub(super) first: u32,
    /// One past its last position.
    pub(super) end: u32,
}

/// The usable pieces of an extract.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) pieces: Vec<Piece>,
    pub(super) nodes: Vec<NodeIndex>,
    /// Milliseconds from the first node of the piece, by the forward and by the backward lane.
    pub(super) times: [Vec<u32>; 2],
    pub(super) ways: Vec<WayRecord>,
    pub(super) way_tags: TagPool,
}

impl Survey {
    pub(super) fn of(extract: &OsmExtract, profile: &Profile) -> Self {
        let mut survey = Self::default();
        for way in &extract.ways {
            survey.add_way(extract, profile, way);
        }
        survey.times = drive::seconds(extract, profile, &survey)
            .map(|seconds| survey.summed_and_rounded(&seconds));
        survey
    }

    fn add_way(&mut self, extract: &OsmExtract, profile: &Profile, way: &OsmWay) {
        let tags = extract.tags.get(way.tags);
        let Some(usage) = profile.way_use(tags, Setting::of(profile)) else { return };
        let index = self.ways.len() as u32;
        let worth_telling =
            tags.iter().filter(|(key, _)| matches!(*key, "highway" | "route" | "name" | "ref"));
        let tags = self.way_tags.insert(worth_telling);
        self.ways.push(WayRecord { id: way.id, tags, usage });
        for run in extract.nodes_of(way).split(|&node| node == NodeIndex::MISSING) {
            self.add_piece(index, run);
        }
    }

    fn add_piece(&mut self, way: u32, run: &[NodeIndex]) {
        if run.len() >= 2 {
            let first = self.nodes.len() as u32;
            self.nodes.extend_from_slice(run);
            self.pieces.push(Piece { way, first, end: self.nodes.len() as u32 });
        }
    }

    /// Sums the seconds of each segment, kept at its last node, along each piece.
    fn summed_and_rounded(&self, seconds: &[f64]) -> Vec<u32> {
        let mut sums = Vec::with_capacity(seconds.len());
        for piece in &self.pieces {
            let mut sum = 0.0;
            for &segment in &seconds[piece.first as usize..piece.end as usize] {
                sum += segment * 1000.0;
                sums.push(sum.round() as u32);
            }
        }
        sums
    }
}
