//! Why a file that Docker Compose reads is not hardened.

use std::path::Path;

use thiserror::Error;

use crate::compose::{ComposeError, ComposeRule, FileId, Service};
use crate::text::{Diagnostic, Span};

/// The reason why a project cannot be hardened exactly, and the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The file it is about.
    pub file: FileId,
    /// The reason.
    pub reason: RefusalReason,
    /// The bytes it is about.
    pub span: Span,
}

/// Why something in a file cannot be hardened exactly, and the place.
#[derive(Debug)]
pub(super) struct Obstacle {
    reason: RefusalReason,
    span: Span,
}

/// Why a file cannot be hardened exactly.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefusalReason {
    /// Docker Compose rejects it.
    #[error("{0}")]
    Invalid(ComposeError),
    /// The existing block holds what no service can have.
    #[error("{0}")]
    BadBlock(ComposeRule),
    /// The block's key exists, and holds something else.
    #[error("`{0}` already exists and is not a mapping with an anchor")]
    KeyTaken(String),
    /// A service that merges a hardened one of an earlier document, where another block is in use.
    #[error("service `{0}` gets its block from another document than the services before it")]
    OtherBlock(String),
    /// A service whose mapping is in an earlier document.
    #[error("a service of a later document is written here, and needs the block of that document")]
    EarlierDocument,
    /// The services of a later document are those of an earlier one, or merge them.
    #[error("these are services of an earlier document, where `{0}` is to be hardened")]
    SharedServices(String),
    /// The block has a tag.
    #[error("the block `{0}` has a tag, so Docker Compose may not see what it holds")]
    TaggedBlock(String),
    /// A key of the block has a tag that removes it.
    #[error("`!reset` removes `{0}` from each service that merges the block")]
    RemovedKey(String),
    /// The block comes after a service that would use it.
    #[error("the block `{0}` comes after services that need it")]
    BlockBehind(String),
    /// The block's anchor is defined again before a service that would use it.
    #[error("the anchor `{0}` of the hardening block is defined again here")]
    AnchorRedefined(String),
    /// The block holds more keys than can be told apart.
    #[error("the block has more than {0} keys (MAX_BLOCK_KEYS)")]
    LargeBlock(usize),
    /// A list of the block holds more items than are compared.
    #[error("this list of the block has more than {0} items (MAX_BLOCK_ITEMS)")]
    LongList(usize),
    /// Two items of a list of the block may be the same, depending on a variable.
    #[error(
        "two items of this list of the block may be the same, depending on a variable, and Docker Compose rejects that"
    )]
    PerhapsSame,
    /// Two layers of a service would set the same item of a list.
    #[error(
        "service `{0}` would get the same item of `security_opt` from two layers, and Docker Compose rejects that"
    )]
    Twice(String),
    /// Two layers of a service may set the same item of a list, depending on a variable.
    #[error(
        "service `{0}` may get the same item of `security_opt` from two layers, depending on a variable, and Docker Compose rejects that"
    )]
    PerhapsTwice(String),
    /// A layer that has to be hardened, or gets it from a service that it merges, lies over others.
    #[error(
        "service `{service}` would get the hardening here too, through what it merges, in a layer over one in {earlier}"
    )]
    LateLayer {
        /// The service.
        service: String,
        /// Where the earlier layer is.
        earlier: String,
    },
    /// A layer that is to be hardened, by itself, lies over others: its file, or what it extends, is loaded twice.
    #[error("service `{service}` is to be hardened here, but this is also a layer over one in {earlier}")]
    SecondLayer {
        /// The service.
        service: String,
        /// Where the earlier layer is.
        earlier: String,
    },
    /// Something merged after a hardened service sets a key that the hardening sets too.
    #[error(
        "service `{service}` merges a hardened service and, after it, something that sets `{key}`, which would be overridden"
    )]
    Outranked {
        /// The service.
        service: String,
        /// The key.
        key: String,
    },
    /// A key of the user's block that is not a string or known list, and that a later layer sets too.
    #[error(
        "the block sets `{key}`, and a later layer of service `{service}` does too; how the two would be merged is not known"
    )]
    UnknownMerge {
        /// The service.
        service: String,
        /// The key.
        key: String,
    },
    /// A list that is merged where it is written, has an anchor for others to merge it, and no room for a list
    /// around it.
    #[error("what is merged here has an anchor, and its aliases would bring the hardening elsewhere")]
    AnchoredMerge,
    /// What is merged has a tag.
    #[error("the merged mapping has a tag, and Docker Compose would apply it at another path")]
    TaggedMerge,
    /// A service's mapping is used in other places too.
    #[error("service `{0}` would bring the hardening here too, where it does not belong")]
    Aliased(String),
    /// A service that two includes bring side by side.
    #[error("service `{0}` comes from this file twice, because two others include it")]
    IncludedTwice(String),
    /// A file in JSON.
    #[error("a JSON file cannot be hardened")]
    Json,
    /// Line ends that no diff can show.
    #[error("lines that end in a lone carriage return cannot be shown in a diff")]
    LoneCarriageReturns,
    /// compose-go takes the aliases of services with dotted names for a cycle.
    #[error(
        "services `{0}` and `{1}` cannot share an alias: Docker Compose takes their dotted names for a cycle"
    )]
    DottedNames(String, String),
    /// A block scalar at the end of the text, after which a line has to be added.
    #[error("a line added after this block scalar would add a line break to its value")]
    OpenLine,
    /// A merge key nested deeper than is searched.
    #[error("mappings are merged into one another inline more than {0} levels deep (MAX_INLINE_MERGES)")]
    InlineMerges(usize),
}

impl RefusalReason {
    pub(super) fn at(self, span: Span) -> Obstacle {
        Obstacle { reason: self, span }
    }

    /// Says that `service` is hardened in a layer over one in the file at `earlier`.
    pub(super) fn late(service: &Service<'_>, earlier: &Path) -> Self {
        let (merges, service) = (service.merges(), service.name.clone().into_owned());
        let earlier = format!("`{}`", earlier.display());
        if merges { Self::LateLayer { service, earlier } } else { Self::SecondLayer { service, earlier } }
    }
}

impl Obstacle {
    pub(super) fn in_file(self, file: FileId) -> Refusal {
        Refusal { file, reason: self.reason, span: self.span }
    }
}

impl From<ComposeError> for Obstacle {
    fn from(error: ComposeError) -> Self {
        let span = error.span;
        RefusalReason::Invalid(error).at(span)
    }
}

/// The refusals of a step, of which each may have several.
///
/// A later one may be gone once what an earlier one is about is given up: the caller takes care of that.
#[derive(Default)]
pub(super) struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Returns the value of `result`, or keeps its refusal.
    pub(super) fn keep<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// Ends the step.
    ///
    /// # Errors
    /// What was kept.
    pub(super) fn finish(self) -> Result<(), Vec<Refusal>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

impl Refusal {
    /// Returns the message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let help = match &self.reason {
            RefusalReason::Invalid(error) => return error.diagnostic(),
            RefusalReason::BadBlock(_) => "fix the hardening block; every service that merges it gets this",
            RefusalReason::KeyTaken(_) => {
                "rename the key, or give it the anchor `&hardening` and the options you want"
            }
            RefusalReason::BlockBehind(_) => "move the block before `services:` and whatever uses it",
            RefusalReason::AnchorRedefined(_) => "give one of the two anchors another name",
            RefusalReason::LargeBlock(_) => "keep only the options that harden in the block",
            RefusalReason::LongList(_) => "keep only the items that harden in the block",
            RefusalReason::PerhapsSame => "write one of them without the variable",
            RefusalReason::Twice(_) => {
                "remove the item from the service that extends or overrides; the hardening provides it"
            }
            RefusalReason::PerhapsTwice(_) => {
                "write the item of the service that extends or overrides without the variable"
            }
            RefusalReason::LateLayer { .. } => {
                "merge a template that is not a service instead, or name the files that are loaded together with `-f`"
            }
            RefusalReason::SecondLayer { .. } => {
                "have the project name and extend each file once, or name the files that are loaded together with `-f`"
            }
            RefusalReason::Outranked { .. } => "merge what sets the key first",
            RefusalReason::UnknownMerge { .. } => "set the key in one of the two only",
            RefusalReason::OtherBlock(_) => "keep one block, in the first document",
            RefusalReason::EarlierDocument | RefusalReason::SharedServices(_) => {
                "write the services out in the document that they belong to"
            }
            RefusalReason::TaggedBlock(_) | RefusalReason::TaggedMerge => "remove the tag",
            RefusalReason::RemovedKey(_) => "remove the key, or its tag",
            RefusalReason::Aliased(_) => "write the content out here, or move what both need to an `x-` key",
            RefusalReason::IncludedTwice(_) => {
                "include the file once: newer versions of Docker Compose merge it with itself, and reject that its \
                 lists then have an item twice"
            }
            RefusalReason::AnchoredMerge => "move it to an `x-` key, and merge an alias of it",
            RefusalReason::Json => "convert it to YAML; JSON has neither anchors nor merge keys",
            RefusalReason::LoneCarriageReturns => "convert its line ends to LF or CRLF",
            RefusalReason::DottedNames(..) => "rename one of the two services",
            RefusalReason::OpenLine => "end the file with a line break",
            RefusalReason::InlineMerges(_) => "merge the mappings as a list",
        };
        if matches!(self.reason, RefusalReason::Json | RefusalReason::LoneCarriageReturns) {
            return Diagnostic::error(self.to_string()).help(help);
        }
        Diagnostic::error("this file cannot be hardened exactly").at(self.span, self.to_string()).help(help)
    }
}
