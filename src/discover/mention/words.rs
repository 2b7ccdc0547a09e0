//! The words of a command as a shell sees them, as far as text around a command allows.
//!
//! The text may be a script, prose, JSON or YAML: a quote inside a word is taken for the end of what the command is
//! written in.

/// The longest reference, in characters, so that open brackets without end cost little.
const MAX_REFERENCE: usize = 100;

/// The longest quoted text, in bytes, so that open quotes without end cost little.
const MAX_QUOTED: usize = 512;

/// Reads the words of one command, and stops where it ends.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    ended: bool,
}

impl<'a> Words<'a> {
    /// Reads `text` from the byte at `at` on.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, ended: false }
    }

    /// The offset after what was read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads on to the end of the reference to a variable or a command that is here; false where none does.
    fn reference(&mut self, word: &mut String) -> bool {
        let rest = self.rest();
        let Some(end) = bracketed(rest) else { return false };
        word.push_str(&rest[..end]);
        self.at += end;
        true
    }

    /// Reads on to the end of the quoted text that is here; false where the quote is not closed on its line.
    fn quoted(&mut self, quote: &str, word: &mut String) -> bool {
        let inner = &self.rest()[quote.len()..];
        let Some(end) = quoted_length(inner, quote) else { return false };
        word.push_str(&inner[..end]);
        self.at += quote.len() + end + quote.len();
        true
    }
}

impl Iterator for Words<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.ended {
            return None;
        }
        self.at += gap(self.rest());
        let mut word = String::new();
        let mut opens = true;
        let start = self.at;
        while let Some(letter) = self.rest().chars().next() {
            if gap(self.rest()) > 0 {
                break;
            }
            if let Some(quote) = quote(self.rest()) {
                if !(opens && self.quoted(quote, &mut word)) {
                    self.ended = true;
                    break;
                }
                opens = false;
                continue;
            }
            if self.reference(&mut word) {
                opens = false;
                continue;
            }
            if is_end(letter) {
                self.ended = true;
                break;
            }
            word.push(letter);
            self.at += letter.len_utf8();
            opens = letter == '=';
        }
        (self.at > start).then_some(word)
    }
}

/// Returns the length of `text` up to `quote`, where that comes soon on its line.
fn quoted_length(text: &str, quote: &str) -> Option<usize> {
    let mut at = 0;
    let mut has_references = true;
    while at < MAX_QUOTED {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return Some(at);
        }
        let letter = rest.chars().next().filter(|letter| *letter != '\n')?;
        // A command in a shell's quotes has quotes of its own: `"$(dirname "$0")/x"`.
        if has_references && quote != "'" && rest.starts_with("$(") {
            if let Some(length) = bracketed(rest) {
                at += length;
                continue;
            }
            // Each that is not closed would be looked through again.
            has_references = false;
        }
        at += letter.len_utf8();
    }
    None
}

/// Returns the length of the reference in brackets that `text` opens with, if it is closed soon and on its line.
pub(super) fn bracketed(text: &str) -> Option<usize> {
    let mut near = text.char_indices().take(MAX_REFERENCE).take_while(|(_, letter)| *letter != '\n');
    if text.starts_with("${{") || text.starts_with("{{") {
        return near.find_map(|(at, _)| text[at..].starts_with("}}").then_some(at + 2));
    }
    let (open, close) = match text.as_bytes() {
        [b'$', b'{', ..] => ('{', '}'),
        [b'$', b'(', ..] => ('(', ')'),
        _ => return None,
    };
    let mut depth = 0_usize;
    near.find_map(|(at, letter)| {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            return (depth == 0).then_some(at + 1);
        }
        None
    })
}

/// Returns the length of the spaces and continued line ends that `text` opens with.
pub(super) fn gap(text: &str) -> usize {
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches([' ', '\t']);
        let next = next.strip_prefix("\\\n").or_else(|| next.strip_prefix("\\\r\n")).unwrap_or(next);
        if next.len() == rest.len() {
            return text.len() - rest.len();
        }
        rest = next;
    }
}

/// Returns the quote that `text` opens with; in JSON it is escaped.
pub(super) fn quote(text: &str) -> Option<&'static str> {
    ["\\\"", "\"", "'"].into_iter().find(|quote| text.starts_with(quote))
}

fn is_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | ',' | ';' | '&' | '|' | '(' | ')' | '<' | '>' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Words::new(text, 0).collect()
    }

    #[test]
    fn ends_where_the_command_ends() {
        for text in
            ["a b; c", "a b && c", "a b\nc", "a b` c", "a b\" c", "a b\\\", \"c\"", "a b) c", "a b</code>"]
        {
            assert_eq!(words(text), ["a", "b"], "{text}");
        }
    }

    #[test]
    fn joins_what_is_quoted_continued_or_a_reference() {
        assert_eq!(words("'a b' \"c\"/d --x=\"e f\""), ["a b", "c/d", "--x=e f"]);
        assert_eq!(words("a \\\r\n  b\\\n c"), ["a", "b", "c"]);
        assert_eq!(
            words("\\\"a b\\\" $(pwd)/c ${{ d e }} {{.F}}"),
            ["a b", "$(pwd)/c", "${{ d e }}", "{{.F}}"]
        );
        assert_eq!(words("\"$(dirname \"$0\")/a\" '$(' b"), ["$(dirname \"$0\")/a", "$(", "b"]);
        assert_eq!(words("$(cd \"$(dirname x)\" && pwd)/a b"), ["$(cd \"$(dirname x)\" && pwd)/a", "b"]);
    }
}
