//! What holds of any indicator, and the vector of the APL that was worked out by hand.

use desserte::indicator::{
    Catchments, Decay, IndicatorError, Losses, MinuteTable, Pairs, Step, Variant, accessibility,
    catchments, choices, coverage, criticality, nearest_among, time_to_nearest,
};
use proptest::prelude::*;

const NAN: f32 = f32::NAN;

fn drees() -> Decay {
    let step = |below, weight| Step { below, weight };
    Decay::steps(&[step(10.0, 1.0), step(15.0, 2.0 / 3.0), step(20.0, 1.0 / 3.0)]).unwrap()
}

/// Minutes with holes, people and care, of a small territory.
#[derive(Clone, Debug)]
struct Territory {
    cells: Vec<f32>,
    demand: Vec<f64>,
    supply: Vec<f64>,
}

impl Territory {
    fn table(&self) -> MinuteTable<'_> {
        MinuteTable::new(&self.cells, self.demand.len(), self.supply.len()).unwrap()
    }

    fn shared(&self, variant: Variant) -> Catchments {
        catchments(self.table(), &self.demand, &self.supply, &drees(), variant).unwrap()
    }

    /// The care that anybody reaches, and what was handed out of it.
    fn balance(&self, shared: &Catchments) -> (f64, f64) {
        let within = self.supply.iter().zip(&shared.weighted_demand);
        let reached = within.filter(|&(_, &demand)| demand > 0.0).map(|(supply, _)| supply).sum();
        let given = self.demand.iter().zip(&shared.access).map(|(people, access)| people * access);
        (reached, given.sum())
    }
}

/// The cells of a territory that have a time.
struct Kept {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    minutes: Vec<f32>,
    width: usize,
}

impl Kept {
    fn of(t: &Territory) -> Self {
        let width = t.supply.len();
        let mut kept = Self { offsets: vec![0], columns: vec![], minutes: vec![], width };
        for row in t.cells.chunks(width) {
            let cells = row.iter().enumerate().filter(|(_, time)| !time.is_nan());
            for (column, &time) in cells {
                kept.columns.push(column as u32);
                kept.minutes.push(time);
            }
            kept.offsets.push(kept.columns.len());
        }
        kept
    }

    fn table(&self) -> MinuteTable<'_> {
        MinuteTable::sparse(
            Pairs { offsets: &self.offsets, columns: &self.columns, minutes: &self.minutes },
            self.width,
        )
        .unwrap()
    }
}

/// The total of what people lose, and who loses it, by closing one column and looking again.
fn loss_of(t: &Territory, closed: usize, within: f32) -> [f64; 4] {
    let mut lost = [0.0; 4];
    for (row, people) in t.cells.chunks(t.supply.len()).zip(&t.demand) {
        let least = |skip: usize| {
            let others = row.iter().enumerate().filter(|&(at, time)| at != skip && !time.is_nan());
            others.map(|(_, &time)| time).reduce(f32::min)
        };
        let (before, after) = (least(usize::MAX), least(closed));
        let is_first =
            before.is_some() && row.iter().position(|&t| Some(t) == before) == Some(closed);
        if is_first {
            lost[0] += people;
            match after {
                Some(after) => lost[1] += people * f64::from(after - before.unwrap()),
                None => lost[3] += people,
            }
        }
        let is_within = |time: Option<f32>| time.is_some_and(|time| time <= within);
        if is_within(before) && !is_within(after) {
            lost[2] += people;
        }
    }
    lost
}

fn territory() -> impl Strategy<Value = Territory> {
    (1_usize..90, 1_usize..12).prop_flat_map(|(rows, columns)| {
        let cell = prop_oneof![1 => Just(NAN), 6 => 0.0_f32..30.0];
        (
            prop::collection::vec(cell, rows * columns),
            prop::collection::vec(prop_oneof![Just(0.0), 1.0..5000.0], rows),
            prop::collection::vec(prop_oneof![Just(0.0), 1.0..9000.0], columns),
        )
            .prop_map(|(cells, demand, supply)| Territory { cells, demand, supply })
    })
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn variant() -> impl Strategy<Value = Variant> {
    prop_oneof![Just(Variant::TwoStep), Just(Variant::ThreeStep)]
}

proptest! {
    #[test]
    fn what_is_handed_out_is_what_anybody_reaches(t in territory(), variant in variant()) {
        let (reached, given) = t.balance(&t.shared(variant));
        prop_assert!(is_near(reached, given), "{given} of {reached}");
    }

    #[test]
    fn a_site_that_offers_nothing_is_as_if_it_were_not_there(
        t in territory(),
        variant in variant(),
    ) {
        let open: Vec<usize> = (0..t.supply.len()).filter(|&at| t.supply[at] > 0.0).collect();
        let picked = |row: &[f32]| open.iter().map(|&at| row[at]).collect::<Vec<_>>();
        let left = Territory {
            cells: t.cells.chunks(t.supply.len()).flat_map(picked).collect(),
            demand: t.demand.clone(),
            supply: open.iter().map(|&at| t.supply[at]).collect(),
        };
        let (whole, left) = (t.shared(variant), left.shared(variant));
        for (with, without) in whole.access.iter().zip(&left.access) {
            prop_assert!(is_near(*with, *without), "{with} with the closed sites, {without} without");
        }
    }

    #[test]
    fn pairs_answer_as_the_whole_table_does(t in territory(), variant in variant()) {
        let (kept, all) = (Kept::of(&t), t.table());
        let few = kept.table();
        prop_assert_eq!(
            time_to_nearest(all, 1).unwrap().iter().map(|t| t.to_bits()).collect::<Vec<_>>(),
            time_to_nearest(few, 1).unwrap().iter().map(|t| t.to_bits()).collect::<Vec<_>>()
        );
        prop_assert_eq!(choices(all, 15.0).unwrap(), choices(few, 15.0).unwrap());
        let covered = [all, few].map(|table| coverage(table, &t.demand, 1, &[10.0]).unwrap());
        prop_assert_eq!(&covered[0], &covered[1]);
        prop_assert_eq!(
            criticality(all, &t.demand, 15.0).unwrap(),
            criticality(few, &t.demand, 15.0).unwrap()
        );
        let every = vec![true; t.supply.len()];
        prop_assert_eq!(nearest_among(all, &every).unwrap(), nearest_among(few, &every).unwrap());
        let linear = Decay::linear(20.0).unwrap();
        let sums = [all, few].map(|table| accessibility(table, &t.supply, &linear).unwrap());
        prop_assert!(sums[0].iter().zip(&sums[1]).all(|(a, b)| is_near(*a, *b)));
        let shared = [all, few]
            .map(|table| catchments(table, &t.demand, &t.supply, &drees(), variant).unwrap());
        for (a, b) in shared[0].access.iter().zip(&shared[1].access) {
            prop_assert!(is_near(*a, *b), "{a} {b}");
        }
    }

    #[test]
    fn a_closed_column_costs_what_looking_again_says(t in territory()) {
        let Losses { nearest, person_minutes, last_choice, without_time } =
            criticality(t.table(), &t.demand, 12.0).unwrap();
        for column in 0..t.supply.len() {
            let lost = loss_of(&t, column, 12.0);
            prop_assert!(is_near(nearest[column], lost[0]));
            prop_assert!(is_near(person_minutes[column], lost[1]));
            prop_assert!(is_near(last_choice[column], lost[2]));
            prop_assert!(is_near(without_time[column], lost[3]));
        }
    }

    #[test]
    fn the_nearest_among_some_is_the_first_of_the_shortest(
        t in territory(), among in prop::collection::vec(any::<bool>(), 12),
    ) {
        let among = &among[..t.supply.len()];
        let found = nearest_among(t.table(), among).unwrap();
        for (row, found) in t.cells.chunks(t.supply.len()).zip(found) {
            let some = row.iter().enumerate().filter(|&(at, time)| among[at] && !time.is_nan());
            let least = some.clone().map(|(_, &time)| time).reduce(f32::min);
            let first = some.map(|(at, &time)| (at, time)).find(|&(_, time)| Some(time) == least);
            prop_assert_eq!(found, first);
        }
    }

    #[test]
    fn what_one_more_practice_adds_is_the_access_to_it_alone(
        t in territory(), width in 1_usize..40, at in 0_usize..40, acts in 1.0_f64..9000.0,
    ) {
        // Wide enough that one practice is picked out, or not.
        let cells = t.cells.chunks(t.supply.len())
            .flat_map(|row| row.iter().cycle().take(width).copied().collect::<Vec<_>>()).collect();
        let supply: Vec<f64> = t.supply.iter().cycle().take(width).copied().collect();
        let before = Territory { cells, demand: t.demand, supply };
        let mut alone = Territory { supply: vec![0.0; width], ..before.clone() };
        alone.supply[at % width] = acts;
        let mut after = before.clone();
        after.supply[at % width] += acts;
        let [before, alone, after] = [before, alone, after].map(|t| t.shared(Variant::TwoStep).access);
        for ((before, alone), after) in before.iter().zip(alone).zip(after) {
            prop_assert!(is_near(before + alone, after));
        }
    }

    #[test]
    fn twice_the_care_is_twice_the_access_and_twice_the_people_half(
        t in territory(), variant in variant(),
    ) {
        let plain = t.shared(variant).access;
        let richer = Territory { supply: t.supply.iter().map(|s| 2.0 * s).collect(), ..t.clone() };
        let fuller = Territory { demand: t.demand.iter().map(|d| 2.0 * d).collect(), ..t };
        let (richer, fuller) = (richer.shared(variant).access, fuller.shared(variant).access);
        for ((plain, richer), fuller) in plain.iter().zip(richer).zip(fuller) {
            prop_assert!(is_near(2.0 * plain, richer) && is_near(plain / 2.0, fuller));
        }
    }

    #[test]
    fn more_care_somewhere_leaves_nobody_with_less(
        t in territory(), variant in variant(), at in 0_usize..12,
    ) {
        let mut more = t.clone();
        let at = at % more.supply.len();
        // A site that opens draws people away from others, where they choose among sites.
        prop_assume!(variant == Variant::TwoStep || t.supply[at] > 0.0);
        more.supply[at] += 100.0;
        let (before, after) = (t.shared(variant).access, more.shared(variant).access);
        prop_assert!(before.iter().zip(&after).all(|(before, after)| after >= before));
    }

    #[test]
    fn the_order_of_the_rows_changes_no_access(t in territory(), variant in variant()) {
        let columns = t.supply.len();
        let cells = t.cells.chunks(columns).rev().flatten().copied().collect();
        let demand = t.demand.iter().rev().copied().collect();
        let turned = Territory { cells, demand, supply: t.supply.clone() }.shared(variant).access;
        let access = t.shared(variant).access;
        prop_assert!(access.iter().zip(turned.iter().rev()).all(|(a, b)| is_near(*a, *b)));
    }

    #[test]
    fn choices_grow_with_the_limit_and_the_kth_nearest_is_the_limit_of_k(
        t in territory(), k in 1_usize..5,
    ) {
        let table = t.table();
        let kth = time_to_nearest(table, k).unwrap();
        let near = choices(table, 10.0).unwrap();
        let wider = choices(table, 20.0).unwrap();
        for (row, &time) in kth.iter().enumerate() {
            prop_assert!(near[row] <= wider[row]);
            prop_assert_eq!(near[row] as usize >= k, time <= 10.0);
        }
    }

    #[test]
    fn who_is_covered_has_at_least_one_choice(t in territory()) {
        let covered = coverage(t.table(), &t.demand, 1, &[10.0, 25.0]).unwrap();
        for (limit, covered) in [10.0, 25.0].into_iter().zip(covered) {
            let near = choices(t.table(), limit).unwrap();
            let people = near.iter().zip(&t.demand).filter(|&(&n, _)| n > 0).map(|(_, d)| d);
            prop_assert!(is_near(people.sum(), covered));
        }
    }

    #[test]
    fn care_within_a_limit_is_the_care_of_the_choices(t in territory()) {
        let ones = vec![1.0; t.supply.len()];
        let within = accessibility(t.table(), &ones, &Decay::binary(15.0).unwrap()).unwrap();
        let near = choices(t.table(), 15.0).unwrap();
        prop_assert!(within.iter().zip(near).all(|(a, n)| is_near(*a, f64::from(n))));
    }

    #[test]
    fn no_decay_grows_with_time_or_leaves_nought_to_one(
        a in 0.0_f32..200.0, b in 0.0_f32..200.0, s in 0.1_f64..60.0,
    ) {
        let (near, far) = (a.min(b), a.max(b));
        let decays = [
            Decay::binary(s), Decay::linear(s), Decay::exponential(s), Decay::gaussian(s),
            Decay::logistic(s, s / 4.0), Decay::power(s / 20.0, 1.0),
        ];
        for decay in decays {
            let decay = decay.unwrap();
            let (near, far) = (decay.weight(near), decay.weight(far));
            prop_assert!((0.0..=1.0).contains(&near) && far <= near, "{decay:?}");
        }
    }
}

#[test]
fn the_apl_is_that_worked_out_by_hand() {
    let t = Territory {
        cells: vec![0.0, 12.0, 18.0, 12.0, 0.0, 9.0, 18.0, 9.0, 0.0],
        demand: vec![1000.0, 500.0, 300.0],
        supply: vec![5000.0, 2500.0, 0.0],
    };
    let shared = t.shared(Variant::TwoStep);
    for (access, by_hand) in shared.access.iter().zip([4.624_736, 4.030_127, 2.867_336]) {
        assert!((access - by_hand).abs() < 1e-6, "{access} is not {by_hand}");
    }
    let less = Territory { supply: vec![5000.0, 0.0, 0.0], ..t };
    for (access, by_hand) in
        less.shared(Variant::TwoStep).access.iter().zip([3.488_372, 2.325_581, 1.162_791])
    {
        assert!((access - by_hand).abs() < 1e-6, "{access} is not {by_hand}");
    }
}

#[test]
fn sums_are_the_same_for_any_number_of_threads() {
    let (rows, columns) = (5000, 7);
    let cells: Vec<f32> = (0..rows * columns).map(|i| (i * 7919 % 2503) as f32 / 100.0).collect();
    let demand: Vec<f64> = (0..rows).map(|i| 0.1 + (i % 97) as f64 / 3.0).collect();
    let t = Territory { cells, demand, supply: vec![1000.0 / 3.0; columns] };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| t.shared(Variant::ThreeStep))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn a_supply_that_nobody_reaches_is_told_and_not_infinite() {
    let t = Territory {
        cells: vec![5.0, 90.0, 5.0, NAN],
        demand: vec![10.0, 20.0],
        supply: vec![30.0, 1000.0],
    };
    let shared = t.shared(Variant::TwoStep);
    assert_eq!((shared.ratios[1], shared.weighted_demand[1]), (0.0, 0.0));
    assert_eq!(shared.access, [1.0, 1.0]);
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let refused = |cells: &[f32]| MinuteTable::new(cells, 1, 2).unwrap_err().to_string();
    assert_eq!(refused(&[1.0]), "1 minutes do not make 1 rows of 2 columns");
    assert!(refused(&[1.0, -2.0]).starts_with("-2 minutes in row 0, column 1"));
    assert!(refused(&[f32::INFINITY, 1.0]).starts_with("inf minutes in row 0, column 0"));
    let pairs = |offsets: &[usize], columns: &[u32], minutes: &[f32]| {
        MinuteTable::sparse(Pairs { offsets, columns, minutes }, 2).unwrap_err().to_string()
    };
    let unbalanced = "2 offsets and 1 columns do not go with 2 minutes";
    assert!(pairs(&[0, 2], &[0], &[1.0, 2.0]).starts_with(unbalanced));
    assert!(pairs(&[0, 1], &[0, 1], &[1.0, 2.0]).contains("offsets rise from 0"));
    assert!(pairs(&[], &[], &[]).contains("offsets rise from 0"));
    assert!(pairs(&[0, 2, 1, 2], &[0, 1], &[1.0, 2.0]).contains("offsets rise from 0"));
    let beyond = pairs(&[0, 0, 2], &[0, 2], &[1.0, 2.0]);
    assert_eq!(beyond, "row 1 has a time to column 2, but there are 2 columns");
    assert!(pairs(&[0, 0, 2], &[0, 1], &[1.0, -2.0]).starts_with("-2 minutes in row 1, column 1"));
    let table = MinuteTable::new(&[1.0, NAN], 1, 2).unwrap();
    assert!(nearest_among(table, &[true]).is_err());
    assert!(criticality(table, &[1.0, 2.0], 20.0).is_err());
    assert!(criticality(table, &[1.0], f64::NAN).is_err());
    let supply = accessibility(table, &[1.0, f64::NAN], &drees()).unwrap_err();
    assert!(matches!(supply, IndicatorError::Amount { what: "supply", position: 1, .. }));
    assert!(accessibility(table, &[1.0], &drees()).is_err());
    assert!(coverage(table, &[-1.0], 1, &[10.0]).is_err());
    assert!(coverage(table, &[1.0], 1, &[f64::NAN]).is_err());
    assert!(time_to_nearest(table, 0).is_err());
    let thin = Decay::exponential(0.02).unwrap();
    let far = MinuteTable::new(&[14.7], 1, 1).unwrap();
    let error = catchments(far, &[1.0], &[9000.0], &thin, Variant::TwoStep).unwrap_err();
    assert!(matches!(error, IndicatorError::TooThin { column: 0, .. }), "{error}");
}
