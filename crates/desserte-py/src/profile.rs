//! Built-in profiles, as TOML, with settings changed.

use desserte::profile::{Profile, ProfileError as Refused};
use pyo3::prelude::*;

use crate::errors::{ProfileError, Raised};

/// Names of the built-in profiles.
#[pyfunction]
pub(crate) fn profile_names() -> Vec<&'static str> {
    Profile::names()
}

/// The rules of a built-in profile, with some settings changed.
#[pyfunction]
pub(crate) fn profile_toml(name: &str, settings: &str) -> PyResult<String> {
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
    Ok(profile.to_toml())
}

/// The name and the settings of a profile, as JSON.
#[pyfunction]
pub(crate) fn profile_summary(toml: &str) -> PyResult<String> {
    let profile =
        Profile::from_toml(toml).map_err(|error: Refused| PyErr::from(Raised::from(error)))?;
    let mut summary = serde_json::to_value(profile.settings())
        .map_err(|error| ProfileError::new_err(error.to_string()))?;
    summary["name"] = profile.name().into();
    Ok(summary.to_string())
}
