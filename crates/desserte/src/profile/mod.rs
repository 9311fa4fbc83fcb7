//! Stage 2: may this traveller use this way, in which direction, how fast, and why that fast?
//!
//! A [`Profile`] answers for one way, one node or one turn restriction at a
//! time, from its tags alone. It knows nothing of how streets join.

use crate::units::KmPerHour;

/// What a way is to the traveller of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WayUse {
    /// Along the way's own direction; `None` where it may not be used.
    pub forward: Option<Lane>,
    /// Against it.
    pub backward: Option<Lane>,
    /// Whether one may stop, and step off, along it.
    pub ground: Ground,
}

/// One direction of a way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    /// Who may pass.
    pub access: Access,
    /// How fast it is travelled.
    pub speed: KmPerHour,
    /// What says so.
    pub source: SpeedSource,
}

/// Who may pass a way or a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Only a trip that begins or ends behind it: private, customers, delivery, destination.
    Restricted,
}

/// Whether one may step off a way, and whether one may step across it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// An ordinary street: one may stop anywhere along it.
    #[default]
    Open,
    /// A motorway: one may neither stop on it nor walk across it.
    Motorway,
    /// A tunnel: under the ground.
    Tunnel,
    /// A bridge: above it.
    Bridge,
    /// A ferry or a shuttle train.
    Ferry,
}

/// What a node does to the traveller who passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodePassage {
    /// Nothing.
    Open,
    /// Only a trip that begins or ends behind it may pass: a private gate.
    Restricted,
    /// Nobody passes: a bollard, a block.
    Closed,
}

/// What a turn restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnRule {
    /// This turn is forbidden (`no_left_turn`, `no_u_turn`, ...).
    No,
    /// Every other turn is forbidden (`only_straight_on`, ...).
    Only,
}

/// Where a speed comes from; it is shown wherever a minute is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum SpeedSource {
    /// A posted limit, `maxspeed=80`.
    PostedLimit,
    /// A legal limit named by its code, `maxspeed=FR:rural`.
    LegalCode,
    /// The default of the profile for this class of road.
    ClassDefault,
}
