//! Which parts does a saved network have, and how does a stage hand over its own?
//!
//! A part is a slice of plain values under a name, a [`Section`]. A stage lays
//! the sections of what it keeps on a [`Sheaf`] to save them, and takes them off
//! a [`Shelf`] to have them back, in the file of the thing that is kept. How
//! they lie in a file is left to `saved`.
//!
//! A further section is a line in [`sections!`] below, a `put` and a `take`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use bytemuck::Pod;

use crate::store::{Column, Mapping};

/// Declares the sections: variant, number in the file, name in a message.
macro_rules! sections {
    ($($section:ident = $id:literal, $name:literal;)*) => {
        /// A part of a saved network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u32)]
        pub(crate) enum Section { $(#[doc = $name] $section = $id),* }

        impl Section {
            /// All of them, in the order in which they lie in a file.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$section),*];

            /// The section with a number.
            pub(crate) const fn of(id: u32) -> Option<Self> {
                match id { $($id => Some(Self::$section),)* _ => None }
            }

            /// How a message calls it.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$section => $name),* }
            }
        }
    };
}

// A number is never used again for something else. Sections from 1000 on may be absent, and are
// skipped by a version that does not know them.
sections! {
    Manifest = 1, "manifest";
    Rules = 2, "rules";
    StreetFirstPoint = 10, "first points of streets";
    StreetPoints = 11, "points of streets";
    StreetTimesForward = 12, "times along streets";
    StreetTimesBackward = 13, "times against streets";
    StreetEnds = 14, "ends of streets";
    StreetAccess = 15, "access of streets";
    StreetLengths = 16, "lengths of streets";
    StreetDelays = 17, "delays of streets";
    StreetFirstStretch = 18, "first stretches of streets";
    Stretches = 19, "stretches";
    Ways = 20, "ways";
    TagPairs = 21, "tags";
    TagWordEnds = 22, "ends of words";
    TagText = 23, "words";
    WayGrounds = 24, "ground of ways";
    ArcsOutFirst = 30, "first arcs out of nodes";
    ArcsOut = 31, "arcs out of nodes";
    ArcsInFirst = 32, "first arcs into nodes";
    ArcsIn = 33, "arcs into nodes";
    ArcsInIds = 34, "numbers of arcs into nodes";
    ArcUses = 35, "streets of arcs";
    JunctionFirstNode = 36, "first nodes of junctions";
    NodeJunctions = 37, "junctions of nodes";
    Entries = 38, "entries of streets";
    JunctionPositions = 40, "positions of junctions";
    JunctionNodes = 41, "map nodes of junctions";
    Snappable = 42, "streets to snap to";
    BarrierSegments = 43, "barriers";
    Settlements = 44, "settlements";
    SettlementNames = 45, "names of settlements";
    EdgePoints = 46, "points at the edge";
    HierarchyPositions = 1000, "hierarchy";
    HierarchyOutFirst = 1001, "first arcs up from nodes";
    HierarchyOut = 1002, "arcs up from nodes";
    HierarchyInFirst = 1003, "first arcs down to nodes";
    HierarchyIn = 1004, "arcs down to nodes";
}

impl Section {
    /// From here on a section may be absent, and one that is not known is skipped.
    pub(crate) const OPTIONAL_FROM: u32 = 1000;
}

/// What is wrong with a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) section: Section,
    pub(crate) what: &'static str,
}

impl Section {
    /// A flaw of this section.
    pub(crate) const fn flaw(self, what: &'static str) -> Flaw {
        Flaw { section: self, what }
    }

    /// Nothing, or the flaw where a condition does not hold.
    pub(crate) const fn must(self, holds: bool, what: &'static str) -> Result<(), Flaw> {
        if holds { Ok(()) } else { Err(self.flaw(what)) }
    }
}

/// The bytes of one section, on their way to a file.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) section: Section,
    /// Bytes of one value.
    pub(crate) stride: usize,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Sections on their way to a file.
#[derive(Debug, Default)]
pub(crate) struct Sheaf<'a> {
    pub(crate) parts: Vec<Part<'a>>,
}

impl<'a> Sheaf<'a> {
    /// Lays a column on the sheaf, as it is.
    pub(crate) fn put<T: Pod>(&mut self, section: Section, items: &'a [T]) {
        let bytes = Cow::Borrowed(bytemuck::cast_slice(items));
        self.parts.push(Part { section, stride: size_of::<T>(), bytes });
    }

    /// The same for values that were made for this file.
    pub(crate) fn put_made<T: Pod>(&mut self, section: Section, items: &[T]) {
        let bytes = Cow::Owned(bytemuck::cast_slice(items).to_vec());
        self.parts.push(Part { section, stride: size_of::<T>(), bytes });
    }
}

/// Where a section lies.
#[derive(Debug)]
pub(crate) struct Placed {
    /// Bytes of one value.
    pub(crate) stride: usize,
    pub(crate) range: Range<usize>,
    pub(crate) checksum: u32,
}

/// The sections of a file.
///
/// Whoever takes one off must have seen, before it is used, that its bytes are those that were written.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) places: BTreeMap<Section, Placed>,
    /// The checksum of some bytes.
    pub(crate) sum: fn(&[u8]) -> u32,
}

impl Shelf {
    /// Whether a section that may be absent is there.
    pub(crate) fn holds(&self, section: Section) -> bool {
        self.places.contains_key(&section)
    }

    /// Takes a column off the shelf.
    pub(crate) fn take<T: Pod>(&self, section: Section) -> Result<Column<T>, Flaw> {
        let place = self.place(section)?;
        section.must(place.stride == size_of::<T>(), "its values are of another size")?;
        let column = Column::mapped(&self.mapping, place.range.clone());
        column.ok_or(section.flaw("it does not lie on the bounds of its values"))
    }

    /// Sees whether the bytes of a section are those that were written.
    pub(crate) fn see(&self, section: Section) -> Result<(), Flaw> {
        let place = self.place(section)?;
        let is_sound = (self.sum)(&self.mapping.bytes()[place.range.clone()]) == place.checksum;
        section.must(is_sound, "its checksum is another")
    }

    /// Takes a column that is used at once.
    pub(crate) fn take_seen<T: Pod>(&self, section: Section) -> Result<Column<T>, Flaw> {
        self.see(section)?;
        self.take(section)
    }

    /// All sections but some.
    pub(crate) fn others(&self, some: &BTreeSet<Section>) -> impl Iterator<Item = Section> {
        self.places.keys().copied().filter(|section| !some.contains(section))
    }

    fn place(&self, section: Section) -> Result<&Placed, Flaw> {
        self.places.get(&section).ok_or(section.flaw("it is not there"))
    }

    /// The same for a text.
    pub(crate) fn text(&self, section: Section) -> Result<String, Flaw> {
        let bytes = self.take_seen::<u8>(section)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| section.flaw("it is no text"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_sections_share_a_number() {
        assert!(Section::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for &section in Section::ALL {
            assert_eq!(Section::of(section as u32), Some(section));
        }
        assert_eq!(Section::of(0), None);
    }
}
