//! From the candidates of a unit of work to its projects: those that load, without what a known one loads anyway, and
//! the messages about the others.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::Outcome;
use crate::compose::{Candidate, Certainty, Definition, FileId, Files, Library, MergeStep, Project, Scope};
use crate::plan::{FixedFiles, FixedReason, LoadedProject};
use crate::policy::Policy;
use crate::text::{Diagnostic, FileDiagnostic};

/// How many layers in total the projects of a unit of work may have that only files and commands suggest, or that others
/// have already.
pub const MAX_SHARED_LAYERS: usize = 200_000;

/// The projects of a unit of work.
#[derive(Default)]
pub(super) struct LoadedProjects {
    pub(super) projects: Vec<LoadedProject>,
    /// Those that were only possible, and are given up.
    pub(super) apart: Vec<Project>,
    /// The place of the first project by the files that are merged.
    places: HashMap<Vec<FileId>, usize>,
}

impl LoadedProjects {
    /// Whether a project of the same layers is loaded already: other names may lead to its files.
    fn has(&self, project: &Project) -> bool {
        let place = self.places.get(&project.files);
        place.is_some_and(|place| self.projects[*place].project.layers == project.layers)
    }

    fn add(&mut self, loaded: LoadedProject) {
        self.places.entry(loaded.project.files.clone()).or_insert(self.projects.len());
        self.projects.push(loaded);
    }
}

/// Loads the projects of `found`, and says which cannot be loaded; none where they are too large in total.
pub(super) fn load_all(
    found: Vec<Candidate>,
    library: &mut Library<'_>,
    files: &mut dyn Files,
    policy: &Policy,
    fixed: &mut FixedFiles,
    outcome: &mut Outcome,
) -> Option<LoadedProjects> {
    let (mut all, mut used) = (LoadedProjects::default(), UsedFiles::default());
    let mut shared = SharedLayers::default();
    for candidate in found {
        let Some(candidate) = used.without_used(candidate, library, files) else { continue };
        // Nobody asked for a project of which nothing was named.
        let is_asked = |path: &PathBuf| matches!(files.scope(path), Scope::Named | Scope::Inside);
        let asked = candidate.paths.iter().any(is_asked);
        let first = candidate.paths.first().cloned().unwrap_or_default();
        let before = library.layers();
        let loaded = load(candidate, library, files);
        shared.add(loaded.as_ref().ok(), library.layers() - before);
        if shared.total(library) > MAX_SHARED_LAYERS {
            outcome.refusals.push(too_many_layers(&first));
            return None;
        }
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(Failed { diagnostic, files }) => {
                let refusal = diagnostic.filter(|refusal| asked && !outcome.refusals.contains(refusal));
                outcome.refusals.extend(refusal);
                for file in files {
                    fixed.insert(file, FixedReason::Refused);
                }
                continue;
            }
        };
        if is_apart(&loaded, library, policy) {
            all.apart.push(loaded.project);
            continue;
        }
        if all.has(&loaded.project) {
            continue;
        }
        used.add(&loaded);
        all.add(loaded);
    }
    Some(all)
}

/// How many layers the projects share.
#[derive(Default)]
struct SharedLayers {
    /// Those of projects that only files and commands suggest.
    suggested: usize,
    /// Those of other projects, and of what does not load.
    others: usize,
}

impl SharedLayers {
    fn add(&mut self, loaded: Option<&LoadedProject>, layers: usize) {
        match loaded {
            Some(loaded) if !matches!(loaded.certainty, Certainty::Given | Certainty::Alone) => {
                self.suggested += loaded.project.layers.len();
            }
            _ => self.others += layers,
        }
    }

    /// Of the other projects each definition counts once as a layer that is not shared.
    fn total(&self, library: &Library<'_>) -> usize {
        self.suggested + self.others.saturating_sub(library.defined())
    }
}

/// How a project that is given or mentioned uses a file that it does not merge by its own list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It, or a file that it includes, extends services of the file.
    Extended,
    /// It includes the file.
    Included,
}

/// The files that projects which are given or mentioned load beside those of their lists, with how they use them.
///
/// Such a file is not a layer over what uses it, whatever the names of its services.
#[derive(Default)]
struct UsedFiles(HashMap<FileId, Use>);

impl UsedFiles {
    fn add(&mut self, loaded: &LoadedProject) {
        if !loaded.certainty.is_stated() {
            return;
        }
        let project = &loaded.project;
        let included: HashSet<FileId> = project.included.iter().copied().collect();
        for file in project.all_files.iter().filter(|file| !project.files.contains(file)) {
            let found = if included.contains(file) { Use::Included } else { Use::Extended };
            let known = self.0.entry(*file).or_insert(found);
            if found == Use::Included {
                *known = found;
            }
        }
    }

    /// What is left of a candidate, of which nothing says that it is loaded, without a file that is used already.
    fn without_used(
        &self,
        mut candidate: Candidate,
        library: &mut Library<'_>,
        files: &mut dyn Files,
    ) -> Option<Candidate> {
        let last = candidate.paths.last().filter(|_| !candidate.certainty.is_stated());
        let found = last.and_then(|file| self.0.get(&library.open(file, files)));
        match (found, &candidate.certainty) {
            (Some(Use::Extended), Certainty::Layer(_)) => {
                let paths = candidate.paths.split_off(1);
                Some(Candidate { paths, certainty: Certainty::Alone, ..candidate })
            }
            (Some(Use::Extended), Certainty::Alone) | (None, _) => Some(candidate),
            // What is included is part of that project, and what is extended is not a layer over it.
            (Some(_), _) => None,
        }
    }
}

fn too_many_layers(base: &Path) -> FileDiagnostic {
    let title = format!(
        "the projects that this file may be part of have more than {MAX_SHARED_LAYERS} layers of services in total \
         (MAX_SHARED_LAYERS)"
    );
    FileDiagnostic::new(
        base,
        Diagnostic::error(title).help("name the files that are loaded together with `-f`"),
    )
}

/// A project that does not load.
pub(super) struct Failed {
    /// The message about it; nothing where it was only a guess.
    pub(super) diagnostic: Option<FileDiagnostic>,
    /// The files that must not change for its sake.
    files: Vec<FileId>,
}

pub(super) fn load(
    candidate: Candidate,
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> Result<LoadedProject, Failed> {
    let Candidate { paths, directory, certainty } = candidate;
    let error = match Project::load(&paths, directory.as_deref(), library, files) {
        // Nobody loads a file over one that it extends.
        Ok(project) if matches!(certainty, Certainty::Possible(_)) && extends_its_base(&project) => {
            return Err(Failed { diagnostic: None, files: Vec::new() });
        }
        Ok(project) => return Ok(LoadedProject { certainty, project, given_up: false }),
        Err(error) => error,
    };
    let files = match certainty {
        Certainty::Given | Certainty::Alone => paths.iter().map(|path| library.open(path, files)).collect(),
        Certainty::Mentioned(..) | Certainty::Layer(_) => {
            let broken = library.open(&error.path, files);
            if library.loaded(broken).is_ok() {
                // What they are together is not known, and Docker Compose may know more.
                paths.iter().map(|path| library.open(path, files)).collect()
            } else {
                // That these belong together is not certain, but a broken file is broken.
                vec![broken]
            }
        }
        Certainty::Possible(_) | Certainty::SameIncludes(_) => Vec::new(),
    };
    Err(Failed { diagnostic: (!files.is_empty()).then_some(error), files })
}

/// Whether a service lies over itself because the last file of `project` extends one of the files below it.
fn extends_its_base(project: &Project) -> bool {
    let base = project.files.split_last().map_or(&[][..], |(_, base)| base);
    project.repeated.iter().any(|definition| base.contains(&definition.file))
}

/// Whether a project that is only possible is given up: it has services twice over what they extend, and hardening them
/// anywhere else would replace what that sets, so that the base alone would be left without.
fn is_apart(loaded: &LoadedProject, library: &Library<'_>, policy: &Policy) -> bool {
    let sets = |definition: &Definition| {
        let aliases = library.file_of(*definition).aliases();
        let mut found = false;
        // A merge key that is wrong is reported where the service is read.
        let _ = library.service(*definition).walk_merged(aliases, |step| {
            let MergeStep::Enter(layer) = step else { return };
            let mut keys = layer.entries().filter_map(|entry| aliases.resolve(entry.key).scalar());
            found |= keys.any(|key| policy.options.iter().any(|(option, _)| *option == key));
        });
        found
    };
    matches!(loaded.certainty, Certainty::Possible(_)) && loaded.project.repeated.iter().any(sets)
}
