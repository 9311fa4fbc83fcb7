//! How fast are indicators, over a country and over a fine grid?
//!
//! All communes of France to as many practices as there are, of which some forty
//! million pairs lie within half an hour; and fifty thousand cells to five
//! hundred care points, where one practice opens or closes. The times are made
//! up, evenly spread: what indicators cost does not depend on the roads.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desserte::indicator::{
    Decay, MinuteTable, Pairs, Step, Variant, catchments, criticality, time_to_nearest,
};

const COMMUNES: usize = 34_900;
const PRACTICES: usize = 25_000;
const PAIRS_A_ROW: usize = 1_146;
const CELLS: usize = 50_000;
const SITES: usize = 500;

/// Minutes below forty, in steps that follow no order.
fn made_up(count: usize) -> Vec<f32> {
    let scattered = (0..count as u64).map(|cell| cell.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40);
    scattered.map(|bits| bits as f32 * (40.0 / 16_777_216.0)).collect()
}

/// The decay of the French APL since 2015.
fn steps() -> Decay {
    let steps = [(10.0, 1.0), (15.0, 2.0 / 3.0), (20.0, 1.0 / 3.0)];
    let steps = steps.map(|(below, weight)| Step { below, weight });
    Decay::steps(&steps).unwrap_or_else(|error| panic!("{error}"))
}

fn table(minutes: &[f32], rows: usize) -> MinuteTable<'_> {
    let columns = minutes.len() / rows;
    MinuteTable::new(minutes, rows, columns).unwrap_or_else(|error| panic!("{error}"))
}

fn country(criterion: &mut Criterion) {
    let minutes = made_up(COMMUNES * PAIRS_A_ROW);
    let offsets: Vec<usize> = (0..=COMMUNES).map(|row| row * PAIRS_A_ROW).collect();
    // Neighbouring communes reach practices that stand beside one another.
    let first = |row: usize| row * (PRACTICES - PAIRS_A_ROW) / COMMUNES;
    let columns: Vec<u32> = (0..COMMUNES)
        .flat_map(|row| (first(row)..first(row) + PAIRS_A_ROW).map(|column| column as u32))
        .collect();
    let pairs = Pairs { offsets: &offsets, columns: &columns, minutes: &minutes };
    let table = MinuteTable::sparse(pairs, PRACTICES).unwrap_or_else(|error| panic!("{error}"));
    let (people, care, decay) = (vec![1_900.0; COMMUNES], vec![1.0; PRACTICES], steps());
    let mut group = criterion.benchmark_group("indicator of a country");
    group.sample_size(10);
    group.throughput(Throughput::Elements(minutes.len() as u64));
    group.bench_function("APL", |bencher| {
        bencher.iter(|| catchments(table, &people, &care, &decay, Variant::TwoStep));
    });
    group.bench_function("nearest", |bencher| bencher.iter(|| time_to_nearest(table, 1)));
    group.finish();
}

fn cells(criterion: &mut Criterion) {
    let minutes = made_up(CELLS * SITES);
    let (table, decay) = (table(&minutes, CELLS), steps());
    let people = vec![40.0; CELLS];
    let (all, mut one) = (vec![1.0; SITES], vec![0.0; SITES]);
    one[SITES / 2] = 1.0;
    let mut group = criterion.benchmark_group("indicator of cells");
    group.sample_size(10);
    group.throughput(Throughput::Elements(minutes.len() as u64));
    for (name, care) in [("APL of all", &all), ("APL of one site", &one)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| catchments(table, &people, care, &decay, Variant::TwoStep));
        });
    }
    group.bench_function("nearest", |bencher| bencher.iter(|| time_to_nearest(table, 1)));
    group.bench_function("each site removed in turn", |bencher| {
        bencher.iter(|| criticality(table, &people, 20.0));
    });
    group.finish();
}

criterion_group!(benches, country, cells);
criterion_main!(benches);
