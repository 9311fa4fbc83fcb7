//! Where does a street end?
//!
//! At every node that is not a mere bend: where three or more segments meet,
//! where a way stops, where the permitted directions or the access change, where
//! a ferry begins, at a barrier that stops or screens the traveller, at a sign or a light that costs
//! time, and where a turn restriction needs a junction to speak of. All other
//! nodes lie inside a street.

use std::ops::Range;

use crate::{
    osm::{NodeIndex, OsmExtract, Via},
    profile::{Access, NodePassage, Profile},
};

use super::{
    delay::NodeDelays,
    survey::{Piece, Survey},
};

/// What a node is to the streets that pass it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// A bend: exactly two segments, of the same kind.
    Inside,
    /// Streets meet or end here.
    Junction,
    /// A barrier that nobody passes: each street that reaches it ends on its own.
    Closed,
    /// A gate for those who live or are expected behind it.
    Screened,
}

/// Decides for every node of the extract.
pub(super) fn find(
    extract: &OsmExtract,
    profile: &Profile,
    survey: &Survey,
    delays: &NodeDelays,
) -> Vec<Joint> {
    let degrees = degrees(extract.positions.len(), survey);
    let mut joints: Vec<Joint> = degrees
        .iter()
        .map(|&degree| if degree == 2 { Joint::Inside } else { Joint::Junction })
        .collect();
    mark_changes(survey, &mut joints);
    if profile.turns_bind() {
        mark_restrictions(extract, profile, &mut joints);
    }
    for node in delays.keys() {
        joints[node.index()] = Joint::Junction;
    }
    for &(node, tags) in &extract.tagged_nodes {
        // A barrier at the end of a way stands in nobody's path.
        if degrees[node.index()] >= 2 {
            match profile.node_passage(extract.tags.get(tags)) {
                NodePassage::Open => {}
                NodePassage::Restricted => joints[node.index()] = Joint::Screened,
                NodePassage::Closed => joints[node.index()] = Joint::Closed,
            }
        }
    }
    joints
}

/// How many segments meet at each node, counted up to 255.
fn degrees(node_count: usize, survey: &Survey) -> Vec<u8> {
    let mut degrees = vec![0_u8; node_count];
    for piece in &survey.pieces {
        let nodes = &survey.nodes[positions(piece)];
        for (position, node) in nodes.iter().enumerate() {
            let is_end = position == 0 || position == nodes.len() - 1;
            let degree = &mut degrees[node.index()];
            *degree = degree.saturating_add(if is_end { 1 } else { 2 });
        }
    }
    degrees
}

/// Marks the bends where one way ends and another of a different kind begins.
fn mark_changes(survey: &Survey, joints: &mut [Joint]) {
    let mut ends: Vec<(NodeIndex, bool, [Option<Access>; 2])> = survey
        .pieces
        .iter()
        .flat_map(|piece| piece_ends(survey, piece))
        .filter(|(node, ..)| joints[node.index()] == Joint::Inside)
        .collect();
    ends.sort_unstable_by_key(|&(node, ..)| node);
    for pair in ends.chunk_by(|a, b| a.0 == b.0) {
        let [(node, sails, [arriving, leaving]), (_, other_sails, other)] = pair else {
            continue;
        };
        if sails != other_sails || [leaving, arriving] != [&other[0], &other[1]] {
            joints[node.index()] = Joint::Junction;
        }
    }
}

/// Both ends of a piece, each with whether it is a ferry, and the access of the lane that
/// arrives there and of the one that leaves.
fn piece_ends(survey: &Survey, piece: &Piece) -> [(NodeIndex, bool, [Option<Access>; 2]); 2] {
    let usage = &survey.ways[piece.way as usize].usage;
    let access = [usage.forward, usage.backward].map(|lane| lane.map(|lane| lane.access));
    let [forward, backward] = access;
    let Range { start, end } = positions(piece);
    let sails = usage.ferry.is_some();
    [
        (survey.nodes[start], sails, [backward, forward]),
        (survey.nodes[end - 1], sails, [forward, backward]),
    ]
}

/// A turn restriction needs a junction where it turns, and its via ways need streets of their own.
fn mark_restrictions(extract: &OsmExtract, profile: &Profile, joints: &mut [Joint]) {
    let binding = extract
        .restrictions
        .iter()
        .filter(|restriction| profile.turn_rule(extract.tags.get(restriction.tags)).is_some());
    for via in binding.flat_map(|restriction| &restriction.via) {
        for node in turning_nodes(extract, *via).into_iter().flatten() {
            joints[node.index()] = Joint::Junction;
        }
    }
}

fn turning_nodes(extract: &OsmExtract, via: Via) -> [Option<NodeIndex>; 2] {
    match via {
        Via::Node(id) => [extract.node_index(id), None],
        Via::Way(id) => extract.way_index(id).map_or([None, None], |index| {
            let nodes = extract.nodes_of(&extract.ways[index]);
            [nodes.first(), nodes.last()]
                .map(|node| node.copied().filter(|&node| node != NodeIndex::MISSING))
        }),
    }
}

pub(super) fn positions(piece: &Piece) -> Range<usize> {
    piece.first as usize..piece.end as usize
}
