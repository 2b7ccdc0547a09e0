//! What one definition of a service sets, and what a block merged into it adds.

use foldhash::{HashMap, HashSet};

use super::keys::{KeySet, Keys};
use super::weakness;
use crate::compose::{Aliases, Body, ComposeError, MergeStep, Service, is_null, is_override, is_reset};
use crate::yaml::Node;

/// The keys of blocks that a definition sets, as sets of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    /// Set to a value; where it is not known how layers merge a key, to anything.
    pub(super) set: KeySet,
    /// Set to an empty list, where it is known how layers merge them.
    pub(super) empty: KeySet,
    /// Set by `!override`, which replaces what earlier layers set.
    pub(super) replaced: KeySet,
    /// Removed by `!reset`, from earlier layers alone.
    pub(super) reset: KeySet,
    /// Set by `!reset`, here or in something merged: as YAML it is set, for Docker Compose it is not.
    pub(super) unset: KeySet,
    /// Set in any way.
    pub(super) seen: KeySet,
    /// What may leave it weaker than the policy, as a set of [`WEAKNESSES`](super::weakness::WEAKNESSES).
    pub(super) weaknesses: u8,
    /// Whether it merges a block that existed before.
    pub(super) hardened: bool,
    /// Lists that add items to those of earlier layers, where there is a rule to add them.
    pub(super) lists: KeySet,
    /// Set by the block that existed before.
    pub(super) from_block: KeySet,
    /// Set to an empty list from now on, so that the block does not set it.
    pub(super) pinned: KeySet,
}

/// What a block merged into a definition adds to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Gain {
    /// The keys that take the block's value.
    pub(super) keys: KeySet,
    /// Those of them that something merged after the block sets, and loses.
    pub(super) lost: KeySet,
    /// Those of them that `!reset` sets in front of the block: as YAML they keep that value.
    pub(super) hidden: KeySet,
    /// The document whose block is merged, whether or not a key takes its value; none where none is.
    pub(super) document: Option<u32>,
}

/// What brings a document's block to whatever merges it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carrier {
    /// The document.
    pub(super) document: u32,
    /// The keys that its block sets.
    pub(super) keys: KeySet,
}

/// Where the hardening comes from in one document.
pub(super) struct Sources<'s, 't> {
    pub(super) keys: &'s Keys,
    pub(super) aliases: &'s Aliases<'t>,
    /// The blocks that are in the file already, by their mappings.
    pub(super) existing: &'s HashSet<u32>,
    /// The document, and the keys that its block sets.
    pub(super) own: Carrier,
}

impl<'t> Sources<'_, 't> {
    /// Returns what `service` sets.
    pub(super) fn facts(&self, service: &Service<'t>) -> Result<Facts, ComposeError> {
        let mut facts = Facts::default();
        service.walk_merged(self.aliases, |step| {
            let MergeStep::Enter(layer) = step else { return };
            facts.hardened |= self.existing.contains(&layer.id());
            for entry in layer.entries() {
                let key = self.aliases.resolve(entry.key).scalar().unwrap_or_default();
                facts.weaknesses |= weakness::bit(&key);
                let Some(bit) = self.keys.find(&key).filter(|bit| facts.seen & bit == 0) else { continue };
                let value = self.aliases.resolve(entry.value);
                match entry.value {
                    // The key is gone before anything is merged.
                    tagged if is_reset(tagged) => {
                        facts.unset |= bit;
                        // In a template, and through an alias, it removes only itself.
                        let is_own = matches!(service.body, Body::Mapping(own) if own == layer);
                        facts.reset |= if is_own { bit } else { 0 };
                        continue;
                    }
                    tagged if is_override(tagged) => facts.replaced |= bit,
                    // If it is not known how layers merge a key, an empty list may have an effect as well.
                    _ if self.keys.others & bit != 0 => facts.set |= bit,
                    _ if is_null(value) => {}
                    _ if value.is_sequence() && value.children().next().is_none() => facts.empty |= bit,
                    _ => facts.set |= bit,
                }
                facts.seen |= bit;
                if self.existing.contains(&layer.id()) {
                    facts.from_block |= bit;
                }
                if value.is_sequence() && !is_override(entry.value) {
                    facts.lists |= bit;
                }
            }
        })?;
        Ok(facts)
    }

    /// Returns what the block adds to `service`, which it is merged into where `injected`, and through the
    /// mappings in `hardened`.
    pub(super) fn gain(
        &self,
        service: &Service<'t>,
        facts: &Facts,
        injected: bool,
        hardened: &HashMap<u32, Carrier>,
    ) -> Result<Gain, ComposeError> {
        let Some(mapping) = service.mapping() else { return Ok(Gain::default()) };
        let carrier = |layer: Node<'t>| {
            if injected && layer == mapping { Some(self.own) } else { hardened.get(&layer.id()).copied() }
        };
        if !service.merges() {
            let Some(Carrier { document, keys }) = carrier(mapping) else { return Ok(Gain::default()) };
            let keys = keys & !facts.seen;
            return Ok(Gain { keys, lost: 0, hidden: facts.unset, document: Some(document) });
        }
        if !injected && hardened.is_empty() {
            return Ok(Gain::default());
        }
        let mut gain = Gain::default();
        let mut seen = facts.pinned;
        let mut reached = false;
        service.walk_merged(self.aliases, |step| match step {
            MergeStep::Enter(layer) => {
                for entry in layer.entries() {
                    let Some(bit) = self.bit(entry.key) else { continue };
                    if is_reset(entry.value) {
                        gain.hidden |= if reached { 0 } else { bit };
                        continue;
                    }
                    if reached {
                        gain.lost |= bit & gain.keys;
                    }
                    seen |= bit;
                }
            }
            MergeStep::Leave(layer) => {
                if let Some(carrier) = carrier(layer).filter(|_| !reached) {
                    reached = true;
                    gain.keys = carrier.keys & !seen;
                    gain.document = Some(carrier.document);
                }
            }
        })?;
        Ok(gain)
    }

    fn bit(&self, key: Node<'t>) -> Option<KeySet> {
        self.keys.find(&self.aliases.resolve(key).scalar()?)
    }
}
