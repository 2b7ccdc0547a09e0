//! Quoted scalars: where they end, and what may not be inside (YAML 1.2.2, sections 7.3.1 and 7.3.2).

use super::super::chars::{DOUBLE_STOP, is, is_break};
use super::super::error::SyntaxErrorKind;
use super::super::escape::{Escape, escape};
use super::super::token::TokenKind;
use super::state::Parser;

impl Parser<'_> {
    /// Takes a single-quoted scalar. Its further lines should be indented more than `parent`.
    pub(super) fn take_single_quoted(&mut self, parent: i32) {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'\'') if self.byte(self.at + 1) == Some(b'\'') => self.at += 2,
                Some(b'\'') => break,
                Some(byte) if is_break(byte) => {
                    if !self.pass_quoted_lines(parent) {
                        return;
                    }
                }
                Some(_) => self.at += 1,
                None => return self.fail_at(SyntaxErrorKind::UnclosedQuote, start),
            }
        }
        self.at += 1;
        self.push_token(TokenKind::SingleQuoted);
    }

    /// Takes a double-quoted scalar. Its further lines should be indented more than `parent`.
    pub(super) fn take_double_quoted(&mut self, parent: i32) {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.pass_escape(),
                Some(byte) if is(byte, DOUBLE_STOP) => {
                    if !self.pass_quoted_lines(parent) {
                        return;
                    }
                }
                Some(_) => self.at += 1,
                None => return self.fail_at(SyntaxErrorKind::UnclosedQuote, start),
            }
        }
        self.at += 1;
        self.push_token(TokenKind::DoubleQuoted);
    }

    /// Passes the line break at the cursor and the blank lines after it; false where the scalar cannot go on.
    fn pass_quoted_lines(&mut self, parent: i32) -> bool {
        let (line_start, text_start) = self.next_text_line(self.at);
        self.line_start = line_start;
        self.at = text_start;
        if text_start == line_start && self.is_marker(text_start) {
            self.fail(SyntaxErrorKind::MarkerInside);
            return false;
        }
        if text_start < self.bytes.len() {
            let spaces = self.leading_spaces(line_start, text_start);
            self.expect_indentation(line_start, spaces, parent);
        }
        true
    }

    /// Passes the backslash at the cursor and what it escapes; a line break is left to be passed as one.
    fn pass_escape(&mut self) {
        let start = self.at;
        match escape(&self.bytes[start..]) {
            Some((Escape::Character(_), length)) => self.at += length,
            Some((Escape::LineBreak, _)) => self.at += 1,
            None => {
                self.at += 1;
                // The end of the text is an error of its own.
                if self.at < self.bytes.len() {
                    self.error(SyntaxErrorKind::Escape, start, start + 1);
                }
            }
        }
    }
}
