//! Any text: its tokens are the text, and yaml-rust2 sees the same YAML in it.
#![no_main]

#[path = "../../tests/mutation/agreement.rs"]
mod agreement;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    agreement::check_parser(text);
});
