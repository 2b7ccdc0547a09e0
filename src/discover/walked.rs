//! What a walk came across, each in order of path.

use std::path::PathBuf;

use super::directory::Directory;
use super::filter::LeftOut;
use crate::text::FileDiagnostic;

/// What there is below a directory.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The directories with files in YAML or an `.env` file.
    pub(super) directories: Vec<(PathBuf, Directory)>,
    /// Git repositories below the root, which are not walked.
    pub(super) repositories: Vec<Repository>,
    /// Tops of submodules, which are not walked.
    pub(super) submodules: Vec<PathBuf>,
    /// Directories that may be repositories without a work tree.
    pub(super) heads: Vec<PathBuf>,
    /// Why files with the name of a Compose file, and directories, do not count; each reason once, in any order.
    pub(super) left_out: Vec<LeftOut>,
    /// What could not be read, and why.
    pub(super) messages: Vec<FileDiagnostic>,
    /// Whether something was passed over that a command may name all the same: what does not count, Docker Compose loads.
    ///
    /// A directory that `.gitignore` names is not meant, since few work trees have none.
    pub(super) passes_over: bool,
}

/// A git repository that a walk came to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Repository {
    /// Its top as it is shown.
    pub(super) top: PathBuf,
    /// Its top without symbolic links.
    pub(super) target: PathBuf,
    /// The directory that was asked for.
    pub(super) asked: PathBuf,
}

impl Walk {
    pub(super) fn is_empty(&self) -> bool {
        let Self { directories, repositories, submodules, heads, left_out, messages, passes_over } = self;
        directories.is_empty()
            && !passes_over
            && [repositories.len(), submodules.len(), heads.len(), left_out.len(), messages.len()] == [0; 5]
    }

    /// Takes in what another thread came across.
    pub(super) fn merge(&mut self, other: Self) {
        let Self { directories, repositories, submodules, heads, left_out, messages, passes_over } = other;
        self.passes_over |= passes_over;
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
        self.messages.sort_by(|one, other| one.path.cmp(&other.path));
    }
}
