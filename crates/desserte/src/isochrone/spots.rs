//! Which holes and islands are too small to be told?
//!
//! A hole of less than so many hectares, with all that lies in it, is filled; then
//! ground of less than so many, on which no origin stands, is left out.
//!
//! **Nested still.** Let `P` lie in `Q`, as the ground of a smaller budget lies in
//! that of a larger one. A point of a filled hole of `P` that is not in `Q` lies in
//! a hole of `Q`; that hole avoids `Q`, so it avoids `P` and lies within the hole
//! of `P`. It is no larger and is filled as well. Connected ground of `P` lies in
//! connected ground of `Q`, which is no smaller and bears the same origins: what
//! is kept of `P` is kept of `Q`. So neither budget has to know of the other.
//!
//! **Valid still.** Rings are left out and none is changed; rings that do not meet
//! do not meet when there are fewer of them.

use geo::{Area, BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon, Rect};

use crate::units::Hectares;

use super::error::IsochroneError;

/// The least hole and the least island that are told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeastAreas {
    /// Smaller holes are filled, with what lies in them.
    pub hole: Hectares,
    /// Smaller ground is left out, unless an origin stands on it.
    pub island: Hectares,
}

/// What was not told because it was too small.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dropped {
    /// Holes that were filled.
    pub holes: usize,
    /// The ground in them that is not within the budget.
    pub hole_area: Hectares,
    /// Islands that were left out.
    pub islands: usize,
    /// Their ground, which is within the budget.
    pub island_area: Hectares,
}

impl Dropped {
    /// Adds what was dropped elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.holes += other.holes;
        self.hole_area.0 += other.hole_area.0;
        self.islands += other.islands;
        self.island_area.0 += other.island_area.0;
    }
}

impl LeastAreas {
    /// Refuses areas that are none.
    pub(super) fn check(self) -> Result<(), IsochroneError> {
        let is_none = |area: Hectares| !(area.0.is_finite() && area.0 >= 0.0);
        let wrong = [self.hole, self.island].into_iter().find(|&area| is_none(area));
        wrong.map_or(Ok(()), |area| Err(IsochroneError::LeastArea { hectares: area.0 }))
    }

    /// Ground without what is too small; on some of it `origins` stand.
    pub(super) fn tell(
        self,
        ground: MultiPolygon<f64>,
        origins: &[Coord<f64>],
    ) -> (MultiPolygon<f64>, Dropped) {
        let mut dropped = Dropped::default();
        if self == Self::default() {
            return (ground, dropped);
        }
        let ground = self.without_holes(ground, &mut dropped);
        (self.without_islands(ground, origins, &mut dropped), dropped)
    }

    fn without_holes(self, ground: MultiPolygon<f64>, dropped: &mut Dropped) -> MultiPolygon<f64> {
        let (mut filled, mut parts) = (Vec::new(), Vec::new());
        for part in &ground {
            let is_small = |hole: &&LineString<f64>| area_within(hole).0 < self.hole.0;
            let (small, kept): (Vec<_>, Vec<_>) = part.interiors().iter().partition(is_small);
            let kept = kept.into_iter().cloned().collect();
            parts.push((Polygon::new(part.exterior().clone(), kept), small.len()));
            filled.extend(small.into_iter().filter_map(Filled::of));
        }
        if filled.is_empty() {
            return ground;
        }
        // Whatever lies in a filled hole belongs to the ground around it.
        parts.retain(|(part, _)| !filled.iter().any(|hole| hole.holds(part)));
        dropped.holes = parts.iter().map(|(_, holes)| holes).sum();
        let whole: MultiPolygon<f64> = parts.into_iter().map(|(part, _)| part).collect();
        let more = whole.unsigned_area() - ground.unsigned_area();
        dropped.hole_area = Hectares::from_square_metres(more);
        whole
    }

    fn without_islands(
        self,
        ground: MultiPolygon<f64>,
        origins: &[Coord<f64>],
        dropped: &mut Dropped,
    ) -> MultiPolygon<f64> {
        let is_told = |part: &Polygon<f64>| {
            let area = Hectares::from_square_metres(part.unsigned_area());
            let is_told = area.0 >= self.island.0 || origins.iter().any(|at| part.contains(at));
            if !is_told {
                dropped.islands += 1;
                dropped.island_area.0 += area.0;
            }
            is_told
        };
        ground.into_iter().filter(is_told).collect()
    }
}

/// A hole that was filled, and the box around it.
struct Filled {
    inside: Polygon<f64>,
    around: Rect<f64>,
}

impl Filled {
    fn of(hole: &LineString<f64>) -> Option<Self> {
        let inside = Polygon::new(hole.clone(), Vec::new());
        Some(Self { around: inside.bounding_rect()?, inside })
    }

    /// Whether ground lies in it. Rings do not meet, so one point of it tells.
    fn holds(&self, ground: &Polygon<f64>) -> bool {
        let is_within = |at: Point<f64>| self.around.contains(&at) && self.inside.contains(&at);
        ground.exterior().points().next().is_some_and(is_within)
    }
}

fn area_within(ring: &LineString<f64>) -> Hectares {
    Hectares::from_square_metres(Polygon::new(ring.clone(), Vec::new()).unsigned_area())
}

#[cfg(test)]
#[path = "spots_tests.rs"]
mod tests;
