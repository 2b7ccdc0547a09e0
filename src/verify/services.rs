//! The services of a document in both texts, side by side.
//!
//! What a service is made of may have moved: its body may be merged where it was written, or wrapped where
//! it was an alias. What counts is what it amounts to.

use foldhash::HashMap;

use super::compare::Comparison;
use super::merge::{Entry, Merger};
use super::mismatch::{DocumentPlace, Mismatch};
use super::node::NodeId;
use super::sides::Sides;
use super::tape::{RESET_TAG, Tape};
use super::unreadable::Side;
use super::verdict::Doubt;

/// A service in both texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServicePair {
    pub(super) name: NodeId,
    pub(super) before: NodeId,
    pub(super) after: NodeId,
}

/// Compares two tapes document by document.
pub(super) struct Services<'t> {
    pub(super) comparison: Comparison<'t>,
    pub(super) document: usize,
    mergers: Sides<Merger<'t>>,
    /// Lists that are filled anew for each service.
    pub(super) entries: Sides<Vec<Entry>>,
    pub(super) gained: Vec<usize>,
    pub(super) alike: Option<Comparison<'t>>,
}

/// The keys and values that a service can gain.
pub(super) struct BlockEntries<'t> {
    pub(super) entries: Vec<Entry>,
    places: HashMap<&'t [u8], usize>,
}

impl<'t> Services<'t> {
    pub(super) fn new(before: &'t Tape, after: &'t Tape) -> Self {
        Self {
            comparison: Comparison::new(before, after),
            document: 0,
            mergers: Sides { before: Merger::new(before), after: Merger::new(after) },
            entries: Sides::default(),
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
        self.comparison.equal(before, after).map_err(|inequality| inequality.at(place))
    }

    /// Finds the services of both texts, and leaves their bodies out of every other comparison.
    pub(super) fn pair(&mut self, before: NodeId, after: NodeId) -> Result<Vec<ServicePair>, Doubt> {
        let (left, right) = (self.before(), self.after());
        let document = self.document;
        let place = || DocumentPlace::Entry(document, "services".to_owned());
        let [before_body, after_body] = [left.resolve(before), right.resolve(after)];
        if !left.is_mapping(before_body) || !right.is_mapping(after_body) {
            self.equal(before, after, place)?;
            return Ok(Vec::new());
        }
        if left.tag(before_body) != right.tag(after_body) {
            let mismatch = self.comparison.changed(before_body, after_body);
            return Err(Doubt::Differs { place: place(), mismatch });
        }
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

    /// Whether a service's name has a dot, and so looks like the path of another.
    pub(super) fn has_dot(&self, pair: &ServicePair) -> bool {
        self.before().bytes(pair.name).is_some_and(|name| name.contains(&b'.'))
    }

    /// Whether a service's body is written in the mapping of `services`, of which there is one on each side.
    pub(super) fn is_below(&self, pair: &ServicePair, services: Option<(NodeId, NodeId)>) -> bool {
        let after = self.after();
        services
            .is_some_and(|(_, mapping)| (mapping..after.next(mapping)).contains(&after.resolve(pair.after)))
    }

    /// The bodies of a service where both are mappings that are not reset.
    pub(super) fn bodies(&self, before: NodeId, after: NodeId) -> Option<(NodeId, NodeId)> {
        let (left, right) = (self.before(), self.after());
        let (before, after) = (left.resolve(before), right.resolve(after));
        (left.is_mapping(before) && right.is_mapping(after) && left.tag(before) != Some(RESET_TAG))
            .then_some((before, after))
    }

    pub(super) fn resolve(
        &mut self,
        side: Side,
        mapping: NodeId,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Doubt> {
        self.mergers.of(side).resolve(mapping, entries).map_err(|error| error.on(side))
    }
}

impl BlockEntries<'_> {
    /// The place of the entry with this key.
    pub(super) fn place(&self, key: Option<&[u8]>) -> Option<usize> {
        self.places.get(key?).copied()
    }
}
