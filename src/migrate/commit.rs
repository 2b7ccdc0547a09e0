//! A branch with one commit: from a commit and new texts of its files to a commit over it that a new branch names.
//!
//! Works on objects and a temporary index. The work tree, the index, `HEAD` and every other branch stay as they are.

use std::path::Path;

use tempfile::TempDir;

use super::git::{Git, GitError};
use super::head::{self, Ref};
use super::{Reason, Repository};
use crate::output::write::TEMPORARY_PREFIX;

/// A file with the text that it gets.
pub(super) struct NewFile<'c> {
    /// The path, as a tree of git knows it.
    pub(super) name: &'c std::ffi::OsStr,
    /// The mode, which stays.
    pub(super) mode: &'c str,
    pub(super) text: &'c str,
}

/// Puts a commit with `files` over `base`, and has the new branch `branch` name it; returns its id.
///
/// A branch of that name that holds the same files over the same commit is taken for what an earlier run made.
pub(super) fn commit(
    repository: &Repository,
    base: &str,
    files: &[NewFile<'_>],
    branch: &str,
    message: &str,
) -> Result<String, Reason> {
    let git = Git::new(&repository.root);
    let existing = head::branch(repository, branch)?;
    let tree = write_tree(git, base, files)?;
    if let Ref::Commit(existing) = existing {
        let same = format!("{tree} {base}");
        let found = git.line("log", ["-1", "--no-show-signature", "--format=%T %P", &existing, "--"], b"")?;
        return if found == same { Ok(existing) } else { Err(Reason::BranchExists(branch.to_owned())) };
    }
    let signs = git.ask("config", ["--type=bool", "--get", "commit.gpgSign"])?;
    let sign = signs.is_some_and(|value| value.trim_ascii() == b"true").then_some("-S");
    let arguments = [tree.as_str(), "-p", base, "-F", "-"].into_iter().chain(sign);
    let git_to_sign = if sign.is_some() { git.asking() } else { git };
    let id = git_to_sign.line("commit-tree", arguments, message.as_bytes())?;
    let name = format!("refs/heads/{branch}");
    // With the old value given as none, git keeps a branch that somebody made meanwhile.
    let none = "0".repeat(id.len());
    git.run("update-ref", ["-m", "compose-harden", &name, &id, &none], b"")?;
    Ok(id)
}

/// Writes the tree of `base` with `files` in it, and returns its id.
fn write_tree(git: Git<'_>, base: &str, files: &[NewFile<'_>]) -> Result<String, Reason> {
    let temporary = temporary_folder()?;
    let index = temporary.path().join("index");
    let git = git.with_index(&index);
    git.run("read-tree", [base], b"")?;
    let mut info = Vec::new();
    for file in files {
        // No filter: the text was made from the bytes of the commit, and differs from them by the edits only.
        let id = git.line("hash-object", ["-w", "--stdin", "--no-filters"], file.text.as_bytes())?;
        info.extend_from_slice(format!("{} {id}\t", file.mode).as_bytes());
        info.extend_from_slice(file.name.as_encoded_bytes());
        info.push(0);
    }
    git.run("update-index", ["-z", "--index-info"], &info)?;
    // What the clone left at its origin is not needed here.
    Ok(git.line("write-tree", ["--missing-ok"], b"")?)
}

/// Returns a new folder for the index, outside of the work tree.
fn temporary_folder() -> Result<TempDir, Reason> {
    let made = tempfile::Builder::new().prefix(Path::new(TEMPORARY_PREFIX)).tempdir();
    made.map_err(|error| Reason::Write { what: "a temporary folder", error })
}

/// Returns the id that `text` has as the bytes of a file, and writes nothing.
pub(super) fn id_of(git: Git<'_>, text: &str) -> Result<String, GitError> {
    git.line("hash-object", ["--stdin", "--no-filters"], text.as_bytes())
}
