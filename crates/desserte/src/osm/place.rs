//! Where do people live?
//!
//! Places are what `place=*` says is inhabited. Most are nodes; where a place is
//! drawn as an area, it becomes a point on it. A village that stands in the map
//! twice, as a node and as an area, is returned twice, under its two ids.

use std::path::PathBuf;

use super::OsmId;
use super::clip::Clip;
use super::error::OsmError;
use super::point::{PointFeatures, read_points};
use super::selection::{Interest, RawTags, Selection};
use super::tags::Tags;
use crate::units::LonLat;
use crate::watch::Watch;

/// The kinds of places where people live. A locality has a name and nobody in it; an islet, a
/// region or a county is no place one sets out from.
const INHABITED: [&str; 9] = [
    "city",
    "town",
    "village",
    "hamlet",
    "isolated_dwelling",
    "farm",
    "suburb",
    "quarter",
    "neighbourhood",
];

const PLACES: Selection = Selection {
    relation: |tags| if is_inhabited(tags) { Interest::BOTH } else { Interest::NONE },
    way: |tags| Interest::tags_if(is_inhabited(tags)),
    node: |tags| Interest::tags_if(is_inhabited(tags)),
    lone_node: |tags| Interest::tags_if(is_inhabited(tags)),
    keeps_key: |key| matches!(key, "place" | "name" | "population" | "ref:INSEE"),
};

/// A place where people live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its identity.
    pub id: OsmId,
    /// Where it is.
    pub position: LonLat,
    /// Its name.
    pub name: Option<String>,
    /// What it is called on the map: city, town, village, hamlet, isolated dwelling, farm, suburb,
    /// quarter or neighbourhood, as the tag `place` spells it.
    pub place: String,
    /// How many people live there, where the map says so in a way that can be read.
    pub population: Option<u32>,
    /// Code of its commune, where the map says so.
    pub insee_code: Option<String>,
}

/// Reads the inhabited places of one or several PBF files.
///
/// No place at all is an answer, not an error.
///
/// # Errors
///
/// A file that is missing, not a PBF file, cut short or damaged; a clip that
/// means nothing.
pub fn read_places(
    paths: &[PathBuf],
    clip: Option<&Clip>,
    watch: &Watch,
) -> Result<PointFeatures<Place>, OsmError> {
    read_points(paths, clip, watch, &PLACES, describe)
}

fn describe(id: OsmId, position: LonLat, tags: Tags<'_>) -> Option<Place> {
    let text = |key| tags.value(key).map(str::trim).filter(|value| !value.is_empty());
    Some(Place {
        id,
        position,
        name: text("name").map(str::to_owned),
        place: tags.value("place")?.to_owned(),
        population: text("population").and_then(count),
        insee_code: text("ref:INSEE").map(str::to_owned),
    })
}

fn is_inhabited(tags: &RawTags<'_>) -> bool {
    tags.value("place").is_some_and(|kind| INHABITED.contains(&kind))
}

/// The number a text begins with, its thousands apart or not: `1234`, `1 234`, `1.234 (2019)`, `~200`.
pub(super) fn count(text: &str) -> Option<u32> {
    let text = text.trim_start_matches(['~', '≈', ' ']);
    let is_separator = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | ',' | '\'' | '’');
    let mut digits = String::new();
    let mut rest = text;
    loop {
        let run = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        // After a separator, three digits go on with the number; anything else does not.
        if run == 0 || (!digits.is_empty() && run != 3) {
            break;
        }
        digits.push_str(&rest[..run]);
        match rest[run..].strip_prefix(is_separator) {
            Some(after) => rest = after,
            None => break,
        }
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn a_population_is_read_however_it_is_written() {
        let read = ["1234", "1 234", "1.234 (2019)", "1\u{202f}234", "~1234", "1234;2019", "1,234"];
        assert!(read.into_iter().all(|text| count(text) == Some(1_234)), "{read:?}");
        assert_eq!(count("12 345 678"), Some(12_345_678));
        assert_eq!(count("350 2019"), Some(350));
        assert_eq!(count("12.5"), Some(12));
    }

    #[test]
    fn a_population_that_is_no_number_is_unknown() {
        let unread = ["", "many", "-5", "99999999999", "(1234)", "?"];
        assert!(unread.into_iter().all(|text| count(text).is_none()), "{unread:?}");
    }
}
