//! The door between the engine and Python.
//!
//! It converts arrays and bytes, releases the interpreter while the engine
//! works, lets Ctrl-C through, and gives every error its Python class. It
//! decides nothing: what a planner reads is in `python/src/desserte`.

#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    reason = "arguments are those of Python, one to one, and Python hands them over by value"
)]

mod convert;
mod errors;
mod explain;
mod indicator;
mod isochrone;
mod matrix;
mod network;
mod points;
mod profile;
mod siting;
mod snaps;
mod speeds;
mod surface;
mod threads;
mod watched;

/// The compiled half of `desserte`. Private.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::explain::Stretch;
    #[pymodule_export]
    use super::indicator::{
        accessibility, catchments, choices, coverage, criticality, decay_weights, nearest_among,
        time_to_nearest,
    };
    #[pymodule_export]
    use super::network::Network;
    #[pymodule_export]
    use super::points::{care_kinds, read_care, read_places};
    #[pymodule_export]
    use super::profile::{profile_names, profile_summary, profile_toml, setting_range};
    #[pymodule_export]
    use super::siting::{site, site_model};
    #[pymodule_export]
    use super::snaps::Snaps;
    #[pymodule_export]
    use super::speeds::speed_sources;
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python gives a version")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
