//! How fast is a plan, and the proof of how good it is?
//!
//! Villages spread over a square, people with a heavy tail, every village a candidate: the
//! p-median and maximal covering of 300 by 300 and 1000 by 1000, and covering all of 1000. The
//! local optimum alone (one beginning, no bound) should cost less than 6 ns a pair; the choice
//! of 48 beginnings under 100 ms at 300 by 300, with its bound under 300 ms.

#![allow(missing_docs, reason = "criterion makes the functions of a bench")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use desserte::{
    Watch,
    indicator::MinuteTable,
    siting::{Effort, Goal, Instance, Reach, Role, solve},
};
use desserte_benches::spread;

struct Territory {
    cells: Vec<f32>,
    people: Vec<f64>,
    roles: Vec<Role>,
}

fn territory(side: usize) -> Territory {
    const FINE: usize = 1 << 20;
    let numbers: Vec<f64> = spread(3 * side, FINE).map(|at| at as f64 / FINE as f64).collect();
    // A sequence is even along itself: taken a third apart, its parts are not along each other.
    let shuffled = |at: usize, of: usize| numbers[(at * 389 + of * side + of * 17) % (3 * side)];
    let place = |at| [60.0 * shuffled(at, 0), 60.0 * shuffled(at * at + 7, 1)];
    let places: Vec<[f64; 2]> = (0..side).map(place).collect();
    let minutes = |a: &[f64; 2], b: &[f64; 2]| (1.3 * (a[0] - b[0]).hypot(a[1] - b[1])) as f32;
    Territory {
        cells: places.iter().flat_map(|a| places.iter().map(|b| minutes(a, b))).collect(),
        people: (0..side).map(|at| (20.0 * shuffled(at, 2).max(1e-5).powf(-0.9)).round()).collect(),
        roles: vec![Role::Candidate; side],
    }
}

fn siting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("siting");
    group.sample_size(10);
    for side in [300, 1000] {
        let territory = territory(side);
        let table = MinuteTable::new(&territory.cells, side, side).expect("minutes that are sound");
        let instance = Instance::new(table, &territory.people, &territory.roles, None)
            .expect("a territory with people");
        group.throughput(Throughput::Elements((side * side) as u64));
        let median = Goal::MinMeanTime { within: None, unserved: None };
        let cover = Goal::MaxCoverage(Reach::Within(8.0));
        let (whole, swaps) = (Effort::default(), Effort { steps: 0, ..Effort::default() });
        let one = Effort { steps: 0, starts: 1, ..Effort::default() };
        for count in [5, 10, 20] {
            for (name, goal, effort) in [
                ("median, one local optimum", &median, &one),
                ("median, 48 of them", &median, &swaps),
                ("median, with its bound", &median, &whole),
                ("coverage, with its bound", &cover, &whole),
            ] {
                let id = BenchmarkId::new(format!("{name}, {side} x {side}"), count);
                group.bench_function(id, |bencher| {
                    bencher.iter(|| solve(&instance, goal, Some(count), effort, &Watch::new()));
                });
            }
        }
        let all = Goal::CoverAll { within: 8.0 };
        group.bench_function(BenchmarkId::new("cover all", side), |bencher| {
            bencher.iter(|| solve(&instance, &all, None, &whole, &Watch::new()));
        });
    }
    group.finish();
}

criterion_group!(benches, siting);
criterion_main!(benches);
