//! Why Docker Compose would reject a file.

use thiserror::Error;

use crate::text::{Diagnostic, Span};

/// A rule of Docker Compose that a file breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{rule}")]
pub struct ComposeError {
    /// The rule.
    pub rule: ComposeRule,
    /// The bytes that break it.
    pub span: Span,
}

/// A rule of Docker Compose that a file can break.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ComposeRule {
    /// A document that holds nothing.
    #[error("the document is empty")]
    EmptyDocument,
    /// The root of a document must be a mapping.
    #[error("the top level of a Compose file must be a mapping")]
    RootNotMapping,
    /// A top-level key that does not exist.
    #[error("`{0}` is not a top-level key of a Compose file")]
    UnknownTopLevel(String),
    /// A file of the first version: services at the top level.
    #[error(
        "services are at the top level, as in version 1 of the format; Docker Compose expects them below `services:`"
    )]
    VersionOne,
    /// A top-level merge key that brings `services` or `include`.
    #[error("`{0}` comes from this merge key, which is not followed at the top level")]
    MergedRoot(&'static str),
    /// Tagged `services` beside `include`, with an alias as their key, or reached by an alias.
    #[error("a tag on `services` is not followed beside `include`, or if the key or the value is an alias")]
    TaggedServices,
    /// A service that `!reset` removes, where a merge key brings one of the same name: Docker Compose keeps that.
    #[error("service `{0}` is removed by `!reset`, but a merge key adds it again")]
    ResetAndMerged(String),
    /// `!reset` below `!override`, where Docker Compose ignores tags.
    #[error("`!reset` does not remove `{0}`: Docker Compose ignores tags below `!override`")]
    KeptReset(String),
    /// A top-level key whose value must be a mapping.
    #[error("`{0}` must be a mapping")]
    NotMapping(String),
    /// Aliases that stand for more than [`MAX_ALIASED_NODES`](super::MAX_ALIASED_NODES).
    #[error("up to here, aliases stand for more than 10,000,000 nodes (MAX_ALIASED_NODES)")]
    TooManyAliasedNodes,
    /// More than [`MAX_SERVICES`](super::MAX_SERVICES), and less than
    /// [`MIN_BYTES_PER_SERVICE`](super::MIN_BYTES_PER_SERVICE) for each.
    #[error(
        "from here on there are more than 20,000 services (MAX_SERVICES), of less than 500 bytes each (MIN_BYTES_PER_SERVICE)"
    )]
    TooManyServices,
    /// More than [`MAX_DOCUMENTS`](super::MAX_DOCUMENTS).
    #[error("this file has more than {0} documents (MAX_DOCUMENTS)")]
    TooManyDocuments(usize),
    /// A service's name.
    #[error("`{0}` is not a valid service name: use only ASCII letters, digits, `.`, `_` and `-`")]
    ServiceName(String),
    /// A service's name that is longer than [`MAX_NAME_BYTES`](super::MAX_NAME_BYTES).
    #[error("a service's name is longer than {0} bytes (MAX_NAME_BYTES)")]
    LongServiceName(usize),
    /// A service must be a mapping.
    #[error("service `{0}` must be a mapping")]
    ServiceNotMapping(String),
    /// A key that must be a string, and is not.
    #[error("`{0}` must be a string")]
    NotString(String),
    /// A list whose items must be strings.
    #[error("each item of `{0}` must be a string")]
    ItemNotString(String),
    /// A key that must be a list, and is not.
    #[error("`{0}` must be a list")]
    NotList(String),
    /// A key that is null in the first layer of a service.
    #[error("`{0}` must have a value here")]
    Null(String),
    /// A list whose items must differ.
    #[error("`{0}` has this item twice")]
    SameItem(String),
    /// A key that no service can have.
    #[error("`{0}` is not a service attribute, but every service that merges the block would get it")]
    NoAttribute(String),
    /// A `<<` with quotes or a tag, which merges nothing and is not an attribute.
    #[error("this `<<` is not a merge key but an attribute that no service has; remove its quotes or tag")]
    NoMergeKey,
    /// `extends` is malformed.
    #[error("`extends` must name a service")]
    Extends,
    /// The `file` of `extends` is malformed.
    #[error("the `file` of `extends` must be the path of a file, or null")]
    ExtendsFile,
    /// `include` is malformed.
    #[error("`include` must be a list of paths, or of mappings with a `path`")]
    Include,
    /// `!reset` or `!override` in `include`, which can remove one of its files.
    #[error("`!reset` and `!override` are not followed in `include`")]
    TaggedInclude,
    /// An alias without its anchor.
    #[error("there is no anchor `{0}` before this alias")]
    UnknownAnchor(String),
    /// An alias as a key, of something that is not a string.
    #[error("only a string can be a key, and the anchor `{0}` is on something else")]
    KeyType(String),
    /// An alias inside the node it names.
    #[error("the anchor `{0}` contains this alias of itself")]
    SelfContaining(String),
    /// A merge key whose value is not a mapping.
    #[error("a merge key needs a mapping, an alias of one, or a list of them")]
    Merge,
    /// What a merge key merges has a tag.
    #[error("the merged mapping has a tag, and Docker Compose would apply it at another path")]
    TaggedMerge,
    /// More than [`MAX_MERGED_IN_FILE`](super::MAX_MERGED_IN_FILE).
    #[error(
        "the services of this file are made of more than {0} mappings, entries and items in total (MAX_MERGED_IN_FILE)"
    )]
    TooMuchMerging(usize),
    /// More merged mappings than [`MAX_MERGED_MAPPINGS`](super::MAX_MERGED_MAPPINGS).
    #[error("more than {0} mappings are merged into one another here (MAX_MERGED_MAPPINGS)")]
    TooManyMerges(usize),
}

impl ComposeRule {
    /// Whether it is about one service, and does not affect services that do not use it.
    pub(super) fn is_of_service(&self) -> bool {
        matches!(
            self,
            Self::ServiceName(_)
                | Self::ServiceNotMapping(_)
                | Self::NotString(_)
                | Self::ItemNotString(_)
                | Self::NotList(_)
                | Self::SameItem(_)
                | Self::NoMergeKey
        )
    }
}

impl ComposeError {
    /// Returns the message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (rejected, help) = match self.rule {
            ComposeRule::VersionOne => (true, "put the services below a top-level key `services:`"),
            ComposeRule::MergedRoot(_) => (false, "write the key out at the top level"),
            ComposeRule::ResetAndMerged(_) => (false, "write the merged services out"),
            ComposeRule::TaggedInclude => (false, "remove the tag, and the value after `!reset`"),
            ComposeRule::TaggedMerge | ComposeRule::TaggedServices => (false, "remove the tag"),
            ComposeRule::KeptReset(_) => (false, "remove the entry with the tag"),
            ComposeRule::TooManyServices | ComposeRule::TooManyDocuments(_) => {
                (false, "divide it into several files")
            }
            ComposeRule::TooManyAliasedNodes => (false, "let fewer aliases stand for one another"),
            ComposeRule::LongServiceName(_) => (false, "give the service a shorter name"),
            ComposeRule::TooManyMerges(_) | ComposeRule::TooMuchMerging(_) => {
                (false, "merge fewer templates")
            }
            _ => (true, "fix the file first; `docker compose config` reports the same error"),
        };
        let title = if rejected {
            "Docker Compose rejects this file"
        } else {
            "this file cannot be hardened exactly"
        };
        Diagnostic::error(title).at(self.span, self.to_string()).help(help)
    }
}
