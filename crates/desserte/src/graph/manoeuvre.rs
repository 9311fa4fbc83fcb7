//! How much of a restricted manoeuvre has just been driven?
//!
//! A restriction speaks of those who come by certain streets, one after the
//! other: the arm that enters a junction, or that arm and then the streets of a
//! via way. Such a sequence is a *manoeuvre*. What may be done next depends on
//! all manoeuvres that the last streets of the trip complete, and which of them
//! the trip is on the way to complete has to be remembered.
//!
//! That is the matching of many words in one text, and this is its automaton:
//! a state is the longest end of the trip that begins a manoeuvre, and every
//! shorter end that does is found from there. So restrictions may share an arm
//! or overlap along a via way, and there are never more states than streets
//! named by restrictions.
//!
//! # References
//!
//! Aho, Corasick: *Efficient string matching: an aid to bibliographic search*,
//! Communications of the ACM 18(6), 1975.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::profile::TurnRule;

use super::street::StreetUse;

/// One restricted turn: after these streets, in this order, that exit is forbidden or mandatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RestrictedTurn {
    pub(super) manoeuvre: Vec<StreetUse>,
    pub(super) exit: StreetUse,
    pub(super) rule: TurnRule,
}

/// How far manoeuvres have been driven: a state of the automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Progress(u32);

impl Progress {
    /// Nothing that a restriction speaks of.
    pub(super) const NONE: Self = Self(0);
}

/// All restricted turns of a network.
#[derive(Debug)]
pub(super) struct Manoeuvres {
    next: BTreeMap<(Progress, StreetUse), Progress>,
    states: Vec<State>,
}

/// The streets that lead to a state are a manoeuvre, or the beginning of one.
#[derive(Debug)]
struct State {
    /// The last of its streets; none at [`Progress::NONE`].
    last: Option<StreetUse>,
    /// The state of the longest shorter end of its streets.
    rest: Progress,
    forbidden: BTreeSet<StreetUse>,
    /// Where there is one, all others are forbidden.
    mandatory: BTreeSet<StreetUse>,
}

impl State {
    const fn reached_by(last: Option<StreetUse>) -> Self {
        Self { last, rest: Progress::NONE, forbidden: BTreeSet::new(), mandatory: BTreeSet::new() }
    }
}

impl Manoeuvres {
    pub(super) fn of(turns: &[RestrictedTurn]) -> Self {
        let mut all = Self { next: BTreeMap::new(), states: vec![State::reached_by(None)] };
        for turn in turns {
            all.add(turn);
        }
        all.link();
        all
    }

    fn add(&mut self, turn: &RestrictedTurn) {
        let mut progress = Progress::NONE;
        for &usage in &turn.manoeuvre {
            let longer = Progress(self.states.len() as u32);
            progress = *self.next.entry((progress, usage)).or_insert(longer);
            if progress == longer {
                self.states.push(State::reached_by(Some(usage)));
            }
        }
        let state = &mut self.states[progress.0 as usize];
        match turn.rule {
            TurnRule::No => state.forbidden.insert(turn.exit),
            TurnRule::Only => state.mandatory.insert(turn.exit),
        };
    }

    /// Finds the rest of every state, the shorter states first.
    fn link(&mut self) {
        let mut open = VecDeque::from([Progress::NONE]);
        while let Some(progress) = open.pop_front() {
            let rest = self.state(progress).rest;
            let longer: Vec<(StreetUse, Progress)> = self
                .next
                .range((progress, StreetUse::FIRST)..)
                .take_while(|&(&(from, _), _)| from == progress)
                .map(|(&(_, usage), &longer)| (usage, longer))
                .collect();
            for (usage, longer) in longer {
                if progress != Progress::NONE {
                    self.states[longer.0 as usize].rest = self.after(rest, usage);
                }
                open.push_back(longer);
            }
        }
    }

    /// How far manoeuvres are driven after one more street.
    pub(super) fn after(&self, mut progress: Progress, usage: StreetUse) -> Progress {
        loop {
            if let Some(&longer) = self.next.get(&(progress, usage)) {
                return longer;
            }
            if progress == Progress::NONE {
                return Progress::NONE;
            }
            progress = self.state(progress).rest;
        }
    }

    /// The street by which a state was reached.
    pub(super) fn last(&self, progress: Progress) -> Option<StreetUse> {
        self.state(progress).last
    }

    /// Whether the restrictions themselves permit to go on by a street.
    ///
    /// Of several that make exits of one manoeuvre mandatory, any may be taken; those
    /// of a longer and of a shorter manoeuvre must all be obeyed.
    pub(super) fn permit(&self, mut progress: Progress, exit: StreetUse) -> bool {
        while progress != Progress::NONE {
            let State { rest, forbidden, mandatory, .. } = self.state(progress);
            if forbidden.contains(&exit) || !(mandatory.is_empty() || mandatory.contains(&exit)) {
                return false;
            }
            progress = *rest;
        }
        true
    }

    fn state(&self, progress: Progress) -> &State {
        &self.states[progress.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::street::{Direction, StreetId};
    use super::*;

    fn street(number: u32) -> StreetUse {
        StreetUse::new(StreetId(number), Direction::Forward)
    }

    fn manoeuvres(turns: &[(&[u32], TurnRule, u32)]) -> Manoeuvres {
        let turn = |&(streets, rule, exit): &(&[u32], TurnRule, u32)| RestrictedTurn {
            manoeuvre: streets.iter().map(|&number| street(number)).collect(),
            exit: street(exit),
            rule,
        };
        Manoeuvres::of(&turns.iter().map(turn).collect::<Vec<_>>())
    }

    fn driven(manoeuvres: &Manoeuvres, streets: &[u32]) -> Progress {
        let after = |progress, &number: &u32| manoeuvres.after(progress, street(number));
        streets.iter().fold(Progress::NONE, after)
    }

    #[test]
    fn a_manoeuvre_binds_when_all_its_streets_were_driven_in_order() {
        let all = manoeuvres(&[(&[1, 2, 3], TurnRule::No, 4)]);
        assert!(!all.permit(driven(&all, &[9, 1, 2, 3]), street(4)));
        assert!(all.permit(driven(&all, &[9, 1, 2, 3]), street(5)));
        for others in [&[2, 3][..], &[1, 3], &[1, 2, 9, 3], &[1, 2], &[1, 2, 3, 9]] {
            assert!(all.permit(driven(&all, others), street(4)), "{others:?}");
        }
    }

    #[test]
    fn a_manoeuvre_begun_inside_another_is_not_forgotten() {
        let all = manoeuvres(&[(&[1, 2, 3], TurnRule::No, 4), (&[2, 3, 5], TurnRule::No, 6)]);
        let progress = driven(&all, &[1, 2, 3, 5]);
        assert!(!all.permit(progress, street(6)));
        assert_eq!(driven(&all, &[2, 3, 5]), progress);
    }

    #[test]
    fn exits_made_mandatory_by_one_manoeuvre_are_united_and_by_two_are_both_obeyed() {
        let short = (&[2][..], TurnRule::Only);
        let long = (&[1, 2][..], TurnRule::Only);
        let all = manoeuvres(&[(short.0, short.1, 5), (short.0, short.1, 6), (long.0, long.1, 6)]);
        let permitted =
            |streets| [5, 6, 7].map(|exit| all.permit(driven(&all, streets), street(exit)));
        assert_eq!(permitted(&[2]), [true, true, false]);
        assert_eq!(permitted(&[1, 2]), [false, true, false]);
    }

    #[test]
    fn a_street_that_no_restriction_names_leaves_nothing_to_remember() {
        let all = manoeuvres(&[(&[1, 2], TurnRule::No, 4)]);
        assert_eq!(driven(&all, &[1, 9]), Progress::NONE);
        assert_eq!(all.last(driven(&all, &[1])), Some(street(1)));
        assert_eq!(driven(&all, &[1, 1]), driven(&all, &[1]));
    }
}
