//! What the tags of ways, nodes and restrictions mean to an ordinary car.
//!
//! Rules are tables of text: a sentence, the tags (`key=value, key=value`), and
//! what is expected. A table runs to its end and reports every row that failed.

use desserte::osm::{TagPool, Tags};
use desserte::profile::{
    Access, Ground, Lane, NodePassage, Profile, ProfileError, Setting, Settings, SpeedSource,
    TurnRule, WayUse,
};
use desserte::{KmPerHour, Metres};
use proptest::prelude::*;

fn with_tags<T>(text: &str, ask: impl FnOnce(Tags<'_>) -> T) -> T {
    let pairs = text.split(", ").filter(|pair| !pair.is_empty());
    let mut pool = TagPool::default();
    let list = pool.insert(pairs.map(|pair| pair.split_once('=').unwrap()));
    ask(pool.get(list))
}

fn describe_lane(lane: Lane) -> String {
    let access = match lane.access {
        Access::Public => "",
        Access::Restricted => "restricted ",
    };
    let kmh = (lane.speed.0 * 100.0).round() / 100.0;
    format!("{access}{kmh} {}", lane.source.name())
}

/// One line for a way: `both 45 posted limit`, `forward ...`, `closed`; the ground unless open.
fn describe_way(way: Option<WayUse>) -> String {
    let Some(way) = way else { return "closed".to_owned() };
    let lanes = match (way.forward.map(describe_lane), way.backward.map(describe_lane)) {
        (Some(forward), Some(backward)) if forward == backward => format!("both {forward}"),
        (Some(forward), Some(backward)) => format!("forward {forward}; backward {backward}"),
        (Some(forward), None) => format!("forward {forward}"),
        (None, Some(backward)) => format!("backward {backward}"),
        (None, None) => "a use without a direction".to_owned(),
    };
    match way.ground {
        Ground::Open => lanes,
        ground => format!("{lanes}; {ground:?}"),
    }
}

fn describe_passage(passage: NodePassage) -> String {
    format!("{passage:?}").to_lowercase()
}

/// Asks every row of a table `sentence | tags | expected`.
fn check(table: &str, answer: impl Fn(Tags<'_>) -> String) {
    let mut failures = Vec::new();
    for row in table.lines().filter(|row| !row.is_empty()) {
        let expected = row.rsplit('|').next().unwrap().trim();
        let found = with_tags(row.split('|').nth(1).unwrap().trim(), &answer);
        if found != expected {
            failures.push(format!("{row}\n  found {found}"));
        }
    }
    assert!(failures.is_empty(), "{} rows failed\n{}", failures.len(), failures.join("\n"));
}

fn check_ways(profile: &Profile, table: &str) {
    check(table, |tags| describe_way(profile.way_use(tags, Setting::of(profile))));
}

#[test]
fn speeds_come_from_signs_then_legal_codes_then_the_class() {
    let rows = "
a_posted_limit_beats_the_class                   | highway=residential, maxspeed=50                              | both 45 posted limit
a_posted_limit_may_be_slower_than_the_class      | highway=secondary, maxspeed=50                                | both 45 posted limit
a_main_road_without_a_limit_has_its_class        | highway=primary                                               | both 72 class default
a_departmental_road_has_its_class                | highway=secondary, ref=D 104                                  | both 65 class default
a_village_street_has_its_class                   | highway=residential                                           | both 28 class default
a_farm_track_is_slow                             | highway=track, tracktype=grade2                               | both 10 class default
a_road_nobody_surveyed_is_driven                 | highway=road                                                  | both 30 class default
the_unit_may_be_written                          | highway=tertiary, maxspeed=70 km/h                            | both 63 posted limit
miles_are_converted                              | highway=tertiary, maxspeed=30 mph                             | both 43.45 posted limit
the_first_plausible_of_several_limits_counts     | highway=tertiary, maxspeed=50;70                              | both 45 posted limit
an_implausible_limit_is_passed_over              | highway=tertiary, maxspeed=999;70                             | both 63 posted limit
a_limit_may_differ_by_direction                  | highway=secondary, maxspeed=80, maxspeed:forward=50           | forward 45 posted limit; backward 72 posted limit
a_limit_of_nothing_says_nothing                  | highway=unclassified, maxspeed=0                              | both 42 class default
a_crawl_is_raised_to_five                        | highway=service, maxspeed=2                                   | both 4.5 posted limit
a_limit_on_variable_signs_leaves_the_class       | highway=trunk, maxspeed=signals                               | both 95 class default
no_limit_leaves_the_class                        | highway=motorway, maxspeed=none                               | forward 118 class default; Motorway
a_motorway_is_never_faster_than_its_cap          | highway=motorway, maxspeed=150                                | forward 118 posted limit; Motorway
a_french_motorway_is_driven_just_under_its_limit | highway=motorway, maxspeed=130, ref=A 7                       | forward 117 posted limit; Motorway
walking_pace_is_a_legal_code                     | highway=service, maxspeed=walk                                | both 6.3 legal code
fr_rural_is_the_rural_limit                      | highway=tertiary, maxspeed=FR:rural                           | both 72 legal code
fr_urban_is_fifty                                | highway=tertiary, maxspeed=FR:urban                           | both 45 legal code
fr_zone30_is_thirty                              | highway=residential, maxspeed=FR:zone30                       | both 27 legal code
a_code_ignores_its_case                          | highway=residential, maxspeed=fr:URBAN                        | both 45 legal code
fr_walk_is_twenty                                | highway=living_street, maxspeed=FR:walk                       | both 18 legal code
de_walk_is_seven                                 | highway=living_street, maxspeed=DE:walk                       | both 6.3 legal code
the_sign_beats_the_code_beside_it                | highway=tertiary, maxspeed=70, source:maxspeed=FR:rural       | both 63 posted limit
a_code_in_the_source_is_read                     | highway=tertiary, source:maxspeed=FR:urban                    | both 45 legal code
a_code_in_the_type_is_read                       | highway=unclassified, maxspeed:type=FR:rural                  | both 72 legal code
a_zone_is_a_code_with_a_number                   | highway=residential, zone:maxspeed=FR:30                      | both 27 legal code
a_german_zone_is_read_with_its_colon             | highway=residential, maxspeed:type=DE:zone:30                 | both 27 legal code
a_country_has_its_own_rural_limit                | highway=secondary, source:maxspeed=DE:rural                   | both 90 legal code
a_source_that_is_no_code_says_nothing            | highway=tertiary, source:maxspeed=survey                      | both 56 class default
a_code_stands_in_for_a_limit_nobody_can_read     | highway=tertiary, maxspeed=implicit, source:maxspeed=FR:urban | both 45 legal code
";
    check_ways(&Profile::car(), rows);
}

#[test]
fn access_tags_form_a_hierarchy() {
    let rows = "
motor_vehicle_overrides_access                             | highway=service, access=no, motor_vehicle=yes                   | both 15 class default
the_order_of_the_tags_does_not_matter                      | motor_vehicle=yes, access=no, highway=service                   | both 15 class default
motorcar_overrides_motor_vehicle                           | highway=unclassified, motor_vehicle=no, motorcar=yes            | both 42 class default
no_access_closes                                           | highway=residential, access=no                                  | closed
no_vehicles_closes                                         | highway=residential, vehicle=no, bicycle=yes                    | closed
a_private_road_is_restricted                               | highway=service, access=private                                 | both restricted 15 class default
a_private_road_with_a_right_for_destinations_is_restricted | highway=unclassified, access=private, motor_vehicle=destination | both restricted 42 class default
a_street_for_residents_is_restricted                       | highway=residential, motor_vehicle=residents                    | both restricted 28 class default
a_farm_road_is_restricted                                  | highway=track, motor_vehicle=agricultural                       | both restricted 10 class default
the_most_generous_of_several_values_counts                 | highway=track, motor_vehicle=no;forestry                        | both restricted 10 class default
a_permissive_road_is_public                                | highway=service, access=permissive                              | both 15 class default
a_value_nobody_understands_leaves_the_general_key          | highway=track, access=no, motor_vehicle=perhaps                 | closed
one_direction_may_be_closed                                | highway=residential, motor_vehicle:backward=no                  | forward 28 class default
one_direction_may_be_restricted                            | highway=residential, vehicle:forward=destination                | forward restricted 28 class default; backward 28 class default
a_plain_key_of_the_mode_beats_a_direction_of_all_vehicles  | highway=residential, vehicle:forward=no, motorcar=yes           | both 28 class default
a_footpath_takes_no_car                                    | highway=footway                                                 | closed
a_footway_open_to_all_is_open_to_people                    | highway=footway, access=yes                                     | closed
a_footway_open_to_motor_vehicles_takes_a_car               | highway=footway, motor_vehicle=yes                              | both 8 class default
a_pedestrian_street_is_reached_for_delivery                | highway=pedestrian, motor_vehicle=delivery                      | both restricted 10 class default
stairs_take_no_car_whatever_is_written                     | highway=steps, motor_vehicle=yes                                | closed
a_road_being_built_is_closed                               | highway=construction, construction=primary                      | closed
a_road_on_paper_is_closed                                  | highway=proposed, proposed=motorway                             | closed
an_open_road_with_a_stale_note_stays_open                  | highway=secondary, construction=minor                           | both 65 class default
a_bus_lane_is_closed                                       | highway=busway                                                  | closed
a_way_for_buses_is_closed                                  | highway=service, access=no, bus=yes, psv=yes                    | closed
a_service_for_the_fire_brigade_is_closed                   | highway=service, service=emergency_access                       | closed
a_driveway_is_public                                       | highway=service, service=driveway                               | both 10 class default
a_private_driveway_is_restricted                           | highway=service, service=driveway, access=private               | both restricted 10 class default
a_loop_round_a_counter_is_no_way_through                   | highway=service, service=drive-through, oneway=yes              | forward restricted 10 class default
an_alley_is_a_service_road                                 | highway=service, service=alley                                  | both 15 class default
a_river_is_no_road                                         | waterway=river                                                  | closed
nothing_is_no_road                                         |                                                                 | closed
";
    check_ways(&Profile::car(), rows);
}

#[test]
fn directions_follow_oneway_and_what_implies_it() {
    let rows = "
oneway_yes_goes_forward                    | highway=residential, oneway=yes                           | forward 28 class default
oneway_true_goes_forward                   | highway=residential, oneway=true                          | forward 28 class default
oneway_1_goes_forward                      | highway=residential, oneway=1                             | forward 28 class default
oneway_minus_1_goes_backward               | highway=residential, oneway=-1                            | backward 28 class default
oneway_reverse_goes_backward               | highway=residential, oneway=reverse                       | backward 28 class default
oneway_no_goes_both_ways                   | highway=residential, oneway=no                            | both 28 class default
an_unknown_oneway_goes_both_ways           | highway=residential, oneway=maybe                         | both 28 class default
a_lane_shared_by_lights_goes_both_ways     | highway=tertiary, oneway=alternating                      | both 56 class default
a_lane_that_turns_with_the_hours_is_closed | highway=primary, oneway=reversible                        | closed
a_one_way_for_motor_vehicles_binds_a_car   | highway=residential, oneway=no, oneway:motor_vehicle=yes  | forward 28 class default
a_contraflow_for_cyclists_is_none_for_cars | highway=residential, oneway=yes, oneway:bicycle=no        | forward 28 class default
a_roundabout_goes_forward                  | highway=secondary, junction=roundabout                    | forward 65 class default
a_circular_junction_goes_forward           | highway=tertiary, junction=circular                       | forward 56 class default
a_roundabout_said_to_be_two_way_is         | highway=tertiary, junction=roundabout, oneway=no          | both 56 class default
a_motorway_goes_forward                    | highway=motorway_link                                     | forward 60 class default; Motorway
a_motorway_said_to_be_two_way_is           | highway=motorway, oneway=no                               | both 118 class default; Motorway
a_way_open_in_no_direction_is_closed       | highway=residential, oneway=yes, motor_vehicle:forward=no | closed
";
    check_ways(&Profile::car(), rows);
}

#[test]
fn one_steps_off_open_ground_only() {
    let rows = "
a_motor_road_is_a_motorway_to_walkers    | highway=trunk, motorroad=yes                 | both 95 class default; Motorway
a_tunnel_is_underground                  | highway=tertiary, tunnel=yes                 | both 56 class default; Tunnel
a_passage_under_a_house_is_open          | highway=residential, tunnel=building_passage | both 28 class default
a_bridge_is_above                        | highway=primary, bridge=viaduct              | both 72 class default; Bridge
no_bridge_is_none                        | highway=primary, bridge=no                   | both 72 class default
one_walks_under_the_bridge_of_a_motorway | highway=motorway, bridge=yes                 | forward 118 class default; Bridge
";
    check_ways(&Profile::car(), rows);
}

#[test]
fn ferries_are_boarded_only_when_the_study_says_so() {
    let car = Profile::car();
    check_ways(
        &car,
        "
a_ferry_is_left_alone | route=ferry, motor_vehicle=yes | closed
",
    );
    let boarding =
        car.clone().with_settings(Settings { ferries: true, ..*car.settings() }).unwrap();
    let rows = "
a_ferry_takes_a_car                  | route=ferry                              | both 15 ferry default; Ferry
a_train_takes_a_car                  | route=shuttle_train                      | both 15 ferry default; Ferry
a_ferry_for_all_takes_a_car          | route=ferry, foot=yes, motor_vehicle=yes | both 15 ferry default; Ferry
a_ferry_for_walkers_takes_no_car     | route=ferry, foot=yes                    | closed
a_ferry_that_refuses_cars_takes_none | route=ferry, motorcar=no                 | closed
a_ferry_may_go_one_way               | route=ferry, oneway=yes, vehicle=yes     | forward 15 ferry default; Ferry
a_bus_route_is_no_ferry              | route=bus                                | closed
";
    check_ways(&boarding, rows);
}

#[test]
fn barriers_stop_whom_they_stop() {
    let rows = "
a_node_without_a_barrier_is_open               | highway=traffic_signals                  | open
a_gate_is_opened                               | barrier=gate                             | open
a_private_gate_is_restricted                   | barrier=gate, access=private             | restricted
a_locked_gate_is_restricted                    | barrier=gate, locked=yes                 | restricted
a_gate_for_nobody_is_closed                    | barrier=gate, access=no                  | closed
a_gate_closed_to_all_but_cars_is_open          | barrier=gate, access=no, motorcar=yes    | open
a_bollard_closes                               | barrier=bollard                          | closed
a_bollard_for_walkers_closes                   | barrier=bollard, foot=yes, bicycle=yes   | closed
a_bollard_lowered_for_motor_vehicles_is_open   | barrier=bollard, motor_vehicle=yes       | open
a_bollard_for_residents_is_restricted          | barrier=bollard, motor_vehicle=residents | restricted
a_lift_gate_is_lifted                          | barrier=lift_gate                        | open
a_lift_gate_of_customers_is_restricted         | barrier=lift_gate, access=customers      | restricted
a_toll_is_paid                                 | barrier=toll_booth                       | open
a_cattle_grid_is_driven_over                   | barrier=cattle_grid                      | open
a_border_is_crossed                            | barrier=border_control                   | open
a_height_limit_lets_a_car_pass                 | barrier=height_restrictor, maxheight=2.1 | open
a_block_closes                                 | barrier=block                            | closed
a_concrete_barrier_closes                      | barrier=jersey_barrier                   | closed
something_in_the_way_closes                    | barrier=yes                              | closed
a_kind_nobody_lists_is_open                    | barrier=hay_bale_of_1998                 | open
access_to_a_crossing_speaks_of_those_who_cross | highway=crossing, motor_vehicle=no       | open
";
    let car = Profile::car();
    check(rows, |tags| describe_passage(car.node_passage(tags)));
}

#[test]
fn turn_restrictions_bind_those_they_name() {
    let rows = "
a_forbidden_turn_is_forbidden            | type=restriction, restriction=no_left_turn                         | no
a_u_turn_is_a_turn                       | type=restriction, restriction=no_u_turn                            | no
a_forbidden_entry_is_a_turn              | type=restriction, restriction=no_entry                             | no
an_imposed_turn_forbids_the_others       | restriction=only_straight_on                                       | only
one_for_motorcars_binds_a_car            | restriction:motorcar=no_right_turn                                 | no
one_for_lorries_does_not                 | restriction:hgv=no_right_turn                                      | none
the_most_specific_one_counts             | restriction=no_left_turn, restriction:motor_vehicle=only_left_turn | only
cars_may_be_excepted                     | restriction=no_left_turn, except=psv;motorcar                      | none
an_exception_for_buses_leaves_cars_bound | restriction=no_left_turn, except=psv; bicycle                      | no
a_red_light_is_not_a_restriction         | restriction=no_right_turn_on_red                                   | none
hours_are_not_read                       | restriction:conditional=no_left_turn @ (07:00-09:00)               | none
a_word_nobody_knows_says_nothing         | restriction=give_way                                               | none
no_alone_says_nothing                    | restriction=no                                                     | none
";
    let car = Profile::car();
    check(rows, |tags| match car.turn_rule(tags) {
        Some(TurnRule::No) => "no".to_owned(),
        Some(TurnRule::Only) => "only".to_owned(),
        None => "none".to_owned(),
    });
    assert!(car.turns_bind());
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
fn the_rural_limit_is_the_study_s() {
    let car = Profile::car();
    let settings = Settings { rural_kmh: KmPerHour(90.0), ..*car.settings() };
    let ardeche = car.clone().with_settings(settings).unwrap();
    check_ways(
        &ardeche,
        "
a_code_follows_it            | highway=tertiary, maxspeed=FR:rural | both 81 legal code
a_class_is_not_hurried_by_it | highway=primary                     | both 72 class default
",
    );
    let settings = Settings { rural_kmh: KmPerHour(60.0), ..*car.settings() };
    let slow = car.with_settings(settings).unwrap();
    check_ways(
        &slow,
        "
a_class_is_held_to_it  | highway=primary              | both 54 class default
an_express_road_is_not | highway=trunk                | both 95 class default
a_sign_is_not          | highway=primary, maxspeed=80 | both 72 posted limit
",
    );
}

#[test]
fn the_speed_factor_multiplies_every_speed_on_roads() {
    let car = Profile::car();
    let slower = car.clone().with_settings(Settings { speed_factor: 0.5, ..*car.settings() });
    check_ways(
        &slower.unwrap(),
        "
of_a_class | highway=primary              | both 36 class default
of_a_sign  | highway=primary, maxspeed=50 | both 22.5 posted limit
",
    );
}

#[test]
fn a_profile_survives_its_text() {
    let car = Profile::car();
    assert_eq!(Profile::from_toml(&car.to_toml()), Ok(car.clone()));
    let settings = Settings { ferries: true, speed_factor: 1.1, ..*car.settings() };
    let changed = car.clone().with_settings(settings).unwrap();
    assert_ne!(changed, car);
    assert_eq!(Profile::from_toml(&changed.to_toml()), Ok(changed));
}

#[test]
fn an_unknown_mode_is_refused_with_those_there_are() {
    let refused = Profile::built_in("boat").unwrap_err();
    assert_eq!(refused.to_string(), "no profile is named `boat`, choose one of: car");
    assert_eq!(Profile::built_in("car"), Ok(Profile::car()));
}

/// The car's text with one piece replaced, and the message it is refused with.
fn refusal(piece: &str, replacement: &str) -> String {
    let text = Profile::car().to_toml();
    assert!(text.contains(piece), "the text of the car has no {piece}");
    Profile::from_toml(&text.replacen(piece, replacement, 1)).unwrap_err().to_string()
}

#[test]
fn a_bad_profile_is_refused_with_what_is_allowed() {
    let rows = [
        (
            "walking_kmh = 4.0",
            "walking_kmh = -4.0",
            "`settings.walking_kmh` of the profile is -4, give a number from 0.5 to 15",
        ),
        (
            "rural_kmh = 80.0",
            "rural_kmh = nan",
            "`settings.rural_kmh` of the profile is NaN, give a number from 20 to 150",
        ),
        (
            "speed_factor = 1.0",
            "speed_factor = 0",
            "`settings.speed_factor` of the profile is 0, give a number from 0.1 to 5",
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
            "line 8 of the profile: unknown field `boats`, \
             expected one of `walking_kmh`, `rural_kmh`, `speed_factor`, `ferries`",
        ),
        (
            "access = \"closed\"",
            "access = \"shut\"",
            "unknown variant `shut`, expected one of `closed`, `restricted`, `public`",
        ),
        ("ferries = false\n", "", "missing field `ferries`"),
        ("ferries = false", "ferries = ", "line 7 of the profile: "),
    ];
    for (piece, replacement, expected) in rows {
        let message = refusal(piece, replacement);
        assert!(
            message.contains(expected),
            "{replacement}\nexpected {expected}\nfound    {message}"
        );
    }
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
fn a_source_of_speed_has_a_name() {
    assert_eq!(SpeedSource::PostedLimit.name(), "posted limit");
    assert_eq!(SpeedSource::LegalCode.name(), "legal code");
    assert_eq!(SpeedSource::ClassDefault.name(), "class default");
}

/// Keys that the profile reads, two of a kind where there are more.
const READ_KEYS: &[&str] = &[
    "highway",
    "service",
    "access",
    "vehicle:forward",
    "motor_vehicle",
    "motorcar:backward",
    "oneway",
    "oneway:motorcar",
    "junction",
    "maxspeed",
    "maxspeed:forward",
    "source:maxspeed",
    "zone:maxspeed",
    "route",
    "foot",
    "tunnel",
    "bridge",
    "barrier",
    "locked",
    "restriction",
    "restriction:motorcar",
    "except",
];

/// Keys that the profile reads, and any other text.
fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(READ_KEYS).prop_map(str::to_owned), 1 => ".*"]
}

/// Values that it understands, and some that look like them.
const NEAR_VALUES: &[&str] = &[
    "primary",
    "service",
    "motorway",
    "footway",
    "driveway",
    "yes",
    "no",
    "private",
    "-1",
    "reversible",
    "roundabout",
    "ferry",
    "50",
    "30 mph",
    "FR:rural",
    "FR:zone30",
    ":",
    ";",
    "gate",
    "bollard",
    "no_left_turn",
    "only_",
    "motorcar;psv",
];

/// Values near those that the profile reads, and any other text.
fn any_value() -> impl Strategy<Value = String> {
    let number = any::<f64>().prop_map(|number| number.to_string());
    prop_oneof![
        6 => prop::sample::select(NEAR_VALUES).prop_map(str::to_owned),
        1 => number,
        1 => "[a-zA-Z:;|0-9. é]{0,12}",
        1 => ".*",
    ]
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let ranges = (0.5..=15.0, 20.0..=150.0, 0.1..=5.0, any::<bool>());
    ranges.prop_map(|(walking, rural, speed_factor, ferries)| Settings {
        walking_kmh: KmPerHour(walking),
        rural_kmh: KmPerHour(rural),
        speed_factor,
        ferries,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_tag_makes_it_panic_and_every_speed_is_one(
        tags in prop::collection::vec((any_key(), any_value()), 0..8),
        settings in any_settings(),
    ) {
        let profile = Profile::car().with_settings(settings).unwrap();
        let mut pool = TagPool::default();
        let list = pool.insert(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let _ = profile.node_passage(pool.get(list));
        let _ = profile.turn_rule(pool.get(list));
        if let Some(way) = profile.way_use(pool.get(list), Setting::of(&profile)) {
            prop_assert!(way.forward.is_some() || way.backward.is_some());
            for lane in [way.forward, way.backward].into_iter().flatten() {
                prop_assert!((1.0..=200.0).contains(&lane.speed.0), "{:?}", lane.speed);
            }
        }
    }

    #[test]
    fn no_text_makes_a_profile_panic(text in ".*") {
        let _ = Profile::from_toml(&text);
    }
}
