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
        "bitbucket-pipelines.yml",
        ".drone.yml",
        ".woodpecker.yml",
        ".woodpecker/test.yaml",
        ".gitea/workflows/test.yml",
        "composer.json",
        "Taskfile.dist.yml",
        "Makefile.dev",
        "run.cmd",
        "run.bash",
        "tools/run.sh",
        "ci/run",
        "docs/deploy.rst",
        "docs/deploy.adoc",
        "compose.yml",
    ] {
        let folder = Folder::new(&["compose.yml", "compose.prod.yml"]);
        folder.put(
            text,
            "# up\n  docker compose -f compose.yml -f compose.prod.yml up\n"
                .replace("  docker", if text == "compose.yml" { "# docker" } else { "  docker" })
                .as_str(),
        );
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
fn in_the_comments_of_a_compose_file_count() {
    let folder = Folder::new(&["x.yml", "dev/compose.dev.yml"]);
    let header = "# Usage:\n#   docker compose -f compose.yml \\\n#     -f ./dev/compose.dev.yml up\n";
    folder
        .put("compose.yml", &format!("{header}services: {{}} # docker compose -f compose.yml -f x.yml up\n"));
    let expected = ["Names: compose.yml", "compose.yml:2: compose.yml + dev/compose.dev.yml"];
    assert_eq!(folder.discover(&["."]), expected);
    folder.put("compose.yml", &format!("{}{header}", "#\n".repeat(1 << 15)));
    assert_eq!(folder.discover(&["."]).len(), 3);
}

#[test]
fn continue_lines_in_the_way_of_their_shell() {
    for (text, sign) in [("run.sh", '\\'), ("run.ps1", '`'), ("run.bat", '^'), ("run.cmd", '^')] {
        let folder = Folder::new(&["compose.yml", "compose.prod.yml"]);
        let command = "docker compose @\r\n  -f compose.yml @\r\n  -f compose.prod.yml @\r\n  up\r\n";
        folder.put(text, &command.replace('@', &sign.to_string()));
        let expected = ["Names: compose.yml".to_owned(), format!("{text}:1: compose.yml + compose.prod.yml")];
        assert_eq!(folder.discover(&["."]), expected, "{text}");
    }
}

#[test]
fn stand_for_each_file_that_fits_a_name_with_a_variable() {
    let folder =
        Folder::new(&["compose.base.yml", "compose.dev.yml", "compose.prod.yml", "compose.yaml", "x.yml"]);
    let expected = [
        "Names: compose.yaml",
        "run.sh:1 fits: compose.base.yml + compose.dev.yml",
        "run.sh:1 fits: compose.base.yml + compose.prod.yml",
        "variant compose.base.yml",
        "variant compose.dev.yml",
        "variant compose.prod.yml",
    ];
    for part in ["$env", "${ENV}", "$(ENV)", "{{env}}", "$1", "${1:-dev}", "{env}"] {
        folder.put("run.sh", &format!("docker compose -f compose.base.yml -f \"compose.{part}.yml\" up\n"));
        assert_eq!(folder.discover(&["."]), expected, "{part}");
    }
    // What comes after the variable says nothing about the files before it.
    folder.put(
        "run.sh",
        "docker compose -f compose.base.yml -f compose.$1.yml -f x.yml -f compose.$2.yml up\n",
    );
    assert_eq!(folder.discover(&["."]), expected);
    for files in [
        "-f $1 -f compose.base.yml",
        "-f compose.$1.yml",
        "-f compose.$1.yml -f compose.base.yml",
        "-f compose.$A$B.yml",
    ] {
        folder.put("run.sh", &format!("docker compose {files} up\n"));
        assert!(!folder.discover(&["."]).iter().any(|line| line.starts_with("run.sh")), "{files}");
    }
}

#[test]
fn stand_for_files_with_the_names_of_compose_files_only() {
    let folder = Folder::new(&["conf/.compose.yml", "conf/base.yml", "conf/dev.yml", "conf/compose.dev.yml"]);
    folder.put("Makefile", "up:\n\tdocker compose -f conf/base.yml -f conf/$(ENV).yml up\n");
    assert_eq!(
        folder.discover(&["."]),
        ["Makefile:2 fits: conf/base.yml + conf/compose.dev.yml", "variant conf/compose.dev.yml"]
    );
}

#[test]
fn are_read_whole_in_a_workflow_whatever_its_name() {
    let folder = Folder::new(&["a.compose.yml", "b.compose.yml"]);
    let workflow = ".github/workflows/docker-compose.yml";
    folder.put(workflow, "run: docker compose -f a.compose.yml -f b.compose.yml up\n");
    assert_eq!(folder.discover(&["."]), [format!("{workflow}:1: a.compose.yml + b.compose.yml")]);
}

#[test]
fn stand_for_so_many_files_and_no_more() {
    let folder = Folder::new(&["base.yml"]);
    folder.put("run.sh", "docker compose -f base.yml -f compose.$1.yml up\n");
    for number in 0..64 {
        folder.put(&format!("compose.{number}.yml"), "");
    }
    assert_eq!(folder.discover(&["."]).iter().filter(|line| line.starts_with("run.sh")).count(), 64);
    folder.put("compose.64.yml", "");
    assert_eq!(folder.discover(&["."]).iter().filter(|line| line.starts_with("run.sh")).count(), 0);
}

#[test]
fn start_from_a_directory_that_a_variable_holds_or_not() {
    let folder = Folder::new(&["a/base.yml", "a/dev.yml"]);
    for text in [
        "docker compose -f \"$DIR/a/base.yml\" -f ${DIR}/a/dev.yml up",
        "docker compose -f \"$(dirname \"$0\")/../a/base.yml\" -f $(dirname $0)/../a/dev.yml up",
        "docker compose -f ${{ github.workspace }}/a/base.yml -f $ROOT_DIR/a/dev.yml up",
        "BASE=a/base.yml\nDIR=a\ndocker compose -f $BASE -f $DIR/dev.yml up",
        "DIR=\"$(cd \"$(dirname \"$0\")\" && pwd)\"\nBASE=\"$DIR/a/base.yml\"\ndocker compose -f $BASE -f $DIR/a/dev.yml up",
    ] {
        folder.put("scripts/run.sh", text);
        let line = text.split('\n').count();
        assert_eq!(
            folder.discover(&["."]),
            [format!("scripts/run.sh:{line}: a/base.yml + a/dev.yml")],
            "{text}"
        );
    }
    // One of them is a file elsewhere.
    folder.put("scripts/run.sh", "docker compose -f $OTHER/a/base.yml -f a/base.yml up");
    assert_eq!(folder.discover(&["."]), ["error at : there is no Compose file in this directory"]);
}

#[test]
fn state_the_directory_of_the_project() {
    let folder = Folder::new(&["a/base.yml", "a/dev.yml"]);
    for (option, directory) in [
        ("--project-directory .", Some("")),
        ("--project-directory=\"$PWD\"", Some("")),
        ("--project-directory ./a", Some("a")),
        ("--project-directory /srv", None),
        ("", None),
    ] {
        folder.put("Makefile", &format!("up:\n\tdocker compose {option} -f a/base.yml -f a/dev.yml up\n"));
        let groups = crate::discover(&folder.request(&["."]));
        let expected = directory.map(|directory| folder.path().join(directory).components().collect());
        assert_eq!(groups[0].lists[0].directory, expected, "{option}");
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

#[test]
fn leave_out_later_files_that_are_not_there() {
    let folder = Folder::new(&["compose.yml", "deploy/compose.prod.yml", "base.yml", "dev.yml"]);
    let shown = |command: &str| {
        folder.put("README.md", &format!("docker compose {command} up\n"));
        let shown = folder.discover(&["."]);
        shown.into_iter().filter(|line| line.starts_with("README")).collect::<Vec<_>>()
    };
    for absent in ["compose.local.yml", "deploy/gone/compose.yml", "gone/compose.yml", "../gone/compose.yml"]
    {
        for files in [
            format!("-f compose.yml -f deploy/compose.prod.yml -f {absent}"),
            format!("-f compose.yml -f {absent} -f deploy/compose.prod.yml"),
        ] {
            assert_eq!(shown(&files), ["README.md:1: compose.yml + deploy/compose.prod.yml"], "{files}");
        }
        // One that is left says nothing, and neither do those over a first one that is not there.
        for files in [format!("-f base.yml -f {absent}"), format!("-f {absent} -f base.yml -f dev.yml")] {
            assert_eq!(shown(&files), [""; 0], "{files}");
        }
    }
    assert_eq!(
        shown("-f base.yml -f compose.local.yml -f deploy/compose.$ENV.yml"),
        ["README.md:1 fits: base.yml + deploy/compose.prod.yml"]
    );
    // What is there and cannot be loaded is not left out.
    assert_eq!(shown("-f base.yml -f dev.yml -f deploy"), [""; 0]);
    // A way out of a directory does not need it.
    assert_eq!(shown("-f base.yml -f gone/../dev.yml"), ["README.md:1: base.yml + dev.yml"]);
}

#[test]
fn are_taken_from_where_all_of_their_files_are_first() {
    let folder =
        Folder::new(&["a/one.yml", "a/two.yml", "one.yml", "two.yml", "three.yml", "b/one.yml", "b/two.yml"]);
    folder.put("a/run.sh", "docker compose -f one.yml -f two.yml -f three.yml up\n");
    folder.put("b/run.sh", "docker compose -f one.yml -f two.yml -f four.yml up\n");
    folder.put("a/compose.yml", "");
    folder.put("b/compose.yml", "");
    let shown = folder.discover(&["."]);
    let mentioned: Vec<&String> = shown.iter().filter(|line| line.contains("run.sh")).collect();
    assert_eq!(mentioned, ["a/run.sh:1: one.yml + two.yml + three.yml", "b/run.sh:1: b/one.yml + b/two.yml"]);
}
