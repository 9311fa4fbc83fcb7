//! Stage `isochrone`: catchments part the merged isochrone as the times of each site say.

use desserte::graph::{Heading, Place, RoadNetwork};
use desserte::isochrone::{
    Catchments, IsochroneOptions, LeastAreas, TimeSurface, catchments, isochrones,
    merged_isochrones, time_surface,
};
use desserte::{Metres, Millis, Watch};
use geo::{Area, BooleanOps, Contains, MultiPolygon, Point, Relate, Validation};

use crate::drawing::at;
use crate::regions::{Dice, RURAL, Region, TOWNS, places_on_streets};

const HEADINGS: [Heading; 2] = [Heading::Backward, Heading::Forward];

fn options(minutes: f64, heading: Heading) -> IsochroneOptions {
    IsochroneOptions {
        limits: vec![Millis::from_minutes(minutes).unwrap()],
        heading,
        offroad: Metres(300.0),
        resolution: Metres(100.0),
        least: LeastAreas::default(),
    }
}

fn parted(network: &RoadNetwork, sites: &[Place], options: &IsochroneOptions) -> Catchments {
    catchments(network, sites, options, &Watch::new()).unwrap()
}

fn sites(region: &Region, count: usize) -> Vec<Place> {
    places_on_streets(&region.network, &mut Dice::new(17), count)
}

/// Column and row of each node of a surface on the network's plane, and its time.
fn nodes(surface: &TimeSurface) -> impl Iterator<Item = ((i64, i64), Millis)> + '_ {
    let ((west, north), step) = (surface.origin(), surface.options().resolution.0);
    let (west, north) = ((west / step).round() as i64, (north / step).round() as i64);
    (0..).zip(surface.times()).map(move |(node, time)| {
        let (row, column) = (node / surface.columns(), node % surface.columns());
        ((west + column as i64, north - row as i64), *time)
    })
}

#[test]
fn each_node_is_in_the_catchment_of_the_site_whose_own_surface_is_soonest() {
    let network = &RURAL.network;
    let sites = sites(&RURAL, 5);
    for heading in HEADINGS {
        let options = options(9.0, heading);
        let limit = options.limits[0];
        let areas = parted(network, &sites, &options).areas;
        let mut best = std::collections::BTreeMap::new();
        for (rank, site) in (0..).zip(&sites) {
            let own = time_surface(network, &[*site], &options, &Watch::new()).unwrap();
            for (node, time) in nodes(&own).filter(|&(_, time)| time <= limit) {
                let known = best.entry(node).or_insert((time, rank));
                *known = (time, rank).min(*known);
            }
        }
        assert!(best.len() > 2_000, "only {} nodes", best.len());
        let mut seen = [0; 5];
        for (&(column, row), &(_, rank)) in best.iter().step_by(3) {
            let step = options.resolution.0;
            let (x, y) = (column as f64 * step, row as f64 * step);
            let spot = Point::from(network.projection().to_degrees(x, y));
            assert!(areas[rank].contains(&spot), "site {rank} at {spot:?}, {heading:?}");
            seen[rank] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
    }
}

#[test]
fn catchments_are_valid_apart_and_together_the_merged_isochrone() {
    for region in TOWNS.iter().chain([&*RURAL]) {
        let sites = sites(region, 4);
        for heading in HEADINGS {
            let options = options(6.0, heading);
            let areas = parted(&region.network, &sites, &options).areas;
            let watch = Watch::new();
            let merged = merged_isochrones(&region.network, &sites, &options, &watch).unwrap();
            let whole = merged.rows[0][0].unsigned_area();
            let sum: f64 = areas.iter().map(Area::unsigned_area).sum();
            assert!((sum - whole).abs() <= 1e-9 * whole, "{}: {sum} of {whole}", region.name);
            for (rank, area) in areas.iter().enumerate() {
                assert!(area.is_valid(), "{}: {area:?}", region.name);
                for other in areas.iter().skip(rank + 1) {
                    assert!(are_apart(area, other), "{}", region.name);
                }
            }
        }
    }
}

fn are_apart(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> bool {
    if a.0.is_empty() || b.0.is_empty() {
        return true;
    }
    let relation = a.relate(b);
    relation.is_disjoint() || relation.is_touches()
}

#[test]
fn the_catchment_of_a_single_site_is_its_isochrone_point_by_point() {
    let network = &RURAL.network;
    let sites = sites(&RURAL, 2);
    for heading in HEADINGS {
        let options = options(7.0, heading);
        let alone = parted(network, &sites[..1], &options);
        let drawn = isochrones(network, &sites[..1], &options, &Watch::new()).unwrap();
        assert_eq!(alone.areas, drawn.rows[0]);
        assert_eq!(alone.at_edge, drawn.at_edge);
    }
}

#[test]
fn a_second_site_at_the_same_place_has_nothing_and_takes_nothing() {
    let network = &RURAL.network;
    let [a, b] = sites(&RURAL, 2)[..] else { panic!("two sites") };
    let options = options(7.0, Heading::Backward);
    let pair = parted(network, &[a, b], &options).areas;
    let areas = parted(network, &[a, b, a], &options).areas;
    assert!(areas[2].0.is_empty());
    assert_eq!(areas[..2], pair);
}

#[test]
fn the_order_of_the_sites_changes_nothing() {
    let network = &RURAL.network;
    let mut sites = sites(&RURAL, 5);
    let options = options(8.0, Heading::Backward);
    let before = parted(network, &sites, &options).areas;
    sites.reverse();
    let after = parted(network, &sites, &options).areas;
    for (a, b) in before.iter().zip(after.iter().rev()) {
        // But for nodes to which two sites are as near to the millisecond.
        let moved = a.xor(b).unsigned_area();
        assert!(moved <= 1e-3 * a.unsigned_area(), "{moved} of {}", a.unsigned_area());
    }
}

#[test]
fn one_more_site_takes_ground_and_gives_none() {
    let network = &RURAL.network;
    let sites = sites(&RURAL, 5);
    let options = options(8.0, Heading::Backward);
    let before = parted(network, &sites[..4], &options).areas;
    let after = parted(network, &sites, &options).areas;
    assert!(after[4].unsigned_area() > 0.0);
    for (before, after) in before.iter().zip(&after) {
        // Borders are drawn between the nodes by what serves these, which is fewer for a loser.
        let gained = after.difference(before).unsigned_area();
        assert!(gained <= 2e-3 * before.unsigned_area(), "{gained}");
    }
}

#[test]
fn a_site_off_the_network_has_no_catchment() {
    let network = &RURAL.network;
    let near = sites(&RURAL, 1)[0];
    let nowhere = network.snap(at(0.0, 0.0), Metres(1000.0));
    let options = options(5.0, Heading::Backward);
    let areas = parted(network, &[nowhere, near], &options).areas;
    assert!(areas[0].0.is_empty());
    assert_eq!(areas[1..], parted(network, &[near], &options).areas);
    assert_eq!(parted(network, &[nowhere], &options).areas, [MultiPolygon::new(vec![])]);
    assert_eq!(parted(network, &[], &options).areas, []);
}
