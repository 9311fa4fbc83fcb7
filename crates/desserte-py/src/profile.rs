//! Built-in profiles, as TOML, with settings changed.

use std::ops::RangeInclusive;

use desserte::{
    KmPerHour,
    profile::{Profile, ProfileError as Refused, RuralArea, Settings},
};
use pyo3::{prelude::*, pybacked::PyBackedBytes};

use crate::{
    convert,
    errors::{ProfileError, Raised},
};

/// Names of the built-in profiles.
#[pyfunction]
pub(crate) fn profile_names() -> Vec<&'static str> {
    Profile::names()
}

/// The least and the most that a number among the settings may be.
#[pyfunction]
pub(crate) fn setting_range(name: &str) -> PyResult<(f64, f64)> {
    let range = Settings::range(name).map(RangeInclusive::into_inner);
    range.ok_or_else(|| ProfileError::new_err(format!("no number of the settings is named {name}")))
}

/// The rules of a built-in profile, with some settings changed and areas with a limit of their own.
#[pyfunction]
pub(crate) fn profile_toml(
    name: &str,
    settings: &str,
    rural_areas: Vec<(PyBackedBytes, f64)>,
) -> PyResult<String> {
    let profile = Profile::built_in(name).map_err(Raised::from)?;
    let unreadable = |error: serde_json::Error| ProfileError::new_err(error.to_string());
    let changes: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(settings).map_err(unreadable)?;
    let mut all = serde_json::to_value(profile.settings()).map_err(unreadable)?;
    for (key, value) in changes {
        all[key] = value;
    }
    let settings = serde_json::from_value(all).map_err(unreadable)?;
    let profile = profile.with_settings(settings).map_err(Raised::from)?;
    let areas = rural_areas.iter().map(rural_area).collect::<PyResult<_>>()?;
    Ok(profile.with_rural_areas(areas).map_err(Raised::from)?.to_toml())
}

fn rural_area((area, kmh): &(PyBackedBytes, f64)) -> PyResult<RuralArea> {
    let areas = convert::areas(area, "an area of rural_kmh")?;
    Ok(RuralArea { kmh: KmPerHour(*kmh), polygons: convert::rural_polygons(&areas)? })
}

/// The name, the settings and the areas of a profile, as JSON.
#[pyfunction]
pub(crate) fn profile_summary(toml: &str) -> PyResult<String> {
    let profile =
        Profile::from_toml(toml).map_err(|error: Refused| PyErr::from(Raised::from(error)))?;
    let unreadable = |error: serde_json::Error| ProfileError::new_err(error.to_string());
    let mut summary = serde_json::to_value(profile.settings()).map_err(unreadable)?;
    summary["name"] = profile.name().into();
    if let Some(areas) = profile.rural_summary() {
        summary["rural_areas"] = serde_json::to_value(areas).map_err(unreadable)?;
    }
    Ok(summary.to_string())
}
