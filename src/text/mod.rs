//! Bytes and nothing more: the file they are in, a [`Source`], spans of it, its line ends, edits to it, words about a
//! span, and what is remembered of texts.
//!
//! Knows nothing of YAML. Every offset in this crate is a count of bytes from the start of a source.

mod bounded;
mod bytes;
mod diagnostic;
mod edit;
mod fingerprint;
mod index;
mod line;
mod open;
mod source;
mod span;

pub use bounded::BoundedMap;
pub use bytes::{path_of, text_of};
pub use diagnostic::{Diagnostic, FileDiagnostic, Label, Severity};
pub use edit::{Edit, EditError, EditSet};
pub use fingerprint::{Fingerprint, Fingerprints};
pub use index::LineIndex;
pub use line::{LineEnding, line_number, line_starts, lines};
pub use open::{Links, OpenError, open_at_once, open_regular};
pub use source::{MAX_SOURCE_BYTES, Position, Source, SourceError};
pub use span::Span;
