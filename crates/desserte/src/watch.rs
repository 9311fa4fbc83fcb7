//! How a long call is followed and stopped.
//!
//! A caller hands a [`Watch`] in and reads it from another thread; the work
//! counts on it and asks it, at every step, whether to go on. It holds atomics
//! only, so that a step costs nothing that could be measured.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// What a long call is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Reading map files; counted in bytes.
    Reading,
    /// Making streets and the graph; counted in steps.
    Building,
    /// Making the hierarchy; counted in nodes.
    Preparing,
    /// Searching; counted in origins (or destinations, whichever are fewer).
    Searching,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Reading, Self::Building, Self::Preparing, Self::Searching];

    /// The word a progress bar shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Building => "building",
            Self::Preparing => "preparing",
            Self::Searching => "searching",
        }
    }
}

/// The work was stopped by its caller; nothing of it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Progress of one long call, and the switch that stops it.
#[derive(Debug, Default)]
pub struct Watch {
    phase: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    is_cancelled: AtomicBool,
}

impl Watch {
    /// A watch that nobody looks at.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// The phase, and how much of it is done and to do.
    #[must_use]
    pub fn progress(&self) -> (Phase, u64, u64) {
        let phase = Phase::ALL[usize::from(self.phase.load(Ordering::Relaxed))];
        (phase, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Opens a phase of `total` units.
    pub(crate) fn begin(&self, phase: Phase, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Adds `units` to the phase: there is more to do than could be foreseen.
    pub(crate) fn extend(&self, units: u64) {
        self.total.fetch_add(units, Ordering::Relaxed);
    }

    /// Counts `units` as done, and says whether to go on.
    pub(crate) fn step(&self, units: u64) -> Result<(), Interrupted> {
        self.done.fetch_add(units, Ordering::Relaxed);
        if self.is_cancelled.load(Ordering::Relaxed) { Err(Interrupted) } else { Ok(()) }
    }
}
