//! Aliases: from each to the node it stands for.

use foldhash::{HashMap, HashMapExt};

use super::{ComposeError, ComposeRule};
use crate::yaml::{Entry, Node, NodeKind, TokenKind, Tree, dialect};

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
    /// An alias without an anchor before it, inside the node that it names, or as a key where that is not a string.
    pub fn of(tree: &'t Tree<'t>) -> Result<Self, ComposeError> {
        let mut latest: HashMap<&str, Node<'t>> = HashMap::new();
        let mut aliases = Self {
            targets: HashMap::new(),
            anchored: Vec::new(),
            redefined: HashMap::new(),
            outermost: Vec::new(),
        };
        for node in tree.nodes() {
            if let Some(name) = node.anchor() {
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
                Some(target) => aliases.targets.insert(node.id(), *target),
            };
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

/// Whether an alias is a key of a mapping: its colon, or its question mark, is next to it.
fn is_key(alias: Node<'_>) -> bool {
    let tree = alias.tree();
    let kinds = |id| tree.token(id).map(|(kind, _)| kind);
    let behind = (alias.end_token()..).map_while(kinds).find(|kind| !kind.is_trivia());
    let before = (0..alias.first_token()).rev().map_while(kinds).find(|kind| !kind.is_trivia());
    behind == Some(TokenKind::MappingValue) || before == Some(TokenKind::MappingKey)
}
