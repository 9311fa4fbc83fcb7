//! Is a network that was saved and opened the network that was built?
//!
//! Every question that a network answers is put to both: streets and arcs one by
//! one, snaps, matrices, journeys, isochrones, the sheet of speeds.

use std::fs;
use std::path::Path;

use desserte::graph::{Hierarchy, JunctionId, NodeId, Place, RoadNetwork, StreetUse};
use desserte::isochrone::{IsochroneOptions, LeastAreas, isochrones};
use desserte::matrix::{Question, TripDirection, travel_times};
use desserte::osm::{OsmExtract, Settlement, SettlementKind};
use desserte::saved::SavedError;
use desserte::search::{Journey, Workspace};
use desserte::{Heading, LonLat, Metres, Millis, Profile, Watch};
use tempfile::tempdir;

use crate::drawing::{Drawing, anywhere, at};
use crate::hierarchy::{assert_alike, sources};
use crate::regions::{self, Dice, places_off_streets, places_on_streets, repository};

/// A town with something in every section: a private lane, a one-way street, water, a signal, a gate,
/// a restriction, a ferry, settlements with and without a name.
pub(crate) fn small_town() -> OsmExtract {
    let mut extract = Drawing::new()
        .node(1, 0, 0)
        .node(2, 500, 0)
        .tagged(&[("highway", "traffic_signals")])
        .node(3, 1000, 0)
        .node(4, 1000, 600)
        .node(5, 500, 600)
        .node(6, 0, 600)
        .node(7, 500, 300)
        .tagged(&[("barrier", "gate"), ("access", "private")])
        .node(8, 3000, 600)
        .way(
            10,
            &[1, 2, 3],
            &[("highway", "secondary"), ("name", "Grande Rue"), ("maxspeed", "50")],
        )
        .way(11, &[3, 4], &[("highway", "residential"), ("oneway", "yes"), ("surface", "gravel")])
        .way(12, &[6, 5, 4], &[("highway", "residential"), ("name", "Allée des Châtaigniers")])
        .way(13, &[2, 7, 5], &[("highway", "service")])
        .way(14, &[1, 6], &[("highway", "service"), ("access", "private")])
        .way(15, &[4, 8], &[("route", "ferry"), ("motor_vehicle", "yes"), ("duration", "00:10")])
        .restriction(&[10], 2, &[13], "no_left_turn")
        .water(&[(-100.0, 300.0), (450.0, 300.0), (450.0, 350.0)])
        .to_extract();
    extract.built_up.settlements = vec![
        settlement(SettlementKind::Village, at(10.0, 20.0), Some("Saint-Étienne")),
        settlement(SettlementKind::Hamlet, at(900.0, 500.0), None),
    ];
    extract
}

fn settlement(kind: SettlementKind, position: LonLat, name: Option<&str>) -> Settlement {
    Settlement { position, kind, name: name.map(Into::into) }
}

/// The network of [`small_town`], with all that slows a car.
pub(crate) fn small_network() -> RoadNetwork {
    let mut rules: toml::Table = toml::from_str(&anywhere().to_toml()).unwrap();
    let settings = rules["settings"].as_table_mut().unwrap();
    for key in ["bends", "delays", "ferries"] {
        settings.insert(key.to_owned(), true.into());
    }
    let profile = Profile::from_toml(&toml::to_string(&rules).unwrap()).unwrap();
    RoadNetwork::build(&small_town(), &profile, &Watch::new()).unwrap()
}

/// Saves a network and opens it again.
fn reopened(network: &RoadNetwork) -> RoadNetwork {
    let folder = tempdir().unwrap();
    let path = folder.path().join("network.desserte");
    network.save(&path).unwrap();
    RoadNetwork::load(&path).unwrap()
    // The folder goes here: what is open needs no name.
}

/// Minutes, lengths and reasons between all of these, there and back.
pub(crate) fn times_of(network: &RoadNetwork, places: &[Place]) -> String {
    let times = [TripDirection::From, TripDirection::To].map(|direction| {
        let question = Question { direction, cutoff: None, with_lengths: true };
        travel_times(network, places, places, question, &Watch::new()).unwrap()
    });
    format!("{times:?}")
}

fn assert_same_columns(built: &RoadNetwork, opened: &RoadNetwork) {
    assert_eq!(built.manifest(), opened.manifest());
    assert_eq!(built.rules(), opened.rules());
    assert_eq!(built.projection(), opened.projection());
    assert_eq!(built.walking_speed(), opened.walking_speed());
    let [a, b] = [built, opened].map(RoadNetwork::streets);
    assert_eq!(a.len(), b.len());
    for street in a.ids() {
        assert_eq!(a.points(street), b.points(street));
        assert_eq!(a.stretches(street), b.stretches(street));
        assert_eq!(a.length(street), b.length(street));
        assert_eq!(built.is_snappable(street), opened.is_snappable(street));
    }
    let usages = |network: &RoadNetwork| network.streets().uses().collect::<Vec<StreetUse>>();
    assert_eq!(usages(built), usages(opened));
    for usage in a.uses() {
        assert_eq!(a.times(usage), b.times(usage));
        assert_eq!((a.tail(usage), a.head(usage)), (b.tail(usage), b.head(usage)));
        assert_eq!((a.access(usage), a.delay(usage)), (b.access(usage), b.delay(usage)));
        assert_eq!(built.graph().entry(usage), opened.graph().entry(usage));
    }
    assert_eq!(a.ways().len(), b.ways().len());
    for (way, other) in a.ways().iter().zip(b.ways()) {
        assert_eq!((way.id, way.usage, way.evidence), (other.id, other.usage, other.evidence));
        let words =
            |tags: desserte::osm::Tags<'_>| format!("{:?}", tags.iter().collect::<Vec<_>>());
        assert_eq!(words(a.way_tags().get(way.tags)), words(b.way_tags().get(other.tags)));
    }
    let [a, b] = [built, opened].map(RoadNetwork::graph);
    assert_eq!((a.node_count(), a.arc_count()), (b.node_count(), b.arc_count()));
    for node in (0..a.node_count() as u32).map(NodeId) {
        assert_eq!(a.junction(node), b.junction(node));
        assert!(a.out_arcs(node).eq(b.out_arcs(node)) && a.in_arcs(node).eq(b.in_arcs(node)));
        assert!(a.out_arcs(node).all(|(arc, _)| a.street_use(arc) == b.street_use(arc)));
    }
    for junction in (0..built.manifest().counts.junctions as u32).map(JunctionId) {
        assert!(a.nodes_of(junction).eq(b.nodes_of(junction)));
        assert_eq!(built.junction_position(junction), opened.junction_position(junction));
        assert_eq!(built.junction_node(junction), opened.junction_node(junction));
    }
}

fn assert_same_answers(built: &RoadNetwork, opened: &RoadNetwork, count: usize) {
    let mut dice = Dice::new(7);
    let mut places = places_on_streets(built, &mut dice, count);
    places.extend(places_off_streets(built, &mut dice, count));
    let positions: Vec<LonLat> = places.iter().map(|place| place.position).collect();
    let snapped = built.snap_all(&positions, Metres(1000.0));
    assert_eq!(snapped, opened.snap_all(&positions, Metres(1000.0)));
    assert_eq!(times_of(built, &places), times_of(opened, &places));
    let mut workspaces = [built, opened].map(|network| Workspace::new(network.graph()));
    for pair in places.windows(2).take(20) {
        let [a, b] = &mut workspaces;
        let journey = Journey::between(built, a, &pair[0], &pair[1]);
        assert_eq!(journey, Journey::between(opened, b, &pair[0], &pair[1]));
    }
    let options = IsochroneOptions {
        limits: [5.0, 10.0].into_iter().filter_map(Millis::from_minutes).collect(),
        heading: Heading::Forward,
        offroad: Metres(300.0),
        resolution: Metres(200.0),
        least: LeastAreas::default(),
    };
    let outlines =
        |network| isochrones(network, &snapped[..snapped.len().min(3)], &options, &Watch::new());
    assert_eq!(format!("{:?}", outlines(built)), format!("{:?}", outlines(opened)));
}

#[test]
fn a_saved_network_answers_as_the_one_that_was_built() {
    let small = small_network();
    assert_eq!(small.manifest().counts.barrier_segments, 2);
    let networks = regions::all().map(|region| &region.network).chain([&small]);
    for network in networks {
        let opened = reopened(network);
        assert_same_columns(network, &opened);
        assert_same_answers(network, &opened, 25);
    }
}

#[test]
fn every_pair_of_junctions_of_every_town_is_as_far_apart() {
    for region in regions::TOWNS.iter() {
        let network = &region.network;
        let opened = reopened(network);
        let junctions = (0..network.manifest().counts.junctions as u32).map(JunctionId);
        let positions: Vec<LonLat> = junctions.map(|it| network.junction_position(it)).collect();
        let places = network.snap_all(&positions, Metres(1000.0));
        assert_eq!(times_of(network, &places), times_of(&opened, &places), "{}", region.name);
    }
}

#[test]
fn a_prepared_network_is_prepared_as_soon_as_it_is_opened() {
    let small = small_network();
    let networks = regions::all().map(|region| &region.network).chain([&small]);
    for network in networks {
        let made = network.prepare(&Watch::new()).unwrap();
        let opened = reopened(network);
        assert_same_hierarchy(made, opened.prepared().unwrap());
        let count = opened.graph().node_count() as u32;
        let sources = sources(&opened, &mut Dice::new(4), 17);
        let targets: Vec<NodeId> =
            (0..count).step_by(1 + count as usize / 500).map(NodeId).collect();
        assert_alike(&opened, &sources, &targets);
    }
}

fn assert_same_hierarchy(made: &Hierarchy, opened: &Hierarchy) {
    assert_eq!(made.node_count(), opened.node_count());
    for node in (0..made.node_count() as u32).map(NodeId) {
        assert_eq!(made.position(node), opened.position(node));
        for heading in [Heading::Forward, Heading::Backward] {
            assert_eq!(made.climb(heading).links(node), opened.climb(heading).links(node));
        }
    }
}

#[test]
fn a_network_that_was_not_prepared_is_prepared_after_it_is_opened() {
    let network = small_network();
    let opened = reopened(&network);
    assert!(opened.prepared().is_none());
    let made = opened.prepare(&Watch::new()).unwrap();
    assert_same_hierarchy(network.prepare(&Watch::new()).unwrap(), made);
}

#[test]
fn the_sheet_of_speeds_and_who_is_cut_off_are_kept() {
    let built = small_network();
    let opened = reopened(&built);
    assert_eq!(built.speeds(), opened.speeds());
    let rural = &regions::RURAL.network;
    assert_eq!(rural.speeds(), reopened(rural).speeds());
}

#[test]
fn a_saved_network_knows_all_rules_of_its_profile() {
    let opened = reopened(&small_network());
    let profile = Profile::from_toml(opened.rules()).unwrap();
    assert_eq!(profile.to_toml(), opened.rules());
    assert!(profile.settings().ferries);
    let again = RoadNetwork::build(&small_town(), &profile, &Watch::new()).unwrap();
    assert_same_columns(&again, &opened);
}

#[test]
fn a_network_is_saved_as_the_same_bytes_every_time() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let prepared = || {
        let network = small_network();
        network.prepare(&Watch::new()).unwrap();
        network
    };
    prepared().save(&path("one")).unwrap();
    prepared().save(&path("two")).unwrap();
    RoadNetwork::load(&path("one")).unwrap().save(&path("three")).unwrap();
    let bytes = fs::read(path("one")).unwrap();
    assert!(bytes == fs::read(path("two")).unwrap(), "a second build is saved otherwise");
    assert!(bytes == fs::read(path("three")).unwrap(), "what was opened is saved otherwise");
    assert_eq!(names_in(folder.path()), ["one", "three", "two"]);
}

/// What a folder holds.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn a_network_that_is_open_may_be_saved_over() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("network.desserte");
    let (small, town) = (small_network(), &regions::town("lollipop").network);
    small.save(&path).unwrap();
    let opened = RoadNetwork::load(&path).unwrap();
    // By itself, and by another.
    opened.save(&path).unwrap();
    town.save(&path).unwrap();
    assert_same_columns(&small, &opened);
    assert_same_answers(&small, &opened, 10);
    assert_same_columns(town, &RoadNetwork::load(&path).unwrap());
}

#[test]
fn a_name_that_cannot_be_a_file_is_refused() {
    let folder = tempdir().unwrap();
    let network = small_network();
    let nowhere = folder.path().join("nowhere").join("network.desserte");
    assert!(matches!(network.save(&nowhere), Err(SavedError::Write { .. })));
    for path in [folder.path(), Path::new("/"), &folder.path().join("..")] {
        assert!(matches!(network.save(path), Err(SavedError::NotAFile { .. })), "{path:?}");
        assert!(matches!(RoadNetwork::load(path), Err(SavedError::NotAFile { .. })), "{path:?}");
    }
    for path in [&nowhere, Path::new("")] {
        assert!(matches!(RoadNetwork::load(path), Err(SavedError::NotFound { .. })), "{path:?}");
    }
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_others_may_read_the_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempdir().unwrap();
    let (file, link) = (folder.path().join("2026.desserte"), folder.path().join("today"));
    fs::write(&file, "yesterday").unwrap();
    symlink(&file, &link).unwrap();
    small_network().save(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(RoadNetwork::load(&file).is_ok());
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&file), mode(&plain));
}

#[test]
fn errors_say_what_to_do() {
    let extract = repository("python/src/desserte/data/neubrandenburg.osm.pbf");
    let message = RoadNetwork::load(&extract).unwrap_err().to_string();
    assert!(message.ends_with(
        "neubrandenburg.osm.pbf is not a saved network; give a file that `save` wrote, or build \
         the network from its extracts"
    ));
    let path = || "a.desserte".into();
    for (found, told) in [
        (0, "build the network from its extracts and save it again"),
        (2, "update desserte, or build the network from its extracts"),
    ] {
        let error = SavedError::Version { path: path(), found, known: 1 };
        let message = format!(
            "a.desserte has format {found} and this version of desserte reads format 1; {told}"
        );
        assert_eq!(error.to_string(), message);
    }
    let error = SavedError::Truncated { path: path(), bytes: 10, expected: 20 };
    assert_eq!(
        error.to_string(),
        "a.desserte is cut short: it has 10 bytes of 20; copy it again, or build the network from \
         its extracts"
    );
    let what = "its checksum is another";
    let error = SavedError::Damaged { path: path(), section: "barriers", what };
    assert_eq!(
        error.to_string(),
        "a.desserte is damaged in the section `barriers` (its checksum is another); copy it again, \
         or build the network from its extracts"
    );
}
