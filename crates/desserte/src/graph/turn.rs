//! Which turns are forbidden, in terms of streets?
//!
//! A restriction names ways; here its members become streets, driven one way.
//!
//! - A **via node** is a junction. `from` and `to` must each be one arm there: a
//!   way that passes straight through names two, and which is meant cannot be
//!   known.
//! - **Via ways** are a chain. Each is driven from one of its ends to the other,
//!   all its streets where side streets cut it, and the next begins where it
//!   ends. `from` is an arm where the chain begins and `to` one where it ends. A
//!   way that comes back to one of its own nodes, lacks one or may not be driven
//!   that way is no part of a chain, and a restriction that fits in both
//!   directions is not understood.
//! - At a barrier every street ends on its own, so there is no turn to speak of.
//!
//! What does not fit is dropped and counted, as is what names a way that this
//! traveller does not use. Of several `from` and `to` members every pair is
//! meant; that is `no_entry` and `no_exit`.
//!
//! # What a restriction over via ways binds
//!
//! `no_*` forbids `to` to those who came by `from` and then by all of the chain,
//! without a gap; to nobody else. `only_*` obliges the same ones to leave the
//! chain's end by `to`. It does not oblige those who come by `from` to enter the
//! chain, nor those on it to stay: whoever turns off at a side street, or before
//! the chain, makes another manoeuvre, which a restriction of its own would
//! forbid.
//!
//! SOURCE: the `OpenStreetMap` wiki, *Relation:restriction*, says that `no_*`
//! forbids routing from `from` over `via` to `to`, and that from `from` over
//! `via` an `only_*` lets one go to `to` and nowhere else; it does not say what
//! becomes of those who leave the via early. The choice is in decision 0004.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    osm::{NodeIndex, OsmExtract, OsmWayId, TurnRestriction, Via},
    profile::Profile,
};

use super::{
    assemble::Assembly,
    manoeuvre::{Manoeuvres, RestrictedTurn},
    street::{Direction, StreetUse},
};

/// What became of the turn restrictions of an extract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionCounts {
    /// In force.
    pub applied: u64,
    /// Not for this traveller: another vehicle, or an exception.
    pub not_binding: u64,
    /// How many of those in force run over one via way or several.
    pub via_way: u64,
    /// A member is missing, not used by this traveller, or does not join the next; or a
    /// barrier stands there.
    pub unmatched: u64,
}

/// The manoeuvres that bind this traveller.
pub(super) fn resolve(
    extract: &OsmExtract,
    profile: &Profile,
    assembly: &Assembly,
) -> (Manoeuvres, RestrictionCounts) {
    let mut counts = RestrictionCounts::default();
    let mut turns: Vec<RestrictedTurn> = Vec::new();
    let matcher = Matcher { extract, assembly, arms: arms(extract, assembly) };
    for restriction in &extract.restrictions {
        let rule = profile.turn_rule(extract.tags.get(restriction.tags));
        let Some(rule) = rule.filter(|_| profile.turns_bind()) else {
            counts.not_binding += 1;
            continue;
        };
        let Some(pairs) = matcher.matched(restriction) else {
            counts.unmatched += 1;
            continue;
        };
        counts.applied += 1;
        counts.via_way += u64::from(matches!(restriction.via[..], [Via::Way(_), ..]));
        let turn = |(manoeuvre, exit)| RestrictedTurn { manoeuvre, exit, rule };
        turns.extend(pairs.into_iter().map(turn));
    }
    (Manoeuvres::of(&turns), counts)
}

/// The ends of streets at each node of the map that a restriction names or passes.
type Arms = BTreeMap<NodeIndex, Vec<StreetUse>>;

/// Every street use that leaves such a node, whether or not it is permitted.
fn arms(extract: &OsmExtract, assembly: &Assembly) -> Arms {
    let vias = extract.restrictions.iter().flat_map(|restriction| &restriction.via);
    let nodes = vias.flat_map(|via| match via {
        Via::Node(id) => extract.node_index(*id).into_iter().collect(),
        Via::Way(id) => nodes_of(extract, *id).to_vec(),
    });
    let mut arms: Arms = nodes.map(|node| (node, Vec::new())).collect();
    let streets = &assembly.streets;
    for street in streets.ids() {
        for exit in Direction::BOTH.map(|direction| StreetUse::new(street, direction)) {
            let node = assembly.junctions.nodes[streets.tail(exit).index()];
            if let Some(arms) = arms.get_mut(&node) {
                arms.push(exit);
            }
        }
    }
    arms
}

/// The nodes of a way; none where the extract lacks it.
fn nodes_of(extract: &OsmExtract, way: OsmWayId) -> &[NodeIndex] {
    extract.way_index(way).map_or(&[], |index| extract.nodes_of(&extract.ways[index]))
}

/// The streets between the two turns of a restriction: none at a via node.
struct Chain {
    first: NodeIndex,
    uses: Vec<StreetUse>,
    last: NodeIndex,
}

impl Chain {
    const fn at(node: NodeIndex) -> Self {
        Self { first: node, uses: Vec::new(), last: node }
    }
}

struct Matcher<'a> {
    extract: &'a OsmExtract,
    assembly: &'a Assembly,
    arms: Arms,
}

impl Matcher<'_> {
    /// The manoeuvres and exits that a restriction speaks of; `None` where a member does not fit.
    fn matched(&self, restriction: &TurnRestriction) -> Option<Vec<(Vec<StreetUse>, StreetUse)>> {
        let chains = self.chains(&restriction.via);
        the_only(chains.iter().filter_map(|chain| self.pairs(chain, restriction)))
    }

    /// The chains that a list of vias can mean: two where it may be driven both ways.
    fn chains(&self, via: &[Via]) -> Vec<Chain> {
        if let [Via::Node(id)] = via {
            return self.extract.node_index(*id).map(Chain::at).into_iter().collect();
        }
        let way = |via: &Via| match via {
            Via::Way(id) => Some(*id),
            Via::Node(_) => None,
        };
        let ways: Option<Vec<OsmWayId>> = via.iter().map(way).collect();
        let ways = ways.unwrap_or_default();
        let starts = ways.first().and_then(|&way| self.ends(way)).into_iter().flatten();
        starts.filter_map(|start| self.chain(start, &ways)).collect()
    }

    fn chain(&self, start: NodeIndex, ways: &[OsmWayId]) -> Option<Chain> {
        let mut chain = Chain::at(start);
        for &way in ways {
            let [one, other] = self.ends(way)?;
            let end = if chain.last == one { other } else { one };
            self.follow(way, end, &mut chain)?;
        }
        Some(chain)
    }

    /// Where a way begins and ends; `None` where it lacks a node or passes one twice.
    fn ends(&self, way: OsmWayId) -> Option<[NodeIndex; 2]> {
        let mut nodes = nodes_of(self.extract, way).to_vec();
        nodes.dedup();
        let mut sorted = nodes.clone();
        sorted.sort_unstable();
        let is_repeated = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        let is_whole = !is_repeated && sorted.last() != Some(&NodeIndex::MISSING);
        match nodes[..] {
            [first, .., last] if is_whole => Some([first, last]),
            _ => None,
        }
    }

    /// Adds the streets of a way to a chain, up to a node; `None` where one cannot drive there.
    fn follow(&self, way: OsmWayId, end: NodeIndex, chain: &mut Chain) -> Option<()> {
        let Assembly { streets, junctions } = self.assembly;
        let mut previous = None;
        // INVARIANT: no node comes twice on this way, so each step leads nearer to one of its ends.
        while chain.last != end {
            let ahead =
                self.arms_of(way, chain.last)?.filter(|arm| Some(arm.reversed()) != previous);
            let usage = the_only(ahead).filter(|&usage| streets.access(usage).is_some())?;
            chain.uses.push(usage);
            chain.last = junctions.nodes[streets.head(usage).index()];
            previous = Some(usage);
        }
        Some(())
    }

    fn pairs(
        &self,
        chain: &Chain,
        restriction: &TurnRestriction,
    ) -> Option<Vec<(Vec<StreetUse>, StreetUse)>> {
        let streets = &self.assembly.streets;
        let entry = |&way| {
            let entries = self.arms_of(way, chain.first)?.map(StreetUse::reversed);
            the_only(entries.filter(|&entry| streets.access(entry).is_some()))
        };
        let exit = |&way| {
            let exits = self.arms_of(way, chain.last)?;
            the_only(exits.filter(|&exit| streets.access(exit).is_some()))
        };
        let entries: Vec<StreetUse> = restriction.from.iter().map(entry).collect::<Option<_>>()?;
        let exits: Vec<StreetUse> = restriction.to.iter().map(exit).collect::<Option<_>>()?;
        let manoeuvre = |&entry| [&[entry], &chain.uses[..]].concat();
        let pairs = entries
            .iter()
            .flat_map(|entry| exits.iter().map(move |&exit| (manoeuvre(entry), exit)));
        Some(pairs.collect()).filter(|pairs: &Vec<_>| !pairs.is_empty())
    }

    /// The arms of a way at a node; `None` at a barrier.
    fn arms_of(
        &self,
        way: OsmWayId,
        node: NodeIndex,
    ) -> Option<impl Iterator<Item = StreetUse> + '_> {
        let streets = &self.assembly.streets;
        let arms = self.arms.get(&node)?;
        let is_barrier = arms.windows(2).any(|pair| streets.tail(pair[0]) != streets.tail(pair[1]));
        let of_way = move |arm: &StreetUse| way_at_tail(self.assembly, *arm) == way;
        (!is_barrier).then(|| arms.iter().copied().filter(of_way))
    }
}

/// The way under the end of a street where this use begins.
fn way_at_tail(assembly: &Assembly, usage: StreetUse) -> OsmWayId {
    let stretches = assembly.streets.stretches(usage.street());
    let stretch = match usage.direction() {
        Direction::Forward => stretches[0],
        Direction::Backward => stretches[stretches.len() - 1],
    };
    assembly.streets.ways()[stretch.way as usize].id
}

fn the_only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}
