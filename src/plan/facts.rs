//! What one definition of a service sets, and what a block merged into it adds.

use foldhash::HashSet;

use super::keys::{KeySet, Keys};
use crate::compose::{Aliases, ComposeError, LayerStep, Service};
use crate::yaml::Node;

/// The keys of blocks that a definition sets, as sets of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Set to a value.
    pub(super) set: KeySet,
    /// Set to an empty list.
    pub(super) empty: KeySet,
    /// Set by `!override`, which replaces what earlier layers set.
    pub(super) replaced: KeySet,
    /// Removed by `!reset`, from earlier layers alone.
    pub(super) reset: KeySet,
    /// Set by `!reset`, here or in something merged: as YAML it is set, for Docker Compose it is not.
    pub(super) unset: KeySet,
    /// Set in any way.
    pub(super) seen: KeySet,
    /// Whether it may give privileges back.
    pub(super) privileges: bool,
    /// Whether it merges a block that was there before.
    pub(super) hardened: bool,
    /// Lists that add items to those of earlier layers.
    pub(super) lists: KeySet,
}

/// What a block merged into a definition adds to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gain {
    /// The keys that take the block's value.
    pub(super) keys: KeySet,
    /// Those of them that something merged behind the block sets, and loses.
    pub(super) lost: KeySet,
}

/// Where the hardening comes from in one document.
pub(super) struct Sources<'s, 't> {
    pub(super) keys: &'s Keys,
    pub(super) aliases: &'s Aliases<'t>,
    /// The nodes of the blocks that are in the file already. An alias may reach one of an earlier document.
    pub(super) blocks: &'s HashSet<u32>,
    /// The keys that the document's block sets.
    pub(super) block_keys: KeySet,
}

impl<'t> Sources<'_, 't> {
    /// Returns what `service` sets.
    pub(super) fn facts(&self, service: &Service<'t>) -> Result<Facts, ComposeError> {
        let mut facts = Facts::default();
        service.walk_layers(self.aliases, |step| {
            let LayerStep::Enter(layer) = step else { return };
            facts.hardened |= self.blocks.contains(&layer.id());
            for entry in layer.entries() {
                let key = self.aliases.resolve(entry.key).scalar().unwrap_or_default();
                facts.privileges |= matches!(&*key, "privileged" | "cap_add");
                let Some(bit) = self.keys.find(&key).filter(|bit| facts.seen & bit == 0) else { continue };
                let value = self.aliases.resolve(entry.value);
                match entry.value.tag() {
                    // The key is gone before anything is merged.
                    Some("!reset") => {
                        facts.unset |= bit;
                        // In a template it removes nothing but itself.
                        facts.reset |= if service.mapping() == Some(layer) { bit } else { 0 };
                        continue;
                    }
                    Some("!override") => facts.replaced |= bit,
                    _ if crate::compose::is_null(value) => {}
                    _ if value.is_sequence() && value.children().next().is_none() => facts.empty |= bit,
                    _ => facts.set |= bit,
                }
                facts.seen |= bit;
                if value.is_sequence() && entry.value.tag() != Some("!override") {
                    facts.lists |= bit & self.keys.lists;
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
        hardened: &HashSet<u32>,
    ) -> Result<Gain, ComposeError> {
        let Some(mapping) = service.mapping() else { return Ok(Gain::default()) };
        if !service.merges() {
            let merged = injected || hardened.contains(&mapping.id());
            return Ok(Gain { keys: if merged { self.block_keys & !facts.seen } else { 0 }, lost: 0 });
        }
        if !injected && hardened.is_empty() {
            return Ok(Gain::default());
        }
        let mut gain = Gain::default();
        let mut seen = 0;
        let mut reached = false;
        service.walk_layers(self.aliases, |step| match step {
            LayerStep::Enter(layer) => {
                for entry in layer.entries() {
                    let Some(bit) = self.bit(entry.key) else { continue };
                    if entry.value.tag() == Some("!reset") {
                        continue;
                    }
                    if reached {
                        gain.lost |= bit & gain.keys;
                    }
                    seen |= bit;
                }
            }
            LayerStep::Leave(layer) => {
                let merged = (injected && layer == mapping) || hardened.contains(&layer.id());
                if merged && !reached {
                    reached = true;
                    gain.keys = self.block_keys & !seen;
                }
            }
        })?;
        Ok(gain)
    }

    fn bit(&self, key: Node<'t>) -> Option<KeySet> {
        self.keys.find(&self.aliases.resolve(key).scalar()?)
    }
}
