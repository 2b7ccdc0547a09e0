//! Whether the services of a document gained what was promised, and nothing else.
//!
//! What a service is made of may have moved: its body may be merged where it was written, or wrapped where
//! it was an alias. What counts is what it amounts to.

use foldhash::{HashMap, HashMapExt, HashSet};

use crate::plan::ServicePromise;

use super::compare::{Comparison, Inequality};
use super::merge::{Entry, Merger};
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::{Kind, NodeId};
use super::tape::{FEW, MAP_TAG, RESET_TAG, Tape};
use super::unreadable::Side;
use super::verdict::Doubt;

/// A service in both texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServicePair {
    name: NodeId,
    before: NodeId,
    after: NodeId,
}

/// Compares two tapes document by document.
pub(super) struct Services<'t> {
    pub(super) comparison: Comparison<'t>,
    pub(super) document: usize,
    mergers: [Merger<'t>; 2],
    /// Lists that are filled anew for each service.
    entries: [Vec<Entry>; 2],
    gained: Vec<usize>,
    alike: Option<Comparison<'t>>,
}

/// The keys and values that a service can gain.
pub(super) struct BlockEntries<'t> {
    entries: Vec<Entry>,
    places: HashMap<&'t [u8], usize>,
}

impl<'t> Services<'t> {
    pub(super) fn new(before: &'t Tape, after: &'t Tape) -> Self {
        Self {
            comparison: Comparison::new(before, after),
            document: 0,
            mergers: [Merger::new(before), Merger::new(after)],
            entries: [Vec::new(), Vec::new()],
            gained: Vec::new(),
            alike: None,
        }
    }

    pub(super) fn before(&self) -> &'t Tape {
        self.comparison.left
    }

    pub(super) fn after(&self) -> &'t Tape {
        self.comparison.right
    }

    /// Returns the block at a node of the text after.
    pub(super) fn block(&mut self, node: Option<NodeId>) -> Result<BlockEntries<'t>, Doubt> {
        let after = self.after();
        let mut entries = Vec::new();
        if let Some(node) = node {
            self.resolve(Side::After, node, &mut entries)?;
        }
        let texts =
            entries.iter().enumerate().filter_map(|(place, entry)| Some((after.bytes(entry.key)?, place)));
        let places = texts.collect();
        Ok(BlockEntries { entries, places })
    }

    /// Compares two nodes that are at `place`.
    pub(super) fn equal(
        &mut self,
        before: NodeId,
        after: NodeId,
        place: impl FnOnce() -> DocumentPlace,
    ) -> Result<(), Doubt> {
        self.comparison.equal(before, after).map_err(|inequality| Self::doubt(inequality, place))
    }

    /// Finds the services of both texts, and leaves their bodies out of every other comparison.
    pub(super) fn pair(&mut self, before: NodeId, after: NodeId) -> Result<Vec<ServicePair>, Doubt> {
        let (left, right) = (self.before(), self.after());
        let document = self.document;
        let [before_body, after_body] = [left.resolve(before), right.resolve(after)];
        if !left.is_mapping(before_body) || !right.is_mapping(after_body) {
            self.equal(before, after, || DocumentPlace::Entry(document, "services".to_owned()))?;
            return Ok(Vec::new());
        }
        self.same_tag(before_body, after_body, || DocumentPlace::Entry(document, "services".to_owned()))?;
        let (mut here, mut there) = (Vec::new(), Vec::new());
        self.resolve(Side::Before, before_body, &mut here)?;
        self.resolve(Side::After, after_body, &mut there)?;
        let mut pairs = Vec::with_capacity(here.len());
        for (entry, found) in here.iter().zip(&there) {
            let place = || DocumentPlace::Service(document, left.name(entry.key));
            if left.bytes(entry.key) != right.bytes(found.key) {
                let found = right.name(found.key);
                return Err(Doubt::Differs { place: place(), mismatch: Mismatch::Moved { found } });
            }
            self.equal(entry.key, found.key, place)?;
            pairs.push(ServicePair { name: entry.key, before: entry.value, after: found.value });
            if let Some((body, new_body)) = self.bodies(entry.value, found.value) {
                self.comparison.leave_out(body, new_body);
                // In a template that all services are merged from, the alias itself is compared too.
                if body != entry.value && new_body == found.value {
                    self.comparison.leave_out(entry.value, new_body);
                }
            }
        }
        let (place, mismatch) = match (here.get(pairs.len()), there.get(pairs.len())) {
            (Some(lost), _) => (left.name(lost.key), Mismatch::Lost),
            (None, Some(added)) => (right.name(added.key), Mismatch::Added),
            (None, None) => return Ok(pairs),
        };
        Err(Doubt::Differs { place: DocumentPlace::Service(document, place), mismatch })
    }

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
            self.check_service(pair, block, gains, pins)?;
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

    fn check_service(
        &mut self,
        pair: &ServicePair,
        block: &BlockEntries<'t>,
        promised: &[String],
        pins: &[String],
    ) -> Result<(), Doubt> {
        let left = self.before();
        let document = self.document;
        let place = || DocumentPlace::Service(document, left.name(pair.name));
        let Some((before, after)) = self.bodies(pair.before, pair.after) else {
            self.equal(pair.before, pair.after, place)?;
            self.gained.clear();
            self.check_pins(pair, pins, 0)?;
            return same_gains(std::iter::empty(), promised)
                .map_err(|mismatch| Doubt::Differs { place: place(), mismatch });
        };
        self.same_service_tag(before, after, place)?;
        let [mut here, mut there] = std::mem::take(&mut self.entries);
        self.resolve(Side::Before, before, &mut here)?;
        self.resolve(Side::After, after, &mut there)?;
        let pinned = self.match_entries(pair, &here, &there, block, pins)?;
        self.check_pins(pair, pins, pinned)?;
        self.entries = [here, there];
        let right = self.after();
        let keys = self.gained.iter().filter_map(|at| right.text(block.entries[*at].key));
        same_gains(keys, promised).map_err(|mismatch| Doubt::Differs { place: place(), mismatch })
    }

    /// Puts the places in `block` of the entries that are gained into `self.gained`, and finds all others equal.
    /// Returns how many of `pins` are new empty lists.
    fn match_entries(
        &mut self,
        pair: &ServicePair,
        here: &[Entry],
        there: &[Entry],
        block: &BlockEntries<'t>,
        pins: &[String],
    ) -> Result<usize, Doubt> {
        let (left, right) = (self.before(), self.after());
        let document = self.document;
        let place = |key: String| DocumentPlace::ServiceKey(document, left.name(pair.name), key);
        // A template's entries are met again with each service that uses it.
        let shared = left.resolve(pair.before) != pair.before;
        let mut keys = EntryPlaces { tape: left, entries: here, places: HashMap::new() };
        self.gained.clear();
        let (mut next, mut count, mut pinned) = (0, 0, 0);
        for found in there {
            let text = right.bytes(found.key);
            let same = match here.get(next) {
                Some(entry) if left.bytes(entry.key) == text => Some(next),
                _ if count == here.len() => None,
                _ => keys.find(text),
            };
            let Some(same) = same else {
                let mismatch = match text.and_then(|text| block.places.get(text).copied()) {
                    None => Mismatch::Added,
                    Some(_) if !pins.is_empty() && !found.merged && is_pin(right, found, pins) => {
                        pinned += 1;
                        continue;
                    }
                    Some(at) if self.is_alike(block.entries[at].value, found.value) => {
                        self.gained.push(at);
                        continue;
                    }
                    Some(_) => Mismatch::OtherValue,
                };
                return Err(Doubt::Differs { place: place(right.name(found.key)), mismatch });
            };
            let entry = &here[same];
            count += 1;
            next = same + 1;
            if entry.merged && !found.merged && !pins.is_empty() && is_pin(right, found, pins) {
                // It had the block's value, or one that `!reset` removes: for Docker Compose, none. What becomes of
                // that is for the proof about projects.
                let value = text.and_then(|text| block.places.get(text)).map(|at| block.entries[*at].value);
                if left.tag(entry.value) == Some(RESET_TAG)
                    || value.is_some_and(|value| self.comparison.equal_once(entry.value, value).is_ok())
                {
                    pinned += 1;
                    continue;
                }
            }
            // What `!reset` removes is not set, and what comes in its place is gained.
            if entry.merged
                && found.merged
                && left.tag(entry.value) == Some(RESET_TAG)
                && right.tag(found.value) != Some(RESET_TAG)
                && let Some(at) = text.and_then(|text| block.places.get(text).copied())
                && self.is_alike(block.entries[at].value, found.value)
            {
                self.gained.push(at);
                continue;
            }
            let (key, value) = (entry.key, entry.value);
            let result = self.comparison.equal(key, found.key).and_then(|()| {
                if shared || entry.merged || found.merged {
                    self.comparison.equal_once(value, found.value)
                } else {
                    self.comparison.equal(value, found.value)
                }
            });
            result.map_err(|inequality| Self::doubt(inequality, || place(left.name(key))))?;
        }
        if count < here.len() {
            let found: HashSet<_> = there.iter().map(|found| right.bytes(found.key)).collect();
            let lost = here.iter().find(|entry| !found.contains(&left.bytes(entry.key)));
            let place = place(lost.map_or_else(String::new, |lost| left.name(lost.key)));
            return Err(Doubt::Differs { place, mismatch: Mismatch::Lost });
        }
        self.gained.sort_unstable();
        Ok(pinned)
    }

    /// Checks that each of the promised pins was found.
    fn check_pins(&self, pair: &ServicePair, pins: &[String], found: usize) -> Result<(), Doubt> {
        if found == pins.len() {
            return Ok(());
        }
        let place = DocumentPlace::Service(self.document, self.before().name(pair.name));
        Err(Doubt::Differs { place, mismatch: Mismatch::Pins(pins.to_vec()) })
    }

    /// Whether a service's name has a dot, and so looks like the path of another.
    pub(super) fn has_dot(&self, pair: &ServicePair) -> bool {
        self.before().bytes(pair.name).is_some_and(|name| name.contains(&b'.'))
    }

    /// Whether two values of the text after are equal; almost always they are one and the same.
    fn is_alike(&mut self, value: NodeId, other: NodeId) -> bool {
        let after = self.after();
        value == other
            || self.alike.get_or_insert_with(|| Comparison::new(after, after)).equal(value, other).is_ok()
    }

    /// The bodies of a service where both are mappings that are not reset.
    fn bodies(&self, before: NodeId, after: NodeId) -> Option<(NodeId, NodeId)> {
        let (left, right) = (self.before(), self.after());
        let (before, after) = (left.resolve(before), right.resolve(after));
        (left.is_mapping(before) && right.is_mapping(after) && left.tag(before) != Some(RESET_TAG))
            .then_some((before, after))
    }

    /// Compares the tags of a service's mapping; one that says that it is a mapping counts for nothing.
    fn same_service_tag(
        &self,
        before: NodeId,
        after: NodeId,
        place: impl FnOnce() -> DocumentPlace,
    ) -> Result<(), Doubt> {
        let meaning = |tag: Option<&'t str>| tag.filter(|tag| *tag != MAP_TAG);
        if meaning(self.before().tag(before)) == meaning(self.after().tag(after)) {
            return Ok(());
        }
        self.same_tag(before, after, place)
    }

    fn same_tag(
        &self,
        before: NodeId,
        after: NodeId,
        place: impl FnOnce() -> DocumentPlace,
    ) -> Result<(), Doubt> {
        let (left, right) = (self.before(), self.after());
        if left.tag(before) == right.tag(after) {
            return Ok(());
        }
        let mismatch = Mismatch::Changed { before: left.line(before), after: right.line(after) };
        Err(Doubt::Differs { place: place(), mismatch })
    }

    fn resolve(&mut self, side: Side, mapping: NodeId, entries: &mut Vec<Entry>) -> Result<(), Doubt> {
        let merger = &mut self.mergers[usize::from(side == Side::After)];
        merger.resolve(mapping, entries).map_err(|error| error.on(side))
    }

    fn doubt(inequality: Inequality, place: impl FnOnce() -> DocumentPlace) -> Doubt {
        match inequality {
            Inequality::Differs(mismatch) => Doubt::Differs { place: place(), mismatch },
            Inequality::TooMuchWork(exhausted) => exhausted.into(),
        }
    }
}

/// The keys of a list of entries, for those that are not where they are expected.
struct EntryPlaces<'t, 'e> {
    tape: &'t Tape,
    entries: &'e [Entry],
    places: HashMap<Option<&'t [u8]>, usize>,
}

impl EntryPlaces<'_, '_> {
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
}

/// Whether an entry is one of the promised empty lists.
fn is_pin(tape: &Tape, entry: &Entry, pins: &[String]) -> bool {
    let node = tape.node(entry.value);
    node.kind == Kind::Sequence
        && node.second == 0
        && !node.tagged
        && tape.text(entry.key).is_some_and(|key| pins.iter().any(|pin| pin == key))
}

fn same_gains<'k>(found: impl Iterator<Item = &'k str> + Clone, promised: &[String]) -> Result<(), Mismatch> {
    if found.clone().eq(promised) {
        return Ok(());
    }
    Err(Mismatch::Gains { promised: promised.to_vec(), found: found.map(str::to_owned).collect() })
}
