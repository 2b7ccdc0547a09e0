//! The command line: arguments in, exit code out.

mod args;
mod interrupt;
mod report;
mod run;
mod summary;

pub use args::{Args, CheckArgs, Command, DiffFormat, FixArgs, Selection};
pub use run::{Status, run};
