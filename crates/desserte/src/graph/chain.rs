//! Which pieces of ways make one street?
//!
//! Pieces are cut at every joint into links. Two links that meet at a bend
//! belong together, so links form chains, and a chain is a street. A ring
//! without a single joint gets one at its first node. A chain takes the
//! direction of its first link, the one of the lowest way.

use crate::osm::NodeIndex;

use super::{joint::Joint, survey::Survey};

/// Part of a piece between two joints or ends, as positions in [`Survey::nodes`], both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) way: u32,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// A link as a chain passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) link: Link,
    /// Whether the chain passes it from its last node to its first.
    pub(super) is_reversed: bool,
}

/// One end of a link: twice its index, plus one for its last node.
pub(super) type LinkEnd = u32;

pub(super) const NO_PARTNER: LinkEnd = u32::MAX;

/// Calls `visit` with the passages of every chain, in a fixed order.
pub(super) fn for_each(survey: &Survey, joints: &[Joint], mut visit: impl FnMut(&[Passage])) {
    let links = cut(survey, joints);
    let partners = pair(survey, joints, &links);
    let mut chain = Vec::new();
    walk(&partners, |entries| {
        chain.clear();
        chain.extend(entries.iter().map(|&entry| Passage {
            link: links[(entry >> 1) as usize],
            is_reversed: entry & 1 == 1,
        }));
        visit(&chain);
    });
}

/// Follows partners from end to end, and calls `visit` with the ends by which
/// each chain enters its links. Every link is in one chain.
pub(super) fn walk(partners: &[LinkEnd], mut visit: impl FnMut(&[LinkEnd])) {
    let mut is_taken = vec![false; partners.len() / 2];
    let mut entries = Vec::new();
    for link in 0..is_taken.len() as u32 {
        if is_taken[link as usize] {
            continue;
        }
        entries.clear();
        let mut entry = first_entry(link, partners);
        loop {
            is_taken[(entry >> 1) as usize] = true;
            entries.push(entry);
            match partners[(entry ^ 1) as usize] {
                NO_PARTNER => break,
                next if is_taken[(next >> 1) as usize] => break,
                next => entry = next,
            }
        }
        visit(&entries);
    }
}

/// Walks back from a link to where its chain is entered: a joint, or the link itself on a ring.
fn first_entry(link: u32, partners: &[LinkEnd]) -> LinkEnd {
    let own_entry = link << 1;
    let mut entry = own_entry;
    loop {
        match partners[entry as usize] {
            NO_PARTNER => return entry,
            exit if exit ^ 1 == own_entry => return own_entry,
            exit => entry = exit ^ 1,
        }
    }
}

/// Cuts every piece at the joints inside it.
fn cut(survey: &Survey, joints: &[Joint]) -> Vec<Link> {
    let mut links = Vec::with_capacity(survey.pieces.len());
    for piece in &survey.pieces {
        let mut first = piece.first;
        for position in piece.first + 1..piece.end {
            let is_last = position == piece.end - 1;
            if is_last || joints[node(survey, position).index()] != Joint::Inside {
                links.push(Link { way: piece.way, first, last: position });
                first = position;
            }
        }
    }
    links
}

/// The end that each end meets at a bend.
fn pair(survey: &Survey, joints: &[Joint], links: &[Link]) -> Vec<LinkEnd> {
    let mut at_bends: Vec<(NodeIndex, LinkEnd)> = links
        .iter()
        .zip(0_u32..)
        .flat_map(|(link, index)| {
            let ends = [(link.first, index << 1), (link.last, index << 1 | 1)];
            ends.map(|(position, end)| (node(survey, position), end))
        })
        .filter(|(node, _)| joints[node.index()] == Joint::Inside)
        .collect();
    at_bends.sort_unstable();
    let mut partners = vec![NO_PARTNER; 2 * links.len()];
    for meeting in at_bends.chunk_by(|a, b| a.0 == b.0) {
        let [(_, a), (_, b)] = meeting else {
            unreachable!("a bend has two segments, so at most two links end there");
        };
        partners[*a as usize] = *b;
        partners[*b as usize] = *a;
    }
    partners
}

fn node(survey: &Survey, position: u32) -> NodeIndex {
    survey.nodes[position as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_without_a_joint_is_entered_at_its_first_link() {
        // Two links that meet at both ends.
        let partners = [3, 2, 1, 0];
        assert_eq!(first_entry(0, &partners), 0);
        assert_eq!(first_entry(1, &partners), 2);
    }
}
