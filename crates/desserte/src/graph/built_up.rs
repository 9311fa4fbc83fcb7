//! Is this position in a town, a village or a hamlet?
//!
//! It is where it lies inside an outline of built-up land or on its kerb, or near
//! a settlement that no outline covers. A tree over the boxes of all these areas
//! proposes the few that matter.

use rstar::{AABB, RTree, RTreeObject};

use crate::{
    geodesy::{LocalFrame, distance},
    osm::{BuiltUpLand, Settlement, SettlementKind},
    units::{LonLat, Metres},
};

use super::ring::{Ring, Rings};

/// How far outside an outline a road still runs along it.
///
/// Outlines are often drawn along the kerb, so that the main street of a village lies in none of
/// them. SOURCE: roads with a posted limit in Andorra and about Neubrandenburg. Twenty metres find a
/// third more of the kilometres posted 50, and take in four to six in a hundred of those posted 90
/// or 100.
const KERB: Metres = Metres(20.0);

/// Where the towns are, ready for many questions.
///
/// ```
/// use desserte::graph::BuiltUp;
/// use desserte::osm::{BuiltUpLand, Settlement, SettlementKind};
/// use desserte::LonLat;
///
/// let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
/// let village = Settlement { position: at(4.40, 44.60), kind: SettlementKind::Village, name: None };
/// let land = BuiltUpLand { settlements: vec![village], ..BuiltUpLand::default() };
/// let built_up = BuiltUp::of(&land);
/// assert!(built_up.contains(at(4.402, 44.60)));
/// assert!(!built_up.contains(at(4.41, 44.60)));
/// ```
#[derive(Debug)]
pub struct BuiltUp {
    areas: RTree<Area>,
    rings: Rings,
}

/// An outline or a disc, in its box.
#[derive(Clone, Copy, Debug)]
struct Area {
    envelope: AABB<[f64; 2]>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Outline(Ring),
    Disc { centre: LonLat, reach: Metres },
}

impl RTreeObject for Area {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl BuiltUp {
    /// Makes the land of an extract ready.
    #[must_use]
    pub fn of(land: &BuiltUpLand) -> Self {
        let mut rings = Rings::default();
        let mut areas: Vec<Area> =
            land.rings.iter().filter_map(|ring| outline(ring, &mut rings)).collect();
        let outlines = Self { areas: RTree::bulk_load(areas.clone()), rings };
        let bare = land.settlements.iter().filter(|it| !outlines.contains(it.position));
        areas.extend(bare.map(disc));
        Self { areas: RTree::bulk_load(areas), rings: outlines.rings }
    }

    /// Whether a position lies in built-up land.
    #[must_use]
    pub fn contains(&self, position: LonLat) -> bool {
        let point = AABB::from_point(corner(position));
        self.areas.locate_in_envelope_intersecting(&point).any(|area| match &area.shape {
            Shape::Outline(ring) => {
                self.rings.contain(ring, position) || self.rings.pass(ring, position, KERB)
            }
            Shape::Disc { centre, reach } => distance(*centre, position) <= *reach,
        })
    }
}

/// The land inside an outline, with its kerb; `None` where it has no inside.
fn outline(positions: &[LonLat], rings: &mut Rings) -> Option<Area> {
    let ring = rings.insert(positions)?;
    let corners: Vec<_> = positions.iter().map(|&at| corner(at)).collect();
    let box_of_ring = AABB::from_points(&corners);
    Some(Area { envelope: grown(&box_of_ring, KERB), shape: Shape::Outline(ring) })
}

/// The ground a settlement stands on.
fn disc(settlement: &Settlement) -> Area {
    let (centre, reach) = (settlement.position, reach(settlement.kind));
    let envelope = grown(&AABB::from_point(corner(centre)), reach);
    Area { envelope, shape: Shape::Disc { centre, reach } }
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

/// A box and all that lies within a distance of it; a little more, since degrees are not the same
/// at its two edges.
fn grown(inner: &AABB<[f64; 2]>, by: Metres) -> AABB<[f64; 2]> {
    let ([west, south], [east, north]) = (inner.lower(), inner.upper());
    // Degrees of longitude are shortest where the latitude is highest.
    let highest = LonLat { lon: 0, lat: south.abs().max(north.abs()) as i32 };
    let (lon_scale, lat_scale) = LocalFrame::at(highest).scale();
    // Never infinite, at a pole.
    let span = |scale: f64| (1.02 * by.0 / scale.abs()).clamp(0.0, 1e10);
    let (lon, lat) = (span(lon_scale), span(lat_scale));
    AABB::from_corners([west - lon, south - lat], [east + lon, north + lat])
}

/// A position as the tree takes it: exact, and with room for the tree's own sums.
fn corner(position: LonLat) -> [f64; 2] {
    [f64::from(position.lon), f64::from(position.lat)]
}
