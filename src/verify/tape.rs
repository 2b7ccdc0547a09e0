//! The nodes of a stream in one flat vector, each before its children.
//!
//! Knows nothing of merge keys beyond how one looks.

use foldhash::fast::RandomState;
use foldhash::{HashSet, HashSetExt};
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;

use super::content::Content;
use super::node::{Kind, Node, NodeId};

/// How many values are looked through one by one before a hash set is built.
pub(super) const FEW: usize = 16;

/// Deletes a key or a service of earlier layers.
pub(super) const RESET_TAG: &str = "!reset";

/// Replaces a key or a service of earlier layers.
pub(super) const OVERRIDE_TAG: &str = "!override";

/// Says of a mapping that it is one.
pub(super) const MAP_TAG: &str = "tag:yaml.org,2002:map";

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// Whose events a tape is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Parser {
    #[default]
    YamlRust2,
    Granit,
}

/// A stream as nodes.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub(super) nodes: Vec<Node>,
    pub(super) content: Content,
    /// The nodes with a tag in order, and the tags in full, without their shorthand.
    pub(super) tags: Vec<(NodeId, Arc<str>)>,
    /// The root of each document.
    pub(super) roots: Vec<NodeId>,
    pub(super) parser: Parser,
}

impl Tape {
    /// How many bytes it takes, at most; what it has in common with another counts for both.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.nodes[..]) + size_of_val(&self.tags[..]) + self.content.size()
    }

    /// Gives back what was reserved for more.
    pub(super) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.tags.shrink_to_fit();
        self.content.shrink();
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn line(&self, id: NodeId) -> usize {
        self.node(id).line as usize
    }

    /// The node after `id` and all its descendants.
    pub(super) fn next(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind.is_collection() { node.first } else { id + 1 }
    }

    /// The node that `id` stands for: itself, or what it is an alias of.
    pub(super) fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind == Kind::Alias { node.first } else { id }
    }

    fn resolved(&self, id: NodeId) -> &Node {
        let node = self.node(id);
        if node.kind == Kind::Alias { self.node(node.first) } else { node }
    }

    pub(super) fn is_mapping(&self, id: NodeId) -> bool {
        self.node(id).kind == Kind::Mapping
    }

    pub(super) fn tag(&self, id: NodeId) -> Option<&str> {
        if !self.node(id).tagged {
            return None;
        }
        let place = self.tags.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        Some(&self.tags[place].1)
    }

    /// The bytes of a scalar, or of the scalar that an alias stands for.
    #[inline]
    pub(super) fn bytes(&self, id: NodeId) -> Option<&[u8]> {
        let node = self.resolved(id);
        node.kind.is_scalar().then(|| self.content.bytes(node))
    }

    /// The content of a scalar, or of the scalar that an alias stands for.
    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        let node = self.resolved(id);
        node.kind.is_scalar().then(|| self.content.get(node))
    }

    /// The name of a key as it is shown to people.
    pub(super) fn name(&self, id: NodeId) -> String {
        self.text(id).unwrap_or("(a mapping or sequence)").to_owned()
    }

    /// The children of a collection.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.next(id);
        let mut at = id + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let child = at;
                at = self.next(child);
                child
            })
        })
    }

    /// The keys and values of a mapping.
    pub(super) fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let end = self.next(id);
        let mut at = id + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let key = at;
                let value = self.next(key);
                at = self.next(value);
                (key, value)
            })
        })
    }

    /// The number of entries of a mapping.
    pub(super) fn entry_count(&self, mapping: NodeId) -> usize {
        self.node(mapping).second as usize / 2
    }

    /// The value of the first key of a mapping with this text, its merge keys left alone.
    pub(super) fn entry(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let is_mapping = self.is_mapping(mapping);
        let mut entries = is_mapping.then(|| self.entries(mapping)).into_iter().flatten();
        entries.find(|(name, _)| self.text(*name) == Some(key)).map(|(_, value)| value)
    }

    /// Whether a key merges its value into the mapping.
    pub(super) fn is_merge_key(&self, id: NodeId) -> bool {
        let node = self.node(id);
        // go-yaml accepts no alias of `<<`, but `!!merge` in any style.
        node.kind.is_scalar()
            && self.content.bytes(node) == b"<<"
            && match self.tag(id) {
                None | Some("!") => node.kind == Kind::Plain,
                Some(tag) => tag == MERGE_TAG,
            }
    }

    /// The first key of a mapping that occurs a second time.
    pub(super) fn duplicate_key(&self, mapping: NodeId) -> Option<NodeId> {
        if self.entry_count(mapping) > FEW {
            return self.duplicate_key_of_many(mapping);
        }
        // Most mappings are small: no allocation for them.
        let mut seen: [&[u8]; FEW] = [b""; FEW];
        let mut count = 0;
        for (key, _) in self.entries(mapping) {
            if let Some(text) = self.bytes(key) {
                if seen[..count].contains(&text) {
                    return Some(key);
                }
                seen[count] = text;
                count += 1;
            }
        }
        None
    }

    #[allow(clippy::cast_possible_truncation, reason = "the lower half is the number of the node")]
    fn duplicate_key_of_many(&self, mapping: NodeId) -> Option<NodeId> {
        // Sorted, equal keys come together: a hash table would miss the caches at every key.
        let hasher = RandomState::default();
        let place = |key| Some(hasher.hash_one(self.bytes(key)?) >> 32 << 32 | u64::from(key));
        let mut keys: Vec<u64> = Vec::with_capacity(self.entry_count(mapping));
        keys.extend(self.entries(mapping).filter_map(|(key, _)| place(key)));
        keys.sort_unstable();
        let mut first = None;
        for alike in keys.chunk_by(|one, other| one >> 32 == other >> 32).filter(|alike| alike.len() > 1) {
            let mut known = HashSet::new();
            let key = alike.iter().map(|place| *place as NodeId).find(|key| !known.insert(self.bytes(*key)));
            first = first.into_iter().chain(key).min();
        }
        first
    }
}

/// A set that is quick while it is small.
#[derive(Debug)]
pub(super) struct Seen<T> {
    few: Vec<T>,
    many: HashSet<T>,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self { few: Vec::with_capacity(FEW), many: HashSet::new() }
    }
}

impl<T: Copy + Eq + Hash> Seen<T> {
    /// Returns whether `value` is new.
    pub(super) fn insert(&mut self, value: T) -> bool {
        if self.many.is_empty() && self.few.contains(&value) {
            return false;
        }
        self.insert_new(value)
    }

    /// Inserts a value that is known to be new where there are few; returns whether it is.
    pub(super) fn insert_new(&mut self, value: T) -> bool {
        if self.many.is_empty() {
            if self.few.len() < FEW {
                self.few.push(value);
                return true;
            }
            self.many.extend(self.few.drain(..));
        }
        self.many.insert(value)
    }

    pub(super) fn clear(&mut self) {
        self.few.clear();
        if !self.many.is_empty() {
            // A set that was large once would be slow to clear each time.
            self.many = HashSet::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::read;
    use super::super::shadow::Reading;
    use super::*;

    #[test]
    fn its_size_is_that_of_its_nodes_tags_and_content() {
        let tape = read(&Reading { text: "[a, !t bc]", separations: &[] }).unwrap();
        assert_eq!(tape.size(), 3 * size_of::<Node>() + size_of::<(NodeId, Arc<str>)>() + 3);
    }

    #[test]
    fn counts_the_entries_of_a_mapping_and_none_of_what_they_hold() {
        let tape = read(&Reading { text: "{a: [b, c], d: {e: f}}", separations: &[] }).unwrap();
        assert_eq!(tape.entry_count(0), 2);
    }

    #[test]
    fn a_set_knows_what_is_in_it_however_much_that_is() {
        let mut seen = Seen::default();
        for round in 0..2 {
            for value in 0..3 * FEW {
                assert!(seen.insert(value), "{round}: {value}");
                assert!(!seen.insert(value) && !seen.insert(0), "{round}: {value}");
            }
            seen.clear();
        }
    }
}
