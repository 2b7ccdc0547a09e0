//! The parser: a text in, a [`Tree`] out, in one pass and without recursion.
//!
//! Tokens and nodes are made together, since what a byte means depends on the collections around it. Open
//! block collections are on one stack of frames, open flow collections on another. A token is pushed when
//! the cursor has passed it, a node when it is known what it is: an implicit key turns out to be one only at
//! its `:`, so a mapping is put before its first key then.

mod block;
mod block_scalar;
mod flow;
mod frame;
mod property;
mod quoted;
mod scan;
mod state;
mod stream;

use self::state::Parser;
use super::tree::Tree;

pub use self::state::{MAX_DEPTH, MAX_IMPLICIT_KEY, MAX_NODES, MIN_BYTES_PER_NODE};

/// Returns the tree of `text`, whatever it holds; [`Tree::errors`] says what is wrong with it.
///
/// The cost is linear in the length of `text`. A text longer than
/// [`MAX_SOURCE_BYTES`](crate::text::MAX_SOURCE_BYTES) is cut into one invalid token.
#[must_use]
pub fn parse(text: &str) -> Tree<'_> {
    let mut parser = Parser::new(text);
    parser.stream();
    parser.finish()
}

#[cfg(test)]
mod tests {
    use super::super::error::SyntaxErrorKind;
    use super::*;

    #[test]
    fn a_text_with_more_nodes_than_any_can_have_needs_bytes_for_each() {
        let list = |item: &str, items: usize| format!("[{}]", item.repeat(items));
        // The document and the list are nodes as well.
        let most = MAX_NODES - 2;
        for (text, fits) in [
            (list("a,", most), true),
            (list("a,", most + 1), false),
            // Two bytes of brackets, and 5 for each of the two nodes that are no items.
            (list("a,   ", most + 1) + "        ", true),
            (list("a,   ", most + 1) + "       ", false),
        ] {
            let tree = parse(&text);
            let errors: Vec<_> = tree.errors().iter().map(|error| error.kind).collect();
            let expected = if fits { &[][..] } else { &[SyntaxErrorKind::TooManyNodes] };
            assert_eq!(errors, expected, "{} bytes", text.len());
            let joined: usize = tree.tokens().map(|(_, span)| span.range().len()).sum();
            assert_eq!(joined, text.len());
        }
    }
}
