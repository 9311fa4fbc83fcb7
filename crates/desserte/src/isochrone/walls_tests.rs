//! Does no walk lead through a wall, and is the best of the others found?

use std::sync::Arc;

use super::super::{
    fixtures::{Dice, Piece, options, vertex, winding_streets},
    surface::{SurfaceOptions, TimeSurface},
};
use super::*;
use crate::units::{Metres, Millis};

fn surface_between(walls: &[Wall], pieces: &[Piece], options: SurfaceOptions) -> TimeSurface {
    let walls = Arc::new(Walls::between(walls.to_vec()));
    TimeSurface::between(walls, pieces.iter().map(Vec::as_slice), options).unwrap()
}

/// A winding river from one side of a square to the other.
fn river(dice: &mut Dice, width: f64) -> Vec<Wall> {
    let (mut at, mut course) = ((0.0, dice.between(0.2, 0.8) * width), Vec::new());
    while at.0 < width {
        let next = (at.0 + dice.between(20.0, 250.0), at.1 + dice.between(-150.0, 150.0));
        course.push([at, next]);
        at = next;
    }
    course
}

fn turns_left(a: Point, b: Point, c: Point) -> bool {
    (b.0 - a.0) * (c.1 - a.1) > (b.1 - a.1) * (c.0 - a.0)
}

/// Whether a walk crosses a wall, by the sides on which the ends lie.
fn is_barred(from: Point, to: Point, walls: &[Wall]) -> bool {
    let is_crossed = |&[a, b]: &Wall| {
        turns_left(from, to, a) != turns_left(from, to, b)
            && turns_left(a, b, from) != turns_left(a, b, to)
    };
    walls.iter().any(is_crossed)
}

/// Steps along a segment, in the definition worked out the slow way.
const STEPS: usize = 1_500;

/// The definition: the least over thousands of places along every segment, of those that are seen.
fn seen_from(point: Point, (pieces, walls): (&[Piece], &[Wall]), options: &SurfaceOptions) -> f64 {
    let pace = 3600.0 / options.walking.0;
    let mut best = f64::INFINITY;
    for pair in pieces.iter().flat_map(|piece| piece.windows(2)) {
        for step in 0..=STEPS {
            let share = step as f64 / STEPS as f64;
            let mix = |a: f64, b: f64| a + (b - a) * share;
            let spot = (mix(pair[0].x, pair[1].x), mix(pair[0].y, pair[1].y));
            let walk = (spot.0 - point.0).hypot(spot.1 - point.1);
            let time = mix(f64::from(pair[0].time.0), f64::from(pair[1].time.0)) + pace * walk;
            if walk <= options.offroad.0 && time < best && !is_barred(spot, point, walls) {
                best = time;
            }
        }
    }
    best
}

#[test]
fn every_node_has_the_time_of_what_it_sees() {
    let (mut hidden, mut worst) = (0, 0.0_f64);
    for seed in 1..=3 {
        let dice = &mut Dice(seed);
        let pieces = winding_streets(dice, 6, 1_200.0);
        let walls: Vec<Wall> = (0..2).flat_map(|_| river(dice, 1_200.0)).collect();
        let options = SurfaceOptions { resolution: Metres(75.0), ..options(25.0) };
        let open = surface_between(&[], &pieces, options);
        let surface = surface_between(&walls, &pieces, options);
        let limit = f64::from(options.limit.0);
        for node in 0..open.times().len() {
            let (x, y) = open.position(node);
            let found = surface.time_at_node(x, y).map_or(f64::INFINITY, |time| f64::from(time.0));
            let expected = seen_from((x, y), (&pieces, &walls), &options);
            let expected = if expected <= limit { expected } else { f64::INFINITY };
            hidden += usize::from(f64::from(open.times()[node].0) + 1.0 < expected);
            // A place between two steps is at most four centimetres from one of them: 80 ms.
            let both_lost = found.is_infinite() && expected.is_infinite();
            let error = if both_lost { 0.0 } else { (found - expected).abs() };
            worst = worst.max(error);
        }
    }
    assert!(hidden > 200, "{hidden} nodes lie behind a wall");
    assert!(worst <= 80.0, "{worst} ms");
}

#[test]
fn a_river_is_crossed_by_its_bridge_alone() {
    // A road along the southern bank, a bridge at its eastern end, a road back on the other side.
    let south = vec![vertex(0.0, -50.0, 0), vertex(2_000.0, -50.0, 120_000)];
    let north = vec![vertex(2_000.0, 50.0, 126_000), vertex(0.0, 50.0, 246_000)];
    let walls = [-20.0, 20.0].map(|y| [(-500.0, y), (2_500.0, y)]);
    let surface = surface_between(&walls, &[south.clone(), north], options(20.0));
    // Opposite the start, 150 m away as the crow flies: by the bridge and 50 m on foot.
    assert_eq!(surface.time_at(100.0, 100.0).unwrap().0 / 1000, (240_000 + 44_000) / 1000);
    let without = surface_between(&walls, &[south], options(20.0));
    assert_eq!(without.time_at(100.0, 100.0), None);
    let ground = without.polygons(Millis(1_200_000));
    let bounds = geo::BoundingRect::bounding_rect(&ground).unwrap();
    assert!(bounds.max().y <= 20.0, "{bounds:?} reaches across the river");
}

#[test]
fn one_steps_off_a_quay_on_either_side() {
    let quay = vec![vertex(0.0, 0.0, 0), vertex(1_000.0, 0.0, 60_000)];
    let surface = surface_between(&[[(0.0, 0.0), (1_000.0, 0.0)]], &[quay], options(20.0));
    let both = [100.0, -100.0].map(|y| surface.time_at(500.0, y).unwrap());
    assert_eq!(both[0], both[1]);
    assert!(both[0] < Millis(130_000));
}

#[test]
fn what_stands_beside_a_wall_of_several_pieces_sees_nothing_through_its_seams() {
    let street = vec![vertex(0.0, 0.0, 0), vertex(1_000.0, 0.0, 60_000)];
    let fence: Vec<Wall> = (-10..30)
        .map(|piece| [piece, piece + 1].map(|at| (f64::from(at) * 50.0, 40.0 + f64::from(at % 2))))
        .collect();
    let surface = surface_between(&fence, &[street], options(20.0));
    for x in (0..=10).map(|x| f64::from(x) * 100.0) {
        assert_eq!(surface.time_at(x, 100.0), None, "{x}");
    }
}
