//! The plan of one file: the edits that merge the block into its chosen services, and what they promise.

use std::sync::Arc;

use super::aliased::check_aliases;
use super::block::Block;
use super::dotted::Dotted;
use super::facts::Gain;
use super::inject::inject;
use super::planner::Planner;
use super::{BlockPromise, Decision, DocumentPromise, Promise, Refusal, RefusalReason, ServicePromise};
use crate::compose::{Definition, FileId};
use crate::text::{Edit, EditSet, Span};
use crate::yaml::edit;

/// What is to be done with a file.
#[derive(Clone, Debug)]
pub struct FilePlan {
    /// The file.
    pub file: FileId,
    /// The edits that do it.
    pub edits: EditSet,
    /// The difference they make.
    pub promise: Promise,
}

/// Plans the edits of the file `id`.
pub(super) fn plan_file(planner: &Planner<'_, '_>, id: FileId) -> Result<FilePlan, Refusal> {
    let documents = planner.blocks[id.index()].len();
    let mut changes = FileEdits { planner, file: id, edits: Vec::new(), sites: vec![Vec::new(); documents] };
    let mut promise = Promise::default();
    let mut by_document: Vec<Vec<Definition>> = vec![Vec::new(); documents];
    for definition in planner.library.definitions(id) {
        by_document[definition.document as usize].push(definition);
    }
    for (document, definitions) in by_document.iter().enumerate() {
        promise.documents.push(changes.document(document, definitions)?);
    }
    let hardened = planner.library.definitions(id);
    let hardened = hardened.filter(|definition| *planner.decisions.get(*definition) == Decision::Harden);
    let hardened: Vec<_> = hardened.map(|definition| planner.library.service(definition)).collect();
    let file = planner.library.file(id).expect("only a file that is understood is changed");
    check_aliases(file, &hardened).map_err(|obstacle| obstacle.in_file(id))?;
    changes.place_blocks()?;
    let edits = EditSet::new(changes.edits).expect("no two services are edited at the same place");
    Ok(FilePlan { file: id, edits, promise })
}

/// The edits of a file so far.
struct FileEdits<'c, 'p, 'l> {
    planner: &'c Planner<'p, 'l>,
    file: FileId,
    edits: Vec<Edit>,
    /// For each document, where aliases of its block are added.
    sites: Vec<Vec<Span>>,
}

impl FileEdits<'_, '_, '_> {
    fn document(&mut self, document: usize, definitions: &[Definition]) -> Result<DocumentPromise, Refusal> {
        let planner = self.planner;
        let blocks = &planner.blocks[self.file.index()];
        let block = &blocks[document];
        let mut shared: Option<&Block<'_>> = None;
        let mut dotted = Dotted::of(planner, definitions);
        let mut services: Vec<ServicePromise> = Vec::with_capacity(definitions.len());
        // Beside those of the services there is one for the block.
        self.edits.reserve(definitions.len() + 1);
        self.sites[document].reserve(definitions.len());
        for definition in definitions {
            let service = planner.library.service(*definition);
            let aliases = planner.library.file_of(*definition).aliases();
            let edits = match planner.decisions.get(*definition) {
                Decision::Harden => {
                    let places = dotted.places(&service.name);
                    let injection = inject(service.body, aliases, &block.anchor, &places)
                        .map_err(|obstacle| obstacle.in_file(self.file))?;
                    dotted.add(service, injection.index);
                    injection.edits
                }
                Decision::Hardened => dotted.keep(service, aliases, block),
                _ => Vec::new(),
            };
            if !edits.is_empty() {
                shared = shared.or(Some(block));
            }
            self.sites[document].extend(edits.iter().map(Edit::span));
            for edit in edits {
                self.add(edit);
            }
            let pins: Box<[String]> =
                planner.keys.names(planner.facts.get(*definition).pinned).map(str::to_owned).collect();
            if let Some(mapping) = service.mapping() {
                // The line comes behind that of a merge key that is added at the same place.
                for key in &pins {
                    self.add(edit::insert_first_entry(mapping, &format!("{key}: []")));
                }
            }
            // As YAML the key is set, and the merge changes nothing; that `!reset` removes it first is Compose's.
            let Gain { keys, hidden, document: origin, .. } = *planner.gains.get(*definition);
            let gain = keys & !hidden;
            if gain != 0 || !pins.is_empty() {
                let bit = |name: &String| planner.keys.find(name).is_some_and(|bit| bit & gain != 0);
                let origin = origin.map_or(block, |document| &blocks[document as usize]);
                if shared.is_some_and(|shared| !shared.is_same(origin)) {
                    let reason = RefusalReason::OtherBlock(service.name.clone().into_owned());
                    return Err(reason.at(service.key.span()).in_file(self.file));
                }
                shared = Some(origin);
                let names = origin.names.iter().filter(|name| bit(name));
                // Most services gain the same keys as the one before.
                let gains = match services.last() {
                    Some(last) if last.gains.iter().eq(names.clone()) => last.gains.clone(),
                    _ => names.cloned().collect::<Arc<[String]>>(),
                };
                let name = (*service.name).into();
                services.push(ServicePromise { name, gains, pins });
            }
        }
        dotted.check().map_err(|obstacle| obstacle.in_file(self.file))?;
        // Where only services of earlier documents are merged, theirs is the block.
        let block = if self.sites[document].is_empty() { shared } else { Some(block) };
        let block = block.map(|block| BlockPromise {
            key: planner.policy.key.clone(),
            document: block.document,
            inserted: block.existing.is_none().then(|| planner.policy.options.clone()),
        });
        Ok(DocumentPromise { block, services })
    }

    /// Adds an edit, whose text is almost always that of the one before.
    fn add(&mut self, edit: Edit) {
        let edit = edit.sharing(self.edits.last());
        self.edits.push(edit);
    }

    /// Adds the blocks that are not there yet.
    fn place_blocks(&mut self) -> Result<(), Refusal> {
        let file = self.planner.library.file(self.file).expect("only a file that is understood is changed");
        let blocks = &self.planner.blocks[self.file.index()];
        for ((block, document), sites) in blocks.iter().zip(file.documents()).zip(&self.sites) {
            let edit = block.place(document, file.aliases(), self.planner.policy, sites);
            self.edits.extend(edit.map_err(|obstacle| obstacle.in_file(self.file))?);
        }
        Ok(())
    }
}
