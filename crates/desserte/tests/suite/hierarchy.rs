//! Does the hierarchy answer what a plain search answers, to the millisecond?
//!
//! On every map of the tests, in both directions, towards all nodes and towards
//! a few. That a plain search is right is `oracle.rs`.

use desserte::graph::{Heading, Hierarchy, Link, NodeId, RoadNetwork};
use desserte::search::{Selection, SingleSweep, WideSweep, Workspace};
use desserte::{Interrupted, Millis, Watch};
use proptest::prelude::*;

use crate::regions::{self, Dice};
use crate::sketch::{Palette, sketches};

fn hierarchy(network: &RoadNetwork) -> &Hierarchy {
    network.prepare(&Watch::new()).unwrap()
}

/// Some sources: each a node, or two that are reached at different times.
pub(crate) fn sources(network: &RoadNetwork, dice: &mut Dice, count: usize) -> Vec<Vec<Link>> {
    let nodes = network.graph().node_count();
    let any = |dice: &mut Dice| Link {
        node: NodeId(dice.below(nodes) as u32),
        time: Millis(dice.below(90_000) as u32),
    };
    (0..count).map(|_| (0..=dice.below(2)).map(|_| any(dice)).collect()).collect()
}

/// Sweeps from some sources to some nodes, and searches from each.
pub(crate) fn assert_alike(network: &RoadNetwork, sources: &[Vec<Link>], targets: &[NodeId]) {
    let hierarchy = hierarchy(network);
    let mut workspace = Workspace::new(network.graph());
    let (mut sweep, mut single) = (WideSweep::new(hierarchy), SingleSweep::new(hierarchy));
    for heading in [Heading::Forward, Heading::Backward] {
        let selection = Selection::above(hierarchy, heading, targets.iter().copied());
        for batch in sources.chunks(WideSweep::SOURCES) {
            sweep.run(&selection, batch.iter().map(|source| source.iter().copied()));
            for (lane, source) in batch.iter().enumerate() {
                let arcs = network.graph().arcs(heading);
                workspace.search(arcs, source.iter().copied(), Millis::INFINITY);
                single.run(&selection, [source.iter().copied()]);
                for &target in targets {
                    let searched = workspace.time(target);
                    let swept = sweep.time(&selection, target, lane);
                    assert_eq!(swept, searched, "{heading:?} {source:?} {target:?}");
                    assert_eq!(single.time(&selection, target, 0), searched, "{source:?}");
                }
            }
        }
    }
}

#[test]
fn a_sweep_over_everything_finds_the_times_of_a_search() {
    for region in regions::TOWNS.iter().chain([&*regions::RURAL]).chain(regions::REAL.iter()) {
        let network = &region.network;
        let count = network.graph().node_count() as u32;
        let sources = sources(network, &mut Dice::new(1), if count > 10_000 { 4 } else { 20 });
        assert_alike(network, &sources, &(0..count).map(NodeId).collect::<Vec<_>>());
    }
}

#[test]
fn a_sweep_over_what_lies_above_a_few_nodes_finds_the_same() {
    for region in [&*regions::RURAL].into_iter().chain(regions::REAL.iter()) {
        let network = &region.network;
        let mut dice = Dice::new(2);
        let count = network.graph().node_count();
        let targets: Vec<NodeId> = (0..50).map(|_| NodeId(dice.below(count) as u32)).collect();
        assert_alike(network, &sources(network, &mut dice, 33), &targets);
    }
}

#[test]
fn preparing_can_be_interrupted_and_asked_for_again() {
    let network =
        RoadNetwork::build(&regions::RURAL.extract, &crate::drawing::plain_car(), &Watch::new())
            .unwrap();
    let watch = Watch::new();
    watch.cancel();
    assert_eq!(network.prepare(&watch).unwrap_err(), Interrupted);
    assert!(network.prepared().is_none());
    assert!(network.prepare(&Watch::new()).is_ok());
    assert!(network.prepared().is_some());
}

#[test]
fn any_number_of_threads_prepares_the_same_hierarchy() {
    let graph = regions::RURAL.network.graph();
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Hierarchy::of(graph, &Watch::new()).unwrap())
    };
    assert_eq!(format!("{:?}", of(1)), format!("{:?}", of(4)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_sweep_finds_the_times_of_a_search_on_any_map(
        sketch in sketches(Palette::FULL),
        seed in any::<u64>(),
    ) {
        let Some(network) = sketch.to_network() else { return Ok(()) };
        let count = network.graph().node_count() as u32;
        let targets: Vec<NodeId> = (0..count).map(NodeId).collect();
        assert_alike(&network, &sources(&network, &mut Dice::new(seed), 17), &targets);
    }
}
