//! Replacing a file's text: from a path and bytes to a file that holds them, whole, or an error.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use thiserror::Error;

use super::{FileKind, FileState};

/// How the name of every temporary file begins; one that a killed run left behind can be removed.
pub const TEMPORARY_PREFIX: &str = ".compose-harden-";

/// Why a file is not written. The file is as it was, and the path is for the caller to show.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The path is a symbolic link, which the new file would replace.
    #[error("cannot write through a symbolic link; give the path of the file it leads to")]
    Symlink,
    /// It is not a regular file.
    #[error("cannot write to {0}; name a regular file")]
    NotRegular(FileKind),
    /// The file has other names, which would keep the old text.
    #[error(
        "cannot write to a file with {0} hard links; break the link with a copy, or change the file by hand"
    )]
    HardLinks(u64),
    /// Its permissions or its file system do not allow writing.
    #[error("cannot write to a read-only file; make it writable first")]
    ReadOnly,
    /// It is not what was read.
    #[error("file changed since it was read; run again to harden what it holds now")]
    Changed,
    /// The new file would belong to somebody else.
    #[error("cannot keep the owner of the file: {0}; run as its owner")]
    Owner(io::Error),
    /// The system says no.
    #[error("cannot {action}: {error}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

/// Says whether the file at `path`, which was in the state `expected` when it was read, can be replaced.
///
/// What is known to fail is known before the first of several files is written.
///
/// # Errors
/// [`WriteError`], where [`replace`] would fail.
pub fn check_replaceable(path: &Path, expected: &FileState) -> Result<(), WriteError> {
    check(path, expected)?;
    check_writable(path)
}

/// Puts `text` in the place of the file at `path`, which was in the state `expected` when it was read.
///
/// The text goes to a temporary file in the same folder, which gets the permissions and the owner of the old one
/// and then its name. Extended attributes and access control lists are not carried over yet.
///
/// # Errors
/// [`WriteError`]; the old file is then untouched, and the temporary file gone.
pub fn replace(path: &Path, expected: &FileState, text: &[u8]) -> Result<(), WriteError> {
    let metadata = check(path, expected)?;
    check_writable(path)?;

    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(OsStr::new(TEMPORARY_PREFIX))
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(io_error("make a temporary file beside the file"))?;
    let written = temporary.as_file_mut().write_all(text);
    written.map_err(io_error("write the temporary file beside the file"))?;
    carry_over(temporary.as_file(), &metadata)?;

    check(path, expected)?;
    temporary.persist(path).map_err(|error| io_error("rename the temporary file")(error.error))?;
    Ok(())
}

/// Returns the metadata of the file at `path` if it may be replaced and is still what it was.
fn check(path: &Path, expected: &FileState) -> Result<Metadata, WriteError> {
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
        1 if state == *expected => Ok(metadata),
        0 | 1 => Err(WriteError::Changed),
        links => Err(WriteError::HardLinks(links)),
    }
}

/// A rename needs no right to write to the file, so that right is asked for here. Root has it whatever the
/// permissions say.
fn check_writable(path: &Path) -> Result<(), WriteError> {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};

    match OpenOptions::new().write(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            Err(WriteError::ReadOnly)
        }
        Err(error) => Err(io_error("open the file for writing")(error)),
    }
}

/// Gives the new file what the old one has besides its bytes.
fn carry_over(new: &File, old: &Metadata) -> Result<(), WriteError> {
    keep_owner(new, old)?;
    // After the owner: a change of owner takes the set-user-id bit away.
    new.set_permissions(old.permissions()).map_err(io_error("keep the permissions of the file"))
}

#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) -> Result<(), WriteError> {
    let have = FileState::of(&new.metadata().map_err(io_error("look at the temporary file"))?).owner();
    let want = FileState::of(old).owner();
    if have == want {
        return Ok(());
    }
    let change = |have: u32, want: u32| (have != want).then_some(want);
    std::os::unix::fs::fchown(new, change(have.0, want.0), change(have.1, want.1)).map_err(WriteError::Owner)
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> Result<(), WriteError> {
    Ok(())
}

fn io_error(action: &'static str) -> impl Fn(io::Error) -> WriteError {
    move |error| WriteError::Io { action, error }
}
