//! How `fix` shows changes, for people and for other programs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const WEB: &str = "services:\n  web:\n    image: nginx\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.put(path, text);
        }
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn fix(&self, directory: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
        command.arg("fix").args(arguments).current_dir(self.path(directory)).env("NO_COLOR", "1");
        command.output().unwrap()
    }

    fn git(&self, arguments: &[&str], input: &[u8]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=n", "-c", "user.email=e", "-c", "core.autocrlf=false"]);
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::piped()).stdout(Stdio::null());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        assert!(child.wait().unwrap().success(), "git {arguments:?}");
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn git_merges_a_diff_in_its_own_format_into_a_changed_text() {
    let long = format!("{WEB}    labels:\n      a: 1\n      b: 2\n      c: 3\n  db:\n    image: postgres\n");
    let folder = Folder::new(&[("deploy here/compose.yaml", &long)]);
    folder.git(&["init", "-q"], b"");
    folder.git(&["add", "."], b"");
    folder.git(&["commit", "-qm", "first"], b"");
    let diff = folder.fix("deploy here", &["--format", "git"]).stdout;
    let start = "diff --git a/deploy here/compose.yaml b/deploy here/compose.yaml\nindex ";
    assert!(diff.starts_with(start.as_bytes()));
    // One of the lines around the change is another one now.
    folder.put("deploy here/compose.yaml", &long.replace("a: 1", "a: 7"));
    folder.git(&["commit", "-qam", "second"], b"");
    folder.git(&["apply", "-3"], &diff);
    let merged = text(&folder.path("deploy here/compose.yaml"));
    assert!(merged.contains("a: 7") && merged.contains("<<: *hardening"), "{merged}");
}

#[test]
fn one_line_per_file_counts_services_and_lines() {
    let folder = Folder::new(&[("a/compose.yaml", WEB), ("compose.yaml", WEB)]);
    let stat = folder.fix(".", &["--stat"]).stdout;
    assert_eq!(stat, b"a/compose.yaml | 1 service | +9 -0\ncompose.yaml | 1 service | +9 -0\n");
}

#[test]
fn tolerated_errors_are_said_and_do_not_change_the_exit_code() {
    let folder = Folder::new(&[("a/compose.yaml", "services: [\n"), ("b/compose.yaml", WEB)]);
    assert_eq!(folder.fix(".", &[]).status.code(), Some(2));
    let run = folder.fix(".", &["--write", "--tolerate-errors"]);
    assert_eq!(run.status.code(), Some(0));
    assert!(run.stdout.is_empty());
    assert!(String::from_utf8(run.stderr).unwrap().contains("1 refused"));
    assert!(text(&folder.path("b/compose.yaml")).contains("<<: *hardening"));
    let again = folder.fix(".", &["--write", "--tolerate-errors"]);
    assert!(again.stdout.is_empty() && again.status.success());
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let folder = Folder::new(&[]);
    for number in 0..300 {
        folder.put(&format!("{number}/compose.yaml"), WEB);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    command.arg("fix").current_dir(folder.path(".")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{:?}", String::from_utf8(output.stderr));
}
