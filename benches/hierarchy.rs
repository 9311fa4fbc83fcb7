//! What do the hierarchy and its sweeps cost, beside plain searches and petgraph?
//!
//! Preparing, one tree, trees sixteen at a time, and matrices, on one thread.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{
    Metres, Millis, Watch,
    graph::{Heading, Hierarchy, JunctionId, Link, NodeId, Place, RoadNetwork},
    matrix::{Question, travel_times},
    search::{Selection, SingleSweep, WideSweep},
};
use desserte_benches::{bench_extract, car_network, spread};

fn places(network: &RoadNetwork, count: usize) -> Vec<Place> {
    let junctions = spread(count, network.manifest().counts.junctions);
    let positions: Vec<_> =
        junctions.map(|junction| network.junction_position(JunctionId(junction as u32))).collect();
    network.snap_all(&positions, Metres(1000.0))
}

fn trees(criterion: &mut Criterion) {
    let network = car_network(&bench_extract());
    let graph = network.graph();
    let mut group = criterion.benchmark_group("hierarchy");
    group.sample_size(10);
    group.bench_function("prepare", |bencher| {
        bencher.iter(|| Hierarchy::of(graph, &Watch::new()));
    });
    let hierarchy = network.prepare(&Watch::new()).expect("nobody cancels a bench");
    let everything = Selection::everything(hierarchy, Heading::Forward);
    let sources: Vec<[Link; 1]> = spread(16, graph.node_count())
        .map(|node| [Link { node: NodeId(node as u32), time: Millis::ZERO }])
        .collect();
    let (mut single, mut wide) = (SingleSweep::new(hierarchy), WideSweep::new(hierarchy));
    group.throughput(Throughput::Elements(graph.node_count() as u64));
    group.bench_function("one tree", |bencher| {
        bencher.iter(|| single.run(&everything, [sources[0]]));
    });
    group.throughput(Throughput::Elements(16 * graph.node_count() as u64));
    group.bench_function("sixteen trees", |bencher| {
        bencher.iter(|| wide.run(&everything, sources.iter().copied()));
    });
    group.finish();
}

fn matrices(criterion: &mut Criterion) {
    let network = car_network(&bench_extract());
    network.prepare(&Watch::new()).expect("nobody cancels a bench");
    let (some, many) = (places(&network, 50), places(&network, 1000));
    let mut group = criterion.benchmark_group("prepared matrix");
    group.sample_size(20);
    for (name, rows, columns) in
        [("1000 x 1000", &many, &many), ("1000 x 50", &many, &some), ("50 x 1000", &some, &many)]
    {
        group.throughput(Throughput::Elements((rows.len() * columns.len()) as u64));
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| travel_times(&network, rows, columns, Question::default(), &Watch::new()));
        });
    }
    group.finish();
}

criterion_group!(benches, trees, matrices);
criterion_main!(benches);
