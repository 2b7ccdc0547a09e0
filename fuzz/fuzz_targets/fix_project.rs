//! Up to four files, parted by lines of `%%`, behind a first byte that says how they belong together.
#![no_main]

#[path = "../../tests/mutation/hardening.rs"]
mod hardening;

use compose_harden::policy::Policy;
use hardening::{Relation, check_hardening, files_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let relation = match text.bytes().next() {
        Some(b'1') => Relation::Layers,
        Some(b'2') => Relation::Each,
        Some(b'3') => Relation::Variants,
        _ => Relation::First,
    };
    let rest = text.get(1..).unwrap_or_default();
    check_hardening(&files_of(rest.split("\n%%\n").take(4)), relation, &Policy::default());
});
