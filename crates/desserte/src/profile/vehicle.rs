//! How large the vehicle is, where a road is too small for some.

use serde::{Deserialize, Serialize};

use super::error::ProfileError;
use super::rules::check_range;
use crate::osm::Tags;

const METRES_PER_FOOT: f64 = 0.3048;
const FEET_PER_INCH: f64 = 1.0 / 12.0;
const TONNES_PER_POUND: f64 = 0.000_453_592_37;

/// The size of a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vehicle {
    width_metres: f64,
    height_metres: f64,
    length_metres: f64,
    weight_tonnes: f64,
}

impl Vehicle {
    /// Whether it passes where a sign or a wall says how large one may be.
    pub(super) fn fits(&self, tags: Tags<'_>) -> bool {
        tags.iter().all(|(key, value)| {
            let Some(what) = key.strip_prefix("max") else { return true };
            let what = what.strip_suffix(":physical").unwrap_or(what);
            self.size(what).is_none_or(|size| least(value).is_none_or(|most| size <= most))
        })
    }

    /// Its size, by the word that a sign has for it.
    pub(super) fn size(&self, what: &str) -> Option<f64> {
        match what {
            "width" => Some(self.width_metres),
            "height" => Some(self.height_metres),
            "length" => Some(self.length_metres),
            "weight" | "weightrating" => Some(self.weight_tonnes),
            _ => None,
        }
    }

    pub(super) fn check(&self) -> Result<(), ProfileError> {
        check_range("vehicle.width_metres", self.width_metres, 0.1..=5.0)?;
        check_range("vehicle.height_metres", self.height_metres, 0.1..=10.0)?;
        check_range("vehicle.length_metres", self.length_metres, 0.1..=50.0)?;
        check_range("vehicle.weight_tonnes", self.weight_tonnes, 0.01..=100.0)
    }
}

/// The least of several sizes, since it is somewhere on the way.
pub(super) fn least(text: &str) -> Option<f64> {
    text.split(';').filter_map(quantity).min_by(f64::total_cmp)
}

/// A length in metres or a weight in tonnes; `None` where the text is neither.
pub(super) fn quantity(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let end = text.find(|c| !digits(c)).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.replace(',', ".").parse().ok()?;
    let unit = unit.trim();
    let size = match unit {
        "" | "m" | "t" | "metres" | "meters" | "tonnes" => number,
        "cm" => number / 100.0,
        "kg" => number / 1000.0,
        "lbs" | "lb" => number * TONNES_PER_POUND,
        "ft" | "'" => number * METRES_PER_FOOT,
        _ => {
            let inches: f64 =
                unit.strip_prefix('\'')?.trim().strip_suffix('"')?.trim().parse().ok()?;
            (number + inches * FEET_PER_INCH) * METRES_PER_FOOT
        }
    };
    (size.is_finite() && size > 0.0).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_with_its_unit() {
        for (text, size) in [
            ("2.1", 2.1),
            ("2,1 m", 2.1),
            ("210 cm", 2.1),
            ("3.5t", 3.5),
            ("1500 kg", 1.5),
            ("6'6\"", 1.9812),
        ] {
            assert!((quantity(text).unwrap() - size).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn of_several_sizes_the_least_counts() {
        assert_eq!(least("6;4,5 m"), Some(4.5));
        assert_eq!(least("6;unknown"), Some(6.0));
        assert_eq!(least("unknown"), None);
    }

    #[test]
    fn what_is_no_size_is_none() {
        for text in
            ["", "default", "none", "below_default", "-2", "0", "2.1.1", "6'x\"", "2 apples"]
        {
            assert_eq!(quantity(text), None, "{text}");
        }
    }
}
