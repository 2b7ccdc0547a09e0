//! Files over one another: what each says, and where the hardening goes.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

const WEB: &str = "services:\n  web:\n    image: a\n";
const HARD_WEB: &str = "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n";

/// An override file with these lines in the service.
fn over(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("services:\n  web:\n{}", lines.concat())
}

#[test]
fn keys_without_a_value_keep_what_earlier_files_set() {
    let over = over(&["user:", "runtime: null", "cap_drop: ~", "security_opt:"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn a_list_that_replaces_the_earlier_one_may_repeat_its_items() {
    let over = over(&["security_opt: !override [no-new-privileges=true]"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[HARD_WEB, "="]);
}

#[test]
fn a_pin_keeps_the_item_that_a_later_file_repeats_off_the_base() {
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let over = over(&["security_opt: [no-new-privileges=true]"]);
    assert_hardened(&[WEB, &over], Relation::Layers, &[&pinned, "="]);
}

#[test]
fn an_item_that_only_a_third_file_repeats_is_refused() {
    let words = "c.yaml:2: service `web` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    let last = over(&["security_opt: [no-new-privileges=true]"]);
    assert_refused(&[WEB, &over(&["tty: true"]), &last], Relation::Layers, words);
}
