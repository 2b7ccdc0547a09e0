//! A word that names a file, as a path of which a part may not be known.

use std::ffi::OsStr;
use std::path::Path;

use super::assignment::Reference;
use super::words::bracketed;
use crate::discover::names::is_yaml_name;

/// What a word stands for, seen from the directory that it starts in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// This file.
    File(&'a Path),
    /// Any file of a directory whose name has text between these two.
    Any { directory: &'a Path, before: &'a str, after: &'a str },
}

impl<'a> Word<'a> {
    /// Returns what `word` stands for; none for an absolute path, which is that of another machine, and where more than
    /// a part of the file's name is not known.
    pub(super) fn of(word: &'a str) -> Option<Self> {
        let word = behind_directory(word);
        if word.is_empty() || word.starts_with('~') || Path::new(word).has_root() {
            return None;
        }
        let Some((at, length)) = first_reference(word) else { return Some(Self::File(Path::new(word))) };
        let (before, after) = (&word[..at], &word[at + length..]);
        let (directory, before) = before.split_at(before.rfind('/').map_or(0, |slash| slash + 1));
        // Without its end, any file at all would fit.
        let is_yaml = is_yaml_name(OsStr::new(after));
        (is_yaml && !after.contains('/') && first_reference(after).is_none()).then_some(Self::Any {
            directory: Path::new(directory),
            before,
            after,
        })
    }

    /// The path that has to be there.
    pub(super) fn known(&self) -> &'a Path {
        match self {
            Self::File(path) => path,
            Self::Any { directory, .. } => directory,
        }
    }
}

/// How scripts write the directory they run in.
const HERE: [&str; 6] = ["$PWD", "${PWD}", "$(PWD)", "$$PWD", "$(pwd)", "$(CURDIR)"];

/// Returns the directory of a project that `word` stands for; none for one that is not known, or an absolute one.
pub(super) fn project_directory_of(word: &str) -> Option<&Path> {
    let rest = HERE
        .iter()
        .find_map(|here| word.strip_prefix(here))
        .map_or(word, |rest| if rest.is_empty() { "." } else { rest.trim_start_matches('/') });
    let path = Path::new(if rest.is_empty() && !word.is_empty() { "." } else { rest });
    (!rest.starts_with('~') && !path.has_root() && first_reference(rest).is_none() && path != Path::new(""))
        .then_some(path)
}

/// Returns the directory that `word` stands for; none for an absolute one.
///
/// One that is not known is taken for the directory that words start from.
pub(super) fn directory_of(word: &str) -> Option<&Path> {
    let rest = behind_directory(word);
    if reference_length(rest) == Some(rest.len()) || rest.is_empty() && !word.is_empty() {
        return Some(Path::new("."));
    }
    match Word::of(rest)? {
        Word::File(path) => Some(path),
        Word::Any { .. } => None,
    }
}

/// Returns `word` without the directories in front that a variable or a command stands for: scripts write the directory
/// that they are in, or the top of the project, in many ways.
fn behind_directory(word: &str) -> &str {
    let mut rest = word.strip_prefix("%~dp0").map_or(word, |rest| rest.trim_start_matches(['/', '\\']));
    while let Some(behind) = reference_length(rest).map(|length| &rest[length..])
        && behind.starts_with(['/', '\\'])
    {
        rest = behind.trim_start_matches(['/', '\\']);
    }
    rest
}

/// Returns the place and the length of the first reference in `word`.
fn first_reference(word: &str) -> Option<(usize, usize)> {
    word.char_indices().find_map(|(at, _)| Some((at, reference_length(&word[at..])?)))
}

/// Returns the length of what `text` opens with and a run puts something else for: `$NAME`, `$1`, `{{NAME}}`, `{NAME}`.
fn reference_length(text: &str) -> Option<usize> {
    // In a Makefile, `$$` is the shell's `$`.
    if let Some(rest) = text.strip_prefix("$$") {
        let length = if rest.starts_with('$') { None } else { reference_length(&text[1..]) };
        return length.map(|length| length + 1);
    }
    let named = || Reference::at(text).map(|reference| reference.length);
    let argument = || {
        let rest = text.strip_prefix('$')?;
        rest.starts_with(|letter: char| letter.is_ascii_digit() || letter == '@').then_some(2)
    };
    // Python writes `{name}`.
    let formatted = || {
        let inner = text.strip_prefix('{')?;
        let end = inner.find(|letter: char| !(letter.is_ascii_alphanumeric() || "_.".contains(letter)))?;
        (end > 0 && inner[end..].starts_with('}')).then_some(end + 2)
    };
    bracketed(text).or_else(named).or_else(argument).or_else(formatted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_over_a_directory_that_is_not_known() {
        for word in [
            "a/b.yml",
            "$PWD/a/b.yml",
            "${{ github.workspace }}/a/b.yml",
            "$(dirname \"$0\")/a/b.yml",
            "$(cd \"$(dirname \"$0\")\" && pwd)/a/b.yml",
            "$$PWD/a/b.yml",
            "{{justfile_directory()}}/a/b.yml",
            "%~dp0a/b.yml",
            "$PSScriptRoot\\a/b.yml",
            "$ROOT/${DIR:-x}/a/b.yml",
        ] {
            assert_eq!(Word::of(word), Some(Word::File(Path::new("a/b.yml"))), "{word}");
        }
        for word in ["", "/a.yml", "~/a.yml", "$HOME/"] {
            assert_eq!(Word::of(word), None, "{word}");
        }
    }

    #[test]
    fn a_directory_that_is_not_known_is_that_at_the_start() {
        for (word, directory) in
            [(".", "."), ("$PWD", "."), ("$(pwd)/", "."), ("$A/b", "b"), ("$(dirname \"$0\")/..", "..")]
        {
            assert_eq!(directory_of(word), Some(Path::new(directory)), "{word}");
        }
        for word in ["", "/srv", "a-$ENV"] {
            assert_eq!(directory_of(word), None, "{word}");
        }
    }

    #[test]
    fn the_directory_of_a_project_must_be_known() {
        for (word, directory) in [
            (".", "."),
            ("$PWD", "."),
            ("$(pwd)/", "."),
            ("${PWD}/a", "a"),
            ("../b", "../b"),
            ("$$PWD/..", ".."),
        ] {
            assert_eq!(project_directory_of(word), Some(Path::new(directory)), "{word}");
        }
        for word in ["", "/srv", "~/a", "$DIR", "$DIR/a", "a/${B}", "$(dirname \"$0\")"] {
            assert_eq!(project_directory_of(word), None, "{word}");
        }
    }

    #[test]
    fn a_part_of_the_name_may_be_any_text() {
        for part in
            ["$env", "${ENV}", "$(ENV)", "{{env}}", "{{ .ENV }}", "$1", "$$1", "%ENV%", "{env}", "${1:-dev}"]
        {
            let word = format!("$DIR/a/b.{part}.yml");
            let any = Word::Any { directory: Path::new("a/"), before: "b.", after: ".yml" };
            assert_eq!(Word::of(&word), Some(any), "{part}");
        }
        let any = Word::Any { directory: Path::new(""), before: "", after: ".compose.yaml" };
        assert_eq!(Word::of("$ENV.compose.yaml"), Some(any));
    }

    #[test]
    fn what_says_too_little_is_not_looked_for() {
        for word in ["$FILE", "a.$env", "$A.$B.yml", "a/$ENV/b.yml", "$DIR/$FILE", "b.$env.json"] {
            assert_eq!(Word::of(word), None, "{word}");
        }
    }
}
