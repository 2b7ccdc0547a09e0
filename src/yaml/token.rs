//! Tokens: what each byte of the source is.

use crate::text::{MAX_SOURCE_BYTES, Span};

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
    /// Bytes after a syntax error.
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

/// How many bits of a packed token are its kind; the others are its offset.
const KIND_BITS: u32 = 5;

/// The kinds by their number.
const KINDS: [TokenKind; 24] = [
    TokenKind::ByteOrderMark,
    TokenKind::Space,
    TokenKind::Break,
    TokenKind::Comment,
    TokenKind::Directive,
    TokenKind::DocumentStart,
    TokenKind::DocumentEnd,
    TokenKind::SequenceEntry,
    TokenKind::MappingKey,
    TokenKind::MappingValue,
    TokenKind::FlowEntry,
    TokenKind::FlowSequenceStart,
    TokenKind::FlowSequenceEnd,
    TokenKind::FlowMappingStart,
    TokenKind::FlowMappingEnd,
    TokenKind::Anchor,
    TokenKind::Tag,
    TokenKind::Alias,
    TokenKind::Plain,
    TokenKind::SingleQuoted,
    TokenKind::DoubleQuoted,
    TokenKind::BlockHeader,
    TokenKind::BlockBody,
    TokenKind::Invalid,
];

const _: () = {
    assert!(MAX_SOURCE_BYTES <= 1 << (u32::BITS - KIND_BITS), "an offset fits into a token");
    let mut number = 0;
    while number < KINDS.len() {
        assert!(KINDS[number] as usize == number, "each kind is at its number");
        number += 1;
    }
};

/// A token in 4 bytes: where it begins, and what it is.
#[derive(Clone, Copy, Debug)]
struct Token(u32);

impl Token {
    fn new(start: u32, kind: TokenKind) -> Self {
        Self(start << KIND_BITS | kind as u32)
    }

    fn start(self) -> u32 {
        self.0 >> KIND_BITS
    }

    fn kind(self) -> TokenKind {
        KINDS[(self.0 & ((1 << KIND_BITS) - 1)) as usize]
    }
}

/// The tokens of a source in order; each ends where the next begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    end: u32,
}

impl Tokens {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self { tokens: Vec::with_capacity(tokens), end: 0 }
    }

    /// Adds a token that reaches from the end of the last one to `end`.
    pub(super) fn push(&mut self, kind: TokenKind, end: u32) {
        debug_assert!(end > self.end, "tokens are never empty");
        self.tokens.push(Token::new(self.end, kind));
        self.end = end;
    }

    #[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
    pub(super) fn len(&self) -> u32 {
        self.tokens.len() as u32
    }

    /// The offset after the last token.
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// The kinds of all tokens in order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = TokenKind> {
        self.tokens.iter().map(|token| token.kind())
    }

    pub(super) fn kind(&self, id: TokenId) -> Option<TokenKind> {
        self.tokens.get(id as usize).map(|token| token.kind())
    }

    /// The bytes of token `id`; the empty span at the end of the source for one after the last.
    pub(super) fn span(&self, id: TokenId) -> Span {
        Span::new(self.start(id), self.start(id + 1))
    }

    pub(super) fn start(&self, id: TokenId) -> u32 {
        self.tokens.get(id as usize).map_or(self.end, |token| token.start())
    }

    /// The token that holds the byte at `offset`, or the one after the last.
    #[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
    pub(super) fn at(&self, offset: u32) -> TokenId {
        if offset >= self.end {
            return self.len();
        }
        self.tokens.partition_point(|token| token.start() <= offset).saturating_sub(1) as u32
    }
}
