//! The files of a unit of work on the disk: read once, with the state they were in.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::write::{FileState, read};
use crate::compose::{Files, Scope};
use crate::discover::Unit;
use crate::text::{Diagnostic, Source};

/// Reads files, and remembers the state each was in.
pub struct Disk<'u> {
    unit: &'u Unit<'u>,
    /// Paths are shown as seen from here.
    current_directory: &'u Path,
    /// By the paths that files have without symbolic links.
    states: HashMap<PathBuf, FileState>,
    /// What each path stands for, asked for once.
    identities: RefCell<HashMap<PathBuf, PathBuf>>,
    /// How far files may change, each asked for once.
    scopes: RefCell<HashMap<PathBuf, Scope>>,
    /// Directories without symbolic links, each asked for once.
    directories: RefCell<HashMap<PathBuf, PathBuf>>,
}

impl<'u> Disk<'u> {
    /// Returns the files of `unit`, whose paths are shown as seen from `current_directory`.
    #[must_use]
    pub fn new(unit: &'u Unit<'u>, current_directory: &'u Path) -> Self {
        let known = unit.real_directories().map(|known| (known.to_owned(), known.to_owned()));
        Self {
            unit,
            current_directory,
            states: HashMap::default(),
            identities: RefCell::default(),
            scopes: RefCell::default(),
            directories: RefCell::new(known.collect()),
        }
    }

    /// Returns the state that each file was in when it was read, by its path without symbolic links.
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

impl Disk<'_> {
    /// Returns `directory` without symbolic links; as it is where it cannot be followed.
    fn real_directory(&self, directory: &Path) -> PathBuf {
        if let Some(real) = self.directories.borrow().get(directory) {
            return real.clone();
        }
        let is_plain = || directory.symlink_metadata().is_ok_and(|metadata| !metadata.is_symlink());
        let real = match (directory.parent(), directory.file_name()) {
            // One look at each directory is enough. No path that exists has many of them.
            (Some(above), Some(name)) if is_plain() => self.real_directory(above).join(name),
            _ => directory.canonicalize().unwrap_or_else(|_| directory.to_owned()),
        };
        self.directories.borrow_mut().insert(directory.to_owned(), real.clone());
        real
    }

    /// Returns the path of what `path` leads to.
    fn follow(&self, path: &Path) -> PathBuf {
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        let target = is_link.then(|| path.canonicalize().ok()).flatten();
        target.unwrap_or_else(|| match (path.parent(), path.file_name()) {
            (Some(directory), Some(name)) => self.real_directory(directory).join(name),
            _ => path.to_owned(),
        })
    }

    /// Returns the path to show for the file at `identity`: where it is below the current directory, and else how it is
    /// written.
    fn shown<'p>(&self, written: &'p Path, identity: &'p Path) -> &'p Path {
        // What is above a path without links is without links, too.
        let below = identity.strip_prefix(self.current_directory);
        let below = below.or_else(|_| identity.strip_prefix(self.real_directory(self.current_directory)));
        below.unwrap_or_else(|_| shown_path(written, self.current_directory))
    }
}

impl Files for Disk<'_> {
    fn identity(&self, path: &Path) -> PathBuf {
        if let Some(identity) = self.identities.borrow().get(path) {
            return identity.clone();
        }
        let identity = self.follow(path);
        let mut identities = self.identities.borrow_mut();
        identities.insert(path.to_owned(), identity.clone());
        if identity != path {
            identities.insert(identity.clone(), identity.clone());
        }
        identity
    }

    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let identity = self.identity(path);
        let (bytes, state) = read(&identity).map_err(|error| Diagnostic::error(error.to_string()))?;
        let source = Source::from_bytes(self.shown(path, &identity), bytes).map_err(|error| {
            Diagnostic::error(error.to_string()).help("save the file as UTF-8, or leave it out")
        })?;
        self.states.insert(identity, state);
        Ok(source)
    }

    fn scope(&self, path: &Path) -> Scope {
        if let Some(scope) = self.scopes.borrow().get(path) {
            return *scope;
        }
        let scope = self.unit.scope(&self.identity(path));
        self.scopes.borrow_mut().insert(path.to_owned(), scope);
        scope
    }
}
