//! `extends`: from a service to the layers of the one that it extends.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashMapExt, HashSet};

use super::builder::ProjectBuilder;
use super::chain::LayerId;
use super::path::{resolve, without_variable};
use super::{ComposeFile, Definition, FileId};
use crate::text::{Diagnostic, FileDiagnostic, Span};

/// A service that others extend.
///
/// In its own document only that document defines it. From another file it is what all documents of its file
/// make of it. What it extends itself depends on the directory that paths start from: that of the project, or that of the
/// path by which the file is named, which may be a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Extended {
    Definition(Definition, DirectoryId),
    Service(FileId, DirectoryId, String),
}

/// The place of a directory that paths start from, among those of an [`Extender`].
type DirectoryId = u32;

/// What is known of extended services.
#[derive(Default)]
pub(super) struct Extender {
    layers: HashMap<Extended, Option<LayerId>>,
    directories: Vec<PathBuf>,
    directory_ids: HashMap<PathBuf, DirectoryId>,
    /// The services of a document by name, where one of them extends another.
    names: HashMap<(FileId, u32), HashMap<String, Definition>>,
    /// What all documents of a file make of its services, by name, where another file extends one of them.
    definitions: HashMap<FileId, HashMap<String, Vec<Definition>>>,
}

impl Extended {
    /// Where what it extends itself is looked for.
    fn place(&self) -> Place {
        match self {
            Self::Definition(_, directory) => Place { inside: None, directory: *directory },
            Self::Service(file, directory, _) => Place { inside: Some(*file), directory: *directory },
        }
    }
}

/// Where a service is from which another one is extended.
#[derive(Clone, Copy)]
struct Place {
    /// Its file where it is extended from another one itself.
    inside: Option<FileId>,
    /// What its paths start from.
    directory: DirectoryId,
}

/// A service on the way from a service to the root of its chain.
struct Step {
    extended: Extended,
    definitions: Vec<Definition>,
}

impl Extender {
    fn directory(&mut self, directory: &Path) -> DirectoryId {
        if let Some(id) = self.directory_ids.get(directory) {
            return *id;
        }
        let id = DirectoryId::try_from(self.directories.len()).expect("fewer than 2^32 files are read");
        self.directories.push(directory.to_owned());
        self.directory_ids.insert(directory.to_owned(), id);
        id
    }

    /// Returns the layers of what `definition` extends, in a project whose paths start from `directory`.
    pub(super) fn extended(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        directory: &Path,
    ) -> Result<Option<LayerId>, FileDiagnostic> {
        let mut steps: Vec<Step> = Vec::new();
        let start = Place { inside: None, directory: self.directory(directory) };
        let mut on_the_way = HashSet::from_iter([Extended::Definition(definition, start.directory)]);
        let mut next = self.target(builder, definition, start)?;
        let mut below = None;
        while let Some(extended) = next {
            if let Some(known) = self.layers.get(&extended) {
                below = *known;
                break;
            }
            if !on_the_way.insert(extended.clone()) {
                return Err(rejected(builder, definition, "this service extends itself"));
            }
            let definitions = self.definitions_of(builder, &extended);
            let extending = extending(builder, &definitions)?;
            next = match extending {
                Some(child) => self.target(builder, child, extended.place())?,
                None => None,
            };
            steps.push(Step { extended, definitions });
        }
        for step in steps.into_iter().rev() {
            for definition in step.definitions {
                below = Some(builder.push(definition, below));
            }
            self.layers.insert(step.extended, below);
        }
        Ok(below)
    }

    /// What `definition`, which is at `place`, extends.
    fn target(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        place: Place,
    ) -> Result<Option<Extended>, FileDiagnostic> {
        let Some(extends) = builder.library.service(definition).extends.clone() else { return Ok(None) };
        // The name of a service cannot contain a dollar sign.
        if extends.service.contains('$') {
            let diagnostic =
                Diagnostic::error("`extends` names its service with a variable").at(extends.span, "");
            return Err(builder.error(definition.file, diagnostic.help(without_variable("service"))));
        }
        let found = match (&extends.file, place.inside) {
            (Some(written), _) => {
                let (file, directory) = self.open(builder, definition, written, place.directory)?;
                self.in_file(builder, definition, extends.service, file, directory)?
            }
            (None, Some(file)) => {
                self.in_file(builder, definition, extends.service, file, place.directory)?
            }
            (None, None) => self.in_document(builder, definition, &extends.service, place.directory)?,
        };
        Ok(Some(found))
    }

    /// Opens the file that `definition` names by `written`, and returns it with the directory that its paths start from.
    fn open(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        written: &str,
        directory: DirectoryId,
    ) -> Result<(FileId, DirectoryId), FileDiagnostic> {
        let path = resolve(written, &self.directories[directory as usize]).map_err(|unknown| {
            let span = span_of(builder, definition);
            builder.error(definition.file, unknown.diagnostic("extends", span))
        })?;
        let id = builder.library.open(&path, builder.files);
        if builder.library.source(id).is_none() {
            return Err(unreadable(builder, definition, written));
        }
        Ok((builder.open(&path)?, self.directory(path.parent().unwrap_or(&path))))
    }

    /// The service called `name` in the document of `definition`, which extends it.
    fn in_document(
        &mut self,
        builder: &ProjectBuilder<'_, '_>,
        definition: Definition,
        name: &str,
        directory: DirectoryId,
    ) -> Result<Extended, FileDiagnostic> {
        let found = self.names(builder, definition).get(name).copied();
        match found.filter(|found| !builder.library.service(*found).is_removed()) {
            Some(found) => Ok(Extended::Definition(found, directory)),
            None => {
                Err(rejected(builder, definition, &format!("there is no service `{name}` in this document")))
            }
        }
    }

    /// The service called `name` in `file`, which `definition` extends.
    fn in_file(
        &mut self,
        builder: &ProjectBuilder<'_, '_>,
        definition: Definition,
        name: String,
        file: FileId,
        directory: DirectoryId,
    ) -> Result<Extended, FileDiagnostic> {
        if self.definitions_in(builder, file).get(&name).is_none_or(Vec::is_empty) {
            let path = builder.library.shown(file).display();
            return Err(rejected(builder, definition, &format!("there is no service `{name}` in `{path}`")));
        }
        Ok(Extended::Service(file, directory, name))
    }

    /// The definitions that make up `extended`, the earliest first.
    fn definitions_of(&mut self, builder: &ProjectBuilder<'_, '_>, extended: &Extended) -> Vec<Definition> {
        match extended {
            Extended::Definition(definition, _) => vec![*definition],
            Extended::Service(file, _, name) => {
                self.definitions_in(builder, *file).get(name).cloned().unwrap_or_default()
            }
        }
    }

    /// The definitions of the services of `file`, without what `!reset` removes and `!override` replaces.
    fn definitions_in(
        &mut self,
        builder: &ProjectBuilder<'_, '_>,
        file: FileId,
    ) -> &HashMap<String, Vec<Definition>> {
        let library = &*builder.library;
        self.definitions.entry(file).or_insert_with(|| {
            let mut definitions: HashMap<String, Vec<Definition>> = HashMap::new();
            let documents = library.file(file).map(ComposeFile::documents).unwrap_or_default();
            let first = documents.iter().rposition(|document| document.replaces_services);
            let is_left = |definition: &Definition| definition.document as usize >= first.unwrap_or(0);
            for definition in library.definitions(file).filter(is_left) {
                let service = library.service(definition);
                let found = definitions.entry(service.name.clone().into_owned()).or_default();
                if service.is_removed() || service.replaces() {
                    found.clear();
                }
                if !service.is_removed() {
                    found.push(definition);
                }
            }
            definitions
        })
    }

    /// The services of the document that `definition` is in.
    fn names(
        &mut self,
        builder: &ProjectBuilder<'_, '_>,
        definition: Definition,
    ) -> &HashMap<String, Definition> {
        let Definition { file, document, .. } = definition;
        let library = &*builder.library;
        self.names.entry((file, document)).or_insert_with(|| {
            let services = &library.document_of(definition).services;
            let mut names = HashMap::with_capacity(services.len());
            for (service, content) in (0..).zip(services) {
                names.insert(content.name.clone().into_owned(), Definition { file, document, service });
            }
            names
        })
    }
}

/// The latest of `definitions` that extends a service.
///
/// # Errors
/// A fault of one of them by itself.
fn extending(
    builder: &ProjectBuilder<'_, '_>,
    definitions: &[Definition],
) -> Result<Option<Definition>, FileDiagnostic> {
    let mut latest = None;
    for definition in definitions {
        let service = builder.library.service(*definition);
        service.check().map_err(|error| builder.error(definition.file, error.diagnostic()))?;
        if service.extends.is_some() {
            latest = Some(*definition);
        }
    }
    Ok(latest)
}

/// The bytes by which `definition` extends a service.
fn span_of(builder: &ProjectBuilder<'_, '_>, definition: Definition) -> Span {
    let service = builder.library.service(definition);
    service.extends.as_ref().map_or(service.key.span(), |extends| extends.span)
}

fn rejected(builder: &ProjectBuilder<'_, '_>, definition: Definition, reason: &str) -> FileDiagnostic {
    let span = span_of(builder, definition);
    let diagnostic = Diagnostic::error("Docker Compose rejects this file").at(span, reason);
    builder.error(definition.file, diagnostic.help("name a service that exists and does not extend this one"))
}

fn unreadable(builder: &ProjectBuilder<'_, '_>, definition: Definition, file: &str) -> FileDiagnostic {
    let (name, span) = (&builder.library.service(definition).name, span_of(builder, definition));
    let title = format!("service `{name}` extends a service of `{file}`, which cannot be read");
    builder.error(
        definition.file,
        Diagnostic::error(title).at(span, "").help("correct the path, or add the file"),
    )
}
