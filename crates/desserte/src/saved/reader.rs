//! Is this file a network, and the one that was saved?
//!
//! Asked in the order in which the answers help: is it one of ours, of this
//! machine, of this format, all there, unchanged. Only then are its sections
//! handed over, and looked through by the stage that they belong to.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    ops::Range,
    path::Path,
    sync::Arc,
};

use super::{
    error::SavedError,
    format::{self, Entry, Header},
};
use crate::{
    graph::RoadNetwork,
    section::{Placed, Section, Shelf},
    store::Mapping,
};

impl RoadNetwork {
    /// Opens a saved network. Its file is mapped, and shared with all who have it open.
    ///
    /// The file must not be changed while the network is in use. [`RoadNetwork::save`] never does.
    ///
    /// # Errors
    ///
    /// A [`SavedError`] where there is no such file, or where it is not, to the last bit, what this
    /// version saves.
    pub fn load(path: &Path) -> Result<Self, SavedError> {
        let read = |source| SavedError::of_read(path, source);
        // Before it is opened: a pipe would wait for its writer.
        if !fs::metadata(path).map_err(read)?.is_file() {
            return Err(SavedError::NotAFile { path: path.to_owned() });
        }
        let file = File::open(path).map_err(read)?;
        if file.metadata().map_err(read)?.len() < format::HEADER_BYTES as u64 {
            return Err(too_short(path, &fs::read(path).map_err(read)?));
        }
        let mapping = Arc::new(Mapping::of(&file).map_err(read)?);
        let places = Reading { path, bytes: mapping.bytes() }.places()?;
        let network = Self::from_shelf(&Shelf { mapping, places, sum: crc32fast::hash });
        network.map_err(|flaw| damaged(path, flaw.section.name(), flaw.what))
    }
}

const CHANGED: &str = "its checksum is another";

fn damaged(path: &Path, section: &'static str, what: &'static str) -> SavedError {
    SavedError::Damaged { path: path.to_owned(), section, what }
}

/// What a file is that ends within the header.
fn too_short(path: &Path, bytes: &[u8]) -> SavedError {
    let path = path.to_owned();
    let known = bytes.len().min(format::MAGIC.len());
    if bytes.is_empty() || bytes[..known] != format::MAGIC[..known] {
        return SavedError::Foreign { path };
    }
    let expected = format::HEADER_BYTES as u64;
    SavedError::Truncated { path, bytes: bytes.len() as u64, expected }
}

/// A file that is being looked through; it is no shorter than a header.
struct Reading<'a> {
    path: &'a Path,
    bytes: &'a [u8],
}

impl Reading<'_> {
    /// Where the sections lie; that their bytes are those that were written is seen as they are used.
    fn places(&self) -> Result<BTreeMap<Section, Placed>, SavedError> {
        let header = self.header()?;
        let table = self.table(header)?;
        let mut places = BTreeMap::new();
        let mut end = format::HEADER_BYTES + format::ENTRY_BYTES * table.len();
        for entry in table {
            let section = Section::of(entry.section);
            if section.is_none() && entry.section < Section::OPTIONAL_FROM {
                return Err(self.damaged_table("it names an unknown section"));
            }
            let range = self.range_of(entry, end)?;
            end = range.end;
            let Entry { stride, checksum, .. } = entry;
            let place = Placed { stride: stride as usize, range: range.clone(), checksum };
            match section {
                Some(section) if places.insert(section, place).is_some() => {
                    return Err(self.damaged_table("it names a section twice"));
                }
                None if crc32fast::hash(&self.bytes[range]) != checksum => {
                    return Err(damaged(self.path, "of a later version", CHANGED));
                }
                _ => {}
            }
        }
        if end != self.bytes.len() {
            return Err(self.damaged_table("it does not name all bytes"));
        }
        Ok(places)
    }

    fn header(&self) -> Result<Header, SavedError> {
        let path = || self.path.to_owned();
        let header: Header = bytemuck::pod_read_unaligned(&self.bytes[..format::HEADER_BYTES]);
        if header.magic != format::MAGIC {
            return Err(SavedError::Foreign { path: path() });
        }
        if header.byte_order == format::BYTE_ORDER.swap_bytes() {
            return Err(SavedError::ByteOrder { path: path() });
        }
        if header.byte_order != format::BYTE_ORDER {
            return Err(damaged(self.path, "header", "its byte order is none"));
        }
        let (found, known) = (header.format, format::FORMAT);
        if found != known {
            return Err(SavedError::Version { path: path(), found, known });
        }
        let (bytes, expected) = (self.bytes.len() as u64, header.bytes);
        if bytes < expected {
            return Err(SavedError::Truncated { path: path(), bytes, expected });
        }
        if bytes > expected {
            return Err(damaged(self.path, "header", "the file is longer than it was"));
        }
        Ok(header)
    }

    fn table(&self, header: Header) -> Result<Vec<Entry>, SavedError> {
        let rest = &self.bytes[format::HEADER_BYTES..];
        let bytes = (header.sections as usize)
            .checked_mul(format::ENTRY_BYTES)
            .and_then(|length| rest.get(..length))
            .ok_or_else(|| self.damaged_table("it is longer than the file"))?;
        let table: Vec<Entry> =
            bytes.chunks_exact(format::ENTRY_BYTES).map(bytemuck::pod_read_unaligned).collect();
        if format::checksum_of(header, &table) == header.checksum {
            Ok(table)
        } else {
            Err(damaged(self.path, "header", CHANGED))
        }
    }

    /// The bytes of a section, which follow the end of what lies before it with nothing but zeros between.
    fn range_of(&self, entry: Entry, end: usize) -> Result<Range<usize>, SavedError> {
        let offset = format::aligned(end);
        let last = usize::try_from(entry.bytes).ok().and_then(|bytes| offset.checked_add(bytes));
        let range = last.map(|last| offset..last).filter(|range| range.end <= self.bytes.len());
        match range {
            Some(range) if entry.offset == offset as u64 => {
                if self.bytes[end..offset].iter().all(|&byte| byte == 0) {
                    Ok(range)
                } else {
                    Err(self.damaged_table("there are bytes between the sections"))
                }
            }
            _ => Err(self.damaged_table("a section lies elsewhere")),
        }
    }

    fn damaged_table(&self, what: &'static str) -> SavedError {
        damaged(self.path, "table", what)
    }
}
