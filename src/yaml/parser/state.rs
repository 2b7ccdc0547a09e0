//! The state of the parser, and the steps that all its parts take: over bytes, tokens and nodes.
//!
//! Knows nothing of what may come next.

use foldhash::{HashMap, HashMapExt};

use super::super::chars::{break_len, is_blank, is_break};
use super::super::error::{Relaxation, SyntaxError, SyntaxErrorKind};
use super::super::token::{TokenId, TokenKind, Tokens};
use super::super::tree::{NodeKind, RawNode, Tree, flag};
use super::frame::{FlowFrame, Frame, Properties};
use crate::text::{LineEnding, Span};

/// How deep collections can be nested. Docker Compose's reader has the same limit.
pub const MAX_DEPTH: usize = 10_000;

/// How long an implicit key can be, in characters (YAML 1.2.2, section 7.4.2).
pub const MAX_IMPLICIT_KEY: usize = 1024;

/// How many nodes a text of any length can have.
pub const MAX_NODES: usize = 1_000_000;

/// A text with more nodes than [`MAX_NODES`] has at least as many bytes for each of them: the memory that a node takes, here and
/// in a proof, is bounded by the length of the text.
pub const MIN_BYTES_PER_NODE: usize = 5;

/// What is between two tokens that are not white space.
#[derive(Clone, Copy, Default)]
pub(super) struct Gap {
    /// Whether a line break was passed.
    pub(super) new_line: bool,
    /// The spaces that the current line begins with, where a line break was passed.
    pub(super) spaces: i32,
    /// Whether there is a tab in the white space right before the cursor.
    pub(super) tabs: bool,
}

pub(super) struct Parser<'s> {
    pub(super) text: &'s str,
    pub(super) bytes: &'s [u8],
    pub(super) at: usize,
    /// The offset at which the current line begins, after a byte order mark.
    pub(super) line_start: usize,
    pub(super) tokens: Tokens,
    pub(super) nodes: Vec<RawNode>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) relaxations: Vec<Relaxation>,
    pub(super) frames: Vec<Frame>,
    pub(super) flow_frames: Vec<FlowFrame>,
    /// The token after the last one that is not trivia.
    pub(super) tail: TokenId,
    /// The handles that the current document's `%TAG` directives declare, and what they stand for.
    pub(super) tag_handles: HashMap<&'s str, &'s str>,
    pub(super) tag_prefixes: Vec<(TokenId, &'s str)>,
    /// Set by an error that cannot be got past.
    pub(super) failed: bool,
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a source is shorter than 2^27 bytes"
)]
impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line_start: 0,
            // Enough for dense texts too: growing would copy all, and what is not used costs addresses, not memory.
            tokens: Tokens::with_capacity(text.len() / 2),
            nodes: Vec::with_capacity(text.len() / 4),
            errors: Vec::new(),
            relaxations: Vec::new(),
            frames: Vec::new(),
            flow_frames: Vec::new(),
            tail: 0,
            tag_handles: HashMap::new(),
            tag_prefixes: Vec::new(),
            failed: false,
        }
    }

    pub(super) fn finish(mut self) -> Tree<'s> {
        self.at = self.bytes.len();
        if self.tokens.end() as usize != self.at {
            self.push_token(TokenKind::Invalid);
        }
        self.errors.sort_by_key(|error| error.span.start());
        Tree {
            text: self.text,
            tokens: self.tokens,
            nodes: self.nodes,
            errors: self.errors,
            relaxations: self.relaxations,
            tag_prefixes: self.tag_prefixes,
            line_ending: LineEnding::of(self.text),
        }
    }

    // ---- the cursor

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn column(&self) -> i32 {
        (self.at - self.line_start) as i32
    }

    /// Whether a blank, a line break or the end of the text is at `at`.
    pub(super) fn is_separated(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| is_blank(byte) || matches!(byte, b'\n' | b'\r'))
    }

    /// Whether the cursor is at `indicator` with a blank, a line break or the end after it.
    pub(super) fn at_indicator(&self, indicator: u8) -> bool {
        self.peek() == Some(indicator) && self.is_separated(self.at + 1)
    }

    /// Whether the line that begins at `at` is a document marker.
    pub(super) fn is_marker(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..at + 3), Some(b"---" | b"...")) && self.is_separated(at + 3)
    }

    /// Whether the cursor is at a document marker or the end of the text.
    pub(super) fn at_document_boundary(&self) -> bool {
        self.at_end() || (self.at == self.line_start && self.is_marker(self.at))
    }

    // ---- tokens

    /// Makes the bytes from the end of the last token to the cursor a token.
    pub(super) fn push_token(&mut self, kind: TokenKind) -> TokenId {
        let id = self.tokens.len();
        self.tokens.push(kind, self.at as u32);
        if !kind.is_trivia() {
            self.tail = id + 1;
        }
        id
    }

    /// Makes the next `length` bytes a token.
    pub(super) fn take(&mut self, kind: TokenKind, length: usize) -> TokenId {
        self.at += length;
        self.push_token(kind)
    }

    /// Takes spaces and tabs; whether there was a tab among them.
    pub(super) fn take_blanks(&mut self) -> bool {
        let start = self.at;
        let mut tabs = false;
        while let Some(byte @ (b' ' | b'\t')) = self.peek() {
            tabs |= byte == b'\t';
            self.at += 1;
        }
        if self.at > start {
            self.push_token(TokenKind::Space);
        }
        tabs
    }

    pub(super) fn take_break(&mut self) -> bool {
        let length = match self.peek() {
            Some(b'\n') => 1,
            Some(b'\r') => break_len(&self.bytes[self.at..]),
            _ => return false,
        };
        self.take(TokenKind::Break, length);
        self.line_start = self.at;
        true
    }

    pub(super) fn take_comment(&mut self) {
        if self.peek() != Some(b'#') {
            return;
        }
        let separated = self.at == self.line_start || is_blank(self.bytes[self.at - 1]);
        if !separated {
            self.relax(SyntaxErrorKind::CommentWithoutSpace, self.at, 1);
        }
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| is_break(*byte)).unwrap_or(rest.len());
        self.take(TokenKind::Comment, length);
    }

    /// Takes white space, line breaks and comments (`s-separate`, `s-l-comments`).
    pub(super) fn take_gap(&mut self) -> Gap {
        let mut gap = Gap { new_line: self.at == self.line_start, ..Gap::default() };
        loop {
            let start = self.at;
            gap.tabs = self.take_blanks();
            if gap.new_line {
                gap.spaces =
                    if gap.tabs { self.leading_spaces(start, self.at) } else { (self.at - start) as i32 };
            }
            match self.peek() {
                Some(b'\n' | b'\r') => {}
                Some(b'#') => self.take_comment(),
                _ => return gap,
            }
            if !self.take_break() {
                return gap;
            }
            gap.new_line = true;
        }
    }

    // ---- nodes

    pub(super) fn push_node(&mut self, kind: NodeKind, first: TokenId, end: TokenId, flags: u8) -> u32 {
        let id = self.nodes.len();
        if id >= MAX_NODES && id >= self.bytes.len() / MIN_BYTES_PER_NODE {
            self.fail(SyntaxErrorKind::TooManyNodes);
        }
        let id = id as u32;
        self.nodes.push(RawNode { kind, flags, indent: 0, first, end, next: id + 1 });
        id
    }

    /// The flags of a scalar that ends at the cursor and began on the line at `line_start`.
    pub(super) fn scalar_flags(&self, kind: NodeKind, line_start: usize) -> u8 {
        if kind == NodeKind::Plain && line_start != self.line_start { flag::FOLDED } else { 0 }
    }

    /// Adds a node without content after the last token, with what `properties` there are.
    pub(super) fn push_empty(&mut self, properties: Properties) {
        let first = properties.first.unwrap_or(self.tail);
        self.push_node(NodeKind::Empty, first, self.tail, properties.flags);
    }

    /// Puts a mapping before node `at`, which becomes its first key.
    ///
    /// The nodes after `at` move: they are those of one implicit key, [`MAX_IMPLICIT_KEY`] characters at most.
    pub(super) fn insert_node(&mut self, at: u32, kind: NodeKind, first: TokenId, flags: u8) {
        self.nodes.insert(at as usize, RawNode { kind, flags, indent: 0, first, end: first, next: at });
        for node in &mut self.nodes[at as usize + 1..] {
            node.next += 1;
        }
    }

    /// Ends node `id` after the last token and the last node.
    pub(super) fn close_node(&mut self, id: u32) {
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[id as usize];
        node.next = next;
        node.end = self.tail;
    }

    // ---- errors

    /// Notes an error that parsing gets past.
    pub(super) fn error(&mut self, kind: SyntaxErrorKind, start: usize, end: usize) {
        self.errors.push(SyntaxError { kind, span: Span::new(start as u32, end as u32) });
    }

    /// Notes an error at the cursor that parsing does not get past.
    pub(super) fn fail(&mut self, kind: SyntaxErrorKind) {
        self.fail_at(kind, self.at);
    }

    pub(super) fn fail_at(&mut self, kind: SyntaxErrorKind, at: usize) {
        if !self.failed {
            let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            self.error(kind, at, at + length);
        }
        self.failed = true;
    }

    /// Notes a place that Docker Compose's reader takes although YAML 1.2 does not.
    pub(super) fn relax(&mut self, kind: SyntaxErrorKind, at: usize, spaces: i32) {
        let relaxation = Relaxation { kind, offset: at as u32, spaces: spaces.unsigned_abs() };
        self.relaxations.push(relaxation);
    }

    /// Notes where the line that begins at `line_start` with `spaces` is not indented more than `parent`, the
    /// column of the collection it is in.
    pub(super) fn expect_indentation(&mut self, line_start: usize, spaces: i32, parent: i32) {
        if spaces <= parent {
            self.relax(SyntaxErrorKind::FlowIndentation, line_start, parent + 1 - spaces);
        }
    }

    /// Adds the second set of properties of a node to the first.
    pub(super) fn join(&mut self, outer: Properties, inner: Properties) -> Properties {
        if outer.flags & inner.flags & (flag::ANCHOR | flag::TAG) != 0 {
            self.fail(SyntaxErrorKind::RepeatedProperty);
        }
        if outer.is_empty() {
            return inner;
        }
        Properties { flags: outer.flags | inner.flags, ..outer }
    }
}
