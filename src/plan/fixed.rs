//! The files that a plan must leave as they are.

use foldhash::HashMap;

use crate::compose::FileId;

/// Why a file must not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedReason {
    /// It, or a project that it is part of, has a fault, which is already reported.
    Refused,
    /// It is part of a project that cannot be hardened as planned, which is already reported.
    GivenUp,
    /// It was not asked for.
    Outside,
    /// The user left it out.
    LeftOut,
    /// Git ignores it, so that a change to it would stay on this machine.
    Ignored,
    /// A program writes it, and would undo the change.
    Generated,
}

/// The files that must not change, each with the reason.
#[derive(Clone, Debug, Default)]
pub struct FixedFiles(HashMap<FileId, FixedReason>);

impl FixedFiles {
    /// Adds a file; what is refused stays so.
    pub fn insert(&mut self, file: FileId, reason: FixedReason) {
        let known = self.0.entry(file).or_insert(reason);
        if reason == FixedReason::Refused {
            *known = reason;
        }
    }

    /// Marks `file` as given up unless it is fixed already; returns whether it was newly marked.
    pub fn give_up(&mut self, file: FileId) -> bool {
        let before = self.0.len();
        self.insert(file, FixedReason::GivenUp);
        self.0.len() > before
    }

    /// Why `file` must not change; none where it may.
    #[must_use]
    pub fn reason(&self, file: FileId) -> Option<FixedReason> {
        self.0.get(&file).copied()
    }

    /// The files, in no order.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.0.keys().copied()
    }

    /// Whether a file gets no hardening whatever is planned, so that a place elsewhere may be chosen.
    pub(super) fn blocks(&self, file: FileId) -> bool {
        self.reason(file).is_some_and(|reason| reason != FixedReason::GivenUp)
    }

    pub(super) fn contains(&self, file: FileId) -> bool {
        self.0.contains_key(&file)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::compose::{Files, Library};
    use crate::text::{Diagnostic, Source};

    struct Nothing;

    impl Files for Nothing {
        fn read(&mut self, _: &Path) -> Result<Source, Diagnostic> {
            Err(Diagnostic::error("there is nothing"))
        }
    }

    #[test]
    fn the_first_reason_counts_but_for_a_refusal() {
        let (sources, trees) = Default::default();
        let mut library = Library::new(&sources, &trees);
        let [a, b, c] = ["a", "b", "c"].map(|path| library.open(Path::new(path), &mut Nothing));
        let mut fixed = FixedFiles::default();
        for (file, reason) in [
            (a, FixedReason::Outside),
            (a, FixedReason::Generated),
            (b, FixedReason::LeftOut),
            (b, FixedReason::Refused),
            (b, FixedReason::Generated),
        ] {
            fixed.insert(file, reason);
        }
        let reasons = [a, b, c].map(|file| fixed.reason(file));
        assert_eq!(reasons, [Some(FixedReason::Outside), Some(FixedReason::Refused), None]);
        assert_eq!([a, b, c].map(|file| fixed.give_up(file)), [false, false, true]);
        assert_eq!([a, b, c].map(|file| fixed.blocks(file)), [true, true, false]);
        let mut files: Vec<_> = fixed.files().collect();
        files.sort();
        assert_eq!(files, [a, b, c]);
        assert!(fixed.contains(c));
    }
}
