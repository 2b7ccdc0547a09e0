//! The names of the files of a project in which people write the commands that start it.

use std::ffi::OsStr;

use super::devcontainer;

const NAMES: [&str; 24] = [
    "Makefile",
    "makefile",
    "GNUmakefile",
    "package.json",
    "composer.json",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "Taskfile.dist.yml",
    "Taskfile.dist.yaml",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".envrc",
    ".drone.yml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    ".devcontainer.json",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    "Procfile",
    "Rakefile",
    "tasks.py",
];

/// Whether a file with this name counts.
type Wanted = fn(&OsStr) -> bool;

/// Directories whose files count for the one that they are in, with what counts there.
pub(super) const INNER: [(&str, Wanted); 10] = [
    ("docs", is_document),
    ("scripts", is_script),
    ("bin", is_script),
    ("tools", is_script),
    ("ci", is_script),
    (".circleci", is_yaml),
    (".woodpecker", is_yaml),
    (".github/workflows", is_yaml),
    (".gitea/workflows", is_yaml),
    (devcontainer::DIRECTORY, is_devcontainer),
];

/// Whether a file with this name in a project's directory counts.
pub(super) fn is_text(name: &OsStr) -> bool {
    NAMES.iter().any(|known| name == *known)
        || has_extension(name, &["mk", "sh", "bash", "ps1", "bat", "cmd"])
        || name.as_encoded_bytes().starts_with(b"Makefile.")
        || is_document(name)
}

/// Whether a file with this name says in JSON what an editor loads.
pub(super) fn is_devcontainer(name: &OsStr) -> bool {
    name == devcontainer::NAME || name == ".devcontainer.json"
}

/// Returns what stands at the end of a line that the next one continues, where that is not a backslash.
pub(super) fn continuation(name: &OsStr) -> Option<char> {
    if has_extension(name, &["ps1"]) {
        Some('`')
    } else {
        has_extension(name, &["bat", "cmd"]).then_some('^')
    }
}

fn is_document(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"README") || has_extension(name, &["md", "rst", "adoc"])
}

/// Whether a file where scripts are kept may be one: many have no extension.
fn is_script(name: &OsStr) -> bool {
    extension(name).is_none() || has_extension(name, &["sh", "bash", "py", "ps1", "bat", "cmd"])
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
