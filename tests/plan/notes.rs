//! What is said about files that are hardened.

use super::hardening::Relation;
use super::{run, said};

/// What is said about files, each note as `file:line: words`.
fn notes(texts: &[&str], relation: Relation) -> Vec<String> {
    let (files, outcome) = run(texts, relation);
    said(&files, &outcome.notes)
}

#[test]
fn a_hundred_notes_are_shown_and_the_others_counted() {
    for (count, left_out) in
        [(99, None), (100, None), (101, Some("1 more warning is")), (103, Some("3 more warnings are"))]
    {
        let services: Vec<_> =
            (0..count).map(|number| format!("  s{number}:\n    image: a\n    privileged: true\n")).collect();
        let found = notes(&[&format!("services:\n{}", services.concat())], Relation::First);
        assert_eq!(found.len(), count.min(100) + usize::from(left_out.is_some()), "{count}");
        let last = left_out.map(|left_out| format!("compose.yaml: {left_out} not shown"));
        let counted = found.last().filter(|note| note.contains("not shown"));
        assert_eq!(counted, last.as_ref(), "{count}");
    }
}

#[test]
fn privileges_are_noted_of_what_is_hardened_now() {
    let block = "x-common-hardening-opts: &hardening\n  user: u\n";
    let web = "services:\n  web:\n    image: a\n    privileged: true\n";
    let db = "  db:\n    image: b\n";
    let hardened = web.replace("    image", "    <<: *hardening\n    image");
    assert_eq!(
        notes(&[&format!("{block}{web}{db}")], Relation::First),
        ["compose.yaml:6: `privileged` gives it every capability back"]
    );
    assert!(notes(&[&format!("{block}{hardened}{db}")], Relation::First).is_empty());
}

#[test]
fn privileges_are_noted_where_a_service_sets_everything_itself_and_does_not_opt_out() {
    let text = |lists: &str| {
        format!("services:\n  web:\n    image: a\n    privileged: true\n    user: a\n    runtime: b\n{lists}")
    };
    let own = text("    security_opt: [no-new-privileges=true]\n    cap_drop: [ALL]\n");
    assert_eq!(
        notes(&[&own], Relation::First),
        ["compose.yaml:4: `privileged` gives it every capability back"]
    );
    assert!(notes(&[&text("    security_opt: []\n    cap_drop: []\n")], Relation::First).is_empty());
}

#[test]
fn only_what_gives_privileges_back_is_noted() {
    let text =
        "services:\n  web:\n    image: a\n    privileged: false\n    cap_add: [NET_ADMIN]\n    user: root\n";
    assert!(notes(&[text], Relation::First).is_empty());
    assert_eq!(
        notes(&[&text.replace("NET_ADMIN", "NET_ADMIN, all")], Relation::First),
        ["compose.yaml:5: `cap_add: ALL` undoes `cap_drop: ALL`"]
    );
}

#[test]
fn privileges_are_noted_however_they_are_written() {
    for (lines, words) in [
        ("privileged: True", "`privileged` gives it every capability back"),
        ("privileged: \"on\"", "`privileged` gives it every capability back"),
        ("cap_add: [CAP_ALL]", "`cap_add: ALL` undoes `cap_drop: ALL`"),
        ("privileged: ${P:-true}", "`privileged` gives it every capability back if the variable says so"),
        ("privileged: !!bool true", "`privileged` gives it every capability back"),
        ("cap_add: !override [ALL]", "`cap_add: ALL` undoes `cap_drop: ALL`"),
        ("cap_add: [\"$C\"]", "`cap_add` undoes `cap_drop: ALL` if the variable says `ALL`"),
    ] {
        let text = format!("services:\n  web:\n    image: a\n    {lines}\n");
        assert_eq!(notes(&[&text], Relation::First), [format!("compose.yaml:4: {words}")], "{lines}");
    }
}

#[test]
fn privileges_that_another_value_wins_over_are_not_noted() {
    let template = "x-t: &t\n  privileged: true\n  cap_add: [ALL]\n";
    let text = |lines: &str| format!("{template}services:\n  web:\n    <<: *t\n    image: a\n{lines}");
    assert!(notes(&[&text("    privileged: false\n    cap_add: []\n")], Relation::First).is_empty());
    // What `!reset` removes wins over nothing that is merged.
    assert_eq!(
        notes(&[&text("    privileged: !reset false\n    cap_add: []\n")], Relation::First),
        ["compose.yaml:2: `privileged` gives it every capability back"]
    );
}

#[test]
fn privileges_of_layers_over_the_hardening_are_noted() {
    let web = "services:\n  web:\n    image: a\n";
    let over = "services:\n  web:\n    privileged: true\n";
    let words = "`privileged` gives it every capability back";
    assert_eq!(notes(&[web, over], Relation::Layers), [format!("b.yaml:3: {words}")]);
    let child = "  child:\n    extends: web\n    privileged: true\n";
    assert_eq!(notes(&[&format!("{web}{child}")], Relation::First), [format!("compose.yaml:6: {words}")]);
    assert!(notes(&[web, &over.replace("true", "!reset true")], Relation::Layers).is_empty());
}

#[test]
fn what_reaches_into_the_host_is_noted() {
    for (line, words) in [
        ("pid: host", "`pid: host` shows it every process of the host"),
        ("ipc: Host", "`ipc: host` gives it the shared memory of the host"),
        ("network_mode: host", "`network_mode: host` gives it every network of the host"),
        ("userns_mode: \"host\"", "with `userns_mode: host` its users are those of the host"),
        ("devices: [/dev/dri]", "it has devices of the host"),
        ("devices: [{source: /dev/dri}]", "it has devices of the host"),
        (
            "network_mode: ${MODE}",
            "`network_mode` gives it every network of the host if the variable says `host`",
        ),
    ] {
        let text = format!("services:\n  web:\n    image: a\n    {line}\n");
        assert_eq!(notes(&[&text], Relation::First), [format!("compose.yaml:4: {words}")], "{line}");
    }
    for line in
        ["pid: service:db", "ipc: private", "network_mode: bridge", "devices: []", "privileged: {host: a}"]
    {
        let text = format!("services:\n  web:\n    image: a\n    {line}\n");
        assert!(notes(&[&text], Relation::First).is_empty(), "{line}");
    }
}

#[test]
fn capabilities_that_the_user_of_the_hardening_cannot_have_are_noted() {
    let words = "the hardening sets a user that is not root, and Docker gives them to root alone";
    let block = |user: &str| format!("x-common-hardening-opts: &hardening\n  {user}\n");
    let web = "services:\n  web:\n    image: a\n";
    let text = format!("{web}    cap_add: [NET_RAW]\n");
    let noted = |line: usize| [format!("compose.yaml:{line}: {words}")];
    assert_eq!(notes(&[&text], Relation::First), noted(4));
    assert_eq!(notes(&[&format!("{}{text}", block("user: \"1000\""))], Relation::First), noted(6));
    for without in [
        format!("{text}    user: \"\"\n"),
        text.replace("[NET_RAW]", "[]"),
        format!("{}{text}", block("user: \"0:0\"")),
        format!("{}{text}", block("user: root")),
        format!("{}{text}", block("user: \"\"")),
        format!("{}{text}", block("runtime: runsc")),
    ] {
        assert!(notes(&[&without], Relation::First).is_empty(), "{without}");
    }
    let privileged = "`privileged` gives it every capability back";
    let text_of_both = format!("{text}    privileged: true\n");
    assert_eq!(notes(&[&text_of_both], Relation::First), [format!("compose.yaml:5: {privileged}")]);
    // In a project, the user of any layer counts.
    let over = |line: &str| format!("services:\n  web:\n    {line}\n");
    assert_eq!(notes(&[web, &over("cap_add: [NET_RAW]")], Relation::Layers), [format!("b.yaml:3: {words}")]);
    assert!(notes(&[&text, &over("user: root")], Relation::Layers).is_empty());
}

#[test]
fn a_list_is_noted_where_it_is_written() {
    let text = "x-t: &t\n  cap_drop: [NET_RAW]\nservices:\n  web:\n    <<: *t\n    image: a\n";
    let words = "compose.yaml:2: this list replaces the one in the hardening";
    assert_eq!(notes(&[text], Relation::First), [words]);
}

#[test]
fn an_empty_list_is_a_clear_choice_with_a_tag_too() {
    let text = "services:\n  web:\n    image: a\n    cap_drop: !override []\n    security_opt: []\n";
    assert!(notes(&[text], Relation::First).is_empty());
}

#[test]
fn a_later_layer_that_drops_the_same_capabilities_changes_nothing() {
    let web = "services:\n  web:\n    image: a\n";
    let over = |items: &str| format!("services:\n  web:\n    cap_drop: [{items}]\n");
    let words = "Docker Compose adds `cap_drop` of service `web` to the list of the hardening";
    assert!(notes(&[web, &over("NET_RAW, all")], Relation::Layers).is_empty());
    assert_eq!(notes(&[web, &over("NET_RAW")], Relation::Layers), [format!("b.yaml:3: {words}")]);
}

#[test]
fn a_list_that_is_added_to_is_noted_where_nothing_else_of_the_hardening_is_gained() {
    let web = "services:\n  web:\n    image: a\n    security_opt: [no-new-privileges=true]\n    user: u\n    runtime: r\n";
    let words = "b.yaml:3: Docker Compose adds `cap_drop` of service `web` to the list of the hardening";
    assert_eq!(notes(&[web, "services:\n  web:\n    cap_drop: [NET_RAW]\n"], Relation::Layers), [words]);
}

#[test]
fn a_list_without_an_item_of_the_hardening_is_noted_unless_a_later_layer_adds_it() {
    let base = "services:\n  web:\n    image: a\n    security_opt: [label:disable]\n    cap_drop: !override [NET_RAW]\n";
    let words = [
        "compose.yaml:4: this list replaces the one in the hardening",
        "compose.yaml:5: this list replaces the one in the hardening",
    ];
    assert_eq!(notes(&[base], Relation::Layers), words);
    let over = "services:\n  web:\n    security_opt: [no-new-privileges:true]\n    cap_drop: [all]\n";
    assert_eq!(notes(&[base, over], Relation::Layers), [""; 0]);
    let web = "services:\n  web:\n    image: a\n";
    let over = |items: &str| format!("services:\n  web:\n    cap_drop: !override [{items}]\n");
    let words = "b.yaml:3: this list replaces the one in the hardening";
    assert_eq!(notes(&[web, &over("NET_RAW")], Relation::Layers), [words]);
    for items in ["", "ALL", "NET_RAW, ALL"] {
        assert!(notes(&[web, &over(items)], Relation::Layers).is_empty(), "{items}");
    }
}

#[test]
fn the_lists_of_later_layers_are_searched_for_sixteen_items() {
    let items: Vec<_> = (0..17).map(|number| format!("C{number}")).collect();
    // The last two go without the seventeenth item and, again, the first.
    let services = items.iter().chain(&items[..1]).enumerate().map(|(number, missing)| {
        let others: Vec<_> = items.iter().filter(|item| *item != missing).map(String::as_str).collect();
        format!("  s{number}: {{image: a, cap_drop: [{}]}}\n", others.join(", "))
    });
    let block = format!("x-common-hardening-opts: &hardening\n  cap_drop: [{}]\n", items.join(", "));
    let text = format!("{block}services:\n{}", services.collect::<String>());
    let words = |line| format!("compose.yaml:{line}: this list replaces the one in the hardening");
    let lines: Vec<_> = (4..20).chain([21]).map(words).collect();
    assert_eq!(notes(&[&text], Relation::First), lines);
}
