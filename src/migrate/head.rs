//! Refs, read from the files of a repository: from a name to the commit it names, without git.

use std::fs;
use std::path::Path;

use super::Repository;
use super::git::{Git, GitError};
use crate::text::lines;

/// The most refs that name one another.
const MAX_LINKS: usize = 5;

/// What a ref names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ref {
    /// A commit, by its id.
    Commit(String),
    /// Nothing yet.
    Missing,
}

/// Returns what `HEAD` of `repository` names, and starts git only where the files do not tell.
pub(super) fn head(repository: &Repository) -> Result<Ref, GitError> {
    match read(repository, "HEAD") {
        Some(found) => Ok(found),
        None => ask(repository, "HEAD"),
    }
}

/// Returns what the branch `name` of `repository` names, and starts git only where the files do not tell.
pub(super) fn branch(repository: &Repository, name: &str) -> Result<Ref, GitError> {
    let name = format!("refs/heads/{name}");
    match read(repository, &name) {
        Some(found) => Ok(found),
        None => ask(repository, &name),
    }
}

fn ask(repository: &Repository, name: &str) -> Result<Ref, GitError> {
    let commit = format!("{name}^{{commit}}");
    let printed = Git::new(&repository.root).ask("rev-parse", ["--verify", "--quiet", &commit])?;
    let id = printed.and_then(|printed| String::from_utf8(printed).ok());
    Ok(id.map_or(Ref::Missing, |id| Ref::Commit(id.trim_end().to_owned())))
}

/// Nothing where the repository keeps its refs in another form, or a file is not what it should be.
fn read(repository: &Repository, name: &str) -> Option<Ref> {
    // There `HEAD` is a file all the same, which names a branch that cannot be.
    if repository.common_dir.join("reftable").exists() {
        return None;
    }
    let mut name = name.to_owned();
    for _ in 0..MAX_LINKS {
        // A worktree has a `HEAD` of its own, and shares the branches.
        let directory = if name == "HEAD" { &repository.git_dir } else { &repository.common_dir };
        let Some(text) = loose(&directory.join(&name))? else {
            return packed(&repository.common_dir.join("packed-refs"), &name);
        };
        let text = text.trim_end();
        match text.strip_prefix("ref:") {
            Some(next) => next.trim_start().clone_into(&mut name),
            None => return is_id(text).then(|| Ref::Commit(text.to_owned())),
        }
    }
    None
}

/// Returns the text of the file of a ref, the inner nothing where there is none.
#[expect(clippy::option_option, reason = "not told and not there are two answers")]
fn loose(path: &Path) -> Option<Option<String>> {
    use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound};

    match fs::read_to_string(path) {
        Ok(text) => Some(Some(text)),
        // A directory of branches may stand where a packed branch was, and the other way round.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory | IsADirectory) => Some(None),
        Err(_) => None,
    }
}

fn packed(path: &Path, name: &str) -> Option<Ref> {
    let Some(text) = loose(path)? else { return Some(Ref::Missing) };
    let ids = lines(&text).filter_map(|line| line.trim_end().split_once(' '));
    match ids.into_iter().find(|(_, packed)| *packed == name) {
        Some((id, _)) => is_id(id).then(|| Ref::Commit(id.to_owned())),
        None => Some(Ref::Missing),
    }
}

/// Whether `text` is an id of SHA-1 or of SHA-256.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
