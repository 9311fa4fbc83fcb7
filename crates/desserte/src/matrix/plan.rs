//! Which way of searching suits a question?
//!
//! A plain search pays for what it reaches; preparing pays once for the whole
//! network, and makes every later search a hundred times cheaper. So a handful of
//! plain searches is made first and what they reach is counted: if all of them
//! together reach more than preparing costs, the network is prepared. The counts
//! are the same on every machine, and so is the choice. No choice changes a time.

use crate::{
    graph::{Hierarchy, RoadNetwork},
    search::Workspace,
    watch::{Interrupted, Watch},
};

use super::{Question, asked::Asked};

/// How a question is answered.
pub(super) enum Kernel<'a> {
    /// A search for each place.
    Searches,
    /// Sweeps in a prepared network.
    Sweeps(&'a Hierarchy),
}

/// Preparing takes as long, for each node of the network, as a search takes to reach so many.
const REACHED_PER_PREPARED: u64 = 250;

/// How many searches are made to see how far they go.
const SAMPLE: usize = 8;

impl<'a> Kernel<'a> {
    /// How a question is answered, the network being as it is.
    pub(super) fn of(asked: &Asked<'a>) -> Self {
        let is_near = asked.searched.len() == 1 && asked.question.cutoff.is_some();
        match asked.network.prepared() {
            // Lengths are read off the tree of a plain search.
            Some(hierarchy) if !asked.question.with_lengths && !is_near => Self::Sweeps(hierarchy),
            _ => Self::Searches,
        }
    }
}

/// Whether preparing could pay, even if every search went everywhere.
pub(super) fn may_be_worth_it(network: &RoadNetwork, question: Question, searches: u64) -> bool {
    let is_to_do = network.prepared().is_none() && !question.with_lengths;
    is_to_do && searches >= REACHED_PER_PREPARED
}

/// Prepares the network if that is worth it for so many searches like these.
pub(super) fn prepare_if_worth_it(
    asked: &Asked<'_>,
    searches: u64,
    watch: &Watch,
) -> Result<(), Interrupted> {
    let network = asked.network;
    let price = network.graph().node_count() as u64 * REACHED_PER_PREPARED;
    let mut workspace = Workspace::on(network);
    let step = asked.searched.len().div_ceil(SAMPLE).max(1);
    let (mut made, mut reached) = (0, 0);
    for place in (0..asked.searched.len()).step_by(step) {
        let arcs = network.graph().arcs(asked.heading);
        workspace.search(arcs, asked.searched.links(place), asked.budget());
        made += 1;
        reached += workspace.reached().len() as u64;
    }
    if made > 0 && reached / made * searches > price {
        network.prepare(watch)?;
    }
    Ok(())
}
