//! Where does the map show a town, a village or a hamlet?
//!
//! Where no limit is posted, the law asks whether a road lies in a built-up
//! area: grouped buildings between the signs at its entries (in France, Code de
//! la route, R110-2 and R413-3). The signs are seldom mapped, so the land is
//! taken for them: outlines of built-up land, and settlements, which stand in
//! where no outline is drawn. What counts is this project's judgement, written
//! beside each kind; how far a settlement reaches is left to the next stages.
//!
//! Outlines are kept whole or not at all: half a town has no inside. Holes in
//! them are not kept: one drives past a park in a town at the town's speed.

use bytemuck::{Pod, Zeroable};

use super::OsmId;
use super::blocks::{Element, RelationBody};
use super::gather::Gathered;
use super::selection::RawTags;
use super::surface::{ring, stitch};
use super::tags::Tags;
use crate::units::LonLat;

/// Values of `landuse` that count as built up, in alphabetical order.
///
/// Not among them: `industrial`, since in Andorra it doubles the kilometres posted 90 or `rural`
/// that are taken in, and adds one in a hundred of those posted 50 (about Neubrandenburg it changes
/// nothing); `port`, `railway`, `quarry` and `military` alike; `farmyard`, which is one farm;
/// `garages`, `allotments`, `cemetery` and `construction`, where nobody lives.
const BUILT_UP_LANDUSE: [&str; 7] = [
    // Town halls, courts: at the centre of what they serve.
    "civic_admin",
    // Offices and services: seldom apart from dwellings.
    "commercial",
    // Schools and campuses; the limit past a school is never above that of the village.
    "education",
    // The word that came before civic_admin and education.
    "institutional",
    // Church and churchyard: the middle of the village, often a gap in the dwellings round it.
    "religious",
    // Dwellings: what the law means.
    "residential",
    // Shops; those at the edge of a town mostly lie within its signs.
    "retail",
];

/// How far from the streets, in 1e-7 degrees, land is kept: farther than any settlement reaches.
const MARGIN: i32 = 500_000;

/// Land where a road without a posted limit has the limit of a town.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuiltUpLand {
    /// Outlines, closed: the last position is the first. Those of ways by ascending id, then those
    /// of relations.
    pub rings: Vec<Vec<LonLat>>,
    /// Settlements drawn as a point, by ascending id.
    pub settlements: Vec<Settlement>,
}

/// A settlement drawn as a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Where its middle is, as the map has it.
    pub position: LonLat,
    /// What it is.
    pub kind: SettlementKind,
    /// Its name, if the map has one.
    pub name: Option<Box<str>>,
}

/// What a settlement is, as the tag `place` has it.
///
/// A farm and an isolated dwelling are no settlements here: no sign stands before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettlementKind {
    /// A large town.
    City,
    /// A town.
    Town,
    /// A village.
    Village,
    /// A few houses.
    Hamlet,
    /// A large named part of a town.
    Suburb,
    /// A named part of a suburb.
    Quarter,
    /// A few streets with a name.
    Neighbourhood,
}

impl SettlementKind {
    /// All of them, in the order of their numbers.
    const ALL: [Self; 7] = [
        Self::City,
        Self::Town,
        Self::Village,
        Self::Hamlet,
        Self::Suburb,
        Self::Quarter,
        Self::Neighbourhood,
    ];
}

/// A settlement as a file keeps it; its name is apart, in a text of all names.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct SettlementRow {
    position: LonLat,
    kind: u16,
    is_named: u16,
    /// Where its name ends in the text; it begins where the one before ends.
    name_end: u32,
}

impl SettlementRow {
    /// The rows of some settlements, and the text of their names.
    pub(crate) fn of(settlements: &[Settlement]) -> (Vec<Self>, String) {
        let mut names = String::new();
        let row = |settlement: &Settlement| {
            names.push_str(settlement.name.as_deref().unwrap_or_default());
            Self {
                position: settlement.position,
                kind: settlement.kind as u16,
                is_named: u16::from(settlement.name.is_some()),
                name_end: names.len() as u32,
            }
        };
        (settlements.iter().map(row).collect(), names)
    }

    /// The inverse; `None` where rows and names do not go together.
    pub(crate) fn settlements(rows: &[Self], names: &str) -> Option<Vec<Settlement>> {
        let mut first = 0;
        let settlement = |row: &Self| {
            let name = names.get(first..row.name_end as usize)?;
            first = row.name_end as usize;
            let is_sound = row.is_named == 1 || (row.is_named == 0 && name.is_empty());
            is_sound.then_some(())?;
            Some(Settlement {
                position: row.position,
                kind: *SettlementKind::ALL.get(usize::from(row.kind))?,
                name: (row.is_named == 1).then(|| name.into()),
            })
        };
        let settlements = rows.iter().map(settlement).collect::<Option<_>>()?;
        (first == names.len()).then_some(settlements)
    }
}

/// The kind of settlement that a value of `place` names.
pub(super) fn settlement_kind(place: Option<&str>) -> Option<SettlementKind> {
    Some(match place? {
        "city" => SettlementKind::City,
        "town" => SettlementKind::Town,
        "village" => SettlementKind::Village,
        "hamlet" => SettlementKind::Hamlet,
        "suburb" => SettlementKind::Suburb,
        "quarter" => SettlementKind::Quarter,
        "neighbourhood" => SettlementKind::Neighbourhood,
        _ => return None,
    })
}

/// Whether a way, if it is closed, is the outline of built-up land.
pub(super) fn is_built_up_way(tags: &RawTags<'_>) -> bool {
    tags.value("landuse").is_some_and(|use_| BUILT_UP_LANDUSE.contains(&use_))
        // Within the boundary of a commune lie its fields too.
        || (settlement_kind(tags.value("place")).is_some() && tags.value("boundary").is_none())
}

/// Whether a relation is an area of built-up land.
pub(super) fn is_built_up_relation(tags: &RawTags<'_>) -> bool {
    tags.has("type", "multipolygon") && is_built_up_way(tags)
}

/// The built-up land about some streets, whose nodes lie at `positions`.
///
/// Land is kept by its box alone, so that a clip changes nothing about the streets it keeps.
pub(super) fn built_up_land(gathered: &Gathered, positions: &[LonLat]) -> BuiltUpLand {
    let nodes = &gathered.nodes;
    let Some(streets) = Bounds::around(positions) else {
        return BuiltUpLand::default();
    };
    let of_ways = gathered.ways.iter().filter(|way| way.interest.land);
    let of_ways = of_ways.filter_map(|way| ring(&way.body, nodes));
    let of_relations = gathered.relations.iter().filter(|relation| relation.interest.land);
    let of_relations = of_relations.flat_map(|relation| outer_rings(relation, gathered));
    let is_near = |ring: &Vec<LonLat>| {
        Bounds::around(ring).is_some_and(|bounds| bounds.is_within(MARGIN, &streets))
    };
    let settlement = |position: LonLat, tags: Tags<'_>| {
        let bounds = Bounds { low: position, high: position };
        let kind = settlement_kind(tags.value("place"))?;
        let name = tags.value("name").map(Box::from);
        bounds.is_within(MARGIN, &streets).then_some(Settlement { position, kind, name })
    };
    BuiltUpLand {
        rings: of_ways.chain(of_relations).filter(is_near).collect(),
        settlements: nodes
            .tagged
            .iter()
            .filter_map(|&(node, tags)| {
                settlement(nodes.positions[node.index()], gathered.tags.get(tags))
            })
            .collect(),
    }
}

/// The outer rings of a relation that are complete.
fn outer_rings(relation: &Element<RelationBody>, gathered: &Gathered) -> Vec<Vec<LonLat>> {
    let outer = relation.body.iter().filter(|member| ["outer", ""].contains(&&*member.role));
    let lines = outer.filter_map(|member| match member.id {
        OsmId::Way(id) => gathered.way(id.0).map(|way| way.body.clone()),
        _ => None,
    });
    stitch(lines.collect()).iter().filter_map(|line| ring(line, &gathered.nodes)).collect()
}

/// The box of some positions.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    low: LonLat,
    high: LonLat,
}

impl Bounds {
    fn around(positions: &[LonLat]) -> Option<Self> {
        let (lons, lats) =
            (|| positions.iter().map(|at| at.lon), || positions.iter().map(|at| at.lat));
        Some(Self {
            low: LonLat { lon: lons().min()?, lat: lats().min()? },
            high: LonLat { lon: lons().max()?, lat: lats().max()? },
        })
    }

    /// Whether two boxes lie no farther apart than a margin, in longitude and in latitude.
    fn is_within(&self, margin: i32, other: &Self) -> bool {
        let reaches = |low: i32, high: i32, from: i32, to: i32| {
            low <= to.saturating_add(margin) && high >= from.saturating_sub(margin)
        };
        reaches(self.low.lon, self.high.lon, other.low.lon, other.high.lon)
            && reaches(self.low.lat, self.high.lat, other.low.lat, other.high.lat)
    }
}
