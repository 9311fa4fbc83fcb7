//! The data-quality sheet of a network: kilometres by class and by what decided the speed.

use desserte::graph::{CutOffPart, Direction, RoadNetwork, SpeedSheet, StreetUse};
use desserte::osm::{OsmExtract, Settlement, SettlementKind};
use desserte::profile::Profile;
use desserte::search::Journey;
use desserte::{Metres, Watch, Workspace};
use proptest::prelude::*;

use crate::drawing::{Drawing, anywhere, at, street_of};
use crate::regions::place_on;
use crate::sketch::{Palette, sketches};

/// Two kilometres of main road, a one-way street, and a private lane with a sign on one side.
fn small_town() -> Drawing {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 1000, 0)
        .node(3, 2000, 0)
        .node(4, 2000, 500)
        .node(5, 2000, 600)
        .way(10, &[1, 2], &[("highway", "primary"), ("maxspeed", "50"), ("surface", "asphalt")])
        .way(11, &[2, 3], &[("highway", "primary")])
        .way(12, &[3, 4], &[("highway", "residential"), ("maxspeed", "30"), ("oneway", "yes")])
        .way(
            13,
            &[5, 4],
            &[("highway", "residential"), ("maxspeed:forward", "30"), ("access", "private")],
        )
}

fn rows(sheet: &SpeedSheet) -> Vec<(&str, &'static str, i64, i64)> {
    let tenth = |number: f64| (number * 10.0).round() as i64;
    let rows = sheet.rows.iter();
    rows.map(|row| {
        (&*row.highway, row.source.name(), tenth(row.length.0 / 100.0), tenth(row.speed.0))
    })
    .collect()
}

fn is_near(found: Metres, expected: f64) -> bool {
    (found.0 - expected).abs() <= expected * 1e-3
}

#[test]
fn a_small_town_is_counted_by_hand() {
    let sheet = small_town().to_network().speeds();
    let mut found = rows(&sheet);
    // The two halves of the main road are equally long but for the grid.
    found[..2].sort_unstable();
    assert_eq!(
        found,
        [
            ("primary", "legal default", 100, 720),
            ("primary", "posted limit", 100, 450),
            // The one-way street, and half of the lane: it has its sign on one side.
            ("residential", "posted limit", 55, 270),
            ("residential", "class default", 5, 280),
        ],
    );
    assert!(is_near(sheet.length, 2600.0), "{sheet:?}");
    assert!(is_near(sheet.with_limit, 1600.0), "the lane bears one, whichever side: {sheet:?}");
    assert!(is_near(sheet.with_surface, 1000.0), "{sheet:?}");
    assert!(is_near(sheet.restricted, 100.0), "{sheet:?}");
}

#[test]
fn a_limit_that_the_class_undercuts_is_a_limit_all_the_same() {
    let map = Drawing::new().node(1, 0, 0).node(2, 1000, 0);
    let lane = map.way(10, &[1, 2], &[("highway", "unclassified"), ("maxspeed", "80")]);
    let sheet = lane.to_network().speeds();
    assert_eq!(sheet.rows[0].source.name(), "class cap");
    assert_eq!(sheet.with_limit, sheet.length);
}

/// The length of a road over the time that a trip along it is explained with, there and back.
fn explained_kmh(network: &RoadNetwork, way: i64) -> f64 {
    let street = street_of(network, way);
    let last = network.streets().points(street).len() - 2;
    let ends = [place_on(network, street, 0, 0), place_on(network, street, last, 16)];
    let mut workspace = Workspace::new(network.graph());
    let (mut metres, mut seconds) = (0.0, 0.0);
    for [from, to] in [ends, [ends[1], ends[0]]] {
        for stretch in Journey::between(network, &mut workspace, &from, &to).unwrap().stretches {
            metres += stretch.length.0;
            seconds += f64::from(stretch.time.0) / 1000.0;
        }
    }
    3.6 * metres / seconds
}

#[test]
fn the_mean_speed_is_that_of_the_trips_as_they_are_explained() {
    let (near, nodes) = ([0, 40, -35, 20, 0], [0, 1, 2, 3, 4]);
    let map = (0..5)
        .zip(near)
        .fold(Drawing::new(), |map, (node, north)| map.node(i64::from(node), node * 60, north));
    let map = map.way(10, &nodes, &[("highway", "tertiary"), ("maxspeed:forward", "50")]);
    let network = RoadNetwork::build(&map.to_extract(), &Profile::car(), &Watch::new()).unwrap();
    let sheet = network.speeds();
    let hours: f64 = sheet.rows.iter().map(|row| row.length.0 / row.speed.0).sum();
    let (mean, explained) = (sheet.length.0 / hours, explained_kmh(&network, 10));
    assert!((mean - explained).abs() < 1e-3 * explained, "{mean} {explained}");
    // Bends slow it down, and do not become what decided.
    assert!(sheet.rows.iter().all(|row| row.speed.0 < 0.9 * row.lane_speed.0), "{sheet:?}");
    let sources: Vec<_> = sheet.rows.iter().map(|row| row.source.name()).collect();
    assert!(!sources.contains(&"curvature"), "{sources:?}");
}

/// A car that snaps to networks of 150 m and more.
fn car() -> Profile {
    let mut rules: toml::Table = toml::from_str(&anywhere().to_toml()).unwrap();
    let smallest = rules["smallest_network"].as_table_mut().unwrap();
    smallest.insert("metres".to_owned(), toml::Value::Float(150.0));
    Profile::from_toml(&toml::to_string(&rules).unwrap()).unwrap()
}

fn settlement(x: f64, kind: SettlementKind, name: &str) -> Settlement {
    let name = (!name.is_empty()).then(|| name.into());
    Settlement { position: at(x, 20.0), kind, name }
}

/// The town, 300 m and 200 m that nothing joins, and a bit of 100 m.
fn archipelago() -> OsmExtract {
    let parts = [(20, 10_000, 300), (21, 20_000, 200), (22, 30_000, 100)];
    let map = parts.into_iter().fold(small_town(), |map, (way, x, length)| {
        let ends = [10 * way, 10 * way + 1];
        map.node(ends[0], x, 0).node(ends[1], x + length, 0).street(way, &ends)
    });
    map.to_extract()
}

#[test]
fn a_part_that_no_road_joins_is_told_with_those_who_live_there() {
    use SettlementKind::{Hamlet, Village};
    let mut extract = archipelago();
    let hamlets = ["b", "a", "e", "d", "c"].map(|name| settlement(10_050.0, Hamlet, name));
    extract.built_up.settlements = hamlets.to_vec();
    extract.built_up.settlements.extend([
        settlement(0.0, Village, "Town"),
        settlement(10_200.0, Village, "Île"),
        settlement(10_100.0, Hamlet, ""),
        // Beside the bit, and too far from any street.
        settlement(30_000.0, Hamlet, "Fragment"),
        settlement(50_000.0, Hamlet, "Nowhere"),
    ]);
    let network = RoadNetwork::build(&extract, &car(), &Watch::new()).unwrap();
    let cut_off = network.speeds().cut_off;
    let [CutOffPart { length, settlements, names }] = &cut_off.inhabited[..] else {
        panic!("{cut_off:?}")
    };
    assert!(is_near(*length, 300.0), "{length:?}");
    assert_eq!(*settlements, 7);
    assert_eq!(names, &["Île", "a", "b", "c", "d"], "the larger kinds first, and five of them");
    assert!(is_near(cut_off.uninhabited.length, 200.0), "{cut_off:?}");
    assert!(is_near(cut_off.fragments.length, 100.0), "{cut_off:?}");
    assert_eq!((cut_off.uninhabited.count, cut_off.fragments.count), (1, 1));
}

#[test]
fn a_network_in_one_part_cuts_nobody_off_whatever_its_directions() {
    let sheet = small_town().to_network().speeds();
    assert_eq!(sheet.cut_off, desserte::graph::CutOff::default());
}

fn assert_sums(network: &RoadNetwork) {
    let sheet = network.speeds();
    let sum: f64 = sheet.rows.iter().map(|row| row.length.0).sum();
    assert!((sum - sheet.length.0).abs() < 1e-6 * (1.0 + sum), "{sum} {:?}", sheet.length);
    assert!((sheet.length.0 / 1000.0 - network.manifest().counts.street_km).abs() < 1e-9);
    for part in [sheet.with_limit, sheet.with_surface, sheet.restricted] {
        assert!(part <= sheet.length, "{sheet:?}");
    }
    let longest_first = sheet.rows.windows(2).all(|pair| pair[0].length >= pair[1].length);
    assert!(longest_first, "{sheet:?}");
}

proptest! {
    #[test]
    fn the_kilometres_sum_to_the_length_of_the_network(sketch in sketches(Palette::FULL)) {
        if let Some(network) = sketch.to_network() {
            assert_sums(&network);
            // Without bends every stretch is driven at the speed of its lane, to the millisecond.
            for row in network.speeds().rows {
                prop_assert!((row.speed.0 - row.lane_speed.0).abs() < 1e-3 * row.speed.0, "{:?}", row);
            }
        }
    }
}

#[test]
fn the_rural_extract_is_counted_whole_and_driven_below_its_limits() {
    let path = crate::regions::repository("python/src/desserte/data/neubrandenburg.osm.pbf");
    let extract = OsmExtract::read(&[path], None, &Watch::new()).unwrap();
    let network = RoadNetwork::build(&extract, &Profile::car(), &Watch::new()).unwrap();
    assert_sums(&network);
    let sheet = network.speeds();
    for row in sheet.rows.iter().filter(|row| row.length.0 > 1000.0) {
        assert!(row.speed.0 <= row.lane_speed.0 * 1.001, "{row:?}");
    }
    let share = |part: Metres| part.0 / sheet.length.0;
    assert!((0.1..0.9).contains(&share(sheet.with_limit)), "{sheet:?}");
    assert!((0.1..1.0).contains(&share(sheet.with_surface)), "{sheet:?}");
    let streets = network.streets();
    let is_open = |street| Direction::BOTH.map(|to| streets.access(StreetUse::new(street, to)));
    assert!(
        streets.ids().all(|street| is_open(street) != [None, None]),
        "half a street is counted"
    );
}
