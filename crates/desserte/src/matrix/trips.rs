//! How long is each of these trips, taken one by one?
//!
//! The face-to-face form of a matrix: the first start to the first end, the
//! second to the second. Each trip is one search that stops when its end is
//! certain; in a prepared network, two climbs that meet.

use rayon::prelude::*;

use crate::{
    graph::{Heading, Link, Place, RoadNetwork},
    search::{Meeting, Workspace},
    units::Millis,
    watch::{Phase, Watch},
};

use super::{MatrixError, Question, Status, TripDirection};

/// Computes the time of each trip from a start to the end in the same row.
///
/// With [`TripDirection::To`] the trip goes from the end to the start. Lengths
/// are not computed.
///
/// # Errors
///
/// Where the two lists differ in length, or where the watch was cancelled.
pub fn trips(
    network: &RoadNetwork,
    starts: &[Place],
    ends: &[Place],
    question: Question,
    watch: &Watch,
) -> Result<Vec<Result<Millis, Status>>, MatrixError> {
    if starts.len() != ends.len() {
        return Err(MatrixError::UnequalRows { starts: starts.len(), ends: ends.len() });
    }
    watch.begin(Phase::Searching, starts.len() as u64);
    let rows = starts.par_iter().zip(ends).map(|(start, end)| {
        let answer = trip(network, &mut Workspace::on(network), (start, end), question);
        watch.step(1).map(|()| answer)
    });
    let rows: Result<Vec<_>, _> = rows.collect();
    Ok(rows?)
}

fn trip(
    network: &RoadNetwork,
    workspace: &mut Workspace,
    (start, end): (&Place, &Place),
    question: Question,
) -> Result<Millis, Status> {
    let time = match question.direction {
        TripDirection::From => one_way(network, workspace, start, end),
        TripDirection::To => one_way(network, workspace, end, start),
        TripDirection::Both => {
            one_way(network, workspace, start, end).plus(one_way(network, workspace, end, start))
        }
    };
    match (start.snap, end.snap) {
        _ if time <= question.cutoff.unwrap_or(Millis::DAY) => Ok(time),
        (None, _) => Err(Status::OriginOffNetwork),
        (_, None) => Err(Status::DestinationOffNetwork),
        // As in a matrix: what takes longer than a day is beyond any cutoff, and no trip without.
        _ if question.cutoff.is_some() && has_path(network, (start, end), question.direction) => {
            Err(Status::BeyondCutoff)
        }
        _ => Err(Status::NoPath),
    }
}

/// Whether there is a way at all, however long.
fn has_path(network: &RoadNetwork, (start, end): (&Place, &Place), way: TripDirection) -> bool {
    let one_way = |from: &Place, to: &Place| {
        let departures = from.snap.iter().flat_map(|snap| network.departures(snap));
        let nodes = departures.map(|link| link.node);
        let reached = network.reachability().from(nodes, Heading::Forward);
        let mut arrivals = to.snap.iter().flat_map(|snap| network.arrivals(snap));
        network.direct(from, to).is_some() || arrivals.any(|link| reached.contains(link.node))
    };
    match way {
        TripDirection::From => one_way(start, end),
        TripDirection::To => one_way(end, start),
        TripDirection::Both => one_way(start, end) && one_way(end, start),
    }
}

/// The time of one trip; the search is bounded by a day, and stops when the end is certain.
fn one_way(network: &RoadNetwork, workspace: &mut Workspace, from: &Place, to: &Place) -> Millis {
    let direct = network.direct(from, to).unwrap_or(Millis::INFINITY);
    let (Some(start), Some(end)) = (&from.snap, &to.snap) else { return direct };
    if let Some(hierarchy) = network.prepared() {
        let (starts, ends) = (network.departures(start), network.arrivals(end));
        let met = Meeting::on(network, hierarchy).time(hierarchy, starts, ends).min(direct);
        return if met <= Millis::DAY { met } else { Millis::INFINITY };
    }
    let ends: Vec<Link> = network.arrivals(end).collect();
    let best = |workspace: &Workspace| {
        let through = ends.iter().map(|end| workspace.time(end.node).plus(end.time)).min();
        through.unwrap_or(Millis::INFINITY).min(direct)
    };
    let arcs = network.graph().outward();
    workspace.search_until(arcs, network.departures(start), Millis::DAY, |workspace, frontier| {
        best(workspace) <= frontier
    });
    let time = best(workspace);
    if time <= Millis::DAY { time } else { Millis::INFINITY }
}
