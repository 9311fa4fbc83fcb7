//! Is this id among those that are wanted?
//!
//! Ways name their nodes millions of times, and a file holds millions more that nobody names, so
//! this is asked more often than anything else in reading. Ids that were given in one sitting
//! are neighbours, in the order of the file as along a street; so they stand in pages of bits, and
//! whoever asks remembers the page of the last answer.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Ids of a page: its bits are one line of the cache.
const PAGE: i64 = 512;

/// Some ids, in pages.
#[derive(Clone, Debug, Default)]
pub(super) struct IdSet {
    /// Where the page with a number is.
    places: HashMap<i64, u32, RandomState>,
    bits: Vec<[u64; 8]>,
}

impl FromIterator<i64> for IdSet {
    fn from_iter<I: IntoIterator<Item = i64>>(ids: I) -> Self {
        let mut set = Self::default();
        let mut last = None;
        for id in ids {
            let number = id.div_euclid(PAGE);
            let place = match last {
                Some((last, place)) if last == number => place,
                _ => set.open(number),
            };
            last = Some((number, place));
            let [word, bit] = bit_of(id);
            set.bits[place as usize][word as usize] |= 1 << bit;
        }
        set
    }
}

impl IdSet {
    /// One who asks again and again.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { set: self, last: None }
    }

    /// The page with a number, which is there from now on.
    fn open(&mut self, number: i64) -> u32 {
        let next = self.bits.len() as u32;
        let place = *self.places.entry(number).or_insert(next);
        if place == next {
            self.bits.push([0; 8]);
        }
        place
    }
}

/// Asks for ids, fastest where they are neighbours.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    set: &'a IdSet,
    /// The number and the place of the page that was asked last; none where there is no such page.
    last: Option<(i64, Option<u32>)>,
}

impl Reader<'_> {
    /// Whether an id is among them.
    #[inline]
    pub(super) fn contains(&mut self, id: i64) -> bool {
        let [word, bit] = bit_of(id);
        self.page(id).is_some_and(|page| self.set.bits[page][word as usize] >> bit & 1 == 1)
    }

    #[inline]
    fn page(&mut self, id: i64) -> Option<usize> {
        let number = id.div_euclid(PAGE);
        let place = match self.last {
            Some((last, place)) if last == number => place,
            _ => self.set.places.get(&number).copied(),
        };
        self.last = Some((number, place));
        place.map(|place| place as usize)
    }
}

/// The word and the bit of an id in its page.
#[inline]
fn bit_of(id: i64) -> [u32; 2] {
    let within = id.rem_euclid(PAGE) as u32;
    [within / u64::BITS, within % u64::BITS]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_and_no_other() {
        let dense: Vec<i64> = (-3_000..3_000).filter(|id| id % 7 != 0).collect();
        let lists: [&[i64]; 6] =
            [&[], &[5], &[-3, 0, 9], &[i64::MIN, 0, i64::MAX], &[1, 2, 3, 1 << 60], &dense];
        for ids in lists {
            // Given in another order, and twice.
            let set: IdSet = ids.iter().rev().chain(ids).copied().collect();
            let asked = ids.iter().flat_map(|id| [id.saturating_sub(1), *id, id.saturating_add(1)]);
            let mut reader = set.reader();
            for id in asked.chain([i64::MIN, i64::MAX, 0, 1_001, -1_001, 511, 512, -512, -513]) {
                let expected = ids.contains(&id);
                assert_eq!(reader.contains(id), expected, "{id}");
                assert_eq!(set.reader().contains(id), expected, "{id}");
            }
        }
    }
}
