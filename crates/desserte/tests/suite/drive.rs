//! Is a road driven as fast as its signs, the engine and the brakes allow?
//!
//! An independent drive, in steps of five centimetres: no faster than the limit
//! of where one is, than one can have accelerated from the step before, and than
//! one can still brake for the step after. On straight roads of several ways,
//! so that no bend has to be measured; at either end one drives at the limit.

use desserte::graph::{Direction, RoadNetwork, StreetUse};
use desserte::profile::Profile;
use desserte::{KmPerHour, Watch};
use proptest::prelude::*;

use crate::drawing::{Drawing, snapping_anywhere, street_of};

const STEP: f64 = 0.05;

/// A way of a straight road: metres, and the sign along it.
type Stretch = (i32, u8);

fn road(stretches: &[Stretch]) -> RoadNetwork {
    let (mut drawing, mut x) = (Drawing::new().node(1, 0, 0), 0);
    for (rank, &(metres, sign)) in (1_i64..).zip(stretches) {
        x += metres;
        let sign = sign.to_string();
        let tags = [("highway", "primary"), ("ref", "D 86"), ("maxspeed", sign.as_str())];
        drawing = drawing.node(rank + 1, x, 0).way(100 + rank, &[rank, rank + 1], &tags);
    }
    let car = snapping_anywhere(&Profile::car());
    RoadNetwork::build(&drawing.to_extract(), &car, &Watch::new()).unwrap()
}

/// What each way of the road is driven at, at most, along the street.
fn limits(network: &RoadNetwork) -> Vec<f64> {
    let streets = network.streets();
    let street = street_of(network, 101);
    let stretches = streets.stretches(street).iter();
    stretches
        .map(|stretch| {
            let KmPerHour(speed) = streets.lane(*stretch, Direction::Forward).unwrap().speed;
            speed / 3.6
        })
        .collect()
}

/// Seconds from the beginning to the end of each stretch, driven step by step.
fn driven(stretches: &[(f64, f64)], [acceleration, braking]: [f64; 2]) -> Vec<f64> {
    let mut speeds: Vec<f64> = Vec::new();
    let mut ends = Vec::new();
    for &(metres, limit) in stretches {
        speeds.extend(vec![limit; (metres / STEP).round() as usize]);
        ends.push(speeds.len());
    }
    for step in 1..speeds.len() {
        speeds[step] =
            speeds[step].min((speeds[step - 1].powi(2) + 2.0 * acceleration * STEP).sqrt());
    }
    for step in (1..speeds.len()).rev() {
        speeds[step - 1] =
            speeds[step - 1].min((speeds[step].powi(2) + 2.0 * braking * STEP).sqrt());
    }
    let mut seconds = vec![0.0];
    for speed in speeds {
        seconds.push(seconds[seconds.len() - 1] + STEP / speed);
    }
    ends.into_iter().map(|end| seconds[end]).collect()
}

/// Seconds from the beginning of the road to the end of each of its ways, as the engine has them.
fn told(network: &RoadNetwork, direction: Direction) -> Vec<f64> {
    let usage = StreetUse::new(street_of(network, 101), direction);
    let times = network.streets().times(usage);
    let mut seconds: Vec<f64> = times.iter().map(|time| f64::from(*time) / 1000.0).collect();
    if direction == Direction::Backward {
        seconds.reverse();
    }
    seconds.remove(0);
    seconds
}

fn assert_driven(stretches: &[Stretch]) {
    let network = road(stretches);
    let comfort = *Profile::car().kinematics().unwrap();
    let mut lengths = stretches.iter().map(|&(metres, _)| f64::from(metres)).collect::<Vec<_>>();
    let mut limits = limits(&network);
    for direction in Direction::BOTH {
        let road: Vec<(f64, f64)> = lengths.iter().copied().zip(limits.iter().copied()).collect();
        let expected = driven(&road, [comfort.acceleration, comfort.braking]);
        let told = told(&network, direction);
        assert_eq!(told.len(), expected.len());
        for (told, expected) in told.iter().zip(&expected) {
            // The grid of the drawings is true to a hundredth of a per cent; times to a millisecond.
            let tolerance = 0.001 * expected + 0.005;
            assert!(
                (told - expected).abs() <= tolerance,
                "{direction:?}: {told} s, not {expected}"
            );
        }
        lengths.reverse();
        limits.reverse();
    }
}

#[test]
fn one_slows_for_a_village_and_speeds_up_after_it() {
    assert_driven(&[(1000, 80), (300, 30), (1000, 80)]);
}

#[test]
fn a_stretch_too_short_to_speed_up_on_is_not_driven_at_its_sign() {
    assert_driven(&[(500, 30), (60, 90), (500, 30)]);
    assert_driven(&[(500, 90), (20, 50), (20, 30), (20, 50), (500, 90)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_row_of_signs_is_driven_as_step_by_step(
        stretches in prop::collection::vec(
            (1..60_i32, prop::sample::select(vec![20_u8, 30, 50, 70, 80, 90])),
            2..8,
        ),
    ) {
        let stretches: Vec<Stretch> =
            stretches.into_iter().map(|(tens, sign)| (10 * tens, sign)).collect();
        assert_driven(&stretches);
    }
}
