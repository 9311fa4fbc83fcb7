//! What of a network is saved, and is what comes back whole?
//!
//! A network that was built is whole by the way it was built, and checksums say
//! that a file holds what was built. That alone would let a program that forges
//! them stop this one, so every index that a search or a snap follows is seen to
//! lead somewhere, once, and no arc takes no time. What is only told, such as the
//! tags of a way, is read as nothing where it makes no sense.

use std::sync::{Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use super::{
    RoadNetwork,
    barrier::BarrierLines,
    manifest::Manifest,
    plane_within,
    road_graph::{Link, RoadGraph},
    street::Streets,
};
use crate::{
    osm::{Settlement, SettlementRow},
    profile::Delays,
    scratch::Scratch,
    section::{Flaw, Section, Sheaf, Shelf},
    units::Millis,
};

/// What is not a column: the manifest, and the seconds of each delay.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Particulars {
    manifest: Manifest,
    delays: Delays,
}

impl RoadNetwork {
    /// Everything that a network cannot make again by itself.
    pub(crate) fn to_sheaf(&self) -> Sheaf<'_> {
        let mut sheaf = Sheaf::default();
        let manifest = self.manifest.clone();
        let particulars = Particulars { manifest, delays: self.streets.delay_times };
        let json = serde_json::to_vec(&particulars)
            .expect("a manifest has plain keys and finite numbers, and so have delays");
        sheaf.put_made(Section::Manifest, &json);
        sheaf.put(Section::Rules, self.rules.as_bytes());
        self.streets.save(&mut sheaf);
        self.graph.save(&mut sheaf);
        sheaf.put(Section::JunctionPositions, &self.junction_positions);
        sheaf.put(Section::JunctionNodes, &self.junction_nodes);
        sheaf.put(Section::Snappable, &self.is_snappable);
        self.barriers.save(&mut sheaf);
        let (rows, names) = SettlementRow::of(&self.settlements);
        sheaf.put_made(Section::Settlements, &rows);
        sheaf.put_made(Section::SettlementNames, names.as_bytes());
        sheaf
    }

    /// The inverse of [`RoadNetwork::to_sheaf`].
    pub(crate) fn from_shelf(shelf: &Shelf) -> Result<Self, Flaw> {
        let json = shelf.take::<u8>(Section::Manifest)?;
        let Particulars { manifest, delays } = serde_json::from_slice(&json)
            .map_err(|_| Section::Manifest.flaw("it is no manifest"))?;
        let streets = Streets::load(shelf, delays)?;
        let projection = plane_within(manifest.bounds)
            .filter(|plane| plane.to_proj_string() == manifest.projection)
            .ok_or(Section::Manifest.flaw("its plane is not that of its bounds"))?;
        let network = Self {
            streets,
            graph: RoadGraph::load(shelf)?,
            junction_positions: shelf.take(Section::JunctionPositions)?,
            junction_nodes: shelf.take(Section::JunctionNodes)?,
            is_snappable: shelf.take(Section::Snappable)?,
            settlements: settlements(shelf)?,
            barriers: BarrierLines::load(shelf)?,
            projection,
            walking_speed: manifest.profile.settings.walking_kmh,
            manifest,
            rules: shelf.text(Section::Rules)?,
            snap_index: OnceLock::new(),
            reachability: OnceLock::new(),
            scratch: Scratch::default(),
            hierarchy: OnceLock::new(),
            preparing: Mutex::new(()),
        };
        network.check()?;
        Ok(network)
    }

    fn check(&self) -> Result<(), Flaw> {
        let (streets, junctions) = (self.streets.len(), self.junction_positions.len());
        Section::JunctionNodes.must(self.junction_nodes.len() == junctions, MISMATCH)?;
        Section::Snappable.must(self.is_snappable.len() == streets, MISMATCH)?;
        self.streets.check(junctions)?;
        self.graph.check(streets, junctions)?;
        let counts = &self.manifest.counts;
        let is_counted = counts.junctions == junctions
            && counts.streets == streets
            && counts.snappable_streets == self.is_snappable.iter().filter(|&&is| is != 0).count()
            && counts.nodes == self.graph.node_count()
            && counts.arcs == self.graph.arc_count()
            && counts.barrier_segments == self.barriers.len();
        Section::Manifest.must(is_counted, "it counts other things than there are")
    }
}

const MISMATCH: &str = "it has another length than what it belongs to";
const ASTRAY: &str = "it leads nowhere";
const NO_TIME: &str = "it has a time that is none";

fn settlements(shelf: &Shelf) -> Result<Vec<Settlement>, Flaw> {
    let rows = shelf.take::<SettlementRow>(Section::Settlements)?;
    let names = shelf.text(Section::SettlementNames)?;
    let settlements = SettlementRow::settlements(&rows, &names);
    settlements.ok_or(Section::Settlements.flaw("settlements and names do not go together"))
}

/// Whether `first` cuts `total` values into `count` rows of at least so many.
fn check_rows(
    section: Section,
    first: &[u32],
    (count, total): (usize, usize),
    least: u32,
) -> Result<(), Flaw> {
    section.must(first.len() == count + 1, MISMATCH)?;
    let is_cut = first[0] == 0 && first[count] as usize == total;
    // PERF: counted to the end instead of stopping at the first, so that it is done several at once.
    let is_none = |pair: &[u32]| pair[1] < pair[0] || pair[1].wrapping_sub(pair[0]) < least;
    let none = first.windows(2).filter(|pair| is_none(pair)).count();
    section.must(is_cut && none == 0, "its rows overlap or end too soon")
}

impl Streets {
    fn check(&self, junctions: usize) -> Result<(), Flaw> {
        let count = self.len();
        Section::StreetEnds.must((1..1 << 31).contains(&count), "there are none, or too many")?;
        Section::StreetEnds.must(is_below(bytemuck::cast_slice(&self.ends), junctions), ASTRAY)?;
        check_rows(Section::StreetFirstPoint, &self.first_point, (count, self.points.len()), 2)?;
        Section::StreetLengths.must(self.length_mm.len() == count, MISMATCH)?;
        Section::StreetAccess.must(self.access.len() == count, MISMATCH)?;
        Section::StreetDelays.must(self.delays.len() == count, MISMATCH)?;
        let sections = [Section::StreetTimesForward, Section::StreetTimesBackward];
        for (times, section) in self.times.iter().zip(sections) {
            section.must(times.len() == self.points.len(), MISMATCH)?;
            section.must(is_below(times, Millis::INFINITY.0 as usize), NO_TIME)?;
        }
        self.check_stretches()
    }

    /// Stretches follow one another, from the first point of their street, each of a way.
    fn check_stretches(&self) -> Result<(), Flaw> {
        let stretches = &*self.stretches;
        let totals = (self.len(), stretches.len());
        check_rows(Section::StreetFirstStretch, &self.first_stretch, totals, 1)?;
        let ways = stretches.iter().map(|it| it.way);
        Section::Stretches.must(are_below(ways, self.ways.len()), ASTRAY)?;
        let rows = self.first_stretch.windows(2).zip(self.first_point.windows(2));
        let mut follow = true;
        for (rows, points) in rows {
            let row = &stretches[rows[0] as usize..rows[1] as usize];
            let segments = points[1] - points[0] - 1;
            follow &= row[0].first_point == 0 && row[row.len() - 1].first_point < segments;
            follow &= row.windows(2).all(|pair| pair[0].first_point < pair[1].first_point);
        }
        Section::Stretches.must(follow, "stretches overlap")
    }
}

impl RoadGraph {
    fn check(&self, streets: usize, junctions: usize) -> Result<(), Flaw> {
        let (nodes, arcs) = (self.node_count(), self.arc_count());
        check_rows(Section::JunctionFirstNode, &self.first_node, (junctions, nodes), 1)?;
        let of_nodes = bytemuck::cast_slice(&self.junctions);
        Section::NodeJunctions.must(is_below(of_nodes, junctions), ASTRAY)?;
        let ids = bytemuck::cast_slice(&self.inward_arcs);
        Section::ArcsInIds.must(ids.len() == arcs && is_below(ids, arcs), ASTRAY)?;
        let uses = bytemuck::cast_slice(&self.arc_uses);
        Section::ArcUses.must(is_below(uses, 2 * streets), ASTRAY)?;
        for (adjacency, first, links) in [
            (&self.outward, Section::ArcsOutFirst, Section::ArcsOut),
            (&self.inward, Section::ArcsInFirst, Section::ArcsIn),
        ] {
            links.must(adjacency.links.len() == arcs, MISMATCH)?;
            check_rows(first, &adjacency.first, (nodes, arcs), 0)?;
            let ends = adjacency.links.iter().map(|link| link.node.0);
            links.must(are_below(ends, nodes), ASTRAY)?;
            // A time of 0 becomes the greatest of all.
            let times = adjacency.links.iter().map(|link| link.time.0.wrapping_sub(1));
            links.must(are_below(times, Millis::INFINITY.0 as usize - 1), NO_TIME)?;
        }
        Section::Entries.must(self.entries.len() == 2 * streets, MISMATCH)?;
        let node_of = |link: &Link| if *link == Link::NONE { 0 } else { link.node.0 };
        Section::Entries.must(are_below(self.entries.iter().map(node_of), nodes), ASTRAY)
    }
}

/// Whether all numbers are below a bound.
fn is_below(numbers: &[u32], bound: usize) -> bool {
    are_below(numbers.iter().copied(), bound)
}

/// The same for numbers that lie among others.
///
/// PERF: a sum goes through all of them, several at once; a search for the first wrong one does not.
/// Bench `saved`.
fn are_below(numbers: impl Iterator<Item = u32>, bound: usize) -> bool {
    let (mut last, mut count) = (0, 0_usize);
    for number in numbers {
        last = number.max(last);
        count += 1;
    }
    count == 0 || (last as usize) < bound
}
