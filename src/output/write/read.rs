//! Reading a file: from a path to its bytes and the state they were read in.

use std::fs::{File, Metadata};
use std::hash::BuildHasher as _;
use std::io::{self, Read as _};
use std::path::Path;

use thiserror::Error;

use super::{FileKind, FileState};
use crate::text::{Links, MAX_SOURCE_BYTES, OpenError, open_regular};

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
    #[error("file changed while it was being read; run again when nothing else writes to it")]
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
    let (file, metadata) = open_regular(path, Links::Follow).map_err(|error| match error {
        OpenError::NotRegular(kind) => ReadError::NotRegular(FileKind::of(kind)),
        OpenError::Io(error) => ReadError::Io(error),
    })?;
    if metadata.len() > MAX_SOURCE_BYTES as u64 {
        return Err(ReadError::TooLong(metadata.len()));
    }
    let state = FileState::of(&metadata);
    let bytes = read_as_long(&file, &metadata).map_err(ReadError::Io)?;
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

/// Reads as many bytes as `metadata` says the file has, and one more if there is one: that shows a file that grows,
/// without following it.
pub(super) fn read_as_long(file: &File, metadata: &Metadata) -> io::Result<Vec<u8>> {
    // Files of the system's own say that they are empty, and some of them wait for ever to be read.
    if metadata.len() == 0 {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).map_or(0, |size| size + 1));
    file.take(metadata.len() + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
