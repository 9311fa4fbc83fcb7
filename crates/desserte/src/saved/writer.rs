//! How does a network come under its name whole, or not at all?
//!
//! It is written under another name in the same folder, brought to the disk, and
//! renamed. Until then nothing under its own name has changed; a write that
//! fails takes its leavings along, and one that is killed leaves a file that
//! ends in `.part` and is never read. Of two that save under one name at once,
//! one whole file remains. The bytes depend on the network alone.

use std::{
    fs::{self, File, Permissions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{error::SavedError, format};
use crate::{graph::RoadNetwork, section::Sheaf};

impl RoadNetwork {
    /// Saves the network to a file; what was there under the name is replaced at the very end.
    ///
    /// # Errors
    ///
    /// [`SavedError::NotAFile`] where a folder or a device has this name,
    /// [`SavedError::Write`] where the folder does not exist or the disk is full,
    /// [`SavedError::Replace`] where the system does not let go of a file in use.
    pub fn save(&self, path: &Path) -> Result<(), SavedError> {
        let not_a_file = || SavedError::NotAFile { path: path.to_owned() };
        let write = |source| SavedError::Write { path: path.to_owned(), source };
        let target = behind_links(path).map_err(write)?;
        // A rename would put the file in the place of a device.
        if fs::metadata(&target).is_ok_and(|it| !it.is_file()) {
            return Err(not_a_file());
        }
        let name = target.file_name().ok_or_else(not_a_file)?.to_string_lossy().into_owned();
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut file = new_file(folder, &name).map_err(write)?;
        write_all(file.as_file_mut(), &self.to_sheaf()).map_err(write)?;
        file.as_file().sync_all().map_err(write)?;
        file.persist(&target).map_err(|failure| SavedError::Replace {
            path: path.to_owned(),
            source: failure.error,
        })?;
        sync_folder(folder);
        Ok(())
    }
}

/// What a name stands for: a link stays one, and what it leads to is replaced.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(it) if it.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

/// A file of a name that nobody has, which goes away unless it is kept.
fn new_file(folder: &Path, name: &str) -> io::Result<NamedTempFile> {
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    if let Some(permissions) = permissions() {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder)
}

/// Those of any new file: others may map it too.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none to set")]
fn permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn permissions() -> Option<Permissions> {
    None
}

fn write_all(file: &mut File, sheaf: &Sheaf<'_>) -> io::Result<()> {
    let (header, table) = format::lay_out(sheaf);
    let mut out = BufWriter::new(file);
    out.write_all(bytemuck::bytes_of(&header))?;
    out.write_all(bytemuck::cast_slice(&table))?;
    let mut end = format::HEADER_BYTES + format::ENTRY_BYTES * table.len();
    for part in &sheaf.parts {
        let offset = format::aligned(end);
        out.write_all(&vec![0; offset - end])?;
        out.write_all(&part.bytes)?;
        end = offset + part.bytes.len();
    }
    out.flush()
}

/// Brings the new name to the disk. The file is whole under one name or the other in any case, so a
/// system that cannot is not at fault.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}
