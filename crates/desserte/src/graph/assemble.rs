//! How do chains become streets between junctions?
//!
//! Each chain is written out as a street: points, times, stretches, ends. Ends
//! at an ordinary joint share its junction. Ends at a barrier get a junction
//! each, so that the barrier cuts; at a gate that screens what lies behind it,
//! those junctions are joined again by a passage of no length that only a trip
//! beginning or ending behind the gate may use.

use crate::{
    geodesy,
    osm::{NodeIndex, OsmExtract},
    profile::{Access, Lane},
    units::LonLat,
};

use super::{
    chain::{self, Passage},
    coding::AccessCode,
    enclose,
    error::GraphError,
    joint::Joint,
    order,
    street::{Direction, JunctionId, StreetId, StreetUse, Streets, Stretch},
    survey::Survey,
    ways::Ways,
};

/// Streets, and the junctions they join.
#[derive(Debug)]
pub(super) struct Assembly {
    pub(super) streets: Streets,
    pub(super) junctions: Junctions,
}

/// Where junctions lie, in locality order.
#[derive(Debug, Default)]
pub(super) struct Junctions {
    pub(super) positions: Vec<LonLat>,
    /// The node of the map each stands for.
    pub(super) nodes: Vec<NodeIndex>,
}

/// A street between provisional junctions, before the network is put in order.
struct Draft<'a> {
    extract: &'a OsmExtract,
    survey: &'a Survey,
    joints: &'a [Joint],
    streets: Drawn,
    junctions: Junctions,
    /// The shared junction of each node, if it has one yet.
    shared: Vec<JunctionId>,
    /// Junctions made at screened gates.
    gates: Vec<Gate>,
}

/// The columns of the streets while they grow.
#[derive(Default)]
struct Drawn {
    first_point: Vec<u32>,
    points: Vec<LonLat>,
    times: [Vec<u32>; 2],
    ends: Vec<[JunctionId; 2]>,
    access: Vec<[AccessCode; 2]>,
    length_mm: Vec<u32>,
    first_stretch: Vec<u32>,
    stretches: Vec<Stretch>,
}

impl Drawn {
    /// No street yet.
    fn new() -> Self {
        Self { first_point: vec![0], first_stretch: vec![0], ..Self::default() }
    }

    fn into_streets(self) -> Streets {
        Streets {
            first_point: self.first_point.into(),
            points: self.points.into(),
            times: self.times.map(Into::into),
            ends: self.ends.into(),
            access: self.access.into(),
            length_mm: self.length_mm.into(),
            first_stretch: self.first_stretch.into(),
            stretches: self.stretches.into(),
            ..Streets::default()
        }
    }
}

/// One side of a screened gate: the node, the way that reaches it, its junction.
type Gate = (NodeIndex, u32, JunctionId);

const NONE: JunctionId = JunctionId(u32::MAX);

pub(super) fn assemble(
    extract: &OsmExtract,
    survey: Survey,
    joints: &[Joint],
) -> Result<Assembly, GraphError> {
    let mut draft = Draft {
        extract,
        survey: &survey,
        joints,
        streets: Drawn::new(),
        junctions: Junctions::default(),
        shared: vec![NONE; extract.positions.len()],
        gates: Vec::new(),
    };
    chain::for_each(&survey, joints, |passages| draft.add_street(passages));
    draft.open_gates();
    let Draft { streets, junctions, .. } = draft;
    let mut streets = streets.into_streets();
    // A street and a direction share 32 bits, and so do all points.
    let counts =
        [("streets", streets.len(), 1 << 31), ("points", streets.points.len(), u32::MAX as usize)];
    for (what, count, limit) in counts {
        if count >= limit {
            return Err(GraphError::TooLarge { what, count, limit });
        }
    }
    streets.ways = Ways::new(survey.ways, survey.way_tags);
    enclose::restrict_enclosed(&mut streets, junctions.nodes.len());
    Ok(in_locality_order(Assembly { streets, junctions }))
}

impl Draft<'_> {
    fn add_street(&mut self, passages: &[Passage]) {
        let first_point = self.streets.points.len();
        let mut increments: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
        let mut length = 0.0;
        for passage in passages {
            let points_before = self.streets.points.len() - first_point;
            let first_point = points_before.saturating_sub(1) as u32;
            let stretch = Stretch::new(first_point, passage.link.way, passage.is_reversed);
            self.streets.stretches.push(stretch);
            self.add_points(passage, points_before > 0);
            add_increments(self.survey, *passage, &mut increments);
        }
        let points = &self.streets.points[first_point..];
        for segment in points.windows(2) {
            length += geodesy::distance(segment[0], segment[1]).0;
        }
        let access = access_of(self.survey, passages[0]);
        self.push_times(&increments, access);
        let (first, last) = (passages[0], passages[passages.len() - 1]);
        let ends = [
            self.junction_at(entry_node(self.survey, first), first.link.way),
            self.junction_at(exit_node(self.survey, last), last.link.way),
        ];
        self.close_street(ends, access, (length * 1000.0).round() as u32);
    }

    fn add_points(&mut self, passage: &Passage, continues: bool) {
        let nodes = &self.survey.nodes[passage.link.first as usize..=passage.link.last as usize];
        let skip = usize::from(continues);
        let position = |node: &NodeIndex| self.extract.positions[node.index()];
        if passage.is_reversed {
            self.streets.points.extend(nodes.iter().rev().skip(skip).map(position));
        } else {
            self.streets.points.extend(nodes.iter().skip(skip).map(position));
        }
    }

    /// Sums the segments from either end; a permitted direction takes at least a millisecond.
    fn push_times(&mut self, increments: &[Vec<u32>; 2], access: [Option<Access>; 2]) {
        let [forward, backward] = increments;
        let mut sums = running_sum(forward.iter());
        raise_to_one(sums.last_mut(), access[0]);
        self.streets.times[0].extend(sums);
        let mut sums = running_sum(backward.iter().rev());
        raise_to_one(sums.last_mut(), access[1]);
        self.streets.times[1].extend(sums.into_iter().rev());
    }

    fn close_street(&mut self, ends: [JunctionId; 2], access: [Option<Access>; 2], length: u32) {
        let streets = &mut self.streets;
        streets.ends.push(ends);
        streets.access.push(access.map(AccessCode::of));
        streets.length_mm.push(length);
        streets.first_point.push(streets.points.len() as u32);
        streets.first_stretch.push(streets.stretches.len() as u32);
    }

    fn junction_at(&mut self, node: NodeIndex, way: u32) -> JunctionId {
        match self.joints[node.index()] {
            Joint::Closed => self.new_junction(node),
            Joint::Screened => {
                let junction = self.new_junction(node);
                self.gates.push((node, way, junction));
                junction
            }
            Joint::Junction | Joint::Inside => {
                if self.shared[node.index()] == NONE {
                    self.shared[node.index()] = self.new_junction(node);
                }
                self.shared[node.index()]
            }
        }
    }

    fn new_junction(&mut self, node: NodeIndex) -> JunctionId {
        self.junctions.positions.push(self.extract.positions[node.index()]);
        self.junctions.nodes.push(node);
        JunctionId(self.junctions.nodes.len() as u32 - 1)
    }

    /// Joins the sides of every gate: two directly, more around a hub.
    fn open_gates(&mut self) {
        let mut gates = std::mem::take(&mut self.gates);
        gates.sort_unstable();
        for sides in gates.chunk_by(|a, b| a.0 == b.0) {
            if let [(_, way, one), (_, _, other)] = *sides {
                self.add_gate(way, [one, other]);
            } else {
                let hub = self.new_junction(sides[0].0);
                for &(_, way, side) in sides {
                    self.add_gate(way, [side, hub]);
                }
            }
        }
    }

    fn add_gate(&mut self, way: u32, ends: [JunctionId; 2]) {
        let position = self.junctions.positions[ends[0].index()];
        self.streets.stretches.push(Stretch::new(0, way, false));
        self.streets.points.extend([position, position]);
        self.streets.times[0].extend([0, 1]);
        self.streets.times[1].extend([1, 0]);
        self.close_street(ends, [Some(Access::Restricted); 2], 0);
    }
}

fn entry_node(survey: &Survey, Passage { link, is_reversed }: Passage) -> NodeIndex {
    survey.nodes[if is_reversed { link.last } else { link.first } as usize]
}

fn exit_node(survey: &Survey, Passage { link, is_reversed }: Passage) -> NodeIndex {
    entry_node(survey, Passage { link, is_reversed: !is_reversed })
}

/// Who may pass, along the street and against it; the same for all its passages.
fn access_of(survey: &Survey, passage: Passage) -> [Option<Access>; 2] {
    let usage = &survey.ways[passage.link.way as usize].usage;
    let access = |lane: Option<Lane>| lane.map(|lane| lane.access);
    let [forward, backward] = [access(usage.forward), access(usage.backward)];
    if passage.is_reversed { [backward, forward] } else { [forward, backward] }
}

/// The time of each segment, along the street and against it, in the street's order.
fn add_increments(survey: &Survey, passage: Passage, increments: &mut [Vec<u32>; 2]) {
    let Passage { link, is_reversed } = passage;
    for (lane, sums) in survey.times.iter().enumerate() {
        let sums = &sums[link.first as usize..=link.last as usize];
        let segments = sums.windows(2).map(|pair| pair[1] - pair[0]);
        let direction = if is_reversed { 1 - lane } else { lane };
        if is_reversed {
            increments[direction].extend(segments.rev());
        } else {
            increments[direction].extend(segments);
        }
    }
}

fn running_sum<'a>(increments: impl Iterator<Item = &'a u32>) -> Vec<u32> {
    let sums = increments.scan(0_u32, |sum, increment| {
        *sum = sum.saturating_add(*increment);
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

fn raise_to_one(total: Option<&mut u32>, access: Option<Access>) {
    if let (Some(total), Some(_)) = (total, access) {
        *total = (*total).max(1);
    }
}

/// Renumbers junctions along a Hilbert curve, and streets by their junctions.
fn in_locality_order(assembly: Assembly) -> Assembly {
    let Assembly { mut streets, junctions } = assembly;
    let order = order::along_hilbert(&junctions.positions);
    let mut rank = vec![0_u32; order.len()];
    for (new, &old) in order.iter().enumerate() {
        rank[old as usize] = new as u32;
    }
    let renumbered = |end: JunctionId| JunctionId(rank[end.index()]);
    streets.ends = streets.ends.iter().map(|ends| ends.map(renumbered)).collect();
    let junctions = Junctions {
        positions: order.iter().map(|&old| junctions.positions[old as usize]).collect(),
        nodes: order.iter().map(|&old| junctions.nodes[old as usize]).collect(),
    };
    let mut street_order: Vec<StreetId> = streets.ids().collect();
    street_order.sort_by_key(|street| {
        let [a, b] = streets.ends[street.index()];
        (a.min(b), a.max(b), *street)
    });
    Assembly { streets: streets.reordered(&street_order), junctions }
}

impl Streets {
    /// The same streets, numbered by their place in `order`.
    fn reordered(mut self, order: &[StreetId]) -> Self {
        let mut sorted = Drawn::new();
        for &street in order {
            sorted.points.extend_from_slice(self.points(street));
            for direction in Direction::BOTH {
                let times = self.times(StreetUse::new(street, direction));
                sorted.times[direction as usize].extend_from_slice(times);
            }
            sorted.stretches.extend_from_slice(self.stretches(street));
            sorted.first_point.push(sorted.points.len() as u32);
            sorted.first_stretch.push(sorted.stretches.len() as u32);
        }
        sorted.ends = order.iter().map(|street| self.ends[street.index()]).collect();
        sorted.access = order.iter().map(|street| self.access[street.index()]).collect();
        sorted.length_mm = order.iter().map(|street| self.length_mm[street.index()]).collect();
        Self { ways: std::mem::take(&mut self.ways), ..sorted.into_streets() }
    }
}
