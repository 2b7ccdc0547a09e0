//! One definition of a service on both sides, its merge keys resolved: what it sets, deletes and extends.

use super::super::budget::Exhausted;
use super::super::merge::{Entry, Merger};
use super::super::node::{Kind, NodeId};
use super::super::project_fault::{ProjectFault, Unclear};
use super::super::sides::Sides;
use super::super::tape::{OVERRIDE_TAG, RESET_TAG, Tape};
use super::super::unreadable::Side;
use super::super::verdict::Doubt;
use super::state::{BlockId, KeyId, Keys, Pin, Slot, State};
use super::value::{DefinitionId, Rule, Value, Values};

/// A service as one document defines it.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer<'t> {
    /// What it sets by itself.
    pub(super) own: State,
    /// The keys that it deletes from earlier layers.
    pub(super) cleared: Vec<KeyId>,
    /// Whether it deletes the service from earlier documents and files.
    pub(super) replaces: bool,
    /// What it extends.
    pub(super) extends: Option<Extends<'t>>,
    /// The number of tags about earlier layers in it, and of aliases of something with such tags.
    pub(super) tags: usize,
}

/// What a service extends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extends<'t> {
    pub(super) service: &'t str,
    pub(super) file: Option<&'t str>,
}

/// Why a definition cannot be used.
pub(super) enum LayerError {
    Doubt(Doubt),
    Fault(ProjectFault),
    TooMuchWork(Exhausted),
}

impl From<Exhausted> for LayerError {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

/// Reads the definitions of one file.
pub(super) struct LayerReader<'r, 't> {
    pub(super) mergers: Sides<Merger<'t>>,
    pub(super) keys: &'r Keys<'t>,
    pub(super) values: &'r mut Values<'t>,
    /// The [`marks`] of the text before.
    pub(super) marks: Vec<NodeId>,
    /// The block of the document.
    pub(super) block: Option<BlockId>,
    /// The number of the definition, among those of all files.
    pub(super) definition: DefinitionId,
    /// Lists that are filled anew for each definition.
    pub(super) entries: Sides<Vec<Entry>>,
}

impl<'t> LayerReader<'_, 't> {
    /// Reads a definition.
    pub(super) fn read(&mut self, before: NodeId, after: NodeId) -> Result<Layer<'t>, LayerError> {
        let [left, right] = [self.mergers.before.tape, self.mergers.after.tape];
        let body = left.resolve(before);
        if is_null(left, body) {
            return Ok(Layer::default());
        }
        let mut layer = Layer { own: State::bare(), ..Layer::default() };
        // Proved by itself, the file has a mapping after where it had one before.
        if !left.is_mapping(body) {
            layer.own.unclear = Some(Unclear::Kind);
            return Ok(layer);
        }
        layer.tags = count_inside(&self.marks, left, before);
        let is_alias = body != before;
        note_body_tag(left.tag(body), is_alias, &mut layer);
        let Sides { before: mut here, after: mut there } = std::mem::take(&mut self.entries);
        self.resolve(Side::Before, body, &mut here)?;
        self.resolve(Side::After, right.resolve(after), &mut there)?;
        self.note_merged_tags(is_alias, &mut layer);
        let mut set = self.values_before(&here, is_alias, &mut layer)?;
        self.values_after(&there, &mut set, &mut layer.own)?;
        layer.own.tagged = layer.own.changed && layer.tags > 0;
        layer.own.set(&set, self.keys);
        self.entries = Sides { before: here, after: there };
        Ok(layer)
    }

    /// Notes the tags that the merger found in front of values, and took away.
    fn note_merged_tags(&self, is_alias: bool, layer: &mut Layer<'t>) {
        let merger = &self.mergers.before;
        let key = |key: &NodeId| self.keys.get(merger.tape.text(*key)?);
        if !is_alias {
            // Through an alias Docker Compose deletes the entry, and forgets that it is to be deleted elsewhere.
            layer.cleared.extend(merger.resets.iter().filter_map(key));
        }
        if merger.overrides.iter().any(|it| key(it).is_some()) {
            // It has an effect even where the mapping's own key wins, and none in a merged list.
            layer.own.unclear = Some(Unclear::Tags);
        }
    }

    /// The keys of blocks that a definition sets before; notes what it extends, and tags.
    fn values_before(
        &mut self,
        entries: &[Entry],
        is_alias: bool,
        layer: &mut Layer<'t>,
    ) -> Result<Vec<(KeyId, Slot)>, LayerError> {
        let tape = self.mergers.before.tape;
        let mut set = Vec::new();
        for entry in entries {
            let Some(name) = tape.text(entry.key) else { continue };
            if name == "extends" {
                layer.extends = Some(self.extends(tape, entry.value)?);
            }
            if let Some(key) = self.keys.get(name) {
                let target = tape.resolve(entry.value);
                let is_own = !entry.merged && !is_alias && target == entry.value;
                match tape.tag(target) {
                    Some(OVERRIDE_TAG) if is_own => layer.cleared.push(key),
                    Some(OVERRIDE_TAG | RESET_TAG) => layer.own.unclear = Some(Unclear::Tags),
                    _ => {}
                }
                let before = self.value(tape, entry.value, key, &mut layer.own)?;
                set.push((key, Slot { before, ..Slot::default() }));
            }
        }
        Ok(set)
    }

    /// Adds what the keys of blocks are after, and notes how that differs.
    fn values_after(
        &mut self,
        entries: &[Entry],
        set: &mut Vec<(KeyId, Slot)>,
        own: &mut State,
    ) -> Result<(), Exhausted> {
        let tape = self.mergers.after.tape;
        let known = set.len();
        for entry in entries {
            let Some(key) = tape.text(entry.key).and_then(|name| self.keys.get(name)) else { continue };
            let after = self.value(tape, entry.value, key, own)?;
            let before = set.iter_mut().find(|(known, _)| *known == key);
            // An empty list of its own is not a gain, but keeps one off.
            let is_pin = !entry.merged
                && self.values.is_empty_list(after)
                && before.as_ref().is_none_or(|(_, slot)| slot.before != after);
            own.pin = own.pin.or(self.block.filter(|_| is_pin).map(|block| Pin { key, block }));
            if let Some((_, slot)) = before {
                slot.after = after;
                // A pin takes the block's value away here.
                own.pinned |= slot.before != after;
            } else {
                let block = self.block.filter(|_| !is_pin);
                set.push((key, Slot { before: Value::Unset, after, block }));
            }
        }
        own.changed = own.pinned || set.len() > known;
        Ok(())
    }

    /// The value of a key by its rule.
    fn value(
        &mut self,
        tape: &'t Tape,
        value: NodeId,
        key: KeyId,
        own: &mut State,
    ) -> Result<Value, Exhausted> {
        let rule = self.keys.rules[key as usize];
        if rule == Rule::Unknown {
            return self.values.set_by(vec![self.definition]);
        }
        let read = read_value(tape, value, rule, self.values)?;
        Ok(read.unwrap_or_else(|| {
            own.unclear = own.unclear.or(Some(Unclear::Kind));
            Value::Unset
        }))
    }

    fn extends(&mut self, tape: &'t Tape, value: NodeId) -> Result<Extends<'t>, LayerError> {
        let bad = || LayerError::Fault(ProjectFault::Extends(tape.line(value)));
        // Neither a file nor a service is null.
        let text = |node| tape.text(node).filter(|_| !is_null(tape, tape.resolve(node)));
        let target = tape.resolve(value);
        if !tape.is_mapping(target) {
            let service = text(target).filter(|service| !service.is_empty()).ok_or_else(bad)?;
            return Ok(Extends { service, file: None });
        }
        let (mut service, mut file) = (None, None);
        let mut entries = Vec::new();
        self.resolve(Side::Before, target, &mut entries)?;
        for entry in entries {
            let text = text(entry.value);
            if tape.text(entry.value).is_none() || text == Some("") {
                return Err(bad());
            }
            match tape.text(entry.key) {
                Some("service") => service = text,
                Some("file") => file = text,
                _ => return Err(bad()),
            }
        }
        Ok(Extends { service: service.ok_or_else(bad)?, file })
    }

    fn resolve(&mut self, side: Side, mapping: NodeId, entries: &mut Vec<Entry>) -> Result<(), LayerError> {
        let resolved = self.mergers.of(side).resolve(mapping, entries);
        resolved.map_err(|error| LayerError::Doubt(error.on(side)))
    }
}

/// Notes the tag of the mapping that is the definition.
fn note_body_tag(tag: Option<&str>, is_alias: bool, layer: &mut Layer<'_>) {
    match tag {
        Some(OVERRIDE_TAG) if !is_alias => {
            layer.replaces = true;
            // Docker Compose ignores tags below this one, and merges the others as plain values.
            layer.own.unclear = (layer.tags > 1).then_some(Unclear::Tags);
        }
        Some(OVERRIDE_TAG | RESET_TAG) => layer.own.unclear = Some(Unclear::Tags),
        _ => {}
    }
}

/// Returns the value of a key with this rule, which is known; none where it is of another kind than Docker Compose accepts.
pub(super) fn read_value<'t>(
    tape: &'t Tape,
    value: NodeId,
    rule: Rule,
    values: &mut Values<'t>,
) -> Result<Option<Value>, Exhausted> {
    let target = tape.resolve(value);
    if is_null(tape, target) {
        return Ok(Some(Value::Unset));
    }
    if rule == Rule::Last {
        return Ok(tape.text(target).map(|text| Value::Text(values.text(text))));
    }
    if tape.node(target).kind != Kind::Sequence {
        return Ok(None);
    }
    let texts =
        tape.children(target).map(|item| tape.text(item).filter(|_| !is_null(tape, tape.resolve(item))));
    match texts.map(|text| text.map(|text| values.text(text))).collect() {
        Some(items) => values.list(rule, items).map(Some),
        None => Ok(None),
    }
}

/// Whether a node is null.
pub(super) fn is_null(tape: &Tape, id: NodeId) -> bool {
    match tape.tag(id) {
        Some("tag:yaml.org,2002:null") => true,
        None | Some("!") => {
            tape.node(id).kind == Kind::Plain
                && matches!(tape.text(id), Some("" | "~" | "null" | "Null" | "NULL"))
        }
        // Under any other tag go-yaml takes `~` for a text.
        Some(_) => false,
    }
}

/// Whether a node has tags about earlier layers inside; what its aliases stand for does not count.
pub(super) fn has_tags(tape: &Tape, id: NodeId) -> bool {
    let start = tape.tags.partition_point(|(node, _)| *node < id);
    let mut inside = tape.tags[start..].iter().take_while(|(node, _)| *node < tape.next(id));
    inside.any(|(_, tag)| is_tag(tag))
}

/// The nodes with a tag about earlier layers, and the aliases of what has such a node inside, in order.
///
/// Docker Compose takes the tags reached by an alias for tags at the alias's place.
pub(super) fn marks(tape: &Tape) -> Vec<NodeId> {
    let mut marks = Vec::new();
    let mut tagged = tape.tags.iter().filter(|(_, tag)| is_tag(tag)).map(|(node, _)| *node).peekable();
    if tagged.peek().is_none() {
        return marks;
    }
    for (id, node) in (0..).zip(&tape.nodes) {
        let is_tagged = tagged.next_if_eq(&id).is_some();
        // What an alias stands for is complete before it.
        if is_tagged || node.kind == Kind::Alias && count_inside(&marks, tape, tape.resolve(id)) > 0 {
            marks.push(id);
        }
    }
    marks
}

/// The number of `marks` inside a node.
pub(super) fn count_inside(marks: &[NodeId], tape: &Tape, id: NodeId) -> usize {
    let end = tape.next(id);
    marks.partition_point(|mark| *mark < end) - marks.partition_point(|mark| *mark < id)
}

fn is_tag(tag: &str) -> bool {
    matches!(tag, RESET_TAG | OVERRIDE_TAG)
}
