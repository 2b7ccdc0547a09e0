//! What `.gitignore` hides, and Docker Compose loads all the same: only this machine may have it.
//!
//! The result of the other files must be right without it as well.

use std::path::{Path, PathBuf};

use super::directory::yaml_files_in;
use super::path::{parent, real};
use super::unit::Unit;
use crate::compose::{FileList, Origin};

impl Unit<'_> {
    /// Whether `.gitignore` hides the file at `path`, which leads over no symbolic link.
    #[must_use]
    pub fn is_ignored(&self, path: &Path) -> bool {
        let is_shown = |files: &[PathBuf]| files.binary_search_by(|file| (**file).cmp(path)).is_ok();
        let found = self.directories.get(parent(path));
        if found.is_some_and(|found| is_shown(&found.compose_files) || is_shown(&found.yaml_files)) {
            return false;
        }
        let start = self.reach.start(path);
        let top = self.repository().filter(|top| path.starts_with(top)).unwrap_or(start);
        start != path && self.ignored.hide(path, top, start)
    }

    /// Whether it hides the file while it shows others: if it hides everything in a directory that was asked for, those
    /// files are meant.
    pub(super) fn is_left_ignored(&self, path: &Path) -> bool {
        self.is_ignored(path) && (self.reach.start(path) != parent(path) || self.shows_some(parent(path)))
    }

    fn shows_some(&self, directory: &Path) -> bool {
        let known = self.directories.get(directory);
        let look = || yaml_files_in(directory, known).iter().any(|file| !self.is_ignored(file));
        self.ignored.show_some(directory, look)
    }

    /// Returns what is loaded in place of `list` where the files that `.gitignore` hides are not there; none where that is the
    /// same.
    pub(super) fn without_ignored(&self, list: &FileList) -> Option<FileList> {
        let (base, later) = list.files.split_first()?;
        // What the user names is meant for this machine.
        let is_said = matches!(list.origin, Origin::Options | Origin::Environment | Origin::Arguments);
        if is_said || later.is_empty() || self.is_ignored(&real(base)) {
            return None;
        }
        let says_so = match &list.origin {
            Origin::DotEnv(file) | Origin::Mention { file, .. } | Origin::Fitting { file, .. } => Some(file),
            _ => None,
        };
        // If the file that says so is missing as well, nothing is known to lie over the base.
        let is_known = says_so.is_none_or(|file| !self.is_ignored(&real(file)));
        let shown = later.iter().filter(|file| is_known && !self.is_ignored(&real(file)));
        let files: Vec<_> = [base].into_iter().chain(shown).cloned().collect();
        (files.len() < list.files.len()).then(|| FileList { files, ..list.clone() })
    }
}
