//! Why a repository is left as it is.

use std::io;

use thiserror::Error;

use super::git_error::GitError;

/// Why nothing was made of a repository.
///
/// The text is for people; [`Reason::class`] is the same for repositories that are left for the same reason.
#[derive(Debug, Error)]
pub enum Reason {
    /// The directory is not the top of a work tree.
    #[error("not the top of a git repository")]
    NotRepository,
    /// It has no work tree.
    #[error("bare repository; clone it, and name the clone")]
    Bare,
    /// Another repository keeps it.
    #[error("submodule; harden the repository that it comes from")]
    Submodule,
    /// It has no commit that a branch could start from.
    #[error("no commit yet; make one first")]
    Empty,
    /// Files to harden have changes that are not committed.
    #[error("{} differs from the last commit; commit or stash the change, or use `--allow-dirty`", list(.0))]
    Dirty(Vec<String>),
    /// Files to harden, layers of their projects, or what says that these are loaded, are not in the commit.
    #[error("{} is not in the last commit; commit or move it", list(.0))]
    Untracked(Vec<String>),
    /// Files that may be loaded with those to harden are in the commit, but not in the work tree.
    #[error("{} is in the last commit, but not in the work tree; restore it, or commit that it is gone", list(.0))]
    Absent(Vec<String>),
    /// What says which files are loaded with those to harden is not as it was committed.
    #[error("{} says which files are loaded, and differs from the last commit; commit or stash the change", list(.0))]
    Undecided(Vec<String>),
    /// The path leads nowhere.
    #[error("cannot open the directory: {0}")]
    Missing(io::Error),
    /// A file of the repository or a directory cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file or the directory.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// A directory that is searched cannot be read.
    #[error("{0}")]
    Closed(String),
    /// No file changes, and some are refused.
    #[error("{0} refused, and nothing else to change")]
    Refused(usize),
    /// The branch is there, with something else on it.
    #[error("branch `{0}` already exists; merge or delete it, or choose another name with `--branch`")]
    BranchExists(String),
    /// A branch is there whose name is a directory of this one's, or the other way round.
    #[error(
        "branch `{other}` already exists, and git cannot have a branch `{name}` beside it; merge or delete it, or choose another name with `--branch`"
    )]
    BranchInTheWay {
        /// The branch to make.
        name: String,
        /// The branch that is there.
        other: String,
    },
    /// Git would start or use what the repository chooses.
    #[error(
        "its own configuration sets `{0}`, which could make git run a program that the repository chooses; remove the setting, or move it to your own configuration"
    )]
    Starts(String),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file of our own cannot be written.
    #[error("cannot write {what}: {error}")]
    Write {
        /// The file, in words.
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

impl Reason {
    /// Whether something is wrong, and not just out of the question.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::NotRepository
            | Self::Bare
            | Self::Submodule
            | Self::Empty
            | Self::Dirty(_)
            | Self::Untracked(_)
            | Self::Absent(_)
            | Self::Undecided(_) => false,
            Self::Missing(_)
            | Self::Unreadable { .. }
            | Self::Closed(_)
            | Self::Refused(_)
            | Self::BranchExists(_)
            | Self::BranchInTheWay { .. }
            | Self::Starts(_)
            | Self::Git(_)
            | Self::Write { .. } => true,
        }
    }

    /// The reason in a few words, without names.
    #[must_use]
    pub fn class(&self) -> String {
        let words = match self {
            Self::NotRepository => "no repository",
            Self::Bare => "bare repository",
            Self::Submodule => "submodule",
            Self::Empty => "no commit",
            Self::Dirty(_) | Self::Undecided(_) => "uncommitted changes",
            Self::Absent(_) => "not in the work tree",
            Self::Untracked(_) => "untracked file",
            Self::Missing(_) => "no such directory",
            Self::Unreadable { .. } | Self::Closed(_) => "unreadable",
            Self::Refused(_) => "refused",
            Self::BranchExists(_) | Self::BranchInTheWay { .. } => "branch exists",
            Self::Starts(_) => "signing or hooks of the repository",
            Self::Git(error) => return error.class(),
            Self::Write { .. } => "cannot write",
        };
        words.to_owned()
    }
}

fn list(files: &[String]) -> String {
    let shown: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
    shown.join(", ")
}
