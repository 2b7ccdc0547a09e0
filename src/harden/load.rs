//! From the candidates of a unit of work to its projects: those that load, without what a known one loads anyway, and
//! the messages about the others.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::Outcome;
use crate::compose::{Candidate, Certainty, Definition, FileId, Files, Library, MergeStep, Project, Scope};
use crate::plan::{FixedFiles, FixedReason, LoadedProject};
use crate::policy::Policy;
use crate::text::{Diagnostic, FileDiagnostic, Severity};

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
    let mut mentions = Mentions::of(&found);
    let mut waiting = VecDeque::from(found);
    while let Some(candidate) = waiting.pop_front() {
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
            Err(Failed { diagnostic, files, mentioned }) => {
                let told = diagnostic.filter(|_| asked);
                if mentioned.is_empty() {
                    outcome.refusals.extend(told.filter(|told| !outcome.refusals.contains(told)));
                } else {
                    outcome.notes.extend(told.filter(|told| !outcome.notes.contains(told)));
                }
                waiting.extend(mentions.give_up(mentioned));
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

/// The files that only commands have loaded, with how many of these do.
#[derive(Default)]
struct Mentions(HashMap<PathBuf, usize>);

impl Mentions {
    fn of(found: &[Candidate]) -> Self {
        let is_mention = |found: &&Candidate| matches!(found.certainty, Certainty::Mentioned(..));
        let mentioned = found.iter().filter(is_mention).flat_map(|found| &found.paths);
        let mut files = HashMap::default();
        mentioned.for_each(|path| *files.entry(path.clone()).or_default() += 1);
        for path in found.iter().filter(|found| !is_mention(found)).flat_map(|found| &found.paths) {
            files.remove(path);
        }
        Self(files)
    }

    /// Takes files of a command that cannot be loaded, and returns those that no other one has loaded: each may be a project
    /// of its own.
    fn give_up(&mut self, mentioned: Vec<PathBuf>) -> Vec<Candidate> {
        let mut given_up = Vec::new();
        for path in mentioned {
            let Some(count) = self.0.get_mut(&path) else { continue };
            *count -= 1;
            if *count == 0 {
                let certainty = Certainty::Alone;
                given_up.push(Candidate { paths: vec![path], directory: None, certainty });
            }
        }
        given_up
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
                let paths = candidate.paths.pop().into_iter().collect();
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
    /// The files, where only a command has loaded them: it may be out of date, or meant for another place.
    mentioned: Vec<PathBuf>,
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
            return Err(Failed { diagnostic: None, files: Vec::new(), mentioned: Vec::new() });
        }
        Ok(project) => return Ok(LoadedProject { certainty, project, given_up: false }),
        Err(error) => error,
    };
    let broken = library.open(&error.path, files);
    let is_broken = library.loaded(broken).is_err();
    let files = match certainty {
        Certainty::Possible(_) | Certainty::SameIncludes(_) => {
            return Err(Failed { diagnostic: None, files: Vec::new(), mentioned: Vec::new() });
        }
        // That these belong together is not certain, but a broken file is broken.
        Certainty::Mentioned(..) | Certainty::Layer(_) if is_broken => vec![broken],
        Certainty::Mentioned(file, line) => {
            let diagnostic = Some(cannot_be_loaded(error, &file, line));
            return Err(Failed { diagnostic, files: Vec::new(), mentioned: paths });
        }
        // What they are together is not known, and Docker Compose may know more.
        Certainty::Given | Certainty::Alone | Certainty::Layer(_) => {
            paths.iter().map(|path| library.open(path, files)).collect()
        }
    };
    Err(Failed { diagnostic: Some(error), files, mentioned: Vec::new() })
}

/// Returns `error` as a warning about the command in this line of `file`.
fn cannot_be_loaded(error: FileDiagnostic, file: &Path, line: usize) -> FileDiagnostic {
    let FileDiagnostic { path, diagnostic } = error;
    let command = file.file_name().unwrap_or_default().display();
    let title =
        format!("`{command}` loads this file with others in line {line}, which fails: {}", diagnostic.title);
    FileDiagnostic::new(path, Diagnostic { severity: Severity::Warning, title, ..*diagnostic })
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
