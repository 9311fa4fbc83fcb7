//! Places and care points of map files, as columns.

use std::path::PathBuf;

use desserte::osm::{self, CareKind, CarePoint, PointFeatures};
use desserte::{LonLat, osm::Place};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::{network::clip, watched::watched};

type Texts = Vec<Option<String>>;
type Numbers<'py> = Bound<'py, PyArray1<f64>>;
/// Ids, longitudes, latitudes, names, kinds, populations, INSEE codes, manifest.
type PlaceColumns<'py> =
    (Vec<String>, Numbers<'py>, Numbers<'py>, Texts, Vec<String>, Numbers<'py>, Texts, String);
/// Ids, longitudes, latitudes, names, kinds, FINESS numbers, capacities, emergencies, manifest.
type CareColumns<'py> = (
    Vec<String>,
    Numbers<'py>,
    Numbers<'py>,
    Texts,
    Vec<&'static str>,
    Texts,
    Numbers<'py>,
    Bound<'py, PyArray1<u8>>,
    String,
);

/// Reads the inhabited places of map files.
#[pyfunction]
#[pyo3(signature = (paths, clip, buffer_metres, progress))]
pub(crate) fn read_places<'py>(
    py: Python<'py>,
    paths: Vec<PathBuf>,
    clip: Option<&[u8]>,
    buffer_metres: f64,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<PlaceColumns<'py>> {
    let clip = self::clip(clip, buffer_metres)?;
    let places =
        watched(py, progress, |watch| Ok(osm::read_places(&paths, clip.as_ref(), watch)?))?;
    let rows = || places.features.iter();
    let (lon, lat) = degrees(py, rows().map(|place| place.position));
    Ok((
        rows().map(|place| place.id.to_string()).collect(),
        lon,
        lat,
        rows().map(|place| place.name.clone()).collect(),
        rows().map(|place| place.place.clone()).collect(),
        counts(py, rows().map(|place: &Place| place.population)),
        rows().map(|place| place.insee_code.clone()).collect(),
        manifest(&places),
    ))
}

/// Reads the care points of map files.
#[pyfunction]
#[pyo3(signature = (paths, clip, buffer_metres, progress))]
pub(crate) fn read_care<'py>(
    py: Python<'py>,
    paths: Vec<PathBuf>,
    clip: Option<&[u8]>,
    buffer_metres: f64,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<CareColumns<'py>> {
    let clip = self::clip(clip, buffer_metres)?;
    let care = watched(py, progress, |watch| Ok(osm::read_care(&paths, clip.as_ref(), watch)?))?;
    let rows = || care.features.iter();
    let (lon, lat) = degrees(py, rows().map(|point| point.position));
    Ok((
        rows().map(|point| point.id.to_string()).collect(),
        lon,
        lat,
        rows().map(|point| point.name.clone()).collect(),
        rows().map(|point| point.kind.name()).collect(),
        rows().map(|point| point.finess.clone()).collect(),
        counts(py, rows().map(|point| point.capacity)),
        PyArray1::from_iter(py, rows().map(emergency)),
        manifest(&care),
    ))
}

/// Every kind of care point, in the order of the documentation.
#[pyfunction]
pub(crate) fn care_kinds() -> Vec<&'static str> {
    CareKind::ALL.iter().map(|kind| kind.name()).collect()
}

fn emergency(point: &CarePoint) -> u8 {
    point.emergency.map_or(2, u8::from)
}

fn degrees(py: Python<'_>, positions: impl Iterator<Item = LonLat>) -> (Numbers<'_>, Numbers<'_>) {
    let (lon, lat): (Vec<f64>, Vec<f64>) = positions.map(LonLat::to_degrees).unzip();
    (PyArray1::from_vec(py, lon), PyArray1::from_vec(py, lat))
}

fn counts(py: Python<'_>, counts: impl Iterator<Item = Option<u32>>) -> Numbers<'_> {
    PyArray1::from_iter(py, counts.map(|count| count.map_or(f64::NAN, f64::from)))
}

fn manifest<T>(points: &PointFeatures<T>) -> String {
    serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "extracts": points.sources,
        "oddities": points.oddities,
    })
    .to_string()
}
