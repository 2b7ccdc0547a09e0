//! The edits that merge the block into one service.

use super::RefusalReason;
use super::refusal::Obstacle;
use crate::compose::{Aliases, Body, is_plainly_tagged, merge_entry};
use crate::text::Edit;
use crate::yaml::{Node, NodeKind, TokenKind, edit};

/// How deep merged mappings that are written inside one another are searched.
const MAX_INLINE_MERGES: usize = 64;

/// Edits that merge the block into a service, and how Docker Compose reaches the block by them.
pub(super) struct Injection {
    pub(super) edits: Vec<Edit>,
    /// The place in a list of merged mappings; none where the block is merged by itself.
    pub(super) index: Option<usize>,
}

/// Where in a list of merged mappings the block goes.
pub(super) trait Places {
    /// Whether it has to be in a list even if nothing else is merged.
    fn is_listed(&self) -> bool;

    /// The first place from `minimum` on that it can have.
    fn free(&self, minimum: usize) -> usize;
}

/// Returns the least edits that merge the block with `anchor` into the service with `body`, so that whatever
/// else the service merges wins over it.
pub(super) fn inject<'t>(
    body: Body<'t>,
    aliases: &Aliases<'t>,
    anchor: &str,
    places: &impl Places,
) -> Result<Injection, Obstacle> {
    // Joined, not formatted: this is done for every service.
    let alias = ["*", anchor].concat();
    match body {
        Body::Null | Body::Removed | Body::Faulty => Ok(Injection { edits: Vec::new(), index: None }),
        Body::Alias { alias: node, target } => {
            if !is_plainly_tagged(target) {
                return Err(RefusalReason::TaggedMerge.at(node.span()));
            }
            let (items, index) = items_from(1, &alias, places);
            let edits = edit::wrap(node, "{<<: [", &format!(", {}]}}", items.join(", ")));
            Ok(Injection { edits, index: Some(index) })
        }
        Body::Mapping(mapping) => inject_into(mapping, aliases, &alias, places),
    }
}

/// The items that bring the block after `minimum` others: empty mappings, which merge nothing, up to its place.
pub(super) fn items_from<'a>(minimum: usize, alias: &'a str, places: &impl Places) -> (Vec<&'a str>, usize) {
    let index = places.free(minimum);
    let mut items = vec!["{}"; index - minimum];
    items.push(alias);
    (items, index)
}

fn inject_into<'t>(
    mapping: Node<'t>,
    aliases: &Aliases<'t>,
    alias: &str,
    places: &impl Places,
) -> Result<Injection, Obstacle> {
    let mut inner = mapping;
    for _ in 0..MAX_INLINE_MERGES {
        let Some(merge) = merge_entry(inner) else {
            return Ok(insert_merge(inner, alias, places));
        };
        let value = merge.value;
        let anchored = value.anchor().is_some();
        match value.kind() {
            NodeKind::BlockMapping if !anchored => {
                inner = value;
                continue;
            }
            NodeKind::FlowMapping if !anchored && value.children().next().is_none() => {
                inner = value;
                continue;
            }
            NodeKind::BlockMapping | NodeKind::BlockSequence if ends_in_open_line(value) => {
                return Err(RefusalReason::OpenLine.at(value.span()));
            }
            _ => {}
        }
        let appended = value.is_sequence() && !anchored;
        let (items, index) = items_from(if appended { value.children().count() } else { 1 }, alias, places);
        let wrap = |before, after| edit::wrap(value, before, &format!("{after}, {}]", items.join(", ")));
        let edits = match value.kind() {
            _ if appended => edit::append_items(value, &items),
            // What has an anchor is merged elsewhere too, and keeps its content.
            NodeKind::BlockMapping | NodeKind::BlockSequence => {
                let listed = edit::list_merged(&merge, &items);
                listed.ok_or_else(|| RefusalReason::AnchoredMerge.at(value.span()))?
            }
            // A list inside a list cannot be merged; a mapping that merges the list can.
            _ if aliases.resolve(value).is_sequence() => wrap("[{<<: ", "}"),
            _ => wrap("[", ""),
        };
        return Ok(Injection { edits, index: Some(index) });
    }
    Err(RefusalReason::InlineMerges(MAX_INLINE_MERGES).at(mapping.span()))
}

/// Adds a merge key to `mapping`, which has none.
fn insert_merge(mapping: Node<'_>, alias: &str, places: &impl Places) -> Injection {
    if !places.is_listed() {
        return Injection {
            edits: vec![edit::insert_first_entry(mapping, &format!("<<: {alias}"))],
            index: None,
        };
    }
    let (items, index) = items_from(0, alias, places);
    let entry = format!("<<: [{}]", items.join(", "));
    Injection { edits: vec![edit::insert_first_entry(mapping, &entry)], index: Some(index) }
}

/// Whether `node` ends with a block scalar at the end of the text, whose last line has no line break, and would gain
/// one from a line after it.
fn ends_in_open_line(node: Node<'_>) -> bool {
    let tree = node.tree();
    let behind = &tree.text()[node.span().end() as usize..];
    let last = node.end_token().checked_sub(1).and_then(|token| tree.token(token));
    let has_lines = match last {
        Some((TokenKind::BlockBody, _)) => true,
        Some((TokenKind::BlockHeader, _)) => behind.contains(['\n', '\r']),
        _ => false,
    };
    has_lines && behind.trim().is_empty() && !tree.text().ends_with(['\n', '\r'])
}
