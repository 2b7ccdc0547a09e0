//! A file's text with its name, and where a byte of it is.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Span, line_number, line_starts};

/// The longest source that is read, in bytes (128 MiB).
///
/// Offsets are 32-bit, and the syntax tree packs them with the kind of a token.
pub const MAX_SOURCE_BYTES: usize = 1 << 27;

/// Why bytes are not a source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The bytes are not UTF-8 from `offset` on.
    #[error("not UTF-8: invalid byte at offset {offset} (line {line})")]
    NotUtf8 {
        /// The offset of the first byte that is not UTF-8.
        offset: usize,
        /// Its line, counted from 1.
        line: usize,
    },
    /// The bytes are UTF-16 or UTF-32, by their byte order mark.
    #[error("encoded as {0}, not UTF-8")]
    OtherEncoding(&'static str),
    /// More than [`MAX_SOURCE_BYTES`].
    #[error("{0} bytes long, more than the limit of {MAX_SOURCE_BYTES} bytes (MAX_SOURCE_BYTES)")]
    TooLong(u64),
}

/// A text that is valid UTF-8 and no longer than [`MAX_SOURCE_BYTES`], with the path it is known by.
#[derive(Clone, Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
}

/// A place in a source as people count: both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line. Lines end at a line feed, at a carriage return, or at both.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Source {
    /// Takes `bytes` as the text of the file at `path`.
    ///
    /// # Errors
    /// [`SourceError`] where the bytes are not UTF-8 or too long.
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, SourceError> {
        if bytes.len() > MAX_SOURCE_BYTES {
            return Err(SourceError::TooLong(bytes.len() as u64));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { path: path.into(), text }),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                Err(name_encoding(error.as_bytes()).unwrap_or_else(|| SourceError::NotUtf8 {
                    offset,
                    line: line_number(error.as_bytes(), offset),
                }))
            }
        }
    }

    /// The path the source is known by, as it is shown to people.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text, a byte order mark included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`.
    ///
    /// # Panics
    /// Where `span` is not one of this source, or cuts a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Returns the line and column of the byte at `offset`; the end of the text where it lies beyond it.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let text = self.text.as_bytes();
        let offset = text.len().min(offset as usize);
        let starts = line_starts(text).take_while(|start| *start <= offset);
        let (line, start) = (1..).zip(starts).last().unwrap_or((1, 0));
        // A character is counted at its first byte; all others are continuation bytes.
        let column = 1 + text[start..offset].iter().filter(|byte| !matches!(**byte, 0x80..=0xBF)).count();
        Position { line, column }
    }
}

fn name_encoding(bytes: &[u8]) -> Option<SourceError> {
    let name = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
        _ => return None,
    };
    Some(SourceError::OtherEncoding(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let source = Source::from_bytes("a.yaml", "a\r\nbé: c\rd".as_bytes().to_vec()).unwrap();
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(6), Position { line: 2, column: 3 });
        assert_eq!(source.position(10), Position { line: 3, column: 1 });
        assert_eq!(source.position(99), Position { line: 3, column: 2 });
    }

    #[test]
    fn names_the_encoding_or_the_line_of_what_is_not_utf8() {
        let utf16 = Source::from_bytes("a", vec![0xFF, 0xFE, b'a', 0]).unwrap_err();
        assert_eq!(utf16, SourceError::OtherEncoding("UTF-16"));
        let latin1 = Source::from_bytes("a", b"x\ncaf\xE9".to_vec()).unwrap_err();
        assert_eq!(latin1, SourceError::NotUtf8 { offset: 5, line: 2 });
        let old_mac = Source::from_bytes("a", b"a: 1\rb:\r\n  w\xE9".to_vec()).unwrap_err();
        assert_eq!(old_mac, SourceError::NotUtf8 { offset: 12, line: 3 });
    }
}
