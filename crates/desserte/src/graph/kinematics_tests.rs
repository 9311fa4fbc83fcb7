//! A straight, a hairpin, a sign: drives that can be worked out by hand.

use proptest::prelude::*;

use super::{Driver, Line, Way};
use crate::{
    profile::Kinematics,
    units::{KmPerHour, Metres},
};

const COMFORT: Kinematics = Kinematics {
    lateral: 2.2,
    acceleration: 1.0,
    braking: 1.5,
    astray_metres: Metres(4.0),
    window_metres: Metres(30.0),
    slowest_kmh: KmPerHour(10.0),
};

/// Seconds from the first point to each.
fn times(points: &[(f64, f64)], limits: &[f64]) -> Vec<f64> {
    let mut along = vec![0.0];
    for pair in points.windows(2) {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        along.push(along[along.len() - 1] + (bx - ax).hypot(by - ay));
    }
    let line = Line { points: points.iter().map(|&point| point.into()).collect(), along };
    let mut driver = Driver::new(COMFORT);
    driver.look_at(&line, f64::INFINITY);
    let mut times = vec![0.0; points.len()];
    driver.cut(&line.along, limits);
    driver.drive(Way::Along, |segment, seconds| times[segment + 1] += seconds);
    (1..times.len()).for_each(|point| times[point] += times[point - 1]);
    times
}

fn seconds(points: &[(f64, f64)], metres_a_second: f64) -> f64 {
    *times(points, &vec![metres_a_second; points.len() - 1]).last().unwrap()
}

/// An arc of a circle, by points so many metres apart.
fn arc(radius: f64, angle: f64, spacing: f64) -> Vec<(f64, f64)> {
    let count = (radius * angle / spacing).ceil() as usize;
    let at = |index: usize| {
        let angle = angle * index as f64 / count as f64;
        (radius * angle.sin(), radius * (1.0 - angle.cos()))
    };
    (0..=count).map(at).collect()
}

#[test]
fn a_straight_road_is_driven_at_its_limit() {
    assert!((seconds(&[(0.0, 0.0), (400.0, 0.0), (1000.0, 0.0)], 20.0) - 50.0).abs() < 1e-9);
}

#[test]
fn a_wide_bend_is_driven_at_the_speed_of_its_radius() {
    // Sixty metres of radius: sqrt(2.2 * 60) = 11.5 m/s.
    let bend = arc(60.0, std::f64::consts::PI, 12.0);
    let expected = 60.0 * std::f64::consts::PI / (2.2_f64 * 60.0).sqrt();
    let computed = seconds(&bend, 25.0);
    assert!((computed / expected - 1.0).abs() < 0.05, "{computed} s for {expected} s");
}

#[test]
fn one_brakes_before_a_sign_and_accelerates_after_it() {
    let points = [(0.0, 0.0), (1000.0, 0.0), (1100.0, 0.0), (2100.0, 0.0)];
    let times = times(&points, &[20.0, 10.0, 20.0]);
    // Braking from 20 to 10 m/s takes 100 m and 6.67 s, accelerating back 150 m and 10 s.
    let expected = 900.0 / 20.0 + 10.0 / 1.5 + 10.0 + 10.0 + 850.0 / 20.0;
    assert!((times[3] - expected).abs() < 1e-9);
    assert!((times[1] - (45.0 + 10.0 / 1.5)).abs() < 1e-9);
}

#[test]
fn a_hairpin_is_taken_at_twenty_kilometres_an_hour() {
    // Twelve metres of radius between two straights.
    let mut points = vec![(-200.0, 0.0)];
    points.extend(arc(12.0, std::f64::consts::PI, 4.0));
    points.push((-200.0, 24.0));
    let times = times(&points, &vec![80.0 / 3.6; points.len() - 1]);
    let in_the_bend = times[points.len() - 2] - times[1];
    let speed = 12.0 * std::f64::consts::PI / in_the_bend * 3.6;
    assert!((15.0..25.0).contains(&speed), "{speed} km/h");
}

#[test]
fn points_on_a_straight_line_change_nothing() {
    let corner = [(0.0, 0.0), (300.0, 0.0), (300.0, 300.0)];
    let dense: Vec<(f64, f64)> = (0..=60)
        .map(|step| f64::from(step) * 10.0)
        .map(|along| if along <= 300.0 { (along, 0.0) } else { (300.0, along - 300.0) })
        .collect();
    assert!((seconds(&corner, 22.0) - seconds(&dense, 22.0)).abs() < 1e-6);
}

#[test]
fn repeated_points_and_turning_on_the_spot_take_a_finite_time() {
    let points = [(0.0, 0.0), (0.0, 0.0), (50.0, 0.0), (50.0, 0.0), (0.0, 0.0)];
    let times = times(&points, &[10.0; 4]);
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1] && pair[1].is_finite()));
    assert!(times[4] > 10.0);
}

proptest! {
    #[test]
    fn drawing_a_bend_with_half_the_points_changes_its_time_by_two_per_cent_at_most(
        radius in 15.0..400.0_f64,
        angle in 0.5..3.0_f64,
        limit in 8.0..25.0_f64,
    ) {
        // Half of the points leave corners that stray by three metres, and of twenty degrees, at most.
        let spacing = (24.0 * radius).sqrt().min(radius / 3.0) / 2.0;
        let leg = |points: Vec<(f64, f64)>| {
            let (x, y) = points[points.len() - 1];
            let end = (x + 300.0 * angle.cos(), y + 300.0 * angle.sin());
            [vec![(-300.0, 0.0)], points, vec![end]].concat()
        };
        let fine = seconds(&leg(arc(radius, angle, spacing)), limit);
        let coarse = seconds(&leg(arc(radius, angle, 2.0 * spacing)), limit);
        prop_assert!((fine / coarse - 1.0).abs() <= 0.02, "{fine} s and {coarse} s");
    }

    #[test]
    fn a_winding_road_takes_the_same_time_with_twice_the_points(
        bends in prop::collection::vec((20.0..150.0_f64, -2.5..2.5_f64, 20.0..200.0_f64), 8..16),
    ) {
        let (mut points, mut heading) = (vec![(0.0, 0.0)], 0.0_f64);
        for (radius, turn, straight) in bends {
            let steps = (radius * turn.abs() / (radius / 4.0).min(25.0)).ceil().max(1.0);
            for step in 0..=steps as usize {
                let length = if step == 0 { straight } else { radius * turn.abs() / steps };
                let (x, y) = points[points.len() - 1];
                points.push((x + length * heading.cos(), y + length * heading.sin()));
                heading += if step == 0 { 0.0 } else { turn / steps };
            }
        }
        let between = points.windows(2).flat_map(|pair| {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            [(ax, ay), (f64::midpoint(ax, bx), f64::midpoint(ay, by))]
        });
        let dense: Vec<(f64, f64)> = between.chain(points.last().copied()).collect();
        let (sparse, dense) = (seconds(&points, 22.0), seconds(&dense, 22.0));
        prop_assert!((sparse / dense - 1.0).abs() <= 0.02, "{sparse} s and {dense} s");
    }

    #[test]
    fn raising_a_limit_never_makes_a_drive_longer(
        turns in prop::collection::vec((20.0..200.0_f64, -2.0..2.0_f64, 5.0..30.0_f64), 2..12),
        raised in 0..12_usize,
    ) {
        let (mut points, mut heading) = (vec![(0.0, 0.0)], 0.0_f64);
        for (length, turn, _) in &turns {
            heading += turn;
            let (x, y) = points[points.len() - 1];
            points.push((x + length * heading.cos(), y + length * heading.sin()));
        }
        let mut limits: Vec<f64> = turns.iter().map(|(.., limit)| *limit).collect();
        let before = *times(&points, &limits).last().unwrap();
        let raised = raised % limits.len();
        limits[raised] *= 1.5;
        let after = *times(&points, &limits).last().unwrap();
        prop_assert!(after <= before + 1e-9);
    }
}

/// Radius, degrees, metres between points.
const BENDS: [(f64, f64, f64); 8] = [
    (12.0, 180.0, 4.0),
    (30.0, 90.0, 8.0),
    (60.0, 90.0, 30.0),
    (100.0, 60.0, 30.0),
    (150.0, 45.0, 20.0),
    (150.0, 45.0, 30.0),
    (200.0, 60.0, 40.0),
    (400.0, 40.0, 40.0),
];

#[test]
fn a_bend_between_straights_takes_as_long_drawn_by_the_metre_or_by_a_few_points() {
    for (radius, degrees, spacing) in BENDS {
        let angle = f64::to_radians(degrees);
        let drawn = |spacing| {
            let points = arc(radius, angle, spacing);
            let (x, y) = points[points.len() - 1];
            let end = (x + 400.0 * angle.cos(), y + 400.0 * angle.sin());
            seconds(&[vec![(-400.0, 0.0)], points, vec![end]].concat(), 20.0)
        };
        for spacing in [spacing, 2.0 * spacing] {
            let change = drawn(spacing) / drawn(1.0) - 1.0;
            assert!(change.abs() < 0.013, "{radius} m, {degrees} degrees, {spacing} m: {change}");
        }
    }
}
