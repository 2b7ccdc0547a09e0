//! What services end up with, and where each value is said to come from.

use std::path::PathBuf;

use compose_harden::harden::explain;
use compose_harden::output::explanation::write_explanation;
use compose_harden::policy::Policy;

use super::hardening::{Memory, Relation, files_of, group_of};

/// The first project of `texts` in words, without what is not set.
fn explained(texts: &[&str], relation: Relation) -> Vec<String> {
    explained_files(&files_of(texts.iter().copied()), relation)
}

fn explained_files(files: &Memory, relation: Relation) -> Vec<String> {
    let explanations = explain(&group_of(files, relation), &mut files.clone(), &Policy::default());
    let mut out = Vec::new();
    write_explanation(&mut out, &explanations[0]).unwrap();
    let out = String::from_utf8(out).unwrap();
    let lines = out.split_terminator('\n').filter(|line| !line.ends_with("not set"));
    lines.map(|line| line.trim_start().replace("/p/", "")).collect()
}

#[test]
fn values_are_its_own_or_come_by_a_merge_key() {
    let text = "\
x-common-hardening-opts: &hardening
  runtime: r
x-t: &t
  user: t
  security_opt: [t]
services:
  web:
    <<: [*t, *hardening]
    security_opt:
      - a
      - b
  &n db:
    runtime: !reset null
    cap_drop: [X]
";
    assert_eq!(
        explained(&[text], Relation::First),
        [
            "compose.yaml",
            "web",
            "security_opt: - a - b (compose.yaml:9, own key)",
            "user: t (compose.yaml:4, merge key)",
            "runtime: r (compose.yaml:2, hardening block)",
            "db",
            "cap_drop: [X] (compose.yaml:14, own key)",
        ]
    );
}

#[test]
fn later_files_add_to_lists_and_replace_everything_else() {
    let base = "\
services:
  web:
    security_opt: [a]
    cap_drop: [A]
    user: a
    runtime: a
";
    let over = "\
services:
  web:
    security_opt: !override [b]
    cap_drop: [B]
    user: b
    runtime: !reset null
";
    assert_eq!(
        explained(&[base, over], Relation::Layers),
        [
            "compose.yaml + b.yaml",
            "web",
            "security_opt: [b] (b.yaml:3, override)",
            "cap_drop: [A] (compose.yaml:4, own key)",
            "cap_drop: [B] (b.yaml:4, override)",
            "user: b (b.yaml:5, override)",
        ]
    );
}

#[test]
fn values_come_from_what_is_extended_and_included() {
    let main = "\
include: [b.yaml]
services:
  base:
    user: a
    cap_drop: [A]
  web:
    extends: base
    cap_drop: [B]
    user:
";
    let included = "\
x-common-hardening-opts: &hardening
  runtime: r
services:
  db:
    <<: *hardening
    user: c
  mail:
    extends: db
";
    assert_eq!(
        explained(&[main, included], Relation::First),
        [
            "compose.yaml",
            "base",
            "cap_drop: [A] (compose.yaml:5, own key)",
            "user: a (compose.yaml:4, own key)",
            "web",
            "cap_drop: [A] (compose.yaml:5, extends)",
            "cap_drop: [B] (compose.yaml:8, own key)",
            "user: a (compose.yaml:4, extends)",
            "db",
            "user: c (b.yaml:6, included file)",
            "runtime: r (b.yaml:2, hardening block of an included file)",
            "mail",
            "user: c (b.yaml:6, extends)",
            "runtime: r (b.yaml:2, hardening block by extends)",
        ]
    );
}

#[test]
fn the_tags_of_what_a_later_file_extends_do_not_reach_earlier_files() {
    let base = "\
services:
  web:
    user: a
    cap_drop: [A]
";
    let over = "\
services:
  web:
    extends: tpl
  tpl:
    extends: root
    user: !reset null
    cap_drop: !override [B]
  root:
    user: r
    cap_drop: [R]
";
    assert_eq!(
        explained(&[base, over], Relation::Layers)[..5],
        [
            "compose.yaml + b.yaml",
            "web",
            "cap_drop: [A] (compose.yaml:4, own key)",
            "cap_drop: [B] (b.yaml:7, extends)",
            "user: a (compose.yaml:3, own key)",
        ]
    );
}

#[test]
fn the_tags_of_what_an_included_file_extends_reach_no_other_file() {
    let including = "include:\n  - path: [one.yaml, two.yaml]\n";
    let mut files = files_of(["services:\n  web:\n    cap_drop: [A]\n", including]);
    let one = "services:\n  web:\n    extends: base\n    cap_drop: [B]\n  base:\n    cap_drop: [Z]\n";
    let two = "\
services:
  web:
    extends: tpl
  tpl:
    extends: root
    cap_drop: !override [T]
  root:
    cap_drop: [R]
";
    for (path, text) in [("/p/one.yaml", one), ("/p/two.yaml", two)] {
        files.0.insert(PathBuf::from(path), text.to_owned());
    }
    assert_eq!(
        explained_files(&files, Relation::Layers)[..6],
        [
            "compose.yaml + b.yaml",
            "web",
            "cap_drop: [A] (compose.yaml:3, own key)",
            "cap_drop: [Z] (one.yaml:6, extends)",
            "cap_drop: [B] (one.yaml:4, included file)",
            "cap_drop: [T] (two.yaml:6, extends)",
        ]
    );
}
