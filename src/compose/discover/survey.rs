//! From what the user asked for to the folders that hold it, each with the files that belong to it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::Request;
use super::arguments::add_named;
use super::folder::{ComposeFileVariable, Folder};
use super::names::BASE_NAMES;
use super::path::{absolute, check_file};
use super::walk::{Depth, walk};
use crate::text::Diagnostic;

/// The folders of a run, and what the user named.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    request: &'a Request,
    /// Directories that were named, in order of path.
    roots: Vec<PathBuf>,
    /// Files that were named.
    named: HashSet<PathBuf>,
    /// Directories that were named, and have no file with the name of a Compose file in or below them.
    bare: Vec<PathBuf>,
    folders: BTreeMap<PathBuf, Folder>,
}

/// A directory whose files may say which Compose files are loaded together.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    /// The topmost directory above it that was asked for, or the directory itself.
    pub(super) root: PathBuf,
}

impl<'a> Survey<'a> {
    /// Looks for the files of `request`.
    pub(super) fn new(request: &'a Request) -> Self {
        let mut survey = Self {
            request,
            roots: Vec::new(),
            named: HashSet::new(),
            bare: Vec::new(),
            folders: BTreeMap::new(),
        };
        let mut files = Vec::new();
        for path in &request.paths {
            let path = absolute(&request.current_directory, path);
            if path.is_dir() {
                survey.roots.push(path);
            } else if let Err(message) = check_file(&path) {
                survey.folder(&path).messages = vec![(path.clone(), message)];
            } else if survey.named.insert(path.clone()) {
                files.push(path);
            }
        }
        if request.paths.is_empty() {
            let current = absolute(&request.current_directory, Path::new(""));
            survey.current(current);
        } else {
            survey.roots.sort();
            survey.roots.dedup();
            for root in survey.roots.clone() {
                survey.below(&root);
            }
        }
        add_named(&mut survey.folders, files);
        survey
    }

    /// Whether the user named `file`, or a directory that it is in.
    pub(super) fn covers(&self, file: &Path) -> bool {
        self.named.contains(file) || self.roots.iter().any(|root| file.starts_with(root))
    }

    /// The files that were found.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.folders.values().flat_map(Folder::files)
    }

    /// Returns the places to look into for commands, in order of path.
    pub(super) fn places(&self) -> Vec<Place> {
        let folders = self.folders.values().filter(|folder| folder.files().next().is_some());
        let mut directories: Vec<&PathBuf> = folders.map(|folder| &folder.directory).collect();
        // A project may have no file with the name of a Compose file, and a README that says how it is started.
        directories.extend(&self.roots);
        directories.sort();
        directories.dedup();
        let place = |directory: &PathBuf| {
            // In order of path, the first root that a directory is in is the topmost.
            let root = self.roots.iter().find(|root| directory.starts_with(root));
            Place { directory: directory.clone(), root: root.unwrap_or(directory).clone() }
        };
        directories.into_iter().map(place).collect()
    }

    /// Returns what was found, in order of path, and behind it what is `mentioned`.
    pub(super) fn into_folders(mut self, mentioned: Vec<Folder>) -> Vec<Folder> {
        for root in std::mem::take(&mut self.bare) {
            if mentioned.iter().flat_map(Folder::files).any(|file| file.starts_with(&root)) {
                continue;
            }
            let help = format!("name a file, or a directory with one of {}", BASE_NAMES.join(", "));
            let message = Diagnostic::error("there is no Compose file in this directory").help(help);
            self.folder(&root).messages.push((root, message));
        }
        self.folders.into_values().chain(mentioned).collect()
    }

    fn folder(&mut self, directory: &Path) -> &mut Folder {
        self.folders.entry(directory.to_owned()).or_insert_with(|| Folder::new(directory))
    }

    /// Adds the project that Docker Compose loads in the current directory, and those below it.
    fn current(&mut self, current: PathBuf) {
        let above = matches!(self.variable(&current), Ok(None)) && self.above(&current);
        self.below(&current);
        if above {
            self.bare.clear();
        }
        self.roots.push(current);
    }

    /// Adds the project that Docker Compose finds above `current`, where there is none in it.
    fn above(&mut self, current: &Path) -> bool {
        let has_base = |directory: &&Path| BASE_NAMES.iter().any(|name| directory.join(name).is_file());
        let Some(found) = current.ancestors().find(has_base).filter(|found| *found != current) else {
            return false;
        };
        // Newer versions of Docker Compose do not look into the `.env` file there, older ones fail on it.
        let files = walk(found, Depth::One).directories.remove(found).unwrap_or_default();
        self.folder(found).load(Ok(None), files);
        true
    }

    /// Adds every project in `root` and below it.
    fn below(&mut self, root: &Path) {
        let walk = walk(root, Depth::All);
        let mut found = !walk.messages.is_empty();
        for (path, message) in walk.messages {
            self.folder(&path).messages.push((path.clone(), message));
        }
        for (directory, files) in walk.directories {
            found |= self.walked(&directory, files, directory == root);
        }
        if !found {
            self.bare.push(root.to_owned());
        }
    }

    /// Adds one directory of a walk; returns whether it holds a project.
    fn walked(&mut self, directory: &Path, files: Vec<PathBuf>, is_root: bool) -> bool {
        let variable = self.variable(directory);
        if files.is_empty() && !is_root && matches!(variable, Ok(None)) {
            return false;
        }
        let folder = self.folder(directory);
        if folder.files().next().is_some() {
            // A directory above it was walked, with more rules on what to pass over.
            folder.add_variants(files);
        } else {
            folder.load(variable, files);
        }
        if folder.is_empty() {
            self.folders.remove(directory);
            return false;
        }
        true
    }

    /// The `COMPOSE_FILE` that counts in `directory`: the environment's for the current directory only.
    fn variable(&self, directory: &Path) -> Result<Option<ComposeFileVariable>, Diagnostic> {
        let separator = self.request.path_separator.as_deref();
        let is_current = || directory == absolute(&self.request.current_directory, Path::new(""));
        match &self.request.compose_file {
            Some(value) if self.request.paths.is_empty() && is_current() => {
                Ok(Some(ComposeFileVariable::of_environment(value, separator)))
            }
            _ => ComposeFileVariable::of_directory(directory, separator),
        }
    }
}
