//! How are sixteen searches made at the price of two?
//!
//! Sixteen sources are searched side by side: wherever a search keeps one time
//! for a node, this keeps sixteen, next to each other, and a link is followed
//! for all of them by the same few instructions. The loops are plain; they are
//! compiled twice, and the wider registers are used where the machine has them.

#![allow(unsafe_code, reason = "a function compiled for wider registers is called where they are")]
#![allow(clippy::inline_always, reason = "what is not inlined is not compiled for those registers")]

use crate::{graph::Adjacency, units::Millis};

/// How many searches go side by side.
pub(super) const LANES: usize = 16;

/// A time of each search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [u32; LANES]);

impl Lanes {
    pub(super) const UNREACHED: Self = Self([Millis::INFINITY.0; LANES]);

    /// Takes what another node offers over a link, where that is less.
    #[inline(always)]
    pub(super) fn improve(&mut self, from: &Self, time: Millis) {
        for (known, from) in self.0.iter_mut().zip(&from.0) {
            // No wrap: both are below half of what the integer holds.
            *known = (*known).min(from + time.0);
        }
    }
}

/// Hands the times of some nodes on along their links, one after the other.
pub(super) fn climb(order: &[u32], arcs: &Adjacency, times: &mut [Lanes]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has just said that it has these registers.
        return unsafe { climb_avx2(order, arcs, times) };
    }
    climb_plain(order, arcs, times);
}

/// Brings down to each node of a part, first to last, what those before it offer.
///
/// Where `begun` gives times for a node, it begins with them.
pub(super) fn sweep<'a>(
    (first, links): (&[u32], &[(u32, Millis)]),
    begun: impl Fn(usize) -> Option<&'a Lanes>,
    times: &mut Vec<Lanes>,
) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has just said that it has these registers.
        return unsafe { sweep_avx2((first, links), begun, times) };
    }
    sweep_plain((first, links), begun, times);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn climb_avx2(order: &[u32], arcs: &Adjacency, times: &mut [Lanes]) {
    climb_plain(order, arcs, times);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sweep_avx2<'a>(
    part: (&[u32], &[(u32, Millis)]),
    begun: impl Fn(usize) -> Option<&'a Lanes>,
    times: &mut Vec<Lanes>,
) {
    sweep_plain(part, begun, times);
}

#[inline(always)]
fn climb_plain(order: &[u32], arcs: &Adjacency, times: &mut [Lanes]) {
    for &position in order {
        let own = times[position as usize];
        for link in arcs.links(crate::graph::NodeId(position)) {
            times[link.node.index()].improve(&own, link.time);
        }
    }
}

#[inline(always)]
fn sweep_plain<'a>(
    (first, links): (&[u32], &[(u32, Millis)]),
    begun: impl Fn(usize) -> Option<&'a Lanes>,
    times: &mut Vec<Lanes>,
) {
    times.clear();
    for (node, ends) in first.windows(2).enumerate() {
        let mut own = begun(node).copied().unwrap_or(Lanes::UNREACHED);
        for &(from, time) in &links[ends[0] as usize..ends[1] as usize] {
            own.improve(&times[from as usize], time);
        }
        times.push(own);
    }
}
