//! Chooses the services that get an empty `security_opt` of their own beside the hardening: a pin.
//!
//! Docker Compose appends to the list from layer to layer, and rejects duplicate items. A pin keeps the block's items off
//! a layer, where another layer of the same service brings them.

use foldhash::{HashMap, HashSet};

use super::Decision;
use super::keys::{KeySet, UNIQUE};
use super::loaded::LoadedProject;
use super::planner::Planner;
use super::repeat::Repeat;
use crate::compose::{Body, Definition, FileId, Layer, Project};

/// The layer of a chain that brings the block's items.
#[derive(Clone, Copy)]
struct ItemSource {
    root: Definition,
    /// Whether another layer lies over it already.
    covered: bool,
    /// Whether one of those has the block's item.
    repeated: bool,
}

/// The definitions that may get a pin, and those that must not.
#[derive(Default)]
struct PinCandidates {
    /// A later layer has an item of the block.
    roots: HashSet<Definition>,
    /// Some project needs the block's items, or cannot load an empty list there.
    unfit: HashSet<Definition>,
    /// It brings the block's items once more than what it extends does.
    children: HashSet<Definition>,
}

impl Planner<'_, '_> {
    /// Pins what has to be pinned, and returns whether anything is.
    pub(super) fn pin(&mut self, projects: &[&LoadedProject]) -> bool {
        if self.keys.unique == 0 {
            return false;
        }
        let mut candidates = PinCandidates::default();
        for loaded in projects.iter().filter(|loaded| loaded.project.layers.iter().any(is_over)) {
            self.collect_candidates(&loaded.project, &mut candidates);
        }
        let PinCandidates { mut roots, unfit, children } = candidates;
        roots.retain(|root| !unfit.contains(root));
        if roots.is_empty() && children.is_empty() {
            return false;
        }
        // In a project without further layers a root would be left without the items.
        let alone = projects.iter().filter(|loaded| !loaded.project.layers.iter().any(is_over));
        for layer in alone.flat_map(|loaded| &loaded.project.layers) {
            roots.remove(&layer.definition);
        }
        roots.retain(|root| self.has_room_for_pin(*root));
        let children = children.into_iter().filter(|child| self.has_room_for_pin(*child));
        let pinned: Vec<Definition> = roots.iter().copied().chain(children).collect();
        self.pinned_roots = roots;
        for definition in &pinned {
            let mut facts = *self.facts.get(*definition);
            facts.pinned = self.keys.unique;
            facts.seen |= facts.pinned;
            self.facts.set(*definition, facts);
        }
        !pinned.is_empty()
    }

    /// Adds what `project` says about pins to `candidates`.
    fn collect_candidates(&self, project: &Project, candidates: &mut PinCandidates) {
        let mut sources: Vec<Option<ItemSource>> = Vec::with_capacity(project.layers.len());
        let documents = self.documents(project);
        for layer in &project.layers {
            let below = layer.below.and_then(|below| sources[below as usize]);
            sources.push(match below {
                Some(below) => self.collect_candidates_over(layer, below, &documents, candidates),
                None => self.brings_items(layer.definition).then_some(ItemSource {
                    root: layer.definition,
                    covered: false,
                    repeated: false,
                }),
            });
        }
        for top in project.services.iter().filter_map(|service| service.top) {
            // What a pin takes away has to come from elsewhere, all of it.
            if let Some(ItemSource { root, repeated, .. }) = sources[top as usize]
                && !(repeated && self.block(root).items(UNIQUE).len() == 1)
            {
                candidates.unfit.insert(root);
            }
        }
    }

    /// Adds what `layer`, which lies over the items of `below`, says about pins to `candidates`, and returns what is left of
    /// them above it.
    fn collect_candidates_over(
        &self,
        layer: &Layer,
        below: ItemSource,
        documents: &HashMap<(FileId, u32), usize>,
        candidates: &mut PinCandidates,
    ) -> Option<ItemSource> {
        let ItemSource { root, covered, mut repeated } = below;
        let definition = layer.definition;
        let facts = self.facts.get(definition);
        if !covered && self.can_be_child(definition, root) {
            candidates.children.insert(definition);
        } else if facts.lists & self.keys.unique != 0
            && self.repeats(definition, root) == Some(Repeat::Certain)
        {
            candidates.roots.insert(root);
            repeated = true;
        }
        let makes_up = facts.set & self.keys.unique != 0 && self.is_next(layer, root, documents);
        if !covered && !makes_up {
            candidates.unfit.insert(root);
        }
        // What is extended removes and replaces nothing of another chain below it.
        let is_gone = layer.joined.is_none() && (facts.reset | facts.replaced) & self.keys.unique != 0;
        (!is_gone).then_some(ItemSource { root, covered: true, repeated })
    }

    /// Whether the hardening gives `definition` the block's items.
    fn brings_items(&self, definition: Definition) -> bool {
        self.gains.get(definition).keys & self.keys.unique != 0
    }

    /// Whether `definition` brings the items of the block once more than `root`, which it extends, or may come to do so.
    fn can_be_child(&self, definition: Definition, root: Definition) -> bool {
        definition != root
            && is_of_one_document(definition, root)
            && (self.brings_items(definition) || self.can_shield(definition, root))
    }

    /// The places of the documents that a project merges.
    fn documents(&self, project: &Project) -> HashMap<(FileId, u32), usize> {
        let documents = project.files.iter().flat_map(|file| {
            let documents = self.blocks[file.index()].len();
            (0..).take(documents).map(move |document| (*file, document))
        });
        documents.zip(0..).collect()
    }

    /// Whether `layer` is the first that Docker Compose merges over `root`, in the next document or by `extends`.
    ///
    /// Between two documents it loses an empty list, and misses it where the later one does not set it.
    fn is_next(&self, layer: &Layer, root: Definition, documents: &HashMap<(FileId, u32), usize>) -> bool {
        let place = |definition: Definition| documents.get(&(definition.file, definition.document));
        match (place(root), place(layer.definition)) {
            _ if layer.joined.is_some() => false,
            (Some(root), Some(next)) => root + 1 == *next,
            (None, _) => self.library.service(layer.definition).extends.is_some(),
            (Some(_), None) => false,
        }
    }

    /// Whether `child`, which merges the block already, ends up with the same where `root`, which it extends, gets the
    /// hardening and the child a pin.
    pub(super) fn can_shield(&self, child: Definition, root: Definition) -> bool {
        let facts = self.facts.get(child);
        let gained: KeySet = self.block(root).keys & !self.facts.get(root).seen;
        let (lists, texts) = (gained & self.keys.lists, gained & !self.keys.lists);
        facts.hardened
            && is_of_one_document(child, root)
            && gained & self.keys.unique != 0
            && gained & self.keys.others == 0
            && lists & !facts.from_block == 0
            && texts & !facts.set == 0
            && self.has_room_for_pin(child)
    }

    /// Whether a key can be added to a service, and gets nowhere else.
    fn has_room_for_pin(&self, definition: Definition) -> bool {
        let file = self.library.file_of(definition);
        let Some(mapping) = self.library.service(definition).mapping() else { return false };
        let mut keys = mapping.entries().filter_map(|entry| file.aliases().resolve(entry.key).scalar());
        // One that `!reset` removes is still there.
        let is_taken = |key: &str| self.keys.find(key).is_some_and(|bit| bit & self.keys.unique != 0);
        mapping.entries().next().is_some()
            && !keys.any(|key| is_taken(&key))
            && matches!(self.library.service(definition).body, Body::Mapping(_))
            && *self.decisions.get(definition) != Decision::Blocked
            && !file.aliases().is_anchored(mapping)
    }
}

fn is_over(layer: &Layer) -> bool {
    layer.below.is_some()
}

fn is_of_one_document(one: Definition, other: Definition) -> bool {
    (one.file, one.document) == (other.file, other.document)
}
