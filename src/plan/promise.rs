//! What a plan promises: the only differences that the effective configuration may show.
//!
//! Plain data, so that the second reader can check a result against it without knowing how it was planned.

use std::path::PathBuf;
use std::sync::Arc;

use crate::policy::OptionValue;

/// The promised difference between a Compose file before and after.
///
/// Whatever is not named here stays as it is: every other key of every service, and everything outside
/// the services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// One promise for each document of the file, in order.
    pub documents: Vec<DocumentPromise>,
}

impl Promise {
    /// Returns the promise that nothing changes in a file with so many documents.
    #[must_use]
    pub fn unchanged(documents: usize) -> Self {
        Self { documents: vec![DocumentPromise::default(); documents] }
    }
}

/// What may differ in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentPromise {
    /// The block the hardening comes from; none where nothing of the document changes.
    pub block: Option<BlockPromise>,
    /// The services that change, in the order of the file. A service that is not here stays as it is.
    pub services: Vec<ServicePromise>,
}

/// The top-level entry that holds the hardening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockPromise {
    /// Its key.
    pub key: String,
    /// The document that holds it, counted from 0: this one, or an earlier one of the same file.
    pub document: usize,
    /// What a new block holds, in order; none where the block was there before and must not change.
    pub inserted: Option<Vec<(String, OptionValue)>>,
}

/// What one service gains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePromise {
    /// The service's name.
    pub name: Box<str>,
    /// The keys that were unset before and take the block's value, in the block's order. Every other key of
    /// the block was set before, and keeps its value.
    pub gains: Arc<[String]>,
    /// Keys of the block that the service sets to an empty list of its own from now on, where it did not set them
    /// before, or had them from the block, or from a template where `!reset` removes them. They shield the service
    /// from the block's value, which another layer then sets.
    pub pins: Box<[String]>,
}

/// The promised difference between a project before and after: what Docker Compose makes of all its files.
///
/// Services that are made up of one layer alone (one definition in one document of one file, without
/// `extends`) are not named here: the promise of their file is complete. All other services that are not
/// named stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectPromise {
    /// The files that are merged in this order, as with several `-f` options, by their paths as written.
    pub files: Vec<PathBuf>,
    /// What the paths in them start from.
    pub directory: PathBuf,
    /// The services that change, in order of their names.
    pub services: Vec<EffectivePromise>,
}

/// What one service of a project gains once all its layers are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePromise {
    /// The service's name.
    pub name: Box<str>,
    /// The keys that no layer set before and that have the block's value now.
    pub gains: Arc<[String]>,
    /// The keys whose list has the block's items in front of the items it had before.
    pub extended: Arc<[String]>,
}
