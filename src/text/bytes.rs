//! Bytes of others that need not be UTF-8: as words to show, and as paths.

use std::fmt::Write as _;
use std::path::PathBuf;

/// Returns `bytes` as a text, in which each byte that is not UTF-8 is written as `\xE9`.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02X}").expect("a string takes every text");
        }
    }
    text
}

/// Returns the path that git or a list of paths writes as `bytes`.
#[cfg(unix)]
#[must_use]
pub fn path_of(bytes: &[u8]) -> PathBuf {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Returns the path that git or a list of paths writes as `bytes`.
#[cfg(not(unix))]
#[must_use]
pub fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(text_of(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_is_not_utf8_by_its_bytes() {
        assert_eq!(text_of(b"caf\xC3\xA9/\xE9\xFFx"), "café/\\xE9\\xFFx");
    }
}
