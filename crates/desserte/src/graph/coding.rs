//! How is what a street may be told by a number?
//!
//! Columns hold plain numbers, so that a network lies in a file as it lies in
//! memory. A choice among a few words is a byte: 0 for none of them, else one
//! more than the place of the word in a list that only ever grows. A byte that
//! names nothing is none.

use bytemuck::{Pod, Zeroable};

use crate::{
    osm::{OsmWayId, TagPool},
    profile::{Access, DelayCause, Evidence, FerryTerms, Ground, Lane, SpeedSource, WayUse},
    units::{KmPerHour, Millis},
};

use super::street::WayRecord;

const GROUNDS: [Ground; 5] =
    [Ground::Open, Ground::Motorway, Ground::Tunnel, Ground::Bridge, Ground::Ferry];

/// Who may pass, if anyone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct AccessCode(u8);

impl AccessCode {
    pub(super) const NOBODY: Self = Self(0);

    pub(super) const fn of(access: Option<Access>) -> Self {
        match access {
            None => Self::NOBODY,
            Some(Access::Public) => Self(1),
            Some(Access::Restricted) => Self(2),
        }
    }

    #[inline]
    pub(super) const fn get(self) -> Option<Access> {
        match self.0 {
            1 => Some(Access::Public),
            2 => Some(Access::Restricted),
            _ => None,
        }
    }
}

/// Why one waits, if one does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct DelayCode(u8);

impl DelayCode {
    pub(super) const fn of(cause: Option<DelayCause>) -> Self {
        match cause {
            None => Self(0),
            Some(cause) => Self(1 + cause as u8),
        }
    }

    #[inline]
    pub(super) fn get(self) -> Option<DelayCause> {
        DelayCause::ALL.get(usize::from(self.0).checked_sub(1)?).copied()
    }
}

/// Where one may step off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(super) struct GroundCode(u8);

impl GroundCode {
    pub(super) const fn of(ground: Ground) -> Self {
        Self(ground as u8)
    }

    #[inline]
    pub(super) fn get(self) -> Ground {
        GROUNDS.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// A way, as numbers; its ground has a column of its own.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct WayRow {
    id: i64,
    /// Forward and backward; 0 where the way may not be used.
    kmh: [f64; 2],
    /// First pair of its tags, and how many there are.
    tags: [u32; 2],
    /// Milliseconds of the crossing ([`NO_DURATION`] where the map has none), and of the wait.
    ferry: [u32; 2],
    /// Access and source of the speed, forward and backward.
    lanes: [[u8; 2]; 2],
    rank: u8,
    marks: u8,
    zeros: [u8; 2],
}

const NO_DURATION: u32 = u32::MAX;
const ROUNDABOUT: u8 = 1;
const FERRY: u8 = 2;
const LIMIT: u8 = 4;
const SURFACE: u8 = 8;

impl WayRow {
    pub(super) fn of(way: &WayRecord) -> Self {
        let WayRecord { id, tags, usage, evidence } = way;
        let lanes = [usage.forward, usage.backward];
        let ferry = usage.ferry.map_or([0; 2], |terms| {
            [terms.duration.map_or(NO_DURATION, |duration| duration.0), terms.wait.0]
        });
        let marks = [
            (ROUNDABOUT, usage.is_roundabout),
            (FERRY, usage.ferry.is_some()),
            (LIMIT, evidence.limit),
            (SURFACE, evidence.surface),
        ];
        Self {
            id: id.0,
            kmh: lanes.map(|lane| lane.map_or(0.0, |lane| lane.speed.0)),
            tags: tags.to_range(),
            ferry,
            lanes: lanes.map(|lane| {
                lane.map_or([0; 2], |lane| {
                    [AccessCode::of(Some(lane.access)).0, 1 + lane.source as u8]
                })
            }),
            rank: usage.rank,
            marks: marks.iter().filter(|mark| mark.1).map(|mark| mark.0).sum(),
            zeros: [0; 2],
        }
    }

    /// The way.
    pub(super) fn get(&self, ground: GroundCode, tags: &TagPool) -> WayRecord {
        let is_marked = |mark: u8| self.marks & mark != 0;
        let lane = |direction: usize| {
            let ([access, source], kmh) = (self.lanes[direction], self.kmh[direction]);
            let source = SpeedSource::ALL.get(usize::from(source).checked_sub(1)?)?;
            Some(Lane { access: AccessCode(access).get()?, speed: KmPerHour(kmh), source: *source })
        };
        let [duration, wait] = self.ferry;
        let terms = FerryTerms {
            duration: (duration != NO_DURATION).then_some(Millis(duration)),
            wait: Millis(wait),
        };
        let usage = WayUse {
            forward: lane(0),
            backward: lane(1),
            ground: ground.get(),
            rank: self.rank,
            is_roundabout: is_marked(ROUNDABOUT),
            ferry: is_marked(FERRY).then_some(terms),
        };
        let tags = tags.list(self.tags).unwrap_or_default();
        let evidence = Evidence { limit: is_marked(LIMIT), surface: is_marked(SURFACE) };
        WayRecord { id: OsmWayId(self.id), tags, usage, evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_and_any_other_is_none() {
        for access in [None, Some(Access::Public), Some(Access::Restricted)] {
            assert_eq!(AccessCode::of(access).get(), access);
        }
        for cause in [None].into_iter().chain(DelayCause::ALL.map(Some)) {
            assert_eq!(DelayCode::of(cause).get(), cause);
        }
        for ground in GROUNDS {
            assert_eq!(GroundCode::of(ground).get(), ground);
        }
        assert!((3..=255).all(|code| AccessCode(code).get().is_none()));
        let named = DelayCause::ALL.len() as u8;
        assert!((named + 1..=255).all(|code| DelayCode(code).get().is_none()));
    }

    #[test]
    fn the_lists_are_in_the_order_of_the_numbers() {
        assert!(GROUNDS.iter().zip(0_u8..).all(|(&ground, place)| ground as u8 == place));
        assert!(SpeedSource::ALL.iter().zip(0_u8..).all(|(&it, place)| it as u8 == place));
        assert!(DelayCause::ALL.iter().zip(0_u8..).all(|(&it, place)| it as u8 == place));
    }
}
