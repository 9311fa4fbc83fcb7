//! What a site at each junction would give, as columns.

use desserte::{
    matrix::TripDirection,
    siting::{self, Demand, SitingSurface, SurfaceQuestion},
};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::{
    convert::{millis, minutes, trip_direction},
    network::Network,
    snaps::Snaps,
    watched::watched,
};

type Numbers<'py> = Bound<'py, PyArray1<f64>>;
/// Of each junction its node, longitude and latitude, people and minutes; of each place the minutes before.
type Columns<'py> = (
    Bound<'py, PyArray1<i64>>,
    Numbers<'py>,
    Numbers<'py>,
    Numbers<'py>,
    Numbers<'py>,
    Bound<'py, PyArray1<f32>>,
);

fn question(within: f64, direction: &str, unserved: Option<f64>) -> PyResult<SurfaceQuestion> {
    let (limit, unserved) = (millis(within)?, unserved.map(millis).transpose()?);
    let direction: TripDirection = trip_direction(direction)?;
    Ok(SurfaceQuestion { limit, direction, unserved })
}

#[pymethods]
impl Network {
    #[pyo3(signature = (demand, people, existing, within, direction, unserved, progress))]
    fn siting_surface<'py>(
        &self,
        py: Python<'py>,
        demand: &Snaps,
        people: PyReadonlyArray1<'py, f64>,
        existing: Option<&Snaps>,
        within: f64,
        direction: &str,
        unserved: Option<f64>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Columns<'py>> {
        let question = question(within, direction, unserved)?;
        let (places, people) = (demand.on(self.number)?, people.as_slice()?);
        let existing = existing.map_or(Ok(&[][..]), |existing| existing.on(self.number))?;
        let demand = Demand { places, people };
        let surface = watched(py, progress, |watch| {
            Ok(siting::siting_surface(&self.network, demand, existing, question, watch)?)
        })?;
        Ok(self.surface_columns(py, surface))
    }
}

impl Network {
    fn surface_columns<'py>(&self, py: Python<'py>, surface: SitingSurface) -> Columns<'py> {
        let junctions = || surface.junctions.iter().copied();
        let positions = junctions().map(|at| self.network.junction_position(at).to_degrees());
        let (lon, lat): (Vec<f64>, Vec<f64>) = positions.unzip();
        let nodes = junctions().map(|at| self.network.junction_node(at).0);
        let before = surface.before.iter().map(|&time| minutes(time));
        (
            PyArray1::from_iter(py, nodes),
            lon.into_pyarray(py),
            lat.into_pyarray(py),
            surface.new_people.into_pyarray(py),
            surface.person_minutes_saved.into_pyarray(py),
            PyArray1::from_iter(py, before),
        )
    }
}
