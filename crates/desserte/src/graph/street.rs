//! What is a street, and how is the time inside it kept?
//!
//! A street is an undirected chain between two junctions: its points, the ways
//! it was drawn by, and for each permitted direction the time at every point.
//! The graph has arcs between junctions only; everything that happens inside a
//! street (a village halfway, a budget that runs out, an explanation) is read
//! here. Streets are kept as columns, not as objects: a département has a
//! hundred thousand.

use bytemuck::{Pod, Zeroable};

use crate::{
    osm::{OsmWayId, TagList, TagPool},
    profile::{Access, DelayCause, Delays, Evidence, FerryTerms, Ground, Lane, WayUse},
    section::{Flaw, Section, Sheaf, Shelf},
    store::Column,
    units::{LonLat, Metres, Millis},
};

use super::{
    coding::{AccessCode, DelayCode},
    ways::Ways,
};

/// A street of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct StreetId(pub u32);

impl StreetId {
    /// The id as a slice wants it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A junction, or an end, of streets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct JunctionId(pub u32);

impl JunctionId {
    /// The id as a slice wants it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which way along a street.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Direction {
    /// In the order of its points.
    Forward,
    /// Against it.
    Backward,
}

impl Direction {
    /// Both, forward first.
    pub const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// A street used in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct StreetUse(u32);

impl StreetUse {
    /// The lowest of all.
    pub(super) const FIRST: Self = Self(0);

    /// This street, that way.
    #[must_use]
    pub const fn new(street: StreetId, direction: Direction) -> Self {
        Self(street.0 << 1 | direction as u32)
    }

    /// The street.
    #[must_use]
    pub const fn street(self) -> StreetId {
        StreetId(self.0 >> 1)
    }

    /// The direction.
    #[must_use]
    pub const fn direction(self) -> Direction {
        if self.0 & 1 == 0 { Direction::Forward } else { Direction::Backward }
    }

    /// The same street, the other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The use as a slice wants it: two places a street.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the way under a stretch says: enough to explain a speed.
#[derive(Clone, Copy, Debug)]
pub struct WayRecord {
    /// The way in `OpenStreetMap`.
    pub id: OsmWayId,
    /// Its class, name and reference, in [`Streets::way_tags`].
    pub tags: TagList,
    /// What it is to the traveller.
    pub usage: WayUse,
    /// What the map says that a speed could rest on.
    pub evidence: Evidence,
}

/// A part of a street that was drawn by one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Stretch {
    /// Index of its first point within the street.
    pub first_point: u32,
    /// The way, as an index into [`Streets::ways`].
    pub way: u32,
    /// 1 where the way was drawn against the street, else 0.
    reversed: u32,
}

impl Stretch {
    pub(super) const fn new(first_point: u32, way: u32, is_reversed: bool) -> Self {
        Self { first_point, way, reversed: is_reversed as u32 }
    }

    /// Whether the way was drawn against the street.
    #[must_use]
    pub const fn is_reversed(self) -> bool {
        self.reversed != 0
    }
}

/// All streets of a network, as columns.
#[derive(Debug, Default)]
pub struct Streets {
    pub(super) first_point: Column<u32>,
    pub(super) points: Column<LonLat>,
    /// Milliseconds from the first point; from the last point.
    pub(super) times: [Column<u32>; 2],
    pub(super) ends: Column<[JunctionId; 2]>,
    pub(super) access: Column<[AccessCode; 2]>,
    pub(super) length_mm: Column<u32>,
    /// Why one waits at the end, along the street and against it.
    pub(super) delays: Column<[DelayCode; 2]>,
    pub(super) delay_times: Delays,
    pub(super) first_stretch: Column<u32>,
    pub(super) stretches: Column<Stretch>,
    pub(super) ways: Ways,
}

impl Streets {
    /// How many streets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every street, by ascending id.
    pub fn ids(&self) -> impl Iterator<Item = StreetId> + use<> {
        (0..self.ends.len() as u32).map(StreetId)
    }

    /// The points of a street, at least two.
    #[must_use]
    pub fn points(&self, street: StreetId) -> &[LonLat] {
        &self.points[self.point_range(street)]
    }

    /// Milliseconds since the street was entered, at each of its points (in the
    /// order of the points). All zero where the direction is not permitted.
    #[must_use]
    pub fn times(&self, usage: StreetUse) -> &[u32] {
        &self.times[usage.direction() as usize][self.point_range(usage.street())]
    }

    /// What the junction at the end of a street costs, and why; `None` where
    /// nobody waits.
    #[must_use]
    pub fn delay(&self, usage: StreetUse) -> Option<(DelayCause, Millis)> {
        let cause = self.delays[usage.street().index()][usage.direction() as usize].get()?;
        Some((cause, self.delay_times.of(cause)))
    }

    /// How a street carries the traveller, if it does: a ferry is one from end to end.
    #[must_use]
    pub fn ferry(&self, street: StreetId) -> Option<FerryTerms> {
        let first = self.stretches[self.first_stretch[street.index()] as usize];
        self.ways()[first.way as usize].usage.ferry
    }

    /// Whether a street is a ferry or a shuttle train.
    #[must_use]
    pub fn is_ferry(&self, street: StreetId) -> bool {
        self.ferry(street).is_some()
    }

    /// How long the street takes with the delay at its end: the time of its arc, unless one
    /// waits before it for a ferry.
    #[must_use]
    pub fn through_time(&self, usage: StreetUse) -> Millis {
        let delay = self.delay(usage).map_or(Millis::ZERO, |(_, delay)| delay);
        self.total_time(usage).plus(delay)
    }

    /// How long the street takes from one end to the other.
    #[must_use]
    pub fn total_time(&self, usage: StreetUse) -> Millis {
        let times = self.times(usage);
        Millis(times[0].max(times[times.len() - 1]))
    }

    /// The junction where a street is entered.
    #[must_use]
    pub fn tail(&self, usage: StreetUse) -> JunctionId {
        self.ends[usage.street().index()][usage.direction() as usize]
    }

    /// The junction where it is left.
    #[must_use]
    pub fn head(&self, usage: StreetUse) -> JunctionId {
        self.ends[usage.street().index()][usage.direction().reversed() as usize]
    }

    /// Who may use the street this way; `None` where nobody may.
    #[must_use]
    pub fn access(&self, usage: StreetUse) -> Option<Access> {
        self.access[usage.street().index()][usage.direction() as usize].get()
    }

    /// Whether everyone may pass a street, in one direction at least.
    #[must_use]
    pub fn is_public(&self, street: StreetId) -> bool {
        self.access[street.index()].contains(&AccessCode::of(Some(Access::Public)))
    }

    /// The length of a street, to the millimetre.
    #[must_use]
    pub fn length(&self, street: StreetId) -> Metres {
        Metres(f64::from(self.length_mm[street.index()]) / 1000.0)
    }

    /// The same, as the integer it is kept as.
    #[must_use]
    pub fn length_millimetres(&self, street: StreetId) -> u64 {
        u64::from(self.length_mm[street.index()])
    }

    /// The parts of a street, in the order of its points.
    #[must_use]
    pub fn stretches(&self, street: StreetId) -> &[Stretch] {
        let range = &self.first_stretch[street.index()..=street.index() + 1];
        &self.stretches[range[0] as usize..range[1] as usize]
    }

    /// The parts of a street, each with its first and last point.
    pub fn stretches_with_ends(
        &self,
        street: StreetId,
    ) -> impl Iterator<Item = (Stretch, [usize; 2])> + '_ {
        let stretches = self.stretches(street);
        let last = self.points(street).len() - 1;
        stretches.iter().enumerate().map(move |(index, stretch)| {
            let end = stretches.get(index + 1).map_or(last, |next| next.first_point as usize);
            (*stretch, [stretch.first_point as usize, end])
        })
    }

    /// The part of a street in which a segment (from point `segment` to the next) lies.
    #[must_use]
    pub fn stretch_at(&self, street: StreetId, segment: usize) -> Stretch {
        let stretches = self.stretches(street);
        let after = stretches.partition_point(|stretch| stretch.first_point as usize <= segment);
        stretches[after - 1]
    }

    /// The ways that streets were drawn by.
    #[must_use]
    pub fn ways(&self) -> &[WayRecord] {
        self.ways.records()
    }

    /// On what ground a stretch lies, and so whether one may step off it.
    #[must_use]
    #[inline]
    pub fn ground(&self, stretch: Stretch) -> Ground {
        self.ways.ground(stretch.way)
    }

    /// The text of the tags of [`Streets::ways`].
    #[must_use]
    pub fn way_tags(&self) -> &TagPool {
        self.ways.tags()
    }

    /// The lane of a stretch that is used when the street is used this way.
    #[must_use]
    pub fn lane(&self, stretch: Stretch, direction: Direction) -> Option<Lane> {
        let usage = &self.ways()[stretch.way as usize].usage;
        match (direction, stretch.is_reversed()) {
            (Direction::Forward, false) | (Direction::Backward, true) => usage.forward,
            _ => usage.backward,
        }
    }

    /// The way under the far end of a street, and whether it is used along itself there.
    pub(super) fn way_at_head(&self, usage: StreetUse) -> (Direction, &WayRecord) {
        let stretches = self.stretches(usage.street());
        let stretch = match usage.direction() {
            Direction::Forward => stretches[stretches.len() - 1],
            Direction::Backward => stretches[0],
        };
        let direction =
            if stretch.is_reversed() { usage.direction().reversed() } else { usage.direction() };
        (direction, &self.ways()[stretch.way as usize])
    }

    /// Both uses of every street that are permitted, by ascending index.
    pub fn uses(&self) -> impl Iterator<Item = StreetUse> + '_ {
        self.ids()
            .flat_map(|street| Direction::BOTH.map(|direction| StreetUse::new(street, direction)))
            .filter(|&usage| self.access(usage).is_some())
    }

    fn point_range(&self, street: StreetId) -> std::ops::Range<usize> {
        self.first_point[street.index()] as usize..self.first_point[street.index() + 1] as usize
    }
}

impl Streets {
    /// Lays the streets on a sheaf.
    pub(super) fn save<'a>(&'a self, sheaf: &mut Sheaf<'a>) {
        sheaf.put(Section::StreetFirstPoint, &self.first_point);
        sheaf.put(Section::StreetPoints, &self.points);
        sheaf.put(Section::StreetTimesForward, &self.times[0]);
        sheaf.put(Section::StreetTimesBackward, &self.times[1]);
        sheaf.put(Section::StreetEnds, &self.ends);
        sheaf.put(Section::StreetAccess, &self.access);
        sheaf.put(Section::StreetLengths, &self.length_mm);
        sheaf.put(Section::StreetDelays, &self.delays);
        sheaf.put(Section::StreetFirstStretch, &self.first_stretch);
        sheaf.put(Section::Stretches, &self.stretches);
        self.ways.save(sheaf);
    }

    /// Takes the streets off a shelf; that they are whole is checked apart.
    pub(super) fn load(shelf: &Shelf, delay_times: Delays) -> Result<Self, Flaw> {
        Ok(Self {
            first_point: shelf.take(Section::StreetFirstPoint)?,
            points: shelf.take(Section::StreetPoints)?,
            times: [
                shelf.take(Section::StreetTimesForward)?,
                shelf.take(Section::StreetTimesBackward)?,
            ],
            ends: shelf.take(Section::StreetEnds)?,
            access: shelf.take(Section::StreetAccess)?,
            length_mm: shelf.take(Section::StreetLengths)?,
            delays: shelf.take(Section::StreetDelays)?,
            delay_times,
            first_stretch: shelf.take(Section::StreetFirstStretch)?,
            stretches: shelf.take(Section::Stretches)?,
            ways: Ways::load(shelf)?,
        })
    }
}
