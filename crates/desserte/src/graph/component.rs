//! Which places can be reached from which at all, and which streets are worth snapping to?
//!
//! Two questions, both answered by strongly connected components.
//!
//! A street is worth snapping to if the public network it belongs to is large
//! enough to be one: a car park that the map forgot to join is not, an island
//! is. Whether it is the largest does not matter.
//!
//! Whether a trip exists at all, however long, is read off the condensation of
//! the searched graph: a handful of components besides the main one.

use petgraph::{algo::kosaraju_scc, graph::DiGraph, graph::NodeIndex};

use crate::{profile::Access, profile::Profile, units::Metres};

use super::{
    assemble::Assembly,
    road_graph::{Heading, NodeId, RoadGraph},
    street::{StreetId, StreetUse, Streets},
};

/// For each street, whether it may be snapped to.
pub(super) fn snappable(assembly: &Assembly, profile: &Profile) -> Vec<bool> {
    let streets = &assembly.streets;
    let count = assembly.junctions.nodes.len();
    let public = components(streets, count, |usage| streets.access(usage) == Some(Access::Public));
    let all = components(streets, count, |usage| streets.access(usage).is_some());
    let is_network = large_enough(streets, &public, profile);
    let mut leads_to_network = vec![false; count];
    for (public, all) in public.iter().zip(&all) {
        leads_to_network[*all as usize] |= is_network[*public as usize];
    }
    let is_snappable = |street| {
        if streets.is_public(street) {
            shared(streets, street, &public).is_some_and(|network| is_network[network as usize])
        } else {
            // A screened gate is a passage, not a place.
            streets.length_mm[street.index()] > 0
                && shared(streets, street, &all).is_some_and(|all| leads_to_network[all as usize])
        }
    };
    streets.ids().map(is_snappable).collect()
}

/// The strongly connected component of each junction, over some of the street uses.
fn components(
    streets: &Streets,
    junction_count: usize,
    includes: impl Fn(StreetUse) -> bool,
) -> Vec<u32> {
    let mut graph = DiGraph::<(), ()>::with_capacity(junction_count, 2 * streets.len());
    for _ in 0..junction_count {
        graph.add_node(());
    }
    for usage in streets.uses().filter(|&usage| includes(usage)) {
        let (tail, head) = (streets.tail(usage), streets.head(usage));
        graph.add_edge(NodeIndex::new(tail.index()), NodeIndex::new(head.index()), ());
    }
    let mut component = vec![0; junction_count];
    for (label, members) in (0..).zip(kosaraju_scc(&graph)) {
        for junction in members {
            component[junction.index()] = label;
        }
    }
    component
}

/// For each public component, whether it has enough streets or junctions to be a network.
fn large_enough(streets: &Streets, public: &[u32], profile: &Profile) -> Vec<bool> {
    let (Metres(least_length), least_junctions) = profile.smallest_network();
    let mut lengths = vec![0.0; public.len()];
    let mut junctions = vec![0_usize; public.len()];
    for street in streets.ids().filter(|&street| streets.is_public(street)) {
        if let Some(component) = shared(streets, street, public) {
            lengths[component as usize] += streets.length(street).0;
        }
    }
    for &component in public {
        junctions[component as usize] += 1;
    }
    let sizes = lengths.iter().zip(&junctions);
    sizes.map(|(&length, &count)| length >= least_length || count >= least_junctions).collect()
}

/// The component that both ends of a street belong to.
fn shared(streets: &Streets, street: StreetId, components: &[u32]) -> Option<u32> {
    let [tail, head] = streets.ends[street.index()].map(|end| components[end.index()]);
    (tail == head).then_some(tail)
}

/// The condensation of the searched graph: who can be reached at all.
#[derive(Debug)]
pub struct Reachability {
    component: Vec<u32>,
    /// Components next to each component, sorted, each once: along the arcs, and against them.
    neighbours: [Vec<Vec<u32>>; 2],
}

impl Reachability {
    pub(super) fn of(graph: &RoadGraph) -> Self {
        let groups = kosaraju_scc(&graph);
        let mut component = vec![0_u32; graph.node_count()];
        for (label, members) in (0..).zip(&groups) {
            for &node in members {
                component[node.index()] = label;
            }
        }
        let neighbours = [&graph.outward, &graph.inward].map(|arcs| {
            let next = |(own, members): (u32, &Vec<NodeId>)| {
                let ends = members.iter().flat_map(|&node| arcs.links(node));
                let mut next: Vec<u32> = ends.map(|link| component[link.node.index()]).collect();
                next.retain(|&label| label != own);
                next.sort_unstable();
                next.dedup();
                next
            };
            (0..).zip(&groups).map(next).collect()
        });
        Self { component, neighbours }
    }

    /// Every component that can be reached from any of these nodes, or that can
    /// reach any of them.
    #[must_use]
    pub fn from(&self, nodes: impl IntoIterator<Item = NodeId>, heading: Heading) -> Reached<'_> {
        let neighbours = &self.neighbours[heading as usize];
        let mut is_reached = vec![false; neighbours.len()];
        let mut open: Vec<u32> =
            nodes.into_iter().map(|node| self.component[node.index()]).collect();
        while let Some(component) = open.pop() {
            if !std::mem::replace(&mut is_reached[component as usize], true) {
                open.extend_from_slice(&neighbours[component as usize]);
            }
        }
        Reached { component: &self.component, is_reached }
    }
}

/// What can be reached from some nodes, however long it takes.
#[derive(Debug)]
pub struct Reached<'a> {
    component: &'a [u32],
    is_reached: Vec<bool>,
}

impl Reached<'_> {
    /// Whether a node can be reached.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.is_reached[self.component[node.index()] as usize]
    }
}
