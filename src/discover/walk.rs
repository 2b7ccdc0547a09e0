//! Walks a directory: from its path to what matters in and below it, by names alone.
//!
//! Each directory is read once, and the order of the file system does not show in the result.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::directory::Directory;
use super::filter::Filter;
use super::limited;
use super::names::{is_compose_name, is_hidden, is_yaml_name};
use super::path::{is_repository, real};
use super::rules::Rules;
use super::submodule::{Submodules, git_dir};
use super::walked::{Repository, Walk};
use crate::text::{Diagnostic, FileDiagnostic};

/// Folders of other people's projects, which are not walked.
const FOREIGN_FOLDERS: [&str; 2] = ["node_modules", "vendor"];

/// From this number of directories on, more than one thread is worth it.
const MANY: usize = 16;

/// Where a walk begins, and where it ends.
#[derive(Debug)]
pub(super) struct Start<'s> {
    /// The directory to walk, as it is shown; it may be a symbolic link, or be in an ignored place.
    pub(super) root: &'s Path,
    /// The same without symbolic links.
    pub(super) target: &'s Path,
    /// The directory that was asked for: the root, or one above it.
    pub(super) asked: &'s Path,
    /// The top of the repository that the root is in, without symbolic links.
    pub(super) repository: Option<&'s Path>,
}

/// Walks from `start`.
///
/// Passes over what `.gitignore` names, hidden files and folders, `node_modules`, `vendor`, submodules and what
/// `filter` leaves out, follows no symbolic link to a directory, and none to a file that leads out of what was asked for.
/// Nor does it walk other repositories, of which there may be many. Rules end at the top of a repository, and outside one
/// those above the root do not count: a home directory may ignore everything. What one user ignores in all his
/// repositories or in one (`.git/info/exclude`) plays no role, so that every machine gets the same result. A directory
/// whose `.gitignore` is refused is not walked.
pub(super) fn walk(start: &Start<'_>, filter: &Filter) -> Walk {
    let rules = start.repository.map_or(Ok(Rules::default()), |top| Rules::above(start.target, top));
    let is_plain = start.root.as_os_str() == start.target.as_os_str();
    let walker = Walker { start, filter, is_plain, submodules: Mutex::default(), asked: OnceLock::new() };
    let mut walk = Walk::default();
    match rules {
        Ok(rules) => {
            let first = Task { directory: start.target.to_owned(), rules };
            walker.all(first, &mut walk);
        }
        Err(refused) => walk.messages.push(refused),
    }
    walk.sort();
    walk
}

/// A directory to look into.
struct Task {
    /// Its path without symbolic links.
    directory: PathBuf,
    /// The rules of those above it.
    rules: Rules,
}

struct Walker<'w> {
    start: &'w Start<'w>,
    filter: &'w Filter,
    /// Whether no symbolic link leads to the root.
    is_plain: bool,
    submodules: Mutex<Submodules>,
    /// What was asked for without symbolic links.
    asked: OnceLock<PathBuf>,
}

/// What matters of an entry of a directory.
struct Entry {
    name: OsString,
    kind: Option<FileType>,
}

impl Entry {
    fn is_directory(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is_dir())
    }

    fn is_visible_directory(&self) -> bool {
        self.is_directory() && !is_hidden(&self.name)
    }

    /// Whether it is, by its name, not looked into though it may be or hold a Compose file: what is hidden, and a link that
    /// may lead to a directory.
    fn is_passed_over(&self) -> bool {
        let is_yaml = is_yaml_name(&self.name);
        if is_hidden(&self.name) {
            self.name != ".git" && (self.is_directory() || is_yaml)
        } else {
            !is_yaml && self.kind.is_some_and(|kind| kind.is_symlink())
        }
    }
}

impl Walker<'_> {
    /// Does `first` and all that comes of it.
    fn all(&self, first: Task, walk: &mut Walk) {
        let mut tasks = vec![first];
        // A root that was not asked for itself is one of many, which other threads work on.
        let is_shareable = self.start.root == self.start.asked;
        while let Some(task) = tasks.pop() {
            tasks.extend(self.directory(&task, walk));
            if is_shareable && tasks.len() > MANY && self.share(&mut tasks, walk) {
                break;
            }
        }
    }

    /// Does `tasks` and all that comes of them with as many threads as there are processors; returns whether there are any.
    fn share(&self, tasks: &mut Vec<Task>, walk: &mut Walk) -> bool {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        // A pool of its own ends here, and with it what its threads hold.
        let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() else { return false };
        let shared = Mutex::new(std::mem::take(walk));
        pool.scope(|scope| {
            for task in tasks.drain(..) {
                let shared = &shared;
                scope.spawn(move |scope| self.spawn(scope, &task, shared));
            }
        });
        *walk = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        true
    }

    /// Looks into one directory, and has the threads of `scope` look into those in it.
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
        let Task { directory, rules } = task;
        let entries = match entries(directory) {
            Ok(entries) => entries,
            Err(error) => {
                let title = format!("cannot read the directory: {error}");
                let help = "make it readable, or name it in a `.gitignore`";
                let message = Diagnostic::error(title).help(help);
                walk.messages.push(FileDiagnostic::new(self.shown(directory), message));
                return Vec::new();
            }
        };
        let has = |name: &str| entries.iter().any(|entry| entry.name == name);
        // What was named is walked, even a submodule.
        if has(".git") && directory != self.start.target {
            self.add_repository(directory, walk);
            return Vec::new();
        }
        let rules = if has(".gitignore") { rules.with(directory) } else { Ok(rules.clone()) };
        let rules = match rules {
            Ok(rules) => rules,
            Err(refused) => {
                let path = self.shown(&refused.path);
                walk.messages.push(FileDiagnostic { path, ..refused });
                return Vec::new();
            }
        };
        self.files(directory, &entries, &rules, walk);
        let mut tasks = Vec::new();
        for entry in entries {
            let path = directory.join(&entry.name);
            if !entry.is_visible_directory() {
                walk.passes_over |= entry.is_passed_over() && !rules.hide(&path, entry.is_directory());
                continue;
            }
            if !self.is_walked(&path, &rules, walk) {
                continue;
            }
            // Outside a repository many directories are repositories, inside one few are.
            if self.start.repository.is_none() && is_repository(&path) {
                self.add_repository(&path, walk);
            } else {
                tasks.push(Task { directory: path, rules: rules.clone() });
            }
        }
        tasks
    }

    /// Whether the directory at `path` is walked, as far as rules, globs and its name say.
    fn is_walked(&self, path: &Path, rules: &Rules, walk: &mut Walk) -> bool {
        if rules.hide(path, true) {
            return false;
        }
        let is_foreign = FOREIGN_FOLDERS.iter().any(|foreign| path.file_name() == Some(OsStr::new(foreign)));
        let reason =
            if is_foreign { None } else { self.filter.leaves_out(&self.shown(path), true, self.start.asked) };
        walk.add_reason(reason);
        let is_walked = !is_foreign && reason.is_none();
        walk.passes_over |= !is_walked;
        is_walked
    }

    /// Adds the directory at `top`, in which there is a `.git`, as a repository or a submodule.
    fn add_repository(&self, top: &Path, walk: &mut Walk) {
        walk.passes_over = true;
        // What cannot be read says nothing.
        let read = |path: &Path| Ok::<_, Infallible>(limited::read(path).ok());
        let mut known = self.submodules.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(git_dir) = git_dir(top, read);
        let Ok(is_submodule) =
            git_dir.map_or(Ok(false), |git_dir| known.hold(top, &git_dir, self.start.repository, read));
        let (target, top, asked) = (top.to_owned(), self.shown(top), self.start.asked.to_owned());
        if is_submodule {
            walk.submodules.push(top);
        } else {
            walk.repositories.push(Repository { top, target, asked });
        }
    }

    /// Adds the files of a directory that matter.
    fn files(&self, directory: &Path, entries: &[Entry], rules: &Rules, walk: &mut Walk) {
        let mut found = Directory { is_listed: true, ..Directory::default() };
        let mut shows_env = false;
        for Entry { name, kind } in entries.iter().filter(|entry| !entry.is_visible_directory()) {
            let path = directory.join(name);
            if name == ".env" {
                found.has_env = true;
                shows_env = !kind.is_some_and(|kind| kind.is_dir()) && !rules.hide(&path, false);
            } else if name == "HEAD" && !rules.hide(&path, false) {
                walk.heads.push(self.shown(directory));
            } else if is_yaml_name(name) && !is_hidden(name) {
                self.yaml_file(&path, *kind, rules, &mut found, walk);
            }
        }
        if shows_env || !found.is_empty() {
            found.sort();
            walk.directories.push((self.shown(directory), found));
        }
    }

    /// Adds the file in YAML at `path` to what was `found` in its directory.
    fn yaml_file(
        &self,
        path: &Path,
        kind: Option<FileType>,
        rules: &Rules,
        found: &mut Directory,
        walk: &mut Walk,
    ) {
        let target = if kind.is_none_or(|kind| kind.is_symlink()) {
            let target = path.canonicalize().ok().filter(|target| target.is_file());
            // A link that leads to no file is not a file.
            let Some(target) = target else { return };
            Some(target)
        } else {
            None
        };
        let leads_out = target.is_some_and(|target| !self.is_inside(&target));
        let is_ignored = rules.hide(path, false);
        let is_compose = path.file_name().is_some_and(is_compose_name);
        let shown = self.shown(path);
        let reason = self.filter.leaves_out(&shown, false, self.start.asked);
        if is_compose && !is_ignored {
            walk.add_reason(reason);
        }
        let files = if is_ignored || leads_out || reason.is_some() {
            walk.passes_over = true;
            &mut found.left_out
        } else if is_compose {
            &mut found.compose_files
        } else {
            &mut found.yaml_files
        };
        files.push(shown);
    }

    /// Whether what a symbolic link leads to is below what was asked for.
    fn is_inside(&self, target: &Path) -> bool {
        let asked = self.asked.get_or_init(|| real(self.start.asked));
        target.starts_with(asked)
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

/// Returns the entries of `directory` that may matter: directories, links, and files by their names.
///
/// An entry that cannot be read may be a layer of what others hold: then none is returned.
fn entries(directory: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_special = [".env", ".git", ".gitignore", "HEAD"].iter().any(|special| name == *special);
        let kind = entry.file_type().ok();
        let is_file = kind.is_some_and(|kind| kind.is_file());
        if is_special || !is_file || is_yaml_name(&name) {
            entries.push(Entry { name, kind });
        }
    }
    Ok(entries)
}
