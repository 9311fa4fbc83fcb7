//! Where does a column of a network live?
//!
//! Either in memory of its own, made by a build, or in a saved network that is
//! mapped from disk and shared with every other column of it, and with every
//! other process that has opened the file. Whoever reads a [`Column`] sees a
//! slice and does not know which: a column is a pointer, a length, and whatever
//! keeps them valid, so that the inner loop of a search asks nothing.
//!
//! Of the two files with unsafe code this is the one for the memory map. Everything that a mapped slice could
//! break rests on [`Pod`]: any bytes are a value. What the values must be to one
//! another is checked where a network is put together, see `graph/whole.rs`.

#![allow(unsafe_code, reason = "memory that a file is mapped to cannot be had otherwise")]

use std::{
    fmt,
    fs::File,
    io,
    ops::{Deref, Range},
    ptr::NonNull,
    sync::Arc,
};

use bytemuck::Pod;
#[cfg(not(miri))]
use memmap2::Mmap;

#[cfg(miri)]
use self::unmapped::Mmap;

/// A file in memory, read-only.
#[derive(Debug)]
pub(crate) struct Mapping(Mmap);

impl Mapping {
    /// Maps a whole file.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        // SAFETY: the map is private to this type, which lends it as bytes that nobody writes. A saved
        // network is never written in place: it is replaced by a rename, which leaves the mapped file as it
        // was. Whoever cuts or overwrites the file by other means stops the process (SIGBUS) or finds other
        // numbers in a column; no number is used without a bounds check.
        let map = unsafe { Mmap::map(file) };
        map.map(Self)
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Values side by side, in memory of their own or in a saved network. Read as a slice.
pub(crate) struct Column<T> {
    items: NonNull<[T]>,
    /// What the items lie in; where there is none, they are the column's own.
    home: Option<Arc<Mapping>>,
}

impl<T: Pod> Column<T> {
    /// The values that some bytes of a file are; `None` where they lie outside it, or across values.
    pub(crate) fn mapped(home: &Arc<Mapping>, range: Range<usize>) -> Option<Self> {
        let items: &[T] = bytemuck::try_cast_slice(home.bytes().get(range)?).ok()?;
        Some(Self { items: NonNull::from(items), home: Some(Arc::clone(home)) })
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items: NonNull::from(Box::leak(items.into_boxed_slice())), home: None }
    }
}

impl<T> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `items` is a leaked box that only `drop` takes back, or a slice of the mapping that `home`
        // keeps, whose address does not change. Neither is ever written.
        unsafe { self.items.as_ref() }
    }
}

impl<T> Drop for Column<T> {
    fn drop(&mut self) {
        if self.home.is_none() {
            // SAFETY: without a home, `items` came out of `Box::leak`, and comes back here once.
            drop(unsafe { Box::from_raw(self.items.as_ptr()) });
        }
    }
}

// SAFETY: a column owns its items or shares them for reading only, as `Box<[T]>` and `Arc<[T]>` do.
unsafe impl<T: Send + Sync> Send for Column<T> {}
// SAFETY: as above; a shared column lends shared slices.
unsafe impl<T: Send + Sync> Sync for Column<T> {}

impl<T: fmt::Debug> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Miri maps no files: there they are read. The tests below are run under it by hand,
/// `MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test -p desserte --lib store::`.
#[cfg(miri)]
mod unmapped {
    use std::{
        fs::File,
        io::{self, Read as _, Seek as _},
        ops::Deref,
    };

    #[derive(Debug)]
    pub(super) struct Mmap(Vec<u64>, usize);

    impl Mmap {
        pub(super) unsafe fn map(mut file: &File) -> io::Result<Self> {
            let mut bytes = Vec::new();
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
            let words = bytes.chunks(8).map(|chunk| {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                u64::from_ne_bytes(word)
            });
            Ok(Self(words.collect(), bytes.len()))
        }
    }

    impl Deref for Mmap {
        type Target = [u8];

        fn deref(&self) -> &[u8] {
            &bytemuck::cast_slice(&self.0)[..self.1]
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop with the reason")]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn an_owned_column_is_the_slice_it_was_made_of() {
        let texts: Column<String> = ["a", "b"].into_iter().map(str::to_owned).collect();
        let moved = texts;
        assert_eq!(*moved, ["a", "b"]);
        assert!(Column::<u32>::default().is_empty());
    }

    #[test]
    fn a_mapped_column_outlives_the_name_of_its_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytemuck::cast_slice(&[7_u32, 8, 9])).unwrap();
        let home = Arc::new(Mapping::of(file.as_file()).unwrap());
        let column = Column::<u32>::mapped(&home, 4..12).unwrap();
        drop((file, home));
        let read = std::thread::spawn(move || column.to_vec());
        assert_eq!(read.join().unwrap(), [8, 9]);
    }

    #[test]
    fn bytes_outside_the_file_or_across_values_are_no_column() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[0; 16]).unwrap();
        let home = Arc::new(Mapping::of(file.as_file()).unwrap());
        for range in [0..20, 2..6, 0..3, 20..24] {
            assert!(Column::<u32>::mapped(&home, range.clone()).is_none(), "{range:?}");
        }
        assert!(Column::<u32>::mapped(&home, 16..16).unwrap().is_empty());
    }
}
