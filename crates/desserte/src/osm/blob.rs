//! What is inside one blob?
//!
//! A blob is a message, packed or not. It is unpacked into one buffer of at
//! most [`BLOCK_LIMIT`], the size the format allows, so that no file can fill
//! the memory. [`Contents`] is read from the tags of the wire alone, without
//! decoding anything: a block of nodes need not be decoded to know that it
//! holds no way.
//!
//! # References
//!
//! <https://wiki.openstreetmap.org/wiki/PBF_Format>

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use protobuf::Message;

use super::error::Fault;
use super::message::{self, DENSE, NODE, RELATION, WAY};

/// The largest message a blob may hold, packed or unpacked.
pub(super) const BLOCK_LIMIT: u64 = 32 * 1024 * 1024;

/// Which kinds of elements a block holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) nodes: bool,
    pub(super) ways: bool,
    pub(super) relations: bool,
}

/// The message of a blob, unpacked.
pub(super) fn unpack(blob: &Blob) -> Result<Cow<'_, [u8]>, Fault> {
    if blob.has_raw() {
        return if blob.raw().len() as u64 > BLOCK_LIMIT {
            Err(Fault::TooLarge(BLOCK_LIMIT))
        } else {
            Ok(Cow::Borrowed(blob.raw()))
        };
    }
    if blob.has_zlib_data() {
        return inflate(blob.zlib_data(), blob.raw_size()).map(Cow::Owned);
    }
    match other_packing(blob) {
        Some(name) => Err(Fault::Compression(name)),
        None => Err(Fault::Damaged("the block holds no data".to_owned())),
    }
}

/// Parses a message.
pub(super) fn parse<M: Message>(bytes: &[u8]) -> Result<M, Fault> {
    M::parse_from_bytes(bytes).map_err(|error| Fault::Damaged(error.to_string()))
}

fn inflate(packed: &[u8], stated_size: i32) -> Result<Vec<u8>, Fault> {
    // The stated size only spares the buffer its growth: a wrong one costs nothing else.
    let capacity = u64::try_from(stated_size).unwrap_or(0).min(BLOCK_LIMIT);
    let mut message = Vec::with_capacity(capacity as usize + 1);
    ZlibDecoder::new(packed)
        .take(BLOCK_LIMIT + 1)
        .read_to_end(&mut message)
        .map_err(|error| Fault::Damaged(error.to_string()))?;
    if message.len() as u64 > BLOCK_LIMIT {
        return Err(Fault::TooLarge(BLOCK_LIMIT));
    }
    Ok(message)
}

/// The name of a packing that exists and is not supported.
fn other_packing(blob: &Blob) -> Option<&'static str> {
    if blob.has_lzma_data() {
        return Some("lzma");
    }
    let unknown = blob.special_fields.unknown_fields();
    [(5, "bzip2"), (6, "lz4"), (7, "zstd")]
        .into_iter()
        .find_map(|(field, name)| unknown.get(field).map(|_| name))
}

/// Which kinds of elements a primitive block holds.
pub(super) fn contents(message: &[u8]) -> Result<Contents, Fault> {
    let mut contents = Contents::default();
    for kind in message::kinds(message) {
        match kind? {
            NODE | DENSE => contents.nodes = true,
            WAY => contents.ways = true,
            RELATION => contents.relations = true,
            _ => {}
        }
    }
    Ok(contents)
}
