//! What has a mapper said of a way that its speed could rest on?
//!
//! Whether it decided is another question: a class may be driven more slowly
//! than its sign allows, and asphalt slows nobody. Here it only counts that
//! someone looked.

use crate::osm::Tags;

/// Keys of a limit that holds at any time.
const LIMITS: [&str; 6] = [
    "maxspeed",
    "maxspeed:forward",
    "maxspeed:backward",
    "maxspeed:vehicle",
    "maxspeed:motor_vehicle",
    "maxspeed:motorcar",
];

/// What the tags of a way bear witness to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// A limit with a number, in one direction at least.
    pub limit: bool,
    /// A surface, whatever it is.
    pub surface: bool,
}

impl Evidence {
    /// Looks through the tags of a way.
    ///
    /// ```
    /// use desserte::osm::TagPool;
    /// use desserte::profile::Evidence;
    ///
    /// let mut pool = TagPool::default();
    /// let lane = pool.insert([("maxspeed:backward", "30"), ("surface", "asphalt")]);
    /// assert_eq!(Evidence::of(pool.get(lane)), Evidence { limit: true, surface: true });
    /// let coded = pool.insert([("maxspeed", "FR:rural")]);
    /// assert_eq!(Evidence::of(pool.get(coded)), Evidence::default());
    /// ```
    #[must_use]
    pub fn of(tags: Tags<'_>) -> Self {
        let has_number = |key: &str| {
            tags.value(key)
                .is_some_and(|value| value.trim().starts_with(|c: char| c.is_ascii_digit()))
        };
        let limit = LIMITS.into_iter().any(has_number);
        Self { limit, surface: tags.value("surface").is_some() }
    }
}
