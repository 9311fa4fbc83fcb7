//! What do the fuzz targets share?
//!
//! A file of some bytes, and every question that a network answers. The answers
//! may be anything; a panic, a hang or a read outside of memory is a finding.

use std::{
    fs,
    path::PathBuf,
    sync::{LazyLock, Once},
};

use desserte::{
    LonLat, Metres, Millis, Watch,
    graph::{Heading, JunctionId, Link, NodeId, RoadNetwork},
    isochrone::{IsochroneOptions, LeastAreas, isochrones},
    matrix::{Question, TripDirection, travel_times},
    search::{Journey, Selection, WideSweep, Workspace},
};
use tempfile::TempDir;

pub mod blocks;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a fuzzer may write temporary files"));

/// A file of these bytes; the one before is gone.
///
/// # Panics
///
/// Panics where the disk is full.
pub fn file_of(bytes: &[u8]) -> PathBuf {
    static ONE_THREAD: Once = Once::new();
    ONE_THREAD.call_once(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
        pool.expect("nobody has asked for threads yet");
    });
    let path = FOLDER.path().join("input");
    // Not in place: a network may have the former one open.
    let _ = fs::remove_file(&path);
    fs::write(&path, bytes).expect("a fuzzer may write temporary files");
    path
}

/// Puts every kind of question.
pub fn ask_everything(network: &RoadNetwork) {
    let junctions = network.manifest().counts.junctions.min(30) as u32;
    let positions: Vec<LonLat> =
        (0..junctions).map(|it| network.junction_position(JunctionId(it))).collect();
    let places = network.snap_all(&positions, Metres(1000.0));
    for direction in [TripDirection::From, TripDirection::To] {
        let question = Question { direction, cutoff: None, with_lengths: true };
        let _ = travel_times(network, &places, &places, question, &Watch::new());
        let question = Question { direction, cutoff: None, with_lengths: false };
        let _ = travel_times(network, &places, &places, question, &Watch::new());
    }
    let mut workspace = Workspace::new(network.graph());
    for pair in places.windows(2).take(8) {
        let _ = Journey::between(network, &mut workspace, &pair[0], &pair[1]);
    }
    let options = IsochroneOptions {
        limits: vec![Millis(60_000)],
        heading: Heading::Forward,
        offroad: Metres(300.0),
        resolution: Metres(200.0),
        least: LeastAreas::default(),
    };
    let _ = isochrones(network, &places[..places.len().min(1)], &options, &Watch::new());
    let _ = network.speeds();
    for way in network.streets().ways() {
        network.streets().way_tags().get(way.tags).iter().count();
    }
    sweep(network);
}

/// Sweeps from some nodes to all, both ways, if the network is prepared.
fn sweep(network: &RoadNetwork) {
    let Some(hierarchy) = network.prepared() else { return };
    let nodes = || (0..hierarchy.node_count() as u32).map(NodeId);
    let mut sweep = WideSweep::new(hierarchy);
    for heading in [Heading::Forward, Heading::Backward] {
        let above = Selection::above(hierarchy, heading, nodes().take(5));
        for selection in [above, Selection::everything(hierarchy, heading)] {
            let sources = nodes().take(WideSweep::SOURCES);
            sweep.run(&selection, sources.map(|node| [Link { node, time: Millis(0) }]));
        }
    }
}
