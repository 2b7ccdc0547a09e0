//! Names with dots, and aliases inside services.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

#[test]
fn a_service_with_the_block_in_a_value_merges_it_in_a_list() {
    let before = "x-common-hardening-opts: &hardening\n  user: u\nservices:\n  web:\n    image: a\n    labels: *hardening\n";
    let after = before.replace("    image", "    <<: [*hardening]\n    image");
    assert_hardened(&[before], Relation::First, &[&after]);
}

#[test]
fn services_that_all_have_dots_are_kept_apart() {
    assert_hardened(
        &["services:\n  a.b:\n    image: a\n  a.b.c:\n    image: a\n"],
        Relation::First,
        &[
            "#block\nservices:\n  a.b:\n    <<: [*hardening]\n    image: a\n  a.b.c:\n    <<: [*hardening]\n    image: a\n",
        ],
    );
}

#[test]
fn an_alias_in_a_list_of_a_value_keeps_its_path_too() {
    let block = "x-common-hardening-opts: &hardening\n  user: u\n";
    let before = format!("{block}services:\n  web:\n    image: a\n    x-note: [*hardening]\n");
    let after = before.replace("    image", "    <<: [*hardening]\n    image");
    assert_hardened(&[&before], Relation::First, &[&after]);
}

#[test]
fn other_aliases_and_values_need_no_list() {
    let block = "x-common-hardening-opts: &hardening\n  user: u\n";
    let before = format!("{block}x-t: &t\n  a: b\nservices:\n  web:\n    image: a\n    labels: *t\n");
    let after = before.replace("    image", "    <<: *hardening\n    image");
    assert_hardened(&[&before], Relation::First, &[&after]);
}

#[test]
fn refuses_a_block_that_is_merged_twice_where_both_places_cannot_be_free() {
    let block = "x-common-hardening-opts: &hardening\n  user: u\nx-t: &t\n  tty: true\n";
    for (list, others, other) in [
        ("[*hardening, *hardening]", "  web.1:\n    image: b\n", "web.1"),
        ("[*t, *hardening, *hardening]", "  web.1:\n    image: b\n  web.3:\n    image: b\n", "web.3"),
    ] {
        let text = format!("{block}services:\n  web:\n    <<: {list}\n    image: a\n{others}");
        let words = format!(
            "compose.yaml:{}: services `web` and `{other}` cannot share an alias: Docker Compose takes their dotted names \
             for a cycle",
            1 + text[..text.find(other).unwrap()].matches('\n').count()
        );
        assert_refused(&[&text], Relation::First, &words);
    }
}

#[test]
fn services_that_are_written_below_other_keys_with_dots_are_refused() {
    let text =
        "x-a: &a\n  web:\n    image: a\nx-a.web: &b\n  \"1\":\n    image: b\nservices:\n  <<: [*a, *b]\n";
    let words = "compose.yaml: names with dots cannot share an alias: document 1 has aliases of one anchor at `x-a.web` and \
                 `x-a.web.1`, which Docker Compose takes for a cycle (line 15)";
    assert_refused(&[text], Relation::First, words);
    let text = text.replace("x-a.web", "x-b.web");
    let hardened = text.replace("    image", "    <<: *hardening\n    image");
    assert_hardened(&[&text], Relation::First, &[&format!("#block\n{hardened}")]);
}
