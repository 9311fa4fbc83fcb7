//! Is this position in a town, a village or a hamlet?
//!
//! It is where it lies inside an outline of built-up land, or near a settlement
//! that no outline covers. A tree over the boxes of all these areas proposes the
//! few that matter; a disc is measured on the ground, a ring by the number of
//! its sides that a line to the east crosses. That is done in integers, so that
//! the answer is the same everywhere. The sides of a ring are kept in bands of
//! latitude, so that the outline of a city costs no more than that of a village.
//!
//! Any list of positions is a ring: one that crosses itself is inside where it
//! winds round an odd number of times, and two points have no inside.

use rstar::{AABB, RTree, RTreeObject};

use crate::{
    geodesy::{LocalFrame, distance},
    osm::{BuiltUpLand, Settlement, SettlementKind},
    units::{LonLat, Metres},
};

/// Sides of a ring in one band, about.
const SIDES_IN_BAND: usize = 16;

/// Where the towns are, ready for many questions.
///
/// ```
/// use desserte::graph::BuiltUp;
/// use desserte::osm::{BuiltUpLand, Settlement, SettlementKind};
/// use desserte::LonLat;
///
/// let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
/// let village = Settlement { position: at(4.40, 44.60), kind: SettlementKind::Village };
/// let land = BuiltUpLand { settlements: vec![village], ..BuiltUpLand::default() };
/// let built_up = BuiltUp::of(&land);
/// assert!(built_up.contains(at(4.402, 44.60)));
/// assert!(!built_up.contains(at(4.41, 44.60)));
/// ```
#[derive(Debug)]
pub struct BuiltUp {
    areas: RTree<Area>,
    /// The sides of all rings, band after band.
    sides: Vec<[LonLat; 2]>,
    /// Where each band begins among the sides, and the last one ends.
    bands: Vec<u32>,
}

/// An outline or a disc, in its box.
#[derive(Clone, Copy, Debug)]
struct Area {
    envelope: AABB<[f64; 2]>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Ring(Ring),
    Disc { centre: LonLat, reach: Metres },
}

/// The bands of one ring, from the south.
#[derive(Clone, Copy, Debug)]
struct Ring {
    low: i64,
    /// Units of latitude in a band.
    band_height: i64,
    /// The first of its bands in [`BuiltUp::bands`].
    first: usize,
}

impl RTreeObject for Area {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl BuiltUp {
    /// Makes the land of an extract ready.
    ///
    /// # Complexity
    ///
    /// `O(n log n)` over the sides of all rings; no ring takes more than a few times its own room.
    #[must_use]
    pub fn of(land: &BuiltUpLand) -> Self {
        let mut built_up = Self { areas: RTree::new(), sides: Vec::new(), bands: vec![0] };
        let rings = land.rings.iter().filter_map(|ring| built_up.add_ring(ring));
        let mut areas: Vec<Area> = rings.collect();
        built_up.areas = RTree::bulk_load(areas.clone());
        let bare = land.settlements.iter().filter(|it| !built_up.contains(it.position));
        let discs = bare.map(disc).collect::<Vec<_>>();
        if !discs.is_empty() {
            areas.extend(discs);
            built_up.areas = RTree::bulk_load(areas);
        }
        built_up
    }

    /// Whether a position lies in built-up land.
    #[must_use]
    pub fn contains(&self, position: LonLat) -> bool {
        let point = AABB::from_point(corner(position));
        self.areas.locate_in_envelope_intersecting(&point).any(|area| match area.shape {
            Shape::Ring(ring) => self.is_inside(&ring, position),
            Shape::Disc { centre, reach } => distance(centre, position) <= reach,
        })
    }

    /// Takes up the sides of a ring; `None` where it has no inside.
    fn add_ring(&mut self, ring: &[LonLat]) -> Option<Area> {
        // A side along a parallel is crossed by no line to the east.
        let sides = || closed(ring).filter(|[from, to]| from.lat != to.lat);
        let lats = || ring.iter().map(|at| i64::from(at.lat));
        let (low, high) = (lats().min()?, lats().max()?);
        let (count, height) = (sides().count(), high - low);
        if count < 2 {
            return None;
        }
        // A side stands in every band it touches. INVARIANT: all of them together stand in no more
        // than three bands a side, however often the ring goes up and down.
        let climb: i64 = sides().map(|[from, to]| i64::from(from.lat.abs_diff(to.lat))).sum();
        let bands =
            (count / SIDES_IN_BAND).min((2 * count as i64 * height / climb) as usize).max(1);
        let band_height = height / bands as i64 + 1;
        let placed = Ring { low, band_height, first: self.bands.len() - 1 };
        self.sort_into_bands(&placed, (height / band_height + 1) as usize, sides);
        let corners: Vec<_> = ring.iter().map(|at| corner(*at)).collect();
        Some(Area { envelope: AABB::from_points(&corners), shape: Shape::Ring(placed) })
    }

    fn sort_into_bands<I: Iterator<Item = [LonLat; 2]>>(
        &mut self,
        ring: &Ring,
        count: usize,
        sides: impl Fn() -> I,
    ) {
        let touched = |[from, to]: [LonLat; 2]| {
            ring.band(from.lat.min(to.lat))..=ring.band(from.lat.max(to.lat))
        };
        let mut ends = vec![0; count];
        for band in sides().flat_map(touched) {
            ends[band] += 1;
        }
        let mut end = self.sides.len() as u32;
        for band in &mut ends {
            end += *band;
            *band = end;
        }
        self.sides.resize(end as usize, [LonLat::default(); 2]);
        self.bands.extend(&ends);
        for side in sides() {
            for band in touched(side) {
                ends[band] -= 1;
                self.sides[ends[band] as usize] = side;
            }
        }
    }

    /// Whether a line from the position to the east crosses an odd number of sides.
    fn is_inside(&self, ring: &Ring, position: LonLat) -> bool {
        let band = ring.first + ring.band(position.lat);
        let sides = &self.sides[self.bands[band] as usize..self.bands[band + 1] as usize];
        sides.iter().filter(|side| is_crossed(position, **side)).count() % 2 == 1
    }
}

impl Ring {
    /// The band a latitude of the ring lies in.
    fn band(&self, lat: i32) -> usize {
        ((i64::from(lat) - self.low) / self.band_height) as usize
    }
}

/// The sides of a ring, whether or not it names its first position again at its end.
fn closed(ring: &[LonLat]) -> impl Iterator<Item = [LonLat; 2]> {
    let ends = ring.last().into_iter().zip(ring.first());
    ring.windows(2).map(|pair| [pair[0], pair[1]]).chain(ends.map(|(last, first)| [*last, *first]))
}

/// Whether a line from the position to the east crosses a side: exact, in integers.
///
/// The southern end of a side belongs to it and the northern one does not, so that a line through
/// a corner counts once.
fn is_crossed(position: LonLat, [from, to]: [LonLat; 2]) -> bool {
    if (from.lat > position.lat) == (to.lat > position.lat) {
        return false;
    }
    if position.lon < from.lon && position.lon < to.lon {
        return true;
    }
    let (south, north) = if from.lat < to.lat { (from, to) } else { (to, from) };
    let vector = |at: LonLat| {
        let (lon, lat) = (i128::from(at.lon), i128::from(at.lat));
        (lon - i128::from(south.lon), lat - i128::from(south.lat))
    };
    let ((along, up), (east, north)) = (vector(north), vector(position));
    along * north > up * east
}

/// How far a settlement reaches from its point, where no outline is drawn.
///
/// SOURCE: this project's judgement, on the side of the open road: about half the distance between
/// the signs of a French place of that kind, along its main road.
fn reach(kind: SettlementKind) -> Metres {
    Metres(match kind {
        // A city without an outline about its middle is a map hardly begun; this is its core.
        SettlementKind::City => 1_000.0,
        // Two to ten thousand inhabitants: some 1.2 km from sign to sign.
        SettlementKind::Town => 600.0,
        // A part of a town is built up throughout, but its point may stand at its edge.
        SettlementKind::Suburb => 400.0,
        SettlementKind::Quarter => 300.0,
        // The church, the square and a few hundred metres of main street.
        SettlementKind::Village => 250.0,
        SettlementKind::Neighbourhood => 200.0,
        // A few houses. Many have no sign, so that by law the limit of the open road goes on; but
        // one slows down before them.
        SettlementKind::Hamlet => 100.0,
    })
}

/// The ground a settlement stands on.
fn disc(settlement: &Settlement) -> Area {
    let reach = reach(settlement.kind);
    let centre = settlement.position;
    let (east, north) = LocalFrame::at(centre).scale();
    // A little more than it reaches, since degrees are a little wider at its edge towards the
    // equator; and never infinite, at a pole.
    let span = |metres_per_unit: f64| (1.01 * reach.0 / metres_per_unit).clamp(0.0, 1e9);
    let ([lon, lat], width, height) = (corner(centre), span(east), span(north));
    let envelope = AABB::from_corners([lon - width, lat - height], [lon + width, lat + height]);
    Area { envelope, shape: Shape::Disc { centre, reach } }
}

/// A position as the tree takes it: exact, and with room for the tree's own sums.
fn corner(position: LonLat) -> [f64; 2] {
    [f64::from(position.lon), f64::from(position.lat)]
}

#[cfg(test)]
#[path = "built_up_tests.rs"]
mod tests;
