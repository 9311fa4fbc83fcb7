//! What holds of every profile, whatever the tags and the settings.

use std::collections::BTreeMap;

use desserte::KmPerHour;
use desserte::osm::TagPool;
use desserte::profile::{Departure, Profile, Season, Setting, Settings};
use proptest::prelude::*;

use super::profile::with_map;

/// Keys that some profile reads.
const READ_KEYS: &[&str] = &[
    "highway",
    "service",
    "access",
    "vehicle:forward",
    "motor_vehicle",
    "motorcar:backward",
    "bicycle",
    "foot",
    "motor_vehicle:conditional",
    "access:forward:conditional",
    "oneway",
    "oneway:motorcar",
    "oneway:conditional",
    "oneway:bicycle",
    "cycleway",
    "junction",
    "maxspeed",
    "maxspeed:forward",
    "maxspeed:conditional",
    "source:maxspeed",
    "zone:maxspeed",
    "route",
    "duration",
    "tunnel",
    "bridge",
    "barrier",
    "locked",
    "surface",
    "smoothness",
    "tracktype",
    "width",
    "lanes",
    "passing_places",
    "maxwidth",
    "maxheight",
    "maxweight",
    "ford",
    "seasonal",
    "winter_service",
    "impassable",
    "hov",
    "motorroad",
    "ref",
    "restriction",
    "restriction:motorcar",
    "restriction:conditional",
    "except",
    "direction",
    "crossing",
    "sac_scale",
];

/// Values that they understand, and some that look like them.
const NEAR_VALUES: &[&str] = &[
    "primary",
    "trunk",
    "track",
    "service",
    "motorway",
    "footway",
    "driveway",
    "yes",
    "no",
    "private",
    "dismount",
    "-1",
    "reversible",
    "roundabout",
    "opposite_lane",
    "ferry",
    "00:25",
    "PT1H",
    "PT",
    "50",
    "30 mph",
    "FR:rural",
    "FR:urban",
    "FR:zone30",
    "N 7",
    ":",
    ";",
    "@",
    "no @ (",
    "no @ (Mo-Fr 08:00-09:00; Sa)",
    "-1 @ (Nov-Mar 31)",
    "yes @ (weight>",
    "50 @ (sunset-sunrise AND Dec 24-26)",
    "gravel;asphalt",
    "very_bad",
    "grade3",
    "4,5 m",
    "6'6\"",
    "gate",
    "bollard",
    "signals",
    "no_left_turn",
    "no_left_turn @ (10:00+)",
    "only_",
    "motorcar;psv",
    "forward",
];

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![6 => prop::sample::select(READ_KEYS).prop_map(str::to_owned), 1 => ".*"]
}

/// Values near those that a profile reads, and any other text.
fn any_value() -> impl Strategy<Value = String> {
    let number = any::<f64>().prop_map(|number| number.to_string());
    prop_oneof![
        6 => prop::sample::select(NEAR_VALUES).prop_map(str::to_owned),
        1 => number,
        1 => "[a-zA-Z:;|0-9. é]{0,12}",
        2 => "(no|yes|50) @ \\(?[A-Z0-9a-z:;,+@ \\-\"\\[–]{0,24}\\)?",
        1 => ".*",
    ]
}

fn any_tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    const HIGHWAYS: &[&str] =
        &["primary", "trunk", "residential", "track", "service", "path", "footway", "steps"];
    let rest = prop::collection::btree_map(any_key(), any_value(), 0..8);
    (prop::option::weighted(0.8, prop::sample::select(HIGHWAYS)), rest).prop_map(
        |(highway, mut tags)| {
            tags.extend(highway.map(|class| ("highway".to_owned(), class.to_owned())));
            tags
        },
    )
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let day = ((1900_u16..=2200), (1_u8..=12), (1_u8..=28), (0_u8..24), (0_u8..60));
    let seasons = prop::sample::select(&[Season::Normal, Season::Winter][..]);
    let ranges = (0.5..=15.0, 20.0..=130.0, 0.1..=3.0, any::<bool>(), 0.0..=1440.0, day, seasons);
    ranges.prop_map(|(walking, rural, speed_factor, ferries, ferry_wait_minutes, day, season)| {
        let (year, month, day, hour, minute) = day;
        let departure = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}");
        Settings {
            walking_kmh: KmPerHour(walking),
            rural_kmh: KmPerHour(rural),
            speed_factor,
            departure: departure.parse().unwrap(),
            season,
            ferries,
            ferry_wait_minutes,
            bends: true,
            delays: true,
        }
    })
}

fn any_profile() -> impl Strategy<Value = Profile> {
    let names = prop::sample::select(Profile::names());
    (names, any_settings()).prop_map(|(name, settings)| {
        Profile::built_in(name).unwrap().with_settings(settings).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_tag_makes_it_panic_and_every_speed_is_one(
        tags in any_tags(),
        profile in any_profile(),
        in_town in any::<bool>(),
    ) {
        let setting = Setting { built_up: in_town, ..Setting::of(&profile) };
        let way = with_map(&tags, |tags| {
            let _ = profile.node_passage(tags);
            let _ = profile.node_delay(tags);
            let _ = profile.turn_rule(tags);
            profile.way_use(tags, setting)
        });
        if let Some(way) = way {
            prop_assert!(way.forward.is_some() || way.backward.is_some());
            for lane in [way.forward, way.backward].into_iter().flatten() {
                prop_assert!((1.0..=200.0).contains(&lane.speed.0), "{:?}", lane.speed);
            }
        }
    }

    #[test]
    fn access_does_not_depend_on_the_setting(tags in any_tags(), profile in any_profile()) {
        let access = |setting| {
            let way = with_map(&tags, |tags| profile.way_use(tags, setting));
            way.map(|way| [way.forward, way.backward].map(|lane| lane.map(|lane| lane.access)))
        };
        let here = Setting::of(&profile);
        let elsewhere = Setting { rural_kmh: KmPerHour(90.0), ..here.in_town() };
        prop_assert_eq!(access(here), access(elsewhere));
    }

    #[test]
    fn the_order_of_the_tags_does_not_matter(tags in any_tags(), profile in any_profile()) {
        let ask = |pairs: Vec<(&String, &String)>| {
            let mut pool = TagPool::default();
            let list = pool.insert(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
            let tags = pool.get(list);
            (profile.way_use(tags, Setting::of(&profile)), profile.turn_rule(tags))
        };
        prop_assert_eq!(ask(tags.iter().collect()), ask(tags.iter().rev().collect()));
    }

    #[test]
    fn a_higher_limit_never_slows(
        tags in any_tags(),
        profile in any_profile(),
        limits in (1_u8..=200, 1_u8..=200),
        in_town in any::<bool>(),
    ) {
        let setting = Setting { built_up: in_town, ..Setting::of(&profile) };
        let under = |limit: u8| {
            let mut tags = tags.clone();
            tags.insert("maxspeed".to_owned(), limit.to_string());
            with_map(&tags, |tags| profile.way_use(tags, setting))
        };
        let (low, high) = (limits.0.min(limits.1), limits.0.max(limits.1));
        if let (Some(slow), Some(fast)) = (under(low), under(high)) {
            for (slow, fast) in [(slow.forward, fast.forward), (slow.backward, fast.backward)] {
                prop_assert!(slow.map(|lane| lane.speed) <= fast.map(|lane| lane.speed));
            }
        }
    }

    #[test]
    fn no_text_makes_a_departure_panic(text in "[0-9:T \\-é]{0,20}|.*") {
        if let Ok(departure) = text.parse::<Departure>() {
            prop_assert_eq!(departure.to_string().parse::<Departure>(), Ok(departure));
        }
    }

    #[test]
    fn no_text_makes_a_profile_panic(text in ".*") {
        let _ = Profile::from_toml(&text);
    }
}
