//! Is a network that comes out of a file sound?
//!
//! A network that was built is whole by the way it was built, and checksums say
//! that a file holds what was built. That alone would let a program that forges
//! them stop this one, so every index that a search or a snap follows is seen to
//! lead somewhere, once, and no arc takes no time. What is only told, such as the
//! tags of a way, is read as nothing where it makes no sense.
//!
//! The columns are looked through in parts, side by side: each is summed up and
//! then read again while the cache still has it. Nothing relies on another part.

use rayon::prelude::*;

use super::{
    RoadNetwork,
    edge::EdgePoint,
    hierarchy::{self, Hierarchy},
    road_graph::{Adjacency, Link, RoadGraph},
    street::Streets,
};
use crate::{
    section::{Flaw, Section, Shelf},
    units::Millis,
};

const MISMATCH: &str = "it has another length than what it belongs to";
const ASTRAY: &str = "it leads nowhere";
const NO_TIME: &str = "it has a time that is none";

/// Some sections, and what must hold for them once they are known to be those that were written.
struct Part<'a> {
    sections: Vec<Section>,
    check: Box<dyn Fn() -> Result<(), Flaw> + Sync + 'a>,
}

impl<'a> Part<'a> {
    fn new(
        sections: impl Into<Vec<Section>>,
        check: impl Fn() -> Result<(), Flaw> + Sync + 'a,
    ) -> Self {
        Self { sections: sections.into(), check: Box::new(check) }
    }

    fn look_through(&self, from: &Shelf) -> Result<(), Flaw> {
        self.sections.iter().try_for_each(|&section| from.see(section))?;
        (self.check)()
    }
}

impl RoadNetwork {
    /// Nothing, or the first flaw in the order of the parts, whichever is found first.
    pub(super) fn check(&self, from: &Shelf) -> Result<(), Flaw> {
        let (streets, junctions) = (self.streets.len(), self.junction_positions.len());
        let mut parts = vec![
            Part::new([Section::Snappable], || self.check_counts()),
            Part::new([Section::EdgePoints], || self.check_edge()),
        ];
        parts.extend(self.streets.parts(junctions));
        parts.extend(self.graph.parts(streets, junctions));
        if let Some(hierarchy) = self.prepared() {
            parts.extend(hierarchy.parts(self.graph.node_count()));
        }
        // What is left belongs to no part, since any numbers will do.
        let seen = parts.iter().flat_map(|part| part.sections.iter().copied()).collect();
        parts.extend(from.others(&seen).map(|section| Part::new([section], || Ok(()))));
        let outcomes: Vec<_> =
            parts.par_iter().with_max_len(1).map(|part| part.look_through(from)).collect();
        outcomes.into_iter().collect()
    }

    fn check_counts(&self) -> Result<(), Flaw> {
        let (streets, junctions) = (self.streets.len(), self.junction_positions.len());
        Section::JunctionNodes.must(self.junction_nodes.len() == junctions, MISMATCH)?;
        Section::Snappable.must(self.is_snappable.len() == streets, MISMATCH)?;
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

impl RoadNetwork {
    /// Points at the edge lie on streets, each after the one before.
    fn check_edge(&self) -> Result<(), Flaw> {
        let is_point = |at: &EdgePoint| {
            let first = self.streets.first_point.get(at.street as usize).copied();
            let end = self.streets.first_point.get(at.street as usize + 1).copied();
            first.zip(end).is_some_and(|(first, end)| at.point < end.saturating_sub(first))
        };
        Section::EdgePoints.must(self.edge_points.iter().all(is_point), ASTRAY)?;
        let place = |at: &EdgePoint| (at.street, at.point);
        let is_sorted = self.edge_points.is_sorted_by(|a, b| place(a) < place(b));
        Section::EdgePoints.must(is_sorted, "they are out of order")
    }
}

impl Streets {
    fn parts(&self, junctions: usize) -> impl Iterator<Item = Part<'_>> {
        let rows = [Section::StreetFirstPoint, Section::StreetFirstStretch, Section::Stretches];
        let times = [Section::StreetTimesForward, Section::StreetTimesBackward];
        let times = self.times.iter().zip(times).map(move |(times, section)| {
            Part::new([section], move || {
                section.must(times.len() == self.points.len(), MISMATCH)?;
                section.must(are_below(times, Millis::INFINITY.0 as usize), NO_TIME)
            })
        });
        [
            Part::new([Section::StreetEnds], move || self.check_ends(junctions)),
            Part::new(rows, || self.check_stretches()),
        ]
        .into_iter()
        .chain(times)
    }

    fn check_ends(&self, junctions: usize) -> Result<(), Flaw> {
        let count = self.len();
        Section::StreetEnds.must((1..1 << 31).contains(&count), "there are none, or too many")?;
        Section::StreetEnds.must(are_below(bytemuck::cast_slice(&self.ends), junctions), ASTRAY)?;
        Section::StreetLengths.must(self.length_mm.len() == count, MISMATCH)?;
        Section::StreetAccess.must(self.access.len() == count, MISMATCH)?;
        Section::StreetDelays.must(self.delays.len() == count, MISMATCH)
    }

    /// Stretches follow one another, from the first point of their street, each of a way.
    fn check_stretches(&self) -> Result<(), Flaw> {
        let (count, stretches) = (self.len(), &*self.stretches);
        check_rows(Section::StreetFirstPoint, &self.first_point, (count, self.points.len()), 2)?;
        let totals = (count, stretches.len());
        check_rows(Section::StreetFirstStretch, &self.first_stretch, totals, 1)?;
        let rows: &[[u32; 3]] = bytemuck::cast_slice(stretches);
        let ranges = [[0, self.points.len()], [0, self.ways.len()], [0, 2]];
        Section::Stretches.must(are_within(rows, ranges), ASTRAY)?;
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
    fn parts(&self, streets: usize, junctions: usize) -> impl Iterator<Item = Part<'_>> {
        let (nodes, arcs) = (self.node_count(), self.arc_count());
        let (outward, inward) =
            ([Section::ArcsOutFirst, Section::ArcsOut], [Section::ArcsInFirst, Section::ArcsIn]);
        let adjacencies = [(&self.outward, outward), (&self.inward, inward)];
        let adjacencies = adjacencies.into_iter().map(move |(adjacency, sections)| {
            Part::new(sections, move || {
                sections[1].must(adjacency.links.len() == arcs, MISMATCH)?;
                adjacency.check(nodes, sections)
            })
        });
        let of_nodes = [Section::JunctionFirstNode, Section::NodeJunctions];
        let of_arcs = [Section::ArcsInIds, Section::ArcUses];
        [
            Part::new(of_nodes, move || self.check_nodes(junctions)),
            Part::new(of_arcs, move || self.check_arcs(streets)),
            Part::new([Section::Entries], move || self.check_entries(streets)),
        ]
        .into_iter()
        .chain(adjacencies)
    }

    fn check_nodes(&self, junctions: usize) -> Result<(), Flaw> {
        let totals = (junctions, self.node_count());
        check_rows(Section::JunctionFirstNode, &self.first_node, totals, 1)?;
        let of_nodes = bytemuck::cast_slice(&self.junctions);
        Section::NodeJunctions.must(are_below(of_nodes, junctions), ASTRAY)
    }

    fn check_arcs(&self, streets: usize) -> Result<(), Flaw> {
        let arcs = self.arc_count();
        let ids = bytemuck::cast_slice(&self.inward_arcs);
        Section::ArcsInIds.must(ids.len() == arcs && are_below(ids, arcs), ASTRAY)?;
        let uses = bytemuck::cast_slice(&self.arc_uses);
        Section::ArcUses.must(are_below(uses, 2 * streets), ASTRAY)
    }

    fn check_entries(&self, streets: usize) -> Result<(), Flaw> {
        Section::Entries.must(self.entries.len() == 2 * streets, MISMATCH)?;
        let nodes = self.node_count();
        let is_entry = |link: &Link| link.node.index() < nodes && link.time < Millis::INFINITY;
        // PERF: counted to the end, as rows are.
        let is_wrong = |link: &Link| u32::from(!(is_entry(link) || *link == Link::NONE));
        Section::Entries.must(self.entries.iter().map(is_wrong).sum::<u32>() == 0, ASTRAY)
    }
}

impl Hierarchy {
    /// Every node has a position of its own, and every link leads up.
    fn parts(&self, nodes: usize) -> impl Iterator<Item = Part<'_>> {
        let upward = self.upward.iter().zip(hierarchy::SECTIONS).map(move |(arcs, sections)| {
            Part::new(sections, move || {
                arcs.check(nodes, sections)?;
                sections[1].must(arcs.lead_up(), "a link leads down")
            })
        });
        let positions = move || {
            let is_one_each = self.positions.len() == nodes && is_permutation(&self.positions);
            Section::HierarchyPositions.must(is_one_each, "two nodes have one position")
        };
        upward.chain([Part::new([Section::HierarchyPositions], positions)])
    }
}

impl Adjacency {
    fn check(&self, nodes: usize, [first, links]: [Section; 2]) -> Result<(), Flaw> {
        check_rows(first, &self.first, (nodes, self.links.len()), 0)?;
        let rows: &[[u32; 2]] = bytemuck::cast_slice(&self.links);
        let times = [1, Millis::INFINITY.0 as usize];
        links.must(are_within(rows, [[0, nodes], times]), "it leads nowhere, or takes no time")
    }

    /// Whether the links of each position ascend, and so does each of them, to a lower position.
    ///
    /// PERF: links that ascend do so but where a row ends, and then the last of a row is its greatest; that is
    /// counted without a branch. Bench `saved`.
    fn lead_up(&self) -> bool {
        let links = &*self.links;
        let falls = |pair: &[Link]| u32::from(pair[0].node >= pair[1].node);
        let all: u32 = links.windows(2).map(falls).sum();
        let (mut at_ends, mut are_lower) = (0, true);
        for (position, row) in (0..).zip(self.first.windows(2)) {
            let (first, end) = (row[0] as usize, row[1] as usize);
            if first < end {
                are_lower &= links[end - 1].node.0 < position;
                at_ends += links.get(end - 1..=end).map_or(0, falls);
            }
        }
        are_lower && all == at_ends
    }
}

/// Whether every number below how many there are is among them.
fn is_permutation(numbers: &[u32]) -> bool {
    let mut is_there = vec![false; numbers.len()];
    for &number in numbers {
        if let Some(place) = is_there.get_mut(number as usize) {
            *place = true;
        }
    }
    !is_there.contains(&false)
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
    let is_none = |pair: &[u32]| (pair[1] < pair[0]) | (pair[1].wrapping_sub(pair[0]) < least);
    let none: u32 = first.windows(2).map(|pair| u32::from(is_none(pair))).sum();
    section.must(is_cut && none == 0, "its rows overlap or end too soon")
}

/// Whether all numbers are below a bound.
fn are_below(numbers: &[u32], bound: usize) -> bool {
    are_within(bytemuck::cast_slice(numbers), [[0, bound]])
}

/// Whether each number of every row lies within its range: from the first on, below the second.
///
/// PERF: the sign of a difference says so, and signs are put together without a branch, several rows at
/// once; the first machines of this kind cannot compare unsigned numbers so. Bench `saved`.
fn are_within<const N: usize>(rows: &[[u32; N]], ranges: [[usize; 2]; N]) -> bool {
    const SIGN: u32 = 1 << 31;
    let low = ranges.map(|[low, _]| low as u32);
    // What has more than two thousand million of anything is refused.
    let size = ranges.map(|[low, high]| high.saturating_sub(low).min(SIGN as usize) as u32);
    let (mut any, mut all) = ([[0_u32; N]; 4], [[u32::MAX; N]; 4]);
    let (fours, rest) = rows.as_chunks::<4>();
    let mut look = |lane: usize, row: &[u32; N]| {
        for place in 0..N {
            let above = row[place].wrapping_sub(low[place]);
            any[lane][place] |= above;
            all[lane][place] &= above.wrapping_sub(size[place]);
        }
    };
    for four in fours {
        for (lane, row) in four.iter().enumerate() {
            look(lane, row);
        }
    }
    for row in rest {
        look(0, row);
    }
    any.as_flattened().iter().all(|any| any & SIGN == 0)
        && all.as_flattened().iter().all(|all| all & SIGN != 0)
}
