//! What a way is to the traveller: class, access, direction, speed and ground put together.

use super::access::Verdict;
use super::class::{self, ClassRule};
use super::rules::Rules;
use super::{FerryTerms, Ground, Lane, Profile, Setting, SpeedSource, WayUse, ground, speed};
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
            self.road_use(class::class_of(classes, service_kinds, tags)?, tags, setting)
        };
        (way.forward.is_some() || way.backward.is_some()).then_some(way)
    }

    fn road_use(&self, class: ClassRule, tags: Tags<'_>, setting: Setting) -> WayUse {
        let Rules { access, oneway, .. } = &self.0;
        let stated = access.stated(tags);
        let open = oneway.directions(tags, class.oneway);
        let lane = |is_open: bool, stated, limit_key| {
            let access = access.decide(stated, class.access).to_access().filter(|_| is_open)?;
            let (speed, source) = self.speed(&class, tags, setting, limit_key);
            Some(Lane { access, speed, source })
        };
        WayUse {
            forward: lane(open.forward, stated.forward, "maxspeed:forward"),
            backward: lane(open.backward, stated.backward, "maxspeed:backward"),
            ground: ground::of_road(tags),
            rank: class.rank,
            is_roundabout: oneway.is_roundabout(tags),
            ferry: None,
        }
    }

    fn speed(
        &self,
        class: &ClassRule,
        tags: Tags<'_>,
        setting: Setting,
        limit_key: &str,
    ) -> (KmPerHour, SpeedSource) {
        let Rules { limits, settings, .. } = &self.0;
        let limit = limits.limit(tags, limit_key, setting.rural_kmh);
        speed::speed(limits, settings, class, limit)
    }

    fn ferry_use(&self, tags: Tags<'_>) -> Option<WayUse> {
        let Rules { ferry, access, oneway, settings, .. } = &self.0;
        if !settings.ferries {
            return None;
        }
        let (forward, backward) = ferry.verdicts(access, tags);
        let open = oneway.directions(tags, false);
        let lane = |is_open: bool, verdict: Verdict| {
            let access = verdict.to_access().filter(|_| is_open)?;
            Some(Lane { access, speed: ferry.kmh, source: SpeedSource::FerryDefault })
        };
        Some(WayUse {
            forward: lane(open.forward, forward),
            backward: lane(open.backward, backward),
            ground: Ground::Ferry,
            rank: 0,
            is_roundabout: false,
            ferry: Some(FerryTerms { duration: None, wait: Millis::ZERO }),
        })
    }
}
