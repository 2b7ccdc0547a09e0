//! Override files, documents, pins and blocks.

use super::*;

#[test]
fn proves_what_an_override_file_leaves_of_the_gains() {
    for (body, gains, extended) in [
        ("{hostname: x}", &KEYS[..], &[][..]),
        ("{user: x, runtime: \"\"}", &LISTS, &[]),
        ("{user: null, cap_drop: }", &KEYS, &[]),
        ("{security_opt: [x], cap_drop: [X]}", &TEXTS, &LISTS),
        ("{security_opt: !override [x], user: !override \"\"}", &["cap_drop", "runtime"], &[]),
        ("{security_opt: !reset [], user: !reset null}", &["cap_drop", "runtime"], &[]),
        ("", &KEYS, &[]),
    ] {
        assert_proved(&over(body), &AB, &[("web", gains, extended)]);
    }
    let [base, _] = over("");
    let template = file("b.yml", "x-t: &t {user: !reset null}\nservices:\n  web: {<<: *t}\n");
    assert_proved(&[base, template], &AB, &[("web", &KEYS, &[])]);
    assert_proved(&over("!override {image: x}"), &AB, &[]);
    assert_proved(&over("!reset null"), &AB, &[]);
}

#[test]
fn doubts_an_item_that_two_layers_bring() {
    let words =
        "b.yml: service `web` would have `nnp` twice in its `security_opt`, which Docker Compose rejects";
    assert_doubted(&over("{security_opt: [nnp]}"), &AB, &[("web", &KEYS, &[])], words);
    let both = [
        file("a.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
        file("b.yml", "#bservices:\n  web: {#h init: true}\n").gains(&[("web", &KEYS)]),
    ];
    assert_doubted(&both, &AB, &[("web", &KEYS, &[])], words);
    let before = [
        file("a.yml", "#bservices:\n  web: {#h security_opt: [x]}\n").gains(&[("web", &KEYS[1..])]),
        file("b.yml", "services:\n  web: {security_opt: [x]}\n"),
    ];
    assert_proved(&before, &AB, &[("web", &KEYS[1..], &[])]);
}

#[test]
fn doubts_an_item_that_a_variable_may_make_one_of_the_block() {
    let words = "b.yml: service `web` changes, and a variable may make two items of its `security_opt` one, which Docker Compose rejects";
    for item in ["$A", "nn${A:-p}", "nnp$A"] {
        let layer = format!("{{security_opt: ['{item}']}}");
        assert_doubted(&over(&layer), &AB, &[("web", &[], &KEYS[..1])], words);
    }
    for item in ["seccomp=$A", "nn"] {
        let layer = format!("{{security_opt: ['{item}']}}");
        assert_proved(&over(&layer), &AB, &[("web", &KEYS[1..], &KEYS[..1])]);
    }
    let before = [
        file("a.yml", "#bservices:\n  web: {#h security_opt: [$A]}\n").gains(&[("web", &KEYS[1..])]),
        file("b.yml", "services:\n  web: {security_opt: [$B, x]}\n"),
    ];
    assert_proved(&before, &AB, &[("web", &KEYS[1..], &[])]);
}

/// A pinned base, and an override file with this text.
fn pinned(text: &str) -> [File; 2] {
    let base = file("a.yml", "#bservices:\n  web: {#h #p image: i}\n").gains(&[("web", &KEYS[1..])]).pins(0);
    [base, file("b.yml", text)]
}

#[test]
fn proves_a_pin_that_the_next_layer_makes_up_for() {
    let files = pinned("services:\n  web: {security_opt: [nnp]}\n");
    assert_proved(&files, &AB, &[("web", &KEYS[1..], &[])]);
}

#[test]
fn doubts_a_pin_that_the_next_layer_does_not_make_up_for() {
    let words = "b.yml: service `web` would have an empty `security_opt` when the next file is merged, which \
                 Docker Compose rejects";
    for text in [
        "services:\n  web: {hostname: x}\n",
        "services:\n  web: {security_opt: []}\n",
        "services:\n  db: {image: i}\n",
        "name: x\n",
    ] {
        assert_doubted(&pinned(text), &AB, &[("web", &KEYS[1..], &[])], words);
    }
    let [base, _] = pinned("");
    let files = [base, file("b.yml", "include: [a.yml]\n")];
    assert_doubted(&files, &["b.yml"], &[], words);
}

#[test]
fn doubts_a_pin_of_an_item_that_no_other_layer_has() {
    let words = "a.yml: service `web` would have `security_opt` without `nnp` of the hardening block, which a pin keeps off";
    let other = "services:\n  web: {<<: {security_opt: [nnp]}, security_opt: [x]}\n";
    assert_doubted(&pinned(other), &AB, &[("web", &KEYS[1..], &[])], words);
    // What the user removes is not lost by the pin.
    let third = file("c.yml", "services:\n  web: {security_opt: !override [x]}\n");
    let [base, over] = pinned("services:\n  web: {security_opt: [nnp]}\n");
    assert_proved(&[base, over, third], &["a.yml", "b.yml", "c.yml"], &[("web", &KEYS[1..], &[])]);
}

#[test]
fn doubts_a_pin_that_is_not_promised() {
    let [mut base, over] = pinned("services:\n  web: {security_opt: [nnp]}\n");
    base.promise.documents[0].services[0].pins = Box::default();
    let words = "a.yml: document 1: service `web`: key `security_opt` has another value than the hardening \
                 block gives it";
    assert_doubted(&[base, over], &AB, &[("web", &KEYS[1..], &[])], words);
}

/// A service that merges a block which is there, is pinned, and has this beside it.
fn pinned_child(extends: &str) -> [File; 1] {
    let text = format!("{BLOCK}services:\n  base: {{#h image: i}}\n  web: {{<<: *h, #p {extends}}}\n");
    let mut file = file("a.yml", &text).gains(&[("base", &KEYS), ("web", &[])]).pins(1);
    file.after = text.replace("#h ", "<<: *h, ").replace("#p ", "security_opt: [], ");
    [file]
}

#[test]
fn proves_a_pin_in_what_extends_a_service_that_gets_the_same() {
    assert_proved(&pinned_child("extends: base"), &["a.yml"], &[]);
    let over = file("b.yml", "services:\n  web: {hostname: x}\n");
    let [base] = pinned_child("extends: base");
    assert_proved(&[base, over], &AB, &[]);
}

#[test]
fn doubts_a_pin_that_takes_away_what_no_other_layer_brings() {
    let words = "a.yml: service `web` would have another `security_opt`, which is neither the hardening block's nor \
                 what it was with the block's items in front";
    assert_doubted(&pinned_child("image: i"), &["a.yml"], &[], words);
    let alone = format!("{BLOCK}services:\n  web: {{<<: *h, #p image: i}}\n");
    assert_doubted(&[file("a.yml", &alone).gains(&[("web", &[])]).pins(0)], &["a.yml"], &[], words);
}

/// A base with this body of the service, and an override file that is hardened.
fn hardened_late(body: &str) -> [File; 2] {
    let base = file("a.yml", &format!("services:\n  web: {body}\n"));
    [base, file("b.yml", "#bservices:\n  web: {#h init: true}\n").gains(&[("web", &KEYS)])]
}

#[test]
fn doubts_hardening_in_a_later_layer_that_beats_an_earlier_one() {
    for (body, key) in [
        ("{user: x}", "user"),
        ("{runtime: \"\"}", "runtime"),
        ("{security_opt: [x]}", "security_opt"),
        ("{cap_drop: [X]}", "cap_drop"),
    ] {
        let words = format!(
            "a.yml: service `web` would have another `{key}`, which is neither the hardening block's nor what it \
             was with the block's items in front"
        );
        assert_doubted(&hardened_late(body), &AB, &[("web", &KEYS, &[])], &words);
    }
    assert_proved(&hardened_late("{image: i}"), &AB, &[("web", &KEYS, &[])]);
}

#[test]
fn doubts_other_changes_than_promised() {
    let files = over("{security_opt: [x]}");
    let gains = |promised: &str| {
        format!(
            "a.yml: service `web` gains `cap_drop`, `user`, `runtime` and has `security_opt` extended, where \
             {promised} are promised"
        )
    };
    assert_doubted(&files, &AB, &[], &gains("nothing and nothing"));
    assert_doubted(
        &files,
        &AB,
        &[("web", &KEYS[1..], &[])],
        &gains("`cap_drop`, `user`, `runtime` and nothing"),
    );
    assert_doubted(
        &files,
        &AB,
        &[("web", &["cap_drop", "user", "init"], &["security_opt"])],
        &gains("`cap_drop`, `user`, `init` and `security_opt`"),
    );
    assert_doubted(
        &files,
        &AB,
        &[("web", &["cap_drop", "user", "runtime", "init"], &["security_opt"])],
        &gains("`cap_drop`, `user`, `runtime`, `init` and `security_opt`"),
    );
    let both = gains("`user`, `runtime` and `security_opt`, `cap_drop`");
    assert_doubted(&files, &AB, &[("web", &TEXTS, &LISTS)], &both);
    let words = "is promised to change, but there is no such service left to change";
    for promised in [[("db", &KEYS[..], &[][..]); 1].to_vec(), vec![("web", &KEYS[1..], &LISTS[..1]); 2]] {
        let words = format!("a.yml: service `{}` {words}", promised[0].0);
        assert_doubted(&files, &AB, &promised, &words);
    }
    let gone = over("!reset null");
    assert_doubted(&gone, &AB, &[("web", &KEYS, &[])], &format!("a.yml: service `web` {words}"));
}

#[test]
fn a_list_that_has_the_items_in_front_already_may_count_as_extended() {
    let files = over("{security_opt: [x], cap_drop: [ALL, X]}");
    for extended in [&LISTS[..], &LISTS[..1]] {
        assert_proved(&files, &AB, &[("web", &TEXTS, extended)]);
    }
}

#[test]
fn a_text_is_never_extended() {
    let gains = ["security_opt", "cap_drop", "runtime"];
    assert_proved(&over("{user: x}"), &AB, &[("web", &gains, &[])]);
    let words = "a.yml: service `web` gains `security_opt`, `cap_drop`, `runtime` and has nothing extended, where \
                 `security_opt`, `cap_drop`, `runtime` and `user` are promised";
    assert_doubted(&over("{user: x}"), &AB, &[("web", &gains, &["user"])], words);
}

#[test]
fn doubts_a_file_that_breaks_its_own_promise() {
    let [base, mut changed] = over("{user: x}");
    changed.after = changed.after.replace('x', "y");
    assert_doubted(
        &[base, changed],
        &AB,
        &[("web", &["security_opt", "cap_drop", "runtime"], &[])],
        "b.yml: document 1 is not what it was (line 2 before, line 2 after)",
    );
}

#[test]
fn a_reset_beside_a_merge_key_shields_nothing() {
    let files = [
        file("a.yml", "#bservices:\n  web: {#h user: !reset null}\n")
            .gains(&[("web", &["security_opt", "cap_drop", "runtime"])]),
        file("b.yml", "services:\n  web: {hostname: x}\n"),
    ];
    assert_proved(&files, &AB, &[("web", &KEYS, &[])]);
}

#[test]
fn proves_documents_of_one_file() {
    let text = "#bservices:\n  web: {#h image: i}\n---\nservices:\n  web: {user: x}\n  db: {#h image: i}\n";
    let both = |files: [File; 1]| {
        let gains = ["security_opt", "cap_drop", "runtime"];
        assert_proved(&files, &["a.yml"], &[("web", &gains, &[])]);
    };
    both([file("a.yml", text).gains(&[("web", &KEYS)]).gains_in(1, 0, &[("db", &KEYS)])]);
    let twice = text.replace("---\n", "---\n#b");
    both([file("a.yml", &twice).gains(&[("web", &KEYS)]).gains_in(1, 1, &[("db", &KEYS)])]);
}

#[test]
fn doubts_an_item_that_two_documents_bring() {
    let text = "#bservices:\n  web: {#h image: i}\n---\n#bservices:\n  web: {#h init: true}\n";
    let file = file("a.yml", text).gains(&[("web", &KEYS)]).gains_in(1, 1, &[("web", &KEYS)]);
    let words =
        "a.yml: service `web` would have `nnp` twice in its `security_opt`, which Docker Compose rejects";
    assert_doubted(&[file], &["a.yml"], &[], words);
}

/// A file with a block of its own with the key `init`, and an override file.
fn own_block(over: &str) -> [File; 2] {
    let block = "x-opts: &h {init: true, user: u}\n";
    let base = file("a.yml", &format!("{block}services:\n  web: {{#h image: i}}\n"));
    [base.gains(&[("web", &["init", "user"])]), file("b.yml", over)]
}

#[test]
fn other_keys_of_a_block_may_be_set_by_one_layer() {
    let files = own_block("services:\n  web: {hostname: x}\n");
    assert_proved(&files, &AB, &[("web", &["init", "user"], &[])]);
    let files = own_block("services:\n  web: {init: false}\n");
    let words = "a.yml: service `web` would have another `init`, which is neither the hardening block's nor what \
                 it was with the block's items in front";
    assert_doubted(&files, &AB, &[("web", &["user"], &[])], words);
}

#[test]
fn a_block_may_set_an_empty_list() {
    let base = file("a.yml", "x-opts: &h {cap_drop: []}\nservices:\n  web: {#h image: i}\n");
    let over = file("b.yml", "services:\n  web: {hostname: x}\n");
    assert_proved(&[base.gains(&[("web", &["cap_drop"])]), over], &AB, &[("web", &["cap_drop"], &[])]);
}

#[test]
fn doubts_a_block_that_extends() {
    let text = "x-opts: &h {extends: base}\nservices:\n  base: {image: i}\n  web: {#h image: i}\n";
    let words = "a.yml gets `extends` from the hardening block, which is too much to prove";
    assert_doubted(&[file("a.yml", text).gains(&[("web", &["extends"])])], &["a.yml"], &[], words);
}

#[test]
fn doubts_values_of_another_kind() {
    let words = "a.yml: service `web` changes, and a key of the hardening block has a value of another kind in one \
                 of its layers";
    for body in ["{user: [x]}", "{cap_drop: x}", "{security_opt: [[x]]}", "[]"] {
        assert_doubted(&over(body), &AB, &[("web", &KEYS, &[])], words);
    }
}

#[test]
fn a_project_of_one_layer_needs_no_promise_beyond_its_file() {
    let file = file("a.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]);
    assert_proved(&[file], &["a.yml"], &[]);
}
