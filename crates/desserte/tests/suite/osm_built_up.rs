//! Stage `osm`: the built-up land that is read, and stage `graph`: what lies in it.
//!
//! The town is drawn about 4.4 east, 44.6 north, where a hundredth of a degree
//! is 794 m wide and 1,111 m high.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use desserte::geodesy::distance;
use desserte::graph::BuiltUp;
use desserte::osm::{BuiltUpLand, OsmExtract, Settlement, SettlementKind, read_places};
use desserte::{LonLat, Watch};

use crate::osm::{portrait, read, read_town};
use crate::osm_clip::{clip, square};
use crate::osm_real::real;
use crate::town::{Part, TagSlice, Town};

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::from_degrees(lon, lat).unwrap()
}

fn settlement(lon: f64, lat: f64, kind: SettlementKind) -> Settlement {
    Settlement { position: at(lon, lat), kind, name: None }
}

/// Four corners of a square of a hundredth of a degree, a node in it, and a road past it.
fn square_town() -> Town {
    Town::new()
        .node(1, 4.40, 44.60)
        .node(2, 4.41, 44.60)
        .node(3, 4.41, 44.61)
        .node(4, 4.40, 44.61)
        .node(5, 4.405, 44.605)
        .node(6, 4.43, 44.605)
        .way(10, &[5, 6], &[("highway", "tertiary")])
}

/// How many rings a closed way with these tags makes.
fn rings_of(tags: TagSlice<'_>) -> usize {
    read_town(&square_town().way(20, &[1, 2, 3, 4, 1], tags)).built_up.rings.len()
}

#[test]
fn dwellings_and_shops_are_built_up_and_works_and_fields_are_not() {
    for landuse in ["residential", "retail", "commercial", "education", "religious"] {
        assert_eq!(rings_of(&[("landuse", landuse)]), 1, "{landuse}");
    }
    for landuse in ["industrial", "farmyard", "farmland", "forest", "quarry", "allotments"] {
        assert_eq!(rings_of(&[("landuse", landuse)]), 0, "{landuse}");
    }
    for place in ["town", "village", "hamlet", "suburb", "neighbourhood"] {
        assert_eq!(rings_of(&[("place", place)]), 1, "{place}");
    }
    for place in ["farm", "isolated_dwelling", "locality", "island", "county"] {
        assert_eq!(rings_of(&[("place", place)]), 0, "{place}");
    }
    let commune = [("place", "village"), ("boundary", "administrative")];
    assert_eq!(rings_of(&commune), 0, "within its boundary lie its fields");
}

#[test]
fn an_outline_is_kept_whole_or_not_at_all() {
    let residential = [("landuse", "residential")];
    let open = square_town().way(20, &[1, 2, 3, 4], &residential);
    let gap = square_town().way(20, &[1, 2, 99, 4, 1], &residential);
    let line = square_town().way(20, &[1, 2, 1], &residential);
    for town in [open, gap, line] {
        let extract = read_town(&town);
        assert_eq!(extract.built_up, BuiltUpLand::default());
        assert_eq!((extract.ways.len(), extract.oddities.missing_nodes), (1, 0));
    }
    let whole = read_town(&square_town().way(20, &[1, 2, 3, 4, 1], &residential)).built_up;
    let corners = [(4.40, 44.60), (4.41, 44.60), (4.41, 44.61), (4.40, 44.61), (4.40, 44.60)];
    assert_eq!(whole.rings, [corners.map(|(lon, lat)| at(lon, lat))]);
}

#[test]
fn the_outer_members_of_a_relation_are_joined_to_rings() {
    let area = [("type", "multipolygon"), ("landuse", "residential")];
    let drawn = |parts: &[(Part, &str)], tags| {
        let town = square_town()
            .node(7, 4.402, 44.602)
            .node(8, 4.404, 44.602)
            .node(9, 4.403, 44.604)
            .way(21, &[1, 2, 3], &[])
            .way(22, &[1, 4, 3], &[])
            .way(23, &[7, 8, 9, 7], &[]);
        read_town(&town.relation(30, parts, tags)).built_up.rings
    };
    let halves = [(Part::Way(21), "outer"), (Part::Way(22), "outer")];
    let joined = drawn(&halves, &area);
    assert_eq!(joined.len(), 1);
    assert_eq!((joined[0].len(), joined[0].first()), (5, joined[0].last()));
    let with_hole = [halves[0], halves[1], (Part::Way(23), "inner"), (Part::Node(5), "label")];
    assert_eq!(drawn(&with_hole, &area), joined, "one drives past a park at the town's speed");
    // Half a town has no inside; the other part of it is whole.
    let broken = [halves[0], (Part::Way(99), "outer"), (Part::Way(23), "")];
    let kept = drawn(&broken, &area);
    assert_eq!((kept.len(), kept[0].len()), (1, 4));
    assert!(drawn(&halves, &[("type", "boundary"), ("place", "town")]).is_empty());
    assert_eq!(drawn(&halves, &[("type", "multipolygon"), ("place", "town")]).len(), 1);
}

#[test]
fn a_settlement_is_read_whether_or_not_a_street_passes_through_its_node() {
    let town = square_town()
        .node(40, 4.42, 44.61)
        .tagged(&[("place", "hamlet"), ("name", "Le Pont")])
        .node(41, 4.42, 44.605)
        .tagged(&[("place", "village")])
        .node(42, 4.42, 44.606)
        .tagged(&[("place", "farm")])
        .node(43, 4.42, 44.606)
        .tagged(&[("highway", "crossing")])
        .way(11, &[41, 6], &[("highway", "residential")]);
    let extract = read_town(&town);
    let hamlet = settlement(4.42, 44.61, SettlementKind::Hamlet);
    let hamlet = Settlement { name: Some("Le Pont".into()), ..hamlet };
    let village = settlement(4.42, 44.605, SettlementKind::Village);
    assert_eq!(extract.built_up.settlements, [hamlet, village]);
    assert!(extract.tagged_nodes.is_empty(), "a name stops nobody");
    assert_eq!(extract.node_ids.len(), 3, "only nodes of streets are kept as such");
}

#[test]
fn the_highest_version_of_a_settlement_wins_even_where_it_is_one_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let before = square_town().node(40, 4.42, 44.61).tagged(&[("place", "village")]);
    let after = square_town().node(40, 4.42, 44.61).tagged(&[("historic", "ruins")]).version(2);
    let paths = [before.write(folder.path(), "before"), after.write(folder.path(), "after")];
    let swapped: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    assert_eq!(read(&paths[..1]).built_up.settlements.len(), 1);
    assert_eq!(read(&paths).built_up, BuiltUpLand::default());
    assert_eq!(read(&swapped).built_up, BuiltUpLand::default());
}

#[test]
fn built_up_land_does_not_depend_on_the_order_of_the_file() {
    let town = square_town()
        .way(20, &[1, 2, 3, 4, 1], &[("landuse", "residential")])
        .node(40, 4.42, 44.61)
        .tagged(&[("place", "hamlet")]);
    let plain = read_town(&town);
    assert_eq!((plain.built_up.rings.len(), plain.built_up.settlements.len()), (1, 1));
    for other in [town.clone().backwards(), town.clone().in_blocks_of(1), town.and(&square_town())]
    {
        assert_eq!(portrait(&read_town(&other)), portrait(&plain));
    }
}

#[test]
fn a_clip_within_a_town_keeps_its_outline_and_leaves_other_towns_out() {
    let folder = tempfile::tempdir().unwrap();
    let town = square_town()
        .node(7, 4.404, 44.605)
        .way(12, &[7, 5], &[("highway", "residential")])
        .way(20, &[1, 2, 3, 4, 1], &[("landuse", "residential")])
        .node(50, 5.40, 44.60)
        .node(51, 5.41, 44.60)
        .node(52, 5.41, 44.61)
        .way(21, &[50, 51, 52, 50], &[("landuse", "residential")])
        .node(53, 5.43, 44.60)
        .tagged(&[("place", "village")]);
    let path = town.write(folder.path(), "town");
    let middle = clip(square(4.4035, 44.6045, 4.4045, 44.6055), 0.0);
    let extract = OsmExtract::read(&[path], Some(&middle), &Watch::new()).unwrap();
    assert_eq!(extract.ways.len(), 1);
    assert_eq!((extract.built_up.rings.len(), extract.built_up.settlements.len()), (1, 0));
}

#[test]
fn a_kerb_belongs_to_the_town_and_a_field_does_not() {
    let town = square_town().way(20, &[1, 2, 3, 4, 1], &[("landuse", "residential")]);
    let built_up = BuiltUp::of(&read_town(&town).built_up);
    assert!(built_up.contains(at(4.405, 44.605)));
    // 15 m and 25 m to the south, and to the east: a metre is 0.9e-5 and 1.26e-5 degrees.
    assert!(built_up.contains(at(4.405, 44.599_865)) && !built_up.contains(at(4.405, 44.599_775)));
    assert!(built_up.contains(at(4.410_189, 44.605)) && !built_up.contains(at(4.410_315, 44.605)));
}

#[test]
fn a_settlement_reaches_only_where_no_outline_covers_it() {
    let village = settlement(4.405, 44.605, SettlementKind::Village);
    let farm = settlement(4.42, 44.605, SettlementKind::Hamlet);
    let settlements = vec![village.clone(), farm.clone()];
    let alone = BuiltUpLand { settlements, ..BuiltUpLand::default() };
    let built_up = BuiltUp::of(&alone);
    // 238 m and 262 m east of the village, 95 m and 111 m of the hamlet.
    assert!(built_up.contains(at(4.408, 44.605)) && !built_up.contains(at(4.4083, 44.605)));
    assert!(built_up.contains(at(4.4212, 44.605)) && !built_up.contains(at(4.4214, 44.605)));
    let corners = [(4.404, 44.604), (4.406, 44.604), (4.406, 44.606), (4.404, 44.606)];
    let rings = vec![corners.map(|(lon, lat)| at(lon, lat)).to_vec()];
    let drawn = BuiltUp::of(&BuiltUpLand { rings, ..alone });
    assert!(drawn.contains(village.position) && !drawn.contains(at(4.408, 44.605)));
    assert!(drawn.contains(farm.position));
}

#[test]
fn any_land_is_answered() {
    let corner = LonLat { lon: i32::MAX, lat: i32::MIN };
    let rings = vec![
        vec![],
        vec![corner],
        vec![corner, at(4.4, 44.6)],
        vec![at(0.0, 0.0); 5],
        vec![corner, LonLat { lon: i32::MIN, lat: i32::MIN }, LonLat { lon: 0, lat: i32::MAX }],
    ];
    let pole = settlement(180.0, 90.0, SettlementKind::City);
    let lost = Settlement { position: corner, ..settlement(0.0, 0.0, SettlementKind::Town) };
    let settlements = vec![pole.clone(), lost];
    assert!(!BuiltUp::of(&BuiltUpLand::default()).contains(corner));
    let built_up = BuiltUp::of(&BuiltUpLand { rings: rings[..4].to_vec(), settlements });
    assert!(built_up.contains(pole.position) && built_up.contains(corner));
    assert!(!built_up.contains(at(4.4, 44.6)), "a line has no inside");
    let globe = BuiltUp::of(&BuiltUpLand { rings, settlements: vec![] });
    assert!(globe.contains(at(4.4, 44.6)));
}

/// Kilometres of the streets with such tags: all, and those in built-up land by their midpoints.
fn kilometres(extract: &OsmExtract, tag: TagSlice<'_>) -> (f64, f64) {
    let built_up = BuiltUp::of(&extract.built_up);
    let (mut all, mut inside) = (0.0, 0.0);
    let is_asked = |tags: desserte::osm::Tags<'_>| tag.iter().any(|(k, v)| tags.has(k, v));
    for way in extract.ways.iter().filter(|way| is_asked(extract.tags.get(way.tags))) {
        for pair in extract.nodes_of(way).windows(2) {
            let place = |index: usize| extract.positions.get(pair[index].index());
            let (Some(&from), Some(&to)) = (place(0), place(1)) else { continue };
            let length = distance(from, to).0 / 1000.0;
            all += length;
            inside += if built_up.contains(from.towards(to, 0.5)) { length } else { 0.0 };
        }
    }
    (all, inside)
}

fn rural() -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/src/desserte/data");
    PathBuf::from(folder).join("neubrandenburg.osm.pbf")
}

#[test]
fn roads_posted_as_urban_lie_in_built_up_land_and_rural_ones_outside() {
    let extract = read(&[rural()]);
    let share = |tag| {
        let (all, inside) = kilometres(&extract, tag);
        println!("{tag:?}: {inside:.1} of {all:.1} km");
        assert!(all > 3.0, "the test means something");
        inside / all
    };
    assert!(share(&[("source:maxspeed", "DE:zone")]) > 0.95);
    assert!(share(&[("highway", "living_street")]) > 0.9);
    assert!(share(&[("highway", "residential")]) > 0.7);
    assert!(share(&[("source:maxspeed", "DE:rural"), ("zone:traffic", "DE:rural")]) < 0.05);
    assert!(share(&[("maxspeed", "100")]) < 0.1);
    assert!(share(&[("highway", "motorway")]) < 0.01);
}

#[test]
fn the_middle_of_a_village_is_built_up_and_the_fields_between_are_not() {
    let paths = [rural()];
    let built_up = BuiltUp::of(&read(&paths).built_up);
    let places = read_places(&paths, None, &Watch::new()).unwrap().features;
    let villages: Vec<_> = places.iter().filter(|place| place.place == "village").collect();
    assert!(villages.len() > 10, "the test means something");
    for village in &villages {
        assert!(built_up.contains(village.position), "{village:?}");
    }
    let named = |name| villages.iter().find(|village| village.name.as_deref() == Some(name));
    let wulkenzin = named("Wulkenzin").unwrap().position;
    // Two kilometres to the west no settlement is drawn.
    let field = LonLat { lon: wulkenzin.lon - 300_000, ..wulkenzin };
    assert!(!built_up.contains(field), "{field}");
}

#[test]
fn a_plausible_share_of_andorra_is_built_up_whatever_the_clip() {
    let Some(path) = real("andorra-2025.osm.pbf") else { return };
    let whole = read(std::slice::from_ref(&path));
    let start = Instant::now();
    let mut shares = BTreeMap::new();
    for class in ["living_street", "residential", "secondary", "primary", "track"] {
        let (all, inside) = kilometres(&whole, &[("highway", class)]);
        println!("{class}: {inside:.1} of {all:.1} km");
        shares.insert(class, inside / all);
    }
    println!("in {:?}: {} rings", start.elapsed(), whole.built_up.rings.len());
    assert!(shares["living_street"] > 0.9 && shares["residential"] > 0.7, "{shares:?}");
    assert!((0.1..0.4).contains(&shares["primary"]), "{shares:?}");
    assert!((0.1..0.4).contains(&shares["secondary"]), "{shares:?}");
    assert!(shares["track"] < 0.06, "{shares:?}");

    let valley = clip(square(1.50, 42.48, 1.56, 42.53), 500.0);
    let part = OsmExtract::read(&[path], Some(&valley), &Watch::new()).unwrap();
    let (all, few) = (BuiltUp::of(&whole.built_up), BuiltUp::of(&part.built_up));
    assert!(part.built_up.rings.len() < whole.built_up.rings.len());
    for &position in &part.positions {
        assert_eq!(few.contains(position), all.contains(position), "{position}");
    }
}
