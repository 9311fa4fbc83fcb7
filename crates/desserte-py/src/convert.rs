//! How do arrays, degrees and bytes become engine types, and back?

use desserte::{LonLat, Millis, graph::Heading, matrix::TripDirection, profile::RuralPolygon};
use geo::{Geometry, LineString, MultiPolygon};
use geo_traits::to_geo::ToGeoGeometry;
use pyo3::prelude::*;
use wkb::writer::{WriteOptions, write_line_string, write_multi_polygon};

use crate::errors::InputError;

/// The areas of a WKB polygon or multipolygon; `role` is what they are, for the message.
pub(crate) fn areas(bytes: &[u8], role: &str) -> PyResult<MultiPolygon<f64>> {
    let refused = |what: String| InputError::new_err(format!("{role} is {what}"));
    let geometry = wkb::reader::read_wkb(bytes).map_err(|error| refused(error.to_string()))?;
    match geometry.try_to_geometry() {
        Some(Geometry::Polygon(area)) => Ok(area.into()),
        Some(Geometry::MultiPolygon(areas)) => Ok(areas),
        _ => Err(refused("neither a polygon nor a multipolygon".to_owned())),
    }
}

/// Areas in degrees on the grid of the map; what is too small for it is left out.
pub(crate) fn rural_polygons(areas: &MultiPolygon<f64>) -> PyResult<Vec<RuralPolygon>> {
    let position = |at: &geo::Coord<f64>| {
        LonLat::from_degrees(at.x, at.y).ok_or_else(|| {
            InputError::new_err(format!("an area is not on the globe: lon {}, lat {}", at.x, at.y))
        })
    };
    let ring = |ring: &LineString<f64>| ring.0.iter().map(position).collect::<PyResult<Vec<_>>>();
    let polygons = areas.0.iter().map(|polygon| {
        let holes = polygon.interiors().iter().map(ring).collect::<PyResult<_>>()?;
        Ok(RuralPolygon { outline: ring(polygon.exterior())?, holes })
    });
    let mut polygons = polygons.collect::<PyResult<Vec<_>>>()?;
    polygons.retain(RuralPolygon::has_corners);
    Ok(polygons)
}

/// A line, as WKB in degrees.
pub(crate) fn line_to_wkb(line: &[LonLat]) -> Vec<u8> {
    let line: LineString<f64> = line.iter().map(|position| position.to_degrees()).collect();
    let mut bytes = Vec::new();
    write_line_string(&mut bytes, &line, &WriteOptions::default())
        .expect("writing to memory does not fail");
    bytes
}

/// Areas, as WKB.
pub(crate) fn areas_to_wkb(areas: &MultiPolygon<f64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_multi_polygon(&mut bytes, areas, &WriteOptions::default())
        .expect("writing to memory does not fail");
    bytes
}

/// Positions in degrees, each checked against the globe.
pub(crate) fn positions(lon: &[f64], lat: &[f64]) -> PyResult<Vec<LonLat>> {
    if lon.len() != lat.len() {
        let (lon, lat) = (lon.len(), lat.len());
        return Err(InputError::new_err(format!("{lon} longitudes for {lat} latitudes")));
    }
    let position = |(row, (&lon, &lat)): (usize, (&f64, &f64))| {
        LonLat::from_degrees(lon, lat).ok_or_else(|| {
            InputError::new_err(format!("row {row} is not on the globe: lon {lon}, lat {lat}"))
        })
    };
    lon.iter().zip(lat).enumerate().map(position).collect()
}

/// A number of minutes as the engine counts them.
pub(crate) fn millis(minutes: f64) -> PyResult<Millis> {
    Millis::from_minutes(minutes).ok_or_else(|| {
        InputError::new_err(format!("{minutes} minutes cannot be counted; give zero or more"))
    })
}

/// Minutes as Python shows them: NaN where there are none.
pub(crate) fn minutes(time: Millis) -> f32 {
    time.to_minutes().map_or(f32::NAN, |minutes| minutes as f32)
}

/// Which way the trips of a matrix go.
pub(crate) fn trip_direction(word: &str) -> PyResult<TripDirection> {
    match word {
        "from" => Ok(TripDirection::From),
        "to" => Ok(TripDirection::To),
        "both" => Ok(TripDirection::Both),
        _ => Err(InputError::new_err(format!(
            "there is no direction {word:?}; there are \"from\", \"to\" and \"both\""
        ))),
    }
}

/// Which way an isochrone is reached.
pub(crate) fn heading(word: &str) -> PyResult<Heading> {
    match word {
        "from" => Ok(Heading::Forward),
        "to" => Ok(Heading::Backward),
        _ => Err(InputError::new_err(format!(
            "there is no direction {word:?}; there are \"from\" and \"to\""
        ))),
    }
}
