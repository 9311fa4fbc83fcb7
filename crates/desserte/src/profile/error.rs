//! What can be wrong with a profile.

use std::collections::HashMap;

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
    /// What is wrong stands on a line of the text.
    #[error("line {line}: {error}")]
    OnLine {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        error: Box<ProfileError>,
    },
    /// A name or a list that may not be empty is.
    #[error("`{key}` of the profile is empty, give it a value")]
    Empty {
        /// Where it stands.
        key: String,
    },
}

impl ProfileError {
    /// The same, with the line of the text that it is about, where that can be found.
    pub(super) fn on_line_of(self, text: &str) -> Self {
        match self.key().and_then(|key| line_of(text, key)) {
            Some(line) => Self::OnLine { line, error: Box::new(self) },
            None => self,
        }
    }

    /// The key that is at fault, with its tables.
    fn key(&self) -> Option<&str> {
        match self {
            Self::Misspelt { key, .. }
            | Self::OutOfRange { key, .. }
            | Self::NotAmong { key, .. }
            | Self::NoGround { key }
            | Self::Empty { key } => Some(key),
            Self::Ambiguous { first, .. } => Some(first),
            _ => None,
        }
    }

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

/// The line of a key like `settings.rural_kmh` or `rural_areas[1].kmh`, counted from 1: where its
/// table sets it, or where the table begins that it names.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    text.lines().zip(1..).find_map(|(line, number)| {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("[[").and_then(|rest| rest.split(']').next()) {
            let count = seen.entry(name.to_owned()).or_default();
            table = format!("{}[{count}]", bare(name));
            *count += 1;
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = bare(name);
        }
        let set = line.split_once('=').map(|(name, _)| bare(name));
        let path = match set {
            Some(name) if table.is_empty() => name,
            Some(name) => format!("{table}.{name}"),
            None => table.clone(),
        };
        // A list may be at fault by one of its members.
        let rest = key.strip_prefix(path.as_str()).filter(|_| !path.is_empty())?;
        (rest.is_empty() || (set_is_list(line) && rest.starts_with('['))).then_some(number)
    })
}

/// Whether a line sets a key to a list.
fn set_is_list(line: &str) -> bool {
    line.split_once('=').is_some_and(|(_, value)| value.trim_start().starts_with('['))
}

/// A dotted name without its quotes and blanks.
fn bare(name: &str) -> String {
    name.split('.').map(|part| part.trim().trim_matches('"')).collect::<Vec<_>>().join(".")
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
