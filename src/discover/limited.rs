//! Reads small files only, so that no input makes a run slow.

use std::io::Read as _;
use std::path::Path;

use crate::text::{Diagnostic, Links, OpenError, open_regular};

/// The longest file beside the Compose files that is looked into, in bytes (1 MiB).
pub(super) const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Why a file is not read.
#[derive(Debug)]
pub(super) enum LimitedError {
    Open(OpenError),
    TooLong,
}

/// Returns the bytes of the regular file at `path`, unless there are more than [`MAX_TEXT_BYTES`].
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    read_within(path, Links::Follow, MAX_TEXT_BYTES).map_err(|error| {
        Diagnostic::error(match error {
            LimitedError::Open(OpenError::NotRegular(_)) => "this is not a regular file".to_owned(),
            LimitedError::Open(OpenError::Io(error)) => format!("cannot read the file: {error}"),
            LimitedError::TooLong => {
                format!("file is longer than the limit of {MAX_TEXT_BYTES} bytes (MAX_TEXT_BYTES)")
            }
        })
    })
}

/// Returns the bytes of the regular file at `path`, unless there are more than `limit`.
pub(super) fn read_within(path: &Path, links: Links, limit: u64) -> Result<Vec<u8>, LimitedError> {
    let (file, metadata) = open_regular(path, links).map_err(LimitedError::Open)?;
    // Files of the system's own say that they are empty, and a link may lead to one that never ends.
    if metadata.len() == 0 {
        return Ok(Vec::new());
    }
    if metadata.len() > limit {
        return Err(LimitedError::TooLong);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).map_or(0, |length| length + 1));
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|error| LimitedError::Open(OpenError::Io(error)))?;
    // It may have grown since.
    if bytes.len() as u64 > limit { Err(LimitedError::TooLong) } else { Ok(bytes) }
}
