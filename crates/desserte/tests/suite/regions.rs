//! On which maps do the tests of all stages run?
//!
//! The towns of the fixtures, the rural extract, and whichever real extracts
//! lie beside the repository. Each is read and built once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use desserte::graph::{Place, RoadNetwork, Snap, StreetId};
use desserte::osm::OsmExtract;
use desserte::profile::Profile;
use desserte::{Metres, Millis, Watch};

use crate::osm::read;

/// A map, and the network a car has there.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) extract: OsmExtract,
    pub(crate) network: RoadNetwork,
}

/// The towns drawn by hand.
pub(crate) static TOWNS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let folder = repository("fixtures/networks");
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut towns: Vec<PathBuf> = files.filter(|path| is_pbf(path)).collect();
    towns.sort();
    assert!(towns.len() > 20, "the towns are not in {}", folder.display());
    towns.iter().map(|path| Region::of(path)).collect()
});

/// The extract that comes with the package.
pub(crate) static RURAL: LazyLock<Region> =
    LazyLock::new(|| Region::of(&repository("python/src/desserte/data/neubrandenburg.osm.pbf")));

/// The extracts beside the repository, as far as they are there.
pub(crate) static REAL: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let folder = repository("../shared/data/osm");
    let names = ["andorra-2025", "faroe-2018", "liberia-guinea-2017", "monaco-2016", "porto"];
    let paths = names.map(|name| folder.join(format!("{name}.osm.pbf")));
    let (there, absent): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.exists());
    for path in absent {
        println!("skipped: {} is not here", path.display());
    }
    there.into_iter().map(|path| Region::of(path)).collect()
});

/// Every region, the smallest first.
pub(crate) fn all() -> impl Iterator<Item = &'static Region> {
    TOWNS.iter().chain([&*RURAL]).chain(REAL.iter())
}

/// A town of the fixtures.
pub(crate) fn town(name: &str) -> &'static Region {
    TOWNS.iter().find(|region| region.name == name).unwrap()
}

/// A path from the root of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn is_pbf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pbf")
}

impl Region {
    fn of(path: &Path) -> Self {
        let extract = read(&[path.to_owned()]);
        let network = RoadNetwork::build(&extract, &Profile::car(), &Watch::new()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().replace(".osm.pbf", "");
        Self { name, extract, network }
    }
}

/// A sequence of numbers that looks random and is always the same.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a bound (splitmix64).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((number ^ (number >> 31)) % bound as u64) as usize
    }
}

/// The place at a point of a street, with no leg.
///
/// A street in full is snapped to at any of its points, so that every one is
/// tried and not only those that a position would choose among several.
pub(crate) fn place_on(
    network: &RoadNetwork,
    street: StreetId,
    segment: usize,
    sixteenths: usize,
) -> Place {
    let points = network.streets().points(street);
    let fraction = sixteenths as f64 / 16.0;
    let position = points[segment].towards(points[segment + 1], fraction);
    let snap = Snap {
        street,
        segment: segment as u32,
        fraction,
        position,
        distance: Metres(0.0),
        access_time: Millis::ZERO,
        crosses_barrier: false,
    };
    Place { position, snap: Some(snap) }
}

/// Points of streets that can be snapped to: ends, bends, and in between.
pub(crate) fn places_on_streets(
    network: &RoadNetwork,
    dice: &mut Dice,
    count: usize,
) -> Vec<Place> {
    let streets = network.streets();
    let snappable: Vec<StreetId> =
        streets.ids().filter(|&street| network.is_snappable(street)).collect();
    if snappable.is_empty() {
        return Vec::new();
    }
    let place = |_| {
        let street = snappable[dice.below(snappable.len())];
        let segment = dice.below(streets.points(street).len() - 1);
        let sixteenths = [0, 16, dice.below(17)][dice.below(3)];
        place_on(network, street, segment, sixteenths)
    };
    (0..count).map(place).collect()
}

/// Positions near streets, snapped, so that they have access legs.
pub(crate) fn places_off_streets(
    network: &RoadNetwork,
    dice: &mut Dice,
    count: usize,
) -> Vec<Place> {
    let mut places = places_on_streets(network, dice, count);
    for place in &mut places {
        place.position.lon += dice.below(20_001) as i32 - 10_000;
        place.position.lat += dice.below(20_001) as i32 - 10_000;
        *place = network.snap(place.position, Metres(1000.0));
    }
    places
}

/// Whether two places are one to the traveller.
pub(crate) fn is_same_place(a: &Place, b: &Place) -> bool {
    a.position == b.position
}
