//! Which files a run changes: what was named, what that is made of, and nothing else.

use crate::{Folder, WEB};

#[test]
fn a_named_file_changes_and_not_what_is_loaded_with_it() {
    let folder = Folder::new(&[
        ("compose.yaml", WEB),
        ("compose.override.yaml", "services:\n  web:\n    restart: always\n  mail:\n    image: mail\n"),
    ]);
    let run = folder.run(".", &["fix", "--write", "compose.override.yaml"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert_eq!(folder.text("compose.yaml"), WEB);
    let layered = folder.text("compose.override.yaml");
    assert!(layered.contains("  web:\n    restart: always\n  mail:\n    <<: *hardening\n"), "{layered}");
    assert!(run.messages.contains("service `web` is left without hardening"), "{}", run.messages);
    assert!(run.messages.contains("begins in `compose.yaml`"), "{}", run.messages);
    assert_eq!(folder.run(".", &["fix", "--write", "compose.yaml"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml"));
    assert_eq!(folder.text("compose.override.yaml"), layered);
    assert_eq!(folder.run(".", &["check"]).code, Some(0));
}

#[test]
fn a_service_of_files_that_were_not_named_is_not_noted() {
    let folder = Folder::new(&[
        ("compose.yaml", "services:\n  web:\n    image: a\n  db:\n    image: b\n"),
        ("compose.override.yaml", "services:\n  web:\n    restart: always\n"),
    ]);
    let run = folder.run(".", &["fix", "compose.override.yaml"]);
    assert!(run.messages.contains("service `web` is left without hardening"), "{}", run.messages);
    assert!(!run.messages.contains("service `db`"), "{}", run.messages);
}

#[test]
fn a_service_that_is_only_included_from_elsewhere_is_noted() {
    let folder = Folder::new(&[("shared/db.yaml", "services:\n  db:\n    image: b\n")]);
    folder.put("app/compose.yaml", &format!("include: [../shared/db.yaml]\n{WEB}"));
    folder.put("app/compose.override.yaml", "services:\n  mail:\n    image: c\n");
    let run = folder.run(".", &["fix", "--write", "app"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(run.messages.contains("begins in `shared/db.yaml`, which was not named"), "{}", run.messages);
    assert!(folder.is_hardened("app/compose.yaml") && !folder.is_hardened("shared/db.yaml"));
    assert_eq!(folder.run(".", &["check", "app"]).code, Some(1));
    // Who names the override file alone did not ask for what the base file includes.
    let run = folder.run(".", &["check", "app/compose.override.yaml"]);
    assert_eq!((run.code, run.messages.contains("`db`")), (Some(0), false), "{}", run.messages);
    assert_eq!(folder.run(".", &["fix", "--write"]).code, Some(0));
    assert!(folder.is_hardened("shared/db.yaml"));
    assert_eq!(folder.run(".", &["check", "app"]).code, Some(0));
}

#[test]
fn a_named_base_is_not_hardened_against_its_override_file() {
    let layer = "services:\n  web:\n    security_opt: [\"no-new-privileges=true\"]\n";
    let folder = Folder::new(&[("c.yml", WEB), ("compose.override.yml", layer)]);
    folder.put("compose.yml", "services:\n  web:\n    extends: {file: c.yml, service: web}\n");
    for name in ["compose.yml", "c.yml"] {
        let run = folder.run(".", &["fix", "--write", name]);
        let twice = folder.is_hardened("c.yml") && !folder.text("c.yml").contains("security_opt: []");
        assert!(!twice, "{name}: {}", run.messages);
    }
    assert_eq!(folder.text("compose.override.yml"), layer);
}

#[test]
fn a_file_that_is_loaded_over_itself_is_refused_in_words_that_fit() {
    let folder = Folder::new(&[("compose.yaml", WEB)]);
    let run = folder.run(".", &["fix", "-f", "compose.yaml", "-f", "compose.yaml"]);
    let words = "service `web` is to be hardened here, but this is also a layer over one in `compose.yaml`";
    assert!(run.messages.contains(words), "{}", run.messages);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
}

#[test]
fn what_a_named_file_extends_changes_below_it_and_not_elsewhere() {
    let extends =
        |file: &str| format!("services:\n  web:\n    extends:\n      file: {file}\n      service: web\n");
    let folder = Folder::new(&[("a/parts/base.yml", WEB), ("base.yml", WEB)]);
    folder.put("a/compose.x.yml", &extends("parts/base.yml"));
    folder.put("a/compose.y.yml", &extends("../base.yml"));
    let run = folder.run(".", &["fix", "--write", "a/compose.x.yml", "a/compose.y.yml"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(folder.is_hardened("a/parts/base.yml"));
    assert_eq!(folder.text("base.yml"), WEB);
    assert!(run.messages.contains("begins in `base.yml`, which was not named"), "{}", run.messages);
    assert_eq!(folder.run(".", &["check", "a"]).code, Some(1));
    assert_eq!(folder.run(".", &["fix", "--write", "a", "base.yml"]).code, Some(0));
    assert!(folder.is_hardened("base.yml"));
}

#[test]
fn what_a_named_file_extends_or_includes_beside_it_changes_whatever_it_is_called() {
    for text in [
        "services:\n  web:\n    extends: {file: docker-compose.part.yml, service: web}\n",
        "include: [docker-compose.part.yml]\n",
    ] {
        let files =
            [("docker-compose.yml", text), ("docker-compose.part.yml", WEB), ("docker-compose.dev.yml", WEB)];
        let folder = Folder::new(&files);
        let run = folder.run(".", &["fix", "--write", "docker-compose.yml"]);
        assert_eq!(
            (run.code, run.messages.as_str()),
            (Some(0), "1 service hardened in 1 file, 1 file with nothing to do\n"),
            "{text}"
        );
        assert!(folder.is_hardened("docker-compose.part.yml"), "{text}");
        assert_eq!(folder.text("docker-compose.dev.yml"), WEB, "{text}");
    }
}

#[test]
fn what_the_base_of_a_named_file_extends_stays() {
    let extending = "services:\n  web:\n    extends: {file: docker-compose.common.yml, service: web}\n";
    let over = "services:\n  web:\n    tty: true\n";
    let files =
        [("compose.yaml", extending), ("compose.prod.yaml", over), ("docker-compose.common.yml", WEB)];
    let folder = Folder::new(&files);
    assert_eq!(folder.run(".", &["fix", "--write", "compose.prod.yaml"]).code, Some(0));
    assert_eq!(folder.text("docker-compose.common.yml"), WEB);
}

#[test]
fn a_broken_file_beside_a_named_one_does_not_matter() {
    let folder = Folder::new(&[("compose.yaml", WEB), ("compose.prod.yaml", "services: [\n")]);
    assert_eq!(folder.run(".", &["fix", "--write", "compose.yaml"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml"));
    assert_eq!(folder.run(".", &["fix"]).code, Some(2));
}

#[test]
fn repositories_are_hardened_each_by_itself() {
    let folder = Folder::new(&[("b/.git/HEAD", ""), ("a/.git/HEAD", ""), ("b/base.yml", WEB)]);
    folder.put("a/compose.yml", "services:\n  web:\n    extends: {file: ../b/base.yml, service: web}\n");
    folder.put("b/compose.yml", "services:\n  web:\n    extends: {file: base.yml, service: web}\n");
    let run = folder.run(".", &["fix"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert_eq!(run.out.matches("+++ ").count(), 1, "{}", run.out);
    assert!(run.out.contains("+++ b/b/base.yml\n"), "{}", run.out);
    assert!(run.messages.contains("begins in `b/base.yml`"), "{}", run.messages);
}

#[test]
fn what_a_program_writes_stays_unless_it_is_named() {
    let generated = format!("# @generated by a template\n{WEB}");
    let folder = Folder::new(&[("compose.yaml", &generated), ("sub/compose.yaml", WEB)]);
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    assert!(run.messages.contains("@generated"), "{}", run.messages);
    assert!(!folder.is_hardened("compose.yaml") && folder.is_hardened("sub/compose.yaml"));
    assert_eq!(folder.run(".", &["fix", "--write", "compose.yaml"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml"));
}

#[test]
fn what_extends_a_file_that_a_program_writes_is_hardened_by_what_it_merges() {
    let generated = "# @generated\nservices:\n  base:\n    tty: true\n";
    let folder = Folder::new(&[("base.yml", generated)]);
    let web = "  web:\n    <<: *t\n    extends: {file: base.yml, service: base}\n";
    folder.put("compose.yaml", &format!("services:\n  tpl: &t\n    image: a\n{web}"));
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!((run.code, folder.is_hardened("compose.yaml")), (Some(0), true), "{}", run.messages);
    assert_eq!(folder.text("base.yml"), generated);
}

#[test]
fn globs_choose_among_what_is_found() {
    let paths = ["a/compose.yml", "b/compose.yml", "b/old/compose.yml", "c/compose.yml"];
    let folder = Folder::new(&paths.map(|path| (path, WEB)));
    let shown = |arguments: &[&str]| {
        let run = folder.run(".", &[&["fix"], arguments].concat());
        paths.map(|path| run.out.contains(&format!("+++ b/{path}\n")))
    };
    assert_eq!(shown(&["--exclude", "old", "--exclude", "/c"]), [true, true, false, false]);
    assert_eq!(shown(&["--include", "/b/**"]), [false, true, true, false]);
    assert_eq!(shown(&["--include", "/b/**", "--exclude", "old"]), [false, true, false, false]);
    assert_eq!(shown(&["--exclude", "*.yml", "c/compose.yml"]), [false, false, false, true]);
    for glob in ["b", "b/", "/b", "/b/"] {
        assert_eq!(shown(&["--include", glob]), [false, true, true, false], "{glob}");
        assert_eq!(shown(&["--exclude", glob]), [true, false, false, true], "{glob}");
    }
    assert_eq!(shown(&["--include", "old"]), [false, false, true, false]);
    assert_eq!(shown(&["--include", "old", "b", "c/compose.yml"]), [false, false, true, true]);
    assert_eq!(shown(&["--exclude", "old", "b/old"]), [false, false, true, false]);
    let run = folder.run(".", &["fix", "--include", "a{b"]);
    assert_eq!(run.code, Some(2));
    assert!(run.messages.contains("cannot use the glob `a{b`"), "{}", run.messages);
}

#[test]
fn globs_that_include_nothing_are_wrong_and_those_that_exclude_everything_are_not() {
    let folder = Folder::new(&[("compose.yml", WEB), ("a/b/compose.yml", WEB)]);
    for command in ["fix", "check"] {
        for (globs, code, words) in [
            (&["--include", "nowhere"][..], 2, "no Compose file in this directory matches `--include`"),
            (&["--include", "nowhere", "a"], 2, "no Compose file in this directory matches `--include`"),
            (&["--include", "nowhere", "--exclude", "x"], 2, "no Compose file in this directory matches"),
            (&["--exclude", "*.yml"], 0, "nothing to do"),
            (&["--exclude", "b", "a"], 0, "nothing to do"),
            (&["--exclude", "*.yml", "--include", "a"], 0, "nothing to do"),
            (&["--exclude", ""], 2, "cannot use the glob ``: it names nothing"),
            (&["--include", ""], 2, "cannot use the glob ``: it names nothing"),
        ] {
            let run = folder.run(".", &[&[command], globs].concat());
            assert_eq!((run.code, run.out.as_str()), (Some(code), ""), "{globs:?}: {}", run.messages);
            assert!(run.messages.contains(words), "{globs:?}: {}", run.messages);
        }
        let run = folder.run(".", &[command, "--include", "nowhere", "a", "compose.yml"]);
        assert!(run.code < Some(2), "{}", run.messages);
    }
    let extends = "services:\n  web:\n    extends: {file: a/base.yml, service: web}\n";
    let folder = Folder::new(&[("compose.yml", extends), ("a/base.yml", WEB)]);
    let run = folder.run(".", &["fix", "--write", "--include", "a"]);
    assert_eq!((run.code, folder.is_hardened("a/base.yml")), (Some(0), true), "{}", run.messages);
}

#[test]
fn sniffing_finds_compose_files_with_other_names() {
    let folder =
        Folder::new(&[("stack.yml", WEB), ("jobs.yaml", "services: [docker]\n"), ("compose.yml", WEB)]);
    assert!(!folder.run(".", &["fix"]).out.contains("stack.yml"));
    let run = folder.run(".", &["fix", "--sniff", "--write"]);
    assert_eq!(run.code, Some(0), "{}", run.messages);
    folder.put("sub/stack.yml", WEB);
    assert!(folder.run("sub", &["fix", "--sniff"]).out.contains("+++ b/stack.yml\n"));
}

#[cfg(unix)]
#[test]
fn a_project_is_not_written_in_part() {
    let folder =
        Folder::new(&[("compose.yaml", WEB), ("dev/over.yml", "services:\n  mail:\n    image: mail\n")]);
    std::fs::hard_link(folder.path("dev/over.yml"), folder.path("compose.override.yml")).unwrap();
    let run = folder.run(".", &["fix", "--write"]);
    assert_eq!(run.code, Some(2), "{}", run.messages);
    assert!(run.messages.contains("hard links"), "{}", run.messages);
    assert_eq!(folder.text("compose.yaml"), WEB);
}

#[test]
fn a_service_of_the_base_is_hardened_there_where_a_later_file_extends_its_layer() {
    let extends = "{extends: {file: common.compose.yml, service: app}}";
    let folder = Folder::new(&[("common.compose.yml", "services:\n  app: {image: p}\n")]);
    folder.put("compose.yaml", &format!("services:\n  q: {extends}\n  job: {extends}\n"));
    let later = format!("services:\n  job: {{security_opt: [x]}}\n  q: {extends}\n  i: {{extends: job}}\n");
    folder.put("compose.override.yaml", &later);
    let run = folder.run(".", &["fix", "--write"]);
    let hardened = "\n  job: {<<: *hardening, extends:";
    assert!(folder.text("compose.yaml").contains(hardened), "{}", run.messages);
    assert_eq!(folder.text("compose.override.yaml"), later);
    assert!(run.messages.contains("service `i` is left without hardening"), "{}", run.messages);
}

#[test]
fn a_service_that_begins_in_a_file_that_globs_leave_out_is_noted() {
    let folder = Folder::new(&[("c.yml", "services:\n  base:\n    image: a\n")]);
    folder.put("compose.yaml", "services:\n  web:\n    extends: {file: c.yml, service: base}\n");
    let run = folder.run(".", &["check", "--exclude", "c.yml"]);
    assert!(run.messages.contains("it begins in `c.yml`, which the globs leave out"), "{}", run.messages);
    assert_eq!(run.code, Some(1), "{}", run.messages);
}

#[test]
fn paths_in_files_start_from_the_directory_of_the_project() {
    let base = "services:\n  web:\n    extends: {file: lib/web.yml, service: web}\n";
    let folder = Folder::new(&[("docker/base.yml", base), ("lib/web.yml", WEB), ("docker/lib/web.yml", WEB)]);
    let list = ["fix", "--write", "-f", "docker/base.yml"];
    let run = folder.run(".", &[&list[..], &["--project-directory", "."]].concat());
    let hardened = || [folder.is_hardened("lib/web.yml"), folder.is_hardened("docker/lib/web.yml")];
    assert_eq!((run.code, hardened()), (Some(0), [true, false]), "{}", run.messages);
    let run = folder.run(".", &list);
    assert_eq!((run.code, hardened()), (Some(0), [true, true]), "{}", run.messages);
    assert_eq!(folder.run(".", &["fix", "--project-directory", "."]).code, Some(2));
}

#[test]
fn an_empty_file_is_wrong_only_where_it_is_named_and_has_no_base() {
    let folder =
        Folder::new(&[("a/compose.dev.yaml", ""), ("b/compose.yaml", WEB), ("b/compose.dev.yaml", "")]);
    for (path, code, words) in [
        ("a", 0, "1 file with nothing to do\n"),
        ("a/compose.dev.yaml", 2, "the document is empty"),
        ("b/compose.dev.yaml", 0, "1 file with nothing to do\n"),
    ] {
        let run = folder.run(".", &["fix", path]);
        assert_eq!((run.code, run.messages.contains(words)), (Some(code), true), "{path}: {}", run.messages);
    }
}

#[test]
fn files_that_commands_name_in_hidden_folders_count_in_a_repository_too() {
    let base = "services:\n  web:\n    image: nginx\n    user: \"33\"\n";
    let privileges = "services:\n  web:\n    security_opt: [no-new-privileges=true]\n";
    let json = "{\"dockerComposeFile\": [\"../compose.yaml\", \"compose.yaml\"]}";
    for (files, expected) in [
        (
            [
                (".docker/base.yaml", base),
                ("README.md", "docker compose -f .docker/base.yaml -f compose.yaml up\n"),
            ],
            "this is also a layer over one in `.docker/base.yaml`",
        ),
        (
            [(".devcontainer/compose.yaml", privileges), (".devcontainer/devcontainer.json", json)],
            "would get the same item of `security_opt` from two layers",
        ),
    ] {
        let folder = Folder::new(&files);
        folder.put("compose.yaml", WEB);
        let outside = folder.run(".", &["fix"]);
        assert!(outside.messages.contains(expected), "{}", outside.messages);
        folder.put(".git/HEAD", "");
        let inside = folder.run(".", &["fix"]);
        assert_eq!((inside.code, inside.out, inside.messages), (outside.code, outside.out, outside.messages));
    }
}

#[test]
fn files_that_are_loaded_with_one_that_is_not_there_are_hardened_together() {
    let folder = Folder::new(&[
        ("compose.yaml", WEB),
        ("deploy/compose.prod.yaml", WEB),
        (
            "README.md",
            "docker compose -f compose.yaml -f deploy/compose.prod.yaml -f compose.local.yaml up\n",
        ),
    ]);
    assert_eq!(folder.run(".", &["fix", "--write"]).code, Some(0));
    assert!(folder.is_hardened("compose.yaml") && !folder.is_hardened("deploy/compose.prod.yaml"));
    assert_eq!(folder.run(".", &["check"]).code, Some(0));
}
