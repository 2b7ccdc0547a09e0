//! The Compose model: which files make up a project, and which layers make up each of its services.
//!
//! Takes texts and says what Docker Compose would make of them, or why it would reject them. Knows nothing of
//! hardening.

mod alias;
mod attribute;
mod builder;
mod candidate;
mod chain;
mod definition;
pub mod effective;
mod error;
mod extends;
mod file;
mod files;
mod group;
mod include;
mod library;
mod load;
mod merge;
mod names;
mod path;
mod project;
mod repeats;
mod service;
mod tag;

pub use alias::{Aliases, MAX_ALIASED_NODES};
pub use attribute::{check_attribute, is_null, is_service_attribute};
pub use builder::MAX_LAYERS;
pub use candidate::{Candidate, Certainty, candidates};
pub use chain::{Joined, Layer, LayerId};
pub use definition::{Definition, FileId};
pub use effective::{EffectiveValue, Provenance};
pub use error::{ComposeError, ComposeRule};
pub use file::{ComposeDocument, ComposeFile, MAX_DOCUMENTS, MAX_SERVICES, MIN_BYTES_PER_SERVICE};
pub use files::{Files, Scope};
pub use group::{FileList, Group, Origin};
pub use include::Include;
pub use library::Library;
pub use load::{MAX_INCLUDED_FILES, MAX_INCLUDES};
pub use merge::{
    MAX_MERGED_IN_FILE, MAX_MERGED_MAPPINGS, MergeStep, is_merge_key, merge_entry, walk_merged, with_merged,
};
pub use path::normalise;
pub use project::{Project, ProjectService};
pub use service::{Body, Extends, MAX_NAME_BYTES, Service};
pub use tag::{is_compose_tag, is_override, is_plainly_tagged, is_reset};
