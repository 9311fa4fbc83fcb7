//! A network, as Python holds it; what is asked of it is in the files named after the stages.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use desserte::{
    Metres,
    graph::{Place, RoadNetwork},
    osm::{Clip, OsmExtract},
    profile::{Ground, Profile},
};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

use crate::{
    convert,
    errors::{Raised, SnapError},
    snaps::Snaps,
    threads::released,
    watched::watched,
};

/// Numbers the networks of this process, so that snaps know theirs.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Streets, graph and barriers of one traveller.
#[pyclass(frozen, module = "desserte._native")]
pub(crate) struct Network {
    pub(crate) network: RoadNetwork,
    pub(crate) number: usize,
}

impl Network {
    fn numbered(network: RoadNetwork) -> Self {
        Self { network, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }
}

/// An area to clip to, out of WKB.
pub(crate) fn clip(area: Option<&[u8]>, buffer_metres: f64) -> PyResult<Option<Clip>> {
    let clip = |area| {
        let area = convert::areas(area, "the area to clip to")?;
        Ok(Clip { area, buffer: Metres(buffer_metres) })
    };
    area.map(clip).transpose()
}

#[pymethods]
impl Network {
    #[staticmethod]
    #[pyo3(signature = (paths, profile, clip, buffer_metres, progress))]
    fn from_pbf(
        py: Python<'_>,
        paths: Vec<PathBuf>,
        profile: &str,
        clip: Option<&[u8]>,
        buffer_metres: f64,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let profile = Profile::from_toml(profile).map_err(Raised::from)?;
        let clip = self::clip(clip, buffer_metres)?;
        let network = watched(py, progress, |watch| {
            let extract = OsmExtract::read(&paths, clip.as_ref(), watch)?;
            Ok(RoadNetwork::build(&extract, &profile, watch)?)
        })?;
        Ok(Self::numbered(network))
    }

    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let network = released(py, || RoadNetwork::load(&path))?.map_err(Raised::from)?;
        Ok(Self::numbered(network))
    }

    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        Ok(released(py, || self.network.save(&path))?.map_err(Raised::from)?)
    }

    fn prepare(&self, py: Python<'_>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        watched(py, progress, |watch| {
            self.network.prepare(watch)?;
            Ok(())
        })
    }

    fn is_prepared(&self) -> bool {
        self.network.prepared().is_some()
    }

    fn manifest(&self) -> String {
        serde_json::to_string(self.network.manifest())
            .expect("a manifest has plain keys and finite numbers")
    }

    fn projection(&self) -> String {
        self.network.projection().to_proj_string()
    }

    fn streets(&self, py: Python<'_>) -> PyResult<(Vec<String>, Vec<Vec<u8>>)> {
        let columns = released(py, || {
            let streets = self.network.streets();
            let class = |street| {
                let way = streets.stretches(street)[0].way as usize;
                let tags = streets.way_tags().get(streets.ways()[way].tags);
                tags.value("highway").or(tags.value("route")).unwrap_or_default().to_owned()
            };
            let lines = streets.ids().map(|street| convert::line_to_wkb(streets.points(street)));
            (streets.ids().map(class).collect(), lines.collect())
        });
        Ok(columns?)
    }

    fn barriers(&self, py: Python<'_>) -> PyResult<Vec<Vec<u8>>> {
        let lines = released(py, || {
            self.network.barriers().segments().map(|ends| convert::line_to_wkb(&ends)).collect()
        });
        Ok(lines?)
    }

    fn shores(&self, py: Python<'_>) -> PyResult<Vec<Vec<u8>>> {
        let lines = released(py, || {
            self.network.shores().map(|ends| convert::line_to_wkb(&ends)).collect()
        });
        Ok(lines?)
    }

    fn closed_ground(&self, py: Python<'_>) -> PyResult<(Vec<u32>, Vec<Vec<u8>>)> {
        let columns = released(py, || {
            let streets = self.network.streets();
            let closed = streets.ids().flat_map(|street| {
                let stretches = streets.stretches_with_ends(street);
                stretches.filter_map(move |(stretch, [first, last])| {
                    let line = &streets.points(street)[first..=last];
                    let is_closed = streets.ground(stretch) != Ground::Open;
                    is_closed.then(|| (street.0, convert::line_to_wkb(line)))
                })
            });
            closed.unzip()
        });
        Ok(columns?)
    }

    fn snap(
        &self,
        py: Python<'_>,
        lon: PyReadonlyArray1<'_, f64>,
        lat: PyReadonlyArray1<'_, f64>,
        radius_metres: f64,
    ) -> PyResult<Snaps> {
        if !(radius_metres >= 0.0 && radius_metres.is_finite()) {
            let message = format!("a radius of {radius_metres} m cannot be searched");
            return Err(SnapError::new_err(message));
        }
        let positions = convert::positions(lon.as_slice()?, lat.as_slice()?)?;
        let network = &self.network;
        let places: Vec<Place> =
            released(py, || network.snap_all(&positions, Metres(radius_metres)))?;
        Ok(Snaps { places, network: self.number })
    }
}
