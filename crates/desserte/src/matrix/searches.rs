//! How long from each of these places, by a search of its own?

use rayon::prelude::*;

use crate::{
    search::{PathLengths, Workspace},
    units::Millis,
    watch::{Interrupted, Watch},
};

use super::{asked::Asked, side::Whereabouts};

/// Fills a row of times for each place searched from, and one of lengths where they are asked for.
pub(super) fn fill(
    asked: &Asked<'_>,
    times: &mut [Millis],
    lengths: Option<&mut [u64]>,
    watch: &Watch,
) -> Result<(), Interrupted> {
    let columns = asked.read.len().max(1);
    let read = Whereabouts::of(&asked.read);
    let search = |place: usize, times: &mut [Millis], lengths: Option<&mut [u64]>| {
        let mut workspace = Workspace::on(asked.network);
        let arcs = asked.network.graph().arcs(asked.heading);
        workspace.search(arcs, asked.searched.links(place), asked.budget());
        for (column, time) in times.iter_mut().enumerate() {
            let through = asked.read.ends(column).iter();
            let best = through.map(|end| workspace.time(end.node).plus(end.time)).min();
            *time = best.unwrap_or(Millis::INFINITY);
        }
        asked.improve_by_direct_trips(place, &read, times);
        if let Some(lengths) = lengths {
            measure(asked, &workspace, place, (times, lengths));
        }
        watch.step(1)
    };
    let rows = times.par_chunks_mut(columns).enumerate();
    match lengths {
        None => rows.try_for_each(|(place, times)| search(place, times, None)),
        Some(lengths) => rows
            .zip(lengths.par_chunks_mut(columns))
            .try_for_each(|((place, times), lengths)| search(place, times, Some(lengths))),
    }
}

/// The length of each fastest trip of one search.
fn measure(
    asked: &Asked<'_>,
    workspace: &Workspace,
    place: usize,
    (times, lengths): (&[Millis], &mut [u64]),
) {
    let (network, graph) = (asked.network, asked.network.graph());
    let mut ways = network.scratch().lease(|| PathLengths::new(graph));
    ways.measure((graph, network.streets()), workspace, asked.searched.ends(place), asked.heading);
    for (column, (&time, length)) in times.iter().zip(lengths).enumerate() {
        *length = u64::MAX;
        if !time.is_reached() {
            continue;
        }
        let fastest = asked.read.ends(column).iter();
        let fastest = fastest.filter(|end| workspace.time(end.node).plus(end.time) == time);
        let through = fastest.map(|end| ways.millimetres(end.node).saturating_add(end.millimetres));
        let (from, to) = asked.in_order(place, column);
        let is_direct = network.direct(from, to) == Some(time);
        let direct = is_direct.then(|| network.direct_millimetres(from, to));
        *length = through.chain(direct).min().unwrap_or(u64::MAX);
    }
}
