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

pub use self::state::{MAX_DEPTH, MAX_IMPLICIT_KEY};

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
