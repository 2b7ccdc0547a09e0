//! Where a service is hardened that has several layers.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

/// A block, a service of it that extends `base`, and other services.
fn with_hardened_child(block: &str, services: &str) -> String {
    format!(
        "x-common-hardening-opts: &hardening\n  {block}\n{services}  child:\n    <<: *hardening\n    extends: base\n"
    )
}

#[test]
fn a_later_layer_is_not_hardened_over_one_that_sets_what_it_would_replace() {
    let web = "  web:\n    extends: base\n";
    let base = "services:\n  base:\n    image: a\n";
    for (template, option) in [("", "user: x"), ("x-t: &t\n  user: x\n", "<<: *t\n    user: !reset null")] {
        let text = with_hardened_child("user: u", &format!("{template}{base}    {option}\n{web}"));
        assert_hardened(&[&text], Relation::First, &["="]);
    }
    let text = with_hardened_child("user: u", &format!("{base}{web}"));
    let after = text.replace("  web:\n", "  web:\n    <<: *hardening\n");
    assert_hardened(&[&text], Relation::First, &[&after]);
}

#[test]
fn a_later_layer_is_looked_for_among_a_thousand() {
    let chain = |layers: usize| {
        let service = |number| format!("  s{number}:\n    extends: s{}\n", number - 1);
        let services: Vec<_> = (1..layers - 1).map(service).collect();
        let used = format!("  web:\n    extends: {{file: b.yaml, service: s{}}}\n", layers - 2);
        let child = "services:\n  child:\n    <<: *hardening\n    extends: {file: b.yaml, service: s0}\n";
        let main = format!("x-common-hardening-opts: &hardening\n  user: u\n{child}{used}");
        [main, format!("services:\n  s0:\n    image: a\n{}", services.concat())]
    };
    let [main, parts] = chain(1000);
    let hard = format!("#block\n{}", parts.replace("  s1:\n", "  s1:\n    <<: *hardening\n"));
    assert_hardened(&[&main, &parts], Relation::First, &["=", &hard]);
    let [main, parts] = chain(1001);
    assert_hardened(&[&main, &parts], Relation::First, &["=", "="]);
}

#[test]
fn earlier_files_choose_before_later_ones() {
    let base = "services:\n  web:\n    image: a\n";
    let services = "services:\n  base:\n    image: b\n";
    let text = with_hardened_child("user: u", services);
    let later = "---\nservices:\n  tpl:\n    image: t\n  web:\n    extends: tpl\n  base:\n    extends: tpl\n";
    let hard_base = base.replace("    image", "    <<: *hardening\n    image");
    let hard_later = later.replace("  base:\n", "  base:\n    <<: *hardening\n");
    assert_hardened(
        &[base, &format!("{text}{later}")],
        Relation::Layers,
        &[&format!("#block\n{hard_base}"), &format!("{text}{hard_later}")],
    );
}

#[test]
fn a_service_that_extends_an_empty_one_is_hardened_itself() {
    let web = "services:\n  web:\n    image: a\n    extends: {file: b.yaml, service: base}\n";
    let hard_web = format!("#block\n{}", web.replace("    image", "    <<: *hardening\n    image"));
    assert_hardened(&[web, "services:\n  base:\n"], Relation::First, &[&hard_web, "="]);
}

#[test]
fn what_is_extended_stays_where_a_hardened_child_would_gain_a_text() {
    let services = "services:\n  base:\n    image: a\n";
    let text = with_hardened_child("{security_opt: [x], user: u}", services)
        .replace("opts: &hardening\n  {", "opts: &hardening {");
    assert_hardened(&[&format!("{text}    user: ~\n")], Relation::First, &["="]);
}

#[test]
fn what_is_extended_is_not_pinned_where_another_service_would_lose_the_item() {
    let service = |name: &str, item: &str| {
        format!("  {name}:\n    extends: {{file: b.yaml, service: base}}\n    security_opt: [{item}]\n")
    };
    let main = format!("services:\n{}{}", service("web", "no-new-privileges=true"), service("db", "y"));
    let words = "compose.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_refused(&[&main, "services:\n  base:\n    image: a\n"], Relation::First, words);
}
