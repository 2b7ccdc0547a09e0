//! Merge keys: which mappings make up a mapping, in order of precedence.

use foldhash::{HashSet, HashSetExt};

use super::{Aliases, ComposeError, ComposeRule};
use crate::yaml::{Entry, Node, NodeKind};

/// How many mappings can be merged into one, directly and through one another.
pub const MAX_MERGED_MAPPINGS: usize = 10_000;

/// Whether `key` is a merge key: a plain `<<` without another tag than `!`, or one tagged `!!merge`.
#[must_use]
pub fn is_merge_key(key: Node<'_>) -> bool {
    key.is_text("<<")
        && match key.tag() {
            None | Some("!") => key.kind() == NodeKind::Plain,
            tag => tag == Some("!!merge"),
        }
}

/// The merge entry of `mapping`.
#[must_use]
pub fn merge_entry(mapping: Node<'_>) -> Option<Entry<'_>> {
    mapping.entries().find(|entry| is_merge_key(entry.key))
}

/// Returns `mapping` and the mappings merged into it, directly and through one another; what comes first wins.
///
/// # Errors
/// A merge key whose value is no mapping, or too many of them.
pub fn layers<'t>(mapping: Node<'t>, aliases: &Aliases<'t>) -> Result<Vec<Node<'t>>, ComposeError> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![mapping];
    while let Some(layer) = waiting.pop() {
        if !seen.insert(layer.id()) {
            continue;
        }
        if found.len() >= MAX_MERGED_MAPPINGS {
            return Err(ComposeError {
                rule: ComposeRule::TooManyMerges(MAX_MERGED_MAPPINGS),
                span: mapping.span(),
            });
        }
        found.push(layer);
        if let Some(merge) = merge_entry(layer) {
            let queued = waiting.len();
            queue(merge.value, aliases, &mut waiting)?;
            waiting[queued..].reverse();
        }
    }
    Ok(found)
}

fn queue<'t>(
    value: Node<'t>,
    aliases: &Aliases<'t>,
    waiting: &mut Vec<Node<'t>>,
) -> Result<(), ComposeError> {
    let error = |node: Node<'_>| ComposeError { rule: ComposeRule::Merge, span: node.span() };
    let target = aliases.resolve(value);
    if target.is_mapping() {
        waiting.push(target);
        return Ok(());
    }
    if !target.is_sequence() {
        return Err(error(value));
    }
    for item in target.children() {
        let layer = aliases.resolve(item);
        if !layer.is_mapping() {
            return Err(error(item));
        }
        waiting.push(layer);
    }
    Ok(())
}
