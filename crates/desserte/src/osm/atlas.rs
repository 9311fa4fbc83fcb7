//! What does each block of the files hold, and which of them stay unpacked?
//!
//! The first pass goes through every block and notes which kinds of elements it holds, so that
//! the later ones take up only those they need. Unpacking is the dearest step of reading; so
//! the first blocks of the files are kept as they were unpacked, as many as memory may well
//! hold, and whatever comes after them is unpacked again in each pass that needs it.

use std::borrow::Cow;

use rayon::prelude::*;

use super::blob::{Contents, contents};
use super::error::{Fault, OsmError};
use super::header::{Frame, MapFile};
use super::reader::sweep;
use crate::watch::Watch;

/// So many bytes of the files are kept unpacked, counted as they are packed.
///
/// Map data unpacks to two or three times as much: the extract of most départements is kept
/// whole, and of a continent some 200 MB.
pub(super) const KEPT_BYTES: u64 = 64 << 20;

/// A block that unpacks to more than so many times its size is not kept: no file can fill the memory.
const KEPT_GROWTH: u64 = 8;

/// One block.
#[derive(Debug)]
struct Sheet {
    frame: Frame,
    contents: Contents,
    /// The block unpacked, if it is kept.
    message: Option<Vec<u8>>,
}

/// A block: the position of its file, and its own in that file.
pub(super) type Place = (usize, usize);

/// What each block of each file holds.
#[derive(Debug)]
pub(super) struct Atlas<'a> {
    files: &'a [MapFile],
    watch: &'a Watch,
    sheets: Vec<Vec<Sheet>>,
}

impl<'a> Atlas<'a> {
    /// Looks into every block; what `look` makes of each comes with it, in their order. Blocks
    /// among the first `kept_bytes` of the files stay unpacked.
    pub(super) fn survey<T: Send>(
        files: &'a [MapFile],
        kept_bytes: u64,
        watch: &'a Watch,
        look: impl Fn(&[u8], Contents) -> Result<T, Fault> + Sync,
    ) -> Result<(Self, Vec<T>), OsmError> {
        let (mut sheets, mut looks) = (Vec::with_capacity(files.len()), Vec::new());
        let mut before = 0;
        for file in files {
            let decode = |frame: Frame, message: Cow<'_, [u8]>| {
                let contents = contents(&message)?;
                let looked = look(&message, contents)?;
                let is_kept = before + frame.offset + frame.bytes <= kept_bytes
                    && message.len() as u64 <= frame.bytes * KEPT_GROWTH;
                let message = match message {
                    Cow::Owned(mut message) if is_kept => {
                        // Its buffer is as large as the file says that it must be.
                        message.shrink_to_fit();
                        Some(message)
                    }
                    // What is not packed is as quickly read again.
                    _ => None,
                };
                Ok((Sheet { frame, contents, message }, looked))
            };
            let (of_file, looked): (Vec<_>, Vec<_>) =
                sweep(file, &file.frames, watch, decode)?.into_iter().unzip();
            before += file.bytes;
            sheets.push(of_file);
            looks.extend(looked);
        }
        Ok((Self { files, watch, sheets }, looks))
    }

    /// The blocks that hold one kind of element.
    pub(super) fn places(&self, holds: fn(Contents) -> bool) -> Vec<Place> {
        let of_file = |(file, sheets): (usize, &Vec<Sheet>)| {
            let held = (0..sheets.len()).filter(|&sheet| holds(sheets[sheet].contents));
            held.map(|sheet| (file, sheet)).collect::<Vec<_>>()
        };
        self.sheets.iter().enumerate().flat_map(of_file).collect()
    }

    /// How many bytes some blocks have, or all of them.
    pub(super) fn bytes(&self, places: Option<&[Place]>) -> u64 {
        match places {
            Some(places) => places.iter().map(|&place| self.sheet(place).frame.bytes).sum(),
            None => self.sheets.iter().flatten().map(|sheet| sheet.frame.bytes).sum(),
        }
    }

    /// Decodes some blocks, in their order. Of several damaged ones the error is that of the first.
    pub(super) fn read<T: Send>(
        &self,
        places: &[Place],
        decode: impl Fn(&[u8]) -> Result<T, Fault> + Sync,
    ) -> Result<Vec<T>, OsmError> {
        let mut results = Vec::with_capacity(places.len());
        // Runs of blocks that are kept, or not, of one file.
        let is_kept = |place: Place| self.sheet(place).message.is_some();
        for run in places.chunk_by(|&a, &b| a.0 == b.0 && is_kept(a) == is_kept(b)) {
            let file = &self.files[run[0].0];
            results.extend(if is_kept(run[0]) {
                self.read_kept(file, run, &decode)?
            } else {
                let frames: Vec<Frame> = run.iter().map(|&place| self.sheet(place).frame).collect();
                sweep(file, &frames, self.watch, |_, message| decode(&message))?
            });
        }
        Ok(results)
    }

    fn read_kept<T: Send>(
        &self,
        file: &MapFile,
        places: &[Place],
        decode: &(impl Fn(&[u8]) -> Result<T, Fault> + Sync),
    ) -> Result<Vec<T>, OsmError> {
        let read = |&place: &Place| {
            let sheet = self.sheet(place);
            self.watch.step(sheet.frame.bytes)?;
            decode(sheet.message.as_deref().unwrap_or_default())
                .map_err(|fault| fault.at(&file.path, sheet.frame.offset))
        };
        let read: Vec<Result<T, OsmError>> = places.par_iter().map(read).collect();
        read.into_iter().collect()
    }

    fn sheet(&self, (file, sheet): Place) -> &Sheet {
        &self.sheets[file][sheet]
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn blocks_are_the_same_whether_all_some_or_none_of_them_stay_unpacked() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python/src/desserte/data");
        let names = ["neubrandenburg.osm.pbf", "sud-ardeche-sketch.osm.pbf"];
        let files = names.map(|name| MapFile::open(&folder.join(name)).unwrap());
        let watch = Watch::new();
        let read = |kept_bytes: u64| {
            let look = |message: &[u8], _| Ok(message.to_vec());
            let (atlas, looked) = Atlas::survey(&files, kept_bytes, &watch, look).unwrap();
            let places = atlas.places(|_| true);
            let kept = places.iter().filter(|&&place| atlas.sheet(place).message.is_some()).count();
            assert_eq!(atlas.read(&places, |message| Ok(message.to_vec())).unwrap(), looked);
            (kept, looked)
        };
        let (none, blocks) = read(0);
        let (some, again) = read(files[0].bytes + files[1].bytes / 2);
        let (all, last) = read(u64::MAX);
        assert_eq!([none, all], [0, blocks.len()]);
        assert!(some > 0 && some < all, "{some} of {all}");
        assert!(blocks == again && blocks == last);
    }
}
