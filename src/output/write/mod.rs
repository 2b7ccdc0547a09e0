//! Files in and out: [`read`] takes a file with the state it was in, a [`Writer`] puts a new text in its place.
//!
//! The only place that writes to a user's file. A reader of the file sees the old text or the new one, whole.
//! Knows nothing of what the bytes mean.

mod attributes;
mod check;
mod error;
mod read;
mod replace;
mod state;
mod swap;
mod temporary;

pub use check::check_replaceable;
pub use error::WriteError;
pub use read::{ReadError, read};
pub use replace::{Writer, replace};
pub use state::{FileKind, FileState};
pub use temporary::TEMPORARY_PREFIX;
