//! What a walk shows of a directory.

use std::path::{Path, PathBuf};

use super::names::is_yaml_name;

/// What a walk shows of a directory, which is what `.gitignore` does not hide and no glob leaves out.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Files with the name of a Compose file, in order of path once the walk is done.
    pub(super) compose_files: Vec<PathBuf>,
    /// Other files in YAML, likewise.
    pub(super) yaml_files: Vec<PathBuf>,
    /// Whether it has an `.env` file.
    pub(super) has_env: bool,
}

impl Directory {
    /// Whether the file in YAML at `path`, which is there, is not shown while others beside it are.
    pub(super) fn hides(&self, path: &Path) -> bool {
        let shown = [&self.compose_files, &self.yaml_files];
        path.file_name().is_some_and(is_yaml_name)
            && shown.iter().any(|files| !files.is_empty())
            && shown.iter().all(|files| files.binary_search_by(|file| (**file).cmp(path)).is_err())
    }
}
