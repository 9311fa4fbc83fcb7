//! Which pieces of the map does this traveller use, and how long does each segment take?
//!
//! Every way of the extract is put to the profile, once for each setting it runs
//! through: open country, or built-up land. A way that may be used is cut where
//! its setting changes and where the extract lacks one of its nodes. The seconds
//! of its segments are those of the drive along the whole road it belongs to
//! (`drive.rs`).
//!
//! They are summed from the first node of the piece and rounded there once: a
//! segment's time is a difference of two rounded sums, so that cutting a way
//! elsewhere, for a new side street, changes no time.

use crate::{
    osm::{NodeIndex, OsmExtract, OsmWay, TagPool},
    profile::{Profile, Setting, WayUse},
};

use super::{built_up::BuiltUp, drive, street::WayRecord};

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
        let land = BuiltUp::of(&extract.built_up);
        for way in &extract.ways {
            survey.add_way((extract, &land), profile, way);
        }
        survey.times = drive::seconds(extract, profile, &survey)
            .map(|seconds| survey.summed_and_rounded(&seconds));
        survey
    }

    fn add_way(
        &mut self,
        (extract, land): (&OsmExtract, &BuiltUp),
        profile: &Profile,
        way: &OsmWay,
    ) {
        let tags = extract.tags.get(way.tags);
        let open = Setting::of(profile);
        let Some(in_the_open) = profile.way_use(tags, open) else { return };
        let first_record = self.ways.len();
        let tags_told = self.way_tags.insert(tags.iter().filter(|(key, _)| is_told(key)));
        let town = profile.way_use(tags, open.in_town()).unwrap_or(in_the_open);
        // Most ways bear a sign or a class that no setting changes: they need no second record.
        let settings: &[WayUse] =
            if town == in_the_open { &[in_the_open] } else { &[in_the_open, town] };
        for usage in settings {
            self.ways.push(WayRecord { id: way.id, tags: tags_told, usage: *usage });
        }
        for run in extract.nodes_of(way).split(|&node| node == NodeIndex::MISSING) {
            if settings.len() == 1 {
                self.add_piece(first_record as u32, run);
            } else {
                self.add_settled_pieces((extract, land), first_record as u32, run);
            }
        }
    }

    /// Cuts a run where it enters or leaves built-up land; a segment lies where its middle does.
    fn add_settled_pieces(
        &mut self,
        (extract, land): (&OsmExtract, &BuiltUp),
        open_record: u32,
        run: &[NodeIndex],
    ) {
        let position = |node: NodeIndex| extract.positions[node.index()];
        let is_in_town: Vec<bool> = run
            .windows(2)
            .map(|pair| land.contains(position(pair[0]).towards(position(pair[1]), 0.5)))
            .collect();
        let mut first = 0;
        for stretch in is_in_town.chunk_by(|a, b| a == b) {
            let record = open_record + u32::from(stretch[0]);
            self.add_piece(record, &run[first..=first + stretch.len()]);
            first += stretch.len();
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

/// Whether a tag is kept with the street, for those who ask which it is.
fn is_told(key: &str) -> bool {
    matches!(key, "highway" | "route" | "name" | "ref")
}
