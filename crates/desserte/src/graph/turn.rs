//! Which turns are forbidden, in terms of streets?
//!
//! A restriction names ways; here its members become the arms of one junction.
//! A member must be one arm there: a way that passes straight through the
//! junction names two, and which of them is meant cannot be known. Such a
//! restriction is dropped and counted, as is one whose members this traveller
//! does not use. At a barrier every street ends on its own, so there is no turn
//! to speak of, and such a restriction is dropped too.
//!
//! Restrictions that run over a via way are counted and left to a later stage
//! of the project.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    osm::{NodeIndex, OsmExtract, OsmWayId, TurnRestriction, Via},
    profile::{Profile, TurnRule},
};

use super::{
    assemble::Assembly,
    street::{Direction, StreetUse},
};

/// What became of the turn restrictions of an extract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionCounts {
    /// In force.
    pub applied: u64,
    /// Not for this traveller: another vehicle, or an exception.
    pub not_binding: u64,
    /// Over a via way, which this version does not follow.
    pub via_way: u64,
    /// A member is missing, not used by this traveller, or does not end at the junction; or a
    /// barrier stands there.
    pub unmatched: u64,
}

/// What one may do after entering a junction by one arm.
#[derive(Clone, Debug, Default)]
pub(super) struct TurnsFrom {
    forbidden: BTreeSet<StreetUse>,
    /// Where there is one, all others are forbidden.
    mandatory: BTreeSet<StreetUse>,
}

impl TurnsFrom {
    /// Whether the restrictions themselves permit to leave by this arm.
    pub(super) fn permit(&self, exit: StreetUse) -> bool {
        !self.forbidden.contains(&exit)
            && (self.mandatory.is_empty() || self.mandatory.contains(&exit))
    }
}

/// The restricted entries of all junctions.
pub(super) type Turns = BTreeMap<StreetUse, TurnsFrom>;

/// The ends of streets at each node of the map that a restriction turns at.
type Arms = BTreeMap<NodeIndex, Vec<StreetUse>>;

pub(super) fn resolve(
    extract: &OsmExtract,
    profile: &Profile,
    assembly: &Assembly,
) -> (Turns, RestrictionCounts) {
    let (mut turns, mut counts) = (Turns::new(), RestrictionCounts::default());
    let arms = arms(extract, assembly);
    for restriction in &extract.restrictions {
        let rule = profile.turn_rule(extract.tags.get(restriction.tags));
        let Some(rule) = rule.filter(|_| profile.turns_bind()) else {
            counts.not_binding += 1;
            continue;
        };
        let [Via::Node(via)] = restriction.via[..] else {
            counts.via_way += 1;
            continue;
        };
        let exits = extract.node_index(via).and_then(|node| arms.get(&node)).map(Vec::as_slice);
        let pairs = matched(assembly, exits.unwrap_or_default(), restriction);
        counts.unmatched += u64::from(pairs.is_empty());
        counts.applied += u64::from(!pairs.is_empty());
        for (entry, exit) in pairs {
            let turns = turns.entry(entry).or_default();
            match rule {
                TurnRule::No => turns.forbidden.insert(exit),
                TurnRule::Only => turns.mandatory.insert(exit),
            };
        }
    }
    (turns, counts)
}

/// Every street use that leaves a via node, whether or not it is permitted.
fn arms(extract: &OsmExtract, assembly: &Assembly) -> Arms {
    let mut arms: Arms = extract
        .restrictions
        .iter()
        .flat_map(|restriction| &restriction.via)
        .filter_map(|via| match via {
            Via::Node(id) => extract.node_index(*id).map(|node| (node, Vec::new())),
            Via::Way(_) => None,
        })
        .collect();
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

/// The entry-exit pairs that a restriction speaks of; none where a member does not fit.
fn matched(
    assembly: &Assembly,
    exits: &[StreetUse],
    restriction: &TurnRestriction,
) -> Vec<(StreetUse, StreetUse)> {
    let streets = &assembly.streets;
    let is_barrier = exits.windows(2).any(|pair| streets.tail(pair[0]) != streets.tail(pair[1]));
    if is_barrier {
        return Vec::new();
    }
    let of_way = |way: OsmWayId| {
        exits.iter().copied().filter(move |&exit| way_at_tail(assembly, exit) == way)
    };
    let entry = |way| {
        let entries = of_way(way).map(StreetUse::reversed);
        the_only(entries.filter(|&entry| streets.access(entry).is_some()))
    };
    let exit = |way| the_only(of_way(way).filter(|&exit| streets.access(exit).is_some()));
    let entries: Option<Vec<_>> = restriction.from.iter().map(|&way| entry(way)).collect();
    let exits: Option<Vec<_>> = restriction.to.iter().map(|&way| exit(way)).collect();
    let (entries, exits) = (entries.unwrap_or_default(), exits.unwrap_or_default());
    entries.iter().flat_map(|&entry| exits.iter().map(move |&exit| (entry, exit))).collect()
}

/// The way under the end of a street where this use begins.
fn way_at_tail(assembly: &Assembly, usage: StreetUse) -> OsmWayId {
    let stretches = assembly.streets.stretches(usage.street());
    let stretch = match usage.direction() {
        Direction::Forward => stretches[0],
        Direction::Backward => stretches[stretches.len() - 1],
    };
    assembly.streets.ways[stretch.way as usize].id
}

fn the_only(mut uses: impl Iterator<Item = StreetUse>) -> Option<StreetUse> {
    uses.next().filter(|_| uses.next().is_none())
}
