//! Files beside a base that may be loaded over it.

use std::path::PathBuf;

use compose_harden::compose::{FileList, Group, MIN_BYTES_PER_SERVICE, Origin};
use compose_harden::harden::{MAX_SHARED_LAYERS, harden};
use compose_harden::policy::Policy;

use super::hardening::{NAMES, Relation, files_of};
use super::{assert_hardened, block, run, said};

#[test]
fn a_variant_waits_for_a_base_that_is_refused_because_of_another_layer() {
    let base = "services:\n  db:\n    image: a\n";
    let variant = "services:\n  db:\n    image: b\n  web:\n    image: b\n";
    let layer = "services:\n  db:\n    security_opt: [no-new-privileges=true]\n";
    let (files, outcome) = run(&[base, variant, layer], Relation::Variants);
    let words = "c.yaml:2: service `db` would get the same item of `security_opt` from two layers, and Docker Compose rejects that";
    assert_eq!(said(&files, &outcome.refusals), [words]);
    let words = [
        "compose.yaml: this file is left unchanged, because a file that it is loaded with is refused",
        "b.yaml:2: its file may be a layer over another one, and is not hardened twice",
    ];
    assert_eq!(said(&files, &outcome.notes), words);
    let [change] = &outcome.changes[..] else { panic!("{:?}", outcome.changes) };
    let hard = "services:\n  db:\n    image: b\n  web:\n    <<: *hardening\n    image: b\n";
    assert!(change.path.ends_with("b.yaml") && change.after.ends_with(hard), "{}", change.after);
}

#[test]
fn what_a_base_that_is_given_up_would_gain_counts_for_its_other_variants() {
    let base = "services:\n  web:\n    image: a\n";
    let alias = "services:\n  db: &s0\n    image: b\n  web: *s0\n";
    let all = "security_opt: []\n    cap_drop: []\n    user: \"\"\n    runtime: runc\n";
    for own in ["image: c\n", all] {
        let merge = format!("services:\n  db: &s1\n    image: c\n  web:\n    <<: *s1\n    {own}");
        let (files, outcome) = run(&[base, alias, &merge], Relation::Variants);
        let words = [("b.yaml", 4), ("c.yaml", 4)].map(|(file, line)| {
            let reason =
                "service `web` would get the hardening here too, through what it merges, in a layer over one";
            format!("{file}:{line}: {reason} in `/p/compose.yaml`")
        });
        assert_eq!(said(&files, &outcome.refusals), words, "{own}");
        assert!(outcome.changes.is_empty(), "{own}");
    }
}

/// Asserts that the projects of a base and these variants share too many layers.
#[track_caller]
fn assert_shares_too_much(base: &str, variants: &[String]) {
    let texts: Vec<&str> = std::iter::once(base).chain(variants.iter().map(String::as_str)).collect();
    let (files, outcome) = run(&texts, Relation::Variants);
    let [refusal] = &said(&files, &outcome.refusals)[..] else { panic!("{:?}", outcome.refusals) };
    let words = "the projects that this file may be part of have more than 200000 layers of services in total \
                 (MAX_SHARED_LAYERS)";
    assert!(refusal.ends_with(words), "{refusal}");
    assert!(outcome.changes.is_empty());
}

#[test]
fn many_layers_that_several_projects_share_are_refused() {
    // A file may have many services where it is long.
    let long = |count: usize| {
        format!("#{}\nservices:\n  s0: {{image: a}}\n", "-".repeat(count * MIN_BYTES_PER_SERVICE))
    };
    let count = MAX_SHARED_LAYERS / 2;
    let services: Vec<_> = (1..count).map(|number| format!("  s{number}: {{image: a}}\n")).collect();
    let over = || "services:\n  s0: {image: b}\n".to_owned();
    assert_shares_too_much(&format!("{}{}", long(count), services.concat()), &[over(), over()]);
    // Each by itself.
    let count = MAX_SHARED_LAYERS / 3 + 2;
    let links = (1..count).map(|number| format!("  s{number}: {{extends: s{}}}\n", number - 1));
    let base = format!("{}{}", long(count), links.collect::<String>());
    let variant = |name: &str| {
        let extends = format!("{{file: /p/compose.yaml, service: s{}}}", count - 1);
        format!("services:\n  {name}: {{extends: {extends}}}\n")
    };
    assert_shares_too_much(&base, &[variant("v"), variant("w"), variant("x")]);
}

#[test]
fn what_extends_a_layer_over_an_unknown_file_stays_bare_beside_a_service_that_merges_a_hardened_one() {
    let base = "services:\n  db:\n    image: a\n";
    let hard_base = "#block\nservices:\n  db:\n    <<: *hardening\n    image: a\n";
    let variant = "services:\n  layer: {tty: true}\n  web: &web\n    image: a\n  sub: {extends: layer, image: a}\n  \
                   merging: {extends: layer, security_opt: [], <<: *web}\n";
    let hard = format!("#block\n{}", variant.replace("    image", "    <<: *hardening\n    image"));
    assert_hardened(&[base, variant], Relation::Variants, &[hard_base, &hard]);
}

#[test]
fn what_the_base_extends_is_no_layer_over_it() {
    let base = "services:\n  web:\n    extends: {file: b.yaml, service: web}\n    ports: [\"80:80\"]\n";
    let hard = "#block\nservices:\n  web:\n    <<: *hardening\n";
    for (own, other) in [("    image: a\n", "  db: {<<: *hardening, image: a}\n"), ("    tty: true\n", "")] {
        let extended = format!("services:\n  web:\n{own}{}", other.replace("<<: *hardening, ", ""));
        assert_hardened(&[base, &extended], Relation::Variants, &["=", &format!("{hard}{own}{other}")]);
    }
}

#[test]
fn what_the_base_includes_is_no_project_of_its_own() {
    let base = "include: [{path: [b.yaml, c.yaml]}]\nservices:\n  web: {image: a}\n";
    let hard_base =
        "include: [{path: [b.yaml, c.yaml]}]\n#block\nservices:\n  web: {<<: *hardening, image: a}\n";
    let (db, layer) = ("services:\n  db:\n    image: b\n", "services:\n  db:\n    image: c\n");
    let (files, outcome) = run(&[base, db, layer], Relation::Variants);
    assert_eq!(said(&files, &outcome.notes), [""; 0]);
    let hard_db = "#block\nservices:\n  db:\n    <<: *hardening\n    image: b\n";
    assert_hardened(&[base, db, layer], Relation::Variants, &[hard_base, hard_db, "="]);
}

/// What comes of files beside one another without a base.
fn without_base(texts: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut files = files_of(texts.iter().copied());
    let group = Group { variants: files.0.keys().cloned().collect(), ..Group::default() };
    let outcome = harden(&group, &mut files, &Policy::default());
    assert!(outcome.refusals.is_empty(), "{:?}", outcome.refusals);
    let after = outcome.changes.iter().map(|change| change.after.replace(&block(), "#block\n"));
    (after.collect(), said(&files, &outcome.notes))
}

#[test]
fn what_cannot_stand_alone_is_hardened_where_another_file_completes_it() {
    let extended = "services:\n  web:\n    tty: true\n";
    let extending = "services:\n  web:\n    extends: {file: b.yaml, service: web}\n    image: a\n";
    let hard = "#block\nservices:\n  web:\n    <<: *hardening\n    tty: true\n".to_owned();
    assert_eq!(without_base(&[extending, extended]), (vec![hard], Vec::new()));
}

#[test]
fn a_file_that_is_a_part_of_something_does_not_harden_what_another_one_defines() {
    let base = "services:\n  web:\n    image: a\n  api:\n    image: a\n";
    let part = "services:\n  web:\n    tty: true\n  api:\n    build: .\n  own:\n    image: a\n";
    let (after, notes) = without_base(&[base, part]);
    let hard = part.replace("  own:\n", "  own:\n    <<: *hardening\n");
    assert_eq!(after[0], format!("#block\n{hard}"));
    let words = [
        "b.yaml:2: it has neither image nor build, so it is a layer over an unknown file",
        "b.yaml:4: its file may be a layer over another one, and is not hardened twice",
    ];
    assert_eq!(notes, words);
}

#[test]
fn parts_of_something_do_not_wait_for_one_another_nor_for_what_extends_them() {
    let web = "services:\n  web:\n    image: a\n  helper:\n    tty: true\n";
    let hard =
        "#block\nservices:\n  web:\n    <<: *hardening\n    image: a\n  helper:\n    tty: true\n".to_owned();
    assert_eq!(without_base(&[web, web]).0, [hard.clone(), hard]);
    let extended = "services:\n  web:\n    image: a\n";
    let extending =
        "services:\n  web:\n    extends: {file: sub/d.yaml, service: web}\n  helper:\n    tty: true\n";
    let mut files = files_of([extending, "", "", extended]);
    let group = Group { variants: vec![PathBuf::from("/p/compose.yaml")], ..Group::default() };
    let outcome = harden(&group, &mut files, &Policy::default());
    let changed: Vec<_> = outcome.changes.iter().map(|change| change.path.to_str().unwrap()).collect();
    assert_eq!(changed, ["/p/sub/d.yaml"]);
}

#[test]
fn a_variant_may_be_a_layer_over_a_service_that_the_base_includes() {
    let base = "include: [b.yaml]\nservices:\n  app:\n    image: a\n";
    let db = "services:\n  db:\n    image: b\n";
    let variant = "services:\n  db:\n    image: c\n";
    let (files, outcome) = run(&[base, db, variant], Relation::Variants);
    assert_eq!(
        said(&files, &outcome.notes),
        ["c.yaml:2: its file may be a layer over another one, and is not hardened twice"]
    );
    let changed: Vec<_> = outcome.changes.iter().map(|change| change.path.file_name().unwrap()).collect();
    assert_eq!((changed, outcome.bare), (vec!["b.yaml".as_ref(), "compose.yaml".as_ref()], 1));
}

#[test]
fn a_layer_that_cannot_be_followed_holds_back_its_base() {
    let base = "services:\n  web:\n    image: a\n";
    for extends in ["{file: \"${DIR}/c.yml\", service: web}", "{file: none.yml, service: web}"] {
        let layer = format!("services:\n  web:\n    tty: true\n  tool:\n    extends: {extends}\n");
        let (files, outcome) = run(&[base, &layer], Relation::Variants);
        let [refusal] = &said(&files, &outcome.refusals)[..] else { panic!("{:?}", outcome.refusals) };
        assert!(refusal.starts_with("b.yaml:5: "), "{refusal}");
        let words =
            "compose.yaml: this file is left unchanged, because a file that it is loaded with is refused";
        assert_eq!((said(&files, &outcome.notes), outcome.changes.len()), (vec![words.to_owned()], 0));
    }
}

/// Hardens two files that a command loads together: the second only fits the command, where `fits`.
///
/// Returns the messages, which files change, and how many services are bare.
fn run_command(texts: [&str; 2], fits: bool) -> (Vec<String>, Vec<PathBuf>, usize) {
    let files = files_of(texts);
    let (file, line) = (PathBuf::from("/p/Makefile"), 2);
    let origin = if fits { Origin::Fitting { file, line } } else { Origin::Mention { file, line } };
    let paths: Vec<PathBuf> = NAMES[..2].iter().map(PathBuf::from).collect();
    let variants = if fits { paths.clone() } else { Vec::new() };
    let group = Group { lists: vec![FileList::new(paths, origin)], variants, ..Group::default() };
    let outcome = harden(&group, &mut files.clone(), &Policy::default());
    let messages = said(&files, &[outcome.notes, outcome.refusals].concat());
    (messages, outcome.changes.into_iter().map(|change| change.path).collect(), outcome.bare)
}

#[test]
fn what_fits_a_command_is_a_layer_where_its_services_say_so() {
    let base = "services:\n  web:\n    image: a\n";
    let [compose, variant] = [NAMES[0], NAMES[1]].map(PathBuf::from);
    for fitting in ["services:\n  web:\n    tty: true\n", "services:\n  db:\n    tty: true\n    image: b\n"] {
        let (messages, changed, left) = run_command([base, fitting], true);
        assert_eq!((messages, left), (Vec::new(), 0), "{fitting}");
        assert_eq!(changed.contains(&variant), fitting.contains("db"), "{fitting}");
        assert!(changed.contains(&compose), "{fitting}");
    }
    let words = "b.yaml:2: its file may be a layer over another one, and is not hardened twice";
    let both = run_command([base, "services:\n  web:\n    image: b\n"], true);
    assert_eq!(both, (vec![words.to_owned()], vec![compose.clone()], 1));
    // Together they would not load, which is no reason to refuse either.
    let own = "services:\n  web:\n    image: a\n    security_opt: [no-new-privileges=false]\n";
    assert_eq!(run_command([own, own], true), (Vec::new(), vec![variant, compose], 0));
}

#[test]
fn files_that_a_command_cannot_load_together_are_projects_of_their_own() {
    let own = "services:\n  web:\n    image: a\n    security_opt: [no-new-privileges=false]\n";
    let (messages, changed, bare) = run_command([own, own], false);
    let [words] = &messages[..] else { panic!("{messages:?}") };
    assert!(words.starts_with("b.yaml:4: "), "{words}");
    assert_eq!((changed.len(), bare), (2, 0));
    let broken =
        "services:\n  web:\n    image: a\n  tool:\n    extends: {file: \"${A}/b.yml\", service: a}\n";
    let (messages, changed, _) = run_command([own, broken], false);
    assert_eq!((messages.len(), changed), (2, vec![PathBuf::from(NAMES[0])]), "{messages:?}");
}
