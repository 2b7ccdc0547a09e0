//! Services by themselves, the block, and what is around them.

use super::*;

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
fn nothing_promised_and_nothing_changed_is_proved() {
    for (text, documents) in [("", 0), ("# nothing\n", 0), (WEB, 1), ("- [x]\n", 1)] {
        let promised = Promise { documents: vec![DocumentPromise::default(); documents] };
        assert_eq!(verdict(text, text, &promised), Verdict::Proved, "{text}");
    }
}

#[test]
fn an_alias_without_an_anchor_is_doubted_though_nothing_changed() {
    let text = "services:\n  web: *web\n";
    let found = verdict(text, text, &Promise::default());
    assert!(matches!(found, Verdict::Doubted(Doubt::Unreadable { .. })), "{found:?}");
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
            place: DocumentPlace::Entry(1, "x-common-hardening-opts".to_owned()),
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
        "document 1: service `a` is not where it was: `b` is there",
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
            "document 1: top-level entry `version` is not where it was: `Version` is there",
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
        "document 1: top-level entry `services` is not what it was (line 2 before, line 9 after)",
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
fn doubts_a_list_in_the_place_of_the_mapping_that_it_looks_like() {
    let block = "x-common-hardening-opts: &hardening {security_opt: [no-new-privileges=true], cap_drop: [ALL], \
                 user: \"${UID:-1000}:${GID:-1000}\", runtime: runsc}";
    let (key, value) = block.split_once(": ").unwrap();
    let hard = "services, {web: {<<: *hardening, image: nginx}}";
    let list = verdict(WEB, &format!("[{key}, {value}, {hard}]\n"), &promise(&[("web", &KEYS)]));
    assert!(
        matches!(list, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(1), .. })),
        "{list:?}"
    );
    let list = verdict("[services, {web: {}}]\n", &format!("{BLOCK}{HARD_WEB}"), &promise(&[("web", &KEYS)]));
    assert!(
        matches!(list, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(1), .. })),
        "{list:?}"
    );
    let changed = |before| {
        format!(
            "document 1: top-level entry `services` is not what it was (line {before} before, line 8 after)"
        )
    };
    assert_doubted(WEB, "services: [web, {<<: *hardening, image: nginx}]\n", &[("web", &KEYS)], &changed(2));
    assert_doubted(
        "services: [web, {image: nginx}]\n",
        "services: {web: {<<: *hardening, image: nginx}}\n",
        &[("web", &KEYS)],
        &changed(1),
    );
}

#[test]
fn doubts_another_tag_of_a_document() {
    let tagged = format!("--- !x\n{WEB}");
    let hard = format!("--- !x\n{BLOCK}{HARD_WEB}");
    let promised = promise(&[("web", &KEYS)]);
    assert_eq!(verdict(&tagged, &hard, &promised), Verdict::Proved);
    for after in [hard.replace("!x", "!y"), hard.replace(" !x", "")] {
        let found = verdict(&tagged, &after, &promised);
        assert!(
            matches!(found, Verdict::Doubted(Doubt::Differs { place: DocumentPlace::Document(1), .. })),
            "{found:?}"
        );
    }
}

#[test]
fn doubts_another_tag_of_a_plain_value() {
    let before = "services:\n  web:\n    hostname: !x web\n";
    let after = before.replace("    hostname", "    <<: *hardening\n    hostname");
    assert_proved(before, &after, &[("web", &KEYS)]);
    for tag in ["!y ", ""] {
        assert_doubted(
            before,
            &after.replace("!x ", tag),
            &[("web", &KEYS)],
            "document 1: service `web`: key `hostname` is not what it was (line 3 before, line 11 after)",
        );
    }
}

#[test]
fn names_the_service_that_is_promised_to_change_and_is_not_there() {
    assert_doubted(
        WEB,
        HARD_WEB,
        &[("web", &KEYS), ("db", &KEYS)],
        "document 1: service `db` is promised to change, but there is no such service left to change",
    );
}

#[test]
fn names_the_key_that_is_gone_among_others() {
    assert_doubted(
        "services:\n  web:\n    image: nginx\n    init: true\n    tty: true\n",
        "services:\n  web:\n    <<: *hardening\n    image: nginx\n    tty: true\n",
        &[("web", &KEYS)],
        "document 1: service `web`: key `init` is gone",
    );
}
