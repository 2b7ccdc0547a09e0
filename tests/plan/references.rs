//! Files that others name, and what is said about those that cannot be looked at.

use std::path::PathBuf;

use compose_harden::compose::MAX_INCLUDED_FILES;
use compose_harden::policy::Policy;

use super::hardening::{Relation, check_hardening, files_of};
use super::{assert_hardened, assert_refused, run, said};

const WEB: &str = "services:\n  web:\n    image: a\n";

/// The title and the help of the only refusal.
fn advice(text: &str) -> (String, String) {
    let (_, outcome) = run(&[text, WEB], Relation::First);
    let [refusal] = &outcome.refusals[..] else { panic!("not one refusal of {text}") };
    (refusal.diagnostic.title.clone(), refusal.diagnostic.help.clone().unwrap_or_default())
}

#[test]
fn says_why_a_reference_is_no_path() {
    let references = [
        (
            "$DIR/b.yaml",
            "names its file with a variable",
            "name the file without a variable; which one it is must not depend on the environment",
        ),
        (
            "https://example.com/b.yaml",
            "names a file that is not on this machine",
            "name a local file; a remote one cannot be read or hardened",
        ),
    ];
    for (path, words, help) in references {
        let service = format!("services:\n  web:\n    extends: {{file: \"{path}\", service: web}}\n");
        assert_eq!(advice(&service), (format!("`extends` {words}"), help.to_owned()));
        let include = format!("include: [\"{path}\"]\n{WEB}");
        assert_eq!(advice(&include), (format!("`include` {words}"), help.to_owned()));
        let include = format!("include: [{{path: b.yaml, project_directory: \"{path}\"}}]\n{WEB}");
        assert_eq!(advice(&include), (format!("`project_directory` {words}"), help.to_owned()));
    }
}

#[test]
fn includes_nothing_by_null_or_reset_and_wants_a_list() {
    let hard_web = format!("#block\n{}", WEB.replace("    image", "    <<: *hardening\n    image"));
    for include in ["include:\n", "include: !reset [no.yaml]\n"] {
        assert_hardened(&[&format!("{include}{WEB}")], Relation::First, &[&format!("{include}{hard_web}")]);
    }
    let words = "compose.yaml:1: `include` must be a list of paths, or of mappings with a `path`";
    assert_refused(&[&format!("include: b.yaml\n{WEB}"), WEB], Relation::First, words);
}

#[test]
fn extends_a_service_of_its_own_file_where_the_file_is_null() {
    let base = |merge: &str| format!("services:\n  base:\n{merge}    image: a\n");
    for extends in [
        "{service: base, file: null}",
        "{service: base, file: ~}",
        "{service: base, file: }",
        "{service: base, file: null, <<: {file: b.yaml}}",
        "{<<: {file: null}, service: base}",
        "{service: base, file: !reset b.yaml}",
    ] {
        let child = format!("  web:\n    extends: {extends}\n");
        let after = format!("#block\n{}{child}", base("    <<: *hardening\n"));
        assert_hardened(&[&format!("{}{child}", base("")), &base("")], Relation::First, &[&after, "="]);
    }
    let child = "services:\n  web:\n    extends: {<<: {file: b.yaml}, service: base, file: !reset null}\n";
    let after = format!("#block\n{}", base("    <<: *hardening\n"));
    assert_hardened(&[child, &base("")], Relation::First, &["=", &after]);
}

#[test]
fn what_is_wrong_beside_an_extended_service_in_its_file_is_nothing_to_it() {
    let child = "services:\n  web:\n    extends: {file: b.yaml, service: base}\n";
    for (sibling, words) in [
        ("  user: \"0\"\n", "service `user` must be a mapping"),
        ("  other: [a]\n", "service `other` must be a mapping"),
        ("  other: {user: 5}\n", "`user` must be a string"),
        ("  other: {security_opt: a}\n", "`security_opt` must be a list"),
        ("  other: {security_opt: [a, a]}\n", "`security_opt` has this item twice"),
        ("  other: {\"<<\": {}}\n", "an attribute that no service has; remove its quotes or tag"),
        ("  \"no name\": {image: a}\n", "use only ASCII letters, digits, `.`, `_` and `-`"),
    ] {
        let file = |merge: &str| format!("services:\n{sibling}  base:\n{merge}    image: a\n");
        let after = format!("#block\n{}", file("    <<: *hardening\n"));
        assert_hardened(&[child, &file("")], Relation::First, &["=", &after]);
        let later = format!("{}---\nservices:\n  base: {{tty: true}}\n", file(""));
        let after = format!("{after}---\nservices:\n  base: {{tty: true}}\n");
        assert_hardened(&[child, &later], Relation::First, &["=", &after]);
        for relation in [Relation::Each, Relation::Layers, Relation::Variants] {
            let (files, outcome) = run(&[child, &file("")], relation);
            let said = said(&files, &outcome.refusals);
            assert!(
                said.iter().any(|line| line.starts_with("b.yaml:2") && line.ends_with(words)),
                "{said:?}"
            );
            assert!(outcome.changes.is_empty());
        }
        let name = sibling.trim_start().split(':').next().unwrap();
        let uses = format!("services:\n  web:\n    extends: {{file: b.yaml, service: {name}}}\n");
        let (files, outcome) = run(&[&uses, &file("")], Relation::First);
        let said = said(&files, &outcome.refusals);
        assert!(said[0].starts_with("b.yaml:2") && said[0].ends_with(words), "{said:?}");
    }
}

#[test]
fn what_is_wrong_at_the_top_of_a_file_that_is_only_extended_is_nothing_to_its_services() {
    let child = "services:\n  web:\n    extends: {file: b.yaml, service: base}\n";
    for (top, words) in [
        ("version: 3\n", "`version` must be a string"),
        ("foo: x\n", "`foo` is not a top-level key of a Compose file"),
    ] {
        let file =
            |block: &str, merge: &str| format!("{top}{block}services:\n  base:\n{merge}    image: a\n");
        let after = file("#block\n", "    <<: *hardening\n");
        assert_hardened(&[child, &file("", "")], Relation::First, &["=", &after]);
        let (files, outcome) = run(&[child, &file("", "")], Relation::Each);
        let said = said(&files, &outcome.refusals);
        assert!(said.iter().any(|line| line.starts_with("b.yaml:1") && line.ends_with(words)), "{said:?}");
        assert!(outcome.changes.is_empty());
    }
}

#[test]
fn an_include_without_a_directory_has_that_of_its_file() {
    let web = |merge: &str| format!("services:\n  web:\n{merge}    image: a\n");
    for item in ["{path: b.yaml, project_directory: null}", "{path: b.yaml, env_file: ~}"] {
        let include = format!("include: [{item}]\n");
        let after = format!("#block\n{}", web("    <<: *hardening\n"));
        assert_hardened(&[&include, &web("")], Relation::First, &["=", &after]);
    }
    for item in ["{path: 5}", "{path: [null]}", "{path: [b.yaml, ~]}", "5"] {
        let words = "compose.yaml:1: `include` must be a list of paths, or of mappings with a `path`";
        assert_refused(&[&format!("include: [{item}]\n"), &web("")], Relation::First, words);
    }
}

#[test]
fn refuses_files_that_include_one_another() {
    let title = "files include one another in a circle, or more than 64 levels deep (MAX_INCLUDES)";
    let words = format!("compose.yaml:1: {title}");
    for include in ["compose.yaml", "b.yaml"] {
        let text = "include: [b.yaml]\n".replace("b.yaml", include);
        assert_refused(&[&text, "include: [compose.yaml]\n"], Relation::First, &words);
    }
}

#[test]
fn files_include_one_another_up_to_64_levels_deep() {
    for (levels, refusals) in [(64, 0), (65, 1)] {
        let mut files = files_of(["include: [1.yaml]\n"]);
        for level in 1..=levels {
            let text =
                if level == levels { WEB.to_owned() } else { format!("include: [{}.yaml]\n", level + 1) };
            files.0.insert(PathBuf::from(format!("/p/{level}.yaml")), text);
        }
        let outcome = check_hardening(&files, Relation::First, &Policy::default());
        assert_eq!((outcome.refusals.len(), outcome.changes.len()), (refusals, 1 - refusals), "{levels}");
    }
}

#[test]
fn a_project_may_include_10000_files() {
    let including = |count: usize| format!("include: [{{path: [{}]}}]\n", vec!["b.yaml"; count].join(", "));
    assert_hardened(&[&including(MAX_INCLUDED_FILES), "services: {}\n"], Relation::First, &["=", "="]);
    let words = "compose.yaml:1: this project includes more than 10000 files (MAX_INCLUDED_FILES)";
    assert_refused(&[&including(MAX_INCLUDED_FILES + 1), "services: {}\n"], Relation::First, words);
}

#[test]
fn a_later_document_of_an_extended_file_may_replace_or_remove_what_earlier_ones_define() {
    let web = "services:\n  web:\n    extends: {file: b.yaml, service: base}\n";
    let first = "services:\n  base:\n    image: a\n";
    for between in ["", "---\nservices:\n  base: !reset null\n"] {
        let tag = if between.is_empty() { " !override" } else { "" };
        let last = |merge: &str| format!("services:\n  base:{tag}\n{merge}    image: b\n");
        assert_hardened(
            &[web, &format!("{first}{between}---\n{}", last(""))],
            Relation::First,
            &["=", &format!("{first}{between}---\n#block\n{}", last("    <<: *hardening\n"))],
        );
    }
}
