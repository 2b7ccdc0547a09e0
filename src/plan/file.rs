//! The plan of one file: the edits that merge the block into its chosen services, and what they promise.

use std::sync::Arc;

use super::aliased::check_aliases;
use super::block::Block;
use super::dotted::{BlockUses, Dotted};
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
    let file = planner.library.file(id).expect("only a file that is understood is changed");
    let blocks = &planner.blocks[id.index()];
    let mut by_document: Vec<Vec<Definition>> = vec![Vec::new(); blocks.len()];
    for definition in planner.library.definitions(id) {
        by_document[definition.document as usize].push(definition);
    }
    let mut changes = FileEdits {
        planner,
        file: id,
        uses: BlockUses::of(file, blocks),
        edits: Vec::new(),
        sites: vec![Vec::new(); blocks.len()],
    };
    let mut promise = Promise::default();
    for (document, definitions) in by_document.iter().enumerate() {
        promise.documents.push(changes.document(document, definitions)?);
    }
    let hardened = planner.library.definitions(id);
    let hardened = hardened.filter(|definition| *planner.decisions.get(*definition) == Decision::Harden);
    let hardened: Vec<_> = hardened.map(|definition| planner.library.service(definition)).collect();
    check_aliases(file, &hardened).map_err(|obstacle| obstacle.in_file(id))?;
    changes.place_blocks()?;
    let edits = EditSet::new(changes.edits).expect("no two services are edited at the same place");
    Ok(FilePlan { file: id, edits, promise })
}

/// The edits of a file so far.
struct FileEdits<'c, 'p, 'l> {
    planner: &'c Planner<'p, 'l>,
    file: FileId,
    /// Where its blocks are merged already.
    uses: BlockUses,
    edits: Vec<Edit>,
    /// For each document, where aliases of its block are added.
    sites: Vec<Vec<Span>>,
}

/// The block that the services of a document get, the same for all.
#[derive(Default)]
struct OneBlock<'b, 'l>(Option<&'b Block<'l>>);

impl<'b, 'l> OneBlock<'b, 'l> {
    /// Uses `block` for one more service; whether it is that of the services before.
    fn is_also(&mut self, block: &'b Block<'l>) -> bool {
        self.0.replace(block).is_none_or(|before| before.is_same(block))
    }
}

impl<'c, 'l> FileEdits<'c, '_, 'l> {
    fn document(&mut self, document: usize, definitions: &[Definition]) -> Result<DocumentPromise, Refusal> {
        let block = &self.planner.blocks[self.file.index()][document];
        let mut dotted = Dotted::of(self.planner, definitions, &self.uses);
        let mut shared = OneBlock::default();
        let mut services: Vec<ServicePromise> = Vec::with_capacity(definitions.len());
        // Beside those of the services there is one for the block.
        self.edits.reserve(definitions.len() + 1);
        self.sites[document].reserve(definitions.len());
        for definition in definitions {
            let edits = self.merge_edits(*definition, block, &mut dotted)?;
            if !edits.is_empty() {
                shared.0 = shared.0.or(Some(block));
            }
            self.sites[document].extend(edits.iter().map(Edit::span));
            for edit in edits {
                self.add(edit);
            }
            let pins = self.pin(*definition);
            services.extend(self.promise(*definition, pins, services.last(), &mut shared)?);
        }
        dotted.check().map_err(|obstacle| obstacle.in_file(self.file))?;
        // Where only services of earlier documents are merged, the block is theirs.
        let block = if self.sites[document].is_empty() { shared.0 } else { Some(block) };
        let block = block.map(|block| BlockPromise {
            key: self.planner.policy.key.clone(),
            document: block.document,
            inserted: block.existing.is_none().then(|| self.planner.policy.options.clone()),
        });
        Ok(DocumentPromise { block, services })
    }

    /// Returns the edits that merge `block` into a service, or change how it is merged already.
    fn merge_edits(
        &self,
        definition: Definition,
        block: &Block<'l>,
        dotted: &mut Dotted<'c>,
    ) -> Result<Vec<Edit>, Refusal> {
        let service = self.planner.library.service(definition);
        let aliases = self.planner.library.file_of(definition).aliases();
        match self.planner.decisions.get(definition) {
            Decision::Harden => {
                let places = dotted.places(&service.name);
                let injection = inject(service.body, aliases, &block.anchor, &places)
                    .map_err(|obstacle| obstacle.in_file(self.file))?;
                dotted.add(service, injection.index);
                Ok(injection.edits)
            }
            Decision::Hardened => Ok(dotted.keep(service, aliases, block)),
            _ => Ok(Vec::new()),
        }
    }

    /// Adds the empty lists that a service gets beside the block, and returns their keys.
    fn pin(&mut self, definition: Definition) -> Box<[String]> {
        let planner = self.planner;
        let pins = planner.keys.names(planner.facts.get(definition).pinned);
        let pins: Box<[String]> = pins.map(str::to_owned).collect();
        if let Some(mapping) = planner.library.service(definition).mapping() {
            // The line comes after that of a merge key that is added at the same place.
            for key in &pins {
                self.add(edit::insert_first_entry(mapping, &format!("{key}: []")));
            }
        }
        pins
    }

    /// Returns what is promised of a service that gets `pins`, after the promise `before`; none where nothing is.
    fn promise(
        &self,
        definition: Definition,
        pins: Box<[String]>,
        before: Option<&ServicePromise>,
        shared: &mut OneBlock<'c, 'l>,
    ) -> Result<Option<ServicePromise>, Refusal> {
        let planner = self.planner;
        // As YAML the key is set, and the merge changes nothing; that `!reset` removes it first is Compose's rule.
        let Gain { keys, hidden, document, .. } = *planner.gains.get(definition);
        let gain = keys & !hidden;
        if gain == 0 && pins.is_empty() {
            return Ok(None);
        }
        let service = planner.library.service(definition);
        let document = document.unwrap_or(definition.document);
        let origin = &planner.blocks[self.file.index()][document as usize];
        if !shared.is_also(origin) {
            let reason = RefusalReason::OtherBlock(service.name.clone().into_owned());
            return Err(reason.at(service.key.span()).in_file(self.file));
        }
        let is_gained = |name: &&String| planner.keys.find(name).is_some_and(|bit| bit & gain != 0);
        let names = origin.names.iter().filter(is_gained);
        // Most services gain the same keys as the one before.
        let gains = match before {
            Some(before) if before.gains.iter().eq(names.clone()) => before.gains.clone(),
            _ => names.cloned().collect::<Arc<[String]>>(),
        };
        Ok(Some(ServicePromise { name: (*service.name).into(), gains, pins }))
    }

    /// Adds an edit, whose text is almost always that of the one before.
    fn add(&mut self, edit: Edit) {
        let edit = edit.sharing(self.edits.last());
        self.edits.push(edit);
    }

    /// Adds the blocks that do not exist yet.
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
