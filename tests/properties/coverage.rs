//! Whether the grammar makes all that it is for.

use std::collections::BTreeMap;

use compose_harden::yaml::{Node, NodeKind, TokenKind, Tree, parse};
use proptest::collection::vec;
use proptest::prelude::any;
use std::cell::RefCell;

use super::grammar::{Choices, Project, project};
use super::holds;

type Test = fn(&Tree<'_>) -> bool;

/// What some texts must have, each with a way to tell.
const FEATURES: [(&str, Test); 30] = [
    ("plain scalars", |tree| has(tree, NodeKind::Plain)),
    ("plain scalars of several lines", |tree| spans_lines(tree, NodeKind::Plain)),
    ("single-quoted scalars", |tree| has(tree, NodeKind::SingleQuoted)),
    ("single-quoted scalars of several lines", |tree| spans_lines(tree, NodeKind::SingleQuoted)),
    ("double-quoted scalars", |tree| has(tree, NodeKind::DoubleQuoted)),
    ("double-quoted scalars of several lines", |tree| spans_lines(tree, NodeKind::DoubleQuoted)),
    ("literal scalars", |tree| has(tree, NodeKind::Literal)),
    ("folded scalars", |tree| has(tree, NodeKind::Folded)),
    ("indentation indicators", |tree| {
        token(tree, TokenKind::BlockHeader, |text| text.contains(|letter: char| letter.is_ascii_digit()))
    }),
    ("block mappings", |tree| has(tree, NodeKind::BlockMapping)),
    ("block sequences", |tree| has(tree, NodeKind::BlockSequence)),
    ("flow mappings", |tree| has(tree, NodeKind::FlowMapping)),
    ("flow sequences", |tree| has(tree, NodeKind::FlowSequence)),
    ("flow sequences of several lines", |tree| spans_lines(tree, NodeKind::FlowSequence)),
    ("empty values", |tree| has(tree, NodeKind::Empty)),
    ("anchored mappings", |tree| tree.nodes().any(|node| node.anchor().is_some() && node.is_mapping())),
    ("anchored sequences", |tree| tree.nodes().any(|node| node.anchor().is_some() && node.is_sequence())),
    ("tags", |tree| tree.nodes().any(|node| node.tag().is_some_and(|tag| tag.is_core("str")))),
    ("tags of layers", |tree| tree.nodes().any(|node| node.tag().is_some_and(|tag| tag.is("!reset")))),
    ("merged aliases", |tree| merges(tree, |value| value.kind() == NodeKind::Alias)),
    ("merged flow lists", |tree| merges(tree, |value| value.kind() == NodeKind::FlowSequence)),
    ("merged block lists", |tree| merges(tree, |value| value.kind() == NodeKind::BlockSequence)),
    ("merged inline mappings", |tree| {
        merges(tree, |value| value.is_mapping() && value.kind() != NodeKind::Alias)
    }),
    ("comments", |tree| token(tree, TokenKind::Comment, |_| true)),
    ("comments in flow collections", |tree| {
        let text = |node: Node<'_>| tree.slice(node.span()).contains(" # in here");
        tree.nodes().any(|node| node.is_flow_collection() && text(node))
    }),
    ("carriage returns", |tree| tree.text().contains("\r\n")),
    ("byte order marks", |tree| tree.text().starts_with('\u{feff}')),
    ("open last lines", |tree| !tree.text().ends_with('\n')),
    ("an indentation of one space", |tree| tree.text().contains("services:\n web:")),
    ("several documents", |tree| tree.documents().count() > 1),
];

fn has(tree: &Tree<'_>, kind: NodeKind) -> bool {
    tree.nodes().any(|node| node.kind() == kind)
}

fn spans_lines(tree: &Tree<'_>, kind: NodeKind) -> bool {
    tree.nodes().any(|node| node.kind() == kind && tree.slice(node.span()).contains('\n'))
}

fn token(tree: &Tree<'_>, kind: TokenKind, test: fn(&str) -> bool) -> bool {
    tree.tokens().any(|(found, span)| found == kind && test(tree.slice(span)))
}

fn merges(tree: &Tree<'_>, test: fn(Node<'_>) -> bool) -> bool {
    let entries = tree.nodes().flat_map(Node::entries);
    entries.into_iter().any(|entry| entry.key.is_text("<<") && test(entry.value))
}

#[test]
fn the_grammar_makes_what_compose_files_are_made_of() {
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::default();
    holds(1500, &vec(any::<u32>(), 0..300), |numbers| {
        let Project { texts, includes } = project(&mut Choices::new(&numbers));
        let mut seen = seen.borrow_mut();
        let mut see = |what: String| *seen.entry(what).or_default() += 1;
        see(format!("{} files", texts.len()));
        if includes {
            see("includes".to_owned());
        }
        for text in &texts {
            let tree = parse(text);
            assert!(tree.errors().is_empty(), "{:?} in {text:?}", tree.errors());
            let found = FEATURES.iter().filter(|(_, is_there)| is_there(&tree));
            found.for_each(|(feature, _)| see((*feature).to_owned()));
            if text.contains("extends") {
                see("extends".to_owned());
            }
        }
    });
    let seen = seen.into_inner();
    println!("{seen:?}");
    let features = FEATURES.iter().map(|(feature, _)| *feature);
    for feature in features.chain(["1 files", "2 files", "3 files", "4 files", "includes", "extends"]) {
        assert!(seen.contains_key(feature), "nothing has {feature}: {seen:?}");
    }
}
