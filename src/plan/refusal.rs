//! Why a file that Docker Compose reads is not hardened.

use thiserror::Error;

use crate::compose::ComposeError;
use crate::text::{Diagnostic, Span};

/// The reason why a file cannot be hardened exactly, and the place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The reason.
    pub reason: RefusalReason,
    /// The bytes it is about.
    pub span: Span,
}

/// Why a file cannot be hardened exactly.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RefusalReason {
    /// Docker Compose rejects it.
    #[error("{0}")]
    Invalid(ComposeError),
    /// The block's key is there, and holds something else.
    #[error("`{0}` is there already and is no mapping with an anchor")]
    KeyTaken(String),
    /// The block stands behind a service that would use it.
    #[error("the block `{0}` stands behind services that need it")]
    BlockBehind(String),
    /// The block's anchor is defined again before a service that would use it.
    #[error("the anchor `{0}` of the hardening block is defined again here")]
    AnchorRedefined(String),
    /// The block holds more keys than can be told apart.
    #[error("the block has more than {0} keys (MAX_BLOCK_KEYS)")]
    LargeBlock(usize),
    /// The root of the chain is in another file.
    #[error("service `{service}` extends a service of `{file}`, where it has to be hardened")]
    ExtendsFile {
        /// The service.
        service: String,
        /// The other file.
        file: String,
    },
    /// The chain leads nowhere.
    #[error("service `{0}` extends a service that this file does not define, or itself")]
    ExtendsNothing(String),
    /// Two layers of a service would set the same item of a list.
    #[error("service `{0}` would get the same item of `security_opt` twice, and Docker Compose rejects that")]
    Twice(String),
    /// compose-go takes the aliases of services with dotted names for a cycle.
    #[error(
        "services `{0}` and `{1}` cannot share an alias: Docker Compose takes their dotted names for a cycle"
    )]
    DottedNames(String, String),
    /// A block scalar at the end of the text, behind which a line has to be added.
    #[error("a line added behind this block scalar would add a line break to its value")]
    OpenLine,
    /// A merge key nested deeper than is looked into.
    #[error("mappings are merged into one another inline more than {0} levels deep (MAX_INLINE_MERGES)")]
    InlineMerges(usize),
}

impl From<ComposeError> for Refusal {
    fn from(error: ComposeError) -> Self {
        Self { span: error.span, reason: RefusalReason::Invalid(error) }
    }
}

impl Refusal {
    /// Returns the message for people.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let help = match &self.reason {
            RefusalReason::Invalid(error) => return error.diagnostic(),
            RefusalReason::KeyTaken(_) => {
                "rename the key, or give it the anchor `&hardening` and the options you want"
            }
            RefusalReason::BlockBehind(_) => "move the block before `services:` and whatever uses it",
            RefusalReason::AnchorRedefined(_) => "give one of the two anchors another name",
            RefusalReason::LargeBlock(_) => "keep only the options that harden in the block",
            RefusalReason::ExtendsFile { .. } => {
                "harden that file; this service then gets the hardening from there"
            }
            RefusalReason::ExtendsNothing(_) => "name a service of this file",
            RefusalReason::Twice(_) => {
                "remove the item from the service that extends or overrides; the hardening provides it"
            }
            RefusalReason::DottedNames(..) => "rename one of the two services",
            RefusalReason::OpenLine => "end the file with a line break",
            RefusalReason::InlineMerges(_) => "merge the mappings as a list",
        };
        Diagnostic::error("this file cannot be hardened exactly").at(self.span, self.to_string()).help(help)
    }
}
