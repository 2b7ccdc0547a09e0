//! The moment of the change: a new file takes the name of the old one, unless that is not what was read.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::FileState;
use super::check::check;
use super::error::{WriteError, io_error};
use super::read::{digest, read_as_long};
use crate::text::{Links, open_regular};

/// How often a file that another process puts in the way is given its place.
const MAX_ROUNDS: usize = 16;

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
    match put_back(&new, path) {
        Ok(true) => Err(WriteError::Changed),
        // Another run swept it, which it does only where what it holds is what was read.
        Err(Failure::Missing) if fs::symlink_metadata(new.path()).is_err() => Ok(()),
        // Another process put a third file there: nothing may be removed.
        _ => match new.keep() {
            Ok((_, kept)) => Err(WriteError::Displaced(kept)),
            Err(error) => Err(io_error("keep the file that another process wrote")(error.error)),
        },
    }
}

/// Gives the file that has the name of `new` the name `path` back; false where another one than the new file was there.
///
/// That one is later still, and so it goes back in turn.
fn put_back(new: &NamedTempFile, path: &Path) -> Result<bool, Failure> {
    let mut there = FileState::of(&new.as_file().metadata()?);
    for round in 0..MAX_ROUNDS {
        let here = FileState::of(&fs::symlink_metadata(new.path())?);
        exchange(new.path(), path)?;
        if FileState::of(&fs::symlink_metadata(new.path())?).is_same_file(&there) {
            return Ok(round == 0);
        }
        there = here;
    }
    Ok(false)
}

/// Whether the file at `path`, whose name has changed since, holds what was read.
fn is_still(path: &Path, expected: &FileState) -> bool {
    open_regular(path, Links::Refuse).is_ok_and(|(file, metadata)| {
        FileState::of(&metadata).is_renamed(expected)
            // Two changes within one tick of the clock have the same time.
            && read_as_long(&file, &metadata).is_ok_and(|bytes| digest(&bytes) == expected.digest())
    })
}

enum Failure {
    /// There is no file at the path any more.
    Missing,
    Unsupported,
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Missing } else { Self::Io(error) }
    }
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
