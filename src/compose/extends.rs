//! `extends`: from a service to the layers of the one that it extends.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashMapExt, HashSet};

use super::builder::ProjectBuilder;
use super::chain::LayerId;
use super::path::{PathTarget, resolve};
use super::{Definition, Extends, FileId};
use crate::text::{Diagnostic, FileDiagnostic};

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
        let start = self.directory(directory);
        let mut on_the_way = HashSet::from_iter([Extended::Definition(definition, start)]);
        let mut next = self.target(builder, definition, None, start)?;
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
            for definition in &definitions {
                let checked = builder.library.service(*definition).check();
                checked.map_err(|error| builder.error(definition.file, error.diagnostic()))?;
            }
            next = match definitions
                .iter()
                .rev()
                .find(|definition| builder.library.service(**definition).extends.is_some())
            {
                Some(child) => {
                    let (inside, directory) = match &extended {
                        Extended::Service(file, directory, _) => (Some(*file), *directory),
                        Extended::Definition(_, directory) => (None, *directory),
                    };
                    self.target(builder, *child, inside, directory)?
                }
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

    /// What `definition` extends by paths that start from `directory`; `inside` is its file where it is extended from
    /// another one itself.
    fn target(
        &mut self,
        builder: &mut ProjectBuilder<'_, '_>,
        definition: Definition,
        inside: Option<FileId>,
        directory: DirectoryId,
    ) -> Result<Option<Extended>, FileDiagnostic> {
        let Some(extends) = builder.library.service(definition).extends.clone() else { return Ok(None) };
        let Extends { service, file, span } = *extends;
        // The name of a service holds no dollar.
        if service.contains('$') {
            let diagnostic = Diagnostic::error("`extends` names its service with a variable").at(span, "");
            let help =
                "name the service without a variable; which one it is must not depend on the environment";
            return Err(builder.error(definition.file, diagnostic.help(help)));
        }
        let file = match file {
            Some(written) => {
                let start = &self.directories[directory as usize];
                match resolve(&written, start) {
                    PathTarget::Path(path) => {
                        let id = builder.library.open(&path, builder.files);
                        if builder.library.source(id).is_none() {
                            return Err(unreadable(builder, definition, &written));
                        }
                        let directory = self.directory(path.parent().unwrap_or(&path));
                        Some((builder.open(&path)?, directory))
                    }
                    unknown => {
                        let diagnostic = Diagnostic::error(unknown.title("extends")).at(span, "");
                        return Err(builder.error(definition.file, diagnostic.help(unknown.help())));
                    }
                }
            }
            None => inside.map(|file| (file, directory)),
        };
        let Some((file, inner)) = file else {
            let found = self.names(builder, definition).get(&service).copied();
            return match found.filter(|found| !builder.library.service(*found).is_removed()) {
                Some(found) => Ok(Some(Extended::Definition(found, directory))),
                None => Err(rejected(
                    builder,
                    definition,
                    &format!("there is no service `{service}` in this document"),
                )),
            };
        };
        if self.definitions_in(builder, file).get(&service).is_none_or(Vec::is_empty) {
            let path = builder.library.shown(file).display();
            return Err(rejected(
                builder,
                definition,
                &format!("there is no service `{service}` in `{path}`"),
            ));
        }
        Ok(Some(Extended::Service(file, inner, service)))
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
            for definition in library.definitions(file) {
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

fn rejected(builder: &ProjectBuilder<'_, '_>, definition: Definition, reason: &str) -> FileDiagnostic {
    let service = builder.library.service(definition);
    let span = service.extends.as_ref().map_or(service.key.span(), |extends| extends.span);
    let diagnostic = Diagnostic::error("Docker Compose rejects this file").at(span, reason);
    builder.error(
        definition.file,
        diagnostic.help("name a service that is there, and not one that extends this one"),
    )
}

fn unreadable(builder: &ProjectBuilder<'_, '_>, definition: Definition, file: &str) -> FileDiagnostic {
    let service = builder.library.service(definition);
    let span = service.extends.as_ref().map_or(service.key.span(), |extends| extends.span);
    let title = format!("service `{}` extends a service of `{file}`, which cannot be read", service.name);
    builder.error(
        definition.file,
        Diagnostic::error(title).at(span, "").help("correct the path, or put the file there"),
    )
}
