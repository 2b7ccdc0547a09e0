//! The rooms of the crate import downward only.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may use.
const ROOMS: [(&str, &[&str]); 10] = [
    ("text", &[]),
    ("yaml", &["text"]),
    ("compose", &["text", "yaml"]),
    ("policy", &["text", "yaml"]),
    ("plan", &["text", "yaml", "compose", "policy"]),
    ("verify", &["text", "plan"]),
    ("harden", &["text", "yaml", "compose", "policy", "plan", "verify"]),
    ("output", &["text", "yaml", "compose", "policy", "plan", "verify", "harden"]),
    ("migrate", &["text", "yaml", "compose", "policy", "plan", "verify", "harden", "output"]),
    ("cli", &["text", "yaml", "compose", "policy", "plan", "verify", "harden", "output", "migrate"]),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The rooms that a text names by `crate::ROOM`.
fn rooms_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for (room, below) in ROOMS {
        for file in rust_files(&src.join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for used in rooms_in(&text) {
                let allowed = used == room || below.contains(&used);
                assert!(allowed, "{} uses the room `{used}`", file.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} imports were found");
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(ROOMS.iter().any(|(room, _)| *room == name), "{name} is no room");
    }
}

#[test]
fn the_second_reader_uses_nothing_of_the_plan_but_its_promise() {
    let verify = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
    let promise = [
        "BlockPromise",
        "DocumentPromise",
        "EffectivePromise",
        "OptionValue",
        "ProjectPromise",
        "Promise",
        "ServicePromise",
    ];
    for file in rust_files(&verify) {
        let text = fs::read_to_string(&file).unwrap();
        for import in text.split("crate::plan::").skip(1) {
            let names = import.split(';').next().unwrap_or_default();
            for name in names.split(['{', '}', ',']).map(str::trim).filter(|name| !name.is_empty()) {
                assert!(promise.contains(&name), "{} uses `{name}`", file.display());
            }
        }
    }
}
