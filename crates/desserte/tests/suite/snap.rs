//! Stage `graph`: where a place meets the network, and where it must not.

use desserte::graph::{RoadNetwork, StreetId};
use desserte::profile::Ground;
use desserte::{LonLat, Metres, Watch, geodesy::distance};

use crate::drawing::{Drawing, at, plain_car};
use crate::graph::{cross, snapped};
use crate::regions::{self, Dice, town};

const RADIUS: Metres = Metres(1000.0);

/// The way under the nearest street, if there is one.
fn snapped_way(network: &RoadNetwork, position: LonLat, radius: f64) -> Option<i64> {
    let snap = network.snap(position, Metres(radius)).snap?;
    let stretch = network.streets().stretch_at(snap.street, snap.segment as usize);
    Some(network.streets().ways()[stretch.way as usize].id.0)
}

#[test]
fn one_does_not_step_off_a_tunnel_a_bridge_a_motorway_or_a_ferry() {
    let beside = |tags: &[(&str, &str)]| {
        let network = Drawing::new()
            .node(1, 0, 0)
            .node(2, 500, 0)
            .node(3, 0, 100)
            .node(4, 500, 100)
            .way(10, &[1, 2], &[&[("highway", "primary")], tags].concat())
            .street(11, &[3, 4])
            .to_network();
        snapped_way(&network, at(250.0, 10.0), 1000.0)
    };
    assert_eq!(beside(&[]), Some(10));
    assert_eq!(beside(&[("tunnel", "yes")]), Some(11));
    assert_eq!(beside(&[("bridge", "yes")]), Some(11));
    let motorway = town("motorway");
    let mut dice = Dice::new(1);
    let streets = motorway.network.streets();
    for place in regions::places_off_streets(&motorway.network, &mut dice, 200) {
        let Some(snap) = place.snap else { continue };
        let stretch = streets.stretch_at(snap.street, snap.segment as usize);
        assert_eq!(streets.ways()[stretch.way as usize].usage.ground, Ground::Open);
    }
}

#[test]
fn a_place_on_a_bridge_walks_to_the_open_part_of_the_same_street() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 200, 0)
        .street(10, &[1, 2])
        .way(11, &[2, 3], &[("highway", "residential"), ("maxspeed", "40"), ("bridge", "yes")])
        .to_network();
    assert_eq!(network.streets().len(), 1);
    let snap = network.snap(at(150.0, 0.0), RADIUS).snap.unwrap();
    assert_eq!((snap.segment, snap.fraction), (0, 1.0));
    assert!((snap.distance.0 - 50.0).abs() < 0.5);
}

#[test]
fn the_radius_is_inclusive_and_the_callers() {
    let network = cross().to_network();
    let place = at(130.0, 0.0);
    let distance = network.snap(place, RADIUS).snap.unwrap().distance;
    assert!((distance.0 - 30.0).abs() < 0.5);
    assert!(network.snap(place, distance).snap.is_some());
    assert!(network.snap(place, Metres(distance.0 - 1e-6)).snap.is_none());
    assert!(network.snap(place, Metres(0.0)).snap.is_none());
    assert!(network.snap(place, Metres(f64::NAN)).snap.is_none());
}

#[test]
fn of_two_streets_equally_near_the_lower_is_taken() {
    let network = cross().to_network();
    let snap = network.snap(at(0.0, 0.0), RADIUS).snap.unwrap();
    assert_eq!((snap.street, snap.distance), (StreetId(0), Metres(0.0)));
}

#[test]
fn a_fragment_is_passed_over_and_an_island_is_not() {
    let network = |side: i32| {
        // The mainland is a ring of six kilometres, the other ring as large as asked.
        let drawing = Drawing::new()
            .node(1, 0, 0)
            .node(2, 2000, 0)
            .node(3, 0, 2000)
            .street(10, &[1, 2, 3, 1])
            .node(11, -500, 0)
            .node(12, -500 - side, 0)
            .node(13, -500, side)
            .street(20, &[11, 12, 13, 11]);
        RoadNetwork::build(&drawing.to_extract(), &plain_car(), &Watch::new()).unwrap()
    };
    let beside = |network: &RoadNetwork| snapped_way(network, at(-490.0, 10.0), 1000.0);
    assert_eq!(beside(&network(100)), Some(10));
    assert_eq!(beside(&network(1600)), Some(20));
}

#[test]
fn fifty_junctions_make_a_network_however_short() {
    let comb = |teeth: i64| {
        let mut drawing = Drawing::new();
        for tooth in 0..teeth {
            let x = 10 * tooth as i32;
            drawing = drawing.node(2 * tooth, x, 0).node(2 * tooth + 1, x, 10);
            drawing = drawing.street(1000 + tooth, &[2 * tooth, 2 * tooth + 1]);
        }
        let spine: Vec<i64> = (0..teeth).map(|tooth| 2 * tooth).collect();
        let extract = drawing.street(1, &spine).to_extract();
        let network = RoadNetwork::build(&extract, &plain_car(), &Watch::new()).unwrap();
        (network.manifest().counts.junctions, network.manifest().counts.snappable_streets)
    };
    // The first and the last tooth bend into the spine.
    assert_eq!(comb(25), (48, 0));
    assert_eq!(comb(26), (50, 26 + 25 - 2));
}

#[test]
fn a_gate_is_a_passage_and_no_place() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .tagged(&[("barrier", "gate"), ("access", "private")])
        .node(3, 200, 0)
        .street(10, &[1, 2])
        .street(11, &[2, 3])
        .to_network();
    let streets = network.streets();
    let gate = streets.ids().find(|&street| streets.length_millimetres(street) == 0).unwrap();
    assert!(!network.is_snappable(gate));
    let snap = network.snap(at(100.0, 0.0), RADIUS).snap.unwrap();
    assert_ne!(snap.street, gate);
}

#[test]
fn a_leg_across_water_or_a_motorway_is_flagged() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 500, 0)
        .street(10, &[1, 2])
        .node(3, 0, -100)
        .node(4, 500, -100)
        .way(11, &[3, 4], &[("highway", "motorway")])
        .water(&[(0.0, 50.0), (300.0, 50.0)])
        .to_network();
    let crosses = |x: f64, y: f64| snapped(&network, x, y).snap.unwrap().crosses_barrier;
    assert!(crosses(250.0, 60.0));
    assert!(!crosses(250.0, 40.0));
    assert!(!crosses(350.0, 60.0));
    assert!(crosses(250.0, -150.0));
    assert!(!crosses(250.0, -50.0));
    assert!(!crosses(250.0, 0.0));
    assert_eq!(network.barriers().len(), 2);
    assert!(!network.barriers().is_empty());
    assert_eq!(network.shores().len(), 1, "the motorway is no shore");
}

#[test]
fn snapping_finds_what_trying_every_street_finds() {
    for region in regions::TOWNS.iter().chain([&*regions::RURAL]) {
        let (network, streets) = (&region.network, region.network.streets());
        let mut dice = Dice::new(8);
        for place in regions::places_off_streets(network, &mut dice, 20) {
            let by_trying = streets
                .ids()
                .filter(|&street| network.is_snappable(street))
                .filter_map(|street| nearest_by_steps(network, street, place.position))
                .min_by(f64::total_cmp);
            let told = place.snap.map(|snap| snap.distance.0);
            let (told, by_trying) = (told.unwrap(), by_trying.unwrap());
            assert!((told - by_trying).abs() < 0.2, "{}: {told} {by_trying}", region.name);
        }
    }
}

#[test]
fn many_places_snap_as_each_would_alone() {
    let network = &regions::RURAL.network;
    let places = regions::places_off_streets(network, &mut Dice::new(4), 50);
    let positions: Vec<LonLat> = places.iter().map(|place| place.position).collect();
    assert_eq!(network.snap_all(&positions, RADIUS), places);
}

#[test]
fn parallel_streets_are_all_kept_for_snapping() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 0, 100)
        .node(3, 200, 100)
        .node(4, 200, 0)
        .node(5, 100, -50)
        .street(10, &[1, 2, 3, 4])
        .street(11, &[1, 5, 4])
        .way(12, &[1, 4], &[("highway", "track")])
        .to_network();
    assert_eq!(network.manifest().counts.streets, 3);
    let near = [(100.0, 90.0), (100.0, -45.0), (100.0, 5.0)];
    assert_eq!(
        near.map(|(x, y)| snapped_way(&network, at(x, y), 50.0)),
        [Some(10), Some(11), Some(12)]
    );
}

/// The distance to a street's open ground, by closing in on each segment from both sides.
fn nearest_by_steps(network: &RoadNetwork, street: StreetId, from: LonLat) -> Option<f64> {
    let (streets, points) = (network.streets(), network.streets().points(street));
    let open = (0..points.len() - 1).filter(|&segment| {
        let way = streets.stretch_at(street, segment).way as usize;
        streets.ways()[way].usage.ground == Ground::Open
    });
    let nearest = open.map(|segment| {
        let at = |fraction: f64| {
            distance(from, points[segment].towards(points[segment + 1], fraction)).0
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let third = (high - low) / 3.0;
            if at(low + third) < at(high - third) { high -= third } else { low += third }
        }
        at(low).min(at(0.0)).min(at(1.0))
    });
    nearest.min_by(f64::total_cmp)
}
