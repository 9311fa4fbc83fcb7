//! Stage 2: may this traveller use this way, in which direction, how fast, and why that fast?
//!
//! A [`Profile`] answers for one way, one node or one turn restriction at a
//! time, from its tags alone. It knows nothing of how streets join.
//!
//! Its rules are data, a TOML for each mode (`car.toml`), in which every
//! judgement stands beside its reason. The code only reads the tags by these
//! rules, a file for each concept:
//!
//! ```text
//! class       what a highway or a kind of service is by default
//! access      who may pass                 mark      other tags that open or close
//! direction   which way round              vehicle   where one is too large
//! conditional tags that hold at times      hours     the hours, days and dates they name
//! departure   the moment they are read     setting   what surrounds a stretch
//! limit       signs and legal codes        speed     what of it is driven
//! cap         surface, width, water        source    what decided, in words
//! barrier     who is stopped at a node     delay     what a node costs
//! turn        which restrictions bind      kinematics how bends are taken
//! ferry       ways that carry one          ground    where one may step off
//! way         all of it put together       settings  what a study changes
//! rural       areas with a limit of their own  evidence what a mapper has said
//! ```

mod access;
mod barrier;
mod cap;
mod class;
mod conditional;
mod delay;
mod departure;
mod direction;
mod error;
mod evidence;
mod ferry;
mod ground;
mod hours;
mod kinematics;
mod limit;
mod mark;
mod rules;
mod rural;
mod setting;
mod settings;
mod source;
mod speed;
mod turn;
mod vehicle;
mod way;

use serde::{Deserialize, Serialize};

pub use delay::{DelayCause, Delays, NodeDelay};
pub use departure::{Departure, Season};
pub use error::ProfileError;
pub use evidence::Evidence;
pub use ferry::FerryTerms;
pub use kinematics::Kinematics;
pub use rural::{NoPosition, RuralArea, RuralPolygon, RuralSummary};
pub use setting::Setting;
pub use settings::Settings;
pub use source::SpeedSource;

use self::rules::Rules;
use crate::osm::Tags;
use crate::units::{KmPerHour, Metres, Millis};

/// What a way is to the traveller of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WayUse {
    /// Along the way's own direction; `None` where it may not be used.
    pub forward: Option<Lane>,
    /// Against it.
    pub backward: Option<Lane>,
    /// Whether one may stop, and step off, along it.
    pub ground: Ground,
    /// How important the road is; a higher one goes first.
    pub rank: u8,
    /// Whether it is the ring of a roundabout, whose traffic goes first.
    pub is_roundabout: bool,
    /// How long it carries the traveller, if it does.
    pub ferry: Option<FerryTerms>,
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

/// Profiles that come with the engine, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("car", include_str!("car.toml")),
    ("foot", include_str!("foot.toml")),
    ("bicycle", include_str!("bicycle.toml")),
];

/// The rules of one kind of traveller.
///
/// ```
/// use desserte::KmPerHour;
/// use desserte::osm::TagPool;
/// use desserte::profile::{Profile, Setting};
///
/// let mut pool = TagPool::default();
/// let main_street = pool.insert([("highway", "secondary"), ("maxspeed", "50")]);
/// let towpath = pool.insert([("highway", "path")]);
///
/// let car = Profile::car();
/// let here = Setting::of(&car);
/// let lane = car.way_use(pool.get(main_street), here).unwrap().forward.unwrap();
/// assert_eq!((lane.speed, lane.source.name()), (KmPerHour(45.0), "posted limit"));
/// assert_eq!(car.way_use(pool.get(towpath), here), None);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Rules")]
pub struct Profile(Rules);

impl TryFrom<Rules> for Profile {
    type Error = ProfileError;

    fn try_from(rules: Rules) -> Result<Self, ProfileError> {
        rules.check()?;
        Ok(Self(rules))
    }
}

impl Profile {
    /// An ordinary car.
    ///
    /// # Panics
    ///
    /// Never for the `car.toml` that the engine was built with.
    #[must_use]
    pub fn car() -> Self {
        Self::built_in("car").expect("car.toml is a complete profile, checked by the tests")
    }

    /// Someone on foot.
    ///
    /// # Panics
    ///
    /// Never for the `foot.toml` that the engine was built with.
    #[must_use]
    pub fn foot() -> Self {
        Self::built_in("foot").expect("foot.toml is a complete profile, checked by the tests")
    }

    /// An ordinary bicycle.
    ///
    /// # Panics
    ///
    /// Never for the `bicycle.toml` that the engine was built with.
    #[must_use]
    pub fn bicycle() -> Self {
        Self::built_in("bicycle").expect("bicycle.toml is a complete profile, checked by the tests")
    }

    /// The names of the built-in profiles.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        BUILT_IN.map(|(name, _)| name).to_vec()
    }

    /// A profile that comes with the engine.
    ///
    /// # Errors
    ///
    /// [`ProfileError::Unknown`], with the names there are.
    pub fn built_in(name: &str) -> Result<Self, ProfileError> {
        match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::from_toml(text),
            None => Err(ProfileError::Unknown { name: name.to_owned(), known: Self::names() }),
        }
    }

    /// Reads a profile from the text of a TOML file; every table must be there.
    ///
    /// # Errors
    ///
    /// A [`ProfileError`] that names the line or the key at fault, and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let rules: Rules =
            toml::from_str(text).map_err(|error| ProfileError::from_toml(text, &error))?;
        Self::try_from(rules).map_err(|error| error.on_line_of(text))
    }

    /// Writes the profile as TOML, without the comments it may have been read with.
    ///
    /// # Panics
    ///
    /// Never: a profile holds text, numbers, switches, and tables of them.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a profile holds only what TOML can say")
    }

    /// The name of the mode.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What the study chose.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The same rules with other settings.
    ///
    /// # Errors
    ///
    /// [`ProfileError::OutOfRange`] where a setting is not one that a traveller could have.
    pub fn with_settings(mut self, settings: Settings) -> Result<Self, ProfileError> {
        self.0.settings = settings;
        Self::try_from(self.0)
    }

    /// What a node does to this traveller.
    #[must_use]
    pub fn node_passage(&self, tags: Tags<'_>) -> NodePassage {
        self.0.barriers.passage(&self.0.access, tags, &self.0.moment())
    }

    /// What a node costs this traveller, if it costs any time.
    #[must_use]
    pub fn node_delay(&self, tags: Tags<'_>) -> Option<NodeDelay> {
        let delay = NodeDelay::of(&self.0.barriers.delays, tags)?;
        (self.0.delays.of(delay.cause) > Millis::ZERO).then_some(delay)
    }

    /// What each cause of a delay costs.
    #[must_use]
    pub fn delays(&self) -> &Delays {
        &self.0.delays
    }

    /// How bends are taken; `None` where they do not matter, on foot.
    #[must_use]
    pub fn kinematics(&self) -> Option<&Kinematics> {
        self.0.kinematics.as_ref().filter(|_| self.0.settings.bends)
    }

    /// How important a road is: of two that meet, the higher goes first; 0 where
    /// it is none.
    #[must_use]
    pub fn class_rank(&self, tags: Tags<'_>) -> u8 {
        tags.value("highway")
            .and_then(|name| self.0.classes.get(name))
            .map_or(0, |class| class.rank)
    }

    /// Whether a way is the ring of a roundabout, whose traffic goes first.
    #[must_use]
    pub fn is_roundabout(&self, tags: Tags<'_>) -> bool {
        self.0.oneway.is_roundabout(tags)
    }

    /// What a turn restriction says to this traveller; `None` where it does not
    /// bind this one, or says nothing that is understood.
    #[must_use]
    pub fn turn_rule(&self, tags: Tags<'_>) -> Option<TurnRule> {
        self.0.turns.rule(tags, &self.0.moment())
    }

    /// Whether turn restrictions bind this traveller at all.
    #[must_use]
    pub fn turns_bind(&self) -> bool {
        self.0.turns.bind
    }

    /// The speed on foot between a place and the street it snaps to.
    #[must_use]
    pub fn walking_speed(&self) -> KmPerHour {
        self.0.settings.walking_kmh
    }

    /// How large a connected network must be for a place to snap to it: a
    /// length of streets, or a number of junctions, one of the two.
    #[must_use]
    pub fn smallest_network(&self) -> (Metres, usize) {
        let smallest = self.0.smallest_network;
        (smallest.metres, smallest.junctions)
    }
}
