//! Are the graph, the searches and the matrix right?
//!
//! Two independent answers. [`SlowMap`] searches the raw ways by the
//! definitions alone, and shares nothing with the graph; every time and every
//! "no path" must be the same, to the millisecond. petgraph's Dijkstra runs on
//! the arcs, and every node's time must be the same as the bucket queue's.
//!
//! Both on the towns, the rural extract, the real extracts and random maps.

use std::collections::HashMap;

use desserte::graph::{Heading, Link, NodeId, Place, RoadGraph, RoadNetwork};
use desserte::matrix::{Question, Status, TravelTimes, TripDirection, travel_times};
use desserte::osm::OsmExtract;
use desserte::profile::Profile;
use desserte::search::Workspace;
use desserte::{Metres, Millis, Watch};
use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

use crate::drawing::{anywhere, plain_car, sailing_car, snapping_anywhere, waiting_car};
use crate::regions::{
    self, Dice, RURAL, Region, TOWNS, is_same_place, places_off_streets, places_on_streets,
};
use crate::sketch::{Palette, Sketch, sketches};
use crate::slow::{SlowMap, Stand};

/// The oracle's answer for all pairs of some places, row by row.
struct Answer<'a> {
    places: &'a [Place],
    times: Vec<Result<Millis, Status>>,
}

impl<'a> Answer<'a> {
    fn of(map: &SlowMap<'_>, network: &RoadNetwork, places: &'a [Place]) -> Self {
        let stands: Vec<Option<Stand>> = places
            .iter()
            .map(|place| place.snap.map(|snap| map.stand(network.streets(), &snap).unwrap()))
            .collect();
        let mut times = Vec::with_capacity(places.len() * places.len());
        for (start, from) in places.iter().zip(&stands) {
            let begun = from.map(|from| map.begun_from(from));
            for (end, to) in places.iter().zip(&stands) {
                let legs = [start, end].map(|place| place.snap.map(|snap| snap.access_time.0));
                times.push(match (from, to, &begun) {
                    (None, ..) => Err(Status::OriginOffNetwork),
                    (_, None, _) => Err(Status::DestinationOffNetwork),
                    _ if is_same_place(start, end) => Ok(Millis::ZERO),
                    (Some(from), Some(to), Some(begun)) => map
                        .time(begun, *from, *to)
                        .map(|time| Millis(time + legs.iter().flatten().sum::<u32>()))
                        .filter(|&time| time <= Millis::DAY)
                        .ok_or(Status::NoPath),
                    _ => unreachable!("a start on the network has been searched from"),
                });
            }
        }
        Self { places, times }
    }

    fn time(&self, row: usize, column: usize) -> Result<Millis, Status> {
        self.times[row * self.places.len() + column]
    }

    /// Where a matrix over the same places says otherwise.
    fn disagreements(
        &self,
        matrix: &TravelTimes,
        question: Question,
        tolerance: u32,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for row in 0..self.places.len() {
            for column in 0..self.places.len() {
                let (there, back) = (self.time(row, column), self.time(column, row));
                let expected = match (question.direction, self.places[row].snap) {
                    (_, None) => Err(Status::OriginOffNetwork),
                    _ if self.places[column].snap.is_none() => Err(Status::DestinationOffNetwork),
                    (TripDirection::From, _) => there,
                    (TripDirection::To, _) => back,
                    (TripDirection::Both, _) => there.and_then(|there| Ok(there.plus(back?))),
                };
                let told = matrix.time(row, column);
                let is_right = match (told, expected) {
                    (Ok(told), Ok(expected)) => told.0.abs_diff(expected.0) <= tolerance,
                    (told, expected) => told == expected,
                };
                if !is_right {
                    let places = [row, column].map(|place| self.places[place]);
                    found.push(format!(
                        "{question:?}, {row} to {column}: told {told:?}, expected {expected:?}\n{places:?}"
                    ));
                }
            }
        }
        found
    }
}

/// Asks the same pairs in every direction, from either side, and compares.
fn check(
    map: &SlowMap<'_>,
    network: &RoadNetwork,
    places: &[Place],
    tolerance: u32,
) -> Vec<String> {
    let answer = Answer::of(map, network, places);
    let mut found = Vec::new();
    // One row more than columns, and the searches go backward.
    let longer: Vec<Place> = places.iter().chain(places.first()).copied().collect();
    for direction in [TripDirection::From, TripDirection::To, TripDirection::Both] {
        let question = Question { direction, ..Question::default() };
        for rows in [places, &longer] {
            let matrix = travel_times(network, rows, places, question, &Watch::new()).unwrap();
            found.extend(answer.disagreements(&matrix, question, tolerance));
        }
    }
    found
}

/// Leaves out places that lie on two segments of one way, since which is meant is not known, and
/// on ferries, where no trip ends.
fn on_the_map(map: &SlowMap<'_>, network: &RoadNetwork, mut places: Vec<Place>) -> Vec<Place> {
    places.retain(|place| {
        let stand = |snap| map.stand(network.streets(), &snap);
        place.snap.is_none_or(|snap| stand(snap).is_some_and(|stand| !map.is_on_ferry(stand)))
    });
    places
}

/// The slow map, whose restrictions must have fared as those of the network did.
fn slow_map<'a>(extract: &'a OsmExtract, network: &RoadNetwork, profile: &Profile) -> SlowMap<'a> {
    let map = SlowMap::of(extract, profile);
    assert_eq!(map.restrictions, network.manifest().restrictions);
    map
}

/// Compares on points of streets, where every millisecond must agree, and on
/// snapped positions, whose offset is rounded once at either end.
fn check_region(region: &Region, counts: [usize; 2]) {
    check_network(region, &region.network, &plain_car(), counts);
}

/// The same where signs, lights and greater roads make one wait.
fn check_waits(region: &Region, counts: [usize; 2]) {
    let network = RoadNetwork::build(&region.extract, &waiting_car(), &Watch::new()).unwrap();
    check_network(region, &network, &waiting_car(), counts);
}

fn check_network(
    Region { name, extract, .. }: &Region,
    network: &RoadNetwork,
    profile: &Profile,
    counts: [usize; 2],
) {
    let map = slow_map(extract, network, profile);
    assert!(!map.is_undecided, "{name}: two networks of one length");
    let mut dice = Dice::new(5);
    let on = on_the_map(&map, network, places_on_streets(network, &mut dice, counts[0]));
    let off = on_the_map(&map, network, places_off_streets(network, &mut dice, counts[1]));
    let mut found = check(&map, network, &on, 0);
    found.extend(check(&map, network, &off, 2));
    assert!(found.is_empty(), "{name}: {} disagree\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_town_agrees_with_a_search_over_the_raw_ways() {
    for region in TOWNS.iter() {
        check_region(region, [40, 20]);
    }
}

#[test]
fn the_rural_extract_agrees_with_a_search_over_the_raw_ways() {
    check_region(&RURAL, [60, 30]);
}

#[test]
fn real_extracts_agree_with_a_search_over_the_raw_ways() {
    for region in regions::REAL.iter() {
        check_region(region, [40, 20]);
    }
}

#[test]
fn waits_in_every_town_are_those_of_the_words() {
    for region in TOWNS.iter() {
        check_waits(region, [40, 20]);
    }
}

#[test]
fn waits_in_the_rural_extract_are_those_of_the_words() {
    check_waits(&RURAL, [60, 30]);
}

#[test]
fn waits_in_real_extracts_are_those_of_the_words() {
    for region in regions::REAL.iter() {
        check_waits(region, [40, 20]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn waits_on_random_maps_are_those_of_the_words(
        sketch in sketches(Palette::SIGNED),
        seed in 0..1000_u64,
    ) {
        check_sketch(&sketch, &snapping_anywhere(&waiting_car()), seed)?;
    }

    #[test]
    fn ferries_on_random_maps_are_waited_for_as_the_words_say(
        sketch in sketches(Palette::SIGNED).prop_map(Sketch::with_ferries),
        seed in 0..1000_u64,
    ) {
        check_sketch(&sketch, &snapping_anywhere(&sailing_car()), seed)?;
    }

    #[test]
    fn random_maps_agree_with_a_search_over_the_raw_ways(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
    ) {
        check_sketch(&sketch, &anywhere(), seed)?;
    }

    #[test]
    fn random_maps_of_short_ways_agree_with_a_search_over_the_raw_ways(
        sketch in sketches(Palette::FULL).prop_map(Sketch::of_short_ways),
        seed in 0..1000_u64,
    ) {
        check_sketch(&sketch, &anywhere(), seed)?;
    }

    #[test]
    fn random_maps_agree_with_petgraph_on_their_arcs(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
    ) {
        if let Some(network) = sketch.to_network() {
            let found = check_searches(network.graph(), &mut Dice::new(seed), 4);
            prop_assert!(found.is_empty(), "{}", found.join("\n"));
        }
    }
}

fn check_sketch(sketch: &Sketch, profile: &Profile, seed: u64) -> Result<(), TestCaseError> {
    let extract = sketch.to_extract();
    let Some(network) = sketch.to_network_of(profile) else { return Ok(()) };
    let extract = without_repeats(extract);
    let map = slow_map(&extract, &network, profile);
    prop_assume!(!map.is_undecided);
    let mut dice = Dice::new(seed);
    let on = on_the_map(&map, &network, places_on_streets(&network, &mut dice, 16));
    let mut found = check(&map, &network, &on, 0);
    let off = on_the_map(&map, &network, places_off_streets(&network, &mut dice, 4));
    found.extend(check(&map, &network, &off, 2));
    prop_assert!(found.is_empty(), "{} disagree\n{}", found.len(), found.join("\n"));
    Ok(())
}

/// The same map as the reader gives it: a node that a way names twice in a row counts once.
fn without_repeats(mut extract: OsmExtract) -> OsmExtract {
    let nodes = std::mem::take(&mut extract.way_nodes);
    for way in &mut extract.ways {
        let first = way.first_node as usize;
        way.first_node = extract.way_nodes.len() as u32;
        let same = nodes[first..first + way.node_count as usize].chunk_by(|a, b| a == b);
        extract.way_nodes.extend(same.map(|same| same[0]));
        way.node_count = extract.way_nodes.len() as u32 - way.first_node;
    }
    extract
}

/// Times from a node by petgraph, along the arcs or against them.
struct Dijkstra<'a> {
    graph: &'a RoadGraph,
    reversed: DiGraph<(), u32>,
}

impl<'a> Dijkstra<'a> {
    fn of(graph: &'a RoadGraph) -> Self {
        use petgraph::visit::{EdgeRef as _, IntoEdgeReferences as _};
        let mut reversed = DiGraph::with_capacity(graph.node_count(), graph.arc_count());
        for _ in 0..graph.node_count() {
            reversed.add_node(());
        }
        for arc in graph.edge_references() {
            let [tail, head] =
                [arc.source(), arc.target()].map(|node| NodeIndex::new(node.index()));
            reversed.add_edge(head, tail, *arc.weight());
        }
        Self { graph, reversed }
    }

    fn times(&self, node: NodeId, heading: Heading) -> HashMap<usize, u32> {
        use petgraph::visit::EdgeRef as _;
        match heading {
            Heading::Forward => dijkstra(self.graph, node, None, |arc| *arc.weight())
                .into_iter()
                .map(|(node, time)| (node.index(), time))
                .collect(),
            Heading::Backward => {
                let start = NodeIndex::new(node.index());
                dijkstra(&self.reversed, start, None, |arc| *arc.weight())
                    .into_iter()
                    .map(|(node, time)| (node.index(), time))
                    .collect()
            }
        }
    }
}

/// Runs one workspace through searches of all kinds, each of which must leave no trace on the next.
fn check_searches(graph: &RoadGraph, dice: &mut Dice, rounds: usize) -> Vec<String> {
    let petgraph = Dijkstra::of(graph);
    let mut workspace = Workspace::new(graph);
    let mut found = Vec::new();
    for round in 0..rounds {
        let source = NodeId(dice.below(graph.node_count()) as u32);
        let heading = [Heading::Forward, Heading::Backward][round % 2];
        let expected = petgraph.times(source, heading);
        let furthest = expected.values().copied().max().unwrap_or_default();
        let budgets = [Millis::DAY, Millis(dice.below(furthest as usize + 1) as u32), Millis::ZERO];
        for budget in budgets {
            let start = [Link { node: source, time: Millis::ZERO }];
            workspace.search(graph.arcs(heading), start, budget);
            let told: HashMap<usize, u32> = workspace
                .reached()
                .iter()
                .map(|node| (node.index(), workspace.time(*node).0))
                .collect();
            let within: HashMap<usize, u32> = expected
                .iter()
                .map(|(k, v)| (*k, *v))
                .filter(|(_, time)| *time <= budget.0)
                .collect();
            if told != within || told.len() != workspace.reached().len() {
                found.push(format!(
                    "{heading:?} from {source:?} within {budget:?}: {told:?} is not {within:?}"
                ));
            }
            stop_early(graph, &mut workspace, dice);
        }
    }
    found
}

/// A search that is given up at its first step, the other way round, from somewhere else.
fn stop_early(graph: &RoadGraph, workspace: &mut Workspace, dice: &mut Dice) {
    let node = NodeId(dice.below(graph.node_count()) as u32);
    let start = [Link { node, time: Millis(dice.below(100_000) as u32) }];
    workspace.search_until(graph.inward(), start, Millis::DAY, |_, _| true);
}

#[test]
fn every_region_agrees_with_petgraph_on_its_arcs() {
    for region in regions::all() {
        let rounds = if region.network.graph().node_count() > 10_000 { 4 } else { 10 };
        let found = check_searches(region.network.graph(), &mut Dice::new(9), rounds);
        assert!(found.is_empty(), "{}: {} searches disagree", region.name, found.len());
    }
}

#[test]
fn an_early_stop_leaves_final_times_behind_the_frontier() {
    let graph = RURAL.network.graph();
    let petgraph = Dijkstra::of(graph);
    let mut workspace = Workspace::new(graph);
    let source = NodeId(graph.node_count() as u32 / 2);
    let expected = petgraph.times(source, Heading::Forward);
    let start = [Link { node: source, time: Millis::ZERO }];
    let mut final_until = Millis::ZERO;
    workspace.search_until(graph.outward(), start, Millis::DAY, |_, frontier| {
        final_until = frontier;
        frontier > Millis(300_000)
    });
    let settled = workspace.reached().iter().filter(|node| workspace.time(**node) < final_until);
    let settled: HashMap<usize, u32> =
        settled.map(|node| (node.index(), workspace.time(*node).0)).collect();
    let expected: HashMap<usize, u32> =
        expected.into_iter().filter(|(_, time)| *time < final_until.0).collect();
    assert!(expected.len() > 100);
    assert_eq!(settled, expected);
}

#[test]
fn several_sources_count_each_from_its_own_time() {
    let graph = RURAL.network.graph();
    let petgraph = Dijkstra::of(graph);
    let mut dice = Dice::new(3);
    let sources: Vec<Link> = (0..5)
        .map(|_| Link {
            node: NodeId(dice.below(graph.node_count()) as u32),
            time: Millis(dice.below(1_800_000) as u32),
        })
        .collect();
    let mut expected: HashMap<usize, u32> = HashMap::new();
    for source in &sources {
        for (node, time) in petgraph.times(source.node, Heading::Forward) {
            let best = expected.entry(node).or_insert(u32::MAX);
            *best = (*best).min(time + source.time.0);
        }
    }
    let mut workspace = Workspace::new(graph);
    workspace.search(graph.outward(), sources, Millis::DAY);
    let told: HashMap<usize, u32> =
        workspace.reached().iter().map(|node| (node.index(), workspace.time(*node).0)).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_place_beyond_every_street_is_off_the_network_on_either_side() {
    let network = &RURAL.network;
    let mut places = places_on_streets(network, &mut Dice::new(1), 2);
    let mut nowhere = places[0].position;
    nowhere.lat += 50_000_000;
    places.push(network.snap(nowhere, Metres(1000.0)));
    let map = slow_map(&RURAL.extract, network, &plain_car());
    assert_eq!(check(&map, network, &places, 0), Vec::<String>::new());
}
