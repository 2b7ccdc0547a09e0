//! YAML 1.2.2: a lossless tree over a text, and edits that keep what they do not touch.
//!
//! [`parse`] takes a text of whatever content and returns a [`Tree`] with a list of errors. Tokens tile the
//! text; nodes name tokens; scalar content is decoded when it is asked for. Nothing here knows of Compose.

mod chars;
mod content;
pub mod dialect;
pub mod edit;
mod error;
mod escape;
mod event;
mod node;
mod parser;
mod resolve;
mod style;
mod tag;
mod token;
mod tree;

pub use error::{Relaxation, SyntaxError, SyntaxErrorKind};
pub use event::write_events;
pub use node::{Entry, Node};
pub use parser::{MAX_DEPTH, MAX_IMPLICIT_KEY, MAX_NODES, MIN_BYTES_PER_NODE, parse};
pub use resolve::{ScalarType, resolve_plain};
pub use style::Style;
pub use tag::Tag;
pub use token::{TokenId, TokenKind};
pub use tree::{NodeKind, Tree};
