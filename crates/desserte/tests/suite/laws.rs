//! What holds on any network, whatever its times are?
//!
//! Laws of the matrix and of its relatives, on the towns, the rural extract and
//! random maps; and laws of change: what a side street, a cut, a restriction, a
//! gate or a sign may do to times. A law that holds only under a condition
//! states it.

use desserte::graph::{Direction, Place, RoadNetwork, StreetId, StreetUse};
use desserte::matrix::{
    Question, Status, TravelTimes, TripDirection, nearest, travel_times, trips,
};
use desserte::osm::OsmWayId;
use desserte::profile::{Access, Profile};
use desserte::search::{Journey, StretchKind, Workspace};
use desserte::{LonLat, Millis, Watch};
use proptest::prelude::*;
use rayon::ThreadPoolBuilder;

use crate::drawing::anywhere;
use crate::osm::read_town;
use crate::regions::{self, Dice, is_same_place, place_on, places_off_streets, places_on_streets};
use crate::sketch::{Palette, Sketch, sketches};

fn ask(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    question: Question,
) -> TravelTimes {
    travel_times(network, rows, columns, question, &Watch::new()).unwrap()
}

pub(crate) fn from_rows(network: &RoadNetwork, places: &[Place]) -> TravelTimes {
    ask(network, places, places, Question::default())
}

/// Points on streets and positions off them.
pub(crate) fn places(network: &RoadNetwork, seed: u64, count: usize) -> Vec<Place> {
    let mut dice = Dice::new(seed);
    let mut places = places_on_streets(network, &mut dice, count);
    places.extend(places_off_streets(network, &mut dice, count / 2));
    places
}

/// Every law of times on one network, for all pairs of some places.
pub(crate) fn assert_laws(network: &RoadNetwork, places: &[Place], seed: u64) {
    if places.is_empty() {
        return;
    }
    let with_lengths = Question { with_lengths: true, ..Question::default() };
    let matrix = ask(network, places, places, with_lengths);
    assert_either_side(network, places, &matrix);
    assert_directions(network, places, &matrix);
    assert_cutoffs(network, places, &matrix, &mut Dice::new(seed));
    assert_nearest(network, places, &matrix);
    assert_trips(network, places, &matrix);
    assert_journeys(network, places, &matrix);
    assert_threads(network, places, &matrix);
    assert_triangles(network, places, &matrix);
}

/// Searching from the rows or from the columns gives the same integers, lengths too.
fn assert_either_side(network: &RoadNetwork, places: &[Place], forward: &TravelTimes) {
    let longer: Vec<Place> = places.iter().chain(places.first()).copied().collect();
    let question = Question { with_lengths: true, ..Question::default() };
    let backward = ask(network, &longer, places, question);
    let cells = forward.times.len();
    assert_eq!(forward.times, backward.times[..cells]);
    assert_eq!(forward.status, backward.status[..cells]);
    let lengths = [forward, &backward].map(|times| times.lengths.as_ref().unwrap());
    assert_eq!(lengths[0][..], lengths[1][..cells]);
}

/// "To" is the transpose of "from", and "both" the sum of the two.
fn assert_directions(network: &RoadNetwork, places: &[Place], from: &TravelTimes) {
    let question = |direction| Question { direction, with_lengths: true, cutoff: None };
    let to = ask(network, places, places, question(TripDirection::To));
    let both = ask(network, places, places, question(TripDirection::Both));
    let length = |times: &TravelTimes, row, column| {
        times.lengths.as_ref().unwrap()[row * times.columns + column]
    };
    for row in 0..places.len() {
        for column in 0..places.len() {
            assert_eq!(to.time(row, column).ok(), from.time(column, row).ok());
            assert_eq!(length(&to, row, column), length(from, column, row));
            let sum = match (from.time(row, column), to.time(row, column)) {
                (Ok(there), Ok(back)) => Some(there.plus(back)).filter(|sum| *sum <= Millis::DAY),
                _ => None,
            };
            assert_eq!(both.time(row, column).ok(), sum);
        }
    }
}

/// A cutoff keeps what it does not exceed, hides the rest, and changes nothing else.
fn assert_cutoffs(network: &RoadNetwork, places: &[Place], all: &TravelTimes, dice: &mut Dice) {
    let (row, column) = (dice.below(places.len()), dice.below(places.len()));
    let Ok(time) = all.time(row, column) else { return };
    for cutoff in [time, Millis(time.0.saturating_sub(1)), Millis(time.0 + 1), Millis::ZERO] {
        let question = Question { cutoff: Some(cutoff), ..Question::default() };
        let within = ask(network, places, places, question);
        for row in 0..places.len() {
            for column in 0..places.len() {
                let expected = match all.time(row, column) {
                    Ok(time) if time > cutoff => Err(Status::BeyondCutoff),
                    other => other,
                };
                assert_eq!(within.time(row, column), expected, "{cutoff:?}");
            }
        }
    }
}

/// The nearest are the first of the sorted row.
fn assert_nearest(network: &RoadNetwork, places: &[Place], all: &TravelTimes) {
    for k in [1, 3] {
        let question = (k, Question::default());
        let told = nearest(network, places, places, question, &Watch::new()).unwrap();
        for (row, told) in told.iter().enumerate() {
            let times = (0..places.len()).map(|column| Some((all.time(row, column).ok()?, column)));
            let mut sorted: Vec<(Millis, usize)> = times.flatten().collect();
            sorted.sort_unstable();
            sorted.truncate(k);
            assert_eq!(told.found, sorted);
            assert!(told.found.len() == k.min(places.len()) || told.shortfall.is_some());
        }
    }
}

/// Trips taken one by one are cells of the matrix.
fn assert_trips(network: &RoadNetwork, places: &[Place], all: &TravelTimes) {
    let count = places.len();
    let starts: Vec<Place> = (0..count * count).map(|cell| places[cell / count]).collect();
    let ends: Vec<Place> = (0..count * count).map(|cell| places[cell % count]).collect();
    let told = trips(network, &starts, &ends, Question::default(), &Watch::new()).unwrap();
    let cells: Vec<_> =
        (0..count * count).map(|cell| all.time(cell / count, cell % count)).collect();
    assert_eq!(told, cells);
}

/// A journey takes the time of the matrix, its stretches add up to it and follow
/// one another, and it is no shorter than the length that the matrix states.
fn assert_journeys(network: &RoadNetwork, places: &[Place], all: &TravelTimes) {
    let mut workspace = Workspace::new(network.graph());
    for (row, from) in places.iter().enumerate() {
        for (column, to) in places.iter().enumerate() {
            let journey = Journey::between(network, &mut workspace, from, to);
            assert_eq!(journey.as_ref().map(|journey| journey.time), all.time(row, column).ok());
            let Some(journey) = journey.filter(|journey| !journey.stretches.is_empty()) else {
                continue;
            };
            let stretches = &journey.stretches;
            let sum = stretches.iter().fold(Millis::ZERO, |sum, s| sum.plus(s.time).plus(s.delay));
            assert_eq!(sum, journey.time);
            assert_eq!(stretches[0].line[0], from.position);
            assert_eq!(stretches[stretches.len() - 1].line.last(), Some(&to.position));
            for pair in stretches.windows(2) {
                assert_eq!(pair[0].line.last(), pair[1].line.first());
            }
            let driven = stretches.iter().filter(|s| s.kind != StretchKind::Access);
            let driven: f64 = driven.map(|stretch| stretch.length.0 * 1000.0).sum();
            let least = all.lengths.as_ref().unwrap()[row * places.len() + column];
            // Each street and each end is rounded once.
            let rounding = 10.0 + 0.02 * stretches.len() as f64 + 1e-4 * driven;
            assert!(driven >= least as f64 - rounding, "{driven} {least}");
        }
    }
}

/// The number of threads does not change a bit of the answer.
fn assert_threads(network: &RoadNetwork, places: &[Place], all: &TravelTimes) {
    let question = Question { with_lengths: true, ..Question::default() };
    for threads in [1, 2, 5] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| ask(network, places, places, question)), *all);
    }
}

/// No detour is shorter than the way. Where a turn is restricted, a stop on the
/// way may be used to turn round; and by a private street, to begin anew: so
/// only where no restriction is applied, and by way of public streets.
fn assert_triangles(network: &RoadNetwork, places: &[Place], all: &TravelTimes) {
    if network.manifest().restrictions.applied > 0 {
        return;
    }
    for (stop, place) in places.iter().enumerate() {
        if place.snap.is_none_or(|snap| !is_public_both_ways(network, snap.street)) {
            continue;
        }
        for row in 0..places.len() {
            let Ok(first) = all.time(row, stop) else { continue };
            for column in 0..places.len() {
                let Ok(second) = all.time(stop, column) else { continue };
                let whole = all.time(row, column);
                assert!(
                    whole.is_ok_and(|whole| whole <= first.plus(second)),
                    "{row} {stop} {column}"
                );
            }
        }
    }
}

fn is_public_both_ways(network: &RoadNetwork, street: StreetId) -> bool {
    let access = Direction::BOTH
        .map(|direction| network.streets().access(StreetUse::new(street, direction)));
    !access.contains(&Some(Access::Restricted))
}

/// Places no two of which have one position: those are zero apart, wherever they are snapped.
pub(crate) fn distinct(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| place.position);
    places.dedup_by(|a, b| is_same_place(a, b));
    places
}

#[test]
fn laws_hold_in_every_town() {
    for region in regions::TOWNS.iter() {
        assert_laws(&region.network, &distinct(places(&region.network, 6, 16)), 6);
    }
}

#[test]
fn laws_hold_in_the_rural_extract() {
    let network = &regions::RURAL.network;
    assert_laws(network, &distinct(places(network, 7, 16)), 7);
}

#[test]
fn laws_hold_in_the_real_extracts() {
    for region in regions::REAL.iter() {
        assert_laws(&region.network, &distinct(places(&region.network, 2, 6)), 2);
    }
}

/// A place of one network, as it lies on another that has the same ways there.
///
/// `None` where the way passes there more than once.
pub(crate) fn carried_over(
    place: &Place,
    from: &RoadNetwork,
    to: &RoadNetwork,
    cut: i64,
) -> Option<Place> {
    let snap = place.snap?;
    let (way, ends) = drawn(from, snap.street, snap.segment as usize);
    let is_same = |other: OsmWayId| other == way || (cut == way.0 && other.0 == 1001);
    let mut found = Vec::new();
    for street in to.streets().ids() {
        for segment in 0..to.streets().points(street).len() - 1 {
            let (other, other_ends) = drawn(to, street, segment);
            if is_same(other) && (other_ends == ends) {
                found.push((street, segment));
            }
        }
    }
    let [(street, segment)] = found[..] else { return None };
    let sixteenths = (snap.fraction * 16.0) as usize;
    let is_reversed = [(from, snap.street, snap.segment as usize), (to, street, segment)].map(
        |(network, street, segment)| network.streets().stretch_at(street, segment).is_reversed(),
    );
    let turned = is_reversed[0] != is_reversed[1];
    Some(place_on(to, street, segment, if turned { 16 - sixteenths } else { sixteenths }))
}

/// The way of a segment, and its ends in the order of the way.
fn drawn(network: &RoadNetwork, street: StreetId, segment: usize) -> (OsmWayId, [LonLat; 2]) {
    let streets = network.streets();
    let (stretch, points) = (streets.stretch_at(street, segment), streets.points(street));
    let mut ends = [points[segment], points[segment + 1]];
    if stretch.is_reversed() {
        ends.reverse();
    }
    (streets.ways()[stretch.way as usize].id, ends)
}

/// The same trips on two networks, pair by pair.
pub(crate) fn side_by_side(
    one: &RoadNetwork,
    other: &RoadNetwork,
    seed: u64,
    cut: i64,
) -> Vec<[Result<Millis, Status>; 2]> {
    let drawn = places_on_streets(one, &mut Dice::new(seed), 12);
    let drawn = distinct(drawn).into_iter();
    let pairs: Vec<(Place, Place)> = drawn
        .filter_map(|place| {
            // A way that passes twice in the first network is ambiguous in itself.
            carried_over(&place, one, one, 0)?;
            Some((place, carried_over(&place, one, other, cut)?))
        })
        .collect();
    let (ones, others): (Vec<Place>, Vec<Place>) = pairs.into_iter().unzip();
    let (ones, others) = (from_rows(one, &ones), from_rows(other, &others));
    let cells = (0..ones.rows).flat_map(|row| (0..ones.columns).map(move |column| (row, column)));
    cells.map(|(row, column)| [ones.time(row, column), others.time(row, column)]).collect()
}

const PLAIN: Palette = Palette { access: false, barriers: false, turns: false, signs: false };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn laws_hold_on_random_maps(sketch in sketches(Palette::FULL), seed in 0..1000_u64) {
        if let Some(network) = sketch.to_network() {
            let places = distinct(places(&network, seed, 8));
            assert_laws(&network, &places, seed);
        }
    }

    #[test]
    fn triangles_hold_on_random_maps_without_restrictions(
        sketch in sketches(Palette { turns: false, ..Palette::FULL }),
        seed in 0..1000_u64,
    ) {
        if let Some(network) = sketch.to_network() {
            let places = distinct(places(&network, seed, 14));
            assert_triangles(&network, &places, &from_rows(&network, &places));
        }
    }

    #[test]
    fn a_side_street_changes_no_time_of_others(
        sketch in sketches(Palette { access: true, ..PLAIN }),
        node in 0..16_usize,
        seed in 0..1000_u64,
    ) {
        let tags = [("highway", "service"), ("access", "private")];
        if let Some(network) = sketch.to_network() {
            let with_street = sketch.with_side_street(node, &tags).to_network();
            for [before, after] in side_by_side(&network, &with_street, seed, 0) {
                prop_assert_eq!(before, after);
            }
        }
    }

    /// Each part of a cut way is rounded on its own: a millisecond each time the cut is passed.
    #[test]
    fn cutting_a_way_in_two_changes_no_time_but_by_rounding(
        sketch in sketches(Palette { turns: false, ..Palette::FULL }),
        walk in 0..16_usize,
        at in 0..8_usize,
        seed in 0..1000_u64,
    ) {
        if let Some(network) = sketch.to_network() {
            let walk = walk % sketch.walks.len();
            let cut = sketch.with_way_cut(walk, at).to_network();
            for pair in side_by_side(&network, &cut, seed, walk as i64 + 1) {
                match pair {
                    [Ok(before), Ok(after)] => prop_assert!(before.0.abs_diff(after.0) <= 8),
                    [before, after] => prop_assert_eq!(before, after),
                }
            }
        }
    }

    #[test]
    fn closing_a_way_makes_no_trip_faster(
        sketch in sketches(PLAIN),
        seed in 0..1000_u64,
    ) {
        let mut closed = sketch.clone();
        closed.walks.pop();
        assert_never_faster(&sketch, &closed, seed)?;
    }

    #[test]
    fn a_restriction_makes_no_trip_faster_than_none(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
    ) {
        let free = Sketch { turns: Vec::new(), ..sketch.clone() };
        assert_never_faster(&free, &sketch, seed)?;
    }

    /// From an open map only: on another, a sign may open a network that lay behind it.
    #[test]
    fn a_private_street_or_a_barrier_makes_no_trip_faster_than_an_open_map(
        sketch in sketches(Palette { turns: false, ..Palette::FULL }),
        seed in 0..1000_u64,
    ) {
        let mut open = sketch.opened();
        for walk in &mut open.walks {
            walk.access = 0;
        }
        assert_never_faster(&open, &Sketch { barriers: sketch.barriers.clone(), ..open.clone() }, seed)?;
        assert_never_faster(&open, &Sketch { barriers: Vec::new(), ..sketch.clone() }, seed)?;
        assert_never_faster(&open, &sketch, seed)?;
    }
}

fn assert_never_faster(free: &Sketch, bound: &Sketch, seed: u64) -> Result<(), TestCaseError> {
    assert_never_faster_for(&anywhere(), [free, bound], seed)
}

/// No trip on the bound map is faster than on the free one.
pub(crate) fn assert_never_faster_for(
    profile: &Profile,
    [free, bound]: [&Sketch; 2],
    seed: u64,
) -> Result<(), TestCaseError> {
    let [Some(free), Some(bound)] = [free, bound].map(|sketch| sketch.to_network_of(profile))
    else {
        return Ok(());
    };
    for [bound, free] in side_by_side(&bound, &free, seed, 0) {
        if let Ok(bound) = bound {
            prop_assert!(free.is_ok_and(|free| free <= bound), "{free:?} {bound:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_a_files_elements_does_not_show(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
    ) {
        // The reader leaves out what names one node twice in a row.
        let sketch = sketch.without_repeats();
        let town = sketch.to_drawing().to_town();
        let networks = [town.clone(), town.backwards().in_blocks_of(3)].map(|town| {
            RoadNetwork::build(&read_town(&town), &anywhere(), &Watch::new()).ok()
        });
        if let [Some(one), Some(other)] = &networks {
            let drawn = sketch.to_network().unwrap();
            let places = places_on_streets(one, &mut Dice::new(seed), 8);
            for other in [other, &drawn] {
                prop_assert_eq!(one.manifest().counts, other.manifest().counts);
                prop_assert_eq!(one.manifest().restrictions, other.manifest().restrictions);
                prop_assert_eq!(one.manifest().bounds.map(f64::to_bits), other.manifest().bounds.map(f64::to_bits));
                prop_assert_eq!(&one.manifest().projection, &other.manifest().projection);
                prop_assert_eq!(from_rows(one, &places), from_rows(other, &places));
            }
        }
    }
}
