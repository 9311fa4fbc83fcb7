//! Stage 3: how do streets join?
//!
//! ```text
//!   ways  --survey-->  pieces with times  --chain-->  streets between joints
//!   streets  --assemble-->  junctions in locality order  --split-->  nodes and arcs
//! ```
//!
//! A [`RoadNetwork`] holds both faces of the result. [`Streets`] is what a
//! person sees: shapes, names, times along the way. [`RoadGraph`] is what a
//! search sees: nodes, arcs, milliseconds. A place lies on a street
//! ([`RoadNetwork::snap`]), and [`RoadNetwork::departures`] and
//! [`RoadNetwork::arrivals`] carry it over to the graph.

mod assemble;
mod barrier;
mod built_up;
mod chain;
mod coding;
mod component;
mod contract;
mod course;
mod cut_off;
mod delay;
mod drive;
mod edge;
mod enclose;
mod error;
mod ferry;
mod hierarchy;
mod joint;
mod kinematics;
mod manifest;
mod manoeuvre;
mod order;
mod ring;
mod road_graph;
mod rural;
mod snap;
mod sound;
mod speeds;
mod split;
mod street;
mod surroundings;
mod survey;
mod trip;
mod turn;
mod visit;
mod ways;
mod whole;
mod witness;

use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

pub use barrier::BarrierLines;
pub use built_up::BuiltUp;
pub use component::{Reachability, Reached};
pub use cut_off::{CutOff, CutOffPart, PartCount};
pub use error::GraphError;
pub use hierarchy::Hierarchy;
pub use manifest::{Manifest, NetworkCounts, ProfileSummary};
pub use road_graph::{Adjacency, ArcId, Heading, Link, NodeId, RoadGraph};
pub use rural::RuralLand;
pub use snap::{Place, Snap, SnapIndex};
pub use speeds::{SpeedRow, SpeedSheet};
pub use street::{Direction, JunctionId, StreetId, StreetUse, Streets, Stretch, WayRecord};
pub use turn::RestrictionCounts;
pub use visit::{ArcRef, ArcRefs, Neighbours, NodeMarks};

use crate::{
    geodesy::Projection,
    osm::{OsmExtract, OsmNodeId, Settlement},
    profile::Profile,
    scratch::Scratch,
    store::Column,
    units::{KmPerHour, LonLat, Metres},
    watch::{Interrupted, Phase, Watch},
};

use assemble::{Assembly, Junctions};
use coding::DelayCode;
use edge::EdgePoint;
use survey::Survey;

/// The streets of an extract, for one traveller, and the graph they form.
///
/// Immutable, and safe to share between threads. What only some questions need
/// (the index of the streets, the condensation) is made once, at the first of them.
#[derive(Debug)]
pub struct RoadNetwork {
    streets: Streets,
    graph: RoadGraph,
    junction_positions: Column<LonLat>,
    junction_nodes: Column<OsmNodeId>,
    /// 1 where it is, else 0.
    is_snappable: Column<u8>,
    /// Who is cut off, if anyone.
    settlements: Vec<Settlement>,
    barriers: BarrierLines,
    edge_points: Column<EdgePoint>,
    projection: Projection,
    walking_speed: KmPerHour,
    manifest: Manifest,
    /// The profile, as TOML.
    rules: String,
    snap_index: OnceLock<SnapIndex>,
    reachability: OnceLock<Reachability>,
    hierarchy: OnceLock<Hierarchy>,
    /// Held by whoever prepares the hierarchy; the others wait.
    preparing: Mutex<()>,
    scratch: Scratch,
}

/// Steps of a build, for the progress that a [`Watch`] shows.
const BUILD_STEPS: u64 = 5;

impl RoadNetwork {
    /// Makes the network of an extract for a traveller.
    ///
    /// # Errors
    ///
    /// Where no way may be used by this traveller, where the network has more
    /// parts than its ids can name, or where the watch was cancelled.
    pub fn build(
        extract: &OsmExtract,
        profile: &Profile,
        watch: &Watch,
    ) -> Result<Self, GraphError> {
        watch.begin(Phase::Building, BUILD_STEPS);
        let survey = Survey::of(extract, profile);
        watch.step(1)?;
        if survey.pieces.is_empty() {
            let (ways, profile) = (extract.ways.len(), profile.name().to_owned());
            return Err(GraphError::NoStreets { ways, profile });
        }
        let delays = delay::of_nodes(extract, profile);
        let joints = joint::find(extract, profile, &survey, &delays);
        watch.step(1)?;
        let mut assembly = assemble::assemble(extract, survey, &joints)?;
        assembly.streets.delays = if profile.settings().delays {
            let causes = delay::causes(&assembly, &delays);
            causes.iter().map(|causes| causes.map(DelayCode::of)).collect()
        } else {
            vec![[DelayCode::default(); 2]; assembly.streets.len()].into()
        };
        assembly.streets.delay_times = *profile.delays();
        drop(joints);
        watch.step(1)?;
        let is_snappable = component::snappable(&assembly, profile);
        watch.step(1)?;
        let (manoeuvres, restrictions) = turn::resolve(extract, profile, &assembly);
        let graph = split::split(&assembly, &manoeuvres)?;
        watch.step(1)?;
        let built = Built { assembly, graph, is_snappable, restrictions };
        Ok(built.into_network(extract, profile))
    }

    /// The streets.
    #[must_use]
    pub fn streets(&self) -> &Streets {
        &self.streets
    }

    /// The graph that searches run on.
    #[must_use]
    pub fn graph(&self) -> &RoadGraph {
        &self.graph
    }

    /// Where a junction lies.
    #[must_use]
    pub fn junction_position(&self, junction: JunctionId) -> LonLat {
        self.junction_positions[junction.index()]
    }

    /// The node of the map that a junction stands for.
    #[must_use]
    pub fn junction_node(&self, junction: JunctionId) -> OsmNodeId {
        self.junction_nodes[junction.index()]
    }

    /// Whether a place may be snapped to a street.
    #[must_use]
    pub fn is_snappable(&self, street: StreetId) -> bool {
        self.is_snappable[street.index()] != 0
    }

    /// The lines that one cannot walk across.
    #[must_use]
    pub fn barriers(&self) -> &BarrierLines {
        &self.barriers
    }

    /// The straight pieces of those barriers that are water.
    ///
    /// Where there is none, the extract most likely had no water in it, and nothing stops one
    /// at a river.
    pub fn shores(&self) -> impl ExactSizeIterator<Item = [LonLat; 2]> + '_ {
        self.barriers.shores(&self.streets)
    }

    /// The points of streets at or beyond which the extracts may lack streets, by ascending street.
    pub fn edge_points(&self) -> impl Iterator<Item = (StreetId, usize)> + '_ {
        self.edge_points.iter().map(|at| (StreetId(at.street), at.point as usize))
    }

    /// The plane of the network: metres, angles kept, centred on its bounds.
    #[must_use]
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// The speed of access legs.
    #[must_use]
    pub fn walking_speed(&self) -> KmPerHour {
        self.walking_speed
    }

    /// What the network was made of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// All rules and settings of the profile, as [`Profile::to_toml`] writes them.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// Who can reach whom at all. Made at the first call.
    #[must_use]
    pub fn reachability(&self) -> &Reachability {
        self.reachability.get_or_init(|| Reachability::of(&self.graph))
    }

    /// The hierarchy, if it was made already.
    #[must_use]
    pub fn prepared(&self) -> Option<&Hierarchy> {
        self.hierarchy.get()
    }

    /// The hierarchy; made at the first call, while others who ask wait.
    ///
    /// # Errors
    ///
    /// Where the watch was cancelled; nothing is kept then.
    pub fn prepare(&self, watch: &Watch) -> Result<&Hierarchy, Interrupted> {
        let _turn = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hierarchy) = self.hierarchy.get() {
            return Ok(hierarchy);
        }
        let hierarchy = Hierarchy::of(&self.graph, watch)?;
        Ok(self.hierarchy.get_or_init(|| hierarchy))
    }

    /// Where searches keep their memory between calls.
    #[must_use]
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Puts a place on the nearest street within a radius.
    ///
    /// The index of the streets is made at the first call.
    #[must_use]
    pub fn snap(&self, position: LonLat, radius: Metres) -> Place {
        let make_index = || SnapIndex::of(&self.streets, |street| self.is_snappable(street));
        let index = self.snap_index.get_or_init(make_index);
        let nearest = index.nearest(&self.streets, position, radius);
        let snap = nearest.map(|(street, segment, fraction, distance)| {
            let points = self.streets.points(street);
            let foot = points[segment as usize].towards(points[segment as usize + 1], fraction);
            Snap {
                street,
                segment,
                fraction,
                position: foot,
                distance,
                access_time: snap::walking_time(distance, self.walking_speed),
                crosses_barrier: foot != position && self.barriers.cross(position, foot),
            }
        });
        Place { position, snap }
    }
}

impl RoadNetwork {
    /// Puts places on their nearest streets, in parallel; the order is kept.
    #[must_use]
    pub fn snap_all(&self, positions: &[LonLat], radius: Metres) -> Vec<Place> {
        positions.par_iter().map(|&position| self.snap(position, radius)).collect()
    }
}

/// The parts of a network before they are put together.
struct Built {
    assembly: Assembly,
    graph: RoadGraph,
    is_snappable: Vec<bool>,
    restrictions: RestrictionCounts,
}

impl Built {
    fn into_network(self, extract: &OsmExtract, profile: &Profile) -> RoadNetwork {
        let Self { assembly: Assembly { streets, junctions }, graph, is_snappable, .. } = self;
        let (bounds, projection) = plane_of(&streets);
        let barriers = BarrierLines::of(&extract.barrier_lines, &streets);
        let edge_points = edge::points(extract, &streets);
        let millimetres: u64 = streets.length_mm.iter().map(|&length| u64::from(length)).sum();
        let counts = NetworkCounts {
            junctions: junctions.nodes.len(),
            streets: streets.len(),
            snappable_streets: is_snappable.iter().filter(|&&is| is).count(),
            street_km: millimetres as f64 / 1e6,
            nodes: graph.node_count(),
            arcs: graph.arc_count(),
            barrier_segments: barriers.len(),
        };
        let rules = profile.to_toml();
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: ProfileSummary::of(profile, &rules),
            extracts: extract.sources.clone(),
            oddities: extract.oddities,
            restrictions: self.restrictions,
            counts,
            bounds,
            projection: projection.to_proj_string(),
        };
        let Junctions { positions, nodes } = junctions;
        RoadNetwork {
            streets,
            graph,
            junction_positions: positions.into(),
            junction_nodes: nodes.iter().map(|node| extract.node_ids[node.index()]).collect(),
            is_snappable: is_snappable.iter().map(|&is| u8::from(is)).collect(),
            settlements: extract.built_up.settlements.clone(),
            barriers,
            edge_points,
            projection,
            walking_speed: profile.walking_speed(),
            manifest,
            rules,
            snap_index: OnceLock::new(),
            reachability: OnceLock::new(),
            hierarchy: OnceLock::new(),
            preparing: Mutex::new(()),
            scratch: Scratch::default(),
        }
    }
}

/// The plane centred on a box in degrees: the one that its network was built with.
fn plane_within([west, south, east, north]: [f64; 4]) -> Option<Projection> {
    let low = LonLat::from_degrees(west, south)?;
    Some(Projection::centred_on(low.towards(LonLat::from_degrees(east, north)?, 0.5)))
}

/// West, south, east and north of the streets in degrees, and the plane centred on them.
fn plane_of(streets: &Streets) -> ([f64; 4], Projection) {
    let (low, high) = streets.points.iter().fold(
        ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN)),
        |((west, south), (east, north)), point| {
            let low = (west.min(point.lon), south.min(point.lat));
            (low, (east.max(point.lon), north.max(point.lat)))
        },
    );
    let [low, high] = [low, high].map(|(lon, lat)| LonLat { lon, lat });
    let centre = low.towards(high, 0.5);
    let ((west, south), (east, north)) = (low.to_degrees(), high.to_degrees());
    ([west, south, east, north], Projection::centred_on(centre))
}
