//! Is the nearest street of the index the nearest street of all?

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    graph::{
        street::{JunctionId, Stretch, WayRecord},
        ways::Ways,
    },
    osm::{OsmWayId, TagList, TagPool},
    profile::{Evidence, WayUse},
};

/// A street as drawn: its points, the junction it is counted to, on which ground, and whether one may snap to it.
type Drawn = (Vec<LonLat>, u32, Ground, bool);

/// Positions on a coarse lattice, so that streets are equally near, touch, or are drawn twice.
fn position() -> impl Strategy<Value = LonLat> {
    (-30..30_i32, -30..30_i32)
        .prop_map(|(x, y)| LonLat { lon: 44_000_000 + x * 5_000, lat: 445_000_000 + y * 5_000 })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let ground = prop_oneof![4 => Just(Ground::Open), 1 => Just(Ground::Bridge)];
    (vec(position(), 2..5), 0..20_u32, ground, prop::bool::weighted(0.8))
}

fn streets(drawn: &[Drawn]) -> Streets {
    let way = |ground| WayRecord {
        id: OsmWayId(1),
        tags: TagList::default(),
        usage: WayUse {
            forward: None,
            backward: None,
            ground,
            rank: 0,
            is_roundabout: false,
            ferry: None,
        },
        evidence: Evidence::default(),
    };
    let mut first_point = vec![0];
    for (points, ..) in drawn {
        first_point.push(first_point[first_point.len() - 1] + points.len() as u32);
    }
    let count = drawn.len() as u32;
    Streets {
        first_point: first_point.into(),
        points: drawn.iter().flat_map(|street| street.0.iter().copied()).collect(),
        ends: drawn.iter().map(|street| [JunctionId(street.1), JunctionId(0)]).collect(),
        first_stretch: (0..=count).collect(),
        stretches: (0..count).map(|street| Stretch::new(0, street, false)).collect(),
        ways: Ways::new(drawn.iter().map(|street| way(street.2)).collect(), TagPool::default()),
        ..Streets::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_index_finds_what_going_through_all_streets_finds(
        drawn in vec(drawn(), 1..80),
        places in vec(position(), 1..20),
        radius in prop_oneof![Just(0.0), 1.0..3_000.0_f64],
    ) {
        let streets = streets(&drawn);
        let is_snappable = |street: StreetId| drawn[street.index()].3;
        let index = SnapIndex::of(&streets, is_snappable);
        for place in places {
            let frame = LocalFrame::at(place);
            let by_trying = streets
                .ids()
                .filter(|&street| is_snappable(street))
                .filter_map(|street| nearest_on(&streets, street, &frame))
                .filter(|found| found.distance <= radius)
                .min_by(|a, b| (a.distance, a.street).partial_cmp(&(b.distance, b.street)).unwrap())
                .map(|b| (b.street, b.segment, b.fraction, Metres(b.distance)));
            prop_assert_eq!(index.nearest(&streets, place, Metres(radius)), by_trying);
        }
    }
}
