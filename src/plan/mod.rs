//! For each service: what to do, why, the edits that do it, and the promise they keep.

mod promise;

pub use promise::{BlockPromise, DocumentPromise, OptionValue, Promise, ServicePromise};
