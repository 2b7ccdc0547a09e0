//! Views of nodes: what a reader of the tree asks.

use std::borrow::Cow;

use super::content;
use super::tag::Tag;
use super::token::{TokenId, TokenKind};
use super::tree::{NodeKind, RawNode, Tree, flag};
use crate::text::Span;

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    tree: &'t Tree<'t>,
    id: u32,
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// The key.
    pub key: Node<'t>,
    /// The value; an empty node where none is written.
    pub value: Node<'t>,
}

impl Tree<'_> {
    /// The documents of the stream.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let raw = self.nodes.get(next as usize)?;
            let node = Node::new(self, next);
            next = raw.next;
            Some(node)
        })
    }

    /// Every node in document order, each before its children.
    #[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|id| Node::new(self, id))
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    pub(super) fn new(tree: &'t Tree<'_>, id: u32) -> Self {
        Self { tree, id }
    }

    fn raw(self) -> &'t RawNode {
        &self.tree.nodes[self.id as usize]
    }

    /// The tree the node is of.
    #[must_use]
    pub fn tree(self) -> &'t Tree<'t> {
        self.tree
    }

    /// The node's number: its place in document order.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    /// What it is, and its style.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.raw().kind
    }

    /// Whether it is a mapping, of whatever style.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        matches!(self.kind(), NodeKind::BlockMapping | NodeKind::FlowMapping | NodeKind::FlowPair)
    }

    /// Whether it is a sequence, of whatever style.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        matches!(self.kind(), NodeKind::BlockSequence | NodeKind::FlowSequence)
    }

    /// Whether it is a scalar, of whatever style, also an empty one.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        matches!(
            self.kind(),
            NodeKind::Plain
                | NodeKind::SingleQuoted
                | NodeKind::DoubleQuoted
                | NodeKind::Literal
                | NodeKind::Folded
                | NodeKind::Empty
        )
    }

    /// Whether it is a collection in flow style.
    #[must_use]
    pub fn is_flow_collection(self) -> bool {
        matches!(self.kind(), NodeKind::FlowMapping | NodeKind::FlowSequence | NodeKind::FlowPair)
    }

    /// A document: whether `---` opens it.
    #[must_use]
    pub fn has_explicit_start(self) -> bool {
        self.raw().flags & flag::EXPLICIT_START != 0
    }

    /// A document: whether `...` closes it.
    #[must_use]
    pub fn has_explicit_end(self) -> bool {
        self.raw().flags & flag::EXPLICIT_END != 0
    }

    /// The bytes from its first token to its last, an anchor and a tag included.
    #[must_use]
    pub fn span(self) -> Span {
        let raw = self.raw();
        let start = self.tree.tokens.start(raw.first);
        if raw.end == raw.first {
            return Span::at(self.behind(raw.end));
        }
        Span::new(start, self.behind(raw.end))
    }

    // An empty node has no token of its own: its place is right after the token before it.
    fn behind(self, token: TokenId) -> u32 {
        token.checked_sub(1).map_or(0, |before| self.tree.tokens.span(before).end())
    }

    /// The bytes of its content, without anchor and tag.
    #[must_use]
    pub fn content_span(self) -> Span {
        let raw = self.raw();
        if raw.end == raw.first + 1 && raw.flags == 0 {
            return self.tree.tokens.span(raw.first);
        }
        let end = self.span().end();
        let first = self.content_token();
        if first >= self.raw().end {
            return Span::at(end);
        }
        Span::new(self.tree.tokens.start(first), end)
    }

    /// Its first token, anchor and tag included.
    #[must_use]
    pub fn first_token(self) -> TokenId {
        self.raw().first
    }

    /// The token after its last.
    #[must_use]
    pub fn end_token(self) -> TokenId {
        self.raw().end
    }

    /// Its first token that is neither anchor nor tag nor what separates them.
    #[must_use]
    pub fn content_token(self) -> TokenId {
        let raw = self.raw();
        let mut token = raw.first;
        if raw.flags & (flag::ANCHOR | flag::TAG) == 0 {
            return token;
        }
        let mut properties = (raw.flags & (flag::ANCHOR | flag::TAG)).count_ones();
        while token < raw.end {
            match self.tree.tokens.kind(token) {
                Some(kind) if kind.is_property() && properties > 0 => properties -= 1,
                Some(kind) if kind.is_trivia() => {}
                _ => break,
            }
            token += 1;
        }
        token
    }

    /// Its anchor, without the `&`.
    #[must_use]
    pub fn anchor(self) -> Option<&'t str> {
        Some(&self.tree.slice(self.anchor_span()?)[1..])
    }

    /// The bytes of its anchor, with the `&`.
    #[must_use]
    pub fn anchor_span(self) -> Option<Span> {
        if self.raw().flags & flag::ANCHOR == 0 {
            return None;
        }
        self.property(TokenKind::Anchor).map(|id| self.tree.tokens.span(id))
    }

    /// Its tag, as directives resolve it.
    #[must_use]
    pub fn tag(self) -> Option<Tag<'t>> {
        if self.raw().flags & flag::TAG == 0 {
            return None;
        }
        Some(Tag::of(self.tree, self.property(TokenKind::Tag)?))
    }

    fn property(self, kind: TokenKind) -> Option<TokenId> {
        let tokens = &self.tree.tokens;
        (self.raw().first..self.raw().end).find(|id| tokens.kind(*id) == Some(kind))
    }

    /// An alias: the anchor it names, without the `*`.
    #[must_use]
    pub fn alias(self) -> Option<&'t str> {
        (self.kind() == NodeKind::Alias).then(|| &self.tree.slice(self.content_span())[1..])
    }

    /// A scalar: its content, with escapes, folding and chomping done. None for what is not a scalar.
    #[must_use]
    pub fn scalar(self) -> Option<Cow<'t, str>> {
        let text = self.tree.slice(self.content_span());
        match self.kind() {
            NodeKind::Plain if self.raw().flags & flag::FOLDED == 0 => Some(Cow::Borrowed(text)),
            NodeKind::Plain => Some(Cow::Owned(content::plain(text))),
            NodeKind::SingleQuoted => Some(content::single_quoted(text)),
            NodeKind::DoubleQuoted => Some(content::double_quoted(text)),
            NodeKind::Literal | NodeKind::Folded => {
                let (header, body) = self.block_scalar_parts();
                Some(Cow::Owned(content::block(header, body, self.raw().indent.into())))
            }
            NodeKind::Empty => Some(Cow::Borrowed("")),
            _ => None,
        }
    }

    /// Whether it is a scalar with the content `text`.
    #[must_use]
    pub fn is_text(self, text: &str) -> bool {
        match self.kind() {
            NodeKind::Plain => self.tree.slice(self.content_span()) == text,
            _ => self.scalar().as_deref() == Some(text),
        }
    }

    fn block_scalar_parts(self) -> (&'t str, &'t str) {
        let header = self.content_token();
        let last = self.raw().end.saturating_sub(1);
        let body = match self.tree.token(last) {
            Some((TokenKind::BlockBody, span)) => self.tree.slice(span),
            _ => "",
        };
        (self.tree.slice(self.tree.tokens.span(header)), body)
    }

    /// Its children: a document's root, a sequence's entries, a mapping's keys and values in turn.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        let end = self.raw().next;
        let mut next = self.id + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = Node::new(self.tree, next);
            next = child.raw().next;
            Some(child)
        })
    }

    /// Every node below it in document order, each before its children.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        (self.id + 1..self.raw().next).map(move |id| Node::new(self.tree, id))
    }

    /// A mapping's entries. Nothing for another node.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        let mut children = self.is_mapping().then(|| self.children());
        std::iter::from_fn(move || {
            let children = children.as_mut()?;
            Some(Entry { key: children.next()?, value: children.next()? })
        })
    }

    /// The number after its last descendant's.
    #[must_use]
    pub fn next_id(self) -> u32 {
        self.raw().next
    }
}
