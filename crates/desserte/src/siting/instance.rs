//! Who is to be served, from where, and which sites may, must or must not be opened?

use super::SitingError;
use crate::indicator::{MinuteTable, check_amounts};

/// What may happen to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// It may be opened.
    Candidate,
    /// It must be opened, and counts among the new sites.
    Required,
    /// It is open, and does not count among the new sites.
    Existing,
    /// It stays closed.
    Forbidden,
}

/// Minutes from places in rows to sites in columns, the people of each row, and the role of each
/// column. A row without people asks for nothing.
#[derive(Clone, Debug)]
pub struct Instance<'a> {
    pub(super) minutes: MinuteTable<'a>,
    pub(super) demand: &'a [f64],
    pub(super) capacity: Option<&'a [f64]>,
    roles: &'a [Role],
    pub(super) pickable: Vec<u32>,
    pub(super) required: Vec<u32>,
}

impl<'a> Instance<'a> {
    /// Puts them together. Without capacities every site holds everybody.
    ///
    /// # Errors
    ///
    /// Where lists are not as long as the sides, people or capacities are negative or no
    /// number, or nobody lives anywhere.
    pub fn new(
        minutes: MinuteTable<'a>,
        demand: &'a [f64],
        roles: &'a [Role],
        capacity: Option<&'a [f64]>,
    ) -> Result<Self, SitingError> {
        check_amounts("demand", demand, (minutes.rows(), "rows"))?;
        let wanted = minutes.columns();
        if roles.len() != wanted {
            return Err(SitingError::Length { what: "roles", given: roles.len(), wanted });
        }
        if let Some(capacity) = capacity {
            check_amounts("capacity", capacity, (wanted, "columns"))?;
        }
        if demand.iter().all(|&people| people == 0.0) {
            return Err(SitingError::NoDemand);
        }
        let of = |role| {
            let columns = 0..wanted as u32;
            columns.filter(|&column| roles[column as usize] == role).collect::<Vec<u32>>()
        };
        let (pickable, required) = (of(Role::Candidate), of(Role::Required));
        Ok(Self { minutes, demand, capacity, roles, pickable, required })
    }

    /// How many columns there are, open or not.
    pub(super) fn columns(&self) -> usize {
        self.roles.len()
    }

    /// Whether a column may or must be opened.
    pub(super) fn is_new(&self, column: usize) -> bool {
        matches!(self.roles[column], Role::Candidate | Role::Required)
    }

    /// Whether a column is open already.
    pub(super) fn is_existing(&self, column: usize) -> bool {
        self.roles[column] == Role::Existing
    }

    /// The rows where people live.
    pub(super) fn inhabited(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.demand.len()).filter(|&row| self.demand[row] > 0.0)
    }

    /// Refuses a number of sites that cannot be opened.
    pub(super) fn check_number(&self, new_sites: usize) -> Result<usize, SitingError> {
        let (required, candidates) = (self.required.len(), self.pickable.len());
        if new_sites < required {
            return Err(SitingError::TooManyRequired { required, wanted: new_sites });
        }
        if new_sites > required + candidates {
            let candidates = required + candidates;
            return Err(SitingError::TooManySites { wanted: new_sites, candidates });
        }
        Ok(new_sites)
    }

    /// A row's minutes to the nearest site that is open already, and its sites that may be
    /// opened with their minutes, in the order of the columns.
    pub(super) fn row(&self, row: usize, sites: &mut Vec<(u32, f32)>) -> Option<f32> {
        let mut nearest: Option<f32> = None;
        sites.clear();
        self.minutes.visit_row(row, |column, minutes| {
            if self.is_new(column) {
                sites.push((column as u32, minutes));
            } else if self.is_existing(column) && nearest.is_none_or(|least| minutes < least) {
                nearest = Some(minutes);
            }
        });
        nearest
    }
}
