//! How a run ended, and the exit code that says so.

use std::process::ExitCode;

use super::interrupt;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All is done.
    Done,
    /// A service is not hardened, or something would change.
    Unhardened,
    /// A file or a repository is wrong.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => 0,
            End::Unhardened => 1,
            End::Failed => 2,
            End::Interrupted => interrupt::EXIT_CODE,
        })
    }
}
