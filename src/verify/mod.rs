//! The second reader: two texts and a promise enter, a [`Verdict`] leaves.
//!
//! Shares nothing with the editor. It reads both texts with yaml-rust2's events, or granit-parser's
//! where that cannot, resolves aliases and merge keys itself, and looks for exactly the promised difference. It
//! knows no edits, and no policy beyond what the promise says.

mod block;
mod budget;
mod build;
mod compare;
mod content;
mod events;
mod gains;
mod merge;
mod mismatch;
mod node;
mod outline;
mod paths;
mod project;
mod project_fault;
mod proof;
mod reader;
mod services;
mod shadow;
mod sides;
mod tape;
mod tapes;
mod unreadable;
mod verdict;

pub use budget::Exhausted;
pub use mismatch::{DocumentPlace, Mismatch};
pub use node::Kind;
pub use outline::{Disagreement, Outlined, disagreement};
pub use project::{FileReading, prove_projects};
pub use project_fault::{ProjectFault, ProjectPlace, Unclear};
pub use proof::prove;
pub use shadow::{Reading, Separation};
pub use tapes::Tapes;
pub use unreadable::{Construct, Side, Unreadable};
pub use verdict::{Doubt, Verdict};

#[cfg(test)]
mod tests;
