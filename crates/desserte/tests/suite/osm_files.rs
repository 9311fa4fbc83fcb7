//! Stage `osm`: what bad files get. An error that names the file, never a panic.

use std::fs;
use std::path::{Path, PathBuf};

use desserte::Watch;
use desserte::osm::{OsmError, OsmExtract, read_care, read_places};
use protobuf::Message;

use crate::town::{Part, Town, frame, frame_head, raw_blob, zlib_blob};

fn town() -> Town {
    Town::new()
        .node(1, 4.40, 44.60)
        .tagged(&[("highway", "stop")])
        .node(2, 4.41, 44.60)
        .node(3, 4.42, 44.60)
        .tagged(&[("place", "hamlet"), ("name", "Le Lac")])
        .node(4, 4.41, 44.61)
        .tagged(&[("amenity", "pharmacy")])
        .way(10, &[1, 2, 3], &[("highway", "tertiary")])
        .way(11, &[2, 4], &[("highway", "track")])
        .way(12, &[1, 2, 4, 1], &[("natural", "water")])
        .restriction(100, [10, 2, 11], "no_left_turn")
        .relation(
            101,
            &[(Part::Way(12), "outer")],
            &[("type", "multipolygon"), ("natural", "water")],
        )
        .in_blocks_of(3)
}

fn read(path: &Path) -> Result<OsmExtract, OsmError> {
    OsmExtract::read(&[path.to_path_buf()], None, &Watch::new())
}

/// What a file of these bytes gets.
fn read_bytes(bytes: &[u8]) -> Result<OsmExtract, OsmError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.osm.pbf");
    fs::write(&path, bytes).unwrap();
    read(&path)
}

/// Reads a file in all three ways; whatever comes of it, it is not a panic.
fn read_in_every_way(path: &PathBuf) -> bool {
    let paths = std::slice::from_ref(path);
    let watch = Watch::new();
    let outcomes = [
        OsmExtract::read(paths, None, &watch).is_ok(),
        read_places(paths, None, &watch).is_ok(),
        read_care(paths, None, &watch).is_ok(),
    ];
    outcomes[0]
}

#[test]
fn no_file_at_all_is_an_error() {
    assert!(matches!(OsmExtract::read(&[], None, &Watch::new()), Err(OsmError::NoFiles)));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read(Path::new("nowhere/ardeche.osm.pbf")).unwrap_err();
    assert!(matches!(error, OsmError::NotFound { .. }));
    assert_eq!(error.to_string(), "no such file: nowhere/ardeche.osm.pbf");
}

#[test]
fn a_folder_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read(folder.path()), Err(OsmError::IsFolder { .. })));
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    assert!(matches!(read_bytes(b""), Err(OsmError::Empty { .. })));
}

#[test]
fn a_file_of_another_format_is_recognised() {
    let cases: [(&[u8], &str); 9] = [
        (b"<?xml version='1.0'?><osm version=\"0.6\"></osm>", "an OSM XML file"),
        (b"<osm version=\"0.6\"></osm>", "an OSM XML file"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"PK\x03\x04\x14\x00\x00\x00", "a zip archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"\x1f\x8b\x08\x00\x00", "a gzip archive"),
        (b"{\"type\":\"FeatureCollection\"}", "a JSON file"),
        (b"\x00\x01", "nothing known"),
        (b"\x00\x00\x00\x0dsomething else", "nothing known"),
    ];
    for (bytes, expected) in cases {
        match read_bytes(bytes) {
            Err(error @ OsmError::NotPbf { looks_like, .. }) => {
                assert_eq!(looks_like, expected);
                assert!(error.to_string().contains("osmium"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn random_bytes_are_no_map() {
    let mut random = Random(11);
    for length in [1, 4, 5, 20, 1_000, 100_000] {
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        assert!(matches!(read_bytes(&bytes), Err(OsmError::NotPbf { .. })), "{length} bytes");
    }
}

#[test]
fn a_file_cut_anywhere_is_truncated_or_ends_between_two_blocks() {
    let file = town().to_bytes();
    let ends = block_ends(&file);
    for length in 1..file.len() {
        let outcome = read_bytes(&file[..length]);
        let is_whole = ends.contains(&length);
        match outcome {
            Err(OsmError::Truncated { offset, .. }) if !is_whole => {
                let begin = ends.iter().copied().filter(|end| *end <= length).max().unwrap_or(0);
                assert_eq!(offset, begin as u64, "cut at {length}");
            }
            Err(OsmError::NotPbf { .. }) if length <= 4 => {}
            Ok(_) | Err(OsmError::NoStreets { .. }) if is_whole => {}
            other => panic!("cut at {length}: {other:?}"),
        }
    }
}

/// Where the blocks of a file end.
fn block_ends(file: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let header: osmpbfreader::fileformat::BlobHeader =
            Message::parse_from_bytes(&file[at + 4..at + 4 + length]).unwrap();
        at += 4 + length + header.datasize() as usize;
        ends.push(at);
    }
    ends
}

#[test]
fn a_flipped_byte_is_an_error_or_another_map_but_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flipped.osm.pbf");
    let mut errors = 0;
    let mut read = 0;
    for (form, file) in [town().to_bytes(), town().unpacked().to_bytes()].into_iter().enumerate() {
        let mut random = Random(form as u64 + 5);
        for position in 0..file.len() {
            let mut spoilt = file.clone();
            spoilt[position] ^= (random.next() as u8).max(1);
            fs::write(&path, &spoilt).unwrap();
            if read_in_every_way(&path) { read += 1 } else { errors += 1 }
        }
        for _ in 0..500 {
            let mut spoilt = file.clone();
            for _ in 0..=random.next() % 8 {
                let position = random.next() as usize % spoilt.len();
                spoilt[position] = random.next() as u8;
            }
            fs::write(&path, &spoilt).unwrap();
            read_in_every_way(&path);
        }
    }
    println!("{errors} errors, {read} read nevertheless");
    assert!(errors > read, "packed blocks carry a checksum");
}

#[test]
fn a_flipped_byte_in_a_real_packed_block_is_found() {
    let file = town().to_bytes();
    let ends = block_ends(&file);
    let mut spoilt = file.clone();
    let position = ends[1] - 6; // in the checksum and the packed text of the first block of data
    spoilt[position] ^= 0x55;
    match read_bytes(&spoilt) {
        Err(OsmError::Damaged { offset, .. }) => assert_eq!(offset, ends[0] as u64),
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_several_damaged_blocks_the_first_is_named() {
    let file = town().in_blocks_of(1).to_bytes();
    let ends = block_ends(&file);
    let mut spoilt = file.clone();
    for block in [2, 4, 6] {
        spoilt[ends[block] - 2] ^= 0xff;
    }
    for _ in 0..20 {
        match read_bytes(&spoilt) {
            Err(OsmError::Damaged { offset, .. }) => assert_eq!(offset, ends[1] as u64),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_feature_that_is_required_and_unknown_is_refused() {
    for feature in ["HistoricalInformation", "LocationsOnWays", "Sort.Magic"] {
        match read_bytes(&town().requiring(feature).to_bytes()) {
            Err(OsmError::UnsupportedFeature { feature: named, .. }) => assert_eq!(named, feature),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_packing_that_is_not_supported_is_named() {
    let mut lzma = osmpbfreader::fileformat::Blob::new();
    lzma.set_lzma_data(vec![1, 2, 3]);
    let mut zstd = osmpbfreader::fileformat::Blob::new();
    zstd.special_fields.mut_unknown_fields().add_length_delimited(7, vec![1, 2, 3]);
    for (blob, name) in [(lzma, "lzma"), (zstd, "zstd")] {
        let mut file = town().to_bytes();
        file.extend(frame("OSMData", &blob));
        match read_bytes(&file) {
            Err(OsmError::UnsupportedCompression { compression, .. }) => {
                assert_eq!(compression, name);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_block_that_unpacks_to_too_much_is_refused() {
    let mut file = town().to_bytes();
    file.extend(frame("OSMData", &zlib_blob(&vec![0; 40 << 20])));
    assert!(matches!(read_bytes(&file), Err(OsmError::BlockTooLarge { .. })));

    let header = frame("OSMHeader", &zlib_blob(&vec![0; 40 << 20]));
    assert!(matches!(read_bytes(&header), Err(OsmError::BlockTooLarge { .. })));
}

#[test]
fn a_size_that_makes_no_sense_is_refused() {
    let with = |size| [town().to_bytes(), frame_head("OSMData", size), vec![0; 100]].concat();
    assert!(matches!(read_bytes(&with(-1)), Err(OsmError::Damaged { .. })));
    assert!(matches!(read_bytes(&with(i32::MIN)), Err(OsmError::Damaged { .. })));
    assert!(matches!(read_bytes(&with(i32::MAX)), Err(OsmError::BlockTooLarge { .. })));
    assert!(matches!(read_bytes(&with(1_000)), Err(OsmError::Truncated { .. })));
    let long_header = [town().to_bytes(), vec![0x7f, 0xff, 0xff, 0xff]].concat();
    assert!(matches!(read_bytes(&long_header), Err(OsmError::Damaged { .. })));
}

#[test]
fn blocks_of_an_unknown_type_are_stepped_over() {
    let index = frame("OSMIndex", &raw_blob(b"of no use here"));
    let file = town().to_bytes();
    let first = block_ends(&file)[0];
    let spiced = [&file[..first], &index, &file[first..], &index].concat();
    assert_eq!(read_bytes(&spiced).unwrap().ways.len(), 2);
}

#[test]
fn an_empty_block_of_data_is_damage_or_nothing() {
    let mut file = town().to_bytes();
    file.extend(frame("OSMData", &raw_blob(b"")));
    assert_eq!(read_bytes(&file).unwrap().ways.len(), 2);
    file.extend(frame("OSMData", &osmpbfreader::fileformat::Blob::new()));
    assert!(matches!(read_bytes(&file), Err(OsmError::Damaged { .. })));
}

#[test]
fn an_extract_without_streets_says_so() {
    let forest =
        Town::new().node(1, 4.4, 44.6).node(2, 4.5, 44.6).way(1, &[1, 2], &[("landuse", "forest")]);
    let error = read_bytes(&forest.to_bytes()).unwrap_err();
    assert!(matches!(error, OsmError::NoStreets { .. }));
    assert_eq!(
        error.to_string(),
        "no street in file.osm.pbf; was the extract filtered for something else?"
    );
    let no_nodes = Town::new().way(1, &[1, 2], &[("highway", "path")]);
    assert!(matches!(read_bytes(&no_nodes.to_bytes()), Err(OsmError::NoStreets { .. })));
    assert!(matches!(read_bytes(&Town::new().to_bytes()), Err(OsmError::NoStreets { .. })));
}

#[test]
fn one_bad_file_among_several_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = town().write(folder.path(), "good");
    let bad = folder.path().join("bad.osm.pbf");
    let file = town().to_bytes();
    fs::write(&bad, &file[..file.len() - 1]).unwrap();
    match OsmExtract::read(&[good, bad.clone()], None, &Watch::new()) {
        Err(OsmError::Truncated { path, .. }) => assert_eq!(path, bad),
        other => panic!("{other:?}"),
    }
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}
