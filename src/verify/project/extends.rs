//! Services with what they extend, each worked out once.

use std::path::{Path, PathBuf};

use foldhash::HashMap;

use super::super::project_fault::{ProjectFault, Unclear};
use super::super::verdict::Doubt;
use super::files::{FileId, UnitFiles};
use super::model::{Document, FileModel, Models};
use super::state::State;
use super::value::Values;

/// The place of a scope among all scopes.
pub(super) type ScopeId = usize;

/// A document whose services extend each other, and the directory that paths in it start from.
struct Scope {
    file: FileId,
    document: usize,
    directory: PathBuf,
    services: Vec<Progress>,
}

#[derive(Clone, Default)]
enum Progress {
    #[default]
    Untouched,
    /// Some service that extends it, or itself, is being worked out.
    Begun,
    Done(State),
}

/// A service, by its scope and its place there.
#[derive(Clone, Copy)]
struct ServiceRef {
    scope: ScopeId,
    place: usize,
}

/// What a service extends.
struct Extended {
    target: ServiceRef,
    /// The file of the target, where it is named.
    file: Option<FileId>,
}

/// A service that is being worked out.
struct Step {
    service: ServiceRef,
    /// The file that it extends a service of.
    into: Option<FileId>,
}

/// All scopes.
pub(super) struct Extensions<'r, 't> {
    files: &'r UnitFiles<'t>,
    models: &'r Models<'t>,
    scopes: Vec<Scope>,
    known: HashMap<(FileId, usize, PathBuf), ScopeId>,
}

impl<'r, 't> Extensions<'r, 't> {
    pub(super) fn new(files: &'r UnitFiles<'t>, models: &'r Models<'t>) -> Self {
        Self { files, models, scopes: Vec::new(), known: HashMap::default() }
    }

    /// The scope of a document, whose paths start from `directory`.
    pub(super) fn scope(&mut self, file: FileId, document: usize, directory: &Path) -> ScopeId {
        *self.known.entry((file, document, directory.to_owned())).or_insert_with(|| {
            let model = self.models.files[file].document(document);
            let services = vec![Progress::Untouched; model.map_or(0, |document| document.layers.len())];
            self.scopes.push(Scope { file, document, directory: directory.to_owned(), services });
            self.scopes.len() - 1
        })
    }

    /// What the service at `place` of a scope amounts to with all that it extends.
    pub(super) fn resolve(
        &mut self,
        scope: ScopeId,
        place: usize,
        values: &mut Values<'t>,
    ) -> Result<State, Doubt> {
        let mut steps = Vec::new();
        let mut next = Some(ServiceRef { scope, place });
        let mut state = State::default();
        while let Some(service) = next {
            let progress = &mut self.scopes[service.scope].services[service.place];
            match progress {
                Progress::Done(done) => {
                    state = done.clone();
                    break;
                }
                Progress::Begun => return Err(self.doubt(service, ProjectFault::ExtendsCycle)),
                Progress::Untouched => *progress = Progress::Begun,
            }
            let extended = self.extended(service)?;
            steps.push(Step { service, into: extended.as_ref().and_then(|extended| extended.file) });
            next = extended.map(|extended| extended.target);
        }
        while let Some(step) = steps.pop() {
            let ServiceRef { scope: id, place } = step.service;
            let scope = &self.scopes[id];
            let document = self.models.files[scope.file].document(scope.document);
            let Some(layer) = document.map(|document| &document.layers[place]) else { continue };
            state = state.under(&layer.own, &layer.cleared, &self.models.keys, values)?;
            if let Some(into) = step.into
                && let Some(name) = document.map(|document| document.names[place])
            {
                // Docker Compose 2.26 applies the tags of the file below to what this service extends, and those of
                // this file to what services extend on the way down.
                let [here, below] = [scope.file, into].map(|file| &self.models.files[file]);
                if below.tags_of(name) > 0
                    || here.tags_of(name) > layer.tags
                    || here.has_tags_beside(name) && self.extends_tagged(step.service, here, values)?
                {
                    state.unclear = state.unclear.or(Some(Unclear::Tags));
                }
            }
            self.scopes[id].services[place] = Progress::Done(state.clone());
        }
        Ok(state)
    }

    /// Whether `file` has tags in services with the name of one that a service extends, directly or through others.
    fn extends_tagged(
        &mut self,
        service: ServiceRef,
        file: &FileModel<'t>,
        values: &mut Values<'t>,
    ) -> Result<bool, Doubt> {
        let mut next = self.extended(service)?;
        while let Some(Extended { target, .. }) = next {
            values.spend(1)?;
            if self.name(target).is_some_and(|name| file.tags_of(name) > 0) {
                return Ok(true);
            }
            next = self.extended(target)?;
        }
        Ok(false)
    }

    /// What a service extends.
    fn extended(&mut self, service: ServiceRef) -> Result<Option<Extended>, Doubt> {
        let ServiceRef { scope, place } = service;
        let Some(extends) = self.document(scope).and_then(|document| document.layers[place].extends) else {
            return Ok(None);
        };
        if extends.service.contains('$') {
            let fault = ProjectFault::Variable(extends.service.to_owned());
            return Err(self.doubt(service, fault));
        }
        let (scope, file) = match extends.file {
            None => (scope, None),
            Some(path) => {
                let (file, directory) = self
                    .files
                    .find(&self.scopes[scope].directory, path)
                    .map_err(|fault| self.doubt(service, fault))?;
                let whole = self.models.files[file].whole();
                (self.scope(file, whole, &directory), Some(file))
            }
        };
        if let Some(place) = self.document(scope).and_then(|document| document.place(extends.service)) {
            return Ok(Some(Extended { target: ServiceRef { scope, place }, file }));
        }
        let path = self.files.path(self.scopes[scope].file).to_owned();
        let fault = ProjectFault::MissingService { service: extends.service.to_owned(), path };
        Err(self.doubt(service, fault))
    }

    fn name(&self, service: ServiceRef) -> Option<&'t str> {
        self.document(service.scope).map(|document| document.names[service.place])
    }

    fn document(&self, scope: ScopeId) -> Option<&'r Document<'t>> {
        let scope = &self.scopes[scope];
        self.models.files[scope.file].document(scope.document)
    }

    fn doubt(&self, service: ServiceRef, fault: ProjectFault) -> Doubt {
        self.files.doubt(self.scopes[service.scope].file, self.name(service), fault)
    }
}
