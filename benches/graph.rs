//! How fast do ways become a network, and places points of it?
//!
//! The build is measured without the reading; per junction it should not depend
//! on the size of the network. Snapping is measured per place, the index made.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{LonLat, Metres, Watch, graph::JunctionId, graph::RoadNetwork, profile::Profile};
use desserte_benches::{bench_extract, car_network, grid, spread};

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("graph");
    group.sample_size(10);
    for side in [100, 300] {
        let (extract, profile) = (grid(side), Profile::car());
        group.throughput(Throughput::Elements(u64::from(side * side)));
        group.bench_function(format!("build, grid of {side} by {side} junctions"), |bencher| {
            bencher.iter(|| RoadNetwork::build(&extract, &profile, &Watch::new()));
        });
    }
    group.finish();
}

fn snap(criterion: &mut Criterion) {
    let network = car_network(&bench_extract());
    let places: Vec<LonLat> = spread(1000, network.manifest().counts.junctions)
        .map(|junction| network.junction_position(JunctionId(junction as u32)))
        .map(|LonLat { lon, lat }| LonLat { lon: lon + 3000, lat: lat + 2000 })
        .collect();
    let mut group = criterion.benchmark_group("graph");
    group.throughput(Throughput::Elements(places.len() as u64));
    group.bench_function("snap", |bencher| {
        bencher.iter(|| {
            let found = places.iter().map(|&place| network.snap(place, Metres(1000.0)));
            found.filter(|place| place.snap.is_some()).count()
        });
    });
    group.finish();
}

criterion_group!(benches, build, snap);
criterion_main!(benches);
