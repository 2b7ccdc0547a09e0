//! Replacing a file's text: from a path and bytes to a file that holds them, whole, or an error.

use std::fs::{File, Metadata};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use foldhash::HashSet;

use super::FileState;
use super::attributes::keep_attributes;
use super::check::{check, open_writable};
use super::error::{WriteError, io_error};
use super::read::digest;
use super::swap::swap;
use super::temporary::{self, Lock};

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
        check(path, expected)?;
        let (old, metadata) = open_writable(path, expected)?;
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

/// Gives the new file what the old one has besides its bytes.
fn carry_over(old: &File, new: &File, metadata: &Metadata) -> Result<(), WriteError> {
    keep_owner(new, metadata)?;
    // After the owner: a change of owner takes the set-user-id bit and capabilities away.
    keep_attributes(old, new)?;
    new.set_permissions(metadata.permissions()).map_err(io_error("keep the permissions of the file"))
}

#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) -> Result<(), WriteError> {
    let have = FileState::of(&new.metadata().map_err(io_error("inspect the temporary file"))?).owner();
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
