//! Walks a directory: from its path to what matters in and below it, by names alone.
//!
//! Several threads walk, and what they find is put in order of path, so that neither they nor the file system
//! show in the result.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::filter::{Filter, LeftOut};
use super::limited;
use super::names::{is_compose_name, is_yaml_name};
use super::path::{is_repository, parent, real, sort};
use super::rules::Rules;
use super::submodule::{Submodules, git_dir};
use crate::text::Diagnostic;

/// Folders of other people's projects, which are not walked.
const FOREIGN_FOLDERS: [&str; 2] = ["node_modules", "vendor"];

/// What a walk came across, each in order of path.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files with the name of a Compose file.
    pub(super) compose_files: Vec<PathBuf>,
    /// Other files in YAML.
    pub(super) yaml_files: Vec<PathBuf>,
    /// Directories with an `.env` file.
    pub(super) env_directories: Vec<PathBuf>,
    /// Tops of git repositories, the root's own included.
    pub(super) repositories: Vec<PathBuf>,
    /// Tops of submodules, below which nothing counts.
    pub(super) submodules: Vec<PathBuf>,
    /// Directories that may be repositories without a work tree.
    pub(super) heads: Vec<PathBuf>,
    /// Why files with the name of a Compose file, and directories, do not count; each reason once, in any order.
    pub(super) left_out: Vec<LeftOut>,
    /// What could not be read, and why.
    pub(super) messages: Vec<(PathBuf, Diagnostic)>,
}

/// Walks `root`, which may be a symbolic link to a directory or stand in an ignored place.
///
/// Passes over what `.gitignore` names, hidden files and folders, `node_modules`, `vendor`, submodules and what
/// `filter` leaves out, follows no symbolic link to a directory, and none to a file that leads out of `root`. What one
/// user ignores in all of his repositories or in one (`.git/info/exclude`) plays no role, so that every machine comes to
/// the same result. A directory whose `.gitignore` is refused is not walked.
pub(super) fn walk(root: &Path, filter: &Filter) -> Walk {
    let rules = Rules::default();
    if let Some(message) = rules.refused_above(root) {
        return Walk { messages: vec![message], ..Walk::default() };
    }
    let in_repository = root.ancestors().any(is_repository);
    let mut builder = WalkBuilder::new(root);
    builder
        // Rules end at the top of a repository. Outside of one they count as well, but not those above `root`: a home
        // directory may ignore everything.
        .require_git(in_repository)
        .parents(in_repository)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        // Repositories and `.env` files show by hidden names.
        .hidden(false)
        .follow_links(false);
    let (sender, found) = mpsc::channel();
    // What is passed over here is not even opened.
    let (directories, globs, start) = (sender.clone(), filter.clone(), root.to_owned());
    builder.filter_entry(move |entry| {
        let is_directory = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
        let leaves_out = |path: &Path| globs.leaves_out(path, true, &start);
        !is_directory || is_walked(entry, &directories, &leaves_out, &rules)
    });
    builder.build_parallel().visit(&mut Walkers { root, filter, sender });
    // It holds a sender, and would keep the end of what is found from coming.
    drop(builder);
    let mut walk = Walk::default();
    let mut known = Submodules::default();
    for item in found {
        walk.add(item, root, &mut known);
    }
    walk.finish(root);
    walk
}

/// Returns the files with the name of a Compose file in `directory` itself, in order of path.
pub(super) fn compose_files_in(directory: &Path) -> Vec<PathBuf> {
    files_in(directory, is_compose_name)
}

/// Returns the files in YAML in `directory` itself, in order of path.
pub(super) fn yaml_files_in(directory: &Path) -> Vec<PathBuf> {
    files_in(directory, is_yaml_name)
}

fn files_in(directory: &Path, wanted: impl Fn(&OsStr) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let named = entries.filter(|entry| wanted(&entry.file_name()) && !is_hidden(&entry.file_name()));
    let mut files: Vec<PathBuf> = named.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Something that one of the threads came across.
enum Found {
    ComposeFile(PathBuf),
    YamlFile(PathBuf),
    EnvFile(PathBuf),
    Git(PathBuf),
    Head(PathBuf),
    LeftOut(LeftOut),
    Wrong(PathBuf, Diagnostic),
}

struct Walkers<'w> {
    root: &'w Path,
    filter: &'w Filter,
    sender: Sender<Found>,
}

impl<'w> ParallelVisitorBuilder<'w> for Walkers<'w> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'w> {
        Box::new(Walker { root: self.root, filter: self.filter, sender: self.sender.clone() })
    }
}

/// Whether a directory below the root is walked; tells of a repository by its `.git`, and of rules that are refused.
fn is_walked(
    directory: &DirEntry,
    sender: &Sender<Found>,
    leaves_out: &dyn Fn(&Path) -> Option<LeftOut>,
    rules: &Rules,
) -> bool {
    let (name, path) = (directory.file_name(), directory.path());
    if name == ".git" {
        send(sender, Found::Git(parent(path).to_owned()));
    }
    let foreign = FOREIGN_FOLDERS.iter().any(|foreign| name == *foreign);
    if foreign || is_hidden(name) {
        return false;
    }
    if let Some(reason) = leaves_out(path) {
        send(sender, Found::LeftOut(reason));
        return false;
    }
    let refused = rules.refused(path);
    let is_walked = refused.is_none();
    if let Some((path, message)) = refused {
        send(sender, Found::Wrong(path, message));
    }
    is_walked
}

fn send(sender: &Sender<Found>, found: Found) {
    sender.send(found).expect("the walk's results are received until its threads have ended");
}

struct Walker<'w> {
    root: &'w Path,
    filter: &'w Filter,
    sender: Sender<Found>,
}

impl ParallelVisitor for Walker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) if entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                WalkState::Continue
            }
            Ok(entry) => {
                if let Some(found) = self.file(&entry) {
                    send(&self.sender, found);
                }
                WalkState::Continue
            }
            Err(error) => {
                let path = path_of(&error).unwrap_or(self.root).to_owned();
                let title = format!("cannot read the directory: {}", reason(&error));
                let help = "make it readable, or have a `.gitignore` name it";
                send(&self.sender, Found::Wrong(path, Diagnostic::error(title).help(help)));
                WalkState::Continue
            }
        }
    }
}

impl Walker<'_> {
    fn file(&self, entry: &DirEntry) -> Option<Found> {
        let (name, path) = (entry.file_name(), entry.path());
        if name == ".env" {
            return Some(Found::EnvFile(parent(path).to_owned()));
        }
        if name == ".git" {
            return Some(Found::Git(parent(path).to_owned()));
        }
        if name == "HEAD" {
            return Some(Found::Head(parent(path).to_owned()));
        }
        if !is_yaml_name(name) || is_hidden(name) {
            return None;
        }
        if let Some(reason) = self.filter.leaves_out(path, false, self.root) {
            return is_compose_name(name).then_some(Found::LeftOut(reason));
        }
        let is_link = entry.file_type().is_none_or(|kind| kind.is_symlink());
        if is_link && !self.leads_inside(path) {
            return None;
        }
        let path = path.to_owned();
        Some(if is_compose_name(name) { Found::ComposeFile(path) } else { Found::YamlFile(path) })
    }

    /// Whether a symbolic link leads to a regular file below the root.
    fn leads_inside(&self, link: &Path) -> bool {
        let Ok(target) = link.canonicalize() else { return false };
        target.is_file() && self.root.canonicalize().is_ok_and(|root| target.starts_with(root))
    }
}

impl Walk {
    fn add(&mut self, found: Found, root: &Path, known: &mut Submodules) {
        match found {
            Found::ComposeFile(path) => self.compose_files.push(path),
            Found::YamlFile(path) => self.yaml_files.push(path),
            Found::EnvFile(directory) => self.env_directories.push(directory),
            // What was named is walked, be it a submodule.
            Found::Git(directory) if directory != root && is_submodule(&directory, known) => {
                self.submodules.push(directory);
            }
            Found::Git(directory) => self.repositories.push(directory),
            Found::Head(directory) => self.heads.push(directory),
            Found::LeftOut(reason) if self.left_out.contains(&reason) => {}
            Found::LeftOut(reason) => self.left_out.push(reason),
            Found::Wrong(path, message) => self.messages.push((path, message)),
        }
    }

    /// Puts everything in order, and drops what is below submodules.
    fn finish(&mut self, root: &Path) {
        self.submodules.sort();
        let submodules = &self.submodules;
        let inside = |path: &Path| {
            let mut above = path.ancestors().take_while(|above| *above != root);
            !submodules.is_empty()
                && above.any(|above| submodules.binary_search_by(|top| top.as_path().cmp(above)).is_ok())
        };
        for paths in
            [&mut self.compose_files, &mut self.yaml_files, &mut self.env_directories, &mut self.repositories]
        {
            paths.retain(|path| !inside(path));
            sort(paths);
        }
        self.messages.retain(|(path, _)| !inside(path));
        self.messages.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
}

/// Whether `directory` is the top of a submodule; what cannot be read says nothing.
fn is_submodule(directory: &Path, submodules: &mut Submodules) -> bool {
    let read = |path: &Path| Ok::<_, Infallible>(limited::read(path).ok());
    let top = real(directory);
    let Ok(git_dir) = git_dir(&top, read);
    let Ok(is_submodule) = git_dir.map_or(Ok(false), |git_dir| submodules.holds(&top, &git_dir, read));
    is_submodule
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
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
