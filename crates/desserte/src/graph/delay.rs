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
//! ends without another wait. The passage through a gate costs nothing more than
//! coming to it did.

use std::collections::HashMap;

use crate::{
    osm::{NodeIndex, OsmExtract},
    profile::{DelayCause, NodeDelay, Profile},
    units::Metres,
};

use super::{
    assemble::Assembly,
    street::{Direction, JunctionId, StreetUse, Streets, WayRecord},
};

/// How far a wait reaches: the signs and lights of one junction are counted once.
const ONE_JUNCTION: Metres = Metres(30.0);

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
                let (_, way) = way_at_head(streets, exit.reversed());
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

struct Judge<'a> {
    assembly: &'a Assembly,
    nodes: &'a NodeDelays,
    arms: Arms,
}

impl Judge<'_> {
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
        if self.is_gate(usage) {
            return None;
        }
        let head = self.arms.at(streets.head(usage));
        let (_, way) = way_at_head(streets, usage);
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
        let (along_the_way, way) = way_at_head(streets, usage);
        let is_meant = match along_the_way {
            Direction::Forward => delay.forward,
            Direction::Backward => delay.backward,
        };
        let is_sign = matches!(delay.cause, DelayCause::Stop | DelayCause::GiveWay);
        if delay.is_directed || !is_sign {
            return is_meant;
        }
        let head = self.arms.at(streets.head(usage));
        match head.passing {
            // On the way to a junction, a sign speaks to those for whom the junction comes next.
            [Some(one), Some(other)] if head.count == 2 => {
                let onward = if one == usage.reversed() { other } else { one };
                streets.length(onward.street()).0 < streets.length(usage.street()).0
            }
            // On the junction itself, to those who come by the lesser road.
            _ => way.usage.rank < head.highest_rank,
        }
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

/// The way under the far end of a street, and whether it is used along itself there.
fn way_at_head(streets: &Streets, usage: StreetUse) -> (Direction, &WayRecord) {
    let stretches = streets.stretches(usage.street());
    let stretch = match usage.direction() {
        Direction::Forward => stretches[stretches.len() - 1],
        Direction::Backward => stretches[0],
    };
    let direction =
        if stretch.is_reversed { usage.direction().reversed() } else { usage.direction() };
    (direction, &streets.ways[stretch.way as usize])
}
