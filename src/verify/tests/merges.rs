//! Services that share what they are made of: merge keys, aliases, templates.

use super::*;

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

#[test]
fn doubts_another_template_in_the_place_of_the_merged_one() {
    let templates = "x-a: &a\n  ports: [\"80\"]\nx-b: &b\n  ports: [\"81\"]\n";
    let before = format!("{templates}services:\n  web:\n    <<: *a\n");
    assert_proved(&before, &before.replace("*a", "[*a, *hardening]"), &[("web", &KEYS)]);
    assert_doubted(
        &before,
        &before.replace("*a", "[*b, *hardening]"),
        &[("web", &KEYS)],
        "document 1: service `web`: key `ports` is not what it was (line 2 before, line 11 after)",
    );
}

#[test]
fn proves_templates_of_services_whatever_their_order() {
    let before =
        "x-c: &c\n  c: {image: c}\nx-b: &b\n  b: {image: b}\nservices:\n  <<: [*b, *c]\n  a: {image: a}\n";
    let after = before.replace("{image", "{<<: *hardening, image");
    assert_proved(before, &after, &[("a", &KEYS), ("b", &KEYS), ("c", &KEYS)]);
}

#[test]
fn proves_a_copy_of_a_service_that_another_one_is_an_alias_of() {
    let before = "services:\n  web: &web\n    image: nginx\n  api: *web\nx-copy: [*web]\n";
    let after = before
        .replace("    image", "    <<: *hardening\n    image")
        .replace("api: *web", "api: {<<: [*web, *hardening]}");
    assert_proved(before, &after, &[("web", &KEYS), ("api", &KEYS)]);
}

#[test]
fn doubts_an_alias_of_the_block_beside_one_in_a_value_of_the_same_service() {
    let block = "x-common-hardening-opts: &mine\n  user: nobody\n";
    let before = format!("{block}services:\n  web:\n    labels: *mine\n");
    let hard = |merge| before.replace("    labels", &format!("    <<: {merge}\n    labels"));
    let mut promised = promise(&[("web", &["user"])]);
    promised.documents[0].block.as_mut().unwrap().inserted = None;
    assert_eq!(verdict(&before, &hard("[*mine]"), &promised), Verdict::Proved);
    let Verdict::Doubted(doubt) = verdict(&before, &hard("*mine"), &promised) else { panic!("proved") };
    assert_eq!(
        doubt.to_string(),
        "document 1 has aliases of one anchor at `services.web` and `services.web.labels`, which Docker Compose takes \
         for a cycle (line 6)"
    );
}

#[test]
fn proves_the_value_of_the_block_in_the_place_of_one_that_is_removed() {
    let before = "services:\n  s: &s\n    image: a\n  web:\n    <<: [*s, {user: !reset null}]\n";
    let after = before.replace("    image", "    <<: *hardening\n    image");
    assert_proved(before, &after, &[("s", &KEYS), ("web", &KEYS)]);
}
