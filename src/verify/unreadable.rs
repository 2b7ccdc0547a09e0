//! What the second reader cannot read, and where.

use std::fmt;

use thiserror::Error;

/// One of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The text as it was found.
    Before,
    /// The text as it would be written.
    After,
}

/// What the second reader cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// A character that is not allowed, or that Docker Compose reads in another way than YAML 1.2.
    #[error("the character U+{:04X} is not allowed here, or can be read in two ways", u32::from(*.0))]
    Character(char),
    /// A separation that is out of order, cuts a character or a word, or lies beyond the text.
    #[error("white space cannot be added at byte {0}")]
    Separation(u32),
    /// Flow collections are nested deeper than the parsers follow.
    #[error("flow collections are nested more than 255 levels deep")]
    TooDeep,
    /// No anchor of an alias's name comes before it where the parser looks for it.
    #[error("no anchor of this name comes before the alias")]
    UnknownAnchor,
    /// Something else that a parser does not accept.
    #[error("{words}")]
    Syntax {
        /// What it is about.
        construct: Construct,
        /// The parser's own words.
        words: String,
    },
    /// A mapping has a key twice.
    #[error("duplicate key `{0}`")]
    DuplicateKey(String),
    /// An alias is inside the mapping or sequence that it refers to.
    #[error("an anchor's value contains itself")]
    SelfContaining,
    /// A merge key merges something other than mappings.
    #[error("a merge key (`<<`) takes a mapping or a sequence of mappings")]
    MergeValue,
    /// A merge key's value has a tag of its own.
    #[error("the value of a merge key (`<<`) has a tag")]
    MergeTag,
    /// A service, or a key of a service, is named by a mapping or sequence.
    #[error("a key is a mapping or a sequence")]
    Key,
    /// The text is longer than the reader's offsets reach.
    #[error("{0} bytes are more than the second reader can read")]
    TooLong(usize),
}

/// What a parser's words are about, where the user can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Construct {
    /// White space, which may have to be spaces or may be missing.
    WhiteSpace,
    /// A literal or folded scalar.
    BlockScalar,
    /// A flow collection or a plain scalar, which may be in one.
    Flow,
    /// The handle of a tag.
    TagHandle,
    /// An anchor or alias.
    Anchor,
    /// Something else.
    Other,
}

/// Something that cannot be read, and its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadFault {
    pub(super) line: usize,
    pub(super) reason: Unreadable,
}

impl ReadFault {
    /// Whether another parser may accept the text.
    pub(super) fn is_of_parser(&self) -> bool {
        matches!(self.reason, Unreadable::TooDeep | Unreadable::UnknownAnchor | Unreadable::Syntax { .. })
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}
