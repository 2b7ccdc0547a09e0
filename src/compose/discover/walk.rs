//! Walks a directory: from its path to the directories below it, with their Compose files by name.
//!
//! Looks at names only, and in order of path, whatever the order of the file system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::names::is_compose_name;
use super::path::{is_repository, parent};
use crate::text::Diagnostic;

/// Folders of other people's projects, which are not walked.
const FOREIGN_FOLDERS: [&str; 2] = ["node_modules", "vendor"];

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Into the directory itself only.
    One,
    /// Into every directory below it.
    All,
}

/// What a walk came across.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Every directory that was read, with the paths of its Compose files.
    pub(super) directories: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// What could not be read, and why.
    pub(super) messages: Vec<(PathBuf, Diagnostic)>,
}

/// Walks `root`, which may be a symbolic link to a directory or stand in an ignored place.
///
/// Passes over what `.gitignore` names, hidden files and folders, `node_modules` and `vendor`, and follows no
/// symbolic link to a directory. What one user ignores in all of his repositories plays no role, so that
/// every machine comes to the same result.
pub(super) fn walk(root: &Path, depth: Depth) -> Walk {
    let in_repository = root.ancestors().any(is_repository);
    let mut builder = WalkBuilder::new(root);
    builder
        .max_depth((depth == Depth::One).then_some(1))
        // Rules end at the top of a repository. Outside of one they count as well, but not those above `root`: a home
        // directory may ignore everything.
        .require_git(in_repository)
        .parents(in_repository)
        .git_global(false)
        .ignore(false)
        .follow_links(false)
        .sort_by_file_path(Path::cmp)
        .filter_entry(is_own);
    let mut walk = Walk::default();
    for entry in builder.build() {
        match entry {
            Ok(entry) => walk.add(&entry),
            Err(error) => {
                let path = path_of(&error).unwrap_or(root).to_owned();
                let title = format!("cannot read the directory: {}", reason(&error));
                let help = "make it readable, or have a `.gitignore` name it";
                walk.messages.push((path, Diagnostic::error(title).help(help)));
            }
        }
    }
    walk
}

impl Walk {
    fn add(&mut self, entry: &DirEntry) {
        let path = entry.path();
        // The root may be a symbolic link, and is walked all the same.
        if entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) {
            self.directories.entry(path.to_owned()).or_default();
        } else if is_compose_name(entry.file_name()) && path.is_file() {
            self.directories.entry(parent(path).to_owned()).or_default().push(path.to_owned());
        }
    }
}

fn is_own(entry: &DirEntry) -> bool {
    let foreign = FOREIGN_FOLDERS.iter().any(|name| entry.file_name() == *name);
    entry.depth() == 0 || !foreign || !entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// The reason without the path, which is shown beside it.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => reason(err),
        other => other.to_string(),
    }
}
