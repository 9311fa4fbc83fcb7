//! Where do the sections lie in the file, and how is it known that none has changed?
//!
//! ```text
//!   header    64 bytes: magic, byte order, format, size of the file, sections, checksum
//!   table     32 bytes a section: number, bytes a value, offset, bytes, checksum
//!   sections  each at the next multiple of 64, zeros between
//! ```
//!
//! Numbers are as the machine has them, and a mark says how that is. The
//! checksum of the header covers the header and the table, that of a section its
//! bytes; what lies between is zero. So there is no byte that may change: a
//! CRC-32 finds every change of up to 32 neighbouring bits, and all but one in
//! four thousand million others.

use bytemuck::{Pod, Zeroable};

use crate::section::Sheaf;

/// The first bytes of every saved network. A transfer that takes it for text spoils them.
pub(super) const MAGIC: [u8; 8] = *b"\x89DSRT\r\n\x1a";
/// A number that is another one when its bytes are turned round.
pub(super) const BYTE_ORDER: u32 = 0x0A0B_0C0D;
/// The format that this version writes, and the only one it reads.
///
/// It rises whenever a section that must be there, or what its values mean, changes.
pub(super) const FORMAT: u32 = 2;
/// Sections begin at multiples of this: a line of the cache, and more than any value needs.
const ALIGNMENT: usize = 64;

/// What a file begins with.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) byte_order: u32,
    pub(super) format: u32,
    /// Size of the whole file.
    pub(super) bytes: u64,
    pub(super) sections: u32,
    /// Of this header, this number being 0, and the table.
    pub(super) checksum: u32,
    pub(super) zeros: [u64; 4],
}

/// Where one section lies.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) section: u32,
    /// Bytes of one value.
    pub(super) stride: u32,
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) checksum: u32,
    pub(super) zero: u32,
}

pub(super) const HEADER_BYTES: usize = size_of::<Header>();
pub(super) const ENTRY_BYTES: usize = size_of::<Entry>();

/// The first place at or after `offset` where a section may begin.
pub(super) const fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(ALIGNMENT)
}

/// The checksum of a header and its table.
pub(super) fn checksum_of(header: Header, table: &[Entry]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(bytemuck::bytes_of(&Header { checksum: 0, ..header }));
    sum.update(bytemuck::cast_slice(table));
    sum.finalize()
}

/// The header and the table of some sections, which lie in their order.
pub(super) fn lay_out(sheaf: &Sheaf<'_>) -> (Header, Vec<Entry>) {
    let mut end = HEADER_BYTES + ENTRY_BYTES * sheaf.parts.len();
    let entry = |part: &crate::section::Part<'_>| {
        let offset = aligned(end);
        end = offset + part.bytes.len();
        Entry {
            section: part.section as u32,
            stride: part.stride as u32,
            offset: offset as u64,
            bytes: part.bytes.len() as u64,
            checksum: crc32fast::hash(&part.bytes),
            zero: 0,
        }
    };
    let table: Vec<Entry> = sheaf.parts.iter().map(entry).collect();
    let mut header = Header {
        magic: MAGIC,
        byte_order: BYTE_ORDER,
        format: FORMAT,
        bytes: end as u64,
        sections: table.len() as u32,
        checksum: 0,
        zeros: [0; 4],
    };
    header.checksum = checksum_of(header, &table);
    (header, table)
}
