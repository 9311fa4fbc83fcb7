//! Which ways does a driver take for one road?
//!
//! How fast a bend is taken depends on what comes before it, and a road is drawn
//! by many ways. At a node, the ends of ways that continue one another are
//! paired. Where two ends outrank all others, the road turns there, however
//! sharply. Of the others, parts of one way come first, then those of one name or
//! reference, then those of one class, then whatever is straightest; an end that
//! has no continuation within sixty degrees begins or ends a course. So a lesser
//! street that joins changes no time. Another of the same rank makes a junction,
//! and may decide anew what continues what.

use crate::{
    geodesy::LocalFrame,
    osm::{NodeIndex, OsmExtract},
};

use super::{
    chain::{self, LinkEnd, NO_PARTNER},
    survey::Survey,
};

/// The cosine of sixty degrees: by how much a road may turn at the joint of two
/// ways and still be one road.
const MOST_DEFLECTION: f64 = 0.5;

/// The end of a piece at a node.
#[derive(Clone, Copy, Debug)]
struct End {
    node: NodeIndex,
    which: LinkEnd,
    /// Into the piece, on the ground: a vector of length one, east and north.
    heading: (f64, f64),
}

/// Calls `visit` with the entries of every course: twice a piece's index, plus
/// one where the course passes it from its last node to its first.
pub(super) fn for_each(extract: &OsmExtract, survey: &Survey, visit: impl FnMut(&[LinkEnd])) {
    let mut ends: Vec<End> =
        (0..2 * survey.pieces.len() as u32).map(|end| describe(extract, survey, end)).collect();
    ends.sort_unstable_by_key(|end| (end.node, end.which));
    let mut partners = vec![NO_PARTNER; ends.len()];
    let mut pairs = Vec::new();
    for meeting in ends.chunk_by(|a, b| a.node == b.node) {
        match meeting {
            [_] => {}
            [a, b] => join(&mut partners, a.which, b.which),
            _ => {
                pair_greatest(survey, meeting, &mut partners);
                pair(survey, meeting, &mut pairs, &mut partners);
            }
        }
    }
    chain::walk(&partners, visit);
}

fn describe(extract: &OsmExtract, survey: &Survey, end: LinkEnd) -> End {
    let piece = &survey.pieces[(end >> 1) as usize];
    let nodes = &survey.nodes[piece.first as usize..piece.end as usize];
    let (node, next) = match end & 1 {
        0 => (nodes[0], nodes[1]),
        _ => (nodes[nodes.len() - 1], nodes[nodes.len() - 2]),
    };
    let here = extract.positions[node.index()];
    let (east, north) = LocalFrame::at(here).to_plane(extract.positions[next.index()]);
    let length = (east * east + north * north).sqrt().max(f64::MIN_POSITIVE);
    End { node, which: end, heading: (east / length, north / length) }
}

/// Pairs the two ends that are of higher rank than all others, if there are such.
fn pair_greatest(survey: &Survey, ends: &[End], partners: &mut [LinkEnd]) {
    let rank = |end: LinkEnd| {
        let piece = &survey.pieces[(end >> 1) as usize];
        survey.ways[piece.way as usize].usage.rank
    };
    let mut greatest = [(0, NO_PARTNER); 3];
    for end in ends {
        greatest[2] = greatest[2].max((rank(end.which), end.which));
        greatest.sort_unstable_by(|a, b| b.cmp(a));
    }
    let [(_, a), (second, b), (third, _)] = greatest;
    if second > third {
        join(partners, a, b);
    }
}

/// Two ends that may continue one another, the best first.
type Pair = (u8, f64, LinkEnd, LinkEnd);

/// Pairs the ends at one node, the best first; `pairs` is room to do so.
fn pair(survey: &Survey, ends: &[End], pairs: &mut Vec<Pair>, partners: &mut [LinkEnd]) {
    pairs.clear();
    for (index, a) in ends.iter().enumerate() {
        for b in &ends[index + 1..] {
            let straightness = straightness(a.heading, b.heading);
            if straightness >= MOST_DEFLECTION {
                pairs.push((kinship(survey, a.which, b.which), straightness, a.which, b.which));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    for &(.., a, b) in &*pairs {
        if partners[a as usize] == NO_PARTNER && partners[b as usize] == NO_PARTNER {
            join(partners, a, b);
        }
    }
}

fn join(partners: &mut [LinkEnd], a: LinkEnd, b: LinkEnd) {
    partners[a as usize] = b;
    partners[b as usize] = a;
}

/// The cosine of the angle by which one turns from one piece into another that
/// leaves the same node: one straight on, minus one back.
fn straightness(a: (f64, f64), b: (f64, f64)) -> f64 {
    -(a.0 * b.0 + a.1 * b.1)
}

/// How closely two pieces belong together; less is closer.
fn kinship(survey: &Survey, a: LinkEnd, b: LinkEnd) -> u8 {
    let [a, b] = [a, b].map(|end| {
        let piece = &survey.pieces[(end >> 1) as usize];
        let way = &survey.ways[piece.way as usize];
        (way.id, survey.way_tags.get(way.tags))
    });
    let shares = |key| a.1.value(key).is_some() && a.1.value(key) == b.1.value(key);
    match () {
        () if a.0 == b.0 => 0,
        () if shares("ref") || shares("name") => 1,
        () if shares("highway") => 2,
        () => 3,
    }
}
