//! What can go wrong while a graph is made.

use crate::watch::Interrupted;

/// Why no network could be made of an extract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The extract has ways, and none is open to this traveller.
    #[error(
        "none of the {ways} ways of the extract may be used with the profile {profile:?}; \
         check the profile, or that the extract covers land with roads"
    )]
    NoStreets {
        /// Ways of the extract.
        ways: usize,
        /// Name of the profile.
        profile: String,
    },
    /// More junctions, arcs or points than the ids of this version can name.
    #[error("{count} {what} are more than one network can hold ({limit}); clip the extract")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The caller stopped it.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}
