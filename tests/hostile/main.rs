//! Files made to break readers: each is hardened, or refused with a clear message, in bounded time and memory.
//!
//! Everyday runs are small; `cargo test --release --test hostile -- --ignored` runs them in full size and watches
//! the time as well.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows what it measured"
)]

mod run;
mod several;
mod special;
mod texts;

use run::{Expect, check};
use texts::TEXTS;

/// How much smaller everyday runs are.
const EVERYDAY: usize = 100;

fn run_all(divisor: usize, timed: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut failed = Vec::new();
    for text in TEXTS {
        let (name, size, expect) = (text.name, text.size, &text.expect);
        let path = folder.path().join("compose.yaml");
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        text.write(&mut file, size.div_ceil(divisor)).unwrap();
        std::io::Write::flush(&mut file).unwrap();
        drop(file);
        // A limit that only the full size meets is none for a smaller one.
        let expect =
            if divisor > 1 && matches!(expect, Expect::Limit(_)) { &Expect::Anything } else { expect };
        if std::panic::catch_unwind(|| check(name, &path, expect, timed)).is_err() {
            failed.push(name);
        }
        std::fs::remove_file(path).unwrap();
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn small_hostile_texts_end_well() {
    run_all(EVERYDAY, false);
}

#[test]
#[ignore = "takes minutes, and needs a release build for its bound on processor time"]
fn large_hostile_texts_end_well_in_bounded_time() {
    run_all(1, true);
}
