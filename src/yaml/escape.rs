//! Escape sequences of double-quoted scalars (YAML 1.2.2, section 5.7).

use super::chars::{break_len, is_break};

/// What an escape sequence stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    Character(char),
    /// Nothing: the line goes on in the next one.
    LineBreak,
}

/// Reads the escape sequence that `bytes` begin with; returns it with its length in bytes, or none where there is none.
pub(super) fn escape(bytes: &[u8]) -> Option<(Escape, usize)> {
    let digits = match *bytes.get(1)? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        byte if is_break(byte) => return Some((Escape::LineBreak, 1 + break_len(&bytes[1..]))),
        byte => return Some((Escape::Character(character(byte)?), 2)),
    };
    let hex = bytes.get(2..2 + digits)?;
    let value =
        hex.iter().try_fold(0_u32, |value, byte| Some(value << 4 | char::from(*byte).to_digit(16)?))?;
    Some((Escape::Character(char::from_u32(value)?), 2 + digits))
}

/// The character that a backslash and `byte` stand for.
fn character(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0b',
        b'f' => '\x0c',
        b'r' => '\r',
        b'e' => '\x1b',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
