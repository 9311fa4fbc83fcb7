//! Is inside inside, for rings of any shape?

use super::*;
