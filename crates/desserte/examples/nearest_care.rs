//! How long is it from every village to a doctor, a pharmacy and a hospital, and how much ground
//! lies within ten, twenty and thirty minutes of it?
//!
//! ```sh
//! cargo run --release --example nearest_care -- ardeche.osm.pbf drome.osm.pbf
//! ```
//!
//! Without a file, a rural extract that comes with the project is taken.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::{env, error::Error, path::PathBuf};

use desserte::{
    Heading, Hectares, IsochroneOptions, Metres, Millis, OsmExtract, Profile, Question,
    RoadNetwork, Watch,
    isochrone::{LeastAreas, isochrones},
    matrix::nearest,
    osm::{CareKind, read_care, read_places},
};
use geo::{GeodesicArea, MultiPolygon};

const SHIPPED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/src/desserte/data/neubrandenburg.osm.pbf");
const RADIUS: Metres = Metres(1000.0);
const NEEDS: [&[CareKind]; 3] =
    [&[CareKind::Gp, CareKind::DoctorUnspecified], &[CareKind::Pharmacy], &[CareKind::Hospital]];

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files.push(SHIPPED.into());
    }
    let watch = Watch::new();
    let extract = OsmExtract::read(&files, None, &watch)?;
    let network = RoadNetwork::build(&extract, &Profile::car(), &watch)?;

    let mut villages = read_places(&files, None, &watch)?.features;
    villages.retain(|place| matches!(place.place.as_str(), "village" | "hamlet"));
    let positions: Vec<_> = villages.iter().map(|village| village.position).collect();
    let origins = network.snap_all(&positions, RADIUS);
    let ground = isochrones(&network, &origins, &options(), &watch)?;

    let care = read_care(&files, None, &watch)?.features;
    let mut rows: Vec<_> = villages.iter().zip(&ground.rows).map(|row| (row, Vec::new())).collect();
    for kinds in NEEDS {
        let points = care.iter().filter(|point| kinds.contains(&point.kind));
        let positions: Vec<_> = points.map(|point| point.position).collect();
        let destinations = network.snap_all(&positions, RADIUS);
        let question = (1, Question::default());
        let answer = nearest(&network, &origins, &destinations, question, &watch)?;
        for ((_, minutes), nearest) in rows.iter_mut().zip(&answer) {
            minutes.push(nearest.found.first().and_then(|(time, _)| time.to_minutes()));
        }
    }

    // Where there is no road, it is worse than any number of minutes.
    let to_doctor = |minutes: &[Option<f64>]| minutes[0].unwrap_or(f64::INFINITY);
    rows.sort_by(|(_, a), (_, b)| to_doctor(b).total_cmp(&to_doctor(a)));
    println!("{:<24}   doctor pharmacy hospital  km² in 10       20   30 min", "village");
    for ((village, outlines), minutes) in rows {
        let name = village.name.clone().unwrap_or_else(|| village.id.to_string());
        let minutes: String = minutes.into_iter().map(text).collect();
        let areas: String = outlines.iter().map(square_kilometres).collect();
        println!("{name:<24}{minutes}  {areas}");
    }
    Ok(())
}

/// The ground within ten, twenty and thirty minutes, as far as one walks off the street.
fn options() -> IsochroneOptions {
    IsochroneOptions {
        limits: [10.0, 20.0, 30.0].into_iter().filter_map(Millis::from_minutes).collect(),
        heading: Heading::Forward,
        offroad: Metres(300.0),
        resolution: Metres(100.0),
        least: LeastAreas { hole: Hectares(1.0), island: Hectares(1.0) },
    }
}

fn text(minutes: Option<f64>) -> String {
    minutes.map_or_else(|| format!("{:>9}", "-"), |minutes| format!("{minutes:9.1}"))
}

fn square_kilometres(ground: &MultiPolygon) -> String {
    format!("{:9.0}", ground.geodesic_area_unsigned() / 1e6)
}
