//! How are the blocks of the files handed to the decoder, in parallel and in one order?
//!
//! [`sweep`] takes osmpbfreader's blobs from the file one after the other and
//! lets rayon unpack and decode them; each keeps its index, and the results
//! come back in the order of the file. A blob is taken only when a thread is
//! free for it, so that no more of them wait packed than there are threads.
//!
//! osmpbfreader sees a [`FrameReader`] instead of the file: the blocks of map
//! data that [`MapFile`] found to lie within it, one after the other. It
//! therefore never meets a length that does not fit, which it asserts, nor a
//! type of block it does not know, which it prints. And where the bytes run out
//! nevertheless, because the file was changed meanwhile, the reader fails
//! instead of ending.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use osmpbfreader::OsmPbfReader;
use osmpbfreader::fileformat::Blob;
use rayon::iter::{ParallelBridge, ParallelIterator};

use super::blob::unpack;
use super::error::{Fault, OsmError};
use super::header::{Frame, MapFile};
use crate::watch::Watch;

/// Decodes some blocks of a file; the results are in the order of `frames`.
///
/// Where several blocks are damaged, the error is that of the first: blobs are
/// taken in order, so those before a damaged one are read to their end.
pub(super) fn sweep<T: Send>(
    file: &MapFile,
    frames: &[Frame],
    watch: &Watch,
    decode: impl Fn(Frame, Cow<'_, [u8]>) -> Result<T, Fault> + Sync,
) -> Result<Vec<T>, OsmError> {
    let handle = File::open(&file.path).map_err(|error| OsmError::io(&file.path, error))?;
    let mut reader = OsmPbfReader::new(FrameReader::new(handle, frames));
    let is_over = AtomicBool::new(false);
    let read = |(index, blob): (usize, osmpbfreader::Result<Blob>)| {
        let frame = frames[index];
        let result = watch.step(frame.bytes).map_err(OsmError::from).and_then(|()| {
            let blob = blob.map_err(|error| read_error(error, file, frame))?;
            unpack(&blob)
                .and_then(|message| decode(frame, message))
                .map_err(|fault| fault.at(&file.path, frame.offset))
        });
        is_over.fetch_or(result.is_err(), Ordering::Relaxed);
        (index, result)
    };
    let mut results: Vec<_> = reader
        .blobs()
        .take(frames.len())
        .enumerate()
        .take_while(|_| !is_over.load(Ordering::Relaxed))
        .par_bridge()
        .map(read)
        .collect();
    results.sort_unstable_by_key(|(index, _)| *index);
    let count = results.len();
    let decoded = results.into_iter().map(|(_, result)| result).collect::<Result<Vec<_>, _>>()?;
    match frames.get(count) {
        Some(frame) => Err(changed(file, *frame)),
        None => Ok(decoded),
    }
}

fn read_error(error: osmpbfreader::Error, file: &MapFile, frame: Frame) -> OsmError {
    match error {
        osmpbfreader::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            changed(file, frame)
        }
        osmpbfreader::Error::Io(error) => OsmError::io(&file.path, error),
        other => Fault::Damaged(other.to_string()).at(&file.path, frame.offset),
    }
}

/// The walk found this block whole, and now it is not.
fn changed(file: &MapFile, frame: Frame) -> OsmError {
    let what = "the file was changed while it was read".to_owned();
    Fault::Damaged(what).at(&file.path, frame.offset)
}

/// The bytes of some blocks, one block after the other.
struct FrameReader<'a> {
    file: File,
    frames: slice::Iter<'a, Frame>,
    block: Vec<u8>,
    /// How much of the block was handed out.
    taken: usize,
}

impl<'a> FrameReader<'a> {
    fn new(file: File, frames: &'a [Frame]) -> Self {
        Self { file, frames: frames.iter(), block: Vec::new(), taken: 0 }
    }

    fn next_block(&mut self) -> io::Result<()> {
        // INVARIANT: the end is an error, never a read of nothing, which osmpbfreader would
        // assert against. It takes this kind of error between two blocks for the end of the file.
        let frame = self.frames.next().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.block.resize(frame.bytes as usize, 0);
        self.taken = 0;
        self.file.seek(SeekFrom::Start(frame.offset))?;
        self.file.read_exact(&mut self.block)
    }
}

impl Read for FrameReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.block.len() {
            self.next_block()?;
        }
        let count = buffer.len().min(self.block.len() - self.taken);
        buffer[..count].copy_from_slice(&self.block[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
