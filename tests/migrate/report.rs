//! The report, and runs that go on where another ended.

use std::fs;

use crate::{BARE, Farm, commit, git, id, put, state};

const RUN: [&str; 3] = ["root", "--report", "report"];

fn lines(farm: &Farm) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(farm.beside("report")).unwrap();
    assert!(text.ends_with('\n'));
    text.trim_end().split('\n').map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn has_a_line_for_each_repository() {
    let farm = Farm::new();
    let changed = farm.repository("a", &[("compose.yml", BARE)]);
    farm.repository("b", &[("README", "x\n")]);
    let dirty = farm.repository("c", &[("compose.yml", BARE)]);
    put(&dirty.join("compose.yml"), "services: {x: {image: y}}\n");
    assert_eq!(farm.run(&RUN).code, 0);
    let lines = lines(&farm);
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["changed", "clean", "skipped"]);
    let expected = serde_json::json!({
        "repository": changed.to_str().unwrap(),
        "head": id(&changed, "main"),
        "version": env!("CARGO_PKG_VERSION"),
        "policy": lines[1]["policy"],
        "status": "changed",
        "branch": "compose-harden",
        "commit": id(&changed, "compose-harden"),
        "files": ["compose.yml"],
        "services": 1,
        "left": 0,
    });
    assert_eq!(lines[0], expected);
    assert_eq!(lines[2]["reason"], "uncommitted changes");
}

#[test]
fn has_a_second_run_do_what_is_left() {
    let farm = Farm::new();
    let done = farm.repository("a", &[("compose.yml", BARE)]);
    let moved = farm.repository("b", &[("README", "x\n")]);
    let dirty = farm.repository("c", &[("compose.yml", BARE)]);
    put(&dirty.join("compose.yml"), &format!("{BARE}# mine\n"));
    assert_eq!(farm.run(&RUN).code, 0);
    let made = id(&done, "compose-harden");
    put(&moved.join("compose.yml"), BARE);
    commit(&moved);
    commit(&dirty);
    let ran = farm.run(&RUN);
    assert_eq!(ran.code, 0, "{ran:?}");
    let changed = |name: &str| format!("changed {name}: 1 service in 1 file, branch compose-harden\n");
    assert_eq!(ran.out, changed("b") + &changed("c"));
    assert_eq!(ran.messages, "3 repositories: 2 changed, 1 done before\n");
    assert_eq!((lines(&farm).len(), id(&done, "compose-harden")), (5, made));
    let ran = farm.run(&RUN);
    assert_eq!(ran.messages, "3 repositories: 3 done before\n");
    // What was made is not what is asked for now.
    let ran = farm.run(&["root", "--report", "report", "--branch", "other"]);
    assert!(ran.messages.starts_with("3 repositories: 3 changed"), "{ran:?}");
}

#[test]
fn is_mended_where_a_killed_run_left_a_torn_line() {
    let farm = Farm::new();
    for name in ["a", "b", "c"] {
        farm.repository(name, &[("compose.yml", BARE)]);
    }
    assert_eq!(farm.run(&RUN).code, 0);
    let whole = fs::read_to_string(farm.beside("report")).unwrap();
    let third = whole.trim_end().rfind('\n').unwrap() + 1;
    for end in [third + 1, third + 20, whole.len() - 1] {
        put(&farm.beside("report"), &whole[..end]);
        let dry = farm.run(&[&RUN[..], &["--dry-run", "--branch", "new"]].concat());
        assert_eq!(dry.code, 0, "{dry:?}");
        assert_eq!(fs::read_to_string(farm.beside("report")).unwrap(), &whole[..end]);
        let ran = farm.run(&RUN);
        assert_eq!(ran.messages, "3 repositories: 1 changed, 2 done before\n", "{ran:?}");
        assert_eq!(fs::read_to_string(farm.beside("report")).unwrap(), whole);
    }
}

#[test]
fn must_be_a_regular_file_and_be_there_to_say_what_failed() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    let before = state(&repository);
    let ran = farm.run(&["root", "--report", "/dev/full"]);
    let words = "error: report `/dev/full`: cannot open the report: it is not a regular file\n";
    assert_eq!((ran.code, ran.messages.as_str()), (2, words));
    let ran = farm.run(&[&RUN[..], &["--only-failed"]].concat());
    assert_eq!((ran.code, ran.messages.as_str()), (2, "error: there is no report `report`\n"));
    assert!(!farm.beside("report").exists());
    assert_eq!(state(&repository), before);
}

#[test]
fn is_left_alone_where_it_is_something_else() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    for text in ["my notes", "my notes\n", "{\"a\": 1}\n"] {
        put(&farm.beside("report"), text);
        let ran = farm.run(&RUN);
        assert_eq!(ran.code, 2);
        assert!(
            ran.messages.starts_with("error: report `report`: line 1 does not belong in a report"),
            "{ran:?}"
        );
        assert_eq!(fs::read_to_string(farm.beside("report")).unwrap(), text);
    }
    assert_eq!(git(&repository, &["branch", "--format=%(refname:short)"]), "main\n");
}

#[test]
fn does_not_take_a_work_tree_that_is_hardened_for_a_commit() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    farm.run(&["root", "--branch", "x"]);
    put(&repository.join("compose.yml"), &git(&repository, &["show", "x:compose.yml"]));
    for _ in 0..2 {
        assert_eq!(farm.run(&RUN).messages, "1 repository: 1 clean\n");
    }
    // What is said again is not written again.
    assert_eq!(lines(&farm).len(), 1);
    git(&repository, &["checkout", "--quiet", "."]);
    let ran = farm.run(&RUN);
    assert_eq!(ran.out, "changed a: 1 service in 1 file, branch compose-harden\n", "{ran:?}");
}

#[test]
fn has_made_again_what_is_gone() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    assert_eq!(farm.run(&RUN).code, 0);
    git(&repository, &["pack-refs", "--all"]);
    assert_eq!(farm.run(&RUN).messages, "1 repository: 1 done before\n");
    git(&repository, &["branch", "--quiet", "-D", "compose-harden"]);
    let ran = farm.run(&RUN);
    assert_eq!(ran.messages, "1 repository: 1 changed\n");
    assert_eq!(id(&repository, "compose-harden^"), id(&repository, "main"));
    let patches = ["root", "--report", "report", "--patches", "patches"];
    assert_eq!(farm.run(&patches).messages, "1 repository: 1 changed\n");
    assert_eq!(farm.run(&patches).messages, "1 repository: 1 done before\n");
    fs::remove_dir_all(farm.beside("patches")).unwrap();
    assert_eq!(farm.run(&patches).messages, "1 repository: 1 changed\n");
    assert_eq!(fs::read_dir(farm.beside("patches")).unwrap().count(), 1);
}
