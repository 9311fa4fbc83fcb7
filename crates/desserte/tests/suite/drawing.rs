//! How is a small map written down in a test?
//!
//! A [`Drawing`] holds nodes in metres, on the grid of the fixtures, and the
//! ways and restrictions between them. It becomes an extract by hand, without a
//! file: what a way names and no node is, is missing.
//!
//! ```text
//! Drawing::new()
//!     .node(1, 0, 0)
//!     .node(2, 100, 0).tagged(&[("barrier", "bollard")])
//!     .way(10, &[1, 2], &[("highway", "residential")])
//!     .to_extract()
//! ```

use std::collections::BTreeMap;

use desserte::graph::{RoadNetwork, StreetId};
use desserte::osm::{
    NodeIndex, OsmExtract, OsmNodeId, OsmRelationId, OsmWay, OsmWayId, TurnRestriction, Via,
};
use desserte::profile::Profile;
use desserte::{LonLat, Watch};

use crate::town::{Part, Town};

type Words = Vec<(String, String)>;

/// A map, element by element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawing {
    nodes: BTreeMap<i64, (LonLat, Words)>,
    ways: BTreeMap<i64, (Vec<i64>, Words)>,
    restrictions: Vec<Restriction>,
    water: Vec<Vec<LonLat>>,
    last_node: i64,
}

#[derive(Clone, Debug)]
struct Restriction {
    from: Vec<i64>,
    via: Vec<Via>,
    to: Vec<i64>,
    tags: Words,
}

/// The position so many metres east and north of 4.4, 44.5: the grid of the fixtures.
pub(crate) fn at(x: f64, y: f64) -> LonLat {
    LonLat::from_degrees(4.4 + x * 0.000_012_574, 44.5 + y * 0.000_008_999).unwrap()
}

impl Drawing {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a node, in metres.
    pub(crate) fn node(mut self, id: i64, x: i32, y: i32) -> Self {
        self.nodes.insert(id, (at(f64::from(x), f64::from(y)), Vec::new()));
        self.last_node = id;
        self
    }

    /// Gives tags to the node added last.
    pub(crate) fn tagged(mut self, tags: &[(&str, &str)]) -> Self {
        self.nodes.get_mut(&self.last_node).unwrap().1 = owned(tags);
        self
    }

    /// Adds a way, or draws it anew.
    pub(crate) fn way(mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) -> Self {
        self.ways.insert(id, (nodes.to_vec(), owned(tags)));
        self
    }

    /// Adds an ordinary street.
    pub(crate) fn street(self, id: i64, nodes: &[i64]) -> Self {
        self.way(id, nodes, &[("highway", "residential"), ("maxspeed", "40")])
    }

    /// Adds a turn restriction at a node.
    pub(crate) fn restriction(self, from: &[i64], via: i64, to: &[i64], kind: &str) -> Self {
        self.restriction_by(from, Via::Node(OsmNodeId(via)), to, &[("restriction", kind)])
    }

    /// Adds a turn restriction over ways.
    pub(crate) fn restriction_over(
        self,
        from: &[i64],
        via: &[i64],
        to: &[i64],
        kind: &str,
    ) -> Self {
        let via = via.iter().map(|&way| Via::Way(OsmWayId(way))).collect();
        self.with(from, via, to, &[("restriction", kind)])
    }

    /// Adds a turn restriction of any form.
    pub(crate) fn restriction_by(
        self,
        from: &[i64],
        via: Via,
        to: &[i64],
        tags: &[(&str, &str)],
    ) -> Self {
        self.with(from, vec![via], to, tags)
    }

    /// Forbids a left turn through nodes and ways.
    pub(crate) fn restriction_through(self, from: &[i64], via: &[Via], to: &[i64]) -> Self {
        self.with(from, via.to_vec(), to, &[("restriction", "no_left_turn")])
    }

    fn with(mut self, from: &[i64], via: Vec<Via>, to: &[i64], tags: &[(&str, &str)]) -> Self {
        let tags = owned(tags);
        self.restrictions.push(Restriction { from: from.to_vec(), via, to: to.to_vec(), tags });
        self
    }

    /// Adds a line of water, in metres.
    pub(crate) fn water(mut self, points: &[(f64, f64)]) -> Self {
        self.water.push(points.iter().map(|&(x, y)| at(x, y)).collect());
        self
    }

    /// The extract, complete.
    pub(crate) fn to_extract(&self) -> OsmExtract {
        let mut extract = OsmExtract { barrier_lines: self.water.clone(), ..OsmExtract::default() };
        for (&id, (position, tags)) in &self.nodes {
            let index = NodeIndex(extract.node_ids.len() as u32);
            extract.node_ids.push(OsmNodeId(id));
            extract.positions.push(*position);
            if !tags.is_empty() {
                let tags = extract.tags.insert(borrowed(tags));
                extract.tagged_nodes.push((index, tags));
            }
        }
        for (&id, (nodes, tags)) in &self.ways {
            let tags = extract.tags.insert(borrowed(tags));
            let first_node = extract.way_nodes.len() as u32;
            let indices: Vec<NodeIndex> = nodes
                .iter()
                .map(|&node| extract.node_index(OsmNodeId(node)).unwrap_or(NodeIndex::MISSING))
                .collect();
            extract.way_nodes.extend(indices);
            let node_count = nodes.len() as u32;
            extract.ways.push(OsmWay { id: OsmWayId(id), first_node, node_count, tags });
        }
        for (restriction, id) in self.restrictions.iter().zip(1..) {
            let tags = extract.tags.insert(borrowed(&restriction.tags));
            let ids = |ways: &[i64]| ways.iter().map(|&way| OsmWayId(way)).collect();
            extract.restrictions.push(TurnRestriction {
                id: OsmRelationId(id),
                tags,
                from: ids(&restriction.from),
                via: restriction.via.clone(),
                to: ids(&restriction.to),
            });
        }
        extract
    }

    /// The same map as a file would have it.
    pub(crate) fn to_town(&self) -> Town {
        let mut town = Town::new();
        for (&id, (position, tags)) in &self.nodes {
            let (lon, lat) = (i64::from(position.lon), i64::from(position.lat));
            town = town.node_at(id, lon, lat).tagged(&borrowed(tags).collect::<Vec<_>>());
        }
        for (&id, (nodes, tags)) in &self.ways {
            town = town.way(id, nodes, &borrowed(tags).collect::<Vec<_>>());
        }
        for (restriction, id) in self.restrictions.iter().zip(1..) {
            let role = |role| move |&way: &i64| (Part::Way(way), role);
            let mut parts: Vec<(Part, &str)> = restriction.from.iter().map(role("from")).collect();
            parts.extend(restriction.via.iter().map(|via| match *via {
                Via::Node(OsmNodeId(id)) => (Part::Node(id), "via"),
                Via::Way(OsmWayId(id)) => (Part::Way(id), "via"),
            }));
            parts.extend(restriction.to.iter().map(role("to")));
            let tags = borrowed(&restriction.tags).chain([("type", "restriction")]);
            town = town.relation(id, &parts, &tags.collect::<Vec<_>>());
        }
        town
    }

    /// The network of a car that snaps to any street, however small its network.
    pub(crate) fn to_network(&self) -> RoadNetwork {
        RoadNetwork::build(&self.to_extract(), &anywhere(), &Watch::new()).unwrap()
    }
}

/// A plain car that snaps to any network, however small.
pub(crate) fn anywhere() -> Profile {
    snapping_anywhere(&plain_car())
}

/// The same traveller, who snaps to any network, however small.
pub(crate) fn snapping_anywhere(profile: &Profile) -> Profile {
    changed(profile, &[("smallest_network", "metres", 0.0.into())])
}

/// The only street that a way has a part in.
pub(crate) fn street_of(network: &RoadNetwork, way: i64) -> StreetId {
    let streets = network.streets();
    let mut found = streets.ids().filter(|&street| {
        let mut stretches = streets.stretches(street).iter();
        stretches.any(|stretch| streets.ways()[stretch.way as usize].id == OsmWayId(way))
    });
    let street = found.next().expect("no street has this way");
    assert_eq!(found.next(), None, "several streets have way {way}");
    street
}

fn owned(tags: &[(&str, &str)]) -> Words {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn borrowed(tags: &Words) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))
}

/// A car whose minutes are metres over nine tenths of the limit, in town as in the open, so that
/// they can be worked out by hand.
pub(crate) fn plain_car() -> Profile {
    let plain = [
        ("settings", "bends", false.into()),
        ("settings", "delays", false.into()),
        ("limits", "in_share", 0.9.into()),
    ];
    changed(&Profile::car(), &plain)
}

/// The plain car, which waits at junctions.
pub(crate) fn waiting_car() -> Profile {
    changed(&plain_car(), &[("settings", "delays", true.into())])
}

/// The waiting car, which boards ferries; seven minutes before each.
pub(crate) fn sailing_car() -> Profile {
    let boards =
        [("settings", "ferries", true.into()), ("settings", "ferry_wait_minutes", 7.0.into())];
    changed(&waiting_car(), &boards)
}

/// A profile with other values, by table and key.
pub(crate) fn changed(profile: &Profile, values: &[(&str, &str, toml::Value)]) -> Profile {
    let mut rules: toml::Table = toml::from_str(&profile.to_toml()).unwrap();
    for (table, key, value) in values {
        let table = rules[*table].as_table_mut().unwrap();
        table.insert((*key).to_owned(), value.clone()).unwrap();
    }
    Profile::from_toml(&toml::to_string(&rules).unwrap()).unwrap()
}
