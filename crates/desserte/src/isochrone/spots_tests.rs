//! Is what is told still valid and nested, and is it said what was not?

use geo::Relate;
use geo::algorithm::validation::Validation;
use proptest::prelude::*;

use crate::units::{Metres, Millis};

use super::super::fixtures::{Dice, Piece, options, surface, vertex, winding_streets};
use super::super::surface::{SurfaceOptions, TimeSurface};
use super::*;

fn minutes(minutes: u32) -> Millis {
    Millis(minutes * 60_000)
}

fn least(hole: f64, island: f64) -> LeastAreas {
    LeastAreas { hole: Hectares(hole), island: Hectares(island) }
}

/// A ring road of some radius, reached all at once.
fn ring_road(radius: f64) -> Piece {
    let angles = (0..=360).map(|degree: i32| f64::from(degree).to_radians());
    angles.map(|angle| vertex(radius * angle.cos(), radius * angle.sin(), 0)).collect()
}

/// Valid, each budget's ground in that of the next, and the areas as they are accounted for.
fn check_nest(surface: &TimeSurface, least: LeastAreas, origins: &[Coord<f64>]) {
    let told = |budget: u32| {
        let all = surface.polygons(minutes(budget));
        let (told, dropped) = least.tell(all.clone(), origins);
        told.check_validation().unwrap();
        let change = dropped.hole_area.0 - dropped.island_area.0;
        let areas = (told.unsigned_area() - all.unsigned_area()) / 1e4;
        assert!((change - areas).abs() < 1e-6, "{dropped:?} and a change of {areas} ha");
        told
    };
    let ground: Vec<_> = [0, 1, 2, 3, 5, 8, 13, 20, 25].map(told).into();
    for pair in ground.windows(2) {
        assert!(pair[0].0.is_empty() || pair[1].relate(&pair[0]).is_covers());
    }
}

#[test]
fn a_hole_is_filled_with_the_island_in_it() {
    // 1,500 m of ring road, walked off 300 m: a hole of 1,200 m around a disc of 300 m.
    let pieces = [ring_road(1_500.0), vec![vertex(10.0, 20.0, 0)]];
    let ground = surface(&pieces, options(30.0)).polygons(minutes(20));
    let (told, dropped) = least(460.0, 0.0).tell(ground.clone(), &[]);
    assert_eq!((told.0.len(), told.0[0].interiors().len()), (1, 0));
    assert_eq!((dropped.holes, dropped.islands), (1, 0));
    // π (1.2² − 0.3²) km², on a grid of 100 m.
    assert!((dropped.hole_area.0 - 424.0).abs() < 5.0, "{dropped:?}");
    let (told, dropped) = least(400.0, 0.0).tell(ground.clone(), &[]);
    assert_eq!((told, dropped), (ground, Dropped::default()));
}

#[test]
fn an_island_is_left_out_unless_an_origin_stands_on_it() {
    let pieces = [ring_road(1_500.0), vec![vertex(10.0, 20.0, 0)]];
    let ground = surface(&pieces, options(30.0)).polygons(minutes(20));
    let (told, dropped) = least(0.0, 100.0).tell(ground.clone(), &[]);
    assert_eq!((told.0.len(), dropped.islands), (1, 1));
    assert!((dropped.island_area.0 - 28.3).abs() < 1.0, "{dropped:?}");
    let (told, dropped) = least(0.0, 100.0).tell(ground.clone(), &[Coord { x: 0.0, y: 0.0 }]);
    assert_eq!((told, dropped), (ground, Dropped::default()));
}

#[test]
fn areas_that_are_none_are_refused() {
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        let refused = [least(wrong, 0.0), least(0.0, wrong)].map(LeastAreas::check);
        assert!(refused.iter().all(Result::is_err));
    }
    assert_eq!(
        least(0.0, -2.5).check().unwrap_err().to_string(),
        "no hole or island has an area of -2.5 ha, give zero or more"
    );
}

#[test]
fn winding_streets_stay_valid_and_nested() {
    for seed in 0..4 {
        let pieces = winding_streets(&mut Dice(seed), 60, 4_000.0);
        let surface = surface(&pieces, options(30.0));
        for (hole, island) in [(1.0, 1.0), (20.0, 0.0), (0.0, 40.0), (100.0, 100.0)] {
            check_nest(&surface, least(hole, island), &[Coord { x: 2_000.0, y: 2_000.0 }]);
        }
    }
}

proptest! {
    #[test]
    fn any_pattern_of_nodes_stays_valid_and_nested(
        nodes in prop::collection::vec((0..9_i32, 0..9_i32, 0..20_u32), 1..60),
        offroad in 0.0..140.0_f64,
        hole in 0.0..12.0_f64,
        island in 0.0..12.0_f64,
    ) {
        let pieces: Vec<Piece> = nodes
            .iter()
            .map(|&(x, y, minute)| {
                vec![vertex(f64::from(x) * 100.0, f64::from(y) * 100.0, minute * 60_000)]
            })
            .collect();
        let options = SurfaceOptions { offroad: Metres(offroad), ..options(30.0) };
        check_nest(&surface(&pieces, options), least(hole, island), &[Coord { x: 1.0, y: 1.0 }]);
    }
}
