//! One definition of a service on both sides, its merge keys resolved: what it sets, deletes and extends.

use super::super::budget::Exhausted;
use super::super::merge::{Entry, Merger};
use super::super::node::{Kind, NodeId};
use super::super::project_fault::{ProjectFault, Unclear};
use super::super::tape::{OVERRIDE_TAG, RESET_TAG, Tape};
use super::super::unreadable::Side;
use super::super::verdict::Doubt;
use super::state::{BlockId, KeyId, Keys, Pin, Slot, State};
use super::value::{Rule, Value, Values};

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
    /// The number of tags in it, and of aliases of something with tags, that speak of earlier layers.
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
    pub(super) mergers: [Merger<'t>; 2],
    pub(super) keys: &'r Keys<'t>,
    pub(super) values: &'r mut Values<'t>,
    /// The [`marks`] of the text before.
    pub(super) marks: Vec<NodeId>,
    /// The block of the document.
    pub(super) block: Option<BlockId>,
    pub(super) entries: [Vec<Entry>; 2],
}

impl<'t> LayerReader<'_, 't> {
    /// Reads a definition; `number` is its own among all.
    pub(super) fn read(
        &mut self,
        before: NodeId,
        after: NodeId,
        number: u32,
    ) -> Result<Layer<'t>, LayerError> {
        let [left, right] = [self.mergers[0].tape, self.mergers[1].tape];
        let is_alias = left.node(before).kind == Kind::Alias;
        let [body, new_body] = [left.resolve(before), right.resolve(after)];
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
        match left.tag(body) {
            Some(OVERRIDE_TAG) if !is_alias => {
                layer.replaces = true;
                // Docker Compose looks for no tags below this one, and merges the others as plain values.
                layer.own.unclear = (layer.tags > 1).then_some(Unclear::Tags);
            }
            Some(OVERRIDE_TAG | RESET_TAG) => layer.own.unclear = Some(Unclear::Tags),
            _ => {}
        }
        let [mut here, mut there] = std::mem::take(&mut self.entries);
        self.resolve(Side::Before, body, &mut here)?;
        self.resolve(Side::After, new_body, &mut there)?;
        if !is_alias {
            // Behind an alias Docker Compose deletes the entry, and forgets that it is to be deleted elsewhere.
            let resets = self.mergers[0].resets.iter().filter_map(|key| self.keys.get(left.text(*key)?));
            layer.cleared.extend(resets);
        }
        let overrides = &self.mergers[0].overrides;
        if overrides.iter().any(|key| left.text(*key).is_some_and(|name| self.keys.get(name).is_some())) {
            // It has an effect even where the mapping's own key wins, and none behind a list.
            layer.own.unclear = Some(Unclear::Tags);
        }
        let mut set = Vec::new();
        for entry in &here {
            let Some(name) = left.text(entry.key) else { continue };
            if name == "extends" {
                layer.extends = Some(self.extends(left, entry.value)?);
            }
            if let Some(key) = self.keys.get(name) {
                note_tags(left, entry, is_alias, key, &mut layer);
                let before = self.value(left, entry.value, key, number, &mut layer.own)?;
                set.push((key, Slot { before, ..Slot::default() }));
            }
        }
        for entry in &there {
            let Some(key) = right.text(entry.key).and_then(|name| self.keys.get(name)) else { continue };
            let after = self.value(right, entry.value, key, number, &mut layer.own)?;
            let before = set.iter_mut().find(|(known, _)| *known == key);
            // An empty list of its own is no gain, but keeps one off.
            let is_pin = !entry.merged
                && self.values.is_empty_list(after)
                && before.as_ref().is_none_or(|(_, slot)| slot.before != after);
            layer.own.pin = layer.own.pin.or(self.block.filter(|_| is_pin).map(|block| Pin { key, block }));
            if let Some((_, slot)) = before {
                slot.after = after;
                // A pin takes the block's value away here.
                layer.own.pinned |= slot.before != after;
                layer.own.changed |= layer.own.pinned;
            } else {
                let block = self.block.filter(|_| !is_pin);
                set.push((key, Slot { before: Value::Unset, after, block }));
                layer.own.changed = true;
            }
        }
        layer.own.tagged = layer.own.changed && layer.tags > 0;
        layer.own.set(&set, self.keys);
        self.entries = [here, there];
        Ok(layer)
    }

    /// The value of a key by its rule.
    fn value(
        &mut self,
        tape: &'t Tape,
        value: NodeId,
        key: KeyId,
        number: u32,
        own: &mut State,
    ) -> Result<Value, Exhausted> {
        let rule = self.keys.rules[key as usize];
        let read = read_value(tape, value, rule, number, self.values)?;
        Ok(read.unwrap_or_else(|| {
            own.unclear = own.unclear.or(Some(Unclear::Kind));
            Value::Unset
        }))
    }

    fn extends(&mut self, tape: &'t Tape, value: NodeId) -> Result<Extends<'t>, LayerError> {
        let bad = || LayerError::Fault(ProjectFault::Extends(tape.line(value)));
        // No file is a null, and no service is one.
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
        let merger = &mut self.mergers[usize::from(side == Side::After)];
        merger.resolve(mapping, entries).map_err(|error| LayerError::Doubt(error.on(side)))
    }
}

/// Notes the tag of what a key of a block is set to.
fn note_tags(tape: &Tape, entry: &Entry, is_alias: bool, key: KeyId, layer: &mut Layer<'_>) {
    let target = tape.resolve(entry.value);
    match tape.tag(target) {
        Some(OVERRIDE_TAG) if !entry.merged && !is_alias && target == entry.value => layer.cleared.push(key),
        Some(OVERRIDE_TAG | RESET_TAG) => layer.own.unclear = Some(Unclear::Tags),
        _ => {}
    }
}

/// Returns the value of a key with this rule; none where it is of another kind than Docker Compose takes.
pub(super) fn read_value<'t>(
    tape: &'t Tape,
    value: NodeId,
    rule: Rule,
    number: u32,
    values: &mut Values<'t>,
) -> Result<Option<Value>, Exhausted> {
    let target = tape.resolve(value);
    if rule == Rule::Unknown {
        return values.list(rule, vec![number]).map(Some);
    }
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

/// Whether a node has tags inside that speak of earlier layers; what its aliases stand for does not count.
pub(super) fn has_tags(tape: &Tape, id: NodeId) -> bool {
    let start = tape.tags.partition_point(|(node, _)| *node < id);
    let mut inside = tape.tags[start..].iter().take_while(|(node, _)| *node < tape.next(id));
    inside.any(|(_, tag)| is_tag(tag))
}

/// The nodes with a tag that speaks of earlier layers, and the aliases of what has such a node inside, in order.
///
/// Docker Compose takes the tags behind an alias for tags at the alias's place.
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
fn count_inside(marks: &[NodeId], tape: &Tape, id: NodeId) -> usize {
    let end = tape.next(id);
    marks.partition_point(|mark| *mark < end) - marks.partition_point(|mark| *mark < id)
}

fn is_tag(tag: &str) -> bool {
    matches!(tag, RESET_TAG | OVERRIDE_TAG)
}
