//! What the second reader says: proved, or why it doubts.

use std::path::PathBuf;

use thiserror::Error;

use super::budget::Exhausted;
use super::mismatch::{DocumentPlace, Mismatch};
use super::project_fault::{ProjectFault, ProjectPlace};
use super::unreadable::{ReadFault, Side, Unreadable};

/// Whether a text differs from another by exactly what was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The promised difference exists, and no other.
    Proved,
    /// It does not, or it cannot be seen; the text must not be used.
    Doubted(Doubt),
}

/// Why a promise is not proved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Doubt {
    /// The second reader cannot read a text.
    #[error("cannot read the text {side} hardening: line {line}: {reason}")]
    Unreadable {
        /// Which text.
        side: Side,
        /// The line, counted from 1.
        line: usize,
        /// What cannot be read.
        reason: Unreadable,
    },
    /// The number of documents is not the promised one.
    #[error("{before} documents before and {after} after, where {promised} are promised")]
    DocumentCount {
        /// How many the promise is about.
        promised: usize,
        /// How many there were.
        before: usize,
        /// How many there are now.
        after: usize,
    },
    /// The texts differ in another way than promised.
    #[error("{place} {mismatch}")]
    Differs {
        /// What differs.
        place: DocumentPlace,
        /// How.
        mismatch: Mismatch,
    },
    /// The proof would take more work than the size of the texts allows.
    #[error("it takes too much work to compare: more than {0}")]
    TooMuchWork(Exhausted),
    /// One of several files is in doubt.
    #[error("{}: {doubt}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        doubt: Box<Doubt>,
    },
    /// What several files or layers amount to is in doubt.
    #[error("{place} {fault}")]
    Project {
        /// What is in doubt.
        place: ProjectPlace,
        /// Why.
        fault: Box<ProjectFault>,
    },
}

impl From<Exhausted> for Doubt {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

impl ReadFault {
    pub(super) fn on(self, side: Side) -> Doubt {
        Doubt::Unreadable { side, line: self.line, reason: self.reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_document_service_and_keys() {
        let doubt = Doubt::Differs {
            place: DocumentPlace::Service(2, "web".to_owned()),
            mismatch: Mismatch::Gains {
                promised: vec!["user".to_owned(), "runtime".to_owned()],
                found: Vec::new(),
            },
        };
        assert_eq!(
            doubt.to_string(),
            "document 2: service `web` gains nothing, where `user`, `runtime` are promised"
        );
    }
}
