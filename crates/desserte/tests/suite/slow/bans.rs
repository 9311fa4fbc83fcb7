//! Which turns are forbidden, in terms of segments?
//!
//! A restriction is a list of segments, the last one of `from` and all of the
//! via ways, driven one after the other, and what may not or must follow. A trip
//! carries every such list that it has begun, with how much of it was driven.

use std::collections::BTreeSet;

use desserte::osm::{NodeIndex, OsmWayId, TurnRestriction, Via};
use desserte::profile::{Profile, TurnRule};

use super::{SlowMap, Use};

/// After these segments, in this order, one exit is forbidden or the only one.
pub(super) struct Ban {
    path: Vec<Use>,
    rule: TurnRule,
    exit: Use,
}

/// The bans a trip is in the middle of, ascending, each with how much of its path was driven.
pub(super) type Begun = Vec<(usize, usize)>;

impl SlowMap<'_> {
    pub(super) fn resolve_turns(&mut self, profile: &Profile) {
        for restriction in &self.extract.restrictions {
            let rule = profile.turn_rule(self.extract.tags.get(restriction.tags));
            let Some(rule) = rule.filter(|_| profile.turns_bind()) else {
                self.restrictions.not_binding += 1;
                continue;
            };
            let bans = self.bans_of(restriction, rule);
            let is_over_ways = restriction.via.iter().any(|via| matches!(via, Via::Way(_)));
            self.restrictions.applied += u64::from(!bans.is_empty());
            self.restrictions.unmatched += u64::from(bans.is_empty());
            self.restrictions.via_way += u64::from(!bans.is_empty() && is_over_ways);
            self.bans.extend(bans);
        }
        for (ban, Ban { path, .. }) in self.bans.iter().enumerate() {
            self.begins.entry(path[0]).or_default().push(ban);
        }
    }

    /// What a restriction bans, if just one way of driving its vias fits.
    fn bans_of(&self, restriction: &TurnRestriction, rule: TurnRule) -> Vec<Ban> {
        let routes = match restriction.via[..] {
            [Via::Node(id)] => self
                .extract
                .node_index(id)
                .map(|node| (node, Vec::new(), node))
                .into_iter()
                .collect(),
            _ => self.routes_over(&restriction.via),
        };
        let mut fitting = routes.iter().map(|route| self.matched(restriction, route, rule));
        let found: Vec<Ban> = fitting.by_ref().find(|bans| !bans.is_empty()).unwrap_or_default();
        if fitting.any(|bans| !bans.is_empty()) { Vec::new() } else { found }
    }

    /// Every way to drive some via ways in turn, each from end to end: first node, segments, last node.
    fn routes_over(&self, vias: &[Via]) -> Vec<(NodeIndex, Vec<Use>, NodeIndex)> {
        let mut routes: Option<Vec<(NodeIndex, Vec<Use>, NodeIndex)>> = None;
        for via in vias {
            let Via::Way(way) = via else { return Vec::new() };
            let both = self.end_to_end(*way);
            routes = Some(match routes {
                None => both,
                Some(routes) => {
                    let pairs = routes.iter().flat_map(|a| both.iter().map(move |b| (a, b)));
                    let joined = pairs.filter(|(a, b)| a.2 == b.0);
                    joined.map(|(a, b)| (a.0, [&a.1[..], &b.1].concat(), b.2)).collect()
                }
            });
        }
        routes.unwrap_or_default()
    }

    /// A way driven in each direction it may be, if it is whole and never meets itself or a barrier.
    fn end_to_end(&self, way: OsmWayId) -> Vec<(NodeIndex, Vec<Use>, NodeIndex)> {
        let Some(index) = self.extract.way_index(way) else { return Vec::new() };
        let nodes = self.extract.nodes_of(&self.extract.ways[index]);
        let distinct: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
        let is_barrier = |node: &NodeIndex| *node == NodeIndex::MISSING || self.is_barrier(*node);
        if distinct.len() < nodes.len() || nodes.len() < 2 || nodes.iter().any(is_barrier) {
            return Vec::new();
        }
        let [first, last] = [nodes[0], nodes[nodes.len() - 1]];
        let ranks: Vec<usize> =
            (0..self.segments.len()).filter(|&rank| self.segments[rank].way == way).collect();
        let along: Vec<Use> = ranks.iter().map(|rank| 2 * rank).collect();
        let against: Vec<Use> = ranks.iter().rev().map(|rank| 2 * rank + 1).collect();
        let mut both = vec![(first, along, last), (last, against, first)];
        both.retain(|(_, uses, _)| {
            !uses.is_empty() && uses.iter().all(|&usage| self.access(usage).is_some())
        });
        both
    }

    /// The turns a restriction speaks of: each member must be one usable arm where the vias end.
    fn matched(
        &self,
        restriction: &TurnRestriction,
        (first, uses, last): &(NodeIndex, Vec<Use>, NodeIndex),
        rule: TurnRule,
    ) -> Vec<Ban> {
        // At a barrier every street ends on its own: there is no turn to speak of.
        if self.is_barrier(*first) || self.is_barrier(*last) {
            return Vec::new();
        }
        let only_one = |node: &NodeIndex, way: OsmWayId, is_usable: &dyn Fn(Use) -> bool| {
            let arms = self.leaving[node.index()].iter().copied();
            let usable: Vec<Use> =
                arms.filter(|&arm| self.segments[arm / 2].way == way && is_usable(arm)).collect();
            if let [arm] = usable[..] { Some(arm) } else { None }
        };
        let entry = |&way| only_one(first, way, &|arm| self.access(arm ^ 1).is_some());
        let exit = |&way| only_one(last, way, &|arm| self.access(arm).is_some());
        let entries: Option<Vec<Use>> = restriction.from.iter().map(entry).collect();
        let exits: Option<Vec<Use>> = restriction.to.iter().map(exit).collect();
        let (Some(entries), Some(exits)) = (entries, exits) else { return Vec::new() };
        let path = |entry: Use| [&[entry ^ 1], &uses[..]].concat();
        let pairs = entries.iter().flat_map(|&entry| exits.iter().map(move |&exit| (entry, exit)));
        pairs.map(|(entry, exit)| Ban { path: path(entry), rule, exit }).collect()
    }

    /// What a trip is in the middle of after one more segment.
    pub(super) fn begun_after(&self, begun: &Begun, usage: Use) -> Begun {
        let further =
            begun.iter().filter(|&&(ban, count)| self.bans[ban].path.get(count) == Some(&usage));
        let fresh = self.begins.get(&usage).into_iter().flatten().map(|&ban| (ban, 1));
        let mut begun: Begun = further.map(|&(ban, count)| (ban, count + 1)).chain(fresh).collect();
        begun.sort_unstable();
        begun
    }

    /// Whether the bans whose whole path was driven let one go on by a segment.
    pub(super) fn is_permitted(&self, begun: &Begun, exit: Use) -> bool {
        let complete = || begun.iter().filter(|&&(ban, count)| self.bans[ban].path.len() == count);
        complete().all(|&(ban, count)| match self.bans[ban].rule {
            TurnRule::No => self.bans[ban].exit != exit,
            // Any exit will do that is the only one after the same path: those are united.
            TurnRule::Only => complete().any(|&(other, other_count)| {
                let Ban { rule, exit: other_exit, .. } = self.bans[other];
                rule == TurnRule::Only && other_count == count && other_exit == exit
            }),
        })
    }
}
