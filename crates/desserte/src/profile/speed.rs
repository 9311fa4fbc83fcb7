//! How fast a stretch is travelled, and what decided it.
//!
//! A posted limit beats everything that is only presumed: one drives a declared
//! share of it, never beyond the cap of the class. Without a sign one drives the
//! speed of the class, held to the same share of the legal limit, and the lower
//! of the two decides. Where carriageways are apart the law allows more, whatever
//! the class. Then the ground: width, surface, smoothness, grade, water.

use super::SpeedSource;
use super::class::{ClassRule, Law};
use super::limit::{Limit, LimitRules, Signs};
use super::rules::Rules;
use super::setting::Setting;
use crate::osm::Tags;
use crate::units::KmPerHour;

type Found = (f64, SpeedSource);

/// The lower of two caps; the first where they are equal.
fn lower(one: Option<Found>, other: Option<Found>) -> Option<Found> {
    match (one, other) {
        (Some(one), Some(other)) if other.0 < one.0 => Some(other),
        (one, other) => one.or(other),
    }
}

/// Whether those who come the other way are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carriageways {
    /// They are not.
    Together,
    /// By a median.
    Parted,
    /// By a median, and the houses beside the road too.
    Express,
}

impl Carriageways {
    /// SOURCE: code de la route, R413-2: 110 where a median parts two carriageways. Each of them
    /// is drawn as a one-way street; on a road that mixes with others that may be any street.
    fn of(class: ClassRule, tags: Tags<'_>, is_two_way: bool) -> Self {
        let is_express = class.law != Law::Road || tags.has("motorroad", "yes");
        let is_parted = class.law == Law::Motorway
            || (is_express && !is_two_way)
            || tags.has("dual_carriageway", "yes");
        match (is_parted, is_express) {
            (false, _) => Self::Together,
            (true, false) => Self::Parted,
            (true, true) => Self::Express,
        }
    }
}

/// The speeds of one way.
pub(super) struct WaySpeeds<'a> {
    rules: &'a Rules,
    class: ClassRule,
    setting: Setting,
    /// The limits that apply, and the signs; none on foot.
    limits: Option<(&'a LimitRules, Signs<'a>)>,
    in_town: bool,
    carriageways: Carriageways,
    is_national: bool,
    grade: Option<f64>,
    /// The lowest of what surface, width and the like allow.
    cap: Option<Found>,
}

impl<'a> WaySpeeds<'a> {
    /// Reads all that the speed of a way depends on.
    pub(super) fn of(
        rules: &'a Rules,
        class: ClassRule,
        tags: Tags<'a>,
        setting: Setting,
        is_two_way: bool,
    ) -> Self {
        let limits = rules.limits.as_ref();
        let keys = rules.access.keys();
        let limits = limits.map(|limits| (limits, limits.signs(tags, keys, &rules.moment())));
        let stated = limits.as_ref().and_then(|(limits, signs)| limits.says_in_town(signs));
        let narrow = rules.narrow.as_ref().filter(|_| is_two_way);
        let narrow = narrow.and_then(|narrow| narrow.cap(tags));
        let is_track = tags.has("highway", "track");
        let grade = if is_track { tags.value("tracktype") } else { None };
        Self {
            rules,
            class,
            setting,
            in_town: stated.unwrap_or(setting.built_up),
            carriageways: Carriageways::of(class, tags, is_two_way),
            is_national: rules.limits.as_ref().is_some_and(|limits| limits.is_national(tags)),
            grade: grade.and_then(|grade| rules.track_grades.get(grade)).map(|kmh| kmh.0),
            cap: lower(narrow.map(|kmh| (kmh.0, SpeedSource::Width)), rules.caps.lowest(tags)),
            limits,
        }
    }

    /// The speed forward (0) and backward (1), each with what decided it.
    pub(super) fn both(&self) -> [(KmPerHour, SpeedSource); 2] {
        let forward = self.speed(0);
        match &self.limits {
            Some((_, signs)) if !signs.are_alike() => [forward, self.speed(1)],
            _ => [forward, forward],
        }
    }

    fn speed(&self, direction: usize) -> (KmPerHour, SpeedSource) {
        let (mut kmh, mut source) = match &self.limits {
            Some((limits, signs)) => self.driven(limits, signs, direction),
            None => self.by_class(self.class.speed(self.in_town).0),
        };
        if let Some((cap, why)) = self.cap.filter(|(cap, _)| *cap < kmh) {
            (kmh, source) = (cap, why);
        }
        (self.rules.settings.on_roads(kmh), source)
    }

    fn driven(&self, limits: &LimitRules, signs: &Signs<'_>, direction: usize) -> Found {
        match limits.limit(signs, direction, self.rural_limit(limits)) {
            Some(Limit::Posted(posted)) => {
                let in_town = self.is_slowed_by_town();
                let driven = limits.share(in_town) * posted.0;
                let cap = self.class.cap(in_town);
                if cap < driven {
                    (cap, SpeedSource::ClassCap)
                } else {
                    (driven, SpeedSource::PostedLimit)
                }
            }
            Some(Limit::Coded(legal)) => self.by_law(limits, legal, SpeedSource::LegalCode),
            None => self.by_law(limits, self.legal_default(limits), SpeedSource::LegalDefault),
        }
    }

    /// The speed of the class, held to a share of the legal limit.
    fn by_law(&self, limits: &LimitRules, legal: KmPerHour, source: SpeedSource) -> Found {
        let in_town = self.is_slowed_by_town();
        let mut class_kmh = self.class.speed(in_town).0;
        if self.class.follows_rural && !in_town {
            class_kmh *= legal.0 / limits.defaults.classes_stated_at.0;
            class_kmh = class_kmh.min(self.class.cap(in_town));
        }
        let driven = limits.share(in_town) * legal.0;
        let by_class = self.by_class(class_kmh);
        // A tie, up to the rounding of the product, is the law's.
        if driven <= by_class.0 + 1e-6 { (driven, source) } else { by_class }
    }

    fn by_class(&self, class_kmh: f64) -> Found {
        let Rules { settings, walked_at_kmh, .. } = self.rules;
        if let Some(grade) = self.grade {
            return (grade, SpeedSource::TrackType);
        }
        if self.class.walked {
            return (class_kmh * settings.walking_kmh.0 / walked_at_kmh.0, SpeedSource::Walk);
        }
        (class_kmh, SpeedSource::ClassDefault)
    }

    fn legal_default(&self, limits: &LimitRules) -> KmPerHour {
        let defaults = &limits.defaults;
        match (self.class.law, self.in_town) {
            (Law::Motorway, _) => defaults.motorway,
            (_, true) if self.carriageways == Carriageways::Express => defaults.express_in_town,
            (_, true) => defaults.town,
            _ if self.carriageways != Carriageways::Together => defaults.express,
            _ => self.rural_limit(limits),
        }
    }

    /// The limit out of town: the département's, but the state's on its own roads.
    fn rural_limit(&self, limits: &LimitRules) -> KmPerHour {
        if self.is_national { limits.defaults.national } else { self.setting.rural_kmh }
    }

    /// Houses beside an express road do not slow it: nobody steps out of them. Those beside a
    /// boulevard do.
    fn is_slowed_by_town(&self) -> bool {
        self.in_town && self.carriageways != Carriageways::Express
    }
}
