//! Continues lines that belong together without a backslash: arrays and quoted options over several lines, folded scalars of
//! YAML, code in prose that wraps.
//!
//! From a text to one with as many lines, in which a backslash at its end continues a line.

use super::assignment::Assignment;
use super::words::bracketed;
use crate::text::lines;

/// How many bytes after its first line may belong to one value.
const MAX_VALUE_BYTES: usize = 2048;

/// How many lines code in prose wraps to at most.
const MAX_WRAPPED_LINES: usize = 4;

/// Returns `text` with a backslash at the end of each line that goes on in the next one.
pub(super) fn continued(text: &str) -> String {
    let lines: Vec<&str> = lines(text).collect();
    let mut changed = String::with_capacity(text.len() + text.len() / 16);
    let mut at = 0;
    // Up to here, the end of a value was looked for in vain: many that have none cost little.
    let mut is_open_before = 0;
    while let Some((line, behind)) = lines[at..].split_first() {
        let is_continued = at > 0 && ends_in_backslash(lines[at - 1]);
        let value = Value::of(line).filter(|_| at >= is_open_before && !is_continued);
        let joined = match value {
            Some(value) => value.lines(line, behind).unwrap_or_else(|looked_at| {
                is_open_before = at + 1 + looked_at;
                0
            }),
            None => folded(line, behind).or_else(|| wrapped(line, behind)).unwrap_or(0),
        };
        let is_array = matches!(value, Some(Value::Array));
        for (number, line) in lines[at..=at + joined].iter().enumerate() {
            if number < joined {
                let content =
                    if is_array { without_comment(content(line)) } else { without_indicator(content(line)) };
                changed.push_str(content);
                changed.push_str(if ends_in_backslash(line) { "" } else { " \\" });
                changed.push_str(&line[self::content(line).len()..]);
            } else if is_continued && let Some((space, prompted)) = prompted(line) {
                changed.push_str(space);
                changed.push(' ');
                changed.push_str(prompted);
            } else {
                changed.push_str(line);
            }
        }
        at += 1 + joined;
    }
    changed
}

/// A value of a variable that its line leaves open.
#[derive(Clone, Copy)]
enum Value {
    /// `NAME=(`.
    Array,
    /// `NAME="`, with the quote.
    Quoted(char),
}

impl Value {
    fn of(line: &str) -> Option<Self> {
        let assignment = Assignment::at(line, 0)?;
        let value = &line[assignment.value..];
        match line[..assignment.value].trim_end_matches([' ', '\t']).chars().next_back() {
            Some('(') if !closes_array(value) => Some(Self::Array),
            Some(quote @ ('"' | '\'')) if !value.contains(quote) => Some(Self::Quoted(quote)),
            _ => None,
        }
    }

    /// Returns how many of the lines `behind` the first one belong to it; as an error, how many were looked at.
    fn lines(self, first: &str, behind: &[&str]) -> Result<usize, usize> {
        let mut length = 0;
        if ends_in_backslash(first) {
            return Ok(0);
        }
        for (at, line) in behind.iter().enumerate() {
            length += line.len();
            let ends = match self {
                Self::Array => closes_array(line),
                Self::Quoted(quote) => {
                    // Prose and programs in quotes are not one command.
                    if !line.trim_start().starts_with(['-', '$', quote]) {
                        return Err(at);
                    }
                    line.contains(quote)
                }
            };
            if length > MAX_VALUE_BYTES {
                return Err(at);
            }
            if ends {
                return Ok(at + 1);
            }
        }
        Err(behind.len())
    }
}

/// Whether the end of an array is in `line`.
fn closes_array(line: &str) -> bool {
    let line = without_comment(content(line));
    let mut at = 0;
    while let Some(letter) = line[at..].chars().next().filter(|_| at < MAX_VALUE_BYTES) {
        if letter == ')' {
            return true;
        }
        at += bracketed(&line[at..]).unwrap_or(letter.len_utf8());
    }
    false
}

/// Returns how many of the lines `behind` belong to the folded scalar that `line` begins.
fn folded(line: &str, behind: &[&str]) -> Option<usize> {
    let line = content(line);
    if without_indicator(line).len() == line.len() {
        return None;
    }
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let inner = indentation(behind.first()?);
    let is_inner = |line: &&&str| indentation(line) == inner && !content(line).trim_start().is_empty();
    (inner > indentation(line)).then(|| behind.iter().take_while(is_inner).count())
}

/// Returns how many of the lines `behind` belong to a command in backticks that `line` begins.
fn wrapped(line: &str, behind: &[&str]) -> Option<usize> {
    let start = memchr::memrchr(b'`', line.as_bytes())?;
    let is_open = memchr::memchr_iter(b'`', line.as_bytes()).count() % 2 == 1;
    if !is_open || line.trim_start().starts_with("```") || !line[start..].contains("compose") {
        return None;
    }
    for (at, line) in behind.iter().take(MAX_WRAPPED_LINES).enumerate() {
        if content(line).trim_start().is_empty() {
            return None;
        }
        if line.contains('`') {
            return Some(at + 1);
        }
    }
    None
}

/// Returns the space before the prompt with which a shell shows a continued line, and what is behind it.
fn prompted(line: &str) -> Option<(&str, &str)> {
    let behind = line.trim_start_matches([' ', '\t']);
    let space = &line[..line.len() - behind.len()];
    behind.strip_prefix('>').filter(|behind| behind.starts_with(' ')).map(|behind| (space, behind))
}

/// Returns `line` without the sign of a folded scalar at its end.
fn without_indicator(line: &str) -> &str {
    let trimmed = line.trim_end_matches([' ', '\t']);
    let Some(key) = trimmed.trim_end_matches(['-', '+']).strip_suffix('>') else { return line };
    if key.ends_with(": ") || key.ends_with("- ") { key } else { line }
}

/// Returns `line` without the comment at its end.
fn without_comment(line: &str) -> &str {
    let mut signs = memchr::memchr_iter(b'#', line.as_bytes());
    let comment = signs.find(|at| *at == 0 || matches!(line.as_bytes()[at - 1], b' ' | b'\t' | b'('));
    &line[..comment.unwrap_or(line.len())]
}

fn ends_in_backslash(line: &str) -> bool {
    content(line).ends_with('\\')
}

/// Returns `line` without what ends it.
fn content(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that `text` becomes what it is with a space and a backslash in place of each `~`, and stays without them.
    fn check(text: &str) {
        assert_eq!(continued(&text.replace('~', "")), text.replace('~', " \\"));
    }

    #[test]
    fn arrays_and_quoted_options_go_on_to_their_end() {
        check("A=(~\n  -f a~\n  -f $(pwd)/b~\r\n)\nB");
        check("A=\"-f a~\n  -f b\"\n-f c");
        check("A='~\n$B~\n'\n");
        assert_eq!(continued("A=( # a)\n-f a # b\n# c\n)\n"), "A=(  \\\n-f a  \\\n \\\n)\n");
        for text in ["A=(a)\nb", "A=(\na", "A=\"a\nb\n\"", "A=\"\n", "A=\"-f a \\\n-f b\"\n", "f() {\n}\n"] {
            assert_eq!(continued(text), text);
        }
        let long = format!("A=(\n{}\n)", "a\n".repeat(MAX_VALUE_BYTES));
        assert_eq!(continued(&long), long);
    }

    #[test]
    fn folded_scalars_are_one_line() {
        assert_eq!(
            continued("- run: >-\n    a\n    b\n\n    c\nd: e"),
            "- run:  \\\n    a \\\n    b\n\n    c\nd: e"
        );
        assert_eq!(continued("  - >\n    a\n      b\n"), "  -  \\\n    a\n      b\n");
        for text in ["a: |\n  b\n  c\n", "a >\n  b\n", "a: >\nb: c\n", "a: >\n\n", "a: >"] {
            assert_eq!(continued(text), text);
        }
    }

    #[test]
    fn code_in_prose_wraps() {
        check("Run `docker compose -f a~\n-f b up` or `c`.\n");
        for text in [
            "`docker compose`\n`",
            "`a\nb`\n",
            "```compose\na`\n",
            "`compose\n\n`",
            "`compose\na\nb\nc\nd\n`",
        ] {
            assert_eq!(continued(text), text);
        }
    }

    #[test]
    fn a_continued_line_may_have_a_prompt() {
        assert_eq!(continued("$ a \\\n>   b \\\n> c\n> d\n"), "$ a \\\n    b \\\n  c\n> d\n");
        assert_eq!(continued("a \\\n >b\n"), "a \\\n >b\n");
    }
}
