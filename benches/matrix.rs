//! How fast is a matrix, and the nearest of many?
//!
//! Spread junctions to spread junctions, in pairs a second. The wide matrix and
//! the tall one ask for the same pairs: searched from the smaller side, they
//! should cost the same.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{
    Metres, Watch,
    graph::{JunctionId, Place, RoadNetwork},
    matrix::{Question, nearest, travel_times},
};
use desserte_benches::{bench_extract, car_network, spread};

fn places(network: &RoadNetwork, count: usize) -> Vec<Place> {
    let junctions = spread(count, network.manifest().counts.junctions);
    let positions: Vec<_> =
        junctions.map(|junction| network.junction_position(JunctionId(junction as u32))).collect();
    network.snap_all(&positions, Metres(1000.0))
}

fn matrix(criterion: &mut Criterion) {
    let network = car_network(&bench_extract());
    let (few, many) = (places(&network, 20), places(&network, 1000));
    let mut group = criterion.benchmark_group("matrix");
    group.sample_size(10);
    group.throughput(Throughput::Elements(20_000));
    for (name, rows, columns) in [("20 x 1000", &few, &many), ("1000 x 20", &many, &few)] {
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| travel_times(&network, rows, columns, Question::default(), &Watch::new()));
        });
    }
    group.bench_function("nearest 3 of 20 for 1000", |bencher| {
        bencher.iter(|| nearest(&network, &many, &few, (3, Question::default()), &Watch::new()));
    });
    group.finish();
}

criterion_group!(benches, matrix);
criterion_main!(benches);
