//! Does it matter by how many points a road is drawn?
//!
//! The same extracts with twice and with half the points of every road: trips
//! between junctions, which are the same in all drawings, keep their times.
//! That one bend obeys is `graph/kinematics_tests.rs`.

use std::path::{Path, PathBuf};

use desserte::graph::{RoadNetwork, StreetId};
use desserte::matrix::{Question, travel_times};
use desserte::osm::{BuiltUpLand, NodeIndex, OsmExtract, OsmNodeId};
use desserte::profile::Profile;
use desserte::{LonLat, Metres, Watch};

use crate::drawing::{Drawing, at};
use crate::osm::read;
use crate::regions::{Dice, repository};

/// The extracts whose roads are drawn anew: in the package, and beside the repository.
fn maps() -> Vec<PathBuf> {
    let real = ["andorra-2025", "faroe-2018", "liberia-guinea-2017"];
    let real = real.map(|name| repository(&format!("../shared/data/osm/{name}.osm.pbf")));
    let packaged = repository("python/src/desserte/data/neubrandenburg.osm.pbf");
    let (there, absent): (Vec<_>, Vec<_>) =
        [vec![packaged], real.to_vec()].concat().into_iter().partition(|path| path.exists());
    for path in absent {
        println!("skipped: {} is not here", path.display());
    }
    there
}

/// How often each node is named by a way, twice where one begins or ends.
fn uses(extract: &OsmExtract) -> Vec<u32> {
    let mut uses = vec![0; extract.positions.len()];
    for way in &extract.ways {
        let nodes = extract.nodes_of(way);
        for node in nodes.iter().chain([&nodes[0], &nodes[nodes.len() - 1]]) {
            if *node != NodeIndex::MISSING {
                uses[node.index()] += 1;
            }
        }
    }
    for (node, _) in &extract.tagged_nodes {
        uses[node.index()] += 2;
    }
    uses
}

/// Draws every way anew from its nodes.
fn redraw(extract: &mut OsmExtract, mut draw: impl FnMut(&mut Canvas<'_>, &[NodeIndex])) {
    let (mut ways, all) = (std::mem::take(&mut extract.ways), extract.way_nodes.clone());
    let mut drawn = Vec::new();
    for way in &mut ways {
        let nodes = &all[way.first_node as usize..][..way.node_count as usize];
        let first = drawn.len();
        let ids = &mut extract.node_ids;
        draw(&mut Canvas { drawn: &mut drawn, positions: &mut extract.positions, ids }, nodes);
        (way.first_node, way.node_count) = (first as u32, (drawn.len() - first) as u32);
    }
    (extract.ways, extract.way_nodes) = (ways, drawn);
}

struct Canvas<'a> {
    drawn: &'a mut Vec<NodeIndex>,
    positions: &'a mut Vec<LonLat>,
    ids: &'a mut Vec<OsmNodeId>,
}

fn with_twice_the_points(extract: &mut OsmExtract) {
    redraw(extract, |canvas, nodes| {
        canvas.drawn.push(nodes[0]);
        for pair in nodes.windows(2) {
            if !pair.contains(&NodeIndex::MISSING) {
                let [from, to] = [pair[0], pair[1]].map(|node| canvas.positions[node.index()]);
                canvas.drawn.push(NodeIndex(canvas.positions.len() as u32));
                canvas.positions.push(from.towards(to, 0.5));
                canvas.ids.push(OsmNodeId(canvas.ids[canvas.ids.len() - 1].0 + 1));
            }
            canvas.drawn.push(pair[1]);
        }
    });
}

fn with_half_the_points(extract: &mut OsmExtract) {
    let uses = uses(extract);
    let is_bound = |node: NodeIndex| node == NodeIndex::MISSING || uses[node.index()] > 1;
    redraw(extract, |canvas, nodes| {
        let mut dropped_last = true;
        for &node in nodes {
            dropped_last = !dropped_last && !is_bound(node);
            if !dropped_last {
                canvas.drawn.push(node);
            }
        }
    });
}

/// The extract without its towns: a segment lies in one where its middle does, so a point more
/// moves the sign at the edge of a town.
fn open_country(path: &Path) -> OsmExtract {
    OsmExtract { built_up: BuiltUpLand::default(), ..read(&[path.to_owned()]) }
}

/// Minutes between forty junctions, each with each.
fn minutes(extract: &OsmExtract, spots: &[LonLat]) -> Vec<f64> {
    let network = RoadNetwork::build(extract, &Profile::car(), &Watch::new()).unwrap();
    let places = network.snap_all(spots, Metres(1.0));
    let times =
        travel_times(&network, &places, &places, Question::default(), &Watch::new()).unwrap();
    let minutes = |pair: usize| {
        let time = times.time(pair / spots.len(), pair % spots.len());
        time.map_or(f64::NAN, |time| f64::from(time.0) / 60_000.0)
    };
    (0..spots.len() * spots.len()).map(minutes).collect()
}

fn junctions(extract: &OsmExtract) -> Vec<LonLat> {
    let network = RoadNetwork::build(extract, &Profile::car(), &Watch::new()).unwrap();
    let streets = network.streets();
    let mut dice = Dice::new(40);
    let mut any = || StreetId(dice.below(streets.len()) as u32);
    let roads = std::iter::repeat_with(&mut any).filter(|&street| network.is_snappable(street));
    roads.take(40).map(|street| streets.points(street)[0]).collect()
}

/// By how much each trip of more than a minute changes when the map is drawn anew, the least first.
fn changes(path: &Path, redraw: fn(&mut OsmExtract)) -> Vec<f64> {
    let mut extract = open_country(path);
    let spots = junctions(&extract);
    let as_drawn = minutes(&extract, &spots);
    redraw(&mut extract);
    let redrawn = minutes(&extract, &spots);
    let trips = as_drawn.iter().zip(redrawn).filter(|(minutes, _)| **minutes > 1.0);
    let mut changes: Vec<f64> = trips.map(|(minutes, redrawn)| redrawn / minutes - 1.0).collect();
    changes.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    assert!(changes.len() > 500, "{} trips in {}", changes.len(), path.display());
    changes
}

#[test]
fn points_between_the_points_of_real_roads_change_no_trip_by_two_per_cent() {
    for path in maps() {
        let changes = changes(&path, with_twice_the_points);
        let [most_trips, worst] = [changes.len() * 9 / 10, changes.len() - 1];
        println!("{}: {:.5} {:.4}", path.display(), changes[most_trips], changes[worst]);
        assert!(changes[most_trips].abs() < 0.001 && changes[worst].abs() < 0.02);
    }
}

/// A bend loses its shape with its points, and the way its length: nobody can tell a chord of
/// four points from a chord of two.
#[test]
fn half_the_points_of_real_roads_change_nine_trips_of_ten_by_less_than_two_per_cent() {
    for path in maps() {
        let changes = changes(&path, with_half_the_points);
        let [half, most_trips, worst] =
            [changes.len() / 2, changes.len() * 9 / 10, changes.len() - 1];
        println!(
            "{}: half of the trips by {:.4} at most, nine in ten by {:.4}, all by {:.4}",
            path.display(),
            changes[half],
            changes[most_trips],
            changes[worst]
        );
        assert!(changes[most_trips].abs() < 0.02 && changes[worst].abs() < 0.05);
    }
}

/// Seconds from the first node to the last of two ways that meet at a right angle.
fn round_the_corner(drive: Option<(&str, i32)>) -> f64 {
    let road = [("highway", "secondary"), ("maxspeed", "80")];
    let mut drawing = Drawing::new()
        .node(1, 0, 0)
        .node(2, 3000, 0)
        .node(3, 3000, 3000)
        .way(10, &[1, 2], &road)
        .way(11, &[2, 3], &road);
    if let Some((class, metres)) = drive {
        let end = [("highway", class), ("access", "private")];
        drawing = drawing.node(4, 3000 + metres, 0).way(12, &[2, 4], &end);
    }
    let network =
        RoadNetwork::build(&drawing.to_extract(), &Profile::car(), &Watch::new()).unwrap();
    let ends = network.snap_all(&[at(0.0, 0.0), at(3000.0, 3000.0)], Metres(1.0));
    let times = travel_times(&network, &ends, &ends, Question::default(), &Watch::new()).unwrap();
    f64::from(times.time(0, 1).unwrap().0) / 1000.0
}

#[test]
fn a_drive_at_a_sharp_corner_changes_nothing_for_those_who_pass() {
    let alone = round_the_corner(None);
    assert!(alone > 6000.0 / 20.0 + 3.0, "{alone} s: nobody slowed down");
    assert_eq!(alone.to_bits(), round_the_corner(Some(("service", 100))).to_bits());
}
