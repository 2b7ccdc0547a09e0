//! The files of a repository that are read without git: from a path to bytes.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::Reason;
use super::path::path_text;
use crate::output::write::{FileKind, ReadError, read};

/// Returns the bytes of the regular file at `path`; nothing where there is no file.
///
/// # Errors
/// [`Reason::Unreadable`], also for what is not a regular file: reading it might never end, in git as well.
pub(super) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Reason> {
    let error = match read(path) {
        Ok((bytes, _)) => return Ok(Some(bytes)),
        Err(ReadError::NotRegular(FileKind::Directory)) => return Ok(None),
        Err(ReadError::Io(error))
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(ReadError::Io(error)) => error,
        Err(ReadError::NotRegular(kind)) => io::Error::other(format!("it is {kind}")),
        Err(error) => io::Error::other(error),
    };
    Err(Reason::Unreadable { path: path_text(path), error })
}
