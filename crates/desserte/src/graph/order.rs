//! In which order do junctions lie in memory?
//!
//! Along a Hilbert curve, so that junctions near one another on the ground are
//! near one another in memory, and a search finds its next arcs in the cache. What
//! that saves against another order has no bench here yet.

use crate::units::LonLat;

/// Cells along one side of the curve's square.
const SIDE: u32 = 1 << 16;

/// The permutation that sorts positions along the curve: the old index of each new one.
pub(super) fn along_hilbert(positions: &[LonLat]) -> Vec<u32> {
    let (west, south) = positions.iter().fold((i32::MAX, i32::MAX), |(west, south), position| {
        (west.min(position.lon), south.min(position.lat))
    });
    let extent = positions.iter().fold(1, |extent, position| {
        extent.max(position.lon.abs_diff(west)).max(position.lat.abs_diff(south))
    });
    let cell = |value: i32, origin: i32| {
        (u64::from(value.abs_diff(origin)) * u64::from(SIDE - 1) / u64::from(extent)) as u32
    };
    let mut order: Vec<(u32, u32)> = positions
        .iter()
        .zip(0..)
        .map(|(position, index)| {
            (hilbert(cell(position.lon, west), cell(position.lat, south)), index)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

/// How far along the curve a cell lies.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut along = 0;
    let mut side = SIDE / 2;
    while side > 0 {
        let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
        along += side * side * ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = (SIDE - 1) - x;
                y = (SIDE - 1) - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_along_the_curve_touch() {
        let mut cells: Vec<_> =
            (0..16_u32).flat_map(|x| (0..16_u32).map(move |y| (hilbert(x, y), x, y))).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1);
        }
    }
}
