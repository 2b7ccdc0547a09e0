//! From lists of files, and files that no list names, to the projects that have to load.
//!
//! A file beside a base file may be a layer over it, a project of its own, or both. What its services say decides;
//! where that is not enough, both have to hold.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::{
    ComposeDocument, ComposeFile, FileId, FileList, Files, Group, Library, MAX_INCLUDED_FILES, Origin, Scope,
    Service,
};

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
    /// The file includes what the base file includes as well, and defines nothing.
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
    /// The project's directory, where it is stated.
    pub directory: Option<PathBuf>,
    /// How certain that is.
    pub certainty: Certainty,
}

/// Returns the projects that the files of `group` may make up, the most certain first.
pub fn candidates(group: &Group, library: &mut Library<'_>, files: &mut dyn Files) -> Vec<Candidate> {
    let lists = &group.lists;
    let (fitting, lists): (Vec<&FileList>, Vec<&FileList>) = lists.iter().partition(|list| list.is_fitting());
    let over_others: HashSet<&PathBuf> = lists.iter().flat_map(|list| list.files.iter().skip(1)).collect();
    let mut found = Vec::new();
    for list in lists {
        if !is_layer_elsewhere(list, &over_others, library, files) {
            found.push(of_list(list));
        }
    }
    let fitting = of_fitting(&fitting, library, files);
    let layers = fitting.iter().filter(|candidate| matches!(candidate.certainty, Certainty::Layer(_)));
    let layers: HashSet<&PathBuf> = layers.filter_map(|candidate| candidate.paths.last()).collect();
    let mut over = of_variants(&found, &group.variants, library, files);
    over.retain(|found| found.certainty != Certainty::Alone || !layers.contains(&found.paths[0]));
    found.extend(over);
    found.extend(fitting);
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

/// Whether a file is a project by its name alone, while a command has it as a layer over another file, one of
/// `over_others`, and it says itself that it is one.
fn is_layer_elsewhere(
    list: &FileList,
    over_others: &HashSet<&PathBuf>,
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> bool {
    let [path] = &list.files[..] else { return false };
    if list.origin != Origin::Names || !over_others.contains(path) {
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
    Candidate { paths: list.files.clone(), directory: list.directory.clone(), certainty }
}

/// The project that the variants in its directory may be layers over.
struct Base<'b> {
    /// Its earliest file.
    first: &'b Path,
    files: HashSet<FileId>,
    /// Its services, with those of what it includes.
    services: HashSet<&'b str>,
    /// The files that it includes, as written.
    included: HashSet<&'b str>,
}

impl<'b> Base<'b> {
    /// Returns the project of the files at `paths`, which are the first of `all`; the others are what these include.
    fn new(paths: &'b [PathBuf], all: &[FileId], library: &'b Library<'_>) -> Option<Self> {
        let listed = &all[..paths.len()];
        let read = |ids: &[FileId]| ids.iter().filter_map(|id| library.file(*id).ok()).collect::<Vec<_>>();
        Some(Self {
            first: paths.first()?,
            files: listed.iter().copied().collect(),
            services: read(all).into_iter().flat_map(services_of).map(|service| &*service.name).collect(),
            included: read(listed).into_iter().flat_map(included_by).collect(),
        })
    }
}

/// Returns what `lists` may be, of which the last file only fits a command: a layer over the others, if its services say so.
fn of_fitting(lists: &[&FileList], library: &mut Library<'_>, files: &mut dyn Files) -> Vec<Candidate> {
    // As with variants, what is known of a base is gathered only once.
    let mut opened: HashMap<(&[PathBuf], Option<&Path>), Vec<FileId>> = HashMap::default();
    let mut fitting = Vec::new();
    for list in lists {
        let Some((path, before)) = list.files.split_last() else { continue };
        let key = (before, list.directory.as_deref());
        opened.entry(key).or_insert_with(|| {
            let listed: Vec<FileId> = before.iter().map(|path| library.open(path, files)).collect();
            let directory = key.1.or_else(|| before.first()?.parent()).unwrap_or(Path::new(""));
            with_included(&listed, directory, library, files)
        });
        fitting.push((list, key, library.open(path, files)));
    }
    let library = &*library;
    let bases: HashMap<_, Base<'_>> =
        opened.iter().filter_map(|(key, all)| Some((*key, Base::new(key.0, all, library)?))).collect();
    let candidates = fitting.into_iter().filter_map(|(list, key, id)| {
        let base = bases.get(&key).filter(|base| !base.files.contains(&id))?;
        let file = library.loaded(id).ok().filter(|file| !extends_nothing(file.documents()))?;
        let certainty = layer_by_services(file, base)?;
        Some(Candidate { paths: list.files.clone(), directory: list.directory.clone(), certainty })
    });
    candidates.collect()
}

/// Returns what the files at `variants` may be: layers over the project of their own directory, the first of `found` that
/// is given there, or projects of their own.
fn of_variants(
    found: &[Candidate],
    variants: &[PathBuf],
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> Vec<Candidate> {
    let mut lists: HashMap<Option<&Path>, &[PathBuf]> = HashMap::default();
    for candidate in found.iter().filter(|candidate| candidate.certainty == Certainty::Given) {
        let directory = candidate.paths.first().and_then(|first| first.parent());
        lists.entry(directory).or_insert(&candidate.paths);
    }
    // All are opened before one is looked at, so that what is known of a base is gathered only once.
    let mut opened: HashMap<Option<&Path>, (&[PathBuf], Vec<FileId>)> = HashMap::default();
    let mut ids = Vec::new();
    for path in variants {
        if let Some(list) = lists.remove(&path.parent()) {
            let listed: Vec<FileId> = list.iter().map(|path| library.open(path, files)).collect();
            let directory = path.parent().unwrap_or(Path::new(""));
            opened.insert(path.parent(), (list, with_included(&listed, directory, library, files)));
        }
        ids.push(library.open(path, files));
    }
    let (library, files) = (&*library, &*files);
    let bases: HashMap<Option<&Path>, Base<'_>> = opened
        .iter()
        .filter_map(|(directory, (paths, ids))| Some((*directory, Base::new(paths, ids, library)?)))
        .collect();
    let variants = variants.iter().zip(ids);
    variants.flat_map(|(path, id)| of_variant(bases.get(&path.parent()), path, id, library, files)).collect()
}

/// Returns `listed` and the files that those include, directly and through one another, as far as they can be found; the
/// paths in `listed` start from `directory`.
fn with_included(
    listed: &[FileId],
    directory: &Path,
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> Vec<FileId> {
    let mut found = listed.to_vec();
    let mut known: HashSet<FileId> = listed.iter().copied().collect();
    let mut waiting: Vec<(FileId, PathBuf)> = listed.iter().map(|id| (*id, directory.to_owned())).collect();
    while let Some((id, directory)) = waiting.pop() {
        let documents = library.file(id).map(ComposeFile::documents).unwrap_or_default();
        let includes = documents.iter().flat_map(|document| &document.includes);
        let resolved: Vec<_> = includes.filter_map(|include| include.resolved(&directory).ok()).collect();
        for (paths, own) in resolved {
            for path in paths {
                let id = library.open(&path, files);
                if found.len() < MAX_INCLUDED_FILES && known.insert(id) {
                    found.push(id);
                    waiting.push((id, own.clone()));
                }
            }
        }
    }
    found
}

fn of_variant(
    base: Option<&Base<'_>>,
    path: &Path,
    id: FileId,
    library: &Library<'_>,
    files: &dyn Files,
) -> Vec<Candidate> {
    let alone = Candidate { paths: vec![path.to_owned()], directory: None, certainty: Certainty::Alone };
    let documents = library.file(id).map(ComposeFile::documents);
    if documents.is_ok_and(<[_]>::is_empty) && !(base.is_none() && files.scope(path) == Scope::Named) {
        // It adds nothing to a project, and is not one by itself.
        return Vec::new();
    }
    let Some(base) = base else { return vec![alone] };
    if base.files.contains(&id) {
        // A link to a file of the base is another name for it.
        return Vec::new();
    }
    if extends_nothing(documents.unwrap_or_default()) {
        // No project can load it, whatever it is merged over: that is reported for the file by itself.
        return vec![alone];
    }
    let Ok(file) = library.loaded(id) else { return vec![alone] };
    let Some(certainty) = layer_by_services(file, base).or_else(|| layer_by_includes(file, base)) else {
        return vec![alone];
    };
    let is_certain = matches!(certainty, Certainty::Layer(_));
    let layered =
        Candidate { paths: vec![base.first.to_owned(), path.to_owned()], directory: None, certainty };
    if is_certain { vec![layered] } else { vec![layered, alone] }
}

/// How certain the services of `file` make it that it is a layer over `base`, where they say so at all.
fn layer_by_services(file: &ComposeFile<'_>, base: &Base<'_>) -> Option<Certainty> {
    let mut shared = services_of(file).filter(|service| base.services.contains(&*service.name)).peekable();
    let first = shared.peek()?.name.to_string();
    let is_partial = |service: &Service<'_>| {
        !service.makes_container(file.aliases()) || service.check_first(file.aliases()).is_err()
    };
    let partial = shared.find(|service| service.extends.is_none() && is_partial(service));
    Some(match partial {
        Some(service) => Certainty::Layer(service.name.to_string()),
        None => Certainty::Possible(first),
    })
}

/// Whether `file` is another way to name what `base` includes, which is as good as a layer.
fn layer_by_includes(file: &ComposeFile<'_>, base: &Base<'_>) -> Option<Certainty> {
    let mut included = included_by(file).peekable();
    let first = (*included.peek()?).to_owned();
    let same = services_of(file).next().is_none() && included.all(|path| base.included.contains(path));
    same.then_some(Certainty::SameIncludes(first))
}

fn services_of<'f, 't>(file: &'f ComposeFile<'t>) -> impl Iterator<Item = &'f Service<'t>> {
    file.documents().iter().flat_map(|document| &document.services)
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
