//! Literal and folded scalars: header and body (YAML 1.2.2, section 8.1).

use super::super::chars::{break_len, is_break};
use super::super::error::SyntaxErrorKind;
use super::super::token::TokenKind;
use super::super::tree::NodeKind;
use super::frame::Properties;
use super::state::Parser;

struct Header {
    /// The indentation indicator.
    indentation: Option<i32>,
    /// Whether the chomping indicator is `+`.
    keep: bool,
}

impl Parser<'_> {
    /// Takes the block scalar at the cursor, the value of a node in a collection at column `parent`.
    pub(super) fn take_block_scalar(&mut self, parent: i32, properties: Properties) {
        let kind = if self.peek() == Some(b'|') { NodeKind::Literal } else { NodeKind::Folded };
        let Some(header) = self.scan_block_header() else { return };
        let first = self.push_token(TokenKind::BlockHeader);
        self.take_blanks();
        self.take_comment();
        if !self.at_end() && !self.take_break() {
            return self.fail(SyntaxErrorKind::BlockHeader);
        }
        let indent = match header.indentation {
            Some(indicator) => parent.max(0) + indicator,
            None => self.detect_indentation(parent + 1),
        };
        self.scan_block_body(indent, header.keep);
        if self.at > self.tokens.end() as usize {
            self.push_token(TokenKind::BlockBody);
        }
        let id = self.push_node(kind, properties.first.unwrap_or(first), self.tail, properties.flags);
        self.nodes[id as usize].indent = u16::try_from(indent).unwrap_or_else(|_| {
            self.fail(SyntaxErrorKind::TooIndented);
            u16::MAX
        });
    }

    fn scan_block_header(&mut self) -> Option<Header> {
        let mut header = Header { indentation: None, keep: false };
        let mut chomping = false;
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'+' | b'-' if !chomping => {
                    chomping = true;
                    header.keep = byte == b'+';
                }
                b'1'..=b'9' if header.indentation.is_none() => {
                    header.indentation = Some(i32::from(byte - b'0'));
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'#' => break,
                _ => {
                    self.fail(SyntaxErrorKind::BlockHeader);
                    return None;
                }
            }
            self.at += 1;
        }
        Some(header)
    }

    /// Returns the column of the first line that is not blank, or `least` where that is more.
    fn detect_indentation(&mut self, least: i32) -> i32 {
        let mut line = self.at;
        let mut deepest = (0, line);
        loop {
            let mut at = line;
            while self.byte(at) == Some(b' ') {
                at += 1;
            }
            let spaces = self.leading_spaces(line, at);
            match self.byte(at) {
                Some(byte) if is_break(byte) => {
                    if spaces > deepest.0 {
                        deepest = (spaces, line);
                    }
                    line = at + break_len(&self.bytes[at..]);
                }
                None => return least.max(spaces).max(deepest.0),
                // Without a line of its own the scalar is as deep as its longest blank line.
                Some(_) if spaces < least => return least.max(deepest.0),
                Some(_) => {
                    let indent = spaces;
                    if deepest.0 > indent {
                        self.fail_at(SyntaxErrorKind::BlockIndentation, deepest.1);
                    }
                    return indent;
                }
            }
        }
    }

    /// Passes the lines of a body whose lines begin at column `indent`.
    ///
    /// Trailing blank lines are passed only where the scalar keeps them.
    fn scan_block_body(&mut self, indent: i32, keep: bool) {
        let mut line = self.at;
        while line < self.bytes.len() {
            let mut at = line;
            let mut spaces = 0;
            while spaces < indent && self.byte(at) == Some(b' ') {
                at += 1;
                spaces += 1;
            }
            let blank = self.byte(at).is_none_or(is_break);
            if spaces < indent && self.byte(at) == Some(b'\t') {
                self.fail_at(SyntaxErrorKind::TabIndentation, at);
                break;
            }
            if !blank && (spaces < indent || (at == line && self.is_marker(at))) {
                break;
            }
            let rest = &self.bytes[at..];
            at += rest.iter().position(|byte| is_break(*byte)).unwrap_or(rest.len());
            line = at + break_len(&self.bytes[at..]);
            if !blank || keep {
                self.at = line;
            }
        }
        self.line_start = self.at;
    }
}
