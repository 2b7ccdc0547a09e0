//! Why a file is not written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::FileKind;

/// Why a file is not written. The file is as it was or as another process made it, but for
/// [`WriteError::NotSynced`], and the path is for the caller to show.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The path is a symbolic link, which the new file would replace.
    #[error("cannot write through a symbolic link; name the file it points to")]
    Symlink,
    /// It is not a regular file.
    #[error("cannot write to {0}; name a regular file")]
    NotRegular(FileKind),
    /// The file has other names, which would keep the old text.
    #[error(
        "cannot write to a file with {0} hard links; break the link with a copy, or change the file by hand"
    )]
    HardLinks(u64),
    /// Another process holds a lock on it, which may be another run that replaces it.
    #[error("file is locked by another process; run again when that process has ended")]
    Locked,
    /// Its permissions or its file system do not allow writing.
    #[error("cannot write to a read-only file; make it writable first")]
    ReadOnly,
    /// It is not what was read.
    #[error("file changed since it was read; run again to harden its new content")]
    Changed,
    /// The new file would belong to somebody else.
    #[error("cannot keep the owner of the file: {0}; run as its owner")]
    Owner(io::Error),
    /// The new file would not have what the old one has besides its bytes.
    #[error("cannot keep the extended attribute `{name}` of the file: {error}; run as a user who may set it")]
    Attribute {
        /// The attribute.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// Two other processes wrote to the file at the same moment. The text of one of them is kept here.
    #[error("file changed twice while it was being replaced; the text of one of the changes is kept in {}", .0.display())]
    Displaced(PathBuf),
    /// The file is written, but its folder cannot be synced.
    #[error("file is written, but may not survive a power failure: cannot sync its folder: {0}")]
    NotSynced(io::Error),
    /// The system says no.
    #[error("cannot {action}: {error}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

/// Says that the system says no while it does `action`.
pub(super) fn io_error(action: &'static str) -> impl Fn(io::Error) -> WriteError {
    move |error| WriteError::Io { action, error }
}
