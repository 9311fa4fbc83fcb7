//! How fast is a map file read?
//!
//! One reading of the whole extract, hashing included, beside the plain
//! iteration of osmpbfreader over the same file (which builds nothing). It would
//! surprise to take more than twice as long per byte as that iteration.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use std::fs::File;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::{Watch, osm::OsmExtract};
use desserte_benches::bench_extract;
use osmpbfreader::OsmPbfReader;

fn read(criterion: &mut Criterion) {
    let path = bench_extract();
    let mut group = criterion.benchmark_group("osm");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(path.metadata().expect("the extract is there").len()));
    group.bench_function("OsmExtract::read", |bencher| {
        bencher.iter(|| OsmExtract::read(std::slice::from_ref(&path), None, &Watch::new()));
    });
    group.bench_function("osmpbfreader par_iter", |bencher| {
        bencher.iter(|| {
            let file = File::open(&path).expect("the extract is there");
            OsmPbfReader::new(file).par_iter().flatten().count()
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
