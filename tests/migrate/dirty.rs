//! Changes that are not committed, and bytes that git changes on their way to the disk.

use std::fs;
use std::path::PathBuf;

use crate::{BARE, Farm, HARDENED_END, commit, git, put, state};

#[test]
fn skips_what_is_dirty_in_the_work_tree_or_in_the_index() {
    let farm = Farm::new();
    let edited = farm.repository("a", &[("compose.yml", BARE)]);
    put(&edited.join("compose.yml"), &format!("{BARE}# mine\n"));
    let staged = farm.repository("b", &[("compose.yml", BARE)]);
    put(&staged.join("compose.yml"), &format!("{BARE}# mine\n"));
    git(&staged, &["add", "compose.yml"]);
    let back = farm.repository("c", &[("compose.yml", BARE)]);
    put(&back.join("compose.yml"), &format!("{BARE}# mine\n"));
    git(&back, &["add", "compose.yml"]);
    put(&back.join("compose.yml"), BARE);
    let elsewhere = farm.repository("d", &[("compose.yml", BARE), ("README", "x\n")]);
    put(&elsewhere.join("README"), "y\n");
    put(&elsewhere.join("new"), "y\n");
    let before = [&edited, &staged, &back, &elsewhere].map(|repository| state(repository));

    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let skipped =
        "`compose.yml` differs from the last commit; commit or stash the change, or use `--allow-dirty`\n";
    let changed = |name: &str| format!("changed {name}: 1 service in 1 file, branch compose-harden\n");
    let skips = ["a", "b", "c"].map(|name| format!("skipped {name}: {skipped}"));
    assert_eq!(ran.out, skips.concat() + &changed("d"));
    assert!(ran.messages.ends_with("3 skipped (3 uncommitted changes)\n"), "{ran:?}");

    let ran = farm.run(&["root", "--allow-dirty", "--branch", "x"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for repository in [&edited, &staged, &back, &elsewhere] {
        let text = git(repository, &["show", "x:compose.yml"]);
        assert!(text.ends_with(HARDENED_END), "{text}");
        assert_eq!(git(repository, &["diff", "--name-only", "main", "x"]), "compose.yml\n");
    }
    assert_eq!([&edited, &staged, &back, &elsewhere].map(|repository| state(repository)), before);
}

#[test]
fn skips_a_file_that_is_not_in_the_commit_even_where_dirt_is_allowed() {
    let farm = Farm::new();
    let untracked = farm.repository("a", &[("README", "x\n")]);
    put(&untracked.join("compose.yml"), BARE);
    let added = farm.repository("b", &[("README", "x\n")]);
    put(&added.join("compose.yml"), BARE);
    git(&added, &["add", "compose.yml"]);
    let layer = farm.repository("c", &[("compose.yml", BARE)]);
    put(&layer.join("compose.override.yml"), "services:\n  web:\n    ports: [\"80:80\"]\n");
    for arguments in [&["root"][..], &["root", "--allow-dirty"]] {
        let ran = farm.run(arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        let reason = "is not in the last commit; commit or move it\n";
        let expected = format!(
            "skipped a: `compose.yml` {reason}skipped b: `compose.yml` {reason}skipped c: `compose.override.yml` {reason}"
        );
        assert_eq!(ran.out, expected);
    }
}

#[test]
fn skips_where_the_env_file_that_lists_the_files_is_not_as_it_is_in_the_commit() {
    let farm = Farm::new();
    let layer = ("prod.yml", "services:\n  web:\n    restart: always\n");
    let list = "COMPOSE_FILE=compose.yml:prod.yml\n";
    let untracked = farm.repository("a", &[("compose.yml", BARE), layer]);
    put(&untracked.join(".env"), list);
    let edited =
        farm.repository("b", &[("compose.yml", BARE), layer, (".env", "COMPOSE_FILE=compose.yml\n")]);
    put(&edited.join(".env"), list);
    let ignored = farm.repository("c", &[("compose.yml", BARE), layer, (".gitignore", ".env\n")]);
    put(&ignored.join(".env"), list);
    farm.repository("d", &[("compose.yml", BARE), layer, (".env", list)]);
    let emptied = farm.repository("e", &[("compose.yml", BARE), layer, (".env", list)]);
    put(&emptied.join(".env"), "A=b\n");
    let other = farm.repository("f", &[("compose.yml", BARE), (".env", "A=b\n")]);
    put(&other.join(".env"), "A=c\n");
    for options in [&["root", "--dry-run"][..], &["root", "--dry-run", "--allow-dirty"]] {
        let ran = farm.run(options);
        let differs = "`.env` says which files are loaded, and differs from the last commit; commit or stash the change";
        let change = |name| format!("would change {name}: 1 service in 1 file, branch compose-harden\n");
        let expected = format!(
            "skipped a: `.env` is not in the last commit; commit or move it\nskipped b: {differs}\n{}{}skipped e: {differs}\n{}",
            change("c"),
            change("d"),
            change("f")
        );
        assert_eq!((ran.code, ran.out), (0, expected));
    }
}

/// A repository with a committed base file, and an override file that git ignores.
fn ignoring(farm: &Farm, text: &str) -> PathBuf {
    let files = [("compose.yml", BARE), (".gitignore", "compose.override.yml\n")];
    let repository = farm.repository("a", &files);
    put(&repository.join("compose.override.yml"), text);
    repository
}

#[test]
fn what_git_ignores_is_left_out_of_the_commit() {
    let farm = Farm::new();
    let repository = ignoring(&farm, "services:\n  mail:\n    image: mailpit\n");
    let ran = farm.run(&["root"]);
    let left = "left a: 1 service without hardening; `fix` says why\n";
    let expected = format!("changed a: 1 service in 1 file, branch compose-harden\n{left}");
    assert_eq!((ran.code, ran.out.as_str()), (0, expected.as_str()));
    let text = git(&repository, &["show", "compose-harden:compose.yml"]);
    assert!(text.ends_with(HARDENED_END), "{text}");
}

#[test]
fn a_base_that_an_ignored_override_file_would_break_is_refused() {
    let farm = Farm::new();
    ignoring(&farm, "services:\n  web:\n    security_opt: [no-new-privileges=true]\n");
    let ran = farm.run(&["root", "--allow-dirty"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.contains("failed a: 1 refused") && ran.out.contains("same item"), "{ran:?}");
}

#[test]
fn hardens_what_is_committed_where_line_ends_change_it_or_git_is_to_overlook_it() {
    let farm = Farm::new();
    let crlf = farm.repository("a", &[("compose.yml", BARE)]);
    git(&crlf, &["config", "core.autocrlf", "true"]);
    fs::remove_file(crlf.join("compose.yml")).unwrap();
    git(&crlf, &["checkout", "--quiet", "."]);
    assert!(fs::read_to_string(crlf.join("compose.yml")).unwrap().contains("\r\n"));
    let hidden = farm.repository("c", &[("compose.yml", BARE)]);
    git(&hidden, &["update-index", "--assume-unchanged", "compose.yml"]);
    put(&hidden.join("compose.yml"), &format!("{BARE}# mine\n"));
    let skipped = farm.repository("d", &[("compose.yml", BARE)]);
    git(&skipped, &["update-index", "--skip-worktree", "compose.yml"]);
    put(&skipped.join("compose.yml"), &format!("{BARE}# mine\n"));
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for repository in [&crlf, &hidden, &skipped] {
        let text = git(repository, &["show", "compose-harden:compose.yml"]);
        assert!(text.ends_with(HARDENED_END) && !text.contains('\r'), "{text:?}");
        let stat = git(repository, &["diff", "--numstat", "main", "compose-harden"]);
        assert_eq!(stat, "9\t0\tcompose.yml\n");
    }
}

#[test]
fn builds_on_the_committed_files_of_the_whole_project() {
    let farm = Farm::new();
    let part = "services:\n  web:\n    environment: {A: b}\n";
    let repository = farm.repository("a", &[("compose.yml", BARE), ("compose.override.yml", part)]);
    // As committed, the override file has nothing to harden; in the work tree it has.
    put(&repository.join("compose.override.yml"), &format!("{part}  mail:\n    image: mailpit\n"));
    assert!(farm.run(&["root"]).out.starts_with("skipped a: `compose.override.yml` differs"));
    assert_eq!(farm.run(&["root", "--allow-dirty"]).code, 0);
    let names = git(&repository, &["diff", "--name-only", "main", "compose-harden"]);
    assert_eq!(names, "compose.yml\n");
    commit(&repository);
    assert_eq!(farm.run(&["root", "--branch", "two"]).code, 0);
    let names = git(&repository, &["diff", "--name-only", "main", "two"]);
    assert_eq!(names, "compose.override.yml\ncompose.yml\n");
}

#[test]
fn takes_what_a_filter_changes_for_a_change_of_the_users() {
    let farm = Farm::new();
    let filtered = farm.repository("a", &[("compose.yml", BARE), (".gitattributes", "*.yml filter=image\n")]);
    git(&filtered, &["config", "filter.image.smudge", "sed s/nginx/local-nginx/"]);
    git(&filtered, &["config", "filter.image.clean", "sed s/local-nginx/nginx/"]);
    fs::remove_file(filtered.join("compose.yml")).unwrap();
    git(&filtered, &["checkout", "--quiet", "."]);
    assert!(fs::read_to_string(filtered.join("compose.yml")).unwrap().contains("local-nginx"));
    // To know better, the filter would have to be started.
    assert!(farm.run(&["root"]).out.starts_with("skipped a: `compose.yml` differs from the last commit;"));
    assert_eq!(farm.run(&["root", "--allow-dirty"]).code, 0);
    let text = git(&filtered, &["show", "compose-harden:compose.yml"]);
    assert!(text.ends_with(HARDENED_END), "{text:?}");
}

#[test]
fn hardens_what_is_committed_where_the_work_tree_is_hardened_or_wrong() {
    let farm = Farm::new();
    let hardened = farm.repository("a", &[("compose.yml", BARE)]);
    farm.run(&["root"]);
    let text = git(&hardened, &["show", "compose-harden:compose.yml"]);
    let wrong = farm.repository("b", &[("compose.yml", BARE)]);
    let staged = farm.repository("c", &[("compose.yml", BARE)]);
    put(&hardened.join("compose.yml"), &text);
    put(&wrong.join("compose.yml"), "services: [\n");
    put(&staged.join("compose.yml"), &text);
    git(&staged, &["add", "."]);
    for arguments in [&["--dry-run"][..], &[]] {
        let ran = farm.run(&[&["root", "--allow-dirty", "--branch", "x"], arguments].concat());
        let verb = if arguments.is_empty() { "changed" } else { "would change" };
        let changed = |name: &str| format!("{verb} {name}: 1 service in 1 file, branch x\n");
        assert_eq!((ran.code, ran.out), (0, ["a", "b", "c"].map(changed).concat()));
    }
    for repository in [&hardened, &wrong, &staged] {
        assert_eq!(git(repository, &["show", "x:compose.yml"]), text);
    }
}

#[test]
fn looks_at_all_committed_projects_of_a_repository_that_changes() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE), ("b/compose.yml", BARE)]);
    farm.run(&["root"]);
    put(&repository.join("b/compose.yml"), &git(&repository, &["show", "compose-harden:compose.yml"]));
    let ran = farm.run(&["root", "--branch", "x"]);
    assert!(ran.out.starts_with("skipped a: `b/compose.yml` differs from the last commit;"), "{ran:?}");
    let ran = farm.run(&["root", "--branch", "x", "--allow-dirty"]);
    assert_eq!(ran.out, "changed a: 2 services in 2 files, branch x\n", "{ran:?}");
}

/// A layer that repeats an item of the block.
const LAYER: &str = "services:\n  web:\n    security_opt: [\"no-new-privileges=true\"]\n";

#[test]
fn skips_a_project_of_which_a_committed_file_is_not_in_the_work_tree() {
    let farm = Farm::new();
    let files = [("compose.yml", BARE), ("compose.override.yml", LAYER)];
    let [deleted, removed, sparse, elsewhere] =
        ["a", "b", "c", "d"].map(|name| farm.repository(name, &files));
    fs::remove_file(deleted.join("compose.override.yml")).unwrap();
    git(&removed, &["rm", "-q", "compose.override.yml"]);
    git(&sparse, &["sparse-checkout", "set", "--no-cone", "/*", "!compose.override.yml"]);
    fs::create_dir(elsewhere.join("x")).unwrap();
    git(&elsewhere, &["mv", "compose.yml", "compose.override.yml", "x"]);
    commit(&elsewhere);
    fs::create_dir(elsewhere.join("y")).unwrap();
    put(&elsewhere.join("y/compose.yml"), BARE);
    commit(&elsewhere);
    fs::remove_file(elsewhere.join("y/compose.yml")).unwrap();
    for options in [&["root"][..], &["root", "--allow-dirty"]] {
        let ran = farm.run(&[options, &["--dry-run"]].concat());
        let words = "`compose.override.yml` is in the last commit, but not in the work tree; restore it, or commit that it is gone";
        let skips = ["a", "b", "c"].map(|name| format!("skipped {name}: {words}\n"));
        let rest = "would change d: 1 service in 1 file, branch compose-harden\n";
        assert_eq!((ran.code, ran.out.as_str()), (0, &*(skips.concat() + rest)), "{ran:?}");
    }
}
