//! How long does a saved network take to open, and to answer first?
//!
//! Opening is measured with the file in the memory of the system, as it is for
//! every process but the first; it sums up every byte, the hierarchy's too, so it is given per byte.
//! The first snap makes the tree over the streets. Reading and building, beside
//! them, is what opening saves.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{Metres, Watch, graph::JunctionId, graph::RoadNetwork};
use desserte_benches::{bench_extract, car_network};

fn saved(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a bench may write to the folder of temporary files");
    let path = folder.path().join("network.desserte");
    let network = car_network(&bench_extract());
    let _hierarchy = network.prepare(&Watch::new()).unwrap_or_else(|error| panic!("{error}"));
    network.save(&path).unwrap_or_else(|error| panic!("{error}"));
    let bytes = std::fs::metadata(&path).map_or(0, |it| it.len());
    let open = || RoadNetwork::load(&path).unwrap_or_else(|error| panic!("{error}"));
    let mut group = criterion.benchmark_group("saved");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("open", |bencher| bencher.iter(open));
    group.bench_function("open and snap", |bencher| {
        bencher.iter(|| {
            let network = open();
            network.snap(network.junction_position(JunctionId(0)), Metres(1000.0))
        });
    });
    group.bench_function("save", |bencher| bencher.iter(|| network.save(&path)));
    group.bench_function("read and build instead", |bencher| {
        bencher.iter(|| car_network(&bench_extract()));
    });
    group.finish();
}

criterion_group!(benches, saved);
criterion_main!(benches);
