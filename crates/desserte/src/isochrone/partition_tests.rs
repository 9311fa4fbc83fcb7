//! Are the areas valid and apart, and together the ground?

use std::sync::Arc;

use geo::algorithm::validation::Validation;
use geo::{Area, Contains, Point, Relate, Winding};
use proptest::prelude::*;

use crate::{
    units::{Metres, Millis},
    watch::Watch,
};

use super::super::fixtures::{Dice, Piece, options, vertex, winding_streets};
use super::super::parts::Parts;
use super::super::surface::{SurfaceOptions, TimeSurface};
use super::*;

/// A surface on which each piece is somebody's.
fn shared_surface(pieces: &[(u32, Piece)], options: SurfaceOptions) -> TimeSurface {
    let mut parts = Parts::default();
    for (label, piece) in pieces {
        parts.loose.add([piece], *label);
    }
    TimeSurface::of(parts, options, Arc::default(), &Watch::new()).unwrap()
}

fn dealt(pieces: Vec<Piece>, sites: u32) -> Vec<(u32, Piece)> {
    (0..).zip(pieces).map(|(rank, piece)| (rank % sites, piece)).collect()
}

/// Valid, apart, together the outline, and each node with its own site.
fn check_parts(surface: &TimeSurface, sites: u32, budget: Millis) {
    let level = Level::new(surface, budget);
    let parts = partition(level, sites as usize, |point| point);
    for part in &parts {
        part.check_validation().unwrap();
        for polygon in part {
            assert!(polygon.exterior().is_ccw());
            assert!(polygon.interiors().iter().all(Winding::is_cw));
        }
    }
    let outline = surface.polygons(budget);
    let sum: f64 = parts.iter().map(Area::unsigned_area).sum();
    assert!((sum - outline.unsigned_area()).abs() <= 1e-9 * sum, "{sum} m² of the outline's");
    for (rank, part) in parts.iter().enumerate() {
        for other in parts.iter().skip(rank + 1).filter(|other| !other.0.is_empty()) {
            let relation = part.relate(other);
            assert!(part.0.is_empty() || relation.is_disjoint() || relation.is_touches());
        }
    }
    for node in (0..surface.times().len()).filter(|&node| level.is_inside(node)) {
        let (x, y) = surface.position(node);
        let label = surface.label(node).unwrap() as usize;
        assert!(parts[label].contains(&Point::new(x, y)), "site {label} at {x} {y}");
    }
}

fn minutes(minutes: u32) -> Millis {
    Millis(minutes * 60_000)
}

#[test]
fn two_sites_at_the_ends_of_a_street_meet_in_its_middle() {
    let there = vec![vertex(0.0, 0.0, 0), vertex(3_000.0, 0.0, 180_000)];
    let back = vec![vertex(0.0, 0.0, 180_000), vertex(3_000.0, 0.0, 0)];
    let surface = shared_surface(&[(0, there), (1, back)], options(30.0));
    let parts = partition(Level::new(&surface, minutes(20)), 2, |point| point);
    let [west, east] = [&parts[0], &parts[1]].map(Area::unsigned_area);
    println!("{west:.0} m² and {east:.0} m²");
    assert!((west - east).abs() < 0.001 * west);
    let border = parts[0].0[0].exterior().coords().map(|at| at.x).fold(0.0, f64::max);
    assert!((border - 1_500.0).abs() < 15.0, "the border at {border} m");
}

#[test]
fn equally_near_ground_is_that_of_the_site_given_first() {
    let street = vec![vertex(0.0, 0.0, 0), vertex(3_000.0, 0.0, 180_000)];
    for first in [0, 1] {
        let surface =
            shared_surface(&[(first, street.clone()), (1 - first, street.clone())], options(30.0));
        let parts = partition(Level::new(&surface, minutes(20)), 2, |point| point);
        assert!(parts[1].0.is_empty());
        assert_eq!(parts[0], surface.polygons(minutes(20)));
    }
}

#[test]
fn the_area_of_a_single_site_is_the_outline_point_by_point() {
    let pieces = dealt(winding_streets(&mut Dice(31), 60, 4_000.0), 1);
    let surface = shared_surface(&pieces, options(30.0));
    for budget in [1, 5, 15] {
        let parts = partition(Level::new(&surface, minutes(budget)), 1, |point| point);
        assert_eq!(parts[0], surface.polygons(minutes(budget)));
    }
}

#[test]
fn an_area_within_another_is_its_hole() {
    let around = (0..=360).map(|degree: i32| {
        let angle = f64::from(degree).to_radians();
        vertex(500.0 * angle.cos(), 500.0 * angle.sin(), 0)
    });
    let pieces = [(0, around.collect()), (1, vec![vertex(10.0, 20.0, 0)])];
    let surface = shared_surface(&pieces, options(30.0));
    let parts = partition(Level::new(&surface, minutes(10)), 2, |point| point);
    assert_eq!((parts[0].0.len(), parts[0].0[0].interiors().len()), (1, 1));
    assert_eq!((parts[1].0.len(), parts[1].0[0].interiors().len()), (1, 0));
    check_parts(&surface, 2, minutes(10));
}

#[test]
fn winding_streets_of_many_sites_part_the_ground() {
    for (seed, sites) in [(41, 2), (42, 5), (43, 20), (44, 60)] {
        let pieces = dealt(winding_streets(&mut Dice(seed), 60, 4_000.0), sites);
        let surface = shared_surface(&pieces, options(30.0));
        for budget in [1, 4, 12, 30] {
            check_parts(&surface, sites, minutes(budget));
        }
    }
}

proptest! {
    /// Points on the nodes themselves make every pattern of kinds in a cell.
    #[test]
    fn any_pattern_of_kinds_parts_the_ground(
        nodes in prop::collection::vec((0..7_i32, 0..7_i32, 0..20_u32, 0..5_u32), 1..49),
        offroad in 0.0..140.0_f64,
    ) {
        let pieces: Vec<(u32, Piece)> = nodes
            .iter()
            .map(|&(x, y, minute, label)| {
                let (x, y) = (f64::from(x) * 100.0, f64::from(y) * 100.0);
                (label, vec![vertex(x, y, minute * 60_000)])
            })
            .collect();
        let options = SurfaceOptions { offroad: Metres(offroad), ..options(30.0) };
        let surface = shared_surface(&pieces, options);
        for budget in [0, 3, 8, 20, 25] {
            check_parts(&surface, 5, minutes(budget));
        }
    }

    #[test]
    fn any_streets_of_any_sites_part_the_ground(
        pieces in prop::collection::vec(
            (0..4_u32, prop::collection::vec(
                (-800.0..800.0_f64, -800.0..800.0_f64, 0..2_000_000_u32)
                    .prop_map(|(x, y, millis)| vertex(x, y, millis)),
                0..6,
            )),
            0..8,
        ),
        resolution in 20.0..400.0_f64,
        offroad in 0.0..500.0_f64,
    ) {
        let options = SurfaceOptions {
            resolution: Metres(resolution),
            offroad: Metres(offroad),
            ..options(30.0)
        };
        let surface = shared_surface(&pieces, options);
        for budget in [1, 5, 20, 30] {
            check_parts(&surface, 4, minutes(budget));
        }
    }
}
