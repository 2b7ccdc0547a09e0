//! Temporary files: one beside each file that is written, locked for as long as its writer lives.
//!
//! The lock goes with the process, however that ends. So what is not locked was left by a run that was killed. Until
//! it trades places with the file, it is a draft and holds nothing but what the run wrote; its name says when that is
//! over, since from then on it may hold what another process wrote.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::read::digest;
use crate::text::{Links, MAX_SOURCE_BYTES, open_at_once};

/// How the name of every temporary file begins.
pub const TEMPORARY_PREFIX: &str = ".compose-harden-";

/// How the name of every temporary file ends.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// How often another name is tried where a run that sweeps took a file before it was locked.
const MAX_TRIES: usize = 16;

/// What the name of a temporary file says.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    /// It holds what its run wrote so far.
    Draft,
    /// It holds a text with one of these digests, unless another process wrote to the file meanwhile.
    Traded([u64; 2]),
}

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

/// Gives a draft the name of a file that trades places with one whose text has the digest `old`; its own has `new`.
pub(super) fn rename_for_trade(draft: NamedTempFile, old: u64, new: u64) -> io::Result<NamedTempFile> {
    let (file, path) = draft.into_parts();
    let stem = path.file_name().and_then(OsStr::to_str).and_then(|name| name.strip_suffix(TEMPORARY_SUFFIX));
    let stem = stem.ok_or_else(|| io::Error::other("it has another name"))?;
    let traded = path.with_file_name(format!("{stem}-{old:016x}-{new:016x}{TEMPORARY_SUFFIX}"));
    fs::rename(&path, &traded)?;
    // Nothing is left to remove by the old name.
    path.keep().map_err(|error| error.error)?;
    Ok(NamedTempFile::from_parts(file, TempPath::try_from_path(traded)?))
}

/// Removes what runs that were killed left in `folder`, and returns what stays because it may be another process's.
/// What cannot be looked at stays too.
pub(super) fn sweep(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let left = left.filter_map(|entry| Some((stage(&entry.file_name())?, entry.path())));
    left.filter_map(|(stage, path)| (!sweep_file(&stage, &path)).then_some(path)).collect()
}

/// What `name` says, if it is that of a temporary file.
fn stage(name: &OsStr) -> Option<Stage> {
    let words = name.to_str()?.strip_prefix(TEMPORARY_PREFIX)?.strip_suffix(TEMPORARY_SUFFIX)?;
    let digest = |word| u64::from_str_radix(word, 16).ok();
    match *words.split('-').collect::<Vec<_>>() {
        [_] => Some(Stage::Draft),
        [_, old, new] => Some(Stage::Traded([digest(old)?, digest(new)?])),
        _ => None,
    }
}

/// Removes a file that nobody holds; false where it is not certain that this loses nothing.
fn sweep_file(stage: &Stage, path: &Path) -> bool {
    let opened = open_at_once(path, OpenOptions::new().read(true).write(true), Links::Refuse);
    let Ok(file) = opened else { return true };
    if !matches!(lock(&file), Lock::Taken) || !is_same(&file, path) {
        return true;
    }
    if let Stage::Traded(digests) = stage
        && !digest_of(&file).is_ok_and(|digest| digests.contains(&digest))
    {
        return false;
    }
    // One that cannot be removed does no harm.
    let _ = fs::remove_file(path);
    true
}

/// The digest of what `file` holds; another one where that is more than a Compose file and a block.
fn digest_of(file: &File) -> io::Result<u64> {
    let mut bytes = Vec::new();
    file.take(2 * MAX_SOURCE_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(digest(&bytes))
}

pub(super) enum Lock {
    Taken,
    /// Another process has it.
    Held,
    /// The file system cannot say.
    Unknown,
}

/// Takes the lock of `file` without waiting; it goes with the handle.
#[cfg(unix)]
pub(super) fn lock(file: &File) -> Lock {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Lock::Taken,
        Err(Errno::WOULDBLOCK) => Lock::Held,
        Err(_) => Lock::Unknown,
    }
}

#[cfg(not(unix))]
pub(super) fn lock(_: &File) -> Lock {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_may_hold() {
        let stage = |name: &str| stage(OsStr::new(name));
        assert_eq!(stage(".compose-harden-a1B2c3.tmp"), Some(Stage::Draft));
        let traded = ".compose-harden-a1B2c3-00000000000000ff-0000000000000010.tmp";
        assert_eq!(stage(traded), Some(Stage::Traded([255, 16])));
        for other in
            [".compose-harden-a-b.tmp", ".compose-harden-a-b-x.tmp", ".compose-harden-a.txt", "a.tmp"]
        {
            assert_eq!(stage(other), None, "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_was_traded_is_swept_only_if_a_run_wrote_or_read_it() -> io::Result<()> {
        use std::io::Write as _;

        let folder = tempfile::tempdir()?;
        let (old, new) = (digest(b"old"), digest(b"new"));
        let mut edited = Vec::new();
        for text in ["old", "new", "edited"] {
            let mut draft = make(folder.path())?;
            draft.write_all(text.as_bytes())?;
            let (_, path) = rename_for_trade(draft, old, new)?.keep()?;
            edited.push(path);
        }
        assert_eq!(fs::read_dir(folder.path())?.count(), 3);
        assert_eq!(sweep(folder.path()), edited[2..]);
        let left: io::Result<Vec<_>> = fs::read_dir(folder.path())?.map(|entry| Ok(entry?.path())).collect();
        assert_eq!(left?, edited[2..]);
        Ok(())
    }
}
