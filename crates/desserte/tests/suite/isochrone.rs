//! Stage `isochrone`: what is reached agrees with the matrix, and outlines are sound.

use desserte::graph::{Heading, Place, RoadNetwork, StreetId};
use desserte::isochrone::{
    IsochroneError, IsochroneOptions, LeastAreas, Outlines, ReachedPiece, isochrones,
    merged_isochrones, reached_streets,
};
use desserte::matrix::{Question, Status, TripDirection, travel_times};
use desserte::{Hectares, Interrupted, LonLat, Metres, Millis, Watch};
use geo::{Area, BooleanOps, Contains, Point, Relate, Validation};
use proptest::prelude::*;

use crate::drawing::{Drawing, at, street_of};
use crate::regions::{
    Dice, RURAL, TOWNS, is_same_place, place_on, places_off_streets, places_on_streets, town,
};
use crate::sketch::{Palette, sketches};

const HEADINGS: [Heading; 2] = [Heading::Forward, Heading::Backward];

fn pieces(
    network: &RoadNetwork,
    origin: &Place,
    heading: Heading,
    budget: Millis,
) -> Vec<ReachedPiece> {
    let origin = std::slice::from_ref(origin);
    reached_streets(network, origin, (heading, budget), &Watch::new()).unwrap().rows.remove(0)
}

/// How long a traveller takes at most for the distance that positions are rounded to.
const OF_A_CENTIMETRE: Millis = Millis(10);

/// Times from (or to) an origin, by the matrix.
fn times(
    network: &RoadNetwork,
    origin: &Place,
    places: &[Place],
    heading: Heading,
) -> Vec<Result<Millis, Status>> {
    let direction = match heading {
        Heading::Forward => TripDirection::From,
        Heading::Backward => TripDirection::To,
    };
    let question = Question { direction, ..Question::default() };
    let times = travel_times(network, &[*origin], places, question, &Watch::new()).unwrap();
    (0..places.len()).map(|column| times.time(0, column)).collect()
}

/// Every point of every street of length, as a place on that street.
///
/// Points that a street passes twice, and those where the trip begins, have another time by
/// their position than by their place on the street; they are left out.
fn points_but(network: &RoadNetwork, origin: &Place) -> Vec<Place> {
    let streets = network.streets();
    let with_length = streets.ids().filter(|&street| streets.length_millimetres(street) > 0);
    let places = with_length.flat_map(|street| {
        let points = streets.points(street);
        let starts =
            (0..points.len() - 1).map(move |segment| place_on(network, street, segment, 0));
        let places = starts.chain([place_on(network, street, points.len() - 2, 16)]);
        places.filter(|place| points.iter().filter(|point| **point == place.position).count() == 1)
    });
    places.filter(|place| !is_same_place(place, origin)).collect()
}

/// The matrix and the reached pieces tell of the same points, and pieces end where they must.
fn disagreements(
    network: &RoadNetwork,
    origin: &Place,
    heading: Heading,
    budget: Millis,
) -> Vec<String> {
    let pieces = pieces(network, origin, heading, budget);
    let mut found: Vec<String> = pieces
        .iter()
        .filter(|piece| {
            piece.earliest() > piece.latest() || piece.latest() > budget || piece.line.len() < 2
        })
        .map(|piece| format!("not within the budget: {piece:?}"))
        .collect();
    let points = points_but(network, origin);
    for (place, time) in points.iter().zip(times(network, origin, &points, heading)) {
        let street = place.snap.unwrap().street;
        let of_street = || pieces.iter().filter(move |piece| piece.street == street);
        let passes = of_street().any(|piece| piece.line.contains(&place.position));
        if time.is_ok_and(|time| time < budget) && !passes {
            found.push(format!("{time:?} and not reached: {place:?}"));
        }
        // Where the budget runs out within a centimetre of a point, the cut is drawn on it.
        let is_cut = of_street()
            .any(|piece| piece.latest() == budget && piece.line.last() == Some(&place.position));
        let latest = if is_cut { budget.plus(OF_A_CENTIMETRE) } else { budget };
        if passes && !time.is_ok_and(|time| time <= latest) {
            found.push(format!("{time:?} and reached: {place:?}"));
        }
        for piece in of_street().filter(|piece| piece.line[0] == place.position) {
            if time.is_ok_and(|time| time > piece.earliest()) {
                found.push(format!("{time:?} is later than the piece says: {piece:?}"));
            }
        }
    }
    found.extend(loose_ends(network, &pieces, budget));
    found.extend(idle_cuts(network, &pieces));
    found
}

/// Pieces with a vertex between their ends that their street does not have.
fn idle_cuts(network: &RoadNetwork, pieces: &[ReachedPiece]) -> Vec<String> {
    let is_cut = |piece: &&ReachedPiece| {
        let points = network.streets().points(piece.street);
        let between = &piece.line[1..piece.line.len() - 1];
        between.iter().any(|vertex| !points.contains(vertex))
    };
    pieces.iter().filter(is_cut).map(|piece| format!("cut for nothing: {piece:?}")).collect()
}

/// Pieces that end inside a street, before the budget has run out and where no other piece begins.
fn loose_ends(network: &RoadNetwork, pieces: &[ReachedPiece], budget: Millis) -> Vec<String> {
    let is_loose = |piece: &&ReachedPiece| {
        let end = *piece.line.last().unwrap();
        let goes_on = pieces
            .iter()
            .filter(|other| other != piece && other.street == piece.street)
            .any(|other| other.line[0] == end || other.line.last() == Some(&end));
        let is_vertex = network.streets().points(piece.street).contains(&end);
        piece.latest() != budget && !goes_on && !is_vertex
    };
    pieces.iter().filter(is_loose).map(|piece| format!("a loose end: {piece:?}")).collect()
}

#[test]
fn reached_streets_agree_with_the_matrix_in_every_town() {
    for region in TOWNS.iter() {
        let mut dice = Dice::new(12);
        for origin in places_on_streets(&region.network, &mut dice, 4) {
            for heading in HEADINGS {
                for budget in [Millis(20_000), Millis(47_123), Millis(600_000)] {
                    let found = disagreements(&region.network, &origin, heading, budget);
                    assert!(found.is_empty(), "{}\n{}", region.name, found.join("\n"));
                }
            }
        }
    }
}

#[test]
fn reached_streets_agree_with_the_matrix_in_the_rural_extract() {
    let origins = places_off_streets(&RURAL.network, &mut Dice::new(12), 2);
    for (origin, heading) in origins.iter().zip(HEADINGS) {
        let found = disagreements(&RURAL.network, origin, heading, Millis(420_000));
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn reached_streets_agree_with_the_matrix_on_random_maps(
        sketch in sketches(Palette::FULL),
        seed in 0..1000_u64,
        budget in 1..200_000_u32,
    ) {
        if let Some(network) = sketch.without_repeats().to_network() {
            for origin in places_on_streets(&network, &mut Dice::new(seed), 2) {
                for heading in HEADINGS {
                    let found = disagreements(&network, &origin, heading, Millis(budget));
                    prop_assert!(found.is_empty(), "{}", found.join("\n"));
                }
            }
        }
    }
}

#[test]
fn a_street_is_cut_where_the_budget_runs_out() {
    let network = street();
    let origin = network.snap(at(300.0, 0.0), Metres(100.0));
    // 36 km/h: 100 m in ten seconds, to either side.
    let reached = pieces(&network, &origin, Heading::Forward, Millis(10_000));
    let ends: Vec<f64> = reached
        .iter()
        .map(|piece| desserte::geodesy::distance(at(300.0, 0.0), *piece.line.last().unwrap()).0)
        .collect();
    assert_eq!(reached.len(), 2);
    assert!(ends.iter().all(|end| (end - 100.0).abs() < 0.2), "{ends:?}");
    assert!(
        reached
            .iter()
            .all(|piece| (piece.earliest(), piece.latest()) == (Millis(0), Millis(10_000)))
    );
    assert!(pieces(&network, &origin, Heading::Forward, Millis::ZERO).is_empty());
}

#[test]
fn the_access_leg_is_taken_off_the_budget() {
    let network = street();
    let origin = network.snap(at(300.0, 10.0), Metres(100.0));
    let leg = origin.snap.unwrap().access_time;
    let reached = pieces(&network, &origin, Heading::Forward, Millis(leg.0 + 5_000));
    assert_eq!(reached.len(), 2);
    assert!(reached.iter().all(|piece| piece.earliest() == leg));
    assert!(pieces(&network, &origin, Heading::Forward, Millis(leg.0 - 1)).is_empty());
}

#[test]
fn a_private_one_way_drive_is_left_and_never_come_by() {
    // Nothing private leads to the drive, so that only a trip that begins there uses it.
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 1000, 0)
        .node(3, 500, 100)
        .node(4, 500, 0)
        .street(10, &[1, 4, 2])
        .way(
            11,
            &[3, 4],
            &[("highway", "service"), ("maxspeed", "40"), ("oneway", "yes"), ("access", "private")],
        )
        .to_network();
    let drive = street_of(&network, 11);
    let origin = network.snap(at(600.0, 0.0), Metres(10.0));
    let reaches = |heading| {
        let reached = pieces(&network, &origin, heading, Millis(60_000));
        reached.into_iter().filter(|piece| piece.street == drive).collect::<Vec<_>>()
    };
    assert_eq!(reaches(Heading::Forward), []);
    let [piece] = &reaches(Heading::Backward)[..] else { panic!("the drive is not reached") };
    assert!(piece.earliest().0.abs_diff(10_000) < 20 && piece.latest().0.abs_diff(20_000) < 40);
}

fn street() -> RoadNetwork {
    Drawing::new().node(1, 0, 0).node(2, 1000, 0).street(10, &[1, 2]).to_network()
}

fn options(minutes: &[f64], heading: Heading) -> IsochroneOptions {
    IsochroneOptions {
        limits: minutes.iter().map(|&minutes| Millis::from_minutes(minutes).unwrap()).collect(),
        heading,
        offroad: Metres(300.0),
        resolution: Metres(100.0),
        least: LeastAreas::default(),
    }
}

fn outlines(network: &RoadNetwork, origins: &[Place], options: &IsochroneOptions) -> Vec<Outlines> {
    isochrones(network, origins, options, &Watch::new()).unwrap().rows
}

fn point(position: LonLat) -> Point<f64> {
    let (lon, lat) = position.to_degrees();
    Point::new(lon, lat)
}

fn assert_sound(name: &str, rows: &[Outlines]) {
    for row in rows {
        for outline in row {
            assert!(outline.is_valid(), "{name}: {outline:?}");
        }
        for pair in row.windows(2) {
            let is_nested = pair[0].0.is_empty() || pair[1].relate(&pair[0]).is_covers();
            assert!(is_nested, "{name}: not nested");
        }
    }
}

#[test]
fn outlines_are_valid_nested_and_always_the_same() {
    let regions = TOWNS.iter().chain([&*RURAL]);
    for region in regions {
        let origins = places_on_streets(&region.network, &mut Dice::new(3), 2);
        for heading in HEADINGS {
            let options = options(&[0.5, 2.0, 7.0], heading);
            let rows = outlines(&region.network, &origins, &options);
            assert_sound(&region.name, &rows);
            // Half a minute may fall between the nodes of the grid.
            assert!(rows.iter().all(|row| row[1].unsigned_area() > 0.0));
            assert_eq!(outlines(&region.network, &origins, &options), rows);
        }
    }
}

#[test]
fn an_outline_is_the_same_whatever_other_limits_and_origins_are_asked_for() {
    let network = &RURAL.network;
    let origins = places_on_streets(network, &mut Dice::new(5), 3);
    let together = outlines(network, &origins, &options(&[2.0, 5.0, 9.0], Heading::Forward));
    for (origin, row) in origins.iter().zip(&together) {
        for (minutes, outline) in [2.0, 5.0, 9.0].iter().zip(row) {
            let alone = outlines(network, &[*origin], &options(&[*minutes], Heading::Forward));
            assert_eq!(alone, [vec![outline.clone()]]);
        }
    }
}

#[test]
fn the_origin_and_what_is_reached_well_within_the_budget_lie_inside() {
    let network = &town("valley").network;
    for origin in places_off_streets(network, &mut Dice::new(5), 6) {
        let row = &outlines(network, &[origin], &options(&[5.0], Heading::Forward))[0];
        assert!(row[0].contains(&point(origin.position)));
        // A street point is within half a cell of a node that is reached that much later.
        let reached = pieces(network, &origin, Heading::Forward, Millis(200_000));
        assert!(reached.len() > 2);
        for position in reached.iter().flat_map(|piece| &piece.line) {
            assert!(row[0].contains(&point(*position)), "{position}");
        }
    }
}

#[test]
fn a_one_way_street_is_left_forward_and_come_by_backward() {
    let network = Drawing::new()
        .node(1, 0, 0)
        .node(2, 2000, 0)
        .way(10, &[1, 2], &[("highway", "residential"), ("maxspeed", "40"), ("oneway", "yes")])
        .to_network();
    // Neither end can come back, so no place snaps here by itself.
    let origin = place_on(&network, StreetId(0), 0, 8);
    let covers = |heading, x: f64| {
        outlines(&network, &[origin], &options(&[1.5], heading))[0][0].contains(&point(at(x, 20.0)))
    };
    assert!(covers(Heading::Forward, 1500.0) && !covers(Heading::Forward, 500.0));
    assert!(covers(Heading::Backward, 500.0) && !covers(Heading::Backward, 1500.0));
}

#[test]
fn merged_outlines_hold_those_of_each_origin() {
    let network = &RURAL.network;
    let origins = places_on_streets(network, &mut Dice::new(6), 3);
    let options = options(&[3.0, 6.0], Heading::Forward);
    let merged = merged_isochrones(network, &origins, &options, &Watch::new()).unwrap().rows;
    assert_sound("merged", &merged);
    for row in outlines(network, &origins, &options) {
        for (own, merged) in row.iter().zip(&merged[0]) {
            // Times of nodes are whole milliseconds, so an outline may lie a hand's breadth off.
            let outside = own.difference(merged).unsigned_area();
            assert!(outside <= 1e-4 * own.unsigned_area(), "{outside}");
        }
    }
}

#[test]
fn an_origin_off_the_network_has_empty_outlines() {
    let network = &RURAL.network;
    let nowhere = network.snap(at(0.0, 0.0), Metres(1000.0));
    assert_eq!(nowhere.snap, None);
    let rows = outlines(network, &[nowhere], &options(&[5.0, 10.0], Heading::Forward));
    assert_eq!(rows.len(), 1);
    assert!(rows[0].len() == 2 && rows[0].iter().all(|outline| outline.0.is_empty()));
    assert!(pieces(network, &nowhere, Heading::Forward, Millis(300_000)).is_empty());
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let network = street();
    let origin = [network.snap(at(300.0, 0.0), Metres(100.0))];
    let refused = |change: &dyn Fn(&mut IsochroneOptions)| {
        let mut options = options(&[5.0], Heading::Forward);
        change(&mut options);
        isochrones(&network, &origin, &options, &Watch::new()).unwrap_err()
    };
    let resolution = |metres| refused(&|options| options.resolution = Metres(metres));
    assert_eq!(resolution(0.5), IsochroneError::Resolution { metres: 0.5 });
    assert!(matches!(resolution(f64::NAN), IsochroneError::Resolution { .. }));
    let offroad = |metres| refused(&|options| options.offroad = Metres(metres));
    assert_eq!(offroad(-1.0), IsochroneError::Offroad { metres: -1.0 });
    assert!(matches!(offroad(f64::INFINITY), IsochroneError::Offroad { .. }));
    let least = LeastAreas { hole: Hectares(-1.0), island: Hectares(0.0) };
    let refusal = IsochroneError::LeastArea { hectares: -1.0 };
    assert_eq!(refused(&|options| options.least = least), refusal);
}

#[test]
fn a_call_can_be_stopped() {
    let network = street();
    let origin = [network.snap(at(300.0, 0.0), Metres(100.0))];
    let watch = Watch::new();
    watch.cancel();
    let options = options(&[5.0], Heading::Forward);
    let stopped = Err(IsochroneError::Interrupted(Interrupted));
    assert_eq!(isochrones(&network, &origin, &options, &watch), stopped);
    let pieces = reached_streets(&network, &origin, (Heading::Forward, Millis(9)), &watch);
    assert_eq!(pieces, Err(Interrupted));
}

#[test]
fn errors_read_as_advice() {
    let errors = [
        IsochroneError::Resolution { metres: 0.5 },
        IsochroneError::Offroad { metres: -1.0 },
        IsochroneError::Walking { kmh: 0.0 },
        IsochroneError::Position { piece: 3, x: f64::NAN, y: 1.5 },
        IsochroneError::TooManyCells { rows: 1e6, columns: 2e6, gibibytes: 14_901.16 },
        IsochroneError::Interrupted(Interrupted),
    ];
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "a resolution of 0.5 m cannot be used, give at least 1 m",
            "-1 m off the street cannot be walked, give zero or more",
            "nobody walks at 0 km/h, give a speed above 0.1 and at most 100",
            "piece 3 has a vertex at x = NaN, y = 1.5, which is no position",
            "the surface would be 1000000 rows of 2000000 columns and take 14901.2 GiB, \
         use a coarser resolution",
            "interrupted",
        ]
    );
}
