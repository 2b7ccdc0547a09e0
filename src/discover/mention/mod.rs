//! Commands in a project's own scripts, documents and CI files that say which Compose files are loaded together.
//!
//! From the places of a unit to lists of files that are there; a command whose first file is not says nothing.

mod assignment;
mod branches;
mod carriers;
mod command;
mod compose_file;
mod continued;
mod devcontainer;
mod json;
mod options;
mod place;
mod resolve;
mod texts;
mod values;
mod variables;
mod word;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use foldhash::HashSet;

use self::resolve::{Base, FoundList, MAX_LOOKUPS, Resolver, TooMany};
use self::texts::{Text, texts_in};
use super::folder::Folder;
use super::path::{is_repository, parent};
use crate::compose::{FileList, Origin};
use crate::text::{Diagnostic, FileDiagnostic};

/// A directory whose files may say which Compose files are loaded together.
#[derive(Debug)]
pub(super) struct SearchPlace {
    pub(super) directory: PathBuf,
    /// The topmost directory above it that was asked for, or the directory itself.
    pub(super) root: PathBuf,
}

/// Files that are loaded together, after the file and the line that say so.
type Mention = (PathBuf, usize, FoundList);

/// Returns a folder for each list that a command names, in order of the commands' places.
///
/// Commands count that name at least one file that `counts`. Where there are too many, a folder with a warning comes last.
pub(super) fn folders(places: &[SearchPlace], counts: impl Fn(&PathBuf) -> bool) -> Vec<Folder> {
    let mut folders = Vec::new();
    let (mentions, stopped_at) = mentions(places);
    for (file, line, FoundList { files, directory, fits }) in mentions {
        if files.iter().any(&counts) {
            let mut folder = Folder::new(parent(&files[0]));
            let origin = if fits { Origin::Fitting { file, line } } else { Origin::Mention { file, line } };
            folder.lists.push(FileList { directory, ..FileList::new(files, origin) });
            folders.push(folder);
        }
    }
    folders.extend(stopped_at.map(|directory| {
        let mut folder = Folder::new(&directory);
        folder.messages.push(FileDiagnostic::new(directory, too_many()));
        folder
    }));
    folders
}

fn too_many() -> Diagnostic {
    let title = format!(
        "files that commands in scripts and documents name are not looked for from here on: there are more than \
         {MAX_LOOKUPS}, counted for each directory (MAX_LOOKUPS)"
    );
    Diagnostic::warning(title).help("name files that are loaded together with `-f`")
}

/// Returns what commands name, and the directory of the place at which there were too many.
fn mentions(places: &[SearchPlace]) -> (BTreeSet<Mention>, Option<PathBuf>) {
    let mut texts: BTreeMap<PathBuf, Vec<Text>> = BTreeMap::new();
    let mut resolver = Resolver::new();
    let mut mentions = BTreeSet::new();
    for place in places {
        for directory in directories_of(place) {
            let texts = texts.entry(directory.clone()).or_insert_with(|| texts_in(&directory));
            for text in texts.iter() {
                let mut starts = vec![parent(&text.path), &directory, &place.directory, &place.root];
                let mut known = HashSet::default();
                starts.retain(|start| known.insert(*start));
                let bases: Vec<Base> = starts.into_iter().map(|start| resolver.base(start)).collect();
                for command in &text.commands {
                    let lists = match resolver.lists(command, &bases) {
                        Ok(lists) => lists,
                        Err(TooMany) => return (mentions, Some(place.directory.clone())),
                    };
                    mentions.extend(lists.into_iter().map(|list| (text.path.clone(), command.line, list)));
                }
            }
        }
    }
    (mentions, None)
}

/// Returns the directory of `place` and those above it, up to its root or to the top of its repository.
fn directories_of(place: &SearchPlace) -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for directory in place.directory.ancestors() {
        directories.push(directory.to_owned());
        if directory == place.root || is_repository(directory) {
            break;
        }
    }
    directories
}

#[cfg(test)]
mod tests;
