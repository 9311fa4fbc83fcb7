//! At which junctions could a site stand, and what is read off a search for each?
//!
//! A site at a junction is snapped as any place at that position is: to a street
//! that ends there. So its times are those that the matrix gives to a candidate
//! at the same coordinates. Junctions where no public street may be snapped to,
//! as on a motorway, are no spots.
//!
//! Which spots there are, and by which nodes they are reached, is worked out once
//! for a prepared network, and kept there.

use std::sync::{Arc, OnceLock};

use crate::{
    graph::{
        Direction, Heading, Hierarchy, JunctionId, Link, Place, RoadNetwork, Snap, StreetId,
        StreetUse,
    },
    search::{Readings, Selection},
    units::{LonLat, Metres, Millis},
};

/// The junctions where a site could stand, in the order in which sweeps come by.
#[derive(Debug)]
pub(super) struct Spots {
    /// The junctions, ascending.
    pub(super) junctions: Vec<JunctionId>,
    /// For each spot, the position of its junction among them.
    pub(super) rows: Vec<u32>,
    /// What is read off a search forward, and off one backward.
    readings: [Readings; 2],
    /// Where a site on each spot is snapped: street, segment and fraction.
    feet: Vec<(StreetId, u32, f64)>,
    by_street: Vec<(StreetId, u32)>,
    by_position: Vec<(LonLat, u32)>,
}

/// Where a network keeps its spots.
#[derive(Default)]
struct Kept(OnceLock<Arc<Spots>>);

impl Spots {
    /// The spots of a network, kept since the first call.
    pub(super) fn on(network: &RoadNetwork, hierarchy: &Hierarchy) -> Arc<Self> {
        let kept = network.scratch().shared(Kept::default);
        // Made outside the lock: whoever makes them works with other threads.
        let spots = kept.0.get().cloned();
        spots.unwrap_or_else(|| {
            let made = Arc::new(Self::of(network, hierarchy));
            Arc::clone(kept.0.get_or_init(|| made))
        })
    }

    fn of(network: &RoadNetwork, hierarchy: &Hierarchy) -> Self {
        let positions: Vec<LonLat> =
            public_junctions(network).map(|at| network.junction_position(at)).collect();
        let places = network.snap_all(&positions, Metres(0.0));
        let snapped = public_junctions(network).zip(&places);
        let (junctions, places): (Vec<JunctionId>, Vec<&Place>) =
            snapped.filter(|(_, place)| place.snap.is_some()).unzip();
        let ends = [Heading::Forward, Heading::Backward].map(|heading| {
            let of_place = |place: &&Place| ends(network, place, heading);
            places.iter().map(of_place).collect::<Vec<_>>()
        });
        let first = |row: u32| {
            let nodes = ends[0][row as usize].iter().map(|link| hierarchy.position(link.node));
            nodes.min()
        };
        let mut rows: Vec<u32> = (0..junctions.len() as u32).collect();
        rows.sort_by_cached_key(|&row| first(row));
        let readings = [Heading::Forward, Heading::Backward].map(|heading| {
            let everything = Selection::everything(hierarchy, heading);
            let in_order = rows.iter().map(|&row| &ends[heading as usize][row as usize]);
            Readings::of(&everything, in_order.map(|links| links.iter().copied()))
        });
        let spots = || (0..).zip(rows.iter().map(|&row| places[row as usize]));
        let snaps = spots().filter_map(|(_, place)| place.snap);
        let feet: Vec<_> = snaps.map(|snap| (snap.street, snap.segment, snap.fraction)).collect();
        let mut by_street: Vec<_> = feet.iter().map(|foot| foot.0).zip(0..).collect();
        let mut by_position: Vec<_> = spots().map(|(spot, place)| (place.position, spot)).collect();
        by_street.sort_unstable();
        by_position.sort_unstable();
        Self { junctions, rows, readings, feet, by_street, by_position }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What is read off a search with this heading.
    pub(super) fn readings(&self, heading: Heading) -> &Readings {
        &self.readings[heading as usize]
    }

    /// The spots to which a trip from a place may need no node of the graph; some come twice.
    pub(super) fn beside(&self, place: &Place) -> impl Iterator<Item = u32> + '_ {
        let street = place.snap.map(|snap| snap.street);
        let on_street = street.map(|street| of_key(&self.by_street, street));
        on_street.into_iter().flatten().chain(of_key(&self.by_position, place.position))
    }

    /// A site on a spot, as it was snapped.
    pub(super) fn place(&self, network: &RoadNetwork, spot: u32) -> Place {
        let junction = self.junctions[self.rows[spot as usize] as usize];
        let position = network.junction_position(junction);
        let (street, segment, fraction) = self.feet[spot as usize];
        let (distance, access_time, crosses_barrier) = (Metres(0.0), Millis::ZERO, false);
        let snap =
            Snap { street, segment, fraction, position, distance, access_time, crosses_barrier };
        Place { position, snap: Some(snap) }
    }
}

/// The junctions at which a public street that may be snapped to ends, ascending.
fn public_junctions(network: &RoadNetwork) -> impl Iterator<Item = JunctionId> + use<> {
    let streets = network.streets();
    let mut is_public = vec![false; network.manifest().counts.junctions];
    for street in streets.ids().filter(|&street| streets.is_public(street)) {
        for direction in Direction::BOTH {
            let end = streets.tail(StreetUse::new(street, direction));
            is_public[end.index()] |= network.is_snappable(street);
        }
    }
    let junctions = (0..).map(JunctionId).zip(is_public);
    junctions.filter_map(|(junction, is_public)| is_public.then_some(junction))
}

/// By which nodes a search comes to a place, without those that are never better than another.
fn ends(network: &RoadNetwork, place: &Place, heading: Heading) -> Vec<Link> {
    let Some(snap) = &place.snap else { return Vec::new() };
    let all: Vec<Link> = match heading {
        Heading::Forward => network.arrivals(snap).collect(),
        Heading::Backward => network.departures(snap).collect(),
    };
    let arcs = network.graph().arcs(heading);
    // Of two that are as good, the first stays.
    let beats = |(better, link): (usize, &Link), (worse, other): (usize, &Link)| {
        let is_same = link.node == other.node && (link.time, better) < (other.time, worse);
        let leads_there =
            |arc: &Link| arc.node == link.node && arc.time.plus(link.time) <= other.time;
        is_same || arcs.links(other.node).iter().any(leads_there)
    };
    let is_worth = |worse: &(usize, &Link)| {
        !all.iter().enumerate().any(|better| better.0 != worse.0 && beats(better, *worse))
    };
    all.iter().enumerate().filter(is_worth).map(|(_, link)| *link).collect()
}

/// What a sorted list of keys has for one of them.
fn of_key<K: Ord + Copy>(sorted: &[(K, u32)], key: K) -> impl Iterator<Item = u32> + '_ {
    let from = sorted.partition_point(|(other, _)| *other < key);
    let found = sorted[from..].iter().take_while(move |(other, _)| *other == key);
    found.map(|&(_, spot)| spot)
}
