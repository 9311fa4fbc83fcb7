//! Isochrones and reached streets, as WKB.

use desserte::{
    Metres, Millis,
    isochrone::{self, IsochroneOptions, ReachedPiece},
};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::{
    convert::{areas_to_wkb, heading, line_to_wkb, millis},
    network::Network,
    snaps::Snaps,
    watched::watched,
};

/// Origin rows, streets, lines, and minutes at each of their points, line after line.
type Pieces<'py> =
    (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>, Vec<Vec<u8>>, Bound<'py, PyArray1<f64>>);

/// Minutes by row and column, and where the first of them is.
type Raster<'py> = (Bound<'py, PyArray2<f32>>, (f64, f64));

#[pymethods]
impl Network {
    #[pyo3(signature = (origins, minutes, direction, merged, offroad_metres, resolution_metres, progress))]
    fn isochrones(
        &self,
        py: Python<'_>,
        origins: &Snaps,
        minutes: Vec<f64>,
        direction: &str,
        merged: bool,
        offroad_metres: f64,
        resolution_metres: f64,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Vec<Vec<u8>>>> {
        let limits = minutes.into_iter().map(millis).collect::<PyResult<_>>()?;
        let (offroad, resolution) = (Metres(offroad_metres), Metres(resolution_metres));
        let options =
            IsochroneOptions { limits, heading: heading(direction)?, offroad, resolution };
        let (network, origins) = (&self.network, origins.on(self.number)?);
        let rows = watched(py, progress, |watch| {
            Ok(if merged {
                vec![isochrone::merged_isochrones(network, origins, &options, watch)?]
            } else {
                isochrone::isochrones(network, origins, &options, watch)?
            })
        })?;
        Ok(rows.iter().map(|row| row.iter().map(areas_to_wkb).collect()).collect())
    }

    #[pyo3(signature = (sites, minutes, direction, offroad_metres, resolution_metres, progress))]
    fn catchments(
        &self,
        py: Python<'_>,
        sites: &Snaps,
        minutes: f64,
        direction: &str,
        offroad_metres: f64,
        resolution_metres: f64,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Vec<u8>>> {
        let (offroad, resolution) = (Metres(offroad_metres), Metres(resolution_metres));
        let (limits, heading) = (vec![millis(minutes)?], heading(direction)?);
        let options = IsochroneOptions { limits, heading, offroad, resolution };
        let (network, sites) = (&self.network, sites.on(self.number)?);
        let areas = watched(py, progress, |watch| {
            Ok(isochrone::catchments(network, sites, &options, watch)?)
        })?;
        Ok(areas.iter().map(areas_to_wkb).collect())
    }

    #[pyo3(signature = (origins, minutes, direction, offroad_metres, resolution_metres, progress))]
    fn time_surface<'py>(
        &self,
        py: Python<'py>,
        origins: &Snaps,
        minutes: f64,
        direction: &str,
        offroad_metres: f64,
        resolution_metres: f64,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Raster<'py>> {
        let limit = millis(minutes)?;
        let (offroad, resolution) = (Metres(offroad_metres), Metres(resolution_metres));
        let heading = heading(direction)?;
        let options = IsochroneOptions { limits: vec![limit], heading, offroad, resolution };
        let (network, origins) = (&self.network, origins.on(self.number)?);
        let surface = watched(py, progress, |watch| {
            Ok(isochrone::time_surface(network, origins, &options, watch)?)
        })?;
        let told = |time: &Millis| {
            Some(time).filter(|time| **time <= limit).and_then(|time| time.to_minutes())
        };
        let minutes =
            surface.times().iter().map(|time| told(time).map_or(f32::NAN, |it| it as f32));
        let minutes = PyArray1::from_iter(py, minutes);
        Ok((minutes.reshape([surface.rows(), surface.columns()])?, surface.origin()))
    }

    fn reached_streets<'py>(
        &self,
        py: Python<'py>,
        origins: &Snaps,
        minutes: f64,
        direction: &str,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Pieces<'py>> {
        let question = (heading(direction)?, millis(minutes)?);
        let origins = origins.on(self.number)?;
        let rows = watched(py, progress, |watch| {
            Ok(isochrone::reached_streets(&self.network, origins, question, watch)?)
        })?;
        Ok(piece_arrays(py, &rows))
    }
}

fn piece_arrays<'py>(py: Python<'py>, rows: &[Vec<ReachedPiece>]) -> Pieces<'py> {
    let pieces = || rows.iter().flatten();
    let origins =
        rows.iter().zip(0_i64..).flat_map(|(row, origin)| row.iter().map(move |_| origin));
    let minutes = |time: Millis| time.to_minutes().unwrap_or(f64::NAN);
    (
        PyArray1::from_iter(py, origins),
        PyArray1::from_iter(py, pieces().map(|piece| i64::from(piece.street.0))),
        pieces().map(|piece| line_to_wkb(&piece.line)).collect(),
        PyArray1::from_iter(py, pieces().flat_map(|piece| &piece.times).copied().map(minutes)),
    )
}
