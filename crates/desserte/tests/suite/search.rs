//! Stage `search`: bounded searches, the ways they found, and journeys, on the towns drawn by hand.
//!
//! That times are right is `oracle.rs`; here is what a caller relies on besides.

use desserte::graph::{Direction, Heading, Link, NodeId, Place, RoadGraph, RoadNetwork};
use desserte::search::{Journey, LengthSource, PathLengths, StretchKind, Workspace, path_to};
use desserte::{Metres, Millis, Watch};

use crate::drawing::{Drawing, at};
use crate::regions::{Dice, RURAL, places_on_streets, town};

fn source(node: u32) -> [Link; 1] {
    [Link { node: NodeId(node), time: Millis::ZERO }]
}

/// A node in the midst of a network.
fn midst(graph: &RoadGraph) -> u32 {
    graph.node_count() as u32 / 2
}

fn snapped(network: &RoadNetwork, x: f64, y: f64) -> Place {
    network.snap(at(x, y), Metres(1000.0))
}

fn journey(network: &RoadNetwork, from: Place, to: Place) -> Option<Journey> {
    Journey::between(network, &mut Workspace::new(network.graph()), &from, &to)
}

/// A street of one kilometre and a lane of 100 m, and a private drive at its end.
fn village() -> RoadNetwork {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 1000, 0)
        .node(3, 1000, 100)
        .node(4, 1000, 200)
        .node(5, 2000, 0)
        .way(10, &[1, 2, 5], &[("highway", "tertiary"), ("maxspeed", "80"), ("name", "D 2")])
        .street(11, &[2, 3])
        .way(12, &[4, 3], &[("highway", "service"), ("maxspeed", "40"), ("access", "private")])
        .to_network()
}

#[test]
fn a_budget_is_inclusive() {
    let graph = RURAL.network.graph();
    let mut workspace = Workspace::new(graph);
    workspace.search(graph.outward(), source(midst(graph)), Millis(120_000));
    let last = workspace.reached().iter().map(|&node| workspace.time(node)).max().unwrap();
    let count = workspace.reached().len();
    assert!(count > 100);
    workspace.search(graph.outward(), source(midst(graph)), last);
    assert_eq!(workspace.reached().len(), count);
    workspace.search(graph.outward(), source(midst(graph)), Millis(last.0 - 1));
    assert!(workspace.reached().len() < count);
}

#[test]
fn a_larger_budget_reaches_the_same_nodes_at_the_same_times_and_more() {
    let graph = RURAL.network.graph();
    let (mut small, mut large) = (Workspace::new(graph), Workspace::new(graph));
    for heading in [Heading::Forward, Heading::Backward] {
        for minutes in [1, 5, 20] {
            small.search(graph.arcs(heading), source(midst(graph)), Millis(minutes * 60_000));
            large.search(graph.arcs(heading), source(midst(graph)), Millis(minutes * 61_000));
            assert!(small.reached().iter().all(|&node| small.time(node) == large.time(node)));
            assert!(small.reached().len() <= large.reached().len());
        }
    }
}

#[test]
fn a_source_beyond_the_budget_or_no_source_reaches_nothing() {
    let graph = town("valley").network.graph();
    let mut workspace = Workspace::new(graph);
    workspace.search(graph.outward(), source(0), Millis::DAY);
    assert!(!workspace.reached().is_empty());
    workspace.search(graph.outward(), [], Millis::DAY);
    assert!(workspace.reached().is_empty());
    let late = [Link { node: NodeId(0), time: Millis(2) }];
    workspace.search(graph.outward(), late, Millis(1));
    assert!(workspace.reached().is_empty());
    assert_eq!(workspace.time(NodeId(0)), Millis::INFINITY);
}

#[test]
#[should_panic(expected = "the workspace of another graph")]
fn a_workspace_of_another_graph_is_a_bug() {
    let mut workspace = Workspace::new(town("valley").network.graph());
    workspace.search(RURAL.network.graph().outward(), source(0), Millis::DAY);
}

#[test]
fn a_network_lends_the_same_memory_again() {
    let region = town("valley");
    let network = RoadNetwork::build(&region.extract, &crate::drawing::plain_car(), &Watch::new());
    let network = network.unwrap();
    let mut lease = Workspace::on(&network);
    lease.search(network.graph().outward(), source(0), Millis::DAY);
    let reached = lease.reached().len();
    drop(lease);
    assert_eq!(Workspace::on(&network).reached().len(), reached);
    let (one, other) = (Workspace::on(&network), Workspace::on(&network));
    assert_eq!((one.reached().len(), other.reached().len()), (reached, 0));
}

#[test]
fn the_way_back_from_a_node_adds_up_to_its_time() {
    let graph = RURAL.network.graph();
    let mut workspace = Workspace::new(graph);
    let sources = source(midst(graph));
    workspace.search(graph.outward(), sources, Millis(600_000));
    for &node in workspace.reached().iter().step_by(17) {
        let (first, arcs) = path_to(graph, &workspace, &sources, node).unwrap();
        let mut here = first;
        let mut time = Millis::ZERO;
        for arc in arcs {
            assert!(graph.out_arcs(here).any(|(out, _)| out == arc));
            (here, time) = (graph.link(arc).node, time.plus(graph.link(arc).time));
        }
        assert_eq!((first, here, time), (sources[0].node, node, workspace.time(node)));
    }
    let unreached = (0..graph.node_count() as u32).map(NodeId);
    let unreached = unreached.into_iter().find(|&node| !workspace.time(node).is_reached()).unwrap();
    assert_eq!(path_to(graph, &workspace, &sources, unreached), None);
}

#[test]
fn of_equally_fast_ways_the_shortest_gives_the_length() {
    // Two ways round a block take the same time: 400 m at 72 km/h, 200 m at 36.
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 200, 0)
        .node(3, 0, 100)
        .node(4, 200, 100)
        .node(5, -100, 0)
        .node(6, 300, 0)
        .way(10, &[1, 2], &[("highway", "residential"), ("maxspeed", "20")])
        .way(11, &[1, 3, 4, 2], &[("highway", "residential"), ("maxspeed", "40")])
        .street(12, &[5, 1])
        .street(13, &[2, 6])
        .to_network();
    let (graph, streets) = (network.graph(), network.streets());
    let mut workspace = Workspace::new(graph);
    let mut lengths = PathLengths::new(graph);
    for node in 0..graph.node_count() as u32 {
        for heading in [Heading::Forward, Heading::Backward] {
            workspace.search(graph.arcs(heading), source(node), Millis::DAY);
            let start = LengthSource { node: NodeId(node), time: Millis::ZERO, millimetres: 5 };
            lengths.measure((graph, streets), &workspace, &[start], heading);
            assert_eq!(lengths.millimetres(NodeId(node)), 5);
            for other in (0..graph.node_count() as u32).map(NodeId) {
                let straight = desserte::geodesy::distance(
                    network.junction_position(graph.junction(NodeId(node))),
                    network.junction_position(graph.junction(other)),
                );
                // The junctions lie on one line; the block is as fast either way, to the millisecond.
                let told = (lengths.millimetres(other) - 5) as f64 / 1000.0;
                let least = straight.0 - 0.01;
                assert!(told >= least && told <= straight.0 + 200.5, "{told} {}", straight.0);
            }
        }
    }
}

#[test]
fn a_journey_is_told_way_by_way_between_its_access_legs() {
    let network = village();
    let (from, to) = (snapped(&network, 100.0, 10.0), snapped(&network, 1000.0, 180.0));
    let journey = journey(&network, from, to).unwrap();
    let ways: Vec<Option<(i64, Direction)>> = journey
        .stretches
        .iter()
        .map(|stretch| match stretch.kind {
            StretchKind::Access => None,
            StretchKind::Street { way, direction } => {
                Some((network.streets().ways()[way as usize].id.0, direction))
            }
        })
        .collect();
    let [forward, backward] = Direction::BOTH;
    assert_eq!(ways, [None, Some((10, forward)), Some((11, forward)), Some((12, backward)), None]);
    let near = |told: f64, expected: f64| (told - expected).abs() <= 0.5;
    let metres: Vec<f64> = journey.stretches.iter().map(|stretch| stretch.length.0).collect();
    for (told, expected) in metres.iter().zip([10.0, 900.0, 100.0, 80.0, 0.0]) {
        assert!(near(*told, expected), "{metres:?}");
    }
    // 10 m on foot, 900 m at 72 km/h, 180 m at 36 km/h.
    let seconds: Vec<f64> = journey.stretches.iter().map(|s| f64::from(s.time.0) / 1e3).collect();
    for (told, expected) in seconds.iter().zip([9.0, 45.0, 10.0, 8.0, 0.0]) {
        assert!(near(*told, expected), "{seconds:?}");
    }
    assert!(journey.stretches.iter().all(|stretch| stretch.delay == Millis::ZERO));
    assert!(journey.stretches.iter().all(|stretch| stretch.line.len() >= 2));
}

#[test]
fn a_journey_on_one_street_is_one_stretch() {
    let network = village();
    let (from, to) = (snapped(&network, 1500.0, 0.0), snapped(&network, 1200.0, 0.0));
    let journey = journey(&network, from, to).unwrap();
    assert_eq!(journey.stretches.len(), 3);
    let street = &journey.stretches[1];
    assert!(matches!(street.kind, StretchKind::Street { direction: Direction::Backward, .. }));
    assert!((street.length.0 - 300.0).abs() < 0.5 && street.time.0.abs_diff(15_000) < 20);
}

#[test]
fn there_is_no_journey_where_there_is_no_way() {
    let network = &town("one_way_trap").network;
    let places = places_on_streets(network, &mut Dice::new(2), 40);
    let mut workspace = Workspace::new(network.graph());
    let mut journey =
        |from: &Place, to: &Place| Journey::between(network, &mut workspace, from, to);
    let found = places.iter().flat_map(|a| places.iter().map(move |b| (a, b)));
    let (mut with, mut without) = (0, 0);
    for (from, to) in found {
        *(if journey(from, to).is_some() { &mut with } else { &mut without }) += 1;
    }
    assert!(with > 0 && without > 0, "{with} {without}");
    let nowhere = network.snap(at(50_000.0, 50_000.0), Metres(1000.0));
    assert_eq!(journey(&places[0], &nowhere), None);
    assert_eq!(journey(&nowhere, &nowhere), None);
    let none = journey(&places[0], &places[0]).unwrap();
    assert_eq!((none.time, none.stretches.len()), (Millis::ZERO, 0));
}
