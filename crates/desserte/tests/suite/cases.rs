//! Do all trips of `fixtures/cases` take the time that was computed by hand?
//!
//! Each trip is asked in every way there is: as a matrix searched forward and
//! backward, in either direction, as a row of trips, as a journey, and of
//! petgraph on the arcs. All failures are told together.
//!
//! Most cases are of a car whose minutes are metres over one speed. Those that
//! name settings add what they are about, delays or a season; those of the
//! default car state bounds and who says so, since nobody works a bend out by hand.

use std::fs;
use std::path::Path;

use desserte::graph::{Place, RoadNetwork};
use desserte::matrix::{Question, Status, TripDirection, travel_times, trips};
use desserte::profile::Profile;
use desserte::search::{Journey, Workspace};
use desserte::{KmPerHour, LonLat, Metres, Millis, Watch};
use petgraph::{algo::dijkstra, visit::EdgeRef as _};
use serde::Deserialize;

use crate::drawing::plain_car;
use crate::osm::read;
use crate::regions::repository;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    title: String,
    network: String,
    /// What every street is driven at, where it is one speed.
    speed_kmh: Option<f64>,
    /// `car` as it is, or else the plain one.
    profile: Option<String>,
    /// Settings that differ from the profile's.
    #[serde(default)]
    settings: toml::Table,
    places: Vec<Spot>,
    trips: Vec<Trip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spot {
    id: String,
    lon: f64,
    lat: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trip {
    from: String,
    to: String,
    max_minutes: Option<f64>,
    radius_metres: Option<f64>,
    tolerance: Option<f64>,
    seconds: Option<Seconds>,
    reason: Option<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Exactly(f64),
    Within(Bounds),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    at_least: f64,
    at_most: f64,
    source: String,
}

type Outcome = Result<Millis, Status>;

impl Case {
    fn read(path: &Path) -> Self {
        let case: Self = toml::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(case.is_of_the_default_car() || case.speed_kmh.is_some(), "{}", case.title);
        case
    }

    fn is_of_the_default_car(&self) -> bool {
        assert!([None, Some("car")].contains(&self.profile.as_deref()), "{:?}", self.profile);
        self.profile.is_some()
    }

    fn traveller(&self) -> Profile {
        let car = if self.is_of_the_default_car() { Profile::car() } else { plain_car() };
        if self.settings.is_empty() {
            return car;
        }
        let mut rules: toml::Table = toml::from_str(&car.to_toml()).unwrap();
        rules["settings"].as_table_mut().unwrap().extend(self.settings.clone());
        Profile::from_toml(&toml::to_string(&rules).unwrap()).unwrap()
    }

    fn network(&self) -> RoadNetwork {
        let extract = read(&[repository("fixtures/networks").join(&self.network)]);
        RoadNetwork::build(&extract, &self.traveller(), &Watch::new()).unwrap()
    }

    fn place(&self, network: &RoadNetwork, id: &str, radius: f64) -> Place {
        let spot = self.places.iter().find(|spot| spot.id == id).unwrap();
        let position = LonLat::from_degrees(spot.lon, spot.lat).unwrap();
        network.snap(position, Metres(radius))
    }

    /// What is wrong with the answers to one trip.
    fn failures(&self, network: &RoadNetwork, trip: &Trip) -> Vec<String> {
        let radius = trip.radius_metres.unwrap_or(1000.0);
        let ends = [&trip.from, &trip.to].map(|id| self.place(network, id, radius));
        let cutoff = trip.max_minutes.map(|minutes| Millis::from_minutes(minutes).unwrap());
        let answers = answers(network, ends, cutoff);
        let wrong = answers.into_iter().filter(|(_, outcome)| !trip.expects(*outcome));
        wrong
            .map(|(way, outcome)| {
                let Trip { from, to, why, .. } = trip;
                let expected = trip.expected();
                format!(
                    "{}\n  {from} to {to} by {way}: {outcome:?}, not {expected}: {why}",
                    self.title
                )
            })
            .collect()
    }
}

impl Trip {
    fn expects(&self, outcome: Outcome) -> bool {
        let seconds = outcome.map(|time| f64::from(time.0) / 1000.0);
        match (seconds, &self.seconds, &self.reason) {
            (Ok(told), Some(Seconds::Exactly(seconds)), None) => {
                (told - seconds).abs() <= self.tolerance.unwrap_or(0.2)
            }
            (Ok(told), Some(Seconds::Within(bounds)), None) => {
                assert!(!bounds.source.is_empty(), "{}: who says so?", self.why);
                (bounds.at_least..=bounds.at_most).contains(&told)
            }
            (Err(status), None, Some(reason)) => status.name() == reason,
            _ => false,
        }
    }

    fn expected(&self) -> String {
        match (&self.seconds, &self.reason) {
            (Some(Seconds::Exactly(seconds)), _) => format!("{seconds} s"),
            (Some(Seconds::Within(bounds)), _) => {
                format!("{} to {} s", bounds.at_least, bounds.at_most)
            }
            (None, reason) => format!("{reason:?}"),
        }
    }
}

/// The same trip, asked in every way.
fn answers(
    network: &RoadNetwork,
    [from, to]: [Place; 2],
    cutoff: Option<Millis>,
) -> Vec<(&'static str, Outcome)> {
    let watch = Watch::new();
    let question = |direction| Question { direction, cutoff, with_lengths: false };
    let matrix = |rows: &[Place], columns: &[Place], direction| {
        travel_times(network, rows, columns, question(direction), &watch).unwrap().time(0, 0)
    };
    let row_of_trips = |starts: &[Place], ends: &[Place], direction| {
        trips(network, starts, ends, question(direction), &watch).unwrap()[0]
    };
    let end_for_end = |outcome: Outcome| match outcome {
        Err(Status::OriginOffNetwork) => Err(Status::DestinationOffNetwork),
        Err(Status::DestinationOffNetwork) => Err(Status::OriginOffNetwork),
        other => other,
    };
    let within = |time: Option<Millis>| match (time, from.snap, to.snap) {
        (Some(time), ..) if time <= cutoff.unwrap_or(Millis::DAY) => Ok(time),
        (_, None, _) => Err(Status::OriginOffNetwork),
        (_, _, None) => Err(Status::DestinationOffNetwork),
        (Some(_), ..) => Err(Status::BeyondCutoff),
        (None, ..) => Err(Status::NoPath),
    };
    let mut workspace = Workspace::new(network.graph());
    let journey = Journey::between(network, &mut workspace, &from, &to).map(|journey| journey.time);
    vec![
        ("forward search", matrix(&[from], &[to], TripDirection::From)),
        ("backward search", matrix(&[from, from], &[to], TripDirection::From)),
        ("forward search to the row", end_for_end(matrix(&[to, to], &[from], TripDirection::To))),
        ("backward search to the row", end_for_end(matrix(&[to], &[from], TripDirection::To))),
        ("trips", row_of_trips(&[from], &[to], TripDirection::From)),
        ("trips to the row", end_for_end(row_of_trips(&[to], &[from], TripDirection::To))),
        ("journey", within(journey)),
        ("petgraph", within(by_petgraph(network, &from, &to))),
    ]
}

fn by_petgraph(network: &RoadNetwork, from: &Place, to: &Place) -> Option<Millis> {
    let (start, end) = (from.snap.as_ref(), to.snap.as_ref());
    let departures = start.into_iter().flat_map(|start| network.departures(start));
    let through = departures.flat_map(|departure| {
        let times = dijkstra(network.graph(), departure.node, None, |arc| *arc.weight());
        let arrivals = end.into_iter().flat_map(|end| network.arrivals(end));
        let times = arrivals.filter_map(|arrival| {
            let time = Millis(*times.get(&arrival.node)?);
            Some(departure.time.plus(time).plus(arrival.time))
        });
        times.collect::<Vec<_>>()
    });
    through.chain(network.direct(from, to)).min()
}

#[test]
fn every_trip_of_every_case_takes_the_time_computed_by_hand() {
    let mut paths: Vec<_> = fs::read_dir(repository("fixtures/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let (mut failures, mut count) = (Vec::new(), 0);
    for path in &paths {
        let case = Case::read(path);
        let network = &case.network();
        assert_speed(network, &case);
        for trip in &case.trips {
            count += 1;
            failures.extend(case.failures(network, trip));
        }
    }
    assert!(paths.len() >= 40 && count > 100, "{} cases, {count} trips", paths.len());
    assert!(failures.is_empty(), "{} answers are wrong\n{}", failures.len(), failures.join("\n"));
}

/// The times were computed for one speed; another profile needs other times.
fn assert_speed(network: &RoadNetwork, case: &Case) {
    let Some(speed_kmh) = case.speed_kmh else { return };
    for way in network.streets().ways() {
        if way.usage.ferry.is_some() {
            continue;
        }
        for lane in [way.usage.forward, way.usage.backward].into_iter().flatten() {
            assert_eq!(lane.speed, KmPerHour(speed_kmh), "{}: way {}", case.title, way.id.0);
        }
    }
}
