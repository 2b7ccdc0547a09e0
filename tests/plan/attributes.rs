//! What Docker Compose takes for anchors and for values of the attributes that hardening is about.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

/// Asserts that a service with this line is hardened, or refused in these words about that line.
#[track_caller]
fn assert_line(line: &str, words: Option<&str>) {
    let text = format!("services:\n  web:\n    image: a\n    {line}\n");
    let after = format!("#block\n{}", text.replace("    image", "    <<: *hardening\n    image"));
    match words {
        Some(words) => assert_refused(&[&text], Relation::First, &format!("compose.yaml:4: {words}")),
        None => assert_hardened(&[&text], Relation::First, &[&after]),
    }
}

#[test]
fn only_the_items_of_security_opt_must_differ() {
    assert_line("cap_drop: [X, X]", None);
    assert_line("security_opt: [x, x]", Some("`security_opt` has this item twice"));
}

#[test]
fn a_value_that_another_one_replaces_may_be_any() {
    let [twice, number] = [Some("`security_opt` has this item twice"), Some("`user` must be a string")];
    for (own, merged, hard, words) in [
        ("security_opt: []", "{security_opt: [x, x]}", "[{security_opt: [x, x]}, *hardening]", None),
        ("cap_drop: [a]", "{cap_drop: 5}", "[{cap_drop: 5}, *hardening]", None),
        ("user: \"\"", "{user: 5}", "[{user: 5}, *hardening]", None),
        ("user: !override x", "{user: 5}", "[{user: 5}, *hardening]", None),
        ("extends: b", "{extends: null}", "[{extends: null}, *hardening]", None),
        ("tty: true", "[{user: x}, {user: 5}]", "[{user: x}, {user: 5}, *hardening]", None),
        ("tty: true", "{<<: {user: 5}, user: x}", "[{<<: {user: 5}, user: x}, *hardening]", None),
        ("tty: true", "{security_opt: [x, x]}", "", twice),
        ("user: !reset x", "{user: 5}", "", number),
        ("tty: true", "[{user: 5}, {user: x}]", "", number),
        ("tty: true", "{<<: {user: x}, user: 5}", "", number),
    ] {
        for is_first in [true, false] {
            let text = |merged: &str, own: &str| {
                let lines = [format!("    <<: {merged}\n"), format!("    {own}\n")];
                let lines = if is_first { lines.concat() } else { format!("{}{}", lines[1], lines[0]) };
                format!("services:\n  web:\n    image: a\n{lines}")
            };
            let base = if own.starts_with("extends") { "  b:\n    image: b\n" } else { "" };
            let text = |merged: &str| format!("{}{base}", text(merged, own));
            match words {
                Some(words) => {
                    let line = if is_first { 4 } else { 5 };
                    let words = format!("compose.yaml:{line}: {words}");
                    assert_refused(&[&text(merged)], Relation::First, &words);
                }
                None if base.is_empty() => {
                    let after = format!("#block\n{}", text(hard));
                    assert_hardened(&[&text(merged)], Relation::First, &[&after]);
                }
                None => {
                    let after = text(merged).replace("    image: b", "    <<: *hardening\n    image: b");
                    assert_hardened(&[&text(merged)], Relation::First, &[&format!("#block\n{after}")]);
                }
            }
        }
    }
}

#[test]
fn a_tag_may_make_a_string_of_a_scalar_or_something_else() {
    assert_line("user: !!str 1000", None);
    assert_line("user: !who x", None);
    assert_line("user: !who 1000", None);
    assert_line("user: !!who ~", None);
    assert_line("user: !who", None);
    assert_line("user: ! 1000", Some("`user` must be a string"));
    assert_line("user: ! \"1000\"", None);
    assert_line("user: !!%73tr 1000", None);
    assert_line("user: !!int \"1000\"", Some("`user` must be a string"));
    assert_line("user: !<tag:yaml.org,2002:str> 1000", None);
    assert_line("user: <<", None);
    assert_line("environment: {!!str 1: a}", None);
    assert_line("environment: {!!int \"1\": a}", Some("Docker Compose allows only strings as keys"));
}

#[test]
fn a_tag_is_what_the_directives_of_its_document_say() {
    let core = "tag:yaml.org,2002:";
    for (directives, line, words) in [
        (format!("%TAG !e! {core}"), "user: !e!str 1000", None),
        (format!("%TAG !e! {core}"), "user: !e!int \"1000\"", Some("`user` must be a string")),
        (format!("%TAG !e! {core}s"), "user: !e!tr 1000", None),
        (format!("%TAG ! {core}"), "user: !str 1000", None),
        (format!("%TAG ! {core}"), "user: ! \"1000\"", None),
        (format!("%TAG ! {core}"), "user: ! 1000", Some("`user` must be a string")),
        ("%TAG !! tag:example.com:".to_owned(), "user: !!int x", None),
        (format!("%TAG !e! {core}"), "!e!merge \"<<\": {tty: true}", None),
        (
            "%TAG !! !".to_owned(),
            "<<: !!map {tty: true}",
            Some("the merged mapping has a tag, and Docker Compose would apply it at another path"),
        ),
        (format!("%TAG !e! {core}"), "user: !e!null ~", Some("`user` must have a value here")),
        (
            format!("%TAG !e! {core}"),
            "user: !e!binary aGk=",
            Some("write the text itself instead of its Base64 form"),
        ),
        ("%TAG !r! !re".to_owned(), "security_opt: !r!set [x]", None),
        ("%TAG !r! !".to_owned(), "tty: !r!override true", None),
    ] {
        let head = format!("{directives}\n---\n");
        let text = format!("services:\n  web:\n    image: a\n    {line}\n");
        let after = match line.strip_prefix("!e!merge \"<<\": ") {
            Some(merged) => text.replace(merged, &format!("[{merged}, *hardening]")),
            None => text.replace("    image", "    <<: *hardening\n    image"),
        };
        let after = format!("{head}#block\n{after}");
        match words {
            None => assert_hardened(&[&format!("{head}{text}")], Relation::First, &[&after]),
            Some(words) => assert_refused(
                &[&format!("{head}{text}")],
                Relation::First,
                &format!("compose.yaml:6: {words}"),
            ),
        }
    }
    let later = |tag: &str| {
        format!(
            "%TAG !e! {core}\n---\nservices: {{}}\n...\n---\nservices: {{web: {{image: a, user: {tag} 5}}}}\n"
        )
    };
    assert_refused(&[&later("!!int")], Relation::First, "compose.yaml:6: `user` must be a string");
}

#[test]
fn a_null_with_its_tag_adds_nothing_to_an_earlier_layer() {
    let base = "services:\n  web:\n    image: a\n    user: u\n";
    let hard = format!("#block\n{}", base.replace("    image", "    <<: *hardening\n    image"));
    for null in ["!!null", "!!null ~", "!!null \"\"", "! ~", "!<tag:yaml.org,2002:null> null"] {
        for over in [
            format!("services:\n  web: {null}\n"),
            format!("services:\n  web:\n    user: {null}\n    cap_drop: {null}\n"),
        ] {
            assert_hardened(&[base, &over], Relation::Layers, &[&hard, "="]);
        }
        let first = format!("services:\n  web: {null}\n");
        assert_refused(&[&first], Relation::First, "compose.yaml:2: service `web` must be a mapping");
    }
    for text in ["!who", "!!str", "\"\""] {
        let over = format!("services:\n  web: {text}\n");
        assert_refused(&[base, &over], Relation::Layers, "b.yaml:2: service `web` must be a mapping");
    }
}

#[test]
fn an_alias_may_stand_right_behind_what_it_names() {
    assert_line("environment: [&a A=b, *a]", None);
    assert_line("environment: &a [A=b, *a]", Some("the anchor `a` contains this alias of itself"));
}
