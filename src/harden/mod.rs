//! A unit of work from start to end: files in, proved changes out. Writes nothing.

mod disagreement;
mod explain;
mod groups;
mod hardener;
mod in_order;
mod load;
mod memory;
mod notes;
mod outcome;
mod project;
mod proof;
mod unclear;
mod unit;

pub use explain::{Explained, ExplainedService, Explanation, explain};
pub use hardener::Hardener;
pub use in_order::in_order;
pub use load::MAX_SHARED_LAYERS;
pub use memory::MAX_REMEMBERED_BYTES;
pub use outcome::{Change, Outcome};
pub use project::{harden, harden_file};
pub use unit::UnitOutcome;
