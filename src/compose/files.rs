//! Where a project's files come from, and which of them may change.

use std::path::{Path, PathBuf};

use crate::text::{Diagnostic, Source};

/// Whether a file may change in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The user named it.
    Named,
    /// It is in a directory that the user named.
    Inside,
    /// It is beside or below a file that the user named: what that file extends or includes may change there.
    Beside,
    /// It is elsewhere, or in another repository.
    Outside,
    /// A glob of the user leaves it out.
    LeftOut,
    /// `.gitignore` names it.
    Ignored,
}

/// Where the texts of files come from.
pub trait Files {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Why it cannot be read, for people.
    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic>;

    /// Returns the path of the file at `path` without symbolic links, in it or on the way: the same for all its names.
    fn identity(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    /// Whether the file at `path` may change.
    fn scope(&self, path: &Path) -> Scope {
        let _ = path;
        Scope::Named
    }
}
