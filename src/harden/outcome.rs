//! The outcome of hardening files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::plan::PlannedService;
use crate::text::{EditSet, FileDiagnostic, Source};

/// The outcome of a unit of work.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The proved changes, in order of their paths.
    pub changes: Vec<Change>,
    /// The files that are left as they are although a project was asked for that holds them, and why.
    pub refusals: Vec<FileDiagnostic>,
    /// Files that must not change: refused, given up, or outside what was asked for.
    pub fixed: BTreeSet<PathBuf>,
    /// What deserves attention.
    pub notes: Vec<FileDiagnostic>,
    /// How many services of known projects are left without hardening, as notes say.
    pub bare: usize,
    /// Every definition of a service, by the file that was read.
    pub services: BTreeMap<PathBuf, Vec<PlannedService>>,
    /// The texts that were read.
    pub sources: BTreeMap<PathBuf, Source>,
    /// Whether one of them names other files, so that its outcome depends on where it is.
    pub names_files: bool,
}

/// A proved change to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// The edits.
    pub edits: EditSet,
    /// The text with the edits made.
    pub after: String,
}

impl Outcome {
    /// The text that was read from the file at `path`.
    #[must_use]
    pub fn source(&self, path: &Path) -> Option<&Source> {
        self.sources.get(path)
    }

    /// The services that the change to the file at `path` hardens.
    pub fn hardened(&self, path: &Path) -> impl Iterator<Item = &PlannedService> + Clone {
        let services = self.services.get(path).map(Vec::as_slice).unwrap_or_default();
        services.iter().filter(|service| service.decision.hardens())
    }

    /// The files that were read and need no change.
    pub fn clean(&self) -> impl Iterator<Item = &Path> {
        let changed = |path: &Path| self.changes.binary_search_by(|change| (*change.path).cmp(path)).is_ok();
        let paths = self.sources.keys().map(PathBuf::as_path);
        paths.filter(move |path| !self.fixed.contains(*path) && !changed(path))
    }
}
