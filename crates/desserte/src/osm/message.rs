//! What are the messages of a block of map data?
//!
//! The numbers of the fields, as the format has them. A [`Block`] has a table of text and groups
//! of elements; an [`Item`] is a node, a way or a relation, and [`Dense`] is many nodes as columns.
//! All of them borrow from the unpacked block. Times, users and change sets are stepped over.
//!
//! # References
//!
//! <https://wiki.openstreetmap.org/wiki/PBF_Format>

use super::error::Fault;
use super::wire::{Fields, Run, Value, damaged};

/// Where no version is stated.
pub(super) const NO_VERSION: i32 = -1;

/// A block of map data.
#[derive(Debug)]
pub(super) struct Block<'b> {
    pub(super) text: Vec<&'b [u8]>,
    groups: Vec<&'b [u8]>,
    /// Steps of positions, and where they begin, in 1e-9 degrees.
    pub(super) granularity: i64,
    pub(super) lon_offset: i64,
    pub(super) lat_offset: i64,
}

impl<'b> Block<'b> {
    pub(super) fn of(message: &'b [u8]) -> Result<Self, Fault> {
        let (text, groups) = (Vec::new(), Vec::new());
        let mut block = Self { text, groups, granularity: 100, lon_offset: 0, lat_offset: 0 };
        for field in Fields::of(message) {
            match field? {
                (1, Value::Bytes(table)) => {
                    for field in Fields::of(table) {
                        if let (1, Value::Bytes(text)) = field? {
                            block.text.push(text);
                        }
                    }
                }
                (GROUP, Value::Bytes(group)) => block.groups.push(group),
                (17, Value::Number(number)) => block.granularity = i64::from(number as i32),
                (19, Value::Number(number)) => block.lat_offset = number as i64,
                (20, Value::Number(number)) => block.lon_offset = number as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    /// The members of all groups, each with its kind: what the elements are.
    pub(super) fn members(&self) -> impl Iterator<Item = Result<(u64, &'b [u8]), Fault>> + '_ {
        self.groups.iter().flat_map(|group| {
            let mut has_dense = false;
            Fields::of(group).filter_map(move |field| match field {
                // Their differences would go on where those of the first end: nobody writes that.
                Ok((DENSE, _)) if std::mem::replace(&mut has_dense, true) => {
                    Some(Err(damaged("a group has two lists of nodes")))
                }
                Ok((kind, Value::Bytes(bytes))) => Some(Ok((kind, bytes))),
                Ok(_) => None,
                Err(fault) => Some(Err(fault)),
            })
        })
    }
}

/// The kinds of members that a block has, one by one; nothing else of it is looked at.
pub(super) fn kinds(message: &[u8]) -> impl Iterator<Item = Result<u64, Fault>> + '_ {
    Fields::of(message).flat_map(|field| {
        let (group, fault) = match field {
            Ok((GROUP, Value::Bytes(group))) => (group, None),
            Ok(_) => (&[][..], None),
            Err(fault) => (&[][..], Some(Err(fault))),
        };
        fault.into_iter().chain(Fields::of(group).map(|member| Ok(member?.0)))
    })
}

/// The field of a block that is a group.
const GROUP: u64 = 2;

/// The kinds of members of a group.
pub(super) const NODE: u64 = 1;
pub(super) const DENSE: u64 = 2;
pub(super) const WAY: u64 = 3;
pub(super) const RELATION: u64 = 4;

/// A node, a way or a relation.
#[derive(Debug, Default)]
pub(super) struct Item<'b> {
    /// As it is written: with the sign in its lowest bit where it is that of a node.
    pub(super) id: u64,
    pub(super) version: i32,
    pub(super) keys: Run<'b>,
    pub(super) values: Run<'b>,
    /// Fields 8 to 10. A node: latitude, longitude. A way: its nodes. A relation: the roles, ids
    /// and kinds of its members.
    pub(super) parts: [Run<'b>; 3],
}

impl<'b> Item<'b> {
    pub(super) fn of(message: &'b [u8]) -> Result<Self, Fault> {
        let mut item = Self { version: NO_VERSION, ..Self::default() };
        let mut has_id = false;
        for field in Fields::of(message) {
            match field? {
                (1, Value::Number(id)) => (item.id, has_id) = (id, true),
                (2, keys) => item.keys.add(keys)?,
                (3, values) => item.values.add(values)?,
                (4, Value::Bytes(info)) => item.version = version(info)?,
                (part @ 8..=10, numbers) => item.parts[part as usize - 8].add(numbers)?,
                _ => {}
            }
        }
        if has_id { Ok(item) } else { Err(damaged("an element has no id")) }
    }
}

/// The version that an `Info` states.
fn version(info: &[u8]) -> Result<i32, Fault> {
    let mut version = NO_VERSION;
    for field in Fields::of(info) {
        if let (1, Value::Number(number)) = field? {
            version = number as i32;
        }
    }
    Ok(version)
}

/// Many nodes, a column for each of their numbers; ids and positions are differences.
#[derive(Debug, Default)]
pub(super) struct Dense<'b> {
    pub(super) ids: Run<'b>,
    pub(super) versions: Run<'b>,
    pub(super) lats: Run<'b>,
    pub(super) lons: Run<'b>,
    /// Keys and values in turn, up to a 0, node by node; nothing where no node has any.
    pub(super) keys_vals: Run<'b>,
}

impl<'b> Dense<'b> {
    pub(super) fn of(message: &'b [u8]) -> Result<Self, Fault> {
        let mut dense = Self::default();
        for field in Fields::of(message) {
            match field? {
                (1, ids) => dense.ids.add(ids)?,
                (5, Value::Bytes(info)) => {
                    for field in Fields::of(info) {
                        if let (1, versions) = field? {
                            dense.versions.add(versions)?;
                        }
                    }
                }
                (8, lats) => dense.lats.add(lats)?,
                (9, lons) => dense.lons.add(lons)?,
                (10, keys_vals) => dense.keys_vals.add(keys_vals)?,
                _ => {}
            }
        }
        Ok(dense)
    }
}
