//! What is decided about each definition of a service.

use crate::text::Span;

/// What to do with a service where one document defines it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: no project is known that has it as an earliest layer, or `!reset` removes it.
    #[default]
    Nothing,
    /// The block is merged into it: the hardening of its service goes here.
    Harden,
    /// It merges the block already, directly or through what it merges.
    Hardened,
    /// It gets the hardening from a service that it merges or is an alias of.
    Inherits,
    /// Another layer of the same service is hardened, or provides the hardening by `extends`: here it would be a duplicate.
    Layer,
    /// Files that may be loaded together both include it, and Docker Compose would merge it with itself in one service.
    Repeated,
    /// Some versions of Docker Compose replace it by a later document, others merge the two.
    Unsettled,
    /// Without image and build it can only be a layer of a project that is not known, and is left alone.
    Partial,
    /// It is in a file that must not change.
    Blocked,
}

impl Decision {
    /// Whether the service gains the hardening by this decision.
    #[must_use]
    pub fn hardens(self) -> bool {
        matches!(self, Self::Harden | Self::Inherits)
    }
}

/// A definition of a service and what to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedService {
    /// The key that names it.
    pub span: Span,
    /// What to do with it.
    pub decision: Decision,
}
