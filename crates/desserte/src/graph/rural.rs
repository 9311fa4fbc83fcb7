//! In which area of the profile does this position lie?
//!
//! In the first whose polygons hold it: inside an outline, and inside none of
//! its holes. Neighbours drawn with one border share no position and leave none
//! out, since a border belongs to the ground east and north of it. A tree over
//! the boxes of the polygons proposes the few that matter.

use rstar::{AABB, RTree, RTreeObject};

use crate::{
    profile::{RuralArea, RuralPolygon},
    units::LonLat,
};

use super::ring::{Ring, Rings};

/// The areas of a profile, ready for many questions.
///
/// ```
/// use desserte::LonLat;
/// use desserte::graph::RuralLand;
/// use desserte::profile::{RuralArea, RuralPolygon};
/// use desserte::KmPerHour;
///
/// let bank = RuralPolygon::try_from("4.5 44.5, 4.8 44.5, 4.8 44.9, 4.5 44.9".to_owned()).unwrap();
/// let ardeche = RuralArea { kmh: KmPerHour(90.0), polygons: vec![bank] };
/// let land = RuralLand::of(&[ardeche]);
/// assert_eq!(land.area_at(LonLat::from_degrees(4.6, 44.7).unwrap()), Some(0));
/// assert_eq!(land.area_at(LonLat::from_degrees(4.9, 44.7).unwrap()), None);
/// ```
#[derive(Debug)]
pub struct RuralLand {
    polygons: RTree<Polygon>,
    holes: Vec<Ring>,
    rings: Rings,
}

/// A polygon in its box.
#[derive(Clone, Debug)]
struct Polygon {
    envelope: AABB<[f64; 2]>,
    area: usize,
    outline: Ring,
    /// Its holes, among [`RuralLand::holes`].
    holes: std::ops::Range<usize>,
}

impl RTreeObject for Polygon {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl RuralLand {
    /// Makes areas ready. What has no inside holds no position.
    #[must_use]
    pub fn of(areas: &[RuralArea]) -> Self {
        let mut land = Self { polygons: RTree::new(), holes: Vec::new(), rings: Rings::default() };
        let polygons = areas
            .iter()
            .enumerate()
            .flat_map(|(index, area)| area.polygons.iter().map(move |polygon| (index, polygon)));
        let polygons = polygons.filter_map(|(area, polygon)| land.polygon(area, polygon)).collect();
        land.polygons = RTree::bulk_load(polygons);
        land
    }

    fn polygon(&mut self, area: usize, polygon: &RuralPolygon) -> Option<Polygon> {
        let outline = self.rings.insert(&polygon.outline)?;
        let corners: Vec<_> = polygon.outline.iter().map(|&at| corner(at)).collect();
        let first = self.holes.len();
        for hole in &polygon.holes {
            self.holes.extend(self.rings.insert(hole));
        }
        let holes = first..self.holes.len();
        Some(Polygon { envelope: AABB::from_points(&corners), area, outline, holes })
    }

    /// The first area that a position lies in, as its place in the table.
    #[must_use]
    pub fn area_at(&self, position: LonLat) -> Option<usize> {
        // Most profiles have no area, and are asked about every segment.
        if self.polygons.size() == 0 {
            return None;
        }
        let point = AABB::from_point(corner(position));
        let holds = |polygon: &&Polygon| {
            let mut holes = self.holes[polygon.holes.clone()].iter();
            self.rings.contain(&polygon.outline, position)
                && !holes.any(|hole| self.rings.contain(hole, position))
        };
        let candidates = self.polygons.locate_in_envelope_intersecting(&point);
        candidates.filter(holds).map(|polygon| polygon.area).min()
    }
}

/// A position as the tree takes it: exact, and with room for the tree's own sums.
fn corner(position: LonLat) -> [f64; 2] {
    [f64::from(position.lon), f64::from(position.lat)]
}
