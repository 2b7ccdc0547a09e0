//! What a walk came across, each in order of path.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::Directory;
use super::filter::LeftOut;
use crate::text::Diagnostic;

/// What there is below a directory.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The directories with files in YAML or an `.env` file.
    pub(super) directories: Vec<(Place, Directory)>,
    /// Tops of git repositories below the root. What is in them was walked where the root is in one.
    pub(super) repositories: Vec<Place>,
    /// Tops of submodules, which are not walked.
    pub(super) submodules: Vec<PathBuf>,
    /// Directories that may be repositories without a work tree.
    pub(super) heads: Vec<PathBuf>,
    /// Why files with the name of a Compose file, and directories, do not count; each reason once, in any order.
    pub(super) left_out: Vec<LeftOut>,
    /// What could not be read, and why.
    pub(super) messages: Vec<(Place, Diagnostic)>,
}

/// Something below the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Its path as it is shown.
    pub(super) path: PathBuf,
    /// The top of the repository that it is in, without symbolic links.
    pub(super) repository: Option<Arc<Path>>,
}

impl Walk {
    pub(super) fn is_empty(&self) -> bool {
        let Self { directories, repositories, submodules, heads, left_out, messages } = self;
        directories.is_empty()
            && [repositories.len(), submodules.len(), heads.len(), left_out.len(), messages.len()] == [0; 5]
    }

    /// Takes in what another thread came across.
    pub(super) fn merge(&mut self, other: Self) {
        let Self { directories, repositories, submodules, heads, left_out, messages } = other;
        self.directories.extend(directories);
        self.repositories.extend(repositories);
        self.submodules.extend(submodules);
        self.heads.extend(heads);
        self.messages.extend(messages);
        for reason in left_out {
            self.add_reason(Some(reason));
        }
    }

    pub(super) fn add_reason(&mut self, reason: Option<LeftOut>) {
        self.left_out.extend(reason.filter(|reason| !self.left_out.contains(reason)));
    }

    /// Puts all of it in order of path.
    pub(super) fn sort(&mut self) {
        self.directories.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.repositories.sort();
        self.messages.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
}
