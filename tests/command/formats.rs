//! How `fix` shows changes, for people and for other programs.

use std::process::{Command, Stdio};

use crate::{Folder, WEB};

#[test]
fn git_merges_a_diff_in_its_own_format_into_a_changed_text() {
    let long = format!("{WEB}    labels:\n      a: 1\n      b: 2\n      c: 3\n  db:\n    image: postgres\n");
    let folder = Folder::new(&[("deploy here/compose.yaml", &long)]);
    folder.git(&["init", "-q"], b"");
    folder.git(&["add", "."], b"");
    folder.git(&["commit", "-qm", "first"], b"");
    let diff = folder.run("deploy here", &["fix", "--format", "git"]).out;
    let start = "diff --git a/deploy here/compose.yaml b/deploy here/compose.yaml\nindex ";
    assert!(diff.starts_with(start));
    // One of the lines around the change is another one now.
    folder.put("deploy here/compose.yaml", &long.replace("a: 1", "a: 7"));
    folder.git(&["commit", "-qam", "second"], b"");
    folder.git(&["apply", "-3"], diff.as_bytes());
    let merged = folder.text("deploy here/compose.yaml");
    assert!(merged.contains("a: 7") && merged.contains("<<: *hardening"), "{merged}");
}

#[test]
fn one_line_per_file_counts_services_and_lines() {
    let folder = Folder::new(&[("a/compose.yaml", WEB), ("compose.yaml", WEB)]);
    let stat = folder.run(".", &["fix", "--stat"]).out;
    assert_eq!(stat, "a/compose.yaml | 1 service | +9 -0\ncompose.yaml | 1 service | +9 -0\n");
}

#[test]
fn tolerated_errors_are_said_and_do_not_change_the_exit_code() {
    let folder = Folder::new(&[("a/compose.yaml", "services: [\n"), ("b/compose.yaml", WEB)]);
    assert_eq!(folder.run(".", &["fix"]).code, Some(2));
    let run = folder.run(".", &["fix", "--write", "--tolerate-errors"]);
    assert_eq!(run.code, Some(0));
    assert!(run.out.is_empty());
    assert!(run.messages.contains("1 refused"));
    assert!(folder.text("b/compose.yaml").contains("<<: *hardening"));
    let again = folder.run(".", &["fix", "--write", "--tolerate-errors"]);
    assert!(again.out.is_empty() && again.code == Some(0));
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
