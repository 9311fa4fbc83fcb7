//! Does it show in a result which way of searching was chosen?
//!
//! The same questions to a network that is prepared and to one that is not: the
//! first is answered by sweeps, the second by a search for each place.

use desserte::graph::{Place, RoadNetwork};
use desserte::matrix::{Question, TripDirection, nearest, travel_times, trips};
use desserte::{Metres, Millis, Watch};
use proptest::prelude::*;

use crate::regions::{self, Dice, places_off_streets, places_on_streets};
use crate::sketch::{Palette, sketches};

const DIRECTIONS: [TripDirection; 3] =
    [TripDirection::From, TripDirection::To, TripDirection::Both];

/// Places on streets and off them, two at the same spot, one in the sea.
fn places(network: &RoadNetwork, dice: &mut Dice, count: usize) -> Vec<Place> {
    let mut places = places_on_streets(network, dice, count);
    places.extend(places_off_streets(network, dice, count));
    places.extend(places.first().copied());
    places.push(network.snap(desserte::LonLat::default(), Metres(1000.0)));
    places
}

/// Every kind of question, from the smaller side and from the larger one.
fn assert_alike(plain: &RoadNetwork, prepared: &RoadNetwork, places: &[Place], cutoff: Millis) {
    assert!(plain.prepared().is_none(), "the plain searches are those of an unprepared network");
    prepared.prepare(&Watch::new()).unwrap();
    let watch = Watch::new();
    let few = &places[..places.len().min(3)];
    for direction in DIRECTIONS {
        for cutoff in [None, Some(cutoff)] {
            let question = Question { direction, cutoff, with_lengths: false };
            for (rows, columns) in
                [(places, places), (places, few), (few, places), (&few[..1], places)]
            {
                let ask = |network| travel_times(network, rows, columns, question, &watch).unwrap();
                assert_eq!(ask(prepared), ask(plain), "{question:?}");
            }
            let ask = |network| nearest(network, places, few, (2, question), &watch).unwrap();
            assert_eq!(ask(prepared), ask(plain), "nearest {question:?}");
            let turned: Vec<Place> = places.iter().rev().copied().collect();
            let ask = |network| trips(network, places, &turned, question, &watch).unwrap();
            assert_eq!(ask(prepared), ask(plain), "trips {question:?}");
        }
    }
}

#[test]
fn a_prepared_network_answers_as_one_that_is_not() {
    for region in [&*regions::RURAL].into_iter().chain(regions::REAL.iter()) {
        let car = desserte::profile::Profile::car();
        let build = || RoadNetwork::build(&region.extract, &car, &Watch::new()).unwrap();
        let (plain, prepared) = (build(), build());
        let places = places(&plain, &mut Dice::new(5), 20);
        assert_alike(&plain, &prepared, &places, Millis(600_000));
    }
}

#[test]
fn a_large_question_prepares_the_network_and_a_small_one_does_not() {
    let car = desserte::profile::Profile::car();
    let network = RoadNetwork::build(&regions::RURAL.extract, &car, &Watch::new()).unwrap();
    let places = places_on_streets(&network, &mut Dice::new(6), 600);
    let ask = |count: usize, question: Question| {
        travel_times(&network, &places[..count], &places, question, &Watch::new()).unwrap();
        network.prepared().is_some()
    };
    assert!(!ask(40, Question::default()));
    let near = Question { cutoff: Some(Millis(60_000)), ..Question::default() };
    assert!(!ask(600, near), "what reaches little is cheaper without");
    assert!(!ask(600, Question { with_lengths: true, ..Question::default() }));
    assert!(ask(600, Question::default()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_prepared_map_answers_as_one_that_is_not(
        sketch in sketches(Palette::FULL),
        seed in any::<u64>(),
        cutoff in 1..200_000_u32,
    ) {
        let Some(plain) = sketch.to_network() else { return Ok(()) };
        let Some(prepared) = sketch.to_network() else { return Ok(()) };
        let places = places(&plain, &mut Dice::new(seed), 9);
        assert_alike(&plain, &prepared, &places, Millis(cutoff));
    }
}
