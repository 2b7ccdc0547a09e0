//! Random changes to known texts: the same in every run, and what `fuzz/` looks for without an end.
//!
//! `MUTATIONS` multiplies how many there are, and `MUTATION_SEED` starts another sequence.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts what it saw"
)]

mod agreement;
mod hardening;
mod mutate;
mod regressions;
mod seeds;
mod seeds_of_fuzzing;

use std::collections::BTreeMap;
use std::path::Path;

use agreement::{Agreement, check_parser};
use compose_harden::policy::Policy;
use hardening::{Relation, check_hardening, files_of};
use mutate::{Numbers, mutate};

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn numbers(stream: u64) -> Numbers {
    Numbers(setting("MUTATION_SEED", 5) as u64 * 1000 + stream)
}

#[test]
fn both_readers_agree_on_changed_texts() {
    let seeds = seeds::streams(root());
    let mut numbers = numbers(1);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..setting("MUTATIONS", 1) {
        for seed in &seeds {
            *seen.entry(format!("{:?}", check_parser(seed))).or_default() += 1;
            for _ in 0..60 {
                let other = numbers.choose(&seeds).clone();
                let agreement = check_parser(&mutate(seed, &other, 4, &mut numbers));
                *seen.entry(format!("{agreement:?}")).or_default() += 1;
            }
        }
    }
    println!("{seen:?}");
    for expected in [Agreement::Events, Agreement::Rejected] {
        assert!(seen[&format!("{expected:?}")] > 500, "{seen:?}");
    }
}

#[test]
fn hardening_changed_projects_keeps_its_promises() {
    let seeds = seeds::projects(root());
    let mut numbers = numbers(2);
    let (mut changed, mut refused) = (0, 0);
    for _ in 0..setting("MUTATIONS", 1) {
        for seed in &seeds {
            for _ in 0..25 {
                let mut texts = seed.clone();
                let at = numbers.below(texts.len());
                let other = numbers.choose(&seeds).concat();
                texts[at] = mutate(&texts[at], &other, 1, &mut numbers);
                let relations = [Relation::First, Relation::Layers, Relation::Each, Relation::Variants];
                let relation = *numbers.choose(&relations);
                let files = files_of(texts.iter().map(String::as_str));
                let outcome = check_hardening(&files, relation, &Policy::default());
                changed += usize::from(!outcome.changes.is_empty());
                refused += usize::from(!outcome.refusals.is_empty());
            }
        }
    }
    println!("{changed} hardened, {refused} refused");
    assert!(changed > 200 && refused > 100, "{changed} hardened, {refused} refused");
}
