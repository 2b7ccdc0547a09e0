//! The words of a command as a shell sees them, as far as text around a command allows.
//!
//! The text may be a script, prose, JSON or YAML: a quote inside a word is taken for the end of what the command is
//! written in.

/// The longest reference, in characters, so that open brackets without end cost little.
const MAX_REFERENCE: usize = 100;

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
        let ends = [("${{", "}}"), ("{{", "}}"), ("${", "}"), ("$(", ")")];
        let end = ends.iter().find(|(start, _)| rest.starts_with(start)).and_then(|(_, end)| {
            let mut near = rest.char_indices().take(MAX_REFERENCE).take_while(|(_, letter)| *letter != '\n');
            near.find_map(|(at, _)| rest[at..].starts_with(end).then_some(at + end.len()))
        });
        let Some(end) = end else { return false };
        word.push_str(&rest[..end]);
        self.at += end;
        true
    }

    /// Reads on to the end of the quoted text that is here; false where the quote is not closed on its line.
    fn quoted(&mut self, quote: &str, word: &mut String) -> bool {
        let inner = &self.rest()[quote.len()..];
        let Some(end) = inner.find(quote).filter(|end| !inner[..*end].contains('\n')) else { return false };
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
    }
}
