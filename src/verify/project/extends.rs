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

/// A service that is being worked out.
struct Step {
    scope: ScopeId,
    place: usize,
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
        let mut next = Some((scope, place));
        let mut state = State::default();
        while let Some((scope, place)) = next {
            match &self.scopes[scope].services[place] {
                Progress::Done(done) => {
                    state = done.clone();
                    break;
                }
                Progress::Begun => return Err(self.doubt(scope, place, ProjectFault::ExtendsCycle)),
                Progress::Untouched => {}
            }
            self.scopes[scope].services[place] = Progress::Begun;
            let into;
            (next, into) = self.extended(scope, place)?;
            steps.push(Step { scope, place, into });
        }
        while let Some(step) = steps.pop() {
            let scope = &self.scopes[step.scope];
            let document = self.models.files[scope.file].document(scope.document);
            let Some(layer) = document.map(|document| &document.layers[step.place]) else { continue };
            state = state.under(&layer.own, &layer.cleared, &self.models.keys, values)?;
            if let Some(into) = step.into
                && let Some(name) = document.map(|document| document.names[step.place])
            {
                // Docker Compose 2.26 applies the tags of the file below to what this service extends, and those of
                // this file to what services extend on the way down.
                let [here, below] = [scope.file, into].map(|file| &self.models.files[file]);
                if below.tags_of(name) > 0
                    || here.tags_of(name) > layer.tags
                    || here.has_tags_beside(name) && self.extends_tagged(&step, here, values)?
                {
                    state.unclear = state.unclear.or(Some(Unclear::Tags));
                }
            }
            self.scopes[step.scope].services[step.place] = Progress::Done(state.clone());
        }
        Ok(state)
    }

    /// Whether `file` has tags in services with the name of one that a service extends, directly or through others.
    fn extends_tagged(
        &mut self,
        step: &Step,
        file: &FileModel<'t>,
        values: &mut Values<'t>,
    ) -> Result<bool, Doubt> {
        let mut next = self.extended(step.scope, step.place)?.0;
        while let Some((scope, place)) = next {
            values.spend(1)?;
            let name = self.document(scope).map(|document| document.names[place]);
            if name.is_some_and(|name| file.tags_of(name) > 0) {
                return Ok(true);
            }
            next = self.extended(scope, place)?.0;
        }
        Ok(false)
    }

    /// The service that another one extends, and its file where it is named.
    #[allow(clippy::type_complexity, reason = "the two go apart at once")]
    fn extended(
        &mut self,
        scope: ScopeId,
        place: usize,
    ) -> Result<(Option<(ScopeId, usize)>, Option<FileId>), Doubt> {
        let Some(extends) = self.document(scope).and_then(|document| document.layers[place].extends) else {
            return Ok((None, None));
        };
        if extends.service.contains('$') {
            let fault = ProjectFault::Variable(extends.service.to_owned());
            return Err(self.doubt(scope, place, fault));
        }
        let (target, into) = match extends.file {
            None => (scope, None),
            Some(path) => {
                let (file, directory) = self
                    .files
                    .find(&self.scopes[scope].directory, path)
                    .map_err(|fault| self.doubt(scope, place, fault))?;
                let whole = self.models.files[file].whole();
                (self.scope(file, whole, &directory), Some(file))
            }
        };
        if let Some(found) = self.document(target).and_then(|document| document.place(extends.service)) {
            return Ok((Some((target, found)), into));
        }
        let path = self.files.path(self.scopes[target].file).to_owned();
        let fault = ProjectFault::MissingService { service: extends.service.to_owned(), path };
        Err(self.doubt(scope, place, fault))
    }

    fn document(&self, scope: ScopeId) -> Option<&'r Document<'t>> {
        let scope = &self.scopes[scope];
        self.models.files[scope.file].document(scope.document)
    }

    fn doubt(&self, scope: ScopeId, place: usize, fault: ProjectFault) -> Doubt {
        let name = self.document(scope).map(|document| document.names[place]);
        self.files.doubt(self.scopes[scope].file, name, fault)
    }
}
