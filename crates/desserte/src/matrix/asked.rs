//! What exactly is searched from, and read off where?
//!
//! Each search begins at one place of the smaller side and reads off the times
//! at all places of the other. Forward, it begins where a trip enters the graph
//! and reads where an end is entered from; backward, the other way round. Both
//! give the same integers, so the choice cannot be seen in the result.

use crate::{
    graph::{Heading, Place, RoadNetwork},
    units::Millis,
};

use super::{
    MatrixError, Question,
    side::{Side, Whereabouts},
};

/// A question in one direction, with the side that is searched from chosen.
pub(super) struct Asked<'a> {
    pub(super) network: &'a RoadNetwork,
    pub(super) question: Question,
    pub(super) heading: Heading,
    pub(super) searched: Side<'a>,
    pub(super) read: Side<'a>,
    /// Whether it is the rows that are searched from.
    pub(super) by_rows: bool,
}

impl<'a> Asked<'a> {
    /// A question about the trips that leave the rows, or about those that arrive there.
    pub(super) fn of(
        network: &'a RoadNetwork,
        (rows, columns): (&'a [Place], &'a [Place]),
        rows_leave: bool,
        question: Question,
    ) -> Self {
        let by_rows = rows.len() <= columns.len();
        let (searched, read) = if by_rows { (rows, columns) } else { (columns, rows) };
        let with_lengths = question.with_lengths;
        if by_rows == rows_leave {
            let searched = Side::departures(network, searched, with_lengths);
            let read = Side::arrivals(network, read, with_lengths);
            Self { network, question, heading: Heading::Forward, searched, read, by_rows }
        } else {
            let searched = Side::arrivals(network, searched, with_lengths);
            let read = Side::departures(network, read, with_lengths);
            Self { network, question, heading: Heading::Backward, searched, read, by_rows }
        }
    }

    /// How far a search has to go.
    pub(super) fn budget(&self) -> Millis {
        self.question.cutoff.unwrap_or(Millis::DAY).min(Millis::DAY)
    }

    /// Says that memory does not hold the matrix.
    pub(super) const fn too_large(&self) -> MatrixError {
        let (searched, read) = (self.searched.len(), self.read.len());
        let (rows, columns) = if self.by_rows { (searched, read) } else { (read, searched) };
        MatrixError::TooLarge { rows, columns }
    }

    /// A pair, the place where the trip begins first.
    pub(super) fn in_order(&self, place: usize, column: usize) -> (&Place, &Place) {
        let (searched, read) = (&self.searched.places[place], &self.read.places[column]);
        match self.heading {
            Heading::Forward => (searched, read),
            Heading::Backward => (read, searched),
        }
    }

    /// Takes the trips that need no node of the graph, where they are faster.
    pub(super) fn improve_by_direct_trips(
        &self,
        place: usize,
        read: &Whereabouts,
        times: &mut [Millis],
    ) {
        for column in read.beside(&self.searched.places[place]) {
            let (start, end) = self.in_order(place, column);
            if let Some(direct) = self.network.direct(start, end) {
                times[column] = direct.min(times[column]);
            }
        }
    }

    /// For each place of the read side, whether there is any way at all, however long.
    pub(super) fn has_path(&self, place: usize, times: &[Millis], has_path: &mut [bool]) {
        let mut is_open = false;
        for (has_path, time) in has_path.iter_mut().zip(times) {
            *has_path = time.is_reached();
            is_open |= !time.is_reached();
        }
        // Without a cutoff the search itself has gone everywhere.
        if self.question.cutoff.is_none() || !is_open || self.searched.ends(place).is_empty() {
            return;
        }
        let sources = self.searched.ends(place).iter().map(|source| source.node);
        let reached = self.network.reachability().from(sources, self.heading);
        for (column, has_path) in has_path.iter_mut().enumerate() {
            *has_path |= self.read.ends(column).iter().any(|end| reached.contains(end.node));
        }
    }
}
