//! The files of a directory that may hold commands, and the commands in them.

use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::carriers::{INNER, continuation, is_devcontainer, is_text};
use super::command::{Command, commands};
use super::devcontainer;
use crate::discover::limited;
use crate::discover::names::is_compose_name;
use crate::text::{Links, lines, open_regular};

/// A file with commands.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) commands: Vec<Command>,
}

/// How much of a Compose file is read for the commands in its comments, in bytes (64 KiB): the whole file is read later.
const MAX_COMMENT_BYTES: u64 = 1 << 16;

/// Returns the texts of `directory`, and those in it of documents, scripts and workflows, in order of path.
///
/// What cannot be read, is too long or is not UTF-8 holds no commands.
pub(super) fn texts_in(directory: &Path) -> Vec<Text> {
    let names = names(directory);
    let texts = names.iter().filter(|name| is_text(name) || is_compose_name(name));
    let mut paths: Vec<(PathBuf, Part)> = texts
        .map(|name| (directory.join(name), if is_text(name) { Part::Whole } else { Part::Comments }))
        .collect();
    for (inner, wanted) in INNER {
        // Most directories have none of these.
        let top = Path::new(inner).iter().next();
        if names.iter().any(|name| Some(name.as_os_str()) == top) {
            let inner = directory.join(inner);
            let found = self::names(&inner);
            let found = found.iter().filter(|name| wanted(name));
            paths.extend(found.map(|name| (inner.join(name), Part::Whole)));
        }
    }
    if names.iter().any(|name| name == devcontainer::DIRECTORY) {
        // One that is not there cannot be read.
        let several = directory.join(devcontainer::DIRECTORY);
        let names = self::names(&several);
        paths.extend(names.iter().map(|name| (several.join(name).join(devcontainer::NAME), Part::Whole)));
    }
    paths.sort();
    paths.into_iter().filter_map(|(path, part)| read(path, part)).collect()
}

/// Which part of a file may hold commands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Whole,
    /// The comments at the beginning of a Compose file.
    Comments,
}

fn read(path: PathBuf, part: Part) -> Option<Text> {
    let name = path.file_name()?;
    let commands = if is_devcontainer(name) {
        devcontainer::files(str::from_utf8(&limited::read(&path).ok()?).ok()?, &path).into_iter().collect()
    } else if part == Part::Whole {
        let bytes = limited::read(&path).ok()?;
        commands_in(&bytes, |text| match continuation(name) {
            Some(sign) => with_backslashes(text, sign),
            None => text.to_owned(),
        })?
    } else {
        commands_in(&first_lines(&path)?, comments)?
    };
    (!commands.is_empty()).then_some(Text { path, commands })
}

/// Returns the commands in `bytes` after `prepare`, which keeps the lines.
fn commands_in(bytes: &[u8], prepare: impl Fn(&str) -> String) -> Option<Vec<Command>> {
    if !may_hold_commands(bytes) {
        return None;
    }
    Some(commands(&prepare(str::from_utf8(bytes).ok()?)))
}

/// Returns the lines of the file at `path` that end within its first [`MAX_COMMENT_BYTES`] bytes.
fn first_lines(path: &Path) -> Option<Vec<u8>> {
    let (file, metadata) = open_regular(path, Links::Follow).ok()?;
    let mut bytes = Vec::new();
    // Files of the system's own say that they are empty.
    if metadata.len() > 0 {
        file.take(MAX_COMMENT_BYTES).read_to_end(&mut bytes).ok()?;
    }
    if bytes.len() as u64 == MAX_COMMENT_BYTES {
        bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1));
    }
    Some(bytes)
}

/// Returns the comments of the YAML `text` that have lines of their own, each in its line and without its sign.
fn comments(text: &str) -> String {
    let mut comments = String::with_capacity(text.len());
    for line in lines(text) {
        match line.trim_start_matches([' ', '\t']).strip_prefix('#') {
            Some(comment) => comments.push_str(comment.trim_start_matches('#')),
            None => comments.push('\n'),
        }
    }
    comments
}

/// Returns `text` with a backslash in place of `sign` at the end of each line.
fn with_backslashes(text: &str, sign: char) -> String {
    let mut changed = String::with_capacity(text.len());
    for line in lines(text) {
        let content = line.trim_end_matches(['\n', '\r']);
        if let Some(kept) = content.strip_suffix(sign) {
            changed.push_str(kept);
            changed.push('\\');
            changed.push_str(&line[content.len()..]);
        } else {
            changed.push_str(line);
        }
    }
    changed
}

/// Whether anything in a text can be a command that names files; most texts have none and need no closer reading.
fn may_hold_commands(text: &[u8]) -> bool {
    let has = |word: &str| memmem::find(text, word.as_bytes()).is_some();
    has("COMPOSE_FILE") || (has("compose") || has("COMPOSE")) && has("-f")
}

/// The names of what is in `directory`; one that is not there, or not readable, has nothing.
fn names(directory: &Path) -> Vec<OsString> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_with_a_command_is_passed_over() {
        for text in [
            "docker compose -f a.yml up\n",
            "podman-compose --file=a.yml up\n",
            "DC = docker compose\nFILES = -f a.yml\nup:\n\t$(DC) $(FILES) up\n",
            "$(COMPOSE) --file a.yml up\n",
            "COMPOSE_FILE=a.yml\n",
            "{\"COMPOSE_FILE\": \"a.yml:b.yml\"}\n",
        ] {
            assert!(!commands(text).is_empty(), "{text}");
            assert!(may_hold_commands(text.as_bytes()), "{text}");
        }
        assert!(!may_hold_commands(b"docker compose up\n") && !may_hold_commands(b"tail -f log\n"));
    }

    #[test]
    fn only_comments_of_a_compose_file_count() {
        assert_eq!(comments("# a\n  ## b \\\nc: # d\n\n#\te"), " a\n b \\\n\n\n\te");
    }

    #[test]
    fn lines_are_continued_with_the_sign_of_the_language() {
        assert_eq!(with_backslashes("a `\r\n b` c\n`", '`'), "a \\\r\n b` c\n\\");
    }
}
