//! What a directory is to git: from its path to a [`Repository`], or why there is none to work on.
//!
//! Reads the files of the repository, and does not start git.

use std::fs;
use std::path::{Path, PathBuf};

use super::Reason;
use super::file::read_file;
use super::path::path_of;
use crate::compose::normalise;
use crate::text::lines;

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
        let dot_git = root.join(".git");
        let git_dir = match fs::metadata(&dot_git) {
            Ok(metadata) if metadata.is_dir() => dot_git,
            Ok(_) => named_directory(&dot_git)?,
            Err(_) if is_bare(root) => return Err(Reason::Bare),
            Err(_) => return Err(Reason::NotRepository),
        };
        if git_dir.join("HEAD").symlink_metadata().is_err() {
            return Err(Reason::NotRepository);
        }
        let linked = read_file(&git_dir.join("commondir"))?;
        let common_dir = match &linked {
            Some(bytes) => normalise(&git_dir.join(path_of(bytes.trim_ascii_end()))),
            None => git_dir.clone(),
        };
        if (linked.is_none() && is_module(&git_dir)) || is_listed(root)? {
            return Err(Reason::Submodule);
        }
        Ok(Self { root: root.to_owned(), git_dir, common_dir })
    }
}

/// Whether `directory` is a git directory without a work tree.
pub(super) fn is_bare(directory: &Path) -> bool {
    directory.join("HEAD").is_file() && directory.join("objects").is_dir() && directory.join("refs").is_dir()
}

/// Whether `directory` is the top of a work tree.
pub(super) fn is_top(directory: &Path) -> bool {
    directory.join(".git").symlink_metadata().is_ok()
}

/// Returns the directory that the `.git` file at `path` names.
fn named_directory(path: &Path) -> Result<PathBuf, Reason> {
    let bytes = read_file(path)?.ok_or(Reason::NotRepository)?;
    let named = bytes.strip_prefix(b"gitdir:").ok_or(Reason::NotRepository)?.trim_ascii();
    let directory = path.parent().unwrap_or(path).join(path_of(named));
    Ok(normalise(&directory))
}

/// Whether the git directory at `path` is one that another keeps for a submodule.
fn is_module(path: &Path) -> bool {
    let modules = path.ancestors().filter(|above| above.file_name().is_some_and(|name| name == "modules"));
    modules.filter_map(Path::parent).any(|keeper| keeper.join("HEAD").is_file())
}

/// Whether the repository that `root` lies in lists it as a submodule.
fn is_listed(root: &Path) -> Result<bool, Reason> {
    let Some(outer) = root.ancestors().skip(1).find(|above| is_top(above)) else { return Ok(false) };
    let list = read_file(&outer.join(".gitmodules"))?.and_then(|bytes| String::from_utf8(bytes).ok());
    let names = |line: &str| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "path").then(|| outer.join(value.trim().trim_matches('"')))
    };
    Ok(lines(&list.unwrap_or_default()).any(|line| names(line).is_some_and(|path| path == root)))
}
