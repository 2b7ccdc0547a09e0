//! The nodes of a stream in one flat vector, each before its children.
//!
//! Knows nothing of merge keys beyond how one looks.

use foldhash::{HashSet, HashSetExt};
use std::hash::Hash;

/// How many values are looked through one by one before a hash set is built.
pub(super) const FEW: usize = 16;

const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// The place of a node on a [`Tape`].
pub(super) type NodeId = u32;

/// What a node is; scalars by their style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Sequence,
    Mapping,
    Alias,
}

/// A node. What `first` and `second` mean depends on its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The place of its tag in [`Tape::tags`], counted from 1; 0 for none.
    pub(super) tag: u32,
    /// Counted from 1.
    pub(super) line: u32,
    /// Scalar: where its content starts. Collection: the node behind its last, 0 while it is open. Alias:
    /// the node it refers to, which is never an alias.
    pub(super) first: u32,
    /// Scalar: where its content ends. Collection: the number of its children.
    pub(super) second: u32,
}

/// A stream as nodes.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub(super) nodes: Vec<Node>,
    /// The content of all scalars, joined.
    pub(super) content: String,
    /// Tags in full, without their shorthand.
    pub(super) tags: Vec<String>,
    /// The root of each document.
    pub(super) roots: Vec<NodeId>,
}

impl Kind {
    pub(super) fn is_scalar(self) -> bool {
        !self.is_collection() && self != Self::Alias
    }

    pub(super) fn is_collection(self) -> bool {
        matches!(self, Self::Sequence | Self::Mapping)
    }
}

impl Tape {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn line(&self, id: NodeId) -> usize {
        self.node(id).line as usize
    }

    /// The node behind `id` and all its descendants.
    pub(super) fn next(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind.is_collection() { node.first } else { id + 1 }
    }

    /// The node that `id` stands for: itself, or what it is an alias of.
    pub(super) fn resolve(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind == Kind::Alias { node.first } else { id }
    }

    pub(super) fn is_mapping(&self, id: NodeId) -> bool {
        self.node(id).kind == Kind::Mapping
    }

    pub(super) fn tag(&self, id: NodeId) -> Option<&str> {
        let tag = self.node(id).tag as usize;
        (tag > 0).then(|| self.tags[tag - 1].as_str())
    }

    /// The bytes of a scalar, or of the scalar that an alias stands for.
    pub(super) fn bytes(&self, id: NodeId) -> Option<&[u8]> {
        let node = self.node(self.resolve(id));
        node.kind.is_scalar().then(|| &self.content.as_bytes()[node.first as usize..node.second as usize])
    }

    /// The content of a scalar, or of the scalar that an alias stands for.
    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        let node = self.node(self.resolve(id));
        node.kind.is_scalar().then(|| &self.content[node.first as usize..node.second as usize])
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

    /// Whether a key merges its value into the mapping.
    pub(super) fn is_merge_key(&self, id: NodeId) -> bool {
        let node = self.node(id);
        // go-yaml takes no alias of `<<`, and takes `!!merge` in any style.
        node.kind != Kind::Alias
            && self.bytes(id) == Some(b"<<")
            && match self.tag(id) {
                None | Some("!") => node.kind == Kind::Plain,
                Some(tag) => tag == MERGE_TAG,
            }
    }

    /// The first key of a mapping that stands there a second time.
    pub(super) fn duplicate_key(&self, mapping: NodeId) -> Option<NodeId> {
        if self.node(mapping).second as usize > 2 * FEW {
            let mut seen = HashSet::with_capacity(self.node(mapping).second as usize / 2);
            return self
                .entries(mapping)
                .map(|(key, _)| key)
                .find(|key| self.bytes(*key).is_some_and(|text| !seen.insert(text)));
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
}

/// A set that is quick where it is small.
#[derive(Debug)]
pub(super) struct Seen<T> {
    few: Vec<T>,
    many: HashSet<T>,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self { few: Vec::new(), many: HashSet::new() }
    }
}

impl<T: Copy + Eq + Hash> Seen<T> {
    /// Returns whether `value` is new.
    pub(super) fn insert(&mut self, value: T) -> bool {
        if self.many.is_empty() {
            if self.few.contains(&value) {
                return false;
            }
            if self.few.len() < FEW {
                if self.few.is_empty() {
                    self.few.reserve_exact(FEW);
                }
                self.few.push(value);
                return true;
            }
            self.many.extend(self.few.drain(..));
        }
        self.many.insert(value)
    }

    pub(super) fn clear(&mut self) {
        self.few.clear();
        // A set that was large once would be slow to clear each time.
        self.many = HashSet::new();
    }
}
