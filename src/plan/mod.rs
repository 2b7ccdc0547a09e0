//! For each service: what to do, why, the edits that do it, and the promise they keep.
//!
//! Takes the projects of a unit of work and a policy; returns a [`Plan`], or the reasons why it cannot be
//! done exactly.

mod aliased;
mod block;
mod decision;
mod dotted;
mod facts;
mod file;
mod fixed;
mod inject;
mod items;
mod keys;
mod laws;
mod loaded;
mod notes;
mod pins;
mod planner;
mod promise;
mod refusal;
mod repeat;
mod settle;
mod sites;
mod table;
mod unit;
mod weaker;
mod weakness;
mod withheld;

pub use crate::policy::OptionValue;
pub use block::MAX_BLOCK_ITEMS;
pub use decision::{Decision, PlannedService};
pub use file::FilePlan;
pub use fixed::{FixedFiles, FixedReason};
pub use keys::MAX_BLOCK_KEYS;
pub use loaded::LoadedProject;
pub use notes::{MAX_NOTES, Notes};
pub use promise::{BlockPromise, DocumentPromise, EffectivePromise, ProjectPromise, Promise, ServicePromise};
pub use refusal::{Refusal, RefusalReason};
pub use unit::{Plan, plan};
