//! Reads small files only, so that no input makes a run slow.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use crate::text::Diagnostic;

/// The longest file beside the Compose files that is looked into, in bytes (1 MiB).
pub(super) const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Returns the bytes of the regular file at `path`, unless there are more than [`MAX_TEXT_BYTES`].
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let fail = |error: std::io::Error| Diagnostic::error(format!("cannot read the file: {error}"));
    // What is not a regular file is not opened, since that might wait for ever.
    let metadata = fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(Diagnostic::error("this is not a regular file"));
    }
    // Files of the system's own say that they are empty, and a link may lead to one that never ends.
    if metadata.len() == 0 {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        let title = format!("file is longer than the limit of {MAX_TEXT_BYTES} bytes (MAX_TEXT_BYTES)");
        return Err(Diagnostic::error(title));
    }
    Ok(bytes)
}
