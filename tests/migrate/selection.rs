//! Which repositories a run comes to, and a run that writes nothing.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::{BARE, Farm, git, put, ran, set_environment};

fn farm_of(count: usize) -> Farm {
    let farm = Farm::new();
    for number in 0..count {
        farm.repository(format!("r{number}"), &[("compose.yml", BARE)]);
    }
    farm
}

fn with_branch(farm: &Farm) -> Vec<String> {
    let entries = fs::read_dir(farm.root()).unwrap().map(|entry| entry.unwrap().path());
    let made = entries.filter(|path| path.join(".git/refs/heads/compose-harden").exists());
    let mut names: Vec<_> = made.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let farm = farm_of(2);
    let ran = farm.run(&["root", "--dry-run", "--report", "report"]);
    let expected = "would change r0: 1 service in 1 file, branch compose-harden\n\
                    would change r1: 1 service in 1 file, branch compose-harden\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected));
    assert_eq!(ran.messages, "2 repositories: 2 would change\n");
    assert!(with_branch(&farm).is_empty() && !farm.beside("report").exists());
    assert!(git(&farm.root().join("r0"), &["count-objects"]).starts_with("3 objects"));
}

#[test]
fn a_limit_counts_the_repositories_that_change() {
    let farm = farm_of(3);
    farm.repository("a", &[("README", "x\n")]);
    let ran = farm.run(&["root", "--limit", "2", "--report", "report"]);
    assert_eq!(ran.messages, "4 repositories: 2 changed, 1 clean, 1 not reached\n");
    assert_eq!(with_branch(&farm), ["r0", "r1"]);
    let ran = farm.run(&["root", "--limit", "2", "--report", "report"]);
    assert_eq!(ran.messages, "4 repositories: 1 changed, 1 clean, 2 done before\n");
}

#[test]
fn a_sample_is_the_same_in_every_run_and_part_of_a_larger_one() {
    let farm = farm_of(8);
    let dry = |count: &str| farm.run(&["root", "--dry-run", "--sample", count]).out;
    let (three, five) = (dry("3"), dry("5"));
    assert_eq!(three.matches('\n').count(), 3);
    assert_eq!(three, dry("3"));
    assert!(three.split('\n').all(|line| five.contains(line)), "{three}{five}");
    assert_eq!(dry("99").matches('\n').count(), 8);
    // Spread by a hash, and not the first ones.
    assert!(!(three.contains(" r0:") && three.contains(" r1:") && three.contains(" r2:")), "{three}");
}

#[test]
fn only_failed_comes_to_what_the_report_says_failed() {
    let farm = farm_of(3);
    let lock = farm.root().join("r1/.git/refs/heads/compose-harden.lock");
    put(&lock, "");
    assert_eq!(farm.run(&["root", "--report", "report"]).code, 2);
    fs::remove_file(lock).unwrap();
    let ran = farm.run(&["root", "--report", "report", "--only-failed"]);
    assert_eq!(ran.out, "changed r1: 1 service in 1 file, branch compose-harden\n");
    assert_eq!(ran.messages, "1 repository: 1 changed\n");
    let ran = farm.run(&["root", "--report", "report", "--only-failed"]);
    assert_eq!((ran.code, ran.messages.as_str()), (0, "0 repositories\n"));
    assert_eq!(farm.run(&["root", "--only-failed"]).code, 2);
}

#[test]
fn a_list_comes_from_standard_input() {
    let farm = farm_of(2);
    let mut command = Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    set_environment(&mut command);
    command.args(["migrate", "--repos", "-"]).current_dir(farm.root());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"r1\n./r1\n").unwrap();
    let ran = ran(&child.wait_with_output().unwrap());
    assert_eq!(ran.messages, "1 repository: 1 changed\n");
    assert_eq!(with_branch(&farm), ["r1"]);
}

#[test]
fn wrong_arguments_exit_with_two() {
    let farm = farm_of(1);
    let wrong: [&[&str]; 5] = [
        &[],
        &["root", "--repos", "x"],
        &["gone"],
        &["--repos", "gone"],
        &["root", "--patches", "p", "--branch", "b"],
    ];
    for arguments in wrong {
        let ran = farm.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {ran:?}");
    }
    assert!(with_branch(&farm).is_empty());
}
