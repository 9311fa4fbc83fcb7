//! Why a surface was refused.

use crate::watch::Interrupted;

/// What can be wrong with the question put to a surface.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IsochroneError {
    /// The distance between the nodes of the grid cannot be used.
    #[error("a resolution of {metres} m cannot be used, give at least 1 m")]
    Resolution {
        /// The value as given.
        metres: f64,
    },
    /// The distance one may walk off the street cannot be used.
    #[error("{metres} m off the street cannot be walked, give zero or more")]
    Offroad {
        /// The value as given.
        metres: f64,
    },
    /// The least area that is told cannot be used.
    #[error("no hole or island has an area of {hectares} ha, give zero or more")]
    LeastArea {
        /// The value as given.
        hectares: f64,
    },
    /// The walking speed cannot be used.
    #[error("nobody walks at {kmh} km/h, give a speed above 0.1 and at most 100")]
    Walking {
        /// The value as given.
        kmh: f64,
    },
    /// A vertex of a piece of street lies nowhere.
    #[error("piece {piece} has a vertex at x = {x}, y = {y}, which is no position")]
    Position {
        /// Rank of the piece in the call.
        piece: usize,
        /// Metres east of the projection's centre.
        x: f64,
        /// Metres north of the projection's centre.
        y: f64,
    },
    /// The grid would not fit in memory.
    #[error(
        "the surface would be {rows} rows of {columns} columns and take {gibibytes:.1} GiB, \
         use a coarser resolution"
    )]
    TooManyCells {
        /// Rows of the grid that was asked for.
        rows: f64,
        /// Columns of the grid that was asked for.
        columns: f64,
        /// Memory it would take.
        gibibytes: f64,
    },
    /// The caller stopped it.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
