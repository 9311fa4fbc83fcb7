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
//! does not turn back there, unless there is no other way out. Where it speaks of
//! those who then follow a via way, that node leads along the way to further
//! ones: a copy of each junction on it for those who came by that arm. Whoever
//! leaves the way is among all others again.
//!
//! **Ferries.** The wait for one is part of the arc by which it is boarded. At a
//! landing from which the line goes on, those who come by it are on a node of
//! their own, whose arc onward has no wait.
//!
//! All are plain nodes and arcs, so every search is exact without knowing of
//! them. All other junctions stay one node.

use std::collections::BTreeSet;

use crate::profile::Access;

use super::{
    assemble::Assembly,
    error::GraphError,
    ferry::Ferries,
    manoeuvre::{Manoeuvres, Progress},
    road_graph::{Adjacency, ArcId, Link, NodeId, RoadGraph},
    street::{JunctionId, StreetUse, Streets},
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
    /// The restricted manoeuvres that one is in the middle of there.
    progress: Progress,
    layer: Layer,
    /// The ferry by which one came, where its line goes on.
    aboard: Option<StreetUse>,
}

/// The arc of a graph under construction.
type Draft = (NodeId, StreetUse, Link);

pub(super) fn split(assembly: &Assembly, manoeuvres: &Manoeuvres) -> Result<RoadGraph, GraphError> {
    let streets = &assembly.streets;
    let junction_count = assembly.junctions.nodes.len();
    let exits = exits_by_junction(streets, junction_count);
    let ferries = Ferries::of(assembly);
    let rules = Rules { streets, manoeuvres, exits: &exits, ferries };
    let states = rules.states(junction_count);
    let first_node = first_of_each(states.iter().map(|state| state.junction.0), junction_count);
    let numbers = Numbers { states: &states, first_node: &first_node };
    let mut drafts: Vec<Draft> = Vec::with_capacity(2 * streets.len());
    for (&state, node) in states.iter().zip((0..).map(NodeId)) {
        drafts.extend(rules.arcs(state).map(|(usage, head)| {
            let Link { node: head, time } = rules.link(usage, head, &numbers);
            let wait = rules.ferries.wait(state.aboard, usage);
            (node, usage, Link { node: head, time: time.plus(wait) })
        }));
    }
    if drafts.len() >= u32::MAX as usize {
        let (what, limit) = ("arcs", u32::MAX as usize);
        return Err(GraphError::TooLarge { what, count: drafts.len(), limit });
    }
    let uses = (0..2 * streets.len() as u32).map(StreetUse::from_index);
    let first_link = |usage| Some(rules.link(usage, rules.first_state(usage)?, &numbers));
    let entries = uses.map(|usage| first_link(usage).unwrap_or(Link::NONE)).collect();
    let graph = pack(states.len(), &drafts);
    let junctions = states.iter().map(|state| state.junction).collect();
    Ok(RoadGraph { first_node: first_node.into(), junctions, entries, ..graph })
}

/// Where one may go from each state.
struct Rules<'a> {
    streets: &'a Streets,
    manoeuvres: &'a Manoeuvres,
    exits: &'a Exits,
    ferries: Ferries<'a>,
}

impl Rules<'_> {
    /// Every state there is, in the order of the nodes: a public one for each junction, those at
    /// the end of each street, and those that manoeuvres of several streets lead to from there.
    fn states(&self, junction_count: usize) -> Vec<State> {
        let junctions = (0..junction_count as u32).map(JunctionId);
        let plain = |junction| State {
            junction,
            progress: Progress::NONE,
            layer: Layer::Public,
            aboard: None,
        };
        let mut states: Vec<State> = junctions.map(plain).collect();
        for usage in self.streets.uses() {
            let layers: &[Layer] = match self.streets.access(usage) {
                Some(Access::Restricted) => &[Layer::Leaving, Layer::Arriving],
                _ => &[Layer::Public],
            };
            states.extend(layers.iter().map(|&layer| self.after(Progress::NONE, usage, layer)));
        }
        states.sort_unstable();
        states.dedup();
        self.add_manoeuvres(&mut states);
        states
    }

    /// Adds the states that only lie in the middle of a manoeuvre.
    fn add_manoeuvres(&self, states: &mut Vec<State>) {
        let is_within = |state: &State| state.progress != Progress::NONE;
        let mut open: Vec<State> = states.iter().copied().filter(is_within).collect();
        let mut found: BTreeSet<State> = open.iter().copied().collect();
        while let Some(state) = open.pop() {
            let heads = self.arcs(state).map(|(_, head)| head).filter(is_within);
            open.extend(heads.filter(|&head| found.insert(head)));
        }
        states.extend(found);
        states.sort_unstable();
        states.dedup();
    }

    /// The arcs that leave a state, by ascending street, and where they lead.
    fn arcs(&self, state: State) -> impl Iterator<Item = (StreetUse, State)> + '_ {
        let State { junction, progress, layer, .. } = state;
        let back = self.manoeuvres.last(progress).map(StreetUse::reversed);
        let open = move |&usage: &StreetUse| {
            let layer = self.layer_after(layer, usage)?;
            let is_permitted = self.manoeuvres.permit(progress, usage);
            is_permitted.then(|| (usage, self.after(progress, usage, layer)))
        };
        let exits = self.exits.of(junction).iter().filter_map(open);
        let is_dead_end = back.is_some() && exits.clone().all(|(usage, _)| Some(usage) == back);
        exits.filter(move |&(usage, _)| is_dead_end || Some(usage) != back)
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

    fn after(&self, progress: Progress, usage: StreetUse, layer: Layer) -> State {
        let progress = self.manoeuvres.after(progress, usage);
        let junction = self.streets.head(usage);
        let aboard = self.ferries.aboard(usage, self.exits.of(junction));
        State { junction, progress, layer, aboard }
    }

    /// Where a trip that begins on a street stands at its end.
    fn first_state(&self, usage: StreetUse) -> Option<State> {
        let layer = match self.streets.access(usage)? {
            Access::Public => Layer::Public,
            Access::Restricted => Layer::Leaving,
        };
        Some(self.after(Progress::NONE, usage, layer))
    }

    /// Where a street leads, and how long it takes once one is on it.
    fn link(&self, usage: StreetUse, head: State, numbers: &Numbers<'_>) -> Link {
        Link { node: numbers.of(head), time: self.streets.through_time(usage) }
    }
}

/// The numbers of states.
struct Numbers<'a> {
    states: &'a [State],
    first_node: &'a [u32],
}

impl Numbers<'_> {
    fn of(&self, state: State) -> NodeId {
        let junction = state.junction.index();
        let first = self.first_node[junction];
        let copies = &self.states[first as usize..self.first_node[junction + 1] as usize];
        let place = copies.binary_search(&state);
        NodeId(first + place.expect("`Rules::states` lists what every arc leads to") as u32)
    }
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
        first: first_of_each(drafts.iter().map(|(tail, ..)| tail.0), node_count).into(),
        links: drafts.iter().map(|&(_, _, link)| link).collect(),
    };
    let mut inward_arcs: Vec<ArcId> = (0..drafts.len() as u32).map(ArcId).collect();
    inward_arcs.sort_by_key(|arc| drafts[arc.index()].2.node);
    let reversed = inward_arcs.iter().map(|arc| {
        let (tail, _, link) = drafts[arc.index()];
        Link { node: tail, time: link.time }
    });
    let heads = inward_arcs.iter().map(|arc| drafts[arc.index()].2.node.0);
    let first = first_of_each(heads, node_count).into();
    let inward = Adjacency { links: reversed.collect(), first };
    let arc_uses = drafts.iter().map(|&(_, usage, _)| usage).collect();
    let inward_arcs = inward_arcs.into();
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
