//! What can go wrong with a map file, and what to do about it.
//!
//! Every message names the file, and the byte where the trouble begins when
//! there is one, so that a download can be checked or repeated.

use std::io;
use std::path::{Path, PathBuf};

use crate::watch::Interrupted;

/// A map could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OsmError {
    /// The list of files is empty.
    #[error("no map file given; name at least one .osm.pbf file")]
    NoFiles,
    /// There is no such file.
    #[error("no such file: {}", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{} is a folder; name the .osm.pbf files in it", path.display())]
    IsFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The file has no bytes.
    #[error("{} is empty; its download may have failed", path.display())]
    Empty {
        /// The path as given.
        path: PathBuf,
    },
    /// The file is of another format.
    #[error(
        "{} is not an OpenStreetMap PBF file, it looks like {looks_like}; \
         osmium converts OSM files (osmium cat IN -o OUT.osm.pbf)",
        path.display()
    )]
    NotPbf {
        /// The path as given.
        path: PathBuf,
        /// What its first bytes resemble.
        looks_like: &'static str,
    },
    /// The file ends in the middle of a block.
    #[error(
        "{} is cut short: the block at byte {offset} goes on beyond its end; download it again",
        path.display()
    )]
    Truncated {
        /// The path as given.
        path: PathBuf,
        /// Where the incomplete block begins.
        offset: u64,
    },
    /// A block cannot be understood.
    #[error("{} is damaged in the block at byte {offset} ({what}); download it again", path.display())]
    Damaged {
        /// The path as given.
        path: PathBuf,
        /// Where the block begins.
        offset: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The file needs a feature this reader has not.
    #[error(
        "{} needs the feature {feature}, which is not supported; \
         make a plain extract of it first (osmium cat, or osmium time-filter for a history)",
        path.display()
    )]
    UnsupportedFeature {
        /// The path as given.
        path: PathBuf,
        /// The feature, as the header names it.
        feature: String,
    },
    /// A block is packed in a way this reader does not know.
    #[error(
        "{} has a block packed with {compression} at byte {offset}, which is not supported; \
         repack it (osmium cat IN -o OUT.osm.pbf -f pbf,pbf_compression=zlib)",
        path.display()
    )]
    UnsupportedCompression {
        /// The path as given.
        path: PathBuf,
        /// Where the block begins.
        offset: u64,
        /// How it is packed.
        compression: &'static str,
    },
    /// A block is larger than the format allows.
    #[error(
        "{} has a block of more than {limit} bytes at byte {offset}, which the format forbids",
        path.display()
    )]
    BlockTooLarge {
        /// The path as given.
        path: PathBuf,
        /// Where the block begins.
        offset: u64,
        /// What the format allows.
        limit: u64,
    },
    /// The files hold no way one could travel on.
    #[error("no street in {files}; was the extract filtered for something else?")]
    NoStreets {
        /// The names of the files.
        files: String,
    },
    /// The files hold streets, none of them inside the clip.
    #[error(
        "none of the {streets} streets of {files} lies inside the area; \
         check that the area and the extract are of the same place, and the order of lon and lat"
    )]
    NothingInside {
        /// How many streets there are outside.
        streets: usize,
        /// The names of the files.
        files: String,
    },
    /// The clip itself is at fault.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// More than four thousand million nodes in the ways.
    #[error("{files} is too large for one network; clip it to the area of interest")]
    TooLarge {
        /// The names of the files.
        files: String,
    },
    /// The system refused.
    #[error("cannot read {}", path.display())]
    Io {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// The area of a clip cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClipError {
    /// The area has no polygon.
    #[error("the area is empty")]
    Empty,
    /// A coordinate is not a finite number.
    #[error("polygon {polygon} of the area has a coordinate that is not a number: {lon} {lat}")]
    NotFinite {
        /// Position of the polygon in the area.
        polygon: usize,
        /// The longitude.
        lon: f64,
        /// The latitude.
        lat: f64,
    },
    /// A coordinate is not on the globe.
    #[error(
        "polygon {polygon} of the area has a point that is not on the globe: {lon} {lat}; \
         the area must be in degrees (EPSG:4326), longitude first"
    )]
    OffGlobe {
        /// Position of the polygon in the area.
        polygon: usize,
        /// The longitude.
        lon: f64,
        /// The latitude.
        lat: f64,
    },
    /// A polygon is not valid.
    #[error("polygon {polygon} of the area is not valid: {what}")]
    Invalid {
        /// Position of the polygon in the area.
        polygon: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The buffer is negative or not a number.
    #[error("the buffer must be between 0 and {limit} metres, it is {metres}")]
    Buffer {
        /// The buffer given.
        metres: f64,
        /// The largest buffer.
        limit: f64,
    },
    /// The area is too wide for one plane.
    #[error("the area spans {degrees:.0} degrees, more than {limit:.0}; cut it in parts")]
    TooWide {
        /// The larger of its width and height.
        degrees: f64,
        /// The widest area.
        limit: f64,
    },
}

/// What is wrong with one block, before its place is known.
#[derive(Debug)]
pub(super) enum Fault {
    /// It cannot be understood.
    Damaged(String),
    /// It unpacks to more than this.
    TooLarge(u64),
    /// It is packed in a way that is not supported.
    Compression(&'static str),
}

impl Fault {
    /// The same, with the place.
    pub(super) fn at(self, path: &Path, offset: u64) -> OsmError {
        let path = path.to_path_buf();
        match self {
            Self::Damaged(what) => OsmError::Damaged { path, offset, what },
            Self::TooLarge(limit) => OsmError::BlockTooLarge { path, offset, limit },
            Self::Compression(compression) => {
                OsmError::UnsupportedCompression { path, offset, compression }
            }
        }
    }
}

impl OsmError {
    /// What the system refused, in the words a caller can act on.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        if source.kind() == io::ErrorKind::NotFound {
            Self::NotFound { path }
        } else {
            Self::Io { path, source }
        }
    }
}
