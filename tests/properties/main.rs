//! What the program is for, as properties: for any text, any Compose project and any hardening block.
//!
//! `PROPERTY_CASES` says how many of each; without it there are as many as fit into everyday runs. The sequence is
//! the same in every run, another one for each `PROPERTY_SEED`, and what fails is made small before it is shown.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts what it saw"
)]

mod coverage;
mod grammar;
#[path = "../mutation/hardening.rs"]
mod hardening;
mod own;
mod policies;
mod values;

use std::cell::Cell;

use compose_harden::yaml::parse;
use grammar::{Choices, Project, project};
use hardening::{Relation, check_hardening, files_of};
use own::assert_kept;
use policies::policy;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs `property` for values of `strategy`.
fn holds<S: Strategy>(everyday: u32, strategy: &S, property: impl Fn(S::Value)) {
    let cases = std::env::var("PROPERTY_CASES").map_or(everyday, |cases| cases.parse().unwrap());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let seed: u64 = std::env::var("PROPERTY_SEED").map_or(0, |seed| seed.parse().unwrap());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let result = runner.run(strategy, |value| {
        property(value);
        Ok::<(), TestCaseError>(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn rebuilds(text: &str) {
    let tree = parse(text);
    let rebuilt: String = tree.tokens().map(|(_, span)| tree.slice(span)).collect();
    assert_eq!(rebuilt, text);
}

#[test]
fn tokens_rebuild_any_string() {
    holds(600, &any::<String>(), |text| rebuilds(&text));
}

#[test]
fn tokens_rebuild_any_string_of_indicators() {
    let piece = proptest::sample::select(
        &[
            "a", " ", "  ", "\n", "\r\n", "\r", "\t", ":", "-", "?", ",", "[", "]", "{", "}", "#", "&", "*",
            "!", "|", ">", "'", "\"", "%", "@", "`", "\\", "---", "...", "<<", "\u{feff}", "\u{85}",
            "\u{2028}", "é", "0",
        ][..],
    );
    holds(1500, &vec(piece, 0..40), |pieces| rebuilds(&pieces.concat()));
}

#[test]
fn hardening_keeps_its_promises_for_any_project_and_any_block() {
    let changed = Cell::new(0_usize);
    let seen = Cell::new(0_usize);
    let numbers = || vec(any::<u32>(), 0..300);
    holds(400, &(numbers(), vec(any::<u32>(), 0..40)), |(numbers, policy_numbers)| {
        let mut choices = Choices::new(&numbers);
        let Project { texts, includes } = project(&mut choices);
        let relation = if texts.len() == 1 || includes {
            Relation::First
        } else {
            *choices.of(&[Relation::Layers, Relation::Layers, Relation::Variants, Relation::Each])
        };
        let files = files_of(texts.iter().map(String::as_str));
        let policy = policy(&mut Choices::new(&policy_numbers));
        let outcome = check_hardening(&files, relation, &policy);
        let texts_of_files: Vec<&String> = files.0.values().collect();
        for change in &outcome.changes {
            assert_kept(&files.0[&change.path], &change.after, &texts_of_files, &policy);
        }
        for refusal in &outcome.refusals {
            let title = refusal.diagnostic.title.as_str();
            assert!(title != "not valid YAML", "{:?}: {:?}\n{texts:?}", title, refusal.diagnostic.place);
        }
        seen.set(seen.get() + 1);
        changed.set(changed.get() + usize::from(!outcome.changes.is_empty()));
    });
    println!("{} projects, {} of them hardened", seen.get(), changed.get());
    // The generator would be of no use if most of its projects were refused.
    assert!(changed.get() * 2 > seen.get(), "{} of {} hardened", changed.get(), seen.get());
}
