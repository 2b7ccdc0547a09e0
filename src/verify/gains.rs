//! Whether services gained what was promised, and nothing else: each entry of one is what it was, or gained from the
//! block, or a promised pin.

use foldhash::{HashMap, HashMapExt, HashSet};

use crate::plan::ServicePromise;

use super::compare::{Comparison, Inequality};
use super::merge::Entry;
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::{Kind, NodeId};
use super::services::{BlockEntries, ServicePair, Services};
use super::sides::Sides;
use super::tape::{FEW, MAP_TAG, RESET_TAG, Tape};
use super::unreadable::Side;
use super::verdict::Doubt;

/// What is promised of a service.
struct ServiceRule<'a, 't> {
    pair: &'a ServicePair,
    block: &'a BlockEntries<'t>,
    /// The keys that it gains from the block.
    gains: &'a [String],
    /// The keys that it sets to an empty list of its own.
    pins: &'a [String],
}

/// What became of a key that a service has after.
enum Fate {
    /// It is what it was.
    Kept,
    /// It comes from the block, where its entry is at this place.
    Gained(usize),
    /// It is one of the promised empty lists.
    Pinned,
}

impl<'t> Services<'t> {
    /// Checks that the promised services gain what is promised from `block`, and the others nothing.
    pub(super) fn check(
        &mut self,
        pairs: &[ServicePair],
        block: &BlockEntries<'t>,
        promises: &[ServicePromise],
    ) -> Result<(), Doubt> {
        let mut by_name: Option<HashMap<&str, &ServicePromise>> = None;
        let mut in_order = promises.iter().peekable();
        let mut kept = 0;
        for pair in pairs {
            let name = self.before().text(pair.name).unwrap_or_default();
            let promise = in_order.next_if(|promise| *promise.name == *name).or_else(|| {
                let by_name = by_name.get_or_insert_with(|| {
                    promises.iter().map(|promise| (&*promise.name, promise)).collect()
                });
                by_name.get(name).copied()
            });
            kept += usize::from(promise.is_some());
            let (gains, pins) = promise.map_or((&[][..], &[][..]), |promise| (&promise.gains, &promise.pins));
            self.check_service(&ServiceRule { pair, block, gains, pins })?;
        }
        if kept == promises.len() {
            return Ok(());
        }
        let mut names: HashSet<_> = pairs.iter().filter_map(|pair| self.before().text(pair.name)).collect();
        let surplus = promises.iter().find(|promise| !names.remove(&*promise.name));
        let name = surplus.map_or_else(String::new, |promise| promise.name.to_string());
        let place = DocumentPlace::Service(self.document, name);
        Err(Doubt::Differs { place, mismatch: Mismatch::NoSuchService })
    }

    /// Checks that a service gains what is promised from the block, and nothing else.
    fn check_service(&mut self, rule: &ServiceRule<'_, '_>) -> Result<(), Doubt> {
        let (left, right) = (self.before(), self.after());
        let document = self.document;
        let pair = rule.pair;
        let place = || DocumentPlace::Service(document, left.name(pair.name));
        self.gained.clear();
        let mut pinned = 0;
        if let Some((before, after)) = self.bodies(pair.before, pair.after) {
            // A tag that says only that a mapping is one does not count.
            let [tag, new_tag] =
                [left.tag(before), right.tag(after)].map(|tag| tag.filter(|it| *it != MAP_TAG));
            if tag != new_tag {
                let mismatch = self.comparison.changed(before, after);
                return Err(Doubt::Differs { place: place(), mismatch });
            }
            let Sides { before: mut here, after: mut there } = std::mem::take(&mut self.entries);
            self.resolve(Side::Before, before, &mut here)?;
            self.resolve(Side::After, after, &mut there)?;
            pinned = self.match_entries(rule, &here, &there)?;
            self.entries = Sides { before: here, after: there };
        } else {
            self.equal(pair.before, pair.after, place)?;
        }
        let differs = |mismatch| Err(Doubt::Differs { place: place(), mismatch });
        if pinned != rule.pins.len() {
            return differs(Mismatch::Pins(rule.pins.to_vec()));
        }
        self.gained.sort_unstable();
        let gained = self.gained.iter().filter_map(|at| right.text(rule.block.entries[*at].key));
        if gained.clone().eq(rule.gains) {
            return Ok(());
        }
        let found = gained.map(str::to_owned).collect();
        differs(Mismatch::Gains { promised: rule.gains.to_vec(), found })
    }

    /// Puts the places in the block of the entries that are gained into `self.gained`, and finds all others kept.
    /// Returns how many are pinned.
    fn match_entries(
        &mut self,
        rule: &ServiceRule<'_, '_>,
        here: &[Entry],
        there: &[Entry],
    ) -> Result<usize, Doubt> {
        let (left, right) = (self.before(), self.after());
        let document = self.document;
        let place = |key: String| DocumentPlace::ServiceKey(document, left.name(rule.pair.name), key);
        // A template's entries come again with each service that uses it.
        let shared = left.resolve(rule.pair.before) != rule.pair.before;
        let mut known = KnownEntries::new(left, here);
        let mut pinned = 0;
        for found in there {
            let key = right.bytes(found.key);
            let fate = match known.take(key) {
                None => self.fate_of_new(rule, key, found),
                Some(entry) => self.fate_of_known(rule, entry, found, shared),
            };
            match fate.map_err(|inequality| inequality.at(|| place(right.name(found.key))))? {
                Fate::Kept => {}
                Fate::Gained(at) => self.gained.push(at),
                Fate::Pinned => pinned += 1,
            }
        }
        match known.lost(right, there) {
            None => Ok(pinned),
            Some(lost) => Err(Doubt::Differs { place: place(lost), mismatch: Mismatch::Lost }),
        }
    }

    /// A key that is new comes from the block, or keeps the block's value off.
    fn fate_of_new(
        &mut self,
        rule: &ServiceRule<'_, '_>,
        key: Option<&[u8]>,
        found: &Entry,
    ) -> Result<Fate, Inequality> {
        let Some(at) = rule.block.place(key) else { return Err(Mismatch::Added.into()) };
        if rule.is_pin(self.after(), found) {
            return Ok(Fate::Pinned);
        }
        if self.is_alike(rule.block.entries[at].value, found.value) {
            return Ok(Fate::Gained(at));
        }
        Err(Mismatch::OtherValue.into())
    }

    /// A key that existed has its value, or what was merged is no longer merged.
    fn fate_of_known(
        &mut self,
        rule: &ServiceRule<'_, '_>,
        entry: &Entry,
        found: &Entry,
        shared: bool,
    ) -> Result<Fate, Inequality> {
        let (left, right) = (self.before(), self.after());
        // What `!reset` removes is not set.
        let was_reset = entry.merged && left.tag(entry.value) == Some(RESET_TAG);
        if entry.merged && rule.is_pin(right, found) {
            // It had the block's value, or none. The proof about projects checks what becomes of that.
            let at = rule.block.place(right.bytes(found.key));
            let value = at.map(|at| rule.block.entries[at].value);
            if was_reset || value.is_some_and(|value| self.comparison.equal_once(entry.value, value).is_ok())
            {
                return Ok(Fate::Pinned);
            }
        }
        // What replaces something that was not set is gained.
        if was_reset
            && found.merged
            && right.tag(found.value) != Some(RESET_TAG)
            && let Some(at) = rule.block.place(right.bytes(found.key))
            && self.is_alike(rule.block.entries[at].value, found.value)
        {
            return Ok(Fate::Gained(at));
        }
        self.comparison.equal(entry.key, found.key)?;
        if shared || entry.merged || found.merged {
            self.comparison.equal_once(entry.value, found.value)?;
        } else {
            self.comparison.equal(entry.value, found.value)?;
        }
        Ok(Fate::Kept)
    }

    /// Whether two values of the text after are equal; almost always they are one and the same.
    fn is_alike(&mut self, value: NodeId, other: NodeId) -> bool {
        let after = self.after();
        value == other
            || self.alike.get_or_insert_with(|| Comparison::new(after, after)).equal(value, other).is_ok()
    }
}

impl ServiceRule<'_, '_> {
    /// Whether an entry is one of the promised empty lists.
    fn is_pin(&self, tape: &Tape, entry: &Entry) -> bool {
        let node = tape.node(entry.value);
        !entry.merged
            && node.kind == Kind::Sequence
            && node.second == 0
            && !node.tagged
            && tape.text(entry.key).is_some_and(|key| self.pins.iter().any(|pin| pin == key))
    }
}

/// The entries that a service had, each taken by its key once.
struct KnownEntries<'t, 'e> {
    tape: &'t Tape,
    entries: &'e [Entry],
    /// The place after the last one that was taken, where the next one is expected.
    next: usize,
    taken: usize,
    /// The places of all keys, once one is not where it is expected.
    places: HashMap<Option<&'t [u8]>, usize>,
}

impl<'t, 'e> KnownEntries<'t, 'e> {
    fn new(tape: &'t Tape, entries: &'e [Entry]) -> Self {
        Self { tape, entries, next: 0, taken: 0, places: HashMap::new() }
    }

    fn take(&mut self, key: Option<&[u8]>) -> Option<&'e Entry> {
        let place = match self.entries.get(self.next) {
            Some(entry) if self.tape.bytes(entry.key) == key => self.next,
            _ if self.taken == self.entries.len() => return None,
            _ => self.find(key)?,
        };
        self.taken += 1;
        self.next = place + 1;
        Some(&self.entries[place])
    }

    fn find(&mut self, key: Option<&[u8]>) -> Option<usize> {
        if self.entries.len() <= FEW {
            return self.entries.iter().position(|entry| self.tape.bytes(entry.key) == key);
        }
        if self.places.is_empty() {
            let keys = self.entries.iter().map(|entry| self.tape.bytes(entry.key));
            self.places = keys.enumerate().map(|(place, key)| (key, place)).collect();
        }
        self.places.get(&key).copied()
    }

    /// Where some entry was not taken, the name of the first key that is not `there` in the text after.
    fn lost(&self, after: &Tape, there: &[Entry]) -> Option<String> {
        if self.taken == self.entries.len() {
            return None;
        }
        let found: HashSet<_> = there.iter().map(|found| after.bytes(found.key)).collect();
        let lost = self.entries.iter().find(|entry| !found.contains(&self.tape.bytes(entry.key)));
        Some(lost.map_or_else(String::new, |lost| self.tape.name(lost.key)))
    }
}
