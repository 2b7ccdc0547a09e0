//! What `.gitignore` hides, and Docker Compose loads all the same: only this machine may have it.
//!
//! What is made of the other files has to be right without it, too.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;
use ignore::gitignore::Gitignore;

use super::path::{parent, real};
use super::rules::is_readable;
use super::unit::Unit;
use super::walk::yaml_files_in;
use super::{FileList, Origin};

/// What `.gitignore` files say, each read once.
#[derive(Debug, Default)]
pub(super) struct IgnoreRules {
    /// The rules of directories.
    rules: Mutex<HashMap<PathBuf, Option<Arc<Gitignore>>>>,
    /// Whether directories have files in YAML that no rule hides.
    show_some: Mutex<HashMap<PathBuf, bool>>,
}

impl IgnoreRules {
    /// The rules of `directory`; none where it has none, or they are not to be read.
    fn of(&self, directory: &Path) -> Option<Arc<Gitignore>> {
        // A thread that panicked left a map that is whole.
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(directory) {
            return rules.clone();
        }
        let path = directory.join(".gitignore");
        // A line that is wrong is passed over, as git does.
        let rules = is_readable(&path).then(|| Arc::new(Gitignore::new(path).0));
        known.insert(directory.to_owned(), rules.clone());
        rules
    }

    /// Whether the rules of `top` and of the directories below it hide what is at `path`, or a directory above that which is
    /// below `start`.
    fn hide(&self, path: &Path, top: &Path, start: &Path) -> bool {
        let mut on_the_way: Vec<&Path> = path.ancestors().take_while(|above| *above != start).collect();
        on_the_way.reverse();
        on_the_way.into_iter().any(|at| {
            let mut rules = parent(at).ancestors().take_while(|above| above.starts_with(top));
            let decisive = rules.find_map(|directory| {
                let matched = self.of(directory)?.matched(at, at != path).map(|_| ());
                (!matched.is_none()).then(|| matched.is_ignore())
            });
            decisive.unwrap_or(false)
        })
    }
}

impl Unit<'_> {
    /// Whether `.gitignore` hides the file at `path`, which leads over no symbolic link.
    pub(super) fn is_ignored(&self, path: &Path) -> bool {
        let is_shown = |files: &[PathBuf]| files.binary_search_by(|file| (**file).cmp(path)).is_ok();
        let found = self.directories.get(parent(path));
        if found.is_some_and(|found| is_shown(&found.compose_files) || is_shown(&found.yaml_files)) {
            return false;
        }
        let start = self.reach.start(path);
        let top = self.repository().filter(|top| path.starts_with(top)).unwrap_or(start);
        start != path && self.ignored.hide(path, top, start)
    }

    /// Whether it hides the file while it shows others: where it hides all that is in a directory which was asked for, what
    /// is there is meant.
    pub(super) fn is_left_ignored(&self, path: &Path) -> bool {
        self.is_ignored(path) && (self.reach.start(path) != parent(path) || self.shows_some(parent(path)))
    }

    fn shows_some(&self, directory: &Path) -> bool {
        let known = || self.ignored.show_some.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(directory) {
            return *known;
        }
        let shows_some = yaml_files_in(directory).iter().any(|file| !self.is_ignored(file));
        known().insert(directory.to_owned(), shows_some);
        shows_some
    }

    /// Returns what is loaded in place of `list` where the later files that `.gitignore` hides are not there; none where
    /// that is the same.
    pub(super) fn without_ignored(&self, list: &FileList) -> Option<FileList> {
        let (base, later) = list.files.split_first()?;
        // What the user says is meant for this machine.
        let is_said = matches!(list.origin, Origin::Options | Origin::Environment | Origin::Arguments);
        if is_said || later.is_empty() || self.is_ignored(&real(base)) {
            return None;
        }
        let shown = later.iter().filter(|file| !self.is_ignored(&real(file)));
        let files: Vec<_> = [base].into_iter().chain(shown).cloned().collect();
        (files.len() < list.files.len()).then(|| FileList { files, origin: list.origin.clone() })
    }
}
