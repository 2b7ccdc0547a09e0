//! The files of a unit of work on the disk: read once, with the state they were in.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::write::{FileState, read};
use crate::compose::{Files, Scope, Unit};
use crate::text::{Diagnostic, Source};

/// Reads files, and remembers the state each was in.
pub struct Disk<'u> {
    unit: &'u Unit<'u>,
    /// Paths are shown as seen from here.
    current_directory: &'u Path,
    states: HashMap<PathBuf, FileState>,
    /// What each path stands for, asked for once.
    identities: RefCell<HashMap<PathBuf, PathBuf>>,
}

impl<'u> Disk<'u> {
    /// Returns the files of `unit`, whose paths are shown as seen from `current_directory`.
    #[must_use]
    pub fn new(unit: &'u Unit<'u>, current_directory: &'u Path) -> Self {
        Self { unit, current_directory, states: HashMap::default(), identities: RefCell::default() }
    }

    /// Returns the state that each file was in when it was read.
    #[must_use]
    pub fn into_states(self) -> HashMap<PathBuf, FileState> {
        self.states
    }
}

/// Returns `path` as it is shown to people who are in `directory`.
#[must_use]
pub fn shown_path<'p>(path: &'p Path, directory: &Path) -> &'p Path {
    match path.strip_prefix(directory) {
        Ok(inside) if inside.as_os_str().is_empty() => Path::new("."),
        Ok(inside) => inside,
        Err(_) => path,
    }
}

impl Files for Disk<'_> {
    fn identity(&self, path: &Path) -> PathBuf {
        if let Some(identity) = self.identities.borrow().get(path) {
            return identity.clone();
        }
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        let target = is_link.then(|| path.canonicalize().ok()).flatten();
        let identity = target.unwrap_or_else(|| path.to_owned());
        self.identities.borrow_mut().insert(path.to_owned(), identity.clone());
        identity
    }

    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let (bytes, state) = read(path).map_err(|error| Diagnostic::error(error.to_string()))?;
        let source =
            Source::from_bytes(shown_path(path, self.current_directory), bytes).map_err(|error| {
                Diagnostic::error(error.to_string()).help("save the file as UTF-8, or leave it out")
            })?;
        // Whichever of its names a change has, the state is the file's.
        self.states.insert(self.identity(path), state);
        self.states.insert(path.to_owned(), state);
        Ok(source)
    }

    fn scope(&self, path: &Path) -> Scope {
        self.unit.scope(path)
    }
}
