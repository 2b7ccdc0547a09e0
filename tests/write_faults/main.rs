//! Writing while things go wrong: full disks, killed runs, other writers. The file is the old one or the new one.
//!
//! What the machine does not allow (mounts, access control lists) is left out with a notice.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it leaves out"
)]

mod attributes;
mod disk;
mod killed;
mod race;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use compose_harden::output::write::TEMPORARY_PREFIX;

const TEXT: &str = "services:\n  web:\n    image: nginx\n";

fn put(path: &Path, text: &str) {
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn fix(arguments: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    command.args(["fix", "--write"]).args(arguments).env("NO_COLOR", "1");
    command
}

fn message(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// The temporary files below `folder`.
fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(leftovers(&entry.path()));
        } else if entry.file_name().to_str().unwrap().starts_with(TEMPORARY_PREFIX) {
            found.push(entry.path());
        }
    }
    found
}
