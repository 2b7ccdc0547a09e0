//! From the words of a command to files that are there.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use foldhash::{HashMap, HashSet};

use super::command::Command;
use super::word::{Word, directory_of};
use crate::discover::names::{is_compose_name, is_hidden, is_yaml_name};
use crate::discover::path::absolute;
use crate::discover::sniff;

/// How many times files of commands are looked for in one unit: texts times directories would be more than anybody's
/// project needs.
pub(super) const MAX_LOOKUPS: usize = 1 << 18;

/// How many files a word with an unknown part may stand for; with more of them it says nothing.
const MAX_FITTING: usize = 64;

/// There were more than [`MAX_LOOKUPS`].
#[derive(Debug)]
pub(super) struct TooMany;

/// Files that a command loads together, and the project's directory where it states one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FoundList {
    pub(super) files: Vec<PathBuf>,
    pub(super) directory: Option<PathBuf>,
}

/// A directory that the words of a command may start from, and the names in it.
///
/// The names tell without the system's help that most words of most commands are not files in most directories.
#[derive(Clone, Debug)]
pub(super) struct Base {
    path: PathBuf,
    names: Rc<HashSet<OsString>>,
    /// Those of files in YAML that are not hidden, in order.
    yaml_names: Rc<Vec<String>>,
}

impl Base {
    fn may_hold(&self, path: &Path) -> bool {
        match path.components().find(|part| *part != Component::CurDir) {
            Some(Component::Normal(name)) => self.names.contains(name),
            _ => true,
        }
    }
}

/// Finds files, and lists each directory once.
#[derive(Debug)]
pub(super) struct Resolver {
    bases: HashMap<PathBuf, Base>,
    /// Whether a file that has not the name of a Compose file is one.
    compose_files: HashMap<PathBuf, bool>,
    lookups_left: usize,
}

impl Resolver {
    pub(super) fn new() -> Self {
        Self { bases: HashMap::default(), compose_files: HashMap::default(), lookups_left: MAX_LOOKUPS }
    }

    /// Returns the directory at `path`.
    pub(super) fn base(&mut self, path: &Path) -> Base {
        if let Some(base) = self.bases.get(path) {
            return base.clone();
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let names: HashSet<OsString> = entries.map(|entry| entry.file_name()).collect();
        let yaml_names = names.iter().filter(|name| is_yaml_name(name) && !is_hidden(name));
        let mut yaml_names: Vec<String> =
            yaml_names.filter_map(|name| name.to_str()).map(str::to_owned).collect();
        yaml_names.sort_unstable();
        let base = Base { path: path.to_owned(), names: Rc::new(names), yaml_names: Rc::new(yaml_names) };
        self.bases.insert(path.to_owned(), base.clone());
        base
    }

    /// Returns the lists of files that `command` may name, taken from the first of `bases` in which there are any: one,
    /// or one for each file that fits a word with an unknown part.
    ///
    /// Where the command changes the directory, that directory of each base comes first.
    ///
    /// # Errors
    /// [`TooMany`] from all of the unit's commands together.
    pub(super) fn lists(&mut self, command: &Command, bases: &[Base]) -> Result<Vec<FoundList>, TooMany> {
        self.charge(command.files.len())?;
        let words: Option<Vec<Word>> = command.files.iter().map(|word| Word::of(word)).collect();
        let Some(words) = words else { return Ok(Vec::new()) };
        // A file that fits by chance may be a layer over a file that this command does not load: alone it says nothing.
        let unknown = words.iter().filter(|word| matches!(word, Word::Any { .. })).count();
        if unknown > 1 || unknown == words.len() {
            return Ok(Vec::new());
        }
        if let Some(directory) = command.directory.as_deref().and_then(directory_of) {
            for base in bases.iter().filter(|base| base.may_hold(directory)) {
                let changed = self.base(&absolute(&base.path, directory));
                let lists = self.lists_in(&changed, &words, command)?;
                if !lists.is_empty() {
                    return Ok(lists);
                }
            }
        }
        for base in bases {
            let lists = self.lists_in(base, &words, command)?;
            if !lists.is_empty() {
                return Ok(lists);
            }
        }
        Ok(Vec::new())
    }

    /// Returns the lists that `words` are in `base`, if all of their files are there.
    fn lists_in(
        &mut self,
        base: &Base,
        words: &[Word],
        command: &Command,
    ) -> Result<Vec<FoundList>, TooMany> {
        if !words.iter().all(|word| base.may_hold(word.known())) {
            return Ok(Vec::new());
        }
        let project_directory = command.project_directory.as_deref().and_then(directory_of);
        let project_directory = project_directory.map(|directory| absolute(&base.path, directory));
        let mut lists = vec![Vec::new()];
        for word in words {
            let files = match word {
                Word::File(path) => {
                    let file = absolute(&base.path, path);
                    if !file.is_file() {
                        return Ok(Vec::new());
                    }
                    vec![file]
                }
                Word::Any { directory, before, after } => self.fitting(base, directory, before, after)?,
            };
            let with = |file: &PathBuf| {
                lists.iter().map(|list: &Vec<PathBuf>| list.iter().chain([file]).cloned().collect()).collect()
            };
            lists = files.iter().flat_map(|file| -> Vec<Vec<PathBuf>> { with(file) }).collect();
        }
        // What an unknown part stands for is not what another word names.
        lists.retain(|files| files.iter().collect::<HashSet<_>>().len() == files.len());
        Ok(lists.into_iter().map(|files| FoundList { files, directory: project_directory.clone() }).collect())
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
        let names = self.base(&directory).yaml_names;
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
        Ok(fitting.into_iter().filter(|file| self.is_compose_file(file)).collect())
    }

    fn is_compose_file(&mut self, file: &Path) -> bool {
        if file.file_name().is_some_and(is_compose_name) {
            return file.is_file();
        }
        if let Some(known) = self.compose_files.get(file) {
            return *known;
        }
        let is_one = sniff::may_be_layer(file);
        self.compose_files.insert(file.to_owned(), is_one);
        is_one
    }

    fn charge(&mut self, lookups: usize) -> Result<(), TooMany> {
        self.lookups_left = self.lookups_left.checked_sub(lookups).ok_or(TooMany)?;
        Ok(())
    }
}
