//! One node of a stream, as a tape holds it.
//!
//! Knows neither the content of scalars nor the text of tags.

/// The place of a node on a [`Tape`](super::tape::Tape).
pub(super) type NodeId = u32;

/// What a node is; scalars by their style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain scalar, or nothing.
    Plain,
    /// A single-quoted scalar.
    SingleQuoted,
    /// A double-quoted scalar.
    DoubleQuoted,
    /// A literal scalar (`|`).
    Literal,
    /// A folded scalar (`>`).
    Folded,
    /// A sequence of either style.
    Sequence,
    /// A mapping of either style.
    Mapping,
    /// An alias.
    Alias,
}

/// A node in 16 bytes. What `first` and `second` mean depends on its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Whether it has a tag, which [`Tape::tag`](super::tape::Tape::tag) finds.
    pub(super) tagged: bool,
    /// Counted from 1.
    pub(super) line: u32,
    /// Scalar: where its content starts. Collection: the node after its last, 0 while it is open. Alias:
    /// the node it refers to, which is never an alias.
    pub(super) first: u32,
    /// Scalar: where its content ends. Collection: the number of its children.
    pub(super) second: u32,
}

impl Kind {
    pub(super) fn is_scalar(self) -> bool {
        !self.is_collection() && self != Self::Alias
    }

    pub(super) fn is_collection(self) -> bool {
        matches!(self, Self::Sequence | Self::Mapping)
    }
}
