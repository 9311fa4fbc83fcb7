//! Where should the next *maisons de santé* open, and could any other choice do better?
//!
//! ```sh
//! cargo run --release --example where_next -- 2 15    # two sites, people within 15 minutes
//! ```
//!
//! On the sketch of the south of Ardèche that comes with the project: its communes and their
//! people are real, its roads are invented.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::{env, error::Error, path::PathBuf};

use desserte::{
    Metres, OsmExtract, Profile, Question, RoadNetwork, TravelTimes, Watch,
    indicator::MinuteTable,
    matrix::travel_times,
    osm::{CareKind, Place, read_care, read_places},
    siting::{Effort, Goal, Instance, Reach, Role, solve},
};

const SKETCH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../python/src/desserte/data/sud-ardeche-sketch.osm.pbf"
);
const RADIUS: Metres = Metres(1000.0);

fn main() -> Result<(), Box<dyn Error>> {
    let mut asked = env::args().skip(1);
    let new_sites: usize = asked.next().as_deref().unwrap_or("2").parse()?;
    let within: f64 = asked.next().as_deref().unwrap_or("15").parse()?;

    let (files, watch) = ([PathBuf::from(SKETCH)], Watch::new());
    let extract = OsmExtract::read(&files, None, &watch)?;
    let network = RoadNetwork::build(&extract, &Profile::car(), &watch)?;

    // Every commune has people, and may have a site; some sites are open already.
    let mut communes = read_places(&files, None, &watch)?.features;
    communes.retain(|place| place.insee_code.is_some() && place.population.is_some());
    let mut open = read_care(&files, None, &watch)?.features;
    open.retain(|point| point.kind == CareKind::Msp);
    let people: Vec<f64> = communes.iter().filter_map(|c| c.population).map(f64::from).collect();
    let candidates = communes.iter().map(|commune| commune.position);
    let positions: Vec<_> = candidates.chain(open.iter().map(|point| point.position)).collect();
    let mut roles = vec![Role::Candidate; communes.len()];
    roles.resize(positions.len(), Role::Existing);

    let sites = network.snap_all(&positions, RADIUS);
    let homes = &sites[..communes.len()];
    let times = travel_times(&network, homes, &sites, Question::default(), &watch)?;
    let minutes = minutes_of(&times);
    let table = MinuteTable::new(&minutes, times.rows, times.columns)?;
    let instance = Instance::new(table, &people, &roles, None)?;
    let goal = Goal::MaxCoverage(Reach::Within(within));
    let plan = solve(&instance, &goal, Some(new_sites), &Effort::default(), &watch)?;
    #[cfg(feature = "highs")]
    let plan = plan.decided(&instance, (&goal, Some(new_sites)), &Effort::default(), &watch)?;

    let name = |&site: &u32| communes[site as usize].name.as_deref().unwrap_or("?");
    let all: f64 = people.iter().sum();
    println!("To open: {}", plan.chosen.iter().map(name).collect::<Vec<_>>().join(", "));
    println!("{:.0} of {all:.0} people then have a site within {within} minutes.", plan.value);
    println!("No other choice gives it to more than {:.0}.", plan.bound);
    report_left(&communes, &minutes, &plan.chosen, (&roles, within));
    Ok(())
}

/// Minutes as a table has them: not a number where there is no time.
fn minutes_of(times: &TravelTimes) -> Vec<f32> {
    let minutes = |time: &desserte::Millis| time.to_minutes().map_or(f32::NAN, |m| m as f32);
    times.times.iter().map(minutes).collect()
}

/// Prints the communes that stay further away, the largest first.
fn report_left(
    communes: &[Place],
    minutes: &[f32],
    chosen: &[u32],
    (roles, within): (&[Role], f64),
) {
    let is_open = |site: usize| roles[site] == Role::Existing || chosen.contains(&(site as u32));
    let mut left: Vec<(&Place, f32)> = communes
        .iter()
        .zip(minutes.chunks(roles.len()))
        .map(|(commune, row)| {
            let open = (0..roles.len()).filter(|&site| is_open(site));
            (commune, open.map(|site| row[site]).fold(f32::NAN, f32::min))
        })
        .filter(|&(_, nearest)| nearest > within as f32 || nearest.is_nan())
        .collect();
    left.sort_by_key(|(commune, _)| std::cmp::Reverse(commune.population));
    println!("Further away, of {} communes:", communes.len());
    for (commune, nearest) in left {
        let name = commune.name.as_deref().unwrap_or("?");
        println!("  {name:<32}{:>8} people{nearest:>8.1} min", commune.population.unwrap_or(0));
    }
}
