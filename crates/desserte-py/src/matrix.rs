//! Travel times, trips and nearest places, as arrays.

use desserte::{
    Millis,
    matrix::{self, MatrixError, Question, Status, TravelTimes},
};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, ToPyArray};
use pyo3::prelude::*;

use crate::{
    convert::{millis, minutes, trip_direction},
    network::Network,
    snaps::Snaps,
    watched::watched,
};

type Minutes<'py> = Bound<'py, PyArray2<f32>>;
/// Minutes and status, row by row.
type TripColumns<'py> = (Bound<'py, PyArray1<f32>>, Bound<'py, PyArray1<u8>>);
type Reasons<'py> = Bound<'py, PyArray2<u8>>;

fn question(max_minutes: Option<f64>, direction: &str, with_lengths: bool) -> PyResult<Question> {
    let cutoff = max_minutes.map(millis).transpose()?;
    Ok(Question { direction: trip_direction(direction)?, cutoff, with_lengths })
}

#[pymethods]
impl Network {
    #[pyo3(signature = (rows, columns, max_minutes, direction, kilometres, progress))]
    fn travel_times<'py>(
        &self,
        py: Python<'py>,
        rows: &Snaps,
        columns: &Snaps,
        max_minutes: Option<f64>,
        direction: &str,
        kilometres: bool,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Minutes<'py>, Reasons<'py>, Option<Minutes<'py>>)> {
        let question = question(max_minutes, direction, kilometres)?;
        let (rows, columns) = (rows.on(self.number)?, columns.on(self.number)?);
        let cells = watched(py, progress, |watch| {
            Ok(Cells::of(matrix::travel_times(&self.network, rows, columns, question, watch)?)?)
        })?;
        cells.into_arrays(py)
    }

    #[pyo3(signature = (rows, columns, max_minutes, direction, progress))]
    fn prepare_for(
        &self,
        py: Python<'_>,
        rows: &Snaps,
        columns: &Snaps,
        max_minutes: Option<f64>,
        direction: &str,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let question = question(max_minutes, direction, false)?;
        let (rows, columns) = (rows.on(self.number)?, columns.on(self.number)?);
        watched(py, progress, |watch| {
            Ok(matrix::prepare_for(&self.network, rows, columns, question, watch)?)
        })
    }

    #[pyo3(signature = (starts, ends, max_minutes, direction, progress))]
    fn trips<'py>(
        &self,
        py: Python<'py>,
        starts: &Snaps,
        ends: &Snaps,
        max_minutes: Option<f64>,
        direction: &str,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<TripColumns<'py>> {
        let question = question(max_minutes, direction, false)?;
        let (starts, ends) = (starts.on(self.number)?, ends.on(self.number)?);
        let trips = watched(py, progress, |watch| {
            Ok(matrix::trips(&self.network, starts, ends, question, watch)?)
        })?;
        let times = trips.iter().map(|trip| minutes(trip.unwrap_or(Millis::INFINITY)));
        let status = trips.iter().map(|trip| trip.err().unwrap_or(Status::Ok) as u8);
        Ok((PyArray1::from_iter(py, times), PyArray1::from_iter(py, status)))
    }

    #[pyo3(signature = (rows, columns, k, max_minutes, direction, progress))]
    fn nearest<'py>(
        &self,
        py: Python<'py>,
        rows: &Snaps,
        columns: &Snaps,
        k: usize,
        max_minutes: Option<f64>,
        direction: &str,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyArray2<i64>>, Minutes<'py>, Reasons<'py>)> {
        let question = question(max_minutes, direction, false)?;
        let (rows, columns) = (rows.on(self.number)?, columns.on(self.number)?);
        let found = watched(py, progress, |watch| {
            Ok(matrix::nearest(&self.network, rows, columns, (k, question), watch)?)
        })?;
        nearest_arrays(py, &found, k.min(columns.len()))
    }
}

/// A matrix in the units of Python, made while the interpreter is released.
struct Cells {
    shape: [usize; 2],
    minutes: Vec<f32>,
    status: Vec<u8>,
    kilometres: Option<Vec<f32>>,
}

impl Cells {
    fn of(times: TravelTimes) -> Result<Self, MatrixError> {
        let shape @ [rows, columns] = [times.rows, times.columns];
        let mut kilometres = times.lengths.is_some().then(Vec::new);
        if let (Some(cells), Some(lengths)) = (&mut kilometres, times.lengths) {
            let held = cells.try_reserve_exact(lengths.len());
            held.map_err(|_| MatrixError::TooLarge { rows, columns })?;
            cells.extend(lengths.into_iter().map(self::kilometres));
        }
        // PERF: of one size, minutes and status are made where milliseconds and reasons lie.
        let minutes = times.times.into_iter().map(minutes).collect();
        let status = times.status.into_iter().map(|status| status as u8).collect();
        Ok(Self { shape, minutes, status, kilometres })
    }

    fn into_arrays(
        self,
        py: Python<'_>,
    ) -> PyResult<(Minutes<'_>, Reasons<'_>, Option<Minutes<'_>>)> {
        let kilometres = self.kilometres.map(|cells| cells.into_pyarray(py).reshape(self.shape));
        Ok((
            self.minutes.into_pyarray(py).reshape(self.shape)?,
            self.status.into_pyarray(py).reshape(self.shape)?,
            kilometres.transpose()?,
        ))
    }
}

fn kilometres(millimetres: u64) -> f32 {
    if millimetres == u64::MAX { f32::NAN } else { (millimetres as f64 / 1e6) as f32 }
}

fn nearest_arrays<'py>(
    py: Python<'py>,
    rows: &[matrix::Nearest],
    width: usize,
) -> PyResult<(Bound<'py, PyArray2<i64>>, Minutes<'py>, Reasons<'py>)> {
    let shape = [rows.len(), width];
    let cells = rows.iter().flat_map(|row| {
        let found =
            row.found.iter().map(|&(time, column)| (column as i64, minutes(time), Status::Ok));
        let shortfall = row.shortfall.unwrap_or(Status::NoPath);
        found.chain(std::iter::repeat((-1, f32::NAN, shortfall))).take(width)
    });
    let (mut columns, mut times, mut status) = (Vec::new(), Vec::new(), Vec::new());
    for (column, time, reason) in cells {
        columns.push(column);
        times.push(time);
        status.push(reason as u8);
    }
    Ok((
        columns.to_pyarray(py).reshape(shape)?,
        times.to_pyarray(py).reshape(shape)?,
        status.to_pyarray(py).reshape(shape)?,
    ))
}
