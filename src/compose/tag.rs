//! Tags that Docker Compose merges layers by, and those that mean nothing to it.

use crate::yaml::Node;

/// Removes what earlier layers set.
const RESET: &str = "!reset";

/// Replaces what earlier layers set.
const OVERRIDE: &str = "!override";

/// Whether `!reset` removes what earlier layers set in the place of `node`.
#[must_use]
pub fn is_reset(node: Node<'_>) -> bool {
    node.tag().is_some_and(|tag| tag.is(RESET))
}

/// Whether `!override` makes `node` replace what earlier layers set in its place.
#[must_use]
pub fn is_override(node: Node<'_>) -> bool {
    node.tag().is_some_and(|tag| tag.is(OVERRIDE))
}

/// Whether `node` has one of the tags that say how layers are merged.
#[must_use]
pub fn is_compose_tag(node: Node<'_>) -> bool {
    is_reset(node) || is_override(node)
}

/// Whether the tag of a mapping or sequence, if it has one, says no more than that it is one.
///
/// Docker Compose sees any other tag of what is merged at a path of its own, where nothing tells what it does. Which of
/// the two it says does not matter.
#[must_use]
pub fn is_plainly_tagged(node: Node<'_>) -> bool {
    node.tag().is_none_or(|tag| tag.is_core("map") || tag.is_core("seq"))
}
