//! Temporary files: one beside each file that is written, locked for as long as its writer lives.
//!
//! The lock goes with the process, however that ends. So what is not locked was left by a run that was killed.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// How the name of every temporary file begins.
pub const TEMPORARY_PREFIX: &str = ".compose-harden-";

/// How the name of every temporary file ends.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// How often another name is tried where a run that sweeps took a file before it was locked.
const MAX_TRIES: usize = 16;

/// Makes a temporary file in `folder` that no other run sweeps.
pub(super) fn make(folder: &Path) -> io::Result<NamedTempFile> {
    for _ in 0..MAX_TRIES {
        let temporary = tempfile::Builder::new()
            .prefix(OsStr::new(TEMPORARY_PREFIX))
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(folder)?;
        match lock(temporary.as_file()) {
            Lock::Taken if is_same(temporary.as_file(), temporary.path()) => return Ok(temporary),
            // Where nobody can lock, nobody sweeps.
            Lock::Unknown => return Ok(temporary),
            Lock::Taken | Lock::Held => {}
        }
    }
    Err(io::Error::other("other runs remove it each time"))
}

/// Removes what runs that were killed left in `folder`. What cannot be looked at stays.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_temporary(&entry.file_name()) {
            sweep_file(&entry.path());
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX))
}

fn sweep_file(path: &Path) {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // What stands there by now may be a link, or something that would be waited for.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let Ok(file) = options.open(path) else { return };
    if matches!(lock(&file), Lock::Taken) && is_same(&file, path) {
        // One that cannot be removed does no harm.
        let _ = fs::remove_file(path);
    }
}

enum Lock {
    Taken,
    /// Another process has it.
    Held,
    /// The file system cannot say.
    Unknown,
}

#[cfg(unix)]
fn lock(file: &File) -> Lock {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Lock::Taken,
        Err(Errno::WOULDBLOCK) => Lock::Held,
        Err(_) => Lock::Unknown,
    }
}

#[cfg(not(unix))]
fn lock(_: &File) -> Lock {
    Lock::Unknown
}

/// Whether `file` is the regular file at `path`.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let (Ok(opened), Ok(found)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    opened.is_file() && (opened.dev(), opened.ino()) == (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}
