//! How long from each of these places, sixteen at a time?
//!
//! In a prepared network. Places that are neighbours are searched from
//! together, since what lies above them is nearly the same; which places share a
//! sweep does not show in the times.

use rayon::prelude::*;

use crate::{
    graph::Hierarchy,
    search::{Lanes, One, Readings, Selection, Sixteen, Sweep},
    units::Millis,
    watch::{Interrupted, Watch},
};

use super::{asked::Asked, side::Whereabouts};

/// What all sweeps of a question share.
struct Shared<'a> {
    asked: &'a Asked<'a>,
    hierarchy: &'a Hierarchy,
    selection: Selection<'a>,
    readings: Readings,
    read: Whereabouts,
}

/// The times of one place to all of the other side.
type Row<'a> = &'a mut [Millis];

/// Fills a row of times for each place searched from.
pub(super) fn fill(
    asked: &Asked<'_>,
    hierarchy: &Hierarchy,
    times: &mut [Millis],
    watch: &Watch,
) -> Result<(), Interrupted> {
    let count = asked.searched.len();
    let selection = select(asked, hierarchy);
    let places = (0..asked.read.len()).map(|column| asked.read.links(column));
    let readings = Readings::of(&selection, places);
    let read = Whereabouts::of(&asked.read);
    let shared = Shared { asked, hierarchy, selection, readings, read };
    let mut rows: Vec<Option<Row<'_>>> =
        times.chunks_mut(asked.read.len().max(1)).map(Some).collect();
    let order = asked.searched.by_locality();
    let mut rows: Vec<Row<'_>> =
        order.iter().filter_map(|&place| rows[place as usize].take()).collect();
    if count == 1 {
        return shared.sweep::<One>(&order, &mut rows, watch);
    }
    let batches = order.par_chunks(Sixteen::COUNT).zip(rows.par_chunks_mut(Sixteen::COUNT));
    batches.try_for_each(|(places, rows)| shared.sweep::<Sixteen>(places, rows, watch))
}

/// Nodes of a selection that are made in the time in which one sweep passes this many.
const PASSED_PER_SELECTED: usize = 8;

/// Nodes that lie above a place and above none of its neighbours, about.
const NODES_PER_PLACE: usize = 20;

/// All of the hierarchy where few sweeps are made, and what lies above the places where many are.
fn select<'a>(asked: &'a Asked<'_>, hierarchy: &'a Hierarchy) -> Selection<'a> {
    let nodes = hierarchy.node_count();
    let above = (asked.read.len() * NODES_PER_PLACE).min(nodes);
    let sweeps = asked.searched.len().div_ceil(Sixteen::COUNT);
    if nodes * sweeps <= above * (PASSED_PER_SELECTED + sweeps) {
        Selection::everything(hierarchy, asked.heading)
    } else {
        Selection::above(hierarchy, asked.heading, asked.read.nodes())
    }
}

impl Shared<'_> {
    fn sweep<T: Lanes + 'static>(
        &self,
        places: &[u32],
        rows: &mut [Row<'_>],
        watch: &Watch,
    ) -> Result<(), Interrupted> {
        let mut sweep = Sweep::<T>::on(self.asked.network, self.hierarchy);
        let sources = places.iter().map(|&place| self.asked.searched.links(place as usize));
        sweep.run(&self.selection, sources);
        sweep.read(&self.readings, rows);
        for (&place, row) in places.iter().zip(rows) {
            self.asked.improve_by_direct_trips(place as usize, &self.read, row);
        }
        watch.step(places.len() as u64)
    }
}
