//! The files of a directory that may hold commands, and the commands in them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::command::{Command, commands};
use crate::discover::limited;

/// A file with commands.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) commands: Vec<Command>,
}

const NAMES: [&str; 16] = [
    "Makefile",
    "makefile",
    "GNUmakefile",
    "package.json",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".envrc",
    "azure-pipelines.yml",
    "Jenkinsfile",
    "Procfile",
    "Rakefile",
    "tasks.py",
];

/// Whether a file with this name counts.
type Wanted = fn(&OsStr) -> bool;

/// Directories whose files count for the one that they are in, with what counts there.
const INNER: [(&str, Wanted); 5] = [
    ("docs", is_document),
    ("scripts", is_script),
    ("bin", is_script),
    (".circleci", is_yaml),
    (".github/workflows", is_yaml),
];

/// Returns the texts of `directory`, and those in it of documents, scripts and workflows, in order of path.
///
/// What cannot be read, is too long or is not UTF-8 holds no commands.
pub(super) fn texts_in(directory: &Path) -> Vec<Text> {
    let names = names(directory);
    let texts = names.iter().filter(|name| is_text(name));
    let mut paths: Vec<PathBuf> = texts.map(|name| directory.join(name)).collect();
    for (inner, wanted) in INNER {
        // Most directories have none of these.
        let top = Path::new(inner).iter().next();
        if names.iter().any(|name| Some(name.as_os_str()) == top) {
            let inner = directory.join(inner);
            paths.extend(self::names(&inner).iter().filter(|name| wanted(name)).map(|name| inner.join(name)));
        }
    }
    paths.sort();
    paths.into_iter().filter_map(read).collect()
}

fn read(path: PathBuf) -> Option<Text> {
    let bytes = limited::read(&path).ok()?;
    if !may_hold_commands(&bytes) {
        return None;
    }
    let commands = commands(str::from_utf8(&bytes).ok()?);
    (!commands.is_empty()).then_some(Text { path, commands })
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

fn is_text(name: &OsStr) -> bool {
    NAMES.iter().any(|known| name == *known)
        || has_extension(name, &["mk", "sh", "ps1", "bat"])
        || is_document(name)
}

fn is_document(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"README") || has_extension(name, &["md"])
}

/// Whether a file where scripts are kept may be one: many have no extension.
fn is_script(name: &OsStr) -> bool {
    extension(name).is_none() || has_extension(name, &["sh", "bash", "py", "ps1", "bat"])
}

fn is_yaml(name: &OsStr) -> bool {
    has_extension(name, &["yml", "yaml"])
}

fn has_extension(name: &OsStr, extensions: &[&str]) -> bool {
    extension(name).is_some_and(|found| extensions.iter().any(|known| found == known.as_bytes()))
}

/// What follows the last dot of `name`, unless that begins it.
fn extension(name: &OsStr) -> Option<&[u8]> {
    let bytes = name.as_encoded_bytes();
    let dot = memchr::memrchr(b'.', bytes).filter(|dot| *dot > 0)?;
    Some(&bytes[dot + 1..])
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
}
