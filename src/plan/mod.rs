//! For each service: what to do, why, the edits that do it, and the promise they keep.
//!
//! Takes a Compose file and a policy; returns a [`Plan`], or the reason why the file cannot be hardened exactly.

mod block;
mod decision;
mod inject;
mod promise;
mod refusal;

pub use crate::policy::OptionValue;
pub use decision::{Decision, Plan, PlannedService, plan};
pub use promise::{BlockPromise, DocumentPromise, Promise, ServicePromise};
pub use refusal::{Refusal, RefusalReason};
