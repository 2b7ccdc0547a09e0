//! Many repositories: found, hardened, and each made into a branch with one commit or into a patch.
//!
//! Git does what changes a repository, through its command line, and is started for nothing else. No work tree, index
//! or existing branch is touched, and nothing is started that a repository brings. Prints nothing: what happens is told as it happens.

mod commit;
mod committed;
mod file;
mod find;
mod git;
mod git_error;
mod head;
mod mail;
mod migration;
mod options;
mod path;
mod process;
mod projects;
mod reason;
mod report;
mod repository;
mod run;
mod select;
mod settings;

pub use find::{Target, find, listed, search};
pub use git_error::GitError;
pub use options::{BranchName, Goal, Message, OptionError, Options};
pub use reason::Reason;
pub use report::{Record, Report, ReportError, Status};
pub use repository::Repository;
pub use run::{Event, migrate};
pub use select::{only_failed, sample};
