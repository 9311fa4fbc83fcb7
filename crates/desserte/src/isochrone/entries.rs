//! When is each street entered first, and by whom?
//!
//! A place for every use of a street of the network, and a mark for those that were
//! entered, so that a short trip in a large country pays for what it reaches. The
//! marks, a bit each, give back what was entered in the order of the streets.

use crate::{
    graph::{RoadNetwork, StreetUse},
    scratch::Lease,
};

/// When a street is entered, and by whom.
pub(super) type Entry = (u32, u32);

/// By nobody.
const NEVER: Entry = (u32::MAX, u32::MAX);

/// The first entry of each use of a street, in memory that rests between two questions.
#[derive(Debug)]
pub(super) struct Entries {
    first: Vec<Entry>,
    entered: Vec<u64>,
}

impl Entries {
    /// Memory for a network, in which no street is entered.
    pub(super) fn on(network: &RoadNetwork) -> Lease<'_, Self> {
        let uses = 2 * network.streets().len();
        network
            .scratch()
            .lease(|| Self { first: vec![NEVER; uses], entered: vec![0; uses.div_ceil(64)] })
    }

    /// Notes an entry, if it is the first.
    pub(super) fn enter(&mut self, usage: StreetUse, entry: Entry) {
        let place = usage.index();
        let first = &mut self.first[place];
        *first = entry.min(*first);
        self.entered[place / 64] |= 1 << (place % 64);
    }

    /// The first entry of a use.
    pub(super) fn of(&self, usage: StreetUse) -> Entry {
        self.first[usage.index()]
    }

    /// How many uses are entered.
    pub(super) fn len(&self) -> usize {
        self.entered.iter().map(|marks| marks.count_ones() as usize).sum()
    }

    /// The uses that are entered, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = (StreetUse, Entry)> + '_ {
        let places = self.entered.iter().enumerate().flat_map(|(word, &marks)| places(word, marks));
        places.map(|place| (StreetUse::at(place), self.first[place]))
    }

    /// Forgets them all.
    ///
    /// # Complexity
    ///
    /// Linear in what was entered, and in the streets with a constant of a bit.
    pub(super) fn clear(&mut self) {
        for (word, marks) in self.entered.iter_mut().enumerate() {
            places(word, std::mem::take(marks)).for_each(|place| self.first[place] = NEVER);
        }
    }
}

/// The places that are marked in a word.
fn places(word: usize, mut marks: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = marks.trailing_zeros() as usize;
        (marks != 0).then(|| {
            marks &= marks - 1;
            64 * word + lowest
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_comes_in_order_and_is_forgotten_whole() {
        let mut entries = Entries { first: vec![NEVER; 200], entered: vec![0; 4] };
        for (place, time) in [(130, 7), (64, 5), (63, 9), (64, 4), (64, 6), (199, 1)] {
            entries.enter(StreetUse::at(place), (time, 0));
        }
        let all: Vec<_> = entries.all().map(|(usage, entry)| (usage.index(), entry.0)).collect();
        assert_eq!(all, [(63, 9), (64, 4), (130, 7), (199, 1)]);
        assert_eq!((entries.len(), entries.of(StreetUse::at(0))), (4, NEVER));
        entries.clear();
        assert!(entries.all().next().is_none() && entries.first.iter().all(|&it| it == NEVER));
    }
}
