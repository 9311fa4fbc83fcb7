//! Inputs that the benches share, so that all measure the same things.
//!
//! The rural extract of the fixtures is always there. A larger real extract is
//! used where `DESSERTE_BENCH_PBF` names one. The sketched grid has as many
//! junctions as asked for, is the same every time, and needs no file.

use std::path::{Path, PathBuf};

use desserte::{
    LonLat, Watch,
    graph::RoadNetwork,
    osm::{NodeIndex, OsmExtract, OsmNodeId, OsmWay, OsmWayId},
    profile::Profile,
};

/// The rural extract of the fixtures.
#[must_use]
pub fn rural_extract() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.join("python/src/desserte/data/neubrandenburg.osm.pbf")
}

/// The extract that `DESSERTE_BENCH_PBF` names, or the rural one.
#[must_use]
pub fn bench_extract() -> PathBuf {
    std::env::var_os("DESSERTE_BENCH_PBF").map_or_else(rural_extract, PathBuf::from)
}

/// The car network of an extract.
///
/// # Panics
///
/// Panics if the file cannot be read, with the reason.
#[must_use]
pub fn car_network(path: &Path) -> RoadNetwork {
    let watch = Watch::new();
    let extract = OsmExtract::read(&[path.to_path_buf()], None, &watch)
        .unwrap_or_else(|error| panic!("{error}"));
    RoadNetwork::build(&extract, &Profile::car(), &watch).unwrap_or_else(|error| panic!("{error}"))
}

/// A square grid of residential streets, `side` junctions by `side`, a hundred metres apart.
#[must_use]
pub fn grid(side: u32) -> OsmExtract {
    let mut extract = OsmExtract::default();
    let (west, south, step) = (44_000_000, 445_000_000, 12_000);
    for row in 0..side {
        for column in 0..side {
            extract.node_ids.push(OsmNodeId(i64::from(row * side + column)));
            let (lon, lat) = (west + (column * step) as i32, south + (row * step) as i32);
            extract.positions.push(LonLat { lon, lat });
        }
    }
    let tags = extract.tags.insert([("highway", "residential")]);
    let across = |row| (0..side).map(move |column| NodeIndex(row * side + column));
    let along = |column| (0..side).map(move |row| NodeIndex(row * side + column));
    for line in 0..2 * side {
        let first_node = extract.way_nodes.len() as u32;
        if line < side {
            extract.way_nodes.extend(across(line));
        } else {
            extract.way_nodes.extend(along(line - side));
        }
        let id = OsmWayId(i64::from(line));
        extract.ways.push(OsmWay { id, first_node, node_count: side, tags });
    }
    extract
}

/// `count` numbers below `limit`, well spread and the same every time.
pub fn spread(count: usize, limit: usize) -> impl Iterator<Item = usize> {
    // Weyl's sequence with the golden ratio: no two neighbours alike, no generator needed.
    (1..=count)
        .map(move |step| ((step as f64 * 0.618_033_988_749_895).fract() * limit as f64) as usize)
}
