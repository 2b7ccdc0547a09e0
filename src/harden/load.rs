//! From the candidates of a unit of work to its projects: those that load, without what a known one loads anyway, and
//! what is said of the others.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::Outcome;
use crate::compose::{Candidate, Certainty, Definition, FileId, Files, Library, MergeStep, Project, Scope};
use crate::plan::{FixedFiles, FixedReason, LoadedProject};
use crate::policy::Policy;
use crate::text::{Diagnostic, FileDiagnostic};

/// How many layers projects may have, all together, that are only found by what files and commands suggest.
pub const MAX_SHARED_LAYERS: usize = 200_000;

/// The projects of a unit of work.
#[derive(Default)]
pub(super) struct LoadedProjects {
    pub(super) projects: Vec<LoadedProject>,
    /// Those that were only possible, and are given up.
    pub(super) apart: Vec<Project>,
}

/// Loads the projects of `found`, and says which cannot be; none where they are too much together.
pub(super) fn load_all(
    found: Vec<Candidate>,
    library: &mut Library<'_>,
    files: &mut dyn Files,
    policy: &Policy,
    fixed: &mut FixedFiles,
    outcome: &mut Outcome,
) -> Option<LoadedProjects> {
    let mut all = LoadedProjects::default();
    let (mut shared, mut known) = (0, HashMap::default());
    let mut used = UsedFiles::default();
    for mut candidate in found {
        match used.use_of(&candidate, library, files) {
            // What is in it is part of that project.
            Some(Use::Included) => continue,
            Some(Use::Extended) if matches!(candidate.certainty, Certainty::Layer(_)) => {
                candidate = Candidate { paths: candidate.paths.split_off(1), certainty: Certainty::Alone };
            }
            Some(Use::Extended) if candidate.certainty != Certainty::Alone => continue,
            _ => {}
        }
        // Nobody asked for a project of which nothing was named.
        let is_asked = |path: &PathBuf| matches!(files.scope(path), Scope::Named | Scope::Inside);
        let asked = candidate.paths.iter().any(is_asked);
        match load(candidate, library, files) {
            Ok(loaded) if is_apart(&loaded, library, policy) => all.apart.push(loaded.project),
            // Its files may have other names that lead to them.
            Ok(loaded) if is_known(&loaded.project, &all.projects, &mut known) => {}
            Ok(loaded) => {
                // What the user, names or settings say has each file but once.
                let is_certain = matches!(loaded.certainty, Certainty::Given | Certainty::Alone);
                shared += if is_certain { 0 } else { loaded.project.layers.len() };
                if shared > MAX_SHARED_LAYERS {
                    outcome.refusals.push(too_many_layers(library.path(loaded.project.files[0])));
                    return None;
                }
                used.add(&loaded);
                all.projects.push(loaded);
            }
            Err(Failed { diagnostic, files }) => {
                let refusal = diagnostic.filter(|refusal| asked && !outcome.refusals.contains(refusal));
                outcome.refusals.extend(refusal);
                for file in files {
                    fixed.insert(file, FixedReason::Refused);
                }
            }
        }
    }
    Some(all)
}

/// Whether something says that these files are loaded together.
fn is_certain(certainty: &Certainty) -> bool {
    matches!(certainty, Certainty::Given | Certainty::Mentioned(..))
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
/// Such a file is no layer over what uses it, whatever the names of its services.
#[derive(Default)]
struct UsedFiles(HashMap<FileId, Use>);

impl UsedFiles {
    fn add(&mut self, loaded: &LoadedProject) {
        if !is_certain(&loaded.certainty) {
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

    /// How the file of a candidate that is less than certain is used.
    fn use_of(&self, candidate: &Candidate, library: &mut Library<'_>, files: &mut dyn Files) -> Option<Use> {
        let file = candidate.paths.last().filter(|_| !is_certain(&candidate.certainty))?;
        self.0.get(&library.open(file, files)).copied()
    }
}

fn too_many_layers(base: &Path) -> FileDiagnostic {
    let title = format!(
        "the files that may be loaded over this one have more than {MAX_SHARED_LAYERS} layers of services, all \
         together (MAX_SHARED_LAYERS)"
    );
    FileDiagnostic::new(
        base,
        Diagnostic::error(title).help("name the files that are loaded together with `-f`"),
    )
}

/// Whether `project` is one of `projects`; `known` are the places there by the files that are merged.
fn is_known(project: &Project, projects: &[LoadedProject], known: &mut HashMap<Vec<FileId>, usize>) -> bool {
    let place = *known.entry(project.files.clone()).or_insert(projects.len());
    projects.get(place).is_some_and(|known| known.project.layers == project.layers)
}

/// A project that does not load.
pub(super) struct Failed {
    /// What to say about it; nothing where it was only a guess.
    pub(super) diagnostic: Option<FileDiagnostic>,
    /// The files that must not change for its sake.
    files: Vec<FileId>,
}

pub(super) fn load(
    candidate: Candidate,
    library: &mut Library<'_>,
    files: &mut dyn Files,
) -> Result<LoadedProject, Failed> {
    let Candidate { paths, certainty } = candidate;
    let error = match Project::load(&paths, library, files) {
        // Nobody loads a file over one that it extends.
        Ok(project) if matches!(certainty, Certainty::Possible(_)) && extends_its_base(&project) => {
            return Err(Failed { diagnostic: None, files: Vec::new() });
        }
        Ok(project) => return Ok(LoadedProject { certainty, project, given_up: false }),
        Err(error) => error,
    };
    let files = match certainty {
        Certainty::Given | Certainty::Alone => paths.iter().map(|path| library.open(path, files)).collect(),
        // That these belong together is not certain, but a broken file is broken.
        Certainty::Mentioned(..) | Certainty::Layer(_) => {
            let broken = library.open(&error.path, files);
            if library.loaded(broken).is_ok() { Vec::new() } else { vec![broken] }
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
/// anywhere else would replace what that sets, so that the base alone would stay without.
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
