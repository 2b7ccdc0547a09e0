//! What hardening does to the services of a project, layer by layer, and whether Docker Compose and the
//! services' own values allow it.

use std::sync::Arc;

use super::block::Block;
use super::facts::{Facts, Gain};
use super::keys::{KeySet, Keys};
use super::repeat::Repeat;
use super::table::SharedTable;
use super::{EffectivePromise, RefusalReason};
use crate::compose::{Definition, LayerId, LayerStep, Library, Project};
use crate::text::Span;
use crate::yaml::Entry;

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

/// What speaks against hardening as planned: the layer, and the reason.
pub(super) struct Breach {
    pub(super) definition: Definition,
    pub(super) reason: RefusalReason,
    pub(super) span: Span,
}

/// What a service of a project ends up with, for the report.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    pub(super) named: Definition,
    pub(super) top: LayerId,
    pub(super) gained: KeySet,
    pub(super) extended: KeySet,
}

/// What is known of each definition.
pub(super) struct Known<'k, 'l> {
    pub(super) library: &'k Library<'l>,
    pub(super) keys: &'k Keys,
    pub(super) facts: &'k SharedTable<Facts>,
    pub(super) gains: &'k SharedTable<Gain>,
    pub(super) blocks: &'k [Vec<Block<'l>>],
}

impl Known<'_, '_> {
    /// Returns what the services of `project` gain.
    pub(super) fn outcomes(&self, project: &Project) -> Result<Vec<Outcome>, Breach> {
        let mut states: Vec<State> = Vec::with_capacity(project.layers.len());
        for (id, layer) in (0..).zip(&project.layers) {
            let state = |id: LayerId| states[id as usize];
            states.push(match layer.joined {
                Some(joined) => {
                    self.join(layer.definition, state(joined.over), state(joined.alone), project)?
                }
                None => self.state(layer.definition, id, layer.below.map(state), project)?,
            });
        }
        let tops = project.services.iter().filter_map(|service| Some((service.named, service.top?)));
        let outcome = |(named, top): (Definition, LayerId)| {
            let state = states[top as usize];
            Outcome { named, top, gained: state.gained, extended: state.extended }
        };
        Ok(tops.map(outcome).collect())
    }

    fn state(
        &self,
        definition: Definition,
        id: LayerId,
        below: Option<State>,
        project: &Project,
    ) -> Result<State, Breach> {
        let facts = self.facts.get(definition);
        let new = self.gains.get(definition).keys;
        let set = facts.set | facts.replaced;
        let Some(below) = below else {
            let set = set | facts.empty | facts.pinned;
            return Ok(State { set, gained: new, extended: 0, root: id });
        };
        let service = || self.library.service(definition).name.clone().into_owned();
        let breach = |reason| {
            let span = self.library.service(definition).key.span();
            Err(Breach { definition, reason, span })
        };
        let root = project.layers[below.root as usize].definition;
        let mut state = below;
        state.set &= !facts.reset;
        state.gained &= !(facts.reset | facts.replaced);
        state.extended &= !(facts.reset | facts.replaced);
        // Pinned, a service brings once more what it has from the same block below, and nothing changes by it.
        let again = if facts.pinned == 0 { 0 } else { (new | facts.from_block) & state.gained };
        if let Some(key) = self.keys.names(again & self.keys.others).next() {
            return breach(RefusalReason::UnknownMerge { service: service(), key: key.to_owned() });
        }
        let new = new & !again;
        // What is extended is set.
        if new & (state.set | state.gained) != 0 {
            let earlier = self.library.shown(root.file).display().to_string();
            return breach(RefusalReason::LateLayer { service: service(), earlier: format!("`{earlier}`") });
        }
        let kept = (state.gained | state.extended) & !again;
        if facts.lists & kept & self.keys.unique != 0
            && let Some(repeat) = self.repeats(definition, root)
        {
            return breach(repeat.refusal(service()));
        }
        if let Some(key) = self.keys.names(facts.set & kept & self.keys.others).next() {
            return breach(RefusalReason::UnknownMerge { service: service(), key: key.to_owned() });
        }
        // An empty list appends nothing, but appends.
        let appended = (facts.set | facts.empty) & kept & self.keys.lists;
        state.extended |= appended;
        state.gained &= !(set | appended);
        state.gained |= new;
        state.set |= set | facts.empty;
        if new != 0 {
            state.root = id;
        }
        Ok(state)
    }

    /// Returns what a chain up to `definition`, which is `above` by itself, makes of the one below it.
    fn join(
        &self,
        definition: Definition,
        below: State,
        above: State,
        project: &Project,
    ) -> Result<State, Breach> {
        let service = || self.library.service(definition).name.clone().into_owned();
        let breach = |reason| {
            let span = self.library.service(definition).key.span();
            Err(Breach { definition, reason, span })
        };
        let root = project.layers[below.root as usize].definition;
        let kept = below.gained | below.extended;
        let new = above.gained | above.extended;
        if new & (below.set | kept) != 0 {
            let earlier = self.library.shown(root.file).display().to_string();
            return breach(RefusalReason::LateLayer { service: service(), earlier: format!("`{earlier}`") });
        }
        let facts = self.facts.get(definition);
        // `!override` replaces nothing of the chain below.
        if (facts.lists | facts.replaced) & kept & self.keys.unique != 0
            && let Some(repeat) = self.repeats(definition, root)
        {
            return breach(repeat.refusal(service()));
        }
        if let Some(key) = self.keys.names(above.set & kept & self.keys.others).next() {
            return breach(RefusalReason::UnknownMerge { service: service(), key: key.to_owned() });
        }
        Ok(State {
            set: below.set | above.set,
            gained: below.gained & !above.set | above.gained,
            extended: below.extended | above.extended | above.set & kept & self.keys.lists,
            root: if new == 0 { below.root } else { above.root },
        })
    }

    /// Whether `definition` sets an item that the block of `root` adds.
    pub(super) fn repeats(&self, definition: Definition, root: Definition) -> Option<Repeat> {
        let block = &self.blocks[root.file.index()][root.document as usize];
        let aliases = self.library.file_of(definition).aliases();
        let mut found = None;
        // A merge key that is wrong is reported where the service is read.
        let _ = self.library.service(definition).walk_layers(aliases, |step| {
            let LayerStep::Enter(layer) = step else { return };
            let is_list = |entry: &Entry<'_>| {
                let key = aliases.resolve(entry.key).scalar();
                key.and_then(|key| self.keys.find(&key)).is_some_and(|bit| bit & self.keys.unique != 0)
            };
            for entry in layer.entries().filter(is_list) {
                let list = aliases.resolve(entry.value);
                let items = list.is_sequence().then(|| list.children()).into_iter().flatten();
                for item in items.filter_map(|item| aliases.resolve(item).scalar()) {
                    found =
                        found.max(block.security_opt.iter().filter_map(|own| Repeat::of(own, &item)).max());
                }
            }
        });
        found
    }

    /// Returns what is promised of the services that have more than one layer.
    pub(super) fn promise(&self, project: &Project, outcomes: &[Outcome]) -> Vec<EffectivePromise> {
        let layered = |outcome: &&Outcome| {
            project.layers[outcome.top as usize].below.is_some() && outcome.gained | outcome.extended != 0
        };
        let mut promises: Vec<EffectivePromise> = Vec::new();
        // Most services have the same keys as the one before.
        let names = |set, before: Option<&Arc<[String]>>| match before {
            Some(before) if before.iter().eq(self.keys.names(set)) => Arc::clone(before),
            _ => self.keys.names(set).map(str::to_owned).collect(),
        };
        for outcome in outcomes.iter().filter(layered) {
            let before = promises.last();
            let gains = names(outcome.gained, before.map(|before| &before.gains));
            let extended = names(outcome.extended, before.map(|before| &before.extended));
            let name = (*self.library.service(outcome.named).name).into();
            promises.push(EffectivePromise { name, gains, extended });
        }
        promises.sort_by(|one, other| one.name.cmp(&other.name));
        promises
    }
}
