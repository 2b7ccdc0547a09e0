//! The command line: arguments in, exit code out.

mod args;
mod interrupt;
mod listener;
mod migrate;
mod project;
mod report;
mod run;
mod summary;
mod tally;

pub use args::{Args, CheckArgs, Command, DiffFormat, FixArgs, MigrateArgs, Selection};
pub use run::{Status, run};
