//! The figures that the project promises, measured in one run and printed as CSV.
//!
//! ```text
//! figures EXTRACT...        one line a figure: date, machine, commit are added by `make bench-record`
//! figures --build EXTRACT   reads and builds, for a count of instructions (`perf stat`, `valgrind`)
//! figures --kernel NAME ROUNDS EXTRACT   one kernel, so many times, for a count of instructions; or a saved network
//! figures --field LON LAT EXTRACT   CPU seconds of the search for all nodes within half an hour of a place
//! figures --grid SIDE       the memory of a network of SIDE by SIDE junctions, in a process of its own
//! ```
//!
//! Times are CPU times of the whole process, so that a busy machine and the
//! number of threads change little; memory is the peak of the process.

#![allow(clippy::print_stdout, reason = "this program is there to print")]

mod rivals;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use cpu_time::ProcessTime;
use desserte::{
    Hectares, LonLat, Metres, Millis, Watch,
    graph::{Heading, Hierarchy, JunctionId, Link, NodeId, Place, RoadGraph, RoadNetwork},
    isochrone::{IsochroneOptions, LeastAreas, isochrones},
    matrix::{Question, TripDirection, nearest, travel_times},
    osm::OsmExtract,
    profile::{Profile, Settings},
    search::{Lanes, Selection, SingleSweep, Sweep, WideSweep, Workspace},
    siting::{Demand, SurfaceQuestion, siting_surface},
};
use desserte_benches::{grid, spread};
use petgraph::{algo::dijkstra, visit::EdgeRef};
use rayon::prelude::*;

const HALF_AN_HOUR: Millis = Millis(1_800_000);
const SOURCES: usize = 50;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [flag, side] if flag == "--grid" => {
            return grid_memory(side.parse().expect("the side of a grid is a number"));
        }
        [flag, kernel, rounds, path] if flag == "--kernel" => {
            let rounds = rounds.parse().expect("rounds is a number");
            return run_kernel(kernel, rounds, &saved_or_built(path.as_ref()));
        }
        [flag, path] if flag == "--build" => {
            return drop(desserte_benches::car_network(path.as_ref()));
        }
        [flag, lon, lat, path] if flag == "--field" => {
            let place = [lon, lat].map(|degrees| degrees.parse().expect("degrees are a number"));
            return print_field(&desserte_benches::car_network(path.as_ref()), place);
        }
        _ => {}
    }
    for path in arguments {
        of_extract(&PathBuf::from(path));
    }
}

/// Reading, building and searching one extract.
fn of_extract(path: &PathBuf) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (watch, start) = (Watch::new(), ProcessTime::now());
    let extract = OsmExtract::read(std::slice::from_ref(path), None, &watch)
        .unwrap_or_else(|error| panic!("{error}"));
    let read = start.elapsed().as_secs_f64();
    let network = RoadNetwork::build(&extract, &Profile::car(), &watch)
        .unwrap_or_else(|error| panic!("{error}"));
    let read_and_build = start.elapsed().as_secs_f64();
    print(&name, "read and build", "CPU s", read_and_build);
    print(&name, "of which read", "CPU s", read);
    print(&name, "peak memory", "MB", peak_megabytes());
    print_reading(&name, path);
    let [theirs, ours] = rivals::one_to_all(&rivals::raw_graph(&extract, &network), &network);
    print(&name, "one to all, petgraph dijkstra on the map as read", "CPU ms", theirs * 1e-6);
    print(&name, "one to all", "CPU ms", ours * 1e-6);
    print(&name, "petgraph on the map as read / one to all", "ratio", theirs / ours);
    print_build_costs(&name, extract);
    let ours = search_cost(network.graph(), HALF_AN_HOUR);
    let all = search_cost(network.graph(), Millis::DAY);
    let theirs = petgraph_cost(network.graph());
    print(&name, "30 minutes", "ns a settled node", ours);
    print(&name, "one to all", "ns a settled node", all);
    print(&name, "one to all, petgraph dijkstra", "ns a settled node", theirs);
    print(&name, "petgraph / 30 minutes, a settled node", "ratio", theirs / ours);
    print(&name, "petgraph / one to all, a settled node", "ratio", theirs / all);
    of_hierarchy(&name, &network, theirs);
    print_surface_costs(&name, &network);
    print_isochrone_costs(&name, &network);
    print_scaling(&name, &network);
    print_saved_costs(&name, &network, read_and_build);
}

/// Reading, beside the iteration and the search of osmpbfreader.
fn print_reading(name: &str, path: &PathBuf) {
    let [iterated, searched, ours] = rivals::reading(path);
    print(name, "read, osmpbfreader par_iter", "CPU ms", iterated * 1e-6);
    print(name, "read, osmpbfreader get_objs_and_deps", "CPU ms", searched * 1e-6);
    print(name, "read again", "CPU ms", ours * 1e-6);
    print(name, "par_iter / read", "ratio", iterated / ours);
    print(name, "get_objs_and_deps / read", "ratio", searched / ours);
}

/// What preparing costs, and what it is worth.
fn of_hierarchy(name: &str, network: &RoadNetwork, petgraph: f64) {
    let graph = network.graph();
    let start = ProcessTime::now();
    let hierarchy = network.prepare(&Watch::new()).unwrap_or_else(|error| panic!("{error}"));
    print(name, "prepare", "CPU s", start.elapsed().as_secs_f64());
    print(
        name,
        "arcs of the hierarchy",
        "an arc",
        hierarchy.arc_count() as f64 / graph.arc_count() as f64,
    );
    let one = tree_cost(&mut SingleSweep::new(hierarchy), network, hierarchy);
    let sixteen = tree_cost(&mut WideSweep::new(hierarchy), network, hierarchy);
    print(name, "one tree", "ns a node", one);
    print(name, "sixteen trees", "ns a node and tree", sixteen);
    print(name, "petgraph / one tree", "ratio", petgraph / one);
    print(name, "petgraph / sixteen trees", "ratio", petgraph / sixteen);
    let (many, some) = (places(network, 1000), places(network, 50));
    let villages = places(network, 300);
    let nearest_3 = || {
        let found = nearest(network, &villages, &some, (3, Question::default()), &Watch::new());
        found.map_or(0, |rows| rows.len())
    };
    let matrix = |rows: &[Place], columns: &[Place]| {
        let times = travel_times(network, rows, columns, Question::default(), &Watch::new());
        times.map_or(0, |times| times.times.len())
    };
    print(name, "matrix 1000 x 1000", "ns a pair", best_of_five(|| matrix(&many, &many)));
    print(name, "matrix 1000 x 50", "ns a pair", best_of_five(|| matrix(&many, &some)));
    print(name, "matrix 50 x 1000", "ns a pair", best_of_five(|| matrix(&some, &many)));
    print(name, "nearest 3 of 50", "ns a place", best_of_five(nearest_3));
    print_rivals(name, network, hierarchy, &many);
}

/// The same preparation and the same matrix, in other ways.
fn print_rivals(name: &str, network: &RoadNetwork, hierarchy: &Hierarchy, places: &[Place]) {
    let start = ProcessTime::now();
    drop(Hierarchy::of(network.graph(), &Watch::new()));
    let ours = start.elapsed().as_secs_f64();
    let theirs = rivals::fast_paths_prepare(network);
    print(name, "prepare, fast_paths", "CPU s", theirs);
    print(name, "fast_paths / prepare", "ratio", theirs / ours);
    let sweeps = || {
        let times = travel_times(network, places, places, Question::default(), &Watch::new());
        times.map_or(0, |times| times.times.len())
    };
    let ours = best_of_five(sweeps);
    check_buckets(network, hierarchy, places);
    let buckets = || {
        let times = rivals::by_buckets(network, hierarchy, (places, places));
        times.iter().map(Vec::len).sum()
    };
    let theirs = best_of_five(buckets);
    print(name, "matrix 1000 x 1000 by buckets", "ns a pair", theirs);
    print(name, "buckets / matrix 1000 x 1000", "ratio", theirs / ours);
}

/// The same times by buckets, but between places on one street, where one need not leave it.
fn check_buckets(network: &RoadNetwork, hierarchy: &Hierarchy, places: &[Place]) {
    let ours = travel_times(network, places, places, Question::default(), &Watch::new());
    let ours = ours.unwrap_or_else(|error| panic!("{error}")).times;
    let theirs = rivals::by_buckets(network, hierarchy, (places, places));
    let pairs = || ours.iter().zip(theirs.iter().flatten());
    assert!(pairs().all(|(ours, theirs)| ours.0 <= *theirs), "a time by buckets is too early");
    let same = pairs().filter(|(ours, theirs)| ours.0 == **theirs).count();
    assert!(same + 10 * places.len() >= ours.len(), "of {} times {same} agree", ours.len());
}

/// A network, opened where the file is a saved one.
fn saved_or_built(path: &Path) -> RoadNetwork {
    if path.extension().is_some_and(|extension| extension == "desserte") {
        return RoadNetwork::load(path).unwrap_or_else(|error| panic!("{error}"));
    }
    desserte_benches::car_network(path)
}

/// One kernel by name; what goes before is the same for any number of rounds.
fn run_kernel(kernel: &str, rounds: usize, network: &RoadNetwork) {
    let graph = network.graph();
    let hierarchy = network.prepare(&Watch::new()).unwrap_or_else(|error| panic!("{error}"));
    let everything = Selection::everything(hierarchy, Heading::Forward);
    let source = |node| [Link { node: NodeId(node as u32), time: Millis::ZERO }];
    let many = places(network, 1000);
    let mut workspace = Workspace::new(graph);
    let (mut single, mut wide) = (SingleSweep::new(hierarchy), WideSweep::new(hierarchy));
    let mut sources = spread(16 * rounds, graph.node_count()).map(source);
    for _ in 0..rounds {
        match kernel {
            "search" => {
                workspace.search(
                    graph.outward(),
                    sources.next().into_iter().flatten(),
                    Millis::DAY,
                );
            }
            "tree" => single.run(&everything, sources.next()),
            "trees" => wide.run(&everything, sources.by_ref().take(16)),
            "matrix" => {
                drop(travel_times(network, &many, &many, Question::default(), &Watch::new()));
            }
            "surface" => drop(surface_of(network, &many[..700], &many[700..720])),
            "isochrone" | "coarse" => {
                let options = isochrone_options(if kernel == "coarse" { 200.0 } else { 100.0 });
                drop(isochrones(network, &many[..1], &options, &Watch::new()));
            }
            _ => panic!("a kernel is search, tree, trees, matrix, surface, isochrone or coarse"),
        }
    }
    println!("{} nodes", graph.node_count());
}

/// The seconds of finding a place and of searching from there, the best of five rounds.
fn print_field(network: &RoadNetwork, [lon, lat]: [f64; 2]) {
    let position = LonLat::from_degrees(lon, lat).expect("the place is on the globe");
    let mut workspace = Workspace::new(network.graph());
    let search = || {
        let place = network.snap(position, Metres(1000.0));
        let sources = place.snap.iter().flat_map(|snap| network.departures(snap));
        workspace.search(network.graph().outward(), sources, HALF_AN_HOUR);
        1
    };
    println!("{:.6}", best_of_five(search) * 1e-9);
}

/// Places at junctions all over a network.
fn places(network: &RoadNetwork, count: usize) -> Vec<Place> {
    let junctions = spread(count, network.manifest().counts.junctions);
    let positions: Vec<_> =
        junctions.map(|junction| network.junction_position(JunctionId(junction as u32))).collect();
    network.snap_all(&positions, Metres(1000.0))
}

/// Nanoseconds of CPU a node and tree of sweeps over everything, the best of five rounds.
fn tree_cost<T: Lanes + 'static>(
    sweep: &mut Sweep<T>,
    network: &RoadNetwork,
    hierarchy: &Hierarchy,
) -> f64 {
    let everything = Selection::everything(hierarchy, Heading::Forward);
    let sources: Vec<NodeId> = sources(network.graph()).collect();
    best_of_five(|| {
        let nodes = sources.chunks_exact(Sweep::<T>::SOURCES).map(|batch| {
            let links = batch.iter().map(|&node| [Link { node, time: Millis::ZERO }]);
            sweep.run(&everything, links);
            everything.len() * batch.len()
        });
        nodes.sum()
    })
}

/// What it takes to open the prepared network once it is saved, and what that saves.
fn print_saved_costs(name: &str, network: &RoadNetwork, read_and_build: f64) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join("network.desserte");
    network.save(&path).unwrap_or_else(|error| panic!("{error}"));
    let bytes = fs::metadata(&path).map_or(0, |file| file.len());
    print(name, "saved network", "MB", bytes as f64 / 1e6);
    let mut least = [f64::INFINITY; 3];
    for _ in 0..20 {
        let (start, cpu) = (Instant::now(), ProcessTime::now());
        let opened = RoadNetwork::load(&path).unwrap_or_else(|error| panic!("{error}"));
        least[0] = least[0].min(cpu.elapsed().as_secs_f64());
        least[1] = least[1].min(start.elapsed().as_secs_f64());
        let cpu = ProcessTime::now();
        let _ = opened.snap(opened.junction_position(JunctionId(0)), Metres(1000.0));
        least[2] = least[2].min(cpu.elapsed().as_secs_f64());
    }
    let [cpu, wall, snap] = least;
    print(name, "open the saved network", "CPU ms", cpu * 1e3);
    print(name, "open the saved network", "ms", wall * 1e3);
    print(name, "first snap after", "CPU ms", snap * 1e3);
    print(name, "read and build / open", "ratio", read_and_build / cpu);
}

/// What a site at each junction would give to 700 villages that have 20 sites, or none.
fn print_surface_costs(name: &str, network: &RoadNetwork) {
    let many = places(network, 720);
    let (villages, sites) = many.split_at(700);
    let start = ProcessTime::now();
    surface_of(network, villages, sites);
    let first = start.elapsed().as_secs_f64() * 1e3;
    print(name, "siting surface of 700 places, the first", "CPU ms", first);
    for (figure, sites) in [("20 sites there", sites), ("none there", &sites[..0])] {
        let cost = best_of_five(|| {
            surface_of(network, villages, sites);
            1
        });
        print(name, &format!("siting surface of 700 places, {figure}"), "CPU ms", cost * 1e-6);
    }
}

/// People within a quarter of an hour, and minutes saved.
fn surface_of(network: &RoadNetwork, villages: &[Place], sites: &[Place]) -> f64 {
    let people: Vec<f64> = spread(villages.len(), 3000).map(|people| people as f64).collect();
    let demand = Demand { places: villages, people: &people };
    let (limit, direction) = (Millis(900_000), TripDirection::From);
    let question = SurfaceQuestion { limit, direction, unserved: Some(Millis(3_600_000)) };
    let surface = siting_surface(network, demand, sites, question, &Watch::new());
    let surface = surface.unwrap_or_else(|error| panic!("{error}"));
    surface.new_people.into_iter().fold(0.0, f64::max)
}

/// Isochrones of 10, 20 and 30 minutes around one place after another, once the ground is known.
fn print_isochrone_costs(name: &str, network: &RoadNetwork) {
    let origins = places(network, SOURCES);
    for resolution in [100.0, 200.0] {
        let options = isochrone_options(resolution);
        let draw_around = |origins: &[Place]| {
            let outlines = isochrones(network, origins, &options, &Watch::new());
            outlines.unwrap_or_else(|error| panic!("{error}")).rows.len()
        };
        let draw = || draw_around(&origins);
        let (start, first) = (ProcessTime::now(), draw());
        let first = start.elapsed().as_secs_f64() * 1e3 / first as f64;
        let figure = format!("isochrones of 10, 20 and 30 min at {resolution} m");
        print(name, &format!("{figure}, the first {SOURCES}"), "CPU ms", first);
        print(name, &figure, "CPU ms", best_of_five(draw) * 1e-6);
        // Its streets and their ground are near the core then, as when a limit is moved to and fro.
        let again = || (0..20).map(|_| draw_around(&origins[..1])).sum();
        print(name, &format!("{figure}, one origin again"), "CPU ms", best_of_five(again) * 1e-6);
    }
}

/// What a second thread is worth, by the clock: a thousand trees, and a matrix.
fn print_scaling(name: &str, network: &RoadNetwork) {
    let hierarchy = network.prepare(&Watch::new()).unwrap_or_else(|error| panic!("{error}"));
    let everything = Selection::everything(hierarchy, Heading::Forward);
    let sources: Vec<usize> = spread(1008, network.graph().node_count()).collect();
    let trees = || {
        sources.par_chunks(WideSweep::SOURCES).for_each(|batch| {
            let links =
                batch.iter().map(|&node| [Link { node: NodeId(node as u32), time: Millis::ZERO }]);
            WideSweep::on(network, hierarchy).run(&everything, links);
        });
    };
    let many = places(network, 1000);
    let matrix = || drop(travel_times(network, &many, &many, Question::default(), &Watch::new()));
    let clocked = |threads: usize, work: &(dyn Fn() + Sync)| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.unwrap_or_else(|error| panic!("{error}"));
        let rounds = (0..7).map(|_| {
            let start = Instant::now();
            pool.install(work);
            start.elapsed().as_secs_f64() * 1e3
        });
        rounds.fold(f64::INFINITY, f64::min)
    };
    for (figure, work) in
        [("1008 trees", &trees as &(dyn Fn() + Sync)), ("matrix 1000 x 1000", &matrix)]
    {
        let [one, two] = [1, 2].map(|threads| clocked(threads, work));
        print(name, &format!("{figure}, two threads"), "ms", two);
        print(name, &format!("{figure}, one thread / two"), "ratio", one / two);
    }
}

fn isochrone_options(resolution: f64) -> IsochroneOptions {
    IsochroneOptions {
        limits: [10, 20, 30].map(|minutes| Millis(minutes * 60_000)).to_vec(),
        heading: Heading::Forward,
        offroad: Metres(300.0),
        resolution: Metres(resolution),
        least: LeastAreas { hole: Hectares(1.0), island: Hectares(1.0) },
    }
}

/// What bends and built-up land add to the build, each as a ratio to the build without.
fn print_build_costs(name: &str, mut extract: OsmExtract) {
    let car = Profile::car();
    let straight = Settings { bends: false, ..*car.settings() };
    let straight = car.clone().with_settings(straight).expect("a car may take bends unbraked");
    let mut least = [f64::INFINITY; 3];
    // One after the other in every round: a machine that slows down slows all three.
    for _ in 0..7 {
        let towns = std::mem::take(&mut extract.built_up);
        least[2] = least[2].min(build_cost(&extract, &car));
        extract.built_up = towns;
        least[0] = least[0].min(build_cost(&extract, &car));
        least[1] = least[1].min(build_cost(&extract, &straight));
    }
    let [whole, without_bends, without_towns] = least;
    print(name, "build", "CPU s", whole);
    print(name, "build / build without bends", "ratio", whole / without_bends);
    print(name, "build / build without towns", "ratio", whole / without_towns);
}

/// Seconds of CPU.
fn build_cost(extract: &OsmExtract, profile: &Profile) -> f64 {
    let start = ProcessTime::now();
    drop(RoadNetwork::build(extract, profile, &Watch::new()));
    start.elapsed().as_secs_f64()
}

fn grid_memory(side: u32) {
    let (extract, start) = (grid(side), ProcessTime::now());
    let network = RoadNetwork::build(&extract, &Profile::car(), &Watch::new())
        .unwrap_or_else(|error| panic!("{error}"));
    let name = format!("grid of {} junctions", network.manifest().counts.junctions);
    print(&name, "build", "CPU s", start.elapsed().as_secs_f64());
    print(&name, "peak memory", "MB", peak_megabytes());
}

fn sources(graph: &RoadGraph) -> impl Iterator<Item = NodeId> {
    spread(SOURCES, graph.node_count()).map(|node| NodeId(node as u32))
}

/// Nanoseconds of CPU a settled node, the best of five rounds.
fn search_cost(graph: &RoadGraph, budget: Millis) -> f64 {
    let mut workspace = Workspace::new(graph);
    best_of_five(|| {
        let settled = sources(graph).map(|node| {
            let source = Link { node, time: Millis::ZERO };
            workspace.search(graph.outward(), [source], budget);
            workspace.reached().len()
        });
        settled.sum()
    })
}

fn petgraph_cost(graph: &RoadGraph) -> f64 {
    best_of_five(|| {
        let settled =
            sources(graph).map(|node| dijkstra(graph, node, None, |arc| *arc.weight()).len());
        settled.sum()
    })
}

fn best_of_five(mut round: impl FnMut() -> usize) -> f64 {
    let costs = (0..5).map(|_| {
        let start = ProcessTime::now();
        let settled = round();
        start.elapsed().as_secs_f64() * 1e9 / settled as f64
    });
    costs.fold(f64::INFINITY, f64::min)
}

/// The most memory this process has held, where the system says.
fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or(f64::NAN) / 1000.0
}

fn print(input: &str, figure: &str, unit: &str, value: f64) {
    println!("{input},{figure},{unit},{value:.3}");
}
