//! Where Docker Compose's reader (go-yaml) allows tabs among the white space of a text that is YAML.
//!
//! Its scanner decides by what it scanned last: the rules are those of its functions, not of any grammar.

use super::super::node::Node;
use super::super::token::{TokenId, TokenKind};
use super::super::tree::{NodeKind, Tree};
use super::error::{DialectError, DialectRule};
use crate::text::Span;

/// What decides whether a tab may be among the white space that comes next.
pub(super) struct Tabs<'t> {
    tree: &'t Tree<'t>,
    /// The token before, spaces aside.
    behind: TokenKind,
    /// Whether nothing but white space precedes on the line.
    begins_line: bool,
    /// Whether `behind` is a `:` that follows a complex key: one with a `?`.
    behind_complex_key: bool,
    /// Whether there was a comment on a line of its own, and only white space and comments since.
    in_comments: bool,
    /// White space that is allowed only if a comment follows.
    before_comment: Option<Span>,
    /// The plain scalar that nothing but white space follows so far.
    plain: Option<TokenId>,
    /// The block collections around the current place, each with the token after it and its column.
    open: Vec<(TokenId, usize)>,
    next_node: usize,
}

impl<'t> Tabs<'t> {
    pub(super) fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            behind: TokenKind::Break,
            begins_line: true,
            behind_complex_key: false,
            in_comments: false,
            before_comment: None,
            plain: None,
            open: Vec::new(),
            next_node: 0,
        }
    }

    /// Checks the next token; `depth` flow collections are open around it.
    pub(super) fn check(&mut self, id: TokenId, kind: TokenKind, depth: usize) -> Result<(), DialectError> {
        let span = self.tree.tokens.span(id);
        match kind {
            TokenKind::Space => {
                let text = self.tree.slice(span);
                if text.contains('\t') {
                    self.check_space(id, text, span, depth)?;
                }
                return Ok(());
            }
            TokenKind::Comment if self.behind == TokenKind::Directive => return Ok(()),
            TokenKind::Comment => {
                self.before_comment = None;
                // The others are scanned together with the token before, and no further lines with them.
                let scanned_alone = matches!(
                    self.behind,
                    TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::SequenceEntry
                );
                self.in_comments |= self.begins_line || scanned_alone;
                self.plain = None;
            }
            TokenKind::Break => {
                if !self.in_comments {
                    self.finish()?;
                }
                // A directive is scanned together with the break after it.
                self.begins_line = self.behind != TokenKind::Directive;
            }
            _ => {
                self.finish()?;
                self.in_comments = false;
                self.plain = (kind == TokenKind::Plain).then_some(id);
                if self.plain.is_some() {
                    let mut lines = self.tree.slice(span).split(['\n', '\r']).skip(1);
                    if !lines.all(|line| self.are_indented(id, line)) {
                        return Err(DialectError::new(DialectRule::Tab, span));
                    }
                }
                self.behind_complex_key = kind == TokenKind::MappingValue && self.begins_line;
                self.begins_line = kind == TokenKind::BlockBody;
            }
        }
        self.behind = kind;
        Ok(())
    }

    /// Checks white space that has a tab in it.
    fn check_space(&mut self, id: TokenId, text: &str, span: Span, depth: usize) -> Result<(), DialectError> {
        // The white space after a plain scalar is scanned together with it.
        let allowed = if self.begins_line && self.plain.is_some() {
            self.are_indented(id, text)
        } else {
            // Where a key may come a tab is taken for the start of a token.
            let behind_complex_key = self.behind_complex_key && self.behind == TokenKind::MappingValue;
            let behind_indicator = behind_complex_key || self.behind == TokenKind::MappingKey;
            let may_begin_key =
                self.begins_line || behind_indicator || self.behind == TokenKind::SequenceEntry;
            if depth == 0 && (behind_indicator || self.begins_line && self.in_comments) {
                self.before_comment = self.before_comment.or(Some(span));
            }
            depth > 0 || !may_begin_key || self.before_comment.is_some()
        };
        if allowed { Ok(()) } else { Err(DialectError::new(DialectRule::Tab, span)) }
    }

    /// Checks that no white space waits for a comment.
    pub(super) fn finish(&self) -> Result<(), DialectError> {
        match self.before_comment {
            Some(span) => Err(DialectError::new(DialectRule::Tab, span)),
            None => Ok(()),
        }
    }

    /// Whether the tabs that begin a line of or after the plain scalar at or before `id` are to the right of
    /// the collection around it.
    fn are_indented(&mut self, id: TokenId, line: &str) -> bool {
        let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let Some(tab) = blanks.clone().position(|byte| byte == b'\t') else { return true };
        self.block_column(self.plain.unwrap_or(id)).is_none_or(|column| tab > column)
    }

    /// The column of the innermost block collection around a token; tokens are asked for in order.
    fn block_column(&mut self, id: TokenId) -> Option<usize> {
        while let Some(raw) = self.tree.nodes.get(self.next_node).filter(|raw| raw.first <= id) {
            if matches!(raw.kind, NodeKind::BlockMapping | NodeKind::BlockSequence) {
                let node = Node::new(self.tree, u32::try_from(self.next_node).unwrap_or(u32::MAX));
                let start = self.tree.tokens.span(node.content_token()).start() as usize;
                self.close(raw.first);
                self.open.push((raw.end, column(self.tree.text(), start)));
            }
            self.next_node += 1;
        }
        self.close(id);
        self.open.last().map(|(_, column)| *column)
    }

    /// Forgets the collections that end before a token.
    fn close(&mut self, id: TokenId) {
        while self.open.pop_if(|(end, _)| *end <= id).is_some() {}
    }
}

/// How many characters are before `at` on its line.
fn column(text: &str, at: usize) -> usize {
    let before = &text[..at];
    let line = before.rfind(['\n', '\r']).map_or(before, |found| &before[found + 1..]);
    line.chars().filter(|character| *character != '\u{feff}').count()
}

#[cfg(test)]
mod tests {
    use super::super::super::parse;
    use super::super::check;
    use super::*;

    #[track_caller]
    fn assert_allowed(allowed: bool, texts: &[&str]) {
        for text in texts {
            let tree = parse(text);
            assert!(tree.errors().is_empty(), "{text:?}: {:?}", tree.errors());
            match check(&tree) {
                Ok(()) => assert!(allowed, "{text:?}"),
                Err(error) => assert!(!allowed && error.rule == DialectRule::Tab, "{text:?}: {error:?}"),
            }
        }
    }

    #[test]
    fn lines_of_flow_collections_may_begin_with_tabs_unless_a_plain_scalar_precedes() {
        assert_allowed(
            true,
            &["a: {\n\tb: c,\n\td: 'e'\n\t}", "a: [\n\tb, c]", "a: [b # c\n\t]", "[b\n\t]", "a: [*b\n\t]"],
        );
        assert_allowed(
            false,
            &["a: {b: c\n\t}", "a: [b\n\t, c]", "a: [b\n\tc]", "a: [b\n\t\n c]", "a: [b\n\n\t]"],
        );
    }

    #[test]
    fn tabs_behind_a_plain_scalar_are_indented_more_than_the_collection_around_it() {
        assert_allowed(
            true,
            &["a:\n  b: c\n   \t\n  d: e", "a:\n  b: [c\n   \t]", "a:\n- [c\n \t]", "a:\n  b: c\n   \t# d\n"],
        );
        assert_allowed(
            false,
            &["a:\n  b: c\n  \t\n  d: e", "a:\n  b: [c\n  \t]", "a:\n- [c\n\t]", "a:\n  b: c\n\t\n   d\n"],
        );
        assert_allowed(false, &["a: b # c\n  \t\n", "a: 'b'\n  \t\nc: d"]);
    }

    #[test]
    fn no_tab_stands_where_a_key_may_begin() {
        assert_allowed(true, &["a:\tb", "a: &b\tc", "{? a :\tb}", "--- \ta"]);
        assert_allowed(false, &["? a\n:\tb", "? a\n: \t[b]", "? a\n:\t\n  b", "-\ta", "?\ta", "\t\na: b"]);
    }

    #[test]
    fn comments_that_follow_a_comment_line_may_be_indented_by_tabs() {
        assert_allowed(
            true,
            &[
                "# a\n\t# b\n\n\t# c\na: b",
                "a: 'b'\n# c\n\t\n # d\n",
                "- # a\n\t# b\n  c",
                "--- # a\n\t# b\nc: d",
            ],
        );
        assert_allowed(true, &["? a\n:\t# b\n  c", "%TAG ! x\n\t# a\n---\nb: c"]);
        assert_allowed(
            false,
            &[
                "a: # b\n\t# c\n  d: e",
                "a: b # c\n\t# d\n",
                "# a\n\t# b\n\t\nc: d",
                "? a\n:\t# b\n\t# c\n  d",
                "-\t# a\n  b",
            ],
        );
    }
}
