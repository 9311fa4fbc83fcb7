//! How good is what the map says of the speeds of a network?
//!
//! The sheet counts kilometres: by class of road and by what decided the speed,
//! with and without a posted limit and a surface, behind a private sign, and cut
//! off from the rest. A street counts once. Where both of its directions are
//! open each has half of it, since a sign may stand on one side only.
//!
//! What decided is what set the speed of the lane. A bend never does: it shows
//! as the difference between the speed of the lane and the speed driven.

use std::collections::BTreeMap;

use crate::{
    geodesy,
    profile::SpeedSource,
    units::{KmPerHour, Metres},
};

use super::{
    CutOff, RoadNetwork,
    street::{Direction, StreetId, StreetUse, Streets},
};

/// The data-quality sheet of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedSheet {
    /// The longest first.
    pub rows: Vec<SpeedRow>,
    /// All streets: the sum of the rows.
    pub length: Metres,
    /// Where the map has a limit with a number, whether or not it decides.
    pub with_limit: Metres,
    /// Where the map has a surface.
    pub with_surface: Metres,
    /// Where only a trip that begins or ends there may pass.
    pub restricted: Metres,
    /// What no road joins to the longest part.
    pub cut_off: CutOff,
}

/// The streets of one class whose speed was decided by one source.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedRow {
    /// The value of `highway`, or of `route` where a way carries the traveller.
    pub highway: String,
    /// What decided.
    pub source: SpeedSource,
    /// How long they are, together.
    pub length: Metres,
    /// Length over time as driven: with bends, braking and accelerating, and without the delays of
    /// junctions.
    pub speed: KmPerHour,
    /// The same where every stretch is driven at the speed of its lane.
    pub lane_speed: KmPerHour,
}

/// What is counted of a row, in halves of a unit: integers, so that their order does not show.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    millimetres: u64,
    millis: u64,
    lane_millis: f64,
}

impl RoadNetwork {
    /// Kilometres by class of road and by what decided the speed, and what the map lacks.
    ///
    /// The index of the streets is made here, unless a place was snapped before.
    #[must_use]
    pub fn speeds(&self) -> SpeedSheet {
        let mut counts = Counts::of(&self.streets);
        let length = |millimetres: u64| Metres(millimetres as f64 / 1000.0);
        let tallies = std::mem::take(&mut counts.rows);
        let mut rows: Vec<SpeedRow> = tallies.into_iter().map(SpeedRow::of).collect();
        rows.sort_by(|a, b| b.length.0.total_cmp(&a.length.0));
        SpeedSheet {
            rows,
            length: length(counts.all),
            with_limit: length(counts.with_limit),
            with_surface: length(counts.with_surface),
            restricted: length(counts.restricted),
            cut_off: CutOff::of(self),
        }
    }
}

/// Millimetres of each kind.
#[derive(Default)]
struct Counts<'a> {
    rows: BTreeMap<(&'a str, SpeedSource), Tally>,
    all: u64,
    with_limit: u64,
    with_surface: u64,
    restricted: u64,
}

impl<'a> Counts<'a> {
    fn of(streets: &'a Streets) -> Self {
        let mut counts = Self::default();
        for street in streets.ids() {
            let length = streets.length_millimetres(street);
            counts.all += length;
            counts.restricted += if streets.is_public(street) { 0 } else { length };
            // A screened gate is a passage: it has no length, and its millisecond is no speed.
            if length > 0 {
                counts.add(streets, street);
            }
        }
        counts
    }

    /// Counts the stretches of a street.
    fn add(&mut self, streets: &'a Streets, street: StreetId) {
        let uses = Direction::BOTH.map(|direction| StreetUse::new(street, direction));
        let is_open = uses.map(|usage| streets.access(usage).is_some());
        // Halves: the only direction that is open has both.
        let halves = if is_open == [true, true] { 1 } else { 2 };
        let along = millimetres_along(streets, street);
        for (stretch, [first, last]) in streets.stretches_with_ends(street) {
            let length = along[last] - along[first];
            let way = &streets.ways()[stretch.way as usize];
            self.with_limit += if way.evidence.limit { length } else { 0 };
            self.with_surface += if way.evidence.surface { length } else { 0 };
            let tags = streets.way_tags().get(way.tags);
            let highway = tags.value("highway").or(tags.value("route")).unwrap_or_default();
            for usage in uses.into_iter().filter(|usage| is_open[usage.direction() as usize]) {
                let Some(lane) = streets.lane(stretch, usage.direction()) else { continue };
                let times = streets.times(usage);
                let tally = self.rows.entry((highway, lane.source)).or_default();
                tally.millimetres += halves * length;
                tally.millis += halves * u64::from(times[last].abs_diff(times[first]));
                tally.lane_millis += halves as f64 * length as f64 * 3.6 / lane.speed.0;
            }
        }
    }
}

/// Millimetres from the first point of a street, at each of its points; at the last its length.
fn millimetres_along(streets: &Streets, street: StreetId) -> Vec<u64> {
    let mut along = 0.0;
    let segments = streets.points(street).windows(2).map(|segment| {
        along += geodesy::distance(segment[0], segment[1]).0;
        (along * 1000.0).round() as u64
    });
    std::iter::once(0).chain(segments).collect()
}

impl SpeedRow {
    fn of(((highway, source), tally): ((&str, SpeedSource), Tally)) -> Self {
        let length = tally.millimetres as f64;
        let lane_speed = KmPerHour(3.6 * length / tally.lane_millis.max(f64::MIN_POSITIVE));
        // A row too short for a millisecond has the speed of its lanes.
        let speed = match tally.millis {
            0 => lane_speed,
            time => KmPerHour(3.6 * length / time as f64),
        };
        Self {
            highway: highway.to_owned(),
            source,
            length: Metres(length / 2000.0),
            speed,
            lane_speed,
        }
    }
}
