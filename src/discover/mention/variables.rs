//! Variables of a script or a Makefile that hold a command or options of it, and references to them.

use foldhash::HashMap;

use super::words::{gap, quote};

/// How many files a command may name, so that variables cannot grow without end.
const MAX_FILES: usize = 64;

/// How many bytes the names of these files may have.
const MAX_FILE_BYTES: usize = 4096;

/// Whether `files` are as few as a command written by hand names.
pub(super) fn are_few(files: &[String]) -> bool {
    files.len() <= MAX_FILES && files.iter().map(String::len).sum::<usize>() <= MAX_FILE_BYTES
}

/// The files that each variable of a text names, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: HashMap<String, Option<Vec<String>>>,
}

impl Variables {
    /// Returns the files that a reference to `name` stands for.
    pub(super) fn files(&self, name: &str) -> Option<&[String]> {
        self.values.get(name)?.as_deref()
    }

    /// Whether `name` stands for Docker Compose: it was set to a command, or its name says so.
    pub(super) fn is_command(&self, name: &str) -> bool {
        name.ends_with("COMPOSE") || self.values.contains_key(name)
    }

    /// Sets the variable of `assignment` to `files`; to none where they are not known.
    pub(super) fn set(&mut self, assignment: &Assignment, files: Option<Vec<String>>) {
        // Whether something is appended may depend on the run.
        let files = if assignment.appends { None } else { files };
        self.values.insert(assignment.name.to_owned(), files);
    }
}

/// The start of an assignment: `NAME =`, `NAME := "`, `export NAME=(`, `NAME: `.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    name: &'a str,
    /// Whether it adds to what the variable holds.
    pub(super) appends: bool,
    /// The offset of the value, after its quote.
    pub(super) value: usize,
}

impl<'a> Assignment<'a> {
    /// Returns the assignment that `line` is.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut rest = line.trim_start_matches([' ', '\t']);
        for keyword in ["export", "local", "readonly", "declare"] {
            if let Some(behind) = rest.strip_prefix(keyword).filter(|behind| gap(behind) > 0) {
                rest = behind.trim_start_matches([' ', '\t']);
            }
        }
        let (name, rest) = rest.split_at(name_length(rest));
        let sign = rest.trim_start_matches([' ', '\t']);
        let operator = sign.trim_start_matches([':', '?', '+']);
        let appends = sign.starts_with('+');
        // YAML writes `NAME: value`.
        let value = match operator.strip_prefix('=') {
            Some(value) => value,
            None => operator.strip_prefix(' ').filter(|_| sign.starts_with(": "))?,
        };
        let value = value.trim_start_matches([' ', '\t']);
        let value = value.strip_prefix(quote(value).unwrap_or("(")).unwrap_or(value);
        (!name.is_empty()).then_some(Self { name, appends, value: line.len() - value.len() })
    }
}

/// A reference to a variable: `$NAME`, `${NAME}`, `${NAME[@]}`, `$(NAME)`, `{{NAME}}`, `{{.NAME}}`.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) length: usize,
}

impl<'a> Reference<'a> {
    /// Returns the reference that `text` opens with.
    pub(super) fn at(text: &'a str) -> Option<Self> {
        let forms = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("$", "")];
        let (inner, end) = forms.iter().find_map(|(start, end)| Some((text.strip_prefix(start)?, *end)))?;
        let inner = if end == "}}" { inner.trim_start_matches([' ', '.']) } else { inner };
        let (name, rest) = inner.split_at(name_length(inner));
        let rest = match end {
            "}}" => rest.trim_start_matches(' '),
            "}" => rest.strip_prefix("[@]").or_else(|| rest.strip_prefix("[*]")).unwrap_or(rest),
            _ => rest,
        };
        let rest = rest.strip_prefix(end)?;
        (!name.is_empty()).then_some(Self { name, length: text.len() - rest.len() })
    }
}

fn name_length(text: &str) -> usize {
    let end =
        text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    if text.starts_with(|letter: char| letter.is_ascii_digit()) { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_assignments_of_shells_make_just_and_yaml() {
        for line in ["A=x", "A := x", "  export A=\"x", "A ?= x", "A=(x", "A: 'x", "A ::= x"] {
            let assignment = Assignment::of(line).unwrap();
            assert_eq!((assignment.name, &line[assignment.value..]), ("A", "x"), "{line}");
        }
        for line in ["A x", "=x", "A:x", "1=x", "- A"] {
            assert!(Assignment::of(line).is_none(), "{line}");
        }
    }

    #[test]
    fn reads_references_with_their_brackets() {
        for text in ["$A x", "${A} x", "${A[@]} x", "$(A) x", "{{A}} x", "{{ .A }} x"] {
            let reference = Reference::at(text).unwrap();
            assert_eq!((reference.name, &text[reference.length..]), ("A", " x"), "{text}");
        }
        assert!(Reference::at("$(A B)").is_none());
        assert!(Reference::at("$1").is_none());
    }
}
