//! From the places of the hardening to a decision on each definition, and what it gains.

use foldhash::{HashMap, HashMapExt};

use super::planner::Planner;
use super::refusal::{Obstacle, Refusals};
use super::table::{SharedTable, Table};
use super::{Decision, Refusal, RefusalReason};
use crate::compose::{Body, Definition, FileId};
use crate::yaml::Node;

impl Planner<'_, '_> {
    /// Finds what each definition sets, by itself and by what it merges.
    pub(super) fn find_facts(&mut self) -> Result<(), Vec<Refusal>> {
        let mut facts = SharedTable::new(self.library);
        let mut refusals = Refusals::default();
        for definition in self.definitions() {
            let found = self.sources(definition).facts(self.library.service(definition));
            let found = found.map_err(|error| Obstacle::from(error).in_file(definition.file));
            if let Some(found) = refusals.keep(found) {
                facts.set(definition, found);
            }
        }
        self.facts = facts;
        refusals.finish()
    }

    /// The places where nothing remains to be chosen.
    pub(super) fn sites(&self) -> Table<Decision> {
        let mut sites = Table::new(self.library);
        for definition in self.definitions() {
            if self.facts.get(definition).hardened {
                sites.set(definition, Decision::Hardened);
            } else if self.fixed.blocks(definition.file) {
                sites.set(definition, Decision::Blocked);
            }
        }
        sites
    }

    /// Decides on each definition, and finds what it gains.
    pub(super) fn settle(&mut self, sites: &Table<Decision>) -> Result<(), Vec<Refusal>> {
        let mut refusals = Refusals::default();
        for id in self.library.ids() {
            let mut chosen: Vec<Definition> = Vec::new();
            for definition in self.library.definitions(id) {
                let decision = match *sites.get(definition) {
                    Decision::Hardened => Decision::Hardened,
                    // A run after this one chooses the same places only if what is given up leaves them as they are.
                    _ if self.fixed.contains(id) => Decision::Blocked,
                    site => site,
                };
                if decision == Decision::Harden {
                    chosen.push(definition);
                }
                self.decisions.set(definition, decision);
            }
            if !chosen.is_empty() {
                refusals.keep(self.settle_file(id, chosen));
            }
        }
        refusals.finish()
    }

    fn settle_file(&mut self, id: FileId, mut chosen: Vec<Definition>) -> Result<(), Refusal> {
        let library = self.library;
        let mapping = |definition: Definition| library.service(definition).mapping();
        // A service that others merge is written before them: in that order each knows what it inherits.
        chosen.sort_by_key(|definition| mapping(*definition).map_or(0, Node::id));
        let mut hardened = HashMap::new();
        let invalid = |error| Obstacle::from(error).in_file(id);
        for definition in chosen {
            let service = library.service(definition);
            let gain = self.sources(definition).gain(service, self.facts.get(definition), false, &hardened);
            if gain.map_err(invalid)?.keys != 0 {
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
            let gain = gain.map_err(invalid)?;
            if let Some(key) = self.keys.names(gain.lost).next() {
                let reason = RefusalReason::Outranked {
                    service: service.name.clone().into_owned(),
                    key: key.to_owned(),
                };
                return Err(reason.at(service.key.span()).in_file(id));
            }
            self.gains.set(definition, gain);
        }
        Ok(())
    }
}
