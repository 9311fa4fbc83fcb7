//! How are sixteen searches made at the price of two?
//!
//! Sixteen sources are searched side by side: wherever a search keeps one time
//! for a node, this keeps sixteen, next to each other, and a link is followed
//! for all of them by the same few instructions. The loops are plain; they are
//! compiled twice, and the wider registers are used where the machine has them.
//! One source alone goes through the same loops with one time a node.

#![allow(unsafe_code, reason = "a function compiled for wider registers is called where they are")]
#![allow(clippy::inline_always, reason = "what is not inlined is not compiled for those registers")]

use crate::{graph::Link, units::Millis};

/// How many searches go side by side.
pub(super) const LANES: usize = 16;

/// What is kept for a node: the times of the searches that go side by side.
pub trait Lanes: Copy + Send + Sync {
    /// How many there are.
    const COUNT: usize;
    /// Where no search has come.
    const UNREACHED: Self;

    /// Takes what another node offers over a link, where that is less.
    fn improve(&mut self, from: &Self, time: Millis);

    /// The time of one of them.
    fn time(&self, lane: usize) -> u32;

    /// Takes a time of one of them, where that is less.
    fn improve_one(&mut self, lane: usize, time: Millis);
}

/// A time of each of sixteen searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Sixteen([u32; LANES]);

/// The time of one search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct One([u32; 1]);

impl Lanes for Sixteen {
    const COUNT: usize = LANES;
    const UNREACHED: Self = Self([Millis::INFINITY.0; LANES]);

    #[inline(always)]
    fn improve(&mut self, from: &Self, time: Millis) {
        for (known, from) in self.0.iter_mut().zip(&from.0) {
            // No wrap: both are below half of what the integer holds.
            *known = (*known).min(from + time.0);
        }
    }

    #[inline(always)]
    fn time(&self, lane: usize) -> u32 {
        self.0[lane]
    }

    #[inline(always)]
    fn improve_one(&mut self, lane: usize, time: Millis) {
        self.0[lane] = self.0[lane].min(time.0);
    }
}

impl Lanes for One {
    const COUNT: usize = 1;
    const UNREACHED: Self = Self([Millis::INFINITY.0]);

    #[inline(always)]
    fn improve(&mut self, from: &Self, time: Millis) {
        self.0[0] = self.0[0].min(from.0[0] + time.0);
    }

    #[inline(always)]
    fn time(&self, lane: usize) -> u32 {
        self.0[lane]
    }

    #[inline(always)]
    fn improve_one(&mut self, lane: usize, time: Millis) {
        self.0[lane] = self.0[lane].min(time.0);
    }
}

/// What is done with the times at one place after the other.
///
/// The method is worth `#[inline(always)]`: what is not inlined does not use the wider registers.
pub trait Visit<T> {
    /// Takes the times of the searches that go side by side at a place.
    fn visit(&mut self, place: usize, times: &T);
}

/// Links by node, as a flat list and where each node's begin.
pub(super) type Links<'a> = (&'a [u32], &'a [Link]);

/// Compiles a loop twice, and calls the one that suits the machine.
macro_rules! for_this_machine {
    ($(#[$doc:meta])* fn $name:ident / $wide:ident = $plain:ident($($arg:ident: $type:ty),+)) => {
        $(#[$doc])*
        pub(super) fn $name<T: Lanes>($($arg: $type),+) {
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the machine has just said that it has these registers.
                return unsafe { $wide($($arg),+) };
            }
            $plain($($arg),+);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn $wide<T: Lanes>($($arg: $type),+) {
            $plain($($arg),+);
        }
    };
}

for_this_machine! {
    /// Hands the times of some nodes on along their links, each after all that lead to it.
    fn climb / climb_avx2 = climb_plain(links: Links<'_>, times: &mut [T])
}

for_this_machine! {
    /// Brings down to each node, first to last, what those before it offer.
    ///
    /// `begun` are times that some nodes begin with, by ascending node.
    fn sweep / sweep_avx2 = sweep_plain(links: Links<'_>, begun: &[(u32, T)], times: &mut Vec<T>)
}

for_this_machine! {
    /// For each list of links, the times over the best of them, a search a row.
    fn read / read_avx2 = read_plain(links: Links<'_>, times: &[T], rows: &mut [&mut [Millis]])
}

for_this_machine! {
    /// Shows someone, for each list of links in turn, the times over the best of them.
    fn visit / visit_avx2 = visit_plain(links: Links<'_>, times: &[T], visitor: &mut impl Visit<T>)
}

#[inline(always)]
fn climb_plain<T: Lanes>((first, links): Links<'_>, times: &mut [T]) {
    for (node, ends) in first.windows(2).enumerate() {
        let own = times[node];
        for link in &links[ends[0] as usize..ends[1] as usize] {
            times[link.node.index()].improve(&own, link.time);
        }
    }
}

#[inline(always)]
fn sweep_plain<T: Lanes>((first, links): Links<'_>, begun: &[(u32, T)], times: &mut Vec<T>) {
    // What an earlier sweep has left is written over.
    times.resize(first.len() - 1, T::UNREACHED);
    let mut next = 0;
    for (place, begun) in begun {
        let place = *place as usize;
        bring_down((&first[next..=place], links), next, T::UNREACHED, times);
        bring_down((&first[place..place + 2], links), place, *begun, times);
        next = place + 1;
    }
    bring_down((&first[next..], links), next, T::UNREACHED, times);
}

/// Brings down to some nodes in a row what others offer, or what they begin with where that is less.
#[inline(always)]
fn bring_down<T: Lanes>((first, links): Links<'_>, node: usize, begun: T, times: &mut [T]) {
    for (node, ends) in (node..).zip(first.windows(2)) {
        let mut own = begun;
        for link in &links[ends[0] as usize..ends[1] as usize] {
            own.improve(&times[link.node.index()], link.time);
        }
        times[node] = own;
    }
}

#[inline(always)]
fn visit_plain<T: Lanes>((first, links): Links<'_>, times: &[T], visitor: &mut impl Visit<T>) {
    for (place, ends) in first.windows(2).enumerate() {
        let mut best = T::UNREACHED;
        for link in &links[ends[0] as usize..ends[1] as usize] {
            best.improve(&times[link.node.index()], link.time);
        }
        visitor.visit(place, &best);
    }
}

/// Places whose times are gathered before they are written: as many as fit the nearest memory.
const TILE: usize = 32;

#[inline(always)]
fn read_plain<T: Lanes>((first, links): Links<'_>, times: &[T], rows: &mut [&mut [Millis]]) {
    let mut tile = [T::UNREACHED; TILE];
    let count = first.len() - 1;
    for begin in (0..count).step_by(TILE) {
        let width = TILE.min(count - begin);
        for (best, ends) in tile.iter_mut().zip(first[begin..=begin + width].windows(2)) {
            *best = T::UNREACHED;
            for link in &links[ends[0] as usize..ends[1] as usize] {
                best.improve(&times[link.node.index()], link.time);
            }
        }
        for (lane, row) in rows.iter_mut().enumerate() {
            for (cell, best) in row[begin..begin + width].iter_mut().zip(&tile) {
                *cell = Millis(best.time(lane));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::NodeId;

    const NODES: u32 = 200;

    /// Numbers without end, the same every time.
    fn numbers() -> impl FnMut(u32) -> u32 {
        let mut state = 2026_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32 % below
        }
    }

    /// Up to three links of each node to nodes that `ends` chooses from.
    fn links(
        next: &mut impl FnMut(u32) -> u32,
        ends: fn(u32) -> std::ops::Range<u32>,
    ) -> (Vec<u32>, Vec<Link>) {
        let (mut first, mut links) = (vec![0], Vec::new());
        for node in 0..NODES {
            let ends = ends(node);
            for _ in 0..if ends.is_empty() { 0 } else { next(4) } {
                let node = NodeId(ends.start + next(ends.end - ends.start));
                links.push(Link { node, time: Millis(next(90_000)) });
            }
            first.push(links.len() as u32);
        }
        (first, links)
    }

    /// Times of some lanes of one node, the rest unreached.
    fn begun(next: &mut impl FnMut(u32) -> u32) -> Sixteen {
        Sixteen(std::array::from_fn(|_| if next(3) == 0 { next(90_000) } else { u32::MAX / 2 }))
    }

    #[test]
    fn any_machine_finds_the_times_of_one_with_wide_registers_and_of_each_search_alone() {
        let mut next = numbers();
        let (up, down) =
            (links(&mut next, |node| node + 1..NODES), links(&mut next, |node| 0..node));
        let (up, down) = ((&up.0[..], &up.1[..]), (&down.0[..], &down.1[..]));
        let start: Vec<Sixteen> = (0..NODES).map(|_| begun(&mut next)).collect();
        let some: Vec<_> = (0..NODES).step_by(7).map(|node| (node, begun(&mut next))).collect();

        let (mut here, mut plain) = (start.clone(), start.clone());
        climb(up, &mut here);
        climb_plain(up, &mut plain);
        assert_eq!(here, plain);
        assert_ne!(plain, start);

        // Both write over what an earlier sweep has left.
        sweep(down, &some, &mut here);
        sweep_plain(down, &some, &mut plain);
        assert_eq!(here, plain);

        let mut cells = vec![vec![Millis::ZERO; NODES as usize]; 2 * LANES];
        let mut rows: Vec<&mut [Millis]> = cells.iter_mut().map(Vec::as_mut_slice).collect();
        let (of_here, of_plain) = rows.split_at_mut(LANES);
        read(up, &here, of_here);
        read_plain(up, &plain, of_plain);
        assert_eq!(of_here, of_plain);

        for (lane, of_lane) in cells.iter().take(LANES).enumerate() {
            let one = |times: &Sixteen| One([times.0[lane]]);
            let begun: Vec<_> = some.iter().map(|(node, times)| (*node, one(times))).collect();
            let (mut alone, mut row) = (Vec::new(), vec![Millis::ZERO; NODES as usize]);
            sweep_plain(down, &begun, &mut alone);
            read_plain(up, &alone, &mut [&mut row]);
            assert!(alone.iter().zip(&here).all(|(alone, here)| *alone == one(here)));
            assert_eq!(row, *of_lane);
        }
    }
}
