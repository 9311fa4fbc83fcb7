//! Areas with a limit of their own: where a road is cut by them, and what they leave alone.

use desserte::graph::{Direction, RoadNetwork, RuralLand};
use desserte::osm::OsmExtract;
use desserte::profile::{Profile, ProfileError, RuralArea, RuralPolygon, Settings};
use desserte::{KmPerHour, LonLat, Watch};
use proptest::prelude::*;

use crate::drawing::{Drawing, anywhere, at, street_of};
use crate::sketch::{Palette, Sketch, sketches};

/// West, south, east and north, in metres.
type Box = [f64; 4];

fn rectangle([west, south, east, north]: Box) -> Vec<LonLat> {
    vec![at(west, south), at(east, south), at(east, north), at(west, north)]
}

fn area(kmh: f64, outline: Box, holes: &[Box]) -> RuralArea {
    let holes = holes.iter().map(|&hole| rectangle(hole)).collect();
    let polygons = vec![RuralPolygon { outline: rectangle(outline), holes }];
    RuralArea { kmh: KmPerHour(kmh), polygons }
}

/// The bank west of x = 200 m drives at 90, the other at 80.
fn two_banks() -> Vec<RuralArea> {
    vec![
        area(90.0, [-1000.0, -1000.0, 200.0, 1000.0], &[]),
        area(80.0, [200.0, -1000.0, 2000.0, 1000.0], &[]),
    ]
}

/// A road to the east with a node every hundred metres, up to 400 m.
fn road(tags: &[(&str, &str)]) -> Drawing {
    let nodes = (0..5).fold(Drawing::new(), |map, node| map.node(i64::from(node), node * 100, 0));
    nodes.way(10, &[0, 1, 2, 3, 4], tags)
}

fn build(extract: &OsmExtract, areas: Vec<RuralArea>) -> RoadNetwork {
    let profile = anywhere().with_rural_areas(areas).unwrap();
    RoadNetwork::build(extract, &profile, &Watch::new()).unwrap()
}

/// First and last point, km/h and source of each stretch of the road.
fn stretches(network: &RoadNetwork) -> Vec<([usize; 2], f64, &'static str)> {
    let streets = network.streets();
    let stretches = streets.stretches_with_ends(street_of(network, 10));
    let told = stretches.map(|(stretch, ends)| {
        let lane = streets.lane(stretch, Direction::Forward).unwrap();
        (ends, lane.speed.0, lane.source.name())
    });
    told.collect()
}

fn told(tags: &[(&str, &str)], areas: Vec<RuralArea>) -> Vec<([usize; 2], f64, &'static str)> {
    stretches(&build(&road(tags).to_extract(), areas))
}

const PRIMARY: (&str, &str) = ("highway", "primary");
const LAW: &str = "legal default";

#[test]
fn a_road_is_cut_where_it_crosses_to_the_other_bank_and_stays_one_street() {
    // Nine tenths of 90, and of 80.
    assert_eq!(told(&[PRIMARY], two_banks()), [([0, 2], 81.0, LAW), ([2, 4], 72.0, LAW)]);
    let network = build(&road(&[PRIMARY]).to_extract(), two_banks());
    assert_eq!(network.manifest().counts.streets, 1);
    let times = network
        .streets()
        .times(desserte::graph::StreetUse::new(street_of(&network, 10), Direction::Forward));
    // 200 m at 81 km/h are 8.889 s, and 200 m at 72 km/h another 10 s, to half a per mille.
    assert!(times[2].abs_diff(8_889) <= 9 && times[4].abs_diff(18_889) <= 18, "{times:?}");
}

#[test]
fn a_segment_lies_where_its_middle_does() {
    let border = |x: f64| vec![area(90.0, [-1000.0, -1000.0, x, 1000.0], &[])];
    let cut = |x| told(&[PRIMARY], border(x)).iter().map(|told| told.0[1]).collect::<Vec<_>>();
    assert_eq!(cut(149.0), [1, 4], "the middle of the second segment is at 150 m");
    assert_eq!(cut(151.0), [2, 4]);
    assert_eq!(cut(20.0), [4], "less than half of the first segment");
}

#[test]
fn a_posted_limit_is_the_same_on_both_banks() {
    let posted = told(&[PRIMARY, ("maxspeed", "70")], two_banks());
    assert_eq!(posted, [([0, 4], 63.0, "posted limit")]);
}

#[test]
fn a_national_road_keeps_the_limit_of_the_state() {
    assert_eq!(told(&[PRIMARY, ("ref", "N 102")], two_banks()), [([0, 4], 72.0, LAW)]);
    let departementale = told(&[PRIMARY, ("ref", "D 104")], two_banks());
    assert_eq!(departementale.len(), 2);
}

#[test]
fn a_code_for_the_open_road_follows_the_area_in_a_village_too() {
    let mut extract = road(&[PRIMARY, ("source:maxspeed", "FR:rural")]).to_extract();
    extract.built_up.rings = vec![rectangle([120.0, -50.0, 280.0, 50.0])];
    let coded = stretches(&build(&extract, two_banks()));
    assert_eq!(coded, [([0, 2], 81.0, "legal code"), ([2, 4], 72.0, "legal code")]);
}

#[test]
fn built_up_land_is_driven_as_such_on_both_banks() {
    let mut extract = road(&[PRIMARY]).to_extract();
    extract.built_up.rings = vec![rectangle([120.0, -50.0, 280.0, 50.0])];
    let village = stretches(&build(&extract, two_banks()));
    let speeds: Vec<_> = village.iter().map(|&(ends, kmh, _)| (ends, kmh)).collect();
    // The village is one stretch: the border changes nothing in it.
    let [(_, in_town)] = speeds[1..2] else { panic!("{speeds:?}") };
    assert_eq!(speeds, [([0, 1], 81.0), ([1, 3], in_town), ([3, 4], 72.0)]);
    assert!(in_town < 50.0);
}

#[test]
fn of_areas_that_overlap_the_first_decides() {
    let whole = area(90.0, [-1000.0, -1000.0, 1000.0, 1000.0], &[]);
    let part = area(70.0, [100.0, -100.0, 300.0, 100.0], &[]);
    let kmh = |areas| told(&[PRIMARY], areas).iter().map(|told| told.1).collect::<Vec<_>>();
    assert_eq!(kmh(vec![whole.clone(), part.clone()]), [81.0]);
    assert_eq!(kmh(vec![part, whole]), [81.0, 63.0, 81.0]);
}

#[test]
fn a_hole_is_outside_unless_a_later_area_fills_it() {
    let ring = area(90.0, [-1000.0, -1000.0, 1000.0, 1000.0], &[[100.0, -50.0, 300.0, 50.0]]);
    let kmh = |areas| told(&[PRIMARY], areas).iter().map(|told| told.1).collect::<Vec<_>>();
    assert_eq!(kmh(vec![ring.clone()]), [81.0, 72.0, 81.0]);
    let filling = area(50.0, [0.0, -500.0, 500.0, 500.0], &[]);
    assert_eq!(kmh(vec![ring, filling]), [81.0, 45.0, 81.0]);
}

#[test]
fn outside_every_area_the_limit_of_the_settings_holds() {
    let settings = Settings { rural_kmh: KmPerHour(100.0), ..*anywhere().settings() };
    let profile = anywhere().with_settings(settings).unwrap();
    let profile = profile.with_rural_areas(two_banks()[..1].to_vec()).unwrap();
    let extract = road(&[PRIMARY]).to_extract();
    let network = RoadNetwork::build(&extract, &profile, &Watch::new()).unwrap();
    let kmh: Vec<_> = stretches(&network).iter().map(|told| told.1).collect();
    assert_eq!(kmh, [81.0, 90.0]);
}

#[test]
fn a_manifest_names_the_areas_and_says_nothing_where_there_is_none() {
    let extract = road(&[PRIMARY]).to_extract();
    let plain = build(&extract, Vec::new());
    assert_eq!(plain.manifest().profile.rural_areas, None);
    let text = serde_json::to_string(plain.manifest()).unwrap();
    assert!(!text.contains("rural_areas"));

    let mut three = two_banks();
    three.push(area(90.0, [0.0, 2000.0, 10.0, 2010.0], &[]));
    let summary = build(&extract, three.clone()).manifest().profile.rural_areas.clone().unwrap();
    assert_eq!((summary.count, &summary.kmh[..]), (3, &[KmPerHour(80.0), KmPerHour(90.0)][..]));
    three.swap(0, 1);
    let swapped = build(&extract, three).manifest().profile.rural_areas.clone().unwrap();
    assert_ne!(summary.sha256, swapped.sha256, "the order decides, so it is told");
}

#[test]
fn a_profile_with_areas_goes_through_its_toml() {
    let holed = area(90.0, [-1.0, -1.0, 1000.0, 1000.0], &[[100.0, -50.0, 300.0, 50.0]]);
    let profile = Profile::car().with_rural_areas(vec![holed, two_banks()[1].clone()]).unwrap();
    let again = Profile::from_toml(&profile.to_toml()).unwrap();
    assert_eq!(again, profile);
    assert_eq!(again.to_toml(), profile.to_toml());
    assert_ne!(profile, Profile::car());
    assert!(!Profile::car().to_toml().contains("rural_areas"));
}

#[test]
fn areas_that_cannot_be_are_refused() {
    let refused = |area: RuralArea| {
        Profile::car().with_rural_areas(vec![two_banks().remove(0), area]).unwrap_err().to_string()
    };
    for kmh in [19.9, 130.1, -80.0, f64::NAN, f64::INFINITY] {
        let message = refused(area(kmh, [0.0, 0.0, 9.0, 9.0], &[]));
        assert!(message.starts_with("`rural_areas[1].kmh` of the profile is "), "{message}");
        assert!(message.ends_with(", give a number from 20 to 130"), "{message}");
    }
    assert_eq!(
        refused(RuralArea { kmh: KmPerHour(80.0), polygons: vec![] }),
        "`rural_areas[1].polygons` of the profile is empty, give it a value",
    );
    let line =
        RuralPolygon { outline: vec![at(0.0, 0.0), at(9.0, 9.0), at(0.0, 0.0)], holes: vec![] };
    assert_eq!(
        refused(RuralArea { kmh: KmPerHour(80.0), polygons: vec![line] }),
        "`rural_areas[1].polygons[0]` of the profile has no inside, give its outline three corners \
         at least",
    );
}

#[test]
fn a_text_that_is_no_polygon_is_refused_with_its_line() {
    let plain = Profile::car().to_toml();
    let first = plain.lines().count() + 1;
    for (text, found) in [
        ("4.5 44.5, 4.8, 4.8 44.9", "4.8"),
        ("4.5 94.5, 4.8 44.5, 4.8 44.9", "4.5 94.5"),
        ("4.5 44.5, 4.8 44.5, 4.8 44.9;", ""),
        ("nan nan, 4.8 44.5, 4.8 44.9", "nan nan"),
        ("", ""),
    ] {
        let toml = format!("{plain}\n[[rural_areas]]\nkmh = 90\npolygons = [\"{text}\"]\n");
        let error = Profile::from_toml(&toml).unwrap_err();
        let ProfileError::Text { line, message } = &error else { panic!("{error}") };
        assert!((first..first + 4).contains(line), "{line}");
        let expected = format!("`{found}` is no position, write longitude and latitude in degrees");
        assert!(message.starts_with(&expected), "{message}");
    }
}

/// The times of every street, both ways, at every point.
fn all_times(network: &RoadNetwork) -> Vec<Vec<u32>> {
    network.streets().uses().map(|usage| network.streets().times(usage).to_vec()).collect()
}

fn sketched(sketch: &Sketch, profile: &Profile) -> Option<RoadNetwork> {
    RoadNetwork::build(&sketch.to_extract(), profile, &Watch::new()).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_area_over_everything_is_the_setting_itself(
        sketch in sketches(Palette::FULL),
        kmh in 20..=130_u32,
    ) {
        let kmh = f64::from(kmh);
        let setting = Settings { rural_kmh: KmPerHour(kmh), ..*anywhere().settings() };
        let by_setting = sketched(&sketch, &anywhere().with_settings(setting).unwrap());
        let everywhere = area(kmh, [-9e4, -9e4, 9e4, 9e4], &[]);
        let by_area = sketched(&sketch, &anywhere().with_rural_areas(vec![everywhere]).unwrap());
        prop_assert_eq!(by_setting.is_some(), by_area.is_some());
        if let (Some(one), Some(other)) = (by_setting, by_area) {
            prop_assert_eq!(one.manifest().counts, other.manifest().counts);
            prop_assert_eq!(all_times(&one), all_times(&other));
        }
    }

    #[test]
    fn an_area_with_the_limit_of_the_settings_changes_nothing(
        sketch in sketches(Palette::FULL),
        border in -200..800_i32,
    ) {
        let same = area(80.0, [-9e4, -9e4, f64::from(border), 9e4], &[]);
        let plain = sketched(&sketch, &anywhere());
        let with_area = sketched(&sketch, &anywhere().with_rural_areas(vec![same]).unwrap());
        prop_assert_eq!(plain.is_some(), with_area.is_some());
        if let (Some(one), Some(other)) = (plain, with_area) {
            prop_assert_eq!(one.manifest().counts, other.manifest().counts);
            prop_assert_eq!(all_times(&one), all_times(&other));
        }
    }

    #[test]
    fn the_first_rectangle_that_holds_a_position_is_its_area(
        boxes in prop::collection::vec((0..40_i32, 0..40_i32, 1..20_i32, 1..20_i32), 0..12),
        asked in prop::collection::vec((-2..62_i32, -2..62_i32), 40),
    ) {
        let corner = |lon, lat| LonLat { lon, lat };
        let rectangle = |&(lon, lat, wide, high): &(i32, i32, i32, i32)| {
            let (east, north) = (lon + wide, lat + high);
            let outline = [(lon, lat), (east, lat), (east, north), (lon, north)];
            let outline = outline.map(|(lon, lat)| corner(lon, lat)).to_vec();
            let polygons = vec![RuralPolygon { outline, holes: vec![] }];
            RuralArea { kmh: KmPerHour(90.0), polygons }
        };
        let land = RuralLand::of(&boxes.iter().map(rectangle).collect::<Vec<_>>());
        for (lon, lat) in asked {
            // A border belongs to the ground east and north of it.
            let expected = boxes.iter().position(|&(west, south, wide, high)| {
                (west..west + wide).contains(&lon) && (south..south + high).contains(&lat)
            });
            prop_assert_eq!(land.area_at(corner(lon, lat)), expected);
        }
    }
}
