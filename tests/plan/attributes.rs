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
fn a_tag_may_make_a_string_of_a_scalar_or_something_else() {
    assert_line("user: !!str 1000", None);
    assert_line("user: !who x", None);
    assert_line("user: !who 1000", Some("`user` must be a string"));
    assert_line("user: !!int \"1000\"", Some("`user` must be a string"));
    assert_line("user: !<tag:yaml.org,2002:str> 1000", None);
    assert_line("user: <<", None);
    assert_line("environment: {!!str 1: a}", None);
    assert_line("environment: {!!int \"1\": a}", Some("Docker Compose allows only strings as keys"));
}

#[test]
fn an_alias_may_stand_right_behind_what_it_names() {
    assert_line("environment: [&a A=b, *a]", None);
    assert_line("environment: &a [A=b, *a]", Some("the anchor `a` contains this alias of itself"));
}
