//! Where does the ground within a budget end?
//!
//! Marching squares over the nodes of the surface: a node is inside when its
//! time is within the budget, a ring passes between inside and outside nodes,
//! and crosses each side of a cell at most once.
//!
//! **Valid.** A crossing stays a thousandth of a cell away from the nodes, so no
//! two crossings coincide, and the one or two pieces of ring in a cell cannot
//! meet (each lies in a triangle at its own corner). Rings are therefore simple
//! and apart. A ring keeps the inside on its left: exteriors turn
//! counter-clockwise, holes clockwise.
//!
//! **Nested.** For budgets `t < u`, what is inside for `t` is inside for `u`:
//! - a node, because its time does not depend on the budget;
//! - a point on a side of a cell, because each crossing moves outwards as the
//!   budget grows ([`super::crossing`] says why), up to a wall at most, which
//!   stands where it stands;
//! - the inside of a cell is the convex hull of its inside corners and
//!   crossings, or two such triangles at opposite corners, and hulls of more
//!   contain hulls of less. Opposite corners are joined when the mean lateness
//!   of the four corners is not positive, and that mean falls as the budget grows.
//!
//! **Fast.** The rings of a row are met from west to east. Between two
//! successive crossings of a row the ground is of one kind, so a hole belongs
//! to the polygon whose ring was crossed just before it.
//!
//! # References
//!
//! W. E. Lorensen, H. E. Cline, *Marching Cubes*, SIGGRAPH 1987
//! (doi 10.1145/37401.37422), in the plane; the place of a crossing is computed
//! from the streets instead of interpolated between the nodes.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use crate::units::Millis;

use super::crossing::Crossings;
use super::surface::{TimeSurface, search_slack};

/// How near a crossing may come to a node, as a share of the cell.
const CLEARANCE: f64 = 1e-3;

impl TimeSurface {
    /// The ground one can stand on within a budget, on the network's plane.
    ///
    /// Valid by the rules of OGC, contained in that of any larger budget, and
    /// identical whatever the surface's limit, provided that the limit is at
    /// least the budget plus [`search_slack`]. A budget beyond the limit gives
    /// the ground within the limit. Islands and holes of any size are kept,
    /// except those that fall between the nodes.
    ///
    /// # Complexity
    ///
    /// Linear in the nodes of the grid, with a small constant, and in the length
    /// of the outline.
    #[must_use]
    pub fn polygons(&self, budget: Millis) -> MultiPolygon<f64> {
        Tracer::new(Level::new(self, budget)).trace()
    }
}

/// A side of a cell that a ring crosses, with the node on each side of the ring
/// and the way to the next node on that side.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) inside: usize,
    pub(super) outside: usize,
    pub(super) ahead: isize,
}

impl Gate {
    /// The gate between two neighbours, in a grid of so many columns.
    pub(super) fn between(inside: usize, outside: usize, columns: usize) -> Self {
        let columns = columns as isize;
        let ahead = match inside as isize - outside as isize {
            1 => columns,
            -1 => -columns,
            by if by == columns => -1,
            _ => 1,
        };
        Self { inside, outside, ahead }
    }

    /// The way from the outside node to the inside one: to the left.
    pub(super) fn left(self) -> isize {
        self.inside as isize - self.outside as isize
    }

    /// The next gate, given the two nodes ahead and whether to turn left.
    pub(super) fn turn_left(self) -> Self {
        let outside = step(self.inside, self.ahead);
        Self { inside: self.inside, outside, ahead: self.left() }
    }

    pub(super) fn turn_right(self) -> Self {
        let inside = step(self.outside, self.ahead);
        Self { inside, outside: self.outside, ahead: -self.left() }
    }

    pub(super) fn go_straight(self) -> Self {
        let (inside, outside) = (step(self.inside, self.ahead), step(self.outside, self.ahead));
        Self { inside, outside, ahead: self.ahead }
    }
}

/// The node at an offset. Nothing inside touches the border of the grid, so a
/// ring never leaves it.
pub(super) fn step(node: usize, by: isize) -> usize {
    node.wrapping_add_signed(by)
}

/// One tracing of all rings at a budget.
struct Tracer<'a> {
    level: Level<'a>,
    crossings: Crossings<'a>,
    /// The polygon, counted from one, whose ring passes east of a node.
    owner: Vec<u32>,
    polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)>,
}

impl<'a> Tracer<'a> {
    fn new(level: Level<'a>) -> Self {
        let owner = vec![0; level.surface.times().len()];
        Self { level, crossings: Crossings::of(level), owner, polygons: Vec::new() }
    }

    fn trace(mut self) -> MultiPolygon<f64> {
        for row in 0..self.level.surface.rows() {
            self.trace_row(row);
        }
        self.polygons.into_iter().map(|(exterior, holes)| Polygon::new(exterior, holes)).collect()
    }

    /// Follows the rings whose first crossing, from the north-west, is in a row.
    fn trace_row(&mut self, row: usize) {
        let columns = self.level.surface.columns();
        let mut current = 0;
        let mut was_inside = false;
        for node in row * columns..(row + 1) * columns {
            let is_inside = self.level.is_inside(node);
            if is_inside == was_inside {
                continue;
            }
            was_inside = is_inside;
            let west = node - 1;
            if self.owner[west] == 0 {
                self.follow(west, is_inside, current);
            }
            current = self.owner[west];
        }
    }

    /// Follows a new ring from the crossing east of a node: an exterior if the
    /// ground begins there, otherwise a hole of the `current` polygon.
    fn follow(&mut self, west: usize, begins: bool, current: u32) {
        let (east, south) = (west + 1, self.level.surface.columns() as isize);
        if begins {
            let id = self.polygons.len() as u32 + 1;
            let ring = self.ring(Gate { inside: east, outside: west, ahead: south }, id);
            self.polygons.push((ring, Vec::new()));
        } else {
            let ring = self.ring(Gate { inside: west, outside: east, ahead: -south }, current);
            self.polygons[current as usize - 1].1.push(ring);
        }
    }

    /// The ring through a gate.
    fn ring(&mut self, first: Gate, polygon: u32) -> LineString<f64> {
        let mut points = Vec::new();
        let mut gate = first;
        loop {
            if gate.left().abs() == 1 {
                self.owner[gate.inside.min(gate.outside)] = polygon;
            }
            points.push(self.crossings.at(gate));
            gate = self.next(gate);
            if gate == first {
                break;
            }
        }
        points.push(points[0]);
        LineString::new(points)
    }

    fn next(&self, gate: Gate) -> Gate {
        let (left, right) = (step(gate.inside, gate.ahead), step(gate.outside, gate.ahead));
        match (self.level.is_inside(left), self.level.is_inside(right)) {
            (true, false) => gate.go_straight(),
            (true, true) => gate.turn_right(),
            (false, true) if self.level.is_joined([gate.inside, gate.outside, left, right]) => {
                gate.turn_right()
            }
            (false, _) => gate.turn_left(),
        }
    }
}

/// What is within a budget on a surface.
#[derive(Clone, Copy)]
pub(super) struct Level<'a> {
    pub(super) surface: &'a TimeSurface,
    pub(super) budget: Millis,
}

impl<'a> Level<'a> {
    /// A budget beyond the surface's limit is the limit.
    pub(super) fn new(surface: &'a TimeSurface, budget: Millis) -> Self {
        Self { surface, budget: budget.min(surface.options().limit) }
    }

    /// Whether the two inside corners of a cell, opposite one another, are joined.
    ///
    /// Lateness is capped at the walking time over a diagonal: beyond it, what a
    /// node has depends on the limit of the search.
    pub(super) fn is_joined(&self, corners: [usize; 4]) -> bool {
        let options = self.surface.options();
        let cap = i64::from(search_slack(options.resolution, options.walking).0);
        let lateness = |node: usize| {
            let time = i64::from(self.surface.times()[node].0);
            (time - i64::from(self.budget.0)).min(cap)
        };
        corners.into_iter().map(lateness).sum::<i64>() <= 0
    }

    pub(super) fn is_inside(&self, node: usize) -> bool {
        self.surface.times()[node] <= self.budget
    }

    /// The point that lies a share of the way from one node to its neighbour, clear of both.
    pub(super) fn point_between(&self, from: usize, to: usize, share: f64) -> Coord<f64> {
        let share = share.clamp(CLEARANCE, 1.0 - CLEARANCE);
        let (from, to) = (self.surface.position(from), self.surface.position(to));
        Coord { x: from.0 + (to.0 - from.0) * share, y: from.1 + (to.1 - from.1) * share }
    }
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
