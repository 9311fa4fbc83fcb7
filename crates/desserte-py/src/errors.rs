//! Which Python class does each engine error become?
//!
//! The classes are written in Python (`desserte.errors`), so that they can be a
//! `ValueError` as well. A missing file is the builtin `FileNotFoundError`, and
//! an interruption the `KeyboardInterrupt` it began as.

use std::error::Error;

use desserte::{
    graph::GraphError, indicator::IndicatorError, isochrone::IsochroneError as Isochrone,
    matrix::MatrixError, osm::OsmError as Osm, profile::ProfileError as Profile,
    saved::SavedError as Saved, siting::SitingError, watch::Interrupted,
};
use pyo3::{PyErr, exceptions::PyFileNotFoundError, exceptions::PyKeyboardInterrupt};

pyo3::import_exception!(desserte.errors, DesserteError);
pyo3::import_exception!(desserte.errors, InputError);
pyo3::import_exception!(desserte.errors, IsochroneError);
pyo3::import_exception!(desserte.errors, NetworkError);
pyo3::import_exception!(desserte.errors, OsmError);
pyo3::import_exception!(desserte.errors, ProfileError);
pyo3::import_exception!(desserte.errors, SavedNetworkError);
pyo3::import_exception!(desserte.errors, SnapError);

/// An error of the engine on its way to Python.
pub(crate) struct Raised(pub(crate) PyErr);

impl From<Osm> for Raised {
    fn from(error: Osm) -> Self {
        match error {
            Osm::Interrupted(Interrupted) => Self::from(Interrupted),
            Osm::NotFound { .. } => Self(PyFileNotFoundError::new_err(message(&error))),
            // The files are sound; it is the network that there is none of.
            Osm::NoStreets { .. } | Osm::NothingInside { .. } => {
                Self(NetworkError::new_err(message(&error)))
            }
            _ => Self(OsmError::new_err(message(&error))),
        }
    }
}

impl From<GraphError> for Raised {
    fn from(error: GraphError) -> Self {
        match error {
            GraphError::Interrupted(interrupted) => Self::from(interrupted),
            _ => Self(NetworkError::new_err(message(&error))),
        }
    }
}

impl From<MatrixError> for Raised {
    fn from(error: MatrixError) -> Self {
        match error {
            MatrixError::Interrupted(interrupted) => Self::from(interrupted),
            // What the engine calls blocks of rows has other names in Python.
            MatrixError::TooLarge { rows, columns } => Self(InputError::new_err(format!(
                "{rows} origins and {columns} destinations make a matrix too large for the memory of \
                 this machine; layout=\"sparse\" keeps the pairs within max_minutes only, and \
                 to=\"times.parquet\" writes the pairs to a file"
            ))),
            _ => Self(InputError::new_err(message(&error))),
        }
    }
}

impl From<IndicatorError> for Raised {
    fn from(error: IndicatorError) -> Self {
        Self(InputError::new_err(message(&error)))
    }
}

impl From<SitingError> for Raised {
    fn from(error: SitingError) -> Self {
        match error {
            SitingError::Interrupted(interrupted) => Self::from(interrupted),
            SitingError::Matrix(error) => Self::from(error),
            _ => Self(InputError::new_err(message(&error))),
        }
    }
}

impl From<Isochrone> for Raised {
    fn from(error: Isochrone) -> Self {
        match error {
            Isochrone::Interrupted(interrupted) => Self::from(interrupted),
            _ => Self(IsochroneError::new_err(message(&error))),
        }
    }
}

impl From<Profile> for Raised {
    fn from(error: Profile) -> Self {
        Self(ProfileError::new_err(message(&error)))
    }
}

impl From<Saved> for Raised {
    fn from(error: Saved) -> Self {
        match error {
            Saved::NotFound { .. } => Self(PyFileNotFoundError::new_err(message(&error))),
            _ => Self(SavedNetworkError::new_err(message(&error))),
        }
    }
}

impl From<Interrupted> for Raised {
    fn from(Interrupted: Interrupted) -> Self {
        Self(PyKeyboardInterrupt::new_err("interrupted"))
    }
}

impl From<Raised> for PyErr {
    fn from(Raised(error): Raised) -> Self {
        error
    }
}

/// The message of an error, followed by those of its causes.
fn message(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    message
}
