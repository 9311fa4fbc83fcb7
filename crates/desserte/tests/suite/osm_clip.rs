//! Stage `osm`: extracts cut to an area.

use std::collections::BTreeSet;

use desserte::geodesy::Projection;
use desserte::osm::{Clip, ClipError, OsmError, OsmExtract, OsmId, OsmNodeId, Place, read_places};
use desserte::{LonLat, Metres, Watch};
use geo::{
    Contains, Coord, Distance, Euclidean, LineString, MapCoords, MultiPolygon, Point, Polygon,
    polygon,
};

use crate::osm::valley;
use crate::town::Town;

pub(crate) fn square(west: f64, south: f64, east: f64, north: f64) -> Polygon<f64> {
    polygon![(x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north)]
}

pub(crate) fn clip(area: Polygon<f64>, buffer: f64) -> Clip {
    Clip { area: MultiPolygon::new(vec![area]), buffer: Metres(buffer) }
}

#[test]
fn a_clip_keeps_whole_the_ways_that_touch_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = valley()
        .node(5, 4.60, 44.60)
        .way(12, &[5, 3], &[("highway", "residential")])
        .way(13, &[5, 99], &[("highway", "residential")])
        .restriction(101, [12, 3, 13], "no_u_turn")
        .write(folder.path(), "town");
    let read =
        |clip: &Clip| OsmExtract::read(std::slice::from_ref(&path), Some(clip), &Watch::new());
    let ids = |extract: &OsmExtract| extract.ways.iter().map(|way| way.id.0).collect::<Vec<_>>();

    let farm = square(4.405, 44.605, 4.415, 44.615);
    let extract = read(&clip(farm.clone(), 0.0)).unwrap();
    assert_eq!(ids(&extract), [11]);
    assert_eq!(extract.node_ids, [2, 4].map(OsmNodeId));
    assert_eq!(extract.restrictions.len(), 1, "it names the lane");
    assert_eq!(extract.oddities.missing_nodes, 0, "what lies outside is not counted");
    // The road is some 555 m south of the area.
    assert_eq!(ids(&read(&clip(farm.clone(), 540.0)).unwrap()), [11]);
    assert_eq!(ids(&read(&clip(farm.clone(), 570.0)).unwrap()), [10, 11]);
    assert_eq!(ids(&read(&clip(farm, 2_000.0)).unwrap()), [10, 11, 12]);

    let elsewhere = read(&clip(square(2.0, 48.0, 3.0, 49.0), 1_000.0));
    assert!(matches!(elsewhere, Err(OsmError::NothingInside { streets: 4, .. })), "{elsewhere:?}");
}

#[test]
fn overlapping_polygons_of_a_clip_are_one_area() {
    let folder = tempfile::tempdir().unwrap();
    let path = valley().write(folder.path(), "town");
    let halves = vec![square(4.40, 44.595, 4.415, 44.605), square(4.405, 44.595, 4.43, 44.605)];
    for buffer in [0.0, 10.0] {
        let clip = Clip { area: MultiPolygon::new(halves.clone()), buffer: Metres(buffer) };
        let extract =
            OsmExtract::read(std::slice::from_ref(&path), Some(&clip), &Watch::new()).unwrap();
        assert_eq!(extract.ways.len(), 2, "node 2 lies in both halves");
    }
}

#[test]
fn a_clip_that_means_nothing_is_refused_before_any_file_is_read() {
    let refuse = |area: MultiPolygon<f64>, buffer| {
        let clip = Clip { area, buffer: Metres(buffer) };
        match OsmExtract::read(&["nowhere.osm.pbf".into()], Some(&clip), &Watch::new()) {
            Err(OsmError::Clip(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let one = |polygon: Polygon<f64>| MultiPolygon::new(vec![polygon]);
    let fine = square(4.0, 44.0, 5.0, 45.0);
    assert_eq!(refuse(MultiPolygon::new(vec![]), 0.0), ClipError::Empty);
    assert!(matches!(refuse(one(fine.clone()), -1.0), ClipError::Buffer { .. }));
    assert!(matches!(refuse(one(fine.clone()), f64::NAN), ClipError::Buffer { .. }));
    assert!(matches!(refuse(one(fine), 1e9), ClipError::Buffer { .. }));
    let nan = square(4.0, f64::NAN, 5.0, 45.0);
    assert!(matches!(refuse(one(nan), 0.0), ClipError::NotFinite { polygon: 0, .. }));
    let lambert = square(840_000.0, 6_400_000.0, 850_000.0, 6_410_000.0);
    assert!(matches!(refuse(one(lambert), 0.0), ClipError::OffGlobe { .. }));
    let flat = square(4.0, 44.0, 4.0, 45.0);
    assert!(matches!(refuse(one(flat), 0.0), ClipError::Invalid { .. }));
    let bow_tie =
        polygon![(x: 4.0, y: 44.0), (x: 5.0, y: 45.0), (x: 5.0, y: 44.0), (x: 4.0, y: 45.0)];
    assert!(matches!(refuse(one(bow_tie), 0.0), ClipError::Invalid { .. }));
    let wide = square(-60.0, 0.0, 60.0, 10.0);
    assert!(matches!(refuse(one(wide), 0.0), ClipError::TooWide { .. }));
    let empty = Polygon::new(LineString::new(vec![]), vec![]);
    assert!(matches!(refuse(one(empty), 0.0), ClipError::Empty | ClipError::Invalid { .. }));
}

/// An area of 5,000 corners round Privas, with a hole, and hamlets on and about it.
fn star_and_hamlets() -> (Polygon<f64>, Vec<Point<f64>>) {
    let star: Vec<Coord<f64>> = (0..5_000)
        .map(|i| {
            let angle = f64::from(i) / 5_000.0 * std::f64::consts::TAU;
            let reach = 0.3 + 0.1 * (f64::from(i) * 0.7).sin();
            Coord { x: 4.6 + reach * angle.cos(), y: 44.7 + reach * angle.sin() }
        })
        .collect();
    let hole = square(4.55, 44.65, 4.65, 44.75).exterior().clone();
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let hamlets = (0..2_000).map(|_| Point::new(4.1 + random(), 44.2 + random())).collect();
    (Polygon::new(LineString::new(star), vec![hole]), hamlets)
}

/// Which hamlets a clip keeps, by their position in the list.
fn kept_hamlets(hamlets: &[Point<f64>], clip: &Clip) -> BTreeSet<usize> {
    let draw = |town: Town, (id, point): (usize, &Point<f64>)| {
        town.node(id as i64, point.x(), point.y()).tagged(&[("place", "hamlet")])
    };
    let town = hamlets.iter().enumerate().fold(Town::new(), draw);
    let folder = tempfile::tempdir().unwrap();
    let path = town.write(folder.path(), "town");
    let found = read_places(&[path], Some(clip), &Watch::new()).unwrap();
    found.features.iter().map(|place| node_number(place) as usize).collect()
}

#[test]
fn a_clip_of_many_corners_agrees_with_a_plain_point_test() {
    let (shape, hamlets) = star_and_hamlets();
    let is_inside = |index: &usize| shape.contains(&hamlets[*index]);
    let expected: BTreeSet<usize> = (0..hamlets.len()).filter(is_inside).collect();
    assert!(expected.len() > 300, "the test means something");
    assert_eq!(kept_hamlets(&hamlets, &clip(shape.clone(), 0.0)), expected);
}

#[test]
fn a_buffer_reaches_as_far_as_it_says() {
    let (shape, hamlets) = star_and_hamlets();
    let plane = Projection::centred_on(LonLat::from_degrees(4.6, 44.7).unwrap());
    let flat = |degrees: Coord<f64>| -> Coord<f64> {
        plane.to_plane(LonLat::from_degrees(degrees.x, degrees.y).unwrap()).into()
    };
    let laid_out = shape.map_coords(flat);
    let kept = kept_hamlets(&hamlets, &clip(shape, 2_000.0));
    let mut beyond_the_area = 0;
    for (index, hamlet) in hamlets.iter().enumerate() {
        let metres = Euclidean.distance(&hamlet.map_coords(flat), &laid_out);
        // Round corners are drawn with straight sides, so the last metres are not asked about.
        if (metres - 2_000.0).abs() > 20.0 {
            assert_eq!(kept.contains(&index), metres < 2_000.0, "{hamlet:?} is {metres} m away");
            beyond_the_area += usize::from(metres > 0.0 && metres < 2_000.0);
        }
    }
    assert!(beyond_the_area > 50, "the test means something");
}

fn node_number(place: &Place) -> i64 {
    match place.id {
        OsmId::Node(id) => id.0,
        _ => panic!("{} is no node", place.id),
    }
}

#[test]
fn any_area_is_answered_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = valley().write(folder.path(), "town");
    let mut seed = 3_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut answers = 0;
    for round in 0..400 {
        // From slivers of a millimetre to areas of ten degrees, at the poles and the date line too.
        let size = 10_f64.powf(random() * 9.0 - 8.0);
        let centre = match round % 4 {
            0 => (4.41, 44.60),
            1 => (179.999, 10.0),
            2 => (20.0, 90.0 - size),
            _ => (360.0 * random() - 180.0, 180.0 * random() - 90.0),
        };
        let count = 3 + (random() * 4.0) as usize;
        let mut corner = || Coord {
            x: (centre.0 + size * (random() - 0.5)).clamp(-180.0, 180.0),
            y: (centre.1 + size * (random() - 0.5)).clamp(-90.0, 90.0),
        };
        let ring = LineString::new((0..count).map(|_| corner()).collect());
        let polygons = vec![Polygon::new(ring.clone(), vec![]), Polygon::new(ring, vec![])];
        let buffer = [0.0, 0.001, 10.0, 30_000.0, 1_000_000.0][round % 5];
        let is_near = round % 4 == 0 && size < 0.1 && buffer >= 30_000.0;
        let clip = Clip { area: MultiPolygon::new(polygons), buffer: Metres(buffer) };
        let outcome = OsmExtract::read(std::slice::from_ref(&path), Some(&clip), &Watch::new());
        match outcome {
            Ok(_) => answers += 1,
            Err(OsmError::NothingInside { .. }) if !is_near => answers += 1,
            Err(OsmError::Clip(ClipError::Invalid { .. })) => {}
            Err(OsmError::Clip(ClipError::Empty)) if size < 1e-6 && buffer < 1.0 => {}
            Err(other) => panic!("{other} ({size} degrees, {buffer} m)"),
        }
    }
    assert!(answers > 100, "{answers} answers");
}
