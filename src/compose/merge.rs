//! Merge keys: which mappings make up a mapping, in order of precedence.

use foldhash::HashSet;

use super::{Aliases, ComposeError, ComposeRule, is_plainly_tagged};
use crate::yaml::{Entry, Node, NodeKind};

/// How many mappings can be merged into one, directly and through one another.
pub const MAX_MERGED_MAPPINGS: usize = 10_000;

/// How many mappings, entries and items of lists the services of a file can be made of in total; what several merge counts
/// for each.
pub const MAX_MERGED_IN_FILE: usize = 4_000_000;

/// In a large file they can be so many for each of its nodes: a template with 60 keys that every service merges stays
/// below it.
const MAX_MERGED_PER_NODE: usize = 16;

/// What the services of a file are made of, counted as it is looked at.
pub(super) struct Merged {
    count: usize,
    limit: usize,
}

impl Merged {
    /// Nothing yet, for a file of so many nodes.
    pub(super) fn of_file(nodes: usize) -> Self {
        Self { count: 0, limit: MAX_MERGED_IN_FILE.max(MAX_MERGED_PER_NODE * nodes) }
    }

    /// Adds so many mappings or entries.
    pub(super) fn add(&mut self, count: usize) {
        self.count += count;
    }

    /// Adds the items of a list; nothing for another node.
    pub(super) fn add_items(&mut self, list: Node<'_>) {
        if list.is_sequence() {
            self.count += list.children().count();
        }
    }

    /// Adds mappings with their entries, and the items of the lists that they merge.
    pub(super) fn add_layers<'t>(&mut self, layers: &[Node<'t>], aliases: &Aliases<'t>) {
        self.add(layers.len());
        for entry in layers.iter().flat_map(|layer| layer.entries()) {
            self.add(1);
            if is_merge_key(entry.key) {
                self.add_items(aliases.resolve(entry.value));
            }
        }
    }

    /// Checks that there are not too many, at the key of the service that was added last.
    ///
    /// # Errors
    /// More than the limit.
    pub(super) fn check(&self, key: Node<'_>) -> Result<(), ComposeError> {
        if self.count <= self.limit {
            return Ok(());
        }
        Err(ComposeError { rule: ComposeRule::TooMuchMerging(self.limit), span: key.span() })
    }
}

/// A step on the way through a mapping and the mappings merged into it; what comes first wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeStep<'t> {
    /// A mapping; its own entries count before those of what it merges.
    Enter(Node<'t>),
    /// The end of a mapping and of all that it merges.
    Leave(Node<'t>),
}

/// Whether `key` is a merge key: a plain `<<` without another tag than `!`, or one tagged `!!merge`.
#[must_use]
pub fn is_merge_key(key: Node<'_>) -> bool {
    key.is_text("<<")
        && match key.tag() {
            Some(tag) if !tag.is("!") => tag.is_core("merge"),
            _ => key.kind() == NodeKind::Plain,
        }
}

/// The merge entry of `mapping`.
#[must_use]
pub fn merge_entry(mapping: Node<'_>) -> Option<Entry<'_>> {
    mapping.entries().find(|entry| is_merge_key(entry.key))
}

/// Walks through `mapping` and the mappings merged into it, directly and through one another, each once.
///
/// # Errors
/// A merge key whose value is not a mapping or has a tag, or too many of them.
pub fn walk_merged<'t>(
    mapping: Node<'t>,
    aliases: &Aliases<'t>,
    mut visit: impl FnMut(MergeStep<'t>),
) -> Result<(), ComposeError> {
    let Some(merge) = merge_entry(mapping) else {
        visit(MergeStep::Enter(mapping));
        visit(MergeStep::Leave(mapping));
        return Ok(());
    };
    visit(MergeStep::Enter(mapping));
    let mut seen = HashSet::from_iter([mapping.id()]);
    let mut waiting = vec![MergeStep::Leave(mapping)];
    queue(merge.value, aliases, &mut waiting)?;
    while let Some(step) = waiting.pop() {
        let MergeStep::Enter(layer) = step else {
            visit(step);
            continue;
        };
        if !seen.insert(layer.id()) {
            continue;
        }
        if seen.len() > MAX_MERGED_MAPPINGS {
            let rule = ComposeRule::TooManyMerges(MAX_MERGED_MAPPINGS);
            return Err(ComposeError { rule, span: mapping.span() });
        }
        visit(step);
        waiting.push(MergeStep::Leave(layer));
        if let Some(merge) = merge_entry(layer) {
            queue(merge.value, aliases, &mut waiting)?;
        }
    }
    Ok(())
}

/// Returns `mapping` and the mappings merged into it, directly and through one another; what comes first wins.
///
/// # Errors
/// A merge key whose value is not a mapping or has a tag, or too many of them.
pub fn with_merged<'t>(mapping: Node<'t>, aliases: &Aliases<'t>) -> Result<Vec<Node<'t>>, ComposeError> {
    let mut found = Vec::new();
    walk_merged(mapping, aliases, |step| {
        if let MergeStep::Enter(layer) = step {
            found.push(layer);
        }
    })?;
    Ok(found)
}

/// Checks that `value` can be the value of a merge key.
///
/// # Errors
/// What is neither a mapping nor a list of mappings, or has a tag.
pub(super) fn check_merge<'t>(value: Node<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    queue(value, aliases, &mut Vec::new())
}

/// Checks that `value` can be the value of a merge key, where a tag on it does nothing to a service.
///
/// # Errors
/// What is neither a mapping nor a list of mappings.
pub(super) fn check_merge_kind<'t>(value: Node<'t>, aliases: &Aliases<'t>) -> Result<(), ComposeError> {
    queue_with(|_| Ok(()), value, aliases, &mut Vec::new())
}

fn queue<'t>(
    value: Node<'t>,
    aliases: &Aliases<'t>,
    waiting: &mut Vec<MergeStep<'t>>,
) -> Result<(), ComposeError> {
    queue_with(check_tag, value, aliases, waiting)
}

/// Puts the mappings that the value of a merge key names on top of `waiting`, the first of them uppermost.
fn queue_with<'t>(
    check: impl Fn(Node<'t>) -> Result<(), ComposeError>,
    value: Node<'t>,
    aliases: &Aliases<'t>,
    waiting: &mut Vec<MergeStep<'t>>,
) -> Result<(), ComposeError> {
    let error = |node: Node<'_>| ComposeError { rule: ComposeRule::Merge, span: node.span() };
    check(value)?;
    let target = aliases.resolve(value);
    if target.is_mapping() {
        waiting.push(MergeStep::Enter(target));
        return Ok(());
    }
    if !target.is_sequence() {
        return Err(error(value));
    }
    let queued = waiting.len();
    for item in target.children() {
        check(item)?;
        let layer = aliases.resolve(item);
        if !layer.is_mapping() {
            return Err(error(item));
        }
        waiting.push(MergeStep::Enter(layer));
    }
    waiting[queued..].reverse();
    Ok(())
}

fn check_tag(merged: Node<'_>) -> Result<(), ComposeError> {
    if is_plainly_tagged(merged) {
        return Ok(());
    }
    Err(ComposeError { rule: ComposeRule::TaggedMerge, span: merged.span() })
}
