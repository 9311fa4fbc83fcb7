//! How long does each segment take when its road is driven from end to end?
//!
//! Each course is driven twice, there and back. A drive ends where the lane
//! does, and another begins; the bends are those of the whole road. On a ferry nobody steers: it takes the time its
//! line states, or that of its speed, and half of the declared wait at each end
//! that touches land, so that a line of several ways is waited for once.

use geo::Coord;

use crate::{
    geodesy::{self, LocalFrame},
    osm::OsmExtract,
    profile::{FerryTerms, Kinematics, Lane, Profile},
    units::LonLat,
};

use super::{
    chain::LinkEnd,
    course,
    kinematics::{self, Bend, Line},
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
        road: Road::default(),
    };
    course::for_each(extract, survey, |entries| drives.along(entries));
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
    /// The plane at the beginning of the road.
    frame: LocalFrame,
    road: Road,
}

/// The road that is being put together from the pieces of a course.
#[derive(Default)]
struct Road {
    line: Line,
    /// For each segment, the limit along the road and against it in m/s; NaN without a lane.
    limits: [Vec<f64>; 2],
    /// For each segment, the position where its seconds are kept, and whether its piece is passed backward.
    places: Vec<(usize, bool)>,
}

impl Drives<'_> {
    fn along(&mut self, entries: &[LinkEnd]) {
        for &entry in entries {
            let piece = self.survey.pieces[(entry >> 1) as usize];
            let usage = self.survey.ways[piece.way as usize].usage;
            match usage.ferry {
                None => self.add_piece(entry),
                Some(terms) => {
                    self.finish();
                    for (side, lane) in [usage.forward, usage.backward].into_iter().enumerate() {
                        if let Some(lane) = lane {
                            self.sail(piece, side, (lane, terms));
                        }
                    }
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

    fn add_piece(&mut self, entry: LinkEnd) {
        let is_reversed = entry & 1 == 1;
        let piece = self.survey.pieces[(entry >> 1) as usize];
        let usage = self.survey.ways[piece.way as usize].usage;
        let limit = |lane: Option<Lane>| lane.map_or(f64::NAN, |lane| lane.speed.0 / 3.6);
        let mut limits = [limit(usage.forward), limit(usage.backward)];
        let mut positions: Vec<usize> = (piece.first as usize..piece.end as usize).collect();
        if is_reversed {
            positions.reverse();
            limits.reverse();
        }
        if self.road.places.is_empty() {
            self.frame = LocalFrame::at(self.position(positions[0]));
            self.road.line.points.push(Coord { x: 0.0, y: 0.0 });
            self.road.line.along.push(0.0);
        }
        for pair in positions.windows(2) {
            let (from, to) = (self.position(pair[0]), self.position(pair[1]));
            let line = &mut self.road.line;
            line.points.push(self.frame.to_plane(to).into());
            line.along.push(line.along[line.along.len() - 1] + geodesy::distance(from, to).0);
            self.road.places.push((pair[0].max(pair[1]), is_reversed));
            for (all, limit) in self.road.limits.iter_mut().zip(limits) {
                all.push(limit);
            }
        }
    }

    /// Drives the road there and back, and begins another.
    fn finish(&mut self) {
        let mut road = std::mem::take(&mut self.road);
        if road.places.is_empty() {
            return;
        }
        let mut bends = self.comfort.as_ref().map(|comfort| road.line.bends(comfort));
        self.drive(&road, 0, bends.as_deref());
        road.line.reverse(bends.as_deref_mut().unwrap_or_default());
        road.places.reverse();
        road.limits[1].reverse();
        self.drive(&road, 1, bends.as_deref());
    }

    /// Drives every run of the road that has a lane, and notes its seconds.
    fn drive(&mut self, road: &Road, side: usize, bends: Option<&[Bend]>) {
        let limits = &road.limits[side];
        let mut first = 0;
        for run in limits.chunk_by(|a, b| a.is_nan() == b.is_nan()) {
            let along = &road.line.along[first..=first + run.len()];
            let seconds = match (run[0].is_nan(), bends, &self.comfort) {
                (true, ..) => Vec::new(),
                (_, Some(bends), Some(comfort)) => kinematics::drive(along, run, bends, comfort),
                _ => kinematics::glide(along, run),
            };
            for (seconds, &(position, is_reversed)) in seconds.iter().zip(&road.places[first..]) {
                self.seconds[side ^ usize::from(is_reversed)][position] = *seconds;
            }
            first += run.len();
        }
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
