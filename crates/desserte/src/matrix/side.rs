//! Where do the places of a question join the graph?

use crate::{
    graph::{Link, NodeId, Place, RoadNetwork, StreetId},
    search::LengthSource,
    units::LonLat,
};

/// One side of the question: its places, and where each of them joins the graph.
pub(super) struct Side<'a> {
    pub(super) places: &'a [Place],
    first: Vec<u32>,
    ends: Vec<LengthSource>,
}

impl<'a> Side<'a> {
    /// The places as trips leave them, and with the lengths that this takes, if these are wanted.
    pub(super) fn departures(
        network: &RoadNetwork,
        places: &'a [Place],
        with_lengths: bool,
    ) -> Self {
        Self::of(places, |place, ends| {
            let Some(snap) = &place.snap else { return };
            for (usage, Link { node, time }) in network.departures_by_street(snap) {
                let share = if with_lengths { network.share_ahead(snap, usage) } else { 0 };
                ends.push(LengthSource { node, time, millimetres: share });
            }
        })
    }

    /// The places as trips come there, and with the lengths that this takes, if these are wanted.
    pub(super) fn arrivals(network: &RoadNetwork, places: &'a [Place], with_lengths: bool) -> Self {
        Self::of(places, |place, ends| {
            let Some(snap) = &place.snap else { return };
            for (node, usage, time) in network.arrivals_by_street(snap) {
                let usage = usage.reversed();
                let share = if with_lengths { network.share_ahead(snap, usage) } else { 0 };
                ends.push(LengthSource { node, time, millimetres: share });
            }
        })
    }

    fn of(places: &'a [Place], add: impl Fn(&Place, &mut Vec<LengthSource>)) -> Self {
        let (mut first, mut ends) = (vec![0], Vec::with_capacity(2 * places.len()));
        for place in places {
            add(place, &mut ends);
            first.push(ends.len() as u32);
        }
        Self { places, first, ends }
    }

    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// Where one place joins the graph.
    pub(super) fn ends(&self, place: usize) -> &[LengthSource] {
        &self.ends[self.first[place] as usize..self.first[place + 1] as usize]
    }

    /// The same, as a search wants it.
    pub(super) fn links(&self, place: usize) -> impl Iterator<Item = Link> + '_ {
        self.ends(place).iter().map(|end| Link { node: end.node, time: end.time })
    }

    /// Every node by which any of the places joins the graph.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.ends.iter().map(|end| end.node)
    }

    /// The places in an order in which neighbours follow each other; node ids are in such an order.
    pub(super) fn by_locality(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|&place| self.ends(place as usize).first().map(|end| end.node));
        order
    }
}

/// Which places of a side lie on a street, or at a position?
pub(super) struct Whereabouts {
    by_street: Vec<(StreetId, u32)>,
    by_position: Vec<(LonLat, u32)>,
}

impl Whereabouts {
    pub(super) fn of(side: &Side<'_>) -> Self {
        let places = || (0..).zip(side.places);
        let on_streets = places().filter_map(|(index, place)| Some((place.snap?.street, index)));
        let mut by_street: Vec<_> = on_streets.collect();
        let mut by_position: Vec<_> =
            places().map(|(index, place)| (place.position, index)).collect();
        by_street.sort_unstable();
        by_position.sort_unstable();
        Self { by_street, by_position }
    }

    /// The places to which a trip from another may need no node of the graph; some come twice.
    pub(super) fn beside(&self, place: &Place) -> impl Iterator<Item = usize> + '_ {
        let street = place.snap.map(|snap| snap.street);
        let on_street = street.map(|street| of_key(&self.by_street, street));
        let there = of_key(&self.by_position, place.position);
        on_street.into_iter().flatten().chain(there)
    }
}

/// What a sorted list of keys has for one of them.
fn of_key<K: Ord + Copy>(sorted: &[(K, u32)], key: K) -> impl Iterator<Item = usize> + '_ {
    let from = sorted.partition_point(|(other, _)| *other < key);
    let found = sorted[from..].iter().take_while(move |(other, _)| *other == key);
    found.map(|&(_, index)| index as usize)
}
