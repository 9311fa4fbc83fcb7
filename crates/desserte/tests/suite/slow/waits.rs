//! Where does a trip wait, and how long?
//!
//! The words, in terms of segments. A wait is a constant of the segment by which
//! one comes to a junction, and is paid on going on from there, whichever way:
//!
//! - a sign or a light on the junction, if it speaks to those who come that way;
//! - else, where no light rules the junction, entering a roundabout;
//! - else, where three segments or more meet, a road of higher rank.
//!
//! A sign or a light with a direction speaks to those who drive that way along
//! the way of the segment. A stop or give-way sign without one speaks, on a
//! junction, to those who come by less than the highest road there; on the way,
//! to those who have come further along their street than they have yet to go to
//! the next junction. Lights without one that stand on the way, within thirty
//! metres of a junction with lights on another of its arms, speak to those for
//! whom that junction comes next. Anything else speaks to all.
//!
//! A give-way sign on a roundabout, or on the way within thirty metres before it, is
//! that of the roundabout and speaks to nobody by itself.
//! No sign speaks to those who come by a ferry, and no road goes before them.
//!
//! Who goes first at one junction is settled once: a street shorter than thirty
//! metres that begins at a light, or at a sign on the way, which others who come
//! there had to wait for, ends without another such wait.

use std::collections::HashMap;

use desserte::osm::{NodeIndex, OsmExtract};
use desserte::profile::{DelayCause, NodeDelay, Profile};

use super::{Corner, SlowMap, Use, is_along};

/// In millimetres, as streets are measured.
const ONE_JUNCTION: u64 = 30_000;

/// What stands on nodes and costs time.
pub(super) type Signs = HashMap<NodeIndex, NodeDelay>;

pub(super) fn signs(extract: &OsmExtract, profile: &Profile) -> Signs {
    let tagged = extract.tagged_nodes.iter().filter(|_| profile.settings().delays);
    let sign = |&(node, tags)| Some((node, profile.node_delay(extract.tags.get(tags))?));
    tagged.filter_map(sign).collect()
}

impl SlowMap<'_> {
    pub(super) fn find_waits(&mut self, profile: &Profile) {
        self.waits = vec![0; 2 * self.segments.len()];
        if !profile.settings().delays {
            return;
        }
        for usage in 0..self.waits.len() {
            let cause = self.cause(usage);
            self.waits[usage] = cause.map_or(0, |cause| profile.delays().of(cause).0);
        }
    }

    fn head(&self, usage: Use) -> NodeIndex {
        self.tail(usage ^ 1)
    }

    /// The arms that meet where a use ends; at a barrier each ends on its own.
    fn meeting(&self, usage: Use) -> Vec<Use> {
        let node = self.head(usage);
        if self.is_barrier(node) { vec![usage ^ 1] } else { self.leaving[node.index()].clone() }
    }

    fn rank(&self, usage: Use) -> u8 {
        self.segments[usage / 2].rank
    }

    fn is_lesser(&self, usage: Use) -> bool {
        self.meeting(usage).iter().any(|&arm| self.rank(arm) > self.rank(usage))
    }

    fn cause(&self, usage: Use) -> Option<DelayCause> {
        self.access(usage).filter(|_| !self.is_ferry(usage))?;
        let node = self.head(usage);
        if self.corners[node.index()] == Corner::Bend {
            return None;
        }
        let sign = self.signs.get(&node).copied();
        let cause = match sign {
            Some(sign) if self.speaks_to(sign, usage) => sign.cause,
            Some(sign) if sign.cause == DelayCause::Signals => return None,
            _ => self.right_of_way(usage)?,
        };
        let is_spared = is_right_of_way(cause) && self.has_waited(usage);
        (!is_spared).then_some(cause)
    }

    /// Who goes first by what the roads are.
    fn right_of_way(&self, usage: Use) -> Option<DelayCause> {
        let is_round = |arm: Use| self.segments[arm / 2].is_roundabout;
        let arms = self.meeting(usage);
        if arms.iter().any(|&arm| is_round(arm)) && !is_round(usage) {
            return Some(DelayCause::RoundaboutEntry);
        }
        (arms.len() > 2 && self.is_lesser(usage)).then_some(DelayCause::MinorToMajor)
    }

    fn speaks_to(&self, sign: NodeDelay, usage: Use) -> bool {
        if self.is_ferry(usage) {
            return false;
        }
        if sign.cause == DelayCause::GiveWay && self.is_before_ring(usage) {
            return false;
        }
        if sign.is_directed {
            return if is_along(usage) { sign.forward } else { sign.backward };
        }
        let arms = self.meeting(usage);
        if arms.len() == 2 && sign.cause == DelayCause::Signals {
            let onward = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
            return self.is_before_lit(onward) || !self.is_before_lit(usage ^ 1);
        }
        if !matches!(sign.cause, DelayCause::Stop | DelayCause::GiveWay) {
            return true;
        }
        if arms.len() != 2 {
            return self.is_lesser(usage);
        }
        let onward = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
        let [(come, _), (to_go, _)] = [usage ^ 1, onward].map(|arm| self.street(arm));
        to_go < come
    }

    /// Whether the node at the end of a use is on a roundabout that one is not yet in, or on the
    /// way within reach of one.
    fn is_before_ring(&self, usage: Use) -> bool {
        let is_round = |arm: Use| self.segments[arm / 2].is_roundabout;
        let arms = self.meeting(usage);
        let there = match arms[..] {
            [one, other] => {
                let onward = if one == usage ^ 1 { other } else { one };
                self.reaches(onward).map(|arm| self.leaving[self.tail(arm).index()].clone())
            }
            _ => Some(arms),
        };
        !is_round(usage) && there.is_some_and(|arms| arms.into_iter().any(is_round))
    }

    /// Whether a use leads within reach to a junction with lights on two arms or more.
    fn is_before_lit(&self, first: Use) -> bool {
        self.reaches(first).is_some_and(|arm| {
            let lit = |&arm: &Use| self.meets_lights(arm);
            self.leaving[self.tail(arm).index()].iter().filter(|arm| lit(arm)).count() > 1
        })
    }

    /// The arm of the next junction by which one comes there, if it is within reach.
    fn reaches(&self, first: Use) -> Option<Use> {
        let (mut usage, mut metres) = (first, 0.0);
        // A segment from a node to itself has no length, and no end.
        for _ in 0..self.segments.len() {
            metres += self.segments[usage / 2].metres;
            let arms = self.meeting(usage);
            if metres * 1000.0 >= ONE_JUNCTION as f64 || arms.len() < 2 {
                return None;
            }
            if arms.len() > 2 {
                return Some(usage ^ 1);
            }
            usage = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
        }
        None
    }

    /// Whether an arm of a junction has lights on it within reach, before the next junction.
    fn meets_lights(&self, first: Use) -> bool {
        let (mut usage, mut metres) = (first, 0.0);
        // A segment from a node to itself has no length, and no end.
        for _ in 0..self.segments.len() {
            metres += self.segments[usage / 2].metres;
            let arms = self.meeting(usage);
            if metres * 1000.0 >= ONE_JUNCTION as f64 || arms.len() != 2 {
                return false;
            }
            let sign = self.signs.get(&self.head(usage));
            if sign.is_some_and(|sign| sign.cause == DelayCause::Signals) {
                return true;
            }
            usage = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
        }
        false
    }

    /// Millimetres along a street that begins with a use, and its last use.
    fn street(&self, first: Use) -> (u64, Use) {
        let (mut usage, mut metres) = (first, 0.0);
        loop {
            metres += self.segments[usage / 2].metres;
            let node = self.head(usage);
            if self.corners[node.index()] != Corner::Bend {
                return ((metres * 1000.0).round() as u64, usage);
            }
            let arms = &self.leaving[node.index()];
            usage = if arms[0] == usage ^ 1 { arms[1] } else { arms[0] };
        }
    }

    /// Whether the street that ends with a use is short and begins where others had to wait.
    fn has_waited(&self, usage: Use) -> bool {
        let (length, back) = self.street(usage ^ 1);
        let Some(&sign) = self.signs.get(&self.head(back)) else { return false };
        let arms = self.meeting(back);
        let settles = is_right_of_way(sign.cause) && arms.len() == 2;
        if !settles && sign.cause != DelayCause::Signals {
            return false;
        }
        let mut others = arms.into_iter().map(|arm| arm ^ 1).filter(|&other| other != back);
        length < ONE_JUNCTION
            && others.any(|other| self.access(other).is_some() && self.speaks_to(sign, other))
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
