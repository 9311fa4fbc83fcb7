//! What a way is to the traveller: class, access, direction, speed and ground put together.

use super::access::{Stated, Statement, Verdict};
use super::class::{self, ClassRule};
use super::mark::Marked;
use super::rules::Rules;
use super::speed::WaySpeeds;
use super::{FerryTerms, Ground, Lane, Profile, Setting, SpeedSource, WayUse, ferry, ground};
use crate::osm::Tags;
use crate::units::{KmPerHour, Millis};

impl Profile {
    /// What a way is to this traveller; `None` where it may be used in no direction.
    ///
    /// Its speeds depend on the setting, its access and directions never do.
    #[must_use]
    pub fn way_use(&self, tags: Tags<'_>, setting: Setting) -> Option<WayUse> {
        let Rules { ferry, classes, service_kinds, .. } = &self.0;
        let way = if ferry.is_ferry(tags) {
            self.ferry_use(tags)?
        } else {
            self.road_use(class::class_of(classes, service_kinds, tags)?, tags, setting)?
        };
        (way.forward.is_some() || way.backward.is_some()).then_some(way)
    }

    fn road_use(&self, class: ClassRule, tags: Tags<'_>, setting: Setting) -> Option<WayUse> {
        let Rules { access, oneway, marks, vehicle, settings, .. } = &self.0;
        let moment = self.0.moment();
        let marked = Marked::of(marks, settings.season, tags);
        let default = class.access.min(marked.default);
        let Stated { forward, backward } = access.stated(tags, &moment);
        let decide = |stated| access.decide(stated, default).min(marked.most).to_access();
        let is_opened = [forward, backward].map(|stated| access.opens_one_way(stated));
        let open = oneway.directions(tags, class.oneway, is_opened, &moment);
        let accesses =
            [decide(forward).filter(|_| open.forward), decide(backward).filter(|_| open.backward)];
        // PERF: most ways that a mode may not use stop here, before any speed is read.
        if accesses == [None, None] || vehicle.as_ref().is_some_and(|size| !size.fits(tags)) {
            return None;
        }
        let is_two_way = open.forward && open.backward;
        let speeds = WaySpeeds::of(&self.0, class, tags, setting, is_two_way).both();
        let lane = |direction: usize, stated: Option<Statement>| {
            let (speed, source) = match stated {
                Some(statement) if statement.is_dismounted => self.walked(speeds[direction]),
                _ => speeds[direction],
            };
            accesses[direction].map(|access| Lane { access, speed, source })
        };
        Some(WayUse {
            forward: lane(0, forward),
            backward: lane(1, backward),
            ground: ground::of_road(tags),
            rank: class.rank,
            is_roundabout: oneway.is_roundabout(tags),
            ferry: None,
        })
    }

    /// The speed of someone who pushes what he rides.
    fn walked(&self, ridden: (KmPerHour, SpeedSource)) -> (KmPerHour, SpeedSource) {
        let settings = &self.0.settings;
        let walking = settings.on_roads(settings.walking_kmh.0);
        if walking < ridden.0 { (walking, SpeedSource::Walk) } else { ridden }
    }

    fn ferry_use(&self, tags: Tags<'_>) -> Option<WayUse> {
        let Rules { ferry, access, oneway, settings, marks, .. } = &self.0;
        if !settings.ferries {
            return None;
        }
        let moment = self.0.moment();
        let marked = Marked::of(marks, settings.season, tags);
        let (forward, backward) = ferry.verdicts(access, tags, &moment);
        let open = oneway.directions(tags, false, [false; 2], &moment);
        let duration = tags.value("duration").and_then(ferry::duration);
        let source = match duration {
            Some(_) => SpeedSource::FerryDuration,
            None => SpeedSource::FerryDefault,
        };
        let lane = |is_open: bool, verdict: Verdict| {
            let verdict = verdict.min(marked.default).min(marked.most);
            let access = verdict.to_access().filter(|_| is_open)?;
            Some(Lane { access, speed: ferry.kmh, source })
        };
        let wait = Millis::from_minutes(settings.ferry_wait_minutes).unwrap_or(Millis::ZERO);
        Some(WayUse {
            forward: lane(open.forward, forward),
            backward: lane(open.backward, backward),
            ground: Ground::Ferry,
            rank: 0,
            is_roundabout: false,
            ferry: Some(FerryTerms { duration, wait }),
        })
    }
}
