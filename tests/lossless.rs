//! Tokens rebuild the text, and hardening keeps every comment where it was, for every file there is.
//!
//! `LOSSLESS_FILES`, folders with colons between them, adds the files below them to the project's own.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts what it saw"
)]

use std::fs;
use std::path::{Path, PathBuf};

use compose_harden::compose::ComposeFile;
use compose_harden::harden::{Outcome, harden_file};
use compose_harden::policy::Policy;
use compose_harden::text::{Source, lines};
use compose_harden::yaml::{TokenKind, parse};

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

/// The texts of the project's fixtures and examples, and of the folders that `LOSSLESS_FILES` names.
fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var("LOSSLESS_FILES").unwrap_or_default();
    let mut folders = vec![root.join("tests/fixtures"), root.join("examples")];
    folders.extend(named.split(':').filter(|name| !name.is_empty()).map(PathBuf::from));
    let mut files = Vec::new();
    for folder in folders {
        files_below(&folder, &mut files);
    }
    let read = |path: PathBuf| Some((path.clone(), String::from_utf8(fs::read(path).unwrap()).ok()?));
    files.into_iter().filter_map(read).collect()
}

/// A small generator of numbers (`SplitMix64`), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((number ^ (number >> 31)) % bound as u64).unwrap()
    }
}

fn variants(text: &str) -> Vec<String> {
    let mut numbers = Numbers(text.len() as u64);
    let unix = text.replace("\r\n", "\n");
    let mixed = lines(&unix)
        .map(|line| match (line.strip_suffix('\n'), numbers.below(3)) {
            (Some(line), 0) => format!("{line}\r\n"),
            (Some(line), 1) => format!("{line}\r"),
            _ => line.to_owned(),
        })
        .collect();
    let mut variants = vec![
        text.to_owned(),
        unix.replace('\n', "\r\n"),
        mixed,
        format!("\u{feff}{text}"),
        text.trim_end_matches(['\n', '\r']).to_owned(),
    ];
    for _ in 0..20 {
        let mut cut = numbers.below(text.len() + 1);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        variants.push(text[..cut].to_owned());
    }
    variants
}

#[test]
fn tokens_rebuild_every_text() {
    let mut checked = 0;
    for (path, text) in texts() {
        for variant in variants(&text) {
            let tree = parse(&variant);
            let mut end = 0;
            for (_, span) in tree.tokens() {
                assert_eq!(span.start(), end, "{}", path.display());
                assert!(!span.is_empty(), "{}", path.display());
                end = span.end();
            }
            assert_eq!(end as usize, variant.len(), "{}", path.display());
            checked += 1;
        }
    }
    println!("{checked} texts rebuilt");
    assert!(checked > 500);
}

#[test]
fn hardening_terminates_on_texts_that_are_cut_off_or_changed() {
    for (path, text) in texts() {
        let mut numbers = Numbers(7 + text.len() as u64);
        let mut texts = variants(&text);
        for _ in 0..4 {
            let mut changed: Vec<char> = text.chars().take(4000).collect();
            for _ in 0..3 {
                let replacement =
                    [' ', '\n', ':', '[', '}', '&', '*', '"', '\t', '-', '#', '|'][numbers.below(12)];
                let place = numbers.below(changed.len() + 1);
                match changed.get_mut(place) {
                    Some(character) => *character = replacement,
                    None => changed.push(replacement),
                }
            }
            texts.push(changed.into_iter().collect());
        }
        for text in texts.into_iter().filter(|text| text.len() < 20_000) {
            let source = Source::from_bytes(&path, text.into_bytes()).unwrap();
            let first = hardened(&source);
            for refusal in &first.refusals {
                let doubted = refusal.diagnostic.help.as_deref().is_some_and(|help| help.contains("bug"));
                assert!(!doubted, "{}: {}\n{}", path.display(), refusal.diagnostic.title, source.text());
            }
            if let Some(change) = first.changes.into_iter().next() {
                let again = Source::from_bytes(&path, change.after.into_bytes()).unwrap();
                let second = hardened(&again);
                let done = second.changes.is_empty() && second.refusals.is_empty();
                assert!(
                    done,
                    "{}: {}\n{:?}\n{:?}",
                    path.display(),
                    source.text(),
                    second.refusals,
                    second.changes
                );
            }
        }
    }
}

fn hardened(source: &Source) -> Outcome {
    harden_file(source.clone(), &Policy::default())
}

/// The comments of a text, each with the services before and after it.
fn comments(text: &str) -> Vec<(String, String, String)> {
    let tree = parse(text);
    let file = ComposeFile::read(&tree).unwrap();
    let services = file.documents().iter().flat_map(|document| &document.services);
    let mut keys: Vec<(u32, &str)> =
        services.map(|service| (service.key.span().start(), &*service.name)).collect();
    keys.sort_unstable();
    let comments = tree.tokens().filter(|(kind, _)| *kind == TokenKind::Comment);
    let place = |start: u32| {
        let behind = keys.partition_point(|(key, _)| *key < start);
        let name = |number: Option<usize>| {
            number.and_then(|number| keys.get(number)).map_or(String::new(), |(_, name)| (*name).to_owned())
        };
        (name(behind.checked_sub(1)), name(Some(behind)))
    };
    comments
        .map(|(_, span)| {
            let (before, behind) = place(span.start());
            (tree.slice(span).to_owned(), before, behind)
        })
        .collect()
}

#[test]
fn every_comment_stays_with_its_service() {
    let (mut files, mut counted) = (0, 0);
    for (path, text) in texts() {
        let source = Source::from_bytes(&path, text.into_bytes()).unwrap();
        if let Some(change) = hardened(&source).changes.into_iter().next() {
            let before = comments(source.text());
            assert_eq!(before, comments(&change.after), "{}", path.display());
            files += 1;
            counted += before.len();
        }
    }
    println!("{counted} comments in {files} hardened files");
    assert!(files > 10 && counted > 20);
}
