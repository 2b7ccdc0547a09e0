//! What differs between two texts, and how.

use std::fmt;

use thiserror::Error;

/// The part of a stream that a [`Mismatch`] is about. Documents count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentPlace {
    /// A document as a whole.
    Document(usize),
    /// A top-level entry, by its key.
    Entry(usize, String),
    /// A service, by its name.
    Service(usize, String),
    /// A key of a service: the service's name, then the key.
    ServiceKey(usize, String, String),
}

/// How a text differs from what was promised.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// Its value, style, tag or kind changed.
    #[error("is not what it was (line {before} before, line {after} after)")]
    Changed {
        /// The line of the first difference before.
        before: usize,
        /// The line of the first difference after.
        after: usize,
    },
    /// It is new and not promised.
    #[error("is new, and not promised")]
    Added,
    /// It is gone.
    #[error("is gone")]
    Lost,
    /// Another one is in its place.
    #[error("is not where it was: `{found}` is there")]
    Moved {
        /// The key that is there now.
        found: String,
    },
    /// A promise names a service that does not exist, or one service twice.
    #[error("is promised to change, but there is no such service left to change")]
    NoSuchService,
    /// A service gains other keys than promised.
    #[error("gains {}, where {} promised", list(.found), list_with_verb(.promised))]
    Gains {
        /// The keys that the promise names.
        promised: Vec<String>,
        /// The keys that the service gains.
        found: Vec<String>,
    },
    /// A service does not set the promised keys to an empty list of its own.
    #[error("does not set {} to an empty list of its own, as promised", list(.0))]
    Pins(Vec<String>),
    /// Docker Compose takes two aliases of one anchor for a cycle, as it joins keys by dots to paths.
    #[error(
        "has aliases of one anchor at `{short}` and `{long}`, which Docker Compose takes for a cycle (line {line})"
    )]
    PathClash {
        /// The path that the other one starts with.
        short: String,
        /// The other path.
        long: String,
        /// The line of the alias with the longer path.
        line: usize,
    },
    /// A gained key has another value than the block gives it.
    #[error("has another value than the hardening block gives it")]
    OtherValue,
    /// The promised block is missing, or not a mapping.
    #[error("is the promised hardening block, but there is no such mapping")]
    NoBlock,
    /// The block does not hold the promised options.
    #[error("does not hold the promised option `{option}` as promised (line {line})")]
    BlockContent {
        /// The first option that is not as promised.
        option: String,
        /// The line of what is there instead.
        line: usize,
    },
}

impl fmt::Display for DocumentPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(document) => write!(formatter, "document {document}"),
            Self::Entry(document, key) => write!(formatter, "document {document}: top-level entry `{key}`"),
            Self::Service(document, name) => write!(formatter, "document {document}: service `{name}`"),
            Self::ServiceKey(document, name, key) => {
                write!(formatter, "document {document}: service `{name}`: key `{key}`")
            }
        }
    }
}

pub(super) fn list(keys: &[String]) -> String {
    if keys.is_empty() { "nothing".to_owned() } else { format!("`{}`", keys.join("`, `")) }
}

fn list_with_verb(keys: &[String]) -> String {
    format!("{} {}", list(keys), if keys.len() > 1 { "are" } else { "is" })
}
