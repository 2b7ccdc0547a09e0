//! Data shared by the steps of planning; `settle` and `pins` fill it in.

use std::cell::RefCell;

use foldhash::{HashMap, HashSet};

use super::block::Block;
use super::facts::{Carrier, Facts, Gain, Sources};
use super::keys::Keys;
use super::refusal::Refusals;
use super::repeat::Repeat;
use super::table::{SharedTable, Table};
use super::{Decision, FixedFiles, Refusal};
use crate::compose::{Definition, FileId, Library};
use crate::policy::Policy;

/// What is known while a unit of work is planned.
pub(super) struct Planner<'p, 'l> {
    pub(super) library: &'p Library<'l>,
    pub(super) fixed: &'p FixedFiles,
    pub(super) policy: &'p Policy,
    pub(super) keys: Keys,
    /// The block of each document of each file.
    pub(super) blocks: Vec<Vec<Block<'l>>>,
    /// The mappings of those blocks of each file that exist already.
    existing: Vec<HashSet<u32>>,
    pub(super) facts: SharedTable<Facts>,
    pub(super) gains: SharedTable<Gain>,
    pub(super) decisions: Table<Decision>,
    /// Services that get an empty list because a later layer sets an item of the block.
    pub(super) pinned_roots: HashSet<Definition>,
    /// What was found of a list and the block of a document: many services may have the same list.
    pub(super) repeats: RefCell<HashMap<(ListId, DocumentId), Option<Repeat>>>,
}

/// A list of a file, by its node.
type ListId = (FileId, u32);

/// A document of a file, by its place.
type DocumentId = (FileId, u32);

impl<'p, 'l> Planner<'p, 'l> {
    pub(super) fn new(
        library: &'p Library<'l>,
        fixed: &'p FixedFiles,
        policy: &'p Policy,
    ) -> Result<Self, Vec<Refusal>> {
        let (mut keys, mut refusals) = (Keys::default(), Refusals::default());
        let mut blocks: Vec<Vec<Block<'l>>> = Vec::new();
        for id in library.ids() {
            let Ok(file) = library.file(id) else {
                blocks.push(Vec::new());
                continue;
            };
            blocks.extend(match Block::of_file(file, policy, &mut keys) {
                // Its fault is already reported, or does not matter here.
                Err(_) if fixed.contains(id) => {
                    Some(file.documents().iter().map(|_| Block::default()).collect())
                }
                found => refusals.keep(found.map_err(|obstacle| obstacle.in_file(id))),
            });
        }
        refusals.finish()?;
        let ids =
            |blocks: &Vec<Block<'l>>| blocks.iter().filter_map(|block| Some(block.existing?.id())).collect();
        let existing = blocks.iter().map(ids).collect();
        let (facts, gains) = (SharedTable::new(library), SharedTable::new(library));
        let decisions = Table::new(library);
        let mut planner = Self {
            library,
            fixed,
            policy,
            keys,
            blocks,
            existing,
            facts,
            gains,
            decisions,
            pinned_roots: HashSet::default(),
            repeats: RefCell::default(),
        };
        planner.find_facts()?;
        Ok(planner)
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

    pub(super) fn definitions(&self) -> impl Iterator<Item = Definition> {
        self.library.ids().flat_map(|id| self.library.definitions(id))
    }

    pub(super) fn changes(&self, id: FileId) -> bool {
        self.library.definitions(id).any(|definition| *self.decisions.get(definition) == Decision::Harden)
    }
}
