//! What the user asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Filter;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files and directories, as arguments. Without any, what Docker Compose loads in the current directory, and
    /// everything below it.
    pub paths: Vec<PathBuf>,
    /// Files that are loaded together, in order (`-f`). With any, nothing else is looked for.
    pub files: Vec<PathBuf>,
    /// The directory of their project (`--project-directory`); without it, that of the first of them.
    pub project_directory: Option<PathBuf>,
    /// The absolute path that relative paths start from.
    pub current_directory: PathBuf,
    /// `COMPOSE_FILE` of the environment.
    pub compose_file: Option<OsString>,
    /// `COMPOSE_PATH_SEPARATOR` of the environment.
    pub path_separator: Option<OsString>,
    /// Which of the files in directories count.
    pub filter: Filter,
    /// Whether files in YAML with other names count that are Compose files by what is in them.
    pub sniff: bool,
}
