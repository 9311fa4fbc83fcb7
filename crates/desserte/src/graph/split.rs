//! How many nodes does a junction need, and which arcs leave each?
//!
//! **Access.** A street that only those may use who begin or end their trip
//! behind it is put in two layers, *leaving* and *arriving*; all other streets
//! are in the *public* layer between them. One goes from leaving to public to
//! arriving, never back, so no trip can use a private street as a short cut.
//!
//! ```text
//!   leaving ==restricted==> leaving        public ==public==> public
//!   leaving ====public====> public         public ==restricted==> arriving ==restricted==> arriving
//! ```
//!
//! **Turns.** Where a restriction speaks of those who enter a junction by one
//! arm, that arm leads to a node of its own, with the exits that remain. One
//! does not turn back there, unless there is no other way out.
//!
//! Both are plain nodes and arcs, so every search is exact without knowing of
//! them. All other junctions stay one node.

use crate::profile::Access;

use super::{
    assemble::Assembly,
    error::GraphError,
    road_graph::{Adjacency, ArcId, Link, NodeId, RoadGraph},
    street::{JunctionId, StreetUse, Streets},
    turn::{Turns, TurnsFrom},
};

/// Where a trip stands with respect to restricted streets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Layer {
    Leaving,
    Public,
    Arriving,
}

/// What tells the nodes of one junction apart; ordered as they are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    junction: JunctionId,
    /// The restricted entry it was reached by, if any.
    entry: Option<StreetUse>,
    layer: Layer,
}

/// The arc of a graph under construction.
type Draft = (NodeId, StreetUse, Link);

pub(super) fn split(assembly: &Assembly, turns: &Turns) -> Result<RoadGraph, GraphError> {
    let streets = &assembly.streets;
    let states = states(assembly, turns);
    let junction_count = assembly.junctions.nodes.len();
    let first_node = first_of_each(states.iter().map(|state| state.junction.0), junction_count);
    let splitter = Splitter { streets, turns, states: &states, first_node: &first_node };
    let exits = exits_by_junction(streets, junction_count);
    let mut drafts: Vec<Draft> = Vec::with_capacity(2 * streets.len());
    for (&state, node) in states.iter().zip((0..).map(NodeId)) {
        splitter.add_arcs(state, node, exits.of(state.junction), &mut drafts);
    }
    if drafts.len() >= u32::MAX as usize {
        let (what, limit) = ("arcs", u32::MAX as usize);
        return Err(GraphError::TooLarge { what, count: drafts.len(), limit });
    }
    let entries = (0..2 * streets.len() as u32).map(|index| splitter.first_link(index)).collect();
    let graph = pack(states.len(), &drafts);
    let junctions = states.iter().map(|state| state.junction).collect();
    Ok(RoadGraph { first_node, junctions, entries, ..graph })
}

/// Every node there is: a public one for each junction, and those that some arc leads to.
fn states(assembly: &Assembly, turns: &Turns) -> Vec<State> {
    let junctions = (0..assembly.junctions.nodes.len() as u32).map(JunctionId);
    let mut states: Vec<State> =
        junctions.map(|junction| State { junction, entry: None, layer: Layer::Public }).collect();
    for usage in assembly.streets.uses() {
        let layers: &[Layer] = match assembly.streets.access(usage) {
            Some(Access::Restricted) => &[Layer::Leaving, Layer::Arriving],
            _ => &[Layer::Public],
        };
        let entry = turns.contains_key(&usage).then_some(usage);
        let junction = assembly.streets.head(usage);
        states.extend(layers.iter().map(|&layer| State { junction, entry, layer }));
    }
    states.sort_unstable();
    states.dedup();
    states
}

struct Splitter<'a> {
    streets: &'a Streets,
    turns: &'a Turns,
    states: &'a [State],
    first_node: &'a [u32],
}

impl Splitter<'_> {
    /// The arcs that leave one node, by ascending street.
    fn add_arcs(&self, state: State, node: NodeId, exits: &[StreetUse], drafts: &mut Vec<Draft>) {
        let turns = state.entry.map(|entry| (entry, &self.turns[&entry]));
        let open: Vec<(StreetUse, Layer)> = exits
            .iter()
            .filter_map(|&exit| self.layer_after(state.layer, exit).map(|layer| (exit, layer)))
            .collect();
        let is_dead_end = turns.is_some_and(|turns| is_dead_end(turns, &open));
        for &(exit, layer) in &open {
            if turns.is_none_or(|turns| is_permitted(turns, exit, is_dead_end)) {
                drafts.push((node, exit, self.link(exit, layer)));
            }
        }
    }

    /// The layer a trip is in after using a street; `None` where it may not.
    fn layer_after(&self, layer: Layer, usage: StreetUse) -> Option<Layer> {
        match (layer, self.streets.access(usage)?) {
            (Layer::Leaving, Access::Restricted) => Some(Layer::Leaving),
            (Layer::Leaving | Layer::Public, Access::Public) => Some(Layer::Public),
            (Layer::Public | Layer::Arriving, Access::Restricted) => Some(Layer::Arriving),
            (Layer::Arriving, Access::Public) => None,
        }
    }

    /// Where a street leads, in a layer, and how long it takes.
    fn link(&self, usage: StreetUse, layer: Layer) -> Link {
        let entry = self.turns.contains_key(&usage).then_some(usage);
        let state = State { junction: self.streets.head(usage), entry, layer };
        Link { node: self.number(state), time: self.streets.through_time(usage) }
    }

    fn number(&self, state: State) -> NodeId {
        let junction = state.junction.index();
        let first = self.first_node[junction];
        let copies = &self.states[first as usize..self.first_node[junction + 1] as usize];
        let place = copies.binary_search(&state);
        NodeId(first + place.expect("`states` lists the head of every use in its layers") as u32)
    }

    /// Where a trip that begins on a street enters the graph.
    fn first_link(&self, index: u32) -> Option<Link> {
        let usage = StreetUse::from_index(index);
        let layer = match self.streets.access(usage)? {
            Access::Public => Layer::Public,
            Access::Restricted => Layer::Leaving,
        };
        Some(self.link(usage, layer))
    }
}

fn is_dead_end((entry, turns): (StreetUse, &TurnsFrom), open: &[(StreetUse, Layer)]) -> bool {
    !open.iter().any(|&(exit, _)| exit != entry.reversed() && turns.permit(exit))
}

fn is_permitted(
    (entry, turns): (StreetUse, &TurnsFrom),
    exit: StreetUse,
    is_dead_end: bool,
) -> bool {
    turns.permit(exit) && (is_dead_end || exit != entry.reversed())
}

/// The permitted street uses that leave each junction.
struct Exits {
    first: Vec<u32>,
    uses: Vec<StreetUse>,
}

impl Exits {
    fn of(&self, junction: JunctionId) -> &[StreetUse] {
        let range = &self.first[junction.index()..=junction.index() + 1];
        &self.uses[range[0] as usize..range[1] as usize]
    }
}

fn exits_by_junction(streets: &Streets, junction_count: usize) -> Exits {
    let mut uses: Vec<StreetUse> = streets.uses().collect();
    uses.sort_by_key(|&usage| streets.tail(usage));
    let tails = uses.iter().map(|&usage| streets.tail(usage).0);
    Exits { first: first_of_each(tails, junction_count), uses }
}

/// Turns a sorted list of keys below `count` into where each key begins.
fn first_of_each(keys: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut first = vec![0_u32; count + 1];
    for key in keys {
        first[key as usize + 1] += 1;
    }
    for index in 0..count {
        first[index + 1] += first[index];
    }
    first
}

/// Packs the drafts, which come by ascending tail, in both directions.
fn pack(node_count: usize, drafts: &[Draft]) -> RoadGraph {
    let outward = Adjacency {
        first: first_of_each(drafts.iter().map(|(tail, ..)| tail.0), node_count),
        links: drafts.iter().map(|&(_, _, link)| link).collect(),
    };
    let mut inward_arcs: Vec<ArcId> = (0..drafts.len() as u32).map(ArcId).collect();
    inward_arcs.sort_by_key(|arc| drafts[arc.index()].2.node);
    let reversed = inward_arcs.iter().map(|arc| {
        let (tail, _, link) = drafts[arc.index()];
        Link { node: tail, time: link.time }
    });
    let heads = inward_arcs.iter().map(|arc| drafts[arc.index()].2.node.0);
    let inward = Adjacency { links: reversed.collect(), first: first_of_each(heads, node_count) };
    let arc_uses = drafts.iter().map(|&(_, usage, _)| usage).collect();
    RoadGraph { outward, inward, inward_arcs, arc_uses, ..RoadGraph::default() }
}

impl StreetUse {
    /// The inverse of [`StreetUse::index`].
    const fn from_index(index: u32) -> Self {
        use super::street::{Direction, StreetId};
        let direction = if index & 1 == 0 { Direction::Forward } else { Direction::Backward };
        Self::new(StreetId(index >> 1), direction)
    }
}
