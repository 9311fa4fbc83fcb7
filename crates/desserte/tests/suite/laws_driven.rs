//! What holds of the default car, whose minutes depend on bends and junctions?
//!
//! The laws of times, and laws of change on the same ground: how fast a bend is
//! taken depends on which ways are one road there, and who waits at a junction
//! on what meets there. So a law of change keeps the ways and what they meet,
//! and changes who may use them, or how fast. That a street which is no longer
//! there makes no trip faster is stated in `laws.rs`, for times by length alone.

use desserte::Watch;
use desserte::graph::{Direction, Place, RoadNetwork, StreetUse};
use desserte::profile::{Access, Profile};
use desserte::search::{Journey, StretchKind, Workspace};
use proptest::prelude::*;

use crate::drawing::{changed, snapping_anywhere};
use crate::laws::{
    assert_laws, assert_never_faster_for, carried_over, distinct, from_rows, places, side_by_side,
};
use crate::regions::{self, Dice, Region, places_on_streets};
use crate::sketch::{LIMITS, Palette, Sketch, sketches};

fn driver() -> Profile {
    snapping_anywhere(&Profile::car())
}

fn driven(region: &Region) -> RoadNetwork {
    RoadNetwork::build(&region.extract, &Profile::car(), &Watch::new()).unwrap()
}

#[test]
fn laws_hold_for_the_default_car_in_every_town() {
    for region in regions::TOWNS.iter() {
        let network = driven(region);
        assert_laws(&network, &distinct(places(&network, 8, 16)), 8);
    }
}

#[test]
fn laws_hold_for_the_default_car_in_the_rural_extract() {
    let network = driven(&regions::RURAL);
    assert_laws(&network, &distinct(places(&network, 9, 16)), 9);
}

#[test]
fn laws_hold_for_the_default_car_in_the_real_extracts() {
    for region in regions::REAL.iter() {
        let network = driven(region);
        assert_laws(&network, &distinct(places(&network, 4, 6)), 4);
    }
}

/// Whether a trip that begins or ends here is on the public roads at once.
fn is_on_public_ground(network: &RoadNetwork, place: &Place) -> bool {
    place.snap.is_some_and(|snap| {
        Direction::BOTH
            .map(|direction| network.streets().access(StreetUse::new(snap.street, direction)))
            .iter()
            .all(|access| *access != Some(Access::Restricted))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn laws_hold_for_the_default_car_on_random_maps(
        sketch in sketches(Palette::SIGNED),
        seed in 0..1000_u64,
    ) {
        if let Some(network) = sketch.to_network_of(&driver()) {
            assert_laws(&network, &distinct(places(&network, seed, 8)), seed);
        }
    }

    #[test]
    fn a_restriction_makes_no_trip_of_the_default_car_faster(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
    ) {
        let free = Sketch { turns: Vec::new(), ..sketch.clone() };
        assert_never_faster_for(&driver(), [&free, &sketch], seed)?;
    }

    #[test]
    fn a_private_street_makes_no_trip_of_the_default_car_faster(
        sketch in sketches(Palette { turns: false, barriers: false, ..Palette::FULL }),
        seed in 0..1000_u64,
    ) {
        assert_never_faster_for(&driver(), [&sketch.opened(), &sketch], seed)?;
    }

    /// Streets end at a barrier each on its own, so that none goes before another there.
    #[test]
    fn a_barrier_makes_no_trip_faster_but_by_a_wait(
        sketch in sketches(Palette { turns: false, ..Palette::FULL }),
        seed in 0..1000_u64,
    ) {
        let bends_alone = changed(&driver(), &[("settings", "delays", false.into())]);
        assert_never_faster_for(&bends_alone, [&sketch.opened(), &sketch], seed)?;
    }

    /// Each street on the way may be rounded the other way: a millisecond each.
    #[test]
    fn a_higher_sign_makes_no_trip_of_the_default_car_longer(
        sketch in sketches(Palette::SIGNED),
        walk in 0..16_usize,
        limits in (1..LIMITS.len(), 1..LIMITS.len()),
        seed in 0..1000_u64,
    ) {
        let walk = walk % sketch.walks.len();
        let with = |limit| {
            let mut sketch = sketch.clone();
            sketch.walks[walk].limit = limit;
            sketch.to_network_of(&driver())
        };
        let [slow, fast] = [limits.0.min(limits.1), limits.0.max(limits.1)].map(with);
        if let (Some(slow), Some(fast)) = (slow, fast) {
            for [slow, fast] in side_by_side(&slow, &fast, seed, 0) {
                if let (Ok(slow), Ok(fast)) = (slow, fast) {
                    prop_assert!(fast.0 <= slow.0 + 20, "{fast:?} {slow:?}");
                } else {
                    prop_assert_eq!(slow, fast);
                }
            }
        }
    }

    /// Between two public places, compared with a map where nobody may use restricted streets.
    #[test]
    fn a_restricted_street_is_no_short_cut(
        sketch in sketches(Palette { turns: false, ..Palette::FULL }),
        seed in 0..1000_u64,
    ) {
        if let (Some(whole), Some(shut)) = (sketch.to_network(), sketch.shut().to_network()) {
            let drawn = distinct(places_on_streets(&shut, &mut Dice::new(seed), 12)).into_iter();
            let both = drawn.filter_map(|place| {
                carried_over(&place, &shut, &shut, 0)?;
                let carried = carried_over(&place, &shut, &whole, 0)?;
                is_on_public_ground(&whole, &carried).then_some((place, carried))
            });
            let (shut_places, whole_places): (Vec<Place>, Vec<Place>) = both.unzip();
            let times = from_rows(&whole, &whole_places);
            prop_assert_eq!(from_rows(&shut, &shut_places).times, times.times);
        }
    }

    #[test]
    fn a_trip_of_the_default_car_between_public_places_stays_on_public_streets(
        sketch in sketches(Palette::SIGNED),
        seed in 0..1000_u64,
    ) {
        if let Some(network) = sketch.to_network_of(&driver()) {
            let mut places = places_on_streets(&network, &mut Dice::new(seed), 8);
            places.retain(|place| is_on_public_ground(&network, place));
            for (from, to) in places.iter().flat_map(|from| places.iter().map(move |to| (from, to))) {
                assert_public(&network, from, to);
            }
        }
    }
}

fn assert_public(network: &RoadNetwork, from: &Place, to: &Place) {
    let mut workspace = Workspace::new(network.graph());
    let Some(journey) = Journey::between(network, &mut workspace, from, to) else { return };
    for stretch in &journey.stretches {
        if let StretchKind::Street { way, direction } = stretch.kind {
            let usage = network.streets().ways()[way as usize].usage;
            let lane = match direction {
                Direction::Forward => usage.forward,
                Direction::Backward => usage.backward,
            };
            assert_eq!(lane.map(|lane| lane.access), Some(Access::Public));
        }
    }
}
