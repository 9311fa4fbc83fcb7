//! Which is the best choice of those that are left, where prices leave it open?
//!
//! [`Model`] is what is left, and `HiGHS` (Huangfu and Hall 2018) decides it, beginning with the
//! choice that was found. The p-centre is no program of its own: the times between which the
//! shortest limit lies are halved, and each half is decided as a cover. `HiGHS` is met in this
//! file alone, and only where the feature `highs` is on.

use highs::{HighsModelStatus, HighsSolutionStatus, HighsStatus, RowProblem, Sense, SolvedModel};

use super::{
    Effort, Goal, Instance, Model, Plan, ROUNDING, SitingError, are_one, centre::Ranked, filled,
    solve, starts::Clock,
};
use crate::watch::Watch;

/// Up to so many terms, parts of sites are tried first; the best choice of parts is often whole.
const RELAXED: usize = 50_000;
const WHOLE: f64 = 1e-6;

/// What came of a program.
enum Solved {
    /// Nothing that is left will do.
    Infeasible,
    /// There was no time for a choice; none is better than the bound.
    Nothing { bound: f64 },
    /// A choice, and the bound; they are equal where it is the best of those left.
    Choice { chosen: Vec<u32>, value: f64, bound: f64 },
}

impl Plan {
    /// The best plan there is: this one, or a better one of those it leaves open.
    ///
    /// The instance, the goal and the number of sites are those that [`solve`] was
    /// asked about. The seconds of the effort count from here; where they run out, the
    /// answer is the best plan so far, with the better bound. `watch` is heard between programs
    /// alone: `HiGHS` cannot be stopped in the midst of one, but by the seconds.
    ///
    /// # Errors
    ///
    /// As for [`solve`]; and where `HiGHS` refuses the program.
    ///
    /// # Example
    ///
    /// ```
    /// use desserte::indicator::MinuteTable;
    /// use desserte::siting::{Effort, Goal, Instance, Role, solve};
    /// use desserte::Watch;
    ///
    /// // Three villages on a ring: one step of the bound leaves open which of the sites is best.
    /// let minutes = [0.0, 10.0, 20.0, 20.0, 0.0, 10.0, 10.0, 20.0, 0.0];
    /// let table = MinuteTable::new(&minutes, 3, 3)?;
    /// let instance = Instance::new(table, &[100.0, 120.0, 130.0], &[Role::Candidate; 3], None)?;
    /// let goal = Goal::MinMeanTime { within: None, unserved: None };
    /// let (effort, watch) = (Effort { steps: 1, ..Effort::default() }, Watch::new());
    /// let plan = solve(&instance, &goal, Some(1), &effort, &watch)?;
    /// let plan = plan.decided(&instance, (&goal, Some(1)), &effort, &watch)?;
    /// assert!(plan.is_settled());
    /// assert_eq!((plan.chosen, plan.value), (vec![2], 3200.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decided(
        &self,
        instance: &Instance<'_>,
        (goal, new_sites): (&Goal, Option<usize>),
        effort: &Effort,
        watch: &Watch,
    ) -> Result<Self, SitingError> {
        let (clock, mut plan) = (Clock::new(effort, watch), self.clone());
        if plan.is_settled() || clock.is_over() {
            return Ok(plan);
        }
        if *goal == Goal::MinWorstTime {
            let count = instance.check_number(new_sites.ok_or(SitingError::NoNumber)?)?;
            return plan.halved(instance, count, (effort, watch), &clock);
        }
        let model = Model::of(instance, goal, new_sites, self)?;
        // A choice that does not serve all who must be served is nothing to begin with.
        let begin = if self.value.is_finite() { self.chosen.as_slice() } else { &[] };
        let solved = best(&model, begin, effort.seed, &clock)?;
        plan.take(solved, model.is_gain);
        if matches!(goal, Goal::CoverAll { .. }) && !plan.chosen.is_empty() {
            // Sites are whole, and so is the least number of them.
            plan.value = plan.chosen.len() as f64;
            plan.bound = (plan.bound - WHOLE).ceil().min(plan.value);
        }
        Ok(plan)
    }

    /// Takes over what came of the program of what was left.
    fn take(&mut self, solved: Solved, is_gain: bool) {
        // In costs, so that less is better.
        let sign = if is_gain { -1.0 } else { 1.0 };
        let (known, found) = (sign * self.bound, sign * self.value);
        let bound = match solved {
            Solved::Infeasible => found,
            Solved::Nothing { bound } => known.max((sign * bound).min(found)),
            Solved::Choice { chosen, value, bound } => {
                let is_best = are_one(value, bound);
                let cost = sign * value;
                if cost < found && !are_one(cost, found) {
                    (self.chosen, self.value) = (chosen, value);
                }
                // No choice but the one found is beyond what is left.
                let best = sign * self.value;
                if is_best { best } else { known.max((sign * bound).min(best)) }
            }
        };
        self.bound = sign * bound;
    }

    /// Halves the times between which the shortest limit lies.
    fn halved(
        mut self,
        instance: &Instance<'_>,
        count: usize,
        (effort, watch): (&Effort, &Watch),
        clock: &Clock<'_>,
    ) -> Result<Self, SitingError> {
        let limits = Ranked::of(instance).limits;
        // Limits below `low` are refuted, the one at `high` is kept; the last of all is beyond every time.
        let at = |minutes: f64| limits.partition_point(|&limit| f64::from(limit) < minutes);
        let (mut low, mut high) = (at(self.bound), at(self.value));
        while low < high && !clock.is_over() {
            let middle = usize::midpoint(low, high);
            let limit = f64::from(limits[middle]);
            let goal = Goal::CoverAll { within: limit };
            let effort = Effort { seconds: clock.left(), ..effort.clone() };
            let cover = solve(instance, &goal, None, &effort, watch)?;
            let cover = if cover.value > count as f64 && cover.bound <= count as f64 {
                let effort = Effort { seconds: clock.left(), ..effort };
                cover.decided(instance, (&goal, None), &effort, watch)?
            } else {
                cover
            };
            if cover.value <= count as f64 {
                (high, self.value) = (middle, limit);
                let is_free = |site: &&u32| !instance.required.contains(site);
                let free: Vec<u32> = cover.chosen.iter().filter(is_free).copied().collect();
                self.chosen = filled(instance, &free, count);
            } else if cover.bound > count as f64 {
                low = middle + 1;
            } else {
                break;
            }
        }
        let least = limits.get(low).map_or(f64::INFINITY, |&limit| f64::from(limit));
        self.bound = least.min(self.value);
        Ok(self)
    }
}

/// The best choice of a program, with parts of sites first where it is small.
fn best(model: &Model, begin: &[u32], seed: u64, clock: &Clock<'_>) -> Result<Solved, SitingError> {
    if model.objective.is_empty() {
        let (chosen, value) = (model.chosen(&[]), model.offset);
        let are_kept = model.rows.iter().all(|&(least, most)| least <= 0.0 && most >= 0.0);
        let nothing_left = Solved::Choice { chosen, value, bound: value };
        return Ok(if are_kept { nothing_left } else { Solved::Infeasible });
    }
    if model.terms.len() <= RELAXED {
        let solved = run(model, None, seed, clock)?;
        let parts = solved.get_solution();
        let is_whole =
            |(&part, &must): (&f64, &bool)| !must || (part - part.round()).abs() <= WHOLE;
        if solved.status() == HighsModelStatus::Optimal {
            let bound = model.offset + solved.objective_value();
            if parts.columns().iter().zip(&model.is_whole).all(is_whole) {
                let chosen = model.chosen(parts.columns());
                return Ok(Solved::Choice { chosen, value: bound, bound });
            }
            if clock.is_over() {
                return Ok(Solved::Nothing { bound });
            }
        }
    }
    model.outcome(&run(model, Some(begin), seed, clock)?)
}

/// Runs `HiGHS`: with whole sites from a choice to begin with, or with parts of them.
fn run(
    model: &Model,
    begin: Option<&[u32]>,
    seed: u64,
    clock: &Clock<'_>,
) -> Result<SolvedModel, SitingError> {
    let sense = if model.is_gain { Sense::Maximise } else { Sense::Minimise };
    let mut solver = model.problem(begin.is_some()).try_optimise(sense).map_err(refused)?;
    solver.set_option("threads", 1);
    solver.set_option("random_seed", (seed % (1 << 31)) as i32);
    solver.set_option("mip_rel_gap", ROUNDING);
    solver.set_option("mip_abs_gap", ROUNDING);
    if let Some(seconds) = clock.left() {
        solver.set_option("time_limit", seconds);
    }
    if let Some(begin) = begin.filter(|begin| !begin.is_empty()) {
        // What is not finite is left to `HiGHS`.
        let mut numbers = vec![f64::INFINITY; model.objective.len()];
        for (number, site) in numbers.iter_mut().zip(&model.sites) {
            *number = f64::from(u8::from(begin.contains(site)));
        }
        solver.try_set_solution(Some(&numbers), None, None, None).map_err(refused)?;
    }
    solver.try_solve().map_err(refused)
}

impl Model {
    /// The program, in the words of `HiGHS`.
    fn problem(&self, is_whole: bool) -> RowProblem {
        let mut problem = RowProblem::new();
        let mut numbers = Vec::with_capacity(self.objective.len());
        for at in 0..self.objective.len() {
            let (worth, ends) = (self.objective[at], self.lower[at]..=self.upper[at]);
            let is_whole = is_whole && self.is_whole[at];
            numbers.push(problem.add_column_with_integrality(worth, ends, is_whole));
        }
        for (&(least, most), ends) in self.rows.iter().zip(self.starts.windows(2)) {
            let terms = self.terms[ends[0]..ends[1]].iter().zip(&self.factors[ends[0]..ends[1]]);
            let terms = terms.map(|(&number, &factor)| (numbers[number as usize], factor));
            problem.add_row(least..=most, terms);
        }
        problem
    }

    /// The columns to open: those open in every solution, and those this one opens.
    fn chosen(&self, numbers: &[f64]) -> Vec<u32> {
        let picked = self.sites.iter().zip(numbers).filter(|(_, number)| **number > 0.5);
        let mut chosen: Vec<u32> = picked.map(|(site, _)| *site).collect();
        chosen.extend(&self.open);
        chosen.sort_unstable();
        chosen
    }

    /// What a run of `HiGHS` says about the program.
    fn outcome(&self, solved: &SolvedModel) -> Result<Solved, SitingError> {
        if matches!(
            solved.status(),
            HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible
        ) {
            return Ok(Solved::Infeasible);
        }
        let bound = solved.double_info_value(c"mip_dual_bound").map_err(refused)? + self.offset;
        if solved.primal_solution_status() != HighsSolutionStatus::Feasible {
            return Ok(Solved::Nothing { bound });
        }
        let value = solved.objective_value() + self.offset;
        let chosen = self.chosen(solved.get_solution().columns());
        let is_best = solved.status() == HighsModelStatus::Optimal;
        Ok(Solved::Choice { chosen, value, bound: if is_best { value } else { bound } })
    }
}

fn refused(status: HighsStatus) -> SitingError {
    SitingError::Solver { status: format!("{status:?}") }
}
