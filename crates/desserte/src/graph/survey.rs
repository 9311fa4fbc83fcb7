//! Which pieces of the map does this traveller use, and how long does each segment take?
//!
//! Every way of the extract is put to the profile once. A way that may be used
//! is cut where the extract lacks one of its nodes, and its time is summed from
//! its first node and rounded there once: a segment's time is a difference of
//! two rounded sums, so that cutting a way elsewhere, for a new side street,
//! changes no time.

use crate::{
    geodesy,
    osm::{NodeIndex, OsmExtract, OsmWay, TagPool},
    profile::{Lane, Profile, Setting},
    units::Metres,
};

use super::street::WayRecord;

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
            self.add_piece(extract, index, run);
        }
    }

    fn add_piece(&mut self, extract: &OsmExtract, way: u32, run: &[NodeIndex]) {
        if run.len() < 2 {
            return;
        }
        let first = self.nodes.len() as u32;
        let usage = self.ways[way as usize].usage;
        let mut sums = [0.0_f64; 2];
        for (position, &node) in run.iter().enumerate() {
            if position > 0 {
                let from = extract.positions[run[position - 1].index()];
                let length = geodesy::distance(from, extract.positions[node.index()]);
                sums[0] += millis(usage.forward, length);
                sums[1] += millis(usage.backward, length);
            }
            self.nodes.push(node);
            self.times[0].push(sums[0].round() as u32);
            self.times[1].push(sums[1].round() as u32);
        }
        self.pieces.push(Piece { way, first, end: self.nodes.len() as u32 });
    }
}

fn millis(lane: Option<Lane>, length: Metres) -> f64 {
    lane.map_or(0.0, |lane| lane.speed.millis_for(length))
}
