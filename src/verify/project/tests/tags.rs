//! `!reset` and `!override`, and names that count as extensions: what versions of Docker Compose take differently.

use super::*;

const WORDS: &str = "a.yml: service `web` changes, and what a `!reset` or `!override` does to it \
                     depends on the version of Docker Compose";

#[test]
fn doubts_tags_that_versions_of_docker_compose_take_differently() {
    let words = "service `web` changes, and what a `!reset` or `!override` does to it \
                 depends on the version of Docker Compose";
    let base = file("a.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]);
    let over = file("b.yml", "x-t: &t {user: !override x}\nservices:\n  web: {<<: *t, user: y}\n");
    let files = [base, over];
    assert_doubted(&files, &AB, &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
    // The tags of both files count for services of these names, in either file.
    let extending = |other: &str, extended: &str| {
        let text = format!("services:\n  web: {{extends: {{file: b.yml, service: base}}}}\n  {other}\n");
        let below = format!("#bservices:\n  base: {{#h image: i}}\n  {extended}\n");
        [file("a.yml", &text), file("b.yml", &below).gains(&[("base", &KEYS)])]
    };
    let unrelated = extending("x: {user: !reset null}", "y: {user: !reset null}");
    assert_proved(&unrelated, &["a.yml"], &[("web", &KEYS, &[])]);
    for (other, extended) in [("base: {user: !reset null}", "x: {}"), ("x: {}", "web: {user: !reset null}")] {
        let files = extending(other, extended);
        assert_doubted(&files, &["a.yml"], &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
    }
    let files = [
        file("a.yml", "services:\n  web: {image: i}\n"),
        file("b.yml", "#bservices:\n  web: {#h ports: !override [x]}\n").gains(&[("web", &KEYS)]),
    ];
    assert_doubted(&files, &AB, &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
}

#[test]
fn proves_what_tags_of_other_services_do_not_touch() {
    let unrelated = ["cache: !reset null", "base: !reset null", "x: {user: !override x, ports: !reset []}"];
    for other in unrelated {
        let text = format!("services:\n  {other}\n  web: {{extends: {{file: c.yml, service: base}}}}\n");
        let files = [
            file("a.yml", "services:\n  keep: {image: i}\n  cache: {image: i}\n"),
            file("b.yml", &text),
            file("c.yml", "#bservices:\n  base: {#h image: i}\n").gains(&[("base", &KEYS)]),
        ];
        assert_proved(&files, &AB, &[("web", &KEYS, &[])]);
        let files = [
            file("a.yml", "services:\n  web: {image: i}\n"),
            file("b.yml", &format!("#bservices:\n  {other}\n  web: {{#h init: true}}\n"))
                .gains(&[("web", &KEYS)]),
        ];
        assert_proved(&files, &AB, &[("web", &KEYS, &[])]);
    }
    let files = [
        file("a.yml", "services:\n  web: {image: i}\n"),
        file("b.yml", "#bservices:\n  web: {#h init: true}\n  !override x: {image: i}\n")
            .gains(&[("web", &KEYS)]),
    ];
    assert_proved(&files, &AB, &[("web", &KEYS, &[])]);
    let template =
        "x-t: &t {user: !override x}\nx-a: [*t]\nservices:\n  web: {extends: {file: b.yml, service: base}}\n";
    let below = "x-t: &t {user: !reset null}\n#bservices:\n  base: {#h image: i}\n  x: {<<: *t}\n";
    let files = [file("a.yml", template), file("b.yml", below).gains(&[("base", &KEYS)])];
    assert_proved(&files, &["a.yml"], &[("web", &KEYS, &[])]);
}

#[test]
fn doubts_tags_that_reach_a_service_on_the_way_down_or_through_aliases() {
    let words = "service `web` changes, and what a `!reset` or `!override` does to it \
                 depends on the version of Docker Compose";
    let upper = |other: &str| {
        let web = "web: {extends: {file: b.yml, service: base}}";
        file("a.yml", &format!("x-t: &t {{ports: !reset []}}\nservices:\n  {other}\n  {web}\n"))
    };
    let below = "#bservices:\n  root: {#h image: i}\n  middle: {extends: root}\n  base: {extends: middle}\n";
    let below = || file("b.yml", below).gains(&[("root", &KEYS)]);
    for other in ["middle: {image: i, user: !reset null}", "middle: *t", "base: {image: i, <<: [*t]}"] {
        let files = [upper(other), below()];
        assert_doubted(&files, &["a.yml"], &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
    }
    let below = "x-t: &t {ports: !reset []}\n#bservices:\n  web: {<<: *t}\n  base: {#h image: i}\n";
    let files = [upper("x: {}"), file("b.yml", below).gains(&[("base", &KEYS)])];
    assert_doubted(&files, &["a.yml"], &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
    let files = [
        file("a.yml", "services:\n  web: {image: i}\n"),
        file("b.yml", "x-t: &t {ports: !reset []}\n#bservices:\n  web: {#h deploy: {x: *t}}\n")
            .gains(&[("web", &KEYS)]),
    ];
    assert_doubted(&files, &AB, &[("web", &KEYS, &[])], &format!("a.yml: {words}"));
}

#[test]
fn doubts_a_service_named_like_an_extension_in_two_files() {
    let base = file("a.yml", "#bservices:\n  x-web: {#h image: i}\n").gains(&[("x-web", &KEYS)]);
    let files = [base, file("b.yml", "services:\n  x-web: {init: true}\n")];
    let words = "a.yml: service `x-web` changes, and versions of Docker Compose replace or merge a service whose name \
                 begins with `x-`";
    assert_doubted(&files, &AB, &[("x-web", &KEYS, &[])], words);
    let child = "#bservices:\n  base: {#h image: i}\n  x-web: {extends: base}\n";
    let child = file("a.yml", child).gains(&[("base", &KEYS)]);
    assert_proved(&[child], &["a.yml"], &[("x-web", &KEYS, &[])]);
}

#[test]
fn doubts_an_alias_of_what_replaces_earlier_layers() {
    let [base, _] = over("");
    let alias = file("b.yml", "x-t: &t !override {image: x}\nservices:\n  web: *t\n");
    assert_doubted(&[base, alias], &AB, &[("web", &KEYS, &[])], WORDS);
}

#[test]
fn a_service_that_replaces_earlier_layers_is_clear_without_tags_inside() {
    let files = |body: &str| {
        let over = format!("#bservices:\n  web: !override {{#h {body}}}\n");
        [file("a.yml", "services:\n  web: {user: u}\n"), file("b.yml", &over).gains(&[("web", &KEYS)])]
    };
    assert_proved(&files("image: i"), &AB, &[("web", &KEYS, &[])]);
    assert_doubted(&files("image: i, ports: !reset []"), &AB, &[("web", &KEYS, &[])], WORDS);
}

#[test]
fn doubts_tags_behind_aliases_and_in_templates() {
    let files = |text: &str| {
        let [base, _] = over("");
        [base, file("b.yml", text)]
    };
    for text in [
        "x-v: &v !override [x]\nservices:\n  web: {cap_drop: *v}\n",
        "x-v: &v !reset []\nservices:\n  web: {cap_drop: *v}\n",
        "x-t: &t {user: !override x}\nservices:\n  web: *t\n",
        "x-t: &t {user: !override x}\nservices:\n  web: {<<: *t}\n",
    ] {
        assert_doubted(&files(text), &AB, &[("web", &KEYS, &[])], WORDS);
    }
}

#[test]
fn tags_that_do_not_speak_of_earlier_layers_and_aliases_without_tags_are_clear() {
    let base = || file("a.yml", "services:\n  web: {image: i}\n");
    for body in ["hostname: !!str x", "hostname: !other x", "deploy: *t"] {
        let text = format!(
            "x-t: &t {{x: y}}\n#bservices:\n  other: {{ports: !override [x]}}\n  web: {{#h {body}}}\n"
        );
        let files = [base(), file("b.yml", &text).gains(&[("web", &KEYS)])];
        assert_proved(&files, &AB, &[("web", &KEYS, &[])]);
    }
}

#[test]
fn a_tag_says_whether_a_value_is_null() {
    assert_proved(&over("{user: !!null \"\"}"), &AB, &[("web", &KEYS, &[])]);
    let without_user = ["security_opt", "cap_drop", "runtime"];
    for user in ["!!str ~", "!other null", "!override ~"] {
        assert_proved(&over(&format!("{{user: {user}}}")), &AB, &[("web", &without_user, &[])]);
    }
    assert_doubted(
        &over("{security_opt: !override null}"),
        &AB,
        &[("web", &KEYS[1..], &[])],
        "a.yml: service `web` changes, and a key of the hardening block has a value of another kind in one of its layers",
    );
}

#[test]
fn a_service_with_tags_may_extend_one_of_its_own_name() {
    let files = [
        file("a.yml", "services:\n  web: {extends: {file: b.yml, service: web}, user: !override x}\n"),
        file("b.yml", "#bservices:\n  web: {#h image: i}\n").gains(&[("web", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &["security_opt", "cap_drop", "runtime"], &[])]);
}

#[test]
fn tags_of_all_documents_of_an_extended_file_are_the_service_s_own() {
    let files = [
        file("a.yml", "services:\n  web: {extends: {file: b.yml, service: mid}}\n"),
        file(
            "b.yml",
            "services:\n  mid: {extends: {file: c.yml, service: root}, ports: !override [x]}\n---\n\
             services:\n  mid: {dns: !override [y]}\n",
        ),
        file("c.yml", "#bservices:\n  root: {#h image: i}\n").gains(&[("root", &KEYS)]),
    ];
    assert_proved(&files, &["a.yml"], &[("web", &KEYS, &[])]);
}

#[test]
fn doubts_what_a_service_extends_where_another_document_has_tags_for_it() {
    let text = "services:\n  web: {extends: {file: b.yml, service: base}}\n---\nservices:\n  web: {ports: !override [x]}\n";
    let files = [
        file("a.yml", text),
        file("b.yml", "#bservices:\n  base: {#h image: i}\n").gains(&[("base", &KEYS)]),
    ];
    assert_doubted(&files, &["a.yml"], &[("web", &KEYS, &[])], WORDS);
}

#[test]
fn services_that_replace_all_earlier_ones_leave_none_of_them() {
    let base =
        || file("a.yml", "#bservices:\n  db: {#h image: i}\n  web: {extends: db}\n").gains(&[("db", &KEYS)]);
    let over = |services: &str| [base(), file("b.yml", &format!("services: {services}\n"))];
    let api = "api: {extends: {file: a.yml, service: db}}";
    assert_proved(&over(&format!("!override {{{api}}}")), &AB, &[("api", &KEYS, &[])]);
    assert_proved(&over("!reset {}"), &AB, &[]);
    assert_doubted(
        &over(&format!("{{{api}}}")),
        &AB,
        &[("api", &KEYS, &[])],
        "a.yml: service `web` gains `security_opt`, `cap_drop`, `user`, `runtime` and has nothing extended, where nothing and nothing are promised",
    );
    // What is tagged inside, and what is included, may come out in another way.
    let words = WORDS.replace("`web`", "`api`");
    let api_with = |more: &str| format!("api: {{extends: {{file: a.yml, service: db}}{more}}}");
    let tagged = over(&format!("!override {{{}}}", api_with(", ports: !reset []")));
    assert_doubted(&tagged, &AB, &[("api", &KEYS, &[])], &words);
    let including = format!("!override {{{}}}\ninclude: [c.yml]", api_with(""));
    let [base, over] = over(&including);
    let files = [base, over, file("c.yml", "services: {cache: {image: i}}\n")];
    assert_doubted(&files, &AB, &[("api", &KEYS, &[])], &words);
    let extended = "#bservices:\n  db: {#h image: i}\n---\nservices: !override\n  web: {image: j}\n";
    let files = |service: &str| {
        let text = format!("services:\n  top: {{extends: {{file: b.yml, service: {service}}}}}\n");
        [file("a.yml", &text), file("b.yml", extended).gains(&[("db", &KEYS)])]
    };
    assert_proved(&files("web"), &["a.yml"], &[]);
    assert_doubted(
        &files("db"),
        &["a.yml"],
        &[],
        "a.yml: service `top` extends `db`, and there is no such service in `b.yml`",
    );
}
