//! Aliases: from each to the node it stands for.

use foldhash::{HashMap, HashMapExt};

use super::{ComposeError, ComposeRule};
use crate::yaml::{Entry, Node, NodeKind, TokenKind, Tree, dialect};

/// How many nodes the aliases of a file can stand for in total; those behind aliases inside of them count again.
///
/// Docker Compose copies what an alias stands for, and runs out of memory or time before there are many more.
pub const MAX_ALIASED_NODES: u64 = 10_000_000;

/// The anchors of a file, and what its aliases stand for.
///
/// Docker Compose lets an alias name the latest anchor before it, also one of an earlier document.
#[derive(Debug)]
pub struct Aliases<'t> {
    targets: HashMap<u32, Node<'t>>,
    anchored: Vec<(&'t str, Node<'t>)>,
    /// By a node whose anchor is defined again, the next one with that anchor.
    redefined: HashMap<u32, Node<'t>>,
    /// The nodes with anchors that are in no other one, in document order.
    outermost: Vec<Node<'t>>,
}

impl<'t> Aliases<'t> {
    /// Resolves the aliases of `tree`.
    ///
    /// # Errors
    /// An alias without an anchor before it, inside the node that it names, or as a key where that is not a string; or
    /// aliases of too many nodes.
    pub fn of(tree: &'t Tree<'t>) -> Result<Self, ComposeError> {
        let mut latest: HashMap<&str, Node<'t>> = HashMap::new();
        let mut sizes = Sizes::default();
        let mut aliases = Self {
            targets: HashMap::new(),
            anchored: Vec::new(),
            redefined: HashMap::new(),
            outermost: Vec::new(),
        };
        for node in tree.nodes() {
            if let Some(name) = node.anchor() {
                sizes.open(node);
                if let Some(earlier) = latest.insert(name, node) {
                    aliases.redefined.insert(earlier.id(), node);
                }
                aliases.anchored.push((name, node));
                if aliases.outermost.last().is_none_or(|last| last.next_id() <= node.id()) {
                    aliases.outermost.push(node);
                }
            }
            if node.kind() != NodeKind::Alias {
                continue;
            }
            let name = node.alias().unwrap_or_default();
            let error = |rule| Err(ComposeError { rule, span: node.span() });
            match latest.get(name) {
                None => return error(ComposeRule::UnknownAnchor(name.to_owned())),
                Some(target) if target.next_id() > node.id() => {
                    return error(ComposeRule::SelfContaining(name.to_owned()));
                }
                Some(target) if is_key(node) && !dialect::is_string(*target) => {
                    return error(ComposeRule::KeyType(name.to_owned()));
                }
                Some(target) => {
                    aliases.targets.insert(node.id(), *target);
                    if sizes.add_alias(node, *target) > MAX_ALIASED_NODES {
                        return error(ComposeRule::TooManyAliasedNodes);
                    }
                }
            }
        }
        Ok(aliases)
    }

    /// Returns the node that `node` stands for: what an alias names, or the node itself.
    #[must_use]
    pub fn resolve(&self, node: Node<'t>) -> Node<'t> {
        if node.kind() == NodeKind::Alias {
            self.targets.get(&node.id()).copied().unwrap_or(node)
        } else {
            node
        }
    }

    /// Returns the entry of `mapping` with `key`, which may be an alias of it; not what is merged.
    #[must_use]
    pub fn entry(&self, mapping: Node<'t>, key: &str) -> Option<Entry<'t>> {
        mapping.entries().find(|entry| self.resolve(entry.key).is_text(key))
    }

    /// Whether `node` has an anchor, or is inside a node that has one.
    #[must_use]
    pub fn is_anchored(&self, node: Node<'t>) -> bool {
        let behind = self.outermost.partition_point(|outer| outer.id() <= node.id());
        behind > 0 && node.id() < self.outermost[behind - 1].next_id()
    }

    /// Returns the next node with the anchor of `node`: aliases after it stand for that one.
    #[must_use]
    pub fn redefined(&self, node: Node<'t>) -> Option<Node<'t>> {
        self.redefined.get(&node.id()).copied()
    }

    /// The anchors with their nodes, in document order.
    #[must_use]
    pub fn anchored(&self) -> &[(&'t str, Node<'t>)] {
        &self.anchored
    }
}

/// How many nodes those with anchors have, each with what the aliases inside of it stand for.
#[derive(Default)]
struct Sizes<'t> {
    /// Those that end before the present node, by their numbers.
    closed: HashMap<u32, u64>,
    /// The others, with how many nodes the aliases before each stand for.
    open: Vec<(Node<'t>, u64)>,
    /// How many nodes all aliases so far stand for.
    aliased: u64,
}

impl<'t> Sizes<'t> {
    /// Begins a node with an anchor.
    fn open(&mut self, node: Node<'t>) {
        self.close_before(node);
        self.open.push((node, self.aliased));
    }

    /// Adds an alias of `target`, which ends before it; returns how many nodes all aliases so far stand for.
    fn add_alias(&mut self, alias: Node<'t>, target: Node<'t>) -> u64 {
        self.close_before(alias);
        self.aliased += self.closed.get(&target.id()).copied().unwrap_or_default();
        self.aliased
    }

    fn close_before(&mut self, node: Node<'t>) {
        while let Some((ended, before)) = self.open.pop_if(|(outer, _)| outer.next_id() <= node.id()) {
            let own = u64::from(ended.next_id() - ended.id());
            self.closed.insert(ended.id(), own + self.aliased - before);
        }
    }
}

/// Whether an alias is a key of a mapping: its colon, or its question mark, is next to it.
fn is_key(alias: Node<'_>) -> bool {
    let tree = alias.tree();
    let kinds = |id| tree.token(id).map(|(kind, _)| kind);
    let behind = (alias.end_token()..).map_while(kinds).find(|kind| !kind.is_trivia());
    let before = (0..alias.first_token()).rev().map_while(kinds).find(|kind| !kind.is_trivia());
    behind == Some(TokenKind::MappingValue) || before == Some(TokenKind::MappingKey)
}
