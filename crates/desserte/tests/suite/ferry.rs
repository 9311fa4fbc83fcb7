//! What does a crossing take, and who waits for it?
//!
//! The harbour of `fixtures/networks/ferry_lines.osm`, timed by hand for who
//! walks and who cycles (`fixtures/cases/ferry_*.toml` has the car), what
//! `Journey` and the sheet of speeds say of it, and landings too small to draw
//! in a fixture.

use desserte::graph::{Heading, RoadNetwork};
use desserte::isochrone::reached_streets;
use desserte::profile::{DelayCause, Profile};
use desserte::search::{Journey, JourneyStretch, Workspace};
use desserte::{Metres, Millis, Watch};

use crate::drawing::{Drawing, at, changed, sailing_car, snapping_anywhere, street_of};
use crate::osm::read;
use crate::regions::repository;

/// Who boards, after ten minutes.
fn boarding(profile: &Profile) -> Profile {
    let boards = [
        ("settings", "bends", false.into()),
        ("settings", "ferries", true.into()),
        ("settings", "ferry_wait_minutes", 10.0.into()),
    ];
    changed(profile, &boards)
}

fn harbour(profile: &Profile) -> RoadNetwork {
    let extract = read(&[repository("fixtures/networks/ferry_lines.osm.pbf")]);
    RoadNetwork::build(&extract, &boarding(profile), &Watch::new()).unwrap()
}

/// The trip between two positions in metres, both on a street.
fn trip(network: &RoadNetwork, from: (i32, i32), to: (i32, i32)) -> Journey {
    let places =
        [from, to].map(|(x, y)| network.snap(at(f64::from(x), f64::from(y)), Metres(20.0)));
    let mut workspace = Workspace::new(network.graph());
    Journey::between(network, &mut workspace, &places[0], &places[1]).unwrap()
}

fn seconds(journey: &Journey) -> f64 {
    f64::from(journey.time.0) / 1000.0
}

fn waits(journey: &Journey) -> Vec<(DelayCause, u32)> {
    let waits = journey.stretches.iter().filter(|stretch| stretch.delay > Millis::ZERO);
    waits.map(|stretch| (stretch.delay_cause.unwrap(), stretch.delay.0 / 1000)).collect()
}

const BOURG: (i32, i32) = (-300, 0);
const FERME: (i32, i32) = (-400, 3000);
const MOULIN: (i32, i32) = (-500, 6000);

#[test]
fn who_walks_waits_once_for_a_line_of_several_ways_and_landings() {
    let network = harbour(&Profile::foot());
    // 300 m and 400 m at 4 km/h, twice 6 minutes.
    for (from, to) in [(BOURG, FERME), (FERME, BOURG)] {
        assert!((seconds(&trip(&network, from, to)) - (630.0 + 600.0 + 720.0)).abs() < 1.0);
    }
    // 300 m and 500 m, twice 6 minutes and 15.
    for (from, to) in [(BOURG, MOULIN), (MOULIN, BOURG)] {
        assert!((seconds(&trip(&network, from, to)) - (720.0 + 600.0 + 1620.0)).abs() < 1.0);
    }
}

#[test]
fn who_cycles_gives_way_on_coming_to_the_quay_and_not_on_coming_off() {
    let network = harbour(&Profile::bicycle());
    // 300 m and 400 m at 15 km/h, and 3 s for the greater road at the quay.
    let out = trip(&network, BOURG, FERME);
    assert!((seconds(&out) - (168.0 + 3.0 + 600.0 + 720.0)).abs() < 1.0, "{}", seconds(&out));
    assert_eq!(waits(&out), [(DelayCause::MinorToMajor, 3), (DelayCause::Ferry, 600)]);
    let back = trip(&network, FERME, BOURG);
    assert!((seconds(&back) - (168.0 + 600.0 + 720.0)).abs() < 1.0, "{}", seconds(&back));
    assert_eq!(waits(&back), [(DelayCause::Ferry, 600)]);
}

#[test]
fn the_wait_stands_before_the_first_way_of_the_crossing_which_takes_its_duration() {
    let network = harbour(&Profile::car());
    let journey = trip(&network, BOURG, MOULIN);
    let sails = |stretch: &&JourneyStretch| {
        let way = match stretch.kind {
            desserte::search::StretchKind::Street { way, .. } => way,
            desserte::search::StretchKind::Access => return false,
        };
        network.streets().ways()[way as usize].usage.ferry.is_some()
    };
    let crossings: Vec<(u32, u32)> = journey
        .stretches
        .iter()
        .filter(sails)
        .map(|stretch| (stretch.time.0, stretch.delay.0))
        .collect();
    assert_eq!(crossings, [(360_000, 600_000), (360_000, 0), (900_000, 0)]);
}

#[test]
fn the_sheet_of_speeds_knows_nothing_of_the_wait() {
    let sheet = harbour(&Profile::car()).speeds();
    let row = sheet.rows.iter().find(|row| row.highway == "ferry").unwrap();
    // 9 km in 47 minutes: six and six for three kilometres, fifteen and twenty for three each.
    assert!((row.speed.0 - 9.0 * 60.0 / 47.0).abs() < 0.02, "{:?}", row.speed);
}

#[test]
fn what_is_reached_aboard_is_reached_after_the_wait() {
    let network = harbour(&Profile::car());
    let origin = [network.snap(at(-300.0, 0.0), Metres(20.0))];
    let within = |minutes: f64, heading| {
        let budget = (heading, Millis::from_minutes(minutes).unwrap());
        let found = reached_streets(&network, &origin, budget, &Watch::new()).unwrap().rows;
        let crossing = street_of(&network, 201);
        found[0].iter().find(|piece| piece.street == crossing).map(|piece| piece.earliest().0)
    };
    assert_eq!(within(10.0, Heading::Forward), None);
    let boarded = within(12.0, Heading::Forward).unwrap();
    assert!((633_000..634_000).contains(&boarded), "{boarded}");
    // Who comes by the boat is half a minute from home, and has waited elsewhere.
    let landed = within(1.0, Heading::Backward).unwrap();
    assert!((30_000..31_000).contains(&landed), "{landed}");
}

/// Two ferries meet a street at one node, each with its words.
fn interchange(words: [&[(&'static str, &'static str)]; 2]) -> u32 {
    let ferry = |words: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        [&[("route", "ferry"), ("duration", "00:10")][..], words].concat()
    };
    let network = RoadNetwork::build(
        &Drawing::new()
            .node(1, 0, 0)
            .node(2, 100, 0)
            .node(3, 2000, 0)
            .node(4, 2000, 100)
            .node(5, 4000, 0)
            .node(6, 4100, 0)
            .street(10, &[1, 2])
            .way(11, &[2, 3], &ferry(words[0]))
            .street(12, &[3, 4])
            .way(13, &[3, 5], &ferry(words[1]))
            .street(14, &[5, 6])
            .to_extract(),
        &snapping_anywhere(&sailing_car()),
        &Watch::new(),
    )
    .unwrap();
    let journey = trip(&network, (0, 0), (4100, 0));
    waits(&journey).into_iter().filter(|(cause, _)| *cause == DelayCause::Ferry).count() as u32
}

#[test]
fn one_stays_aboard_where_nothing_tells_two_lines_apart() {
    assert_eq!(interchange([&[], &[]]), 1);
    assert_eq!(interchange([&[("ref", "7")], &[("ref", "7;9")]]), 1);
    assert_eq!(interchange([&[("name", "Bac")], &[("name", "Bac")]]), 1);
    assert_eq!(interchange([&[("name", "Bac"), ("ref", "7")], &[("name", "Bac du Lac")]]), 2);
    assert_eq!(interchange([&[("ref", "7")], &[("ref", "9")]]), 2);
    assert_eq!(
        interchange([
            &[("ref", "7"), ("name", "Vers l'est")],
            &[("ref", "7"), ("name", "Vers l'ouest")]
        ]),
        1
    );
}

#[test]
fn nobody_changes_boats_on_the_water() {
    let network = RoadNetwork::build(
        &Drawing::new()
            .node(1, 0, 0)
            .node(2, 100, 0)
            .node(3, 2000, 0)
            .node(4, 4000, 0)
            .node(5, 4100, 0)
            .node(6, 3000, 2000)
            .node(7, 3000, 2100)
            .street(10, &[1, 2])
            .way(11, &[2, 3], &[("route", "ferry"), ("name", "Tronc commun")])
            .way(12, &[3, 4], &[("route", "ferry"), ("name", "Vers l'est")])
            .street(13, &[4, 5])
            .way(14, &[3, 6], &[("route", "ferry"), ("name", "Vers le nord")])
            .street(15, &[6, 7])
            .to_extract(),
        &snapping_anywhere(&sailing_car()),
        &Watch::new(),
    )
    .unwrap();
    for end in [(4100, 0), (3000, 2100)] {
        assert_eq!(waits(&trip(&network, (0, 0), end)), [(DelayCause::Ferry, 420)]);
    }
}

#[test]
fn without_delays_the_ferry_is_waited_for_all_the_same() {
    let car = changed(&boarding(&Profile::car()), &[("settings", "delays", false.into())]);
    let extract = read(&[repository("fixtures/networks/ferry_lines.osm.pbf")]);
    let network = RoadNetwork::build(&extract, &car, &Watch::new()).unwrap();
    assert_eq!(waits(&trip(&network, BOURG, MOULIN)), [(DelayCause::Ferry, 600)]);
}
