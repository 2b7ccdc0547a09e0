//! Reading a file: from a path to its bytes and the state they were read in.

use std::fs::{self, File};
use std::hash::BuildHasher as _;
use std::io::{self, Read as _};
use std::path::Path;

use thiserror::Error;

use super::{FileKind, FileState};
use crate::text::MAX_SOURCE_BYTES;

/// Why a file cannot be read. The path is for the caller to show.
#[derive(Debug, Error)]
pub enum ReadError {
    /// It is not a regular file, and reading it might never end.
    #[error("cannot read {0}; name a regular file")]
    NotRegular(FileKind),
    /// It is longer than [`MAX_SOURCE_BYTES`].
    #[error(
        "file of {0} bytes is longer than the limit of {MAX_SOURCE_BYTES} bytes (MAX_SOURCE_BYTES); \
         split it or leave it out"
    )]
    TooLong(u64),
    /// Another process wrote to it while it was read.
    #[error("file changed while it was read; run again when nothing else writes to it")]
    Changed,
    /// The system says no.
    #[error("cannot read the file: {0}")]
    Io(io::Error),
}

/// Returns the bytes of the file at `path`, and the state it was in before the first of them was read.
///
/// A symbolic link is followed. What is not a regular file is not opened, since that might wait for ever.
///
/// # Errors
/// [`ReadError`]; in each case nothing of the file is returned.
pub fn read(path: &Path) -> Result<(Vec<u8>, FileState), ReadError> {
    check(&fs::metadata(path).map_err(ReadError::Io)?)?;
    let file = File::open(path).map_err(ReadError::Io)?;
    // Another file may stand at the path by now.
    let metadata = file.metadata().map_err(ReadError::Io)?;
    check(&metadata)?;
    let state = FileState::of(&metadata);

    let mut bytes = Vec::with_capacity(usize::try_from(state.size()).map_or(0, |size| size + 1));
    // Files of the system's own say that they are empty, and some of them wait for ever to be read.
    if state.size() > 0 {
        // One byte more than there should be shows a file that grows, without following it.
        (&file).take(state.size() + 1).read_to_end(&mut bytes).map_err(ReadError::Io)?;
    }
    let after = FileState::of(&file.metadata().map_err(ReadError::Io)?);
    if bytes.len() as u64 != state.size() || after != state {
        return Err(ReadError::Changed);
    }
    let state = state.with_digest(digest(&bytes));
    Ok((bytes, state))
}

/// A number that other bytes are not likely to have.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    foldhash::quality::FixedState::default().hash_one(bytes)
}

fn check(metadata: &fs::Metadata) -> Result<(), ReadError> {
    match FileKind::of(metadata.file_type()) {
        FileKind::Regular if metadata.len() > MAX_SOURCE_BYTES as u64 => {
            Err(ReadError::TooLong(metadata.len()))
        }
        FileKind::Regular => Ok(()),
        kind => Err(ReadError::NotRegular(kind)),
    }
}
