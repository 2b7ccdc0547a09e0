//! Paths as they are written and as they really are, and what is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::compose::normalise;
use crate::text::Diagnostic;

/// Returns `path`, taken from `directory` where it is relative, without `.` and `..`.
pub(super) fn absolute(directory: &Path, path: &Path) -> PathBuf {
    normalise(&directory.join(path))
}

/// Returns the directory that `file` is in.
pub(super) fn parent(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// Returns `path` without symbolic links; `path` itself where it cannot be followed.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Returns the last part of `path` as it is shown to people.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string())
}

/// Whether `directory` is the top of a git repository.
pub(super) fn is_repository(directory: &Path) -> bool {
    directory.join(".git").symlink_metadata().is_ok()
}

/// Returns the top of the git repository that `directory`, an absolute path without symbolic links, is in.
#[must_use]
pub fn repository_of(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|above| is_repository(above)).map(Path::to_owned)
}

/// Says why the file at `path` cannot be loaded, where that shows without reading it.
pub(super) fn check_file(path: &Path) -> Result<(), Diagnostic> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(metadata) if metadata.is_dir() => {
            Err(Diagnostic::error("this is a directory, not a Compose file"))
        }
        Ok(_) => Err(Diagnostic::error("this is not a regular file").help("name a regular file")),
        Err(error) => Err(Diagnostic::error(format!("cannot read the file: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_dots_out_of_paths() {
        let absolute = |path: &str| absolute(Path::new("/a/./b"), Path::new(path));
        assert_eq!(absolute("./c/../d//e"), Path::new("/a/b/d/e"));
        assert_eq!(absolute("."), Path::new("/a/b"));
        assert_eq!(absolute("../../../x"), Path::new("/x"));
        assert_eq!(absolute("/y/"), Path::new("/y"));
    }
}
