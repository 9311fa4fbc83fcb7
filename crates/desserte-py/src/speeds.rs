//! The data-quality sheet of a network, as columns and totals.

use desserte::{
    Metres,
    graph::{PartCount, SpeedRow, SpeedSheet},
    profile::SpeedSource,
};
use numpy::PyArray1;
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::{network::Network, threads::released};

type Numbers<'py> = Bound<'py, PyArray1<f64>>;
/// Classes, sources, kilometres, mean km/h as driven and of the lanes; totals as JSON.
type Sheet<'py> =
    (Vec<String>, Vec<&'static str>, Numbers<'py>, Numbers<'py>, Numbers<'py>, String);

#[pymethods]
impl Network {
    fn speeds<'py>(&self, py: Python<'py>) -> PyResult<Sheet<'py>> {
        let sheet = released(py, || self.network.speeds())?;
        let rows = || sheet.rows.iter();
        let numbers = |of: fn(&SpeedRow) -> f64| PyArray1::from_iter(py, rows().map(of));
        Ok((
            rows().map(|row| row.highway.clone()).collect(),
            rows().map(|row| row.source.name()).collect(),
            numbers(|row| kilometres(row.length)),
            numbers(|row| row.speed.0),
            numbers(|row| row.lane_speed.0),
            totals(&sheet).to_string(),
        ))
    }
}

fn totals(sheet: &SpeedSheet) -> Value {
    let count =
        |parts: PartCount| json!({"count": parts.count, "kilometres": kilometres(parts.length)});
    let inhabited = sheet.cut_off.inhabited.iter().map(|part| {
        json!({
            "kilometres": kilometres(part.length),
            "settlements": part.settlements,
            "names": part.names,
        })
    });
    json!({
        "kilometres": kilometres(sheet.length),
        "with_limit": kilometres(sheet.with_limit),
        "with_surface": kilometres(sheet.with_surface),
        "restricted": kilometres(sheet.restricted),
        "cut_off": {
            "inhabited": inhabited.collect::<Vec<_>>(),
            "uninhabited": count(sheet.cut_off.uninhabited),
            "fragments": count(sheet.cut_off.fragments),
        },
    })
}

fn kilometres(length: Metres) -> f64 {
    length.0 / 1000.0
}

/// What may decide a speed: in English as tables have it, and in French.
#[pyfunction]
pub(crate) fn speed_sources() -> Vec<(&'static str, &'static str)> {
    SpeedSource::ALL.map(|source| (source.name(), source.nom())).to_vec()
}
