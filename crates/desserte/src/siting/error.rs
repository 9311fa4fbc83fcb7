//! What can go wrong while a site is looked for.

use crate::{indicator::IndicatorError, matrix::MatrixError, watch::Interrupted};

/// Why no site was found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SitingError {
    /// People that no indicator would take either.
    #[error(transparent)]
    Input(#[from] IndicatorError),
    /// No times to the sites that are there.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The caller stopped it.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
