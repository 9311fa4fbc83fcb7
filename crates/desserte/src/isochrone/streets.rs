//! Where exactly are streets reached within a budget?
//!
//! The lower envelope of a street's fronts, cut where the budget runs out.
//! Within one segment every front is linear in time, so the envelope changes
//! hands at crossings of two lines, and ends where a line meets the budget.

use std::slice::from_ref;

use rayon::prelude::*;

use crate::{
    graph::{Heading, Place, RoadNetwork, StreetId},
    search::Workspace,
    units::{LonLat, Millis},
    watch::{Interrupted, Phase, Watch},
};

use super::reach::{Front, Reach};

/// A piece of a street that is reached within a budget, in one sweep of time.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachedPiece {
    /// The street.
    pub street: StreetId,
    /// Where it runs, from its earliest to its latest end; at least two points.
    pub line: Vec<LonLat>,
    /// The time at each point of the line, never falling; between two of them it is linear.
    pub times: Vec<Millis>,
}

impl ReachedPiece {
    /// The time at its first point.
    #[must_use]
    pub fn earliest(&self) -> Millis {
        self.times.first().copied().unwrap_or(Millis::INFINITY)
    }

    /// The time at its last point.
    #[must_use]
    pub fn latest(&self) -> Millis {
        self.times.last().copied().unwrap_or(Millis::INFINITY)
    }
}

/// The streets that some origins reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReachedStreets {
    /// The pieces of each origin.
    pub rows: Vec<Vec<ReachedPiece>>,
    /// Ranks of the origins from which, within the budget, one comes to where the map ends.
    pub at_edge: Vec<u32>,
}

/// Part of a segment with its times: two fractions of the segment, and the time at each.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

/// Finds the pieces of streets within a budget of each origin, cut exactly where it runs out.
///
/// # Errors
///
/// Where the watch was cancelled.
pub fn reached_streets(
    network: &RoadNetwork,
    origins: &[Place],
    (heading, budget): (Heading, Millis),
    watch: &Watch,
) -> Result<ReachedStreets, Interrupted> {
    watch.begin(Phase::Searching, origins.len() as u64);
    let rows = origins.par_iter().map(|origin| {
        let workspace = &mut Workspace::on(network);
        let reach = Reach::search(network, workspace, from_ref(origin), (heading, budget));
        let mut envelope = Envelope::default();
        let of_street =
            |street| pieces(network, street, (&reach.fronts_of(street), budget), &mut envelope);
        let pieces = reach.streets().into_iter().flat_map(of_street).collect();
        watch.step(1).map(|()| (pieces, !reach.at_edge(budget).is_empty()))
    });
    let rows: Vec<(Vec<ReachedPiece>, bool)> = rows.collect::<Result<_, _>>()?;
    let at_edge = (0..).zip(&rows).filter(|(_, row)| row.1).map(|(rank, _)| rank).collect();
    Ok(ReachedStreets { rows: rows.into_iter().map(|(pieces, _)| pieces).collect(), at_edge })
}

/// The reached pieces of one street.
fn pieces(
    network: &RoadNetwork,
    street: StreetId,
    (fronts, budget): (&[Front], Millis),
    envelope: &mut Envelope,
) -> Vec<ReachedPiece> {
    let points = network.streets().points(street);
    let mut pieces: Vec<ReachedPiece> = Vec::new();
    let mut last_end = -1.0;
    for segment in 0..points.len() - 1 {
        for (_, span) in envelope.over(network, fronts, segment, f64::from(budget.0)) {
            let ends = [span.from, span.to]
                .map(|fraction| points[segment].towards(points[segment + 1], fraction));
            let times = [span.start, span.end].map(|time| Millis(time.round().max(0.0) as u32));
            let is_joined = (segment as f64 + span.from - last_end).abs() < 1e-9;
            let before = pieces.last_mut().filter(|piece| is_joined && goes_on(piece, times));
            if let Some(piece) = before {
                piece.line.push(ends[1]);
                piece.times.push(times[1]);
            } else {
                let (line, times) = (ends.to_vec(), times.to_vec());
                pieces.push(ReachedPiece { street, line, times });
            }
            last_end = segment as f64 + span.to;
        }
    }
    pieces.into_iter().map(from_its_earliest_end).collect()
}

/// Whether time goes on in the direction it went.
fn goes_on(piece: &ReachedPiece, [start, end]: [Millis; 2]) -> bool {
    let rises = piece.latest() >= piece.earliest();
    piece.latest() == start && (if rises { end >= start } else { end <= start })
}

fn from_its_earliest_end(mut piece: ReachedPiece) -> ReachedPiece {
    if piece.latest() < piece.earliest() {
        piece.line.reverse();
        piece.times.reverse();
    }
    piece
}

/// The earliest of the fronts over one segment after the other.
#[derive(Debug, Default)]
struct Envelope {
    /// Each front, as a line over the segment.
    lines: Vec<Span>,
    /// Where lines begin, end or meet.
    cuts: Vec<f64>,
    /// Which line is the earliest, and where.
    spans: Vec<(usize, Span)>,
}

impl Envelope {
    /// That over one segment, within the budget.
    fn over(
        &mut self,
        network: &RoadNetwork,
        fronts: &[Front],
        segment: usize,
        budget: f64,
    ) -> &[(usize, Span)] {
        let Self { lines, cuts, spans } = self;
        lines.clear();
        lines.extend(fronts.iter().map(|front| line_of(network, front, segment)));
        lines.retain(|line| line.from < line.to);
        cuts.clear();
        cuts.extend(lines.iter().flat_map(|line| [line.from, line.to]));
        for (index, line) in lines.iter().enumerate() {
            cuts.extend(crossing(line, budget, budget));
            let others = &lines[index + 1..];
            cuts.extend(others.iter().filter_map(|other| crossing(line, other.start, other.end)));
        }
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.dedup();
        spans.clear();
        for cut in cuts.windows(2) {
            let Some((line, span)) = earliest(lines, cut[0], cut[1], budget) else { continue };
            match spans.last_mut() {
                // A later front met the budget there, or another late one.
                Some((known, before)) if *known == line && before.to >= span.from => {
                    (before.to, before.end) = (span.to, span.end);
                }
                _ => spans.push((line, span)),
            }
        }
        spans
    }
}

/// A front over one segment, from where it begins to where it ends.
fn line_of(network: &RoadNetwork, front: &Front, segment: usize) -> Span {
    let times = network.streets().times(front.usage);
    let within = |position: f64| (position - segment as f64).clamp(0.0, 1.0);
    Span {
        from: within(front.from),
        to: within(front.to),
        start: front.time_at_point(times, segment),
        end: front.time_at_point(times, segment + 1),
    }
}

/// Where a line meets another, given by its times at both ends of the segment.
fn crossing(line: &Span, start: f64, end: f64) -> Option<f64> {
    let (before, after) = (line.start - start, line.end - end);
    let at = before / (before - after);
    (at > 0.0 && at < 1.0).then_some(at)
}

/// The earliest line between two cuts, which it is and what it is there, if it is within the budget.
fn earliest(lines: &[Span], from: f64, to: f64, budget: f64) -> Option<(usize, Span)> {
    let at = |line: &Span, fraction: f64| line.start + (line.end - line.start) * fraction;
    let middle = f64::midpoint(from, to);
    let covering =
        lines.iter().enumerate().filter(|(_, line)| line.from <= middle && middle <= line.to);
    let (rank, best) = covering.min_by(|a, b| at(a.1, middle).total_cmp(&at(b.1, middle)))?;
    let span = Span { from, to, start: at(best, from), end: at(best, to) };
    (at(best, middle) <= budget).then_some((rank, span))
}
