//! Stage `osm`: the streets read from files, however odd these are.

use std::path::PathBuf;

use desserte::osm::{NodeIndex, OsmError, OsmExtract, OsmNodeId, OsmRelationId, OsmWayId, Via};
use desserte::{LonLat, Watch};

use crate::town::{Part, Town};

/// Reads files that are expected to be in order.
pub(crate) fn read(paths: &[PathBuf]) -> OsmExtract {
    OsmExtract::read(paths, None, &Watch::new()).unwrap()
}

/// Writes a town and reads it.
pub(crate) fn read_town(town: &Town) -> OsmExtract {
    let folder = tempfile::tempdir().unwrap();
    read(&[town.write(folder.path(), "town")])
}

/// An extract as text, apart from the files it came from: equal text, equal extract.
pub(crate) fn portrait(extract: &OsmExtract) -> String {
    let tags = |list| extract.tags.get(list).iter().collect::<Vec<_>>();
    let ways: Vec<_> =
        extract.ways.iter().map(|way| (way.id, extract.nodes_of(way), tags(way.tags))).collect();
    let nodes: Vec<_> = extract.node_ids.iter().zip(&extract.positions).collect();
    let tagged: Vec<_> =
        extract.tagged_nodes.iter().map(|(node, list)| (node, tags(*list))).collect();
    let restrictions: Vec<_> =
        extract.restrictions.iter().map(|r| (r.id, &r.from, &r.via, &r.to, tags(r.tags))).collect();
    let (lines, land) = (&extract.barrier_lines, &extract.built_up);
    format!("{ways:?}\n{nodes:?}\n{tagged:?}\n{restrictions:?}\n{lines:?}\n{land:?}")
}

/// Three nodes on a valley road, and a lane up to a farm.
pub(crate) fn valley() -> Town {
    Town::new()
        .node(1, 4.40, 44.60)
        .node(2, 4.41, 44.60)
        .tagged(&[("highway", "crossing"), ("note", "fresh paint")])
        .node(3, 4.42, 44.60)
        .node(4, 4.41, 44.61)
        .way(10, &[1, 2, 3], &[("highway", "tertiary"), ("name", "Route de Privas")])
        .way(11, &[2, 4], &[("highway", "track"), ("source", "survey")])
        .restriction(100, [10, 2, 11], "no_left_turn")
}

#[test]
fn a_town_is_read_as_it_was_drawn() {
    let extract = read_town(&valley().dated(1_735_689_600));
    let ids: Vec<_> = extract.ways.iter().map(|way| way.id).collect();
    assert_eq!(ids, [OsmWayId(10), OsmWayId(11)]);
    assert_eq!(extract.node_ids, [1, 2, 3, 4].map(OsmNodeId));
    assert_eq!(extract.positions[3], LonLat::from_degrees(4.41, 44.61).unwrap());
    assert_eq!(extract.nodes_of(&extract.ways[1]), [NodeIndex(1), NodeIndex(3)]);
    assert_eq!(extract.node_index(OsmNodeId(3)), Some(NodeIndex(2)));
    assert_eq!(extract.way_index(OsmWayId(11)), Some(1));

    let road = extract.tags.get(extract.ways[0].tags);
    assert!(road.has("highway", "tertiary") && road.has("name", "Route de Privas"));
    let restriction = &extract.restrictions[0];
    assert_eq!(restriction.id, OsmRelationId(100));
    assert_eq!(restriction.from, [OsmWayId(10)]);
    assert_eq!(restriction.via, [Via::Node(OsmNodeId(2))]);
    assert_eq!(restriction.to, [OsmWayId(11)]);
    assert!(extract.tags.get(restriction.tags).has("restriction", "no_left_turn"));
    assert_eq!(extract.oddities, desserte::osm::Oddities::default());

    let source = &extract.sources[0];
    assert_eq!(source.name, "town.osm.pbf");
    assert_eq!(source.data_date.as_deref(), Some("2025-01-01T00:00:00Z"));
    assert_eq!(source.sha256.len(), 64);
}

#[test]
fn the_hash_of_a_file_is_its_sha_256() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().unwrap();
    let path = valley().write(folder.path(), "town");
    let hash = Sha256::digest(std::fs::read(&path).unwrap());
    let stated = &read(&[path]).sources[0].sha256;
    let bytes = (0..32).map(|i| u8::from_str_radix(&stated[2 * i..2 * i + 2], 16).unwrap());
    assert_eq!(bytes.collect::<Vec<_>>(), hash.as_slice());
}

#[test]
fn tags_that_concern_no_traveller_are_dropped() {
    let extract = read_town(&Town::new().node(1, 0.0, 0.0).node(2, 0.1, 0.0).way(
        1,
        &[1, 2],
        &[
            ("highway", "residential"),
            ("source", "Bing"),
            ("source:maxspeed", "FR:urban"),
            ("addr:street", "Grande Rue"),
            ("name", "Grande Rue"),
            ("name:oc", "Granda Carrièra"),
            ("wikidata", "Q90"),
            ("maxspeed:type", "sign"),
            ("access:conditional", "no @ (Nov-May)"),
            ("junction", "roundabout"),
        ],
    ));
    let tags = extract.tags.get(extract.ways[0].tags);
    let keys: Vec<_> = tags.iter().map(|(key, _)| key).collect();
    let expected =
        ["highway", "source:maxspeed", "name", "maxspeed:type", "access:conditional", "junction"];
    assert_eq!(keys, expected);
}

#[test]
fn a_node_is_tagged_only_if_the_tag_concerns_who_passes() {
    let town = valley()
        .node(5, 4.43, 44.60)
        .tagged(&[("natural", "tree")])
        .node(6, 4.44, 44.60)
        .tagged(&[("barrier", "gate"), ("motor_vehicle", "private")])
        .node(7, 4.45, 44.60)
        .tagged(&[("barrier", "bollard")])
        .way(12, &[3, 5, 6], &[("highway", "service")]);
    let extract = read_town(&town);
    let tagged: Vec<_> = extract
        .tagged_nodes
        .iter()
        .map(|(node, tags)| (extract.node_ids[node.index()].0, extract.tags.get(*tags)))
        .collect();
    assert_eq!(tagged.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(tagged[0].1.iter().collect::<Vec<_>>(), [("highway", "crossing")]);
    assert!(tagged[1].1.has("motor_vehicle", "private"));
}

#[test]
fn ferries_and_shuttle_trains_are_ways_to_travel_on() {
    let town = valley()
        .way(20, &[1, 3], &[("route", "ferry")])
        .way(21, &[1, 4], &[("route", "shuttle_train")])
        .way(22, &[3, 4], &[("railway", "rail")])
        .way(23, &[3, 4], &[("route", "hiking")])
        .way(24, &[1, 2, 4, 1], &[("highway", "pedestrian"), ("area", "yes")]);
    let ids: Vec<_> = read_town(&town).ways.iter().map(|way| way.id.0).collect();
    assert_eq!(ids, [10, 11, 20, 21, 24]);
}

#[test]
fn the_form_of_the_file_makes_no_difference() {
    let expected = portrait(&read_town(&valley()));
    let forms = [
        valley().backwards(),
        valley().in_blocks_of(1),
        valley().in_blocks_of(2).backwards(),
        valley().with_plain_nodes(),
        valley().with_plain_nodes().unpacked().in_blocks_of(3),
        valley().unpacked(),
    ];
    for (number, town) in forms.iter().enumerate() {
        assert_eq!(portrait(&read_town(town)), expected, "form {number}");
    }
}

#[test]
fn of_an_element_met_twice_the_highest_version_wins() {
    let newer = Town::new()
        .way(10, &[1, 2], &[("highway", "secondary")])
        .version(3)
        .node(1, 4.30, 44.60)
        .version(2)
        .way(10, &[2, 3], &[("highway", "primary")])
        .version(2);
    for town in
        [valley().and(&newer), newer.clone().and(&valley()), valley().and(&newer).backwards()]
    {
        for town in [town.clone(), town.in_blocks_of(1)] {
            let extract = read_town(&town);
            let way = &extract.ways[0];
            assert!(extract.tags.get(way.tags).has("highway", "secondary"));
            assert_eq!(way.node_count, 2);
            assert_eq!(extract.positions[0], LonLat::from_degrees(4.30, 44.60).unwrap());
            assert_eq!(extract.oddities.repeated_elements, 2, "node 1 and way 10, once each");
        }
    }
}

#[test]
fn a_street_that_became_a_park_is_no_street() {
    let newer = Town::new().way(11, &[2, 4], &[("leisure", "park")]).version(2);
    for town in [valley().and(&newer), newer.clone().and(&valley()).in_blocks_of(1)] {
        let extract = read_town(&town);
        assert_eq!(extract.ways.iter().map(|way| way.id.0).collect::<Vec<_>>(), [10]);
        assert_eq!(extract.oddities.repeated_elements, 1);
    }
    let older = Town::new().way(11, &[2, 4], &[("leisure", "park")]).version(0);
    assert_eq!(read_town(&valley().and(&older)).ways.len(), 2);
}

#[test]
fn of_equal_versions_the_one_read_last_wins() {
    let folder = tempfile::tempdir().unwrap();
    let other = Town::new().node(9, 4.5, 44.6).way(10, &[1, 9], &[("highway", "service")]);
    let first = valley().write(folder.path(), "a");
    let second = other.write(folder.path(), "b");
    let highway = |paths: &[PathBuf]| {
        let extract = read(paths);
        extract.tags.get(extract.ways[0].tags).value("highway").unwrap().to_owned()
    };
    assert_eq!(highway(&[first.clone(), second.clone()]), "service");
    assert_eq!(highway(&[second, first]), "tertiary");
}

#[test]
fn overlapping_files_make_the_same_extract_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let whole = valley()
        .node(5, 4.43, 44.60)
        .way(12, &[3, 5], &[("highway", "residential")])
        .restriction(101, [10, 3, 12], "no_u_turn");
    let north = valley().write(folder.path(), "north");
    let south = Town::new()
        .node(3, 4.42, 44.60)
        .node(2, 4.41, 44.60)
        .tagged(&[("highway", "crossing"), ("note", "fresh paint")])
        .node(5, 4.43, 44.60)
        .way(12, &[3, 5], &[("highway", "residential")])
        .way(10, &[1, 2, 3], &[("highway", "tertiary"), ("name", "Route de Privas")])
        .restriction(101, [10, 3, 12], "no_u_turn")
        .write(folder.path(), "south");
    let expected = portrait(&read_town(&whole));
    for paths in [[north.clone(), south.clone()], [south, north]] {
        let extract = read(&paths);
        assert_eq!(portrait(&extract), expected);
        assert_eq!(extract.oddities.repeated_elements, 3, "nodes 2 and 3 and way 10");
        assert_eq!(extract.sources.len(), 2);
    }
}

#[test]
fn the_same_file_twice_is_the_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = valley().write(folder.path(), "town");
    let twice = read(&[path.clone(), path.clone()]);
    assert_eq!(portrait(&twice), portrait(&read(&[path])));
    assert_eq!(twice.oddities.repeated_elements, 4 + 2 + 1);
}

#[test]
fn missing_nodes_are_counted_and_leave_a_gap() {
    let town = valley()
        .way(12, &[1, 77, 3, 78], &[("highway", "service")])
        .way(13, &[79, 4], &[("highway", "service")])
        .way(14, &[80, 81], &[("highway", "service")]);
    let extract = read_town(&town);
    let way = extract.ways[extract.way_index(OsmWayId(12)).unwrap()];
    let missing = NodeIndex::MISSING;
    assert_eq!(extract.nodes_of(&way), [NodeIndex(0), missing, NodeIndex(2), missing]);
    assert_eq!(extract.oddities.missing_nodes, 5);
    assert_eq!(extract.oddities.short_ways, 2);
    assert_eq!(extract.way_index(OsmWayId(13)), None);
}

#[test]
fn a_node_named_twice_in_a_row_counts_once() {
    let extract = read_town(&valley().way(12, &[1, 1, 4, 4, 4, 1], &[("highway", "service")]));
    let way = extract.ways[extract.way_index(OsmWayId(12)).unwrap()];
    assert_eq!(extract.nodes_of(&way), [NodeIndex(0), NodeIndex(3), NodeIndex(0)]);
}

#[test]
fn negative_and_huge_ids_are_ids() {
    let far = i64::MAX / 2;
    let town = Town::new()
        .node(-5, 4.40, 44.60)
        .node(far, 4.41, 44.60)
        .node(0, 4.42, 44.60)
        .way(-1, &[-5, far, 0], &[("highway", "residential")])
        .way(far, &[0, -5], &[("highway", "residential")]);
    let extract = read_town(&town);
    assert_eq!(extract.node_ids, [-5, 0, far].map(OsmNodeId));
    assert_eq!(extract.nodes_of(&extract.ways[0]), [0, 2, 1].map(NodeIndex));
    assert_eq!(extract.ways[1].id, OsmWayId(far));
}

#[test]
fn an_id_that_overflows_spoils_its_way_only() {
    let mut blocks = valley().blocks();
    blocks[0].primitivegroup[1].ways[1].refs = vec![i64::MAX, i64::MAX];
    let extract = read_spoilt(&blocks).unwrap();
    assert_eq!(extract.ways.len(), 1);
    assert_eq!(extract.oddities.broken_elements, 1);
}

#[test]
fn an_index_out_of_the_text_spoils_its_element_only() {
    let mut blocks = valley().with_plain_nodes().blocks();
    blocks[0].primitivegroup[1].ways[1].keys[0] = 4_000_000;
    blocks[0].primitivegroup[0].nodes[3].keys = vec![u32::MAX];
    blocks[0].primitivegroup[0].nodes[3].vals = vec![0];
    blocks[0].primitivegroup[2].relations[0].roles_sid[0] = -3;
    let extract = read_spoilt(&blocks).unwrap();
    assert_eq!(extract.ways.len(), 1);
    assert!(extract.restrictions.is_empty());
    assert_eq!(extract.oddities.broken_elements, 3);

    let mut blocks = valley().blocks();
    let dense = &mut blocks[0].primitivegroup[0].dense;
    dense.as_mut().unwrap().keys_vals[1] = -1;
    let extract = read_spoilt(&blocks).unwrap();
    assert_eq!(extract.oddities.broken_elements, 1);
    assert_eq!(extract.node_index(OsmNodeId(2)), None);
    assert_eq!(extract.oddities.missing_nodes, 2);
}

/// Reads a file of these blocks.
fn read_spoilt(blocks: &[osmpbfreader::osmformat::PrimitiveBlock]) -> Result<OsmExtract, OsmError> {
    use protobuf::Message;

    use crate::town::{frame, zlib_blob};
    let mut file = Town::new().to_bytes();
    for block in blocks {
        file.extend(frame("OSMData", &zlib_blob(&block.write_to_bytes().unwrap())));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spoilt.osm.pbf");
    std::fs::write(&path, file).unwrap();
    OsmExtract::read(&[path], None, &Watch::new())
}

#[test]
fn a_node_that_is_not_on_the_globe_is_missing() {
    let town = valley()
        .node_at(8, 2_000_000_000, 446_000_000)
        .node_at(9, i64::MAX / 3, i64::MIN / 3)
        .way(12, &[1, 8, 9, 3], &[("highway", "service")]);
    let extract = read_town(&town);
    assert_eq!(extract.oddities.misplaced_nodes, 2);
    assert_eq!(extract.oddities.missing_nodes, 2);
    assert_eq!(extract.node_ids.len(), 4);
}

#[test]
fn another_granularity_gives_the_same_positions() {
    let mut blocks = valley().blocks();
    for block in &mut blocks {
        block.set_granularity(1_000);
        block.set_lat_offset(44_000_000_000);
        block.set_lon_offset(4_000_000_000);
        let dense = block.primitivegroup[0].dense.as_mut().unwrap();
        // The first difference carries the offset, all are ten times coarser.
        dense.lat[0] -= 440_000_000;
        dense.lon[0] -= 40_000_000;
        dense.lat.iter_mut().chain(&mut dense.lon).for_each(|d| *d /= 10);
    }
    let extract = read_spoilt(&blocks).unwrap();
    assert_eq!(extract.positions, read_town(&valley()).positions);
}

#[test]
fn text_that_is_not_utf_8_is_kept_as_far_as_it_can_be_read() {
    let mut blocks = valley().blocks();
    let table = &mut blocks[0].stringtable.as_mut().unwrap().s;
    let name = table.iter().position(|word| word == b"Route de Privas").unwrap();
    table[name] = b"Route de \xff Privas".to_vec();
    let extract = read_spoilt(&blocks).unwrap();
    let tags = extract.tags.get(extract.ways[0].tags);
    assert_eq!(tags.value("name"), Some("Route de \u{fffd} Privas"));
}

#[test]
fn water_that_cannot_be_stepped_over_is_a_barrier() {
    let corner = |town: Town| {
        town.node(50, 4.50, 44.60).node(51, 4.51, 44.60).node(52, 4.51, 44.61).node(53, 4.50, 44.61)
    };
    let one = |tags: &[(&str, &str)]| {
        read_town(&corner(valley()).way(30, &[50, 51, 52], tags)).barrier_lines.len()
    };
    assert_eq!(one(&[("natural", "water")]), 1);
    assert_eq!(one(&[("natural", "coastline")]), 1);
    assert_eq!(one(&[("waterway", "riverbank")]), 1);
    assert_eq!(one(&[("waterway", "river")]), 1);
    assert_eq!(one(&[("waterway", "river"), ("width", "12,5 m")]), 1);
    assert_eq!(one(&[("waterway", "river"), ("width", "4")]), 0);
    assert_eq!(one(&[("waterway", "canal"), ("tunnel", "culvert")]), 0);
    assert_eq!(one(&[("waterway", "stream")]), 0);
    assert_eq!(one(&[("landuse", "forest")]), 0);
}

#[test]
fn the_banks_of_a_lake_are_kept_as_lines_cut_where_a_node_is_missing() {
    let lake = |role| {
        valley()
            .node(50, 4.50, 44.60)
            .node(51, 4.51, 44.60)
            .node(52, 4.51, 44.61)
            .node(53, 4.50, 44.61)
            .node(54, 4.49, 44.61)
            .way(30, &[50, 51, 99, 52, 53], &[])
            .way(31, &[53, 54, 98], &[])
            .relation(
                200,
                &[(Part::Way(30), role), (Part::Way(31), "inner"), (Part::Way(97), "outer")],
                &[("type", "multipolygon"), ("natural", "water")],
            )
    };
    let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
    let extract = read_town(&lake("outer"));
    let expected = [
        vec![at(4.50, 44.60), at(4.51, 44.60)],
        vec![at(4.51, 44.61), at(4.50, 44.61)],
        vec![at(4.50, 44.61), at(4.49, 44.61)],
    ];
    assert_eq!(extract.barrier_lines, expected);
    assert_eq!(extract.node_ids.len(), 4, "the nodes of the bank are not those of a street");
    assert_eq!(read_town(&lake("label")).barrier_lines.len(), 1);
}

#[test]
fn a_cancelled_reading_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = valley().in_blocks_of(1).write(folder.path(), "town");
    let watch = Watch::new();
    watch.cancel();
    let outcome = OsmExtract::read(&[path], None, &watch);
    assert!(matches!(outcome, Err(OsmError::Interrupted(_))), "{outcome:?}");
}

#[test]
fn a_reading_is_counted_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let first = valley().in_blocks_of(1).write(folder.path(), "a");
    let second = valley().in_blocks_of(2).backwards().write(folder.path(), "b");
    let watch = Watch::new();
    OsmExtract::read(&[first, second], None, &watch).unwrap();
    let (_, done, total) = watch.progress();
    assert!(done <= total && done * 10 > total * 8, "{done} of {total}");
}
