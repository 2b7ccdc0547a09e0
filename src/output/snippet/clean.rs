//! Texts made safe for a terminal: from any characters to ones that are shown and not obeyed.
//!
//! Knows nothing of lines and places.

use std::path::Path;

/// The longest message that is shown whole, in characters; names in it may be as long as a file.
const MESSAGE_CHARS: usize = 1_000;

/// Stands for the place of an excerpt while messages are laid out; no text that is made safe holds it.
pub(super) const PLACEHOLDER: char = '\u{10FFFD}';

/// What stands for the characters that a terminal would obey or hide.
const REPLACEMENT: char = '\u{FFFD}';

/// Appends `char` to `out` as it is shown.
pub(super) fn push(out: &mut String, char: char) {
    match char {
        '\t' => out.push_str("    "),
        // Each C0 control has a picture in the same order from U+2400 on.
        '\0'..='\u{1F}' => out.push(char::from_u32(0x2400 + u32::from(char)).unwrap_or(REPLACEMENT)),
        '\u{7F}' => out.push('\u{2421}'),
        // A byte order mark is not a sign of its own.
        '\u{FEFF}' => {}
        // C1 controls, line separators, and what turns the direction of text or has no width.
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{E0000}'..='\u{E007F}'
        | PLACEHOLDER => out.push(REPLACEMENT),
        _ => out.push(char),
    }
}

/// Returns `text` on one line, cut to 1,000 characters, with nothing in it that a terminal would obey.
#[must_use]
pub fn message(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    chars.by_ref().take(MESSAGE_CHARS).for_each(|char| push(&mut out, char));
    if chars.next().is_some() {
        out.push_str("...");
    }
    out
}

/// Returns `path` on one line, with nothing in it that a terminal would obey; bytes that are not UTF-8 show as `\xE9`.
#[must_use]
pub fn path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        chunk.valid().chars().for_each(|char| push(&mut out, char));
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    out
}
