//! What the second reader says: proved, or why it doubts.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::project::{Origin, ProjectFault};

/// Whether a text differs from another by exactly what was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The promised difference is there, and no other.
    Proved,
    /// It is not, or it cannot be seen; the text must not be used.
    Doubted(Doubt),
}

/// One of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The text as it was found.
    Before,
    /// The text as it would be written.
    After,
}

/// Why a promise is not proved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Doubt {
    /// The second reader cannot read a text.
    #[error("cannot read the text {side} hardening: line {line}: {reason}")]
    Unreadable {
        /// Which text.
        side: Side,
        /// The line, counted from 1.
        line: usize,
        /// What stands in the way.
        reason: Unreadable,
    },
    /// The number of documents is not the promised one.
    #[error("{before} documents before and {after} after, where {promised} are promised")]
    DocumentCount {
        /// How many the promise is about.
        promised: usize,
        /// How many there were.
        before: usize,
        /// How many there are now.
        after: usize,
    },
    /// The texts differ in another way than promised.
    #[error("{place} {mismatch}")]
    Differs {
        /// What differs.
        place: Place,
        /// How.
        mismatch: Mismatch,
    },
    /// The comparison would take more work than the size of the text allows.
    #[error(
        "document {document}: the merged mappings are too large to compare: more than {limit} entries ({name})"
    )]
    TooMuchWork {
        /// The document, counted from 1.
        document: usize,
        /// The name of the limit.
        name: &'static str,
        /// The limit, for these texts.
        limit: u64,
    },
    /// One of several files is in doubt.
    #[error("{}: {doubt}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        doubt: Box<Doubt>,
    },
    /// What several files or layers amount to is in doubt.
    #[error("{origin} {fault}")]
    Project {
        /// What is in doubt.
        origin: Origin,
        /// Why.
        fault: Box<ProjectFault>,
    },
    /// The layers of all services would take more work than the size of the texts allows.
    #[error("the layers of the services are too large to compare: more than {limit} items ({name})")]
    TooManyLayers {
        /// The name of the limit.
        name: &'static str,
        /// The limit, for these texts.
        limit: u64,
    },
}

/// The part of a stream that a [`Mismatch`] is about. Documents count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
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
    /// Another one stands in its place.
    #[error("is not where it was: `{found}` stands there")]
    Moved {
        /// The key that stands there now.
        found: String,
    },
    /// A promise speaks of a service that is not there, or twice of one that is.
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
    /// The promised block is not there, or no mapping.
    #[error("is the promised hardening block, but there is no such mapping")]
    NoBlock,
    /// The block does not hold the promised options.
    #[error("does not hold the promised option `{option}` as promised (line {line})")]
    BlockContent {
        /// The first option that is not as promised.
        option: String,
        /// The line of what stands there instead.
        line: usize,
    },
}

/// What the second reader cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// A character that is not allowed, or that Docker Compose reads in another way than YAML 1.2.
    #[error("the character U+{:04X} is not allowed here, or is read in two ways", u32::from(*.0))]
    Character(char),
    /// A separation that is out of order, cuts a character or a word, or lies behind the text.
    #[error("white space cannot be added at byte {0}")]
    Separation(u32),
    /// yaml-rust2's own words.
    #[error("{0}")]
    Syntax(String),
    /// A mapping has a key twice.
    #[error("the key `{0}` is there twice")]
    DuplicateKey(String),
    /// An alias stands inside the mapping or sequence that it refers to.
    #[error("an anchor's value contains itself")]
    SelfContaining,
    /// A merge key merges something else than mappings.
    #[error("a merge key (`<<`) takes a mapping or a sequence of mappings")]
    MergeValue,
    /// A merge key's value has a tag of its own.
    #[error("the value of a merge key (`<<`) has a tag")]
    MergeTag,
    /// A service, or a key of a service, is named by a mapping or sequence.
    #[error("a key is a mapping or a sequence")]
    Key,
    /// The text is longer than the reader's offsets reach.
    #[error("{0} bytes are more than the second reader takes")]
    TooLong(usize),
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}

impl fmt::Display for Place {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_document_service_and_keys() {
        let doubt = Doubt::Differs {
            place: Place::Service(2, "web".to_owned()),
            mismatch: Mismatch::Gains {
                promised: vec!["user".to_owned(), "runtime".to_owned()],
                found: Vec::new(),
            },
        };
        assert_eq!(
            doubt.to_string(),
            "document 2: service `web` gains nothing, where `user`, `runtime` are promised"
        );
    }
}
