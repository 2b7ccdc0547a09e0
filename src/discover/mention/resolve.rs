//! From the words of a command to files that are there.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use foldhash::{HashMap, HashSet};

use super::command::Command;
use crate::discover::path::absolute;

/// How scripts write the directory they run in, in front of a path.
const HERE: [&str; 6] = ["$PWD/", "${PWD}/", "$(PWD)/", "$$PWD/", "$(pwd)/", "$(CURDIR)/"];

/// A directory that the words of a command may start from, and the names in it.
///
/// The names tell without the system's help that most words of most commands are not files in most directories.
#[derive(Clone, Debug)]
pub(super) struct Base {
    path: PathBuf,
    names: Rc<HashSet<OsString>>,
}

impl Base {
    /// Returns the files that `words` are here, if all of them are.
    fn files(&self, words: &[&Path]) -> Option<Vec<PathBuf>> {
        if !words.iter().all(|word| self.may_hold(word)) {
            return None;
        }
        let files = words.iter().map(|word| absolute(&self.path, word));
        files.map(|file| file.is_file().then_some(file)).collect()
    }

    fn may_hold(&self, path: &Path) -> bool {
        match path.components().find(|part| *part != Component::CurDir) {
            Some(Component::Normal(name)) => self.names.contains(name),
            _ => true,
        }
    }
}

/// Finds files, and lists each directory once.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    bases: HashMap<PathBuf, Base>,
}

impl Resolver {
    /// Returns the directory at `path`.
    pub(super) fn base(&mut self, path: &Path) -> Base {
        if let Some(base) = self.bases.get(path) {
            return base.clone();
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let names = Rc::new(entries.map(|entry| entry.file_name()).collect());
        let base = Base { path: path.to_owned(), names };
        self.bases.insert(path.to_owned(), base.clone());
        base
    }

    /// Returns the files of `command` taken from the first of `bases` in which all of them are.
    ///
    /// Where the command changes the directory, that directory of each base comes first.
    pub(super) fn files(&mut self, command: &Command, bases: &[Base]) -> Option<Vec<PathBuf>> {
        let words: Vec<&Path> = command.files.iter().map(|word| relative(word)).collect::<Option<_>>()?;
        if let Some(directory) = command.directory.as_deref().and_then(relative) {
            for base in bases.iter().filter(|base| base.may_hold(directory)) {
                let changed = self.base(&absolute(&base.path, directory));
                if let Some(files) = changed.files(&words) {
                    return Some(files);
                }
            }
        }
        bases.iter().find_map(|base| base.files(&words))
    }
}

/// Returns `word` as a relative path; an absolute one is that of another machine.
fn relative(word: &str) -> Option<&Path> {
    let word = HERE.iter().find_map(|here| word.strip_prefix(here)).unwrap_or(word);
    let path = Path::new(word);
    (!word.is_empty() && !word.starts_with('~') && !path.has_root()).then_some(path)
}
