//! The command line: arguments in, exit code out.

mod args;
mod interrupt;
mod run;
mod summary;

pub use args::{Args, CheckArgs, Command, FixArgs, Selection};
pub use run::{Status, run};
