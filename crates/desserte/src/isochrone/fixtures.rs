//! Networks to test surfaces on, and the definition worked out the slow way.

use crate::units::{KmPerHour, Metres, Millis};

use super::surface::{SurfaceOptions, TimeSurface, Vertex};

/// A reached street, as a list of vertices.
pub(super) type Piece = Vec<Vertex>;

/// Numbers that look random and are the same on every machine.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// The next number between 0 and 1.
    pub(super) fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.roll()
    }
}

/// A network at 100 metres, 300 metres off the street, walking at 4 km/h.
pub(super) fn options(minutes: f64) -> SurfaceOptions {
    SurfaceOptions {
        resolution: Metres(100.0),
        offroad: Metres(300.0),
        walking: KmPerHour(4.0),
        limit: Millis::from_minutes(minutes).unwrap(),
    }
}

pub(super) fn vertex(x: f64, y: f64, millis: u32) -> Vertex {
    Vertex { x, y, time: Millis(millis) }
}

pub(super) fn surface(pieces: &[Piece], options: SurfaceOptions) -> TimeSurface {
    TimeSurface::from_pieces(pieces.iter().map(Vec::as_slice), options).unwrap()
}

/// Winding streets in a square, each with its own start time and speed.
pub(super) fn winding_streets(dice: &mut Dice, count: usize, width: f64) -> Vec<Piece> {
    let street = |dice: &mut Dice| {
        let (mut x, mut y) = (dice.between(0.0, width), dice.between(0.0, width));
        let mut heading = dice.between(0.0, std::f64::consts::TAU);
        let mut time = dice.between(0.0, 1_200_000.0);
        let pace = dice.between(36.0, 400.0);
        let mut piece = vec![vertex(x, y, time as u32)];
        for _ in 0..(2 + (dice.roll() * 30.0) as usize) {
            let length = dice.between(5.0, 120.0);
            heading += dice.between(-0.9, 0.9);
            (x, y, time) =
                (x + heading.cos() * length, y + heading.sin() * length, time + pace * length);
            piece.push(vertex(x, y, time as u32));
        }
        piece
    };
    (0..count).map(|_| street(dice)).collect()
}

/// The definition: the least over all places within the walking limit, searched
/// by thirds on each segment.
pub(super) fn ground_time(pieces: &[Piece], options: &SurfaceOptions, x: f64, y: f64) -> f64 {
    let lone = pieces.iter().filter(|piece| piece.len() == 1).map(|piece| (piece[0], piece[0]));
    let pairs = pieces.iter().flat_map(|piece| piece.windows(2)).map(|pair| (pair[0], pair[1]));
    pairs.chain(lone).map(|(a, b)| time_from(a, b, options, (x, y))).fold(f64::INFINITY, f64::min)
}

fn time_from(a: Vertex, b: Vertex, options: &SurfaceOptions, (x, y): (f64, f64)) -> f64 {
    let pace = 3600.0 / options.walking.0;
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let away = |s: f64| (a.x + s * dx - x).hypot(a.y + s * dy - y);
    let time = |s: f64| {
        f64::from(a.time.0) + s * (f64::from(b.time.0) - f64::from(a.time.0)) + pace * away(s)
    };
    let square = dx * dx + dy * dy;
    let foot = if square > 0.0 { ((x - a.x) * dx + (y - a.y) * dy) / square } else { 0.0 };
    let height = away(foot);
    if height > options.offroad.0 {
        return f64::INFINITY;
    }
    let room = options.offroad.0.powi(2) - height.powi(2);
    let half = if square > 0.0 { (room / square).sqrt() } else { 0.0 };
    let (mut low, mut high) = ((foot - half).max(0.0), (foot + half).min(1.0));
    if low > high {
        return f64::INFINITY;
    }
    for _ in 0..40 {
        let third = (high - low) / 3.0;
        if time(low + third) <= time(high - third) { high -= third } else { low += third }
    }
    time(f64::midpoint(low, high))
}
