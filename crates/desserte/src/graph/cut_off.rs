//! What does no road join to the rest of the network, and who lives there?
//!
//! Two streets belong to one part where a chain of streets joins them, whatever
//! its directions and whoever may pass. The longest part is the network; every
//! other one is an island, a valley whose road comes from another extract, or
//! an error of the map. A settlement belongs to the part it snaps to.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use crate::{osm::Settlement, units::Metres};

use super::{RoadNetwork, street::StreetId};

/// How far from a settlement its street is looked for, as for any place.
const RADIUS: Metres = Metres(1000.0);

/// How many settlements of a part are named.
const NAMED: usize = 5;

/// The parts of a network beside the longest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CutOff {
    /// Those that settlements snap to, the longest first.
    pub inhabited: Vec<CutOffPart>,
    /// Those that no settlement snaps to, though a place could.
    pub uninhabited: PartCount,
    /// Those too small to snap to: a place beside one is put on a street farther off.
    pub fragments: PartCount,
}

/// A part of the network with people in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CutOffPart {
    /// The length of its streets.
    pub length: Metres,
    /// How many settlements snap to it.
    pub settlements: usize,
    /// The names of up to five of them, the larger kinds first.
    pub names: Vec<String>,
}

/// Some parts of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PartCount {
    /// How many there are.
    pub count: usize,
    /// The length of their streets.
    pub length: Metres,
}

/// What is found of one part.
#[derive(Default)]
struct Part<'a> {
    millimetres: u64,
    is_snappable: bool,
    settlements: Vec<&'a Settlement>,
}

impl CutOff {
    pub(super) fn of(network: &RoadNetwork) -> Self {
        let mut parts: Vec<Part<'_>> = parts(network).into_values().collect();
        // Of parts equally long the one met first is the network; the order is that of their junctions.
        let longest = (0..parts.len()).rev().max_by_key(|&part| parts[part].millimetres);
        longest.map(|part| parts.remove(part));
        let mut cut_off = Self::default();
        for part in parts {
            if !part.is_snappable {
                cut_off.fragments.add(&part);
            } else if part.settlements.is_empty() {
                cut_off.uninhabited.add(&part);
            } else {
                cut_off.inhabited.push(CutOffPart::of(part));
            }
        }
        cut_off.inhabited.sort_by(|a, b| b.length.0.total_cmp(&a.length.0));
        cut_off
    }
}

/// Every part, by one of its junctions.
fn parts(network: &RoadNetwork) -> BTreeMap<u32, Part<'_>> {
    let streets = &network.streets;
    let mut joined = UnionFind::<u32>::new(network.junction_nodes.len());
    for [tail, head] in streets.ends.iter() {
        joined.union(tail.0, head.0);
    }
    let joined = joined.into_labeling();
    let part_of = |street: StreetId| joined[streets.ends[street.index()][0].index()];
    let mut parts: BTreeMap<u32, Part<'_>> = BTreeMap::new();
    for street in streets.ids() {
        let part = parts.entry(part_of(street)).or_default();
        part.millimetres += streets.length_millimetres(street);
        part.is_snappable |= network.is_snappable(street);
    }
    for settlement in &network.settlements {
        if let Some(snap) = network.snap(settlement.position, RADIUS).snap {
            parts.entry(part_of(snap.street)).or_default().settlements.push(settlement);
        }
    }
    parts
}

impl CutOffPart {
    fn of(mut part: Part<'_>) -> Self {
        part.settlements.sort_by_key(|it| (it.kind, it.name.as_deref()));
        let names = part.settlements.iter().filter_map(|it| it.name.as_deref());
        Self {
            length: metres(part.millimetres),
            settlements: part.settlements.len(),
            names: names.take(NAMED).map(str::to_owned).collect(),
        }
    }
}

impl PartCount {
    fn add(&mut self, part: &Part<'_>) {
        self.count += 1;
        self.length = Metres(self.length.0 + metres(part.millimetres).0);
    }
}

fn metres(millimetres: u64) -> Metres {
    Metres(millimetres as f64 / 1000.0)
}
