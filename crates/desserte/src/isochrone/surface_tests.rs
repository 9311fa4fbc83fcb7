//! Does the surface say what the definition says, at every node?

use proptest::prelude::*;

use super::super::fixtures::{Dice, Piece, ground_time, options, surface, vertex, winding_streets};
use super::*;

fn time_of(surface: &TimeSurface, node: usize) -> f64 {
    surface.times()[node].to_minutes().map_or(f64::INFINITY, |minutes| minutes * 60_000.0)
}

/// The greatest error at a node, in milliseconds; a node on the wrong side of
/// the walking limit by more than a centimetre is infinitely wrong.
fn greatest_error(pieces: &[Piece], options: SurfaceOptions) -> f64 {
    let surface = surface(pieces, options);
    let limit = f64::from(surface.options().limit.0);
    let wider = SurfaceOptions { offroad: Metres(options.offroad.0 + 0.01), ..options };
    let narrower =
        SurfaceOptions { offroad: Metres((options.offroad.0 - 0.01).max(0.0)), ..options };
    let error = |node: usize| {
        let (x, y) = surface.position(node);
        let found = time_of(&surface, node);
        let late = ground_time(pieces, &narrower, x, y);
        let early = ground_time(pieces, &wider, x, y);
        if found.is_infinite() {
            return if late <= limit - 2.0 { f64::INFINITY } else { 0.0 };
        }
        (found - late).max(early - found).max(0.0)
    };
    (0..surface.times().len()).map(error).fold(0.0, f64::max)
}

#[test]
fn every_node_has_the_time_of_the_definition() {
    let mut worst = 0.0_f64;
    for (seed, resolution, offroad) in
        [(1, 100.0, 300.0), (2, 37.0, 300.0), (3, 200.0, 300.0), (4, 100.0, 40.0), (5, 60.0, 900.0)]
    {
        let pieces = winding_streets(&mut Dice(seed), 30, 3_000.0);
        let options = SurfaceOptions {
            resolution: Metres(resolution),
            offroad: Metres(offroad),
            ..options(20.0)
        };
        let error = greatest_error(&pieces, options);
        println!("seed {seed}, {resolution} m, {offroad} m off the street: {error:.2} ms");
        worst = worst.max(error);
    }
    assert!(worst <= 2.0, "{worst} ms");
}

#[test]
fn a_fast_street_too_far_away_does_not_hide_a_slow_one() {
    // The slow track lies 250 m north of the main road and is reached ten minutes later: on it,
    // walking over from the road is quicker; 100 m beyond it, the road is too far.
    let road = vec![vertex(0.0, 0.0, 0), vertex(1_000.0, 0.0, 60_000)];
    let track = vec![vertex(0.0, 250.0, 600_000), vertex(1_000.0, 250.0, 700_000)];
    let surface = surface(&[road, track], options(30.0));
    assert!(surface.time_at(500.0, 200.0).unwrap() < Millis(300_000));
    let beyond = surface.time_at(500.0, 400.0).unwrap();
    assert!(beyond > Millis(700_000) && beyond < Millis(790_000), "{beyond:?}");
}

#[test]
fn one_steps_off_before_the_foot_of_the_perpendicular() {
    // At 540 ms a metre the street is as fast as walking times 0.6: sin θ = 0.6, cos θ = 0.8.
    let street = vec![vertex(0.0, 0.0, 0), vertex(1_000.0, 0.0, 540_000)];
    let surface = surface(&[street], options(30.0));
    // 500 · 540 + 200 · 900 · 0.8
    assert_eq!(surface.time_at(500.0, 200.0), Some(Millis(414_000)));
    // 300 m away, the best place is 375 m away; from 300 m one must step off at the foot.
    assert_eq!(surface.time_at(500.0, 300.0), Some(Millis(540_000)));
}

#[test]
fn a_street_slower_than_walking_is_left_at_once() {
    let street = vec![vertex(0.0, 0.0, 0), vertex(200.0, 0.0, 1_000_000)];
    let surface = surface(&[street], options(30.0));
    assert_eq!(surface.time_at(200.0, 100.0), Some(Millis((900.0 * 50_000_f64.sqrt()) as u32)));
}

#[test]
fn a_lone_vertex_serves_a_disc() {
    let surface = surface(&[vec![vertex(5.0, 5.0, 1_000)]], options(30.0));
    let reached = surface.times().iter().filter(|time| time.is_reached()).count();
    assert_eq!(reached, 27);
    assert_eq!(surface.time_at(105.0, 5.0), Some(Millis(91_000)));
}

#[test]
fn rows_run_from_the_north_and_columns_from_the_west() {
    let surface = surface(&[vec![vertex(1_000.0, 2_000.0, 0)]], options(30.0));
    let (west, north) = surface.origin();
    assert!(west <= 700.0 && north >= 2_300.0);
    let column = ((1_000.0 - west) / 100.0) as usize;
    let row = ((north - 2_200.0) / 100.0) as usize;
    assert_eq!(surface.times()[row * surface.columns() + column], Millis(180_000));
    assert_eq!(surface.times().len(), surface.rows() * surface.columns());
}

#[test]
fn the_limit_changes_no_time_within_it() {
    let pieces = winding_streets(&mut Dice(7), 60, 4_000.0);
    let (short, long) = (surface(&pieces, options(12.0)), surface(&pieces, options(25.0)));
    for node in 0..short.times().len() {
        let (x, y) = short.position(node);
        let (west, north) = long.origin();
        let column = ((x - west) / 100.0).round() as usize;
        let row = ((north - y) / 100.0).round() as usize;
        let time = long.times()[row * long.columns() + column];
        let expected = if time <= Millis(720_000) { time } else { Millis::INFINITY };
        assert_eq!(short.times()[node], expected, "at {x} {y}");
    }
}

#[test]
fn a_street_far_away_changes_nothing_here() {
    let mut pieces = winding_streets(&mut Dice(8), 20, 2_000.0);
    let alone = surface(&pieces, options(30.0));
    pieces.push(vec![vertex(-7_777.0, 9_111.0, 0)]);
    let both = surface(&pieces, options(30.0));
    let (west, north) = both.origin();
    for node in (0..alone.times().len()).filter(|&node| alone.times()[node].is_reached()) {
        let (x, y) = alone.position(node);
        let column = ((x - west) / 100.0).round() as usize;
        let row = ((north - y) / 100.0).round() as usize;
        assert_eq!(alone.times()[node], both.times()[row * both.columns() + column]);
    }
}

#[test]
fn nothing_reached_is_an_empty_surface() {
    let late = vec![vertex(0.0, 0.0, 2_000_000), vertex(9.0, 0.0, 2_000_001)];
    let unreached = vec![Vertex { x: 0.0, y: 0.0, time: Millis::INFINITY }];
    for pieces in [vec![], vec![vec![]], vec![late], vec![unreached]] {
        let surface = surface(&pieces, options(30.0));
        assert_eq!((surface.rows(), surface.columns()), (0, 0));
        assert_eq!(surface.time_at(0.0, 0.0), None);
        assert!(surface.polygons(Millis(600_000)).0.is_empty());
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_what_to_do() {
    let refused = |piece: &[Vertex], options| {
        TimeSurface::from_pieces([piece], options).unwrap_err().to_string()
    };
    let fair = options(30.0);
    let none = &[][..];
    assert_eq!(
        refused(none, SurfaceOptions { resolution: Metres(0.0), ..fair }),
        "a resolution of 0 m cannot be used, give at least 1 m"
    );
    assert_eq!(
        refused(none, SurfaceOptions { offroad: Metres(f64::NAN), ..fair }),
        "NaN m off the street cannot be walked, give zero or more"
    );
    assert_eq!(
        refused(none, SurfaceOptions { walking: KmPerHour(0.0), ..fair }),
        "nobody walks at 0 km/h, give a speed above 0.1 and at most 100"
    );
    assert_eq!(
        refused(&[vertex(f64::NAN, 2.0, 0)], fair),
        "piece 0 has a vertex at x = NaN, y = 2, which is no position"
    );
    let country = [vertex(0.0, 0.0, 0), vertex(900_000.0, 900_000.0, 1_800_000)];
    assert_eq!(
        refused(&country, SurfaceOptions { resolution: Metres(1.0), ..fair }),
        "the surface would be 900605 rows of 900605 columns and take 9064.6 GiB, \
         use a coarser resolution"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_streets_give_the_times_of_the_definition(
        pieces in prop::collection::vec(
            prop::collection::vec(
                (-800.0..800.0_f64, -800.0..800.0_f64, 0..2_000_000_u32)
                    .prop_map(|(x, y, millis)| vertex(x, y, millis)),
                0..6,
            ),
            0..6,
        ),
        resolution in 40.0..400.0_f64,
        offroad in 0.0..500.0_f64,
    ) {
        let options = SurfaceOptions {
            resolution: Metres(resolution),
            offroad: Metres(offroad),
            ..options(20.0)
        };
        prop_assert!(greatest_error(&pieces, options) <= 15.0);
    }
}

#[test]
fn bends_and_hairpins_lose_no_node() {
    // A street that folds back on itself, twice, and is reached in the middle of a segment.
    let fold = vec![
        vertex(0.0, 0.0, 300_000),
        vertex(900.0, 0.0, 200_000),
        vertex(910.0, 30.0, 190_000),
        vertex(20.0, 60.0, 100_000),
        vertex(20.0, 60.0, 100_000),
        vertex(700.0, 600.0, 180_000),
        vertex(-300.0, 650.0, 290_000),
    ];
    assert!(
        greatest_error(&[fold], SurfaceOptions { resolution: Metres(13.0), ..options(20.0) })
            <= 1.0
    );
}
