//! What becomes of small projects: the texts, the refusals and the notes, each as one line of words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../mutation/agreement.rs"]
#[allow(dead_code, reason = "the parser by itself is the matter of the mutations")]
mod agreement;
mod attributes;
mod blocks;
mod candidates;
mod dotted;
mod explain;
#[path = "../mutation/hardening.rs"]
#[allow(dead_code, reason = "not every relation of files is looked at here")]
mod hardening;
mod layers;
mod limits;
mod merges;
mod notes;
mod references;
mod rejected;
mod sites;
mod variants;

use std::path::Path;

use compose_harden::harden::Outcome;
use compose_harden::policy::Policy;
use compose_harden::text::FileDiagnostic;
use compose_harden::yaml::{Style, parse};
use hardening::{Memory, NAMES, Relation, check_hardening, files_of};

/// Hardens files by the default policy; each of them is written with `#block` for a line with the default block.
fn run(texts: &[&str], relation: Relation) -> (Memory, Outcome) {
    let texts: Vec<String> = texts.iter().map(|text| text.replace("#block\n", &block())).collect();
    let files = files_of(texts.iter().map(String::as_str));
    let outcome = check_hardening(&files, relation, &Policy::default());
    (files, outcome)
}

fn block() -> String {
    let policy = Policy::default();
    let tree = parse("a: b\n");
    let lines = policy.block_lines(&policy.anchor, Style::of(tree.documents().next().unwrap()));
    format!("{}\n\n", lines.join("\n"))
}

/// Asserts that nothing is refused, and that the files become these, or stay as they are where they are `=`.
#[track_caller]
fn assert_hardened(texts: &[&str], relation: Relation, expected: &[&str]) {
    let (files, outcome) = run(texts, relation);
    assert!(outcome.refusals.is_empty(), "{:?}", said(&files, &outcome.refusals));
    for (name, expected) in NAMES.iter().zip(expected) {
        let before = &files.0[Path::new(name)];
        let change = outcome.changes.iter().find(|change| change.path == Path::new(name));
        let found = change.map_or("=".to_owned(), |change| change.after.replace(&block(), "#block\n"));
        assert_eq!(found, *expected, "from {before}");
    }
}

/// Asserts that one file is refused, in these words.
#[track_caller]
fn assert_refused(texts: &[&str], relation: Relation, words: &str) {
    let (files, outcome) = run(texts, relation);
    assert_eq!(said(&files, &outcome.refusals), [words]);
}

/// Each message as `file:line: words`.
fn said(files: &Memory, messages: &[FileDiagnostic]) -> Vec<String> {
    let words = |message: &FileDiagnostic| {
        let name = Path::new(&message.path).file_name().unwrap().to_str().unwrap();
        let diagnostic = &message.diagnostic;
        let Some(place) = &diagnostic.place else { return format!("{name}: {}", diagnostic.title) };
        let before = &files.0[&message.path][..place.span.range().start];
        let text = if place.text.is_empty() { &diagnostic.title } else { &place.text };
        format!("{name}:{}: {text}", 1 + before.matches('\n').count())
    };
    messages.iter().map(words).collect()
}
