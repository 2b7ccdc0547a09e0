//! The tags by which Docker Compose merges layers otherwise than by itself.

use crate::yaml::Node;

/// Removes what earlier layers set.
const RESET: &str = "!reset";

/// Replaces what earlier layers set.
const OVERRIDE: &str = "!override";

/// Whether `!reset` removes what earlier layers set in the place of `node`.
#[must_use]
pub fn is_reset(node: Node<'_>) -> bool {
    node.tag() == Some(RESET)
}

/// Whether `!override` makes `node` replace what earlier layers set in its place.
#[must_use]
pub fn is_override(node: Node<'_>) -> bool {
    node.tag() == Some(OVERRIDE)
}

/// Whether `node` has one of the tags that say how layers are merged.
#[must_use]
pub fn is_compose_tag(node: Node<'_>) -> bool {
    matches!(node.tag(), Some(RESET | OVERRIDE))
}
