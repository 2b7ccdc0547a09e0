//! The content of scalars: escapes, line folding, chomping (YAML 1.2.2, chapters 7 and 8).
//!
//! Takes the text of a scalar's tokens as the parser found it and never fails: what is not an escape
//! sequence stays as it is.

use std::borrow::Cow;

use super::chars::{break_len, is_blank, is_break};
use super::escape::{Escape, escape};

/// The content of a plain scalar over several lines.
pub(super) fn plain(text: &str) -> String {
    fold(text)
}

/// The content of a single-quoted scalar, given with its quotes.
pub(super) fn single_quoted(text: &str) -> Cow<'_, str> {
    let inner = unquote(text, '\'');
    if inner.bytes().all(|byte| byte != b'\'' && !is_break(byte)) {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(fold(inner).replace("''", "'"))
}

/// The content of a double-quoted scalar, given with its quotes.
pub(super) fn double_quoted(text: &str) -> Cow<'_, str> {
    let inner = unquote(text, '"');
    if inner.bytes().all(|byte| byte != b'\\' && !is_break(byte)) {
        return Cow::Borrowed(inner);
    }
    let mut content = String::with_capacity(inner.len());
    // What is before this length came from escapes, and folding must not trim it.
    let mut fixed = 0;
    let mut rest = inner;
    while let Some(stop) = rest.bytes().position(|byte| byte == b'\\' || is_break(byte)) {
        content.push_str(&rest[..stop]);
        rest = &rest[stop..];
        if rest.starts_with('\\') {
            // What is not an escape sequence is kept from its backslash on.
            let (escaped, length) = escape(rest.as_bytes()).unwrap_or((Escape::Character('\\'), 1));
            rest = &rest[length..];
            match escaped {
                Escape::Character(character) => content.push(character),
                Escape::LineBreak => rest = skip_escaped_break(rest, &mut content),
            }
            fixed = content.len();
        } else {
            trim_blanks(&mut content, fixed);
            rest = fold_break(rest, &mut content);
            fixed = content.len();
        }
    }
    content.push_str(rest);
    Cow::Owned(content)
}

fn unquote(text: &str, quote: char) -> &str {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    inner.strip_suffix(quote).unwrap_or(inner)
}

/// Folds the lines of a flow scalar (section 6.5, `s-flow-folded`).
fn fold(text: &str) -> String {
    let mut content = String::with_capacity(text.len());
    let mut fixed = 0;
    let mut rest = text;
    while let Some(stop) = rest.bytes().position(is_break) {
        content.push_str(&rest[..stop]);
        trim_blanks(&mut content, fixed);
        rest = fold_break(&rest[stop..], &mut content);
        fixed = content.len();
    }
    content.push_str(rest);
    content
}

fn trim_blanks(content: &mut String, fixed: usize) {
    let blanks = content.as_bytes()[fixed..].iter().rev().take_while(|byte| is_blank(**byte)).count();
    content.truncate(content.len() - blanks);
}

/// Adds what the line break at the start of `rest` and the blank lines after it stand for; returns the next
/// line's text.
fn fold_break<'t>(rest: &'t str, content: &mut String) -> &'t str {
    let (rest, breaks) = skip_breaks(rest);
    if breaks == 1 {
        content.push(' ');
    }
    content.extend(std::iter::repeat_n('\n', breaks - 1));
    rest
}

/// Like [`fold_break`] after a backslash, where the line break itself stands for nothing.
fn skip_escaped_break<'t>(rest: &'t str, content: &mut String) -> &'t str {
    let mut text = rest.trim_start_matches([' ', '\t']);
    if text.bytes().next().is_some_and(is_break) {
        let (behind, breaks) = skip_breaks(text);
        content.extend(std::iter::repeat_n('\n', breaks));
        text = behind;
    }
    text
}

/// Skips line breaks and the white space that begins lines; returns what follows, and how many breaks.
fn skip_breaks(text: &str) -> (&str, usize) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut breaks = 0;
    loop {
        let length = break_len(&bytes[at..]);
        if length == 0 {
            return (&text[at..], breaks.max(1));
        }
        breaks += 1;
        at += length;
        while bytes.get(at).copied().is_some_and(is_blank) {
            at += 1;
        }
    }
}

/// The content of a literal or folded scalar whose lines begin at column `indent`.
pub(super) fn block(header: &str, body: &str, indent: usize) -> String {
    let mut content = String::with_capacity(body.len());
    let folded = header.starts_with('>');
    let mut breaks = 0;
    let mut more_indented = true;
    let mut rest = body;
    while !rest.is_empty() {
        let end = rest.bytes().position(is_break).unwrap_or(rest.len());
        let line = &rest[..end];
        let length = break_len(&rest.as_bytes()[end..]);
        rest = &rest[end + length..];
        let spaces = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
        let text = &line[spaces..];
        if !text.is_empty() {
            let indented = text.starts_with([' ', '\t']);
            let fold_here = folded && !indented && !more_indented;
            if fold_here && breaks == 1 {
                content.push(' ');
            } else {
                content.extend(std::iter::repeat_n('\n', breaks - usize::from(fold_here && breaks > 0)));
            }
            content.push_str(text);
            more_indented = indented;
            breaks = 0;
        }
        // A last line of spaces counts as ended, also where the text ends without a line break.
        let ended = length > 0 || line.bytes().all(|byte| byte == b' ');
        breaks += usize::from(ended);
    }
    let kept = match header.bytes().find(|byte| matches!(byte, b'+' | b'-')) {
        Some(b'+') => breaks,
        Some(_) => 0,
        None => breaks.min(usize::from(!content.is_empty())),
    };
    content.extend(std::iter::repeat_n('\n', kept));
    content
}
