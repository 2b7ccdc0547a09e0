//! How `fix` shows changes, for people and for other programs.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

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
fn tolerated_errors_do_not_hide_that_something_would_change() {
    let folder = Folder::new(&[("a/compose.yaml", "services: [\n"), ("b/compose.yaml", WEB)]);
    let run = || folder.run(".", &["fix", "--exit-code", "--tolerate-errors"]).code;
    assert_eq!(run(), Some(1));
    folder.run(".", &["fix", "--write"]);
    assert_eq!(run(), Some(0));
}

#[test]
fn a_diff_of_git_is_of_one_repository() {
    let folder = Folder::new(&[("a/.git/HEAD", ""), ("b/.git/HEAD", ""), ("c/.git/HEAD", "")]);
    for path in ["a/compose.yaml", "a/sub/compose.yaml", "b/compose.yaml"] {
        folder.put(path, WEB);
    }
    let run = folder.run(".", &["fix", "--format", "git"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.out.matches("diff --git a/compose.yaml").count(), 1, "{}", run.out);
    assert!(run.messages.contains("two repositories with `--format git`"), "{}", run.messages);
    let run = folder.run(".", &["fix", "--format", "git", "a", "c"]);
    assert_eq!(run.out.matches("diff --git ").count(), 2, "{}", run.messages);
    assert_eq!(folder.run(".", &["fix"]).code, Some(0));
}

/// Runs the command with a reader that is gone before the first byte.
fn run_unread(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    command.args(arguments).current_dir(folder.path(".")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[test]
fn a_closed_pipe_does_not_change_what_the_exit_code_tells() {
    let folder = Folder::new(&[]);
    for number in 0..300 {
        folder.put(&format!("{number}/compose.yaml"), WEB);
    }
    let hundreds = "300 services";
    for arguments in
        [&["check"][..], &["check", "--explain"], &["fix", "--exit-code"], &["fix", "--exit-code", "--stat"]]
    {
        let output = run_unread(&folder, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(hundreds), "{arguments:?} {said}");
    }
    folder.put("0/compose.yaml", "services: [\n");
    assert_eq!(run_unread(&folder, &["check"]).status.code(), Some(2));
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    let folder = Folder::new(&[]);
    for number in 0..300 {
        folder.put(&format!("{number}/compose.yaml"), WEB);
    }
    let output = run_unread(&folder, &["fix"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{:?}", String::from_utf8(output.stderr));
}

#[cfg(unix)]
#[test]
fn nothing_that_a_terminal_would_obey_is_shown_to_people() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new(&[]);
    let name = OsStr::from_bytes(b"\x1b[2J\nforged: \xE9");
    let directory = folder.path(".").join(name);
    fs::create_dir(&directory).unwrap();
    fs::File::create(directory.join("compose.yaml")).unwrap().write_all(WEB.as_bytes()).unwrap();
    for arguments in [&["fix", "--stat"][..], &["check", "--explain"]] {
        let run = folder.run(".", arguments);
        assert!(!run.out.contains('\x1b') && !run.out.contains("\nforged"), "{arguments:?} {}", run.out);
        assert!(
            run.out.contains("\u{241b}[2J\u{240a}forged: \\xE9/compose.yaml"),
            "{arguments:?} {}",
            run.out
        );
    }
    let run = folder.run(".", &["fix", "--include", "\x1b{a\nforged"]);
    assert_eq!(run.code, Some(2));
    assert!(run.messages.contains("\u{241b}{a\u{240a}forged"), "{}", run.messages);
    assert!(!run.messages.contains('\x1b'), "{}", run.messages);
}

#[test]
fn explaining_a_long_file_takes_no_time_out_of_proportion() {
    let mut text = "services:\n".to_owned();
    for number in 0..20_000 {
        write!(text, "  s{number}:\n    image: nginx\n    user: \"{number}\"\n    runtime: runc\n").unwrap();
    }
    let folder = Folder::new(&[("compose.yaml", &text)]);
    let begin = Instant::now();
    let run = folder.run(".", &["check"]);
    let checked = begin.elapsed();
    let explained = folder.run(".", &["check", "--explain"]);
    assert_eq!((run.code, explained.code), (Some(1), Some(1)));
    assert!(explained.out.contains("    user: \"19999\" (compose.yaml:80000, own key)\n"));
    let whole = begin.elapsed();
    // With a pass over the text for each value it takes some hundred times as long.
    assert!(whole < 12 * checked, "{whole:?} and {checked:?}");
}
