//! How long does each segment take when its road is driven from end to end?
//!
//! Each course is driven twice, there and back. A drive ends where the lane
//! does, and another begins. On a ferry nobody steers: it takes the time its
//! line states, or that of its speed, and half of the declared wait at each end
//! that touches land, so that a line of several ways is waited for once.

use crate::{
    geodesy::{self, LocalFrame},
    osm::OsmExtract,
    profile::{FerryTerms, Kinematics, Lane, Profile},
    units::LonLat,
};

use super::{
    chain::LinkEnd,
    course,
    kinematics::{self, Line},
    survey::{Piece, Survey},
};

/// Seconds of the segment that ends at each position of the survey, by the
/// forward and by the backward lane; zero where there is no lane.
pub(super) fn seconds(extract: &OsmExtract, profile: &Profile, survey: &Survey) -> [Vec<f64>; 2] {
    let Some(start) = survey.nodes.first() else { return [Vec::new(), Vec::new()] };
    let none = vec![0.0; survey.nodes.len()];
    let mut drives = Drives {
        extract,
        survey,
        comfort: profile.kinematics().copied(),
        is_land: land(extract, survey),
        seconds: [none.clone(), none],
        frame: LocalFrame::at(extract.positions[start.index()]),
        line: Line::default(),
        segments: Vec::new(),
    };
    course::for_each(extract, survey, |entries| {
        drives.along(entries.iter().copied());
        drives.along(entries.iter().rev().map(|entry| entry ^ 1));
    });
    drives.seconds
}

/// The drives along all courses.
struct Drives<'a> {
    extract: &'a OsmExtract,
    survey: &'a Survey,
    comfort: Option<Kinematics>,
    /// Whether a node is on a way that is no ferry.
    is_land: Vec<bool>,
    seconds: [Vec<f64>; 2],
    /// The plane at the beginning of the drive.
    frame: LocalFrame,
    line: Line,
    /// For each segment of the line: its lane, and the position where it is kept.
    segments: Vec<(usize, usize)>,
}

impl Drives<'_> {
    fn along(&mut self, entries: impl Iterator<Item = LinkEnd>) {
        for entry in entries {
            let piece = self.survey.pieces[(entry >> 1) as usize];
            let usage = self.survey.ways[piece.way as usize].usage;
            let lane = if entry & 1 == 0 { usage.forward } else { usage.backward };
            match (lane, usage.ferry) {
                (None, _) => self.finish(),
                (Some(lane), None) => self.add_piece(entry, lane),
                (Some(lane), Some(terms)) => {
                    self.finish();
                    self.sail(piece, (entry & 1) as usize, (lane, terms));
                }
            }
        }
        self.finish();
    }

    /// The segments of a ferry: its time by length, and the wait at its ends.
    fn sail(&mut self, piece: Piece, side: usize, (lane, terms): (Lane, FerryTerms)) {
        let (first, last) = (piece.first as usize, piece.end as usize - 1);
        let lengths: Vec<f64> = (first + 1..=last)
            .map(|end| geodesy::distance(self.position(end - 1), self.position(end)).0)
            .collect();
        let whole: f64 = lengths.iter().sum();
        let stated = terms.duration.map(|duration| f64::from(duration.0) / 1000.0);
        let pace = stated.filter(|_| whole > 0.0).map_or(3.6 / lane.speed.0, |s| s / whole);
        let half_wait = f64::from(terms.wait.0) / 2000.0;
        for (length, position) in lengths.iter().zip(first + 1..) {
            self.seconds[side][position] = length * pace;
        }
        for (node, position) in [(first, first + 1), (last, last)] {
            if self.is_land[self.survey.nodes[node].index()] {
                self.seconds[side][position] += half_wait;
            }
        }
    }

    fn add_piece(&mut self, entry: LinkEnd, lane: Lane) {
        let piece = self.survey.pieces[(entry >> 1) as usize];
        let (first, last) = (piece.first as usize, piece.end as usize - 1);
        if self.line.points.is_empty() {
            let start = if entry & 1 == 0 { first } else { last };
            self.frame = LocalFrame::at(self.position(start));
            self.line.points.push((0.0, 0.0));
            self.line.along.push(0.0);
        }
        for segment in first + 1..=last {
            let end = if entry & 1 == 0 { segment } else { first + last - segment };
            let begin = if entry & 1 == 0 { end - 1 } else { end + 1 };
            let length = geodesy::distance(self.position(begin), self.position(end)).0;
            self.line.points.push(self.frame.to_plane(self.position(end)));
            self.line.along.push(self.line.along[self.line.along.len() - 1] + length);
            self.line.limits.push(lane.speed.0 / 3.6);
            self.segments.push(((entry & 1) as usize, begin.max(end)));
        }
    }

    /// Ends a drive and notes its seconds.
    fn finish(&mut self) {
        let times = match &self.comfort {
            Some(comfort) if !self.segments.is_empty() => kinematics::drive(&self.line, comfort),
            _ => kinematics::glide(&self.line),
        };
        for (segment, &(lane, position)) in self.segments.iter().enumerate() {
            self.seconds[lane][position] = times[segment + 1] - times[segment];
        }
        self.line.clear();
        self.segments.clear();
    }

    fn position(&self, position: usize) -> LonLat {
        self.extract.positions[self.survey.nodes[position].index()]
    }
}

fn land(extract: &OsmExtract, survey: &Survey) -> Vec<bool> {
    let mut is_land = vec![false; extract.positions.len()];
    let ashore = |piece: &&Piece| survey.ways[piece.way as usize].usage.ferry.is_none();
    for piece in survey.pieces.iter().filter(ashore) {
        for node in &survey.nodes[piece.first as usize..piece.end as usize] {
            is_land[node.index()] = true;
        }
    }
    is_land
}
