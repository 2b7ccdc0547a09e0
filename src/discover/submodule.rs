//! Which directories are submodules: from the files of git to a yes or no, or the reader's own error.
//!
//! How a file is read, and what cannot be read means, is for the caller: `read` returns the bytes of a regular file,
//! or nothing where there is no file.

use std::fs;
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use crate::compose::normalise;
use crate::text::{lines, path_of};

/// Returns the directory that holds `HEAD` for the work tree at `root`: its `.git`, or what that file names.
///
/// Nothing where there is no `.git`, or where it names nothing.
///
/// # Errors
/// Those of `read`.
pub fn git_dir<E>(
    root: &Path,
    read: impl Fn(&Path) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<PathBuf>, E> {
    let dot_git = root.join(".git");
    match fs::metadata(&dot_git) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(dot_git)),
        Ok(_) => Ok(read(&dot_git)?.and_then(|bytes| {
            let named = bytes.strip_prefix(b"gitdir:")?.trim_ascii();
            Some(normalise(&root.join(path_of(named))))
        })),
        Err(_) => Ok(None),
    }
}

/// What repositories list as their submodules, each read once.
#[derive(Debug, Default)]
pub struct Submodules {
    listed: HashMap<PathBuf, HashSet<PathBuf>>,
}

impl Submodules {
    /// Whether the work tree at `root`, an absolute path without symbolic links, is a submodule: another repository
    /// keeps its [`git_dir`] for it, or the repository with the top `outer`, in which it lies, lists it.
    ///
    /// A linked worktree of a submodule is not one: it is a repository of its own.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn hold<E>(
        &mut self,
        root: &Path,
        git_dir: &Path,
        outer: Option<&Path>,
        read: impl Fn(&Path) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<bool, E> {
        if is_kept(git_dir) && read(&git_dir.join("commondir"))?.is_none() {
            return Ok(true);
        }
        let Some(outer) = outer else { return Ok(false) };
        if !self.listed.contains_key(outer) {
            self.listed.insert(outer.to_owned(), paths_in(read(&outer.join(".gitmodules"))?, outer));
        }
        Ok(self.listed[outer].contains(root))
    }
}

/// Whether the directory of git at `path` is one that another keeps for a submodule.
fn is_kept(path: &Path) -> bool {
    let modules = path.ancestors().filter(|above| above.file_name().is_some_and(|name| name == "modules"));
    modules.filter_map(Path::parent).any(|keeper| keeper.ends_with(".git") || keeper.join("HEAD").is_file())
}

/// The submodules that `list`, the `.gitmodules` of the repository at `outer`, names.
fn paths_in(list: Option<Vec<u8>>, outer: &Path) -> HashSet<PathBuf> {
    let list = list.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let path = |line: &str| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "path").then(|| outer.join(value.trim().trim_matches('"')))
    };
    lines(&list).filter_map(path).collect()
}
