//! The command line: arguments in, exit code out.

mod args;
mod discover;
mod run;

pub use args::{Args, Command, FixArgs};
pub use run::{Status, run};
