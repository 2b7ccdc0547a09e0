//! What several files, documents and directories make of one another: each case is linear in its size, however often
//! its parts name each other.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::EVERYDAY;
use super::run::{Expect, check, check_each};

/// Files in a folder, from how many of something there are.
struct Case {
    name: &'static str,
    /// How many there are in full size.
    count: usize,
    put: fn(&Path, usize),
}

const CASES: &[Case] = &[
    Case { name: "a layer that includes what its base includes last", count: 24_000, put: put_same_includes },
    Case { name: "variants beside a base of many services", count: 8_000, put: put_variants },
    Case { name: "a chain of services that is included twice", count: 32_000, put: put_chain_twice },
    Case { name: "services that extend one of many documents", count: 9_999, put: put_documents },
    Case { name: "variants that extend one library", count: 2_400, put: put_variants_of_library },
    Case { name: "variants that extend one chain", count: 4_000, put: put_variants_of_chain },
    Case { name: "variants that extend one broken chain", count: 4_000, put: put_variants_of_broken_chain },
    Case { name: "includes behind many that are extended", count: 20_000, put: put_includes },
];

fn put(folder: &Path, name: &str, text: &str) {
    File::create(folder.join(name)).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Returns `start`, and behind it what `piece` writes for each number.
fn text(
    start: &str,
    numbers: std::ops::Range<usize>,
    piece: fn(&mut String, usize) -> std::fmt::Result,
) -> String {
    let mut text = start.to_owned();
    for number in numbers {
        piece(&mut text, number).unwrap();
    }
    text
}

fn put_same_includes(folder: &Path, count: usize) {
    let base = "include:\n".to_owned() + &"- a\n".repeat(count) + "- b\nservices: {}\n";
    put(folder, "compose.yaml", &base);
    put(folder, "compose.prod.yaml", &("include:\n".to_owned() + &"- b\n".repeat(count)));
}

fn put_variants(folder: &Path, count: usize) {
    let base = text("services:\n", 0..count, |text, number| writeln!(text, "  s{number}: {{image: a}}"));
    put(folder, "compose.yaml", &base);
    for number in 0..count {
        put(folder, &format!("compose.{number}.yaml"), "name: a\n");
    }
}

fn put_variants_of_library(folder: &Path, count: usize) {
    put(folder, "compose.yaml", "services: {web: {image: a}}\n");
    let library =
        text("services:\n", 0..count * 20, |text, number| writeln!(text, "  s{number}: {{image: a}}"));
    put(folder, "library.yaml", &library);
    for number in 0..count {
        let variant = format!("services:\n  s: {{extends: {{file: library.yaml, service: s{number}}}}}\n");
        put(folder, &format!("compose.{number}.yaml"), &variant);
    }
}

fn put_variants_of_chain(folder: &Path, count: usize) {
    put_variants_of(folder, &chain(count), count);
}

fn put_variants_of_broken_chain(folder: &Path, count: usize) {
    put_variants_of(folder, &chain(count).replace("image: a", "extends: none"), count);
}

fn put_variants_of(folder: &Path, base: &str, count: usize) {
    put(folder, "compose.yaml", base);
    for number in 0..count {
        let variant = format!("services:\n  v: {{extends: {{file: compose.yaml, service: s{number}}}}}\n");
        put(folder, &format!("compose.{number}.yaml"), &variant);
    }
}

/// So many services, each of which extends the one before.
fn chain(count: usize) -> String {
    text("services:\n  s0: {image: a}\n", 1..count, |text, number| {
        writeln!(text, "  s{number}: {{extends: s{}}}", number - 1)
    })
}

fn put_chain_twice(folder: &Path, count: usize) {
    put(folder, "compose.yaml", "include: [a.yaml, a.yaml, {path: a.yaml, project_directory: b}]\n");
    put(folder, "a.yaml", &chain(count));
}

fn put_documents(folder: &Path, count: usize) {
    put_extending(folder, "services:\n", count);
    put(
        folder,
        "library.yaml",
        &("services:\n  web:\n    image: a\n".to_owned() + &"---\n{}\n".repeat(count)),
    );
}

fn put_includes(folder: &Path, count: usize) {
    put_extending(
        folder,
        &("include:\n".to_owned() + &"- b.yaml\n".repeat(count / 2) + "services:\n"),
        count,
    );
    put(folder, "library.yaml", "services:\n  web:\n    image: a\n");
    put(folder, "b.yaml", "services: {}\n");
}

/// Puts a file of services that extend one of another file, behind `start`.
fn put_extending(folder: &Path, start: &str, count: usize) {
    let extending = text(start, 0..count, |text, number| {
        writeln!(text, "  s{number}: {{extends: {{file: library.yaml, service: web}}}}")
    });
    put(folder, "compose.yaml", &extending);
}

fn run_all(divisor: usize, timed: bool) {
    for case in CASES {
        let (_folder, tree) = tree();
        (case.put)(&tree, case.count / divisor);
        check(case.name, &tree, &Expect::Anything, timed);
    }
}

/// Asks for so many directories one by one, none of which has a Compose file.
fn run_bare_directories(count: usize, timed: bool) {
    let (_folder, tree) = tree();
    let directories: Vec<PathBuf> =
        (0..count).map(|number| Path::new("tree").join(number.to_string())).collect();
    for number in 0..count {
        fs::create_dir(tree.join(number.to_string())).unwrap();
    }
    let expect = Expect::Refused("there is no Compose file in this directory");
    check_each("directories one by one", &tree, &directories, &expect, timed);
}

/// A folder `tree` without anything in it.
fn tree() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    (folder, tree)
}

#[test]
fn a_few_files_that_name_each_other_end_well() {
    run_all(EVERYDAY, false);
    run_bare_directories(10_000 / EVERYDAY, false);
}

#[test]
#[ignore = "needs a release build for its bound on processor time"]
fn many_files_that_name_each_other_end_in_bounded_time() {
    run_all(1, true);
    run_bare_directories(10_000, true);
}
