//! What a time surface and its outlines cost.
//!
//! Measured on a lattice of winding streets 27 km wide, 180 m apart, of 300,000
//! segments: about what thirty minutes by car reach in a large town. The best of
//! twelve rounds is printed, single-threaded, at three resolutions. What may
//! surprise: the outlines of three budgets cost a tenth of the surface.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use desserte::isochrone::{IsochroneError, SurfaceOptions, TimeSurface, Vertex};
use desserte::{KmPerHour, Metres, Millis};

/// Streets of a piece each, 180 m long, ridden away from the centre at 40 km/h.
fn lattice() -> Vec<Vec<Vertex>> {
    let mut seed = 1_u64;
    let mut shake = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as f64 / f64::from(1_u32 << 31) * 4.0
    };
    let mut street = |x: f64, y: f64, east: f64, north: f64| -> Vec<Vertex> {
        let vertex = |i: u32| {
            let along = f64::from(i) * 180.0 / 7.0;
            let (x, y) = (x + east * along + north * shake(), y + north * along + east * shake());
            Vertex { x, y, time: Millis((x.hypot(y) * 90.0) as u32) }
        };
        (0..=7).map(vertex).collect()
    };
    let corners = (-75..75).flat_map(|i| (-75..75).map(move |j| (i, j)));
    corners
        .flat_map(|(i, j)| {
            let (x, y) = (f64::from(i) * 180.0, f64::from(j) * 180.0);
            [street(x, y, 1.0, 0.0), street(x, y, 0.0, 1.0)]
        })
        .collect()
}

/// The time of a surface, and of its outlines at 10, 17 and 23 minutes.
fn measure(
    pieces: &[Vec<Vertex>],
    resolution: f64,
) -> Result<(Duration, Duration), IsochroneError> {
    let options = SurfaceOptions {
        resolution: Metres(resolution),
        offroad: Metres(300.0),
        walking: KmPerHour(4.0),
        limit: Millis(1_800_000),
    };
    let start = Instant::now();
    let surface = TimeSurface::from_pieces(pieces.iter().map(Vec::as_slice), options)?;
    let middle = Instant::now();
    for minutes in [10, 17, 23] {
        std::hint::black_box(surface.polygons(Millis(minutes * 60_000)));
    }
    Ok((middle - start, middle.elapsed()))
}

fn main() -> Result<(), IsochroneError> {
    let pieces = lattice();
    let segments: usize = pieces.iter().map(|piece| piece.len() - 1).sum();
    for resolution in [50.0, 100.0, 200.0] {
        let (mut surface, mut outlines) = (Duration::MAX, Duration::MAX);
        for _ in 0..12 {
            let round = measure(&pieces, resolution)?;
            (surface, outlines) = (surface.min(round.0), outlines.min(round.1));
        }
        let (surface, outlines) = (surface.as_secs_f64() * 1e3, outlines.as_secs_f64() * 1e3);
        println!(
            "{segments} segments at {resolution} m: surface {surface:.1} ms, three outlines {outlines:.1} ms"
        );
    }
    Ok(())
}
