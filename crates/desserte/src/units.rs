//! What a bare number means.
//!
//! No plain number crosses from one stage to the next: a time is [`Millis`], a
//! length [`Metres`], a speed [`KmPerHour`], a position [`LonLat`]. Times are
//! integers, so that a sum does not depend on the order of its terms and a
//! result does not depend on the order of the threads.

use std::fmt;

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// A travel time in milliseconds.
///
/// [`Millis::INFINITY`] stands for "not reached". It is half of what the
/// integer can hold, so that the sum of two times never wraps; every sum is
/// clamped back to it.
///
/// ```
/// use desserte::Millis;
///
/// let ten_minutes = Millis::from_minutes(10.0).unwrap();
/// assert_eq!(ten_minutes, Millis(600_000));
/// assert_eq!(ten_minutes.plus(Millis::INFINITY), Millis::INFINITY);
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Pod,
    Zeroable,
)]
#[serde(transparent)]
#[repr(transparent)]
pub struct Millis(pub u32);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Not reached.
    pub const INFINITY: Self = Self(u32::MAX / 2);
    /// The longest trip there is: twenty-four hours. Anything longer is no path.
    pub const DAY: Self = Self(86_400_000);

    /// Converts minutes, to the nearest millisecond.
    ///
    /// Returns `None` where the number is negative, not finite, or beyond
    /// [`Millis::INFINITY`].
    #[must_use]
    pub fn from_minutes(minutes: f64) -> Option<Self> {
        Self::from_seconds(minutes * 60.0)
    }

    /// Converts seconds, to the nearest millisecond, under the same conditions.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let millis = (seconds * 1000.0).round();
        (0.0..f64::from(Self::INFINITY.0)).contains(&millis).then_some(Self(millis as u32))
    }

    /// Adds two times, clamped to [`Millis::INFINITY`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let sum = self.0.saturating_add(other.0);
        if sum < Self::INFINITY.0 { Self(sum) } else { Self::INFINITY }
    }

    /// Whether this is a time at all.
    #[must_use]
    pub const fn is_reached(self) -> bool {
        self.0 < Self::INFINITY.0
    }

    /// The time in minutes, or `None` where it was not reached.
    #[must_use]
    pub fn to_minutes(self) -> Option<f64> {
        self.is_reached().then(|| f64::from(self.0) / 60_000.0)
    }
}

/// A length in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

/// An area in hectares, of 10,000 square metres each.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Hectares(pub f64);

impl Hectares {
    const SQUARE_METRES: f64 = 1e4;

    /// The area of so many square metres.
    #[must_use]
    pub fn from_square_metres(area: f64) -> Self {
        Self(area / Self::SQUARE_METRES)
    }
}

/// A speed in kilometres per hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KmPerHour(pub f64);

impl KmPerHour {
    /// How long a length takes, in milliseconds and fractions of one.
    #[must_use]
    pub fn millis_for(self, length: Metres) -> f64 {
        length.0 * 3600.0 / self.0
    }
}

/// A position on the WGS 84 ellipsoid, in units of 1e-7 degrees.
///
/// This is the grid of OpenStreetMap itself: a node's position is kept exactly.
///
/// ```
/// use desserte::LonLat;
///
/// let privas = LonLat::from_degrees(4.5986, 44.7353).unwrap();
/// assert_eq!((privas.lon, privas.lat), (45_986_000, 447_353_000));
/// assert!(LonLat::from_degrees(44.7353, 94.5986).is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct LonLat {
    /// Longitude, 1e-7 degrees east of Greenwich.
    pub lon: i32,
    /// Latitude, 1e-7 degrees north of the equator.
    pub lat: i32,
}

impl LonLat {
    const PER_DEGREE: f64 = 1e7;

    /// The position at these degrees; `None` where they are not on the globe.
    #[must_use]
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        let on_globe = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        on_globe.then(|| Self {
            lon: (lon * Self::PER_DEGREE).round() as i32,
            lat: (lat * Self::PER_DEGREE).round() as i32,
        })
    }

    /// The position part of the way towards another, on the straight line between them.
    #[must_use]
    pub fn towards(self, other: Self, fraction: f64) -> Self {
        let between = |from: i32, to: i32| {
            (f64::from(from) + (f64::from(to) - f64::from(from)) * fraction).round() as i32
        };
        Self { lon: between(self.lon, other.lon), lat: between(self.lat, other.lat) }
    }

    /// Longitude and latitude in degrees.
    #[must_use]
    pub fn to_degrees(self) -> (f64, f64) {
        (f64::from(self.lon) / Self::PER_DEGREE, f64::from(self.lat) / Self::PER_DEGREE)
    }
}

impl fmt::Display for LonLat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lon, lat) = self.to_degrees();
        write!(f, "{lon:.7} {lat:.7}")
    }
}
