//! The Compose model of one file: its documents, its services, and what merge keys bring them.
//!
//! Takes a tree without errors; says what Docker Compose would make of it, or why it would reject it. Reads no
//! disk. Other files of a project are not looked at.

mod alias;
mod error;
mod file;
mod layers;
mod service;

pub use alias::Aliases;
pub use error::{ComposeError, ComposeRule};
pub use file::{ComposeDocument, ComposeFile};
pub use layers::{MAX_MERGED_MAPPINGS, is_merge_key, layers, merge_entry};
pub use service::{Body, Extends, Service};
