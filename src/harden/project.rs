//! Files that may be loaded together, hardened: from their paths to proved changes.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};
use typed_arena::Arena;

use super::Outcome;
use super::load::{LoadedProjects, load_all};
use super::notes::{held_back, note_apart};
use super::proof::{Before, Work, prove_all, separations};
use crate::compose::{ComposeFile, FileId, FileList, Files, Group, Library, Origin, Scope, candidates};
use crate::plan::{FilePlan, FixedFiles, FixedReason, LoadedProject, Plan, Promise, plan};
use crate::policy::Policy;
use crate::text::{Diagnostic, EditSet, FileDiagnostic, Source, line_starts};
use crate::verify::Tapes;

/// Hardens the files of `group` by `policy`: those in lists as the lists say, the others as their services suggest.
///
/// The messages of the group are ignored.
#[must_use]
pub fn harden(group: &Group, files: &mut dyn Files, policy: &Policy) -> Outcome {
    harden_with(group, files, policy, &Tapes::default())
}

/// Hardens files as [`harden`] does, and has `tapes` keep the texts that the proof reads.
pub(super) fn harden_with(group: &Group, files: &mut dyn Files, policy: &Policy, tapes: &Tapes) -> Outcome {
    let sources = Arena::new();
    let mut outcome = Outcome::default();
    // The trees are gone before the proof, which needs memory of its own.
    let work = plan_all(group, files, policy, &sources, &mut outcome);
    outcome.sources = work.read.iter().cloned().zip(sources.into_vec()).collect();
    match prove_all(work, &outcome.sources, tapes) {
        Ok(changes) => outcome.changes = changes,
        Err(doubt) => {
            outcome.fixed.extend(outcome.sources.keys().cloned());
            outcome.refusals.push(doubt);
            outcome.services.clear();
            outcome.notes.clear();
            outcome.bare = 0;
        }
    }
    outcome.changes.sort_by(|one, other| one.path.cmp(&other.path));
    outcome
}

/// Hardens the Compose file `source` by itself.
#[must_use]
pub fn harden_file(source: Source, policy: &Policy) -> Outcome {
    struct One(Option<Source>);
    impl Files for One {
        fn read(&mut self, path: &Path) -> Result<Source, Diagnostic> {
            let missing = || Diagnostic::error(format!("`{}` cannot be read here", path.display()));
            self.0.take().ok_or_else(missing)
        }
    }
    let list = FileList::new(vec![source.path().to_owned()], Origin::Options);
    let group = Group { lists: vec![list], ..Group::default() };
    harden(&group, &mut One(Some(source)), policy)
}

fn plan_all(
    group: &Group,
    files: &mut dyn Files,
    policy: &Policy,
    sources: &Arena<Source>,
    outcome: &mut Outcome,
) -> Work {
    let trees = Arena::new();
    // The library borrows both arenas for as long as the trees live.
    let mut library = Library::new(sources, &trees);
    let mut fixed = FixedFiles::default();
    let mut beside: HashSet<PathBuf> = group.paths().map(|path| files.identity(path)).collect();
    let found = candidates(group, &mut library, files);
    let Some(LoadedProjects { mut projects, apart, .. }) =
        load_all(found, &mut library, files, policy, &mut fixed, outcome)
    else {
        outcome.fixed = library.ids().map(|id| library.path(id).to_owned()).collect();
        return into_work(Plan::default(), &library, outcome);
    };
    for path in reached(&projects, &group.variants, &library, files) {
        beside.remove(&path);
    }
    for id in library.ids() {
        if let Some(reason) = reason_to_keep(&library, id, files, &beside) {
            fixed.insert(id, reason);
        }
    }
    let plan = plan_what_can_be(&library, &mut projects, &mut fixed, policy, outcome);
    outcome.notes.extend(apart.iter().filter_map(|project| note_apart(project, &plan, &library)));
    outcome.notes.extend(held_back(&plan, &library, files, &fixed, &outcome.refusals));
    outcome.fixed = fixed.files().map(|id| library.path(id).to_owned()).collect();
    into_work(plan, &library, outcome)
}

/// Plans the projects, and gives up those with a file for which that cannot be done.
fn plan_what_can_be(
    library: &Library<'_>,
    projects: &mut [LoadedProject],
    fixed: &mut FixedFiles,
    policy: &Policy,
    outcome: &mut Outcome,
) -> Plan {
    let mut holders: HashMap<FileId, Vec<usize>> = HashMap::default();
    for (number, loaded) in projects.iter().enumerate() {
        for file in &loaded.project.all_files {
            holders.entry(*file).or_default().push(number);
        }
    }
    loop {
        let refusals = match plan(library, projects, fixed, policy) {
            Ok(plan) => return plan,
            Err(refusals) => refusals,
        };
        let mut given_up = HashSet::default();
        let mut progress = false;
        for refusal in refusals {
            if given_up.contains(&refusal.file) {
                continue;
            }
            let holders = holders.get(&refusal.file).map(Vec::as_slice).unwrap_or_default();
            let related = holders.iter().flat_map(|holder| &projects[*holder].project.all_files);
            let related: Vec<FileId> = related.copied().chain([refusal.file]).collect();
            // Without what is given up before it, there may be nothing to refuse.
            if related.iter().any(|file| given_up.contains(file)) {
                continue;
            }
            let diagnostic = refusal.diagnostic();
            outcome.refusals.push(FileDiagnostic::new(library.path(refusal.file), diagnostic));
            for holder in holders {
                progress |= !std::mem::replace(&mut projects[*holder].given_up, true);
            }
            given_up.extend(related.into_iter().filter(|file| fixed.give_up(*file)));
        }
        // Nothing that is given up is refused again; otherwise no file could be trusted to change.
        if !progress && given_up.is_empty() {
            library.ids().for_each(|id| fixed.insert(id, FixedReason::GivenUp));
            return Plan::default();
        }
    }
}

/// The files in `variants` that a project extends or includes of which all files were named.
fn reached(
    projects: &[LoadedProject],
    variants: &[PathBuf],
    library: &Library<'_>,
    files: &dyn Files,
) -> Vec<PathBuf> {
    if variants.is_empty() {
        return Vec::new();
    }
    let is_named = |file: &FileId| files.scope(library.path(*file)) == Scope::Named;
    let named = projects.iter().map(|loaded| &loaded.project).filter(|it| it.files.iter().all(is_named));
    let reached =
        named.flat_map(|project| project.all_files.iter().filter(|file| !project.files.contains(file)));
    let variants: HashSet<PathBuf> = variants.iter().map(|path| files.identity(path)).collect();
    reached.map(|file| library.path(*file).to_owned()).filter(|path| variants.contains(path)).collect()
}

/// Why a file that could be hardened is left unchanged; `beside` are the files that are only read along with one that was
/// named.
fn reason_to_keep(
    library: &Library<'_>,
    id: FileId,
    files: &dyn Files,
    beside: &HashSet<PathBuf>,
) -> Option<FixedReason> {
    let path = library.path(id);
    match files.scope(path) {
        Scope::Named => None,
        Scope::Outside => Some(FixedReason::Outside),
        // What is loaded together with a file that was named is read, but was not asked for.
        Scope::Beside if beside.contains(path) => Some(FixedReason::Outside),
        Scope::LeftOut => Some(FixedReason::LeftOut),
        Scope::Ignored => Some(FixedReason::Ignored),
        Scope::Inside | Scope::Beside => {
            let is_generated = library.source(id).is_some_and(|source| is_generated(source.text()));
            is_generated.then_some(FixedReason::Generated)
        }
    }
}

/// Whether a comment before all content of `text` has the mark that tools put into what they write.
fn is_generated(text: &str) -> bool {
    const FIRST_LINES: usize = 20;
    let text = text.trim_start_matches('\u{feff}');
    let starts = line_starts(text.as_bytes()).take(FIRST_LINES);
    let lines = starts.map(|start| text[start..].split(['\n', '\r']).next().unwrap_or_default().trim());
    let is_heading = |line: &&str| line.is_empty() || line.starts_with(['#', '%']) || *line == "---";
    lines.take_while(is_heading).any(|line| line.starts_with('#') && line.contains("@generated"))
}

/// Copies what outlives the library out of the plan.
fn into_work(plan: Plan, library: &Library<'_>, outcome: &mut Outcome) -> Work {
    outcome.notes.extend(plan.notes);
    outcome.bare = plan.bare;
    outcome.names_files = library.ids().any(|id| library.file(id).is_ok_and(ComposeFile::names_files));
    let services = plan.services.into_iter();
    outcome.services.extend(services.map(|(id, services)| (library.path(id).to_owned(), services)));
    let mut planned: HashMap<FileId, FilePlan> =
        plan.files.into_iter().map(|planned| (planned.file, planned)).collect();
    let mut names: HashMap<FileId, Vec<PathBuf>> = HashMap::default();
    for (name, id) in library.names().filter(|(name, id)| *name != library.path(*id)) {
        names.entry(id).or_default().push(name.to_owned());
    }
    let files = library.ids().filter_map(|id| {
        let content = library.file(id).ok()?;
        let path = library.path(id).to_owned();
        let separations = separations(content.tree());
        let (edits, promise) = match planned.remove(&id) {
            Some(FilePlan { edits, promise, .. }) => (edits, promise),
            None => (EditSet::default(), Promise::unchanged(content.documents().len())),
        };
        let names = names.remove(&id).unwrap_or_default();
        Some(Before { path, names, edits, promise, separations })
    });
    let files = files.collect();
    let read = library.ids().filter(|id| library.source(*id).is_some());
    let read = read.map(|id| library.path(id).to_owned()).collect();
    Work { read, files, projects: plan.projects }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_counts_only_in_a_comment_in_front_of_all_content() {
        let twenty = "# a\n".repeat(19);
        for text in [
            "# @generated by a template\nservices:",
            "\u{feff}%YAML 1.2\r\n---\r\n\r\n  # a\r\n#@generated",
            "# a\r# @generated\rservices:",
            &format!("{twenty}# @generated\n"),
        ] {
            assert!(is_generated(text), "{text}");
        }
        for text in [
            "# a\nx-note: |\n  # @generated by nobody\nservices:",
            "x-note: # @generated",
            "--- # @generated",
            "# a\rservices:\r# @generated",
            &format!("{twenty}#\n# @generated\n"),
        ] {
            assert!(!is_generated(text), "{text}");
        }
    }

    #[test]
    fn no_service_is_counted_where_a_proof_is_doubted() {
        let text =
            "services:\n  web: {image: a}\n  x-job: {image: b}\n---\nservices:\n  x-job: {tty: true}\n";
        let deep = format!("{text}x-deep: {}{}\n", "[".repeat(300), "]".repeat(300));
        let found = [text, &deep].map(|text| {
            let source = Source::from_bytes("compose.yml", text.as_bytes().to_vec()).unwrap();
            let outcome = harden_file(source, &Policy::default());
            (outcome.changes.len(), outcome.refusals.len(), outcome.bare)
        });
        assert_eq!(found, [(1, 0, 1), (0, 1, 0)]);
    }
}
