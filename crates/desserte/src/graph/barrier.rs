//! What can one not walk across?
//!
//! Water and motorways, as lines: the outlines of rivers and lakes, the coast,
//! the axes of wide waterways, and the streets of class motorway. Lines need no
//! area to be put together, so an extract that cuts a lake in two still stops
//! one at its shore.

use std::sync::OnceLock;

use rstar::{AABB, Envelope, RTree, RTreeObject};

use crate::{
    profile::Ground,
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
    units::LonLat,
};

use super::street::Streets;

/// One straight piece of a line that cannot be crossed.
#[derive(Clone, Copy, Debug)]
struct BarrierSegment([LonLat; 2]);

impl RTreeObject for BarrierSegment {
    type Envelope = AABB<[i64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let [a, b] = self.0;
        corners(a, b)
    }
}

/// All lines that cannot be crossed on foot.
#[derive(Debug)]
pub struct BarrierLines {
    segments: Column<[LonLat; 2]>,
    /// The same, made at the first question.
    tree: OnceLock<RTree<BarrierSegment>>,
}

impl BarrierLines {
    pub(super) fn of(water: &[Vec<LonLat>], streets: &Streets) -> Self {
        let shores = water.iter().flat_map(|line| line.windows(2));
        let segments = shores.chain(motorways(streets)).map(|pair| [pair[0], pair[1]]).collect();
        Self { segments, tree: OnceLock::new() }
    }

    /// Those that are water: all that come before the motorways.
    pub(super) fn shores(
        &self,
        streets: &Streets,
    ) -> impl ExactSizeIterator<Item = [LonLat; 2]> + '_ {
        self.segments().take(self.len().saturating_sub(motorways(streets).count()))
    }

    /// Lays the lines on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>) {
        sheaf.put(Section::BarrierSegments, &self.segments);
    }

    /// Takes the lines off a shelf; any lines will do.
    pub(super) fn load(shelf: &Shelf) -> Result<Self, Flaw> {
        Ok(Self { segments: shelf.take(Section::BarrierSegments)?, tree: OnceLock::new() })
    }

    /// How many straight pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether nothing stands in anyone's way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The straight pieces, by their ends.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = [LonLat; 2]> + '_ {
        self.segments.iter().copied()
    }

    /// Whether the straight line between two positions crosses one of the lines.
    ///
    /// To touch a line is to cross it.
    #[must_use]
    pub fn cross(&self, from: LonLat, to: LonLat) -> bool {
        let leg = corners(from, to);
        let make_tree =
            || RTree::bulk_load(self.segments.iter().copied().map(BarrierSegment).collect());
        self.tree
            .get_or_init(make_tree)
            .locate_in_envelope_intersecting(&leg)
            .any(|segment| intersect([from, to], segment.0))
    }
}

/// The straight pieces of all motorways.
fn motorways(streets: &Streets) -> impl Iterator<Item = &[LonLat]> {
    streets.ids().flat_map(move |street| {
        let segments = streets.points(street).windows(2).enumerate();
        segments.filter_map(move |(index, pair)| {
            let stretch = streets.stretch_at(street, index);
            (streets.ground(stretch) == Ground::Motorway).then_some(pair)
        })
    })
}

/// The box around two positions, wide enough that the tree's own sums cannot overflow.
fn corners(a: LonLat, b: LonLat) -> AABB<[i64; 2]> {
    let [a, b] = [a, b].map(|p| [i64::from(p.lon), i64::from(p.lat)]);
    AABB::from_corners(a, b)
}

/// Whether two straight pieces share a point; exact, in integers.
fn intersect(one: [LonLat; 2], other: [LonLat; 2]) -> bool {
    let across = |line: [LonLat; 2], ends: [LonLat; 2]| ends.map(|end| side(line, end));
    let sides = [across(one, other), across(other, one)];
    if sides == [[0; 2]; 2] {
        return corners(one[0], one[1]).intersects(&corners(other[0], other[1]));
    }
    sides.iter().all(|[start, end]| start * end <= 0)
}

/// On which side of a line a point lies: 1 left, -1 right, 0 on it.
fn side([a, b]: [LonLat; 2], point: LonLat) -> i128 {
    let vector = |from: LonLat, to: LonLat| {
        (i128::from(to.lon) - i128::from(from.lon), i128::from(to.lat) - i128::from(from.lat))
    };
    let ((bx, by), (px, py)) = (vector(a, b), vector(a, point));
    (bx * py - by * px).signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: i32, lat: i32) -> LonLat {
        LonLat { lon, lat }
    }

    #[test]
    fn crossing_touching_and_missing_are_told_apart() {
        let river = [at(0, 0), at(10, 10)];
        assert!(intersect(river, [at(0, 10), at(10, 0)]));
        assert!(intersect(river, [at(5, 5), at(9, 0)]));
        assert!(!intersect(river, [at(0, 1), at(4, 5)]));
        assert!(!intersect(river, [at(11, 11), at(12, 12)]));
        assert!(intersect(river, [at(3, 3), at(12, 12)]));
    }
}
