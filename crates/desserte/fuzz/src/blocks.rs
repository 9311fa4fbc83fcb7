//! How are the blocks of a PBF file taken apart and put together?

use osmpbfreader::{
    OsmPbfReader,
    fileformat::{Blob, BlobHeader},
    osmformat::HeaderBlock,
};
use protobuf::Message as _;

/// What stands between two unpacked blocks.
pub const BETWEEN: &[u8] = b"\xff\xfe\xfd\xfc";

/// The unpacked blocks of a file, with [`BETWEEN`] between them.
///
/// # Panics
///
/// Panics where the file is none.
#[must_use]
pub fn of_file(file: &[u8]) -> Vec<u8> {
    let mut reader = OsmPbfReader::new(file);
    let unpack = |blob: osmpbfreader::Result<Blob>| {
        let blob = blob.expect("a seed is a whole file");
        let block = osmpbfreader::reader::primitive_block_from_blob(&blob);
        block.and_then(|block| Ok(block.write_to_bytes()?)).expect("a seed is a whole file")
    };
    let blocks: Vec<Vec<u8>> = reader.blobs().map(unpack).collect();
    blocks.join(BETWEEN)
}

/// The file of some unpacked blocks.
#[must_use]
pub fn to_file(blocks: &[u8]) -> Vec<u8> {
    let mut header = HeaderBlock::new();
    header.required_features.extend(["OsmSchema-V0.6", "DenseNodes"].map(Into::into));
    let mut file = Vec::new();
    add(&mut file, "OSMHeader", header.write_to_bytes().unwrap_or_default());
    let mut rest = blocks;
    loop {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        add(&mut file, "OSMData", rest[..end.unwrap_or(rest.len())].to_vec());
        let Some(end) = end else { return file };
        rest = &rest[end + BETWEEN.len()..];
    }
}

fn add(file: &mut Vec<u8>, kind: &str, message: Vec<u8>) {
    let mut blob = Blob::new();
    blob.set_raw_size(message.len() as i32);
    blob.set_raw(message.into());
    let blob = blob.write_to_bytes().unwrap_or_default();
    let mut header = BlobHeader::new();
    header.set_type(kind.into());
    header.set_datasize(blob.len() as i32);
    let header = header.write_to_bytes().unwrap_or_default();
    file.extend((header.len() as u32).to_be_bytes());
    file.extend(header);
    file.extend(blob);
}
