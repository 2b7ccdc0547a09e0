//! Any file by itself: what hardening it in memory promises holds.
#![no_main]

#[path = "../../tests/mutation/hardening.rs"]
#[allow(dead_code, reason = "one file has no relation to others")]
mod hardening;

use compose_harden::policy::Policy;
use hardening::{Relation, check_hardening, files_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    check_hardening(&files_of([text]), Relation::First, &Policy::default());
});
