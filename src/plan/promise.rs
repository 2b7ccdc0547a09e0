//! What a plan promises: the only differences that the effective configuration may show.
//!
//! Plain data, so that the second reader can hold a result against it without knowing how it was planned.

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
    /// What a new block holds, in order; none where the block was there before and must not change.
    pub inserted: Option<Vec<(String, OptionValue)>>,
}

/// What one service gains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePromise {
    /// The service's name.
    pub name: String,
    /// The keys that were unset before and take the block's value, in the block's order. Every other key of
    /// the block was set before, and keeps its value.
    pub gains: Arc<[String]>,
}
