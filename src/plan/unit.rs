//! The plan of a unit of work: files that may be loaded together, and the projects they make up.

use foldhash::{HashMap, HashMapExt, HashSet};

use super::block::Block;
use super::facts::{Carrier, Facts, Gain, Sources};
use super::file::{FilePlan, plan_file};
use super::keys::Keys;
use super::laws::{Breach, Known};
use super::notes::Notes;
use super::sites::{Site, choose};
use super::table::{SharedTable, Table};
use super::{Decision, FixedFiles, PlannedService, ProjectPromise, Refusal, RefusalReason};
use crate::compose::{Body, Certainty, ComposeError, Definition, FileId, Library, Project};
use crate::policy::Policy;
use crate::text::{FileDiagnostic, LineEnding, Span};
use crate::yaml::Node;

/// A project that loads, and how certain it is that it is one.
#[derive(Debug)]
pub struct Loaded {
    /// How certain that is.
    pub certainty: Certainty,
    /// The project.
    pub project: Project,
    /// Whether it is given up: it still counts where places for the hardening are chosen, and nothing else is planned
    /// for it.
    pub given_up: bool,
}

/// What is to be done with the files of a unit of work.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files that change, in order of their reading.
    pub files: Vec<FilePlan>,
    /// What the projects gain.
    pub projects: Vec<ProjectPromise>,
    /// The services of every file, in order.
    pub services: Vec<(FileId, Vec<PlannedService>)>,
    /// What should be looked at.
    pub notes: Vec<FileDiagnostic>,
    /// How many services of known projects stay without hardening.
    pub bare: usize,
}

/// Plans how `projects` are hardened by `policy`, where the files in `fixed` must not change.
///
/// # Errors
/// The reason why it cannot be done exactly.
pub fn plan(
    library: &Library<'_>,
    projects: &[Loaded],
    fixed: &FixedFiles,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let mut planner = Planner::new(library, fixed, policy)?;
    planner.find_facts()?;
    let sets = |definition| {
        let facts = planner.facts.get(definition);
        facts.seen | facts.reset != 0
    };
    let sites =
        choose(library, projects, planner.sites(), sets, |child, root| planner.can_shield(child, root));
    let projects: Vec<&Loaded> = projects.iter().filter(|loaded| !loaded.given_up).collect();
    planner.settle(&sites)?;
    if planner.pin(&projects) {
        planner.settle(&sites)?;
    }
    let (mut plan, mut notes) = (Plan::default(), Notes::default());
    let known = planner.known();
    for loaded in projects {
        planner.check_included_twice(loaded)?;
        let project = &loaded.project;
        let outcomes = known.outcomes(project).map_err(|breach| planner.refusal(breach))?;
        planner.check_withheld(project, &sites)?;
        planner.note(loaded, &outcomes, &mut notes);
        plan.bare += planner.note_bare(loaded, &mut notes);
        let files = project.paths.clone();
        plan.projects.push(ProjectPromise { files, services: known.promise(project, &outcomes) });
    }
    for id in library.ids() {
        if library.file(id).is_err() {
            continue;
        }
        plan.services.push((id, planner.decisions(id)));
        planner.note_generated(id, &mut notes);
        for definition in library.definitions(id) {
            planner.note_definition(definition, &mut notes);
        }
        if planner.changes(id) {
            planner.check_form(id)?;
            plan.files.push(plan_file(&planner, id)?);
        }
    }
    plan.notes = notes.into_list();
    Ok(plan)
}

/// What is known while a unit of work is planned.
pub(super) struct Planner<'p, 'l> {
    pub(super) library: &'p Library<'l>,
    pub(super) fixed: &'p FixedFiles,
    pub(super) policy: &'p Policy,
    pub(super) keys: Keys,
    /// The block of each document of each file.
    pub(super) blocks: Vec<Vec<Block<'l>>>,
    /// The mappings of those blocks of each file that are there already.
    existing: Vec<HashSet<u32>>,
    pub(super) facts: SharedTable<Facts>,
    pub(super) gains: SharedTable<Gain>,
    pub(super) decisions: Table<Decision>,
}

impl<'p, 'l> Planner<'p, 'l> {
    fn new(library: &'p Library<'l>, fixed: &'p FixedFiles, policy: &'p Policy) -> Result<Self, Refusal> {
        let mut keys = Keys::default();
        let mut blocks = Vec::new();
        for id in library.ids() {
            let found = match library.file(id) {
                Ok(file) if fixed.contains(id) => {
                    let known = Block::of_file(file, policy, &mut keys);
                    // What is wrong with it is reported already, or does not matter here.
                    Ok(known.unwrap_or_else(|_| file.documents().iter().map(|_| Block::default()).collect()))
                }
                Ok(file) => Block::of_file(file, policy, &mut keys),
                Err(_) => Ok(Vec::new()),
            };
            blocks.push(found.map_err(|(reason, span)| reason.at(library.path(id), span))?);
        }
        let ids =
            |blocks: &Vec<Block<'l>>| blocks.iter().filter_map(|block| Some(block.existing?.id())).collect();
        let existing = blocks.iter().map(ids).collect();
        let (facts, gains) = (SharedTable::new(library), SharedTable::new(library));
        let decisions = Table::new(library);
        Ok(Self { library, fixed, policy, keys, blocks, existing, facts, gains, decisions })
    }

    pub(super) fn block(&self, definition: Definition) -> &Block<'l> {
        &self.blocks[definition.file.index()][definition.document as usize]
    }

    pub(super) fn sources(&self, definition: Definition) -> Sources<'_, 'l> {
        let block = self.block(definition);
        Sources {
            keys: &self.keys,
            aliases: self.library.file_of(definition).aliases(),
            existing: &self.existing[definition.file.index()],
            own: Carrier { document: definition.document, keys: block.keys },
        }
    }

    fn definitions(&self) -> impl Iterator<Item = Definition> {
        self.library.ids().flat_map(|id| self.library.definitions(id))
    }

    fn find_facts(&mut self) -> Result<(), Refusal> {
        let mut facts = SharedTable::new(self.library);
        for definition in self.definitions() {
            let found = self.sources(definition).facts(self.library.service(definition));
            match found {
                Ok(found) => facts.set(definition, found),
                Err(_) if self.fixed.contains(definition.file) => {}
                Err(error) => return Err(self.invalid(definition, error)),
            }
        }
        self.facts = facts;
        Ok(())
    }

    fn sites(&self) -> Table<Site> {
        let mut sites = Table::new(self.library);
        for definition in self.definitions() {
            if self.facts.get(definition).hardened {
                sites.set(definition, Site::Hardened);
            } else if self.fixed.blocks(definition.file) {
                sites.set(definition, Site::Blocked);
            }
        }
        sites
    }

    /// Decides on each definition, and finds what it gains.
    fn settle(&mut self, sites: &Table<Site>) -> Result<(), Refusal> {
        for id in self.library.ids() {
            let mut chosen: Vec<Definition> = Vec::new();
            for definition in self.library.definitions(id) {
                let decision = match sites.get(definition) {
                    Site::Hardened => Decision::Hardened,
                    // A run after this one chooses the same places only if what is given up leaves them as they are.
                    _ if self.fixed.contains(id) => Decision::Blocked,
                    Site::Chosen => {
                        chosen.push(definition);
                        Decision::Harden
                    }
                    Site::Taken => Decision::Layer,
                    Site::Partial => Decision::Partial,
                    Site::Repeated => Decision::Repeated,
                    Site::Unsettled => Decision::Unsettled,
                    Site::Blocked => Decision::Blocked,
                    Site::None => Decision::Nothing,
                };
                self.decisions.set(definition, decision);
            }
            if !chosen.is_empty() {
                self.settle_file(id, chosen)?;
            }
        }
        Ok(())
    }

    fn settle_file(&mut self, id: FileId, mut chosen: Vec<Definition>) -> Result<(), Refusal> {
        let library = self.library;
        let mapping = |definition: Definition| library.service(definition).mapping();
        // A service that others merge is written before them: in that order each knows what it inherits.
        chosen.sort_by_key(|definition| mapping(*definition).map_or(0, Node::id));
        let mut hardened = HashMap::new();
        for definition in chosen {
            let service = library.service(definition);
            let gain = self.sources(definition).gain(service, self.facts.get(definition), false, &hardened);
            if gain.map_err(|error| self.invalid(definition, error))?.keys != 0 {
                self.decisions.set(definition, Decision::Inherits);
                continue;
            }
            // Only what has an anchor can be merged or be an alias's target.
            if let Body::Mapping(mapping) = service.body
                && mapping.anchor().is_some()
            {
                hardened.insert(mapping.id(), self.sources(definition).own);
            }
        }
        for definition in library.definitions(id) {
            let injected = *self.decisions.get(definition) == Decision::Harden;
            let service = library.service(definition);
            let gain =
                self.sources(definition).gain(service, self.facts.get(definition), injected, &hardened);
            let gain = gain.map_err(|error| self.invalid(definition, error))?;
            if let Some(key) = self.keys.names(gain.lost).next() {
                let reason = RefusalReason::Outranked {
                    service: service.name.clone().into_owned(),
                    key: key.to_owned(),
                };
                return Err(reason.at(library.path(id), service.key.span()));
            }
            self.gains.set(definition, gain);
        }
        Ok(())
    }

    /// Checks that nothing changes in files that a project includes side by side.
    fn check_included_twice(&self, loaded: &Loaded) -> Result<(), Refusal> {
        for id in &loaded.project.included_twice {
            let mut definitions = self.library.definitions(*id);
            if let Some(definition) = definitions.find(|definition| self.gains.get(*definition).keys != 0) {
                let service = self.library.service(definition);
                let reason = RefusalReason::IncludedTwice(service.name.clone().into_owned());
                return Err(reason.at(self.library.path(*id), service.key.span()));
            }
        }
        Ok(())
    }

    pub(super) fn known(&self) -> Known<'_, 'l> {
        Known {
            library: self.library,
            keys: &self.keys,
            facts: &self.facts,
            gains: &self.gains,
            blocks: &self.blocks,
        }
    }

    fn changes(&self, id: FileId) -> bool {
        self.library.definitions(id).any(|definition| *self.decisions.get(definition) == Decision::Harden)
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
        Err(reason.at(path, Span::at(0)))
    }

    fn refusal(&self, breach: Breach) -> Refusal {
        breach.reason.at(self.library.path(breach.definition.file), breach.span)
    }

    fn invalid(&self, definition: Definition, error: ComposeError) -> Refusal {
        let span = error.span;
        RefusalReason::Invalid(error).at(self.library.path(definition.file), span)
    }
}
