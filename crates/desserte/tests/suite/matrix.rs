//! Stage `matrix`: reasons, directions and refusals, as a caller meets them.
//!
//! That times are right is `oracle.rs`, and how the forms of a question agree
//! with each other is `laws.rs`.

use desserte::graph::{Place, RoadNetwork};
use desserte::matrix::{
    MatrixError, Nearest, Question, Status, TripDirection, nearest, travel_times, trips,
};
use desserte::{Interrupted, Metres, Millis, Phase, Watch};

use crate::drawing::{Drawing, at};

/// A street of a kilometre, a one-way street off its end into a yard that has
/// no way out, and an island.
fn shore() -> RoadNetwork {
    Drawing::new()
        .node(1, 0, 0)
        .node(2, 1000, 0)
        .node(3, 2000, 0)
        .street(10, &[1, 2])
        .way(11, &[2, 3], &[("highway", "residential"), ("maxspeed", "40"), ("oneway", "yes")])
        .node(6, 2000, 200)
        .street(13, &[3, 6])
        .node(4, 0, 5000)
        .node(5, 1000, 5000)
        .street(12, &[4, 5])
        .to_network()
}

/// A village, a hamlet 500 m on, the yard, the island, and the open sea.
fn places(network: &RoadNetwork) -> Vec<Place> {
    let spots = [(100.0, 0.0), (600.0, 0.0), (2000.0, 100.0), (500.0, 5000.0), (0.0, 20_000.0)];
    spots.map(|(x, y)| network.snap(at(x, y), Metres(1000.0))).to_vec()
}

fn within(minutes: f64) -> Question {
    Question { cutoff: Millis::from_minutes(minutes), ..Question::default() }
}

#[test]
fn every_reason_has_its_pair() {
    let [yes, far, off, sea, no] = Status::ALL;
    let network = shore();
    let places = places(&network);
    let times = travel_times(&network, &places, &places, within(1.0), &Watch::new()).unwrap();
    let status: Vec<Vec<Status>> = times.status.chunks(5).map(<[Status]>::to_vec).collect();
    assert_eq!(
        status,
        [
            [yes, yes, far, no, sea],
            [yes, yes, far, no, sea],
            [no, no, yes, no, sea],
            [no, no, no, yes, sea],
            [off, off, off, off, off],
        ]
    );
    assert!(times.time(0, 1).unwrap().0.abs_diff(50_000) < 50);
    assert_eq!(times.times[2], Millis::INFINITY);
}

#[test]
fn a_cutoff_never_turns_no_path_into_too_far() {
    let network = shore();
    let places = places(&network);
    for cutoff in [None, Some(Millis::ZERO), Some(Millis(30_000)), Some(Millis::DAY)] {
        let question = Question { cutoff, ..Question::default() };
        let times = travel_times(&network, &places, &places, question, &Watch::new()).unwrap();
        let one_by_one =
            trips(&network, &[places[0]; 5], &places, question, &Watch::new()).unwrap();
        assert_eq!(times.time(0, 3), Err(Status::NoPath));
        assert_eq!(times.time(2, 0), Err(Status::NoPath));
        assert_eq!(one_by_one[3], Err(Status::NoPath));
    }
}

#[test]
fn the_way_there_and_back_exists_only_if_both_do() {
    let network = shore();
    let places = places(&network);
    let question = Question { direction: TripDirection::Both, ..Question::default() };
    let both = travel_times(&network, &places, &places, question, &Watch::new()).unwrap();
    assert!(both.time(0, 1).unwrap().0.abs_diff(100_000) < 100);
    assert_eq!(both.time(0, 2), Err(Status::NoPath));
    let cut = Question { cutoff: Some(Millis(70_000)), ..question };
    let both = travel_times(&network, &places, &places, cut, &Watch::new()).unwrap();
    assert_eq!(both.time(0, 1), Err(Status::BeyondCutoff));
    assert_eq!(both.time(0, 2), Err(Status::NoPath));
}

#[test]
fn a_trip_longer_than_a_day_is_none() {
    // At 1 km/h and less there is no road so slow, but a day of tracks at 9 km/h is 216 km.
    let mut drawing = Drawing::new();
    let ids: Vec<i64> = (0..60).collect();
    for &id in &ids {
        drawing = drawing.node(id, (id as i32 % 2) * 5000, id as i32 * 100);
    }
    let network = drawing.way(1, &ids, &[("highway", "track")]).to_network();
    let ends = [(0.0, 0.0), (5000.0, 5900.0)].map(|(x, y)| network.snap(at(x, y), Metres(100.0)));
    let told = |cutoff| {
        let question = Question { cutoff, ..Question::default() };
        let matrix = travel_times(&network, &ends, &ends, question, &Watch::new()).unwrap();
        let trip = trips(&network, &ends[..1], &ends[1..], question, &Watch::new()).unwrap()[0];
        assert_eq!(trip, matrix.time(0, 1));
        trip
    };
    assert_eq!(told(None), Err(Status::NoPath));
    assert_eq!(told(Some(Millis::DAY)), Err(Status::BeyondCutoff));
}

#[test]
fn lengths_are_those_driven_access_legs_apart() {
    let network = shore();
    let [a, b] =
        [(100.0, 30.0), (600.0, -20.0)].map(|(x, y)| network.snap(at(x, y), Metres(100.0)));
    let question = Question { with_lengths: true, ..Question::default() };
    let times = travel_times(&network, &[a], &[b], question, &Watch::new()).unwrap();
    let driven = times.lengths.as_ref().unwrap()[0];
    assert!(driven.abs_diff(500_000) < 2_000, "{driven}");
    // 500 m at 10 m/s, 50 m at 4 km/h.
    assert!(times.time(0, 0).unwrap().0.abs_diff(95_000) < 300);
    let sea = places(&network)[4];
    let none = travel_times(&network, &[a], &[sea], question, &Watch::new()).unwrap();
    assert_eq!(none.lengths, Some(vec![u64::MAX]));
}

#[test]
fn no_rows_or_no_columns_make_an_empty_answer() {
    let network = shore();
    let places = places(&network);
    for (rows, columns) in [(&places[..0], &places[..]), (&places[..], &places[..0])] {
        for direction in [TripDirection::From, TripDirection::To, TripDirection::Both] {
            let question = Question { direction, with_lengths: true, cutoff: None };
            let times = travel_times(&network, rows, columns, question, &Watch::new()).unwrap();
            assert_eq!((times.rows, times.columns), (rows.len(), columns.len()));
            assert!(times.times.is_empty() && times.status.is_empty());
        }
    }
    assert_eq!(trips(&network, &[], &[], Question::default(), &Watch::new()), Ok(Vec::new()));
}

#[test]
fn nearest_takes_the_lower_of_equals_and_says_why_there_are_no_more() {
    let network = shore();
    let places = places(&network);
    let ask = |rows: &[Place], columns: &[Place], k, question| {
        nearest(&network, rows, columns, (k, question), &Watch::new()).unwrap()
    };
    let twice = [places[1], places[0], places[1]];
    let found = ask(&places[..1], &twice, 3, Question::default());
    let columns: Vec<usize> = found[0].found.iter().map(|(_, column)| *column).collect();
    assert_eq!((columns, found[0].shortfall), (vec![1, 0, 2], None));
    let short = |columns: &[Place]| ask(&places[..1], columns, 1, within(1.0))[0].shortfall;
    assert_eq!(short(&places[2..]), Some(Status::BeyondCutoff));
    assert_eq!(short(&places[3..]), Some(Status::NoPath));
    assert_eq!(short(&places[4..]), Some(Status::DestinationOffNetwork));
    let off = ask(&places[4..], &places[..1], 1, Question::default());
    assert_eq!(off[0].shortfall, Some(Status::OriginOffNetwork));
    assert_eq!(ask(&places[..1], &[], 2, Question::default()), [Nearest::default()]);
    assert!(ask(&places, &places, 0, Question::default()).iter().all(|row| row.found.is_empty()));
}

#[test]
fn nearest_in_blocks_is_nearest_at_once() {
    let network = shore();
    let many: Vec<Place> = (0..600)
        .map(|step| network.snap(at(f64::from(step * 37 % 1000), 3.0), Metres(100.0)))
        .collect();
    let few = &many[..7];
    let question = (4, Question::default());
    for (rows, columns) in [(few, &many[..]), (&many[..], few)] {
        let told = nearest(&network, rows, columns, question, &Watch::new()).unwrap();
        let times = travel_times(&network, rows, columns, question.1, &Watch::new()).unwrap();
        for (row, told) in told.iter().enumerate() {
            let mut all: Vec<(Millis, usize)> = (0..columns.len())
                .map(|column| (times.time(row, column).unwrap(), column))
                .collect();
            all.sort_unstable();
            assert_eq!(told.found, all[..4]);
        }
    }
}

#[test]
fn a_question_can_be_followed_and_stopped() {
    let network = shore();
    let places = places(&network);
    let watch = Watch::new();
    travel_times(&network, &places[..2], &places, Question::default(), &watch).unwrap();
    assert_eq!(watch.progress(), (Phase::Searching, 2, 2));
    watch.cancel();
    let stopped = MatrixError::Interrupted(Interrupted);
    let question = Question::default();
    assert_eq!(travel_times(&network, &places, &places, question, &watch), Err(stopped.clone()));
    assert_eq!(trips(&network, &places, &places, question, &watch), Err(stopped.clone()));
    assert_eq!(nearest(&network, &places, &places, (1, question), &watch), Err(stopped));
}

#[test]
fn unequal_rows_are_refused() {
    let network = shore();
    let places = places(&network);
    let refused = trips(&network, &places, &places[1..], Question::default(), &Watch::new());
    assert_eq!(refused, Err(MatrixError::UnequalRows { starts: 5, ends: 4 }));
}

#[test]
fn errors_and_reasons_read_as_words() {
    let errors = [
        MatrixError::TooLarge { rows: 4_000_000_000, columns: 3_000_000_000 },
        MatrixError::UnequalRows { starts: 5, ends: 4 },
        MatrixError::Interrupted(Interrupted),
    ];
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "4000000000 rows and 3000000000 columns make a matrix too large for this machine; \
         ask for it in blocks of rows",
            "5 starts and 4 ends cannot be paired row by row",
            "interrupted",
        ]
    );
    let names = Status::ALL.map(Status::name);
    assert_eq!(
        names,
        ["ok", "beyond_cutoff", "origin_off_network", "destination_off_network", "no_path",]
    );
    assert_eq!(Status::ALL.map(|status| status as u8), [0, 1, 2, 3, 4]);
}
