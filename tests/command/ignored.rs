//! What `.gitignore` hides and Docker Compose loads all the same.

use crate::{Folder, WEB};

const PRIVILEGES: &str = "services:\n  web:\n    security_opt: [no-new-privileges=true]\n";
const MAIL: &str = "services:\n  mail:\n    image: mailpit\n";

/// A folder with a base file and an override file that git ignores.
fn ignored_override(text: &str) -> Folder {
    Folder::new(&[
        (".gitignore", "compose.override.yaml\n"),
        ("compose.yaml", WEB),
        ("compose.override.yaml", text),
    ])
}

#[test]
fn the_base_is_right_without_an_override_file_that_is_ignored() {
    for paths in [&["fix"][..], &["fix", "compose.yaml"]] {
        let run = ignored_override(PRIVILEGES).run(".", paths);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{}", run.messages);
        assert!(
            run.messages.contains("would get the same item of `security_opt` from two layers"),
            "{}",
            run.messages
        );
    }
}

#[test]
fn an_override_file_that_is_ignored_changes_only_if_it_is_named() {
    let folder = ignored_override(MAIL);
    assert_eq!(folder.run(".", &["fix", "--write"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml") && folder.text("compose.override.yaml") == MAIL);
    assert_eq!(folder.run(".", &["check"]).code, Some(0));
    assert_eq!(folder.run(".", &["fix", "--write", "compose.override.yaml"]).code, Some(0));
    assert!(folder.is_hardened("compose.override.yaml"));
}

#[test]
fn a_service_that_begins_in_an_ignored_file_and_goes_on_in_another_is_said() {
    let folder = Folder::new(&[
        (".gitignore", "local.yaml\n"),
        ("compose.yaml", "services:\n  web:\n    extends: {file: local.yaml, service: web}\n"),
        ("local.yaml", WEB),
        ("other.yaml", ""),
    ]);
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(run.messages.contains("it begins in `local.yaml`, which `.gitignore` names"), "{}", run.messages);
    assert_eq!(folder.text("local.yaml"), WEB);
    assert_eq!(folder.run(".", &["check"]).code, Some(1));
}

#[test]
fn a_project_that_is_ignored_as_a_whole_is_hardened_where_it_is_asked_for() {
    let folder = ignored_override(MAIL);
    folder.put(".gitignore", "*.yaml\n");
    assert_eq!(folder.run(".", &["fix", "--write"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml") && folder.is_hardened("compose.override.yaml"));
}

#[test]
fn what_an_ignored_env_file_or_a_command_loads_is_no_reason_to_give_less_elsewhere() {
    let files = [("compose.yaml", WEB), ("local.yaml", PRIVILEGES)];
    for (name, text, rules) in [
        (".env", "COMPOSE_FILE=compose.yaml:local.yaml\n", ".env\n"),
        (".env", "COMPOSE_FILE=compose.yaml:local.yaml\n", "local.yaml\n"),
        ("Makefile", "up:\n\tdocker compose -f compose.yaml -f local.yaml up\n", "local.yaml\n"),
    ] {
        let folder = Folder::new(&files);
        folder.put(name, text);
        folder.put(".gitignore", rules);
        let run = folder.run(".", &["fix"]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{name} {rules}: {}", run.messages);
    }
    let folder = Folder::new(&files);
    folder.put(".env", "COMPOSE_FILE=compose.yaml:local.yaml\n");
    let run = folder.run(".", &["fix"]);
    assert!(run.out.contains("+    security_opt: []\n"), "{} {}", run.out, run.messages);
}
