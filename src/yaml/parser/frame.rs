//! What is open around the cursor: block collections, flow collections, and the properties of a node to come.

use super::super::token::TokenId;

/// An open block collection.
pub(super) struct Frame {
    pub(super) node: u32,
    /// The column of its entries.
    pub(super) indent: i32,
    pub(super) sequence: bool,
    /// Whether an explicit key waits for its value.
    pub(super) explicit_key: bool,
}

/// An open flow collection.
pub(super) struct FlowFrame {
    pub(super) kind: FlowKind,
    pub(super) state: FlowState,
    /// Properties of the node that comes next.
    pub(super) pending: Properties,
    /// Whether a `?` precedes the key that comes next.
    pub(super) explicit: bool,
    /// The collection itself, as a node of the one around it.
    pub(super) own: LastNode,
    /// The node that came last.
    pub(super) last: LastNode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FlowKind {
    Sequence,
    Mapping,
    /// A mapping of one entry inside a sequence; it ends with its value.
    Pair,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FlowState {
    /// A sequence's entry or a mapping's key may come.
    Entry,
    /// A sequence's entry or a mapping's key has come.
    EntryDone,
    /// A mapping's value may come.
    Value,
    /// A mapping's value has come.
    ValueDone,
}

/// What matters of a node in case it is a key.
#[derive(Clone, Copy)]
pub(super) struct LastNode {
    pub(super) node: u32,
    pub(super) start: usize,
    pub(super) line_start: usize,
    /// Whether it is quoted or bracketed, so that its `:` needs no space after.
    pub(super) json_like: bool,
}

/// The anchor and tag before a node.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties {
    pub(super) first: Option<TokenId>,
    pub(super) flags: u8,
    pub(super) column: i32,
}

impl Properties {
    pub(super) fn is_empty(self) -> bool {
        self.first.is_none()
    }
}
