//! The files of a run on the disk: read once, with the state they were in.

use std::path::{Path, PathBuf};

use foldhash::HashMap;

use crate::compose::Files;
use crate::output::write::{FileState, read};
use crate::text::{Diagnostic, Source};

/// Reads files, and remembers the state each was in.
#[derive(Default)]
pub(super) struct Disk {
    /// Paths are shown as seen from here.
    current_directory: PathBuf,
    states: HashMap<PathBuf, FileState>,
}

impl Disk {
    pub(super) fn new(current_directory: &Path) -> Self {
        Self { current_directory: current_directory.to_owned(), states: HashMap::default() }
    }

    /// The state that the file at `path` was in when it was read.
    pub(super) fn state(&self, path: &Path) -> Option<&FileState> {
        self.states.get(path)
    }

    /// Returns `path` as it is shown to people.
    pub(super) fn shown<'p>(&self, path: &'p Path) -> &'p Path {
        match path.strip_prefix(&self.current_directory) {
            Ok(inside) if inside.as_os_str().is_empty() => Path::new("."),
            Ok(inside) => inside,
            Err(_) => path,
        }
    }
}

impl Files for Disk {
    fn identity(&self, path: &Path) -> PathBuf {
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        let target = is_link.then(|| path.canonicalize().ok()).flatten();
        target.unwrap_or_else(|| path.to_owned())
    }

    fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
        let (bytes, state) = read(path).map_err(|error| Diagnostic::error(error.to_string()))?;
        let source = Source::from_bytes(self.shown(path), bytes).map_err(|error| {
            Diagnostic::error(error.to_string()).help("save the file as UTF-8, or leave it out")
        })?;
        // Whichever of its names a change has, the state is the file's.
        self.states.insert(self.identity(path), state);
        self.states.insert(path.to_owned(), state);
        Ok(source)
    }
}
