//! Is a plan the best there is, and does its bound hold, wherever every choice can be tried?

use desserte::{
    Watch,
    indicator::{Decay, MinuteTable},
    siting::{Effort, Goal, Instance, Model, Plan, Reach, Role, SitingError, solve},
};

const NAN: f32 = f32::NAN;

/// A small territory with holes, sites that are open, required and forbidden, and few people.
#[derive(Clone, Debug)]
struct Territory {
    cells: Vec<f32>,
    demand: Vec<f64>,
    roles: Vec<Role>,
    capacity: Vec<f64>,
}

/// Numbers that look random, from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

impl Territory {
    fn of(seed: u64, rows: usize, columns: usize) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9) + 7);
        for _ in 0..5 {
            dice.below(2);
        }
        let role = |dice: &mut Dice| match dice.below(8) {
            0 => Role::Existing,
            1 => Role::Required,
            2 => Role::Forbidden,
            _ => Role::Candidate,
        };
        let cell = |dice: &mut Dice| {
            if dice.below(9) == 0 { NAN } else { dice.below(400) as f32 / 10.0 }
        };
        Self {
            cells: (0..rows * columns).map(|_| cell(&mut dice)).collect(),
            demand: (0..rows).map(|_| (dice.below(40) * dice.below(5)) as f64).collect(),
            roles: (0..columns).map(|_| role(&mut dice)).collect(),
            capacity: (0..columns).map(|_| (50 + dice.below(200)) as f64).collect(),
        }
    }

    fn columns(&self) -> usize {
        self.roles.len()
    }

    fn instance(&self, has_capacity: bool) -> Option<Instance<'_>> {
        let table = MinuteTable::new(&self.cells, self.demand.len(), self.columns()).unwrap();
        let capacity = has_capacity.then_some(self.capacity.as_slice());
        Instance::new(table, &self.demand, &self.roles, capacity).ok()
    }

    fn with(&self, role: Role) -> Vec<u32> {
        (0..self.columns() as u32).filter(|&site| self.roles[site as usize] == role).collect()
    }

    fn time(&self, row: usize, site: u32) -> f64 {
        f64::from(self.cells[row * self.columns() + site as usize])
    }

    /// The shortest of the times to some sites; infinite where there is none.
    fn nearest(&self, row: usize, sites: &[u32]) -> f64 {
        let times = sites.iter().map(|&site| self.time(row, site));
        times.filter(|time| !time.is_nan()).fold(f64::INFINITY, f64::min)
    }

    fn open(&self, new: &[u32]) -> Vec<u32> {
        [self.with(Role::Existing).as_slice(), new].concat()
    }

    fn all(&self) -> Vec<u32> {
        let new = [self.with(Role::Candidate), self.with(Role::Required)].concat();
        self.open(&new)
    }

    /// What a choice is worth by the definition of the goal; less is better.
    fn cost(&self, goal: &Goal, new: &[u32]) -> f64 {
        let open = self.open(new);
        let rows = (0..self.demand.len()).filter(|&row| self.demand[row] > 0.0);
        let all = self.all();
        let servable = |limit: f64| {
            let near = |&row: &usize| self.nearest(row, &all) <= limit;
            rows.clone().filter(near).collect::<Vec<_>>()
        };
        match goal {
            Goal::MinMeanTime { within: None, unserved } => servable(1e9)
                .into_iter()
                .map(|row| self.demand[row] * self.nearest(row, &open).min(unserved.unwrap_or(1e9)))
                .sum(),
            Goal::MinMeanTime { within: Some(limit), .. } => servable(*limit)
                .into_iter()
                .map(|row| match self.nearest(row, &open) {
                    time if time <= *limit => self.demand[row] * time,
                    _ => f64::INFINITY,
                })
                .sum(),
            Goal::MaxCoverage(Reach::Within(limit)) => -rows
                .filter(|&row| self.nearest(row, &open) <= *limit)
                .map(|row| self.demand[row])
                .sum::<f64>(),
            Goal::MaxCoverage(Reach::Fading(decay)) => -rows
                .filter(|&row| self.nearest(row, &open).is_finite())
                .map(|row| self.demand[row] * decay.weight(self.nearest(row, &open) as f32))
                .sum::<f64>(),
            Goal::BackupCoverage { within } => -rows
                .filter(|&row| {
                    open.iter().filter(|&&site| self.time(row, site) <= *within).count() >= 2
                })
                .map(|row| self.demand[row])
                .sum::<f64>(),
            Goal::CoverAll { within } => {
                let served = |&row: &usize| self.nearest(row, &open) <= *within;
                let all_are = servable(*within).iter().all(served);
                if all_are { new.len() as f64 } else { f64::INFINITY }
            }
            Goal::MinWorstTime => {
                servable(1e9).into_iter().map(|row| self.nearest(row, &open)).fold(0.0, f64::max)
            }
        }
    }

    /// The least cost of all choices of so many, or of any number.
    fn least(&self, goal: &Goal, count: Option<usize>) -> f64 {
        let (candidates, required) = (self.with(Role::Candidate), self.with(Role::Required));
        let mut least = f64::INFINITY;
        for bits in 0..1_u32 << candidates.len() {
            let size = bits.count_ones() as usize + required.len();
            if count.is_some_and(|count| count != size) {
                continue;
            }
            let picked = (0..candidates.len()).filter(|at| bits & (1 << at) != 0);
            let new: Vec<u32> =
                picked.map(|at| candidates[at]).chain(required.iter().copied()).collect();
            least = least.min(self.cost(goal, &new));
        }
        least
    }
}

fn goals() -> Vec<Goal> {
    vec![
        Goal::MinMeanTime { within: None, unserved: Some(60.0) },
        Goal::MinMeanTime { within: Some(25.0), unserved: None },
        Goal::MaxCoverage(Reach::Within(12.0)),
        Goal::MaxCoverage(Reach::Fading(Decay::linear(25.0).unwrap())),
        Goal::BackupCoverage { within: 15.0 },
        Goal::CoverAll { within: 12.0 },
        Goal::MinWorstTime,
    ]
}

fn is_gain(goal: &Goal) -> bool {
    matches!(goal, Goal::MaxCoverage(_) | Goal::BackupCoverage { .. })
}

#[test]
fn every_goal_of_a_small_territory_is_met_as_well_as_can_be_and_no_bound_is_past_it() {
    let (mut asked, mut proven) = (0, 0);
    for seed in 0..60 {
        let territory = Territory::of(seed, 14, 11);
        let Some(instance) = territory.instance(false) else { continue };
        let required = territory.with(Role::Required).len();
        let candidates = territory.with(Role::Candidate).len();
        let count = (required + 1 + seed as usize % 3).min(required + candidates);
        for goal in goals() {
            let number = (!matches!(goal, Goal::CoverAll { .. })).then_some(count);
            let effort = Effort { seed, ..Effort::default() };
            let plan = solve(&instance, &goal, number, &effort, &Watch::new()).unwrap();
            let sign = if is_gain(&goal) { -1.0 } else { 1.0 };
            let (value, bound) = (sign * plan.value, sign * plan.bound);
            let least = territory.least(&goal, number);
            let about = format!("{goal:?}, seed {seed}: {plan:?}, least {least}");
            if least.is_finite() {
                assert!((value - least).abs() < 1e-6, "{about}");
                assert!((territory.cost(&goal, &plan.chosen) - least).abs() < 1e-4, "{about}");
            } else {
                assert!(value.is_infinite(), "{about}");
            }
            assert!(bound <= least + 1e-9 * least.abs().min(1e12), "{about}");
            asked += 1;
            proven += usize::from(value - bound <= 1e-6 * value.abs());
        }
    }
    assert!(proven * 10 >= asked * 7, "{proven} of {asked} are proven without a solver");
}

/// With hardly a step of the bound and one beginning, so that much is left to decide.
#[cfg(feature = "highs")]
#[test]
fn what_is_decided_is_the_best_there_is() {
    let mut improved = 0;
    for seed in 0..60 {
        let territory = Territory::of(seed, 14, 11);
        let required = territory.with(Role::Required).len();
        let count = required + 1 + seed as usize % 3;
        for (goal, has_capacity) in goals()
            .into_iter()
            .map(|goal| (goal, false))
            .chain([(Goal::MaxCoverage(Reach::Within(12.0)), true)])
        {
            let Some(instance) = territory.instance(has_capacity) else { continue };
            let number = (!matches!(goal, Goal::CoverAll { .. })).then_some(count);
            let (effort, watch) =
                (Effort { steps: 1, starts: 1, ..Effort::default() }, Watch::new());
            let Ok(plan) = solve(&instance, &goal, number, &effort, &watch) else {
                assert!(count > required + territory.with(Role::Candidate).len());
                continue;
            };
            let was = plan;
            let hurried = Effort { seconds: Some(0.0), ..effort.clone() };
            let in_no_time =
                was.clone().decided(&instance, (&goal, number), &hurried, &watch).unwrap();
            let plan = was.decided(&instance, (&goal, number), &effort, &watch).unwrap();
            let about = format!("{goal:?}, {has_capacity}, seed {seed}: {was:?}, {plan:?}");
            assert!(plan.is_settled(), "{about}");
            assert!(plan.chosen.is_sorted_by(|a, b| a < b), "{about}");
            assert!(plan.chosen.is_empty() || number.is_none_or(|n| n == plan.chosen.len()));
            improved += usize::from(!was.is_settled());
            // Who has no time for it has no worse plan, and a bound that holds.
            let sign = if is_gain(&goal) { -1.0 } else { 1.0 };
            let ordered = [was.bound, in_no_time.bound, plan.value, in_no_time.value, was.value];
            assert!(
                ordered.map(|value| sign * value).is_sorted_by(|a, b| *a <= b + 1e-6),
                "{ordered:?}"
            );
            if has_capacity {
                continue;
            }
            let least = territory.least(&goal, number);
            if least.is_finite() {
                assert!((sign * plan.value - least).abs() < 1e-6, "{about}, least {least}");
                assert!((territory.cost(&goal, &plan.chosen) - least).abs() < 1e-4, "{about}");
            } else {
                assert!(plan.value.is_infinite(), "{about}");
            }
        }
    }
    assert!(improved > 100, "{improved} plans were left open");
}

#[test]
fn what_is_settled_is_what_the_best_choice_has() {
    for seed in 0..60 {
        let territory = Territory::of(seed, 20, 12);
        let Some(instance) = territory.instance(false) else { continue };
        let count = territory.with(Role::Required).len() + 2;
        if count > territory.with(Role::Required).len() + territory.with(Role::Candidate).len() {
            continue;
        }
        let goal = Goal::MinMeanTime { within: None, unserved: Some(60.0) };
        // Two steps leave the bound open, so that something is left to a solver.
        let effort = Effort { steps: 2, starts: 1, ..Effort::default() };
        let plan = solve(&instance, &goal, Some(count), &effort, &Watch::new()).unwrap();
        let least = territory.least(&goal, Some(count));
        if plan.value > least + 1e-6 {
            let model = Model::of(&instance, &goal, Some(count), &plan).unwrap();
            assert!(model.open.len() + model.sites.len() >= count);
        }
        for site in territory.with(Role::Candidate) {
            let mut other = territory.clone();
            let (is_open, is_closed) = (plan.is_open[site as usize], plan.is_closed[site as usize]);
            assert!(!(is_open && is_closed));
            // Without the choice that is said not to matter, the best is as good, or was found already.
            if is_closed || is_open {
                other.roles[site as usize] =
                    if is_closed { Role::Forbidden } else { Role::Required };
                let settled = other.least(&goal, Some(count)).min(plan.value);
                assert!((settled - least).abs() < 1e-6, "seed {seed}, site {site}");
            }
        }
    }
}

#[test]
fn a_plan_is_the_same_for_any_number_of_threads() {
    let territory = Territory::of(5, 80, 60);
    let instance = territory.instance(false).unwrap();
    let count = territory.with(Role::Required).len() + 4;
    for goal in goals() {
        let ask = || {
            let effort = Effort { seed: 3, ..Effort::default() };
            solve(&instance, &goal, Some(count), &effort, &Watch::new()).unwrap()
        };
        let on = |threads: usize| {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(ask)
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(5));
    }
}

#[test]
fn sites_that_hold_few_serve_no_more_than_they_hold_and_share_a_village() {
    // One village of 100 between two sites of 60 and 30; a second of 50 that only the first reaches.
    let cells = [5.0, 6.0, 7.0, NAN];
    let table = MinuteTable::new(&cells, 2, 2).unwrap();
    let roles = [Role::Candidate; 2];
    let instance = Instance::new(table, &[100.0, 50.0], &roles, Some(&[60.0, 30.0])).unwrap();
    let goal = Goal::MaxCoverage(Reach::Within(10.0));
    let ask =
        |count| solve(&instance, &goal, Some(count), &Effort::default(), &Watch::new()).unwrap();
    let (one, two) = (ask(1), ask(2));
    assert_eq!((one.chosen, one.value), (vec![0], 60.0));
    assert_eq!((two.chosen, two.value), (vec![0, 1], 90.0));
    assert!((90.0..90.1).contains(&two.bound));
    let all = Goal::CoverAll { within: 10.0 };
    let error = solve(&instance, &all, None, &Effort::default(), &Watch::new()).unwrap_err();
    assert_eq!(error, SitingError::Capacity { capacity: 90.0, demand: 150.0 });
}

#[test]
fn a_call_that_is_stopped_gives_the_best_so_far() {
    let territory = Territory::of(9, 200, 150);
    let instance = territory.instance(false).unwrap();
    let count = territory.with(Role::Required).len() + 3;
    let watch = Watch::new();
    watch.cancel();
    for goal in goals() {
        let plan = solve(&instance, &goal, Some(count), &Effort::default(), &watch).unwrap();
        let sign = if is_gain(&goal) { -1.0 } else { 1.0 };
        assert!(sign * plan.bound <= sign * plan.value, "{goal:?}");
        if goal == Goal::MinWorstTime {
            assert_eq!((plan.value.is_finite(), plan.chosen.len()), (true, count), "{plan:?}");
        }
    }
}

#[test]
fn who_must_be_served_by_sites_that_are_closed_leaves_nothing_to_decide() {
    let table = MinuteTable::new(&[5.0, 40.0, 40.0, 6.0], 2, 2).unwrap();
    let roles = [Role::Candidate; 2];
    let instance = Instance::new(table, &[10.0, 20.0], &roles, None).unwrap();
    let goal = Goal::MinMeanTime { within: Some(15.0), unserved: None };
    let plan = Plan {
        chosen: Vec::new(),
        value: f64::INFINITY,
        bound: 0.0,
        is_open: vec![false; 2],
        is_closed: vec![true, false],
    };
    let model = Model::of(&instance, &goal, Some(1), &plan).unwrap();
    let has_terms = |row: usize| model.starts[row] < model.starts[row + 1];
    assert!((0..model.rows.len()).any(|row| model.rows[row].0 > 0.0 && !has_terms(row)));
}

#[test]
fn all_of_a_plain_are_covered_by_few_more_sites_than_the_bound_allows() {
    // Two hundred villages; greedy alone opens a tenth too many.
    let mut dice = Dice(4);
    let places: Vec<[f64; 2]> =
        (0..200).map(|_| [0, 1].map(|_| dice.below(6000) as f64 / 100.0)).collect();
    let near = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) as f32;
    let cells: Vec<f32> = places.iter().flat_map(|a| places.iter().map(|b| near(a, b))).collect();
    let (people, roles) = (vec![1.0; 200], vec![Role::Candidate; 200]);
    let table = MinuteTable::new(&cells, 200, 200).unwrap();
    let instance = Instance::new(table, &people, &roles, None).unwrap();
    for within in [6.0, 8.0, 10.0, 13.0] {
        let goal = Goal::CoverAll { within };
        let plan = solve(&instance, &goal, None, &Effort::default(), &Watch::new()).unwrap();
        let covers = |row: usize| {
            plan.chosen.iter().any(|&site| f64::from(cells[row * 200 + site as usize]) <= within)
        };
        assert!((0..200).all(covers));
        assert!(plan.value - plan.bound <= 1.0, "{within}: {} and {}", plan.value, plan.bound);
    }
}

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_change() {
    let table = MinuteTable::new(&[5.0, NAN, 7.0, 8.0], 2, 2).unwrap();
    let (roles, demand) = ([Role::Candidate; 2], [1.0, 1.0]);
    let instance = Instance::new(table, &demand, &roles, None).unwrap();
    let ask = |goal: Goal, count| {
        let plan = solve(&instance, &goal, count, &Effort::default(), &Watch::new());
        plan.unwrap_err().to_string()
    };
    let mean = |unserved| Goal::MinMeanTime { within: None, unserved };
    assert_eq!(
        ask(mean(Some(60.0)), Some(3)),
        "3 new sites are asked for, but there are 2 candidates; open fewer, or allow more"
    );
    assert_eq!(
        ask(mean(None), Some(1)),
        "1 rows have no time to some candidate, the first of them row 0; say how many minutes it costs not to be served"
    );
    assert_eq!(
        ask(mean(Some(6.0)), Some(1)),
        "who is not served counts 6 minutes, but a trip of 8 minutes is in the table; count at least as many"
    );
    assert_eq!(
        ask(Goal::MinWorstTime, None),
        "this goal opens a number of new sites, and none is given"
    );
    let nobody = Instance::new(table, &[0.0, 0.0], &roles, None).unwrap_err();
    assert_eq!(nobody, SitingError::NoDemand);
    let roles = [Role::Required, Role::Required];
    let instance = Instance::new(table, &demand, &roles, None).unwrap();
    let plan = solve(&instance, &mean(Some(9.0)), Some(1), &Effort::default(), &Watch::new());
    assert_eq!(plan.unwrap_err(), SitingError::TooManyRequired { required: 2, wanted: 1 });
}
