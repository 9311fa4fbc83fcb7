//! Stage `osm`: places and care points.

use std::collections::BTreeSet;

use desserte::osm::{CareKind, CarePoint, OsmId, OsmRelationId, Place, read_care, read_places};
use desserte::{LonLat, Watch};

use crate::osm::{read_town, valley};
use crate::town::{Part, TagSlice, Town};

fn places_of(town: &Town) -> Vec<Place> {
    let folder = tempfile::tempdir().unwrap();
    read_places(&[town.write(folder.path(), "town")], None, &Watch::new()).unwrap().features
}

fn care_of(town: &Town) -> Vec<CarePoint> {
    let folder = tempfile::tempdir().unwrap();
    read_care(&[town.write(folder.path(), "town")], None, &Watch::new()).unwrap().features
}

#[test]
fn places_are_read_with_what_the_map_says_of_them() {
    let town = valley()
        .node(60, 4.5986, 44.7353)
        .tagged(&[
            ("place", "town"),
            ("name", "Privas"),
            ("population", "8 352"),
            ("ref:INSEE", "07186"),
        ])
        .node(61, 4.61, 44.71)
        .tagged(&[("place", "hamlet"), ("name", " Le Lac "), ("population", "a few")])
        .node(62, 4.62, 44.71)
        .tagged(&[("place", "locality"), ("name", "Le Grand Pré")])
        .node(63, 4.63, 44.71)
        .tagged(&[("place", "isolated_dwelling")]);
    let places = places_of(&town);
    assert_eq!(places.len(), 3);
    assert_eq!(places[0].id.to_string(), "node/60");
    assert_eq!(places[0].name.as_deref(), Some("Privas"));
    assert_eq!((places[0].place.as_str(), places[0].population), ("town", Some(8_352)));
    assert_eq!(places[0].insee_code.as_deref(), Some("07186"));
    assert_eq!(places[1].name.as_deref(), Some("Le Lac"));
    assert_eq!((places[1].population, &places[2].name), (None, &None));
}

#[test]
fn a_place_that_is_no_longer_inhabited_in_its_newest_version_is_left_out() {
    let town = Town::new()
        .node(60, 4.6, 44.7)
        .tagged(&[("place", "hamlet")])
        .node(60, 4.6, 44.7)
        .tagged(&[("place", "locality")])
        .version(2);
    assert!(places_of(&town).is_empty());
    assert!(places_of(&town.in_blocks_of(1)).is_empty());
}

/// A hospital drawn as the letter U, open to the north, round a court.
fn horseshoe() -> Town {
    let corners = [
        (0.0, 0.0),
        (3.0, 0.0),
        (3.0, 3.0),
        (2.0, 3.0),
        (2.0, 1.0),
        (1.0, 1.0),
        (1.0, 3.0),
        (0.0, 3.0),
    ];
    let add = |town: Town, (id, (x, y)): (i64, (f64, f64))| {
        town.node(id, 4.5 + x / 1_000.0, 44.5 + y / 1_000.0)
    };
    (1..).zip(corners).fold(Town::new(), add)
}

/// Whether a position lies on the horseshoe.
fn is_on_horseshoe(position: LonLat) -> bool {
    let (lon, lat) = position.to_degrees();
    let (x, y) = ((lon - 4.5) * 1_000.0, (lat - 44.5) * 1_000.0);
    let is_in_box = (0.0..=3.0).contains(&x) && (0.0..=3.0).contains(&y);
    is_in_box && !(x > 1.0 && x < 2.0 && y > 1.0)
}

#[test]
fn a_building_becomes_a_point_on_its_surface() {
    let hospital = [("amenity", "hospital"), ("name", "Les Oliviers")];
    let ring = [1, 2, 3, 4, 5, 6, 7, 8, 1];
    let care = care_of(&horseshoe().way(70, &ring, &hospital));
    assert_eq!(care.len(), 1);
    assert_eq!(care[0].id.to_string(), "way/70");
    assert!(is_on_horseshoe(care[0].position), "{}", care[0].position);

    let halves = |second: &[i64]| {
        horseshoe().way(71, &[1, 2, 3, 4, 5], &[]).way(72, second, &[]).relation(
            80,
            &[(Part::Way(71), "outer"), (Part::Way(72), "outer")],
            &[("type", "multipolygon"), ("amenity", "hospital")],
        )
    };
    for second in [[5, 6, 7, 8, 1], [1, 8, 7, 6, 5]] {
        let care = care_of(&halves(&second));
        assert_eq!(care[0].id, OsmId::Relation(OsmRelationId(80)));
        assert!(is_on_horseshoe(care[0].position), "{}", care[0].position);
    }
}

#[test]
fn an_incomplete_building_becomes_one_of_its_corners() {
    let corners: Vec<LonLat> = {
        let extract =
            read_town(&horseshoe().way(1, &[1, 2, 3, 4, 5, 6, 7, 8], &[("highway", "path")]));
        extract.positions
    };
    let tags = [("amenity", "hospital")];
    let gap = care_of(&horseshoe().way(70, &[1, 2, 99, 4, 5, 6, 7, 8, 1], &tags));
    assert!(corners.contains(&gap[0].position));
    let open = care_of(&horseshoe().way(70, &[1, 2, 3], &tags));
    assert_eq!(open[0].position, corners[1]);
    let relation = horseshoe().way(71, &[1, 2, 3], &[]).relation(
        80,
        &[(Part::Way(71), "outer"), (Part::Way(72), "outer")],
        &tags,
    );
    assert!(corners.contains(&care_of(&relation)[0].position));
}

#[test]
fn a_care_point_without_a_known_node_is_dropped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let town = horseshoe()
        .way(70, &[98, 99], &[("amenity", "hospital")])
        .way(71, &[98, 99], &[("social_facility", "shelter")])
        .relation(80, &[(Part::Way(72), "outer")], &[("amenity", "pharmacy")]);
    let path = town.write(folder.path(), "town");
    let care = read_care(&[path], None, &Watch::new()).unwrap();
    assert!(care.features.is_empty());
    assert_eq!(care.oddities.lost_points, 2);
}

#[test]
fn the_seat_of_a_commune_stands_for_it() {
    let town =
        horseshoe().node(9, 4.5005, 44.5005).way(71, &[1, 2, 3, 4, 5, 6, 7, 8, 1], &[]).relation(
            80,
            &[
                (Part::Way(71), "outer"),
                (Part::Relation(81), "subarea"),
                (Part::Node(9), "admin_centre"),
            ],
            &[("boundary", "administrative"), ("place", "village"), ("name", "Coux")],
        );
    let places = places_of(&town);
    assert_eq!(places[0].position, LonLat::from_degrees(4.5005, 44.5005).unwrap());
}

#[test]
fn every_kind_of_care_is_recognised_by_its_tags() {
    let cases: [(TagSlice<'_>, Option<CareKind>); 34] = [
        (&[("amenity", "doctors")], Some(CareKind::DoctorUnspecified)),
        (&[("healthcare", "doctor"), ("healthcare:speciality", "general")], Some(CareKind::Gp)),
        (
            &[("amenity", "doctors"), ("healthcare:speciality", "acupuncture; general")],
            Some(CareKind::Gp),
        ),
        (
            &[("amenity", "doctors"), ("healthcare:speciality", "cardiology")],
            Some(CareKind::Specialist),
        ),
        (&[("amenity", "clinic")], Some(CareKind::HealthCentre)),
        (&[("healthcare", "centre")], Some(CareKind::HealthCentre)),
        (&[("amenity", "clinic"), ("type:FR:FINESS", "603")], Some(CareKind::Msp)),
        (
            &[("amenity", "clinic"), ("healthcare:speciality", "emergency")],
            Some(CareKind::Emergency),
        ),
        (&[("type:FR:FINESS", "500")], Some(CareKind::Ehpad)),
        (&[("type:FR:FINESS", "354"), ("office", "association")], Some(CareKind::HomeCare)),
        (&[("type:FR:FINESS", "620"), ("amenity", "pharmacy")], Some(CareKind::Pharmacy)),
        (&[("type:FR:FINESS", "611")], Some(CareKind::Laboratory)),
        (&[("type:FR:FINESS", "355")], Some(CareKind::Hospital)),
        (&[("type:FR:FINESS", "999"), ("amenity", "dentist")], Some(CareKind::Dentist)),
        (&[("type:FR:FINESS", "999")], None),
        (&[("amenity", "hospital"), ("healthcare", "hospital")], Some(CareKind::Hospital)),
        (&[("amenity", "pharmacy")], Some(CareKind::Pharmacy)),
        (&[("healthcare", "nurse")], Some(CareKind::Nurse)),
        (&[("healthcare", "midwife")], Some(CareKind::Midwife)),
        (&[("healthcare", "physiotherapist")], Some(CareKind::Physiotherapist)),
        (&[("healthcare", "speech_therapist")], Some(CareKind::SpeechTherapist)),
        (&[("healthcare", "laboratory")], Some(CareKind::Laboratory)),
        (&[("healthcare", "optometrist")], Some(CareKind::Other)),
        (&[("healthcare", "no")], None),
        (
            &[("amenity", "social_facility"), ("social_facility", "nursing_home")],
            Some(CareKind::Ehpad),
        ),
        (&[("social_facility", "nursing_home"), ("social_facility:for", "child")], None),
        (
            &[("social_facility", "group_home"), ("social_facility:for", "senior")],
            Some(CareKind::Ehpad),
        ),
        (&[("social_facility", "group_home")], None),
        (
            &[("social_facility", "assisted_living"), ("social_facility:for", "senior")],
            Some(CareKind::SeniorResidence),
        ),
        (&[("emergency", "ambulance_station"), ("name", "SMUR d'Aubenas")], Some(CareKind::Smur)),
        (&[("emergency", "ambulance_station"), ("name", "Ambulances Martin")], None),
        (&[("disused:amenity", "pharmacy")], None),
        (&[("amenity", "pharmacy"), ("disused", "yes")], None),
        (&[("amenity", "veterinary")], None),
    ];
    for (tags, expected) in cases {
        let kinds: Vec<_> =
            care_of(&Town::new().node(1, 4.6, 44.7).tagged(tags)).iter().map(|c| c.kind).collect();
        assert_eq!(kinds, expected.into_iter().collect::<Vec<_>>(), "{tags:?}");
    }
}

#[test]
fn care_points_carry_their_number_and_their_size() {
    let care = care_of(&Town::new().node(1, 4.6, 44.7).tagged(&[
        ("amenity", "hospital"),
        ("ref:FR:FINESS", "070000096"),
        ("emergency", "yes"),
        ("beds", "120 (2019)"),
    ]));
    assert_eq!(care[0].finess.as_deref(), Some("070000096"), "a leading zero is part of it");
    assert_eq!((care[0].emergency, care[0].capacity), (Some(true), Some(120)));
}

#[test]
fn the_names_of_the_kinds_are_those_of_the_tables() {
    let names = CareKind::ALL.map(CareKind::name);
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>().len(), names.len());
    for kind in CareKind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
    }
}
