//! The stream: documents, their markers and directives (YAML 1.2.2, chapter 9 and section 6.8).

use foldhash::{HashMap, HashMapExt};

use super::super::error::SyntaxErrorKind;
use super::super::token::TokenKind;
use super::super::tree::{NodeKind, flag};
use super::block::Slot;
use super::state::Parser;
use crate::text::MAX_SOURCE_BYTES;

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Parser<'_> {
    /// Takes the whole text.
    pub(super) fn stream(&mut self) {
        if self.bytes.len() > MAX_SOURCE_BYTES {
            return;
        }
        let mut bare_allowed = true;
        while !self.failed {
            self.take_document_prefix();
            if self.at_end() {
                return;
            }
            if self.at_end_marker() {
                self.take_end_marker();
                bare_allowed = true;
                continue;
            }
            bare_allowed = self.document(bare_allowed);
        }
    }

    fn take_document_prefix(&mut self) {
        loop {
            if self.at == self.line_start && self.text[self.at..].starts_with(BYTE_ORDER_MARK) {
                self.take(TokenKind::ByteOrderMark, BYTE_ORDER_MARK.len());
                self.line_start = self.at;
            }
            let start = self.at;
            let line = self.line_start;
            self.take_gap();
            let indented = self.at > self.line_start;
            if indented || (self.at == start && self.line_start == line) || self.at_end() {
                return;
            }
        }
    }

    /// Takes a document; whether `...` ends it, so that the next needs no `---`.
    fn document(&mut self, bare_allowed: bool) -> bool {
        let first = self.tokens.len();
        let document = self.push_node(NodeKind::Document, first, first, 0);
        if !self.tag_handles.is_empty() {
            // One that was large once would be slow to clear each time.
            self.tag_handles = HashMap::new();
        }
        let directives = self.directives(bare_allowed);
        let indentation = &self.bytes[self.line_start..self.at];
        let mut slot = Slot::root(indentation.contains(&b'\t'));
        if self.failed {
            return false;
        }
        if self.at == self.line_start && self.is_marker(self.at) && !self.at_end_marker() {
            self.take(TokenKind::DocumentStart, 3);
            self.nodes[document as usize].flags |= flag::EXPLICIT_START;
            slot = Slot::behind_marker();
        } else if directives {
            self.fail(SyntaxErrorKind::DirectiveWithoutDocument);
        } else if !bare_allowed {
            self.fail(SyntaxErrorKind::AfterDocument);
        }
        if !self.failed {
            self.block_document(slot);
        }
        let ended = !self.failed && self.at_end_marker();
        if ended {
            self.take_end_marker();
            self.nodes[document as usize].flags |= flag::EXPLICIT_END;
        }
        self.close_node(document);
        ended
    }

    fn at_end_marker(&self) -> bool {
        self.at == self.line_start && self.is_marker(self.at) && self.peek() == Some(b'.')
    }

    /// Takes `...` and the rest of its line.
    fn take_end_marker(&mut self) {
        self.take(TokenKind::DocumentEnd, 3);
        self.take_blanks();
        self.take_comment();
        if !self.at_end() && !self.take_break() {
            self.fail(SyntaxErrorKind::AfterDocument);
        }
    }

    /// Takes the directives of a document; whether there are any.
    fn directives(&mut self, allowed: bool) -> bool {
        let mut found = false;
        let mut versions = 0;
        while self.at == self.line_start && self.peek() == Some(b'%') && !self.failed {
            if !allowed {
                self.fail(SyntaxErrorKind::AfterDocument);
                return found;
            }
            found = true;
            if self.directive() {
                versions += 1;
            }
            if versions > 1 {
                self.fail(SyntaxErrorKind::RepeatedDirective);
            }
            self.take_gap();
        }
        found
    }
}
