//! Paths as they are written and as they really are, and what stands there.

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

/// Puts paths in order, as their components compare.
///
/// A path is compared as one text: there may be many, and many comparisons of each.
pub(super) fn sort(paths: &mut [PathBuf]) {
    // No name holds a NUL, and so it ends a name before all other bytes.
    let is_end = |byte: u8| std::path::is_separator(char::from(byte));
    paths.sort_by_cached_key(|path| {
        let bytes = path.as_os_str().as_encoded_bytes().iter();
        bytes.map(|byte| if is_end(*byte) { 0 } else { *byte }).collect::<Vec<u8>>()
    });
}

/// Returns the last part of `path` as it is shown to people.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.display().to_string())
}

/// Whether `directory` is the top of a git repository.
pub(super) fn is_repository(directory: &Path) -> bool {
    directory.join(".git").symlink_metadata().is_ok()
}

/// Says why the file at `path` cannot be loaded, where that shows without reading it.
pub(super) fn check_file(path: &Path) -> Result<(), Diagnostic> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(metadata) if metadata.is_dir() => {
            Err(Diagnostic::error("a directory stands here, and not a Compose file"))
        }
        Ok(_) => Err(Diagnostic::error("this is not a regular file").help("name a regular file")),
        Err(error) => Err(Diagnostic::error(format!("cannot read the file: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_paths_in_the_order_of_their_components() {
        let mut paths =
            ["/a-b", "/a/b", "/a", "/a/b-c/d", "/a/b/c", "/ab", "/é/x", "/a\u{1}"].map(PathBuf::from);
        let mut expected = paths.clone();
        expected.sort();
        sort(&mut paths);
        assert_eq!(paths, expected);
    }

    #[test]
    fn takes_dots_out_of_paths() {
        let absolute = |path: &str| absolute(Path::new("/a/./b"), Path::new(path));
        assert_eq!(absolute("./c/../d//e"), Path::new("/a/b/d/e"));
        assert_eq!(absolute("."), Path::new("/a/b"));
        assert_eq!(absolute("../../../x"), Path::new("/x"));
        assert_eq!(absolute("/y/"), Path::new("/y"));
    }
}
