//! How a vehicle takes bends and changes speed, where that matters.

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::rules::check_range;
use crate::units::{KmPerHour, Metres};

/// What those who sit in a vehicle accept; accelerations in m/s².
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinematics {
    /// Sideways, in a bend: `v = sqrt(lateral * radius)`.
    pub lateral: f64,
    /// Speeding up.
    pub acceleration: f64,
    /// Slowing down.
    pub braking: f64,
    /// A bend passes the corner that it is drawn by at no more than this distance.
    pub astray_metres: Metres,
    /// The least length over which one steers into a bend and out of it.
    pub window_metres: Metres,
    /// No bend is taken slower.
    pub slowest_kmh: KmPerHour,
}

impl Kinematics {
    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("kinematics.lateral", self.lateral, 0.2..=10.0)?;
        check_range("kinematics.acceleration", self.acceleration, 0.2..=10.0)?;
        check_range("kinematics.braking", self.braking, 0.2..=10.0)?;
        check_range("kinematics.astray_metres", self.astray_metres.0, 0.1..=50.0)?;
        check_range("kinematics.window_metres", self.window_metres.0, 1.0..=200.0)?;
        check_range("kinematics.slowest_kmh", self.slowest_kmh.0, 1.0..=50.0)
    }
}
