//! Merge keys that are there already.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

#[test]
fn an_item_goes_behind_a_comma_that_is_there() {
    for (list, hard) in
        [("[*t , ]", "[*t , *hardening, ]"), ("[*t,]", "[*t, *hardening,]"), ("[ *t ]", "[ *t, *hardening ]")]
    {
        let text =
            |list: &str| format!("x-t: &t\n  tty: true\nservices:\n  web:\n    <<: {list}\n    image: a\n");
        let after = format!("#block\n{}", text(hard))
            .replace("#block\nx-t: &t\n  tty: true\n", "x-t: &t\n  tty: true\n#block\n");
        assert_hardened(&[&text(list)], Relation::First, &[&after]);
    }
}

#[test]
fn refuses_a_line_behind_a_block_scalar_that_would_gain_a_line_break() {
    let words = "compose.yaml:4: a line added after this block scalar would add a line break to its value";
    for scalar in ["|\n        x", "|\n\n        ", "|+\n\n        "] {
        let before = format!("services:\n  web:\n    image: a\n    <<: &m\n      hostname: {scalar}");
        assert_refused(&[&before], Relation::First, words);
    }
}

#[test]
fn an_alias_of_a_service_s_name_brings_nothing_along() {
    let before = "services:\n  &w web:\n    image: a\n    container_name: *w\n";
    let after = format!("#block\n{}", before.replace("    image", "    <<: *hardening\n    image"));
    assert_hardened(&[before], Relation::First, &[&after]);
}

#[test]
fn what_a_template_has_only_to_remove_it_gives_way_to_a_service_that_is_merged_before() {
    let text = "x-t: &t\n  cap_drop: !reset [X]\nservices:\n  a: &a\n    image: a\n  b:\n    <<: [ORDER]\n    tty: true\n";
    let hard =
        text.replace("services", "#block\nservices").replace("    image", "    <<: *hardening\n    image");
    for order in ["*a, *t", "*t, *a"] {
        let [text, hard] = [text, &hard].map(|text| text.replace("ORDER", order));
        assert_hardened(&[&text], Relation::First, &[&hard]);
    }
}

#[test]
fn a_tag_may_say_that_what_is_merged_is_a_mapping() {
    for tag in ["!!map", "!<tag:yaml.org,2002:map>"] {
        let inline = format!("services:\n  web:\n    <<: [{tag} {{tty: true}}]\n    image: a\n");
        let after = format!("#block\n{}", inline.replace("}]", "}, *hardening]"));
        assert_hardened(&[&inline], Relation::First, &[&after]);
        let aliased = format!("services:\n  a: &a {tag}\n    image: a\n  b: *a\n");
        let after = format!("#block\n{}", aliased.replace("    image", "    <<: *hardening\n    image"));
        assert_hardened(&[&aliased], Relation::First, &[&after]);
        let block = format!("x-common-hardening-opts: &hardening {tag}\n  runtime: runsc\n");
        let service = format!("{block}services:\n  web:\n    image: a\n");
        let after = service.replace("    image", "    <<: *hardening\n    image");
        assert_hardened(&[&service], Relation::First, &[&after]);
    }
    for tag in ["!override", "!who", "!!str"] {
        let inline = format!("services:\n  web:\n    <<: [{tag} {{tty: true}}]\n    image: a\n");
        let words =
            "compose.yaml:3: the merged mapping has a tag, and Docker Compose would apply it at another path";
        assert_refused(&[&inline], Relation::First, words);
    }
}

#[test]
fn a_tag_of_what_is_merged_outside_of_services_is_nothing_to_them() {
    for tag in ["!override", "!reset", "!who"] {
        for merge in [
            format!("x-a:\n  <<: {tag} {{b: c}}\n"),
            format!("x-a: &a\n  <<: [{tag} {{b: &b {{tty: true}}}}]\n"),
            format!("networks:\n  n:\n    <<: {tag} {{driver: bridge}}\n"),
        ] {
            let used = if merge.contains("&b") { "    environment: *a\n    <<: *b\n" } else { "" };
            let before = format!("{merge}services:\n  web:\n    image: a\n{used}");
            let after = before.replace("services", "#block\nservices");
            let after = match used {
                "" => after.replace("    image", "    <<: *hardening\n    image"),
                _ => after.replace("*b\n", "[*b, *hardening]\n"),
            };
            assert_hardened(&[&before], Relation::First, &[&after]);
        }
    }
}

#[test]
fn a_merge_key_may_have_a_tag_that_says_nothing() {
    let text = "x-t: &t {tty: true}\n#block\nservices:\n  web: {! <<: *t, image: a}\n";
    let hard = text.replace("*t", "[*t, *hardening]");
    assert_hardened(&[&text.replace("#block\n", "")], Relation::First, &[&hard]);
}
