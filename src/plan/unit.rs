//! The plan of a unit of work: files that may be loaded together, and the projects they make up.

use super::file::{FilePlan, plan_file};
use super::items::ListItems;
use super::laws::ServiceGain;
use super::loaded::LoadedProject;
use super::notes::Notes;
use super::planner::Planner;
use super::refusal::Refusals;
use super::sites::choose;
use super::table::Table;
use super::{Decision, FixedFiles, PlannedService, ProjectPromise, Refusal, RefusalReason};
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
    /// What deserves attention.
    pub notes: Vec<FileDiagnostic>,
    /// How many services of known projects are left without hardening.
    pub bare: usize,
}

/// Plans how `projects` are hardened by `policy`, where the files in `fixed` must not change.
///
/// # Errors
/// The reasons why it cannot be done exactly: all that are found before the others can be looked for. Those after the first
/// may be gone once what it is about is given up.
pub fn plan(
    library: &Library<'_>,
    projects: &[LoadedProject],
    fixed: &FixedFiles,
    policy: &Policy,
) -> Result<Plan, Vec<Refusal>> {
    let mut planner = Planner::new(library, fixed, policy)?;
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
    let (mut refusals, mut items) = (Refusals::default(), ListItems::of(&projects));
    for loaded in &projects {
        let Some(gains) = refusals.keep(planner.check_project(loaded, &sites)) else { continue };
        planner.note(loaded, &gains, &mut items, &mut notes);
        plan.bare += planner.note_bare(loaded, &mut notes);
        let project = &loaded.project;
        let services = planner.promise(project, &gains);
        plan.projects.push(ProjectPromise {
            files: project.paths.clone(),
            directory: project.directory.clone(),
            services,
        });
    }
    refusals.finish()?;
    for id in library.ids().filter(|id| library.file(*id).is_ok()) {
        plan.services.push((id, planner.decisions(id)));
        planner.note_generated(id, &mut notes);
        for definition in library.definitions(id) {
            planner.note_definition(definition, &mut items, &mut notes);
        }
    }
    let mut refusals = Refusals::default();
    for id in library.ids().filter(|id| planner.changes(*id)) {
        let changed = planner.check_form(id).and_then(|()| plan_file(&planner, id));
        plan.files.extend(refusals.keep(changed));
    }
    refusals.finish()?;
    plan.notes = notes.into_list();
    Ok(plan)
}

impl Planner<'_, '_> {
    /// Checks what the hardening makes of a project, and returns what its services gain.
    fn check_project(
        &self,
        loaded: &LoadedProject,
        sites: &Table<Decision>,
    ) -> Result<Vec<ServiceGain>, Refusal> {
        self.check_included_twice(loaded)?;
        let gains = self.service_gains(&loaded.project)?;
        self.check_withheld(&loaded.project, sites)?;
        Ok(gains)
    }

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
