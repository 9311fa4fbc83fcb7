//! Where is the limit of the open road another than that of the settings?
//!
//! In France each département sets it for the roads of its own, so that the two
//! banks of a river may differ. An area is ground with a limit: polygons, which
//! may have holes. Of areas that overlap the first decides, and outside every
//! area the limit of the settings holds. The profile keeps the outlines; on
//! which side of them a road runs is left to the next stage.
//!
//! In TOML a polygon is one text, outline first, then its holes:
//! `"4.5 44.5, 4.8 44.5, 4.8 44.9; 4.6 44.6, 4.7 44.6, 4.7 44.7"`, in degrees.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Profile;
use super::error::ProfileError;
use super::rules::{check_not_empty, check_range};
use super::settings::Settings;
use crate::fingerprint::Fingerprint;
use crate::units::{KmPerHour, LonLat};

/// Ground with a limit of its own outside built-up land.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuralArea {
    /// The limit where no sign says.
    pub kmh: KmPerHour,
    /// The ground; a position in any of them lies in the area.
    pub polygons: Vec<RuralPolygon>,
}

/// Ground within an outline and outside its holes.
///
/// ```
/// use desserte::profile::RuralPolygon;
///
/// let text = "4.5 44.5, 4.8 44.5, 4.8 44.9; 4.6 44.55, 4.7 44.55, 4.7 44.7";
/// let bank = RuralPolygon::try_from(text.to_owned()).unwrap();
/// assert_eq!((bank.outline.len(), bank.holes.len()), (3, 1));
/// assert_eq!(bank.to_string(), text);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuralPolygon {
    /// Its border; the last position may repeat the first.
    pub outline: Vec<LonLat>,
    /// The borders of what it leaves out.
    pub holes: Vec<Vec<LonLat>>,
}

/// What a manifest says of the areas of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuralSummary {
    /// How many there are.
    pub count: usize,
    /// Their limits, each once, the lowest first.
    pub kmh: Vec<KmPerHour>,
    /// SHA-256 of the limits and the polygons, in their order, as the TOML writes them.
    pub sha256: String,
}

/// A polygon that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no position, write longitude and latitude in degrees, as in `4.59 44.73`")]
pub struct NoPosition(String);

impl TryFrom<String> for RuralPolygon {
    type Error = NoPosition;

    fn try_from(text: String) -> Result<Self, NoPosition> {
        let ring = |ring: &str| ring.split(',').map(position).collect::<Result<Vec<_>, _>>();
        let mut rings = text.split(';').map(ring);
        let outline = rings.next().transpose()?.unwrap_or_default();
        Ok(Self { outline, holes: rings.collect::<Result<_, _>>()? })
    }
}

fn position(text: &str) -> Result<LonLat, NoPosition> {
    let degrees = || {
        let (lon, lat) = text.trim().split_once(' ')?;
        LonLat::from_degrees(lon.parse().ok()?, lat.trim_start().parse().ok()?)
    };
    degrees().ok_or_else(|| NoPosition(text.trim().to_owned()))
}

impl From<RuralPolygon> for String {
    fn from(polygon: RuralPolygon) -> Self {
        polygon.to_string()
    }
}

impl fmt::Display for RuralPolygon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ring(f, &self.outline)?;
        for hole in &self.holes {
            f.write_str("; ")?;
            write_ring(f, hole)?;
        }
        Ok(())
    }
}

fn write_ring(f: &mut fmt::Formatter<'_>, ring: &[LonLat]) -> fmt::Result {
    for (index, position) in ring.iter().enumerate() {
        let (lon, lat) = position.to_degrees();
        write!(f, "{}{lon} {lat}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}

impl Profile {
    /// Areas with a limit of their own outside built-up land; of those that
    /// overlap, the first decides.
    #[must_use]
    pub fn rural_areas(&self) -> &[RuralArea] {
        &self.0.rural_areas
    }

    /// The same rules with other areas.
    ///
    /// # Errors
    ///
    /// [`ProfileError`] where an area has no ground, or a limit that no open road has.
    pub fn with_rural_areas(mut self, areas: Vec<RuralArea>) -> Result<Self, ProfileError> {
        self.0.rural_areas = areas;
        Self::try_from(self.0)
    }

    /// What a manifest says of the areas; `None` where there is none.
    #[must_use]
    pub fn rural_summary(&self) -> Option<RuralSummary> {
        let areas = self.rural_areas();
        let mut kmh: Vec<KmPerHour> = areas.iter().map(|area| area.kmh).collect();
        kmh.sort_by(|a, b| a.0.total_cmp(&b.0));
        kmh.dedup();
        let mut fingerprint = Fingerprint::default();
        for area in areas {
            fingerprint.update(format!("{}\n", area.kmh.0).as_bytes());
            for polygon in &area.polygons {
                fingerprint.update(format!("{polygon}\n").as_bytes());
            }
        }
        let summary = || RuralSummary { count: areas.len(), kmh, sha256: fingerprint.to_hex() };
        (!areas.is_empty()).then(summary)
    }
}

pub(super) fn check(areas: &[RuralArea]) -> Result<(), ProfileError> {
    let limits = Settings::range("rural_kmh").expect("it is a number among the settings");
    for (index, area) in areas.iter().enumerate() {
        let key = |name: &str| format!("rural_areas[{index}].{name}");
        check_range(&key("kmh"), area.kmh.0, limits.clone())?;
        check_not_empty(&key("polygons"), area.polygons.is_empty())?;
        for (polygon, at) in area.polygons.iter().zip(0..) {
            if !polygon.has_corners() {
                return Err(ProfileError::NoGround { key: key(&format!("polygons[{at}]")) });
            }
        }
    }
    Ok(())
}

impl RuralPolygon {
    /// Whether its outline has three corners at least, without which it has no inside.
    #[must_use]
    pub fn has_corners(&self) -> bool {
        let Some(&first) = self.outline.first() else { return false };
        let second = self.outline.iter().find(|&&corner| corner != first);
        second.is_some_and(|second| self.outline.iter().any(|at| *at != first && at != second))
    }
}
