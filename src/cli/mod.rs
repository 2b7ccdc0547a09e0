//! The command line: arguments in, exit code out.

mod args;
mod interrupt;
mod listener;
mod migrate;
mod mode;
mod project;
mod report;
mod run;
mod status;
mod summary;
mod tally;

pub use args::{Args, CheckArgs, Command, DiffFormat, FixArgs, MigrateArgs, Selection};
pub use run::run;
pub use status::Status;
