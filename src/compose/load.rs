//! Loads a project: from paths to the layers that its files, their documents, `extends` and `include` add.
//!
//! Which directory a path starts from is Docker Compose's rule: that of the project in its own files, that of the
//! file in one that is extended.

use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::builder::{MAX_LAYERS, ProjectBuilder, number};
use super::chain::{EqualChains, LayerId};
use super::extends::Extender;
use super::{
    Body, ComposeDocument, ComposeError, ComposeRule, Definition, FileId, Files, Include, Library, Project,
    ProjectService,
};
use crate::text::{Diagnostic, FileDiagnostic, Span};

/// How deep projects may include one another.
pub const MAX_INCLUDES: usize = 64;

/// How many files a project may include, each as often as it is included.
pub const MAX_INCLUDED_FILES: usize = 10_000;

impl Project {
    /// Loads the project of the files at `paths`, merged in this order, in `directory` or that of the first of them.
    ///
    /// # Errors
    /// The first thing that cannot be read or that Docker Compose rejects.
    pub fn load(
        paths: &[PathBuf],
        directory: Option<&Path>,
        library: &mut Library<'_>,
        files: &mut dyn Files,
    ) -> Result<Self, FileDiagnostic> {
        let directory = directory.or_else(|| paths.first()?.parent()).unwrap_or(Path::new(""));
        let builder = ProjectBuilder::new(library, files);
        let mut loader = Loader::new(builder);
        let model = loader.model(paths, directory, 0)?;
        loader.check_content()?;
        let mut project = loader.builder.project;
        project.services = model.services;
        project.paths = paths.to_vec();
        directory.clone_into(&mut project.directory);
        project.all_files.sort_unstable();
        match project.repeated_item(library) {
            Some((file, diagnostic)) => Err(FileDiagnostic::new(library.path(file), diagnostic)),
            None => Ok(project),
        }
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

/// The file that is being merged.
#[derive(Clone, Copy)]
struct CurrentFile<'d> {
    file: FileId,
    /// What its paths start from.
    directory: &'d Path,
    /// How many projects include this one, one through another.
    depth: usize,
}

/// A service of an included project, and what includes it.
struct Imported {
    file: FileId,
    /// The bytes that say so.
    span: Span,
    named: Definition,
    top: LayerId,
}

/// Merges file after file.
struct Loader<'a, 'l> {
    builder: ProjectBuilder<'a, 'l>,
    extender: Extender,
    /// The files that are being included, to find cycles.
    included: Vec<FileId>,
    /// The files that were merged, by the list or an include; by how many were before.
    merged: HashMap<FileId, usize>,
    equal: EqualChains,
}

impl<'a, 'l> Loader<'a, 'l> {
    fn new(builder: ProjectBuilder<'a, 'l>) -> Self {
        Self {
            builder,
            extender: Extender::default(),
            included: Vec::new(),
            merged: HashMap::default(),
            equal: EqualChains::default(),
        }
    }

    fn model(&mut self, paths: &[PathBuf], directory: &Path, depth: usize) -> Result<Model, FileDiagnostic> {
        let mut model = Model::default();
        for path in paths {
            let file = self.builder.open(path)?;
            if let Err(diagnostic) = self.builder.library.loaded(file) {
                return Err(self.builder.error(file, diagnostic.into_owned()));
            }
            if depth == 0 {
                self.builder.project.files.push(file);
            }
            let before = self.merged.len();
            self.merged.entry(file).or_insert(before);
            let documents = self.builder.library.file(file).map_or(0, |file| file.documents().len());
            let mut merged = Merged { model: &mut model, included: HashMap::default() };
            for document in 0..documents {
                self.document(CurrentFile { file, directory, depth }, document, &mut merged)?;
            }
        }
        Ok(model)
    }

    /// Checks that not all files that are merged are without a document.
    fn check_content(&self) -> Result<(), FileDiagnostic> {
        let is_empty =
            |file: &FileId| self.builder.library.file(*file).is_ok_and(|file| file.documents().is_empty());
        match self.builder.project.files.first() {
            Some(first) if self.builder.project.files.iter().all(is_empty) => {
                let error = ComposeError { rule: ComposeRule::EmptyDocument, span: Span::at(0) };
                Err(self.builder.error(*first, error.diagnostic()))
            }
            _ => Ok(()),
        }
    }

    /// Merges a document over what is there.
    fn document(
        &mut self,
        current: CurrentFile<'_>,
        document: usize,
        merged: &mut Merged<'_>,
    ) -> Result<(), FileDiagnostic> {
        let content = self.content(current.file, document);
        if content.replaces_services {
            *merged.model = Model::default();
        }
        let (count, includes) = (content.services.len(), content.includes.clone());
        // Without another document or file no name can repeat.
        let model = &mut *merged.model;
        let alone = model.services.is_empty();
        model.services.reserve(count);
        self.builder.project.layers.reserve(count);
        for service in 0..count {
            let definition = definition(current.file, document, service);
            let below = if alone { None } else { model.place(definition, self.builder.library).top };
            let top = match self.builder.library.service(definition).body {
                Body::Removed => None,
                _ => Some(self.layer(definition, below, current.directory)?),
            };
            if alone {
                model.services.push(ProjectService { named: definition, top });
            } else {
                model.place(definition, self.builder.library).top = top;
            }
        }
        for include in includes {
            self.include(current, &include, merged)?;
        }
        Ok(())
    }

    fn content(&self, file: FileId, document: usize) -> &ComposeDocument<'_> {
        &self.builder.library.file(file).expect("an opened file is understood").documents()[document]
    }

    /// Adds the layers of `definition` over `below`: what it extends first, then its own.
    fn layer(
        &mut self,
        definition: Definition,
        below: Option<LayerId>,
        directory: &Path,
    ) -> Result<LayerId, FileDiagnostic> {
        let service = self.builder.library.service(definition);
        let below = below.filter(|_| !service.replaces());
        let is_over = below.is_some();
        let extended = match &service.extends {
            Some(_) => self.extender.extended(&mut self.builder, definition, directory)?,
            None => None,
        };
        let below = match (below, extended) {
            (Some(below), Some(extended)) => Some(self.builder.copy(extended, below, definition)?),
            (below, extended) => extended.or(below),
        };
        if below.is_none() {
            let file = self.builder.library.file_of(definition);
            let checked = self.builder.library.service(definition).check_first(file.aliases());
            checked.map_err(|error| self.builder.error(definition.file, error.diagnostic()))?;
        }
        let top = self.builder.push(definition, below);
        self.settle(definition, is_over, top);
        Ok(top)
    }

    /// Notes a layer of a service that lies over one of an earlier document, if versions differ about it.
    fn settle(&mut self, named: Definition, is_over: bool, top: LayerId) {
        if is_over && self.builder.library.service(named).name.starts_with("x-") {
            self.builder.project.unsettled.push(top);
        }
    }

    fn include(
        &mut self,
        current: CurrentFile<'_>,
        include: &Include,
        merged: &mut Merged<'_>,
    ) -> Result<(), FileDiagnostic> {
        self.check_include(current, include)?;
        let (paths, own) = include
            .resolved(current.directory)
            .map_err(|diagnostic| self.builder.error(current.file, diagnostic))?;
        let earlier = self.merged.len();
        self.included.push(current.file);
        let included = self.model(&paths, &own, current.depth + 1)?;
        self.included.pop();
        self.builder.copied += included.services.len();
        if self.builder.copied > MAX_LAYERS {
            let title =
                format!("the services of this project have more than {MAX_LAYERS} layers (MAX_LAYERS)");
            return Err(self.rejected(current, include, &title, "include each file once"));
        }
        for path in &paths {
            let id = self.builder.open(path)?;
            self.builder.project.included.push(id);
            if self.merged.get(&id).is_some_and(|place| *place < earlier) {
                self.builder.project.included_twice.push(id);
            }
        }
        for ProjectService { named, top } in included.services {
            let Some(top) = top else { continue };
            self.import(&Imported { file: current.file, span: include.span, named, top }, merged)?;
        }
        Ok(())
    }

    /// Checks that projects do not include one another without end, or too many files.
    fn check_include(&self, current: CurrentFile<'_>, include: &Include) -> Result<(), FileDiagnostic> {
        if self.included.contains(&current.file) || current.depth >= MAX_INCLUDES {
            let title = format!(
                "files include one another in a circle, or more than {MAX_INCLUDES} levels deep (MAX_INCLUDES)"
            );
            return Err(self.rejected(current, include, &title, "remove one of the includes"));
        }
        if self.builder.project.included.len() + include.paths.len() > MAX_INCLUDED_FILES {
            let title =
                format!("this project includes more than {MAX_INCLUDED_FILES} files (MAX_INCLUDED_FILES)");
            return Err(self.rejected(current, include, &title, "include each file once"));
        }
        Ok(())
    }

    fn rejected(
        &self,
        current: CurrentFile<'_>,
        include: &Include,
        title: &str,
        help: &str,
    ) -> FileDiagnostic {
        self.builder.error(current.file, Diagnostic::error(title).at(include.span, "").help(help))
    }

    /// Merges an included service over what earlier files define.
    fn import(&mut self, imported: &Imported, merged: &mut Merged<'_>) -> Result<(), FileDiagnostic> {
        let Imported { file, named, top, .. } = *imported;
        let below = merged.model.place(named, self.builder.library).top;
        let name = self.builder.library.service(named).name.clone().into_owned();
        if let Some(known) = merged.included.insert(name, top) {
            // Docker Compose keeps one of two equal services.
            if self.equal.compare(&self.builder.project.layers, known, top) {
                return Ok(());
            }
            return Err(self.conflict(imported));
        }
        let top = match below {
            Some(below) if self.builder.project.chain(below).any(|(_, earlier)| earlier.file == file) => {
                return Err(self.conflict(imported));
            }
            Some(below) => {
                self.builder.copy(top, below, self.builder.project.layers[top as usize].definition)?
            }
            None => top,
        };
        self.settle(named, below.is_some(), top);
        merged.model.place(named, self.builder.library).top = Some(top);
        Ok(())
    }

    fn conflict(&self, imported: &Imported) -> FileDiagnostic {
        let name = &self.builder.library.service(imported.named).name;
        let title = format!("service `{name}` comes from this included file and from elsewhere");
        let help = "Docker Compose rejects two definitions; change the service in an override file instead";
        self.builder.error(imported.file, Diagnostic::error(title).at(imported.span, "").help(help))
    }
}

fn definition(file: FileId, document: usize, service: usize) -> Definition {
    Definition { file, document: number(document), service: number(service) }
}

#[cfg(test)]
mod tests;
