//! The outcomes of texts that were hardened earlier in a run: a copy of one need not be planned and proved again.
//!
//! Holds single files only, and none that names another file or is named by a message.

use std::path::Path;
use std::sync::Arc;

use super::{Change, Outcome};
use crate::plan::PlannedService;
use crate::text::{BoundedMap, Diagnostic, EditSet, FileDiagnostic, Fingerprint, Fingerprints, Source};

/// Upper bound, in bytes, on the total length of the texts whose outcome is remembered (16 MiB).
///
/// Their edits, services and notes are held, not the texts.
pub const MAX_REMEMBERED_BYTES: usize = 1 << 24;

/// The texts that a run has hardened, all of them by one policy.
#[derive(Debug)]
pub(super) struct Memory {
    known: BoundedMap<Fingerprint, Arc<Hardened>>,
    fingerprints: Fingerprints,
}

impl Default for Memory {
    fn default() -> Self {
        Self { known: BoundedMap::new(MAX_REMEMBERED_BYTES), fingerprints: Fingerprints::default() }
    }
}

/// The outcome of a text, proved.
#[derive(Debug)]
pub(super) struct Hardened {
    edits: EditSet,
    services: Vec<PlannedService>,
    notes: Vec<Diagnostic>,
    bare: usize,
}

impl Memory {
    /// What stands for `text` here.
    pub(super) fn fingerprint(&self, text: &str) -> Fingerprint {
        self.fingerprints.of(text, ())
    }

    /// The outcome of a text, if it is the same wherever the text is.
    pub(super) fn recall(&self, fingerprint: Fingerprint) -> Option<Arc<Hardened>> {
        self.known.get(&fingerprint)
    }

    /// Remembers the `outcome` of a text in the file at `path`, unless it depends on that file.
    pub(super) fn remember(&self, fingerprint: Fingerprint, path: &Path, outcome: &Outcome) {
        if let Some(hardened) = Hardened::of(path, outcome) {
            self.known.insert(fingerprint, Arc::new(hardened), fingerprint.bytes());
        }
    }

    /// How many texts are remembered.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.known.usage().0
    }
}

impl Hardened {
    /// The outcome of the file at `path`; none where it was refused, or anything depends on where it is.
    fn of(path: &Path, outcome: &Outcome) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let is_anywhere = |note: &FileDiagnostic| note.path == path && !note.diagnostic.mentions(name);
        let is_plain = outcome.refusals.is_empty()
            && outcome.fixed.is_empty()
            && !outcome.names_files
            && outcome.sources.len() == 1
            && outcome.sources.contains_key(path)
            && outcome.notes.iter().all(is_anywhere);
        is_plain.then(|| Self {
            edits: outcome.changes.first().map(|change| change.edits.clone()).unwrap_or_default(),
            services: outcome.services.get(path).cloned().unwrap_or_default(),
            notes: outcome.notes.iter().map(|note| note.diagnostic.as_ref().clone()).collect(),
            bare: outcome.bare,
        })
    }

    /// The outcome of the same text in the file at `path`.
    pub(super) fn outcome(&self, path: &Path, source: Source) -> Outcome {
        let notes = self.notes.iter().map(|note| FileDiagnostic::new(path, note.clone()));
        let mut outcome = Outcome { notes: notes.collect(), bare: self.bare, ..Outcome::default() };
        if !self.edits.is_empty() {
            let after = self.edits.apply(source.text());
            outcome.changes.push(Change { path: path.to_owned(), edits: self.edits.clone(), after });
        }
        outcome.services.insert(path.to_owned(), self.services.clone());
        outcome.sources.insert(path.to_owned(), source);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_remembered_than_the_bound_says() {
        let memory = Memory { known: BoundedMap::new(50), ..Memory::default() };
        let outcome = |source: &Source| {
            let sources = [(source.path().to_owned(), source.clone())].into();
            Outcome { sources, ..Outcome::default() }
        };
        for path in ["1", "2", "3"] {
            let text = format!("services:\n  web:\n    image: a{path}\n");
            let source = Source::from_bytes(path, text.into_bytes()).unwrap();
            memory.remember(memory.fingerprint(source.text()), Path::new(path), &outcome(&source));
            assert_eq!(memory.count(), 1);
        }
    }
}
