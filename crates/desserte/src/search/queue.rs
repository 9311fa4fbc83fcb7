//! Which node is next?
//!
//! A ring of buckets, two seconds of travel each. An entry goes to the bucket
//! of its time; the search empties the buckets in turn. Entries of one bucket
//! come in any order, so a node may be expanded again when a shorter way is
//! found within the two seconds: rare, and far cheaper than keeping a heap.
//!
//! The ring is as long as the longest link (or the spread of the sources, if
//! that is longer), so an entry never laps the one being emptied.

use crate::{graph::NodeId, units::Millis};

/// Two to this power milliseconds make a bucket.
///
/// Two seconds: short against most arcs, long enough for a bucket to hold several nodes. Other
/// widths have not been compared in `benches/search.rs`.
const BUCKET_BITS: u32 = 11;

/// An entry of the queue: a node, and the time it had when it was put in.
pub(super) type Entry = (NodeId, Millis);

/// A monotone queue of nodes by time.
#[derive(Debug)]
pub(super) struct BucketQueue {
    /// A power of two of them.
    buckets: Vec<Vec<Entry>>,
    /// Number of the bucket being emptied, counted from time zero.
    current: u32,
    len: usize,
}

impl BucketQueue {
    pub(super) const fn new() -> Self {
        Self { buckets: Vec::new(), current: 0, len: 0 }
    }

    /// Makes room for entries up to `span` ahead of the earliest, which is at `start`.
    pub(super) fn open(&mut self, start: Millis, span: Millis) {
        let needed = ((span.0 >> BUCKET_BITS) as usize + 2).next_power_of_two();
        if self.buckets.len() < needed {
            self.buckets.resize_with(needed, Vec::new);
        }
        self.clear();
        self.current = start.0 >> BUCKET_BITS;
    }

    pub(super) fn push(&mut self, node: NodeId, time: Millis) {
        let slot = self.slot(time.0 >> BUCKET_BITS);
        self.buckets[slot].push((node, time));
        self.len += 1;
    }

    /// Swaps the entries of the current bucket into `batch`, which must be empty.
    ///
    /// False when the bucket has none left; then [`BucketQueue::advance`].
    pub(super) fn take_batch(&mut self, batch: &mut Vec<Entry>) -> bool {
        let slot = self.slot(self.current);
        std::mem::swap(&mut self.buckets[slot], batch);
        self.len -= batch.len();
        !batch.is_empty()
    }

    /// Goes on to the next bucket with entries, and says where it begins.
    pub(super) fn advance(&mut self) -> Option<Millis> {
        if self.len == 0 {
            return None;
        }
        loop {
            self.current += 1;
            if !self.buckets[self.slot(self.current)].is_empty() {
                return Some(Millis(self.current << BUCKET_BITS));
            }
        }
    }

    /// Forgets what a search that stopped early has left.
    pub(super) fn clear(&mut self) {
        if self.len > 0 {
            self.buckets.iter_mut().for_each(Vec::clear);
            self.len = 0;
        }
    }

    fn slot(&self, bucket: u32) -> usize {
        bucket as usize & (self.buckets.len() - 1)
    }
}
