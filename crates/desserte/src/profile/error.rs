//! What can be wrong with a profile.

/// A profile that cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No profile of this name comes with the engine.
    #[error("no profile is named `{name}`, choose one of: {}", known.join(", "))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// The text is not TOML, or holds a key or a word that a profile has not.
    #[error("line {line} of the profile: {message}")]
    Text {
        /// The line, counted from 1.
        line: usize,
        /// What the parser says of it.
        message: String,
    },
    /// A number is not one that a traveller could have.
    #[error("`{key}` of the profile is {value}, give a number from {lowest} to {highest}")]
    OutOfRange {
        /// Where it stands.
        key: String,
        /// The number found.
        value: f64,
        /// The smallest number allowed.
        lowest: f64,
        /// The largest number allowed.
        highest: f64,
    },
    /// A word stands in two lists that exclude each other.
    #[error("`{word}` stands in both `{first}` and `{second}` of the profile, keep one")]
    Ambiguous {
        /// The word.
        word: String,
        /// The first list that has it.
        first: String,
        /// The other.
        second: String,
    },
    /// A word had to be one of a list.
    #[error("`{key}` of the profile is `{word}`, choose one of: {}", known.join(", "))]
    NotAmong {
        /// Where it stands.
        key: String,
        /// The word found.
        word: String,
        /// The words there are.
        known: Vec<String>,
    },
    /// A name or a list that may not be empty is.
    #[error("`{key}` of the profile is empty, give it a value")]
    Empty {
        /// Where it stands.
        key: String,
    },
}

impl ProfileError {
    /// What the parser found, with the line it was reading.
    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start);
        let line = 1 + text.char_indices().filter(|&(at, c)| at < offset && c == '\n').count();
        Self::Text { line, message: error.message().replace('\n', ", ") }
    }
}
