//! Refs, read from the files of a repository: from a name to the commit it names, without git.

use std::path::Path;

use super::file::read_file;
use super::git::Git;
use super::{Reason, Repository};
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
pub(super) fn head(repository: &Repository) -> Result<Ref, Reason> {
    match read(repository, "HEAD")? {
        Some(found) => Ok(found),
        None => ask(repository, "HEAD"),
    }
}

/// Returns what the branch `name` of `repository` names, and starts git only where the files do not tell.
pub(super) fn branch(repository: &Repository, name: &str) -> Result<Ref, Reason> {
    let name = format!("refs/heads/{name}");
    match read(repository, &name)? {
        Some(found) => Ok(found),
        None => ask(repository, &name),
    }
}

fn ask(repository: &Repository, name: &str) -> Result<Ref, Reason> {
    let commit = format!("{name}^{{commit}}");
    let printed = Git::open(repository)?.ask("rev-parse", ["--verify", "--quiet", &commit])?;
    let id = printed.and_then(|printed| String::from_utf8(printed).ok());
    Ok(id.map_or(Ref::Missing, |id| Ref::Commit(id.trim_end().to_owned())))
}

/// Nothing where the repository keeps its refs in another form, or a file holds something else than it should.
fn read(repository: &Repository, name: &str) -> Result<Option<Ref>, Reason> {
    // There `HEAD` is a file all the same, which names a branch that cannot be.
    if repository.common_dir.join("reftable").exists() {
        return Ok(None);
    }
    let mut name = name.to_owned();
    for _ in 0..MAX_LINKS {
        // A worktree has a `HEAD` of its own, and shares the branches.
        let directory = if name == "HEAD" { &repository.git_dir } else { &repository.common_dir };
        let Some(bytes) = read_file(&directory.join(&name))? else {
            // A directory of branches may be where a packed branch was, and the other way round.
            return packed(&repository.common_dir.join("packed-refs"), &name);
        };
        let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(None) };
        let text = text.trim_end();
        match text.strip_prefix("ref:") {
            Some(next) => next.trim_start().clone_into(&mut name),
            None => return Ok(is_id(text).then(|| Ref::Commit(text.to_owned()))),
        }
    }
    Ok(None)
}

fn packed(path: &Path, name: &str) -> Result<Option<Ref>, Reason> {
    let Some(bytes) = read_file(path)? else { return Ok(Some(Ref::Missing)) };
    let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(None) };
    let mut ids = lines(text).filter_map(|line| line.trim_end().split_once(' '));
    Ok(match ids.find(|(_, packed)| *packed == name) {
        Some((id, _)) => is_id(id).then(|| Ref::Commit(id.to_owned())),
        None => Some(Ref::Missing),
    })
}

/// Whether `text` is an id of SHA-1 or of SHA-256.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
