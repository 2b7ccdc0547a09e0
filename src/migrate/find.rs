//! From a directory or a list of paths to the repositories to work on, in order of path.
//!
//! Looks at names only; what a repository is made of is for [`Repository::open`].

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::repository::is_bare;
use super::{Reason, Repository};
use crate::discover::{Part, Request, Survey, Unit, survey};
use crate::harden::in_order;
use crate::text::{FileDiagnostic, path_of};

/// A path to work on, and the repository that is there.
#[derive(Debug)]
pub struct Target<'r> {
    /// The absolute path, without symbolic links where it leads somewhere.
    pub path: PathBuf,
    /// The path as seen from where the search began, or as the list has it.
    pub name: PathBuf,
    /// The repository, or why there is none to work on.
    pub repository: Result<Repository, Reason>,
    /// What was found in it, where the search has looked already.
    pub unit: Option<Unit<'r>>,
}

/// Returns the request that looks for the repositories in the directory `root`.
///
/// # Errors
/// Where there is no such directory.
pub fn search(root: &Path) -> io::Result<Request> {
    let root = root.canonicalize()?;
    std::fs::read_dir(&root)?;
    Ok(whole(&root))
}

/// The request for all of the directory `root`.
pub(super) fn whole(root: &Path) -> Request {
    Request { paths: vec![root.to_owned()], current_directory: root.to_owned(), ..Request::default() }
}

/// Returns the repositories that `request`, made by [`search`], asks for, those in others as well, in order of path.
///
/// Passes over what discovery passes over: hidden folders, `node_modules` and `vendor`, and what the `.gitignore` of a
/// repository names in it. A directory that cannot be read becomes a target with its reason.
#[must_use]
pub fn find(request: &Request) -> Vec<Target<'_>> {
    let root = &request.current_directory;
    let Survey { mut parts, mut set_aside } = survey(request);
    let mut units = Vec::new();
    while !parts.is_empty() {
        let mut inner = Vec::new();
        let end = in_order(std::mem::take(&mut parts), Part::search, |searched| {
            units.extend(searched.units);
            inner.extend(searched.parts);
            set_aside.extend(searched.set_aside);
            ControlFlow::<Infallible>::Continue(())
        });
        let ControlFlow::Continue(()) = end;
        parts = inner;
    }
    let mut found: BTreeMap<PathBuf, (Result<Repository, Reason>, Option<Unit<'_>>)> = BTreeMap::new();
    for directory in set_aside {
        match Repository::open(&directory) {
            // A file may be called `HEAD` in any directory.
            Err(Reason::NotRepository) => {}
            repository => drop(found.insert(directory, (repository, None))),
        }
    }
    for mut unit in units {
        match unit.repository().map(Path::to_owned) {
            Some(top) if top.starts_with(root) => {
                unit.expect_nothing();
                found.insert(top.clone(), (Repository::open(&top), Some(unit)));
            }
            Some(_) => {}
            None => {
                let closed = unit.unreadable().iter().map(|FileDiagnostic { path, diagnostic }| {
                    (path.clone(), (Err(Reason::Closed(diagnostic.title.clone())), None))
                });
                found.extend(closed);
            }
        }
    }
    if is_bare(root) {
        found.insert(root.clone(), (Err(Reason::Bare), None));
    }
    let targets = found.into_iter().map(|(path, (repository, unit))| {
        let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
        Target { path, name, repository, unit }
    });
    targets.collect()
}

/// Returns the repositories that `list` names, a path a line, in order of path and each once.
///
/// Relative paths start from `directory`. Empty lines and those that start with `#` say nothing.
#[must_use]
pub fn listed(list: &[u8], directory: &Path) -> Vec<Target<'static>> {
    let mut found = BTreeMap::new();
    for line in list.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let name = path_of(line);
        let written = directory.join(&name);
        let (path, repository) = match written.canonicalize() {
            Ok(path) => (path.clone(), Repository::open(&path)),
            Err(error) => (written, Err(Reason::Missing(error))),
        };
        found.entry(path).or_insert((name, repository));
    }
    let targets = found.into_iter();
    targets.map(|(path, (name, repository))| Target { path, name, repository, unit: None }).collect()
}
