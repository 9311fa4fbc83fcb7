//! Stage 4: how is a network kept, and opened in a few milliseconds?
//!
//! ```text
//!   network --sheaf-->  sections  --writer-->  one file, under its name at once
//!   file    --reader->  checked sections, mapped  --shelf-->  network
//! ```
//!
//! A saved network is its columns as they lie in memory, each a section of one
//! file (`format` says where). Opening maps the file, sums up every byte, looks
//! through every index once, and copies next to nothing; several processes that
//! open it share its memory. What a network can make again by
//! itself, such as the tree that finds the nearest street, is not kept.
//!
//! A file is never changed. Saving over it puts another file under its name, so
//! whoever has the former open keeps it, and whoever is interrupted leaves it.

mod error;
mod format;
mod reader;
mod writer;

pub use error::SavedError;
