//! How long does each segment take when its road is driven from end to end?
//!
//! Each course is driven twice, there and back. A drive ends where the lane
//! does, and another begins; on a ferry nobody steers.

use crate::{
    geodesy::{self, LocalFrame},
    osm::OsmExtract,
    profile::{Ground, Lane, Profile},
};

use super::{
    chain::LinkEnd,
    course,
    kinematics::{self, Comfort, Line},
    survey::Survey,
};

/// Seconds of the segment that ends at each position of the survey, by the
/// forward and by the backward lane; zero where there is no lane.
pub(super) fn seconds(extract: &OsmExtract, profile: &Profile, survey: &Survey) -> [Vec<f64>; 2] {
    let none = vec![0.0; survey.nodes.len()];
    let mut drives = Drives {
        extract,
        survey,
        comfort: profile.comfort(),
        seconds: [none.clone(), none],
        frame: LocalFrame::at(extract.positions[survey.nodes[0].index()]),
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
    comfort: Option<Comfort>,
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
            let steers = usage.ground != Ground::Ferry;
            if lane.is_none() || !steers {
                self.finish(true);
            }
            if let Some(lane) = lane {
                self.add_piece(entry, lane);
            }
            if !steers {
                self.finish(false);
            }
        }
        self.finish(true);
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
    fn finish(&mut self, steers: bool) {
        let line = &self.line;
        let times = match self.comfort.filter(|_| steers && !line.limits.is_empty()) {
            Some(comfort) => kinematics::drive(line, comfort),
            None => kinematics::glide(line),
        };
        for (segment, &(lane, position)) in self.segments.iter().enumerate() {
            self.seconds[lane][position] = times[segment + 1] - times[segment];
        }
        self.line.clear();
        self.segments.clear();
    }

    fn position(&self, position: usize) -> crate::units::LonLat {
        self.extract.positions[self.survey.nodes[position].index()]
    }
}
