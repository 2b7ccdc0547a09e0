//! Compares the second reader's view of an unchanged text with another reader's outline of it.

use std::borrow::Cow;

use super::node::{Kind, NodeId};
use super::reader::read;
use super::shadow::Reading;
use super::tape::Tape;
use super::unreadable::{ReadFault, Unreadable};

/// A node as another reader sees it. Nodes come in document order, each before its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlined<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its tag in full.
    pub tag: Option<String>,
    /// A scalar's content; nothing for other nodes.
    pub content: Cow<'t, str>,
    /// A collection's number of children, or the place of the node that an alias refers to; 0 for scalars.
    pub number: usize,
}

/// Where two readers disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// The second reader cannot read the text.
    Unreadable {
        /// The line, counted from 1.
        line: usize,
        /// Its reason.
        reason: Unreadable,
    },
    /// It sees something else in the place of a node, or nothing.
    Differs {
        /// The place of the node in the outline; its length where the second reader sees more.
        node: usize,
    },
}

/// Compares what the second reader sees in `reading` with an `outline` of it.
#[must_use]
pub fn disagreement(reading: &Reading, outline: &[Outlined<'_>]) -> Option<Disagreement> {
    let tape = match read(reading) {
        Ok(tape) => tape,
        Err(ReadFault { line, reason }) => return Some(Disagreement::Unreadable { line, reason }),
    };
    let places = (0..).zip(outline);
    let same = places.take_while(|(id, outlined)| sees(&tape, *id, outlined)).count();
    let ended = same == outline.len() && same == tape.nodes.len();
    (!ended).then_some(Disagreement::Differs { node: same })
}

fn sees(tape: &Tape, id: NodeId, outlined: &Outlined<'_>) -> bool {
    let Some(node) = tape.nodes.get(id as usize) else { return false };
    let number = match node.kind {
        Kind::Alias => node.first as usize,
        kind if kind.is_collection() => node.second as usize,
        _ => 0,
    };
    let content = tape.text(id).filter(|_| node.kind.is_scalar()).unwrap_or_default();
    let is_block = matches!(node.kind, Kind::Literal | Kind::Folded);
    let same = content == outlined.content || (is_block && differ_in_last_break(content, &outlined.content));
    (node.kind, number, tape.tag(id)) == (outlined.kind, outlined.number, outlined.tag.as_deref()) && same
}

/// Readers differ on the last line break of a block scalar whose last line has none. It matters only if the scalar
/// has nothing else.
fn differ_in_last_break(one: &str, other: &str) -> bool {
    let trimmed = one.trim_end_matches('\n');
    !trimmed.is_empty() && trimmed == other.trim_end_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(content: &str) -> Outlined<'_> {
        Outlined { kind: Kind::Plain, tag: None, content: content.into(), number: 0 }
    }

    fn compare(text: &str, outline: &[Outlined<'_>]) -> Option<Disagreement> {
        disagreement(&Reading { text, separations: &[] }, outline)
    }

    #[test]
    fn finds_the_first_node_that_differs() {
        let list = |number| Outlined { kind: Kind::Sequence, number, ..scalar("") };
        let alias = |number| Outlined { kind: Kind::Alias, number, ..scalar("") };
        let text = "- &a b\n- *a\n";
        assert_eq!(compare(text, &[list(2), scalar("b"), alias(1)]), None);
        for (outline, node) in [
            (&[list(2), scalar("c"), alias(1)][..], 1),
            (&[list(2), scalar("b"), alias(0)], 2),
            (&[list(2), scalar("b")], 2),
            (&[list(2), scalar("b"), alias(1), scalar("c")], 3),
            (&[list(3), scalar("b"), alias(1)], 0),
        ] {
            assert_eq!(compare(text, outline), Some(Disagreement::Differs { node }), "{outline:?}");
        }
        let tagged = Outlined { tag: Some("!t".to_owned()), ..scalar("b") };
        assert_eq!(compare("!t b", &[tagged]), None);
        assert_eq!(compare("!t b", &[scalar("b")]), Some(Disagreement::Differs { node: 0 }));
    }

    #[test]
    fn the_last_break_of_a_block_scalar_counts_where_it_is_all_there_is() {
        let block = |content| [Outlined { kind: Kind::Literal, ..scalar(content) }];
        assert_eq!(["b", "b\n"].map(|content| compare("|\n  b", &block(content))), [None, None]);
        assert_eq!(compare("|+\n\n", &block("\n")), None);
        for (text, content) in [("|\n  b", "c"), ("|+\n\n", "")] {
            assert_eq!(compare(text, &block(content)), Some(Disagreement::Differs { node: 0 }), "{text}");
        }
        assert_eq!(
            compare("\"b\\n\"", &[Outlined { kind: Kind::DoubleQuoted, ..scalar("b") }]),
            Some(Disagreement::Differs { node: 0 })
        );
    }

    #[test]
    fn says_why_it_cannot_read() {
        let found = compare("a: 1\nb: ]\n", &[]);
        assert!(matches!(found, Some(Disagreement::Unreadable { line: 2, .. })), "{found:?}");
    }
}
