//! What does the junction at the end of a street cost, and why?
//!
//! A delay is a constant of a street and the direction it is used in: it is paid
//! on arriving at its far end. A sign or a light on the map says so; where there
//! is none, entering a roundabout and entering or crossing a road of higher rank
//! cost something too. At most one cause counts at one end.
//!
//! A stop or give-way sign often stands a few metres before its junction, and a
//! crossing of two wide roads bears a light at each of its corners. So a street
//! shorter than thirty metres that begins where others were already made to wait
//! ends without another wait. Lights that stand before their junction on several
//! of its arms are the lights of one junction, too: one without a direction
//! speaks to those for whom the junction comes next. A give-way sign at a roundabout, or
//! as near before it, is that of the roundabout, whose entry costs the same with and
//! without it. The passage through a gate costs nothing more than
//! coming to it did.
//!
//! Nobody waits at the end of a crossing: what it takes to get aboard and ashore is
//! in the wait before it (`ferry.rs`).

use std::collections::HashMap;

use crate::{
    osm::{NodeIndex, OsmExtract},
    profile::{DelayCause, NodeDelay, Profile},
    units::Metres,
};

use super::{
    assemble::Assembly,
    street::{Direction, JunctionId, StreetUse},
};

/// How far a wait reaches: the signs and lights of one junction are counted once.
const ONE_JUNCTION: Metres = Metres(30.0);

/// No more nodes on the way than this are passed in looking for a junction.
const MOST_NODES: usize = 8;

/// The nodes of an extract that cost something.
pub(super) type NodeDelays = HashMap<NodeIndex, NodeDelay>;

pub(super) fn of_nodes(extract: &OsmExtract, profile: &Profile) -> NodeDelays {
    if !profile.settings().delays {
        return NodeDelays::new();
    }
    let tagged = extract.tagged_nodes.iter();
    let delay = |&(node, tags)| Some((node, profile.node_delay(extract.tags.get(tags))?));
    tagged.filter_map(delay).collect()
}

/// The cause of a delay at the end of each street, by use.
pub(super) fn causes(assembly: &Assembly, nodes: &NodeDelays) -> Vec<[Option<DelayCause>; 2]> {
    let streets = &assembly.streets;
    let mut judge = Judge { assembly, nodes, arms: Arms::of(assembly) };
    judge.count_lit_streets();
    judge.count_waits();
    let both = Direction::BOTH;
    streets.ids().map(|street| both.map(|way| judge.cause(StreetUse::new(street, way)))).collect()
}

/// What meets at each junction.
#[derive(Clone, Copy, Debug, Default)]
struct Arm {
    count: u32,
    highest_rank: u8,
    has_roundabout: bool,
    /// How many of the streets that lead here its sign speaks to.
    waits: u32,
    /// How many of the streets that leave have lights within reach of the junction.
    lit_streets: u32,
    /// The two streets of a junction that has no more: a node on the way.
    passing: [Option<StreetUse>; 2],
}

struct Arms(Vec<Arm>);

impl Arms {
    fn of(assembly: &Assembly) -> Self {
        let streets = &assembly.streets;
        let mut arms = vec![Arm::default(); assembly.junctions.nodes.len()];
        for street in streets.ids() {
            for exit in Direction::BOTH.map(|direction| StreetUse::new(street, direction)) {
                let (_, way) = streets.way_at_head(exit.reversed());
                let arm = &mut arms[streets.tail(exit).index()];
                if let Some(place) = arm.passing.get_mut(arm.count as usize) {
                    *place = Some(exit);
                }
                arm.count += 1;
                arm.highest_rank = arm.highest_rank.max(way.usage.rank);
                arm.has_roundabout |= way.usage.is_roundabout;
            }
        }
        Self(arms)
    }

    fn at(&self, junction: JunctionId) -> &Arm {
        &self.0[junction.index()]
    }
}

/// A junction near lights on one of its arms, and whether there are others between.
struct Near {
    junction: JunctionId,
    passes_lights: bool,
}

struct Judge<'a> {
    assembly: &'a Assembly,
    nodes: &'a NodeDelays,
    arms: Arms,
}

impl Judge<'_> {
    fn count_lit_streets(&mut self) {
        let streets = &self.assembly.streets;
        for exit in streets.ids().flat_map(|id| Direction::BOTH.map(|way| StreetUse::new(id, way)))
        {
            let tail = streets.tail(exit);
            let is_lit = self.arms.at(tail).count == 2 && self.has_lights(tail);
            let near = is_lit.then(|| self.near(exit)).flatten();
            if let Some(Near { junction, passes_lights: false }) = near {
                self.arms.0[junction.index()].lit_streets += 1;
            }
        }
    }

    fn count_waits(&mut self) {
        for usage in self.assembly.streets.uses() {
            let head = self.assembly.streets.head(usage);
            if self.delay_at(head).is_some_and(|delay| self.binds(delay, usage)) {
                self.arms.0[head.index()].waits += 1;
            }
        }
    }

    fn cause(&self, usage: StreetUse) -> Option<DelayCause> {
        let streets = &self.assembly.streets;
        streets.access(usage)?;
        if self.is_gate(usage) || streets.is_ferry(usage.street()) {
            return None;
        }
        let head = self.arms.at(streets.head(usage));
        let (_, way) = streets.way_at_head(usage);
        let cause = match self.delay_at(streets.head(usage)) {
            Some(delay) if self.binds(delay, usage) => Some(delay.cause),
            // A light on the junction rules it, also for those it does not speak of.
            Some(delay) if delay.cause == DelayCause::Signals => None,
            _ if head.has_roundabout && !way.usage.is_roundabout => {
                Some(DelayCause::RoundaboutEntry)
            }
            _ if head.count > 2 && way.usage.rank < head.highest_rank => {
                Some(DelayCause::MinorToMajor)
            }
            _ => None,
        };
        cause.filter(|&cause| !(is_right_of_way(cause) && self.has_waited(usage)))
    }

    fn delay_at(&self, junction: JunctionId) -> Option<NodeDelay> {
        self.nodes.get(&self.assembly.junctions.nodes[junction.index()]).copied()
    }

    /// Whether the delay of a node concerns those who arrive by a street.
    fn binds(&self, delay: NodeDelay, usage: StreetUse) -> bool {
        let streets = &self.assembly.streets;
        if streets.is_ferry(usage.street()) {
            return false;
        }
        let (along_the_way, way) = streets.way_at_head(usage);
        let is_meant = match along_the_way {
            Direction::Forward => delay.forward,
            Direction::Backward => delay.backward,
        };
        let head = self.arms.at(streets.head(usage));
        let onward = match head.passing {
            [Some(one), Some(other)] if head.count == 2 => {
                Some(if one == usage.reversed() { other } else { one })
            }
            _ => None,
        };
        if delay.cause == DelayCause::GiveWay && self.enters_a_ring(usage, onward) {
            return false;
        }
        if delay.is_directed {
            return is_meant;
        }
        match (delay.cause, onward) {
            // On the way to a junction, a sign speaks to those for whom the junction comes next.
            (DelayCause::Stop | DelayCause::GiveWay, Some(onward)) => {
                streets.length(onward.street()).0 < streets.length(usage.street()).0
            }
            // On the junction itself, to those who come by the lesser road.
            (DelayCause::Stop | DelayCause::GiveWay, None) => way.usage.rank < head.highest_rank,
            (DelayCause::Signals, Some(onward)) => {
                self.leads_to_lights(onward) || !self.leads_to_lights(usage.reversed())
            }
            _ => is_meant,
        }
    }

    /// Whether a give-way sign at the end of a street is that of a roundabout, whose entry counts
    /// whether or not the map has its sign.
    fn enters_a_ring(&self, usage: StreetUse, onward: Option<StreetUse>) -> bool {
        let (_, way) = self.assembly.streets.way_at_head(usage);
        let junction = match onward {
            None => Some(self.assembly.streets.head(usage)),
            Some(onward) => self.near(onward).map(|near| near.junction),
        };
        !way.usage.is_roundabout
            && junction.is_some_and(|junction| self.arms.at(junction).has_roundabout)
    }

    /// Whether a street that leaves lights leads to their junction, which has others on another arm.
    fn leads_to_lights(&self, exit: StreetUse) -> bool {
        self.near(exit).is_some_and(|near| self.arms.at(near.junction).lit_streets > 1)
    }

    /// The junction that a street leads to within the reach of a wait, past nodes on the way.
    fn near(&self, mut exit: StreetUse) -> Option<Near> {
        let streets = &self.assembly.streets;
        let (mut metres, mut passes_lights) = (0.0, false);
        for _ in 0..MOST_NODES {
            metres += streets.length(exit.street()).0;
            let junction = streets.head(exit);
            let arm = self.arms.at(junction);
            if metres >= ONE_JUNCTION.0 || self.is_gate(exit) {
                return None;
            }
            if arm.count > 2 {
                return Some(Near { junction, passes_lights });
            }
            let [Some(one), Some(other)] = arm.passing else { return None };
            exit = if one == exit.reversed() { other } else { one };
            passes_lights |= self.has_lights(junction);
        }
        None
    }

    fn has_lights(&self, junction: JunctionId) -> bool {
        self.delay_at(junction).is_some_and(|delay| delay.cause == DelayCause::Signals)
    }

    /// Whether a short street begins where others had to wait for the same junction.
    fn has_waited(&self, usage: StreetUse) -> bool {
        let streets = &self.assembly.streets;
        let tail = streets.tail(usage);
        let Some(delay) = self.delay_at(tail) else { return false };
        let arm = self.arms.at(tail);
        let settles =
            delay.cause == DelayCause::Signals || is_right_of_way(delay.cause) && arm.count == 2;
        let back = usage.reversed();
        let is_own = streets.access(back).is_some() && self.binds(delay, back);
        streets.length(usage.street()).0 < ONE_JUNCTION.0
            && settles
            && arm.waits > u32::from(is_own)
    }

    /// Whether a street is the passage between two sides of a gate: two junctions, one place.
    fn is_gate(&self, usage: StreetUse) -> bool {
        let streets = &self.assembly.streets;
        let points = streets.points(usage.street());
        streets.tail(usage) != streets.head(usage) && points.len() == 2 && points[0] == points[1]
    }
}

/// Whether a cause is about who goes first at a junction.
const fn is_right_of_way(cause: DelayCause) -> bool {
    matches!(
        cause,
        DelayCause::Signals
            | DelayCause::Stop
            | DelayCause::GiveWay
            | DelayCause::RoundaboutEntry
            | DelayCause::MiniRoundabout
            | DelayCause::MinorToMajor
    )
}
