//! Is the surface what the matrix says of a site at each junction, and what holds of other sites?

use std::collections::BTreeMap;

use desserte::graph::{Direction, JunctionId, Place, RoadNetwork, StreetId, StreetUse};
use desserte::matrix::{Question, TravelTimes, TripDirection, travel_times};
use desserte::profile::Profile;
use desserte::siting::{Demand, SitingError, SitingSurface, SurfaceQuestion, siting_surface};
use desserte::{Interrupted, LonLat, Metres, Millis, Watch};
use proptest::prelude::*;
use rayon::ThreadPoolBuilder;

use crate::drawing::{Drawing, at};
use crate::regions::{self, Dice, is_same_place, place_on, places_off_streets, places_on_streets};
use crate::sketch::{Palette, sketches};

const DIRECTIONS: [TripDirection; 3] =
    [TripDirection::From, TripDirection::To, TripDirection::Both];

fn question(direction: TripDirection, limit: Millis) -> SurfaceQuestion {
    SurfaceQuestion { limit, direction, unserved: None }
}

fn surface(
    network: &RoadNetwork,
    demand: Demand<'_>,
    existing: &[Place],
    question: SurfaceQuestion,
) -> SitingSurface {
    siting_surface(network, demand, existing, question, &Watch::new()).unwrap()
}

fn matrix(
    network: &RoadNetwork,
    rows: &[Place],
    columns: &[Place],
    way: TripDirection,
) -> TravelTimes {
    let question = Question { direction: way, ..Question::default() };
    travel_times(network, rows, columns, question, &Watch::new()).unwrap()
}

/// A site as a planner puts it there: at the coordinates of the junction.
fn site_at(network: &RoadNetwork, junction: JunctionId) -> Place {
    network.snap(network.junction_position(junction), Metres(1000.0))
}

/// What a site gives, by the definition: people newly within the limit, and person-minutes.
fn given_by(
    (times, column): (&TravelTimes, usize),
    (people, before): (&[f64], &[Millis]),
    question: SurfaceQuestion,
) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for (row, (&people, &before)) in people.iter().zip(before).enumerate() {
        let Ok(time) = times.time(row, column) else { continue };
        if before > question.limit && time <= question.limit {
            sums[0] += people;
        }
        let from = if before.is_reached() { Some(before) } else { question.unserved };
        let saved = from.map_or(0, |from| from.0.saturating_sub(time.0));
        sums[1] += people * f64::from(saved) / 60_000.0;
    }
    sums
}

/// The time to the nearest of some sites, by the matrix.
fn before(
    network: &RoadNetwork,
    places: &[Place],
    sites: &[Place],
    way: TripDirection,
) -> Vec<Millis> {
    let times = matrix(network, places, sites, way);
    let nearest = |row| (0..sites.len()).filter_map(|site| times.time(row, site).ok()).min();
    (0..places.len()).map(|row| nearest(row).unwrap_or(Millis::INFINITY)).collect()
}

/// On `network`, whose surface is asked for, and its twin, which is never prepared.
fn assert_surface(
    (network, twin): (&RoadNetwork, &RoadNetwork),
    (places, existing): (&[Place], &[Place]),
    question: SurfaceQuestion,
    step: usize,
) {
    let people: Vec<f64> = (0..places.len()).map(|place| (place * 37 % 50) as f64).collect();
    let told = surface(network, Demand { places, people: &people }, existing, question);
    let before = before(twin, places, existing, question.direction);
    assert_eq!(told.before, before);
    let rows: Vec<usize> = (0..told.junctions.len()).step_by(step).collect();
    let sites: Vec<Place> = rows.iter().map(|&row| site_at(twin, told.junctions[row])).collect();
    let times = matrix(twin, places, &sites, question.direction);
    for (column, &row) in rows.iter().enumerate() {
        let [covered, saved] = given_by((&times, column), (&people, &before), question);
        let junction = told.junctions[row];
        assert!((told.new_people[row] - covered).abs() < 1e-9, "{junction:?} {question:?}");
        let found = told.person_minutes_saved[row];
        assert!((found - saved).abs() <= 1e-9 * saved.max(1.0), "{junction:?} {found} {saved}");
    }
}

/// Places of every kind: on streets, off them, at junctions, two at one spot, one in the sea.
fn places(network: &RoadNetwork, dice: &mut Dice, count: usize) -> Vec<Place> {
    let mut places = places_on_streets(network, dice, count);
    places.extend(places_off_streets(network, dice, count));
    let junctions = network.manifest().counts.junctions;
    places.extend((0..3).map(|_| site_at(network, JunctionId(dice.below(junctions) as u32))));
    places.extend(places.first().copied());
    places.push(network.snap(LonLat::default(), Metres(1000.0)));
    places
}

/// A village at the end of a street of two kilometres, a crossing in its middle, a hamlet on the
/// side street; 10 m a second.
fn crossing() -> RoadNetwork {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 1200, 0)
        .node(3, 2400, 0)
        .node(4, 1200, 600)
        .street(10, &[1, 2])
        .street(11, &[2, 3])
        .street(12, &[2, 4])
        .to_network()
}

#[test]
fn a_site_at_the_crossing_serves_the_village_and_the_hamlet() {
    let network = crossing();
    let spots = [(0.0, 0.0), (1200.0, 600.0), (2400.0, 0.0)];
    let [village, hamlet, clinic] = spots.map(|(x, y)| network.snap(at(x, y), Metres(100.0)));
    let demand = Demand { places: &[village, hamlet], people: &[300.0, 100.0] };
    // The clinic is 240 s from the village and 180 s from the hamlet.
    let asked = question(TripDirection::From, Millis(130_000));
    let told = surface(&network, demand, &[clinic], asked);
    let by_junction: BTreeMap<_, _> = told
        .junctions
        .iter()
        .zip(told.new_people.iter().zip(&told.person_minutes_saved))
        .map(|(&junction, (&people, &minutes))| {
            (network.junction_node(junction).0, (people, minutes))
        })
        .collect();
    // By hand: 120 s and 60 s to the crossing; 240 - 120 = 120 s saved by 300, 120 s by 100.
    for (node, people, minutes) in
        [(1, 300.0, 1200.0), (2, 400.0, 800.0), (3, 0.0, 0.0), (4, 100.0, 600.0)]
    {
        let (found_people, found_minutes) = by_junction[&node];
        assert!((found_people - people).abs() < 1e-9, "{node}: {found_people}");
        assert!((found_minutes - minutes).abs() < 2.0, "{node}: {found_minutes}");
    }
    let none = surface(&network, demand, &[], asked);
    assert!(none.person_minutes_saved.iter().all(|&minutes| minutes == 0.0));
    let unserved = SurfaceQuestion { unserved: Some(Millis(300_000)), ..asked };
    let all = surface(&network, demand, &[], unserved);
    assert!(all.person_minutes_saved.iter().all(|&minutes| minutes > 100.0));
}

#[test]
fn every_junction_of_every_region_has_what_the_matrix_says() {
    for region in regions::all() {
        let Some(network) = regions_twin(region) else { continue };
        let dice = &mut Dice::new(11);
        let count = network.manifest().counts.junctions;
        let places = places(&network, dice, if count > 500 { 25 } else { 6 });
        let existing = &places[..3];
        for direction in DIRECTIONS {
            for existing in [existing, &[]] {
                let unserved = Some(Millis(3_600_000)).filter(|_| existing.is_empty());
                let asked = SurfaceQuestion { unserved, ..question(direction, Millis(420_000)) };
                let networks = (&network, &region.network);
                assert_surface(networks, (&places, existing), asked, (count / 150).max(1));
            }
        }
    }
}

/// The same network once more, to be prepared.
fn regions_twin(region: &regions::Region) -> Option<RoadNetwork> {
    let profile = crate::drawing::plain_car();
    RoadNetwork::build(&region.extract, &profile, &Watch::new()).ok()
}

#[test]
fn who_waits_at_junctions_is_told_the_minutes_of_the_matrix() {
    let build = || RoadNetwork::build(&regions::RURAL.extract, &Profile::car(), &Watch::new());
    let (network, twin) = (build().unwrap(), build().unwrap());
    let places = places(&network, &mut Dice::new(3), 20);
    let asked = question(TripDirection::Both, Millis(600_000));
    assert_surface((&network, &twin), (&places, &places[2..6]), asked, 40);
}

#[test]
fn any_number_of_threads_gives_the_same_sums() {
    let network = regions_twin(&regions::RURAL).unwrap();
    let places = places(&network, &mut Dice::new(4), 120);
    // No sum of these is exact.
    let people: Vec<f64> = (1..=places.len()).map(|place| 1.0 / place as f64).collect();
    let demand = Demand { places: &places, people: &people };
    let asked = question(TripDirection::From, Millis(400_000));
    let told = [1, 2, 5].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| surface(&network, demand, &places[..2], asked))
    });
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

#[test]
fn a_site_stands_where_a_public_street_may_be_snapped_to() {
    for region in regions::TOWNS.iter() {
        let network = &region.network;
        let streets = network.streets();
        let mut expected = Vec::new();
        for junction in (0..network.manifest().counts.junctions as u32).map(JunctionId) {
            let position = network.junction_position(junction);
            let ends_here = |street: StreetId| {
                Direction::BOTH
                    .iter()
                    .any(|&way| streets.tail(StreetUse::new(street, way)) == junction)
            };
            let is_open = streets.ids().any(|street| {
                streets.is_public(street) && network.is_snappable(street) && ends_here(street)
            });
            if is_open && network.snap(position, Metres(0.0)).snap.is_some() {
                expected.push(junction);
            }
        }
        let demand = Demand { places: &[], people: &[] };
        let asked = question(TripDirection::From, Millis(1));
        let Some(twin) = regions_twin(region) else { continue };
        let told = surface(&twin, demand, &[], asked).junctions;
        assert!(told.is_sorted());
        assert_eq!(told, expected, "{}", region.name);
    }
}

/// A candidate inside a street against the end of it that its site is put on that street at:
/// whoever comes to the one comes to the other, later by the drive between them at most.
fn assert_ends_follow(network: &RoadNetwork, demand: Demand<'_>, dice: &mut Dice) {
    let candidates = places_on_streets(network, dice, 6);
    let limit = Millis(60_000);
    let limits = |more| question(TripDirection::From, Millis(limit.0 + more));
    let served = |times: &TravelTimes, column: usize, limit: u32| -> f64 {
        let is_within = |row: &usize| times.time(*row, column).is_ok_and(|time| time.0 <= limit);
        (0..times.rows).filter(is_within).map(|row| demand.people[row]).sum()
    };
    // Who stands where the candidate does is there without a trip, whatever street is near.
    let is_apart = |site: &&Place| !demand.places.iter().any(|place| is_same_place(place, site));
    for candidate in candidates.iter().filter(is_apart) {
        let snap = candidate.snap.unwrap();
        let times = matrix(network, demand.places, &[*candidate], TripDirection::From);
        for direction in Direction::BOTH {
            let usage = StreetUse::new(snap.street, direction);
            let end = network.streets().head(usage);
            let is_its_street =
                site_at(network, end).snap.is_some_and(|site| site.street == snap.street);
            if network.streets().access(usage).is_none() || !is_its_street {
                continue;
            }
            let offset = snap.offset(network.streets(), direction);
            let drive = network.streets().total_time(usage).0 - offset.0;
            let told = surface(network, demand, &[], limits(drive));
            let Ok(row) = told.junctions.binary_search(&end) else { continue };
            assert!(
                told.new_people[row] >= served(&times, 0, limit.0),
                "{end:?} after {drive} ms of {snap:?}"
            );
        }
    }
}

/// The best junction is as good as the best of any list of junctions.
fn assert_best(network: &RoadNetwork, demand: Demand<'_>, existing: &[Place], dice: &mut Dice) {
    for direction in DIRECTIONS {
        let asked = question(direction, Millis(45_000));
        let told = surface(network, demand, existing, asked);
        if told.junctions.is_empty() {
            return;
        }
        let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
        let [people, minutes] = [&told.new_people, &told.person_minutes_saved].map(|v| most(v));
        let list: Vec<Place> = (0..8)
            .map(|_| site_at(network, told.junctions[dice.below(told.junctions.len())]))
            .collect();
        let times = matrix(network, demand.places, &list, direction);
        for column in 0..list.len() {
            let given = given_by((&times, column), (demand.people, &told.before), asked);
            assert!(given[0] <= people + 1e-9 && given[1] <= minutes + 1e-6, "{given:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_map_has_the_surface_that_the_matrix_says(
        sketch in sketches(Palette::FULL),
        seed in any::<u64>(),
        limit in 1..200_000_u32,
    ) {
        let (Some(network), Some(twin)) = (sketch.to_network(), sketch.to_network()) else {
            return Ok(());
        };
        let dice = &mut Dice::new(seed);
        let places = places(&network, dice, 8);
        for direction in DIRECTIONS {
            for existing in [&places[1..3], &[]] {
                let unserved = Some(Millis(200_000)).filter(|_| existing.is_empty());
                let asked = SurfaceQuestion { unserved, ..question(direction, Millis(limit)) };
                assert_surface((&network, &twin), (&places, existing), asked, 1);
            }
        }
        let people: Vec<f64> = (0..places.len()).map(|place| (place * 7 % 5) as f64).collect();
        let demand = Demand { places: &places, people: &people };
        assert_ends_follow(&network, demand, dice);
        assert_best(&network, demand, &places[1..3], dice);
    }
}

#[test]
fn a_point_inside_a_street_may_serve_more_than_either_end() {
    // A village at each end of two kilometres, 100 s each to the middle.
    let network = Drawing::new().node(1, 0, 0).node(2, 2000, 0).street(10, &[1, 2]).to_network();
    let villages = [0.0, 2000.0].map(|x| network.snap(at(x, 0.0), Metres(100.0)));
    let demand = Demand { places: &villages, people: &[1.0, 1.0] };
    let told = surface(&network, demand, &[], question(TripDirection::From, Millis(120_000)));
    assert_eq!(told.new_people, [1.0, 1.0]);
    let middle = place_on(&network, villages[0].snap.unwrap().street, 0, 8);
    let times = matrix(&network, &villages, &[middle], TripDirection::From);
    assert!((0..2).all(|row| times.time(row, 0).unwrap() <= Millis(120_000)));
}

#[test]
fn people_that_cannot_be_are_refused_and_a_surface_can_be_stopped() {
    let network = crossing();
    let place = network.snap(at(0.0, 0.0), Metres(100.0));
    let asked = question(TripDirection::From, Millis(1000));
    let ask = |people: &[f64], watch: &Watch| {
        siting_surface(&network, Demand { places: &[place], people }, &[], asked, watch)
    };
    let error = |people: &[f64]| ask(people, &Watch::new()).unwrap_err().to_string();
    assert_eq!(error(&[1.0, 2.0]), "demand has 2 values for 1 places");
    for (people, shown) in [(-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let message = format!("demand is {shown} at position 0; give a finite number, 0 or more");
        assert_eq!(error(&[people]), message);
    }
    let watch = Watch::new();
    watch.cancel();
    assert_eq!(ask(&[1.0], &watch).unwrap_err(), SitingError::Interrupted(Interrupted));
    assert_eq!(ask(&[0.0], &Watch::new()).unwrap().new_people, [0.0; 4]);
}
