//! What `.gitignore` hides, and Docker Compose loads all the same: only this machine may have it.
//!
//! What is made of the other files has to be right without it, too.

use std::path::Path;

use super::directory::Directory;
use super::path::parent;
use super::unit::Unit;
use super::walk::{compose_files_in, shown_in};
use super::{FileList, Origin};

impl Unit<'_> {
    /// Looks at what is beside the files that were named, where there is something to hide.
    pub(super) fn look_beside(&mut self) {
        for path in &self.named {
            let directory = parent(path);
            let is_known = self.directories.contains_key(directory) || self.beside.contains_key(directory);
            let is_alone = || compose_files_in(directory).len() < 2 && !directory.join(".env").is_file();
            if is_known || is_alone() {
                continue;
            }
            if let Some(shown) = shown_in(directory) {
                self.beside.insert(directory.to_owned(), shown);
            }
        }
    }

    /// Whether `.gitignore` hides the file in YAML at `path`, which is there, while it shows others beside it.
    ///
    /// Where it hides all of them, the whole project is of this machine alone.
    pub(super) fn is_ignored(&self, path: &Path) -> bool {
        self.shown_beside(path).is_some_and(|directory| directory.hides(path))
            && self.leaves_out(path).is_none()
    }

    /// Whether `.gitignore` hides the `.env` file at `path`, which is there.
    pub(super) fn is_ignored_env(&self, path: &Path) -> bool {
        self.shown_beside(path).is_some_and(|directory| !directory.has_env)
    }

    fn shown_beside(&self, path: &Path) -> Option<&Directory> {
        let directory = parent(path);
        self.directories.get(directory).or_else(|| self.beside.get(directory))
    }

    /// Returns what is loaded in place of `list` where the later files that `.gitignore` hides are not there; none where
    /// that is the same.
    pub(super) fn without_ignored(&self, list: &FileList) -> Option<FileList> {
        let (base, later) = list.files.split_first()?;
        // What the user says is meant for this machine.
        let is_said = matches!(list.origin, Origin::Options | Origin::Environment | Origin::Arguments);
        if is_said || later.is_empty() || self.is_ignored(base) {
            return None;
        }
        let shown = later.iter().filter(|file| !self.is_ignored(file));
        let files: Vec<_> = [base].into_iter().chain(shown).cloned().collect();
        (files.len() < list.files.len()).then(|| FileList { files, origin: list.origin.clone() })
    }
}
