//! The edits that merge the block into one service.

use super::RefusalReason;
use super::block::Obstacle;
use crate::compose::{Aliases, Body, merge_entry};
use crate::text::Edit;
use crate::yaml::{Node, NodeKind, TokenKind, edit};

/// How deep merged mappings are looked into that are written inside one another.
const MAX_INLINE_MERGES: usize = 64;

/// Edits that merge the block into a service, and how Docker Compose reaches the block by them.
pub(super) struct Injection {
    pub(super) edits: Vec<Edit>,
    /// The place in a list of merged mappings; none where the block is merged by itself.
    pub(super) index: Option<usize>,
}

/// Returns the least edits that merge the block with `anchor` into the service with `body`, so that whatever
/// else the service merges wins over it. `listed` asks for a list also where the block is all that is merged.
pub(super) fn inject<'t>(
    body: Body<'t>,
    aliases: &Aliases<'t>,
    anchor: &str,
    listed: bool,
) -> Result<Injection, Obstacle> {
    // Joined, not formatted: this is done for every service.
    let alias = ["*", anchor].concat();
    match body {
        Body::Null | Body::Removed => Ok(Injection { edits: Vec::new(), index: None }),
        Body::Alias { alias: node, target } => {
            if !is_plainly_tagged(target) {
                return Err((RefusalReason::TaggedMerge, node.span()));
            }
            Ok(Injection { edits: edit::wrap(node, "{<<: [", &format!(", {alias}]}}")), index: Some(1) })
        }
        Body::Mapping(mapping) => inject_into(mapping, aliases, &alias, listed),
    }
}

fn inject_into<'t>(
    mapping: Node<'t>,
    aliases: &Aliases<'t>,
    alias: &str,
    listed: bool,
) -> Result<Injection, Obstacle> {
    let entry = if listed { ["<<: [", alias, "]"].concat() } else { ["<<: ", alias].concat() };
    let mut inner = mapping;
    for _ in 0..MAX_INLINE_MERGES {
        let Some(merge) = merge_entry(inner) else {
            let edits = vec![edit::insert_first_entry(inner, &entry)];
            return Ok(Injection { edits, index: listed.then_some(0) });
        };
        let value = merge.value;
        if value.tag().is_some_and(|tag| !matches!(tag, "!!map" | "!!seq")) {
            return Err((RefusalReason::TaggedMerge, value.span()));
        }
        let edits = match value.kind() {
            NodeKind::Alias if aliases.resolve(value).is_sequence() => {
                // A list inside a list cannot be merged; a mapping that merges the list can.
                edit::wrap(value, "[{<<: ", &format!("}}, {alias}]"))
            }
            NodeKind::BlockMapping | NodeKind::BlockSequence | NodeKind::FlowSequence
                if value.anchor().is_some() =>
            {
                return Err((RefusalReason::AnchoredMerge, value.span()));
            }
            NodeKind::BlockMapping => {
                inner = value;
                continue;
            }
            NodeKind::FlowMapping if value.children().next().is_none() && value.anchor().is_none() => {
                inner = value;
                continue;
            }
            NodeKind::BlockSequence if ends_in_open_line(value) => {
                return Err((RefusalReason::OpenLine, value.span()));
            }
            NodeKind::FlowSequence | NodeKind::BlockSequence => {
                let index = value.children().count();
                return Ok(Injection { edits: edit::append_item(value, alias), index: Some(index) });
            }
            _ => edit::wrap(value, "[", &format!(", {alias}]")),
        };
        return Ok(Injection { edits, index: Some(1) });
    }
    Err((RefusalReason::InlineMerges(MAX_INLINE_MERGES), mapping.span()))
}

/// Whether the tag of a mapping, if it has one, says no more than that it is a mapping.
pub(super) fn is_plainly_tagged(mapping: Node<'_>) -> bool {
    mapping.tag().is_none_or(|tag| matches!(tag, "!!map" | "!<tag:yaml.org,2002:map>"))
}

/// Whether `node` ends with a block scalar whose last line has no line break, and would gain one from a line
/// behind it.
fn ends_in_open_line(node: Node<'_>) -> bool {
    let last = node.end_token().checked_sub(1).and_then(|token| node.tree().token(token));
    last.is_some_and(|(kind, span)| {
        kind == TokenKind::BlockBody && !node.tree().slice(span).ends_with(['\n', '\r'])
    })
}
