//! How well a place is served: travel times that can be defended, from OpenStreetMap.
//!
//! A program gives extracts of the map, villages and care points, and gets
//! travel times between them, the ground within so many minutes of each, and,
//! stretch by stretch, where the minutes of a trip come from. Everything runs in
//! the process of the caller: nothing is served, downloaded or printed.
//!
//! # The way of the data
//!
//! The folders are the stages, in the order in which the data meets them. A
//! stage knows the earlier ones only:
//!
//! ```text
//! osm -> profile -> graph -> saved -> search -> isochrone | matrix -> indicator -> siting
//! ```
//!
//! - [`osm`] reads the files: streets, turn restrictions, places, care points,
//!   water. Tags stay text. Several files may overlap; what is odd is counted.
//! - [`profile`] says what the tags of a way mean to one kind of traveller: in
//!   which direction, by whom, how fast, and what says so. Its rules are data.
//! - [`graph`] joins the ways into a [`RoadNetwork`]. *Streets* run between
//!   junctions and keep their shape and the time at each of their points; *arcs*
//!   are what a search follows. Turn restrictions and private streets become
//!   nodes of their own, so that every later algorithm is exact without knowing
//!   of them. A place is snapped to a street, never to a junction.
//! - [`saved`] keeps a network in one file, and opens it in a few milliseconds.
//! - [`search`] goes from one place to all others within a budget, forward or
//!   backward, and reads back the way of one trip.
//! - [`matrix`] asks many such questions at once: all pairs, row by row, or the
//!   nearest few; with the reason wherever there is no time.
//! - [`isochrone`] finds the ground within reach, as pieces of streets and as
//!   nested polygons.
//! - [`indicator`] says what such times mean for people: how far the nearest care
//!   is, who is covered, and what each place gets of what all share.
//! - [`siting`] says where the next site should go, and how far from the best its
//!   answer can be at most.
//!
//! [`units`] gives numbers their meaning, [`geodesy`] measures the ground, and
//! [`Watch`] shows the progress of a long call and stops it.
//!
//! # One whole run
//!
//! A village, the pharmacies around it, and the ground within ten minutes, from
//! the rural extract that the tests run on.
//!
//! ```
//! use desserte::isochrone::{IsochroneOptions, LeastAreas, isochrones};
//! use desserte::matrix::{Question, travel_times};
//! use desserte::osm::{CareKind, read_care, read_places};
//! use desserte::{
//!     Hectares, Heading, Journey, Metres, Millis, OsmExtract, Profile, RoadNetwork, Watch,
//!     Workspace,
//! };
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/src/desserte/data");
//!
//! // osm, profile, graph: from the file to the network of a car.
//! let files = [std::path::Path::new(folder).join("neubrandenburg.osm.pbf")];
//! let watch = Watch::new();
//! let extract = OsmExtract::read(&files, None, &watch)?;
//! let network = RoadNetwork::build(&extract, &Profile::car(), &watch)?;
//!
//! // Where people live and where care is given: from the same file here, or from elsewhere.
//! let places = read_places(&files, None, &watch)?.features;
//! let village = places.iter().find(|place| place.name.as_deref() == Some("Wulkenzin")).unwrap();
//! let mut care = read_care(&files, None, &watch)?.features;
//! care.retain(|point| point.kind == CareKind::Pharmacy);
//! let pharmacies: Vec<_> = care.iter().map(|point| point.position).collect();
//!
//! // graph: where they meet the streets, at most a kilometre away.
//! let origins = network.snap_all(&[village.position], Metres(1000.0));
//! let destinations = network.snap_all(&pharmacies, Metres(1000.0));
//!
//! // matrix: how long it takes to each, the walks to and from the street included.
//! let times = travel_times(&network, &origins, &destinations, Question::default(), &watch)?;
//! let nearest = (0..times.columns).min_by_key(|&column| times.time(0, column).ok()).unwrap();
//! let time = times.time(0, nearest).expect("Wulkenzin has a road to town");
//! assert!((6.0..9.0).contains(&time.to_minutes().unwrap()));
//!
//! // search: the same trip, stretch by stretch. Its parts add up to the millisecond.
//! let mut workspace = Workspace::new(network.graph());
//! let journey =
//!     Journey::between(&network, &mut workspace, &origins[0], &destinations[nearest]).unwrap();
//! let sum: u32 = journey.stretches.iter().map(|part| part.time.0 + part.delay.0).sum();
//! assert_eq!((journey.time, sum), (time, time.0));
//!
//! // isochrone: the ground within five and ten minutes.
//! let options = IsochroneOptions {
//!     limits: [5.0, 10.0].into_iter().filter_map(Millis::from_minutes).collect(),
//!     heading: Heading::Forward,
//!     offroad: Metres(300.0),
//!     resolution: Metres(100.0),
//!     least: LeastAreas { hole: Hectares(1.0), island: Hectares(1.0) },
//! };
//! let ground = isochrones(&network, &origins, &options, &watch)?;
//! assert_eq!(ground.rows[0].len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What holds everywhere
//!
//! - Times are whole milliseconds ([`Millis`]). The answer is the same from run
//!   to run and for any number of threads.
//! - No road between two places is an outcome, a [`Status`], and never a number.
//! - A failure is an error of its stage, and says what to do. A damaged file or
//!   a senseless option is a failure; a panic is a bug.
//! - A network is immutable and shared. It carries a [`Manifest`]: the files and
//!   their dates, the profile, the version.

mod fingerprint;
pub mod geodesy;
pub mod graph;
pub mod indicator;
pub mod isochrone;
pub mod matrix;
pub mod osm;
pub mod profile;
pub mod saved;
pub mod scratch;
pub mod search;
mod section;
pub mod siting;
mod store;
pub mod units;
pub mod watch;

pub use graph::{Heading, Manifest, Place, RoadGraph, RoadNetwork, Snap, Streets};
pub use isochrone::IsochroneOptions;
pub use matrix::{Nearest, Question, Status, TravelTimes, TripDirection};
pub use osm::OsmExtract;
pub use profile::Profile;
pub use search::{Journey, Workspace};
pub use units::{Hectares, KmPerHour, LonLat, Metres, Millis};
pub use watch::{Interrupted, Phase, Watch};

/// The Rust of the two README files compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../../../README.md")]
struct Readme;
