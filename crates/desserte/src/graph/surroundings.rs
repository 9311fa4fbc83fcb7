//! In which setting does a stretch lie?
//!
//! A setting is a limit of the open road, and whether houses stand along it.
//! There are few: two for each limit of the profile. They are numbered, so that
//! a way is put to the profile once for each and not once for each segment.

use crate::{
    osm::OsmExtract,
    profile::{Profile, Setting},
    units::{KmPerHour, LonLat},
};

use super::{built_up::BuiltUp, rural::RuralLand};

/// Every setting there is, and which of them lies where.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// For each limit, the open road and then built-up land; that of the profile's settings first.
    settings: Vec<Setting>,
    built_up: BuiltUp,
    rural: RuralLand,
    /// The first of the two settings of each area.
    open_of_area: Vec<usize>,
}

impl Surroundings {
    pub(super) fn of(extract: &OsmExtract, profile: &Profile) -> Self {
        let elsewhere = Setting::of(profile);
        let mut limits: Vec<KmPerHour> = vec![elsewhere.rural_kmh];
        let mut open_of = |kmh: KmPerHour| {
            2 * limits.iter().position(|known| *known == kmh).unwrap_or_else(|| {
                limits.push(kmh);
                limits.len() - 1
            })
        };
        let areas = profile.rural_areas();
        let open_of_area = areas.iter().map(|area| open_of(area.kmh)).collect();
        let open = limits.iter().map(|&rural_kmh| Setting { rural_kmh, ..elsewhere });
        Self {
            settings: open.flat_map(|open| [open, open.in_town()]).collect(),
            built_up: BuiltUp::of(&extract.built_up),
            rural: RuralLand::of(areas),
            open_of_area,
        }
    }

    /// Every setting; the first is the open road outside all areas.
    pub(super) fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The number of the setting at a position.
    pub(super) fn at(&self, position: LonLat) -> usize {
        let open = self.rural.area_at(position).map_or(0, |area| self.open_of_area[area]);
        open + usize::from(self.built_up.contains(position))
    }
}
