//! Do restrictions over ways bind those they speak of, and nobody else?
//!
//! Which members fit, what several restrictions on the same streets come to,
//! and that they cost no more nodes than they name streets. Times by hand are
//! in the cases; on random and real maps the oracle compares.

use desserte::graph::{Place, RestrictionCounts, RoadNetwork};
use desserte::matrix::{Question, Status, TravelTimes, travel_times, trips};
use desserte::osm::{OsmNodeId, Via};
use desserte::{Metres, Millis, Watch};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::drawing::{Drawing, at};
use crate::regions::{self, Dice, places_on_streets};
use crate::sketch::{Palette, Sketch, sketches};

/// From street 10 along 11 and 12, which a lane (15) separates, to 13 or 14.
///
/// ```text
///            (200, 100)
///                13
///   J1 -11- J2 -12- J3 -14- (300, 0)
///   10      15
/// ```
fn quays() -> Drawing {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 100, 0)
        .node(3, 200, 0)
        .node(4, 0, -100)
        .node(5, 200, 100)
        .node(6, 300, 0)
        .node(7, 100, -100)
        .street(10, &[4, 1])
        .street(11, &[1, 2])
        .street(12, &[3, 2])
        .street(13, &[3, 5])
        .street(14, &[3, 6])
        .street(15, &[2, 7])
}

fn counts(drawing: &Drawing) -> RestrictionCounts {
    drawing.to_network().manifest().restrictions
}

const FITS: RestrictionCounts =
    RestrictionCounts { applied: 1, not_binding: 0, via_way: 1, unmatched: 0 };
const DOES_NOT: RestrictionCounts =
    RestrictionCounts { applied: 0, not_binding: 0, via_way: 0, unmatched: 1 };

/// Seconds from (0, -50) to a point, to the nearest ten; `None` where there is no path.
fn seconds(network: &RoadNetwork, (x, y): (f64, f64)) -> Option<u32> {
    seconds_between(network, (0.0, -50.0), (x, y))
}

fn seconds_between(network: &RoadNetwork, from: (f64, f64), to: (f64, f64)) -> Option<u32> {
    let [from, to] = [from, to].map(|(x, y)| network.snap(at(x, y), Metres(10.0)));
    match trips(network, &[from], &[to], Question::default(), &Watch::new()).unwrap()[0] {
        Ok(Millis(time)) => Some((time + 5000) / 10_000 * 10),
        Err(status) => {
            assert_eq!(status, Status::NoPath);
            None
        }
    }
}

#[test]
fn via_ways_are_driven_in_their_order_and_end_to_end() {
    let over =
        |vias: &[i64], to| counts(&quays().restriction_over(&[10], vias, &[to], "no_left_turn"));
    assert_eq!(over(&[11, 12], 13), FITS);
    assert_eq!(over(&[11], 15), FITS);
    for (vias, to) in
        [(&[12, 11][..], 13), (&[11], 13), (&[12], 13), (&[11, 99], 13), (&[11, 12], 99), (&[], 13)]
    {
        assert_eq!(over(vias, to), DOES_NOT, "{vias:?} to {to}");
    }
}

#[test]
fn a_via_way_that_cannot_be_driven_from_end_to_end_drops_the_restriction() {
    let street = [("highway", "residential"), ("maxspeed", "40")];
    let forbid =
        |drawing: Drawing| counts(&drawing.restriction_over(&[10], &[11], &[12], "no_left_turn"));
    assert_eq!(forbid(quays()), FITS);
    let oneway = |value| [&street[..], &[("oneway", value)]].concat();
    assert_eq!(forbid(quays().way(11, &[1, 2], &oneway("yes"))), FITS);
    assert_eq!(forbid(quays().way(11, &[1, 2], &oneway("-1"))), DOES_NOT);
    assert_eq!(forbid(quays().way(11, &[1, 2], &[("highway", "footway")])), DOES_NOT, "no cars");
    assert_eq!(forbid(quays().street(11, &[1, 4, 1, 2])), DOES_NOT, "comes back to a node");
    assert_eq!(forbid(quays().street(11, &[1, 99, 2])), DOES_NOT, "lacks a node");
    let bollard = quays().node(8, 50, 0).tagged(&[("barrier", "bollard")]);
    assert_eq!(forbid(bollard.street(11, &[1, 8, 2])), DOES_NOT, "passes a bollard");
    let gate = quays().node(2, 100, 0).tagged(&[("barrier", "gate"), ("access", "private")]);
    assert_eq!(forbid(gate), DOES_NOT, "ends at a gate");
}

#[test]
fn a_member_that_passes_the_end_of_the_via_ways_drops_the_restriction() {
    let past = quays().street(10, &[4, 1]).node(8, -100, 0).street(10, &[4, 1, 8]);
    assert_eq!(counts(&past.restriction_over(&[10], &[11], &[12], "no_left_turn")), DOES_NOT);
}

#[test]
fn a_restriction_that_fits_in_both_directions_is_dropped_and_one_way_decides() {
    // Street 16 joins both ends of 11, as do 10 and 15 by way of node 4.
    let both =
        || quays().street(15, &[2, 4]).street(10, &[4, 1]).node(8, 50, 50).street(16, &[1, 8, 2]);
    let no = |drawing: Drawing| counts(&drawing.restriction_over(&[16], &[11], &[16], "no_u_turn"));
    assert_eq!(no(both()), DOES_NOT);
    let tags = [("highway", "residential"), ("oneway", "yes")];
    assert_eq!(no(both().way(11, &[1, 2], &tags)), FITS);
}

#[test]
fn nodes_among_via_ways_are_not_understood() {
    let node = Via::Node(OsmNodeId(1));
    let drawing = quays().restriction_by(&[10], node, &[11], &[("restriction", "no_left_turn")]);
    assert_eq!(counts(&drawing).applied, 1);
    assert_eq!(counts(&drawing).via_way, 0);
    let mixed =
        quays().restriction_through(&[10], &[node, Via::Way(desserte::osm::OsmWayId(11))], &[12]);
    assert_eq!(counts(&mixed), DOES_NOT);
    let several = quays().restriction_through(&[10], &[node, Via::Node(OsmNodeId(2))], &[12]);
    assert_eq!(counts(&several), DOES_NOT);
}

#[test]
fn each_from_and_each_to_of_several_is_meant() {
    let (north, east) = ((200.0, 50.0), (250.0, 0.0));
    let west = |drawing: Drawing| drawing.node(9, -100, 0).street(16, &[9, 1]);
    let no_entry =
        west(quays()).restriction_over(&[10, 16], &[11, 12], &[13], "no_entry").to_network();
    assert_eq!(seconds_between(&no_entry, (-50.0, 0.0), north), seconds(&no_entry, north));
    // 50 m, 200 m, then past 13 to the end of 14 and back: 200 m, 50 m; or 200 m aside at J2.
    assert_eq!(seconds(&no_entry, north), Some(50));
    assert_eq!(seconds(&no_entry, east), Some(30));
    let no_exit = quays().restriction_over(&[10], &[11, 12], &[13, 14], "no_exit").to_network();
    // Neither 13 nor 14 is left: turned round at J3, there being no other way out.
    assert_eq!([north, east].map(|end| seconds(&no_exit, end)), [Some(50), Some(50)]);
    let only = quays().restriction_over(&[10], &[11], &[12, 15], "only_straight_on").to_network();
    assert_eq!([north, (100.0, -50.0)].map(|end| seconds(&only, end)), [Some(30), Some(20)]);
    for drawing in [
        quays().restriction_over(&[10], &[11, 12], &[13, 15], "no_exit"),
        quays().restriction_over(&[10, 15], &[11, 12], &[13], "no_entry"),
    ] {
        assert_eq!(counts(&drawing), DOES_NOT, "a member that does not join");
    }
}

#[test]
fn restrictions_that_overlap_along_a_way_all_bind() {
    let (north, east) = ((200.0, 50.0), (250.0, 0.0));
    let network = quays()
        .restriction_over(&[10], &[11, 12], &[13], "no_left_turn")
        .restriction_over(&[11], &[12], &[14], "no_straight_on")
        .restriction(&[10], 1, &[10], "no_u_turn")
        .to_network();
    assert_eq!(network.manifest().restrictions.applied, 3);
    // Round by the lane, where nothing is remembered: 200 m more than straight.
    assert_eq!([north, east].map(|end| seconds(&network, end)), [Some(50), Some(50)]);
    // Who begins on 11 may turn left, and not go straight on.
    let begins = |end| seconds_between(&network, (50.0, 0.0), end);
    assert_eq!([north, east].map(begins), [Some(20), Some(40)]);
    assert_eq!(seconds_between(&network, (100.0, -50.0), east), Some(20));
}

#[test]
fn what_is_mandatory_over_a_way_narrows_what_is_mandatory_at_its_end() {
    let only = |vias: &[&[i64]]| {
        let drawing = quays().restriction(&[11], 2, &[12], "only_straight_on");
        let drawing = drawing.restriction(&[11], 2, &[15], "only_right_turn");
        let over = |drawing: Drawing, to: &&[i64]| {
            drawing.restriction_over(&[10], &[11], to, "only_right_turn")
        };
        let network = vias.iter().fold(drawing, over).to_network();
        [(150.0, 0.0), (100.0, -50.0)].map(|end| seconds(&network, end))
    };
    assert_eq!(only(&[]), [Some(20), Some(20)]);
    assert_eq!(only(&[&[15]]), [Some(40), Some(20)]);
    assert_eq!(only(&[&[15], &[12]]), [Some(20), Some(20)], "of two over one way, either");
}

#[test]
fn a_restriction_costs_a_node_for_each_street_it_names() {
    let (arms, crossings) = (12, 100);
    let mut plain = Drawing::new();
    let along: Vec<i64> = (1..=crossings).collect();
    for node in &along {
        plain = plain.node(*node, 100 * *node as i32, 0).node(1000 + node, 100 * *node as i32, 90);
    }
    plain = plain.street(1, &along);
    for node in &along {
        plain = plain.street(1000 + node, &[*node, 1000 + node]);
    }
    plain = plain.node(999, 100 * crossings as i32 + 90, 0).street(999, &[crossings, 999]);
    for arm in 0..arms {
        plain = plain.node(2000 + arm, -50, 10 * arm as i32).street(2000 + arm, &[2000 + arm, 1]);
    }
    let mut bound = plain.clone();
    for arm in 0..arms {
        for to in [1000 + crossings, 1] {
            bound = bound.restriction_over(&[2000 + arm], &[1], &[to], "no_u_turn");
        }
    }
    let [plain, bound] = [plain, bound].map(|drawing| drawing.to_network().manifest().clone());
    assert_eq!(bound.restrictions.applied, 2 * arms as u64);
    // The end of the arm and of each street of the way; both restrictions of an arm share them.
    let copies = (arms * crossings) as usize;
    assert_eq!(bound.counts.nodes, plain.counts.nodes + copies);
}

#[test]
fn the_restrictions_over_ways_of_real_extracts_are_told() {
    for region in regions::REAL.iter().chain([&*regions::RURAL]) {
        let told = region.network.manifest().restrictions;
        let total = told.applied + told.not_binding + told.unmatched;
        assert_eq!(total, region.extract.restrictions.len() as u64, "{}", region.name);
        println!("{}: {told:?}", region.name);
        assert!(told.via_way <= told.applied);
    }
    assert_eq!(regions::RURAL.network.manifest().restrictions.via_way, 2);
}

#[test]
fn random_maps_have_restrictions_over_ways() {
    let (mut runner, strategy) = (TestRunner::deterministic(), sketches(Palette::FULL));
    let has_some = |sketch: &Sketch| {
        let network = sketch.to_network();
        network.is_some_and(|network| network.manifest().restrictions.via_way > 0)
    };
    let drawn: Vec<Sketch> =
        (0..200).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let count = drawn.iter().filter(|sketch| has_some(sketch)).count();
    assert!(count > 25, "{count} of 200");
    let count = drawn.into_iter().map(Sketch::of_short_ways).filter(has_some).count();
    assert!(count > 40, "{count} of 200 of short ways");
}

fn from_rows(network: &RoadNetwork, places: &[Place]) -> TravelTimes {
    travel_times(network, places, places, Question::default(), &Watch::new()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Compared with the same streets, cut at the same nodes, where no restriction fits.
    #[test]
    fn a_restriction_over_ways_makes_no_trip_faster(
        sketch in sketches(Palette::FULL).prop_map(Sketch::of_short_ways),
        seed in 0..1000_u64,
    ) {
        let (bound, mut free) = (sketch.to_extract(), sketch.to_extract());
        for restriction in &mut free.restrictions {
            restriction.to.clear();
        }
        let build = |extract| RoadNetwork::build(extract, &crate::drawing::anywhere(), &Watch::new());
        if let (Ok(bound), Ok(free)) = (build(&bound), build(&free)) {
            prop_assert_eq!(free.manifest().restrictions.applied, 0);
            let places = places_on_streets(&free, &mut Dice::new(seed), 10);
            let (free, bound) = (from_rows(&free, &places), from_rows(&bound, &places));
            for row in 0..places.len() {
                for column in 0..places.len() {
                    let (free, bound) = (free.time(row, column), bound.time(row, column));
                    prop_assert!(bound.is_err() || free.is_ok_and(|free| Ok(free) <= bound));
                }
            }
        }
    }
}
