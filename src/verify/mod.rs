//! The second reader: two texts and a promise enter, a [`Verdict`] leaves.
//!
//! Shares nothing with the editor. It reads both texts with yaml-rust2's events, or granit-parser's
//! where that cannot, resolves aliases and merge keys itself, and looks for exactly the promised difference. It
//! knows no edits, and no policy beyond what the promise says.

mod block;
mod build;
mod compare;
mod content;
mod events;
mod merge;
mod outline;
mod paths;
mod project;
mod proof;
mod reader;
mod services;
mod shadow;
mod tape;
mod tapes;
mod verdict;

pub use outline::{Disagreement, Outlined, disagreement};
pub use project::{FileReading, Origin, ProjectFault, Unclear, prove_projects};
pub use proof::prove;
pub use shadow::{Reading, Separation};
pub use tape::Kind;
pub use tapes::Tapes;
pub use verdict::{Doubt, Mismatch, Place, Side, Unreadable, Verdict};

#[cfg(test)]
mod tests;
