//! Plain scalars: where they begin and end (YAML 1.2.2, section 7.3.3).

use super::super::chars::{FLOW, INDICATOR, PLAIN_STOP, break_len, is, is_blank, is_break};
use super::super::token::TokenKind;
use super::state::Parser;

/// Where a plain scalar is, since that decides what ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    Flow,
}

impl Parser<'_> {
    /// Whether a plain scalar can begin at the cursor (`ns-plain-first`).
    pub(super) fn at_plain(&self, context: Context) -> bool {
        let Some(first) = self.peek() else { return false };
        if !is(first, INDICATOR) {
            return true;
        }
        matches!(first, b'-' | b'?' | b':') && self.is_plain_safe(self.at + 1, context)
    }

    /// Whether the byte at `at` can continue a plain scalar after an indicator (`ns-plain-safe`).
    pub(super) fn is_plain_safe(&self, at: usize, context: Context) -> bool {
        self.byte(at).is_some_and(|byte| {
            !is_blank(byte) && !is_break(byte) && (context == Context::Block || !is(byte, FLOW))
        })
    }

    /// Returns where the part of a plain scalar that begins at `start` ends on its line.
    fn plain_line_end(&self, start: usize, context: Context) -> usize {
        let stops = match context {
            Context::Block => PLAIN_STOP,
            Context::Flow => PLAIN_STOP | FLOW,
        };
        let mut at = start;
        while let Some(length) = self.bytes[at..].iter().position(|byte| is(*byte, stops)) {
            at += length;
            let ends = match self.bytes[at] {
                b':' => !self.is_plain_safe(at + 1, context),
                b'#' => is_blank(self.bytes[at - 1]),
                _ => true,
            };
            if ends {
                return self.trim_blanks(start, at);
            }
            at += 1;
        }
        self.trim_blanks(start, self.bytes.len())
    }

    /// Goes back from `at` over blanks, but not beyond `start`.
    fn trim_blanks(&self, start: usize, mut at: usize) -> usize {
        while at > start && is_blank(self.bytes[at - 1]) {
            at -= 1;
        }
        at
    }

    /// Takes the first line of a plain scalar, without making it a token yet.
    pub(super) fn scan_plain_line(&mut self, context: Context) {
        // The first byte may be an indicator that would end the scalar elsewhere.
        self.at = self.plain_line_end(self.at + 1, context);
    }

    /// Takes the lines that continue a plain scalar whose first line has been taken; whether there are any.
    ///
    /// In block context they are indented more than `parent`, in flow context they should be.
    pub(super) fn scan_plain_rest(&mut self, parent: i32, context: Context) -> bool {
        let mut continued = false;
        loop {
            let mut at = self.at;
            while self.byte(at).is_some_and(is_blank) {
                at += 1;
            }
            if !self.byte(at).is_some_and(is_break) {
                return continued;
            }
            let (line_start, text_start) = self.next_text_line(at);
            let spaces = self.leading_spaces(line_start, text_start);
            let ends = match self.byte(text_start) {
                None | Some(b'#') => true,
                Some(_) => text_start == line_start && self.is_marker(text_start),
            };
            if ends || (context == Context::Block && spaces <= parent) {
                return continued;
            }
            let end = self.plain_line_end(text_start, context);
            if end == text_start {
                return continued;
            }
            if context == Context::Flow {
                self.expect_indentation(line_start, spaces, parent);
            }
            continued = true;
            self.line_start = line_start;
            self.at = end;
        }
    }

    /// Takes a plain scalar in flow context as a token.
    pub(super) fn take_flow_plain(&mut self, parent: i32) {
        self.scan_plain_line(Context::Flow);
        self.scan_plain_rest(parent, Context::Flow);
        self.push_token(TokenKind::Plain);
    }

    /// From the line break at `at`, returns where the next line that is not blank begins, and where its text
    /// does.
    pub(super) fn next_text_line(&self, mut at: usize) -> (usize, usize) {
        loop {
            at += break_len(&self.bytes[at..]);
            let line_start = at;
            while self.byte(at).is_some_and(is_blank) {
                at += 1;
            }
            if !self.byte(at).is_some_and(is_break) {
                return (line_start, at);
            }
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "a source is shorter than 2^27 bytes"
    )]
    pub(super) fn leading_spaces(&self, line_start: usize, text_start: usize) -> i32 {
        self.bytes[line_start..text_start].iter().take_while(|byte| **byte == b' ').count() as i32
    }
}
