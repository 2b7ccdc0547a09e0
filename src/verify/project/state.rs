//! What the keys of one service amount to before and after, over the layers that are merged so far.

use std::rc::Rc;

use super::super::budget::Exhausted;
use super::super::project_fault::Unclear;
use super::value::{Rule, Value, Values};

/// The place of a key among all keys that some block sets.
pub(super) type KeyId = u32;

/// The place of a block among all blocks of the files.
pub(super) type BlockId = u32;

/// A new empty list that keeps the block's items off a layer, because another one has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    pub(super) key: KeyId,
    pub(super) block: BlockId,
}

/// One key on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) before: Value,
    pub(super) after: Value,
    /// The block of the earliest layer that gains this key.
    pub(super) block: Option<BlockId>,
}

/// A service, as far as its layers are merged.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// By their [`KeyId`]; none where no key is set.
    slots: Option<Rc<[Slot]>>,
    /// How many definitions it is made of.
    pub(super) layers: u32,
    /// Whether some definition differs between the sides.
    pub(super) changed: bool,
    /// Whether such a definition holds `!reset` or `!override`, itself or through an alias.
    pub(super) tagged: bool,
    /// Whether some definition loses a value to a pin.
    pub(super) pinned: bool,
    /// The first pin, unless a later layer deletes its key.
    pub(super) pin: Option<Pin>,
    /// Why it is not known what Docker Compose makes of the layers.
    pub(super) unclear: Option<Unclear>,
}

impl State {
    /// A definition that sets no key of a block.
    pub(super) fn bare() -> Self {
        Self { layers: 1, ..Self::default() }
    }

    /// The values of a key.
    pub(super) fn slot(&self, key: KeyId) -> Slot {
        self.slots.as_ref().map_or_else(Slot::default, |slots| slots[key as usize])
    }

    /// Sets the keys that have a value.
    pub(super) fn set(&mut self, set: &[(KeyId, Slot)], keys: &Keys<'_>) {
        if set.is_empty() {
            return;
        }
        let mut slots = vec![Slot::default(); keys.rules.len()];
        for (key, slot) in set {
            slots[*key as usize] = *slot;
        }
        self.slots = Some(slots.into());
    }

    /// Returns what `upper` makes of this state, once the keys `cleared` are deleted from it.
    pub(super) fn under(
        &self,
        upper: &Self,
        cleared: &[KeyId],
        keys: &Keys<'_>,
        values: &mut Values<'_>,
    ) -> Result<Self, Exhausted> {
        let mut unclear = self.unclear.or(upper.unclear);
        if self.layers > 0 && upper.tagged {
            // A merge key that becomes a list removes the effect of tags in what it merges.
            unclear = unclear.or(Some(Unclear::Tags));
        }
        Ok(Self {
            slots: self.merge_slots(upper, cleared, keys, values)?,
            layers: self.layers.saturating_add(upper.layers),
            changed: self.changed || upper.changed,
            tagged: self.tagged || upper.tagged,
            pinned: self.pinned || upper.pinned,
            pin: self.pin.filter(|pin| !cleared.contains(&pin.key)).or(upper.pin),
            unclear,
        })
    }

    fn merge_slots(
        &self,
        upper: &Self,
        cleared: &[KeyId],
        keys: &Keys<'_>,
        values: &mut Values<'_>,
    ) -> Result<Option<Rc<[Slot]>>, Exhausted> {
        let Some(lower) = &self.slots else { return Ok(upper.slots.clone()) };
        if upper.slots.is_none() && cleared.is_empty() {
            return Ok(Some(Rc::clone(lower)));
        }
        values.spend(lower.len())?;
        let mut merged = Vec::with_capacity(lower.len());
        for (key, rule) in (0..).zip(&keys.rules) {
            let below = if cleared.contains(&key) { Slot::default() } else { lower[key as usize] };
            let above = upper.slot(key);
            merged.push(Slot {
                before: values.merge(*rule, below.before, above.before)?,
                after: values.merge(*rule, below.after, above.after)?,
                block: below.block.or(above.block),
            });
        }
        Ok(Some(merged.into()))
    }
}

/// The keys that some block sets.
#[derive(Debug, Default)]
pub(super) struct Keys<'t> {
    pub(super) names: Vec<&'t str>,
    pub(super) rules: Vec<Rule>,
    places: foldhash::HashMap<&'t str, KeyId>,
}

impl<'t> Keys<'t> {
    /// The place of a key, if some block sets it.
    pub(super) fn get(&self, name: &str) -> Option<KeyId> {
        self.places.get(name).copied()
    }

    /// The place of a key, a new one where it is not known.
    pub(super) fn insert(&mut self, name: &'t str) -> KeyId {
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.rules.push(Rule::of(name));
            KeyId::try_from(self.names.len() - 1).expect("a text within MAX_READ_BYTES has fewer keys")
        })
    }
}
