//! Replacing a file's text: from a path and bytes to a file that holds them, whole, or an error.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use foldhash::HashSet;
use thiserror::Error;

use super::attributes::keep_attributes;
use super::read::digest;
use super::swap::swap;
use super::temporary::{self, Lock};
use super::{FileKind, FileState};

/// Why a file is not written. The file is as it was or as another process made it, but for
/// [`WriteError::NotSynced`], and the path is for the caller to show.
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
    /// Another process holds a lock on it, which may be another run that replaces it.
    #[error("file is locked by another process; run again when that has ended")]
    Locked,
    /// Its permissions or its file system do not allow writing.
    #[error("cannot write to a read-only file; make it writable first")]
    ReadOnly,
    /// It is not what was read.
    #[error("file changed since it was read; run again to harden what it holds now")]
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
    #[error("file changed twice while it was replaced; what one of the changes wrote is kept in {}", .0.display())]
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

/// Writes the files of one run.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    durable: bool,
    /// The folders without leftovers of other runs.
    swept: HashSet<PathBuf>,
    kept: Vec<PathBuf>,
}

impl Writer {
    /// Returns a writer; a `durable` one has each file on the disk before it goes on, so that a power failure leaves
    /// the old file or the new one.
    #[must_use]
    pub fn new(durable: bool) -> Self {
        Self { durable, ..Self::default() }
    }

    /// Puts `text` in the place of the file at `path`, which was in the state `expected` when it was read.
    ///
    /// The text goes to a temporary file in the same folder, which gets the permissions, the owner and the extended
    /// attributes of the old one, access control lists among them, and then its name. What runs that were killed
    /// left in the folder is removed, but for what [`Writer::take_kept`] returns.
    ///
    /// # Errors
    /// [`WriteError`]; the temporary file is then gone.
    pub fn replace(&mut self, path: &Path, expected: &FileState, text: &[u8]) -> Result<(), WriteError> {
        let metadata = check(path, expected)?;
        let old = open_writable(path)?;
        // From the trade on the old file has the name of a temporary one, which other runs leave while it is locked.
        if matches!(temporary::lock(&old), Lock::Held) {
            return Err(WriteError::Locked);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if self.swept.insert(folder.to_owned()) {
            self.kept.extend(temporary::sweep(folder));
        }
        let mut new = temporary::make(folder).map_err(io_error("make a temporary file beside the file"))?;
        new.as_file_mut().write_all(text).map_err(io_error("write the temporary file beside the file"))?;
        carry_over(&old, new.as_file(), &metadata)?;
        if self.durable {
            new.as_file().sync_all().map_err(io_error("sync the temporary file beside the file"))?;
        }
        let new = temporary::rename_for_trade(new, expected.digest(), digest(text))
            .map_err(io_error("rename the temporary file beside the file"))?;
        swap(new, path, expected)?;
        if self.durable { sync_folder(folder) } else { Ok(()) }
    }

    /// Returns files that runs that were killed left, and that stay because they may hold what another process wrote;
    /// each once.
    pub fn take_kept(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.kept)
    }
}

/// Says whether the file at `path`, which was in the state `expected` when it was read, can be replaced.
///
/// What is known to fail is known before the first of several files is written.
///
/// # Errors
/// [`WriteError`], where [`Writer::replace`] would fail.
pub fn check_replaceable(path: &Path, expected: &FileState) -> Result<(), WriteError> {
    check(path, expected)?;
    open_writable(path).map(drop)
}

/// Puts `text` in the place of one file, as a [`Writer`] that is not durable does.
///
/// # Errors
/// Those of [`Writer::replace`].
pub fn replace(path: &Path, expected: &FileState, text: &[u8]) -> Result<(), WriteError> {
    Writer::default().replace(path, expected, text)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), WriteError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(WriteError::NotSynced)
}

/// Elsewhere a folder cannot be opened to be synced.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), WriteError> {
    Ok(())
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
fn open_writable(path: &Path) -> Result<File, WriteError> {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};

    match OpenOptions::new().write(true).open(path) {
        Ok(file) => Ok(file),
        Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            Err(WriteError::ReadOnly)
        }
        Err(error) => Err(io_error("open the file for writing")(error)),
    }
}

/// Gives the new file what the old one has besides its bytes.
fn carry_over(old: &File, new: &File, metadata: &Metadata) -> Result<(), WriteError> {
    keep_owner(new, metadata)?;
    // After the owner: a change of owner takes the set-user-id bit and capabilities away.
    keep_attributes(old, new)?;
    new.set_permissions(metadata.permissions()).map_err(io_error("keep the permissions of the file"))
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

pub(super) fn io_error(action: &'static str) -> impl Fn(io::Error) -> WriteError {
    move |error| WriteError::Io { action, error }
}
