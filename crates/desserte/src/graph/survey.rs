//! Which pieces of the map does this traveller use, and how long does each segment take?
//!
//! Every way of the extract is put to the profile, once for each setting that a
//! stretch may lie in: open country or built-up land, under this limit or that.
//! A way that may be used is cut where its setting changes what it is, and where
//! the extract lacks one of its nodes. The seconds
//! of its segments are those of the drive along the whole road it belongs to
//! (`drive.rs`).
//!
//! They are summed from the first node of the piece and rounded there once: a
//! segment's time is a difference of two rounded sums, so that cutting a way
//! elsewhere, for a new side street, changes no time.

use crate::{
    osm::{NodeIndex, OsmExtract, OsmWay, TagPool},
    profile::{Evidence, Profile, Setting},
};

use super::{drive, street::WayRecord, surroundings::Surroundings};

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
        let land = Surroundings::of(extract, profile);
        for way in &extract.ways {
            survey.add_way((extract, &land), profile, way);
        }
        survey.times = drive::seconds(extract, profile, &survey)
            .map(|seconds| survey.summed_and_rounded(&seconds));
        survey
    }

    fn add_way(
        &mut self,
        (extract, land): (&OsmExtract, &Surroundings),
        profile: &Profile,
        way: &OsmWay,
    ) {
        let tags = extract.tags.get(way.tags);
        let usage = |&setting: &Setting| profile.way_use(tags, setting);
        let Some((open, others)) = land.settings().split_first() else { return };
        let Some(open) = usage(open) else { return };
        let others = others.iter().map(|setting| usage(setting).unwrap_or(open));
        let told = self.way_tags.insert(tags.iter().filter(|(key, _)| is_told(key)));
        let evidence = Evidence::of(tags);
        let first_record = self.ways.len();
        let record = |usage| WayRecord { id: way.id, tags: told, usage, evidence };
        let records: Vec<u32> = std::iter::once(open)
            .chain(others)
            .map(|usage| self.record_of(first_record, record(usage)))
            .collect();
        // Most ways bear a sign or a class that no setting changes: they are not cut.
        let is_settled = self.ways.len() == first_record + 1;
        for run in extract.nodes_of(way).split(|&node| node == NodeIndex::MISSING) {
            if is_settled {
                self.add_piece(first_record as u32, run);
            } else {
                self.add_settled_pieces((extract, land), &records, run);
            }
        }
    }

    /// The record of a way used like this, made unless one of its other settings has it.
    fn record_of(&mut self, first: usize, record: WayRecord) -> u32 {
        let known = self.ways[first..].iter().position(|other| other.usage == record.usage);
        let place = known.map_or(self.ways.len(), |place| first + place);
        if known.is_none() {
            self.ways.push(record);
        }
        place as u32
    }

    /// Cuts a run where its surroundings make it another; a segment lies where its middle does.
    fn add_settled_pieces(
        &mut self,
        (extract, land): (&OsmExtract, &Surroundings),
        records: &[u32],
        run: &[NodeIndex],
    ) {
        let position = |node: NodeIndex| extract.positions[node.index()];
        let record_at: Vec<u32> = run
            .windows(2)
            .map(|pair| records[land.at(position(pair[0]).towards(position(pair[1]), 0.5))])
            .collect();
        let mut first = 0;
        for stretch in record_at.chunk_by(|a, b| a == b) {
            self.add_piece(stretch[0], &run[first..=first + stretch.len()]);
            first += stretch.len();
        }
    }

    /// A node that is named twice in a row is passed once; files are read so, an extract may be made by hand.
    fn add_piece(&mut self, way: u32, run: &[NodeIndex]) {
        let first = self.nodes.len();
        self.nodes.extend(run.chunk_by(|a, b| a == b).map(|same| same[0]));
        if self.nodes.len() < first + 2 {
            self.nodes.truncate(first);
        } else {
            self.pieces.push(Piece { way, first: first as u32, end: self.nodes.len() as u32 });
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

/// Whether a tag is kept with the street, for those who ask which it is.
fn is_told(key: &str) -> bool {
    matches!(key, "highway" | "route" | "name" | "ref")
}
