//! Compose files that may be loaded together, as far as their names and those who load them tell.

use std::path::PathBuf;

use crate::text::FileDiagnostic;

/// A list of files that are loaded together, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileList {
    /// The files, the base first.
    pub files: Vec<PathBuf>,
    /// The project's directory, where it is stated: what the paths in these files start from. Otherwise it is that of the base.
    pub directory: Option<PathBuf>,
    /// Who says that they are loaded together.
    pub origin: Origin,
}

impl FileList {
    /// Returns the list of `files`, whose project is in the directory of the base.
    #[must_use]
    pub fn new(files: Vec<PathBuf>, origin: Origin) -> Self {
        Self { files, directory: None, origin }
    }

    /// Whether its last file is only one that fits a command.
    #[must_use]
    pub fn is_fitting(&self) -> bool {
        matches!(self.origin, Origin::Fitting { .. })
    }
}

/// Who says that files are loaded together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Their default names.
    Names,
    /// `-f`.
    Options,
    /// `COMPOSE_FILE` of the environment.
    Environment,
    /// The arguments, one by one.
    Arguments,
    /// `COMPOSE_FILE` in this `.env` file.
    DotEnv(PathBuf),
    /// A command in a script, a document or a CI file.
    Mention {
        /// The file with the command.
        file: PathBuf,
        /// The line of the command, counted from 1.
        line: usize,
    },
    /// A command with a variable in a name, which the last file fits: what the services of that say decides.
    Fitting {
        /// The file with the command.
        file: PathBuf,
        /// The line of the command, counted from 1.
        line: usize,
    },
}

/// Compose files that may be loaded together, because they are in one directory or are mentioned together.
///
/// Where a message is an error, it is not known what Docker Compose would load, and nothing of the group should be
/// changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What is loaded together. Lists from commands come last; no two of one kind have the same files.
    pub lists: Vec<FileList>,
    /// Compose files by their names, or named as arguments, that are in no list, or only fit a command.
    pub variants: Vec<PathBuf>,
    /// What there is to say, in order of path.
    pub messages: Vec<FileDiagnostic>,
}

impl Group {
    /// All its files, of which one may come in several lists.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.lists.iter().flat_map(|list| &list.files).chain(&self.variants)
    }
}
