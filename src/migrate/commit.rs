//! A branch with one commit: from a commit and new texts of its files to a commit over it that a new branch names.
//!
//! Works on objects and a temporary index. The work tree, the index, `HEAD` and every other branch stay as they are.

use std::ffi::OsStr;
use std::path::Path;

use tempfile::TempDir;

use super::git::Git;
use super::git_error::GitError;
use super::head::{self, Ref};
use super::path::path_text;
use super::settings::Settings;
use super::{Reason, Repository};
use crate::output::write::TEMPORARY_PREFIX;
use crate::text::path_of;

/// A file with the text that it gets.
pub(super) struct NewFile<'c> {
    /// The path, as a tree of git knows it.
    pub(super) name: &'c OsStr,
    /// The mode, which stays.
    pub(super) mode: &'c str,
    /// The id of the bytes that it had.
    pub(super) old: &'c str,
    pub(super) text: &'c str,
}

/// A branch to make.
pub(super) struct Branch<'c> {
    pub(super) name: &'c str,
    /// The commit that its own goes over.
    pub(super) base: &'c str,
    pub(super) files: &'c [NewFile<'c>],
    pub(super) message: &'c str,
}

impl Branch<'_> {
    /// Makes it, and returns the id of its commit; writes nothing and returns nothing in a dry run.
    ///
    /// A branch that holds the same files over the same commit is taken for what an earlier run made.
    pub(super) fn make(
        &self,
        git: Git<'_>,
        repository: &Repository,
        dry_run: bool,
    ) -> Result<Option<String>, Reason> {
        if let Ref::Commit(found) = head::branch(repository, self.name)? {
            let is_made = self.is_made(git, &found)?;
            return if is_made { Ok(Some(found)) } else { Err(Reason::BranchExists(self.name.to_owned())) };
        }
        if let Some(other) = self.in_the_way(git, repository)? {
            return Err(Reason::BranchInTheWay { name: self.name.to_owned(), other });
        }
        let settings = Settings::read(git)?;
        if dry_run {
            Ok(None)
        } else {
            self.commit(git.with_settings(&settings.without_hooks), settings.signs).map(Some)
        }
    }

    /// A branch beside which there can be none of its name: to git each is a file, or a directory of others.
    fn in_the_way(&self, git: Git<'_>, repository: &Repository) -> Result<Option<String>, Reason> {
        for (end, _) in self.name.match_indices('/') {
            let directory = &self.name[..end];
            if head::branch(repository, directory)? != Ref::Missing {
                return Ok(Some(directory.to_owned()));
            }
        }
        let below = format!("refs/heads/{}/", self.name);
        let options = ["--count=1", "--format=%(refname:lstrip=2)", &below];
        let found = git.run("for-each-ref", options, b"")?;
        let found = path_text(&path_of(found.trim_ascii_end()));
        Ok(Some(found).filter(|found| !found.is_empty()))
    }

    /// Whether the commit `found` is what would be made.
    fn is_made(&self, git: Git<'_>, found: &str) -> Result<bool, GitError> {
        let parents = git.run("rev-parse", [format!("{found}^@")], b"")?;
        if parents.trim_ascii_end() != self.base.as_bytes() {
            return Ok(false);
        }
        let options = ["-r", "-z", "--no-renames", "--ignore-submodules=none", self.base, found];
        let listing = git.run("diff-tree", options, b"")?;
        let mut expected =
            self.files.iter().map(|file| file.difference(git)).collect::<Result<Vec<_>, _>>()?;
        let mut parts = listing.split(|byte| *byte == 0).filter(|part| !part.is_empty());
        let mut differences = Vec::new();
        while let (Some(what), Some(name)) = (parts.next(), parts.next()) {
            differences.push((what.to_vec(), name.to_vec()));
        }
        expected.sort();
        differences.sort();
        Ok(expected == differences)
    }

    /// Puts a commit over the base, has the new branch name it, and returns its id.
    fn commit(&self, git: Git<'_>, signs: bool) -> Result<String, Reason> {
        let tree = self.write_tree(git)?;
        let arguments = [tree.as_str(), "-p", self.base, "-F", "-"].into_iter().chain(signs.then_some("-S"));
        let git_to_sign = if signs { git.asking() } else { git };
        let id = git_to_sign.line("commit-tree", arguments, self.message.as_bytes())?;
        let name = format!("refs/heads/{}", self.name);
        // With the old value given as none, git keeps a branch that somebody made meanwhile.
        let none = "0".repeat(id.len());
        git.run("update-ref", ["-m", "compose-harden", &name, &id, &none], b"")?;
        Ok(id)
    }

    /// Writes the tree of the base with the files in it, and returns its id.
    fn write_tree(&self, git: Git<'_>) -> Result<String, Reason> {
        let temporary = temporary_folder()?;
        let index = temporary.path().join("index");
        let git = git.with_index(&index);
        git.run("read-tree", [self.base], b"")?;
        let mut info = Vec::new();
        for file in self.files {
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
}

impl NewFile<'_> {
    /// Returns how git writes the difference that the new text makes, and the name.
    fn difference(&self, git: Git<'_>) -> Result<(Vec<u8>, Vec<u8>), GitError> {
        let new = id_of(git, self.text)?;
        let what = format!(":{mode} {mode} {old} {new} M", mode = self.mode, old = self.old);
        Ok((what.into_bytes(), self.name.as_encoded_bytes().to_vec()))
    }
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
