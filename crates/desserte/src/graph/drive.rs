//! How long does each segment take when its road is driven from end to end?
//!
//! Each course is driven twice, there and back. A drive ends where the lane
//! does, and another begins; the bends are those of the whole road. On a ferry nobody
//! steers: it takes the time its line states, or that of its speed. The wait before it
//! is no part of the drive (`ferry.rs`).

use geo::Coord;

use crate::{
    geodesy::{self, LocalFrame},
    osm::OsmExtract,
    profile::{FerryTerms, Lane, Profile},
    units::LonLat,
};

use super::{
    chain::LinkEnd,
    course,
    kinematics::{Driver, Line, Way},
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
        driver: profile.kinematics().copied().map(Driver::new),
        seconds: [none.clone(), none],
        frame: LocalFrame::at(extract.positions[start.index()]),
        road: Road::default(),
    };
    if drives.driver.is_some() {
        course::for_each(extract, survey, |entries| drives.along(entries));
    } else {
        // What takes bends unbraked drives every piece as if it were alone.
        (0..survey.pieces.len() as u32).for_each(|piece| drives.along(&[piece << 1]));
    }
    drives.seconds
}

/// The drives along all courses.
struct Drives<'a> {
    extract: &'a OsmExtract,
    survey: &'a Survey,
    /// None where bends are taken unbraked.
    driver: Option<Driver>,
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

impl Road {
    /// Drives every run of the road that has a lane, with the limits of one side,
    /// and tells the seconds of each place.
    fn drive(
        &self,
        mut driver: Option<&mut Driver>,
        (side, ways): (Way, &[Way]),
        mut visit: impl FnMut(Way, (usize, bool), f64),
    ) {
        let mut first = 0;
        for run in self.limits[side as usize].chunk_by(|a, b| a.is_nan() == b.is_nan()) {
            let along = &self.line.along[first..=first + run.len()];
            let places = &self.places[first..];
            first += run.len();
            match &mut driver {
                _ if run[0].is_nan() => {}
                Some(driver) => {
                    driver.cut(along, run);
                    for &way in ways {
                        driver.drive(way, |segment, more| visit(way, places[segment], more));
                    }
                }
                None => {
                    for (segment, limit) in run.iter().enumerate() {
                        let seconds = (along[segment + 1] - along[segment]) / limit;
                        for &way in ways {
                            visit(way, places[segment], seconds);
                        }
                    }
                }
            }
        }
    }

    fn clear(&mut self) {
        self.line.points.clear();
        self.line.along.clear();
        self.limits.iter_mut().for_each(Vec::clear);
        self.places.clear();
    }

    /// The highest limit of the road, either way.
    fn fastest(&self) -> f64 {
        self.limits.iter().flatten().copied().fold(0.0, f64::max)
    }
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

    /// The segments of a ferry share its time by their length.
    fn sail(&mut self, piece: Piece, side: usize, (lane, terms): (Lane, FerryTerms)) {
        let (first, last) = (piece.first as usize, piece.end as usize - 1);
        let lengths: Vec<f64> = (first + 1..=last)
            .map(|end| geodesy::distance(self.position(end - 1), self.position(end)).0)
            .collect();
        let whole: f64 = lengths.iter().sum();
        let stated = terms.duration.map(|duration| f64::from(duration.0) / 1000.0);
        let pace = stated.filter(|_| whole > 0.0).map_or(3.6 / lane.speed.0, |s| s / whole);
        for (length, position) in lengths.iter().zip(first + 1..) {
            self.seconds[side][position] = length * pace;
        }
    }

    fn add_piece(&mut self, entry: LinkEnd) {
        let is_reversed = entry & 1 == 1;
        let piece = self.survey.pieces[(entry >> 1) as usize];
        let usage = self.survey.ways[piece.way as usize].usage;
        let limit = |lane: Option<Lane>| lane.map_or(f64::NAN, |lane| lane.speed.0 / 3.6);
        let mut limits = [limit(usage.forward), limit(usage.backward)];
        let (first, last) = (piece.first as usize, piece.end as usize - 1);
        if is_reversed {
            limits.reverse();
        }
        self.begin_road(if is_reversed { last } else { first });
        for step in 0..last - first {
            let to = if is_reversed { last - step - 1 } else { first + step + 1 };
            let from = if is_reversed { to + 1 } else { to - 1 };
            self.add_segment([from, to], limits);
        }
    }

    fn begin_road(&mut self, first: usize) {
        if self.road.places.is_empty() {
            self.frame = LocalFrame::at(self.position(first));
            self.road.line.points.push(Coord { x: 0.0, y: 0.0 });
            self.road.line.along.push(0.0);
        }
    }

    fn add_segment(&mut self, [from, to]: [usize; 2], limits: [f64; 2]) {
        let ends = [from, to].map(|position| self.position(position));
        let Road { line, limits: all, places } = &mut self.road;
        line.points.push(self.frame.to_plane(ends[1]).into());
        let length = geodesy::distance(ends[0], ends[1]).0;
        line.along.push(line.along[line.along.len() - 1] + length);
        places.push((from.max(to), from > to));
        all[0].push(limits[0]);
        all[1].push(limits[1]);
    }

    /// Drives the road there and back, and begins another.
    fn finish(&mut self) {
        let Self { road, driver, seconds, .. } = self;
        if road.places.is_empty() {
            return;
        }
        if let Some(driver) = driver {
            driver.look_at(&road.line, road.fastest());
        }
        let mut note = |way: Way, (position, is_reversed): (usize, bool), more: f64| {
            seconds[way as usize ^ usize::from(is_reversed)][position] += more;
        };
        // Most roads have one limit for both directions, and are cut once for both.
        if road.limits[0] == road.limits[1] {
            road.drive(driver.as_mut(), (Way::Along, &[Way::Along, Way::Against]), note);
        } else {
            for way in [Way::Along, Way::Against] {
                road.drive(driver.as_mut(), (way, &[way]), &mut note);
            }
        }
        road.clear();
    }

    fn position(&self, position: usize) -> LonLat {
        self.extract.positions[self.survey.nodes[position].index()]
    }
}
