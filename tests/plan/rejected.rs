//! What Docker Compose rejects at the top level of a file and in its services, and the words for it.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused, run};

/// Asserts that a file is refused in these words about its last line.
#[track_caller]
fn assert_rejected(text: &str, words: &str) {
    let line = text.matches('\n').count();
    assert_refused(&[text], Relation::First, &format!("compose.yaml:{line}: {words}"));
}

#[test]
fn a_name_of_a_service_is_made_of_some_characters_alone() {
    for (key, name) in [("we b", "we b"), ("\"\"", ""), ("wéb", "wéb"), ("web/db", "web/db")] {
        let words =
            format!("`{name}` is not a valid service name: use only ASCII letters, digits, `.`, `_` and `-`");
        assert_rejected(&format!("services:\n  {key}: {{image: a}}\n"), &words);
    }
}

#[test]
fn the_top_level_is_a_mapping() {
    for root in ["a", "- a", "[]", "\"\""] {
        assert_rejected(&format!("{root}\n"), "the top level of a Compose file must be a mapping");
    }
    for document in ["--- # nothing\n", "--- !!null\n", "--- &a\n"] {
        assert_refused(&[document], Relation::First, "compose.yaml:1: the document is empty");
    }
}

#[test]
fn a_file_may_be_empty_beside_another_that_is_not() {
    let (web, hard) = ("services:\n  web:\n    image: a\n", "  web:\n    <<: *hardening\n    image: a\n");
    let hard = format!("#block\nservices:\n{hard}");
    assert_hardened(&["", web], Relation::Layers, &["=", &hard]);
    assert_hardened(&[web, "# none\n", ""], Relation::Layers, &[&hard, "=", "="]);
    let including = format!("include: [b.yaml]\n{web}");
    let hard_including = hard.replace("#block\n", "include: [b.yaml]\n#block\n");
    assert_hardened(&[&including, "# none\n"], Relation::First, &[&hard_including, "="]);
    let words = "compose.yaml:1: the document is empty";
    assert_refused(&["# none\n"], Relation::First, words);
    assert_refused(&["\u{feff}", ""], Relation::Layers, words);
}

#[test]
fn services_at_the_top_level_are_told_from_an_unknown_key() {
    let words = |key: &str| format!("`{key}` is not a top-level key of a Compose file");
    assert_rejected("services: {web: {image: a}}\nfoo: {}\n", &words("foo"));
    assert_rejected("name: a\nweb: {image: a}\n", &words("web"));
}

#[test]
fn a_version_is_a_string() {
    for version in ["3", "3.8", "", "null"] {
        let text = format!("services: {{web: {{image: a}}}}\nversion: {version}\n");
        assert_rejected(&text, "`version` must be a string");
    }
    for version in ["\"3\"", "'3.8'", "3.8.1", "!!str 3"] {
        let text = format!("version: {version}\nservices:\n  web:\n    image: a\n");
        let after = text
            .replace("services", "#block\nservices")
            .replace("    image", "    <<: *hardening\n    image");
        assert_hardened(&[&text], Relation::First, &[&after]);
    }
}

#[test]
fn merge_keys_are_looked_at_outside_of_services_too() {
    let words = "a merge key needs a mapping, an alias of one, or a list of them";
    for value in ["b", "[{}, b]"] {
        assert_rejected(&format!("services: {{web: {{image: a}}}}\nx-a: {{<<: {value}}}\n"), words);
    }
    let words = "the merged mapping has a tag, and Docker Compose would apply it at another path";
    for text in [
        "services: {web: {image: a, labels: {<<: !override {}}}}\n",
        "{x-a: &a {<<: !override {}}, services: {web: {image: a, <<: *a}}}\n",
        "{x-a: &a {web: {image: a}, <<: !override {}}, services: *a}\n",
        "services: {web: {image: a}}\n<<: !override {x-a: {}}\n",
        "services: {web: {image: a}}\n<<: {x-a: {<<: !override {}}}\n",
    ] {
        assert_rejected(text, words);
    }
}

#[test]
fn extends_names_a_service() {
    let rejected = |value: &str, words: &str| {
        let services = "  \"null\": {image: b}\n  \"5\": {image: b}\n";
        assert_rejected(&format!("services:\n{services}  web:\n    extends: {value}\n"), words);
    };
    for value in
        ["", "null", "\"\"", "5", "{file: b.yaml}", "{service: \"\"}", "{service: null}", "{service: 5}"]
    {
        rejected(value, "`extends` must name a service");
    }
    rejected("{service: null, <<: {service: \"null\"}}", "`extends` must name a service");
    for file in ["\"\"", "5", "[]", "{}"] {
        let words = "the `file` of `extends` must be the path of a file, or null";
        rejected(&format!("{{service: \"null\", file: {file}}}"), words);
    }
}

#[test]
fn says_what_to_do_about_a_tag_that_is_not_followed() {
    for (text, help) in [
        ("include: !override [b.yaml]\n", "remove the tag, and the value after `!reset`"),
        ("services: {web: {<<: !override {}}}\n", "remove the tag"),
        ("services: {web: !reset {}, <<: {web: {image: a}}}\n", "write the merged services out"),
        ("services: !override {web: !reset {image: a}}\n", "remove the entry with the tag"),
    ] {
        let (_, outcome) = run(&[text], Relation::First);
        let [refusal] = &outcome.refusals[..] else { panic!("not one refusal of {text}") };
        let found = (refusal.diagnostic.title.as_str(), refusal.diagnostic.help.as_deref());
        assert_eq!(found, ("this file cannot be hardened exactly", Some(help)));
    }
}

#[test]
fn what_the_top_level_merges_may_bring_no_services() {
    let words =
        |key: &str| format!("`{key}` comes from this merge key, which is not followed at the top level");
    let services = "x-s: &s services\nx-a: &a\n  *s : {web: {image: a}}\n";
    assert_rejected(&format!("{services}<<: *a\n"), &words("services"));
    assert_rejected(&format!("{services}services: !reset {{}}\n<<: *a\n"), &words("services"));
    let include = "x-a: &a\n  include: [b.yaml]\n";
    assert_rejected(&format!("{include}services: {{}}\n<<: *a\n"), &words("include"));
    assert_rejected(&format!("{include}include: !reset []\n<<: *a\n"), &words("include"));
    let own = format!("{services}services:\n  web:\n    image: b\n<<: *a\n");
    let hard = own.replace("services:\n  web:\n", "#block\nservices:\n  web:\n    <<: *hardening\n");
    assert_hardened(&[&own], Relation::First, &[&hard]);
}

#[test]
fn a_service_that_is_reset_comes_back_by_what_is_merged() {
    let text = "x-a: &a\n  web: {image: a}\n  db: {image: a}\nservices:\n  db: {image: a}\n  <<: *a\n";
    let words = "compose.yaml:4: service `web` is removed by `!reset`, but a merge key adds it again";
    let reset = text.replace("services:\n", "services:\n  web: !reset {}\n");
    assert_refused(&[&reset], Relation::First, words);
    assert!(run(&[text], Relation::First).1.refusals.is_empty());
}

#[test]
fn services_of_a_later_document_may_not_be_those_of_an_earlier_one() {
    let words = "compose.yaml:5: these are services of an earlier document, where `web` is to be hardened";
    for services in ["*s", "{<<: *s}", "{<<: [*s], db: {image: b}}"] {
        let text = format!("services: &s\n  web:\n    image: a\n---\nservices: {services}\n");
        assert_refused(&[&text], Relation::First, words);
    }
}

#[test]
fn a_key_may_be_an_alias() {
    let text = "x-s: &s services\nx-u: &u user\n#block\n*s :\n  web: &w\n    image: a\n  db: *w\n";
    let hard = text.replace("&w\n", "&w\n    <<: *hardening\n");
    assert_hardened(&[&text.replace("#block\n", "")], Relation::First, &[&hard]);
    let null = "x-u: &u user\nservices:\n  web:\n    image: a\n    *u :\n";
    assert_rejected(null, "`user` must have a value here");
}

#[test]
fn the_tag_of_services_is_followed_in_its_plain_place_alone() {
    let words =
        "a tag on `services` is not followed beside `include`, or if the key or the value is an alias";
    assert_rejected("include: [b.yaml]\nservices: !override {web: {image: a}}\n", words);
    assert_rejected("x-s: &s services\n*s : !override {web: {image: a}}\n", words);
    assert_rejected("x-s: &s !override {web: {image: a}}\nservices: *s\n", words);
}

#[test]
fn what_reset_does_not_remove_below_override_is_not_taken_for_removed() {
    let words = |key: &str| {
        format!("`!reset` does not remove `{key}`: Docker Compose ignores tags below `!override`")
    };
    assert_rejected("services: !override {web: !reset {image: a}}\n", &words("web"));
    for body in ["{image: a, user: !reset x}", "{image: a, <<: {user: !reset x}}"] {
        assert_rejected(&format!("services: {{web: !override {body}}}\n"), &words("user"));
        assert_rejected(&format!("services: !override {{web: {body}}}\n"), &words("user"));
    }
    for extends in ["!reset db", "{service: db, file: !reset b.yaml}"] {
        let web = format!("web: !override {{image: a, extends: {extends}}}");
        assert_rejected(&format!("services: {{db: {{image: b}}, {web}}}\n"), &words("extends"));
    }
    // Before the tag is reached, and deeper than a service's own keys.
    for (line, web) in [
        ("x-t: &t {image: a, user: !reset x}\n", "<<: [*t, *hardening]"),
        ("x-t: b\n", "<<: *hardening, image: a, environment: {A: !reset b}"),
    ] {
        let before =
            format!("{line}services: {{web: !override {{{}}}}}\n", web.replace(", *hardening]", "]"));
        let before = before.replace("<<: [*t]", "<<: *t").replace("<<: *hardening, ", "");
        let after = format!("{line}#block\nservices: {{web: !override {{{web}}}}}\n");
        assert_hardened(&[&before], Relation::First, &[&after]);
    }
}

#[test]
fn refuses_a_tag_of_a_merged_service_that_another_one_takes_the_place_of() {
    for tag in ["!override {image: b}", "!reset null", "*o"] {
        let layer = format!(
            "x-o: &o !override {{image: b}}\nx-m: &m\n  web: {tag}\nservices:\n  web: {{image: c}}\n  <<: *m\n"
        );
        let words =
            "b.yaml:3: the merged mapping has a tag, and Docker Compose would apply it at another path";
        assert_refused(&["services:\n  web:\n    image: a\n", &layer], Relation::Layers, words);
    }
}

#[test]
fn a_name_is_a_string_and_what_is_defined_beside_services_a_mapping() {
    let web = "services: {web: {image: a}}\n";
    for name in ["5", "true", "1.5", "[a]", "{a: b}", "!!int 5"] {
        assert_rejected(&format!("{web}name: {name}\n"), "`name` must be a string");
    }
    for key in ["networks", "volumes", "secrets", "configs"] {
        for value in ["[]", "a", "\"\"", "5", "!override []"] {
            assert_rejected(&format!("{web}{key}: {value}\n"), &format!("`{key}` must be a mapping"));
        }
    }
    assert_rejected(&format!("{web}x-a: &a 5\nname: *a\n"), "`name` must be a string");
    assert_rejected(&format!("{web}x-a: &a 3\nversion: *a\n"), "`version` must be a string");
    let web = "services:\n  web:\n    image: a\n";
    let hard = "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n";
    for line in ["name: \"5\"", "name: !reset 5", "name: !!str 5", "version: !reset 3", "networks: !reset []"]
    {
        assert_hardened(&[&format!("{line}\n{web}")], Relation::First, &[&format!("{line}\n{hard}")]);
    }
    for (line, null) in [("name: a", "name: ~"), ("networks: {}", "networks:")] {
        let files = [format!("{line}\n{web}"), format!("{null}\n")];
        let [base, over] = files.each_ref().map(String::as_str);
        assert_hardened(&[base, over], Relation::Layers, &[&format!("{line}\n{hard}"), "="]);
    }
}

#[test]
fn a_null_that_a_template_brings_is_rejected_like_one_of_the_service() {
    let templates = "x-a: &a {user: null}\nx-b: &b {user: u}\nx-c: &c {<<: *a, image: i}\n";
    for line in [
        "  web: {<<: *a, image: i}",
        "  web: {<<: [*a, *b], image: i}",
        "  web: {<<: *a, image: i, user: !reset u}",
        "  web: *c",
    ] {
        let text = format!("{templates}services:\n{line}\n");
        // The null is in the first line.
        assert_refused(&[&text], Relation::First, "compose.yaml:1: `user` must have a value here");
    }
    for line in ["  web: {<<: *a, image: i, user: u}", "  web: {<<: [*b, *a], image: i}"] {
        let (files, outcome) = run(&[&format!("{templates}services:\n{line}\n")], Relation::First);
        assert_eq!(outcome.changes.len(), 1, "{line}: {:?}", super::said(&files, &outcome.refusals));
    }
    let over = "x-a: &a {user: null}\nservices: {web: {<<: *a}}\n";
    let web = "services:\n  web:\n    image: a\n    user: u\n";
    let hard = "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n    user: u\n";
    assert_hardened(&[web, over], Relation::Layers, &[hard, "="]);
}
