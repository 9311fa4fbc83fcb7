//! Who waits for a ferry, and who is already aboard?
//!
//! The declared wait is paid on boarding, and whoever stays aboard at a landing
//! does not pay it again, however many ways the line was drawn by. What one came
//! by is remembered where it matters: at a *landing*, a node of a ferry and of
//! something else, from which the line goes on. Elsewhere on the water nobody
//! changes boats, whatever the ways are called.
//!
//! Whether it is the same line, only the map can say: the same way, a shared
//! reference, or else the same name. Where the two have neither in common to
//! compare, nothing tells them apart, and one stays aboard.

use std::collections::HashSet;

use crate::{
    osm::{NodeIndex, Tags},
    units::Millis,
};

use super::{
    assemble::Assembly,
    street::{JunctionId, StreetUse, WayRecord},
};

/// The ferries of a network, and where they are boarded.
pub(super) struct Ferries<'a> {
    assembly: &'a Assembly,
    /// The nodes where streets on land end; empty where there is no ferry.
    ashore: HashSet<NodeIndex>,
}

impl<'a> Ferries<'a> {
    pub(super) fn of(assembly: &'a Assembly) -> Self {
        let streets = &assembly.streets;
        let mut ferries = Self { assembly, ashore: HashSet::new() };
        if streets.ways().iter().any(|way| way.usage.ferry.is_some()) {
            let on_land = streets.uses().filter(|usage| !streets.is_ferry(usage.street()));
            let ends = on_land.flat_map(|usage| [streets.tail(usage), streets.head(usage)]);
            ferries.ashore = ends.map(|junction| ferries.node(junction)).collect();
        }
        ferries
    }

    /// What one comes by, where the line goes on from there.
    pub(super) fn aboard(&self, usage: StreetUse, exits: &[StreetUse]) -> Option<StreetUse> {
        let may_go_on = self.touches_land(usage, self.assembly.streets.head(usage))
            && exits.iter().any(|&exit| self.goes_on(usage, exit));
        may_go_on.then_some(usage)
    }

    /// How long one waits before a street, having come by a ferry that goes on or not.
    pub(super) fn wait(&self, aboard: Option<StreetUse>, exit: StreetUse) -> Millis {
        let streets = &self.assembly.streets;
        let boards = self.touches_land(exit, streets.tail(exit))
            && !aboard.is_some_and(|usage| self.goes_on(usage, exit));
        let terms = streets.ferry(exit.street()).filter(|_| boards);
        terms.map_or(Millis::ZERO, |terms| terms.wait)
    }

    /// Whether a street is a ferry, and one of its ends a landing.
    fn touches_land(&self, usage: StreetUse, end: JunctionId) -> bool {
        !self.ashore.is_empty()
            && self.assembly.streets.is_ferry(usage.street())
            && self.ashore.contains(&self.node(end))
    }

    fn node(&self, junction: JunctionId) -> NodeIndex {
        self.assembly.junctions.nodes[junction.index()]
    }

    /// Whether a ferry goes on by a street; turning back is another sailing.
    fn goes_on(&self, usage: StreetUse, exit: StreetUse) -> bool {
        let streets = &self.assembly.streets;
        if exit == usage.reversed() || !streets.is_ferry(exit.street()) {
            return false;
        }
        let [one, other] = [usage, exit.reversed()].map(|usage| streets.way_at_head(usage).1);
        one.id == other.id || is_one_line(self.tags(one), self.tags(other))
    }

    fn tags(&self, way: &WayRecord) -> Tags<'a> {
        self.assembly.streets.way_tags().get(way.tags)
    }
}

/// Whether two ways belong to one line, by reference or else by name, where both have one.
fn is_one_line(one: Tags<'_>, other: Tags<'_>) -> bool {
    let both = |key| one.value(key).zip(other.value(key));
    match (both("ref"), both("name")) {
        (Some((one, other)), _) => {
            one.split(';').any(|a| other.split(';').any(|b| a.trim() == b.trim()))
        }
        (None, Some((one, other))) => one == other,
        (None, None) => true,
    }
}
