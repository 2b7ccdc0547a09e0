//! What is proved, and what is doubted, from text to verdict.

use std::fmt::Write;
use std::time::Instant;

use super::*;
use crate::plan::{BlockPromise, DocumentPromise, OptionValue, Promise, ServicePromise};

const KEYS: [&str; 4] = ["security_opt", "cap_drop", "user", "runtime"];

const BLOCK: &str = r#"x-common-hardening-opts: &hardening
  security_opt:
    - "no-new-privileges=true"
  cap_drop:
    - ALL
  user: "${UID:-1000}:${GID:-1000}"
  runtime: runsc
"#;

fn document(services: &[(&str, &[&str])]) -> DocumentPromise {
    let text = |text: &str| OptionValue::Text(text.to_owned());
    let list = |item: &str| OptionValue::List(vec![item.to_owned()]);
    let values =
        [list("no-new-privileges=true"), list("ALL"), text("${UID:-1000}:${GID:-1000}"), text("runsc")];
    let options = KEYS.map(str::to_owned).into_iter().zip(values).collect();
    let service = |(name, gains): &(&str, &[&str])| ServicePromise {
        name: (*name).to_owned(),
        gains: gains.iter().map(|key| (*key).to_owned()).collect(),
        pins: Vec::new(),
    };
    DocumentPromise {
        block: Some(BlockPromise {
            key: "x-common-hardening-opts".to_owned(),
            document: 0,
            inserted: Some(options),
        }),
        services: services.iter().map(service).collect(),
    }
}

fn promise(services: &[(&str, &[&str])]) -> Promise {
    Promise { documents: vec![document(services)] }
}

fn verdict(before: &str, after: &str, promise: &Promise) -> Verdict {
    let [before, after] = [before, after].map(|text| Reading { text, separations: &[] });
    prove(&before, &after, promise)
}

/// Asserts that the block and `after` in the place of `before` are the promised change.
#[track_caller]
fn assert_proved(before: &str, after: &str, services: &[(&str, &[&str])]) {
    assert_eq!(verdict(before, &format!("{BLOCK}{after}"), &promise(services)), Verdict::Proved);
}

/// Asserts that the block and `after` in the place of `before` are doubted, in these words.
#[track_caller]
fn assert_doubted(before: &str, after: &str, services: &[(&str, &[&str])], words: &str) {
    match verdict(before, &format!("{BLOCK}{after}"), &promise(services)) {
        Verdict::Proved => panic!("proved"),
        Verdict::Doubted(doubt) => assert_eq!(doubt.to_string(), words),
    }
}

const WEB: &str = "services:\n  web:\n    image: nginx\n";
const HARD_WEB: &str = "services:\n  web:\n    <<: *hardening\n    image: nginx\n";

#[test]
fn proves_a_plain_injection() {
    assert_proved(WEB, HARD_WEB, &[("web", &KEYS)]);
}

#[test]
fn proves_flow_services_and_json() {
    let before = "services: {web: {image: nginx}, \"db\": {}}\n";
    let after = "services: {web: {<<: *hardening, image: nginx}, \"db\": {<<: *hardening}}\n";
    assert_proved(before, after, &[("web", &KEYS), ("db", &KEYS)]);
}

#[test]
fn proves_that_an_opt_out_is_kept() {
    let before = "services:\n  web:\n    user: \"\"\n    cap_drop: []\n";
    let after = "services:\n  web:\n    <<: *hardening\n    user: \"\"\n    cap_drop: []\n";
    assert_proved(before, after, &[("web", &["security_opt", "runtime"])]);
}

#[test]
fn proves_every_way_to_extend_a_merge() {
    let base = "x-base: &base\n  user: root\n";
    for (before, after) in [
        ("<<: *base", "<<: [*base, *hardening]"),
        ("<<: [*base]", "<<: [*base, *hardening]"),
        ("<<: []\n    user: root", "<<: [*hardening]\n    user: root"),
        ("<<: {user: root}", "<<: [{user: root}, *hardening]"),
        ("<<:\n      user: root", "<<:\n      <<: *hardening\n      user: root"),
        ("<<:\n    - *base", "<<:\n    - *base\n    - *hardening"),
        ("user: root\n    <<: {}", "user: root\n    <<: {<<: *hardening}"),
    ] {
        let [before, after] =
            [before, after].map(|merge| format!("{base}services:\n  web:\n    {merge}\n    image: nginx\n"));
        assert_proved(&before, &after, &[("web", &["security_opt", "cap_drop", "runtime"])]);
    }
}

#[test]
fn proves_an_alias_service_that_is_wrapped() {
    let base = "x-base: &base\n  image: nginx\n  user: root\n";
    let before = format!("{base}services:\n  web: *base\n  db: *base\n");
    let after =
        format!("{base}services:\n  web: {{<<: [*base, *hardening]}}\n  db: {{<<: [*base, *hardening]}}\n");
    let gains: &[&str] = &["security_opt", "cap_drop", "runtime"];
    assert_proved(&before, &after, &[("web", gains), ("db", gains)]);
}

#[test]
fn proves_services_that_are_another_service() {
    let before = "services:\n  web: &web\n    image: nginx\n  api: *web\n  db:\n    <<: *web\n    user: a\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    let gains: &[&str] = &["security_opt", "cap_drop", "runtime"];
    assert_proved(before, &after, &[("web", &KEYS), ("api", &KEYS), ("db", gains)]);
}

#[test]
fn proves_services_that_are_merged_in_or_an_alias() {
    let template = "x-common: &common\n  web:\n    image: nginx\n";
    let hard = template.replace("    image", "    <<: *hardening\n    image");
    for services in ["services:\n  <<: *common\n", "services: *common\n"] {
        let before = format!("{template}{services}");
        let after = format!("{hard}{services}");
        assert_proved(&before, &after, &[("web", &KEYS)]);
        assert_doubted(
            &before,
            &after,
            &[],
            "document 1: service `web` gains `security_opt`, `cap_drop`, `user`, `runtime`, \
             where nothing is promised",
        );
    }
    let before = format!("{template}services:\n  <<: *common\n  db: {{}}\n");
    let after = format!("{hard}services:\n  <<: *common\n  db: {{<<: *hardening}}\n");
    assert_proved(&before, &after, &[("web", &KEYS), ("db", &KEYS)]);
}

#[test]
fn proves_an_alias_in_a_template_of_services_that_is_wrapped() {
    let base = "x-base: &base\n  image: nginx\nx-common: &common\n  web: *base\n";
    for services in ["services:\n  <<: *common\n", "services: *common\n"] {
        let before = format!("{base}{services}");
        let wrap = |base: &str| before.replace("web: *base", &format!("web: {{<<: [{base}, *hardening]}}"));
        assert_proved(&before, &wrap("*base"), &[("web", &KEYS)]);
        assert_doubted(
            &before,
            &wrap("{init: true}, *base"),
            &[("web", &KEYS)],
            "document 1: service `web`: key `init` is new, and not promised",
        );
    }
}

#[test]
fn an_alias_that_is_no_service_must_not_be_wrapped() {
    let before = "x-base: &base\n  image: nginx\nx-copy: *base\nservices:\n  web: *base\n";
    assert_doubted(
        before,
        &before.replace(": *base", ": {<<: [*base, *hardening]}"),
        &[("web", &KEYS)],
        "document 1: top-level entry `x-copy` is not what it was (line 3 before, line 10 after)",
    );
}

#[test]
fn a_template_of_services_may_gain_nothing_but_its_services() {
    let template = "x-common: &common\n  web:\n    image: nginx\n";
    let before = format!("{template}services:\n  <<: *common\n  web: {{}}\n");
    let after =
        before.replace("    image", "    <<: *hardening\n    image").replace("{}", "{<<: *hardening}");
    assert_doubted(
        &before,
        &after,
        &[("web", &KEYS)],
        "document 1: top-level entry `x-common` is not what it was (line 3 before, line 10 after)",
    );
}

#[test]
fn a_template_that_is_merely_merged_must_not_change() {
    let before = "x-base: &base\n  image: nginx\nservices:\n  web:\n    <<: *base\n";
    let after = "x-base: &base\n  <<: *hardening\n  image: nginx\nservices:\n  web:\n    <<: *base\n";
    assert_doubted(
        before,
        after,
        &[("web", &KEYS)],
        "document 1: top-level entry `x-base` is not what it was (line 2 before, line 9 after)",
    );
}

#[test]
fn proves_a_copy_of_a_hardened_service_elsewhere() {
    let before = "services:\n  web: &web\n    image: nginx\nx-copy: [*web]\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    assert_proved(before, &after, &[("web", &KEYS)]);
}

#[test]
fn proves_a_block_that_was_there() {
    let block = "x-common-hardening-opts: &mine\n  <<: {read_only: true}\n  user: nobody\n";
    let before = format!("{block}{WEB}");
    let after = format!("{block}{}", HARD_WEB.replace("*hardening", "*mine"));
    let mut promised = promise(&[("web", &["user", "read_only"])]);
    promised.documents[0].block.as_mut().unwrap().inserted = None;
    assert_eq!(verdict(&before, &after, &promised), Verdict::Proved);
    let other = verdict(&before, &after.replace("nobody", "root"), &promised);
    assert!(matches!(other, Verdict::Doubted(_)), "{other:?}");
    let gone = verdict(WEB, WEB, &promised);
    assert!(matches!(gone, Verdict::Doubted(Doubt::Differs { mismatch: Mismatch::NoBlock, .. })), "{gone:?}");
}

#[test]
fn proves_documents_one_by_one() {
    let before = format!("{WEB}---\nservices:\n  web:\n    user: a\n---\n");
    let after = format!("{BLOCK}{HARD_WEB}---\nservices:\n  web:\n    user: a\n---\n");
    let nothing = DocumentPromise::default();
    let mut promised = promise(&[("web", &KEYS)]);
    promised.documents.extend([nothing.clone(), nothing]);
    assert_eq!(verdict(&before, &after, &promised), Verdict::Proved);
    let changed = verdict(&before, &after.replace("user: a", "user: b"), &promised);
    assert!(
        matches!(changed, Verdict::Doubted(Doubt::Differs { place: Place::Document(2), .. })),
        "{changed:?}"
    );
    promised.documents.pop();
    let count = Doubt::DocumentCount { promised: 2, before: 3, after: 3 };
    assert_eq!(verdict(&before, &after, &promised), Verdict::Doubted(count));
}

#[test]
fn a_document_without_promise_may_not_gain_from_another() {
    let before = "services:\n  web: &web\n    image: nginx\nx-copy: *web\n---\nservices:\n  api: *web\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    let mut promised = promise(&[("web", &KEYS)]);
    promised.documents.push(DocumentPromise::default());
    let verdict = verdict(before, &format!("{BLOCK}{after}"), &promised);
    assert!(
        matches!(verdict, Verdict::Doubted(Doubt::Differs { place: Place::Document(2), .. })),
        "{verdict:?}"
    );
}

#[test]
fn nothing_promised_and_nothing_changed_is_proved() {
    for text in ["", "# nothing\n", WEB, "- [x]\n", "services:\n  web: *web\n"] {
        let documents = usize::from(text.starts_with('-') || text == WEB);
        let promised = Promise { documents: vec![DocumentPromise::default(); documents] };
        let proved = verdict(text, text, &promised) == Verdict::Proved;
        assert_eq!(proved, !text.contains('*'), "{text}");
    }
}

#[test]
fn doubts_a_lost_opt_out() {
    assert_doubted(
        "services:\n  web:\n    user: \"\"\n",
        "services:\n  web:\n    <<: *hardening\n",
        &[("web", &KEYS[..2])],
        "document 1: service `web`: key `user` is not what it was (line 3 before, line 6 after)",
    );
    assert_doubted(
        "services:\n  web:\n    privileged: false\n",
        "services:\n  web:\n    <<: *hardening\n",
        &[("web", &KEYS)],
        "document 1: service `web`: key `privileged` is gone",
    );
}

#[test]
fn doubts_a_changed_or_added_key() {
    assert_doubted(
        WEB,
        &HARD_WEB.replace("nginx", "nginx:1"),
        &[("web", &KEYS)],
        "document 1: service `web`: key `image` is not what it was (line 3 before, line 11 after)",
    );
    assert_doubted(
        WEB,
        &format!("{HARD_WEB}    init: true\n"),
        &[("web", &KEYS)],
        "document 1: service `web`: key `init` is new, and not promised",
    );
    assert_doubted(
        WEB,
        &format!("{HARD_WEB}    user: root\n"),
        &[("web", &KEYS)],
        "document 1: service `web`: key `user` has another value than the hardening block gives it",
    );
}

#[test]
fn doubts_a_comment_that_swallows_a_key() {
    assert_doubted(
        "services:\n  web:\n    image: nginx\n    user: a\n",
        "services:\n  web:\n    <<: *hardening\n    image: nginx #   user: a\n",
        &[("web", &["security_opt", "cap_drop", "runtime"])],
        "document 1: service `web`: key `user` is not what it was (line 4 before, line 6 after)",
    );
}

#[test]
fn doubts_hardening_that_beats_a_base() {
    let base = "x-base: &base\n  user: root\n";
    assert_doubted(
        &format!("{base}services:\n  web:\n    <<: *base\n"),
        &format!("{base}services:\n  web:\n    <<: [*hardening, *base]\n"),
        &[("web", &["security_opt", "cap_drop", "runtime"])],
        "document 1: service `web`: key `user` is not what it was (line 2 before, line 6 after)",
    );
}

#[test]
fn doubts_hardening_that_comes_through_a_merge_and_beats_the_next() {
    let before =
        "x-old: &old\n  user: root\nservices:\n  web: &web\n    image: a\n  api:\n    <<: [*web, *old]\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    assert_doubted(
        before,
        &after,
        &[("web", &KEYS), ("api", &["security_opt", "cap_drop", "runtime"])],
        "document 1: service `api`: key `user` is not what it was (line 2 before, line 6 after)",
    );
}

#[test]
fn doubts_a_wrong_or_missing_block() {
    let promised = promise(&[("web", &KEYS)]);
    for (text, option) in [
        (BLOCK.replace("runsc", "runc"), "runtime"),
        (BLOCK.replace("ALL", "NET_RAW"), "cap_drop"),
        (BLOCK.replace("    - ALL\n", ""), "cap_drop"),
        (format!("{BLOCK}  init: true\n"), "init"),
    ] {
        let verdict = verdict(WEB, &format!("{text}{HARD_WEB}"), &promised);
        let Verdict::Doubted(Doubt::Differs { mismatch, .. }) = verdict else { panic!("{verdict:?}") };
        assert!(
            matches!(&mismatch, Mismatch::BlockContent { option: found, .. } if found == option),
            "{mismatch}"
        );
    }
    let missing = verdict(WEB, WEB, &promised);
    assert_eq!(
        missing,
        Verdict::Doubted(Doubt::Differs {
            place: Place::Entry(1, "x-common-hardening-opts".to_owned()),
            mismatch: Mismatch::NoBlock
        })
    );
    let twice = verdict(WEB, &format!("{BLOCK}{BLOCK}{HARD_WEB}"), &promised);
    assert!(
        matches!(twice, Verdict::Doubted(Doubt::Unreadable { side: Side::After, line: 8, .. })),
        "{twice:?}"
    );
}

#[test]
fn doubts_services_that_are_added_lost_or_moved() {
    let before = "services:\n  a: {}\n  b: {}\n";
    assert_doubted(
        before,
        "services:\n  a: {}\n  b: {}\n  c: {}\n",
        &[],
        "document 1: service `c` is new, and not promised",
    );
    assert_doubted(before, "services:\n  a: {}\n", &[], "document 1: service `b` is gone");
    assert_doubted(
        before,
        "services:\n  b: {}\n  a: {}\n",
        &[],
        "document 1: service `a` is not where it was: `b` stands there",
    );
    assert_doubted(
        before,
        before,
        &[("a", &[]), ("a", &[])],
        "document 1: service `a` is promised to change, but there is no such service left to change",
    );
}

#[test]
fn doubts_changes_outside_of_the_services() {
    let before = format!("version: \"3\"\n{WEB}volumes:\n  data: {{}}\n");
    let hard = format!("version: \"3\"\n{HARD_WEB}volumes:\n  data: {{}}\n");
    for (change, words) in [
        (
            hard.replace("data", "date"),
            "document 1: top-level entry `volumes` is not what it was (line 6 before, line 14 after)",
        ),
        (
            hard.replace("\"3\"", "3"),
            "document 1: top-level entry `version` is not what it was (line 1 before, line 8 after)",
        ),
        (
            hard.replace("version", "Version"),
            "document 1: top-level entry `version` is not where it was: `Version` stands there",
        ),
        (format!("{hard}x-more: 1\n"), "document 1: top-level entry `x-more` is new, and not promised"),
        (hard.replace("volumes:\n  data: {}\n", ""), "document 1: top-level entry `volumes` is gone"),
    ] {
        assert_doubted(&before, &change, &[("web", &KEYS)], words);
    }
}

#[test]
fn doubts_a_block_that_swallows_the_services() {
    assert_doubted(
        "  services:\n    web: {}\n",
        "  services:\n    web: {}\n",
        &[("web", &KEYS)],
        "document 1: top-level entry `services` is gone",
    );
}

#[test]
fn doubts_a_lost_tag() {
    let before =
        "services:\n  web:\n    ports: !override [a]\n  db: !override\n    image: a\n  old: !reset {}\n";
    let after = before.replace("    ports", "    <<: *hardening\n    ports");
    assert_proved(before, &after, &[("web", &KEYS)]);
    assert_doubted(
        before,
        &after.replace("!override [", "["),
        &[("web", &KEYS)],
        "document 1: service `web`: key `ports` is not what it was (line 3 before, line 11 after)",
    );
    for (tag, service, line) in [("!override\n", "db", 5), ("!reset ", "old", 6)] {
        let lost = if tag.ends_with('\n') { "\n" } else { "" };
        assert_doubted(
            before,
            &after.replace(tag, lost),
            &[("web", &KEYS)],
            &format!(
                "document 1: service `{service}` is not what it was (line {line} before, line {} after)",
                line + 8
            ),
        );
    }
}

#[test]
fn a_tag_that_says_that_a_service_is_a_mapping_may_be_lost() {
    let before = |tag| format!("x-base: &base {tag}\n  image: nginx\nservices:\n  web: *base\n");
    let wrap = |before: String| before.replace("web: *base", "web: {<<: [*base, *hardening]}");
    assert_proved(&before("!!map"), &wrap(before("!!map")), &[("web", &KEYS)]);
    assert_doubted(
        &before("!override"),
        &wrap(before("!override")),
        &[("web", &KEYS)],
        "document 1: service `web` is not what it was (line 2 before, line 11 after)",
    );
    assert_doubted(
        "services: !!map\n  web: {}\n",
        "services:\n  web: {<<: *hardening}\n",
        &[("web", &KEYS)],
        "document 1: top-level entry `services` is not what it was (line 2 before, line 10 after)",
    );
}

#[test]
fn doubts_an_anchor_that_is_another_one_now() {
    let before = "x-a: &hardening\n  image: a\nservices:\n  web:\n    <<: *hardening\n";
    let after = format!("x-a: &hardening\n  image: a\n{BLOCK}services:\n  web:\n    <<: *hardening\n");
    let verdict = verdict(before, &after, &promise(&[("web", &KEYS)]));
    let Verdict::Doubted(doubt) = verdict else { panic!("proved") };
    assert_eq!(doubt.to_string(), "document 1: service `web`: key `image` is gone");
}

#[test]
fn doubts_a_null_service_that_is_filled() {
    assert_doubted(
        "services:\n  web:\n",
        "services:\n  web: {<<: *hardening}\n",
        &[("web", &KEYS)],
        "document 1: service `web` is not what it was (line 3 before, line 9 after)",
    );
    assert_proved("services:\n  web:\n  db: x\n", "services:\n  web:\n  db: x\n", &[]);
}

#[test]
fn doubts_other_gains_than_promised() {
    assert_doubted(
        WEB,
        HARD_WEB,
        &[("web", &["user"])],
        "document 1: service `web` gains `security_opt`, `cap_drop`, `user`, `runtime`, where `user` is promised",
    );
    assert_doubted(
        WEB,
        WEB,
        &[("web", &["user"])],
        "document 1: service `web` gains nothing, where `user` is promised",
    );
}

#[test]
fn says_which_side_cannot_be_read_and_where() {
    let doubts = [
        (verdict("a: 1\na: 2\n", WEB, &promise(&[])), "before hardening: line 2: the key `a` is there twice"),
        (
            verdict(WEB, "a: b\n c: d\n", &promise(&[])),
            "after hardening: line 2: mapping values are not allowed in this context",
        ),
        (
            verdict("# \u{2028}\n", WEB, &promise(&[])),
            "before hardening: line 1: the character U+2028 is not allowed here, or is read in two ways",
        ),
        (
            verdict(
                "services:\n  a:\n    <<: b\n",
                &format!("{BLOCK}services:\n  a:\n    <<: b\n"),
                &promise(&[]),
            ),
            "before hardening: line 3: a merge key (`<<`) takes a mapping or a sequence of mappings",
        ),
    ];
    for (verdict, words) in doubts {
        let Verdict::Doubted(doubt) = verdict else { panic!("proved") };
        assert_eq!(doubt.to_string(), format!("cannot read the text {words}"));
    }
}

#[test]
fn a_byte_order_mark_and_other_line_ends_do_not_matter() {
    let before = format!("\u{FEFF}{WEB}").replace('\n', "\r\n");
    let after = format!("\u{FEFF}{BLOCK}{HARD_WEB}").replace('\n', "\r\n");
    assert_eq!(verdict(&before, &after, &promise(&[("web", &KEYS)])), Verdict::Proved);
}

#[test]
fn reads_what_docker_compose_reads_with_the_help_of_separations() {
    let before =
        "services:\n  web:\n    command: [\n    a\n    ]\n    image:\tb\n    entrypoint: \"c\n    d\"\n";
    let after = before.replace("    command", "    <<: *hardening\n    command");
    let after = format!("{BLOCK}{after}");
    let separations = |text: &str| -> Vec<Separation> {
        let places = ["    a", "    ]", "\tb", "    d"].map(|place| text.find(place).unwrap());
        places.map(|place| Separation { offset: u32::try_from(place).unwrap(), spaces: 1 }).to_vec()
    };
    let [here, there] = [separations(before), separations(&after)];
    let reading = Reading { text: before, separations: &here };
    let hard = Reading { text: &after, separations: &there };
    let promised = promise(&[("web", &KEYS)]);
    assert_eq!(prove(&reading, &hard, &promised), Verdict::Proved);
    let without = prove(&reading, &Reading { text: &after, separations: &[] }, &promised);
    assert!(matches!(without, Verdict::Doubted(Doubt::Unreadable { side: Side::After, .. })), "{without:?}");
}

#[test]
fn proves_a_pin_that_is_promised() {
    let pinned = HARD_WEB.replace("    image", "    security_opt: []\n    image");
    let mut promised = promise(&[("web", &KEYS[1..])]);
    promised.documents[0].services[0].pins = vec!["security_opt".to_owned()];
    assert_eq!(verdict(WEB, &format!("{BLOCK}{pinned}"), &promised), Verdict::Proved);
    let doubt = |after: &str| match verdict(WEB, &format!("{BLOCK}{after}"), &promised) {
        Verdict::Proved => panic!("proved"),
        Verdict::Doubted(doubt) => doubt.to_string(),
    };
    assert_eq!(
        doubt(HARD_WEB),
        "document 1: service `web` does not set `security_opt` to an empty list of its own, as promised"
    );
    let other =
        "document 1: service `web`: key `security_opt` has another value than the hardening block gives it";
    for list in ["[x]", "!override []", "{}", "\"\"", "[[]]"] {
        assert_eq!(doubt(&pinned.replace("[]", list)), other, "{list}");
    }
}

#[test]
fn doubts_a_pin_that_is_not_promised_or_no_key_of_the_block() {
    for (pin, words) in [
        ("cap_drop", "cap_drop` has another value than the hardening block gives it"),
        ("cap_add", "cap_add` is new, and not promised"),
    ] {
        let after = HARD_WEB.replace("    image", &format!("    {pin}: []\n    image"));
        assert_doubted(
            WEB,
            &after,
            &[("web", &["security_opt", "user", "runtime"])],
            &format!("document 1: service `web`: key `{words}"),
        );
    }
}

#[test]
fn proves_services_that_merge_the_block_of_an_earlier_document() {
    let before = "name: p\n---\nservices:\n  web:\n    image: nginx\n";
    let after = format!("{BLOCK}{}", before.replace("    image", "    <<: *hardening\n    image"));
    let mut promised = promise(&[]);
    promised.documents.push(document(&[("web", &KEYS)]));
    assert_eq!(verdict(before, &after, &promised), Verdict::Proved);
    let inserted = promised.documents[1].block.as_mut().unwrap();
    inserted.inserted = None;
    assert_eq!(verdict(before, &after, &promised), Verdict::Proved);
    promised.documents[0] = DocumentPromise::default();
    let not_promised = verdict(before, &after, &promised);
    assert!(
        matches!(not_promised, Verdict::Doubted(Doubt::Differs { place: Place::Document(1), .. })),
        "{not_promised:?}"
    );
}

#[test]
fn doubts_a_block_of_a_later_document() {
    let before = "services:\n  web: {}\n---\nname: p\n";
    let after = format!("services:\n  web: {{}}\n---\n{BLOCK}name: p\n");
    let mut promised = promise(&[]);
    promised.documents[0].block.as_mut().unwrap().document = 1;
    promised.documents.push(document(&[]));
    let place = Place::Entry(1, "x-common-hardening-opts".to_owned());
    let doubt = Doubt::Differs { place, mismatch: Mismatch::NoBlock };
    assert_eq!(verdict(before, &after, &promised), Verdict::Doubted(doubt));
}

#[test]
fn doubts_aliases_that_docker_compose_takes_for_a_cycle() {
    let before = "services:\n  web: {}\n  web.1: {}\n";
    let services = [("web", &KEYS[..]), ("web.1", &KEYS[..])];
    let listed = before.replace("{}", "{<<: [*hardening]}");
    assert_proved(before, &listed, &services);
    assert_doubted(
        before,
        &before.replace("{}", "{<<: *hardening}"),
        &services,
        "document 1 has aliases of one anchor at `services.web` and `services.web.1`, which Docker Compose \
         takes for a cycle (line 10)",
    );
    let broken = format!("x-a: &a {{}}\n{}", before.replace("{}", "{<<: *a}"));
    assert_proved(&broken, &broken.replace("*a", "[*a, *hardening]"), &services);
    assert_proved(&broken, &broken.replace("*a", "{<<: [*a, *hardening]}"), &services);
}

/// Runs `body` on a stack of 1 MB.
fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(body).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    on_a_small_stack(|| {
        let depth = 50_000;
        let flow = format!("{WEB}x-deep: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        let hard = format!("{BLOCK}{}", flow.replace("    image", "    <<: *hardening\n    image"));
        let found = verdict(&flow, &hard, &promise(&[("web", &KEYS)]));
        // yaml-rust2 stops at 255 levels of flow collections.
        let words = Unreadable::Syntax("recursion limit exceeded".to_owned());
        assert_eq!(found, Verdict::Doubted(Doubt::Unreadable { side: Side::Before, line: 4, reason: words }));
        let block = format!("{WEB}x-deep:\n{}x\n", "- ".repeat(depth));
        let hard = format!("{BLOCK}{}", block.replace("    image", "    <<: *hardening\n    image"));
        assert_eq!(verdict(&block, &hard, &promise(&[("web", &KEYS)])), Verdict::Proved);
        let other = verdict(&block, &hard.replace("x\n", "y\n"), &promise(&[("web", &KEYS)]));
        assert!(matches!(other, Verdict::Doubted(Doubt::Differs { .. })), "{other:?}");
    });
}

#[test]
fn long_merge_chains_do_not_overflow_the_stack() {
    on_a_small_stack(|| {
        let mut chain = "x-0: &x0\n  image: a\n".to_owned();
        for link in 1..100_000 {
            writeln!(chain, "x-{link}: &x{link} {{<<: *x{}}}", link - 1).unwrap();
        }
        let before = format!("{chain}services:\n  web:\n    <<: *x99999\n");
        let after = format!("{chain}services:\n  web:\n    <<: [*x99999, *hardening]\n");
        assert_proved(&before, &after, &[("web", &KEYS)]);
    });
}

#[test]
fn bombs_of_aliases_and_merges_end_quickly() {
    let start = Instant::now();
    let mut bomb = "x-0: &x0 {image: a, l: [b, b]}\n".to_owned();
    for level in 1..60 {
        let below = level - 1;
        writeln!(bomb, "x-{level}: &x{level} {{<<: [*x{below}, *x{below}], l: [*x{below}, *x{below}]}}")
            .unwrap();
    }
    let before = format!("{bomb}services:\n  web:\n    <<: *x59\n");
    let after = format!("{bomb}services:\n  web:\n    <<: [*x59, *hardening]\n");
    assert_proved(&before, &after, &[("web", &KEYS)]);
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn a_quadratic_pile_of_merges_is_doubted_by_the_name_of_the_limit() {
    let mut chain = "services:\n  s0: &s0\n    k0: a\n".to_owned();
    for link in 1..3_000 {
        writeln!(chain, "  s{link}: &s{link}\n    <<: *s{}\n    k{link}: a", link - 1).unwrap();
    }
    let found = verdict(&chain, &format!("{BLOCK}{chain}"), &promise(&[]));
    let Verdict::Doubted(Doubt::TooMuchWork { name, .. }) = found else { panic!("{found:?}") };
    assert_eq!(name, "MAX_MERGED_PER_NODE");
}

#[test]
fn a_template_that_many_services_merge_is_proved() {
    let mut template = "x-base: &base\n".to_owned();
    for key in 0..60 {
        writeln!(template, "  k{key}: [a, b]").unwrap();
    }
    let (mut before, mut after) = (format!("{template}services:\n"), format!("{template}services:\n"));
    let names: Vec<_> = (0..5_000).map(|service| format!("s{service}")).collect();
    for name in &names {
        writeln!(before, "  {name}:\n    <<: *base").unwrap();
        writeln!(after, "  {name}:\n    <<: [*base, *hardening]").unwrap();
    }
    let services: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &KEYS[..])).collect();
    assert_proved(&before, &after, &services);
}
