//! Is a file that is not what was saved refused, wherever it differs?
//!
//! Every bit of a small saved network is turned, and the file is cut at every
//! byte. Then the checksums are made to fit again, as no accident would, and
//! what is still accepted must answer without a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use desserte::graph::{JunctionId, Link, NodeId, RoadNetwork, Streets};
use desserte::isochrone::{IsochroneOptions, LeastAreas, isochrones, reached_streets};
use desserte::saved::SavedError;
use desserte::search::{Journey, Selection, WideSweep, Workspace};
use desserte::{Heading, LonLat, Metres, Millis, Place, Watch};
use tempfile::{TempDir, tempdir};

use crate::regions::{Dice, repository};
use crate::saved::{small_network, times_of};

const HEADER: usize = 64;
const ENTRY: usize = 32;

/// A saved network that is spoilt again and again.
struct Victim {
    _folder: TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    file: File,
}

impl Victim {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        let path = folder.path().join("network.desserte");
        let network = small_network();
        network.prepare(&Watch::new()).unwrap();
        network.save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        Self { _folder: folder, path, bytes, file }
    }

    /// What becomes of the file with other bytes from an offset on; it is itself again if it was refused.
    fn with(&mut self, offset: usize, other: &[u8]) -> Result<RoadNetwork, SavedError> {
        self.write(offset, other);
        let outcome = RoadNetwork::load(&self.path);
        let original = self.bytes[offset..offset + other.len()].to_vec();
        // What was accepted must not see its file change.
        if outcome.is_err() {
            self.write(offset, &original);
        }
        outcome
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) {
        self.file.seek(SeekFrom::Start(offset as u64)).unwrap();
        self.file.write_all(bytes).unwrap();
    }

    /// What becomes of another file under the same name.
    fn replaced(&self, bytes: &[u8]) -> Result<RoadNetwork, SavedError> {
        let path = self.path.with_extension("other");
        // Not in place: an earlier one may still be open.
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
        RoadNetwork::load(&path)
    }
}

/// A refusal that speaks of the file, not of the system.
fn is_refusal(outcome: &Result<RoadNetwork, SavedError>) -> bool {
    matches!(
        outcome,
        Err(SavedError::Foreign { .. }
            | SavedError::ByteOrder { .. }
            | SavedError::Version { .. }
            | SavedError::Truncated { .. }
            | SavedError::Damaged { .. })
    )
}

#[test]
fn a_file_with_any_bit_turned_is_refused() {
    let mut victim = Victim::new();
    for offset in 0..victim.bytes.len() {
        for bit in 0..8 {
            let other = victim.bytes[offset] ^ (1 << bit);
            let outcome = victim.with(offset, &[other]);
            assert!(is_refusal(&outcome), "bit {bit} of byte {offset}: {outcome:?}");
        }
    }
    assert!(RoadNetwork::load(&victim.path).is_ok(), "the file was not left as it was");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let victim = Victim::new();
    let whole = victim.bytes.len();
    for length in (0..whole).rev() {
        victim.file.set_len(length as u64).unwrap();
        let outcome = RoadNetwork::load(&victim.path);
        match &outcome {
            Err(SavedError::Truncated { bytes, expected, .. }) if length > 0 => {
                assert_eq!(*bytes, length as u64);
                assert!(*expected == if length < HEADER { HEADER } else { whole } as u64);
            }
            Err(SavedError::Foreign { .. }) if length == 0 => {}
            _ => panic!("{length} bytes of {whole}: {outcome:?}"),
        }
    }
}

#[test]
fn a_file_of_another_kind_is_foreign() {
    let victim = Victim::new();
    let mut pbf = Vec::new();
    let path = repository("python/src/desserte/data/neubrandenburg.osm.pbf");
    File::open(path).unwrap().take(100_000).read_to_end(&mut pbf).unwrap();
    let mut as_text = victim.bytes.clone();
    as_text.splice(5..7, *b"\n");
    for bytes in [&pbf[..], b"", b"lon,lat\n4.4,44.5\n", &[0; 5000], &as_text] {
        let outcome = victim.replaced(bytes);
        assert!(matches!(outcome, Err(SavedError::Foreign { .. })), "{outcome:?}");
    }
}

#[test]
fn another_format_another_byte_order_and_a_longer_file_are_told_apart() {
    let mut victim = Victim::new();
    for format in [0_u32, 1, 77, u32::MAX] {
        let outcome = victim.with(12, &format.to_ne_bytes());
        let is_told = |found: u32, known: u32| found == format && known == 2;
        assert!(
            matches!(outcome, Err(SavedError::Version { found, known, .. }) if is_told(found, known)),
            "{outcome:?}"
        );
    }
    let turned: Vec<u8> = victim.bytes[8..12].iter().rev().copied().collect();
    let outcome = victim.with(8, &turned);
    assert!(matches!(outcome, Err(SavedError::ByteOrder { .. })), "{outcome:?}");
    let longer = [&victim.bytes[..], &[0]].concat();
    let outcome = victim.replaced(&longer);
    assert!(matches!(outcome, Err(SavedError::Damaged { section: "header", .. })), "{outcome:?}");
}

/// The bytes with every checksum made to fit.
fn forged(mut bytes: Vec<u8>) -> Vec<u8> {
    let word = |bytes: &[u8], at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
    let long = |bytes: &[u8], at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
    let sections = word(&bytes, 24) as usize;
    for entry in (0..sections).map(|index| HEADER + index * ENTRY) {
        let (offset, length) =
            (long(&bytes, entry + 8) as usize, long(&bytes, entry + 16) as usize);
        if let Some(section) = bytes.get(offset..offset.saturating_add(length)) {
            let sum = crc32fast::hash(section);
            bytes[entry + 24..entry + 28].copy_from_slice(&sum.to_ne_bytes());
        }
    }
    bytes[28..32].fill(0);
    let sum = crc32fast::hash(&bytes[..HEADER + ENTRY * sections]);
    bytes[28..32].copy_from_slice(&sum.to_ne_bytes());
    bytes
}

/// Puts every kind of question; the answers may be anything.
fn ask_everything(network: &RoadNetwork) {
    let junctions = (0..network.manifest().counts.junctions as u32).map(JunctionId);
    let positions: Vec<LonLat> = junctions.map(|it| network.junction_position(it)).collect();
    let places = network.snap_all(&positions, Metres(1000.0));
    assert!(!times_of(network, &places).is_empty());
    assert!(network.speeds().length.0 >= 0.0);
    let mut workspace = Workspace::new(network.graph());
    for pair in places.windows(2) {
        let journey = Journey::between(network, &mut workspace, &pair[0], &pair[1]);
        assert!(journey.is_none_or(|journey| !journey.stretches.is_empty() || journey.time.0 == 0));
    }
    sweep_everywhere(network);
    draw_around(network, &places[..places.len().min(2)]);
    let streets: &Streets = network.streets();
    for way in streets.ways() {
        streets.way_tags().get(way.tags).iter().count();
    }
}

/// Draws what is reached, both ways. Arcs may be quicker than the streets that they pass, and streets
/// longer than the earth.
fn draw_around(network: &RoadNetwork, places: &[Place]) {
    let budget = Millis(600_000);
    for heading in [Heading::Forward, Heading::Backward] {
        let options = IsochroneOptions {
            limits: vec![budget],
            heading,
            offroad: Metres(300.0),
            resolution: Metres(5000.0),
            least: LeastAreas::default(),
        };
        let drawn = isochrones(network, places, &options, &Watch::new());
        assert!(drawn.is_err() || drawn.is_ok_and(|drawn| drawn.rows.len() == places.len()));
        let pieces =
            reached_streets(network, places, (heading, budget), &Watch::new()).unwrap().rows;
        let mut pieces = pieces.iter().flatten();
        assert!(pieces.all(|piece| piece.earliest() <= piece.latest() && piece.latest() <= budget));
    }
}

/// Sweeps from some nodes to all, both ways.
fn sweep_everywhere(network: &RoadNetwork) {
    let Some(hierarchy) = network.prepared() else { return };
    let nodes = || (0..hierarchy.node_count() as u32).map(NodeId);
    let mut sweep = WideSweep::new(hierarchy);
    for heading in [Heading::Forward, Heading::Backward] {
        let above = Selection::above(hierarchy, heading, nodes());
        for selection in [above, Selection::everything(hierarchy, heading)] {
            let sources = nodes().take(WideSweep::SOURCES);
            sweep.run(&selection, sources.map(|node| [Link { node, time: Millis(0) }]));
            let times = nodes().map(|node| sweep.time(&selection, node, 0));
            assert!(times.filter(|time| time.is_reached()).count() <= selection.len());
        }
    }
}

/// The bytes with other numbers in the place of those of some sections.
fn renumbered(mut bytes: Vec<u8>, renumber: impl Fn(u32) -> u32) -> Vec<u8> {
    let sections = u32::from_ne_bytes(bytes[24..28].try_into().unwrap()) as usize;
    for entry in (0..sections).map(|index| HEADER + index * ENTRY) {
        let id = u32::from_ne_bytes(bytes[entry..entry + 4].try_into().unwrap());
        bytes[entry..entry + 4].copy_from_slice(&renumber(id).to_ne_bytes());
    }
    forged(bytes)
}

#[test]
fn a_section_of_a_later_version_is_skipped_if_it_may_be_absent() {
    let victim = Victim::new();
    let later = |id: u32| if id >= 1000 { id + 900 } else { id };
    let bytes = renumbered(victim.bytes.clone(), later);
    let network = victim.replaced(&bytes).unwrap();
    assert!(network.prepared().is_none());
    ask_everything(&network);
    // Its bytes are summed up nevertheless.
    let mut spoilt = bytes;
    *spoilt.last_mut().unwrap() ^= 1;
    assert!(is_refusal(&victim.replaced(&spoilt)));
    for missing in [1, 2, 10, 24, 45, 1000, 1001, 1004] {
        let other = |id: u32| if id == missing { id + 900 } else { id };
        let outcome = victim.replaced(&renumbered(victim.bytes.clone(), other));
        assert!(is_refusal(&outcome), "without section {missing}: {outcome:?}");
    }
}

/// Where the values of a section lie.
fn range_of(bytes: &[u8], section: u32) -> std::ops::Range<usize> {
    let sections = u32::from_ne_bytes(bytes[24..28].try_into().unwrap()) as usize;
    let mut entries = (0..sections).map(|index| &bytes[HEADER + index * ENTRY..][..ENTRY]);
    let entry = entries.find(|entry| entry[..4] == section.to_ne_bytes()).unwrap();
    let long = |at: usize| u64::from_ne_bytes(entry[at..at + 8].try_into().unwrap()) as usize;
    long(8)..long(8) + long(16)
}

#[test]
fn a_forged_hierarchy_that_leads_down_or_nowhere_is_refused() {
    let victim = Victim::new();
    let (mut refused, nodes) = (0, range_of(&victim.bytes, 1000).len() / 4);
    for section in [1000, 1001, 1002, 1003, 1004] {
        // A number with a time beside it, and the beginning of a row, which may be a little elsewhere.
        let (are_links, are_rows) = (section == 1002 || section == 1004, section % 2 == 1);
        for at in range_of(&victim.bytes, section).step_by(if are_links { 8 } else { 4 }) {
            for value in [nodes as u32 - 1, nodes as u32, u32::MAX] {
                let mut bytes = victim.bytes.clone();
                let is_sound = bytes[at..at + 4] == value.to_ne_bytes();
                if is_sound || (are_rows && value != u32::MAX) {
                    continue;
                }
                bytes[at..at + 4].copy_from_slice(&value.to_ne_bytes());
                let outcome = victim.replaced(&forged(bytes));
                assert!(is_refusal(&outcome), "{value} at {at} in section {section}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100);
}

#[test]
fn a_file_whose_checksums_fit_is_whole_or_refused() {
    let victim = Victim::new();
    assert!(victim.replaced(&forged(victim.bytes.clone())).is_ok(), "forging alone spoils it");
    let (mut dice, mut accepted, mut refused) = (Dice::new(3), 0, 0);
    let sections = u32::from_ne_bytes(victim.bytes[24..28].try_into().unwrap()) as usize;
    let data = HEADER + ENTRY * sections;
    for round in 0..6000 {
        let mut bytes = victim.bytes.clone();
        // The table is as long as some sections; it is aimed at on purpose now and then.
        let low = if round % 10 == 0 { HEADER } else { data };
        for _ in 0..=dice.below(2) {
            let at = (low + dice.below(bytes.len() - low - 4)) & !3;
            let value = [0, 1, 2, dice.below(40), u32::MAX as usize, dice.below(1 << 32)];
            let value = value[dice.below(value.len())] as u32;
            bytes[at..at + 4].copy_from_slice(&value.to_ne_bytes());
        }
        match victim.replaced(&forged(bytes)) {
            Ok(network) => {
                ask_everything(&network);
                accepted += 1;
            }
            outcome => {
                assert!(is_refusal(&outcome), "{outcome:?}");
                refused += 1;
            }
        }
    }
    assert!(accepted > 100 && refused > 500, "{accepted} accepted, {refused} refused");
}
