//! A project's `.env` file: what it says about which files are loaded.
//!
//! Reads the syntax of Docker Compose's own reader: comments, `export`, both kinds of quotes, quoted values of
//! several lines, `$NAME` and `${NAME:-default}`. Knows only variables that the file itself sets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::limited;
use crate::text::Diagnostic;

/// The most bytes that references bring into the values of one file (1 MiB), since each may double a value.
const MAX_REFERENCED_BYTES: usize = 1 << 20;

/// Why a value is not known. Says nothing of the value, which may be or hold a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It needs a variable that the file does not set.
    Unset,
    /// References bring more than [`MAX_REFERENCED_BYTES`].
    TooLong,
}

impl Unknown {
    /// The message about the variable `name` with such a value.
    pub(super) fn title(self, name: &str) -> String {
        match self {
            Self::Unset => format!("`{name}` depends on a variable that this file does not set"),
            Self::TooLong => format!(
                "`{name}` depends on variables that are longer than the limit of {MAX_REFERENCED_BYTES} bytes \
                 (MAX_REFERENCED_BYTES)"
            ),
        }
    }
}

/// The variables of a `.env` file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DotEnv {
    values: BTreeMap<String, Result<String, Unknown>>,
    /// How many bytes references have brought.
    referenced: usize,
}

impl DotEnv {
    /// Reads the file at `path`; where there is none, it has no variables.
    pub(super) fn read(path: &Path) -> Result<Self, Diagnostic> {
        if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            return Ok(Self::default());
        }
        let bytes = limited::read(path)?;
        // Bytes that are not text matter only where they could hide what is looked for.
        let mentions = bytes.windows(b"COMPOSE_FILE".len()).any(|part| part == b"COMPOSE_FILE");
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(_) if mentions => Err(Diagnostic::error("this file is not UTF-8, and sets `COMPOSE_FILE`")
                .help("save it as UTF-8, or name the Compose files with `-f`")),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Takes what is an assignment in `text`; other lines are passed over.
    fn parse(text: &str) -> Self {
        let mut variables = Self::default();
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return variables;
            }
            let line_end = rest.find('\n').unwrap_or(rest.len());
            let Some((name, value)) = key(&rest[..line_end]) else {
                rest = &rest[line_end..];
                continue;
            };
            let start = line_end - value.len();
            let (value, length) = variables.value(&rest[start..]);
            variables.values.insert(name.to_owned(), value);
            rest = &rest[start + length..];
        }
    }

    /// The value of the variable `name`; none where the file does not set it.
    pub(super) fn get(&self, name: &str) -> Option<&Result<String, Unknown>> {
        self.values.get(name)
    }

    /// Returns the value that `text` opens with, and how many of its bytes belong to that.
    fn value(&mut self, text: &str) -> (Result<String, Unknown>, usize) {
        let line_end = text.find('\n').unwrap_or(text.len());
        if let Some(quote @ ('"' | '\'')) = text.chars().next()
            && let Some(end) = closing_quote(text, quote)
        {
            let inner = &text[1..end];
            let value = if quote == '"' { self.expand(inner, true) } else { Ok(inner.replace("\\'", "'")) };
            // What follows the quote on its line is a comment, or nothing.
            let length = text[end..].find('\n').map_or(text.len(), |at| end + at);
            return (value, length);
        }
        let line = &text[..line_end];
        let comment = line.match_indices('#').find(|(at, _)| *at == 0 || line[..*at].ends_with(' '));
        let value = line[..comment.map_or(line.len(), |(at, _)| at)].trim_end();
        (self.expand(value, false), line_end)
    }

    fn expand(&mut self, text: &str, escapes: bool) -> Result<String, Unknown> {
        let mut value = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['$', '\\']) {
            value.push_str(&rest[..at]);
            let special = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            if special == b'\\' {
                let plain = match rest.as_bytes().first().filter(|_| escapes) {
                    Some(b'n') => Some('\n'),
                    Some(b'r') => Some('\r'),
                    Some(b't') => Some('\t'),
                    Some(b'"') => Some('"'),
                    Some(b'$') => Some('$'),
                    Some(b'\\') => Some('\\'),
                    _ => None,
                };
                value.push(plain.unwrap_or('\\'));
                rest = &rest[usize::from(plain.is_some())..];
            } else if let Some(reference) = Reference::at(rest) {
                let brought = self.resolve(&reference)?;
                let referenced = self.referenced + brought.len();
                if referenced > MAX_REFERENCED_BYTES {
                    return Err(Unknown::TooLong);
                }
                value.push_str(brought);
                self.referenced = referenced;
                rest = &rest[reference.length..];
            } else {
                value.push('$');
                rest = rest.strip_prefix('$').unwrap_or(rest);
            }
        }
        value.push_str(rest);
        Ok(value)
    }

    fn resolve<'a>(&'a self, reference: &Reference<'a>) -> Result<&'a str, Unknown> {
        match (self.get(reference.name), reference.default) {
            (Some(Err(unknown)), _) => Err(*unknown),
            (Some(Ok(value)), None) => Ok(value),
            (Some(Ok(value)), Some(_)) if !(value.is_empty() && reference.unless_empty) => Ok(value),
            (_, Some(default)) if !default.contains('$') => Ok(default),
            _ => Err(Unknown::Unset),
        }
    }
}

/// A use of a variable, without its dollar.
struct Reference<'a> {
    name: &'a str,
    default: Option<&'a str>,
    /// Whether the default stands for an empty value too.
    unless_empty: bool,
    length: usize,
}

impl<'a> Reference<'a> {
    fn at(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('{').unwrap_or(text);
        let end = inner.find(|letter: char| !is_name_letter(letter)).unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        if inner.len() == text.len() {
            return Some(Self { name, default: None, unless_empty: false, length: end });
        }
        let (body, _) = rest.split_once('}')?;
        let length = 1 + end + body.len() + 1;
        let unless_empty = body.starts_with(':');
        let default = body.strip_prefix(":-").or_else(|| body.strip_prefix('-'));
        // `${NAME:?message}` and `${NAME:+value}` stay as they are written, which is the name of no file.
        (default.is_some() || body.is_empty()).then_some(Self { name, default, unless_empty, length })
    }
}

/// Returns the name that `line` assigns to, and what follows the sign.
fn key(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim();
    let known =
        !name.is_empty() && name.chars().all(|letter| is_name_letter(letter) || ".-".contains(letter));
    known.then(|| (name, value.trim_start_matches([' ', '\t'])))
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Returns where the value that `text` opens with a quote ends.
fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return Some(at);
        }
        escaped = letter == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compose_file(text: &str) -> Option<Result<String, Unknown>> {
        DotEnv::parse(text).get("COMPOSE_FILE").cloned()
    }

    #[test]
    fn reads_values_as_docker_compose_does() {
        for text in [
            "COMPOSE_FILE=x.yml:y.yml",
            "\u{feff}COMPOSE_FILE=x.yml:y.yml # note\r\nA=1\r\n",
            "COMPOSE_FILE=\"x.yml:y.yml\" # note\n",
            "COMPOSE_FILE=\"x.yml:y.yml\"# note\n",
            "  export COMPOSE_FILE='x.yml:y.yml'\n",
            "COMPOSE_FILE: x.yml:y.yml\n",
            "COMPOSE_FILE = x.yml:y.yml  \n",
            "COMPOSE_FILE=old.yml\nCOMPOSE_FILE=x.yml:y.yml\n",
            "F=x\nCOMPOSE_FILE=$F.yml:${Q:-y}.yml\n",
            "F=x\nCOMPOSE_FILE=\"${F-no}.yml:y.yml\"\n",
            "not an assignment\n# COMPOSE_FILE=no.yml\nCOMPOSE_FILE=x.yml:y.yml",
        ] {
            assert_eq!(compose_file(text), Some(Ok("x.yml:y.yml".to_owned())), "{text}");
        }
    }

    #[test]
    fn does_not_take_a_value_of_several_lines_for_assignments() {
        assert_eq!(compose_file("A=\"\nCOMPOSE_FILE=x.yml\n\"\n"), None);
        assert_eq!(compose_file("COMPOSE_FILE\n#COMPOSE_FILE=x.yml\n"), None);
        assert_eq!(compose_file("A='\nB=1\nCOMPOSE_FILE=x.yml"), Some(Ok("x.yml".to_owned())));
    }

    #[test]
    fn keeps_what_only_looks_like_a_comment_or_a_variable() {
        assert_eq!(compose_file("COMPOSE_FILE=x.yml#c"), Some(Ok("x.yml#c".to_owned())));
        assert_eq!(compose_file("COMPOSE_FILE=x.yml\t# c"), Some(Ok("x.yml\t# c".to_owned())));
        assert_eq!(compose_file(r#"COMPOSE_FILE="\$x\:\"y\"""#), Some(Ok(r#"$x\:"y""#.to_owned())));
        assert_eq!(compose_file("F=x\nCOMPOSE_FILE='$F.yml'"), Some(Ok("$F.yml".to_owned())));
        assert_eq!(compose_file("COMPOSE_FILE="), Some(Ok(String::new())));
    }

    #[test]
    fn does_not_know_what_the_file_does_not_set() {
        assert_eq!(compose_file("COMPOSE_FILE=$STAGE.yml"), Some(Err(Unknown::Unset)));
        assert_eq!(compose_file("A=${STAGE}\nCOMPOSE_FILE=$A.yml"), Some(Err(Unknown::Unset)));
    }

    #[test]
    fn does_not_follow_values_that_grow_without_end() {
        let doubled = "A=a\n".to_owned() + &"A=$A$A\n".repeat(40) + "COMPOSE_FILE=$A\n";
        assert_eq!(compose_file(&doubled), Some(Err(Unknown::TooLong)));
        let mut copied = format!("A={}\n", "a".repeat(1000));
        copied.extend((0..20_000).map(|number| format!("B{number}=$A\n")));
        copied.push_str("COMPOSE_FILE=$B19999");
        assert_eq!(compose_file(&copied), Some(Err(Unknown::TooLong)));
        let variables = DotEnv::parse(&copied);
        assert!(variables.values.values().flatten().map(String::len).sum::<usize>() < 2 << 20);
        // A value that needs no other one is known all the same.
        assert_eq!(compose_file(&format!("{copied}\nCOMPOSE_FILE=x.yml")), Some(Ok("x.yml".to_owned())));
    }
}
