//! Block collections: mappings and sequences by indentation (YAML 1.2.2, section 8.2).
//!
//! A slot is a place that waits for a node: after `- `, `? `, `: ` or `---`, or where a key must come.

use super::super::chars::is_blank;
use super::super::error::SyntaxErrorKind;
use super::super::token::{TokenId, TokenKind};
use super::super::tree::NodeKind;
use super::frame::{Frame, Properties};
use super::scan::Context;
use super::state::{Gap, MAX_DEPTH, MAX_IMPLICIT_KEY, Parser};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Any node may come.
    Node,
    /// An implicit key of the innermost mapping must come.
    Key,
}

/// A place that waits for a node.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    role: Role,
    /// The column of the collection it is in; the node's further lines are indented more.
    indent: i32,
    /// Whether a block sequence may begin at `indent` itself.
    indentless: bool,
    /// Whether a block collection may begin on this line.
    compact: bool,
    /// Whether a tab precedes the node on its line, so that no block collection can begin there.
    tabs: bool,
    /// Properties on earlier lines: a collection's.
    outer: Properties,
    /// Properties on this line: those of a key, where one follows.
    inner: Properties,
}

impl Slot {
    fn new(role: Role, indent: i32) -> Self {
        let none = Properties::default();
        Self { role, indent, indentless: false, compact: true, tabs: false, outer: none, inner: none }
    }

    /// The place of a document's root; `tabs` tells whether the line it begins on is indented by tabs.
    pub(super) fn root(tabs: bool) -> Self {
        Self { tabs, ..Self::new(Role::Node, -1) }
    }

    /// The place of a document's root, after `---` on its line.
    pub(super) fn behind_marker() -> Self {
        Self { compact: false, ..Self::root(false) }
    }
}

/// What the next entry of a collection begins with.
enum Step {
    /// An indicator that has been taken; the slot's node follows after white space.
    Behind(Slot),
    /// The slot's node itself, at the cursor.
    Here(Slot),
}

/// A node that has been read and may turn out to be an implicit key.
struct Candidate {
    slot: Slot,
    kind: NodeKind,
    /// Where its content begins, and the line that it is on.
    start: usize,
    line_start: usize,
    /// The column of its first property or its content.
    column: i32,
    /// The first token of its content.
    token: TokenId,
    /// Its place among the nodes.
    node: u32,
}

#[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
impl Parser<'_> {
    /// Takes the nodes of a document, up to the next document marker or the end.
    pub(super) fn block_document(&mut self, root: Slot) {
        let mut waiting = Some(root);
        while !self.failed {
            let gap = self.take_gap();
            if self.at_document_boundary() {
                break;
            }
            if gap.new_line {
                waiting = waiting.and_then(|slot| self.settle_on_line(slot, gap));
                if waiting.is_none() {
                    match self.next_entry(gap) {
                        Some(Step::Here(slot)) => waiting = Some(slot),
                        Some(Step::Behind(slot)) => {
                            waiting = Some(slot);
                            continue;
                        }
                        None => break,
                    }
                }
            }
            let Some(mut slot) = waiting.take() else {
                self.fail(SyntaxErrorKind::TrailingContent);
                break;
            };
            slot.tabs |= gap.tabs;
            waiting = self.block_node(slot);
        }
        self.end_document(waiting);
    }

    fn end_document(&mut self, waiting: Option<Slot>) {
        if let Some(slot) = waiting {
            if slot.role == Role::Key {
                self.fail(SyntaxErrorKind::MissingColon);
            }
            let properties = self.join(slot.outer, slot.inner);
            self.push_empty(properties);
        }
        while let Some(frame) = self.frames.pop() {
            self.close_frame(&frame);
        }
    }

    /// Decides whether the node that `slot` waits for begins on this new line. Where not, it is empty.
    fn settle_on_line(&mut self, slot: Slot, gap: Gap) -> Option<Slot> {
        if slot.role == Role::Key {
            self.fail(SyntaxErrorKind::MissingColon);
            return None;
        }
        let outer = self.join(slot.outer, slot.inner);
        let at_sequence =
            slot.indentless && gap.spaces == slot.indent && !gap.tabs && self.at_indicator(b'-');
        if gap.spaces > slot.indent || at_sequence {
            return Some(Slot { outer, inner: Properties::default(), compact: true, tabs: false, ..slot });
        }
        self.push_empty(outer);
        None
    }

    /// Closes the collections that end before this line, and begins the next entry of the one that goes on.
    fn next_entry(&mut self, gap: Gap) -> Option<Step> {
        while !self.failed {
            let Some(frame) = self.frames.last() else {
                self.fail(SyntaxErrorKind::TrailingContent);
                break;
            };
            let (indent, sequence) = (frame.indent, frame.sequence);
            if gap.spaces > indent {
                self.fail(SyntaxErrorKind::Indentation);
            } else if gap.spaces < indent || (sequence && !self.at_indicator(b'-')) {
                let frame = self.frames.pop()?;
                self.close_frame(&frame);
                // Only a sequence that is not indented shares its column with the mapping around it.
                if gap.spaces == indent && self.frames.last().is_none_or(|outer| outer.indent != indent) {
                    self.fail(SyntaxErrorKind::Indentation);
                }
            } else if gap.tabs {
                self.fail(SyntaxErrorKind::TabIndentation);
            } else if sequence {
                self.take(TokenKind::SequenceEntry, 1);
                return Some(Step::Behind(Slot::new(Role::Node, indent)));
            } else {
                return self.next_mapping_entry(indent);
            }
        }
        None
    }

    fn next_mapping_entry(&mut self, indent: i32) -> Option<Step> {
        let explicit = Slot { indentless: true, ..Slot::new(Role::Node, indent) };
        let frame = self.frames.last_mut()?;
        if std::mem::take(&mut frame.explicit_key) {
            if self.at_indicator(b':') {
                self.take(TokenKind::MappingValue, 1);
                return Some(Step::Behind(explicit));
            }
            self.push_empty(Properties::default());
        }
        if self.at_indicator(b'?') {
            self.take(TokenKind::MappingKey, 1);
            self.frames.last_mut()?.explicit_key = true;
            return Some(Step::Behind(explicit));
        }
        Some(Step::Here(Slot::new(Role::Key, indent)))
    }

    /// Takes the node at the cursor, or the part of it that a new slot waits after.
    fn block_node(&mut self, slot: Slot) -> Option<Slot> {
        match self.peek()? {
            b'-' if self.at_indicator(b'-') => self.begin_block_sequence(slot),
            b'?' if self.at_indicator(b'?') => self.begin_explicit_key(slot),
            b':' if self.at_indicator(b':') => self.take_empty_key(slot),
            b'&' | b'!' => {
                let inner = self.take_property(slot.inner, Context::Block);
                Some(Slot { inner, ..slot })
            }
            b'|' | b'>' if slot.role == Role::Node => {
                let properties = self.join(slot.outer, slot.inner);
                self.take_block_scalar(slot.indent, properties);
                None
            }
            byte => self.take_candidate(slot, byte),
        }
    }

    fn begin_block_sequence(&mut self, slot: Slot) -> Option<Slot> {
        if slot.role == Role::Key || !slot.inner.is_empty() {
            self.fail(SyntaxErrorKind::SequenceNotAllowed);
        }
        let column = self.column();
        self.open_block(NodeKind::BlockSequence, slot, column, self.tokens.len())?;
        self.take(TokenKind::SequenceEntry, 1);
        Some(Slot::new(Role::Node, column))
    }

    fn begin_explicit_key(&mut self, slot: Slot) -> Option<Slot> {
        if slot.role == Role::Key || !slot.inner.is_empty() {
            self.fail(SyntaxErrorKind::MappingNotAllowed);
        }
        let column = self.column();
        self.open_block(NodeKind::BlockMapping, slot, column, self.tokens.len())?;
        self.frames.last_mut()?.explicit_key = true;
        self.take(TokenKind::MappingKey, 1);
        Some(Slot { indentless: true, ..Slot::new(Role::Node, column) })
    }

    fn take_empty_key(&mut self, slot: Slot) -> Option<Slot> {
        if slot.role == Role::Node {
            let column = if slot.inner.is_empty() { self.column() } else { slot.inner.column };
            let first = slot.inner.first.unwrap_or(self.tokens.len());
            self.open_block(NodeKind::BlockMapping, slot, column, first)?;
        }
        self.push_empty(slot.inner);
        self.take_colon()
    }

    /// Opens a block collection at `column` whose first token is `first`, or an outer property.
    fn open_block(&mut self, kind: NodeKind, slot: Slot, column: i32, first: TokenId) -> Option<()> {
        let node = self.nodes.len() as u32;
        self.open_block_before(node, kind, slot, column, first)
    }

    /// Like [`open_block`](Self::open_block), around the nodes from `node` on.
    fn open_block_before(
        &mut self,
        node: u32,
        kind: NodeKind,
        slot: Slot,
        column: i32,
        first: TokenId,
    ) -> Option<()> {
        let sequence = kind == NodeKind::BlockSequence;
        if !slot.compact {
            let not_allowed = SyntaxErrorKind::MappingNotAllowed;
            self.fail(if sequence { SyntaxErrorKind::SequenceNotAllowed } else { not_allowed });
        } else if slot.tabs {
            let tab = self.text[..self.at].rfind('\t').unwrap_or(self.at);
            self.fail_at(SyntaxErrorKind::TabIndentation, tab);
        } else if self.frames.len() >= MAX_DEPTH {
            self.fail(SyntaxErrorKind::TooDeep);
        }
        if self.failed {
            return None;
        }
        self.insert_node(node, kind, slot.outer.first.unwrap_or(first), slot.outer.flags);
        self.frames.push(Frame { node, indent: column, sequence, explicit_key: false });
        Some(())
    }

    fn close_frame(&mut self, frame: &Frame) {
        if frame.explicit_key {
            self.push_empty(Properties::default());
        }
        self.close_node(frame.node);
    }

    /// Takes a scalar, an alias or a flow collection, which may be an implicit key.
    fn take_candidate(&mut self, slot: Slot, byte: u8) -> Option<Slot> {
        let mut candidate = Candidate {
            slot,
            kind: NodeKind::Plain,
            start: self.at,
            line_start: self.line_start,
            column: if slot.inner.is_empty() { self.column() } else { slot.inner.column },
            token: self.tokens.len(),
            node: self.nodes.len() as u32,
        };
        match byte {
            b'"' => {
                candidate.kind = NodeKind::DoubleQuoted;
                self.take_double_quoted(slot.indent);
            }
            b'\'' => {
                candidate.kind = NodeKind::SingleQuoted;
                self.take_single_quoted(slot.indent);
            }
            b'*' => {
                candidate.kind = NodeKind::Alias;
                self.take_name(TokenKind::Alias);
            }
            b'[' | b'{' => {
                candidate.kind = NodeKind::FlowSequence;
                self.flow_collection(slot.indent);
            }
            _ if self.at_plain(Context::Block) => {
                self.scan_plain_line(Context::Block);
                if slot.role == Role::Node && !self.colon_follows() {
                    self.scan_plain_rest(slot.indent, Context::Block);
                }
                self.push_token(TokenKind::Plain);
            }
            _ => self.fail(SyntaxErrorKind::ForbiddenStart),
        }
        if self.failed {
            return None;
        }
        if self.colon_follows() {
            return self.settle_key(&candidate);
        }
        if slot.role == Role::Key {
            self.fail_at(SyntaxErrorKind::MissingColon, candidate.start);
        }
        let properties = self.join(slot.outer, slot.inner);
        self.settle_node(&candidate, candidate.node, properties);
        None
    }

    /// Makes `candidate` a key, of a new mapping where none waits for one.
    fn settle_key(&mut self, candidate: &Candidate) -> Option<Slot> {
        let slot = candidate.slot;
        if candidate.line_start != self.line_start {
            self.fail_at(SyntaxErrorKind::MultilineKey, candidate.start);
        }
        let first = slot.inner.first.map_or(candidate.start, |first| self.tokens.start(first) as usize);
        self.check_key_length(first);
        let mut node = candidate.node;
        if slot.role == Role::Node {
            let first = slot.inner.first.unwrap_or(candidate.token);
            self.open_block_before(node, NodeKind::BlockMapping, slot, candidate.column, first)?;
            node += 1;
        }
        self.settle_node(candidate, node, slot.inner);
        self.take_colon()
    }

    fn settle_node(&mut self, candidate: &Candidate, node: u32, properties: Properties) {
        let first = properties.first.unwrap_or(candidate.token);
        match candidate.kind {
            NodeKind::FlowSequence => {
                let collection = &mut self.nodes[node as usize];
                collection.first = first;
                collection.flags = properties.flags;
            }
            NodeKind::Alias if !properties.is_empty() => {
                self.fail_at(SyntaxErrorKind::AliasWithProperty, candidate.start);
            }
            kind => {
                let flags = properties.flags | self.scalar_flags(kind, candidate.line_start);
                self.push_node(kind, first, self.tail, flags);
            }
        }
    }

    /// Takes the `:` after an implicit key and what is between; the mapping's value comes next.
    fn take_colon(&mut self) -> Option<Slot> {
        if self.failed {
            return None;
        }
        self.take_blanks();
        self.take(TokenKind::MappingValue, 1);
        let indent = self.frames.last()?.indent;
        Some(Slot { indentless: true, compact: false, ..Slot::new(Role::Node, indent) })
    }

    /// Whether a `:` that makes what was just taken a key follows on this line.
    fn colon_follows(&self) -> bool {
        let mut at = self.at;
        while self.byte(at).is_some_and(is_blank) {
            at += 1;
        }
        self.byte(at) == Some(b':') && self.is_separated(at + 1)
    }

    /// Notes a key that began at `start`, with its properties, and is longer than an implicit key can be; the white space
    /// before its `:` counts as well.
    pub(super) fn check_key_length(&mut self, start: usize) {
        let blanks = self.bytes[self.at..].iter().take_while(|byte| is_blank(**byte)).count();
        let key = &self.text[start..self.at + blanks];
        if key.len() > MAX_IMPLICIT_KEY && key.chars().count() > MAX_IMPLICIT_KEY {
            self.fail_at(SyntaxErrorKind::LongKey, start);
        }
    }
}
