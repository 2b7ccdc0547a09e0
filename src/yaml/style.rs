//! How a document is laid out: its indentation, and where its block sequences are.

use super::node::Node;
use super::tree::NodeKind;

/// The widest step of indentation that is taken over from a document.
const MAX_STEP: usize = 8;

/// The layout of new block collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How many columns a mapping is indented more than the mapping it is in.
    pub step: usize,
    /// How many columns a block sequence is indented more than the mapping it is in.
    pub sequence: usize,
}

impl Style {
    /// Reads the layout off `document`: the step from its root's entries to the first block mapping below one,
    /// and the place of its first block sequence. Two columns for what it does not show.
    #[must_use]
    pub fn of(document: Node<'_>) -> Self {
        let root = document.children().next();
        let step = root.and_then(|root| {
            root.entries().filter(|entry| entry.value.kind() == NodeKind::BlockMapping).find_map(|entry| {
                let step = column(entry.value).checked_sub(column(root))?;
                (1..=MAX_STEP).contains(&step).then_some(step)
            })
        });
        let step = step.unwrap_or(2);
        Self { step, sequence: sequence_offset(document).unwrap_or(step) }
    }
}

fn sequence_offset(document: Node<'_>) -> Option<usize> {
    let mappings = document.descendants().filter(|node| node.kind() == NodeKind::BlockMapping);
    for mapping in mappings {
        for entry in mapping.entries() {
            if entry.value.kind() == NodeKind::BlockSequence {
                let offset = column(entry.value).checked_sub(column(mapping))?;
                return (offset <= MAX_STEP).then_some(offset);
            }
        }
    }
    None
}

/// The column of a block collection's first entry, in bytes.
fn column(node: Node<'_>) -> usize {
    let text = node.tree().text().as_bytes();
    let start = node.content_span().start() as usize;
    let line = text[..start].rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    // A byte order mark takes no column.
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).len()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        for text in
            ["services:\n    web:\n        ports:\n        - a\n", "a: b\nx:\n    y: [z]\n    w:\n    - v\n"]
        {
            let marked = format!("\u{feff}{text}");
            let styles = [text, &marked].map(|text| Style::of(parse(text).documents().next().unwrap()));
            assert_eq!(styles, [Style { step: 4, sequence: 0 }; 2], "{text}");
        }
    }
}
