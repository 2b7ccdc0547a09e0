//! From the words of a command to those of its files that are there.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use foldhash::{HashMap, HashSet};

use super::command::Command;
use super::word::{Word, directory_of, project_directory_of};
use crate::discover::names::{is_compose_name, is_hidden};
use crate::discover::path::absolute;

/// How many times files of commands are looked for in one unit: texts times directories would be more than anybody's
/// project needs.
pub(super) const MAX_LOOKUPS: usize = 1 << 18;

/// How many files a word with an unknown part may stand for; with more of them it says nothing.
const MAX_FITTING: usize = 64;

/// How many lookups each word of a list counts for that is made for a file that fits: what its services say is read as well.
const LOOKUPS_PER_FITTING_WORD: usize = 64;

/// There were more than [`MAX_LOOKUPS`].
#[derive(Debug)]
pub(super) struct TooMany;

/// Files that a command loads together.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FoundList {
    pub(super) files: Vec<PathBuf>,
    /// The project's directory, where the command states one.
    pub(super) directory: Option<PathBuf>,
    /// Whether the last file is one of those that fit a word with an unknown part.
    pub(super) fits: bool,
}

/// A directory that the words of a command may start from, and the names in it.
///
/// The names tell without the system's help that most words of most commands are not files in most directories.
#[derive(Clone, Debug)]
pub(super) struct Base {
    path: PathBuf,
    names: Rc<HashSet<OsString>>,
    /// Those of Compose files that are not hidden, in order.
    compose_names: Rc<Vec<String>>,
}

impl Base {
    fn may_hold(&self, path: &Path) -> bool {
        match path.components().find(|part| *part != Component::CurDir) {
            Some(Component::Normal(name)) => {
                // A way back out of a directory may begin with one that is not there.
                self.names.contains(name) || path.components().any(|part| part == Component::ParentDir)
            }
            _ => true,
        }
    }
}

/// What the words of a command are in one directory.
#[derive(Debug, Default)]
struct Lists {
    lists: Vec<FoundList>,
    /// Whether each word is a file that is there.
    are_complete: bool,
}

/// Finds files, and lists each directory once.
#[derive(Debug)]
pub(super) struct Resolver {
    bases: HashMap<PathBuf, Base>,
    lookups_left: usize,
}

impl Resolver {
    pub(super) fn new() -> Self {
        Self { bases: HashMap::default(), lookups_left: MAX_LOOKUPS }
    }

    /// Returns the directory at `path`.
    pub(super) fn base(&mut self, path: &Path) -> Base {
        if let Some(base) = self.bases.get(path) {
            return base.clone();
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let names: HashSet<OsString> = entries.map(|entry| entry.file_name()).collect();
        let compose_names = names.iter().filter(|name| is_compose_name(name) && !is_hidden(name));
        let mut compose_names: Vec<String> =
            compose_names.filter_map(|name| name.to_str()).map(str::to_owned).collect();
        compose_names.sort_unstable();
        let base =
            Base { path: path.to_owned(), names: Rc::new(names), compose_names: Rc::new(compose_names) };
        self.bases.insert(path.to_owned(), base.clone());
        base
    }

    /// Returns the lists of files that `command` may name, taken from the first of `bases` in which there are all of them,
    /// or else from the first in which there are some: one, or one for each file that fits a word with an unknown part.
    ///
    /// Where the command changes the directory, that directory of each base comes first.
    ///
    /// # Errors
    /// [`TooMany`] from all of the unit's commands together.
    pub(super) fn lists(&mut self, command: &Command, bases: &[Base]) -> Result<Vec<FoundList>, TooMany> {
        self.charge(command.files.len())?;
        let words: Option<Vec<Word>> = command.files.iter().map(|word| Word::of(word)).collect();
        let Some(mut words) = words else { return Ok(Vec::new()) };
        // What fits may be a layer over what is before it; what comes after both says nothing about them.
        if let Some(unknown) = words.iter().position(|word| matches!(word, Word::Any { .. })) {
            words.truncate(unknown + 1);
            if unknown == 0 {
                return Ok(Vec::new());
            }
        }
        let mut starts = Vec::new();
        if let Some(directory) = command.directory.as_deref().and_then(directory_of) {
            for base in bases.iter().filter(|base| base.may_hold(directory)) {
                starts.push(self.base(&absolute(&base.path, directory)));
            }
        }
        let mut incomplete = Vec::new();
        for base in starts.iter().chain(bases) {
            let Lists { lists, are_complete } = self.lists_in(base, &words, command)?;
            if lists.is_empty() {
                continue;
            }
            if are_complete {
                return Ok(lists);
            }
            if incomplete.is_empty() {
                incomplete = lists;
            }
        }
        Ok(incomplete)
    }

    /// Returns the lists that `words` are in `base`, if the first of their files is there.
    ///
    /// Others that are not there are left out: people have files of their own that no repository holds. A single file
    /// that is left says nothing of what it is loaded with.
    fn lists_in(&mut self, base: &Base, words: &[Word], command: &Command) -> Result<Lists, TooMany> {
        if !words.first().is_some_and(|word| base.may_hold(word.known())) {
            return Ok(Lists::default());
        }
        let directory = command.project_directory.as_deref().and_then(project_directory_of);
        let directory = directory.map(|directory| absolute(&base.path, directory));
        let mut files = Vec::new();
        let mut are_complete = true;
        for word in words {
            match word {
                Word::File(path) => {
                    let file = absolute(&base.path, path);
                    let may_be_here = base.may_hold(path);
                    if may_be_here && file.is_file() {
                        files.push(file);
                    } else if !files.is_empty() && (!may_be_here || is_absent(&file)) {
                        are_complete = false;
                    } else {
                        return Ok(Lists::default());
                    }
                }
                Word::Any { directory: inner, before, after } => {
                    let fitting = self.fitting(base, inner, before, after)?;
                    self.charge(fitting.len() * words.len() * LOOKUPS_PER_FITTING_WORD)?;
                    // What an unknown part stands for is not what another word names.
                    let others = fitting.into_iter().filter(|file| !files.contains(file));
                    let list = |file| {
                        let files = files.iter().cloned().chain([file]).collect();
                        FoundList { files, directory: directory.clone(), fits: true }
                    };
                    return Ok(Lists { lists: others.map(list).collect(), are_complete });
                }
            }
        }
        // Of two that are the same, one is a file elsewhere.
        let differ = files.iter().collect::<HashSet<_>>().len() == files.len();
        if !differ || !are_complete && files.len() == 1 {
            return Ok(Lists::default());
        }
        Ok(Lists { lists: vec![FoundList { files, directory, fits: false }], are_complete })
    }

    /// Returns the Compose files in `directory`, as seen from `base`, whose names have text between `before` and `after`.
    fn fitting(
        &mut self,
        base: &Base,
        directory: &Path,
        before: &str,
        after: &str,
    ) -> Result<Vec<PathBuf>, TooMany> {
        let directory = absolute(&base.path, directory);
        let names = self.base(&directory).compose_names;
        let begin = |name: &&String| name.starts_with(before);
        let start = names.partition_point(|name| name.as_str() < before);
        let near = names[start..].iter().take_while(begin).count();
        self.charge(near)?;
        let fits = |name: &&String| name.len() > before.len() + after.len() && name.ends_with(after);
        let fitting: Vec<PathBuf> =
            names[start..start + near].iter().filter(fits).map(|name| directory.join(name)).collect();
        if fitting.len() > MAX_FITTING {
            return Ok(Vec::new());
        }
        Ok(fitting.into_iter().filter(|file| file.is_file()).collect())
    }

    fn charge(&mut self, lookups: usize) -> Result<(), TooMany> {
        self.lookups_left = self.lookups_left.checked_sub(lookups).ok_or(TooMany)?;
        Ok(())
    }
}

/// Whether there is nothing at `path`; what cannot be looked at, or is no file, is something.
fn is_absent(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}
