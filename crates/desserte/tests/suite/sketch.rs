//! Which small maps could there be?
//!
//! A [`Sketch`] is a random town on a grid of sixteen nodes, none quite in its
//! place: ways that wander from node to node, may cross or retrace themselves
//! and lack a node, of several classes, one-way or not, private or not;
//! barriers on nodes; turn restrictions that may or may not fit; and where a test
//! asks for them, signs, lights, roundabouts and limits. proptest draws it, and takes parts away from one on which a law fails.

use desserte::graph::RoadNetwork;
use desserte::osm::OsmExtract;
use desserte::profile::Profile;
use desserte::{Watch, graph::GraphError};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::drawing::{Drawing, anywhere};

const SIDE: i32 = 4;
const NODES: usize = 16;
/// The id of the first node; the first way is 1.
const FIRST: i64 = 100;
/// The move that names a node again; six each go east, north, west and south.
const STAY: usize = 24;

/// A random town.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    /// Metres by which each node is out of place.
    pub(crate) shifts: Vec<(i32, i32)>,
    pub(crate) walks: Vec<Walk>,
    pub(crate) barriers: Vec<(usize, usize)>,
    /// What stands on nodes and costs time; a barrier goes before it.
    pub(crate) signs: Vec<(usize, usize)>,
    /// Metres between two nodes of the grid, but for their shifts.
    pub(crate) spacing: i32,
    pub(crate) turns: Vec<Turn>,
}

/// A way that wanders over the grid.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    start: usize,
    moves: Vec<usize>,
    class: usize,
    oneway: usize,
    pub(crate) access: usize,
    /// The posted limit, if there is one.
    pub(crate) limit: usize,
    round: usize,
    hole: Option<usize>,
}

/// A restriction at a node, between two of the ways that pass there; or over one way or two.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    via: usize,
    from: usize,
    to: usize,
    kind: usize,
}

/// What a sketch takes from its draw.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a part of a town that may be left out")]
pub(crate) struct Palette {
    pub(crate) access: bool,
    pub(crate) barriers: bool,
    pub(crate) turns: bool,
    /// Signs, lights, roundabouts and limits, and towns so dense that they stand side by side.
    pub(crate) signs: bool,
}

impl Palette {
    /// Everything that matters where junctions cost nothing.
    pub(crate) const FULL: Self = Self { access: true, barriers: true, turns: true, signs: false };
    /// Everything there is.
    pub(crate) const SIGNED: Self = Self { signs: true, ..Self::FULL };
}

/// Any town that a palette allows.
pub(crate) fn sketches(palette: Palette) -> impl Strategy<Value = Sketch> {
    let walk = (
        0..NODES,
        vec(0..=STAY, 1..9),
        0..CLASSES.len(),
        0..ONEWAYS.len(),
        if palette.access { 0..SHUT.len() } else { 0..1 },
        if palette.signs { 0..LIMITS.len() } else { 0..1 },
        if palette.signs { 0..ROUNDS.len() } else { 0..1 },
        option::weighted(0.1, 0..9_usize),
    );
    let walk = walk.prop_map(|(start, moves, class, oneway, access, limit, round, hole)| Walk {
        start,
        moves,
        class,
        oneway,
        access,
        limit,
        round,
        hole,
    });
    let turn = (0..NODES, 0..8_usize, 0..8_usize, 0..TURNS.len() + DETOURS.len());
    let turn = turn.prop_map(|(via, from, to, kind)| Turn { via, from, to, kind });
    let barriers = if palette.barriers { 0..4 } else { 0..1 };
    let turns = if palette.turns { 0..8 } else { 0..1 };
    (
        vec((-40..40, -40..40), NODES),
        vec(walk, 3..16),
        vec((0..NODES, 0..BARRIERS.len()), barriers),
        vec((0..NODES, 0..SIGNS.len()), if palette.signs { 0..8 } else { 0..1 }),
        if palette.signs {
            prop::sample::select(vec![200, 30])
        } else {
            prop::sample::select(vec![200])
        },
        vec(turn, turns),
    )
        .prop_map(|(shifts, walks, barriers, signs, spacing, turns)| Sketch {
            shifts,
            walks,
            barriers,
            signs,
            spacing,
            turns,
        })
}

const CLASSES: [&str; 5] = ["residential", "tertiary", "primary", "service", "track"];
/// What a way is that the car may board: lines told apart by reference, by name or not at all.
const FERRIES: [&[(&str, &str)]; CLASSES.len()] = [
    &[("route", "ferry"), ("ref", "L1")],
    &[("route", "ferry"), ("ref", "L2"), ("name", "Bac")],
    &[("route", "ferry"), ("name", "Bac"), ("duration", "00:03")],
    &[("route", "shuttle_train"), ("name", "Navette")],
    &[("route", "ferry"), ("duration", "2")],
];
const ONEWAYS: [&[(&str, &str)]; 5] = [&[], &[], &[], &[("oneway", "yes")], &[("oneway", "-1")]];
const ACCESSES: [&[(&str, &str)]; 10] = [
    &[],
    &[],
    &[],
    &[],
    &[("access", "private")],
    &[("access", "destination")],
    &[("motor_vehicle:backward", "private")],
    &[("motor_vehicle:forward", "no")],
    // Not drawn: what is left of a street without those who may only end there.
    &[("access", "no")],
    &[("motor_vehicle:backward", "no")],
];
/// Each kind of access, without those who may only begin or end a trip there.
const SHUT: [usize; 8] = [0, 1, 2, 3, 8, 8, 9, 7];
/// The lowest limit first.
pub(crate) const LIMITS: [&[(&str, &str)]; 5] = [
    &[],
    &[("maxspeed", "20")],
    &[("maxspeed", "30")],
    &[("maxspeed", "50")],
    &[("maxspeed", "70")],
];
const ROUNDS: [&[(&str, &str)]; 6] = [&[], &[], &[], &[], &[], &[("junction", "roundabout")]];
const SIGNS: [&[(&str, &str)]; 12] = [
    &[("highway", "traffic_signals")],
    &[("highway", "traffic_signals"), ("traffic_signals:direction", "forward")],
    &[("highway", "stop")],
    &[("highway", "stop"), ("direction", "backward")],
    &[("highway", "give_way")],
    &[("highway", "give_way"), ("direction", "forward")],
    &[("highway", "crossing")],
    &[("highway", "crossing"), ("crossing", "traffic_signals")],
    &[("railway", "level_crossing")],
    &[("highway", "mini_roundabout")],
    &[("barrier", "toll_booth")],
    &[("ford", "yes")],
];
const BARRIERS: [&[(&str, &str)]; 6] = [
    &[("barrier", "bollard")],
    &[("barrier", "gate"), ("access", "private")],
    &[("barrier", "gate")],
    &[("barrier", "swing_gate"), ("motor_vehicle", "destination")],
    &[("barrier", "chain"), ("vehicle", "no")],
    &[("barrier", "lift_gate"), ("locked", "yes")],
];
const TURNS: [&str; 6] = [
    "no_left_turn",
    "no_straight_on",
    "no_u_turn",
    "only_straight_on",
    "only_right_turn",
    "no_entry",
];
/// Restrictions over ways, and over how many.
const DETOURS: [(&str, usize); 6] = [
    ("no_u_turn", 1),
    ("no_left_turn", 1),
    ("only_straight_on", 1),
    ("no_exit", 1),
    ("no_left_turn", 2),
    ("only_right_turn", 2),
];

impl Sketch {
    pub(crate) fn to_drawing(&self) -> Drawing {
        let mut drawing = Drawing::new();
        for node in 0..self.shifts.len() {
            let (x, y) = self.place(node);
            drawing = drawing.node(FIRST + node as i64, x, y);
            let on = |kinds: &[(usize, usize)]| {
                kinds.iter().find(|(place, _)| *place == node).map(|&(_, kind)| kind)
            };
            let sign = on(&self.signs).map(|kind| SIGNS[kind]);
            if let Some(tags) = on(&self.barriers).map(|kind| BARRIERS[kind]).or(sign) {
                drawing = drawing.tagged(tags);
            }
        }
        for (way, walk) in (1..).zip(&self.walks) {
            drawing = drawing.way(way, &walk.nodes(), &walk.tags());
        }
        for turn in &self.turns {
            drawing = self.add_turn(turn, drawing);
        }
        drawing
    }

    /// Metres east and north.
    fn place(&self, node: usize) -> (i32, i32) {
        let (east, north) = self.shifts[node];
        let shifted = |rank: i32, shift: i32| rank * self.spacing + shift * self.spacing / 200;
        (shifted(node as i32 % SIDE, east), shifted(node as i32 / SIDE, north))
    }

    fn add_turn(&self, turn: &Turn, drawing: Drawing) -> Drawing {
        if turn.kind >= TURNS.len() {
            return self.add_detour(turn, DETOURS[turn.kind - TURNS.len()], drawing);
        }
        let node = FIRST + turn.via as i64;
        let there = self.ways_at(node);
        if there.is_empty() {
            return drawing;
        }
        let member = |rank: usize| there[rank % there.len()];
        let (from, to) = (member(turn.from), member(turn.to));
        let kind = TURNS[turn.kind];
        if kind == "no_entry" {
            return drawing.restriction(&[from, member(turn.from + 1)], node, &[to], kind);
        }
        drawing.restriction(&[from], node, &[to], kind)
    }

    /// Adds a restriction over ways that join, between ways that begin or end where those do.
    fn add_detour(&self, turn: &Turn, (kind, count): (&str, usize), drawing: Drawing) -> Drawing {
        let ways = 1..=self.walks.len() as i64;
        let whole: Vec<i64> = ways.clone().filter(|&way| self.walk(way).is_whole()).collect();
        let Some(&way) = whole.get(turn.via % whole.len().max(1)) else { return drawing };
        let mut vias = vec![way];
        let [mut first, mut last] = self.walk(way).ends();
        if turn.from % 2 == 1 {
            std::mem::swap(&mut first, &mut last);
        }
        for _ in 1..count {
            let joins = |way: &i64| !vias.contains(way) && self.walk(*way).ends().contains(&last);
            let next: Vec<i64> = ways.clone().filter(joins).collect();
            let Some(&way) = next.get(turn.to % next.len().max(1)) else { return drawing };
            let [one, other] = self.walk(way).ends();
            last = if one == last { other } else { one };
            vias.push(way);
        }
        let joined = |node| {
            let there = self.ways_at(node);
            let ending = there.iter().copied().filter(|&way| self.walk(way).ends().contains(&node));
            let ending: Vec<i64> = ending.collect();
            if ending.len() > 1 { ending } else { there }
        };
        let (from, to) = (joined(first), joined(last));
        let from = from[turn.from / 2 % from.len()];
        let mut exits = vec![to[turn.to % to.len()]];
        if kind == "no_exit" {
            exits.push(to[(turn.to + 1) % to.len()]);
        }
        drawing.restriction_over(&[from], &vias, &exits, kind)
    }

    fn walk(&self, way: i64) -> &Walk {
        &self.walks[way as usize - 1]
    }

    /// The ways that pass a node.
    fn ways_at(&self, node: i64) -> Vec<i64> {
        let passes = |walk: &Walk| walk.nodes().contains(&node);
        (1..).zip(&self.walks).filter(|(_, walk)| passes(walk)).map(|(way, _)| way).collect()
    }

    /// A town of ways so short that most restrictions over ways fit; at least half are such.
    pub(crate) fn of_short_ways(mut self) -> Self {
        for walk in &mut self.walks {
            walk.moves.truncate(2);
            walk.hole = None;
        }
        for turn in self.turns.iter_mut().step_by(2) {
            turn.kind = TURNS.len() + turn.kind % DETOURS.len();
        }
        self
    }

    /// A town where every second way is a ferry.
    pub(crate) fn with_ferries(mut self) -> Self {
        for walk in self.walks.iter_mut().step_by(2) {
            walk.class += CLASSES.len();
        }
        self
    }

    pub(crate) fn to_extract(&self) -> OsmExtract {
        self.to_drawing().to_extract()
    }

    /// The network, if any of its ways can be driven.
    pub(crate) fn to_network(&self) -> Option<RoadNetwork> {
        self.to_network_of(&anywhere())
    }

    /// The network of some traveller, if any of its ways can be driven.
    pub(crate) fn to_network_of(&self, profile: &Profile) -> Option<RoadNetwork> {
        match RoadNetwork::build(&self.to_extract(), profile, &Watch::new()) {
            Ok(network) => Some(network),
            Err(GraphError::NoStreets { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// The same town without restricted streets and barriers; what is closed stays closed.
    pub(crate) fn opened(&self) -> Self {
        let mut open = Self { barriers: Vec::new(), ..self.clone() };
        for walk in &mut open.walks {
            walk.access = if walk.access == 7 { 7 } else { 0 };
        }
        open
    }

    /// The same town, where restricted streets and gates are shut to all.
    pub(crate) fn shut(&self) -> Self {
        let mut shut = self.clone();
        for walk in &mut shut.walks {
            walk.access = SHUT[walk.access];
        }
        for (_, kind) in &mut shut.barriers {
            *kind = if [1, 3, 5].contains(kind) { 0 } else { *kind };
        }
        shut
    }

    /// The same town, no node of whose ways is named twice in a row.
    pub(crate) fn without_repeats(mut self) -> Self {
        for walk in &mut self.walks {
            walk.moves.retain(|&step| step < STAY);
        }
        self
    }

    /// The same town with another way, from a node of the grid to a new one nearby.
    pub(crate) fn with_side_street(&self, node: usize, tags: &[(&str, &str)]) -> Drawing {
        let (x, y) = self.place(node);
        let drawing = self.to_drawing().node(FIRST + NODES as i64, x + 61, y + 67);
        drawing.way(1000, &[FIRST + node as i64, FIRST + NODES as i64], tags)
    }

    /// The same town with one way drawn as two, cut at one of its nodes.
    pub(crate) fn with_way_cut(&self, walk: usize, at: usize) -> Drawing {
        let nodes = self.walks[walk].nodes();
        let at = (1 + at).min(nodes.len() - 1);
        let tags = self.walks[walk].tags();
        let drawing = self.to_drawing().way(1 + walk as i64, &nodes[..=at], &tags);
        if at == nodes.len() - 1 { drawing } else { drawing.way(1001, &nodes[at..], &tags) }
    }
}

impl Walk {
    fn tags(&self) -> Vec<(&'static str, &'static str)> {
        let road = CLASSES.get(self.class).map(|&class| [("highway", class)]);
        let class =
            road.as_ref().map_or_else(|| FERRIES[self.class - CLASSES.len()], |road| &road[..]);
        let others =
            [ONEWAYS[self.oneway], ACCESSES[self.access], LIMITS[self.limit], ROUNDS[self.round]];
        [class, &others.concat()].concat()
    }

    fn ends(&self) -> [i64; 2] {
        let nodes = self.nodes();
        [nodes[0], nodes[nodes.len() - 1]]
    }

    /// Whether no node is missing or comes twice.
    fn is_whole(&self) -> bool {
        let mut nodes = self.nodes();
        nodes.sort_unstable();
        self.hole.is_none() && nodes.windows(2).all(|pair| pair[0] != pair[1])
    }

    fn nodes(&self) -> Vec<i64> {
        let (mut x, mut y) = (self.start as i32 % SIDE, self.start as i32 / SIDE);
        let mut nodes = vec![self.start as i64];
        for step in &self.moves {
            let (east, north) = match step {
                0..6 => (1, 0),
                6..12 => (0, 1),
                12..18 => (-1, 0),
                18..STAY => (0, -1),
                _ => (0, 0),
            };
            if (0..SIDE).contains(&(x + east)) && (0..SIDE).contains(&(y + north)) {
                (x, y) = (x + east, y + north);
                nodes.push(i64::from(y * SIDE + x));
            }
        }
        let mut nodes: Vec<i64> = nodes.into_iter().map(|node| FIRST + node).collect();
        if nodes.len() == 1 {
            nodes.push(FIRST + i64::from((self.start as i32 + 1) % NODES as i32));
        }
        if let Some(hole) = self.hole.filter(|&hole| hole < nodes.len()) {
            // No node has this id.
            nodes[hole] = 1;
        }
        nodes
    }
}
