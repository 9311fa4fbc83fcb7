//! How fast is one search?
//!
//! Thirty minutes around spread nodes, and everything around them, per settled
//! node, beside petgraph's Dijkstra on the very same graph. It would surprise to
//! be less than three times as fast per settled node.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{
    Millis,
    graph::{Link, NodeId, RoadGraph},
    search::Workspace,
};
use desserte_benches::{bench_extract, car_network, spread};
use petgraph::{algo::dijkstra, visit::EdgeRef};

fn settled(graph: &RoadGraph, workspace: &mut Workspace, source: NodeId, budget: Millis) -> usize {
    let source = Link { node: source, time: Millis::ZERO };
    workspace.search(graph.outward(), [source], budget);
    workspace.reached().len()
}

fn one_to_all(criterion: &mut Criterion) {
    let network = car_network(&bench_extract());
    let graph = network.graph();
    let mut workspace = Workspace::new(graph);
    let sources: Vec<NodeId> =
        spread(20, graph.node_count()).map(|node| NodeId(node as u32)).collect();
    let mut group = criterion.benchmark_group("search");
    group.sample_size(20);
    for (name, budget) in [("30 minutes", Millis(1_800_000)), ("one to all", Millis::DAY)] {
        let nodes: usize =
            sources.iter().map(|&source| settled(graph, &mut workspace, source, budget)).sum();
        group.throughput(Throughput::Elements(nodes as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let counts =
                    sources.iter().map(|&source| settled(graph, &mut workspace, source, budget));
                counts.sum::<usize>()
            });
        });
    }
    group.bench_function("one to all, petgraph", |bencher| {
        bencher.iter(|| {
            let counts = sources
                .iter()
                .map(|&source| dijkstra(graph, source, None, |arc| *arc.weight()).len());
            counts.sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, one_to_all);
criterion_main!(benches);
