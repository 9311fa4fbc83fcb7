//! What would one more site give, were it at this junction, or this, or any?
//!
//! A tree of times is grown from each place of demand, sixteen at once down the
//! hierarchy. As the trees come, the times at each junction are turned into
//! people and minutes and added up, so that no matrix is kept: its size would be
//! demand times junctions. The times are those of the matrix to a site at the
//! junction, so the best junction is as good as any candidate at a junction; a
//! candidate inside a street is nearer than its ends to those who come by the one
//! and the other.
//!
//! Demand is worked on in parallel, in blocks that depend on the sizes alone, and
//! their sums are added in order: no answer depends on the number of threads.

use rayon::prelude::*;

use crate::{
    graph::{Heading, Hierarchy, JunctionId, Link, Place, RoadNetwork},
    indicator::check_amounts,
    matrix::{Nearest, Question, TripDirection, nearest},
    search::{Selection, WideSweep},
    units::Millis,
    watch::{Interrupted, Phase, Watch},
};

use super::{
    error::SitingError,
    spots::Spots,
    tally::{DirectTrips, Gain, Outing, Sums, Tally, Wish},
};

/// Where people are, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// The places; those off the network gain nothing.
    pub places: &'a [Place],
    /// One number a place.
    pub people: &'a [f64],
}

/// What is asked of a surface besides its demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurfaceQuestion {
    /// Within this time, inclusive, people are covered.
    pub limit: Millis,
    /// Which way the trips go, seen from the demand.
    pub direction: TripDirection,
    /// What a trip is taken to last where no existing site can be reached, a day at most; `None`:
    /// nobody there saves time.
    pub unserved: Option<Millis>,
}

/// What a site at each junction would give.
#[derive(Clone, Debug, PartialEq)]
pub struct SitingSurface {
    /// The junctions where a site could stand, ascending.
    pub junctions: Vec<JunctionId>,
    /// People who would be within the limit and are not yet, by junction.
    pub new_people: Vec<f64>,
    /// Minutes that their trips would be shorter, all people together, by junction.
    pub person_minutes_saved: Vec<f64>,
    /// The time to the nearest existing site, by place of demand; [`Millis::INFINITY`] where there is none.
    pub before: Vec<Millis>,
}

/// Finds what one more site would give at each junction; the network is prepared for it.
///
/// # Errors
///
/// Where people are negative or not one number a place, or where the watch was cancelled.
///
/// # Complexity
///
/// A sweep over the network for sixteen places of demand, and memory for two sums a junction in each
/// of sixteen blocks at most.
pub fn siting_surface(
    network: &RoadNetwork,
    demand: Demand<'_>,
    existing: &[Place],
    question: SurfaceQuestion,
    watch: &Watch,
) -> Result<SitingSurface, SitingError> {
    check_amounts("demand", demand.people, (demand.places.len(), "places"))?;
    let hierarchy = network.prepare(watch)?;
    let before = times_before(network, demand.places, existing, (question, watch))?;
    let spots = Spots::on(network, hierarchy);
    let territory =
        Territory { network, hierarchy, spots: &spots, demand, before: &before, question };
    let order = territory.by_locality();
    watch.begin(Phase::Searching, order.len() as u64);
    let sums = territory.sums(&order, watch)?;
    let mut new_people = vec![0.0; spots.len()];
    let mut person_minutes_saved = vec![0.0; spots.len()];
    for (&row, [people, person_millis]) in spots.rows.iter().zip(sums) {
        new_people[row as usize] = people;
        person_minutes_saved[row as usize] = person_millis / 60_000.0;
    }
    let junctions = spots.junctions.clone();
    Ok(SitingSurface { junctions, new_people, person_minutes_saved, before })
}

/// The time between each place and the nearest site that is there.
fn times_before(
    network: &RoadNetwork,
    places: &[Place],
    existing: &[Place],
    (question, watch): (SurfaceQuestion, &Watch),
) -> Result<Vec<Millis>, SitingError> {
    if existing.is_empty() {
        return Ok(vec![Millis::INFINITY; places.len()]);
    }
    let trips = Question { direction: question.direction, ..Question::default() };
    let found = nearest(network, places, existing, (1, trips), watch)?;
    let time = |row: &Nearest| row.found.first().map_or(Millis::INFINITY, |&(time, _)| time);
    Ok(found.iter().map(time).collect())
}

/// More blocks than most machines have cores.
const MOST_BLOCKS: usize = 16;
/// What the sums of all blocks may take, unless there are but two.
const SUMS_IN_MEMORY: usize = 1 << 28;

/// What all sweeps of a surface share.
struct Territory<'a> {
    network: &'a RoadNetwork,
    hierarchy: &'a Hierarchy,
    spots: &'a Spots,
    demand: Demand<'a>,
    before: &'a [Millis],
    question: SurfaceQuestion,
}

impl Territory<'_> {
    /// The places that have something to gain, neighbours one after the other.
    fn by_locality(&self) -> Vec<u32> {
        let first =
            |place: &Place| Some(self.network.departures(place.snap.as_ref()?).next()?.node);
        let mut order: Vec<u32> = (0..self.demand.places.len() as u32)
            .filter(|&place| self.demand.people[place as usize] > 0.0)
            .filter(|&place| self.demand.places[place as usize].snap.is_some())
            .collect();
        order.sort_by_cached_key(|&place| first(&self.demand.places[place as usize]));
        order
    }

    /// What a site on each spot gives to some places.
    ///
    /// INVARIANT: blocks follow from the number of places and spots, and are added in their
    /// order, so that the sums are the same for any number of threads.
    fn sums(&self, order: &[u32], watch: &Watch) -> Result<Vec<Sums>, Interrupted> {
        let in_memory = SUMS_IN_MEMORY / (size_of::<Sums>() * self.spots.len().max(1));
        let blocks = in_memory.clamp(2, MOST_BLOCKS);
        let batches = order.len().div_ceil(WideSweep::SOURCES).div_ceil(blocks).max(1);
        let of_blocks: Vec<Vec<Sums>> = order
            .par_chunks(batches * WideSweep::SOURCES)
            .map(|block| self.sums_of_block(block, watch))
            .collect::<Result<_, _>>()?;
        let mut blocks = of_blocks.into_iter();
        let mut total = blocks.next().unwrap_or_else(|| vec![[0.0; 2]; self.spots.len()]);
        for block in blocks {
            for (sums, [people, person_millis]) in total.iter_mut().zip(block) {
                sums[0] += people;
                sums[1] += person_millis;
            }
        }
        Ok(total)
    }

    fn sums_of_block(&self, block: &[u32], watch: &Watch) -> Result<Vec<Sums>, Interrupted> {
        let mut sums = vec![[0.0; 2]; self.spots.len()];
        let mut sweep = WideSweep::on(self.network, self.hierarchy);
        let mut there = Vec::new();
        for places in block.chunks(WideSweep::SOURCES) {
            let gain = Gain::of(places.iter().map(|&place| self.wish(place)), self.question.limit);
            there.clear();
            if self.question.direction == TripDirection::Both {
                let direct = self.sweep(&mut sweep, places, Heading::Forward);
                let mut outing = Outing { direct, times: &mut there };
                sweep.visit(self.spots.readings(Heading::Forward), &mut outing);
            }
            let heading = match self.question.direction {
                TripDirection::From => Heading::Forward,
                TripDirection::To | TripDirection::Both => Heading::Backward,
            };
            let direct = self.sweep(&mut sweep, places, heading);
            let mut tally = Tally { gain: &gain, direct, there: &there, sums: &mut sums };
            sweep.visit(self.spots.readings(heading), &mut tally);
            watch.step(places.len() as u64)?;
        }
        Ok(sums)
    }

    /// Grows the trees of some places; gives the trips that are in none.
    fn sweep(&self, sweep: &mut WideSweep, places: &[u32], heading: Heading) -> DirectTrips {
        let sources = places.iter().map(|&place| self.links(place, heading));
        sweep.run(&Selection::everything(self.hierarchy, heading), sources);
        let trips = places.iter().enumerate().flat_map(|(lane, &place)| {
            let place = &self.demand.places[place as usize];
            self.spots.beside(place).filter_map(move |spot| {
                let site = self.spots.place(self.network, spot);
                let time = match heading {
                    Heading::Forward => self.network.direct(place, &site),
                    Heading::Backward => self.network.direct(&site, place),
                };
                Some((spot, lane, time?))
            })
        });
        DirectTrips::of(trips)
    }

    /// Where trips of a place join the graph.
    fn links(&self, place: u32, heading: Heading) -> Vec<Link> {
        let Some(snap) = &self.demand.places[place as usize].snap else { return Vec::new() };
        match heading {
            Heading::Forward => self.network.departures(snap).collect(),
            Heading::Backward => self.network.arrivals(snap).collect(),
        }
    }

    fn wish(&self, place: u32) -> Wish {
        let place = place as usize;
        let before = self.before[place];
        let saves_from = if before.is_reached() { Some(before) } else { self.question.unserved };
        let saves_from = saves_from.map(|time| time.min(Millis::DAY));
        Wish { people: self.demand.people[place], before, saves_from }
    }
}
