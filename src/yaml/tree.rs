//! The tree: two flat vectors over one text, tokens and nodes.
//!
//! Nodes are in document order, each before its children, and each knows where its subtree ends: the next
//! sibling is one step away, and nothing is allocated per node.

use super::error::{Relaxation, SyntaxError};
use super::token::{TokenId, TokenKind, Tokens};
use crate::text::{LineEnding, Span};

/// What a node is, and in which style it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum NodeKind {
    /// A document; its only child is its root.
    Document,
    /// A mapping in block style; its children are keys and values in turn.
    BlockMapping,
    /// A mapping in flow style.
    FlowMapping,
    /// A mapping of one entry without braces, inside a flow sequence: `[a: b]`.
    FlowPair,
    /// A sequence in block style.
    BlockSequence,
    /// A sequence in flow style.
    FlowSequence,
    /// A plain scalar.
    Plain,
    /// A single-quoted scalar.
    SingleQuoted,
    /// A double-quoted scalar.
    DoubleQuoted,
    /// A literal scalar (`|`).
    Literal,
    /// A folded scalar (`>`).
    Folded,
    /// An alias.
    Alias,
    /// A node without content: an empty plain scalar.
    Empty,
}

/// A node as it is stored: 16 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawNode {
    pub(super) kind: NodeKind,
    /// Which of [`flag`] hold.
    pub(super) flags: u8,
    /// The column at which the lines of a block scalar begin.
    pub(super) indent: u16,
    /// The first token, an anchor or tag included.
    pub(super) first: TokenId,
    /// The token after the last.
    pub(super) end: TokenId,
    /// The node after the subtree.
    pub(super) next: u32,
}

/// Facts about a node that would cost a search otherwise.
pub(super) mod flag {
    pub(in crate::yaml) const ANCHOR: u8 = 1;
    pub(in crate::yaml) const TAG: u8 = 1 << 1;
    /// A document opened by `---`.
    pub(in crate::yaml) const EXPLICIT_START: u8 = 1 << 2;
    /// A document closed by `...`.
    pub(in crate::yaml) const EXPLICIT_END: u8 = 1 << 3;
    /// A plain scalar over several lines.
    pub(in crate::yaml) const FOLDED: u8 = 1 << 4;
}

/// A text as YAML: tokens over all of its bytes, and the nodes that they make.
///
/// [`Tree::errors`] says what is wrong with it. After the first error that no reader could recover from, the rest of the
/// text is one [`TokenKind::Invalid`] token without nodes.
#[derive(Clone, Debug)]
pub struct Tree<'s> {
    pub(super) text: &'s str,
    pub(super) tokens: Tokens,
    pub(super) nodes: Vec<RawNode>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) relaxations: Vec<Relaxation>,
    /// The tags in order whose handles a directive declares, and what these stand for.
    pub(super) tag_prefixes: Vec<(TokenId, &'s str)>,
    pub(super) line_ending: LineEnding,
}

impl<'s> Tree<'s> {
    /// The text the tree is of.
    #[must_use]
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// The line end that most of its first lines have.
    #[must_use]
    pub fn line_ending(&self) -> LineEnding {
        self.line_ending
    }

    /// What breaks YAML 1.2.2, in order of place.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// What breaks YAML 1.2.2 and is read by Docker Compose all the same, in order of place.
    #[must_use]
    pub fn relaxations(&self) -> &[Relaxation] {
        &self.relaxations
    }

    /// The tokens in order, with the bytes each covers. Joined, they are the text.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenKind, Span)> {
        (0..self.tokens.len()).filter_map(|id| Some((self.tokens.kind(id)?, self.tokens.span(id))))
    }

    /// The kind and bytes of token `id`; none after the last.
    #[must_use]
    pub fn token(&self, id: TokenId) -> Option<(TokenKind, Span)> {
        Some((self.tokens.kind(id)?, self.tokens.span(id)))
    }

    /// The number of the token that holds the byte at `offset`.
    #[must_use]
    pub fn token_at(&self, offset: u32) -> TokenId {
        self.tokens.at(offset)
    }

    /// The text of `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'s str {
        &self.text[span.range()]
    }
}
