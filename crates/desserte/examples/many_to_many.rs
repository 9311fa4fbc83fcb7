//! How long do all trips between a thousand places take, and how long until they are known?
//!
//! ```sh
//! cargo run --release --example many_to_many -- ardeche.osm.pbf ardeche.desserte
//! ```
//!
//! Reads and builds, prepares, saves under the second name, opens what was saved, and asks it
//! for a matrix between points of streets all over the map. Without a file, a rural extract that comes
//! with the project is taken; without a second name, nothing stays on the disk.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::{env, error::Error, path::PathBuf, time::Instant};

use desserte::{
    LonLat, Metres, OsmExtract, Profile, Question, RoadNetwork, Watch, matrix::travel_times,
};

const SHIPPED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/src/desserte/data/neubrandenburg.osm.pbf");
const PLACES: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut asked = env::args_os().skip(1).map(PathBuf::from);
    let file = asked.next().unwrap_or_else(|| SHIPPED.into());
    let folder = tempfile::tempdir()?;
    let saved = asked.next().unwrap_or_else(|| folder.path().join("network.desserte"));
    let watch = Watch::new();

    let extract = timed("read", || OsmExtract::read(&[file], None, &watch))?;
    let network = timed("build", || RoadNetwork::build(&extract, &Profile::car(), &watch))?;
    timed("prepare", || network.prepare(&watch).map(drop))?;
    timed("save", || network.save(&saved))?;
    let network = timed("open", || RoadNetwork::load(&saved))?;

    let step = (extract.positions.len() / PLACES).max(1);
    let some: Vec<LonLat> = extract.positions.iter().copied().step_by(step).take(PLACES).collect();
    let places = timed("snap", || Ok::<_, Box<dyn Error>>(network.snap_all(&some, Metres(100.0))))?;
    let question = Question::default();
    let times = timed("matrix", || travel_times(&network, &places, &places, question, &watch))?;

    let minutes: Vec<f64> = times.times.iter().filter_map(|time| time.to_minutes()).collect();
    let mean = minutes.iter().sum::<f64>() / minutes.len() as f64;
    let (pairs, known) = (times.times.len(), minutes.len());
    println!("{pairs} pairs, {known} with a time, {mean:.1} minutes in the mean");
    Ok(())
}

/// Does something, and prints how long it took.
fn timed<T, E>(what: &str, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let start = Instant::now();
    let done = run()?;
    println!("{what:<8}{:>9.1} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(done)
}
