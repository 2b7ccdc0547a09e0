//! One directory: the list of files that Docker Compose loads in it, and its other Compose files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use foldhash::HashSet;

use super::dotenv::{DotEnv, Unknown};
use super::names::{BASE_NAMES, OVERRIDE_NAMES};
use super::path::{absolute, check_file, name};
use crate::compose::{FileList, Origin};
use crate::text::{Diagnostic, FileDiagnostic};

/// What is known of the files of one directory.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) directory: PathBuf,
    pub(super) lists: Vec<FileList>,
    pub(super) variants: Vec<PathBuf>,
    pub(super) messages: Vec<FileDiagnostic>,
}

/// The value of a `COMPOSE_FILE`, taken apart by its separator, and the file it is written in.
#[derive(Debug)]
pub(super) struct ComposeFileVariable {
    paths: Vec<PathBuf>,
    pub(super) origin: Origin,
}

impl ComposeFileVariable {
    /// Takes `value` of the environment apart.
    pub(super) fn of_environment(value: &OsStr, separator: Option<&OsStr>) -> Self {
        Self { paths: split(value, separator), origin: Origin::Environment }
    }

    /// Looks for the variable in the `.env` file of `directory`.
    ///
    /// The separator of the environment beats one in the file.
    pub(super) fn of_directory(
        directory: &Path,
        separator: Option<&OsStr>,
    ) -> Result<Option<Self>, Diagnostic> {
        let path = directory.join(".env");
        let variables = DotEnv::read(&path)?;
        let Some(value) = variables.get("COMPOSE_FILE") else { return Ok(None) };
        let value = value.as_ref().map_err(|reason| unknown("COMPOSE_FILE", *reason))?;
        let written = variables.get("COMPOSE_PATH_SEPARATOR").map(Result::as_ref).transpose();
        let written = written.map_err(|reason| unknown("COMPOSE_PATH_SEPARATOR", *reason))?;
        let separator = separator.or(written.map(OsStr::new));
        Ok(Some(Self { paths: split(OsStr::new(value), separator), origin: Origin::DotEnv(path) }))
    }
}

impl Folder {
    pub(super) fn new(directory: &Path) -> Self {
        let directory = directory.to_owned();
        Self { directory, lists: Vec::new(), variants: Vec::new(), messages: Vec::new() }
    }

    /// Whether nothing is known of it.
    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.variants.is_empty() && self.messages.is_empty()
    }

    /// Adds what Docker Compose loads here: the files of `variable`, else those with the default names, which it
    /// loads even where `.gitignore` hides them, if `follows` says that they are there. Those of `files` that it does
    /// not load are variants.
    pub(super) fn load(
        &mut self,
        variable: Result<Option<ComposeFileVariable>, Diagnostic>,
        files: Vec<PathBuf>,
        follows: &dyn Fn(&Path) -> bool,
    ) {
        match variable {
            Ok(Some(variable)) => self.load_variable(variable),
            Ok(None) => self.load_names(&files, follows),
            Err(message) => self.messages.push(FileDiagnostic::new(self.directory.join(".env"), message)),
        }
        self.add_variants(files);
        self.variants.sort();
    }

    /// Adds the list of the base file and the override file, if there are any. Those in `found` need no second look.
    pub(super) fn load_names(&mut self, found: &[PathBuf], follows: &dyn Fn(&Path) -> bool) {
        let is_here = |path: &PathBuf| found.contains(path) || follows(path);
        let mut bases = BASE_NAMES.iter().map(|name| self.directory.join(name));
        let Some(base) = bases.find(is_here) else { return };
        let mut overrides = OVERRIDE_NAMES.iter().map(|name| self.directory.join(name));
        let files = [Some(base.clone()), overrides.find(is_here)].into_iter().flatten().collect();
        for other in bases.chain(overrides).filter(|path| found.contains(path)).collect::<Vec<_>>() {
            let title = format!("`{}` is here as well, but Docker Compose does not read it", name(&other));
            let help = "remove the file that is not needed, or name the files to load with `-f`";
            self.messages.push(FileDiagnostic::new(&base, Diagnostic::warning(title).help(help)));
            self.variants.push(other);
        }
        self.lists.push(FileList::new(files, Origin::Names));
    }

    /// Adds the list that a `COMPOSE_FILE` names, or says which of its files are not there.
    fn load_variable(&mut self, variable: ComposeFileVariable) {
        let place = match &variable.origin {
            Origin::DotEnv(path) => path.clone(),
            _ => self.directory.clone(),
        };
        let before = self.messages.len();
        let mut files = Vec::new();
        for (number, path) in (1..).zip(variable.paths) {
            match self.named_file(&path) {
                Ok(file) => files.push(file),
                Err(reason) => self.messages.push(FileDiagnostic::new(&place, wrong_entry(number, &reason))),
            }
        }
        if self.messages.len() == before {
            self.lists.push(FileList::new(files, variable.origin));
        }
    }

    /// Returns the file that an entry of the list names, or what is wrong with the entry.
    fn named_file(&self, path: &Path) -> Result<PathBuf, String> {
        if path.as_os_str().is_empty() {
            return Err("is an empty path".to_owned());
        }
        if path == Path::new("-") {
            return Err("names standard input".to_owned());
        }
        let file = absolute(&self.directory, path);
        check_file(&file).map_err(|reason| format!("does not name a file to load: {}", reason.title))?;
        Ok(file)
    }

    /// Adds those of `files` that are not here already, in their order.
    pub(super) fn add_variants(&mut self, files: impl IntoIterator<Item = PathBuf>) {
        let held: HashSet<PathBuf> = self.files().cloned().collect();
        self.variants.extend(files.into_iter().filter(|file| !held.contains(file)));
    }

    /// The files of its lists, and its variants.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.lists.iter().flat_map(|list| &list.files).chain(&self.variants)
    }
}

/// Says what is wrong with an entry of a list. The value may hold a secret, and is not shown.
fn wrong_entry(number: usize, reason: &str) -> Diagnostic {
    Diagnostic::error(format!("entry {number} of `COMPOSE_FILE` {reason}"))
        .help("Docker Compose does not start with this value; correct it, or name the files with `-f`")
}

fn unknown(name: &str, reason: Unknown) -> Diagnostic {
    Diagnostic::error(reason.title(name))
        .help("write the value out here, or name the Compose files with `-f`")
}

/// Takes a list of paths apart at `separator`, or at the system's own.
fn split(value: &OsStr, separator: Option<&OsStr>) -> Vec<PathBuf> {
    let separator = separator.and_then(OsStr::to_str).filter(|separator| !separator.is_empty());
    match (separator, value.to_str()) {
        (Some(separator), Some(value)) => value.split(separator).map(PathBuf::from).collect(),
        // Docker Compose's default is the system's separator, and other bytes than text can only be cut there.
        _ => std::env::split_paths(value).collect(),
    }
}
