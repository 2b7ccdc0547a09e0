//! The plan of a unit of work: files that may be loaded together, and the projects they make up.

use super::file::{FilePlan, plan_file};
use super::items::ListItems;
use super::loaded::LoadedProject;
use super::notes::Notes;
use super::planner::Planner;
use super::refusal::all_or_refusals;
use super::sites::choose;
use super::{FixedFiles, PlannedService, ProjectPromise, Refusal, RefusalReason};
use crate::compose::{FileId, Library};
use crate::policy::Policy;
use crate::text::{FileDiagnostic, LineEnding, Span};

/// What is to be done with the files of a unit of work.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files that change, in order of their reading.
    pub files: Vec<FilePlan>,
    /// What the projects gain.
    pub projects: Vec<ProjectPromise>,
    /// The services of every file, in order of the files.
    pub services: Vec<(FileId, Vec<PlannedService>)>,
    /// What should be looked at.
    pub notes: Vec<FileDiagnostic>,
    /// How many services of known projects stay without hardening.
    pub bare: usize,
}

/// Plans how `projects` are hardened by `policy`, where the files in `fixed` must not change.
///
/// # Errors
/// The reasons why it cannot be done exactly: all that are found before the others can be looked for. Those behind the first
/// may be gone once what it is about is given up.
pub fn plan(
    library: &Library<'_>,
    projects: &[LoadedProject],
    fixed: &FixedFiles,
    policy: &Policy,
) -> Result<Plan, Vec<Refusal>> {
    let mut planner = Planner::new(library, fixed, policy)?;
    planner.find_facts()?;
    let sets = |definition| {
        let facts = planner.facts.get(definition);
        facts.seen | facts.reset != 0
    };
    let sites =
        choose(library, projects, planner.sites(), sets, |child, root| planner.can_shield(child, root));
    let projects: Vec<&LoadedProject> = projects.iter().filter(|loaded| !loaded.given_up).collect();
    planner.settle(&sites)?;
    if planner.pin(&projects) {
        planner.settle(&sites)?;
    }
    let (mut plan, mut notes) = (Plan::default(), Notes::default());
    plan.projects = all_or_refusals(projects.iter().map(|loaded| {
        planner.check_included_twice(loaded)?;
        let project = &loaded.project;
        let gains = planner.service_gains(project)?;
        planner.check_withheld(project, &sites)?;
        planner.note(loaded, &gains, &mut notes);
        plan.bare += planner.note_bare(loaded, &mut notes);
        Ok(ProjectPromise { files: project.paths.clone(), services: planner.promise(project, &gains) })
    }))?;
    let mut items = ListItems::of(&projects);
    for id in library.ids().filter(|id| library.file(*id).is_ok()) {
        plan.services.push((id, planner.decisions(id)));
        planner.note_generated(id, &mut notes);
        for definition in library.definitions(id) {
            planner.note_definition(definition, &mut items, &mut notes);
        }
    }
    let changed = library.ids().filter(|id| planner.changes(*id));
    plan.files = all_or_refusals(changed.map(|id| {
        planner.check_form(id)?;
        plan_file(&planner, id)
    }))?;
    plan.notes = notes.into_list();
    Ok(plan)
}

impl Planner<'_, '_> {
    /// Checks that nothing changes in files that a project includes side by side.
    fn check_included_twice(&self, loaded: &LoadedProject) -> Result<(), Refusal> {
        for id in &loaded.project.included_twice {
            let mut definitions = self.library.definitions(*id);
            if let Some(definition) = definitions.find(|definition| self.gains.get(*definition).keys != 0) {
                let service = self.library.service(definition);
                let reason = RefusalReason::IncludedTwice(service.name.clone().into_owned());
                return Err(reason.at(service.key.span()).in_file(*id));
            }
        }
        Ok(())
    }

    fn decisions(&self, id: FileId) -> Vec<PlannedService> {
        let planned = self.library.definitions(id).map(|definition| PlannedService {
            span: self.library.service(definition).key.span(),
            decision: *self.decisions.get(definition),
        });
        planned.collect()
    }

    /// Checks that a file that has to change is in a form that can be edited.
    fn check_form(&self, id: FileId) -> Result<(), Refusal> {
        let path = self.library.path(id);
        let line_ending = self.library.file(id).map(|file| file.tree().line_ending()).unwrap_or_default();
        let reason = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            RefusalReason::Json
        } else if line_ending == LineEnding::Cr {
            RefusalReason::LoneCarriageReturns
        } else {
            return Ok(());
        };
        Err(reason.at(Span::at(0)).in_file(id))
    }
}
