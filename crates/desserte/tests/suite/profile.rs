//! What the tags of ways, nodes and restrictions mean to each traveller.
//!
//! The rules are in `fixtures/rules`, a row a tag set; every row that fails is
//! reported. Here is the reader of those tables, and what a table cannot say.

use std::collections::BTreeMap;

use desserte::osm::{TagPool, Tags};
use desserte::profile::{
    DelayCause, Departure, Ground, Lane, NodeDelay, Profile, ProfileError, Season, Setting,
    Settings, SpeedSource, TurnRule, WayUse,
};
use desserte::{KmPerHour, Metres, Millis};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    group: Vec<Group>,
}

/// Rows asked under the same circumstances.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(default)]
    in_town: bool,
    rural_kmh: Option<KmPerHour>,
    season: Option<Season>,
    ferries: Option<bool>,
    #[serde(default)]
    ways: Vec<WayRow>,
    #[serde(default)]
    nodes: Vec<NodeRow>,
    #[serde(default)]
    restrictions: Vec<RestrictionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WayRow {
    why: String,
    tags: BTreeMap<String, String>,
    both: Option<String>,
    forward: Option<String>,
    backward: Option<String>,
    kmh: Option<f64>,
    forward_kmh: Option<f64>,
    backward_kmh: Option<f64>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeRow {
    why: String,
    tags: BTreeMap<String, String>,
    passage: String,
    delay: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestrictionRow {
    why: String,
    tags: BTreeMap<String, String>,
    turn: String,
}

pub(super) fn with_map<T>(tags: &BTreeMap<String, String>, ask: impl FnOnce(Tags<'_>) -> T) -> T {
    let mut pool = TagPool::default();
    let list = pool.insert(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    ask(pool.get(list))
}

impl Group {
    fn profile(&self, profile: &Profile) -> Profile {
        let settings = *profile.settings();
        let settings = Settings {
            rural_kmh: self.rural_kmh.unwrap_or(settings.rural_kmh),
            season: self.season.unwrap_or(settings.season),
            ferries: self.ferries.unwrap_or(settings.ferries),
            ..settings
        };
        profile.clone().with_settings(settings).unwrap()
    }

    /// The rows that fail, each with what was found; and how many were asked.
    fn failures(&self, profile: &Profile) -> (Vec<String>, usize) {
        let profile = self.profile(profile);
        let setting = Setting { built_up: self.in_town, ..Setting::of(&profile) };
        let ways = self.ways.iter().map(|row| {
            let way = with_map(&row.tags, |tags| profile.way_use(tags, setting));
            (&row.why, row.expected(way), describe_way(way))
        });
        let nodes = self.nodes.iter().map(|row| {
            let ask = |tags: Tags<'_>| (profile.node_passage(tags), profile.node_delay(tags));
            let (passage, delay) = with_map(&row.tags, ask);
            let delay = row.delay.as_ref().map(|_| describe_delay(delay));
            let said = |passage: &str, delay: Option<String>| format!("{passage} {delay:?}");
            let found = said(&format!("{passage:?}").to_lowercase(), delay);
            (&row.why, said(&row.passage, row.delay.clone()), found)
        });
        let restrictions = self.restrictions.iter().map(|row| {
            let rule = with_map(&row.tags, |tags| profile.turn_rule(tags));
            (&row.why, row.turn.clone(), describe_rule(rule))
        });
        let rows: Vec<_> = ways.chain(nodes).chain(restrictions).collect();
        let failed = rows.iter().filter(|(_, expected, found)| expected != found);
        let told = failed.map(|(why, expected, found)| {
            format!("{}: {why}\n  expected {expected}\n  found    {found}", self.name)
        });
        (told.collect(), rows.len())
    }
}

impl WayRow {
    /// What the row expects, in the words of [`describe_way`]; what it leaves open is as found.
    fn expected(&self, found: Option<WayUse>) -> String {
        let lane = |stated: &Option<String>, own_kmh: Option<f64>, lane: Option<Lane>| {
            let access = stated.as_ref().or(self.both.as_ref()).expect("a row states its access");
            if access == "closed" {
                return access.clone();
            }
            let speed = lane.map_or(0.0, |lane| lane.speed.0);
            let source = lane.map_or("", |lane| lane.source.name());
            let kmh = own_kmh.or(self.kmh).unwrap_or(speed);
            describe(access, kmh, self.source.as_deref().unwrap_or(source))
        };
        let (forward, backward) = found.map_or((None, None), |way| (way.forward, way.backward));
        let forward = lane(&self.forward, self.forward_kmh, forward);
        let backward = lane(&self.backward, self.backward_kmh, backward);
        format!("forward {forward}; backward {backward}")
    }
}

fn describe(access: &str, kmh: f64, source: &str) -> String {
    format!("{access} {} {source}", (kmh * 100.0).round() / 100.0)
}

fn describe_lane(lane: Option<Lane>) -> String {
    lane.map_or_else(
        || "closed".to_owned(),
        |lane| {
            describe(&format!("{:?}", lane.access).to_lowercase(), lane.speed.0, lane.source.name())
        },
    )
}

fn describe_way(way: Option<WayUse>) -> String {
    let (forward, backward) = way.map_or((None, None), |way| (way.forward, way.backward));
    format!("forward {}; backward {}", describe_lane(forward), describe_lane(backward))
}

fn describe_delay(delay: Option<NodeDelay>) -> String {
    let Some(delay) = delay else { return String::new() };
    match (delay.is_directed, delay.forward, delay.backward) {
        (true, true, false) => format!("{} forward", delay.cause.name()),
        (true, false, true) => format!("{} backward", delay.cause.name()),
        _ => delay.cause.name().to_owned(),
    }
}

fn describe_rule(rule: Option<TurnRule>) -> String {
    rule.map_or_else(|| "none".to_owned(), |rule| format!("{rule:?}").to_lowercase())
}

/// Asks every row of `fixtures/rules/<mode>.toml`.
fn check_rules(mode: &str, least_rows: usize) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/rules");
    let text = std::fs::read_to_string(format!("{folder}/{mode}.toml")).unwrap();
    let table: Table = toml::from_str(&text).map_err(|error| error.to_string()).unwrap();
    let profile = Profile::built_in(mode).unwrap();
    let (mut failures, mut asked) = (Vec::new(), 0);
    for group in &table.group {
        let (failed, rows) = group.failures(&profile);
        failures.extend(failed);
        asked += rows;
    }
    assert!(failures.is_empty(), "{} of {asked} failed\n{}", failures.len(), failures.join("\n"));
    assert!(asked >= least_rows, "only {asked} rows");
}

#[test]
fn a_car_is_driven_by_its_rules() {
    check_rules("car", 180);
}

#[test]
fn a_walker_walks_by_their_rules() {
    check_rules("foot", 40);
}

#[test]
fn a_bicycle_is_ridden_by_its_rules() {
    check_rules("bicycle", 40);
}

fn with_tags<T>(text: &str, ask: impl FnOnce(Tags<'_>) -> T) -> T {
    let pairs = text.split(", ").filter(|pair| !pair.is_empty());
    let mut pool = TagPool::default();
    let list = pool.insert(pairs.map(|pair| pair.split_once('=').unwrap()));
    ask(pool.get(list))
}

/// The forward lane in open country.
fn lane_of(profile: &Profile, text: &str) -> Lane {
    let way = with_tags(text, |tags| profile.way_use(tags, Setting::of(profile)));
    way.unwrap().forward.unwrap()
}

#[test]
fn one_steps_off_open_ground_only() {
    let car = Profile::car();
    for (text, ground) in [
        ("highway=trunk, motorroad=yes", Ground::Motorway),
        ("highway=motorway", Ground::Motorway),
        ("highway=tertiary, tunnel=yes", Ground::Tunnel),
        ("highway=residential, tunnel=building_passage", Ground::Open),
        ("highway=primary, bridge=viaduct", Ground::Bridge),
        ("highway=primary, bridge=no", Ground::Open),
        ("highway=motorway, bridge=yes", Ground::Bridge),
    ] {
        let way = with_tags(text, |tags| car.way_use(tags, Setting::of(&car))).unwrap();
        assert_eq!(way.ground, ground, "{text}");
    }
}

#[test]
fn a_crossing_says_how_long_it_takes_and_how_long_one_waits() {
    let car = Profile::car();
    let settings = Settings { ferries: true, ferry_wait_minutes: 15.0, ..*car.settings() };
    let boarding = car.with_settings(settings).unwrap();
    let terms = |text: &str| {
        with_tags(text, |tags| boarding.way_use(tags, Setting::of(&boarding))).unwrap().ferry
    };
    let known = terms("route=ferry, duration=00:25").unwrap();
    assert_eq!((known.duration, known.wait), (Some(Millis(1_500_000)), Millis(900_000)));
    assert_eq!(terms("route=ferry").unwrap().duration, None);
    assert_eq!(terms("highway=primary"), None);
}

#[test]
fn a_road_has_a_rank_and_a_ring() {
    let car = Profile::car();
    let rank = |text: &str| with_tags(text, |tags| car.class_rank(tags));
    assert!(rank("highway=secondary") > rank("highway=tertiary"));
    assert_eq!(rank("highway=unclassified"), rank("highway=residential"));
    assert_eq!(rank("waterway=river"), 0);
    let is_ring = |text: &str| with_tags(text, |tags| car.is_roundabout(tags));
    assert!(is_ring("highway=primary, junction=roundabout"));
    assert!(!is_ring("highway=primary, junction=circular"));
}

#[test]
fn signals_cost_more_than_a_zebra_and_a_walker_waits_at_no_stop_sign() {
    let (car, foot) = (Profile::car(), Profile::foot());
    assert!(car.delays().of(DelayCause::Signals) > car.delays().of(DelayCause::Crossing));
    assert_eq!(foot.delays().of(DelayCause::Stop), Millis::ZERO);
    assert_eq!(car.kinematics().map(|bends| bends.lateral), Some(2.2));
    assert_eq!(foot.kinematics(), None);
    assert!(!foot.turns_bind());
}

#[test]
fn a_slow_walker_is_slow_on_every_street() {
    let foot = Profile::foot();
    let settings = Settings { walking_kmh: KmPerHour(3.0), ..*foot.settings() };
    let slow = foot.with_settings(settings).unwrap();
    assert_eq!(lane_of(&slow, "highway=residential").speed, KmPerHour(3.0));
    assert_eq!(lane_of(&slow, "highway=steps").speed, KmPerHour(1.5));
}

#[test]
fn the_setting_wins_over_the_study_s_own_limit() {
    let car = Profile::car();
    let across_the_river = Setting { rural_kmh: KmPerHour(90.0), ..Setting::of(&car) };
    let way = with_tags("highway=primary", |tags| car.way_use(tags, across_the_river)).unwrap();
    assert_eq!(way.forward.unwrap().speed, KmPerHour(81.0));
    let village = Setting::of(&car).in_town();
    let way = with_tags("highway=primary", |tags| car.way_use(tags, village)).unwrap();
    assert_eq!(way.forward.unwrap().speed, KmPerHour(40.0));
}

#[test]
fn the_speed_factor_multiplies_every_speed_on_roads() {
    let car = Profile::car();
    let settings = Settings { speed_factor: 0.5, ..*car.settings() };
    let slower = car.with_settings(settings).unwrap();
    for (text, kmh) in [
        ("highway=primary", 36.0),
        ("highway=primary, maxspeed=50", 22.5),
        ("highway=primary, surface=gravel", 20.0),
    ] {
        assert_eq!(lane_of(&slower, text).speed, KmPerHour(kmh), "{text}");
    }
}

#[test]
fn who_pushes_a_bicycle_walks_by_the_settings_and_within_the_speeds_there_are() {
    let bicycle = Profile::bicycle();
    let pushed = |walking_kmh: f64, speed_factor: f64| {
        let walking_kmh = KmPerHour(walking_kmh);
        let settings = Settings { walking_kmh, speed_factor, ..*bicycle.settings() };
        let cyclist = bicycle.clone().with_settings(settings).unwrap();
        let lane = lane_of(&cyclist, "highway=footway, bicycle=dismount");
        (lane.speed, lane.source)
    };
    assert_eq!(pushed(4.0, 1.0), (KmPerHour(4.0), SpeedSource::Walk));
    assert_eq!(pushed(4.0, 0.5), (KmPerHour(2.0), SpeedSource::Walk));
    assert_eq!(pushed(0.5, 1.0), (KmPerHour(1.0), SpeedSource::Walk));
}

#[test]
fn another_hour_is_another_access() {
    let car = Profile::car();
    let text = "highway=residential, motor_vehicle:conditional=no @ (Mo-Fr 08:00-09:00)";
    for (departure, is_open) in
        [("2025-10-07T08:30", false), ("2025-10-07T09:00", true), ("2025-10-11T08:30", true)]
    {
        let departure: Departure = departure.parse().unwrap();
        let at = car.clone().with_settings(Settings { departure, ..*car.settings() }).unwrap();
        let way = with_tags(text, |tags| at.way_use(tags, Setting::of(&at)));
        assert_eq!(way.is_some(), is_open, "{departure}");
    }
}

#[test]
fn a_mode_that_no_restriction_binds_asks_for_none() {
    let text = Profile::car().to_toml().replace("bind = true", "bind = false");
    let unbound = Profile::from_toml(&text).unwrap();
    assert!(!unbound.turns_bind());
    assert_eq!(with_tags("restriction=no_left_turn", |tags| unbound.turn_rule(tags)), None);
}

#[test]
fn the_car_says_what_the_later_stages_ask() {
    let car = Profile::car();
    assert_eq!(car.name(), "car");
    assert_eq!(car.walking_speed(), KmPerHour(4.0));
    assert_eq!(car.smallest_network(), (Metres(5000.0), 50));
}

#[test]
fn a_profile_survives_its_text() {
    for name in Profile::names() {
        let profile = Profile::built_in(name).unwrap();
        assert_eq!(profile.name(), name);
        assert_eq!(Profile::from_toml(&profile.to_toml()), Ok(profile));
    }
    let car = Profile::car();
    let settings = Settings { ferries: true, speed_factor: 1.1, ..*car.settings() };
    let changed = car.clone().with_settings(settings).unwrap();
    assert_ne!(changed, car);
    assert_eq!(Profile::from_toml(&changed.to_toml()), Ok(changed));
}

#[test]
fn an_unknown_mode_is_refused_with_those_there_are() {
    let refused = Profile::built_in("boat").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no profile is named `boat`, choose one of: car, foot, bicycle"
    );
    assert_eq!(Profile::built_in("car"), Ok(Profile::car()));
}

/// The car's text with one piece replaced, and the message it is refused with.
fn refusal(piece: &str, replacement: &str) -> String {
    let text = Profile::car().to_toml();
    assert!(text.contains(piece), "the text of the car has no {piece}");
    Profile::from_toml(&text.replacen(piece, replacement, 1)).unwrap_err().to_string()
}

/// What of the car's text is replaced, by what, and the message.
const REFUSALS: &[(&str, &str, &str)] = &[
    (
        "walking_kmh = 4.0",
        "walking_kmh = -4.0",
        "`settings.walking_kmh` of the profile is -4, give a number from 0.5 to 15",
    ),
    (
        "rural_kmh = 80.0",
        "rural_kmh = nan",
        "line 6: `settings.rural_kmh` of the profile is NaN, give a number from 20 to 130",
    ),
    (
        "speed_factor = 1.0",
        "speed_factor = 0",
        "`settings.speed_factor` of the profile is 0, give a number from 0.1 to 3",
    ),
    (
        "kmh = 118.0",
        "kmh = -118.0",
        "`classes.motorway.kmh` of the profile is -118, give a number from 1 to 200",
    ),
    (
        "share = 0.9",
        "share = inf",
        "`limits.share` of the profile is inf, give a number from 0.1 to 1.5",
    ),
    ("name = \"car\"", "name = \" \"", "`name` of the profile is empty, give it a value"),
    (
        "explicit_from = \"motor_vehicle\"",
        "explicit_from = \"lorry\"",
        "`access.explicit_from` of the profile is `lorry`, \
             choose one of: access, vehicle, motor_vehicle, motorcar",
    ),
    (
        "\"private\"",
        "\"yes\"",
        "`yes` stands in both `access.public` and `access.restricted` of the profile, keep one",
    ),
    (
        "ferries = false",
        "ferries = false\nboats = true",
        "the key `boats` is not known; there are: walking_kmh, rural_kmh, speed_factor, \
             departure, season, bends, delays, ferries, ferry_wait_minutes",
    ),
    (
        "access = \"closed\"",
        "access = \"shut\"",
        "the value of `access`: `shut` is not known; there are: closed, restricted, public",
    ),
    ("ferries = false\n", "", "missing field `ferries`"),
    ("ferries = false", "ferries = ", "line 12 of the profile: "),
    (
        "rural_kmh = 80.0",
        "rural_kph = 80.0",
        "line 6 of the profile: the key `rural_kph` is not known, did you mean `rural_kmh`? there are: ",
    ),
    (
        "season = \"normal\"",
        "season = \"wintre\"",
        "line 9 of the profile: the value of `season`: `wintre` is not known, did you mean `winter`?",
    ),
    (
        "2025-10-07T10:00",
        "tomorrow",
        "line 8 of the profile: departure `tomorrow` is not an hour of a day, \
             write it as 2025-10-07T10:00",
    ),
    (
        "signals = 8.0",
        "signals = -8.0",
        "`delays.signals` of the profile is -8, give a number from 0 to 3600",
    ),
    (
        "lateral = 2.2",
        "lateral = 0.0",
        "`kinematics.lateral` of the profile is 0, give a number from 0.2 to 10",
    ),
    (
        "[classes.primary]",
        "[classes.primery]",
        "`classes.primery` of the profile is nothing that maps speak of, did you mean `classes.primary`?",
    ),
    (
        "grade3 = 30.0",
        "grad3 = 30.0",
        "`caps.tracktype.grad3` of the profile is nothing that maps speak of, \
             did you mean `caps.tracktype.grade3`?",
    ),
    (
        "grade3 = 10.0",
        "grade6 = 10.0",
        "`track_grades.grade6` of the profile is nothing that maps speak of, \
             did you mean `track_grades.grade",
    ),
    (
        "swing_gate = \"gate\"",
        "swinggate = \"gate\"",
        "`barriers.delays.swinggate` of the profile is nothing that maps speak of, \
             did you mean `barriers.delays.swing_gate`?",
    ),
    (
        "very_bad = 20.0",
        "verybad = 20.0",
        "`caps.smoothness.verybad` of the profile is nothing that maps speak of, \
             did you mean `caps.smoothness.very_bad`?",
    ),
    (
        "swing_gate = \"gate\"",
        "swing_gate = \"ferry\"",
        "the value of `swing_gate`: `ferry` is not known",
    ),
    (
        "gravel = 40.0",
        "gravel = -40.0",
        "`caps.surface.gravel` of the profile is -40, give a number from 1 to 200",
    ),
];

#[test]
fn a_bad_profile_is_refused_with_what_is_allowed() {
    for (piece, replacement, expected) in REFUSALS {
        let message = refusal(piece, replacement);
        assert!(
            message.contains(expected),
            "{replacement}\nexpected {expected}\nfound    {message}"
        );
    }
}

#[test]
fn a_number_that_cannot_be_is_refused_with_its_line() {
    let text = Profile::car().to_toml();
    for (piece, replacement) in [
        ("signals = 8.0", "signals = -8.0"),
        ("gravel = 40.0", "gravel = -40.0"),
        ("\"concrete:lanes\" = 50.0", "\"concrete:lanes\" = -50.0"),
        ("kmh = 118.0", "kmh = -118.0"),
        ("swing_gate = \"gate\"", "swinggate = \"gate\""),
    ] {
        let line = 1 + text.split(piece).next().unwrap().matches('\n').count();
        let message = refusal(piece, replacement);
        assert!(message.starts_with(&format!("line {line}: `")), "{line}: {message}");
    }
    let areas = format!(
        "{text}\n[[rural_areas]]\nkmh = 91.0\npolygons = [\"4 44, 5 44, 5 45\"]\n\
         [[rural_areas]]\nkmh = 80.0\npolygons = [\"4 44, 4 44\"]\n"
    );
    let message = Profile::from_toml(&areas).unwrap_err().to_string();
    let last = areas.lines().count();
    assert!(
        message.starts_with(&format!("line {last}: `rural_areas[1].polygons[0]`")),
        "{message}"
    );
    let negative = areas.replace("kmh = 91.0", "kmh = -91.0");
    let message = Profile::from_toml(&negative).unwrap_err().to_string();
    assert!(message.starts_with(&format!("line {}: `rural_areas[0].kmh`", last - 4)), "{message}");
}

#[test]
fn settings_that_no_traveller_has_are_refused() {
    let car = Profile::car();
    let settings = Settings { walking_kmh: KmPerHour(f64::INFINITY), ..*car.settings() };
    assert_eq!(
        car.with_settings(settings),
        Err(ProfileError::OutOfRange {
            key: "settings.walking_kmh".to_owned(),
            value: f64::INFINITY,
            lowest: 0.5,
            highest: 15.0,
        })
    );
}

#[test]
fn every_source_and_every_cause_has_its_words() {
    let sources = SpeedSource::ALL.map(|source| [source.name(), source.nom()]);
    let causes = DelayCause::ALL.map(|cause| [cause.name(), cause.nom()]);
    for language in [0, 1] {
        let mut words: Vec<_> = sources.iter().map(|words| words[language]).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), SpeedSource::ALL.len());
        assert!(causes.iter().all(|words| !words[language].is_empty()));
    }
    assert_eq!(SpeedSource::PostedLimit.nom(), "limite affichée");
}
