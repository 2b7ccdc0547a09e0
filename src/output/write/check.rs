//! Whether a file can be replaced, and is still what was read.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::error::{WriteError, io_error};
use super::{FileKind, FileState};

/// Says whether the file at `path`, which was in the state `expected` when it was read, can be replaced.
///
/// What is known to fail is known before the first of several files is written.
///
/// # Errors
/// [`WriteError`], where [`replace`](super::replace) would fail.
pub fn check_replaceable(path: &Path, expected: &FileState) -> Result<(), WriteError> {
    check(path, expected)?;
    open_writable(path).map(drop)
}

/// Returns the metadata of the file at `path` if it may be replaced and is still what it was.
pub(super) fn check(path: &Path, expected: &FileState) -> Result<Metadata, WriteError> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(WriteError::Changed),
        found => found.map_err(io_error("look at the file"))?,
    };
    match FileKind::of(metadata.file_type()) {
        FileKind::Regular => {}
        FileKind::Symlink => return Err(WriteError::Symlink),
        kind => return Err(WriteError::NotRegular(kind)),
    }
    let state = FileState::of(&metadata);
    match state.links() {
        1 if state.is_unchanged(expected) => Ok(metadata),
        0 | 1 => Err(WriteError::Changed),
        links => Err(WriteError::HardLinks(links)),
    }
}

/// Opens the file for writing without a change to it: a rename needs no right to write, so that right is asked for
/// here. Root has it whatever the permissions say.
pub(super) fn open_writable(path: &Path) -> Result<File, WriteError> {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};

    match OpenOptions::new().write(true).open(path) {
        Ok(file) => Ok(file),
        Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            Err(WriteError::ReadOnly)
        }
        Err(error) => Err(io_error("open the file for writing")(error)),
    }
}
