//! Walks a directory: from its path to what matters in and below it, by names alone.
//!
//! Each directory is read once, and the order of the file system does not show in the result.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::directory::Directory;
use super::filter::{Filter, LeftOut};
use super::limited;
use super::names::{is_compose_name, is_hidden, is_yaml_name};
use super::path::is_repository;
use super::rules::Rules;
use super::submodule::{Submodules, git_dir};
use crate::text::Diagnostic;

/// Folders of other people's projects, which are not walked.
const FOREIGN_FOLDERS: [&str; 2] = ["node_modules", "vendor"];

/// So many directories are worth more than one thread.
const MANY: usize = 16;

/// Where a walk begins, and where it ends.
#[derive(Debug)]
pub(super) struct Start<'s> {
    /// The directory to walk, as it is shown; it may be a symbolic link, or stand in an ignored place.
    pub(super) root: &'s Path,
    /// The same without symbolic links.
    pub(super) target: &'s Path,
    /// The directory that was asked for: the root, or one above it.
    pub(super) asked: &'s Path,
    /// The top of the repository that the root is in, without symbolic links.
    pub(super) repository: Option<&'s Path>,
}

/// What a walk came across, each in order of path.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The directories with files in YAML or an `.env` file.
    pub(super) directories: Vec<(Place, Directory)>,
    /// Tops of git repositories below the root. What is in them was walked where the root is in one.
    pub(super) repositories: Vec<Place>,
    /// Tops of submodules, which are not walked.
    pub(super) submodules: Vec<PathBuf>,
    /// Directories that may be repositories without a work tree.
    pub(super) heads: Vec<PathBuf>,
    /// Why files with the name of a Compose file, and directories, do not count; each reason once, in any order.
    pub(super) left_out: Vec<LeftOut>,
    /// What could not be read, and why.
    pub(super) messages: Vec<(Place, Diagnostic)>,
}

/// Something below the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Its path as it is shown.
    pub(super) path: PathBuf,
    /// The top of the repository that it is in, without symbolic links.
    pub(super) repository: Option<Arc<Path>>,
}

/// Walks from `start`.
///
/// Passes over what `.gitignore` names, hidden files and folders, `node_modules`, `vendor`, submodules and what
/// `filter` leaves out, follows no symbolic link to a directory, and none to a file that leads out of what was asked for.
/// What is in no repository may hold many, which are not walked. Rules end at the top of a repository, and outside of one
/// those above the root do not count: a home directory may ignore everything. What one user ignores in all of his
/// repositories or in one (`.git/info/exclude`) plays no role, so that every machine comes to the same result. A directory
/// whose `.gitignore` is refused is not walked.
pub(super) fn walk(start: &Start<'_>, filter: &Filter) -> Walk {
    let repository = start.repository.map(Arc::from);
    let rules = start.repository.map_or(Ok(Rules::default()), |top| Rules::above(start.target, top));
    let is_plain = start.root.as_os_str() == start.target.as_os_str();
    let walker = Walker { start, filter, is_plain, submodules: Mutex::default() };
    let mut walk = Walk::default();
    match rules {
        Ok(rules) => {
            let first = Task { directory: start.target.to_owned(), rules, repository };
            walker.all(first, &mut walk);
        }
        Err(refused) => {
            walk.messages.push((Place { path: refused.path, repository }, *refused.diagnostic));
        }
    }
    walk.directories.sort_by(|(one, _), (other, _)| one.cmp(other));
    walk.repositories.sort();
    walk.messages.sort_by(|(one, _), (other, _)| one.cmp(other));
    walk
}

/// A directory to look into.
struct Task {
    /// Its path without symbolic links.
    directory: PathBuf,
    /// The rules of those above it.
    rules: Rules,
    repository: Option<Arc<Path>>,
}

struct Walker<'w> {
    start: &'w Start<'w>,
    filter: &'w Filter,
    /// Whether no symbolic link leads to the root.
    is_plain: bool,
    submodules: Mutex<Submodules>,
}

/// What matters of an entry of a directory.
struct Entry {
    name: OsString,
    kind: Option<FileType>,
}

impl Walker<'_> {
    /// Does `first` and all that comes of it.
    fn all(&self, first: Task, walk: &mut Walk) {
        let mut tasks = vec![first];
        // One that is not asked for itself is one of many, which others work on.
        let is_shareable = self.start.root == self.start.asked;
        while let Some(task) = tasks.pop() {
            tasks.extend(self.directory(&task, walk));
            if is_shareable && tasks.len() > MANY {
                break;
            }
        }
        if !tasks.is_empty() {
            self.share(tasks, walk);
        }
    }

    /// Does `tasks` and all that comes of them with as many threads as there are processors.
    fn share(&self, tasks: Vec<Task>, walk: &mut Walk) {
        let shared = Mutex::new(std::mem::take(walk));
        let work = || {
            rayon::scope(|scope| {
                for task in tasks {
                    let shared = &shared;
                    scope.spawn(move |scope| self.spawn(scope, &task, shared));
                }
            });
        };
        // A pool of its own ends here, and with it what its threads hold; without any this thread's may do.
        match rayon::ThreadPoolBuilder::new().build() {
            Ok(pool) => pool.install(work),
            Err(_) => work(),
        }
        *walk = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    fn spawn<'s>(&'s self, scope: &rayon::Scope<'s>, task: &Task, shared: &'s Mutex<Walk>) {
        let mut walk = Walk::default();
        for task in self.directory(task, &mut walk) {
            scope.spawn(move |scope| self.spawn(scope, &task, shared));
        }
        if !walk.is_empty() {
            shared.lock().unwrap_or_else(PoisonError::into_inner).merge(walk);
        }
    }

    /// Looks into one directory; returns those in it that are to be walked.
    fn directory(&self, task: &Task, walk: &mut Walk) -> Vec<Task> {
        let Task { directory, rules, repository } = task;
        let entries = match entries(directory) {
            Ok(entries) => entries,
            Err(error) => {
                let title = format!("cannot read the directory: {error}");
                let help = "make it readable, or have a `.gitignore` name it";
                let place = self.place(directory, repository.as_ref());
                walk.messages.push((place, Diagnostic::error(title).help(help)));
                return Vec::new();
            }
        };
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        let (mut rules, mut repository) = (rules.clone(), repository.clone());
        // What was named is walked, be it a submodule.
        if has(".git") && directory != self.start.target {
            if !self.begins_repository(directory, repository.as_deref(), walk) {
                return Vec::new();
            }
            rules = Rules::default();
            repository = Some(Arc::from(directory.as_path()));
        }
        if has(".gitignore") {
            match rules.with(directory) {
                Ok(all) => rules = all,
                Err(refused) => {
                    let place = self.place(&refused.path, repository.as_ref());
                    walk.messages.push((place, *refused.diagnostic));
                    return Vec::new();
                }
            }
        }
        let is_visible =
            |entry: &Entry| entry.kind.is_some_and(|kind| kind.is_dir()) && !is_hidden(&entry.name);
        let (directories, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_visible);
        self.files(directory, files, &rules, repository.as_ref(), walk);
        let walked = directories.into_iter().filter_map(|Entry { name, .. }| {
            let path = directory.join(name);
            let is_walked = self.is_walked(&path, &rules, walk)
                && (repository.is_some() || !is_repository(&path) || {
                    self.begins_repository(&path, None, walk);
                    false
                });
            is_walked.then(|| Task { directory: path, rules: rules.clone(), repository: repository.clone() })
        });
        walked.collect()
    }

    /// Whether the directory at `path` is walked, as far as rules, globs and its name say.
    fn is_walked(&self, path: &Path, rules: &Rules, walk: &mut Walk) -> bool {
        let is_foreign = FOREIGN_FOLDERS.iter().any(|foreign| path.file_name() == Some(OsStr::new(foreign)));
        if is_foreign || rules.hide(path, true) {
            return false;
        }
        let reason = self.filter.leaves_out(&self.shown(path), true, self.start.asked);
        walk.add_reason(reason);
        reason.is_none()
    }

    /// Takes the directory at `top`, in which there is a `.git`, for a repository, unless it is a submodule.
    fn begins_repository(&self, top: &Path, outer: Option<&Path>, walk: &mut Walk) -> bool {
        // What cannot be read says nothing.
        let read = |path: &Path| Ok::<_, Infallible>(limited::read(path).ok());
        let mut known = self.submodules.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(git_dir) = git_dir(top, read);
        let Ok(is_submodule) = git_dir.map_or(Ok(false), |git_dir| known.hold(top, &git_dir, outer, read));
        if is_submodule {
            walk.submodules.push(self.shown(top));
        } else {
            walk.repositories.push(self.place(top, Some(&Arc::from(top))));
        }
        !is_submodule
    }

    /// Adds those of `files` that matter, which are in `directory`.
    fn files(
        &self,
        directory: &Path,
        files: Vec<Entry>,
        rules: &Rules,
        repository: Option<&Arc<Path>>,
        walk: &mut Walk,
    ) {
        let mut found = Directory { is_listed: true, ..Directory::default() };
        let mut shows_env = false;
        for Entry { name, kind } in files {
            let path = directory.join(&name);
            let is_hidden = rules.hide(&path, false);
            let is_directory = kind.is_some_and(|kind| kind.is_dir());
            if name == ".env" {
                found.has_env = true;
                shows_env = !is_hidden && !is_directory;
            } else if name == "HEAD" && !is_hidden {
                walk.heads.push(self.shown(directory));
            } else if is_yaml_name(&name) {
                let shown = self.shown(&path);
                let reason = self.filter.leaves_out(&shown, false, self.start.asked);
                let is_link = kind.is_none_or(|kind| kind.is_symlink());
                let target = is_link.then(|| path.canonicalize().ok().filter(|target| target.is_file()));
                if target == Some(None) {
                    continue;
                }
                let leads_out = target.flatten().is_some_and(|target| !self.is_inside(&target));
                if !is_hidden && is_compose_name(&name) {
                    walk.add_reason(reason);
                }
                let kind = match (is_hidden || leads_out || reason.is_some(), is_compose_name(&name)) {
                    (true, _) => &mut found.left_out,
                    (false, true) => &mut found.compose_files,
                    (false, false) => &mut found.yaml_files,
                };
                kind.push(shown);
            }
        }
        if shows_env || !found.is_empty() {
            for files in [&mut found.compose_files, &mut found.yaml_files, &mut found.left_out] {
                files.sort();
            }
            walk.directories.push((self.place(directory, repository), found));
        }
    }

    /// Whether what a symbolic link leads to is below what was asked for.
    fn is_inside(&self, target: &Path) -> bool {
        self.start.asked.canonicalize().is_ok_and(|asked| target.starts_with(asked))
    }

    fn place(&self, path: &Path, repository: Option<&Arc<Path>>) -> Place {
        Place { path: self.shown(path), repository: repository.cloned() }
    }

    /// Returns `path`, which is without symbolic links, as it is seen from the root.
    fn shown(&self, path: &Path) -> PathBuf {
        if self.is_plain {
            return path.to_owned();
        }
        let Start { root, target, .. } = self.start;
        match path.strip_prefix(target) {
            Ok(below) if below.as_os_str().is_empty() => root.to_path_buf(),
            Ok(below) => root.join(below),
            Err(_) => path.to_owned(),
        }
    }
}

impl Walk {
    fn is_empty(&self) -> bool {
        let Self { directories, repositories, submodules, heads, left_out, messages } = self;
        directories.is_empty()
            && [repositories.len(), submodules.len(), heads.len(), left_out.len(), messages.len()] == [0; 5]
    }

    fn merge(&mut self, other: Self) {
        let Self { directories, repositories, submodules, heads, left_out, messages } = other;
        self.directories.extend(directories);
        self.repositories.extend(repositories);
        self.submodules.extend(submodules);
        self.heads.extend(heads);
        self.messages.extend(messages);
        for reason in left_out {
            self.add_reason(Some(reason));
        }
    }

    fn add_reason(&mut self, reason: Option<LeftOut>) {
        self.left_out.extend(reason.filter(|reason| !self.left_out.contains(reason)));
    }
}

/// Returns the entries of `directory` that may matter: all directories that are not hidden, and files by their names.
fn entries(directory: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_special = [".env", ".git", ".gitignore", "HEAD"].iter().any(|special| name == *special);
        let kind = entry.file_type().ok();
        let is_directory = kind.is_some_and(|kind| kind.is_dir());
        if is_special || (!is_hidden(&name) && (is_directory || is_yaml_name(&name))) {
            entries.push(Entry { name, kind });
        }
    }
    Ok(entries)
}
