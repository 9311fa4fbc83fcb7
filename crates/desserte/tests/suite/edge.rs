//! Stages `osm`, `graph` and `isochrone`: where does the map end, and who comes there?

use desserte::graph::{Direction, Heading, RoadNetwork, StreetId, StreetUse};
use desserte::isochrone::{
    IsochroneOptions, LeastAreas, catchments, isochrones, merged_isochrones,
};
use desserte::osm::{Clip, NodeIndex, OsmExtract, OsmNodeId};
use desserte::{Metres, Millis, Watch};
use geo::{MultiPolygon, Rect};

use crate::drawing::{Drawing, at, plain_car};
use crate::osm::read_town;
use crate::regions::{REAL, repository};
use crate::town::Town;

/// The ids of the nodes at the edge.
fn edge(extract: &OsmExtract) -> Vec<i64> {
    extract.edge_nodes.iter().map(|node| extract.node_ids[node.index()].0).collect()
}

/// Nine kilometres of road, whose map ends at the eastern end.
fn road() -> RoadNetwork {
    let drawing = Drawing::new().node(1, 0, 0).node(2, 5000, 0).node(3, 9000, 0);
    let mut extract = drawing.street(10, &[1, 2, 3]).to_extract();
    extract.edge_nodes = vec![extract.node_index(OsmNodeId(3)).unwrap()];
    RoadNetwork::build(&extract, &plain_car(), &Watch::new()).unwrap()
}

fn options(minutes: f64) -> IsochroneOptions {
    IsochroneOptions {
        limits: vec![Millis(60_000), Millis::from_minutes(minutes).unwrap()],
        heading: Heading::Backward,
        offroad: Metres(300.0),
        resolution: Metres(100.0),
        least: LeastAreas::default(),
    }
}

#[test]
fn who_comes_to_the_edge_within_the_greatest_limit_is_named() {
    let network = road();
    assert_eq!(network.edge_points().count(), 1);
    let places = [500.0, 4500.0].map(|x| network.snap(at(x, 0.0), Metres(100.0)));
    let usage = StreetUse::new(StreetId(0), Direction::Forward);
    let whole = network.streets().total_time(usage).to_minutes().unwrap();
    let [far, near] = [8500.0, 4500.0].map(|metres| whole * metres / 9000.0);
    let at_edge = |minutes: f64| {
        let separate = isochrones(&network, &places, &options(minutes), &Watch::new()).unwrap();
        let merged = merged_isochrones(&network, &places, &options(minutes), &Watch::new());
        let parted = catchments(&network, &places, &options(minutes), &Watch::new()).unwrap();
        (separate.at_edge, merged.unwrap().at_edge, parted.at_edge)
    };
    assert_eq!(at_edge(near - 0.05), (vec![], vec![], vec![]));
    assert_eq!(at_edge(near + 0.05), (vec![1], vec![1], vec![1]));
    // The first of the two is not the first there.
    assert_eq!(at_edge(far + 0.05), (vec![0, 1], vec![1], vec![1]));
}

#[test]
fn a_network_that_was_saved_knows_its_edge() {
    let (folder, network) = (tempfile::tempdir().unwrap(), road());
    let path = folder.path().join("road.desserte");
    network.save(&path).unwrap();
    let opened = RoadNetwork::load(&path).unwrap();
    assert!(opened.edge_points().eq(network.edge_points()));
}

#[test]
fn the_map_ends_beside_a_missing_node_and_where_a_main_road_ends_in_nothing() {
    let lanes = |class: &str| {
        let town = Town::new().node(1, 4.40, 44.50).node(2, 4.41, 44.50).node(3, 4.42, 44.50);
        let street = [("highway", "residential")];
        town.way(10, &[1, 2], &street).way(11, &[2, 3], &[("highway", class)])
    };
    for (class, ends) in [("primary", &[3][..]), ("tertiary", &[]), ("primary_link", &[])] {
        assert_eq!(edge(&read_town(&lanes(class))), ends, "{class}");
    }
    let torn = lanes("tertiary").way(12, &[1, 77, 3, 78], &[("highway", "service")]);
    assert_eq!(edge(&read_town(&torn)), [1, 3]);
    let boat = lanes("primary").node(4, 4.43, 44.50).way(12, &[3, 4], &[("route", "ferry")]);
    assert_eq!(edge(&read_town(&boat)), [0; 0]);
}

#[test]
fn what_lies_outside_the_clip_or_the_box_of_the_file_is_the_edge() {
    let path = [repository("python/src/desserte/data/neubrandenburg.osm.pbf")];
    let whole = OsmExtract::read(&path, None, &Watch::new()).unwrap();
    // `osmium extract` cut it out by a box, and kept whole ways.
    let count = whole.edge_nodes.len();
    assert!(count > 100 && count < whole.node_ids.len() / 10, "{count}");
    let square = Rect::new((13.20, 53.52), (13.24, 53.55));
    let area = MultiPolygon::new(vec![square.to_polygon()]);
    let clip = Clip { area, buffer: Metres(0.0) };
    let clipped = OsmExtract::read(&path, Some(&clip), &Watch::new()).unwrap();
    for (node, position) in (0..).zip(&clipped.positions) {
        let (lon, lat) = position.to_degrees();
        let is_outside = !(13.20..=13.24).contains(&lon) || !(53.52..=53.55).contains(&lat);
        if is_outside {
            assert!(clipped.edge_nodes.contains(&NodeIndex(node)), "{lon} {lat}");
        }
    }
}

#[test]
fn islands_have_no_edge_and_a_country_between_two_others_has() {
    for region in REAL.iter() {
        let count = region.network.edge_points().count();
        println!("{}: {count} points at the edge", region.name);
        match &*region.name {
            "faroe-2018" => assert_eq!(count, 0),
            "andorra-2025" => assert!(count > 5),
            _ => {}
        }
    }
}
