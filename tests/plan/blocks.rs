//! The block that is there already, and where a new one goes.

use super::hardening::Relation;
use super::{assert_hardened, assert_refused};

const KEY: &str = "x-common-hardening-opts: &hardening\n";
const WEB: &str = "services:\n  web:\n    image: a\n";
const HARD_WEB: &str = "services:\n  web:\n    <<: *hardening\n    image: a\n";

#[test]
fn refuses_a_block_that_no_service_can_have() {
    for (option, words) in [
        ("user:", "compose.yaml:2: `user` must have a value here"),
        (
            "extends: base",
            "compose.yaml:2: `extends` is no attribute of a service, and would be one of each service that merges the block",
        ),
        (
            "no_such_key: x",
            "compose.yaml:2: `no_such_key` is no attribute of a service, and would be one of each service that merges the block",
        ),
    ] {
        assert_refused(&[&format!("{KEY}  {option}\n{WEB}")], Relation::First, words);
    }
}

#[test]
fn refuses_a_block_behind_the_services_that_need_it() {
    assert_refused(
        &[&format!("{WEB}{KEY}  user: u\n")],
        Relation::First,
        "compose.yaml:4: the block `x-common-hardening-opts` stands behind services that need it",
    );
}

#[test]
fn an_anchor_of_the_same_name_counts_only_between_the_block_and_the_last_service() {
    let block = format!("{KEY}  user: u\n");
    let other = "x-other: &hardening\n  user: v\n";
    assert_refused(
        &[&format!("{block}{other}{WEB}")],
        Relation::First,
        "compose.yaml:3: the anchor `hardening` of the hardening block is defined again here",
    );
    assert_hardened(
        &[&format!("{block}{WEB}{other}")],
        Relation::First,
        &[&format!("{block}{HARD_WEB}{other}")],
    );
}

#[test]
fn knows_the_items_of_a_block_that_is_there() {
    let block = format!("{KEY}  security_opt: [x]\n  cap_drop: [ALL]\n");
    let over = "services:\n  web:\n    security_opt: [x]\n";
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    assert_hardened(&[&format!("{block}{WEB}"), over], Relation::Layers, &[&format!("{block}{pinned}"), "="]);
    let over = "services:\n  web:\n    security_opt: [ALL]\n";
    assert_hardened(
        &[&format!("{block}{WEB}"), over],
        Relation::Layers,
        &[&format!("{block}{HARD_WEB}"), "="],
    );
}
