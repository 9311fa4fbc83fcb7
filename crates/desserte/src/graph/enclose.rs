//! Which public streets can only be reached past a private one?
//!
//! Behind a private gate or drive, streets often bear no access tag of their
//! own. To leave them public would cut them off, since nobody passes a
//! restricted street in the middle of a trip. So where restricted streets link
//! several public networks, the longest of them stays public and the others
//! are taken to lie behind the restriction: trips begin and end there, and
//! none passes through. An island or a fragment that nothing links is left as
//! it is.

use petgraph::unionfind::UnionFind;

use crate::profile::Access;

use super::coding::AccessCode;
use super::street::{JunctionId, Streets};

/// Restricts the streets of every public network that hangs on a longer one.
pub(super) fn restrict_enclosed(streets: &mut Streets, junction_count: usize) {
    let mut public = UnionFind::<u32>::new(junction_count);
    let mut all = UnionFind::<u32>::new(junction_count);
    for street in streets.ids() {
        let [tail, head] = streets.ends[street.index()];
        all.union(tail.0, head.0);
        if streets.is_public(street) {
            public.union(tail.0, head.0);
        }
    }
    let (public, all) = (public.into_labeling(), all.into_labeling());
    let longest = longest_networks(streets, &public, &all);
    let mut access = streets.access.to_vec();
    for street in streets.ids().filter(|&street| streets.is_public(street)) {
        let JunctionId(junction) = streets.ends[street.index()][0];
        let (network, whole) = (public[junction as usize], all[junction as usize]);
        if longest[whole as usize].is_some_and(|(_, longest)| longest != network) {
            for code in &mut access[street.index()] {
                *code = AccessCode::of(code.get().map(|_| Access::Restricted));
            }
        }
    }
    streets.access = access.into();
}

/// For each connected whole, the length and the label of its longest public network.
fn longest_networks(streets: &Streets, public: &[u32], all: &[u32]) -> Vec<Option<(u64, u32)>> {
    let mut lengths = vec![0_u64; public.len()];
    for street in streets.ids().filter(|&street| streets.is_public(street)) {
        let junction = streets.ends[street.index()][0].index();
        lengths[public[junction] as usize] += 1 + u64::from(streets.length_mm[street.index()]);
    }
    let mut longest: Vec<Option<(u64, u32)>> = vec![None; public.len()];
    for (junction, &network) in public.iter().enumerate() {
        let length = lengths[network as usize];
        let best = &mut longest[all[junction] as usize];
        // Strictly longer: of equals, the one met first stays public.
        if length > best.map_or(0, |(length, _)| length) {
            *best = Some((length, network));
        }
    }
    longest
}
