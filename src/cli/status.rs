//! How a run ended, and the exit code that says so.

use std::process::ExitCode;

use super::interrupt;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All is done.
    Done,
    /// A service is not hardened, or something would change.
    Unhardened,
    /// A file or a repository is wrong.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Unhardened => 1,
            Status::Failed => 2,
            Status::Interrupted => interrupt::EXIT_CODE,
        })
    }
}
