//! From lists of files, and files that no list names, to the projects that have to load.
//!
//! A file beside a base file may be a layer over it, a project of its own, or both. What its services say decides;
//! where that is not enough, both have to hold.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::discover::{FileList, Group, Origin};
use super::{ComposeDocument, ComposeFile, Files, Library, Scope, Service};

/// How certain it is that files are loaded together. What is more certain comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The user, the names of the files or a setting say so.
    Given,
    /// A command in a file of the project does: the file, and the line counted from 1.
    Mentioned(PathBuf, usize),
    /// One of the file's services is in the base file too, and cannot stand alone: it has neither image nor build, or
    /// a null that only a later layer may have.
    Layer(String),
    /// The file has services that the base file has too.
    Possible(String),
    /// The file includes what the base file includes too, and defines nothing.
    SameIncludes(String),
    /// Nothing says that the file belongs to another one.
    Alone,
}

impl Certainty {
    /// Whether something says that the files are loaded together.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        matches!(self, Self::Given | Self::Mentioned(..))
    }

    /// Whether nothing but their content suggests that the files are loaded together, and each may as well stand alone.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        matches!(self, Self::Possible(_) | Self::SameIncludes(_))
    }
}

/// Files that may be loaded together, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// How certain that is.
    pub certainty: Certainty,
}

/// Returns the projects that the files of `group` may make up, the most certain first.
pub fn candidates(group: &Group, library: &mut Library<'_>, files: &mut dyn Files) -> Vec<Candidate> {
    let mut found = Vec::new();
    for list in &group.lists {
        if !is_layer_elsewhere(list, &group.lists, library, files) {
            found.push(of_list(list));
        }
    }
    let given: Vec<Vec<PathBuf>> = found
        .iter()
        .filter(|candidate| candidate.certainty == Certainty::Given)
        .map(|candidate| candidate.paths.clone())
        .collect();
    for path in &group.variants {
        // Its base is the project of its own directory.
        let beside = |paths: &&Vec<PathBuf>| paths.first().and_then(|first| first.parent()) == path.parent();
        let base = given.iter().find(beside).map(Vec::as_slice).unwrap_or_default();
        found.extend(of_variant(base, path, library, files));
    }
    // A list of several files speaks of more than one of a single file.
    found.sort_by_key(|candidate| {
        let mentioned_alone =
            matches!(candidate.certainty, Certainty::Mentioned(..)) && candidate.paths.len() == 1;
        let rank = match candidate.certainty {
            Certainty::Given => 0,
            Certainty::Mentioned(..) => 1,
            Certainty::Layer(_) => 2,
            Certainty::Possible(_) | Certainty::SameIncludes(_) => 3,
            Certainty::Alone => 4,
        };
        (rank, mentioned_alone)
    });
    found
}

/// Whether a file is a project by its name alone, while a command has it as a layer over another file, and it says
/// itself that it is one.
fn is_layer_elsewhere(
    list: &FileList,
    lists: &[FileList],
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> bool {
    let [path] = &list.files[..] else { return false };
    let over_another = |other: &FileList| other.files.iter().skip(1).any(|file| file == path);
    if list.origin != Origin::Names || !lists.iter().any(over_another) {
        return false;
    }
    let id = library.open(path, files);
    let mut services = library.definitions(id).map(|definition| library.service(definition));
    let Ok(file) = library.loaded(id) else { return false };
    services.any(|service| service.extends.is_none() && !service.makes_container(file.aliases()))
}

fn of_list(list: &FileList) -> Candidate {
    let certainty = match &list.origin {
        Origin::Mention { file, line } => Certainty::Mentioned(file.clone(), *line),
        _ => Certainty::Given,
    };
    Candidate { paths: list.files.clone(), certainty }
}

fn of_variant(
    base: &[PathBuf],
    path: &Path,
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> Vec<Candidate> {
    let alone = Candidate { paths: vec![path.to_owned()], certainty: Certainty::Alone };
    let ids: Vec<_> = base.iter().map(|path| library.open(path, files)).collect();
    let id = library.open(path, files);
    let is_empty = library.file(id).is_ok_and(|file| file.documents().is_empty());
    if is_empty && !(base.is_empty() && files.scope(path) == Scope::Named) {
        // It adds nothing to a project, and is none by itself.
        return Vec::new();
    }
    let Some(first) = base.first() else { return vec![alone] };
    let layered = |certainty| Candidate { paths: vec![first.clone(), path.to_owned()], certainty };
    if ids.contains(&id) {
        // A link to a file of the base is another name for it.
        return Vec::new();
    }
    if extends_nothing(library.file(id).map(ComposeFile::documents).unwrap_or_default()) {
        // No project can load it, whatever it is merged over: that is said of the file by itself.
        return vec![alone];
    }
    let services = |id| library.definitions(id).map(|definition| library.service(definition));
    let known: HashMap<&str, &Service<'_>> =
        ids.iter().flat_map(|id| services(*id)).map(|service| (&*service.name, service)).collect();
    let shared: Vec<_> = services(id).filter(|service| known.contains_key(&*service.name)).collect();
    let Ok(file) = library.loaded(id) else { return vec![alone] };
    let Some(first) = shared.first() else {
        // Another way to name the same included files is as good as a layer.
        let included: Vec<&str> = included_by(file).collect();
        let known = |path| {
            ids.iter()
                .flat_map(|id| library.file(*id))
                .any(|file| included_by(file).any(|known| known == path))
        };
        let same = services(id).next().is_none() && included.iter().all(|path| known(*path));
        return match included.first().filter(|_| same) {
            Some(path) => vec![layered(Certainty::SameIncludes((*path).to_owned())), alone],
            None => vec![alone],
        };
    };
    let is_partial = |service: &Service<'_>| {
        !service.makes_container(file.aliases()) || service.check_first(file.aliases()).is_err()
    };
    let partial = shared.iter().find(|service| service.extends.is_none() && is_partial(service));
    match partial {
        Some(service) => vec![layered(Certainty::Layer(service.name.clone().into_owned()))],
        None => vec![layered(Certainty::Possible(first.name.clone().into_owned())), alone],
    }
}

/// Whether a service extends one that its document does not have.
fn extends_nothing(documents: &[ComposeDocument<'_>]) -> bool {
    documents.iter().any(|document| {
        let extends = document.services.iter().filter_map(|service| service.extends.as_ref());
        let mut names = extends.filter(|extends| extends.file.is_none()).map(|extends| &*extends.service);
        let there = document.services.iter().filter(|service| !service.is_removed());
        let there: HashSet<&str> = there.map(|service| &*service.name).collect();
        names.any(|name| !there.contains(name))
    })
}

/// The files that `file` includes, as written.
fn included_by<'f>(file: &'f ComposeFile<'_>) -> impl Iterator<Item = &'f str> {
    let includes = file.documents().iter().flat_map(|document| &document.includes);
    includes.flat_map(|include| &include.paths).map(String::as_str)
}
