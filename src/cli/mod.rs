//! The command line: arguments in, exit code out.

mod args;
mod end;
mod interrupt;
mod listener;
mod migrate;
mod mode;
mod presenter;
mod project;
mod run;
mod summary;
mod tally;

pub use args::{Args, CheckArgs, Command, DiffFormat, FixArgs, MigrateArgs, Selection};
pub use end::End;
pub use run::run;
