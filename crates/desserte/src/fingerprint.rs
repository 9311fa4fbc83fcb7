//! How is a file, or a set of rules, named beyond doubt?
//!
//! By its SHA-256, which anyone can check with the tools of their system.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A SHA-256 in the making.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Takes in the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The fingerprint of all bytes taken in, in hexadecimal.
    pub(crate) fn to_hex(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.clone().finalize() {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
