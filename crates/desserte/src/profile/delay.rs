//! What passing a junction or a node costs, beside the time on the way.
//!
//! The seconds are the profile's; a node says which of them applies, and to
//! whom: a stop sign binds those who drive towards it. Where its direction is
//! not stated, the node speaks of both, and a later stage may know better which
//! junction it stands before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::rules::check_range;
use crate::osm::Tags;
use crate::units::Millis;

/// A reason to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[repr(u8)]
pub enum DelayCause {
    /// Traffic lights.
    Signals,
    /// A stop sign.
    Stop,
    /// A give-way sign.
    GiveWay,
    /// Entering a roundabout.
    RoundaboutEntry,
    /// A roundabout of paint.
    MiniRoundabout,
    /// Entering or crossing a road of a higher class where no sign is mapped.
    MinorToMajor,
    /// A crossing of people on foot.
    Crossing,
    /// A crossing of rails.
    LevelCrossing,
    /// A gate to open by hand.
    Gate,
    /// A gate that is lifted.
    LiftGate,
    /// A toll to pay.
    TollBooth,
    /// A border.
    BorderControl,
    /// Water to drive through.
    Ford,
    /// A ferry or a shuttle train to wait for; `settings.ferry_wait_minutes` says how long.
    #[serde(skip_deserializing)]
    Ferry,
}

impl DelayCause {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Signals,
        Self::Stop,
        Self::GiveWay,
        Self::RoundaboutEntry,
        Self::MiniRoundabout,
        Self::MinorToMajor,
        Self::Crossing,
        Self::LevelCrossing,
        Self::Gate,
        Self::LiftGate,
        Self::TollBooth,
        Self::BorderControl,
        Self::Ford,
        Self::Ferry,
    ];

    /// How it is called where a minute is explained.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signals => "signals",
            Self::Stop => "stop",
            Self::GiveWay => "give way",
            Self::RoundaboutEntry => "roundabout entry",
            Self::MiniRoundabout => "mini-roundabout",
            Self::MinorToMajor => "minor to major",
            Self::Crossing => "crossing",
            Self::LevelCrossing => "level crossing",
            Self::Gate => "gate",
            Self::LiftGate => "lift gate",
            Self::TollBooth => "toll booth",
            Self::BorderControl => "border control",
            Self::Ford => "ford",
            Self::Ferry => "ferry",
        }
    }

    /// The same in French, for what an élu reads.
    #[must_use]
    pub const fn nom(self) -> &'static str {
        match self {
            Self::Signals => "feux",
            Self::Stop => "stop",
            Self::GiveWay => "cédez le passage",
            Self::RoundaboutEntry => "entrée de giratoire",
            Self::MiniRoundabout => "mini-giratoire",
            Self::MinorToMajor => "route plus importante",
            Self::Crossing => "passage piéton",
            Self::LevelCrossing => "passage à niveau",
            Self::Gate => "portail",
            Self::LiftGate => "barrière levante",
            Self::TollBooth => "péage",
            Self::BorderControl => "frontière",
            Self::Ford => "gué",
            Self::Ferry => "attente du bac",
        }
    }
}

/// What each cause costs; seconds in the text of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delays {
    signals: f64,
    stop: f64,
    give_way: f64,
    roundabout_entry: f64,
    mini_roundabout: f64,
    minor_to_major: f64,
    crossing: f64,
    level_crossing: f64,
    gate: f64,
    lift_gate: f64,
    toll_booth: f64,
    border_control: f64,
    ford: f64,
}

impl Delays {
    /// What one cause costs.
    #[must_use]
    pub fn of(&self, cause: DelayCause) -> Millis {
        Millis::from_seconds(self.seconds(cause)).unwrap_or(Millis::ZERO)
    }

    const fn seconds(&self, cause: DelayCause) -> f64 {
        match cause {
            DelayCause::Signals => self.signals,
            DelayCause::Stop => self.stop,
            DelayCause::GiveWay => self.give_way,
            DelayCause::RoundaboutEntry => self.roundabout_entry,
            DelayCause::MiniRoundabout => self.mini_roundabout,
            DelayCause::MinorToMajor => self.minor_to_major,
            DelayCause::Crossing => self.crossing,
            DelayCause::LevelCrossing => self.level_crossing,
            DelayCause::Gate => self.gate,
            DelayCause::LiftGate => self.lift_gate,
            DelayCause::TollBooth => self.toll_booth,
            DelayCause::BorderControl => self.border_control,
            DelayCause::Ford => self.ford,
            // The wait for a ferry is the study's, and each way that carries one has it.
            DelayCause::Ferry => 0.0,
        }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        DelayCause::ALL.iter().try_for_each(|&cause| {
            let key = cause.name().replace([' ', '-'], "_");
            check_range(&format!("delays.{key}"), self.seconds(cause), 0.0..=3600.0)
        })
    }
}

/// What a node costs those who pass it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeDelay {
    /// Why.
    pub cause: DelayCause,
    /// Whether it binds those who travel along the direction of the way.
    pub forward: bool,
    /// Whether it binds those who travel against it.
    pub backward: bool,
    /// Whether the node says so itself; if not, both are bound until one knows better.
    pub is_directed: bool,
}

impl NodeDelay {
    /// What the tags of a node say; `barriers` are the kinds that cost time.
    pub(super) fn of(barriers: &BTreeMap<String, DelayCause>, tags: Tags<'_>) -> Option<Self> {
        let cause = cause(barriers, tags)?;
        let key = match cause {
            DelayCause::Signals => tags.value("traffic_signals:direction"),
            _ => None,
        };
        let stated = key.or_else(|| tags.value("direction"));
        let (forward, backward, is_directed) = match stated {
            Some("forward") => (true, false, true),
            Some("backward") => (false, true, true),
            Some("both") => (true, true, true),
            _ => (true, true, false),
        };
        Some(Self { cause, forward, backward, is_directed })
    }
}

fn cause(barriers: &BTreeMap<String, DelayCause>, tags: Tags<'_>) -> Option<DelayCause> {
    let at_road = match tags.value("highway") {
        Some("traffic_signals") => Some(DelayCause::Signals),
        Some("stop") => Some(DelayCause::Stop),
        Some("give_way") => Some(DelayCause::GiveWay),
        Some("mini_roundabout") => Some(DelayCause::MiniRoundabout),
        Some("crossing") => crossing(tags),
        _ => None,
    };
    let at_rail = || tags.has("railway", "level_crossing").then_some(DelayCause::LevelCrossing);
    let at_barrier = || tags.value("barrier").and_then(|kind| barriers.get(kind).copied());
    let in_water = || {
        matches!(tags.value("ford"), Some("yes" | "intermittent" | "seasonal"))
            .then_some(DelayCause::Ford)
    };
    at_road.or_else(at_rail).or_else(at_barrier).or_else(in_water)
}

/// A crossing with lights is a red light; one without marks stops nobody.
fn crossing(tags: Tags<'_>) -> Option<DelayCause> {
    let is_lit = tags.has("crossing", "traffic_signals") || tags.has("crossing:signals", "yes");
    if is_lit {
        Some(DelayCause::Signals)
    } else if matches!(tags.value("crossing"), Some("unmarked" | "no" | "informal"))
        || tags.has("crossing:markings", "no")
    {
        None
    } else {
        Some(DelayCause::Crossing)
    }
}
