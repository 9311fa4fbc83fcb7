//! Places on a network, as Python holds them between two calls.

use desserte::graph::{Place, Snap};
use numpy::{PyArray1, ToPyArray};
use pyo3::prelude::*;

use crate::errors::SnapError;

/// Places on the streets of a network, in the order given.
#[pyclass(frozen, module = "desserte._native")]
pub(crate) struct Snaps {
    pub(crate) places: Vec<Place>,
    /// Which network they were put on: ids of streets mean nothing on another.
    pub(crate) network: usize,
}

impl Snaps {
    /// The places, if they belong to this network.
    pub(crate) fn on(&self, network: usize) -> PyResult<&[Place]> {
        if self.network == network {
            Ok(&self.places)
        } else {
            Err(SnapError::new_err("these places were snapped on another network; snap them again"))
        }
    }

    fn column<'py, T: numpy::Element>(
        &self,
        py: Python<'py>,
        of: impl Fn(Option<&Snap>) -> T,
    ) -> Bound<'py, PyArray1<T>> {
        let column: Vec<T> = self.places.iter().map(|place| of(place.snap.as_ref())).collect();
        column.to_pyarray(py)
    }

    fn numbers<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(&Snap) -> f64,
    ) -> Bound<'py, PyArray1<f64>> {
        self.column(py, |snap| snap.map_or(f64::NAN, &of))
    }
}

#[pymethods]
impl Snaps {
    fn __len__(&self) -> usize {
        self.places.len()
    }

    /// The places from one position up to another.
    fn part(&self, first: usize, last: usize) -> Self {
        let last = last.min(self.places.len());
        Self { places: self.places[first.min(last)..last].to_vec(), network: self.network }
    }

    fn outcome<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u8>> {
        self.column(py, |snap| u8::from(snap.is_none()))
    }

    fn street<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.column(py, |snap| snap.map_or(-1, |snap| i64::from(snap.street.0)))
    }

    fn distance_metres<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, |snap| snap.distance.0)
    }

    fn access_minutes<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, |snap| snap.access_time.to_minutes().unwrap_or(f64::NAN))
    }

    fn crosses_barrier<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<bool>> {
        self.column(py, |snap| snap.is_some_and(|snap| snap.crosses_barrier))
    }

    fn lon<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, |snap| snap.position.to_degrees().0)
    }

    fn lat<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.numbers(py, |snap| snap.position.to_degrees().1)
    }
}
