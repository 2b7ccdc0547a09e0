//! From events, of either parser, to a [`Tape`].
//!
//! Anchors are resolved here: an alias means the latest anchor of its name before it, also one of an
//! earlier document, as in Docker Compose.

use std::sync::Arc;

use foldhash::HashSet;

use super::node::{Kind, Node, NodeId};
use super::tape::Tape;
use super::unreadable::{ReadFault, Unreadable};

/// What comes before the content of a node.
#[derive(Default)]
pub(super) struct Properties<'e> {
    /// The number of its anchor, counted from 1 and never counted back; 0 where it has none.
    pub(super) anchor: usize,
    /// The two parts of its whole tag.
    pub(super) tag: Option<(&'e str, &'e str)>,
}

/// A tape that grows event by event.
pub(super) struct Builder {
    tape: Tape,
    /// Each tag once.
    tag_texts: HashSet<Arc<str>>,
    /// The node of each anchor.
    anchors: Vec<NodeId>,
    open: Vec<NodeId>,
}

impl Builder {
    /// Returns a builder that adds the nodes of a text of `length` bytes to `tape`.
    pub(super) fn new(mut tape: Tape, length: usize) -> Self {
        // Enough for dense texts too: growing would copy all, and what is not used costs addresses, not memory.
        tape.nodes.reserve(length / 4);
        if tape.content.is_alone() {
            // Most of a text may be content.
            tape.content.reserve(length);
        }
        Self { tape, tag_texts: HashSet::default(), anchors: Vec::new(), open: Vec::new() }
    }

    pub(super) fn finish(self) -> Tape {
        self.tape
    }

    pub(super) fn document(&mut self) {
        self.tape.roots.push(index(self.tape.nodes.len()));
    }

    pub(super) fn scalar(&mut self, content: &str, kind: Kind, properties: &Properties, line: usize) {
        let (first, second) = self.tape.content.push(content);
        let (first, second) = (index(first), index(second));
        let tagged = properties.tag.is_some_and(|tag| self.place_tag(tag));
        self.push(Node { kind, tagged, line: index(line), first, second }, properties.anchor);
    }

    pub(super) fn start(&mut self, kind: Kind, properties: &Properties, line: usize) {
        let tagged = properties.tag.is_some_and(|tag| self.place_tag(tag));
        let node = Node { kind, tagged, line: index(line), first: 0, second: 0 };
        let id = self.push(node, properties.anchor);
        self.open.push(id);
    }

    pub(super) fn end(&mut self) -> Result<(), ReadFault> {
        let id = self.open.pop().expect("an end event closes what a start event opened");
        let behind = index(self.tape.nodes.len());
        let node = &mut self.tape.nodes[id as usize];
        node.first = behind;
        if node.kind == Kind::Mapping
            && let Some(key) = self.tape.duplicate_key(id)
        {
            let reason = Unreadable::DuplicateKey(self.tape.name(key));
            return Err(ReadFault { line: self.tape.line(key), reason });
        }
        Ok(())
    }

    pub(super) fn alias(&mut self, anchor: usize, line: usize) -> Result<(), ReadFault> {
        let target = anchor.checked_sub(1).and_then(|place| self.anchors.get(place)).copied();
        let Some(target) = target else {
            return Err(ReadFault { line, reason: Unreadable::UnknownAnchor });
        };
        let node = self.tape.node(target);
        // With every alias after the end of its target, no path of aliases leads back to its start.
        if node.kind.is_collection() && node.first == 0 {
            return Err(ReadFault { line, reason: Unreadable::SelfContaining });
        }
        self.push(Node { kind: Kind::Alias, tagged: false, line: index(line), first: target, second: 0 }, 0);
        Ok(())
    }

    #[inline]
    fn push(&mut self, node: Node, anchor: usize) -> NodeId {
        let id = index(self.tape.nodes.len());
        self.tape.nodes.push(node);
        if let Some(parent) = self.open.last() {
            self.tape.nodes[*parent as usize].second += 1;
        }
        if anchor > 0 {
            self.anchors.resize(anchor.max(self.anchors.len()), id);
            self.anchors[anchor - 1] = id;
        }
        id
    }

    /// Notes the tag of the node that is pushed next, which has one then.
    fn place_tag(&mut self, (prefix, suffix): (&str, &str)) -> bool {
        let whole = [prefix, suffix].concat();
        let tag = self.tag_texts.get(whole.as_str()).cloned().unwrap_or_else(|| {
            let tag: Arc<str> = whole.into();
            self.tag_texts.insert(Arc::clone(&tag));
            tag
        });
        self.tape.tags.push((index(self.tape.nodes.len()), tag));
        true
    }
}

fn index(count: usize) -> u32 {
    u32::try_from(count).expect("a text within MAX_READ_BYTES has fewer nodes, bytes and lines")
}
