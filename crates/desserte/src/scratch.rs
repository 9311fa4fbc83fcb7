//! Where does the scratch memory of searches rest between two calls?
//!
//! In the network they run on. A thread takes what it needs for one search and
//! gives it back, so that there are never more pieces than threads at work, and
//! none is allocated twice. What was worked out once for all searches is kept
//! here too, and shared. What the pieces are is the business of later stages.

use std::{
    any::Any,
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

/// Pieces of scratch memory that nobody is using, and what all share.
#[derive(Default)]
pub struct Scratch {
    idle: Mutex<Vec<Box<dyn Any + Send>>>,
    shared: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
}

impl Scratch {
    /// The one value of this type that is kept, made at the first question.
    pub fn shared<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let known = shared.iter().find_map(|value| Arc::clone(value).downcast().ok());
        known.unwrap_or_else(|| {
            let value = Arc::new(make());
            shared.push(Arc::<T>::clone(&value));
            value
        })
    }

    /// Takes a piece of this type, or makes one; it comes back when the lease is dropped.
    pub fn lease<T: Any + Send>(&self, make: impl FnOnce() -> T) -> Lease<'_, T> {
        let piece = self.take().unwrap_or_else(|| Box::new(make()));
        Lease { scratch: self, piece: Some(piece) }
    }

    fn take<T: Any + Send>(&self) -> Option<Box<T>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let position = idle.iter().rposition(|piece| piece.is::<T>())?;
        idle.swap_remove(position).downcast().ok()
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scratch")
    }
}

/// A piece of scratch memory on loan.
#[derive(Debug)]
pub struct Lease<'a, T: Any + Send> {
    scratch: &'a Scratch,
    piece: Option<Box<T>>,
}

impl<T: Any + Send> Deref for Lease<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.piece.as_ref().expect("a lease holds its piece until it is dropped")
    }
}

impl<T: Any + Send> DerefMut for Lease<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.piece.as_mut().expect("a lease holds its piece until it is dropped")
    }
}

impl<T: Any + Send> Drop for Lease<'_, T> {
    fn drop(&mut self) {
        // What a panic left half done is not lent again.
        let piece = self.piece.take().filter(|_| !std::thread::panicking());
        if let Some(piece) = piece {
            self.scratch.idle.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_lent_again() {
        let scratch = Scratch::default();
        scratch.lease(|| vec![0_u32; 3]).push(7);
        assert_eq!(**scratch.lease(Vec::<u32>::new), [0, 0, 0, 7]);
        assert!(scratch.lease(Vec::<u64>::new).is_empty(), "another type is another piece");
    }

    #[test]
    fn what_is_shared_is_made_once() {
        let scratch = Scratch::default();
        assert_eq!(*scratch.shared(|| 3_u32), 3);
        assert_eq!(*scratch.shared(|| 4_u32), 3);
        assert_eq!(*scratch.shared(|| 4_u64), 4, "another type is another value");
    }

    #[test]
    fn two_who_borrow_at_once_have_a_piece_each() {
        let scratch = Scratch::default();
        let (mut a, mut b) = (scratch.lease(|| 1_u8), scratch.lease(|| 2_u8));
        (*a, *b) = (3, 4);
        assert_eq!((*a, *b), (3, 4));
    }
}
