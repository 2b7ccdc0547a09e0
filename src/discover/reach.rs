//! How far a unit of work reaches: from a file, by its path without symbolic links, to whether it may change.
//!
//! Knows no path as it is written: a link must not lead to what was not asked for.

use std::path::{Path, PathBuf};

use foldhash::HashSet;

use super::path::{is_repository, parent, real};
use crate::compose::Scope;

/// What was asked for of a unit of work, all of it without symbolic links.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Directories, and the top of a repository below one.
    pub(super) roots: HashSet<PathBuf>,
    /// The directory above the current one whose project Docker Compose loads.
    pub(super) above: Option<PathBuf>,
    /// Repositories that are units of their own, in order of path.
    pub(super) others: Vec<PathBuf>,
    named: HashSet<PathBuf>,
    /// The directories of the paths that named files were given by, and of their project.
    beside: HashSet<PathBuf>,
}

impl Reach {
    /// Adds the file at `path`, as it was given, which is the file at `target`.
    pub(super) fn name(&mut self, path: &Path, target: PathBuf) {
        self.named.insert(target);
        self.beside.insert(real(parent(path)));
    }

    /// Adds the directory of the project that the named files make up.
    pub(super) fn name_project(&mut self, directory: &Path) {
        self.beside.insert(real(directory));
    }

    /// Whether the file at `path` may change, in the repository with this top; `is_walked` where all repositories
    /// above it are known.
    pub(super) fn scope(&self, path: &Path, repository: Option<&Path>, is_walked: bool) -> Scope {
        if self.named.contains(path) {
            return Scope::Named;
        }
        let scope = if path.ancestors().any(|above| self.is_root(above)) {
            Scope::Inside
        } else if path.ancestors().any(|above| self.beside.contains(above)) {
            Scope::Beside
        } else {
            return Scope::Outside;
        };
        let is_other = |above: &Path| self.others.binary_search_by(|top| top.as_path().cmp(above)).is_ok();
        let elsewhere = path.ancestors().any(is_other)
            || repository.is_some_and(|top| !path.starts_with(top))
            || !is_walked && self.is_in_unknown_repository(path, repository);
        if elsewhere { Scope::Outside } else { scope }
    }

    /// The nearest directory above `path` that was asked for, or that a file is in that was.
    pub(super) fn start<'p>(&self, path: &'p Path) -> &'p Path {
        let is_start = |above: &&Path| self.is_root(above) || self.beside.contains(*above);
        path.ancestors().skip(1).find(is_start).unwrap_or(path)
    }

    fn is_root(&self, directory: &Path) -> bool {
        self.roots.contains(directory) || self.above.as_deref() == Some(directory)
    }

    /// Whether there is a repository on the way from what was asked for to the file at `path`.
    fn is_in_unknown_repository(&self, path: &Path, repository: Option<&Path>) -> bool {
        let is_asked = |directory: &Path| {
            repository == Some(directory) || self.is_root(directory) || self.beside.contains(directory)
        };
        path.ancestors().skip(1).take_while(|above| !is_asked(above)).any(is_repository)
    }
}
