//! Notes on files apart from refusals: those left unchanged because of one, and those that can no longer be loaded together.

use std::path::Path;

use foldhash::HashSet;

use crate::compose::{Definition, Files, Library, Project, Scope};
use crate::plan::{Decision, FixedFiles, FixedReason, Notes, Plan, PlannedService};
use crate::text::{Diagnostic, FileDiagnostic};

/// Says which files that were asked for, with services that are not hardened, are left unchanged because of a refusal that
/// names another file.
pub(super) fn held_back(
    plan: &Plan,
    library: &Library<'_>,
    files: &dyn Files,
    fixed: &FixedFiles,
    refusals: &[FileDiagnostic],
) -> Vec<FileDiagnostic> {
    let named: HashSet<&Path> = refusals.iter().map(|refusal| &*refusal.path).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let is_held = |file| matches!(fixed.reason(file), Some(FixedReason::Refused | FixedReason::GivenUp));
    let is_bare = |services: &[PlannedService]| services.iter().any(|it| it.decision == Decision::Blocked);
    let held = plan.services.iter().filter(|(file, services)| is_held(*file) && is_bare(services));
    let paths = held.map(|(file, _)| library.path(*file)).filter(|path| !named.contains(path));
    let asked = paths.filter(|path| matches!(files.scope(path), Scope::Named | Scope::Inside));
    let note = |path| {
        let title = "this file is left unchanged, because a file that it is loaded with is refused";
        FileDiagnostic::new(path, Diagnostic::warning(title).help("deal with the other file first"))
    };
    let mut notes = Notes::default();
    asked.for_each(|path| notes.add(|| note(path)));
    notes.into_list()
}

/// Says that the files of a project that was given up can no longer be loaded together, where that is so.
pub(super) fn note_apart(project: &Project, plan: &Plan, library: &Library<'_>) -> Option<FileDiagnostic> {
    let hardens = |definition: &Definition| {
        let place = plan.services.binary_search_by_key(&definition.file, |(file, _)| *file).ok()?;
        let (_, services) = &plan.services[place];
        let key = library.service(*definition).key.span();
        services.iter().find(|service| service.span == key).map(|service| service.decision.hardens())
    };
    let twice = project.repeated.iter().find(|definition| hardens(definition) == Some(true))?;
    let [base, .., variant] = project.files[..] else { return None };
    let extends = library.definitions(variant).find_map(|it| library.service(it).extends.as_ref())?;
    let base = library.shown(base).display();
    let title = format!("this file can no longer be loaded over `{base}`");
    let name = &library.service(*twice).name;
    let reason = format!("both have `{name}`, which is hardened, and Docker Compose rejects duplicate items");
    let help = "load each by itself, or name the files that are loaded together with `-f`";
    let diagnostic = Diagnostic::warning(title).at(extends.span, reason).help(help);
    Some(FileDiagnostic::new(library.path(variant), diagnostic))
}
