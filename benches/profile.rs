//! How fast is a way put to the rules of a traveller?
//!
//! Every way of the extract once, in open country, as the build of a network
//! does it; reading the file is not measured.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::Watch;
use desserte::osm::OsmExtract;
use desserte::profile::{Profile, Setting};
use desserte_benches::bench_extract;

fn way_use(criterion: &mut Criterion) {
    let extract = OsmExtract::read(&[bench_extract()], None, &Watch::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let mut group = criterion.benchmark_group("profile");
    group.throughput(Throughput::Elements(extract.ways.len() as u64));
    for name in Profile::names() {
        let profile = Profile::built_in(name).unwrap_or_else(|error| panic!("{error}"));
        let setting = Setting::of(&profile);
        group.bench_function(format!("way_use, {name}"), |bencher| {
            bencher.iter(|| {
                let ways = extract.ways.iter().map(|way| extract.tags.get(way.tags));
                ways.filter_map(|tags| profile.way_use(tags, setting)).count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, way_use);
criterion_main!(benches);
