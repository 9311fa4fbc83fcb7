//! How does a trip begin and end inside a street?
//!
//! A trip that begins at a snap may leave its street by either end that the
//! street permits, after the rest of the street; it enters the graph there. A
//! trip that ends at a snap comes by one of the nodes its street can be entered
//! from, and then goes as far as the offset. Two snaps on one street are also
//! joined directly, where the second lies downstream of the first; upstream on
//! a one-way street there is only the way round.

use super::{
    RoadNetwork,
    road_graph::{Link, NodeId},
    snap::{Place, Snap},
    street::{Direction, StreetUse},
};
use crate::{geodesy::distance, units::Millis};

impl RoadNetwork {
    /// Where a trip from this snap enters the graph, with the time until then
    /// (access leg included): at most two nodes.
    pub fn departures(&self, snap: &Snap) -> impl Iterator<Item = Link> + use<'_> {
        self.departures_by_street(snap).map(|(_, link)| link)
    }

    /// The same, with the street use by which the trip begins.
    pub(crate) fn departures_by_street(
        &self,
        snap: &Snap,
    ) -> impl Iterator<Item = (StreetUse, Link)> + use<'_> {
        let snap = *snap;
        Direction::BOTH.into_iter().filter_map(move |direction| {
            let usage = StreetUse::new(snap.street, direction);
            let entry = self.graph.entry(usage)?;
            let offset = snap.offset(&self.streets, direction);
            let rest = Millis(entry.time.0.saturating_sub(offset.0));
            Some((usage, Link { node: entry.node, time: snap.access_time.plus(rest) }))
        })
    }

    /// From which nodes a trip to this snap comes, with the time from there
    /// (access leg included): one for each copy of either end of its street.
    pub fn arrivals(&self, snap: &Snap) -> impl Iterator<Item = Link> + use<'_> {
        self.arrivals_by_street(snap).map(|(node, _, time)| Link { node, time })
    }

    /// The same, with the street use by which the trip ends.
    pub(crate) fn arrivals_by_street(
        &self,
        snap: &Snap,
    ) -> impl Iterator<Item = (NodeId, StreetUse, Millis)> + use<'_> {
        let snap = *snap;
        Direction::BOTH.into_iter().flat_map(move |direction| {
            let usage = StreetUse::new(snap.street, direction);
            let time = snap.access_time.plus(snap.offset(&self.streets, direction));
            let tails = self.graph.arcs_of(self.streets.tail(usage), usage);
            tails.map(move |(node, _)| (node, usage, time))
        })
    }

    /// The trip that stays on one street, or needs no street at all.
    ///
    /// Two places of the network at the very same position are zero apart, with no leg.
    #[must_use]
    pub fn direct(&self, from: &Place, to: &Place) -> Option<Millis> {
        let (a, b) = (from.snap.as_ref()?, to.snap.as_ref()?);
        if from.position == to.position {
            return Some(Millis::ZERO);
        }
        let time = self.direct_use(a, b).map(|(_, time)| time)?;
        Some(a.access_time.plus(time).plus(b.access_time))
    }

    /// The faster direction in which one snap is straight downstream of another.
    pub(crate) fn direct_use(&self, from: &Snap, to: &Snap) -> Option<(StreetUse, Millis)> {
        if from.street != to.street {
            return None;
        }
        // The end of one segment is the beginning of the next.
        let order = |snap: &Snap| {
            if snap.fraction < 1.0 {
                (snap.segment, snap.fraction)
            } else {
                (snap.segment + 1, 0.0)
            }
        };
        let straight = Direction::BOTH.into_iter().filter_map(|direction| {
            let usage = StreetUse::new(from.street, direction);
            self.streets.access(usage)?;
            let is_downstream = match direction {
                Direction::Forward => order(from) <= order(to),
                Direction::Backward => order(from) >= order(to),
            };
            let offset = |snap: &Snap| snap.offset(&self.streets, direction).0;
            is_downstream.then(|| (usage, Millis(offset(to).saturating_sub(offset(from)))))
        });
        straight.min_by_key(|&(usage, time)| (time, usage))
    }

    /// Millimetres from a snap to the end of its street, used one way.
    pub(crate) fn share_ahead(&self, snap: &Snap, usage: StreetUse) -> u64 {
        let points = self.streets.points(usage.street());
        let segment = snap.segment as usize;
        let rest = match usage.direction() {
            Direction::Forward => &points[segment + 1..],
            Direction::Backward => &points[..=segment],
        };
        let last = match usage.direction() {
            Direction::Forward => rest[0],
            Direction::Backward => rest[rest.len() - 1],
        };
        let whole: f64 = rest.windows(2).map(|pair| distance(pair[0], pair[1]).0).sum();
        ((whole + distance(snap.position, last).0) * 1000.0).round() as u64
    }

    /// Millimetres between two places that [`RoadNetwork::direct`] joins.
    pub(crate) fn direct_millimetres(&self, from: &Place, to: &Place) -> u64 {
        match (&from.snap, &to.snap) {
            (Some(a), Some(b)) if from.position != to.position => {
                let ahead =
                    |snap| self.share_ahead(snap, StreetUse::new(a.street, Direction::Forward));
                ahead(a).abs_diff(ahead(b))
            }
            _ => 0,
        }
    }
}
