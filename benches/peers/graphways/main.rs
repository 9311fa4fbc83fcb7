//! What do the questions cost graphways, which is a crate and asked from Rust?
//!
//! ```text
//! graphways-peer EXTRACT POINTS             POINTS: lines of longitude and latitude, parted by a space
//! graphways-peer EXTRACT POINTS MINUTES     judges its isochrones, from each point, by its own times
//! ```
//!
//! It has no matrix: each origin is one search, and the destinations are looked
//! up in what it reached, as a caller of its would. Printed is a line a question:
//! its name, the CPU seconds of the best of three rounds, a number to judge the
//! answer by, and the peak of memory so far, in megabytes. Of isochrones it prints a
//! line an origin: how many nodes are further than a minute from the limit, how many of
//! them are reached, how many of those are left out, and how many others are held.

use std::{error::Error, fs};

use cpu_time::ProcessTime;
use graphways::{graph::SpatialGraph, overpass::NetworkType};

const DRIVE: NetworkType = NetworkType::Drive;
const A_DAY: f64 = 86_400.0;
const HALF_AN_HOUR: f64 = 1_800.0;

type Point = (f64, f64);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (extract, points, minutes) = match &arguments[..] {
        [extract, points] => (extract, points, None),
        [extract, points, minutes] => (extract, points, Some(minutes.parse::<f64>()?)),
        _ => return Err("usage: graphways-peer EXTRACT POINTS [MINUTES]".into()),
    };
    let points = read(points)?;
    if let Some(minutes) = minutes {
        let graph = SpatialGraph::from_pbf(extract, DRIVE, None)?;
        points.iter().for_each(|&origin| judge(&graph, origin, minutes * 60.0));
        return Ok(());
    }
    let start = ProcessTime::now();
    let graph = SpatialGraph::from_pbf(extract, DRIVE, None)?;
    print("build", start.elapsed().as_secs_f64(), graph.graph.node_count() as f64);
    for (name, rows, columns) in [
        ("20 x 20", 0..20, 1_980..2_000),
        ("200 x 200", 0..200, 1_800..2_000),
        ("1000 x 1000", 0..1_000, 1_000..2_000),
        ("nearest 3", 0..300, 1_000..1_050),
    ] {
        measured(name, || matrix(&graph, &points[rows.clone()], &points[columns.clone()], A_DAY));
    }
    measured("one to 1000", || matrix(&graph, &points[..1], &points[1_000..], HALF_AN_HOUR));
    measured("isochrone", || {
        let limits = vec![600.0, 1_200.0, HALF_AN_HOUR];
        let (lon, lat) = points[0];
        let found = graph.isochrones(lat, lon, limits, DRIVE, None).unwrap_or_default();
        found.len() as f64
    });
    Ok(())
}

fn read(path: &str) -> Result<Vec<Point>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    text.lines()
        .map(|line| {
            let (lon, lat) = line.split_once(' ').ok_or("a line has no space")?;
            Ok((lon.parse()?, lat.parse()?))
        })
        .collect()
}

/// The median minutes between some points and others.
fn matrix(graph: &SpatialGraph, rows: &[Point], columns: &[Point], budget: f64) -> f64 {
    let ends: Vec<_> = columns.iter().map(|&(lon, lat)| graph.nearest_node(lat, lon)).collect();
    let mut minutes = Vec::new();
    for &(lon, lat) in rows {
        let reached = graph.reachability(lat, lon, budget, DRIVE, None);
        let Some(reached) = reached else { continue };
        minutes.extend(
            ends.iter().flatten().filter_map(|end| reached.distances.get(end)).map(|s| s / 60.0),
        );
    }
    minutes.sort_by(f64::total_cmp);
    minutes.get(minutes.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Holds the isochrone of one origin to the times of the nodes.
fn judge(graph: &SpatialGraph, (lon, lat): Point, limit: f64) {
    let reached = graph.reachability(lat, lon, limit + 60.0, DRIVE, None);
    let areas = graph.isochrones(lat, lon, vec![limit], DRIVE, None);
    let (Some(reached), Some(areas)) = (reached, areas) else {
        println!("0,0,0,0");
        return;
    };
    let rings: Vec<Vec<Point>> = areas
        .iter()
        .flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()))
        // Its rings have latitude first.
        .map(|ring| ring.0.iter().map(|at| (at.y, at.x)).collect())
        .collect();
    let mut counts = [0_u64; 4];
    for node in graph.graph.node_indices() {
        let seconds = reached.distances.get(&node).copied().unwrap_or(f64::INFINITY);
        if (seconds - limit).abs() <= 60.0 {
            continue;
        }
        let (is_reached, at) = (seconds < limit, &graph.graph[node]);
        let is_in = is_within(&rings, (at.lon, at.lat));
        let kinds = [true, is_reached, is_reached && !is_in, !is_reached && is_in];
        counts.iter_mut().zip(kinds).for_each(|(count, kind)| *count += u64::from(kind));
    }
    println!("{},{},{},{}", counts[0], counts[1], counts[2], counts[3]);
}

/// Whether a point lies within an odd number of rings.
fn is_within(rings: &[Vec<Point>], (x, y): Point) -> bool {
    let sides = rings.iter().flat_map(|ring| ring.windows(2));
    let crossed = sides.filter(|side| {
        let [(ax, ay), (bx, by)] = [side[0], side[1]];
        (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
    });
    crossed.count() % 2 == 1
}

fn measured(name: &str, question: impl Fn() -> f64) {
    let mut least = f64::INFINITY;
    let mut answer = f64::NAN;
    for _ in 0..3 {
        let start = ProcessTime::now();
        answer = question();
        least = least.min(start.elapsed().as_secs_f64());
        if least > 10.0 {
            break;
        }
    }
    print(name, least, answer);
}

fn print(name: &str, seconds: f64, answer: f64) {
    println!("{name},{seconds},{answer},{}", peak_megabytes());
}

/// The peak of memory, zero where the system does not tell.
fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}
