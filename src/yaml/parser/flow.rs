//! Flow collections: `[...]` and `{...}` (YAML 1.2.2, section 7.4).

use super::super::error::SyntaxErrorKind;
use super::super::token::TokenKind;
use super::super::tree::NodeKind;
use super::frame::{FlowFrame, FlowKind, FlowState, LastNode, Properties};
use super::scan::Context;
use super::state::{MAX_DEPTH, Parser};

#[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
impl Parser<'_> {
    /// Takes the flow collection at the cursor. Its further lines should be indented more than `parent`.
    pub(super) fn flow_collection(&mut self, parent: i32) {
        let start = self.at;
        self.open_flow(Properties::default());
        while !self.failed && !self.flow_frames.is_empty() {
            let gap = self.take_gap();
            if self.at_end() {
                self.fail_at(SyntaxErrorKind::UnclosedFlow, start);
            } else if self.at_document_boundary() {
                self.fail(SyntaxErrorKind::MarkerInside);
            } else {
                if gap.new_line {
                    self.expect_indentation(self.line_start, gap.spaces, parent);
                }
                self.flow_step(parent);
            }
        }
        while let Some(frame) = self.flow_frames.pop() {
            self.close_node(frame.own.node);
        }
    }

    fn flow_step(&mut self, parent: i32) {
        let (Some(byte), Some(frame)) = (self.peek(), self.flow_frames.last()) else { return };
        match frame.state {
            FlowState::Entry | FlowState::Value => self.flow_node(byte, parent),
            FlowState::EntryDone | FlowState::ValueDone => self.flow_separator(byte),
        }
    }

    fn top(&mut self) -> &mut FlowFrame {
        self.flow_frames.last_mut().expect("a step is taken inside a flow collection only")
    }

    /// Takes what is where a node may come.
    fn flow_node(&mut self, byte: u8, parent: i32) {
        let frame = self.top();
        let (kind, state, pending, explicit) = (frame.kind, frame.state, frame.pending, frame.explicit);
        let key_may_come = state == FlowState::Entry;
        match byte {
            b',' | b']' | b'}' => self.flow_without_node(byte),
            b':' if key_may_come && !self.is_plain_safe(self.at + 1, Context::Flow) => {
                if kind == FlowKind::Sequence {
                    self.open_pair_here(pending);
                }
                self.push_empty(pending);
                self.take_flow_colon();
            }
            b'?' if key_may_come && !explicit && pending.is_empty() && self.is_separated(self.at + 1) => {
                if kind == FlowKind::Sequence {
                    self.open_pair_here(pending);
                }
                self.take(TokenKind::MappingKey, 1);
                self.top().explicit = true;
            }
            b'&' | b'!' => {
                let pending = self.take_property(pending, Context::Flow);
                self.top().pending = pending;
            }
            b'[' | b'{' => self.open_flow(pending),
            _ => self.flow_scalar(byte, pending, parent),
        }
    }

    fn flow_scalar(&mut self, byte: u8, properties: Properties, parent: i32) {
        let (start, line_start, token) = (self.at, self.line_start, self.tokens.len());
        let kind = match byte {
            b'"' => {
                self.take_double_quoted(parent);
                NodeKind::DoubleQuoted
            }
            b'\'' => {
                self.take_single_quoted(parent);
                NodeKind::SingleQuoted
            }
            b'*' => {
                if !properties.is_empty() {
                    self.fail(SyntaxErrorKind::AliasWithProperty);
                }
                self.take_name(TokenKind::Alias);
                NodeKind::Alias
            }
            _ if self.at_plain(Context::Flow) => {
                self.take_flow_plain(parent);
                NodeKind::Plain
            }
            _ => return self.fail(SyntaxErrorKind::ForbiddenStart),
        };
        let json_like = matches!(kind, NodeKind::DoubleQuoted | NodeKind::SingleQuoted);
        let flags = properties.flags | self.scalar_flags(kind, line_start);
        let node = self.push_node(kind, properties.first.unwrap_or(token), self.tail, flags);
        self.flow_node_done(LastNode { node, start, line_start, json_like });
    }

    fn flow_node_done(&mut self, last: LastNode) {
        let frame = self.top();
        frame.last = last;
        frame.pending = Properties::default();
        frame.state =
            if frame.state == FlowState::Entry { FlowState::EntryDone } else { FlowState::ValueDone };
    }

    /// Takes a comma or bracket where a node may come: the node is empty, or none was meant.
    fn flow_without_node(&mut self, byte: u8) {
        let frame = self.top();
        let pending = frame.pending;
        let meant = frame.state == FlowState::Value || frame.explicit || !pending.is_empty();
        if meant {
            self.push_empty(pending);
            let last = self.top().last;
            self.flow_node_done(LastNode { json_like: false, ..last });
        } else if byte == b',' {
            self.fail(SyntaxErrorKind::MissingFlowEntry);
        } else {
            self.close_flow(byte);
        }
    }

    /// Takes what follows a node.
    fn flow_separator(&mut self, byte: u8) {
        let frame = self.top();
        let (kind, state, last) = (frame.kind, frame.state, frame.last);
        match byte {
            b':' if state == FlowState::EntryDone
                && (last.json_like || !self.is_plain_safe(self.at + 1, Context::Flow)) =>
            {
                if kind == FlowKind::Sequence {
                    self.open_pair_before(last);
                }
                self.take_flow_colon();
            }
            b',' | b']' | b'}' if kind != FlowKind::Sequence && state == FlowState::EntryDone => {
                self.push_empty(Properties::default());
                self.top().state = FlowState::ValueDone;
            }
            b',' | b']' | b'}' if kind == FlowKind::Pair => self.end_flow_frame(),
            b',' => {
                self.take(TokenKind::FlowEntry, 1);
                let frame = self.top();
                frame.state = FlowState::Entry;
                frame.explicit = false;
            }
            b']' | b'}' => self.close_flow(byte),
            _ => self.fail(SyntaxErrorKind::MissingComma),
        }
    }

    fn take_flow_colon(&mut self) {
        if self.failed {
            return;
        }
        self.take(TokenKind::MappingValue, 1);
        let frame = self.top();
        frame.state = FlowState::Value;
        frame.pending = Properties::default();
    }

    fn open_flow(&mut self, properties: Properties) {
        let (kind, node_kind, token) = if self.peek() == Some(b'[') {
            (FlowKind::Sequence, NodeKind::FlowSequence, TokenKind::FlowSequenceStart)
        } else {
            (FlowKind::Mapping, NodeKind::FlowMapping, TokenKind::FlowMappingStart)
        };
        let (start, line_start) = (self.at, self.line_start);
        let id = self.take(token, 1);
        let node = self.push_node(node_kind, properties.first.unwrap_or(id), self.tail, properties.flags);
        self.push_flow_frame(kind, LastNode { node, start, line_start, json_like: true });
    }

    fn push_flow_frame(&mut self, kind: FlowKind, own: LastNode) {
        if self.frames.len() + self.flow_frames.len() >= MAX_DEPTH {
            return self.fail(SyntaxErrorKind::TooDeep);
        }
        let pending = Properties::default();
        let frame = FlowFrame { kind, state: FlowState::Entry, pending, explicit: false, own, last: own };
        self.flow_frames.push(frame);
    }

    /// Opens a pair whose key has not come yet.
    fn open_pair_here(&mut self, properties: Properties) {
        self.top().pending = Properties::default();
        let first = properties.first.unwrap_or(self.tokens.len());
        let node = self.push_node(NodeKind::FlowPair, first, first, 0);
        let last = LastNode { node, start: self.at, line_start: self.line_start, json_like: false };
        self.push_flow_frame(FlowKind::Pair, last);
    }

    /// Opens a pair around the entry `key` of a sequence.
    fn open_pair_before(&mut self, key: LastNode) {
        let first = self.nodes[key.node as usize].first;
        let start = self.tokens.start(first) as usize;
        // What is before the key on earlier lines can only be its own anchor or tag.
        if key.line_start != self.line_start || start < key.line_start {
            self.fail_at(SyntaxErrorKind::MultilineKey, key.start);
        }
        self.check_key_length(start);
        if self.failed {
            return;
        }
        self.insert_node(key.node, NodeKind::FlowPair, first, 0);
        self.push_flow_frame(FlowKind::Pair, key);
    }

    fn close_flow(&mut self, byte: u8) {
        let (kind, token) = if byte == b']' {
            (FlowKind::Sequence, TokenKind::FlowSequenceEnd)
        } else {
            (FlowKind::Mapping, TokenKind::FlowMappingEnd)
        };
        if self.top().kind != kind {
            return self.fail(SyntaxErrorKind::MismatchedBracket);
        }
        self.take(token, 1);
        self.end_flow_frame();
    }

    fn end_flow_frame(&mut self) {
        let Some(frame) = self.flow_frames.pop() else { return };
        self.close_node(frame.own.node);
        if self.flow_frames.is_empty() {
            return;
        }
        // A pair cannot be a key; the bracket that follows it leaves its sequence no other choice.
        let line_start = if frame.kind == FlowKind::Pair { usize::MAX } else { frame.own.line_start };
        self.flow_node_done(LastNode { line_start, ..frame.own });
    }
}
