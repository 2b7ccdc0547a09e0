//! What a mapping holds once its merge keys are resolved.
//!
//! A key of its own wins as a whole; of several merged mappings the first that has a key wins. The order is
//! the mapping's own entries, then those it gains, merge by merge.

use super::budget::{Budget, Exhausted, WorkLimit};
use super::node::{Kind, NodeId};
use super::tape::{OVERRIDE_TAG, RESET_TAG, Seen, Tape};
use super::unreadable::{ReadFault, Side, Unreadable};
use super::verdict::Doubt;

/// How many entries of mappings are looked at.
///
/// A template with 60 keys that every service merges stays below it.
const MAX_MERGED_PER_NODE: WorkLimit = WorkLimit {
    name: "MAX_MERGED_PER_NODE",
    unit: "entries of merged mappings",
    per_node: 16,
    least: 2_000_000,
};

/// An entry of a mapping, its own or merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: NodeId,
    pub(super) value: NodeId,
    /// Whether it comes from another mapping.
    pub(super) merged: bool,
}

/// Why a mapping's entries cannot be listed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MergeError {
    /// A merge key, or a key, is not what it must be.
    Unreadable(ReadFault),
    /// [`MAX_MERGED_PER_NODE`] is reached.
    TooMuchWork(Exhausted),
}

impl From<Exhausted> for MergeError {
    fn from(exhausted: Exhausted) -> Self {
        Self::TooMuchWork(exhausted)
    }
}

impl MergeError {
    pub(super) fn on(self, side: Side) -> Doubt {
        match self {
            Self::Unreadable(fault) => fault.on(side),
            Self::TooMuchWork(exhausted) => exhausted.into(),
        }
    }
}

/// Resolves the merge keys of one tape.
pub(super) struct Merger<'t> {
    pub(super) tape: &'t Tape,
    layers: Vec<NodeId>,
    visited: Seen<NodeId>,
    keys: Seen<&'t [u8]>,
    budget: Budget,
    /// Whether entries with the tag `!reset` count as absent, as between layers.
    skip_resets: bool,
    /// The keys of the mapping's own entries that are skipped.
    pub(super) resets: Vec<NodeId>,
    /// The keys of merged entries with the tag `!override`, also of those that others win over.
    pub(super) overrides: Vec<NodeId>,
}

impl<'t> Merger<'t> {
    pub(super) fn new(tape: &'t Tape) -> Self {
        Self {
            tape,
            layers: Vec::new(),
            visited: Seen::default(),
            keys: Seen::default(),
            budget: Budget::new(&MAX_MERGED_PER_NODE, tape.nodes.len()),
            skip_resets: false,
            resets: Vec::new(),
            overrides: Vec::new(),
        }
    }

    /// One that takes entries with the tag `!reset` for absent, as Docker Compose does before it merges.
    pub(super) fn without_resets(tape: &'t Tape) -> Self {
        Self { skip_resets: true, ..Self::new(tape) }
    }

    /// Puts the entries of `mapping`, merge keys resolved, into `entries`. Every key of them is a scalar.
    pub(super) fn resolve(&mut self, mapping: NodeId, entries: &mut Vec<Entry>) -> Result<(), MergeError> {
        entries.clear();
        self.resets.clear();
        self.overrides.clear();
        self.layers.clear();
        self.visited.clear();
        self.count_entries(mapping)?;
        entries.reserve(self.tape.entry_count(mapping));
        self.add_layer(mapping, entries, false)?;
        if self.layers.is_empty() {
            return Ok(());
        }
        self.keys.clear();
        for entry in entries.iter() {
            // The reader has made sure that the keys of one mapping differ.
            self.tape.bytes(entry.key).map(|key| self.keys.insert_new(key));
        }
        while let Some(layer) = self.layers.pop() {
            // What was merged before wins over a repetition.
            if self.visited.insert(layer) {
                self.count_entries(layer)?;
                self.add_layer(layer, entries, true)?;
            }
        }
        Ok(())
    }

    fn count_entries(&mut self, mapping: NodeId) -> Result<(), Exhausted> {
        self.budget.spend(1 + self.tape.entry_count(mapping))
    }

    /// Adds one mapping's own entries, if `merged` only those with a new key, and queues what it merges.
    fn add_layer(
        &mut self,
        mapping: NodeId,
        entries: &mut Vec<Entry>,
        merged: bool,
    ) -> Result<(), MergeError> {
        let tape = self.tape;
        for (key, value) in tape.entries(mapping) {
            let Some(text) = tape.bytes(key) else {
                return Err(unreadable(tape, key, Unreadable::Key));
            };
            if text == b"<<" && tape.is_merge_key(key) {
                self.queue(value)?;
                continue;
            }
            if self.skip_resets {
                match tape.tag(value) {
                    Some(RESET_TAG) if merged => continue,
                    Some(RESET_TAG) => {
                        self.resets.push(key);
                        continue;
                    }
                    Some(OVERRIDE_TAG) if merged => self.overrides.push(key),
                    _ => {}
                }
            }
            if !merged || self.keys.insert(text) {
                entries.push(Entry { key, value, merged });
            }
        }
        Ok(())
    }

    /// Queues the mappings that the value of a merge key names, the first to be taken first.
    fn queue(&mut self, value: NodeId) -> Result<(), MergeError> {
        let tape = self.tape;
        check_tag(tape, value)?;
        let target = tape.resolve(value);
        match tape.node(target).kind {
            Kind::Mapping => self.layers.push(target),
            Kind::Sequence => {
                let queued = self.layers.len();
                for item in tape.children(target) {
                    check_tag(tape, item)?;
                    let layer = tape.resolve(item);
                    if !tape.is_mapping(layer) {
                        return Err(unreadable(tape, item, Unreadable::MergeValue));
                    }
                    self.layers.push(layer);
                    self.budget.spend(1)?;
                }
                self.layers[queued..].reverse();
            }
            _ => return Err(unreadable(tape, value, Unreadable::MergeValue)),
        }
        Ok(())
    }
}

/// A tag on what is merged would vanish with it; no known program reads one there.
fn check_tag(tape: &Tape, id: NodeId) -> Result<(), MergeError> {
    match tape.tag(id) {
        None | Some("tag:yaml.org,2002:map" | "tag:yaml.org,2002:seq") => Ok(()),
        Some(_) => Err(unreadable(tape, id, Unreadable::MergeTag)),
    }
}

fn unreadable(tape: &Tape, id: NodeId, reason: Unreadable) -> MergeError {
    MergeError::Unreadable(ReadFault { line: tape.line(id), reason })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::reader::read;
    use super::super::shadow::Reading;
    use super::*;

    /// The entries of the last mapping of a sequence, as `key=value`.
    fn resolved(text: &str) -> Result<String, MergeError> {
        let tape = read(&Reading { text, separations: &[] }).unwrap();
        let mapping = tape.children(0).last().unwrap();
        let mut entries = Vec::new();
        Merger::new(&tape).resolve(mapping, &mut entries)?;
        let text = |id| tape.text(id).unwrap_or("-");
        Ok(entries.iter().map(|entry| [text(entry.key), "=", text(entry.value), " "].concat()).collect())
    }

    fn reason(text: &str) -> Unreadable {
        match resolved(text).unwrap_err() {
            MergeError::Unreadable(fault) => fault.reason,
            MergeError::TooMuchWork(exhausted) => panic!("{exhausted}"),
        }
    }

    #[test]
    fn an_own_key_wins_and_then_the_first_merged_one() {
        let text = "- &a {k: a, l: a}\n- &b {k: b, l: b, m: b}\n- {<<: [*a, *b], k: own}\n";
        assert_eq!(resolved(text).unwrap(), "k=own l=a m=b ");
    }

    #[test]
    fn merges_are_nested_and_come_before_the_next_of_the_list() {
        let text = "- &z {k: z, l: z}\n- &a {<<: *z, m: a}\n- &b {k: b, n: b}\n- {<<: [*a, *b]}\n";
        assert_eq!(resolved(text).unwrap(), "m=a k=z l=z n=b ");
    }

    #[test]
    fn takes_a_mapping_in_place_and_an_alias_of_a_sequence() {
        assert_eq!(resolved("- {<<: {k: a}}\n").unwrap(), "k=a ");
        assert_eq!(resolved("- &s [{k: a}, {k: b, l: b}]\n- {<<: *s}\n").unwrap(), "k=a l=b ");
        assert_eq!(resolved("- {<<: [], k: a}\n").unwrap(), "k=a ");
        assert_eq!(resolved("- {\"<<\": {k: a}}\n").unwrap(), "<<=- ");
    }

    #[test]
    fn refuses_to_merge_what_is_no_mapping() {
        for text in ["- <<:\n", "- <<: x\n", "- &x 1\n- <<: *x\n", "- <<: [x]\n", "- &s []\n- <<: [*s]\n"] {
            assert_eq!(reason(text), Unreadable::MergeValue, "{text}");
        }
        assert_eq!(reason("- <<: !reset {}\n"), Unreadable::MergeTag);
        assert_eq!(reason("- [a]: b\n"), Unreadable::Key);
    }

    #[test]
    fn merges_a_bomb_of_merges_once_each() {
        let mut text = "- &a0 {k: v}\n".to_owned();
        for level in 1..100 {
            let below = level - 1;
            writeln!(text, "- &a{level} {{<<: [*a{below}, *a{below}, *a{below}]}}").unwrap();
        }
        assert_eq!(resolved(&text).unwrap(), "k=v ");
    }

    #[test]
    fn follows_a_chain_of_many_merges() {
        let mut text = "- &a0 {k0: v}\n".to_owned();
        for level in 1..100_000 {
            let below = level - 1;
            writeln!(text, "- &a{level} {{k{level}: v, <<: *a{below}}}").unwrap();
        }
        assert_eq!(resolved(&text).unwrap().matches('=').count(), 100_000);
    }

    #[test]
    fn counts_every_mapping_entry_and_item_of_a_list_against_the_limit() {
        let text = "- &a {}\n- &b {}\n- {<<: [*a, *b, *a], k: v}\n";
        let tape = read(&Reading { text, separations: &[] }).unwrap();
        let mapping = tape.children(0).last().unwrap();
        let with_room = |looks: usize| {
            let mut merger = Merger::new(&tape);
            merger.budget.spend(2_000_000 - looks).unwrap();
            merger.resolve(mapping, &mut Vec::new())
        };
        // The mapping and its two entries, three items, and two mappings without entries.
        assert_eq!(with_room(8), Ok(()));
        let exhausted = Budget::new(&MAX_MERGED_PER_NODE, 0).spend(2_000_001).unwrap_err();
        for looks in 0..8 {
            assert_eq!(with_room(looks), Err(exhausted.into()), "{looks}");
        }
    }
}
