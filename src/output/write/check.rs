//! Whether a file can be replaced, and is still what was read.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::error::{WriteError, io_error};
use super::{FileKind, FileState};
use crate::text::{Links, open_at_once};

/// Says whether the file at `path`, which was in the state `expected` when it was read, can be replaced.
///
/// What is known to fail is known before the first of several files is written.
///
/// # Errors
/// [`WriteError`], where [`replace`](super::replace) would fail.
pub fn check_replaceable(path: &Path, expected: &FileState) -> Result<(), WriteError> {
    check(path, expected)?;
    open_writable(path, expected).map(drop)
}

/// Says whether the file at `path` may be replaced and is still what it was.
pub(super) fn check(path: &Path, expected: &FileState) -> Result<(), WriteError> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(WriteError::Changed),
        found => found.map_err(io_error("inspect the file"))?,
    };
    match FileKind::of(metadata.file_type()) {
        FileKind::Regular => {}
        FileKind::Symlink => return Err(WriteError::Symlink),
        kind => return Err(WriteError::NotRegular(kind)),
    }
    let state = FileState::of(&metadata);
    match state.links() {
        1 if state.is_unchanged(expected) => Ok(()),
        0 | 1 => Err(WriteError::Changed),
        links => Err(WriteError::HardLinks(links)),
    }
}

/// Opens the file for writing without a change to it: a rename needs no right to write, so that right is asked for
/// here. Root has it whatever the permissions say.
///
/// Returns it with its metadata, and only if it is still what it was: what is copied from it must not be another's.
pub(super) fn open_writable(path: &Path, expected: &FileState) -> Result<(File, Metadata), WriteError> {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};

    match open_at_once(path, OpenOptions::new().write(true), Links::Refuse) {
        Ok(file) => {
            let metadata = file.metadata().map_err(io_error("inspect the file"))?;
            let is_unchanged = FileState::of(&metadata).is_unchanged(expected);
            if is_unchanged { Ok((file, metadata)) } else { Err(WriteError::Changed) }
        }
        Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            Err(WriteError::ReadOnly)
        }
        Err(error) => {
            // What took its place says better why.
            check(path, expected)?;
            Err(io_error("open the file for writing")(error))
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_takes_the_place_of_the_file_is_not_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["file", "other"] {
            File::create(path(name)).unwrap();
        }
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        let made = Command::new("mkfifo").arg(path("pipe")).status().expect("this test needs `mkfifo`");
        assert!(made.success());

        let expected = FileState::of(&fs::metadata(path("file")).unwrap());
        // Each as if it had been exchanged after the check.
        assert!(open_writable(&path("file"), &expected).is_ok());
        assert!(matches!(open_writable(&path("other"), &expected), Err(WriteError::Changed)));
        assert!(matches!(open_writable(&path("link"), &expected), Err(WriteError::Symlink)));
        let refused = open_writable(&path("pipe"), &expected);
        assert!(matches!(refused, Err(WriteError::NotRegular(FileKind::Fifo))), "{refused:?}");
        assert!(matches!(open_writable(&path("gone"), &expected), Err(WriteError::Changed)));
    }
}
