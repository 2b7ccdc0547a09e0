//! The files of a unit of work: each read and understood once, however many projects it is part of.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashMapExt};
use typed_arena::Arena;

use super::names::ServiceNames;
use super::{ComposeDocument, ComposeFile, Definition, FileId, Files, Service};
use crate::text::{Diagnostic, Source};
use crate::yaml::{Tree, dialect, parse};

/// Files by their paths, each read at most once.
pub struct Library<'l> {
    sources: &'l Arena<Source>,
    trees: &'l Arena<Tree<'l>>,
    /// By their paths as they are written.
    names: HashMap<PathBuf, FileId>,
    /// By their paths without symbolic links.
    identities: HashMap<PathBuf, FileId>,
    shelf: Vec<Book<'l>>,
    defined: usize,
    layers: usize,
}

/// A file of a [`Library`], or why it cannot be read or understood.
struct Book<'l> {
    path: PathBuf,
    source: Option<&'l Source>,
    file: Result<ComposeFile<'l>, Diagnostic>,
    names: ServiceNames,
}

impl<'l> Library<'l> {
    /// Returns a library without files, whose texts and trees are kept in `sources` and `trees`.
    #[must_use]
    pub fn new(sources: &'l Arena<Source>, trees: &'l Arena<Tree<'l>>) -> Self {
        Self {
            sources,
            trees,
            names: HashMap::new(),
            identities: HashMap::new(),
            shelf: Vec::new(),
            defined: 0,
            layers: 0,
        }
    }

    /// Returns the file at `path`, which is read from `files` the first time.
    ///
    /// # Panics
    /// If more than 2^32 files are opened.
    pub fn open(&mut self, path: &Path, files: &mut dyn Files) -> FileId {
        if let Some(id) = self.names.get(path) {
            return *id;
        }
        let identity = files.identity(path);
        if let Some(id) = self.identities.get(&identity) {
            self.names.insert(path.to_owned(), *id);
            return *id;
        }
        let id = FileId(u32::try_from(self.shelf.len()).expect("fewer than 2^32 files are read"));
        let (source, file) = match files.read(path) {
            Ok(source) => {
                let source: &Source = self.sources.alloc(source);
                (Some(source), self.read(source))
            }
            Err(diagnostic) => (None, Err(diagnostic)),
        };
        self.names.insert(path.to_owned(), id);
        self.identities.insert(identity.clone(), id);
        self.defined +=
            file.iter().flat_map(ComposeFile::documents).map(|it| it.services.len()).sum::<usize>();
        self.shelf.push(Book { path: identity, source, file, names: ServiceNames::default() });
        id
    }

    fn read(&self, source: &'l Source) -> Result<ComposeFile<'l>, Diagnostic> {
        dialect::check_characters(source.text()).map_err(|error| error.diagnostic())?;
        let tree: &Tree<'l> = self.trees.alloc(parse(source.text()));
        match tree.errors().first() {
            Some(error) => return Err(error.diagnostic()),
            None => dialect::check(tree).map_err(|error| error.diagnostic())?,
        }
        ComposeFile::read(tree).map_err(|error| error.diagnostic())
    }

    /// The files in the order in which they were read.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..).take(self.shelf.len()).map(FileId)
    }

    /// The paths that files were opened by, in no order.
    pub fn names(&self) -> impl Iterator<Item = (&Path, FileId)> {
        self.names.iter().map(|(path, id)| (path.as_path(), *id))
    }

    /// The path of a file without symbolic links.
    #[must_use]
    pub fn path(&self, id: FileId) -> &Path {
        &self.shelf[id.index()].path
    }

    /// The path of a file as it is shown to people.
    #[must_use]
    pub fn shown(&self, id: FileId) -> &Path {
        self.source(id).map_or(self.path(id), Source::path)
    }

    /// The text of a file that could be read.
    #[must_use]
    pub fn source(&self, id: FileId) -> Option<&'l Source> {
        self.shelf[id.index()].source
    }

    /// A file.
    ///
    /// # Errors
    /// Why it cannot be read or understood, for people.
    pub fn file(&self, id: FileId) -> Result<&ComposeFile<'l>, &Diagnostic> {
        self.shelf[id.index()].file.as_ref()
    }

    /// A file that is loaded by itself, or as a layer: there all that is in it counts.
    ///
    /// # Errors
    /// Why it cannot be read or understood, for people.
    pub fn loaded(&self, id: FileId) -> Result<&ComposeFile<'l>, Cow<'_, Diagnostic>> {
        let file = self.file(id).map_err(Cow::Borrowed)?;
        let fault = file.documents().iter().find_map(|document| {
            let services = || document.services.iter().find_map(|service| service.check().err());
            document.fault.clone().or_else(services)
        });
        match fault {
            Some(error) => Err(Cow::Owned(error.diagnostic())),
            None => Ok(file),
        }
    }

    /// The file of a definition.
    ///
    /// # Panics
    /// Where the definition is not one of this library.
    #[must_use]
    pub fn file_of(&self, definition: Definition) -> &ComposeFile<'l> {
        self.file(definition.file).expect("only a file that is understood has definitions")
    }

    /// The document of a definition.
    #[must_use]
    pub fn document_of(&self, definition: Definition) -> &ComposeDocument<'l> {
        &self.file_of(definition).documents()[definition.document as usize]
    }

    /// The service that a definition is of.
    #[must_use]
    pub fn service(&self, definition: Definition) -> &Service<'l> {
        &self.document_of(definition).services[definition.service as usize]
    }

    /// The definitions of a file, document by document.
    pub fn definitions(&self, id: FileId) -> impl Iterator<Item = Definition> {
        self.file(id).into_iter().flat_map(move |file| file.definitions(id)).map(|(definition, _)| definition)
    }

    /// How many definitions its files have.
    #[must_use]
    pub fn defined(&self) -> usize {
        self.defined
    }

    /// How many layers all projects together were made of so far, those that failed to load among them.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers
    }

    /// Counts layers of a project.
    pub(super) fn count_layers(&mut self, count: usize) {
        self.layers += count;
    }

    /// The service called `name` in the document of `definition`.
    pub(super) fn in_document(&self, definition: Definition, name: &str) -> Option<Definition> {
        let Definition { file, document, .. } = definition;
        self.shelf[file.index()].names.in_document((file, self.file_of(definition)), document, name)
    }

    /// The definitions that make up the service called `name` of a file, the earliest first.
    pub(super) fn in_file(&self, id: FileId, name: &str) -> &[Definition] {
        self.file(id).map_or(&[], |file| self.shelf[id.index()].names.in_file((id, file), name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with three definitions, whatever its path.
    struct Three;

    impl Files for Three {
        fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
            let text = "services: {web: {image: a}, db: {image: b}}\n---\nservices: {web: {tty: true}}\n";
            Source::from_bytes(path, text.into()).map_err(|error| Diagnostic::error(error.to_string()))
        }
    }

    #[test]
    fn the_definitions_of_each_file_are_counted_once() {
        let (sources, trees) = (Arena::new(), Arena::new());
        let mut library = Library::new(&sources, &trees);
        for (path, defined) in [("/p/a.yaml", 3), ("/p/b.yaml", 6), ("/p/a.yaml", 6)] {
            library.open(Path::new(path), &mut Three);
            assert_eq!(library.defined(), defined);
        }
    }
}
