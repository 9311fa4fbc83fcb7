//! How long is a trip, by the definitions alone?
//!
//! The independent half of the oracle. It knows the map, the profile and the
//! definitions (the data model of the project's design), and nothing of
//! streets, arcs or split nodes. A state is a segment of a way, driven in one
//! direction and just finished, with the access layer of the trip and the set of
//! restrictions it is in the middle of, each with how far it has come; its
//! successors are worked out at the node each time it is expanded. A binary
//! heap does the rest. One search visits every segment of the map.
//!
//! Where a trip turns, bends, may turn round or passes a gate is decided from
//! what the ways say at one node:
//!
//! - a *bend* has two segments of the same kind, and one only goes on there;
//! - a *junction* is any other node, and the first of a ring of bends; one leaves
//!   it by any segment, the one one came by too, unless one is in the middle of a
//!   restriction and there is another way on;
//! - a restriction is a list of segments, the last one of `from` and all of the
//!   via ways, driven one after the other, and what may not or must follow;
//! - at a *closed* barrier one only turns back;
//! - past a *screened* gate, a millisecond for two streets and two for more,
//!   the trip is one that ends behind the gate, or that began there;
//! - on going on from a junction, those who came by a segment have *waited* there
//!   as long as its signs and its roads say;
//! - on going on by a ferry from a node of land, those who did not come by the same
//!   line have waited for it.

mod bans;
mod drive;
mod waits;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use desserte::geodesy::distance;
use desserte::graph::{RestrictionCounts, Snap, Streets};
use desserte::osm::{NodeIndex, OsmExtract, OsmWayId, TagList, Via};
use desserte::profile::{Access, FerryTerms, Lane, NodePassage, Profile, Setting};

use bans::{Ban, Begun};
use waits::Signs;

/// Two consecutive nodes of a way.
struct Segment {
    way: OsmWayId,
    ends: [NodeIndex; 2],
    /// Milliseconds along the way and against it, differences of the way's rounded sums.
    millis: [u32; 2],
    access: [Option<Access>; 2],
    metres: f64,
    rank: u8,
    is_roundabout: bool,
    tags: TagList,
    ferry: Option<FerryTerms>,
}

/// A segment driven one way: twice its rank, plus one against its way.
///
/// The same number names the *arm* of its tail: the end of the segment there.
type Use = usize;

/// Whether a use goes along its way.
const fn is_along(usage: Use) -> bool {
    usage & 1 == 0
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Corner {
    Bend,
    Junction,
    Closed,
    Screened,
}

/// The segments of a map, and what its nodes are.
pub(crate) struct SlowMap<'a> {
    extract: &'a OsmExtract,
    segments: Vec<Segment>,
    /// The uses that leave each node, whether or not they are permitted.
    leaving: Vec<Vec<Use>>,
    corners: Vec<Corner>,
    bans: Vec<Ban>,
    /// The bans whose path begins with each use.
    begins: HashMap<Use, Vec<usize>>,
    signs: Signs,
    /// Milliseconds at the end of each use.
    waits: Vec<u32>,
    /// What became of the restrictions.
    pub(crate) restrictions: RestrictionCounts,
    /// Whether two public networks that a private street links are equally
    /// long, as near as can be told: then either may be the one behind.
    pub(crate) is_undecided: bool,
}

/// A point of the map: part of the way along a segment, seen along its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand {
    segment: usize,
    fraction: f64,
}

/// Access layers: the trip has not yet met a public street, is on them, has left them.
const LEAVING: usize = 0;
const PUBLIC: usize = 1;
const ARRIVING: usize = 2;

impl<'a> SlowMap<'a> {
    pub(crate) fn of(extract: &'a OsmExtract, profile: &Profile) -> Self {
        let segments = segments(extract, profile);
        let mut leaving = vec![Vec::new(); extract.positions.len()];
        for (rank, segment) in segments.iter().enumerate() {
            leaving[segment.ends[0].index()].push(2 * rank);
            leaving[segment.ends[1].index()].push(2 * rank + 1);
        }
        let mut map = Self {
            extract,
            segments,
            leaving,
            corners: Vec::new(),
            bans: Vec::new(),
            begins: HashMap::new(),
            signs: waits::signs(extract, profile),
            waits: Vec::new(),
            restrictions: RestrictionCounts::default(),
            is_undecided: false,
        };
        map.corners = map.find_corners(profile);
        map.open_rings();
        map.resolve_turns(profile);
        map.enclose();
        map.find_waits(profile);
        map
    }

    fn access(&self, usage: Use) -> Option<Access> {
        self.segments[usage / 2].access[usage % 2]
    }

    pub(crate) fn is_on_ferry(&self, stand: Stand) -> bool {
        self.is_ferry(2 * stand.segment)
    }

    fn is_ferry(&self, usage: Use) -> bool {
        self.segments[usage / 2].ferry.is_some()
    }

    fn tail(&self, usage: Use) -> NodeIndex {
        self.segments[usage / 2].ends[usage % 2]
    }

    fn find_corners(&self, profile: &Profile) -> Vec<Corner> {
        let mut corners: Vec<Corner> = self
            .leaving
            .iter()
            .map(|arms| if self.is_bend(arms) { Corner::Bend } else { Corner::Junction })
            .collect();
        for restriction in &self.extract.restrictions {
            let tags = self.extract.tags.get(restriction.tags);
            if profile.turns_bind() && profile.turn_rule(tags).is_some() {
                for node in restriction.via.iter().flat_map(|via| self.ends_of_via(*via)) {
                    corners[node.index()] = Corner::Junction;
                }
            }
        }
        for node in self.signs.keys() {
            corners[node.index()] = Corner::Junction;
        }
        for &(node, tags) in &self.extract.tagged_nodes {
            let passage = profile.node_passage(self.extract.tags.get(tags));
            match passage {
                _ if self.leaving[node.index()].len() < 2 => {}
                NodePassage::Open => {}
                NodePassage::Restricted => corners[node.index()] = Corner::Screened,
                NodePassage::Closed => corners[node.index()] = Corner::Closed,
            }
        }
        corners
    }

    /// A ring of bends gets a junction where its first segment begins.
    fn open_rings(&mut self) {
        let mut is_passed = vec![false; self.segments.len()];
        for first in 0..self.segments.len() {
            let mut usage = 2 * first;
            while !std::mem::replace(&mut is_passed[usage / 2], true) {
                let node = self.tail(usage ^ 1);
                if self.corners[node.index()] != Corner::Bend {
                    break;
                }
                let arms = &self.leaving[node.index()];
                usage = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
                if usage == 2 * first {
                    let start = self.tail(usage).index();
                    self.corners[start] = Corner::Junction;
                }
            }
        }
    }

    /// Whether two segments meet here, and one may go from either to the other as along one way.
    fn is_bend(&self, arms: &[Use]) -> bool {
        let [a, b] = *arms else { return false };
        self.access(a ^ 1) == self.access(b)
            && self.access(b ^ 1) == self.access(a)
            && self.is_ferry(a) == self.is_ferry(b)
    }

    fn ends_of_via(&self, via: Via) -> Vec<NodeIndex> {
        match via {
            Via::Node(id) => self.extract.node_index(id).into_iter().collect(),
            Via::Way(id) => {
                let ways = self.extract.way_index(id).map(|way| &self.extract.ways[way]);
                let nodes = ways.map_or(&[][..], |way| self.extract.nodes_of(way));
                let ends = [nodes.first(), nodes.last()].into_iter().flatten().copied();
                ends.filter(|&node| node != NodeIndex::MISSING).collect()
            }
        }
    }

    fn is_barrier(&self, node: NodeIndex) -> bool {
        matches!(self.corners[node.index()], Corner::Closed | Corner::Screened)
    }
}

fn segments(extract: &OsmExtract, profile: &Profile) -> Vec<Segment> {
    let mut segments = Vec::new();
    for way in &extract.ways {
        let Some(usage) = profile.way_use(extract.tags.get(way.tags), Setting::of(profile)) else {
            continue;
        };
        let lanes = [usage.forward, usage.backward];
        for run in extract.nodes_of(way).split(|&node| node == NodeIndex::MISSING) {
            let mut sums = [0.0; 2];
            let pace = usage.ferry.and_then(|terms| sailing_pace(extract, run, terms));
            for pair in run.windows(2) {
                let ends = [pair[0], pair[1]];
                let metres = distance(
                    extract.positions[ends[0].index()],
                    extract.positions[ends[1].index()],
                );
                let before = sums;
                for (sum, lane) in sums.iter_mut().zip(lanes) {
                    *sum += match (lane, pace) {
                        (Some(_), Some(pace)) => metres.0 * pace * 1000.0,
                        (Some(Lane { speed, .. }), None) => speed.millis_for(metres),
                        (None, _) => 0.0,
                    };
                }
                let millis = [0, 1].map(|lane| (sums[lane].round() - before[lane].round()) as u32);
                let access = lanes.map(|lane| lane.map(|lane| lane.access));
                segments.push(Segment {
                    way: way.id,
                    ends,
                    millis,
                    access,
                    metres: metres.0,
                    rank: usage.rank,
                    is_roundabout: usage.is_roundabout,
                    tags: way.tags,
                    ferry: usage.ferry,
                });
            }
        }
    }
    segments
}

/// Seconds a metre, where the map says how long the crossing takes.
fn sailing_pace(extract: &OsmExtract, run: &[NodeIndex], terms: FerryTerms) -> Option<f64> {
    let position = |node: NodeIndex| extract.positions[node.index()];
    let whole: f64 =
        run.windows(2).map(|pair| distance(position(pair[0]), position(pair[1])).0).sum();
    terms.duration.filter(|_| whole > 0.0).map(|time| f64::from(time.0) / 1000.0 / whole)
}

/// Public networks behind private streets.
impl SlowMap<'_> {
    /// A place where segments are joined: a node, or at a barrier each arm for itself.
    fn spot(&self, arm: Use) -> usize {
        let node = self.tail(arm);
        if self.is_barrier(node) { self.extract.positions.len() + arm } else { node.index() }
    }

    fn is_public(&self, segment: usize) -> bool {
        self.segments[segment].access.contains(&Some(Access::Public))
    }

    /// Restricts the public networks that restricted streets link to a longer one.
    fn enclose(&mut self) {
        let spots = self.extract.positions.len() + 2 * self.segments.len();
        let (mut public, mut all) = (Sets::of(spots), Sets::of(spots));
        for segment in 0..self.segments.len() {
            let ends = [2 * segment, 2 * segment + 1].map(|arm| self.spot(arm));
            all.join(ends);
            if self.is_public(segment) {
                public.join(ends);
            }
        }
        for (arms, corner) in self.leaving.iter().zip(&self.corners) {
            if *corner == Corner::Screened {
                arms.windows(2).for_each(|pair| all.join([self.spot(pair[0]), self.spot(pair[1])]));
            }
        }
        let mut lengths: HashMap<usize, (f64, u32)> = HashMap::new();
        for segment in (0..self.segments.len()).filter(|&segment| self.is_public(segment)) {
            let (length, count) = lengths.entry(public.root(self.spot(2 * segment))).or_default();
            *length += self.segments[segment].metres;
            *count += 1;
        }
        // Streets are measured to a millimetre, and count one more each.
        let mut ranked: Vec<(usize, f64, f64, usize)> = lengths
            .iter()
            .map(|(&network, &(length, count))| {
                (all.root(network), length, f64::from(count) * 0.002, network)
            })
            .collect();
        ranked.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mut longest: HashMap<usize, usize> = HashMap::new();
        for networks in ranked.chunk_by(|a, b| a.0 == b.0) {
            longest.insert(networks[0].0, networks[0].3);
            self.is_undecided |= networks
                .get(1)
                .is_some_and(|second| networks[0].1 - second.1 <= networks[0].2 + second.2);
        }
        for segment in
            (0..self.segments.len()).filter(|&segment| self.is_public(segment)).collect::<Vec<_>>()
        {
            let spot = self.spot(2 * segment);
            if longest[&all.root(spot)] != public.root(spot) {
                for access in self.segments[segment].access.iter_mut().flatten() {
                    *access = Access::Restricted;
                }
            }
        }
    }
}

/// Disjoint sets of numbers.
struct Sets(Vec<usize>);

impl Sets {
    fn of(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            self.0[member] = self.0[self.0[member]];
            member = self.0[member];
        }
        member
    }

    fn join(&mut self, [a, b]: [usize; 2]) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// A segment just driven, the layer of the trip, and what it is in the middle of.
type Driven = (Use, usize, Begun);

/// The earliest times of states; those that restrictions do not concern lie side by side.
struct Arrivals {
    free: Vec<u32>,
    bound: HashMap<Driven, u32>,
}

impl Arrivals {
    fn of(segments: usize) -> Self {
        Self { free: vec![u32::MAX; 3 * 2 * segments], bound: HashMap::new() }
    }

    fn time(&mut self, state: &Driven) -> &mut u32 {
        if state.2.is_empty() {
            return &mut self.free[3 * state.0 + state.1];
        }
        self.bound.entry(state.clone()).or_insert(u32::MAX)
    }
}

/// The search.
impl SlowMap<'_> {
    /// The point of the map where a snap lies; `None` if its way passes there more than once.
    pub(crate) fn stand(&self, streets: &Streets, snap: &Snap) -> Option<Stand> {
        let stretch = streets.stretch_at(snap.street, snap.segment as usize);
        let way = streets.ways()[stretch.way as usize].id;
        let points = streets.points(snap.street);
        let mut ends = [points[snap.segment as usize], points[snap.segment as usize + 1]];
        let mut fraction = snap.fraction;
        if stretch.is_reversed() {
            ends.reverse();
            fraction = 1.0 - fraction;
        }
        let first = self.segments.partition_point(|segment| segment.way < way);
        let of_way = self.segments[first..].iter().zip(first..).take_while(|(s, _)| s.way == way);
        let here = |segment: &Segment| {
            segment.ends.map(|node| self.extract.positions[node.index()]) == ends
        };
        let mut found = of_way.filter(|(segment, _)| here(segment));
        let (_, segment) = found.next()?;
        found.next().is_none().then_some(Stand { segment, fraction })
    }

    /// A stand, and the same point as the end of the next segment where it lies at a bend.
    fn same_points(&self, stand: Stand) -> Vec<Stand> {
        let mut stands = vec![stand];
        let node = self.segments[stand.segment].ends[usize::from(stand.fraction > 0.5)];
        if [0.0, 1.0].contains(&stand.fraction) && self.corners[node.index()] == Corner::Bend {
            stands.extend(self.leaving[node.index()].iter().map(|arm| Stand {
                segment: arm / 2,
                fraction: if is_along(*arm) { 0.0 } else { 1.0 },
            }));
        }
        stands
    }

    /// Milliseconds from the beginning of a use to a point of its segment.
    fn offset(&self, usage: Use, stand: Stand) -> u32 {
        let whole = f64::from(self.millis(usage));
        let share = if is_along(usage) { stand.fraction } else { 1.0 - stand.fraction };
        (whole * share).round() as u32
    }

    /// How long a segment takes; a street takes a millisecond at least.
    fn millis(&self, usage: Use) -> u32 {
        let is_street = self.segments[usage / 2]
            .ends
            .iter()
            .all(|node| self.corners[node.index()] != Corner::Bend);
        self.segments[usage / 2].millis[usage % 2].max(u32::from(is_street))
    }

    fn both_ways(&self, stand: Stand) -> impl Iterator<Item = Use> + '_ {
        let uses = [2 * stand.segment, 2 * stand.segment + 1];
        uses.into_iter().filter(|&usage| self.access(usage).is_some())
    }

    /// When each use of a segment is begun at the earliest, on a trip from a point.
    pub(crate) fn begun_from(&self, start: Stand) -> Vec<u32> {
        let mut arrived = Arrivals::of(self.segments.len());
        let mut begun = vec![u32::MAX; 2 * self.segments.len()];
        let mut queue = BinaryHeap::new();
        for usage in self.both_ways(start) {
            let layer = if self.access(usage) == Some(Access::Public) { PUBLIC } else { LEAVING };
            let rest = self.millis(usage) - self.offset(usage, start);
            let state = (usage, layer, self.begun_after(&Vec::new(), usage));
            *arrived.time(&state) = rest;
            queue.push(Reverse((rest, state)));
        }
        while let Some(Reverse((time, state))) = queue.pop() {
            if time > *arrived.time(&state) {
                continue;
            }
            for (exit, layer, passing) in self.exits(&state) {
                let time = time + self.waits[state.0] + passing + self.boarding(state.0, exit);
                begun[exit] = begun[exit].min(time);
                let time = time + self.millis(exit);
                let state = (exit, layer, self.begun_after(&state.2, exit));
                let best = arrived.time(&state);
                if time < *best {
                    *best = time;
                    queue.push(Reverse((time, state)));
                }
            }
        }
        begun
    }

    /// How long one who came by a segment waits for the ferry by which one goes on.
    fn boarding(&self, usage: Use, exit: Use) -> u32 {
        let Some(terms) = self.segments[exit / 2].ferry else { return 0 };
        let arms = &self.leaving[self.tail(exit).index()];
        let is_open = |arm: Use| self.access(arm).or(self.access(arm ^ 1)).is_some();
        let is_landing = arms.iter().any(|&arm| !self.is_ferry(arm) && is_open(arm));
        let stays = self.is_ferry(usage) && exit != usage ^ 1 && self.is_one_line(usage, exit);
        if is_landing && !stays { terms.wait.0 } else { 0 }
    }

    /// Whether two ferries are one way, or one by the first of reference and name that both have.
    fn is_one_line(&self, one: Use, other: Use) -> bool {
        let [one, other] = [one, other].map(|usage| &self.segments[usage / 2]);
        let words = |segment: &Segment, key| self.extract.tags.get(segment.tags).value(key);
        let compared = ["ref", "name"]
            .into_iter()
            .find_map(|key| Some(words(one, key)? == words(other, key)?));
        one.way == other.way || compared.unwrap_or(true)
    }

    /// The time to a point, after a search from another.
    pub(crate) fn time(&self, begun: &[u32], start: Stand, end: Stand) -> Option<u32> {
        let mut best = None;
        for end in self.same_points(end) {
            for usage in self.both_ways(end) {
                let offset = self.offset(usage, end);
                let through = (begun[usage] < u32::MAX).then(|| begun[usage] + offset);
                let straight = self.same_points(start).into_iter().filter_map(|start| {
                    let ahead = if is_along(usage) {
                        start.fraction <= end.fraction
                    } else {
                        start.fraction >= end.fraction
                    };
                    (start.segment == end.segment && ahead)
                        .then(|| offset.saturating_sub(self.offset(usage, start)))
                });
                best = best.into_iter().chain(through).chain(straight).min();
            }
        }
        best
    }

    /// By which uses one goes on, in which layer, and how long the node takes to pass.
    fn exits(&self, &(usage, layer, ref begun): &Driven) -> Vec<(Use, usize, u32)> {
        let node = self.tail(usage ^ 1);
        let (corner, arms) = (self.corners[node.index()], &self.leaving[node.index()]);
        let gates = if corner == Corner::Screened { (arms.len() as u32 - 1).min(2) } else { 0 };
        let open = arms.iter().filter_map(|&exit| {
            let is_back = exit == usage ^ 1;
            let (layer, passing) = match corner {
                Corner::Bend if is_back => return None,
                Corner::Closed if !is_back => return None,
                Corner::Screened if !is_back => (layer_after(layer, Access::Restricted)?, gates),
                _ => (layer, 0),
            };
            Some((exit, layer_after(layer, self.access(exit)?)?, passing))
        });
        let open: Vec<_> = open.collect();
        if begun.is_empty() {
            return open;
        }
        let permitted = |exit: Use| self.is_permitted(begun, exit);
        let leads_on = |exit: Use| exit != usage ^ 1 && permitted(exit);
        let is_dead_end = !open.iter().any(|&(exit, ..)| leads_on(exit));
        let takes = |exit| leads_on(exit) || (is_dead_end && permitted(exit));
        open.into_iter().filter(|&(exit, ..)| takes(exit)).collect()
    }
}

/// From restricted streets to public ones to restricted ones, never back.
fn layer_after(layer: usize, access: Access) -> Option<usize> {
    match (layer, access) {
        (LEAVING, Access::Restricted) => Some(LEAVING),
        (ARRIVING, Access::Public) => None,
        (_, Access::Public) => Some(PUBLIC),
        (_, Access::Restricted) => Some(ARRIVING),
    }
}
