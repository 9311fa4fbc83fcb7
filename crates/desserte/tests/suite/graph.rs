//! Stage `graph`: what streets, junctions and snaps are, on maps small enough to draw.

use desserte::graph::{
    Direction, GraphError, Heading, JunctionId, NodeId, Place, RestrictionCounts, RoadNetwork,
    StreetId, StreetUse,
};
use desserte::matrix::{Question, Status, trips};
use desserte::osm::{OsmExtract, OsmWayId};
use desserte::{Interrupted, Metres, Millis, Watch};

use crate::drawing::{Drawing, anywhere, at, plain_car, street_of};
use crate::osm::read_town;
use crate::regions::{self, place_on, town};

const RADIUS: Metres = Metres(1000.0);

/// A cross of four streets at node 1.
pub(crate) fn cross() -> Drawing {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 0, 100)
        .node(4, -100, 0)
        .node(5, 0, -100)
        .street(12, &[1, 2])
        .street(13, &[1, 3])
        .street(14, &[1, 4])
        .street(15, &[1, 5])
}

fn trip(network: &RoadNetwork, from: Place, to: Place) -> Result<Millis, Status> {
    trips(network, &[from], &[to], Question::default(), &Watch::new()).unwrap()[0]
}

/// The places so many metres east and north, snapped.
pub(crate) fn snapped(network: &RoadNetwork, x: f64, y: f64) -> Place {
    network.snap(at(x, y), RADIUS)
}

fn ways_of(network: &RoadNetwork, street: StreetId) -> Vec<i64> {
    let streets = network.streets();
    let ways = streets.stretches(street).iter();
    ways.map(|stretch| streets.ways()[stretch.way as usize].id.0).collect()
}

#[test]
fn a_node_named_twice_in_a_row_is_passed_once() {
    // Way 16 never leaves the crossing, so that no street of no length lies there.
    let network = cross().street(12, &[1, 1, 2, 2]).street(16, &[1, 1]).to_network();
    let counts = network.manifest().counts;
    assert_eq!((counts.streets, counts.arcs), (4, 8));
    assert_eq!(network.streets().points(street_of(&network, 12)).len(), 2);
}

#[test]
fn three_ways_end_to_end_are_one_street_of_three_stretches() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 200, 0)
        .node(4, 200, 100)
        .node(5, 200, 200)
        .street(10, &[1, 2])
        // Drawn the other way, and with a bend.
        .street(11, &[4, 3, 2])
        .street(12, &[4, 5])
        .to_network();
    let counts = network.manifest().counts;
    assert_eq!((counts.streets, counts.junctions, counts.arcs), (1, 2, 2));
    let street = StreetId(0);
    assert_eq!(ways_of(&network, street), [10, 11, 12]);
    let stretches = network.streets().stretches(street);
    assert_eq!(stretches.iter().map(|s| s.first_point).collect::<Vec<_>>(), [0, 1, 3]);
    assert_eq!(stretches.iter().map(|s| s.is_reversed()).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(network.streets().points(street).len(), 5);
    assert!((network.streets().length(street).0 - 400.0).abs() < 2.0);
    let [there, back] = Direction::BOTH.map(|direction| StreetUse::new(street, direction));
    assert_eq!(network.streets().total_time(there), network.streets().total_time(back));
}

#[test]
fn a_street_ends_where_direction_access_or_a_barrier_changes() {
    let row = |tags: &[(&str, &str)], node: &[(&str, &str)]| {
        let drawing = Drawing::new().node(1, 0, 0).node(2, 100, 0).tagged(node).node(3, 200, 0);
        let plain = [("highway", "residential")];
        let drawing = drawing.way(10, &[1, 2], &plain);
        drawing.way(11, &[2, 3], &[&plain[..], tags].concat()).to_network().manifest().counts
    };
    let streets = |tags: &[(&str, &str)], node: &[(&str, &str)]| row(tags, node).streets;
    assert_eq!(streets(&[], &[]), 1);
    assert_eq!(streets(&[("name", "Rue Haute")], &[]), 1);
    assert_eq!(streets(&[("maxspeed", "30")], &[]), 1);
    assert_eq!(streets(&[("oneway", "yes")], &[]), 2);
    assert_eq!(streets(&[("access", "private")], &[]), 2);
    assert_eq!(streets(&[], &[("barrier", "lift_gate")]), 1);
    // A bollard makes two dead ends; a private gate joins them by a passage of its own.
    assert_eq!(row(&[], &[("barrier", "bollard")]).junctions, 4);
    assert_eq!(streets(&[], &[("barrier", "bollard")]), 2);
    assert_eq!(streets(&[], &[("barrier", "gate"), ("access", "private")]), 3);
}

#[test]
fn a_ring_without_a_junction_has_one_node_and_both_directions() {
    let ring = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 100, 100)
        .street(10, &[1, 2, 3, 1])
        .to_network();
    let counts = ring.manifest().counts;
    assert_eq!((counts.streets, counts.junctions, counts.nodes, counts.arcs), (1, 1, 1, 2));
    // 100, 100 and 141 m: from the second corner to the first, back along the side.
    let [second, first] = [place_on(&ring, StreetId(0), 1, 0), place_on(&ring, StreetId(0), 0, 2)];
    let time = trip(&ring, second, first).unwrap().0;
    assert!(time.abs_diff(8_750) < 50, "{time}");
}

#[test]
fn a_lollipop_is_a_stick_and_a_loop() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 200, 0)
        .node(4, 200, 100)
        .street(10, &[1, 2, 3, 4, 2])
        .to_network();
    let streets = network.streets();
    assert_eq!((streets.len(), network.manifest().counts.junctions), (2, 2));
    let is_loop = |street| {
        let usage = StreetUse::new(street, Direction::Forward);
        streets.tail(usage) == streets.head(usage)
    };
    assert_eq!(streets.ids().filter(|&street| is_loop(street)).count(), 1);
}

#[test]
fn a_way_is_cut_where_a_node_is_missing() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(4, 300, 0)
        .node(5, 400, 0)
        .street(10, &[1, 2, 3, 4, 5])
        .to_network();
    assert_eq!(network.manifest().counts.streets, 2);
    let [a, b] = [(50.0, 0.0), (350.0, 0.0)].map(|(x, y)| snapped(&network, x, y));
    assert_eq!(trip(&network, a, b), Err(Status::NoPath));
}

#[test]
fn restrictions_are_counted_by_what_became_of_them() {
    let extract = cross()
        .restriction(&[12], 1, &[13], "no_right_turn")
        .restriction(&[12], 1, &[99], "no_right_turn")
        .restriction(&[12], 2, &[13], "no_right_turn")
        .restriction_by(
            &[12],
            desserte::osm::Via::Node(desserte::osm::OsmNodeId(1)),
            &[13],
            &[("restriction", "no_right_turn"), ("except", "motorcar")],
        )
        .restriction_by(
            &[12],
            desserte::osm::Via::Way(OsmWayId(13)),
            &[14],
            &[("restriction", "no_u_turn")],
        )
        .restriction_over(&[12], &[13], &[13], "no_u_turn")
        .to_extract();
    let network = RoadNetwork::build(&extract, &anywhere(), &Watch::new()).unwrap();
    let expected = RestrictionCounts { applied: 2, not_binding: 1, via_way: 1, unmatched: 3 };
    assert_eq!(network.manifest().restrictions, expected);
}

#[test]
fn a_restricted_entry_gets_a_node_of_its_own() {
    let plain = cross().to_network();
    let restricted = cross().restriction(&[12], 1, &[13], "no_right_turn").to_network();
    let count = |network: &RoadNetwork| network.manifest().counts;
    assert_eq!(count(&plain).nodes + 1, count(&restricted).nodes);
    assert_eq!(count(&plain).junctions, count(&restricted).junctions);
    // From there neither right nor back: two exits.
    assert_eq!(count(&plain).arcs + 2, count(&restricted).arcs);
    let graph = restricted.graph();
    let crossing = restricted
        .streets()
        .ids()
        .map(|street| restricted.streets().tail(StreetUse::new(street, Direction::Forward)))
        .find(|&junction| graph.nodes_of(junction).count() == 2);
    let nodes: Vec<NodeId> = graph.nodes_of(crossing.unwrap()).collect();
    assert_eq!(nodes.iter().map(|&node| graph.out_arcs(node).count()).collect::<Vec<_>>(), [4, 2]);
}

#[test]
fn a_restriction_at_a_barrier_binds_nobody() {
    // Only straight on at a private gate: there is no other way on, and it stays open.
    for kind in ["only_straight_on", "no_u_turn", "no_straight_on"] {
        for (from, to) in [(10, 11), (11, 10)] {
            let network = Drawing::new()
                .node(1, 0, 0)
                .node(2, 100, 0)
                .tagged(&[("barrier", "gate"), ("access", "private")])
                .node(3, 200, 0)
                .node(4, 300, 0)
                .street(10, &[1, 2])
                .street(11, &[2, 3])
                .street(12, &[3, 4])
                .restriction(&[from], 2, &[to], kind)
                .to_network();
            assert_eq!(network.manifest().restrictions.unmatched, 1);
            let [a, b] = [10.0, 290.0].map(|x| snapped(&network, x, 0.0));
            assert!(trip(&network, a, b).is_ok(), "{kind} from {from} to {to}");
            assert!(trip(&network, b, a).is_ok(), "{kind} from {from} to {to}");
        }
    }
}

#[test]
fn two_places_outside_one_bend_of_a_one_way_street_are_one_point_of_it() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 100, 100)
        .way(10, &[1, 2, 3], &[("highway", "residential"), ("oneway", "yes")])
        .to_network();
    // The bend, once as the end of a segment and once as the beginning of the next.
    let mut places =
        [place_on(&network, StreetId(0), 0, 16), place_on(&network, StreetId(0), 1, 0)];
    for (place, x) in places.iter_mut().zip([110.0, 120.0]) {
        place.position = at(x, -10.0);
    }
    let [a, b] = places;
    assert_eq!(trip(&network, a, b), Ok(Millis::ZERO));
    assert_eq!(trip(&network, b, a), Ok(Millis::ZERO));
}

#[test]
fn any_algorithm_of_petgraph_runs_on_the_graph() {
    use petgraph::algo::{is_cyclic_directed, kosaraju_scc, tarjan_scc};
    use petgraph::visit::{
        Bfs, GraphProp as _, IntoEdgeReferences as _, IntoNodeIdentifiers as _, NodeIndexable as _,
        Visitable as _,
    };
    let graph = town("one_way_trap").network.graph();
    let sizes = |mut components: Vec<Vec<NodeId>>| {
        let mut sizes: Vec<usize> = components.iter_mut().map(|members| members.len()).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(kosaraju_scc(&graph)), sizes(tarjan_scc(&graph)));
    assert!(kosaraju_scc(&graph).len() > 1, "one can enter the trap and not leave");
    assert!(is_cyclic_directed(graph) && graph.is_directed());
    assert_eq!(graph.edge_references().count(), graph.arc_count());
    assert_eq!(graph.node_identifiers().count(), graph.node_count());
    assert_eq!(graph.node_bound(), graph.node_count());
    let mut walk = Bfs::new(graph, NodeId(0));
    let mut met = 0;
    while walk.next(graph).is_some() {
        met += 1;
    }
    assert!(met > 1 && met <= graph.node_count());
    let mut marks = graph.visit_map();
    graph.reset_map(&mut marks);
}

#[test]
fn every_arc_is_known_from_both_ends() {
    for region in regions::all() {
        let (graph, streets) = (region.network.graph(), region.network.streets());
        let mut entering = 0;
        for node in (0..graph.node_count() as u32).map(NodeId) {
            assert!(graph.nodes_of(graph.junction(node)).any(|copy| copy == node));
            for (arc, link) in graph.in_arcs(node) {
                entering += 1;
                let usage = graph.street_use(arc);
                assert_eq!(graph.link(arc).node, node);
                assert_eq!(graph.link(arc).time, link.time);
                assert_eq!(streets.tail(usage), graph.junction(link.node));
                assert_eq!(streets.head(usage), graph.junction(node));
                assert!(link.time > Millis::ZERO && link.time == streets.total_time(usage));
            }
            assert!(graph.out_arcs(node).map(|(arc, _)| arc).is_sorted());
        }
        assert_eq!(entering, graph.arc_count());
        assert_eq!(graph.arcs(Heading::Forward).node_count(), graph.node_count());
    }
}

#[test]
fn reachability_is_that_of_a_search_without_a_budget() {
    let network = &town("one_way_trap").network;
    let graph = network.graph();
    for node in (0..graph.node_count() as u32).map(NodeId) {
        for heading in [Heading::Forward, Heading::Backward] {
            let reached = network.reachability().from([node], heading);
            let mut workspace = desserte::search::Workspace::new(graph);
            let start = [desserte::graph::Link { node, time: Millis::ZERO }];
            workspace.search(graph.arcs(heading), start, Millis::DAY);
            for other in (0..graph.node_count() as u32).map(NodeId) {
                assert_eq!(reached.contains(other), workspace.time(other).is_reached());
            }
        }
    }
}

#[test]
fn junctions_stand_for_nodes_of_the_map() {
    let region = town("valley");
    let (network, extract) = (&region.network, &region.extract);
    for junction in (0..network.manifest().counts.junctions as u32).map(JunctionId) {
        let node = extract.node_index(network.junction_node(junction)).unwrap();
        assert_eq!(network.junction_position(junction), extract.positions[node.index()]);
    }
}

#[test]
fn a_build_can_be_stopped() {
    let watch = Watch::new();
    watch.cancel();
    let stopped = RoadNetwork::build(&cross().to_extract(), &anywhere(), &watch);
    assert_eq!(stopped.unwrap_err(), GraphError::Interrupted(Interrupted));
}

#[test]
fn an_extract_without_streets_is_refused() {
    let empty = RoadNetwork::build(&OsmExtract::default(), &plain_car(), &Watch::new());
    assert!(matches!(empty, Err(GraphError::NoStreets { ways: 0, .. })));
    let lonely = Drawing::new().node(1, 0, 0).street(10, &[1]).street(11, &[2, 3]);
    let lonely = RoadNetwork::build(&lonely.to_extract(), &plain_car(), &Watch::new());
    assert!(matches!(lonely, Err(GraphError::NoStreets { ways: 2, .. })));
}

#[test]
fn errors_read_as_advice() {
    let errors = [
        GraphError::NoStreets { ways: 12, profile: "car".to_owned() },
        GraphError::TooLarge { what: "arcs", count: 5_000_000_000, limit: 4_294_967_295 },
        GraphError::Interrupted(Interrupted),
    ];
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "none of the 12 ways of the extract may be used with the profile \"car\"; \
         check the profile, or that the extract covers land with roads",
            "5000000000 arcs are more than one network can hold (4294967295); clip the extract",
            "interrupted",
        ]
    );
}

#[test]
fn the_longest_public_network_stays_public_and_what_hangs_on_it_is_restricted() {
    // A hamlet of 200 m behind a private drive: its streets may end a trip, not pass one.
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 1000, 0)
        .node(3, 500, 0)
        .node(4, 500, 100)
        .node(5, 500, 300)
        .street(10, &[1, 3, 2])
        .way(11, &[3, 4], &[("highway", "service"), ("access", "private")])
        .street(12, &[4, 5])
        .to_network();
    let (main, behind) = (street_of_first(&network, 10), street_of(&network, 12));
    assert!(network.streets().is_public(main) && !network.streets().is_public(behind));
    let [farm, town] = [snapped(&network, 500.0, 250.0), snapped(&network, 10.0, 0.0)];
    assert!(trip(&network, farm, town).is_ok() && trip(&network, town, farm).is_ok());
}

/// Any street that a way has a part in.
fn street_of_first(network: &RoadNetwork, way: i64) -> StreetId {
    network.streets().ids().find(|&street| ways_of(network, street).contains(&way)).unwrap()
}

#[test]
fn a_gate_read_from_a_file_keeps_every_word_that_shuts_it() {
    let gate = |tags: &[(&str, &str)]| {
        let drawing = Drawing::new()
            .node(1, 0, 0)
            .node(2, 100, 0)
            .tagged(&[&[("barrier", "gate")], tags].concat())
            .node(3, 200, 0)
            .street(10, &[1, 2])
            .street(11, &[2, 3]);
        let extract = read_town(&drawing.to_town());
        RoadNetwork::build(&extract, &anywhere(), &Watch::new()).unwrap().streets().len()
    };
    assert_eq!(gate(&[]), 1);
    for key in ["access", "vehicle", "motor_vehicle", "motorcar"] {
        assert_eq!(gate(&[(key, "no")]), 2, "{key}");
        assert_eq!(gate(&[(key, "private")]), 3, "{key}");
    }
    assert_eq!(gate(&[("locked", "yes")]), 3);
}
