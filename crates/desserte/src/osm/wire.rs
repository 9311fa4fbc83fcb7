//! Which fields does a message hold, where it lies?
//!
//! A message in protobuf is a row of fields: a number that says which, and what it holds, a
//! number or bytes; a field of bytes may hold numbers one after the other, or be a message
//! itself. Nothing is copied and nothing built here: [`Fields`] hands out what it comes by, so
//! that what is not asked for costs no more than stepping over it.
//!
//! PERF: with the messages of osmpbfreader reading takes a sixth longer, most of it for numbers
//! and text that nobody asks for; bench `osm`.
//!
//! # References
//!
//! <https://protobuf.dev/programming-guides/encoding/>

use std::borrow::Cow;

use super::error::Fault;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    /// Four or eight bytes, which no message of a map has.
    Fixed,
}

/// The fields of a message, in their order, each with its number. The first fault is the last item.
#[derive(Clone, Debug)]
pub(super) struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    pub(super) fn of(message: &'b [u8]) -> Self {
        Self(message)
    }

    /// A field; `None` where the message ends within it.
    #[inline]
    fn field(&mut self) -> Option<Result<(u64, Value<'b>), Fault>> {
        let tag = varint(&mut self.0)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let count = varint(&mut self.0)?;
                Value::Bytes(self.bytes(usize::try_from(count).ok()?)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            kind => return Some(Err(damaged(&format!("a field is of the unknown kind {kind}")))),
        };
        Some(Ok((tag >> 3, value)))
    }

    #[inline]
    fn bytes(&mut self, count: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }
}

impl<'b> Iterator for Fields<'b> {
    type Item = Result<(u64, Value<'b>), Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field().unwrap_or_else(|| Err(damaged("a message ends within a field")));
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

/// Numbers one after the other: a field of them, or several that belong together.
#[derive(Clone, Debug, Default)]
pub(super) struct Run<'b>(Cow<'b, [u8]>);

impl<'b> Run<'b> {
    /// Adds what a field holds. A number may stand alone, and a run may come in pieces.
    #[inline]
    pub(super) fn add(&mut self, value: Value<'b>) -> Result<(), Fault> {
        match value {
            Value::Bytes(bytes) if bytes.last().is_some_and(|&last| last >= 0x80) => {
                return Err(damaged("a row of numbers ends within a number"));
            }
            Value::Bytes(bytes) if self.0.is_empty() => self.0 = Cow::Borrowed(bytes),
            Value::Bytes(bytes) => self.0.to_mut().extend_from_slice(bytes),
            Value::Number(mut number) => {
                let bytes = self.0.to_mut();
                while number >= 0x80 {
                    bytes.push(number as u8 | 0x80);
                    number >>= 7;
                }
                bytes.push(number as u8);
            }
            Value::Fixed => return Err(damaged("a row of numbers has none")),
        }
        Ok(())
    }

    /// The numbers.
    #[inline]
    pub(super) fn numbers(&self) -> Numbers<'_> {
        Numbers(&self.0)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().filter(|&&byte| byte < 0x80).count()
    }
}

/// The numbers of a run.
#[derive(Clone, Debug)]
pub(super) struct Numbers<'r>(&'r [u8]);

impl<'r> Numbers<'r> {
    /// The same, as differences that may be negative.
    #[inline]
    pub(super) fn signed(self) -> impl Iterator<Item = i64> + use<'r> {
        self.map(signed)
    }
}

impl Iterator for Numbers<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        varint(&mut self.0)
    }
}

/// A number whose lowest bit is its sign.
#[inline]
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Says that a block cannot be understood.
pub(super) fn damaged(what: &str) -> Fault {
    Fault::Damaged(what.to_owned())
}

/// Takes a number off the front: seven bits a byte, the lowest first; `None` where there is no end to it.
#[inline]
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        *bytes = rest;
        return Some(u64::from(first));
    }
    long_varint(bytes)
}

/// The same, for more than one byte; bits beyond the 64th are dropped.
#[inline]
fn long_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * at as u32).unwrap_or(0);
        if byte < 0x80 {
            *bytes = &bytes[at + 1..];
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(message: &[u8]) -> Vec<Option<(u64, Value<'_>)>> {
        Fields::of(message).map(Result::ok).collect()
    }

    #[test]
    fn fields_are_numbers_or_bytes_and_others_are_stepped_over() {
        let message =
            [0x08, 0x96, 0x01, 0x12, 2, 7, 8, 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8];
        let expected = [
            (1, Value::Number(150)),
            (2, Value::Bytes(&[7, 8])),
            (3, Value::Fixed),
            (4, Value::Fixed),
        ];
        assert_eq!(fields(&message), expected.map(Some));
        // A tag of three bytes.
        assert_eq!(fields(&[0x80, 0x80, 0x01, 5]), [Some((2048, Value::Number(5)))]);
    }

    #[test]
    fn what_ends_too_early_or_is_of_no_kind_is_a_fault_and_the_last_item() {
        for message in [&[0x08][..], &[0x08, 0x80], &[0x12, 3, 1, 2], &[0x1d, 1], &[0x0b, 1, 1]] {
            assert_eq!(fields(message), [None], "{message:?}");
        }
        let endless = [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1];
        assert_eq!(fields(&endless), [None]);
    }

    #[test]
    fn a_run_is_the_same_whole_in_pieces_or_number_by_number() {
        let numbers = [0, 1, 127, 128, 300, 1 << 35, u64::MAX];
        let mut alone = Run::default();
        for number in numbers {
            alone.add(Value::Number(number)).unwrap();
        }
        assert_eq!(alone.numbers().collect::<Vec<_>>(), numbers);
        assert_eq!(alone.count(), numbers.len());
        let bytes = alone.0.to_vec();
        let mut whole = Run::default();
        whole.add(Value::Bytes(&bytes)).unwrap();
        let mut pieces = Run::default();
        pieces.add(Value::Bytes(&bytes[..3])).unwrap();
        pieces.add(Value::Bytes(&bytes[3..])).unwrap();
        for run in [whole, pieces] {
            assert_eq!(run.numbers().collect::<Vec<_>>(), numbers);
        }
        assert!(Run::default().add(Value::Bytes(&[1, 0x80])).is_err());
        assert!(Run::default().add(Value::Fixed).is_err());
    }

    #[test]
    fn a_sign_is_the_lowest_bit() {
        assert_eq!(
            [0, 1, 2, 3, u64::MAX - 1, u64::MAX].map(signed),
            [0, -1, 1, -2, i64::MAX, i64::MIN]
        );
    }
}
