//! What can go wrong while times are computed.

use crate::watch::Interrupted;

/// Why there are no travel times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// More cells than memory holds.
    #[error(
        "{rows} rows and {columns} columns make a matrix too large for this machine; ask for it in blocks of rows"
    )]
    TooLarge {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
    },
    /// Rows of a face-to-face question that do not pair up.
    #[error("{starts} starts and {ends} ends cannot be paired row by row")]
    UnequalRows {
        /// Starts given.
        starts: usize,
        /// Ends given.
        ends: usize,
    },
    /// The caller stopped it.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
