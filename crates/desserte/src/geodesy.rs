//! How far apart two positions are, and where they lie on flat ground.
//!
//! Two tools, each exact enough for its use. [`distance`] and [`LocalFrame`]
//! take the two radii of curvature of the ellipsoid at one latitude: within the
//! few kilometres of a street segment or an access leg, the error is below one
//! part in a million. [`Projection`] lays a whole network on one plane without
//! changing angles: the stereographic projection, whose scale stays within
//! 1e-4 of true up to a hundred and twenty kilometres from its centre.
//!
//! # References
//!
//! J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper
//! 1395 (1987), equations 3-1, 14-15 and 21-24 to 21-27.

use crate::units::{LonLat, Metres};

/// Equatorial radius of WGS 84, metres.
const SEMI_MAJOR: f64 = 6_378_137.0;
/// Flattening of WGS 84.
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// First eccentricity, squared.
const E2: f64 = FLATTENING * (2.0 - FLATTENING);
/// The third flattening.
const N: f64 = FLATTENING / (2.0 - FLATTENING);

/// The plane that touches the ellipsoid at one position: metres east and north.
///
/// ```
/// use desserte::{LonLat, geodesy::LocalFrame};
///
/// let here = LonLat::from_degrees(4.4, 44.5).unwrap();
/// let frame = LocalFrame::at(here);
/// let (east, north) = frame.to_plane(LonLat { lon: here.lon + 1_000, lat: here.lat });
/// assert!((east - 7.9530).abs() < 1e-3 && north == 0.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LocalFrame {
    origin: LonLat,
    /// Metres in a unit of longitude and of latitude.
    east: f64,
    north: f64,
}

impl LocalFrame {
    /// The frame at a position.
    #[must_use]
    pub fn at(origin: LonLat) -> Self {
        let (east, north) = metres_per_unit(f64::from(origin.lat));
        Self { origin, east, north }
    }

    /// Metres east and north of the frame's origin.
    #[must_use]
    pub fn to_plane(&self, position: LonLat) -> (f64, f64) {
        let lon = f64::from(position.lon) - f64::from(self.origin.lon);
        let lat = f64::from(position.lat) - f64::from(self.origin.lat);
        (lon * self.east, lat * self.north)
    }

    /// Metres in one unit (1e-7 degrees) of longitude and of latitude.
    #[must_use]
    pub fn scale(&self) -> (f64, f64) {
        (self.east, self.north)
    }
}

/// Length of the straight line between two positions that lie near one another.
#[must_use]
pub fn distance(a: LonLat, b: LonLat) -> Metres {
    let (east, north) = metres_per_unit(f64::midpoint(f64::from(a.lat), f64::from(b.lat)));
    let lon = (f64::from(a.lon) - f64::from(b.lon)) * east;
    let lat = (f64::from(a.lat) - f64::from(b.lat)) * north;
    // A segment is no longer than the Earth is round: nothing here can overflow, as `hypot` would guard against.
    Metres((lon * lon + lat * lat).sqrt())
}

/// Metres in 1e-7 degrees of longitude and of latitude, at a latitude in those units.
fn metres_per_unit(lat: f64) -> (f64, f64) {
    let unit = 1e-7_f64.to_radians();
    let (sin, cos) = (lat * unit).sin_cos();
    let w2 = 1.0 - E2 * sin * sin;
    let prime_vertical = SEMI_MAJOR / w2.sqrt();
    (prime_vertical * cos * unit, prime_vertical * (1.0 - E2) / w2 * unit)
}

/// The conformal plane of one network: an oblique stereographic projection.
///
/// ```
/// use desserte::{LonLat, geodesy::Projection};
///
/// let privas = LonLat::from_degrees(4.5986, 44.7353).unwrap();
/// let plane = Projection::centred_on(privas);
/// let valence = LonLat::from_degrees(4.8924, 44.9334).unwrap();
/// let (x, y) = plane.to_plane(valence);
/// assert_eq!((x.round(), y.round()), (23_192.0, 22_056.0));
/// assert_eq!(plane.to_lon_lat(x, y), valence);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    centre: LonLat,
    sin_chi: f64,
    cos_chi: f64,
    /// Scale that makes the projection true at its centre.
    scale: f64,
}

impl Projection {
    /// The plane that touches the ellipsoid at `centre`.
    #[must_use]
    pub fn centred_on(centre: LonLat) -> Self {
        let phi = centre.to_degrees().1.to_radians();
        let (sin_chi, cos_chi) = conformal_latitude(phi).sin_cos();
        let prime_vertical = SEMI_MAJOR / (1.0 - E2 * phi.sin().powi(2)).sqrt();
        Self { centre, sin_chi, cos_chi, scale: 2.0 * prime_vertical * phi.cos() / cos_chi }
    }

    /// Metres east and north of the centre, on the plane.
    #[must_use]
    pub fn to_plane(&self, position: LonLat) -> (f64, f64) {
        let (_, lat) = position.to_degrees();
        let (sin_chi, cos_chi) = conformal_latitude(lat.to_radians()).sin_cos();
        let lon = f64::from(position.lon) - f64::from(self.centre.lon);
        let (sin_lon, cos_lon) = (lon * 1e-7).to_radians().sin_cos();
        let k = self.scale / (1.0 + self.sin_chi * sin_chi + self.cos_chi * cos_chi * cos_lon);
        let y = self.cos_chi * sin_chi - self.sin_chi * cos_chi * cos_lon;
        (k * cos_chi * sin_lon, k * y)
    }

    /// Degrees of longitude and latitude of a point on the plane.
    #[must_use]
    pub fn to_degrees(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = (x / self.scale, y / self.scale);
        // PERF: the sine over the distance, and the cosine, from half the angle's tangent: no function
        // but a square root; isochrones have thousands of points.
        let square = x * x + y * y;
        let (sine, cosine) = (2.0 / (1.0 + square), (1.0 - square) / (1.0 + square));
        let sin_chi = cosine * self.sin_chi + y * sine * self.cos_chi;
        let lon = (x * sine).atan2(self.cos_chi * cosine - y * self.sin_chi * sine);
        let (centre_lon, _) = self.centre.to_degrees();
        (centre_lon + lon.to_degrees(), geodetic_latitude(sin_chi).to_degrees())
    }

    /// The position of a point on the plane, to the nearest 1e-7 degree.
    #[must_use]
    pub fn to_lon_lat(&self, x: f64, y: f64) -> LonLat {
        let (lon, lat) = self.to_degrees(x, y);
        LonLat { lon: (lon * 1e7).round() as i32, lat: (lat * 1e7).round() as i32 }
    }

    /// The same projection, as PROJ writes it.
    #[must_use]
    pub fn to_proj_string(&self) -> String {
        let (lon, lat) = self.centre.to_degrees();
        format!("+proj=stere +lat_0={lat:.7} +lon_0={lon:.7} +k=1 +datum=WGS84 +units=m +no_defs")
    }
}

/// Snyder 3-1: the latitude of the sphere that the ellipsoid maps to conformally.
fn conformal_latitude(phi: f64) -> f64 {
    let e = E2.sqrt();
    let sin = phi.sin();
    (sin.atanh() - e * (e * sin).atanh()).sinh().atan()
}

/// The inverse of [`conformal_latitude`], from the sine: a series in the third flattening, summed by
/// Clenshaw's rule, whose sixth order leaves nothing that a double could hold.
///
/// Coefficients: C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", 2011,
/// doi:10.1007/s00190-011-0445-3.
fn geodetic_latitude(sin_chi: f64) -> f64 {
    let [n, n2, n3] = [N, N * N, N * N * N];
    let [n4, n5, n6] = [n2 * n2, n2 * n3, n3 * n3];
    let coefficients = [
        2.0 * n - n2 * 2.0 / 3.0 - 2.0 * n3 + n4 * 116.0 / 45.0 + n5 * 26.0 / 45.0
            - n6 * 2854.0 / 675.0,
        n2 * 7.0 / 3.0 - n3 * 8.0 / 5.0 - n4 * 227.0 / 45.0
            + n5 * 2704.0 / 315.0
            + n6 * 2323.0 / 945.0,
        n3 * 56.0 / 15.0 - n4 * 136.0 / 35.0 - n5 * 1262.0 / 105.0 + n6 * 73_814.0 / 2835.0,
        n4 * 4279.0 / 630.0 - n5 * 332.0 / 35.0 - n6 * 399_572.0 / 14_175.0,
        n5 * 4174.0 / 315.0 - n6 * 144_838.0 / 6237.0,
        n6 * 601_676.0 / 22_275.0,
    ];
    let sin_chi = sin_chi.clamp(-1.0, 1.0);
    let twice_cos = 2.0 * (1.0 - 2.0 * sin_chi * sin_chi);
    let (mut last, mut sum) = (0.0, 0.0);
    for coefficient in coefficients.into_iter().rev() {
        (last, sum) = (sum, coefficient + twice_cos * sum - last);
    }
    let sin_of_twice = 2.0 * sin_chi * (1.0 - sin_chi * sin_chi).sqrt();
    sin_chi.asin() + sum * sin_of_twice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_undoes_the_conformal_latitude() {
        for tenths in -899_i32..=899 {
            let phi = (f64::from(tenths) * 0.1).to_radians();
            let back = geodetic_latitude(conformal_latitude(phi).sin());
            // Near the poles the sine holds fewer digits; nowhere a millimetre.
            let tolerance = if tenths.abs() < 800 { 3e-15 } else { 1e-13 };
            assert!((back - phi).abs() < tolerance, "{phi}: {:e}", back - phi);
        }
    }
}
