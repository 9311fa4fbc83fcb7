//! Stage `osm`: real extracts, compared with an independent count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use desserte::Watch;
use desserte::osm::{CareKind, NodeIndex, OsmExtract, read_care, read_places};

use crate::osm::{portrait, read};
use crate::osm_clip::{clip, square};

/// A real extract, where the data lies beside the repository.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/osm");
    let path = Path::new(folder).join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

const REAL: [&str; 5] = [
    "andorra-2025.osm.pbf",
    "faroe-2018.osm.pbf",
    "porto.osm.pbf",
    "monaco-2016.osm.pbf",
    "liberia-guinea-2017.osm.pbf",
];

/// Counts that another way of reading gives.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    streets: usize,
    street_nodes: usize,
    restrictions: usize,
    places: BTreeMap<String, usize>,
    pharmacies: usize,
}

/// Counts by osmpbfreader's own iterator, one element after the other.
fn counts_by_iteration(path: &Path) -> Counts {
    use osmpbfreader::{OsmObj, OsmPbfReader};
    let inhabited = [
        "city",
        "town",
        "village",
        "hamlet",
        "isolated_dwelling",
        "farm",
        "suburb",
        "quarter",
        "neighbourhood",
    ];
    let mut counts = Counts::default();
    let mut held = BTreeSet::new();
    let mut streets = Vec::new();
    let mut reader = OsmPbfReader::new(std::fs::File::open(path).unwrap());
    for element in reader.iter().map(Result::unwrap) {
        let tags = element.tags().clone();
        if let Some(place) = tags.get("place").filter(|place| inhabited.contains(&place.as_str())) {
            *counts.places.entry(place.to_string()).or_default() += 1;
        }
        counts.pharmacies += usize::from(tags.contains("amenity", "pharmacy"));
        match element {
            OsmObj::Node(node) => {
                held.insert(node.id.0);
            }
            OsmObj::Way(way) => {
                let route = tags.get("route").map(AsRef::<str>::as_ref);
                if tags.contains_key("highway") || matches!(route, Some("ferry" | "shuttle_train"))
                {
                    streets.push(way.nodes);
                }
            }
            OsmObj::Relation(_) => {
                let kind = tags.get("type").map(AsRef::<str>::as_ref);
                counts.restrictions +=
                    usize::from(kind.is_some_and(|k| k.starts_with("restriction")));
            }
        }
    }
    let mut used = BTreeSet::new();
    for way in streets {
        let mut nodes: Vec<i64> =
            way.into_iter().map(|n| n.0).filter(|n| held.contains(n)).collect();
        nodes.dedup();
        if nodes.len() >= 2 {
            counts.streets += 1;
            used.extend(nodes);
        }
    }
    counts.street_nodes = used.len();
    counts
}

#[test]
fn a_real_extract_holds_what_an_independent_count_finds() {
    for path in REAL.into_iter().filter_map(real) {
        let paths = [path.clone()];
        let extract = read(&paths);
        let places = read_places(&paths, None, &Watch::new()).unwrap();
        let care = read_care(&paths, None, &Watch::new()).unwrap();
        let mut found = Counts {
            streets: extract.ways.len(),
            street_nodes: extract.node_ids.len(),
            restrictions: extract.restrictions.len(),
            ..Counts::default()
        };
        for place in &places.features {
            *found.places.entry(place.place.clone()).or_default() += 1;
        }
        found.pharmacies = care.features.iter().filter(|c| c.kind == CareKind::Pharmacy).count();
        println!("{}: {} {:?}", path.display(), care.features.len(), extract.oddities);
        assert_eq!(found, counts_by_iteration(&path), "{}", path.display());
        assert!(places.features.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}

#[test]
fn a_real_extract_is_in_order_and_complete() {
    for path in REAL.into_iter().filter_map(real) {
        let extract = read(std::slice::from_ref(&path));
        assert!(extract.node_ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(extract.ways.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert_eq!(extract.node_ids.len(), extract.positions.len());
        let count: usize = extract.ways.iter().map(|way| extract.nodes_of(way).len()).sum();
        assert_eq!(count, extract.way_nodes.len());
        let missing = extract.way_nodes.iter().filter(|n| **n == NodeIndex::MISSING).count();
        assert!(missing as u64 <= extract.oddities.missing_nodes);
        assert!(extract.barrier_lines.iter().all(|line| line.len() >= 2));
        assert!(!extract.barrier_lines.is_empty() || path.ends_with("porto.osm.pbf"));
    }
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    let Some(path) = real("andorra-2025.osm.pbf") else { return };
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| portrait(&read(std::slice::from_ref(&path))))
    };
    let one = with_threads(1);
    assert!(one == with_threads(2) && one == with_threads(5));
}

#[test]
fn andorra_and_monaco_together_are_the_sum_of_both() {
    let (Some(andorra), Some(monaco)) = (real("andorra-2025.osm.pbf"), real("monaco-2016.osm.pbf"))
    else {
        return;
    };
    let (a, b) = (read(std::slice::from_ref(&andorra)), read(std::slice::from_ref(&monaco)));
    let both = read(&[andorra.clone(), monaco.clone()]);
    assert_eq!(both.ways.len(), a.ways.len() + b.ways.len());
    assert_eq!(both.node_ids.len(), a.node_ids.len() + b.node_ids.len());
    assert_eq!(both.barrier_lines.len(), a.barrier_lines.len() + b.barrier_lines.len());
    assert_eq!(portrait(&both), portrait(&read(&[monaco, andorra])));
}

#[test]
fn a_clip_of_andorra_is_a_part_of_it() {
    let Some(path) = real("andorra-2025.osm.pbf") else { return };
    let whole = read(std::slice::from_ref(&path));
    let valley = clip(square(1.50, 42.48, 1.56, 42.53), 500.0);
    let start = Instant::now();
    let part = OsmExtract::read(std::slice::from_ref(&path), Some(&valley), &Watch::new()).unwrap();
    println!("clipped in {:?}: {} of {} ways", start.elapsed(), part.ways.len(), whole.ways.len());
    assert!(part.ways.len() * 10 > whole.ways.len() && part.ways.len() < whole.ways.len());
    for way in &part.ways {
        let before = whole.ways[whole.way_index(way.id).unwrap()];
        let ids = |extract: &OsmExtract, way| {
            let nodes = extract.nodes_of(way).iter();
            nodes.map(|n| extract.node_ids.get(n.index()).copied()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&part, way), ids(&whole, &before), "a way is kept whole");
    }
}
