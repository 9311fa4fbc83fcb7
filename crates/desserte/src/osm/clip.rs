//! Which part of an extract is wanted?
//!
//! A [`Clip`] is an area and how far it is grown. The growing is done in metres,
//! on the conformal plane at the middle of the area; the outcome goes back to
//! degrees once, so that asking about a node needs no projection. Long sides are
//! cut before they are laid on the plane, so that they stay where they are on
//! the map.
//!
//! A node is inside where a line from it to the east crosses the outline an odd
//! number of times. The outline is kept in thin bands of latitude, so that the
//! line meets a few dozen sides and not thousands.

use geo::orient::Direction;
use geo::{
    BoundingRect, Buffer, Coord, CoordsIter, Densify, Euclidean, Line, LinesIter, MapCoords,
    MultiPolygon, Orient, Point, Polygon, Rect,
};

use super::error::ClipError;
use crate::geodesy::Projection;
use crate::units::{LonLat, Metres};

/// The widest area: beyond, one plane no longer shows distances well.
const MAX_DEGREES: f64 = 40.0;
/// The largest buffer.
const MAX_BUFFER: f64 = 1_000_000.0;
/// The longest side, in degrees, that is laid on the plane in one piece: it strays by two metres.
const MAX_SIDE: f64 = 0.1;

/// The area to which an extract is cut, and how far beyond it streets are kept.
///
/// A way is kept, whole, when one of its nodes lies within the grown area; a
/// place or a care point when it lies within.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// The area, in degrees: longitude, latitude.
    pub area: MultiPolygon<f64>,
    /// How far the area is grown.
    pub buffer: Metres,
}

/// A clip made ready for many questions.
#[derive(Debug)]
pub(super) struct ClipTest {
    bounds: Rect<f64>,
    /// Sides of the outline that touch each band of latitude.
    bands: Vec<Vec<Line<f64>>>,
    bands_per_degree: f64,
}

impl ClipTest {
    /// Checks the clip and makes it ready.
    pub(super) fn new(clip: &Clip) -> Result<Self, ClipError> {
        check(clip)?;
        // A hole is one only if it turns the other way.
        let area = clip.area.orient(Direction::Default);
        let grown = if clip.buffer.0 > 0.0 {
            grow(&area, clip.buffer)
        } else {
            // Polygons that overlap would count as outside where there is an even number of them.
            geo::unary_union(&area)
        };
        let bounds = grown.bounding_rect().ok_or(ClipError::Empty)?;
        let count = (grown.coords_count() / 8).clamp(1, 4096);
        let bands_per_degree = count as f64 / bounds.height().max(1e-9);
        let mut bands = vec![Vec::new(); count];
        for side in grown.lines_iter() {
            let row = |lat: f64| row(lat, &bounds, bands_per_degree, count);
            let (low, high) =
                (row(side.start.y.min(side.end.y)), row(side.start.y.max(side.end.y)));
            for band in &mut bands[low..=high] {
                band.push(side);
            }
        }
        Ok(Self { bounds, bands, bands_per_degree })
    }

    /// Whether a position lies within the grown area.
    pub(super) fn contains(&self, position: LonLat) -> bool {
        let (lon, lat) = position.to_degrees();
        let (min, max) = (self.bounds.min(), self.bounds.max());
        if lon < min.x || lon > max.x || lat < min.y || lat > max.y {
            return false;
        }
        let band = &self.bands[row(lat, &self.bounds, self.bands_per_degree, self.bands.len())];
        let crossings = band.iter().filter(|side| {
            let (a, b) = (side.start, side.end);
            (a.y > lat) != (b.y > lat) && lon < a.x + (lat - a.y) / (b.y - a.y) * (b.x - a.x)
        });
        crossings.count() % 2 == 1
    }
}

/// The band a latitude lies in.
fn row(lat: f64, bounds: &Rect<f64>, bands_per_degree: f64, count: usize) -> usize {
    (((lat - bounds.min().y) * bands_per_degree) as usize).min(count - 1)
}

/// The area, grown on the plane at its middle.
fn grow(area: &MultiPolygon<f64>, buffer: Metres) -> MultiPolygon<f64> {
    let middle = area.bounding_rect().map(Rect::center).unwrap_or_default();
    let Some(centre) = LonLat::from_degrees(middle.x, middle.y) else {
        return area.clone();
    };
    let plane = Projection::centred_on(centre);
    let to_plane = |degrees: Coord<f64>| {
        let position = LonLat::from_degrees(degrees.x, degrees.y).unwrap_or(centre);
        plane.to_plane(position).into()
    };
    let laid_out = Euclidean.densify(area, MAX_SIDE).map_coords(to_plane);
    let mut grown = laid_out.buffer(buffer.0);
    if grown.0.is_empty() {
        // An area of a few centimetres vanishes where sides are rounded; it is a point then.
        grown = Point::from(to_plane(middle)).buffer(buffer.0);
    }
    grown.map_coords(|metres| plane.to_degrees(metres.x, metres.y).into())
}

/// Refuses an area that means nothing.
fn check(clip: &Clip) -> Result<(), ClipError> {
    let metres = clip.buffer.0;
    if !(0.0..=MAX_BUFFER).contains(&metres) {
        return Err(ClipError::Buffer { metres, limit: MAX_BUFFER });
    }
    for (polygon, shape) in clip.area.iter().enumerate() {
        check_polygon(polygon, shape)?;
    }
    let bounds = clip.area.bounding_rect().ok_or(ClipError::Empty)?;
    let degrees = bounds.width().max(bounds.height());
    if degrees > MAX_DEGREES {
        return Err(ClipError::TooWide { degrees, limit: MAX_DEGREES });
    }
    Ok(())
}

fn check_polygon(polygon: usize, shape: &Polygon<f64>) -> Result<(), ClipError> {
    for Coord { x: lon, y: lat } in shape.coords_iter() {
        if !(lon.is_finite() && lat.is_finite()) {
            return Err(ClipError::NotFinite { polygon, lon, lat });
        }
        if LonLat::from_degrees(lon, lat).is_none() {
            return Err(ClipError::OffGlobe { polygon, lon, lat });
        }
    }
    let bounds = shape.exterior().bounding_rect();
    if bounds.is_none_or(|bounds| bounds.width() == 0.0 || bounds.height() == 0.0) {
        return Err(ClipError::Invalid { polygon, what: "it has no surface".to_owned() });
    }
    match crossing(shape) {
        Some(at) => {
            let what = format!("its outline crosses itself near {:.5} {:.5}", at.x, at.y);
            Err(ClipError::Invalid { polygon, what })
        }
        None => Ok(()),
    }
}

/// A place where two sides of a polygon cross.
///
/// Sides are gone through from west to east; each is compared with those that
/// began before it and are not over yet. Rings that touch are let pass: what is
/// inside them is clear.
fn crossing(shape: &Polygon<f64>) -> Option<Coord<f64>> {
    let west = |side: &Line<f64>| side.start.x.min(side.end.x);
    let east = |side: &Line<f64>| side.start.x.max(side.end.x);
    let mut sides: Vec<Line<f64>> = shape.lines_iter().collect();
    sides.sort_by(|a, b| west(a).total_cmp(&west(b)));
    let mut open: Vec<Line<f64>> = Vec::new();
    for side in sides {
        open.retain(|other| east(other) >= west(&side));
        if open.iter().any(|other| cross(other, &side)) {
            return Some(side.start);
        }
        open.push(side);
    }
    None
}

/// Whether each of two sides has an end on either hand of the other.
fn cross(a: &Line<f64>, b: &Line<f64>) -> bool {
    let hand = |line: &Line<f64>, point: Coord<f64>| {
        let (along, to) = (line.end - line.start, point - line.start);
        along.x * to.y - along.y * to.x
    };
    let is_parted = |line, by: &Line<f64>| {
        let Line { start, end } = line;
        hand(by, start) * hand(by, end) < 0.0
    };
    is_parted(*a, b) && is_parted(*b, a)
}
