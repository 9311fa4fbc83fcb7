//! Indicators of minutes, as arrays.

use desserte::indicator::{self, Decay, IndicatorError, MinuteTable, Pairs, Step, Variant};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;

use crate::{
    errors::{InputError, Raised},
    threads::{on_threads, released},
};

type Numbers<'py> = Bound<'py, PyArray1<f64>>;

/// Minutes of all cells; or offsets, columns and minutes of those that are kept, and how many columns there are.
#[derive(FromPyObject)]
pub(crate) enum Times<'py> {
    Dense(PyReadonlyArray2<'py, f32>),
    Sparse(PyReadonlyArray1<'py, usize>, PyReadonlyArray1<'py, u32>, Minutes<'py>, usize),
}

type Minutes<'py> = PyReadonlyArray1<'py, f32>;

type Nearest<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f32>>);
/// Its name, its numbers (steps: bound, weight, bound, ...), and the limit beyond which nothing counts.
pub(crate) type DecayWords = (String, Vec<f64>, Option<f64>);

#[pyfunction]
pub(crate) fn time_to_nearest<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    k: usize,
) -> PyResult<Bound<'py, PyArray1<f32>>> {
    let nearest = on(py, &minutes, |table| indicator::time_to_nearest(table, k))?;
    Ok(nearest.into_pyarray(py))
}

#[pyfunction]
pub(crate) fn choices<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    within: f64,
) -> PyResult<Bound<'py, PyArray1<u32>>> {
    Ok(on(py, &minutes, |table| indicator::choices(table, within))?.into_pyarray(py))
}

#[pyfunction]
pub(crate) fn coverage<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    demand: PyReadonlyArray2<'py, f64>,
    within: Vec<f64>,
) -> PyResult<Numbers<'py>> {
    let (groups, demand) = (demand.shape()[1], demand.as_slice()?);
    let covered = on(py, &minutes, |table| indicator::coverage(table, demand, groups, &within))?;
    Ok(covered.into_pyarray(py))
}

#[pyfunction]
pub(crate) fn accessibility<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    supply: PyReadonlyArray1<'py, f64>,
    decay: DecayWords,
) -> PyResult<Numbers<'py>> {
    let (decay, supply) = (decay_of(&decay)?, supply.as_slice()?);
    let access = on(py, &minutes, |table| indicator::accessibility(table, supply, &decay))?;
    Ok(access.into_pyarray(py))
}

/// Access of each row; ratio and weighted demand of each column.
#[pyfunction]
pub(crate) fn catchments<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    demand: PyReadonlyArray1<'py, f64>,
    supply: PyReadonlyArray1<'py, f64>,
    decay: DecayWords,
    variant: &str,
) -> PyResult<(Numbers<'py>, Numbers<'py>, Numbers<'py>)> {
    let (decay, variant) = (decay_of(&decay)?, variant_of(variant)?);
    let (demand, supply) = (demand.as_slice()?, supply.as_slice()?);
    let shared =
        on(py, &minutes, |table| indicator::catchments(table, demand, supply, &decay, variant))?;
    Ok((
        shared.access.into_pyarray(py),
        shared.ratios.into_pyarray(py),
        shared.weighted_demand.into_pyarray(py),
    ))
}

/// Four numbers a column: people, minutes, last choices, and who is left without a time.
#[pyfunction]
pub(crate) fn criticality<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    demand: PyReadonlyArray1<'py, f64>,
    within: f64,
) -> PyResult<[Numbers<'py>; 4]> {
    let demand = demand.as_slice()?;
    let lost = on(py, &minutes, |table| indicator::criticality(table, demand, within))?;
    let columns = [lost.nearest, lost.person_minutes, lost.last_choice, lost.without_time];
    Ok(columns.map(|numbers| numbers.into_pyarray(py)))
}

/// The position of the nearest column and its minutes, a row; -1 and NaN where there is none.
#[pyfunction]
pub(crate) fn nearest_among<'py>(
    py: Python<'py>,
    minutes: Times<'py>,
    among: PyReadonlyArray1<'py, bool>,
) -> PyResult<Nearest<'py>> {
    let among = among.as_slice()?;
    let found = on(py, &minutes, |table| indicator::nearest_among(table, among))?;
    let columns = found.iter().map(|near| near.map_or(-1, |(column, _)| column as i64));
    let columns = PyArray1::from_iter(py, columns);
    let minutes = found.iter().map(|near| near.map_or(f32::NAN, |(_, minutes)| minutes));
    Ok((columns, PyArray1::from_iter(py, minutes)))
}

#[pyfunction]
pub(crate) fn decay_weights<'py>(
    py: Python<'py>,
    minutes: PyReadonlyArray1<'py, f32>,
    decay: DecayWords,
) -> PyResult<Numbers<'py>> {
    let (decay, minutes) = (decay_of(&decay)?, minutes.as_slice()?);
    Ok(PyArray1::from_iter(py, minutes.iter().map(|&time| decay.weight(time))))
}

/// Asks about a table of minutes while the interpreter is released.
fn on<T: Send>(
    py: Python<'_>,
    minutes: &Times<'_>,
    ask: impl FnOnce(MinuteTable<'_>) -> Result<T, IndicatorError> + Send,
) -> PyResult<T> {
    let answer = match minutes {
        Times::Dense(cells) => {
            let (rows, columns) = (cells.shape()[0], cells.shape()[1]);
            let cells = cells.as_slice()?;
            released(py, || MinuteTable::new(cells, rows, columns).and_then(ask))
        }
        Times::Sparse(offsets, of_cells, minutes, columns) => {
            let (offsets, of_cells) = (offsets.as_slice()?, of_cells.as_slice()?);
            let pairs = Pairs { offsets, columns: of_cells, minutes: minutes.as_slice()? };
            released(py, || MinuteTable::sparse(pairs, *columns).and_then(ask))
        }
    };
    Ok(answer?.map_err(Raised::from)?)
}

impl Times<'_> {
    /// The table that they make, for as long as it is asked.
    pub(crate) fn table<T>(
        &self,
        ask: impl FnOnce(Result<MinuteTable<'_>, IndicatorError>) -> T,
    ) -> PyResult<T> {
        Ok(match self {
            Self::Dense(cells) => {
                let (rows, columns) = (cells.shape()[0], cells.shape()[1]);
                let cells = cells.as_slice()?;
                ask(on_threads(|| MinuteTable::new(cells, rows, columns))?)
            }
            Self::Sparse(offsets, of_cells, minutes, columns) => {
                let (offsets, of_cells) = (offsets.as_slice()?, of_cells.as_slice()?);
                let pairs = Pairs { offsets, columns: of_cells, minutes: minutes.as_slice()? };
                ask(on_threads(|| MinuteTable::sparse(pairs, *columns))?)
            }
        })
    }
}

pub(crate) fn decay_of((name, numbers, up_to): &DecayWords) -> PyResult<Decay> {
    let decay = match (name.as_str(), numbers.as_slice()) {
        ("steps", _) => {
            let step = |pair: &[f64]| Step { below: pair[0], weight: pair[1] };
            Decay::steps(&numbers.chunks_exact(2).map(step).collect::<Vec<_>>())
        }
        ("binary", &[within]) => Decay::binary(within),
        ("linear", &[to]) => Decay::linear(to),
        ("exponential", &[scale]) => Decay::exponential(scale),
        ("gaussian", &[sigma]) => Decay::gaussian(sigma),
        ("logistic", &[midpoint, scale]) => Decay::logistic(midpoint, scale),
        ("power", &[exponent, near]) => Decay::power(exponent, near),
        _ => {
            let count = numbers.len();
            return Err(InputError::new_err(format!("no decay {name:?} of {count} numbers")));
        }
    };
    let decay = match *up_to {
        Some(limit) => decay.and_then(|decay| decay.up_to(limit)),
        None => decay,
    };
    decay.map_err(|error| Raised::from(error).into())
}

fn variant_of(word: &str) -> PyResult<Variant> {
    match word {
        "two_step" => Ok(Variant::TwoStep),
        "three_step" => Ok(Variant::ThreeStep),
        _ => Err(InputError::new_err(format!(
            "there is no variant {word:?}; there are \"two_step\" and \"three_step\""
        ))),
    }
}
