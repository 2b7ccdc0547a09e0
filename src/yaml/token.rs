//! Tokens: what each byte of the source is.

use crate::text::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TokenKind {
    /// A byte order mark.
    ByteOrderMark,
    /// Spaces and tabs.
    Space,
    /// A line break.
    Break,
    /// A comment, from its `#` to the end of its line.
    Comment,
    /// A directive line, without its line break and comment.
    Directive,
    /// The marker `---`.
    DocumentStart,
    /// The marker `...`.
    DocumentEnd,
    /// The indicator `-` of an entry of a block sequence.
    SequenceEntry,
    /// The indicator `?` of an explicit key.
    MappingKey,
    /// The indicator `:` of a value.
    MappingValue,
    /// The indicator `,` between entries of a flow collection.
    FlowEntry,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// An anchor with its `&`.
    Anchor,
    /// A tag with its `!`.
    Tag,
    /// An alias with its `*`.
    Alias,
    /// A plain scalar; over several lines, with the line breaks between them.
    Plain,
    /// A single-quoted scalar with its quotes.
    SingleQuoted,
    /// A double-quoted scalar with its quotes.
    DoubleQuoted,
    /// The header of a literal or folded scalar, as in `|2-`.
    BlockHeader,
    /// The lines of a literal or folded scalar. Trailing blank lines belong to it where the header keeps them.
    BlockBody,
    /// Bytes behind a syntax error.
    Invalid,
}

impl TokenKind {
    /// Whether the token says nothing about nodes: white space, line breaks, comments, byte order marks.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::ByteOrderMark | Self::Space | Self::Break | Self::Comment)
    }

    /// Whether the token is a node's anchor or tag.
    #[must_use]
    pub fn is_property(self) -> bool {
        matches!(self, Self::Anchor | Self::Tag)
    }
}

/// A token's number in its tree.
pub type TokenId = u32;

/// The tokens of a source in order; each ends where the next begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    starts: Vec<u32>,
    kinds: Vec<TokenKind>,
    end: u32,
}

impl Tokens {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self { starts: Vec::with_capacity(tokens), kinds: Vec::with_capacity(tokens), end: 0 }
    }

    /// Adds a token that reaches from the end of the last one to `end`.
    pub(super) fn push(&mut self, kind: TokenKind, end: u32) {
        debug_assert!(end > self.end, "tokens are never empty");
        self.starts.push(self.end);
        self.kinds.push(kind);
        self.end = end;
    }

    #[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^28 bytes")]
    pub(super) fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The offset behind the last token.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    pub(super) fn kind(&self, id: TokenId) -> Option<TokenKind> {
        self.kinds.get(id as usize).copied()
    }

    /// The bytes of token `id`; the empty span at the end of the source for one behind the last.
    pub(super) fn span(&self, id: TokenId) -> Span {
        Span::new(self.start(id), self.start(id + 1))
    }

    pub(super) fn start(&self, id: TokenId) -> u32 {
        self.starts.get(id as usize).copied().unwrap_or(self.end)
    }

    /// The token that holds the byte at `offset`, or the one behind the last.
    #[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^28 bytes")]
    pub(super) fn at(&self, offset: u32) -> TokenId {
        if offset >= self.end {
            return self.len();
        }
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1) as u32
    }
}
