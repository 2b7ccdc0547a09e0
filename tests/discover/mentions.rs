//! Commands in scripts, documents and CI files.

use std::fs::File;
use std::io::Write as _;

use crate::Folder;

#[test]
fn in_every_kind_of_text_count() {
    for text in [
        "Makefile",
        "makefile",
        "GNUmakefile",
        "rules.mk",
        "run.sh",
        "package.json",
        "justfile",
        "Justfile",
        "Taskfile.yml",
        "README",
        "README.rst",
        "deploy.md",
        "docs/deploy.md",
        ".github/workflows/test.yaml",
        ".gitlab-ci.yml",
        ".travis.yml",
        ".envrc",
        "azure-pipelines.yml",
        "Jenkinsfile",
        "Procfile",
        "Rakefile",
        "tasks.py",
        "run.ps1",
        "run.bat",
        "scripts/run.sh",
        "scripts/run",
        "bin/run",
        ".circleci/config.yml",
    ] {
        let folder = Folder::new(&["compose.yml", "compose.prod.yml"]);
        folder.put(text, "# up\n  docker compose -f compose.yml -f compose.prod.yml up\n");
        let expected = ["Names: compose.yml".to_owned(), format!("{text}:2: compose.yml + compose.prod.yml")];
        assert_eq!(folder.discover(&["."]), expected, "{text}");
    }
}

#[test]
fn in_other_texts_do_not() {
    for text in
        [".env.example", "notes.txt", "docs/deep/x.md", "scripts/deploy.md", "compose.ci.yml", "x.yml"]
    {
        let folder = Folder::new(&["compose.yml", "compose.prod.yml"]);
        folder.put(text, "docker compose -f compose.yml -f compose.prod.yml up\n");
        assert!(!folder.discover(&["."]).iter().any(|line| line.contains('+')), "{text}");
    }
}

#[test]
fn of_one_readme_come_in_order_and_each_list_once() {
    let folder =
        Folder::new(&["compose.yml", "compose.override.yml", "compose.prod.yml", "compose.dev.yml", "x.yml"]);
    folder.put(
        "README.md",
        "# Shop\n\nTo develop: `docker compose -f compose.yml -f compose.dev.yml up`.\n\n```console\n\
         $ docker compose up\n$ docker-compose -f compose.yml \\\n    -f compose.prod.yml up -d\n\
         $ docker compose -f compose.yml -f compose.override.yml ps\n$ docker compose -f gone.yml -f compose.yml up\n\
         $ docker compose -f compose.yml -f compose.prod.yml down\n```\n",
    );
    folder.put("Makefile", "up:\n\tdocker compose -f compose.yml -f compose.prod.yml up\n");
    let expected = [
        "Names: compose.yml + compose.override.yml",
        "Makefile:2: compose.yml + compose.prod.yml",
        "README.md:3: compose.yml + compose.dev.yml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn name_files_from_their_own_directory_then_from_the_project_and_the_root() {
    let folder = Folder::new(&["a/compose.yml", "a/x.yml", "b/compose.yml", "b/x.yml", "compose.yml"]);
    folder.put("README.md", "docker compose -f compose.yml -f x.yml up\n");
    folder.put(
        "a/run.sh",
        "docker compose -f b/compose.yml -f b/x.yml up\ndocker compose -f $PWD/compose.yml up",
    );
    let expected = [
        "Names: compose.yml",
        "-",
        "Names: a/compose.yml",
        "README.md:1: a/compose.yml + a/x.yml",
        "-",
        "Names: b/compose.yml",
        "README.md:1: b/compose.yml + b/x.yml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn follow_a_change_of_directory() {
    let folder = Folder::new(&["compose.yml", "x.yml", "deploy/compose.yml", "deploy/x.yml"]);
    folder.put("Makefile", "up:\n\tcd deploy && docker compose -f compose.yml -f x.yml up\n");
    folder.put("run.sh", "cd shop && docker compose -f compose.yml -f x.yml up\n");
    let expected = [
        "Names: compose.yml",
        "run.sh:1: compose.yml + x.yml",
        "-",
        "Names: deploy/compose.yml",
        "Makefile:2: deploy/compose.yml + deploy/x.yml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn join_the_directories_that_they_name() {
    let folder = Folder::new(&["compose.yml", "a/compose.yml", "a/compose.prod.yml", "b/compose.yml"]);
    folder.put("run.sh", "docker compose -f compose.yml -f a/compose.yml up\n");
    let expected = [
        "Names: compose.yml",
        "Names: a/compose.yml",
        "run.sh:1: compose.yml + a/compose.yml",
        "variant a/compose.prod.yml",
        "-",
        "Names: b/compose.yml",
    ];
    assert_eq!(folder.discover(&["."]), expected);
}

#[test]
fn make_a_project_of_files_with_other_names() {
    let folder = Folder::new(&["quickstart.yml", "quickstart-mysql.yml", "other.yml"]);
    folder.put("README.md", "docker compose -f quickstart.yml -f quickstart-mysql.yml up\n");
    assert_eq!(folder.discover(&["."]), ["README.md:1: quickstart.yml + quickstart-mysql.yml"]);
}

#[test]
fn above_what_was_named_or_above_the_repository_do_not_count() {
    let folder = Folder::new(&["a/b/compose.yml", "a/b/x.yml"]);
    folder.put("a/README.md", "docker compose -f b/compose.yml -f b/x.yml up\n");
    assert_eq!(folder.discover(&["a/b"]), ["Names: a/b/compose.yml"]);
    assert_eq!(folder.discover(&["a"]).len(), 2);
    folder.make_directory("a/b/.git");
    folder.put("README.md", "docker compose -f a/b/compose.yml -f a/b/x.yml up\n");
    folder.put("a/README.md", "");
    assert_eq!(folder.discover(&["a"]), ["Names: a/b/compose.yml"]);
}

#[test]
fn of_files_outside_of_what_was_named_count_with_one_inside() {
    let folder = Folder::new(&["base.yml", "a/compose.yml"]);
    let absolute = folder.path().join("base.yml").display().to_string();
    folder.put("a/run.sh", &format!("docker compose -f {absolute} up\ndocker compose -f ../base.yml -f compose.yml up\ndocker compose -f ../base.yml up"));
    let expected = ["Names: a/compose.yml", "a/run.sh:2: base.yml + a/compose.yml"];
    assert_eq!(folder.discover(&["a"]), expected);
}

#[test]
fn in_texts_that_are_too_long_or_not_utf8_do_not_count() {
    let command = "docker compose -f compose.yml -f x.yml up\n";
    let folder = Folder::new(&["compose.yml", "x.yml"]);
    folder.put("README.md", &format!("{command}{}", "\n".repeat(1 << 20)));
    File::create(folder.path().join("run.sh"))
        .unwrap()
        .write_all(&[command.as_bytes(), b"# caf\xE9\n"].concat())
        .unwrap();
    folder.make_directory("Makefile");
    assert_eq!(folder.discover(&["."]), ["Names: compose.yml"]);
}

#[test]
fn are_looked_for_from_so_many_directories_and_no_more() {
    let folder = Folder::new(&[]);
    let mut command = "docker compose".to_owned();
    command.extend((0..60).map(|number| format!(" -f {number}.yml")));
    let text = (0..1000).map(|line| format!("{command} -f {line}.yaml up")).collect::<Vec<_>>().join("\n");
    for number in 0..10 {
        folder.put(&format!("{number}/compose.yml"), "");
    }
    folder.put("README.md", &text);
    let shown = folder.discover(&["."]);
    let warnings: Vec<&String> = shown.iter().filter(|line| line.contains("MAX_LOOKUPS")).collect();
    assert!(matches!(&warnings[..], [one] if one.starts_with("warning at 3: ")), "{shown:?}");
    assert_eq!(shown.iter().filter(|line| line.starts_with("Names: ")).count(), 10, "{shown:?}");
}
