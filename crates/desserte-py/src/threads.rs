//! On which threads does the engine work?
//!
//! On those that rayon starts once a process. A fork copies the process without
//! its threads: what the child hands to them is never done. So a process that
//! was forked from one whose threads had been started begins others, as many,
//! for each call. They are not kept, since two calls that share threads while
//! one of them holds a lock could wait for each other.
//!
//! A fork while another thread is in the engine stays out of reach, here as
//! anywhere: what that thread has locked is locked in the child for ever.

use std::{process, sync::OnceLock};

use pyo3::prelude::*;
use rayon::ThreadPoolBuilder;

use crate::errors::{DesserteError, Raised};

/// The process whose threads rayon has started, or is about to start.
static STARTED_IN: OnceLock<u32> = OnceLock::new();

/// Does `work` on threads that this process has; `RAYON_NUM_THREADS` says how many.
pub(crate) fn on_threads<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Raised> {
    if *STARTED_IN.get_or_init(process::id) == process::id() {
        return Ok(work());
    }
    let threads = ThreadPoolBuilder::new().build().map_err(|error| {
        Raised(DesserteError::new_err(format!("this process can start no threads: {error}")))
    })?;
    Ok(threads.install(work))
}

/// Does `work` on threads of this process while the interpreter is released.
pub(crate) fn released<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Raised> {
    py.detach(|| on_threads(work))
}
