//! Isochrones and reached streets, as WKB.

use desserte::{
    Hectares, Metres, Millis,
    isochrone::{self, Dropped, IsochroneOptions, LeastAreas, ReachedPiece},
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

/// Ranks of origins.
type Ranks<'py> = Bound<'py, PyArray1<u32>>;

/// Holes and their hectares, islands and theirs.
type Small = (usize, f64, usize, f64);

/// WKB by row and limit, what was too small, and the ranks of those at the edge.
type Drawn<'py> = (Vec<Vec<Vec<u8>>>, Small, Ranks<'py>);

/// WKB by site, and the ranks of those at the edge.
type Parted<'py> = (Vec<Vec<u8>>, Ranks<'py>);

/// Minutes by row and column, where the first of them is, and the ranks of those at the edge.
type Raster<'py> = (Bound<'py, PyArray2<f32>>, (f64, f64), Ranks<'py>);

#[pymethods]
impl Network {
    /// `least`: hectares of the least hole and of the least island.
    #[pyo3(signature = (origins, minutes, direction, merged, offroad_metres, resolution_metres, least, progress))]
    fn isochrones<'py>(
        &self,
        py: Python<'py>,
        origins: &Snaps,
        minutes: Vec<f64>,
        direction: &str,
        merged: bool,
        offroad_metres: f64,
        resolution_metres: f64,
        least: (f64, f64),
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Drawn<'py>> {
        let limits = minutes.into_iter().map(millis).collect::<PyResult<_>>()?;
        let least = LeastAreas { hole: Hectares(least.0), island: Hectares(least.1) };
        let grid = (offroad_metres, resolution_metres);
        let options = IsochroneOptions { least, ..options(limits, direction, grid)? };
        let (network, origins) = (&self.network, origins.on(self.number)?);
        let drawn = watched(py, progress, |watch| {
            Ok(if merged {
                isochrone::merged_isochrones(network, origins, &options, watch)?
            } else {
                isochrone::isochrones(network, origins, &options, watch)?
            })
        })?;
        let wkb = drawn.rows.iter().map(|row| row.iter().map(areas_to_wkb).collect()).collect();
        Ok((wkb, dropped(drawn.dropped), PyArray1::from_vec(py, drawn.at_edge)))
    }

    #[pyo3(signature = (sites, minutes, direction, offroad_metres, resolution_metres, progress))]
    fn catchments<'py>(
        &self,
        py: Python<'py>,
        sites: &Snaps,
        minutes: f64,
        direction: &str,
        offroad_metres: f64,
        resolution_metres: f64,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Parted<'py>> {
        let grid = (offroad_metres, resolution_metres);
        let options = options(vec![millis(minutes)?], direction, grid)?;
        let (network, sites) = (&self.network, sites.on(self.number)?);
        let drawn = watched(py, progress, |watch| {
            Ok(isochrone::catchments(network, sites, &options, watch)?)
        })?;
        let wkb = drawn.areas.iter().map(areas_to_wkb).collect();
        Ok((wkb, PyArray1::from_vec(py, drawn.at_edge)))
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
        let options = options(vec![limit], direction, (offroad_metres, resolution_metres))?;
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
        let at_edge = PyArray1::from_slice(py, surface.at_edge());
        Ok((minutes.reshape([surface.rows(), surface.columns()])?, surface.origin(), at_edge))
    }

    fn reached_streets<'py>(
        &self,
        py: Python<'py>,
        origins: &Snaps,
        minutes: f64,
        direction: &str,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Pieces<'py>, Ranks<'py>)> {
        let question = (heading(direction)?, millis(minutes)?);
        let origins = origins.on(self.number)?;
        let reached = watched(py, progress, |watch| {
            Ok(isochrone::reached_streets(&self.network, origins, question, watch)?)
        })?;
        Ok((piece_arrays(py, &reached.rows), PyArray1::from_vec(py, reached.at_edge)))
    }
}

/// What is asked, holes and islands of any size included.
fn options(
    limits: Vec<Millis>,
    direction: &str,
    (offroad, resolution): (f64, f64),
) -> PyResult<IsochroneOptions> {
    let (offroad, resolution) = (Metres(offroad), Metres(resolution));
    let (heading, least) = (heading(direction)?, LeastAreas::default());
    Ok(IsochroneOptions { limits, heading, offroad, resolution, least })
}

fn dropped(small: Dropped) -> Small {
    (small.holes, small.hole_area.0, small.islands, small.island_area.0)
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
