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
fn an_override_file_that_is_ignored_changes_only_if_it_is_named_and_what_it_adds_is_said() {
    let folder = ignored_override(MAIL);
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(0));
    assert!(run.messages.contains("service `mail` is left without hardening"), "{}", run.messages);
    assert!(folder.is_hardened("compose.yaml") && folder.text("compose.override.yaml") == MAIL);
    assert_eq!(folder.run(".", &["check"]).code, Some(1));
    assert_eq!(folder.run(".", &["fix", "--write", "compose.override.yaml"]).code, Some(0));
    assert!(folder.is_hardened("compose.override.yaml"));
    assert_eq!(folder.run(".", &["check"]).code, Some(0));
}

#[test]
fn what_an_ignored_file_says_of_two_others_is_no_reason_for_a_pin() {
    for (name, text) in [
        (".env", "COMPOSE_FILE=docker-compose.a.yml:docker-compose.b.yml\n"),
        (".envrc", "export COMPOSE_FILE=docker-compose.a.yml:docker-compose.b.yml\n"),
    ] {
        let files = [("docker-compose.a.yml", WEB), ("docker-compose.b.yml", PRIVILEGES), (name, text)];
        let folder = Folder::new(&files);
        assert!(folder.run(".", &["fix"]).out.contains("security_opt: []"), "{name}");
        folder.put(".gitignore", &format!("{name}\n"));
        let run = folder.run(".", &["fix"]);
        assert!(!run.out.contains("security_opt: []"), "{name}: {}", run.out);
    }
}

#[test]
fn a_service_that_begins_in_an_ignored_file_and_goes_on_in_another_is_said() {
    let folder = Folder::new(&[
        (".gitignore", "local.yaml\n"),
        ("compose.yaml", "services:\n  web:\n    extends: {file: local.yaml, service: web}\n"),
        ("local.yaml", WEB),
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
fn the_base_is_not_pinned_for_a_file_that_only_this_machine_loads() {
    let files = [("compose.yaml", WEB), ("local.yaml", PRIVILEGES)];
    for (name, text, rules) in [
        (".env", "COMPOSE_FILE=compose.yaml:local.yaml\n", ".env\n"),
        (".env", "COMPOSE_FILE=compose.yaml:local.yaml\n", "local.yaml\n"),
        ("Makefile", "up:\n\tdocker compose -f compose.yaml -f local.yaml up\n", "local.yaml\n"),
        (".env", "COMPOSE_FILE=compose.yaml:local/own.yaml\n", "local/\n"),
    ] {
        let folder = Folder::new(&files);
        folder.put("local/own.yaml", PRIVILEGES);
        folder.put(name, text);
        folder.put(".gitignore", rules);
        let run = folder.run(".", &["fix"]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{name} {rules}: {}", run.messages);
        assert!(run.messages.contains("would get the same item"), "{name} {rules}: {}", run.messages);
    }
    let folder = Folder::new(&files);
    folder.put(".env", "COMPOSE_FILE=compose.yaml:local.yaml\n");
    let run = folder.run(".", &["fix"]);
    assert!(run.out.contains("+    security_opt: []\n"), "{} {}", run.out, run.messages);
}

#[test]
fn what_is_extended_stays_where_a_rule_hides_it_or_its_directory_and_changes_where_it_is_hidden_by_its_name_alone()
 {
    for (rules, extended, changes) in [
        ("local/\n", "local/base.yaml", false),
        ("*.local.yaml\n", "base.local.yaml", false),
        ("*.local.yaml\n!base.local.yaml\n", "base.local.yaml", true),
        ("", ".base.yaml", true),
    ] {
        let base = format!("services:\n  web:\n    extends: {{file: {extended}, service: web}}\n");
        let folder = Folder::new(&[("p/.git/x", ""), ("p/.gitignore", rules), ("p/compose.yaml", &base)]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("p", folder.path("link")).unwrap();
        for path in ["p", "p/compose.yaml", if cfg!(unix) { "link" } else { "p" }] {
            folder.put(&format!("p/{extended}"), WEB);
            let run = folder.run(".", &["fix", "--write", path]);
            assert_eq!(run.code, Some(0), "{rules} {path}: {}", run.messages);
            assert_eq!(
                folder.is_hardened(&format!("p/{extended}")),
                changes,
                "{rules} {path}: {}",
                run.messages
            );
        }
    }
}
