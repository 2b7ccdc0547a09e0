//! Every folder in `tests/fixtures` and `examples/shop`, as a user sees it: the command, its output, its exit code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_compose-harden"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fixtures");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.extend(["examples/shop", "examples/stack"].map(|example| root.join(example)));
    folders.sort();
    folders
}

fn copy(folder: &Path) -> tempfile::TempDir {
    let copied = tempfile::tempdir().unwrap();
    for path in files(folder) {
        let copy = copied.path().join(path.strip_prefix(folder).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&path, copy).unwrap();
    }
    copied
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn texts(folder: &Path) -> Vec<Vec<u8>> {
    files(folder).into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Applies a diff with the real `git apply`.
fn apply(folder: &Path, diff: &[u8]) {
    let mut git = Command::new("git");
    git.args(["apply", "-p1", "--allow-empty"]).current_dir(folder).stdin(Stdio::piped());
    let mut git = git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(diff).unwrap();
    assert!(git.wait().unwrap().success(), "git apply takes the diff");
}

#[test]
fn every_fixture_is_shown_as_recorded() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for folder in fixtures() {
        let output = run(&folder, &["fix"]);
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace('\r', "␍").replace('\u{feff}', "<BOM>")
        };
        let shown = format!(
            "$ compose-harden fix\n{}--- messages\n{}--- exit code {}",
            text(output.stdout),
            text(output.stderr),
            output.status.code().unwrap()
        );
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

#[test]
fn what_is_written_is_what_is_shown_and_needs_no_second_run() {
    for folder in fixtures() {
        let copied = copy(&folder);
        let shown = run(copied.path(), &["fix"]);
        let before = texts(copied.path());
        let written = run(copied.path(), &["fix", "--write"]);
        assert_eq!(shown.status, written.status, "{}", folder.display());
        assert!(written.stdout.is_empty(), "{}", folder.display());
        let after = texts(copied.path());
        assert_eq!(after != before, !shown.stdout.is_empty(), "{}", folder.display());
        let patched = copy(&folder);
        apply(patched.path(), &shown.stdout);
        assert_eq!(texts(patched.path()), after, "{}", folder.display());
        let again = run(copied.path(), &["fix", "--write", "."]);
        assert_eq!(again.status, written.status, "{}", folder.display());
        assert_eq!(texts(copied.path()), after, "{}", folder.display());
    }
}

#[test]
fn check_and_exit_code_tell_the_three_outcomes_apart() {
    for folder in fixtures() {
        let fix = run(&folder, &["fix"]);
        let expected = match (fix.status.code(), fix.stdout.is_empty()) {
            (Some(0), true) => 0,
            (Some(0), false) => 1,
            _ => 2,
        };
        for arguments in [["check", "."], ["fix", "--exit-code"]] {
            assert_eq!(run(&folder, &arguments).status.code(), Some(expected), "{}", folder.display());
        }
    }
}

#[test]
fn wrong_usage_and_missing_files_exit_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["fix"][..], &["fix", "gone.yml"], &["fix", "--unknown"], &["check", "gone"], &[]] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn one_bad_file_does_not_keep_the_others_from_being_hardened() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.yml");
    let good = folder.path().join("good.yml");
    let put = |path: &Path, text: &str| {
        std::io::Write::write_all(&mut fs::File::create(path).unwrap(), text.as_bytes()).unwrap();
    };
    put(&bad, "services: [\n");
    put(&good, "services:\n  web:\n    image: nginx\n");
    let output = run(folder.path(), &["fix", "--write", "bad.yml", "good.yml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&bad).unwrap(), b"services: [\n");
    assert!(fs::read_to_string(&good).unwrap().contains("    <<: *hardening\n    image: nginx\n"));
}

#[cfg(unix)]
#[test]
fn a_link_to_the_base_is_another_name_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("compose.yaml");
    let mut file = fs::File::create(&base).unwrap();
    std::io::Write::write_all(&mut file, b"services:\n  web:\n    image: nginx\n").unwrap();
    std::os::unix::fs::symlink("compose.yaml", folder.path().join("docker-compose.yml")).unwrap();
    let output = run(folder.path(), &["fix", "--write"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(fs::read_to_string(&base).unwrap().contains("    <<: *hardening\n    image: nginx\n"));
    assert!(run(folder.path(), &["fix"]).stdout.is_empty());
}
