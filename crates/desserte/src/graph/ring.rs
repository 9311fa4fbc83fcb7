//! Is this position inside a ring, and how near does the ring pass?
//!
//! It is inside where a line from it to the east crosses the ring an odd number
//! of times, which is counted in integers: the answer is exact, and the same
//! everywhere. The sides of a ring are kept in bands of latitude, so that the
//! outline of a city costs no more than that of a village.
//!
//! Any list of positions is a ring. One that crosses itself has no inside where
//! it winds round an even number of times.

use std::ops::RangeInclusive;

use crate::{
    geodesy::LocalFrame,
    units::{LonLat, Metres},
};

/// Sides of a ring in one band, about.
const SIDES_IN_BAND: usize = 16;

/// A straight piece of a ring.
type Side = [LonLat; 2];

/// The sides of many rings, band after band.
#[derive(Debug, Default)]
pub(super) struct Rings {
    sides: Vec<Side>,
    /// Where each band ends among the sides; it begins where the one before it ends.
    band_ends: Vec<usize>,
}

/// One of them: its bands, from the south.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring {
    low: i32,
    high: i32,
    /// Units of latitude in a band.
    band_height: i64,
    /// The first of its bands in [`Rings::band_ends`].
    first_band: usize,
}

impl Rings {
    /// Takes up a ring; `None` where it has no inside.
    ///
    /// # Complexity
    ///
    /// Linear in its sides, in time and in room, however often it goes up and down.
    pub(super) fn insert(&mut self, positions: &[LonLat]) -> Option<Ring> {
        let lats = || positions.iter().map(|at| at.lat);
        let (low, high) = (lats().min()?, lats().max()?);
        let count = sides(positions).count();
        if count < 3 || low == high {
            return None;
        }
        let climb: i64 = sides(positions).map(|[a, b]| i64::from(a.lat.abs_diff(b.lat))).sum();
        let height = i64::from(high) - i64::from(low);
        // INVARIANT: a side stands in one band, and in one more for each band it climbs. With no
        // more bands than this, that makes three entries a side at most.
        let bound = 2 * i128::from(height) * count as i128 / i128::from(climb);
        let bands = (count / SIDES_IN_BAND).min(bound as usize).max(1);
        let band_height = height / bands as i64 + 1;
        let ring = Ring { low, high, band_height, first_band: self.band_ends.len() };
        self.sort_into_bands(&ring, positions);
        Some(ring)
    }

    /// A counting sort: how many sides each band has, where it ends, and then its sides.
    fn sort_into_bands(&mut self, ring: &Ring, positions: &[LonLat]) {
        let bands_of = |[a, b]: Side| ring.band(a.lat.min(b.lat))..=ring.band(a.lat.max(b.lat));
        let mut ends = vec![0; ring.band(ring.high) + 1];
        for band in sides(positions).flat_map(bands_of) {
            ends[band] += 1;
        }
        let mut end = self.sides.len();
        for band in &mut ends {
            end += *band;
            *band = end;
        }
        self.band_ends.extend(&ends);
        self.sides.resize(end, Side::default());
        for side in sides(positions) {
            for band in bands_of(side) {
                ends[band] -= 1;
                self.sides[ends[band]] = side;
            }
        }
    }

    /// Whether a position lies inside a ring.
    pub(super) fn contain(&self, ring: &Ring, position: LonLat) -> bool {
        let is_level = (ring.low..=ring.high).contains(&position.lat);
        let crossings = || {
            let sides = self.between(ring, position.lat, position.lat).iter();
            sides.filter(|side| is_crossed(position, **side)).count()
        };
        is_level && crossings() % 2 == 1
    }

    /// Whether a ring passes within a distance of a position.
    pub(super) fn pass(&self, ring: &Ring, position: LonLat, within: Metres) -> bool {
        let frame = LocalFrame::at(position);
        let units = |scale: f64| (within.0 / scale.abs()).ceil() as i32;
        let (east, north) = frame.scale();
        let lons = around(position.lon, units(east));
        let lats = around(position.lat, units(north));
        let is_near = |side: &Side| {
            let [a, b] = *side;
            meet(&lons, a.lon, b.lon)
                && meet(&lats, a.lat, b.lat)
                && squared_metres_to(&frame, *side) <= within.0 * within.0
        };
        let sides = || self.between(ring, *lats.start(), *lats.end());
        meet(&lats, ring.low, ring.high) && sides().iter().any(is_near)
    }

    /// The sides in the bands between two latitudes; a long side comes several times.
    fn between(&self, ring: &Ring, south: i32, north: i32) -> &[Side] {
        let band = |lat: i32| ring.first_band + ring.band(lat.clamp(ring.low, ring.high));
        let first = band(south).checked_sub(1).map_or(0, |before| self.band_ends[before]);
        &self.sides[first..self.band_ends[band(north)]]
    }
}

impl Ring {
    /// The band that a latitude between the lowest and the highest of the ring lies in.
    fn band(&self, lat: i32) -> usize {
        ((i64::from(lat) - i64::from(self.low)) / self.band_height) as usize
    }
}

/// The sides of a ring, whether or not it names its first position again at its end.
fn sides(positions: &[LonLat]) -> impl Iterator<Item = Side> {
    let last = positions.last().into_iter().zip(positions.first()).map(|(a, b)| [*a, *b]);
    let sides = positions.windows(2).map(|pair| [pair[0], pair[1]]).chain(last);
    sides.filter(|[a, b]| a != b)
}

/// Whether a line from the position to the east crosses a side.
///
/// The southern end of a side belongs to it and the northern one does not, so that a line through
/// a corner counts once.
fn is_crossed(position: LonLat, [a, b]: Side) -> bool {
    if (a.lat > position.lat) == (b.lat > position.lat) {
        return false;
    }
    let (south, north) = if a.lat < b.lat { (a, b) } else { (b, a) };
    // i128, since the difference of two products may be more than an i64 holds.
    let from_south = |at: LonLat| {
        let (lon, lat) = (i128::from(at.lon), i128::from(at.lat));
        (lon - i128::from(south.lon), lat - i128::from(south.lat))
    };
    let ((along, up), (east, height)) = (from_south(north), from_south(position));
    along * height > up * east
}

/// What lies no farther from a coordinate than so much.
fn around(middle: i32, reach: i32) -> RangeInclusive<i32> {
    middle.saturating_sub(reach)..=middle.saturating_add(reach)
}

/// Whether a range and the coordinates between two others have one in common.
fn meet(range: &RangeInclusive<i32>, a: i32, b: i32) -> bool {
    a.min(b) <= *range.end() && a.max(b) >= *range.start()
}

/// The square of the distance from the origin of a frame to a side.
fn squared_metres_to(frame: &LocalFrame, [a, b]: Side) -> f64 {
    let ((ax, ay), (bx, by)) = (frame.to_plane(a), frame.to_plane(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let share = if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (ax + share * dx).powi(2) + (ay + share * dy).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lon: i32, lat: i32) -> LonLat {
        LonLat { lon, lat }
    }

    fn contains(positions: &[LonLat], position: LonLat) -> bool {
        let mut rings = Rings::default();
        // Another ring before it, so that places among the bands are put to the test.
        rings.insert(&[at(0, 0), at(9, 0), at(0, 9)]);
        rings.insert(positions).is_some_and(|ring| rings.contain(&ring, position))
    }

    /// Jordan's rule over all sides, by the sign of the turn at each: another way to say it.
    fn winds_oddly(positions: &[LonLat], position: LonLat) -> bool {
        let mut inside = false;
        for [a, b] in sides(positions) {
            let turn = (i128::from(b.lon) - i128::from(a.lon))
                * (i128::from(position.lat) - i128::from(a.lat))
                - (i128::from(b.lat) - i128::from(a.lat))
                    * (i128::from(position.lon) - i128::from(a.lon));
            let rises = a.lat <= position.lat && b.lat > position.lat && turn > 0;
            let falls = b.lat <= position.lat && a.lat > position.lat && turn < 0;
            inside ^= rises || falls;
        }
        inside
    }

    #[test]
    fn a_square_holds_its_middle_and_its_lower_left_corner() {
        let square = [at(0, 0), at(10, 0), at(10, 10), at(0, 10), at(0, 0)];
        assert!(contains(&square, at(5, 5)) && contains(&square, at(0, 0)));
        assert!(!contains(&square, at(10, 5)) && !contains(&square, at(5, 10)));
        assert!(contains(&square[..4], at(5, 5)), "closed or not");
    }

    #[test]
    fn a_line_through_a_corner_counts_it_once() {
        let diamond = [at(0, -5), at(5, 0), at(0, 5), at(-5, 0)];
        assert!(contains(&diamond, at(0, 0)) && !contains(&diamond, at(-6, 0)));
        let crown = [at(0, 0), at(20, 0), at(20, 10), at(15, 5), at(10, 10), at(5, 5), at(0, 10)];
        assert!(contains(&crown, at(2, 5)) && !contains(&crown, at(-1, 5)));
        assert!(!contains(&crown, at(5, 9)) && contains(&crown, at(10, 9)));
    }

    #[test]
    fn a_ring_that_crosses_itself_holds_both_its_loops() {
        let bow_tie = [at(0, 0), at(10, 10), at(10, 0), at(0, 10)];
        assert!(contains(&bow_tie, at(1, 5)) && contains(&bow_tie, at(9, 5)));
        assert!(!contains(&bow_tie, at(5, 1)) && !contains(&bow_tie, at(5, 9)));
    }

    #[test]
    fn a_ring_without_an_inside_is_left_out() {
        let a = at(7, 7);
        let lines =
            [vec![], vec![a], vec![a, a], vec![a, at(9, 9), a], vec![a, at(8, 7), at(9, 7)]];
        assert!(lines.iter().all(|line| Rings::default().insert(line).is_none()), "{lines:?}");
    }

    #[test]
    fn a_ring_round_the_globe_overflows_nowhere() {
        let (low, high) = (i32::MIN, i32::MAX);
        let globe = [at(low, low), at(high, low), at(high, high), at(low, high)];
        let mut rings = Rings::default();
        let ring = rings.insert(&globe).unwrap();
        for position in [at(0, 0), at(low, low), at(high, high), at(high - 1, high - 1)] {
            assert_eq!(rings.contain(&ring, position), winds_oddly(&globe, position));
            assert!(rings.pass(&ring, position, Metres(1e12)), "{position}");
        }
    }

    #[test]
    fn a_ring_that_goes_up_and_down_takes_little_room() {
        let comb: Vec<_> = (0..100_000).map(|tooth| at(tooth, (tooth % 2) * 1_000_000)).collect();
        let mut rings = Rings::default();
        let ring = rings.insert(&comb).unwrap();
        assert!(rings.sides.len() <= 3 * comb.len() + 3, "{} entries", rings.sides.len());
        let position = at(50_000, 500_000);
        assert_eq!(rings.contain(&ring, position), winds_oddly(&comb, position));
    }

    #[test]
    fn a_ring_passes_as_near_as_it_does() {
        // At the equator, a unit of longitude is 11.1 mm wide.
        let square = [at(0, 0), at(1_000_000, 0), at(1_000_000, 1_000_000), at(0, 1_000_000)];
        let mut rings = Rings::default();
        let ring = rings.insert(&square).unwrap();
        let passes = |position, metres| rings.pass(&ring, position, Metres(metres));
        for position in [at(500_000, -1_000), at(-1_000, 500_000), at(1_000, 500_000)] {
            assert!(passes(position, 11.2) && !passes(position, 11.0), "{position}");
        }
        let off_the_corner = at(1_000_900, 1_000_900);
        assert!(passes(off_the_corner, 14.2) && !passes(off_the_corner, 14.0));
        assert!(!passes(at(500_000, 500_000), 5_000.0));
    }

    proptest! {
        #[test]
        fn the_bands_lose_no_side(
            shape in prop::collection::vec((-300_i32..300, -300_i32..300), 0..200),
            asked in prop::collection::vec((-310_i32..310, -310_i32..310), 50),
        ) {
            let ring: Vec<_> = shape.into_iter().map(|(lon, lat)| at(lon, lat)).collect();
            let has_inside = Rings::default().insert(&ring).is_some();
            for (lon, lat) in asked {
                let expected = has_inside && winds_oddly(&ring, at(lon, lat));
                prop_assert_eq!(contains(&ring, at(lon, lat)), expected);
            }
        }
    }
}
