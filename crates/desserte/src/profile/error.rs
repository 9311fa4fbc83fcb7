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
    /// A key or a word that a profile has not.
    #[error(
        "line {line} of the profile: {kind} `{word}` is not known{} there are: {}",
        nearest.as_ref().map_or_else(|| ";".to_owned(), |near| format!(", did you mean `{near}`?")),
        known.join(", ")
    )]
    NotKnown {
        /// The line, counted from 1.
        line: usize,
        /// What it is: the key itself, or the value of a key.
        kind: String,
        /// The word found.
        word: String,
        /// The known one that looks most like it, if one does.
        nearest: Option<String>,
        /// The words there are.
        known: Vec<String>,
    },
    /// A name that the map does not know, and nearly one that it does.
    #[error("`{key}` of the profile is nothing that maps speak of, did you mean `{nearest}`?")]
    Misspelt {
        /// Where it stands.
        key: String,
        /// What it looks like.
        nearest: String,
    },
    /// A departure is not an hour of a day.
    #[error("departure `{text}` is not an hour of a day, write it as 2025-10-07T10:00")]
    Departure {
        /// The text found.
        text: String,
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
    /// A polygon has no inside.
    #[error("`{key}` of the profile has no inside, give its outline three corners at least")]
    NoGround {
        /// Where it stands.
        key: String,
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
        let message = error.message();
        let key = text.lines().nth(line - 1).and_then(|line| line.split_once('='));
        let key = key.map_or("", |(key, _)| key.trim());
        if let Some((kind, word, known)) = unknown_word(message, key) {
            return Self::NotKnown { line, nearest: nearest(&word, &known), kind, word, known };
        }
        Self::Text { line, message: message.replace('\n', ", ") }
    }
}

/// Takes "unknown field `a`, expected one of `b`, `c`" apart.
fn unknown_word(message: &str, key: &str) -> Option<(String, String, Vec<String>)> {
    let kind = if message.starts_with("unknown field") {
        "the key".to_owned()
    } else if message.starts_with("unknown variant") {
        format!("the value of `{key}`:")
    } else {
        return None;
    };
    // Words stand between backticks, so every other piece is one.
    let mut words = message.split('`').skip(1).step_by(2).map(str::to_owned);
    Some((kind, words.next()?, words.collect()))
}

/// The word that differs least, if it differs by no more than a slip of the keyboard or two.
pub(super) fn nearest(word: &str, known: &[String]) -> Option<String> {
    let distance = |other: &String| strsim::damerau_levenshtein(word, other);
    let near = known.iter().min_by_key(|other| distance(other))?;
    (distance(near) <= (word.chars().count() / 3).max(2)).then(|| near.clone())
}
