//! What is no repository to work on, and files that are refused.

use std::fs;
use std::os::unix::fs::symlink;

use crate::{BARE, Farm, commit, git, put};

#[test]
fn skips_bare_and_empty_repositories_and_what_is_none() {
    let farm = Farm::new();
    let made = farm.repository("made", &[("compose.yml", BARE)]);
    let bare = farm.root().join("bare.git");
    git(&farm.root(), &["clone", "--quiet", "--bare", made.to_str().unwrap(), bare.to_str().unwrap()]);
    let empty = farm.root().join("empty");
    git(&farm.root(), &["init", "--quiet", empty.to_str().unwrap()]);
    put(&empty.join("compose.yml"), BARE);
    put(&farm.root().join("plain/compose.yml"), BARE);
    put(&farm.root().join("broken/.git"), "gitdir: nowhere\n");
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = "skipped bare.git: bare repository; clone it, and name the clone\n\
                    skipped broken: not the top of a git repository\n\
                    skipped empty: no commit yet; make one first\n\
                    changed made: 1 service in 1 file, branch compose-harden\n";
    assert_eq!(ran.out, expected);
    put(&farm.beside("list"), "# all\n\nroot/plain\r\n  root/empty\nroot/gone\nroot/empty/\n");
    let ran = farm.run(&["--repos", "list"]);
    assert_eq!(ran.code, 2);
    let expected = "skipped root/empty: no commit yet; make one first\n\
                    failed root/gone: cannot open the directory: No such file or directory (os error 2)\n\
                    skipped root/plain: not the top of a git repository\n";
    assert_eq!(ran.out, expected);
    assert!(fs::read_to_string(empty.join("compose.yml")).unwrap() == BARE);
}

#[test]
fn treats_nested_repositories_as_their_own_and_skips_submodules() {
    let farm = Farm::new();
    let library = farm.repository("library", &[("compose.yml", BARE)]);
    let outer = farm.repository("outer", &[("compose.yml", BARE)]);
    let allow = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    git(&outer, &[&allow[..], &[library.to_str().unwrap(), "sub"]].concat());
    git(&outer, &["commit", "--quiet", "--message=sub"]);
    // A clone that became a submodule keeps its directory of git.
    let inner = farm.repository("outer/inner", &[("compose.yml", BARE)]);
    let listed = farm.repository("outer/listed", &[("compose.yml", BARE)]);
    git(&outer, &[&allow[..], &["./listed", "listed"]].concat());
    let ran = farm.run(&["root"]);
    let changed = |name: &str| format!("changed {name}: 1 service in 1 file, branch compose-harden\n");
    let skipped =
        |name: &str| format!("skipped {name}: submodule; harden the repository that it comes from\n");
    let expected = [
        changed("library"),
        changed("outer"),
        changed("outer/inner"),
        skipped("outer/listed"),
        skipped("outer/sub"),
    ];
    assert_eq!(ran.out, expected.concat(), "{ran:?}");
    assert_eq!(git(&outer, &["diff", "--name-only", "main", "compose-harden"]), "compose.yml\n");
    assert_eq!(git(&inner, &["diff", "--name-only", "main", "compose-harden"]), "compose.yml\n");
    assert_eq!(git(&listed, &["branch", "--format=%(refname:short)"]), "main\n");
}

#[test]
fn finds_no_repository_in_ignored_and_foreign_folders() {
    let farm = Farm::new();
    farm.repository("a", &[(".gitignore", "build/\n")]);
    for name in ["a/build/x", "a/node_modules/x", "vendor/x", ".hidden/x"] {
        farm.repository(name, &[("compose.yml", BARE)]);
    }
    let ran = farm.run(&["root"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.messages.as_str()), (0, "", "1 repository: 1 clean\n"));
}

#[test]
fn commits_the_good_projects_beside_a_refused_file() {
    let farm = Farm::new();
    let broken = "services:\n  web: [\n";
    let both = farm.repository("a", &[("compose.yml", BARE), ("b/compose.yml", broken)]);
    farm.repository("b", &[("compose.yml", broken)]);
    farm.repository("c", &[("compose.yml", BARE), (".env", "COMPOSE_FILE=gone.yml\n")]);
    let good = farm.repository("d", &[("compose.yml", BARE)]);
    let ran = farm.run(&["root", "--report", "report"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let lines: Vec<&str> = ran.out.split('\n').collect();
    assert_eq!(lines[0], "changed a: 1 service in 1 file, branch compose-harden");
    assert_eq!(
        lines[1],
        "  refused b/compose.yml:2: not valid YAML: this flow collection has no closing bracket"
    );
    assert_eq!(lines[2], "failed b: 1 refused, and nothing else to change");
    assert!(lines[4].starts_with("failed c: 1 refused") && lines[5].contains("`COMPOSE_FILE`"), "{ran:?}");
    let summary = "4 repositories: 2 changed, 2 failed (2 refused), 3 with refused files\n";
    assert_eq!(ran.messages, summary);
    for repository in [&both, &good] {
        assert_eq!(git(repository, &["diff", "--name-only", "main", "compose-harden"]), "compose.yml\n");
    }
    assert_eq!(farm.run(&["root", "--branch", "two", "--tolerate-errors"]).code, 0);
}

#[test]
fn leaves_what_another_repository_would_have_to_harden() {
    let farm = Farm::new();
    let extends = "services:\n  web:\n    extends: {file: ../a/compose.yml, service: web}\n";
    let one = farm.repository("a", &[("compose.yml", BARE)]);
    farm.repository("b", &[("compose.yml", extends)]);
    let ran = farm.run(&["root/b"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, "left .: 1 service without hardening; `fix` says why\n");
    assert_eq!(git(&one, &["branch", "--format=%(refname:short)"]), "main\n");
}

#[test]
fn changes_the_file_that_a_link_leads_to_and_none_outside() {
    let farm = Farm::new();
    let inside = farm.repository("a", &[("deploy/stack.txt", BARE)]);
    symlink("deploy/stack.txt", inside.join("compose.yml")).unwrap();
    commit(&inside);
    let outside = farm.repository("b", &[("README", "x\n")]);
    put(&farm.beside("stack.txt"), BARE);
    symlink(farm.beside("stack.txt"), outside.join("compose.yml")).unwrap();
    commit(&outside);
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, "changed a: 1 service in 1 file, branch compose-harden\n");
    assert_eq!(git(&inside, &["diff", "--name-only", "main", "compose-harden"]), "deploy/stack.txt\n");
    assert_eq!(fs::read_to_string(farm.beside("stack.txt")).unwrap(), BARE);
}

#[test]
fn shows_nothing_that_a_terminal_obeys_and_one_line_for_each_thing() {
    let farm = Farm::new();
    let name = "a\u{1b}]0;x\u{7}\nchanged b: 1 service";
    let broken = "services:\n  web: {image: x, \"\\e[2J\\nchanged c\": 1, \"\\e[2J\\nchanged c\": 1}\n";
    let repository = farm.repository(name, &[("compose.yml", BARE), ("b/compose.yml", broken)]);
    git(&repository, &["branch", "x\u{202e}/y"]);
    for arguments in
        [&["root"][..], &["root", "--branch", "x\u{202e}"], &["root", "--branch", "x", "--allow-dirty"]]
    {
        let ran = farm.run(arguments);
        let shown = format!("{}{}", ran.out, ran.messages);
        assert!(shown.contains("a␛]0;x␇␊changed b: 1 service"), "{shown}");
        assert!(!shown.contains(|letter: char| letter != '\n' && letter.is_control()), "{shown:?}");
        assert!(!shown.contains('\u{202e}'), "{shown:?}");
        assert!(!shown.contains("\nchanged"), "{shown}");
    }
}
