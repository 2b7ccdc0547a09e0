//! Variables of a script or a Makefile that hold a command or options of it, and references to them.

use foldhash::HashMap;

use super::words::{Words, gap, quote};

/// How many files a command may name, so that variables cannot grow without end.
const MAX_FILES: usize = 64;

/// How many bytes the names of these files may have.
const MAX_FILE_BYTES: usize = 4096;

/// How many bytes the path that a variable holds may have, so that variables cannot grow without end.
const MAX_PATH_BYTES: usize = 512;

/// What the options of a command say, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) files: Vec<String>,
    pub(super) project_directory: Option<String>,
}

impl Options {
    /// Adds those in `more`, which come later.
    pub(super) fn extend(&mut self, more: &Self) {
        self.files.extend(more.files.iter().cloned());
        if more.project_directory.is_some() {
            self.project_directory.clone_from(&more.project_directory);
        }
    }

    /// Whether they are as few as in a command written by hand.
    pub(super) fn are_few(&self) -> bool {
        let words = self.files.iter().chain(&self.project_directory);
        self.files.len() <= MAX_FILES && words.map(String::len).sum::<usize>() <= MAX_FILE_BYTES
    }
}

/// The options that each variable of a text brings, and the path that it holds, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Variables {
    values: HashMap<String, Option<Options>>,
    paths: HashMap<String, Option<String>>,
}

impl Variables {
    /// Returns the options that a reference to `name` stands for.
    pub(super) fn options(&self, name: &str) -> Option<&Options> {
        self.values.get(name)?.as_ref()
    }

    /// Whether `name` stands for Docker Compose: it was set to a command, or its name says so.
    pub(super) fn is_command(&self, name: &str) -> bool {
        name.ends_with("COMPOSE") || self.values.contains_key(name)
    }

    /// Sets the variable of `assignment` to `options`; to none where they are not known.
    pub(super) fn set(&mut self, assignment: &Assignment, options: Option<Options>) {
        // Whether something is appended may depend on the run.
        let options = if assignment.appends { None } else { options };
        self.values.insert(assignment.name.to_owned(), options);
    }

    /// Sets the variable of `assignment`, in `line`, to the path that its value may be; to none where that differs from
    /// the one before, since which of them counts depends on the run.
    pub(super) fn set_path(&mut self, line: &str, assignment: &Assignment) {
        let value = if assignment.appends { None } else { only_word(line, assignment.value) };
        let value = value.map(|value| self.path(value)).filter(|value| {
            let is_reference = Reference::at(value).is_some_and(|found| found.length == value.len());
            !is_reference && value.len() <= MAX_PATH_BYTES
        });
        let known = self.paths.entry(assignment.name.to_owned()).or_insert_with(|| value.clone());
        if *known != value {
            *known = None;
        }
    }

    /// Returns `word` with the variable that it is, or whose directory it starts from, replaced by the path that this
    /// holds.
    pub(super) fn path(&self, word: String) -> String {
        let Some(reference) = Reference::at(&word) else { return word };
        let behind = &word[reference.length..];
        let value = self.paths.get(reference.name).and_then(Option::as_deref);
        match value.filter(|_| behind.is_empty() || behind.starts_with('/')) {
            Some(value) => format!("{value}{behind}"),
            None => word,
        }
    }
}

/// Returns the word at `at` in `line`, where the value that starts there is nothing else.
fn only_word(line: &str, at: usize) -> Option<String> {
    let mut words = Words::new(line, at);
    let word = words.next()?;
    let rest = &line[words.at()..];
    let rest = &rest[quote(rest).map_or(0, str::len)..];
    let is_all = rest.trim_start_matches([' ', '\t']).starts_with(['#', ';', '\r', '\n', '&']);
    (is_all || rest.trim_end().is_empty()).then_some(word)
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
        for keyword in ["export", "local", "readonly", "declare", "set"] {
            if let Some(behind) = rest.strip_prefix(keyword).filter(|behind| gap(behind) > 0) {
                rest = behind.trim_start_matches([' ', '\t']);
            }
        }
        // PowerShell writes `$NAME = value`.
        let rest = rest.strip_prefix('$').unwrap_or(rest);
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

/// A reference to a variable: `$NAME`, `${NAME}`, `${NAME[@]}`, `$(NAME)`, `{{NAME}}`, `{{.NAME}}`, `%NAME%`.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) length: usize,
}

impl<'a> Reference<'a> {
    /// Returns the reference that `text` opens with.
    pub(super) fn at(text: &'a str) -> Option<Self> {
        let forms = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("$", ""), ("%", "%")];
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
        for line in
            ["A=x", "A := x", "  export A=\"x", "A ?= x", "A=(x", "A: 'x", "A ::= x", "$A = x", "set A=x"]
        {
            let assignment = Assignment::of(line).unwrap();
            assert_eq!((assignment.name, &line[assignment.value..]), ("A", "x"), "{line}");
        }
        for line in ["A x", "=x", "A:x", "1=x", "- A"] {
            assert!(Assignment::of(line).is_none(), "{line}");
        }
    }

    #[test]
    fn reads_references_with_their_brackets() {
        for text in ["$A x", "${A} x", "${A[@]} x", "$(A) x", "{{A}} x", "{{ .A }} x", "%A% x"] {
            let reference = Reference::at(text).unwrap();
            assert_eq!((reference.name, &text[reference.length..]), ("A", " x"), "{text}");
        }
        assert!(Reference::at("$(A B)").is_none());
        assert!(Reference::at("$1").is_none());
    }

    #[test]
    fn a_path_is_the_only_word_of_its_value() {
        let path = |text: &str| {
            let mut variables = Variables::default();
            for line in text.split_inclusive('\n') {
                variables.set_path(line, &Assignment::of(line).unwrap());
            }
            variables.path("$A/x".to_owned())
        };
        for text in ["A=b\n", "A = 'b' # c\n", "A: \"b\"\r\n", "A=b; c", "B=b\nA=$B\n", "A=b\nA=b\n"] {
            assert_eq!(path(text), "b/x", "{text}");
        }
        for text in
            ["A=b c\n", "A='b c'\n", "A=\n", "A+=b\n", "A=$1\nA=$B\n", "A=b\nA=c\n", "A=b\nA=c\nA=b\n"]
        {
            assert_eq!(path(text), "$A/x", "{text}");
        }
        assert_eq!(path("B=b/c\nA=$B/d\n"), "b/c/d/x");
        assert_eq!(path(&format!("A={}\n", "b".repeat(600))), "$A/x");
    }
}
