//! Is a saved network refused or sound, whatever its bytes?
//!
//! The header, the places of the sections and the checksums are made to fit, so
//! that what is tried is the sections: lengths, indices, times, the manifest.

#![no_main]

use desserte::graph::RoadNetwork;
use desserte_fuzz::{ask_everything, file_of};
use libfuzzer_sys::fuzz_target;

const HEADER: usize = 64;
const ENTRY: usize = 32;
const ALIGNMENT: usize = 64;

fuzz_target!(|data: &[u8]| {
    let path = file_of(&forged(data).unwrap_or_else(|| data.to_vec()));
    if let Ok(network) = RoadNetwork::load(&path) {
        ask_everything(&network);
        network.save(&path).expect("what was opened can be saved");
        RoadNetwork::load(&path).expect("and opened again");
    }
});

/// The bytes as a file that is what its header and its table say.
fn forged(data: &[u8]) -> Option<Vec<u8>> {
    let word = |at: usize| Some(u32::from_ne_bytes(data.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(u64::from_ne_bytes(data.get(at..at + 8)?.try_into().ok()?));
    let sections = (word(24)? as usize).min(data.len().checked_sub(HEADER)? / ENTRY);
    let mut bytes = data[..HEADER + ENTRY * sections].to_vec();
    for entry in (0..sections).map(|section| HEADER + ENTRY * section) {
        let begun = bytes.len().next_multiple_of(ALIGNMENT);
        bytes.resize(begun, 0);
        let from = usize::try_from(long(entry + 8)?).ok()?.min(data.len());
        let length = usize::try_from(long(entry + 16)?).ok()?.min(data.len() - from);
        bytes.extend(&data[from..from + length]);
        bytes[entry + 8..entry + 16].copy_from_slice(&(begun as u64).to_ne_bytes());
        bytes[entry + 16..entry + 24].copy_from_slice(&(length as u64).to_ne_bytes());
        let sum = crc32fast::hash(&bytes[begun..]);
        bytes[entry + 24..entry + 28].copy_from_slice(&sum.to_ne_bytes());
        if bytes.len() > 1 << 20 {
            return None;
        }
    }
    bytes[..8].copy_from_slice(b"\x89DSRT\r\n\x1a");
    let size = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&size.to_ne_bytes());
    bytes[24..28].copy_from_slice(&(sections as u32).to_ne_bytes());
    bytes[28..32].fill(0);
    let sum = crc32fast::hash(&bytes[..HEADER + ENTRY * sections]);
    bytes[28..32].copy_from_slice(&sum.to_ne_bytes());
    Some(bytes)
}
