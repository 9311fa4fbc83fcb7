//! Is this a whole PBF file that can be understood?
//!
//! The file is walked from block to block before anything is decoded: only the
//! few bytes in front of each block are read. The walk finds every length that
//! does not fit, a file of another kind, one cut short, and reads the header's
//! list of required features. What it returns, a list of [`Frame`]s that lie
//! within the file, is what lets the decoder trust every length.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::HeaderBlock;

use super::SourceFile;
use super::blob::{BLOCK_LIMIT, parse, unpack};
use super::error::{Fault, OsmError};
use crate::fingerprint::Fingerprint;
use crate::units::LonLat;
use crate::watch::Watch;

/// The largest header of a block.
const HEADER_LIMIT: u32 = 64 * 1024;
/// What a reader must understand, and this one does.
const SUPPORTED: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// First bytes of the files that are mistaken for a PBF file.
const OTHER_FORMATS: [(&[u8], &str); 11] = [
    (b"<?xml", "an OSM XML file"),
    (b"<osm", "an OSM XML file"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xff\xe0", "an o5m file"),
    (b"{", "a JSON file"),
];

/// A block of map data: where it lies in its file, with the length and the header before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) offset: u64,
    pub(super) bytes: u64,
}

/// A file that was walked to its end.
#[derive(Debug)]
pub(super) struct MapFile {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// Its blocks of map data, in their order.
    pub(super) frames: Vec<Frame>,
    /// The box that its header says the data was cut out by.
    pub(super) extent: Option<Extent>,
    data_date: Option<String>,
}

/// South-western and north-eastern corner of what a file covers; both belong to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent([LonLat; 2]);

impl Extent {
    /// The box of a header; `None` where it has none, or one that is nowhere.
    fn of(header: &HeaderBlock) -> Option<Self> {
        /// Headers count thousand-millionths of a degree.
        const PER_DEGREE: f64 = 1e9;
        let corners = &header.bbox;
        let at = |lon: i64, lat: i64| {
            LonLat::from_degrees(lon as f64 / PER_DEGREE, lat as f64 / PER_DEGREE)
        };
        let low = at(corners.left(), corners.bottom())?;
        let high = at(corners.right(), corners.top())?;
        (low.lon < high.lon && low.lat < high.lat).then_some(Self([low, high]))
    }

    pub(super) fn contains(&self, position: LonLat) -> bool {
        let [low, high] = self.0;
        (low.lon..=high.lon).contains(&position.lon) && (low.lat..=high.lat).contains(&position.lat)
    }
}

impl MapFile {
    /// Walks a file.
    pub(super) fn open(path: &Path) -> Result<Self, OsmError> {
        let metadata = path.metadata().map_err(|error| OsmError::io(path, error))?;
        if metadata.is_dir() {
            return Err(OsmError::IsFolder { path: path.to_path_buf() });
        }
        if metadata.len() == 0 {
            return Err(OsmError::Empty { path: path.to_path_buf() });
        }
        let file = File::open(path).map_err(|error| OsmError::io(path, error))?;
        let mut walk =
            Walk { path, file, bytes: metadata.len(), offset: 0, extent: None, data_date: None };
        walk.check_first_bytes()?;
        let mut frames = Vec::new();
        while walk.offset < walk.bytes {
            frames.extend(walk.step()?);
        }
        let Walk { bytes, extent, data_date, .. } = walk;
        Ok(Self { path: path.to_path_buf(), bytes, frames, extent, data_date })
    }

    /// Reads the whole file once, for its identity.
    pub(super) fn identify(&self, watch: &Watch) -> Result<SourceFile, OsmError> {
        let mut file = File::open(&self.path).map_err(|error| OsmError::io(&self.path, error))?;
        let mut hash = Fingerprint::default();
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = file.read(&mut buffer).map_err(|error| OsmError::io(&self.path, error))?;
            if count == 0 {
                break;
            }
            hash.update(&buffer[..count]);
            watch.step(count as u64)?;
        }
        let sha256 = hash.to_hex();
        let data_date = self.data_date.clone();
        Ok(SourceFile { name: self.name(), bytes: self.bytes, sha256, data_date })
    }

    /// The name of the file, without the folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The way through one file.
struct Walk<'a> {
    path: &'a Path,
    file: File,
    bytes: u64,
    /// Where the next block begins.
    offset: u64,
    extent: Option<Extent>,
    data_date: Option<String>,
}

impl Walk<'_> {
    /// Refuses what is not a PBF file, by its first bytes.
    fn check_first_bytes(&mut self) -> Result<(), OsmError> {
        let mut first = Vec::new();
        self.file.by_ref().take(16).read_to_end(&mut first).map_err(|e| self.io(e))?;
        // A length of at most 64 KiB, then the field 1 of a block header: its type, "OSMHeader".
        let start = b"\x0a\x09OSMHeader";
        let is_pbf = first.len() > 4
            && first[..2] == [0, 0]
            && first[4..].iter().zip(start).all(|(found, expected)| found == expected);
        if is_pbf {
            return Ok(());
        }
        let known = OTHER_FORMATS.into_iter().find(|(magic, _)| first.starts_with(magic));
        let looks_like = known.map_or("nothing known", |(_, name)| name);
        Err(OsmError::NotPbf { path: self.path.to_path_buf(), looks_like })
    }

    /// Goes over one block; returns its place where it is one of map data.
    fn step(&mut self) -> Result<Option<Frame>, OsmError> {
        let offset = self.offset;
        let mut length = [0; 4];
        self.fill(offset, &mut length)?;
        let length = u32::from_be_bytes(length);
        if length > HEADER_LIMIT {
            return Err(self.damaged(format!("a block header of {length} bytes")));
        }
        let mut header = vec![0; length as usize];
        self.fill(offset + 4, &mut header)?;
        let header: BlobHeader = parse(&header).map_err(|fault| fault.at(self.path, offset))?;
        let size = u64::try_from(header.datasize())
            .map_err(|_| self.damaged(format!("a size of {} bytes", header.datasize())))?;
        if size > BLOCK_LIMIT {
            return Err(Fault::TooLarge(BLOCK_LIMIT).at(self.path, offset));
        }
        let body = offset + 4 + u64::from(length);
        if body + size > self.bytes {
            return Err(self.truncated());
        }
        match header.type_() {
            "OSMHeader" => self.read_header(body, size)?,
            _ if offset == 0 => return Err(self.damaged("no header first".to_owned())),
            // Anything but map data is of no use here, and the format asks to step over it.
            "OSMData" => {
                self.offset = body + size;
                return Ok(Some(Frame { offset, bytes: self.offset - offset }));
            }
            _ => {}
        }
        self.offset = body + size;
        Ok(None)
    }

    /// Reads what the header says of the data: its date, its extent, and what it takes to understand it.
    fn read_header(&mut self, body: u64, size: u64) -> Result<(), OsmError> {
        let mut bytes = vec![0; size as usize];
        self.fill(body, &mut bytes)?;
        let header = parse::<Blob>(&bytes)
            .and_then(|blob| parse::<HeaderBlock>(&unpack(&blob)?))
            .map_err(|fault| fault.at(self.path, self.offset))?;
        let known = |feature: &&String| !SUPPORTED.contains(&feature.as_str());
        if let Some(feature) = header.required_features.iter().find(known) {
            let (path, feature) = (self.path.to_path_buf(), feature.clone());
            return Err(OsmError::UnsupportedFeature { path, feature });
        }
        let date = utc_text(header.osmosis_replication_timestamp());
        self.data_date = date.max(self.data_date.take());
        self.extent = Extent::of(&header);
        Ok(())
    }

    /// Fills a buffer from a place in the file that must hold it.
    fn fill(&mut self, from: u64, buffer: &mut [u8]) -> Result<(), OsmError> {
        self.file.seek(SeekFrom::Start(from)).map_err(|error| self.io(error))?;
        self.file.read_exact(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.truncated(),
            _ => self.io(error),
        })
    }

    fn truncated(&self) -> OsmError {
        OsmError::Truncated { path: self.path.to_path_buf(), offset: self.offset }
    }

    fn damaged(&self, what: String) -> OsmError {
        Fault::Damaged(what).at(self.path, self.offset)
    }

    fn io(&self, error: io::Error) -> OsmError {
        OsmError::io(self.path, error)
    }
}

/// Seconds since 1970 as ISO 8601; `None` where the header states none, or nonsense.
///
/// The day count is turned into a date by eras of 400 years that begin on the
/// first of March, so that the leap day comes last (H. Hinnant, *chrono-compatible
/// low-level date algorithms*).
fn utc_text(seconds: i64) -> Option<String> {
    const LAST: i64 = 253_402_300_799; // the end of the year 9999
    if !(1..=LAST).contains(&seconds) {
        return None;
    }
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

#[cfg(test)]
mod tests {
    use super::utc_text;

    #[test]
    fn a_time_stamp_is_written_as_a_date() {
        assert_eq!(utc_text(951_782_400).as_deref(), Some("2000-02-29T00:00:00Z"));
        assert_eq!(utc_text(1_735_689_599).as_deref(), Some("2024-12-31T23:59:59Z"));
        assert_eq!(utc_text(1_735_689_600).as_deref(), Some("2025-01-01T00:00:00Z"));
        assert_eq!(utc_text(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
    }

    #[test]
    fn a_time_stamp_that_makes_no_sense_is_no_date() {
        assert!([0, -1, i64::MIN, i64::MAX].into_iter().all(|seconds| utc_text(seconds).is_none()));
    }
}
