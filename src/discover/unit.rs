//! A unit of work: what belongs to one repository, with the groups of Compose files in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use foldhash::HashSet;

use super::directory::{Directory, compose_files_in};
use super::filter::LeftOut;
use super::folder::{ComposeFileVariable, Folder};
use super::ignore_rules::IgnoreRules;
use super::mention::{self, SearchPlace};
use super::names::BASE_NAMES;
use super::path::{absolute, check_file, parent, real};
use super::reach::Reach;
use super::{Request, join, sniff};
use crate::compose::{FileList, Group, Origin, Scope};
use crate::text::{Diagnostic, FileDiagnostic};

/// What is asked for in one repository, or outside any.
#[derive(Debug)]
pub struct Unit<'r> {
    pub(super) request: &'r Request,
    /// The top of the repository, without symbolic links.
    pub(super) repository: Option<PathBuf>,
    /// Directories that were asked for, and the top of a repository below one, in order of path.
    pub(super) roots: Vec<PathBuf>,
    /// Files that were asked for, in the order of the arguments.
    pub(super) named: Vec<PathBuf>,
    /// A directory above the current one whose project Docker Compose loads.
    pub(super) above: Option<PathBuf>,
    /// Those of the roots that were asked for and have nothing with the name of a Compose file in or below them.
    pub(super) bare: Vec<PathBuf>,
    /// Those with such files of which no glob includes one, where nothing at all is included.
    pub(super) unmatched: Vec<PathBuf>,
    /// The directories that were walked.
    pub(super) directories: BTreeMap<PathBuf, Directory>,
    /// What `.gitignore` files say.
    pub(super) ignored: IgnoreRules,
    pub(super) messages: Vec<FileDiagnostic>,
    /// Whether walks passed something over that a command may name.
    pub(super) passes_over: bool,
    pub(super) reach: Reach,
}

impl<'r> Unit<'r> {
    /// The first of the paths that it is made of.
    pub(super) fn first_path(&self) -> Option<&Path> {
        let asked = self.repository.iter().chain(&self.roots).chain(&self.named);
        asked.chain(self.messages.iter().map(|message| &message.path)).min().map(PathBuf::as_path)
    }

    pub(super) fn new(request: &'r Request, repository: Option<PathBuf>) -> Self {
        Self {
            request,
            repository,
            roots: Vec::new(),
            named: Vec::new(),
            above: None,
            bare: Vec::new(),
            unmatched: Vec::new(),
            directories: BTreeMap::new(),
            ignored: IgnoreRules::default(),
            messages: Vec::new(),
            passes_over: false,
            reach: Reach::default(),
        }
    }

    /// Adds the file at `path`, which is that at `target`.
    pub(super) fn name(&mut self, target: PathBuf, path: PathBuf) {
        self.reach.name(&path, target);
        self.named.push(path);
    }

    /// Adds the directory at `root`, which is that at `target`.
    pub(super) fn ask(&mut self, target: PathBuf, root: PathBuf) {
        self.reach.roots.insert(target);
        self.roots.push(root);
    }

    /// The top of the git repository, without symbolic links; none for what is not in a repository.
    #[must_use]
    pub fn repository(&self) -> Option<&Path> {
        self.repository.as_deref()
    }

    /// Directories that are known to be without symbolic links: the top of the repository, and what was asked for.
    pub fn real_directories(&self) -> impl Iterator<Item = &Path> {
        self.repository.iter().chain(&self.reach.roots).map(PathBuf::as_path)
    }

    /// What could not be read while it was looked for, and why.
    #[must_use]
    pub fn unreadable(&self) -> &[FileDiagnostic] {
        &self.messages
    }

    /// Reports no error for a directory without Compose files.
    pub fn expect_nothing(&mut self) {
        self.bare.clear();
        self.unmatched.clear();
    }

    /// Whether the file at `path`, which leads over no symbolic link, may change.
    #[must_use]
    pub fn scope(&self, path: &Path) -> Scope {
        let is_walked = self.directories.contains_key(parent(path));
        match self.reach.scope(path, self.repository(), is_walked) {
            Scope::Inside | Scope::Beside if self.leaves_out(path).is_some() => Scope::LeftOut,
            Scope::Inside | Scope::Beside if self.is_left_ignored(path) => Scope::Ignored,
            scope => scope,
        }
    }

    /// Whether, and why, the globs leave out the file at `path`.
    pub(super) fn leaves_out(&self, path: &Path) -> Option<LeftOut> {
        self.request.filter.leaves_out(path, false, self.reach.start(path))
    }

    /// Returns the groups of Compose files in this unit, in order of path; no file is in two of them.
    ///
    /// Every path is absolute and without `.` and `..`; symbolic links stay as they are. What cannot be found or read
    /// becomes a message.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        if !self.request.files.is_empty() {
            return vec![loaded_by_options(self.request)];
        }
        let mut found = Found { unit: self, folders: BTreeMap::new() };
        if let Some(above) = &self.above {
            // Newer versions of Docker Compose do not look into the `.env` file there, older ones fail on it.
            let follows = |path: &Path| self.follows(path);
            found.folder(above).load(Ok(None), compose_files_in(above, None), &follows);
        }
        for message in &self.messages {
            found.folder(&message.path).messages.push(message.clone());
        }
        for (directory, content) in &self.directories {
            found.directory(directory, content);
        }
        found.named();
        let mentioned = if self.has_choice() { found.mentioned() } else { Vec::new() };
        join::join(found.into_folders(mentioned))
    }

    /// Whether a file that was not found by the walk exists and counts: a symbolic link that leads elsewhere does not count,
    /// unless it is named.
    fn follows(&self, path: &Path) -> bool {
        if self.directories.get(parent(path)).is_some_and(|found| !found.may_hide(path)) || !path.is_file() {
            return false;
        }
        let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        !is_link || path.canonicalize().is_ok_and(|target| self.scope(&target) != Scope::Outside)
    }

    /// Adds what Docker Compose loads in the directory of `folder`, also where an ignored `.env` file is not there.
    fn load(
        &self,
        folder: &mut Folder,
        variable: Result<Option<ComposeFileVariable>, Diagnostic>,
        files: Vec<PathBuf>,
    ) {
        let follows = |path: &Path| self.follows(path);
        if let Ok(Some(ComposeFileVariable { origin: Origin::DotEnv(env), .. })) = &variable
            && self.is_ignored(&real(env))
        {
            folder.load_names(&files, &follows);
        }
        folder.load(variable, files, &follows);
    }

    /// Whether `directory` is one of the roots.
    fn is_root(&self, directory: &Path) -> bool {
        self.roots.binary_search_by(|root| root.as_path().cmp(directory)).is_ok()
    }

    /// The topmost root that `path` is or is in.
    fn root_of<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.ancestors().filter(|above| self.is_root(above)).last()
    }

    /// Whether there may be more than one file that a command could load, also where it was not looked for. What is in a
    /// repository as a whole does not load files outside of it.
    fn has_choice(&self) -> bool {
        let files = self
            .directories
            .values()
            .map(|content| content.compose_files.len() + 2 * content.yaml_files.len());
        let is_top = |root: &PathBuf| Some(root) == self.repository.as_ref();
        let is_whole = self.named.is_empty() && self.reach.roots.iter().all(is_top);
        !is_whole || self.passes_over || !self.messages.is_empty() || files.sum::<usize>() > 1
    }

    /// The `COMPOSE_FILE` that counts in `directory`: the environment's for the current directory only.
    fn variable(&self, directory: &Path) -> Result<Option<ComposeFileVariable>, Diagnostic> {
        let may_have_env = self.directories.get(directory).is_none_or(Directory::may_have_env);
        variable(self.request, directory, may_have_env)
    }
}

/// The `COMPOSE_FILE` that counts in `directory` for `request`; that of its `.env` file only where it may have one.
pub(super) fn variable(
    request: &Request,
    directory: &Path,
    may_have_env: bool,
) -> Result<Option<ComposeFileVariable>, Diagnostic> {
    let separator = request.path_separator.as_deref();
    let is_current = || directory == absolute(&request.current_directory, Path::new(""));
    match &request.compose_file {
        Some(value) if request.paths.is_empty() && is_current() => {
            Ok(Some(ComposeFileVariable::of_environment(value, separator)))
        }
        _ if may_have_env => ComposeFileVariable::of_directory(directory, separator),
        _ => Ok(None),
    }
}

/// The group of the files that `-f` names.
fn loaded_by_options(request: &Request) -> Group {
    let mut group = Group::default();
    let mut files = Vec::new();
    for written in &request.files {
        let file = absolute(&request.current_directory, written);
        if written == Path::new("-") {
            let message = Diagnostic::error("cannot harden standard input").help("name a file with `-f`");
            group.messages.push(FileDiagnostic::new(written, message));
        } else if let Err(message) = check_file(&file) {
            group.messages.push(FileDiagnostic::new(file, message));
        } else {
            files.push(file);
        }
    }
    if group.messages.is_empty() {
        let directory = request.project_directory.as_deref();
        let directory = directory.map(|written| absolute(&request.current_directory, written));
        group.lists.push(FileList { files, directory, origin: Origin::Options });
    }
    group
}

/// The folders of a unit as they are found.
#[derive(Debug)]
struct Found<'u> {
    unit: &'u Unit<'u>,
    folders: BTreeMap<PathBuf, Folder>,
}

impl<'u> Found<'u> {
    /// Returns a folder for each list that a command names with at least one file that was found, or that is below a
    /// directory that was asked for.
    fn mentioned(&self) -> Vec<Folder> {
        let known: HashSet<&PathBuf> = self.files().collect();
        mention::folders(&self.places(), |file| known.contains(file) || self.unit.root_of(file).is_some())
    }

    /// The files that were found.
    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.folders.values().flat_map(Folder::files)
    }

    /// Returns the places to look into for commands, in order of path.
    fn places(&self) -> Vec<SearchPlace> {
        let folders = self.folders.values().filter(|folder| folder.files().next().is_some());
        let mut directories: Vec<&PathBuf> = folders.map(|folder| &folder.directory).collect();
        // A project may have no file with the name of a Compose file, and a README that says how it is started.
        directories.extend(&self.unit.roots);
        directories.sort();
        directories.dedup();
        let place = |directory: &PathBuf| {
            let root = self.unit.root_of(directory).unwrap_or(directory);
            SearchPlace { directory: directory.clone(), root: root.to_owned() }
        };
        directories.into_iter().map(place).collect()
    }

    fn folder(&mut self, directory: &Path) -> &mut Folder {
        self.folders.entry(directory.to_owned()).or_insert_with(|| Folder::new(directory))
    }

    /// Adds what Docker Compose loads in a directory, and its other Compose files.
    fn directory(&mut self, directory: &Path, content: &Directory) {
        let variable = self.unit.variable(directory);
        let mut files = content.compose_files.clone();
        if self.unit.request.sniff {
            files.extend(content.yaml_files.iter().filter(|path| sniff::is_compose_file(path)).cloned());
        }
        if files.is_empty() && !self.unit.is_root(directory) && matches!(variable, Ok(None)) {
            return;
        }
        let unit = self.unit;
        let folder = self.folder(directory);
        if folder.files().next().is_some() {
            // It is the one above the current directory.
            folder.add_variants(files);
        } else {
            unit.load(folder, variable, files);
        }
        if folder.is_empty() {
            self.folders.remove(directory);
        }
    }

    /// Adds the files that the user named, and what is loaded in their directories: a file may be part of that.
    fn named(&mut self) {
        let mut directories: BTreeMap<&Path, Vec<PathBuf>> = BTreeMap::new();
        for file in &self.unit.named {
            directories.entry(parent(file)).or_default().push(file.clone());
        }
        for (directory, files) in directories {
            // One that is wrong does not matter for files that are named.
            let variable = self.unit.variable(directory).unwrap_or_default();
            let unit = self.unit;
            let folder = self.folder(directory);
            if folder.files().next().is_none() {
                unit.load(folder, Ok(variable), Vec::new());
                if folder.lists.is_empty() {
                    let files = files.iter().take(1).cloned().collect();
                    folder.lists.push(FileList::new(files, Origin::Arguments));
                } else {
                    folder.add_variants(compose_files_in(directory, unit.directories.get(directory)));
                }
            }
            folder.add_variants(files);
        }
    }

    /// Those of the bare roots in which nothing is `mentioned` or found otherwise.
    fn still_bare(&self, mentioned: &[Folder]) -> Vec<&'u PathBuf> {
        let unit = self.unit;
        if unit.bare.is_empty() {
            return Vec::new();
        }
        let files = self.files().chain(mentioned.iter().flat_map(Folder::files));
        let found: BTreeSet<&PathBuf> =
            files.chain(unit.messages.iter().map(|message| &message.path)).collect();
        // In order of path, what is below a directory comes right after it.
        let is_bare = |root: &&PathBuf| {
            found.range::<PathBuf, _>(*root..).next().is_none_or(|path| !path.starts_with(root))
        };
        unit.bare.iter().filter(is_bare).collect()
    }

    /// Returns what was found, in order of path, and after it what is `mentioned`.
    fn into_folders(mut self, mentioned: Vec<Folder>) -> Vec<Folder> {
        for root in &self.unit.unmatched {
            let help = "write globs as in `.gitignore`, as seen from the current directory";
            let message =
                Diagnostic::error("no Compose file in this directory matches `--include`").help(help);
            self.folder(root).messages.push(FileDiagnostic::new(root, message));
        }
        for root in self.still_bare(&mentioned) {
            let help = format!("name a file, or a directory with one of {}", BASE_NAMES.join(", "));
            let message = Diagnostic::error("there is no Compose file in this directory").help(help);
            let folder = self.folder(root);
            if folder.messages.is_empty() {
                folder.messages.push(FileDiagnostic::new(root, message));
            }
        }
        let mut folders: Vec<Folder> = self.folders.into_values().chain(mentioned).collect();
        for folder in &mut folders {
            let elsewhere = folder.lists.iter().filter_map(|list| self.unit.without_ignored(list));
            let elsewhere: Vec<FileList> = elsewhere.collect();
            folder.lists.extend(elsewhere);
        }
        folders
    }
}
