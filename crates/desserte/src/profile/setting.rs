//! What surrounds a stretch, as far as its speed depends on it.
//!
//! Tags say little of the land a road crosses: whether houses stand along it,
//! and in which département it lies, is found from the map by a later stage and
//! told here. Who may pass never depends on it.

use super::Profile;
use crate::units::KmPerHour;

/// The surroundings of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Whether the stretch lies in a built-up area, unless its own tags say.
    pub built_up: bool,
    /// The limit outside built-up areas where no sign says.
    pub rural_kmh: KmPerHour,
}

impl Setting {
    /// Open country, under the limit that the study states.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self { built_up: false, rural_kmh: profile.settings().rural_kmh }
    }

    /// The same place, with houses along the road.
    #[must_use]
    pub const fn in_town(self) -> Self {
        Self { built_up: true, ..self }
    }
}
