//! What does it cost to enter a roundabout, signed on the map or not?
//!
//! One rule, one number: a road of 200 m leads to the ring, and its give-way
//! sign stands nowhere, on the ring, or on the way before it.

use desserte::graph::RoadNetwork;
use desserte::profile::{DelayCause, Profile};
use desserte::search::{Journey, Workspace};
use desserte::{Metres, Millis, Watch};

use crate::drawing::{Drawing, at, snapping_anywhere};

/// Metres before the ring, and tags.
type Sign<'a> = (i32, &'a [(&'a str, &'a str)]);

/// The road from the west at so many metres before the ring, each with a sign.
fn ring(signs: &[Sign]) -> RoadNetwork {
    let mut drawing = Drawing::new().node(1, -200, 0);
    let mut road = vec![1];
    for (&(before, tags), id) in signs.iter().zip(2..) {
        drawing = drawing.node(id, -before, 0).tagged(tags);
        road.push(id);
    }
    if road.last().is_none_or(|&last| last == 1 || signs.last().unwrap().0 != 0) {
        drawing = drawing.node(20, 0, 0);
        road.push(20);
    }
    let entry = road[road.len() - 1];
    let drawing = drawing
        .node(21, 50, -50)
        .node(22, 100, 0)
        .node(23, 50, 50)
        .node(24, 300, 0)
        .way(10, &road, &[("highway", "tertiary"), ("maxspeed", "50")])
        .way(
            11,
            &[entry, 21, 22, 23, entry],
            &[("highway", "tertiary"), ("junction", "roundabout")],
        )
        .way(12, &[22, 24], &[("highway", "tertiary"), ("maxspeed", "50")]);
    let car = snapping_anywhere(&Profile::car());
    RoadNetwork::build(&drawing.to_extract(), &car, &Watch::new()).unwrap()
}

fn waits(network: &RoadNetwork, from: f64, to: f64) -> Vec<(DelayCause, u32)> {
    let places = [from, to].map(|x| network.snap(at(x, 0.0), Metres(20.0)));
    let mut workspace = Workspace::new(network.graph());
    let journey = Journey::between(network, &mut workspace, &places[0], &places[1]).unwrap();
    let waits = journey.stretches.iter().filter(|stretch| stretch.delay > Millis::ZERO);
    waits.map(|stretch| (stretch.delay_cause.unwrap(), stretch.delay.0)).collect()
}

const GIVE_WAY: &[(&str, &str)] = &[("highway", "give_way")];
const DIRECTED: &[(&str, &str)] = &[("highway", "give_way"), ("direction", "forward")];
const FREE: &[(&str, &str)] = &[("highway", "stop"), ("direction", "backward")];

#[test]
fn entering_a_roundabout_costs_the_same_wherever_its_sign_is_mapped() {
    let placements: [&[Sign]; 6] = [
        &[],
        &[(0, GIVE_WAY)],
        &[(10, GIVE_WAY)],
        &[(10, DIRECTED)],
        &[(28, DIRECTED)],
        // Another sign, for those who leave, cuts the street between.
        &[(25, GIVE_WAY), (10, FREE)],
    ];
    for signs in placements {
        let there = waits(&ring(signs), -190.0, 290.0);
        assert_eq!(there, [(DelayCause::RoundaboutEntry, 4000)], "{signs:?}");
    }
}

#[test]
fn who_leaves_a_roundabout_does_not_heed_the_sign_of_those_who_enter() {
    for sign in [GIVE_WAY, DIRECTED] {
        let back = waits(&ring(&[(10, sign)]), 290.0, -190.0);
        assert_eq!(back, [(DelayCause::RoundaboutEntry, 4000)], "only at its own entry");
    }
}

#[test]
fn a_sign_farther_off_is_another_wait() {
    let there = waits(&ring(&[(60, DIRECTED)]), -190.0, 290.0);
    assert_eq!(there, [(DelayCause::GiveWay, 2000), (DelayCause::RoundaboutEntry, 4000)]);
}
