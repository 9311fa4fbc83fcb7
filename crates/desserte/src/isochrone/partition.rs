//! Where does the ground of one site end, and that of the next begin?
//!
//! Marching squares with a *kind* at each node: the site that is soonest there,
//! or none within the budget. A side of a cell whose ends differ in kind has one
//! point, a *post*: between a site and none, where the outline crosses it; between
//! two sites, where both are equally soon. In a cell the posts are joined by
//! fences, and what lies between the fences belongs to the kind of its corner.
//!
//! **One outline.** The fences that keep out what is not reached are those of
//! [`super::outline`]. All others end on them between two posts, so the areas of
//! all sites together are the ground within the budget.
//!
//! **Valid and apart.** Of four corners,
//! - two kinds side by side: one fence between two posts;
//! - three kinds, or four: all fences meet in one point inside the cell; where one
//!   of the kinds is none, on the fence that keeps it out;
//! - twice one site in opposite corners: it is joined, and the others are cut off
//!   by a fence each; if they too are one site, the earlier of the two is joined;
//! - none in opposite corners, and two sites between them that the outline joins:
//!   a fence from the middle of the one outline to that of the other.
//!
//! In each case the fences part the square into areas that do not overlap. A post
//! lies a thousandth of a side away from the nodes, an inner point in one cell
//! alone, and each area has every post and every inner point at most once. So
//! the rings of one site are simple and apart, as they are in the outline, and two
//! sites share fences and nothing else. Nothing is repaired.

use std::collections::HashMap;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::{
    crossing::Crossings,
    outline::{Gate, Level, step},
    segment::Segment,
    walls::View,
};

/// Not within the budget.
const NONE: u32 = 0;
/// How often the stretch in which two sites are equally soon is halved: to 2 cm of 100 m.
const HALVINGS: u32 = 12;

/// The ground of each of so many sites within a level, each point carried elsewhere.
pub(super) fn partition(
    level: Level<'_>,
    sites: usize,
    carry: impl Fn(Coord<f64>) -> Coord<f64>,
) -> Vec<MultiPolygon<f64>> {
    let mut tracer = Tracer::new(level, carry);
    for row in 0..level.surface.rows() {
        tracer.trace_row(row);
    }
    let mut ground = vec![MultiPolygon::new(Vec::new()); sites];
    for Area { kind, exterior, holes } in tracer.areas {
        ground[kind as usize - 1].0.push(Polygon::new(exterior, holes));
    }
    ground
}

/// A polygon in the making, of one kind.
struct Area {
    kind: u32,
    exterior: LineString<f64>,
    holes: Vec<LineString<f64>>,
}

/// Four corners of a cell, each beside the next.
type Corners = [usize; 4];

/// One tracing of the rings of all kinds.
struct Tracer<'a, F> {
    level: Level<'a>,
    crossings: Crossings<'a>,
    carry: F,
    /// The site of each node, counted from one; [`NONE`] where it is none.
    kinds: Vec<u32>,
    /// The area whose ring passes east of a node, on its western side and on its eastern one.
    begun: HashMap<usize, usize>,
    ended: HashMap<usize, usize>,
    areas: Vec<Area>,
    /// Where the posts between two sites stand, by the two nodes.
    shares: HashMap<(usize, usize), f64>,
}

impl<'a, F: Fn(Coord<f64>) -> Coord<f64>> Tracer<'a, F> {
    fn new(level: Level<'a>, carry: F) -> Self {
        let kind = |node: usize| {
            let label = level.surface.label(node).filter(|_| level.is_inside(node));
            label.map_or(NONE, |label| label + 1)
        };
        let kinds = (0..level.surface.times().len()).map(kind).collect();
        let (begun, ended, shares) = Default::default();
        let crossings = Crossings::of(level);
        Self { level, crossings, carry, kinds, begun, ended, areas: Vec::new(), shares }
    }

    /// Follows the rings whose first post, from the north-west, is in a row.
    ///
    /// Between two posts of a row the ground is of one kind, so a hole belongs to the area
    /// whose ring was passed just before it.
    fn trace_row(&mut self, row: usize) {
        let columns = self.level.surface.columns();
        let south = columns as isize;
        let (mut was, mut current) = (NONE, 0);
        for node in row * columns..(row + 1) * columns {
            let kind = self.kinds[node];
            if kind == was {
                continue;
            }
            let west = node.wrapping_sub(1);
            if was != NONE && !self.ended.contains_key(&west) {
                let hole = self.ring(Gate { inside: west, outside: node, ahead: -south }, current);
                self.areas[current].holes.push(hole);
            }
            if kind != NONE {
                current = match self.begun.get(&west) {
                    Some(&area) => area,
                    None => self.begin(kind, Gate { inside: node, outside: west, ahead: south }),
                };
            }
            was = kind;
        }
    }

    /// A new area, whose exterior passes a gate.
    fn begin(&mut self, kind: u32, gate: Gate) -> usize {
        let area = self.areas.len();
        let exterior = self.ring(gate, area);
        self.areas.push(Area { kind, exterior, holes: Vec::new() });
        area
    }

    /// The ring through a gate, its ground on the left.
    fn ring(&mut self, first: Gate, area: usize) -> LineString<f64> {
        let mut points = Vec::new();
        let mut gate = first;
        loop {
            match gate.left() {
                1 => drop(self.begun.insert(gate.outside, area)),
                -1 => drop(self.ended.insert(gate.inside, area)),
                _ => {}
            }
            points.push(self.post(gate.inside, gate.outside));
            let (left, right) = (step(gate.inside, gate.ahead), step(gate.outside, gate.ahead));
            let corners = [gate.inside, left, right, gate.outside];
            points.extend(self.bends(corners).into_iter().flatten());
            gate = self.next(gate, corners);
            if gate == first {
                break;
            }
        }
        points.push(points[0]);
        LineString::new(points)
    }

    /// The next gate of the ring whose ground is at the first corner.
    fn next(&self, gate: Gate, corners: Corners) -> Gate {
        let [kind, left, right, _] = self.kinds_at(corners);
        match (left == kind, right == kind) {
            (true, false) => gate.go_straight(),
            (true, true) => gate.turn_right(),
            (false, true) if self.is_joined(corners) => gate.turn_right(),
            (false, _) => gate.turn_left(),
        }
    }

    fn kinds_at(&self, corners: Corners) -> [u32; 4] {
        corners.map(|node| self.kinds[node])
    }

    /// Whether the first corner is joined to the third, which is of its kind, as the others are not.
    fn is_joined(&self, corners: Corners) -> bool {
        let [a, b, c, d] = corners;
        let [kind, left, _, right] = self.kinds_at(corners);
        if left == NONE && right == NONE {
            return self.level.is_joined(corners);
        }
        let rank = |nodes: [usize; 2], kind: u32| {
            let times = nodes.map(|node| u64::from(self.level.surface.times()[node].0));
            (times.iter().sum::<u64>(), kind)
        };
        left != right || rank([a, c], kind) < rank([b, d], left)
    }

    /// The points inside a cell by which a ring comes from between the last corner and the first, its
    /// ground being at the first.
    fn bends(&mut self, corners: Corners) -> [Option<Coord<f64>>; 2] {
        let kinds = self.kinds_at(corners);
        let changes: Vec<usize> = (0..4).filter(|&at| kinds[at] != kinds[(at + 1) % 4]).collect();
        let is_opposite = kinds[0] == kinds[2] || kinds[1] == kinds[3];
        if changes.len() == 4 && is_opposite {
            let is_passed = kinds[1] == NONE && kinds[3] == NONE && kinds[2] != kinds[0];
            if !is_passed || !self.level.is_joined(corners) {
                return [None, None];
            }
            return [(2, 3), (0, 1)].map(|(a, b)| Some(self.middle(corners, &[a, b])));
        }
        if changes.len() < 3 {
            return [None, None];
        }
        let is_outline = |&at: &usize| kinds[at] == NONE || kinds[(at + 1) % 4] == NONE;
        let outline: Vec<usize> = changes.iter().copied().filter(is_outline).collect();
        let border = changes.iter().copied().find(|at| !outline.contains(at));
        let meeting = match (border, outline.len(), changes.len()) {
            (Some(at), 2, 3) if kinds[(at + 2) % 4] == kinds[(at + 3) % 4] => {
                self.opposite(corners, at)
            }
            (_, 0, _) => self.middle(corners, &changes),
            _ => self.middle(corners, &outline),
        };
        [Some(meeting), None]
    }

    /// The middle of the posts that follow some corners, to the bit whichever corner is the first.
    fn middle(&mut self, corners: Corners, posts: &[usize]) -> Coord<f64> {
        let post = |at: &usize| self.post(corners[*at], corners[(at + 1) % 4]);
        let mut posts: Vec<Coord<f64>> = posts.iter().map(post).collect();
        posts.sort_unstable_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        let sum = posts.iter().fold(Coord { x: 0.0, y: 0.0 }, |sum, post| sum + *post);
        sum / posts.len() as f64
    }

    /// The point of the outline as far along it as the post after a corner is along its side.
    fn opposite(&mut self, corners: Corners, at: usize) -> Coord<f64> {
        let corner = |by: usize| corners[(at + by) % 4];
        let ends = [(corner(0), corner(3)), (corner(1), corner(2))];
        let [first, last] = if ends[0].0 < ends[1].0 { ends } else { [ends[1], ends[0]] };
        let share = self.share((first.0, last.0)).clamp(0.1, 0.9);
        let [start, end] = [first, last].map(|(inside, outside)| self.post(inside, outside));
        start + (end - start) * share
    }

    /// The post between two neighbours of different kinds.
    fn post(&mut self, a: usize, b: usize) -> Coord<f64> {
        let columns = self.level.surface.columns();
        let [inside, outside] = if self.kinds[a] == NONE { [b, a] } else { [a, b] };
        if self.kinds[outside] == NONE {
            return (self.carry)(self.crossings.at(Gate::between(inside, outside, columns)));
        }
        let ends = (a.min(b), a.max(b));
        let share = self.share(ends);
        (self.carry)(self.level.point_between(ends.0, ends.1, share))
    }

    /// How far along the side between two sites' nodes their post is, worked out once.
    fn share(&mut self, ends: (usize, usize)) -> f64 {
        if let Some(&known) = self.shares.get(&ends) {
            return known;
        }
        let share = self.equally_soon(ends);
        self.shares.insert(ends, share);
        share
    }

    /// How far from one node to its neighbour the site of the first is no later than that of the second.
    fn equally_soon(&self, (from, to): (usize, usize)) -> f64 {
        let surface = self.level.surface;
        let columns = surface.columns();
        let beside = if to - from == 1 { columns } else { 1 };
        let around = [from, to, from - beside, from + beside, to - beside, to + beside];
        let segments = |kind: u32| -> Vec<Segment> {
            let own = around.iter().filter(|&&node| self.kinds[node] == kind);
            own.filter_map(|&node| surface.source(node)).map(|it| surface.segment(it)).collect()
        };
        let [one, other] = [from, to].map(|node| segments(self.kinds[node]));
        let (start, end) = (surface.position(from), surface.position(to));
        let mut view = View::new(surface.walls());
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let share = f64::midpoint(low, high);
            let x = start.0 + (end.0 - start.0) * share;
            let y = start.1 + (end.1 - start.1) * share;
            view.look((x, y), surface.options().offroad.0);
            let mut soonest = |segments: &[Segment]| {
                let times = segments.iter().filter_map(|segment| view.time(segment));
                times.fold(f64::INFINITY, f64::min)
            };
            if soonest(&one) <= soonest(&other) { low = share } else { high = share }
        }
        f64::midpoint(low, high)
    }
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;
