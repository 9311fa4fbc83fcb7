//! What can go wrong with a saved network, and what to do about it.
//!
//! A file that is refused is refused before any question is put to it. Where
//! saving fails, what was under the name is still there.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A network could not be saved, or a saved one not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// There is no such file.
    #[error("no such file: {}", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a folder, or a device.
    #[error("{} is not a file; give the name of a file for the network", path.display())]
    NotAFile {
        /// The path as given.
        path: PathBuf,
    },
    /// The system did not let the file be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The path as given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is of another format.
    #[error(
        "{} is not a saved network; give a file that `save` wrote, or build the network from its \
         extracts",
        path.display()
    )]
    Foreign {
        /// The path as given.
        path: PathBuf,
    },
    /// The file was written on a machine that orders bytes the other way round.
    #[error(
        "{} was saved on a machine with the other byte order; build the network from its \
         extracts on this one",
        path.display()
    )]
    ByteOrder {
        /// The path as given.
        path: PathBuf,
    },
    /// The file has a form that this version does not know.
    #[error(
        "{} has format {found} and this version of desserte reads format {known}; {}",
        path.display(),
        if found > known {
            "update desserte, or build the network from its extracts"
        } else {
            "build the network from its extracts and save it again"
        }
    )]
    Version {
        /// The path as given.
        path: PathBuf,
        /// The format of the file.
        found: u32,
        /// The format of this version.
        known: u32,
    },
    /// The file ends too soon.
    #[error(
        "{} is cut short: it has {bytes} bytes of {expected}; copy it again, or build the network \
         from its extracts",
        path.display()
    )]
    Truncated {
        /// The path as given.
        path: PathBuf,
        /// How many bytes it has.
        bytes: u64,
        /// How many it had when it was saved.
        expected: u64,
    },
    /// The file holds what was never saved.
    #[error(
        "{} is damaged in the section `{section}` ({what}); copy it again, or build the network \
         from its extracts",
        path.display()
    )]
    Damaged {
        /// The path as given.
        path: PathBuf,
        /// Which part of it.
        section: &'static str,
        /// What is wrong there.
        what: &'static str,
    },
    /// The file could not be written; what was under the name is unchanged.
    #[error("{} cannot be saved, and what was there under this name is unchanged", path.display())]
    Write {
        /// The path as given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file was written and could not be put under its name; what was there is unchanged.
    #[error(
        "{} cannot be replaced and is unchanged; if a network loaded from it is still in use, save \
         under another name",
        path.display()
    )]
    Replace {
        /// The path as given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl SavedError {
    /// What a failure to find or read a file is.
    pub(super) fn of_read(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            _ => Self::Read { path, source },
        }
    }
}
