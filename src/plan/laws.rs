//! What hardening does to the services of a project, layer by layer, and whether Docker Compose and the
//! services' own values allow it.

use std::sync::Arc;

use super::facts::Facts;
use super::keys::{KeySet, UNIQUE};
use super::planner::Planner;
use super::repeat::Repeat;
use super::{EffectivePromise, Refusal, RefusalReason};
use crate::compose::{Definition, LayerId, Project};

/// What the layers up to one amount to.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The keys that had a value before.
    set: KeySet,
    /// The keys that have the block's value now and had none.
    gained: KeySet,
    /// The lists that have the block's items in front of those they had.
    extended: KeySet,
    /// The layer that the hardening comes from; the root where there is none.
    root: LayerId,
}

impl State {
    /// What the tags of a layer with these facts leave of it.
    fn left_by(self, facts: &Facts) -> Self {
        let gone = facts.reset | facts.replaced;
        Self {
            set: self.set & !facts.reset,
            gained: self.gained & !gone,
            extended: self.extended & !gone,
            root: self.root,
        }
    }
}

/// What a service of a project gains over all its layers.
#[derive(Clone, Copy)]
pub(super) struct ServiceGain {
    pub(super) named: Definition,
    pub(super) top: LayerId,
    /// The layer that the hardening comes from; the root where there is none.
    pub(super) root: LayerId,
    pub(super) gained: KeySet,
    pub(super) extended: KeySet,
}

impl Planner<'_, '_> {
    /// Returns what the services of `project` gain.
    pub(super) fn service_gains(&self, project: &Project) -> Result<Vec<ServiceGain>, Refusal> {
        let mut states: Vec<State> = Vec::with_capacity(project.layers.len());
        for (id, layer) in (0..).zip(&project.layers) {
            let state = |id: LayerId| states[id as usize];
            states.push(match layer.joined {
                Some(joined) => {
                    self.join(layer.definition, state(joined.over), state(joined.alone), project)?
                }
                None => match layer.below.map(state) {
                    Some(below) => self.lay(layer.definition, id, below, project)?,
                    None => self.first(layer.definition, id),
                },
            });
        }
        let tops = project.services.iter().filter_map(|service| Some((service.named, service.top?)));
        let gain = |(named, top): (Definition, LayerId)| {
            let state = states[top as usize];
            ServiceGain { named, top, root: state.root, gained: state.gained, extended: state.extended }
        };
        Ok(tops.map(gain).collect())
    }

    /// Returns what `definition` amounts to, which is the layer `id` and lies over nothing.
    fn first(&self, definition: Definition, id: LayerId) -> State {
        let facts = self.facts.get(definition);
        let set = facts.set | facts.replaced | facts.empty | facts.pinned;
        State { set, gained: self.gains.get(definition).keys, extended: 0, root: id }
    }

    /// Returns what `definition`, which is the layer `id`, makes of the layers `below` it.
    fn lay(
        &self,
        definition: Definition,
        id: LayerId,
        below: State,
        project: &Project,
    ) -> Result<State, Refusal> {
        let facts = self.facts.get(definition);
        let root = project.layers[below.root as usize].definition;
        let below = below.left_by(facts);
        let own = self.gains.get(definition).keys;
        // Pinned, a service brings again what it has from the same block below, which changes nothing.
        let again = if facts.pinned == 0 { 0 } else { (own | facts.from_block) & below.gained };
        self.check_merges(definition, again)?;
        let new = own & !again;
        // Keys in `extended` are in `set` as well.
        if new & (below.set | below.gained) != 0 {
            return Err(self.late_layer(definition, root));
        }
        let kept = (below.gained | below.extended) & !again;
        self.check_items(definition, root, facts.lists & kept)?;
        self.check_merges(definition, facts.set & kept)?;
        let set = facts.set | facts.replaced;
        // An empty list adds no items, but counts as appended.
        let appended = (facts.set | facts.empty) & kept & self.keys.lists;
        Ok(State {
            set: below.set | set | facts.empty,
            gained: below.gained & !(set | appended) | new,
            extended: below.extended | appended,
            root: if new == 0 { below.root } else { id },
        })
    }

    /// Returns what a chain up to `definition`, which is `above` by itself, makes of the one below it.
    fn join(
        &self,
        definition: Definition,
        below: State,
        above: State,
        project: &Project,
    ) -> Result<State, Refusal> {
        let root = project.layers[below.root as usize].definition;
        let kept = below.gained | below.extended;
        let new = above.gained | above.extended;
        if new & (below.set | kept) != 0 {
            return Err(self.late_layer(definition, root));
        }
        let facts = self.facts.get(definition);
        // `!override` replaces nothing of the chain below.
        self.check_items(definition, root, (facts.lists | facts.replaced) & kept)?;
        self.check_merges(definition, above.set & kept)?;
        Ok(State {
            set: below.set | above.set,
            gained: below.gained & !above.set | above.gained,
            extended: below.extended | above.extended | above.set & kept & self.keys.lists,
            root: if new == 0 { below.root } else { above.root },
        })
    }

    /// Checks that of `keys`, which two layers set, each is one of which it is known how they are merged.
    fn check_merges(&self, definition: Definition, keys: KeySet) -> Result<(), Refusal> {
        let Some(key) = self.keys.names(keys & self.keys.others).next() else { return Ok(()) };
        let reason = RefusalReason::UnknownMerge { service: self.name(definition), key: key.to_owned() };
        Err(self.refusal(definition, reason))
    }

    /// Checks that `definition` has no item of the block of `root` in the lists `keys`, to which both add.
    fn check_items(&self, definition: Definition, root: Definition, keys: KeySet) -> Result<(), Refusal> {
        if keys & self.keys.unique != 0
            && let Some(repeat) = self.repeats(definition, root)
        {
            return Err(self.refusal(definition, repeat.refusal(self.name(definition))));
        }
        Ok(())
    }

    /// Reports that the hardening of `definition` would replace what the layers from `root` on set.
    fn late_layer(&self, definition: Definition, root: Definition) -> Refusal {
        let service = self.library.service(definition);
        self.refusal(definition, RefusalReason::late(service, self.library.shown(root.file)))
    }

    fn refusal(&self, definition: Definition, reason: RefusalReason) -> Refusal {
        reason.at(self.library.service(definition).key.span()).in_file(definition.file)
    }

    fn name(&self, definition: Definition) -> String {
        self.library.service(definition).name.clone().into_owned()
    }

    /// Whether `definition` sets an item that the block of `root` adds.
    ///
    /// Of the mappings that it merges, only the first that sets a list counts; its own comes before all.
    pub(super) fn repeats(&self, definition: Definition, root: Definition) -> Option<Repeat> {
        let list = self.library.value_of(definition, UNIQUE).filter(|list| list.is_sequence())?;
        let asked = ((definition.file, list.id()), (root.file, root.document));
        *self.repeats.borrow_mut().entry(asked).or_insert_with(|| {
            let aliases = self.library.file_of(definition).aliases();
            let items = list.children().filter_map(|item| aliases.resolve(item).scalar());
            Repeat::between(self.block(root).items(UNIQUE), items)
        })
    }

    /// Returns what is promised of the services that have more than one layer.
    pub(super) fn promise(&self, project: &Project, services: &[ServiceGain]) -> Vec<EffectivePromise> {
        let layered = |gain: &&ServiceGain| {
            project.layers[gain.top as usize].below.is_some() && gain.gained | gain.extended != 0
        };
        let mut promises: Vec<EffectivePromise> = Vec::new();
        // Most services have the same keys as the one before.
        let names = |set, before: Option<&Arc<[String]>>| match before {
            Some(before) if before.iter().eq(self.keys.names(set)) => Arc::clone(before),
            _ => self.keys.names(set).map(str::to_owned).collect(),
        };
        for gain in services.iter().filter(layered) {
            let before = promises.last();
            let gains = names(gain.gained, before.map(|before| &before.gains));
            let extended = names(gain.extended, before.map(|before| &before.extended));
            let name = (*self.library.service(gain.named).name).into();
            promises.push(EffectivePromise { name, gains, extended });
        }
        promises.sort_by(|one, other| one.name.cmp(&other.name));
        promises
    }
}
