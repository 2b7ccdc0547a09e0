//! Says where the second reader reads an unchanged text differently from the first.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};

use crate::text::{Diagnostic, FileDiagnostic, Span, line_starts};
use crate::verify::{Construct, Disagreement, FileReading, Kind, Outlined, Unreadable, disagreement};
use crate::yaml::{Node, NodeKind, Tree, parse};

/// Returns the message about the first difference between both readers in the text of `file` before its change.
pub(super) fn diagnose(file: &FileReading<'_>) -> Option<FileDiagnostic> {
    let tree = parse(file.before.text);
    let found = disagreement(&file.before, &outline(&tree))?;
    let (title, span, words, help) = match &found {
        Disagreement::Unreadable { line, reason } => (
            "the second reader cannot read this text",
            line_span(tree.text(), *line),
            reason.to_string(),
            help(reason),
        ),
        Disagreement::Differs { node } => {
            let node = nodes(&tree).nth(*node).or_else(|| nodes(&tree).last());
            let span = node.map_or(Span::at(0), |node| first_line(&tree, node.span()));
            (
                "the two YAML readers disagree about this text",
                span,
                "the second reader sees something else here".to_owned(),
                OTHER_WAY,
            )
        }
    };
    let title = format!("{title}, so no change to it can be proved");
    let diagnostic = Diagnostic::error(title).at(span, words).help(help);
    Some(FileDiagnostic::new(file.path, diagnostic))
}

const OTHER_WAY: &str = "write this place differently";

/// What the user can do about what the second reader cannot read.
fn help(reason: &Unreadable) -> &'static str {
    match reason {
        Unreadable::TooDeep => "write the outer flow collections in block style",
        Unreadable::UnknownAnchor => "name each anchor before its aliases, in the same document",
        Unreadable::Syntax { construct, .. } => match construct {
            Construct::BlockScalar => "move the comment after the block scalar to another place",
            Construct::WhiteSpace => "replace the tabs with spaces",
            Construct::Flow => "write the flow collection in block style, or quote its scalars",
            Construct::TagHandle => "write the tag in full: `!<tag>`",
            Construct::Anchor => "give the anchor or alias a simple name",
            Construct::Other => OTHER_WAY,
        },
        _ => OTHER_WAY,
    }
}

fn nodes<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = Node<'t>> {
    tree.nodes().filter(|node| node.kind() != NodeKind::Document)
}

/// What the first reader sees in a text.
fn outline<'t>(tree: &'t Tree<'_>) -> Vec<Outlined<'t>> {
    let mut outline = Vec::new();
    let mut anchors: HashMap<&str, usize> = HashMap::new();
    for document in tree.documents() {
        for node in document.descendants() {
            let number = match node.alias() {
                Some(name) => anchors.get(name).copied().unwrap_or(usize::MAX),
                None => node.children().count(),
            };
            if let Some(name) = node.anchor() {
                anchors.insert(name, outline.len());
            }
            outline.push(Outlined {
                kind: kind(node),
                tag: node.tag().map(|tag| tag.to_string()),
                content: node.scalar().unwrap_or(Cow::Borrowed("")),
                number,
            });
        }
    }
    outline
}

fn kind(node: Node<'_>) -> Kind {
    match node.kind() {
        NodeKind::SingleQuoted => Kind::SingleQuoted,
        NodeKind::DoubleQuoted => Kind::DoubleQuoted,
        NodeKind::Literal => Kind::Literal,
        NodeKind::Folded => Kind::Folded,
        NodeKind::Alias => Kind::Alias,
        _ if node.is_sequence() => Kind::Sequence,
        _ if node.is_mapping() => Kind::Mapping,
        _ => Kind::Plain,
    }
}

fn first_line(tree: &Tree<'_>, span: Span) -> Span {
    let text = tree.slice(span);
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    place(span.start() as usize, length)
}

/// The text of a line, counted from 1, without the white space around it.
fn line_span(text: &str, line: usize) -> Span {
    let start = line_starts(text.as_bytes()).nth(line.saturating_sub(1)).unwrap_or(text.len());
    let content = text[start..].split(['\n', '\r']).next().unwrap_or_default();
    let trimmed = content.trim_start();
    place(start + content.len() - trimmed.len(), trimmed.trim_end().len())
}

#[allow(clippy::cast_possible_truncation, reason = "a source is shorter than 2^27 bytes")]
fn place(start: usize, length: usize) -> Span {
    Span::new(start as u32, (start + length) as u32)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::plan::Promise;
    use crate::verify::Reading;

    fn place(text: &str) -> Option<(Diagnostic, String)> {
        let reading = Reading { text, separations: &[] };
        let promise = Promise::unchanged(1);
        let file = FileReading {
            path: Path::new("a.yaml"),
            names: &[],
            before: reading,
            after: reading,
            promise: &promise,
        };
        let diagnostic = *diagnose(&file)?.diagnostic;
        let span = diagnostic.place.as_ref().map_or(Span::at(0), |place| place.span);
        Some((diagnostic, text[span.range()].to_owned()))
    }

    #[test]
    fn shows_the_line_that_the_second_reader_cannot_read() {
        let (diagnostic, line) = place("a: b\r\nc: |2\r\n # why\r\n\r\nd: e\r\n").unwrap();
        let title = "the second reader cannot read this text, so no change to it can be proved";
        assert_eq!((diagnostic.title.as_str(), line.as_str()), (title, "# why"));
    }

    #[test]
    fn shows_the_first_node_that_the_second_reader_sees_differently() {
        let (diagnostic, line) = place("a: !x%C3%A9 b\n").unwrap();
        let title = "the two YAML readers disagree about this text, so no change to it can be proved";
        assert_eq!((diagnostic.title.as_str(), line.as_str()), (title, "!x%C3%A9 b"));
    }

    #[test]
    fn says_nothing_where_both_read_the_same() {
        for text in [
            "a: &b !!str c\n'd': [*b, {\"e\": f}]\n---\n- *b\n- |\n  g",
            "%TAG !e! tag:e,2000:\n---\n!e!a b: >-\n  c\n\n  d\n",
        ] {
            assert!(parse(text).errors().is_empty(), "{text}");
            let found = place(text).map(|(diagnostic, line)| (diagnostic.title, line));
            assert_eq!(found, None, "{text}");
        }
    }

    #[test]
    fn the_names_in_a_text_do_not_change_the_help() {
        let help = |text| place(text).unwrap().0.help.unwrap();
        assert_eq!(help("table: 1\n'table': 2\n"), OTHER_WAY);
        assert_eq!(help("a:\n\tb: [c\n"), "replace the tabs with spaces");
    }

    #[test]
    fn finds_what_neither_can_read() {
        let text = "a: {\"e\": |\n  f\n}\n";
        assert!(!parse(text).errors().is_empty());
        assert!(place(text).is_some());
    }
}
