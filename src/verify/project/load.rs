//! Puts files together: document by document, file by file, with what each of them includes.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use foldhash::HashMap;

use super::super::project_fault::{ProjectFault, Unclear};
use super::super::verdict::Doubt;
use super::extends::Extensions;
use super::files::{FileId, UnitFiles, join};
use super::model::{Document, Include, Models};
use super::state::{KeyId, State};
use super::value::Values;

/// How many files include one another, each inside the one before.
const MAX_INCLUDE_DEPTH: usize = 64;

/// What several files amount to.
#[derive(Debug, Default)]
pub(super) struct MergedFiles<'t> {
    pub(super) services: HashMap<&'t str, State>,
    /// The services whose `security_opt` became an empty list in the last document.
    emptied: Vec<&'t str>,
}

/// Loads projects and what they include, each once.
pub(super) struct Loader<'r, 't> {
    pub(super) files: &'r UnitFiles<'t>,
    pub(super) models: &'r Models<'t>,
    pub(super) values: Values<'t>,
    extensions: Extensions<'r, 't>,
    loaded: HashMap<(Vec<FileId>, PathBuf), Rc<MergedFiles<'t>>>,
    /// The files that are being loaded, each included by the one before.
    active: Vec<FileId>,
    security: Option<KeyId>,
}

/// The services that a document adds, those it includes among them.
#[derive(Default)]
struct Incoming<'t> {
    services: HashMap<&'t str, State>,
    /// In the order in which they are merged.
    names: Vec<&'t str>,
}

impl<'r, 't> Loader<'r, 't> {
    pub(super) fn new(
        files: &'r UnitFiles<'t>,
        models: &'r Models<'t>,
        extensions: Extensions<'r, 't>,
        values: Values<'t>,
    ) -> Self {
        let security = models.keys.get("security_opt");
        Self { files, models, values, extensions, loaded: HashMap::default(), active: Vec::new(), security }
    }

    /// Loads `list` as with several `-f` options; paths start from `directory`.
    pub(super) fn load(&mut self, list: Vec<FileId>, directory: &Path) -> Result<Rc<MergedFiles<'t>>, Doubt> {
        let key = (list, directory.to_owned());
        if let Some(loaded) = self.loaded.get(&key) {
            return Ok(Rc::clone(loaded));
        }
        let mut project = MergedFiles::default();
        for file in &key.0 {
            self.active.push(*file);
            for (number, document) in self.models.files[*file].documents().iter().enumerate() {
                self.merge_document(*file, number, document, directory, &mut project)?;
            }
            self.active.pop();
        }
        let loaded = Rc::new(project);
        self.loaded.insert(key, Rc::clone(&loaded));
        Ok(loaded)
    }

    fn merge_document(
        &mut self,
        file: FileId,
        number: usize,
        document: &'r Document<'t>,
        directory: &Path,
        project: &mut MergedFiles<'t>,
    ) -> Result<(), Doubt> {
        let incoming = self.incoming(file, number, document, directory)?;
        if document.replaces {
            project.services.clear();
        }
        for name in &document.removed {
            project.services.remove(name);
        }
        for (name, _) in document.names.iter().zip(&document.layers).filter(|(_, layer)| layer.replaces) {
            project.services.remove(name);
        }
        let emptied = std::mem::take(&mut project.emptied);
        self.lay_over(file, document, incoming, project)?;
        self.check_emptied(file, &emptied, project)
    }

    /// What a document adds, with all that its services extend, and with what it includes.
    fn incoming(
        &mut self,
        file: FileId,
        number: usize,
        document: &'r Document<'t>,
        directory: &Path,
    ) -> Result<Incoming<'t>, Doubt> {
        let scope = self.extensions.scope(file, number, directory);
        let mut incoming = Incoming::default();
        incoming.services.reserve(document.names.len());
        incoming.names.reserve(document.names.len());
        for (place, name) in document.names.iter().enumerate() {
            let state = self.extensions.resolve(scope, place, &mut self.values)?;
            incoming.services.insert(name, state);
            incoming.names.push(name);
        }
        for include in &document.includes {
            self.include(file, include, directory, &mut incoming)?;
        }
        Ok(incoming)
    }

    /// Merges what a document adds into what is there.
    fn lay_over(
        &mut self,
        file: FileId,
        document: &Document<'t>,
        mut incoming: Incoming<'t>,
        project: &mut MergedFiles<'t>,
    ) -> Result<(), Doubt> {
        project.services.reserve(document.names.len());
        for name in incoming.names {
            let Some(state) = incoming.services.remove(name) else { continue };
            let cleared = document.place(name).map_or(&[][..], |place| &document.layers[place].cleared);
            let merged = match project.services.get(name) {
                None => state,
                Some(lower) => {
                    let mut merged = lower.under(&state, cleared, &self.models.keys, &mut self.values)?;
                    if name.starts_with("x-") {
                        merged.unclear = merged.unclear.or(Some(Unclear::Extension));
                    }
                    merged
                }
            };
            self.check_unique(file, name, &merged)?;
            if self.is_emptied(&merged) {
                project.emptied.push(name);
            }
            project.services.insert(name, merged);
        }
        Ok(())
    }

    /// Checks that the services whose `security_opt` was an empty list before this document have items now, or are gone.
    fn check_emptied(
        &self,
        file: FileId,
        emptied: &[&'t str],
        project: &MergedFiles<'t>,
    ) -> Result<(), Doubt> {
        // A list that is set to empty again is as lost as one that is not set at all.
        let is_lost = |name: &&&str| {
            let slot = project.services.get(*name).zip(self.security).map(|(state, key)| state.slot(key));
            slot.is_some_and(|slot| self.values.is_empty_list(slot.after))
        };
        match emptied.iter().find(is_lost) {
            Some(name) => Err(self.files.doubt(file, Some(name), ProjectFault::EmptyList)),
            None => Ok(()),
        }
    }

    /// Loads what an entry of `include` names, beside the services of its document.
    fn include(
        &mut self,
        file: FileId,
        include: &Include<'t>,
        directory: &Path,
        incoming: &mut Incoming<'t>,
    ) -> Result<(), Doubt> {
        let Some((list, inner)) = self.included(file, include, directory)? else { return Ok(()) };
        let loaded = self.load(list, &inner)?;
        if let Some(name) = loaded.emptied.iter().min() {
            return Err(self.files.doubt(file, Some(name), ProjectFault::EmptyList));
        }
        self.values.spend(loaded.services.len())?;
        let mut names: Vec<_> = loaded.services.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            let state = &loaded.services[name];
            let Some(other) = incoming.services.get_mut(name) else {
                incoming.services.insert(name, state.clone());
                incoming.names.push(name);
                continue;
            };
            other.unclear = Some(Unclear::Conflict);
            if state.changed || other.changed {
                let fault = ProjectFault::Unclear(Unclear::Conflict);
                return Err(self.files.doubt(file, Some(name), fault));
            }
        }
        Ok(())
    }

    /// The files that an entry of `include` names, and the directory that paths in them start from.
    fn included(
        &self,
        file: FileId,
        include: &Include<'t>,
        directory: &Path,
    ) -> Result<Option<(Vec<FileId>, PathBuf)>, Doubt> {
        let doubt = |fault| self.files.doubt(file, None, fault);
        if let Some(path) = include.directory.filter(|path| path.contains('$')) {
            return Err(doubt(ProjectFault::Variable(path.to_owned())));
        }
        let found: Result<Vec<_>, _> =
            include.paths.iter().map(|path| self.files.find(directory, path)).collect();
        let found = found.map_err(doubt)?;
        let list: Vec<FileId> = found.iter().map(|(file, _)| *file).collect();
        if list.iter().any(|included| self.active.contains(included)) {
            return Err(doubt(ProjectFault::IncludeCycle));
        }
        if self.active.len() > MAX_INCLUDE_DEPTH {
            let fault = ProjectFault::IncludeDepth { name: "MAX_INCLUDE_DEPTH", limit: MAX_INCLUDE_DEPTH };
            return Err(doubt(fault));
        }
        let inner = match (include.directory, found.first()) {
            (Some(path), _) => join(directory, path),
            (None, Some((_, first))) => first.clone(),
            (None, None) => return Ok(None),
        };
        Ok(Some((list, inner)))
    }

    /// Docker Compose checks after each document that the items of `security_opt` differ.
    fn check_unique(&mut self, file: FileId, name: &str, state: &State) -> Result<(), Doubt> {
        let Some(key) = self.security.filter(|_| state.changed) else { return Ok(()) };
        let slot = state.slot(key);
        let Some(item) = self.values.twice(slot.after)? else {
            let [before, after] = [slot.before, slot.after].map(|value| self.values.possible_repeats(value));
            return if after? > before? {
                Err(self.files.doubt(file, Some(name), ProjectFault::Unclear(Unclear::Variable)))
            } else {
                Ok(())
            };
        };
        if self.values.twice(slot.before)?.is_some() {
            return Ok(());
        }
        let twice = || ProjectFault::Twice(item.to_owned());
        Err(self.files.doubt(file, Some(name), state.unclear.map_or_else(twice, ProjectFault::Unclear)))
    }

    /// Whether `security_opt` is an empty list that it was not before.
    fn is_emptied(&self, state: &State) -> bool {
        self.security.filter(|_| state.changed).is_some_and(|key| {
            let slot = state.slot(key);
            self.values.is_empty_list(slot.after) && !self.values.is_empty_list(slot.before)
        })
    }
}
