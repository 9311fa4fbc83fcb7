//! What do other ways of answering the same questions cost, on the same graph, in the same run?
//!
//! - `petgraph` from one place to all on the map as it was read: a vertex for every
//!   point of a street, by ascending number of its node, before streets are contracted
//!   and brought into the order of a curve. What is compared is the whole search.
//! - `osmpbfreader`: its iteration over every object, of which nothing is kept, and its search
//!   for the ways of a road network with their nodes, in memory of its own.
//! - The crate `fast_paths`: how long it prepares the same graph.
//! - The buckets of Knopp and others: many to many in a hierarchy by one small search a
//!   place, and a meeting at what lies above both; here in ours, and by our sweeps.
//!
//! # References
//!
//! S. Knopp, P. Sanders, D. Schultes, F. Schulz, D. Wagner, "Computing many-to-many shortest
//! paths using highway hierarchies", 2007, doi:10.1137/1.9781611972870.4.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fs::File,
    path::PathBuf,
};

use cpu_time::ProcessTime;
use desserte::{
    LonLat, Millis, Watch,
    graph::{
        Adjacency, Direction, Heading, Hierarchy, Link, NodeId, Place, RoadNetwork, StreetUse,
    },
    osm::OsmExtract,
    search::Workspace,
};
use desserte_benches::spread;
use osmpbfreader::{OsmObj, OsmPbfReader};
use petgraph::{
    algo::dijkstra,
    graph::{DiGraph, NodeIndex},
    visit::{EdgeRef, IntoEdgeReferences},
};

use super::best_of_five;

/// From so many places one searches for everything.
const SEARCHES: usize = 10;

/// Times of many to many, a row a source.
type Times = Vec<Vec<u32>>;

/// The map as it was read: an arc between any two points that follow one another.
pub(super) fn raw_graph(extract: &OsmExtract, network: &RoadNetwork) -> DiGraph<(), u32, u32> {
    let streets = network.streets();
    let mut ranks: HashMap<LonLat, u32> =
        streets.ids().flat_map(|street| streets.points(street)).map(|point| (*point, 0)).collect();
    let in_order =
        extract.positions.iter().filter_map(|position| ranks.get(position).map(|_| *position));
    let in_order: Vec<LonLat> = in_order.collect();
    for (rank, position) in (0..).zip(&in_order) {
        ranks.insert(*position, rank);
    }
    let mut graph = DiGraph::with_capacity(in_order.len(), 2 * in_order.len());
    for _ in &in_order {
        graph.add_node(());
    }
    for street in streets.ids() {
        for direction in [Direction::Forward, Direction::Backward] {
            let usage = StreetUse::new(street, direction);
            if streets.access(usage).is_none() {
                continue;
            }
            for (ends, times) in
                streets.points(street).windows(2).zip(streets.times(usage).windows(2))
            {
                let [a, b] = [ends[0], ends[1]].map(|end| NodeIndex::new(ranks[&end] as usize));
                let (from, to) = if direction == Direction::Forward { (a, b) } else { (b, a) };
                graph.add_edge(from, to, times[0].abs_diff(times[1]));
            }
        }
    }
    graph
}

/// CPU nanoseconds of one search to everything: by petgraph on one graph, by ours on another, each
/// the best of five rounds.
pub(super) fn one_to_all(raw: &DiGraph<(), u32, u32>, network: &RoadNetwork) -> [f64; 2] {
    let theirs = best_of_five(|| {
        let reached = |node| dijkstra(raw, NodeIndex::new(node), None, |arc| *arc.weight()).len();
        spread(SEARCHES, raw.node_count()).filter(|&node| reached(node) > 0).count()
    });
    let graph = network.graph();
    let mut workspace = Workspace::new(graph);
    let ours = best_of_five(|| {
        let mut reached = |node| {
            let source = Link { node: NodeId(node as u32), time: Millis::ZERO };
            workspace.search(graph.outward(), [source], Millis::DAY);
            workspace.reached().len()
        };
        spread(SEARCHES, graph.node_count()).filter(|&node| reached(node) > 0).count()
    });
    [theirs, ours]
}

/// CPU nanoseconds of reading a file: by the plain iteration of `osmpbfreader`, by its search for
/// streets and their nodes, and by ours; each the best of five rounds.
pub(super) fn reading(path: &PathBuf) -> [f64; 3] {
    let open = || OsmPbfReader::new(File::open(path).expect("the extract is there"));
    let is_street = |object: &OsmObj| object.is_way() && object.tags().contains_key("highway");
    let once = |_| 1;
    [
        best_of_five(|| once(open().par_iter().flatten().count())),
        best_of_five(|| once(open().get_objs_and_deps(is_street).map_or(0, |found| found.len()))),
        best_of_five(|| {
            let extract = OsmExtract::read(std::slice::from_ref(path), None, &Watch::new());
            once(extract.map_or(0, |extract| extract.ways.len()))
        }),
    ]
}

/// CPU seconds that `fast_paths` takes to prepare the graph.
pub(super) fn fast_paths_prepare(network: &RoadNetwork) -> f64 {
    let mut input = fast_paths::InputGraph::new();
    for arc in network.graph().edge_references() {
        if arc.source() != arc.target() {
            let weight = *arc.weight() as usize;
            input.add_edge(arc.source().index(), arc.target().index(), weight);
        }
    }
    input.freeze();
    let start = ProcessTime::now();
    let prepared = fast_paths::prepare(&input);
    let cost = start.elapsed().as_secs_f64();
    assert_eq!(prepared.get_num_nodes(), network.graph().node_count());
    cost
}

/// Times from some places to others by buckets.
pub(super) fn by_buckets(
    network: &RoadNetwork,
    hierarchy: &Hierarchy,
    (rows, columns): (&[Place], &[Place]),
) -> Times {
    let mut search = Upward::of(hierarchy);
    let mut buckets: Vec<Vec<(u32, u32)>> = vec![Vec::new(); hierarchy.node_count()];
    for (column, place) in (0..).zip(columns) {
        let ends = place.snap.iter().flat_map(|snap| network.arrivals(snap));
        for &(node, time) in search.run(hierarchy.climb(Heading::Backward), hierarchy, ends) {
            buckets[node as usize].push((column, time));
        }
    }
    let row = |place: &Place| {
        let mut times = vec![Millis::INFINITY.0; columns.len()];
        let starts = place.snap.iter().flat_map(|snap| network.departures(snap));
        for &(node, time) in search.run(hierarchy.climb(Heading::Forward), hierarchy, starts) {
            for &(column, rest) in &buckets[node as usize] {
                let best = &mut times[column as usize];
                *best = (*best).min(time + rest);
            }
        }
        times
    };
    rows.iter().map(row).collect()
}

/// A search up a hierarchy.
struct Upward {
    times: Vec<u32>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
    settled: Vec<(u32, u32)>,
}

impl Upward {
    fn of(hierarchy: &Hierarchy) -> Self {
        let times = vec![u32::MAX; hierarchy.node_count()];
        Self { times, queue: BinaryHeap::new(), settled: Vec::new() }
    }

    /// The positions above some nodes, and when one is there.
    fn run(
        &mut self,
        up: &Adjacency,
        hierarchy: &Hierarchy,
        begun: impl Iterator<Item = Link>,
    ) -> &[(u32, u32)] {
        for (node, _) in self.settled.drain(..) {
            self.times[node as usize] = u32::MAX;
        }
        for link in begun {
            self.offer(hierarchy.position(link.node).0, link.time.0);
        }
        while let Some(Reverse((time, node))) = self.queue.pop() {
            if time > self.times[node as usize] {
                continue;
            }
            self.settled.push((node, time));
            for link in up.links(NodeId(node)) {
                self.offer(link.node.0, time + link.time.0);
            }
        }
        &self.settled
    }

    fn offer(&mut self, node: u32, time: u32) {
        if time < self.times[node as usize] {
            self.times[node as usize] = time;
            self.queue.push(Reverse((time, node)));
        }
    }
}
