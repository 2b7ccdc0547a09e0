//! A project: several files merged in order, and the layers that make up each of its services.
//!
//! Files, documents, `extends` and `include` add layers; a later layer is merged over the earlier ones. Which
//! directory a path starts from is Docker Compose's rule: that of the project in its own files, that of the
//! file in one that is extended.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::chain::{Joined, Layer, LayerId};
use super::extends::Extender;
use super::path::{Reference, resolve};
use super::{Body, ComposeError, ComposeRule, Definition, FileId, Files, Library};
use crate::text::{Diagnostic, FileDiagnostic, Span};

/// How deep projects may include one another.
pub const MAX_INCLUDES: usize = 64;

/// A service of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectService {
    /// A definition that names it.
    pub named: Definition,
    /// Its latest layer; none where `!reset` removes it.
    pub top: Option<LayerId>,
}

/// What Docker Compose makes of several files.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The files that are merged, in order.
    pub files: Vec<FileId>,
    /// Their paths as they are written: what they name by relative paths starts from there.
    pub paths: Vec<PathBuf>,
    /// All files that it is made of, those that are extended or included too, in order of their reading.
    pub all_files: Vec<FileId>,
    /// Its services, in the order in which they first come.
    pub services: Vec<ProjectService>,
    /// Its layers; each comes behind the one that it is merged over.
    pub layers: Vec<Layer>,
    /// Files that are included more than once.
    pub included_twice: Vec<FileId>,
    /// Definitions that lie over themselves, as where two files include the same one.
    pub repeated: Vec<Definition>,
    /// Layers of services named `x-…` that lie over those of earlier documents: some versions of Docker Compose take
    /// such a key for an extension and replace it, others merge the service.
    pub unsettled: Vec<LayerId>,
}

impl Project {
    /// Loads the project of the files at `paths`, merged in this order.
    ///
    /// # Errors
    /// The first thing that cannot be read or that Docker Compose rejects.
    pub fn load(
        paths: &[PathBuf],
        library: &mut Library<'_>,
        files: &mut dyn Files,
    ) -> Result<Self, FileDiagnostic> {
        let directory = paths.first().and_then(|path| path.parent()).unwrap_or(Path::new("")).to_owned();
        let mut loader = Loader {
            library,
            files,
            project: Self::default(),
            extender: Extender::default(),
            included: Vec::new(),
            copied: 0,
        };
        let model = loader.model(paths, &directory, 0)?;
        loader.check_content()?;
        let mut project = loader.project;
        project.services = model.services;
        project.paths = paths.to_vec();
        project.all_files.sort_unstable();
        project.all_files.dedup();
        Ok(project)
    }

    /// The layers of a service from the latest to the earliest.
    pub fn chain(&self, top: LayerId) -> impl Iterator<Item = (LayerId, Definition)> {
        let mut next = Some(top);
        std::iter::from_fn(move || {
            let id = next?;
            let layer = self.layers[id as usize];
            next = layer.below;
            Some((id, layer.definition))
        })
    }
}

/// The services of the files merged so far.
#[derive(Default)]
struct Model {
    services: Vec<ProjectService>,
    places: HashMap<String, usize>,
}

impl Model {
    /// The service with the name that `named` gives.
    fn place(&mut self, named: Definition, library: &Library<'_>) -> &mut ProjectService {
        let name = |definition| library.service(definition).name.clone().into_owned();
        if self.places.len() != self.services.len() {
            let known = self.services.iter().enumerate();
            self.places = known.map(|(place, service)| (name(service.named), place)).collect();
        }
        let place = *self.places.entry(name(named)).or_insert_with(|| {
            self.services.push(ProjectService { named, top: None });
            self.services.len() - 1
        });
        &mut self.services[place]
    }
}

/// What the files so far, and this one with its includes, come to.
struct Merged<'m> {
    model: &'m mut Model,
    /// The services that the current file includes.
    included: HashMap<String, LayerId>,
}

pub(super) struct Loader<'a, 'l> {
    pub(super) library: &'a mut Library<'l>,
    pub(super) files: &'a mut dyn Files,
    pub(super) project: Project,
    pub(super) extender: Extender,
    /// The files that are being included, to find cycles.
    included: Vec<FileId>,
    /// How many layers were looked at to repeat some.
    copied: usize,
}

impl Loader<'_, '_> {
    fn model(&mut self, paths: &[PathBuf], directory: &Path, depth: usize) -> Result<Model, FileDiagnostic> {
        let mut model = Model::default();
        for path in paths {
            let file = self.open(path)?;
            if let Err(diagnostic) = self.library.loaded(file) {
                return Err(self.error(file, diagnostic.into_owned()));
            }
            if depth == 0 {
                self.project.files.push(file);
            }
            let documents = self.library.file(file).map_or(0, |file| file.documents().len());
            let mut merged = Merged { model: &mut model, included: HashMap::default() };
            for document in 0..documents {
                self.document(file, document, directory, depth, &mut merged)?;
            }
        }
        Ok(model)
    }

    /// Checks that not all files that are merged are without a document.
    fn check_content(&self) -> Result<(), FileDiagnostic> {
        let is_empty = |file: &FileId| self.library.file(*file).is_ok_and(|file| file.documents().is_empty());
        match self.project.files.first() {
            Some(first) if self.project.files.iter().all(is_empty) => {
                let error = ComposeError { rule: ComposeRule::EmptyDocument, span: Span::at(0) };
                Err(self.error(*first, error.diagnostic()))
            }
            _ => Ok(()),
        }
    }

    /// Opens a file that the project needs.
    pub(super) fn open(&mut self, path: &Path) -> Result<FileId, FileDiagnostic> {
        let file = self.library.open(path, self.files);
        if let Err(diagnostic) = self.library.file(file) {
            // What cannot be read is known by how it is written alone.
            let is_read = self.library.source(file).is_some();
            let path = if is_read { self.library.path(file) } else { path };
            return Err(FileDiagnostic::new(path, diagnostic.clone()));
        }
        self.project.all_files.push(file);
        Ok(file)
    }

    /// Merges a document over what is there.
    fn document(
        &mut self,
        file: FileId,
        document: usize,
        directory: &Path,
        depth: usize,
        merged: &mut Merged<'_>,
    ) -> Result<(), FileDiagnostic> {
        let content = self.content(file, document);
        if content.replaces_services {
            *merged.model = Model::default();
        }
        let (count, includes) = (content.services.len(), content.includes.clone());
        // Without another document or file no name comes twice.
        let model = &mut *merged.model;
        let alone = model.services.is_empty();
        model.services.reserve(count);
        self.project.layers.reserve(count);
        for service in 0..count {
            let definition = definition(file, document, service);
            let below = if alone { None } else { model.place(definition, self.library).top };
            let top = match self.library.service(definition).body {
                Body::Removed => None,
                _ => Some(self.layer(definition, below, directory)?),
            };
            if alone {
                model.services.push(ProjectService { named: definition, top });
            } else {
                model.place(definition, self.library).top = top;
            }
        }
        for include in includes {
            self.include(file, &include, directory, depth, merged)?;
        }
        Ok(())
    }

    fn content(&self, file: FileId, document: usize) -> &super::ComposeDocument<'_> {
        &self.library.file(file).expect("an opened file is understood").documents()[document]
    }

    /// Adds the layers of `definition` over `below`: what it extends first, then its own.
    fn layer(
        &mut self,
        definition: Definition,
        below: Option<LayerId>,
        directory: &Path,
    ) -> Result<LayerId, FileDiagnostic> {
        let service = self.library.service(definition);
        let below = below.filter(|_| !service.replaces());
        let is_over = below.is_some();
        let extended = match &service.extends {
            Some(_) => self.extended(definition, directory)?,
            None => None,
        };
        let below = match (below, extended) {
            (Some(below), Some(extended)) => Some(self.copy(extended, below, definition)?),
            (below, extended) => extended.or(below),
        };
        if below.is_none() {
            let file = self.library.file_of(definition);
            let checked = self.library.service(definition).check_first(file.aliases());
            checked.map_err(|error| self.error(definition.file, error.diagnostic()))?;
        }
        let top = self.push(definition, below);
        self.settle(definition, is_over, top);
        Ok(top)
    }

    /// Notes a layer of a service that lies over one of an earlier document, if versions differ about it.
    fn settle(&mut self, named: Definition, is_over: bool, top: LayerId) {
        if is_over && self.library.service(named).name.starts_with("x-") {
            self.project.unsettled.push(top);
        }
    }

    /// Adds a layer of its own over `below`.
    pub(super) fn push(&mut self, definition: Definition, below: Option<LayerId>) -> LayerId {
        self.push_layer(Layer { definition, below, joined: None })
    }

    fn push_layer(&mut self, layer: Layer) -> LayerId {
        self.project.layers.push(layer);
        number(self.project.layers.len() - 1)
    }

    /// Adds the layers up to `top` once more, over `below`.
    fn copy(&mut self, top: LayerId, below: LayerId, user: Definition) -> Result<LayerId, FileDiagnostic> {
        let mut chain: Vec<(LayerId, Definition)> = self.project.chain(top).collect();
        chain.reverse();
        let earlier: HashSet<Definition> =
            self.project.chain(below).map(|(_, definition)| definition).collect();
        self.copied += chain.len() + earlier.len();
        if self.copied > MAX_LAYERS {
            let span = self.library.service(user).key.span();
            let title =
                format!("the services of this project have more than {MAX_LAYERS} layers (MAX_LAYERS)");
            return Err(
                self.error(user.file, Diagnostic::error(title).at(span, "").help("extend fewer services"))
            );
        }
        let (first, mut top) = (number(self.project.layers.len()), below);
        for (alone, definition) in &chain {
            if earlier.contains(definition) {
                self.project.repeated.push(*definition);
            }
            // Each layer comes behind those below it, so that the chain is in the order of their numbers.
            let shielded = self.project.layers[*alone as usize].joined.map_or(below, |joined| {
                let place = chain.partition_point(|(id, _)| *id < joined.shielded);
                first + number(place)
            });
            let joined = Some(Joined { alone: *alone, over: below, shielded });
            top = self.push_layer(Layer { definition: *definition, below: Some(top), joined });
        }
        Ok(top)
    }

    fn include(
        &mut self,
        file: FileId,
        include: &super::Include,
        directory: &Path,
        depth: usize,
        merged: &mut Merged<'_>,
    ) -> Result<(), FileDiagnostic> {
        let reject = |text: &str, help: &str| {
            Err(self.error(file, Diagnostic::error(text).at(include.span, "").help(help)))
        };
        if self.included.contains(&file) || depth >= MAX_INCLUDES {
            let title = format!(
                "files include one another in a circle, or more than {MAX_INCLUDES} levels deep (MAX_INCLUDES)"
            );
            return reject(&title, "remove one of the includes");
        }
        let mut paths = Vec::new();
        for path in &include.paths {
            match resolve(path, directory) {
                Reference::Path(path) => paths.push(path),
                unknown => return reject(&unknown.title("include"), unknown.help()),
            }
        }
        let own = match include.project_directory.as_ref().map(|written| resolve(written, directory)) {
            Some(Reference::Path(directory)) => directory,
            Some(unknown) => return reject(&unknown.title("project_directory"), unknown.help()),
            None => paths[0].parent().unwrap_or(directory).to_owned(),
        };
        let start = self.project.all_files.len();
        self.included.push(file);
        let included = self.model(&paths, &own, depth + 1)?;
        self.included.pop();
        for path in &paths {
            let id = self.open(path)?;
            if self.project.all_files[..start].contains(&id) {
                self.project.included_twice.push(id);
            }
        }
        for service in included.services {
            let Some(top) = service.top else { continue };
            self.import(file, include.span, service.named, top, merged)?;
        }
        Ok(())
    }

    /// Merges an included service over what earlier files define.
    fn import(
        &mut self,
        file: FileId,
        span: Span,
        named: Definition,
        top: LayerId,
        merged: &mut Merged<'_>,
    ) -> Result<(), FileDiagnostic> {
        let below = merged.model.place(named, self.library).top;
        let name = || self.library.service(named).name.clone().into_owned();
        let chain = |top| self.project.chain(top).map(|(_, definition)| definition);
        if let Some(known) = merged.included.insert(name(), top) {
            // Docker Compose keeps one of two equal services.
            if chain(known).eq(chain(top)) {
                return Ok(());
            }
            return Err(self.conflict(file, span, &name()));
        }
        let top = match below {
            Some(below) if chain(below).any(|earlier| earlier.file == file) => {
                return Err(self.conflict(file, span, &name()));
            }
            Some(below) => self.copy(top, below, self.project.layers[top as usize].definition)?,
            None => top,
        };
        self.settle(named, below.is_some(), top);
        merged.model.place(named, self.library).top = Some(top);
        Ok(())
    }

    fn conflict(&self, file: FileId, span: Span, name: &str) -> FileDiagnostic {
        let title = format!("service `{name}` comes from this included file, and from elsewhere too");
        let help = "Docker Compose rejects two definitions; change the service in an override file instead";
        self.error(file, Diagnostic::error(title).at(span, "").help(help))
    }

    pub(super) fn error(&self, file: FileId, diagnostic: Diagnostic) -> FileDiagnostic {
        FileDiagnostic::new(self.library.path(file), diagnostic)
    }
}

/// How many layers the services of a project may have where chains have to be repeated.
pub const MAX_LAYERS: usize = 10_000_000;

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a project has fewer than 2^32 layers")
}

fn definition(file: FileId, document: usize, service: usize) -> Definition {
    Definition { file, document: number(document), service: number(service) }
}

#[cfg(test)]
mod tests;
