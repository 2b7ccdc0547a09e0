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
            "compose.yaml:2: `extends` is not a service attribute, but every service that merges the block would get it",
        ),
        (
            "no_such_key: x",
            "compose.yaml:2: `no_such_key` is not a service attribute, but every service that merges the block would get it",
        ),
    ] {
        assert_refused(&[&format!("{KEY}  {option}\n{WEB}")], Relation::First, words);
    }
}

#[test]
fn refuses_a_block_that_removes_a_key_and_leaves_alone_what_merges_it() {
    let block = format!("{KEY}  user: u\n  cap_drop: !reset []\n");
    let words = "compose.yaml:3: `!reset` removes `cap_drop` from each service that merges the block";
    assert_refused(&[&format!("{block}{HARD_WEB}  db:\n    image: b\n")], Relation::First, words);
}

#[test]
fn refuses_a_block_behind_the_services_that_need_it() {
    assert_refused(
        &[&format!("{WEB}{KEY}  user: u\n")],
        Relation::First,
        "compose.yaml:4: the block `x-common-hardening-opts` comes after services that need it",
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
    let web = "services: {web: {&hardening image: a}}\n";
    let hard = web.replace("{&hardening", "{<<: *hardening, &hardening");
    assert_hardened(&[&format!("{block}{web}")], Relation::First, &[&format!("{block}{hard}")]);
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

#[test]
fn comments_at_the_column_of_the_services_stay_above_them() {
    for (above, below) in [
        ("name: n\n", "# why\n# how\n"),
        ("name: n\n    # of the name\n", ""),
        ("name: n\n# of the name\n\n", "# why\n"),
        ("# about this file\n", ""),
        ("---\n# about this document\n", ""),
        ("%TAG !e! tag:e,2000:\n---\n# about this document\n", ""),
        ("\u{feff}# about this file\n", ""),
        ("# about this file\n\n", "# why\n"),
        ("--- # of the marker\nname: n\n", "# why\n"),
    ] {
        let before = format!("{above}{below}{WEB}");
        assert_hardened(&[&before], Relation::First, &[&format!("{above}#block\n{below}{HARD_WEB}")]);
    }
}

#[test]
fn a_block_is_indented_like_the_services_and_stays_above_their_comments() {
    let indent = |text: &str| text.replace("#block\n", &super::block()).trim_end().replace('\n', "\n  ");
    let before = "  name: n\n    # deeper\n  # why\n  services:\n    web:\n      image: a\n";
    let (above, below) = before.split_at(before.find("  # why").unwrap());
    let hard = below.replace("      image", "      <<: *hardening\n      image");
    let after = format!("{above}  {}\n\n{hard}", indent("#block\n"));
    assert_hardened(&[before], Relation::First, &[&after]);
}

#[test]
fn a_block_has_at_most_64_keys() {
    let block = |keys: usize| {
        let keys: Vec<_> = (0..keys).map(|key| format!("  x-{key}: y\n")).collect();
        format!("{KEY}{}", keys.concat())
    };
    let before = format!("{}{WEB}", block(64));
    assert_hardened(&[&before], Relation::First, &[&format!("{}{HARD_WEB}", block(64))]);
    let words = "compose.yaml:66: the block has more than 64 keys (MAX_BLOCK_KEYS)";
    assert_refused(&[&format!("{}{WEB}", block(65))], Relation::First, words);
}

#[test]
fn a_list_of_a_block_has_at_most_64_items() {
    let block = |key: &str, items: usize| {
        let items: Vec<_> = (0..items).map(|item| format!("o{item}")).collect();
        format!("{KEY}  {key}: [{}]\n", items.join(", "))
    };
    for key in ["security_opt", "cap_drop"] {
        let longest = block(key, 64);
        assert_hardened(&[&format!("{longest}{WEB}")], Relation::First, &[&format!("{longest}{HARD_WEB}")]);
        let words = "compose.yaml:2: this list of the block has more than 64 items (MAX_BLOCK_ITEMS)";
        assert_refused(&[&format!("{}{WEB}", block(key, 65))], Relation::First, words);
    }
    // Nothing looks into others.
    let other = block("dns", 65);
    assert_hardened(&[&format!("{other}{WEB}")], Relation::First, &[&format!("{other}{HARD_WEB}")]);
}

#[test]
fn variables_may_not_make_two_items_of_a_block_one() {
    let with = |list: &str| format!("{KEY}  {list}\n{WEB}");
    let words = "compose.yaml:2: two items of this list of the block may be the same, depending on a variable, and Docker \
                 Compose rejects that";
    assert_refused(&[&with("security_opt: [a=$X, a=$Y]")], Relation::First, words);
    for list in ["security_opt: [a=$X, b=$Y]", "cap_drop: [$X, $Y]"] {
        let hard = with(list).replace("    image", "    <<: *hardening\n    image");
        assert_hardened(&[&with(list)], Relation::First, &[&hard]);
    }
}

#[test]
fn a_later_document_merges_the_block_that_is_there_in_an_earlier_one() {
    let block = format!("{KEY}  user: u\n");
    let db = "---\nservices:\n  db:\n    image: b\n";
    let hard_db = db.replace("    image", "    <<: *hardening\n    image");
    assert_hardened(
        &[&format!("{block}{WEB}{db}")],
        Relation::First,
        &[&format!("{block}{HARD_WEB}{hard_db}")],
    );
}

#[test]
fn documents_may_have_blocks_of_other_keys_and_items() {
    let documents = |blocks: [&str; 2]| {
        let [first, second] = blocks.map(|option| format!("{KEY}  {option}\n"));
        let text = |web: &str| format!("{first}{web}---\n{second}{}", web.replace("web", "db"));
        [text(WEB), text(HARD_WEB)]
    };
    let [before, after] = documents(["user: u", "cap_drop: [ALL]"]);
    assert_hardened(&[&before], Relation::First, &[&after]);
    let [before, after] = documents(["security_opt: [x]", "security_opt: [y]"]);
    let over = "services:\n  db:\n    security_opt: [x]\n";
    assert_hardened(&[&before, over], Relation::Layers, &[&after, "="]);
}

#[test]
fn refuses_a_service_of_a_later_document_that_is_written_in_an_earlier_one() {
    let web = "  web:\n    <<: *hardening\n    image: a\n";
    let all = format!("x-all: &all\n{web}{}", web.replace("web", "web.1"));
    let text = format!("{KEY}  user: u\n{all}{}---\nservices: *all\n", WEB.replace("web", "z"));
    let words =
        "compose.yaml:5: a service of a later document is written here, and needs the block of that document";
    assert_refused(&[&text], Relation::First, words);
}

#[test]
fn refuses_lines_that_no_diff_can_show() {
    let words = "compose.yaml: lines that end in a lone carriage return cannot be shown in a diff";
    assert_refused(&[&WEB.replace('\n', "\r")], Relation::First, words);
}
