//! What a directory is to git: from its path to a [`Repository`], or why there is none to work on.
//!
//! Reads the files of the repository, and does not start git.

use std::path::{Path, PathBuf};

use super::Reason;
use super::file::read_file;
use crate::compose::normalise;
use crate::discover::{Submodules, git_dir, repository_of};
use crate::text::path_of;

/// A repository with a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The top of the work tree, without symbolic links.
    pub root: PathBuf,
    /// The directory that holds `HEAD`.
    pub git_dir: PathBuf,
    /// The directory that holds the branches; another one than `git_dir` in a linked worktree.
    pub common_dir: PathBuf,
}

impl Repository {
    /// Looks at the directory at `root`, an absolute path without symbolic links.
    ///
    /// # Errors
    /// Why there is no repository to work on: a skip, or [`Reason::Unreadable`].
    pub fn open(root: &Path) -> Result<Self, Reason> {
        let git_dir = match git_dir(root, read_file)? {
            Some(git_dir) => git_dir,
            None if is_bare(root) => return Err(Reason::Bare),
            None => return Err(Reason::NotRepository),
        };
        if git_dir.join("HEAD").symlink_metadata().is_err() {
            return Err(Reason::NotRepository);
        }
        let linked = read_file(&git_dir.join("commondir"))?;
        let common_dir = match &linked {
            Some(bytes) => normalise(&git_dir.join(path_of(bytes.trim_ascii_end()))),
            None => git_dir.clone(),
        };
        let outer = root.parent().and_then(repository_of);
        if Submodules::default().hold(root, &git_dir, outer.as_deref(), read_file)? {
            return Err(Reason::Submodule);
        }
        Ok(Self { root: root.to_owned(), git_dir, common_dir })
    }
}

/// Whether `directory` is a git directory without a work tree.
pub(super) fn is_bare(directory: &Path) -> bool {
    directory.join("HEAD").is_file() && directory.join("objects").is_dir() && directory.join("refs").is_dir()
}
