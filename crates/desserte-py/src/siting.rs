//! Plans of new sites, and what is left to decide, as arrays.

use desserte::{
    indicator::{IndicatorError, MinuteTable},
    siting::{self, Effort, Goal, Instance, Model, Plan, Reach, Role},
};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::{
    errors::{InputError, Raised},
    indicator::{DecayWords, Times, decay_of},
    threads::{on_threads, released},
    watched::watched_to_the_best,
};

type Numbers<'py> = Bound<'py, PyArray1<f64>>;
type Flags<'py> = Bound<'py, PyArray1<bool>>;
type Columns<'py> = Bound<'py, PyArray1<u32>>;
type Offsets<'py> = Bound<'py, PyArray1<i64>>;

/// Its name, minutes within, minutes of not being served, and a decay.
type GoalWords = (String, Option<f64>, Option<f64>, Option<DecayWords>);
/// Seed, beginnings, steps of the bound, seconds, sites to begin with.
type EffortWords = (u64, usize, usize, Option<f64>, Vec<u32>);
/// Chosen columns, value, bound, what is settled open and closed, whether it was interrupted.
type PlanColumns<'py> = (Columns<'py>, f64, f64, Flags<'py>, Flags<'py>, bool);
/// Objective, lower and upper ends, wholeness; sites, open columns; offset, whether to maximise;
/// lower and upper ends of the rows, starts, terms, factors.
type ModelColumns<'py> = (
    (Numbers<'py>, Numbers<'py>, Numbers<'py>, Flags<'py>),
    (Columns<'py>, Columns<'py>),
    (f64, bool),
    (Numbers<'py>, Numbers<'py>, Offsets<'py>, Columns<'py>, Numbers<'py>),
);

/// What is asked, as Python hands it over.
#[derive(FromPyObject)]
pub(crate) struct Question<'py> {
    #[pyo3(item)]
    minutes: Times<'py>,
    #[pyo3(item)]
    demand: PyReadonlyArray1<'py, f64>,
    #[pyo3(item)]
    roles: Vec<u8>,
    #[pyo3(item)]
    capacity: Option<PyReadonlyArray1<'py, f64>>,
    #[pyo3(item)]
    goal: GoalWords,
    #[pyo3(item)]
    new_sites: Option<usize>,
}

#[pyfunction]
pub(crate) fn site<'py>(
    py: Python<'py>,
    question: Question<'py>,
    effort: EffortWords,
) -> PyResult<PlanColumns<'py>> {
    let (seed, starts, steps, seconds, warm) = effort;
    let effort = Effort { seed, starts, steps, seconds, warm };
    let (plan, was_interrupted) = question.ask(|instance, goal, new_sites| {
        watched_to_the_best(py, |watch| {
            siting::solve(instance, goal, new_sites, &effort, watch).map_err(Raised::from)
        })
    })?;
    Ok((
        plan.chosen.into_pyarray(py),
        plan.value,
        plan.bound,
        plan.is_open.into_pyarray(py),
        plan.is_closed.into_pyarray(py),
        was_interrupted,
    ))
}

#[pyfunction]
pub(crate) fn site_model<'py>(
    py: Python<'py>,
    question: Question<'py>,
    is_open: Vec<bool>,
    is_closed: Vec<bool>,
) -> PyResult<ModelColumns<'py>> {
    let plan = Plan { chosen: Vec::new(), value: 0.0, bound: 0.0, is_open, is_closed };
    let model = question.ask(|instance, goal, new_sites| {
        let model = released(py, || Model::of(instance, goal, new_sites, &plan))?;
        model.map_err(|error| Raised::from(error).into())
    })?;
    let starts = model.starts.into_iter().map(|start| start as i64);
    let (least, most): (Vec<f64>, Vec<f64>) = model.rows.into_iter().unzip();
    Ok((
        (
            model.objective.into_pyarray(py),
            model.lower.into_pyarray(py),
            model.upper.into_pyarray(py),
            model.is_whole.into_pyarray(py),
        ),
        (model.sites.into_pyarray(py), model.open.into_pyarray(py)),
        (model.offset, model.is_gain),
        (
            least.into_pyarray(py),
            most.into_pyarray(py),
            PyArray1::from_iter(py, starts),
            model.terms.into_pyarray(py),
            model.factors.into_pyarray(py),
        ),
    ))
}

impl Question<'_> {
    /// Puts the question together and asks it.
    fn ask<T>(
        &self,
        ask: impl FnOnce(&Instance<'_>, &Goal, Option<usize>) -> PyResult<T>,
    ) -> PyResult<T> {
        let roles: Vec<Role> = self.roles.iter().copied().map(role_of).collect::<PyResult<_>>()?;
        let capacity = self.capacity.as_ref().map(PyReadonlyArray1::as_slice).transpose()?;
        let (goal, demand) = (goal_of(&self.goal)?, self.demand.as_slice()?);
        let raised = |error: IndicatorError| PyErr::from(Raised::from(error));
        let on = |table: MinuteTable<'_>| {
            let instance = on_threads(|| Instance::new(table, demand, &roles, capacity))?;
            let instance = instance.map_err(|error| PyErr::from(Raised::from(error)))?;
            ask(&instance, &goal, self.new_sites)
        };
        self.minutes.table(|table| table.map_err(raised).and_then(on))?
    }
}

fn role_of(code: u8) -> PyResult<Role> {
    match code {
        0 => Ok(Role::Candidate),
        1 => Ok(Role::Required),
        2 => Ok(Role::Existing),
        3 => Ok(Role::Forbidden),
        _ => Err(InputError::new_err(format!("there is no role {code} of a column"))),
    }
}

fn goal_of((name, within, unserved, decay): &GoalWords) -> PyResult<Goal> {
    let (within, unserved) = (*within, *unserved);
    match (name.as_str(), within, decay) {
        ("min_mean_time", ..) => Ok(Goal::MinMeanTime { within, unserved }),
        ("max_coverage", _, Some(decay)) => Ok(Goal::MaxCoverage(Reach::Fading(decay_of(decay)?))),
        ("max_coverage", Some(within), None) => Ok(Goal::MaxCoverage(Reach::Within(within))),
        ("backup_coverage", Some(within), _) => Ok(Goal::BackupCoverage { within }),
        ("cover_all", Some(within), _) => Ok(Goal::CoverAll { within }),
        ("min_worst_time", ..) => Ok(Goal::MinWorstTime),
        _ => Err(InputError::new_err(format!("there is no goal {name:?} with these limits"))),
    }
}
