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
//! - a *junction* is any other node; one leaves it by any segment, the one one
//!   came by too, unless one is in the middle of a restriction and there is
//!   another way on;
//! - a restriction is a list of segments, the last one of `from` and all of the
//!   via ways, driven one after the other, and what may not or must follow;
//! - at a *closed* barrier one only turns back;
//! - past a *screened* gate, a millisecond for two streets and two for more,
//!   the trip is one that ends behind the gate, or that began there.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use desserte::geodesy::distance;
use desserte::graph::{RestrictionCounts, Snap, Streets};
use desserte::osm::{NodeIndex, OsmExtract, OsmWayId, TurnRestriction, Via};
use desserte::profile::{Access, Lane, NodePassage, Profile, TurnRule};

/// Two consecutive nodes of a way.
struct Segment {
    way: OsmWayId,
    ends: [NodeIndex; 2],
    /// Milliseconds along the way and against it, differences of the way's rounded sums.
    millis: [u32; 2],
    access: [Option<Access>; 2],
    metres: f64,
}

/// A segment driven one way: twice its rank, plus one against its way.
///
/// The same number names the *arm* of its tail: the end of the segment there.
type Use = usize;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Corner {
    Bend,
    Junction,
    Closed,
    Screened,
}

/// After these segments, in this order, one exit is forbidden or the only one.
struct Ban {
    path: Vec<Use>,
    rule: TurnRule,
    exit: Use,
}

/// The bans a trip is in the middle of, ascending, each with how much of its path was driven.
type Begun = Vec<(usize, usize)>;

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
            restrictions: RestrictionCounts::default(),
            is_undecided: false,
        };
        map.corners = map.find_corners(profile);
        map.resolve_turns(profile);
        map.enclose();
        map
    }

    fn access(&self, usage: Use) -> Option<Access> {
        self.segments[usage / 2].access[usage % 2]
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

    /// Whether two segments meet here, and one may go from either to the other as along one way.
    fn is_bend(&self, arms: &[Use]) -> bool {
        let [a, b] = *arms else { return false };
        self.access(a ^ 1) == self.access(b) && self.access(b ^ 1) == self.access(a)
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

    fn resolve_turns(&mut self, profile: &Profile) {
        for restriction in &self.extract.restrictions {
            let rule = profile.turn_rule(self.extract.tags.get(restriction.tags));
            let Some(rule) = rule.filter(|_| profile.turns_bind()) else {
                self.restrictions.not_binding += 1;
                continue;
            };
            let bans = self.bans_of(restriction, rule);
            let is_over_ways = restriction.via.iter().any(|via| matches!(via, Via::Way(_)));
            self.restrictions.applied += u64::from(!bans.is_empty());
            self.restrictions.unmatched += u64::from(bans.is_empty());
            self.restrictions.via_way += u64::from(!bans.is_empty() && is_over_ways);
            self.bans.extend(bans);
        }
        for (ban, Ban { path, .. }) in self.bans.iter().enumerate() {
            self.begins.entry(path[0]).or_default().push(ban);
        }
    }

    /// What a restriction bans, if just one way of driving its vias fits.
    fn bans_of(&self, restriction: &TurnRestriction, rule: TurnRule) -> Vec<Ban> {
        let routes = match restriction.via[..] {
            [Via::Node(id)] => self
                .extract
                .node_index(id)
                .map(|node| (node, Vec::new(), node))
                .into_iter()
                .collect(),
            _ => self.routes_over(&restriction.via),
        };
        let mut fitting = routes.iter().map(|route| self.matched(restriction, route, rule));
        let found: Vec<Ban> = fitting.by_ref().find(|bans| !bans.is_empty()).unwrap_or_default();
        if fitting.any(|bans| !bans.is_empty()) { Vec::new() } else { found }
    }

    /// Every way to drive some via ways in turn, each from end to end: first node, segments, last node.
    fn routes_over(&self, vias: &[Via]) -> Vec<(NodeIndex, Vec<Use>, NodeIndex)> {
        let mut routes: Option<Vec<(NodeIndex, Vec<Use>, NodeIndex)>> = None;
        for via in vias {
            let Via::Way(way) = via else { return Vec::new() };
            let both = self.end_to_end(*way);
            routes = Some(match routes {
                None => both,
                Some(routes) => {
                    let pairs = routes.iter().flat_map(|a| both.iter().map(move |b| (a, b)));
                    let joined = pairs.filter(|(a, b)| a.2 == b.0);
                    joined.map(|(a, b)| (a.0, [&a.1[..], &b.1].concat(), b.2)).collect()
                }
            });
        }
        routes.unwrap_or_default()
    }

    /// A way driven in each direction it may be, if it is whole and never meets itself or a barrier.
    fn end_to_end(&self, way: OsmWayId) -> Vec<(NodeIndex, Vec<Use>, NodeIndex)> {
        let Some(index) = self.extract.way_index(way) else { return Vec::new() };
        let nodes = self.extract.nodes_of(&self.extract.ways[index]);
        let distinct: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
        let is_barrier = |node: &NodeIndex| *node == NodeIndex::MISSING || self.is_barrier(*node);
        if distinct.len() < nodes.len() || nodes.len() < 2 || nodes.iter().any(is_barrier) {
            return Vec::new();
        }
        let [first, last] = [nodes[0], nodes[nodes.len() - 1]];
        let ranks: Vec<usize> =
            (0..self.segments.len()).filter(|&rank| self.segments[rank].way == way).collect();
        let along: Vec<Use> = ranks.iter().map(|rank| 2 * rank).collect();
        let against: Vec<Use> = ranks.iter().rev().map(|rank| 2 * rank + 1).collect();
        let mut both = vec![(first, along, last), (last, against, first)];
        both.retain(|(_, uses, _)| {
            !uses.is_empty() && uses.iter().all(|&usage| self.access(usage).is_some())
        });
        both
    }

    /// The turns a restriction speaks of: each member must be one usable arm where the vias end.
    fn matched(
        &self,
        restriction: &TurnRestriction,
        (first, uses, last): &(NodeIndex, Vec<Use>, NodeIndex),
        rule: TurnRule,
    ) -> Vec<Ban> {
        // At a barrier every street ends on its own: there is no turn to speak of.
        if self.is_barrier(*first) || self.is_barrier(*last) {
            return Vec::new();
        }
        let only_one = |node: &NodeIndex, way: OsmWayId, is_usable: &dyn Fn(Use) -> bool| {
            let arms = self.leaving[node.index()].iter().copied();
            let usable: Vec<Use> =
                arms.filter(|&arm| self.segments[arm / 2].way == way && is_usable(arm)).collect();
            if let [arm] = usable[..] { Some(arm) } else { None }
        };
        let entry = |&way| only_one(first, way, &|arm| self.access(arm ^ 1).is_some());
        let exit = |&way| only_one(last, way, &|arm| self.access(arm).is_some());
        let entries: Option<Vec<Use>> = restriction.from.iter().map(entry).collect();
        let exits: Option<Vec<Use>> = restriction.to.iter().map(exit).collect();
        let (Some(entries), Some(exits)) = (entries, exits) else { return Vec::new() };
        let path = |entry: Use| [&[entry ^ 1], &uses[..]].concat();
        let pairs = entries.iter().flat_map(|&entry| exits.iter().map(move |&exit| (entry, exit)));
        pairs.map(|(entry, exit)| Ban { path: path(entry), rule, exit }).collect()
    }

    /// What a trip is in the middle of after one more segment.
    fn begun_after(&self, begun: &Begun, usage: Use) -> Begun {
        let further =
            begun.iter().filter(|&&(ban, count)| self.bans[ban].path.get(count) == Some(&usage));
        let fresh = self.begins.get(&usage).into_iter().flatten().map(|&ban| (ban, 1));
        let mut begun: Begun = further.map(|&(ban, count)| (ban, count + 1)).chain(fresh).collect();
        begun.sort_unstable();
        begun
    }

    /// Whether the bans whose whole path was driven let one go on by a segment.
    fn is_permitted(&self, begun: &Begun, exit: Use) -> bool {
        let complete = || begun.iter().filter(|&&(ban, count)| self.bans[ban].path.len() == count);
        complete().all(|&(ban, count)| match self.bans[ban].rule {
            TurnRule::No => self.bans[ban].exit != exit,
            // Any exit will do that is the only one after the same path: those are united.
            TurnRule::Only => complete().any(|&(other, other_count)| {
                let Ban { rule, exit: other_exit, .. } = self.bans[other];
                rule == TurnRule::Only && other_count == count && other_exit == exit
            }),
        })
    }
}

fn segments(extract: &OsmExtract, profile: &Profile) -> Vec<Segment> {
    let mut segments = Vec::new();
    for way in &extract.ways {
        let Some(usage) = profile.way_use(extract.tags.get(way.tags)) else { continue };
        let lanes = [usage.forward, usage.backward];
        for run in extract.nodes_of(way).split(|&node| node == NodeIndex::MISSING) {
            let mut sums = [0.0; 2];
            for pair in run.windows(2) {
                let ends = [pair[0], pair[1]];
                let metres = distance(
                    extract.positions[ends[0].index()],
                    extract.positions[ends[1].index()],
                );
                let before = sums;
                for (sum, lane) in sums.iter_mut().zip(lanes) {
                    *sum += lane.map_or(0.0, |lane: Lane| lane.speed.millis_for(metres));
                }
                let millis = [0, 1].map(|lane| (sums[lane].round() - before[lane].round()) as u32);
                let access = lanes.map(|lane| lane.map(|lane| lane.access));
                segments.push(Segment { way: way.id, ends, millis, access, metres: metres.0 });
            }
        }
    }
    segments
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
        if stretch.is_reversed {
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
                fraction: if arm % 2 == 0 { 0.0 } else { 1.0 },
            }));
        }
        stands
    }

    /// Milliseconds from the beginning of a use to a point of its segment.
    fn offset(&self, usage: Use, stand: Stand) -> u32 {
        let whole = f64::from(self.millis(usage));
        let share = if usage % 2 == 0 { stand.fraction } else { 1.0 - stand.fraction };
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
                let time = time + passing;
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

    /// The time to a point, after a search from another.
    pub(crate) fn time(&self, begun: &[u32], start: Stand, end: Stand) -> Option<u32> {
        let mut best = None;
        for end in self.same_points(end) {
            for usage in self.both_ways(end) {
                let offset = self.offset(usage, end);
                let through = (begun[usage] < u32::MAX).then(|| begun[usage] + offset);
                let straight = self.same_points(start).into_iter().filter_map(|start| {
                    let ahead = if usage % 2 == 0 {
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
