//! Are the outlines valid, nested, and where the definition puts them?

use std::f64::consts::PI;

use geo::algorithm::validation::Validation;
use geo::{Area, Contains, Point, Relate, Winding};
use proptest::prelude::*;

use crate::units::Metres;

use super::super::fixtures::{Dice, Piece, ground_time, options, surface, vertex, winding_streets};
use super::super::surface::SurfaceOptions;
use super::*;

fn polygons(pieces: &[Piece], options: SurfaceOptions, minutes: f64) -> MultiPolygon<f64> {
    surface(pieces, options).polygons(Millis::from_minutes(minutes).unwrap())
}

/// Valid, wound as promised, and every smaller budget inside every larger one.
fn check_nest(surface: &TimeSurface, budgets: &[Millis]) {
    let ground: Vec<_> = budgets.iter().map(|&budget| surface.polygons(budget)).collect();
    for outline in &ground {
        outline.check_validation().unwrap();
        for polygon in outline {
            assert!(polygon.exterior().is_ccw());
            assert!(polygon.interiors().iter().all(Winding::is_cw));
        }
    }
    for pair in ground.windows(2) {
        assert!(pair[0].unsigned_area() <= pair[1].unsigned_area());
        assert!(pair[0].0.is_empty() || pair[1].relate(&pair[0]).is_covers());
    }
}

fn minutes(range: impl IntoIterator<Item = u32>) -> Vec<Millis> {
    range.into_iter().map(|minutes| Millis(minutes * 60_000)).collect()
}

/// Two kilometres ridden in two minutes.
fn straight_street() -> Vec<Piece> {
    vec![(0..=80).map(|i| vertex(f64::from(i) * 25.0 + 3.0, 41.0, i * 1_500)).collect()]
}

/// A ring road of some radius, ridden both ways from its eastern end.
fn ring_road(radius: f64) -> Piece {
    let point = |i: i32| {
        let angle = f64::from(i) * PI / 180.0;
        vertex(radius * angle.cos(), radius * angle.sin(), 500 * (180 - (i - 180).abs()) as u32)
    };
    (0..=360).map(point).collect()
}

#[test]
fn a_street_with_time_to_spare_is_a_band_with_round_ends() {
    let area = polygons(&straight_street(), options(60.0), 60.0).unsigned_area();
    let expected = 2_000.0 * 600.0 + PI * 300.0 * 300.0;
    println!("area {area:.0} of {expected:.0}");
    assert!((area / expected - 1.0).abs() < 0.01);
}

#[test]
fn a_budget_that_leaves_two_minutes_cuts_the_walk() {
    // Stand still anywhere along the street, then walk 150 m: the budget binds, not the distance.
    let mut pieces = straight_street();
    pieces[0].iter_mut().for_each(|vertex| vertex.time = Millis(600_000));
    let area = polygons(&pieces, options(60.0), 10.0 + 150.0 * 0.9 / 60.0).unsigned_area();
    let expected = 2_000.0 * 300.0 + PI * 150.0 * 150.0;
    println!("area {area:.0} of {expected:.0}");
    assert!((area / expected - 1.0).abs() < 0.02);
}

#[test]
fn a_ring_road_keeps_its_hole_and_what_lies_in_it() {
    let pieces = [ring_road(1_500.0), vec![vertex(10.0, 20.0, 0)]];
    let outline = polygons(&pieces, options(30.0), 20.0);
    outline.check_validation().unwrap();
    assert_eq!(outline.0.len(), 2);
    assert_eq!(outline.iter().map(|polygon| polygon.interiors().len()).sum::<usize>(), 1);
    assert!(outline.contains(&Point::new(0.0, 0.0)) && !outline.contains(&Point::new(0.0, 700.0)));
}

#[test]
fn holes_belong_to_the_ring_around_them() {
    let pieces = [ring_road(600.0), ring_road(1_700.0), ring_road(2_900.0)];
    let outline = polygons(&pieces, options(30.0), 20.0);
    outline.check_validation().unwrap();
    assert_eq!(outline.0.len(), 3);
    assert!(outline.iter().all(|polygon| polygon.interiors().len() == 1));
}

#[test]
fn winding_streets_give_valid_nested_ground() {
    for seed in 0..6 {
        let pieces = winding_streets(&mut Dice(seed), 60, 4_000.0);
        check_nest(&surface(&pieces, options(30.0)), &minutes([0, 1, 2, 5, 9, 10, 15, 20, 30]));
    }
}

#[test]
fn budgets_a_millisecond_apart_are_nested_too() {
    let pieces = winding_streets(&mut Dice(11), 60, 4_000.0);
    let budgets: Vec<_> = (0..6).map(|i| Millis(700_000 + i)).collect();
    check_nest(&surface(&pieces, options(30.0)), &budgets);
}

#[test]
fn the_outline_is_the_same_whatever_the_limit() {
    let pieces = winding_streets(&mut Dice(12), 80, 4_000.0);
    let reference = surface(&pieces, options(40.0));
    for minutes in [3, 8, 14] {
        let budget = Millis(minutes * 60_000);
        let base = options(40.0);
        let limit = budget.plus(search_slack(base.resolution, base.walking));
        let surface = surface(&pieces, SurfaceOptions { limit, ..base });
        assert_eq!(surface.polygons(budget), reference.polygons(budget), "{minutes} minutes");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let pieces = winding_streets(&mut Dice(13), 40, 4_000.0);
    let answer = || polygons(&pieces, options(30.0), 15.0);
    assert_eq!(answer(), answer());
}

#[test]
fn a_budget_beyond_the_limit_is_the_limit() {
    let surface = surface(&straight_street(), options(10.0));
    assert_eq!(surface.polygons(Millis(9_000_000)), surface.polygons(Millis(600_000)));
}

/// Shares of points on the wrong side: all, and those further than a minute's
/// walk from the limit whichever way the limit is meant.
fn wrong_shares(pieces: &[Piece], options: SurfaceOptions, minutes: f64) -> (f64, f64) {
    let outline = polygons(pieces, options, minutes);
    let minute = 60_000.0 / options.walking.millis_for(Metres(1.0));
    let beside = |by: f64| SurfaceOptions { offroad: Metres(options.offroad.0 + by), ..options };
    let (narrow, wide) = (beside(-minute), beside(minute));
    let budget = minutes * 60_000.0;
    let (mut all, mut far, count) = (0, 0, 5_000);
    let mut dice = Dice(99);
    for _ in 0..count {
        let (x, y) = (dice.between(-1_500.0, 5_500.0), dice.between(-1_500.0, 5_500.0));
        let is_inside = outline.contains(&Point::new(x, y));
        let is_wrong = is_inside != (ground_time(pieces, &options, x, y) <= budget);
        let is_clear = if is_inside {
            ground_time(pieces, &wide, x, y) > budget + 60_000.0
        } else {
            ground_time(pieces, &narrow, x, y) <= budget - 60_000.0
        };
        all += u32::from(is_wrong);
        far += u32::from(is_wrong && is_clear);
    }
    (f64::from(all) / f64::from(count), f64::from(far) / f64::from(count))
}

#[test]
fn hardly_a_point_is_on_the_wrong_side() {
    for (resolution, most, most_far) in
        [(50.0, 0.01, 0.000_5), (100.0, 0.015, 0.001), (200.0, 0.05, 0.01)]
    {
        for seed in 20..22 {
            let pieces = winding_streets(&mut Dice(seed), 50, 4_000.0);
            let options = SurfaceOptions { resolution: Metres(resolution), ..options(40.0) };
            let (all, far) = wrong_shares(&pieces, options, 12.0);
            println!(
                "{resolution} m, seed {seed}: {:.3} % wrong, {:.3} % by a minute",
                all * 100.0,
                far * 100.0
            );
            assert!(all <= most && far <= most_far);
        }
    }
}

proptest! {
    /// Points on the nodes themselves make every pattern of cells, saddles included.
    #[test]
    fn any_pattern_of_nodes_gives_valid_nested_ground(
        nodes in prop::collection::vec((0..9_i32, 0..9_i32, 0..20_u32), 1..60),
        offroad in 0.0..140.0_f64,
    ) {
        let pieces: Vec<Piece> = nodes
            .iter()
            .map(|&(x, y, minute)| {
                vec![vertex(f64::from(x) * 100.0, f64::from(y) * 100.0, minute * 60_000)]
            })
            .collect();
        let options = SurfaceOptions { offroad: Metres(offroad), ..options(30.0) };
        check_nest(&surface(&pieces, options), &minutes([0, 1, 2, 3, 5, 8, 13, 20, 25]));
    }

    #[test]
    fn any_streets_give_valid_nested_ground(
        pieces in prop::collection::vec(
            prop::collection::vec(
                (-800.0..800.0_f64, -800.0..800.0_f64, 0..2_000_000_u32)
                    .prop_map(|(x, y, millis)| vertex(x, y, millis)),
                0..6,
            ),
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
        check_nest(&surface(&pieces, options), &minutes([0, 1, 2, 3, 5, 8, 13, 20, 30]));
    }
}
