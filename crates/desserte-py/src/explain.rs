//! One trip, stretch by stretch, as rows.

use desserte::{
    Millis,
    graph::{Direction, Streets},
    matrix::{Question, Status, trips},
    profile::{DelayCause, Lane, SpeedSource},
    search::{Journey, JourneyStretch, StretchKind, Workspace},
};
use pyo3::{prelude::*, types::PyBytes};

use crate::{
    convert::line_to_wkb, errors::InputError, network::Network, snaps::Snaps, watched::watched,
};

/// Below this share of its speed, a stretch is said to be slowed by bends and by what lies around it.
const SLOWED: f64 = 0.95;

/// One row of an explanation.
#[pyclass(frozen, get_all, module = "desserte._native")]
pub(crate) struct Stretch {
    kind: &'static str,
    way: Option<i64>,
    name: Option<String>,
    highway: Option<String>,
    metres: f64,
    kmh: f64,
    speed_source: String,
    seconds: f64,
    delay_seconds: f64,
    delay_cause: Option<&'static str>,
    line: Py<PyBytes>,
}

#[pymethods]
impl Network {
    fn explain(
        &self,
        py: Python<'_>,
        start: &Snaps,
        end: &Snaps,
    ) -> PyResult<(u8, f64, Vec<Stretch>)> {
        let (starts, ends) = (start.on(self.number)?, end.on(self.number)?);
        let ([from], [to]) = (starts, ends) else {
            return Err(InputError::new_err("a trip has one start and one end"));
        };
        let network = &self.network;
        let (answer, journey) = watched(py, None, |watch| {
            let answer = trips(network, starts, ends, Question::default(), watch)?;
            let mut workspace = Workspace::new(network.graph());
            Ok((answer[0], Journey::between(network, &mut workspace, from, to)))
        })?;
        let stretches = journey.map(|journey| journey.stretches).unwrap_or_default();
        let rows = stretches.iter().map(|stretch| Stretch::of(py, stretch, network.streets()));
        let minutes = answer.ok().and_then(Millis::to_minutes).unwrap_or(f64::NAN);
        Ok((answer.err().unwrap_or(Status::Ok) as u8, minutes, rows.collect()))
    }
}

impl Stretch {
    fn of(py: Python<'_>, stretch: &JourneyStretch, streets: &Streets) -> Self {
        let seconds = |time: Millis| f64::from(time.0) / 1000.0;
        let walked = seconds(stretch.time);
        let row = Self {
            kind: "access",
            way: None,
            name: None,
            highway: None,
            metres: stretch.length.0,
            // A gate is passed on the spot.
            kmh: if walked > 0.0 && stretch.length.0 > 0.0 {
                stretch.length.0 / walked * 3.6
            } else {
                f64::NAN
            },
            speed_source: "walking speed".to_owned(),
            seconds: walked,
            delay_seconds: seconds(stretch.delay),
            delay_cause: stretch.delay_cause.map(DelayCause::name),
            line: PyBytes::new(py, &line_to_wkb(&stretch.line)).unbind(),
        };
        match stretch.kind {
            StretchKind::Access => row,
            StretchKind::Street { way, direction } => row.on_way(streets, way, direction),
        }
    }

    /// What says how fast the stretch is driven, and whether its bends say less.
    fn source(&self, lane: Lane, is_ferry: bool) -> String {
        let named = lane.source.name();
        if !is_ferry && self.kmh < SLOWED * lane.speed.0 {
            format!("{named}, {}", SpeedSource::Curvature.name())
        } else {
            named.to_owned()
        }
    }

    fn on_way(self, streets: &Streets, way: u32, direction: Direction) -> Self {
        let record = streets.ways()[way as usize];
        let tags = streets.way_tags().get(record.tags);
        let lane = match direction {
            Direction::Forward => record.usage.forward,
            Direction::Backward => record.usage.backward,
        };
        let is_ferry = record.usage.ferry.is_some();
        Self {
            kind: "street",
            way: Some(record.id.0),
            name: tags.value("name").or(tags.value("ref")).map(str::to_owned),
            highway: tags.value("highway").or(tags.value("route")).map(str::to_owned),
            speed_source: lane.map_or("gate".to_owned(), |lane| self.source(lane, is_ferry)),
            ..self
        }
    }
}
