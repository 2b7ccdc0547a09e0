//! The moment of the change: a new file takes the name of the old one, unless that is not what was read.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::read::digest;
use super::replace::{check, io_error};
use super::{FileState, WriteError};

/// Gives `new` the name `path` of the file that was in the state `expected`.
///
/// Where the system can exchange two names, the old file is looked at once more when nobody can reach it by its name
/// any longer, and put back where it is not what was read. What another process writes by a handle that it opened
/// before and keeps open is beyond that.
pub(super) fn swap(new: NamedTempFile, path: &Path, expected: &FileState) -> Result<(), WriteError> {
    check(path, expected)?;
    match exchange(new.path(), path) {
        Ok(()) => {}
        Err(Failure::Missing) => return Err(WriteError::Changed),
        Err(Failure::Unsupported) => {
            return match new.persist(path) {
                Ok(_) => Ok(()),
                Err(error) => Err(io_error("rename the temporary file")(error.error)),
            };
        }
        Err(Failure::Io(error)) => return Err(io_error("rename the temporary file")(error)),
    }
    if is_still(new.path(), expected) {
        // The old file goes with its last name; one that cannot be removed is swept by a later run.
        let _ = new.close();
        return Ok(());
    }
    let restored = match exchange(new.path(), path) {
        Ok(()) => new.as_file().metadata().and_then(|ours| {
            let found = fs::symlink_metadata(new.path())?;
            Ok(FileState::of(&ours).is_same_file(&FileState::of(&found)))
        }),
        Err(Failure::Io(error)) => Err(error),
        Err(Failure::Missing | Failure::Unsupported) => Ok(false),
    };
    match restored {
        Ok(true) => Err(WriteError::Changed),
        // Another process put a third file there: nothing may be removed.
        _ => match new.keep() {
            Ok((_, kept)) => Err(WriteError::Displaced(kept)),
            Err(error) => Err(io_error("keep the file that another process wrote")(error.error)),
        },
    }
}

/// Whether the file at `path`, whose name has changed since, holds what was read.
fn is_still(path: &Path, expected: &FileState) -> bool {
    let same = |metadata: &fs::Metadata| FileState::of(metadata).is_renamed(expected);
    fs::symlink_metadata(path).is_ok_and(|found| same(&found))
        // Two changes within one tick of the clock have the same time.
        && fs::read(path).is_ok_and(|bytes| digest(&bytes) == expected.digest())
}

enum Failure {
    /// There is no file at the path any more.
    Missing,
    Unsupported,
    Io(io::Error),
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> Result<(), Failure> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| match error {
        Errno::NOENT => Failure::Missing,
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => Failure::Unsupported,
        error => Failure::Io(error.into()),
    })
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> Result<(), Failure> {
    Err(Failure::Unsupported)
}
