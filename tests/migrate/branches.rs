//! The branch and its commit.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::{BARE, Farm, HARDENED_END, commit, git, git_bytes, id, put, state};

#[test]
fn makes_a_branch_with_one_commit_and_touches_nothing_else() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE), ("README", "x\n")]);
    let before = state(&repository);
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out, "changed a: 1 service in 1 file, branch compose-harden\n");
    assert_eq!(ran.messages, "1 repository: 1 changed\n");
    assert_eq!(state(&repository), before);
    assert_eq!(id(&repository, "compose-harden^"), id(&repository, "main"));
    assert_eq!(git(&repository, &["diff", "--name-only", "main", "compose-harden"]), "compose.yml\n");
    assert!(git(&repository, &["show", "compose-harden:compose.yml"]).ends_with(HARDENED_END));
    let shown = git(&repository, &["log", "-1", "--format=%an|%ae|%cn|%s|%b", "compose-harden"]);
    let body = "Merge one block of hardening options into every service.";
    let expected =
        format!("Zoë O. Author|zoe@example.com|Com Mitter|Harden Docker Compose services|{body}\n");
    assert_eq!(shown.trim_end(), expected.trim_end());
    assert_eq!(git(&repository, &["branch", "--show-current"]), "main\n");
    assert_eq!(git(&repository, &["status", "--porcelain"]), "");
}

#[test]
fn takes_the_name_and_the_message_that_are_given() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    let ran = farm.run(&["root", "--branch", "sec/harden", "--message", "Titel é\n\nBody"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(git(&repository, &["log", "-1", "--format=%B", "sec/harden"]).trim_end(), "Titel é\n\nBody");
    for wrong in ["-x", "a b", "a..b", "x.lock"] {
        let ran = farm.run(&["root", &format!("--branch={wrong}")]);
        assert_eq!(ran.code, 2, "{wrong}: {ran:?}");
    }
    assert_eq!(farm.run(&["root", "--message", " "]).code, 2);
}

#[test]
fn says_nothing_of_what_is_clean_and_starts_no_git_for_it() {
    let farm = Farm::new();
    farm.repository("a", &[("README", "x\n")]);
    let hardened = farm.repository("b", &[("compose.yml", BARE)]);
    farm.run(&["root/b"]);
    git(&hardened, &["checkout", "--quiet", "compose-harden"]);
    git(&hardened, &["pack-refs", "--all"]);
    let linked = farm.root().join("linked");
    git(&hardened, &["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    // Without a `PATH` git could not be started.
    for arguments in [&["root"][..], &["root", "--dry-run"]] {
        let ran = farm.run_with(arguments, |command| {
            command.env("PATH", "");
        });
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
        assert_eq!(ran.messages, "3 repositories: 3 clean\n");
    }
}

#[test]
fn starts_from_a_detached_head_and_from_packed_and_linked_ones() {
    let farm = Farm::new();
    let detached = farm.repository("a", &[("compose.yml", BARE)]);
    put(&detached.join("README"), "second\n");
    commit(&detached);
    git(&detached, &["checkout", "--quiet", "--detach", "HEAD^"]);
    let packed = farm.repository("b", &[("compose.yml", BARE)]);
    git(&packed, &["pack-refs", "--all", "--prune"]);
    let linked = farm.root().join("c");
    git(&packed, &["worktree", "add", "--quiet", "-b", "other", linked.to_str().unwrap()]);
    put(&linked.join("README"), "other\n");
    commit(&linked);
    let ran = farm.run(&["root"]);
    // The linked worktree shares the branches of the one before it.
    let taken = "failed c: branch `compose-harden` already exists; merge or delete it, or choose another name with \
                 `--branch`\n";
    let changed = |name: &str| format!("changed {name}: 1 service in 1 file, branch compose-harden\n");
    assert_eq!(ran.out, changed("a") + &changed("b") + taken);
    assert_eq!(ran.code, 2);
    assert_eq!(id(&detached, "compose-harden^"), id(&detached, "main^"));
    assert_eq!(git(&detached, &["branch", "--show-current"]), "");
    assert_eq!(id(&packed, "compose-harden^"), id(&packed, "main"));
    assert_eq!(farm.run(&["root/c", "--branch", "two"]).code, 0);
    assert_eq!(id(&linked, "two^"), id(&linked, "other"));
}

#[test]
fn keeps_a_branch_that_is_there() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    git(&repository, &["branch", "compose-harden"]);
    let before = id(&repository, "compose-harden");
    for arguments in [&["root"][..], &["root", "--dry-run"]] {
        let ran = farm.run(arguments);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.out.starts_with("failed a: branch `compose-harden` already exists;"), "{ran:?}");
        assert!(ran.messages.ends_with("1 failed (1 branch exists)\n"), "{ran:?}");
    }
    assert_eq!(farm.run(&["root", "--tolerate-errors"]).code, 0);
    assert_eq!(id(&repository, "compose-harden"), before);
}

#[test]
fn makes_no_branch_in_the_place_of_a_directory_of_branches_nor_below_another_branch() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    git(&repository, &["branch", "sec/é/x"]);
    git(&repository, &["branch", "sec-x"]);
    for packed in [false, true] {
        if packed {
            git(&repository, &["pack-refs", "--all", "--prune"]);
        }
        let before = state(&repository);
        for (name, other) in [
            ("main/x", "main"),
            ("main/x/y", "main"),
            ("sec/é/x/y", "sec/é/x"),
            ("sec", "sec/é/x"),
            ("sec/é", "sec/é/x"),
        ] {
            for dry in [&[][..], &["--dry-run"]] {
                let ran = farm.run(&[&["root", "--branch", name], dry].concat());
                let expected = format!(
                    "failed a: branch `{other}` already exists, and git cannot have a branch `{name}` beside it; merge or delete it, or choose another name with `--branch`\n"
                );
                assert_eq!((ran.code, ran.out.as_str()), (2, expected.as_str()), "{ran:?}");
                assert!(ran.messages.ends_with("1 failed (1 branch exists)\n"), "{ran:?}");
                assert_eq!(state(&repository), before);
            }
        }
    }
    assert_eq!(farm.run(&["root", "--branch", "sec/z"]).code, 0);
    assert_eq!(farm.run(&["root", "--branch", "se"]).code, 0);
}

#[test]
fn takes_a_branch_that_holds_the_same_change_for_its_own() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    assert_eq!(farm.run(&["root"]).code, 0);
    let made = id(&repository, "compose-harden");
    // A run that was killed after the branch and before its report comes to it again.
    let again = farm.run(&["root"]);
    assert_eq!((again.code, id(&repository, "compose-harden")), (0, made.clone()), "{again:?}");
    let dry = farm.run(&["root", "--dry-run"]);
    let expected = "would change a: 1 service in 1 file, branch compose-harden\n";
    assert_eq!((dry.code, dry.out.as_str()), (0, expected), "{dry:?}");
    // Neither a second parent nor another file is what a run makes.
    let merge = ["commit-tree", &format!("{made}^{{tree}}"), "-p", "main", "-p", &made, "-m", "x"];
    let merge = git(&repository, &merge).trim_end().to_owned();
    let blob = id(&repository, "main:compose.yml");
    git(&repository, &["read-tree", &made]);
    git(&repository, &["update-index", "--add", "--cacheinfo", &format!("100644,{blob},other")]);
    let more = git(&repository, &["write-tree"]).trim_end().to_owned();
    let more = git(&repository, &["commit-tree", &more, "-p", "main", "-m", "x"]).trim_end().to_owned();
    git(&repository, &["read-tree", "main"]);
    for other in [merge, more] {
        git(&repository, &["update-ref", "refs/heads/compose-harden", &other]);
        for arguments in [&["root"][..], &["root", "--dry-run"]] {
            let ran = farm.run(arguments);
            assert!(ran.out.starts_with("failed a: branch `compose-harden` already exists;"), "{ran:?}");
        }
    }
    git(&repository, &["update-ref", "refs/heads/compose-harden", &made]);
    put(&repository.join("README"), "x\n");
    commit(&repository);
    for arguments in [&["root"][..], &["root", "--dry-run"]] {
        assert_eq!(farm.run(arguments).code, 2);
    }
}

#[test]
fn fails_in_the_words_of_git_and_goes_on() {
    let farm = Farm::new();
    let locked = farm.repository("a", &[("compose.yml", BARE)]);
    let lock = locked.join(".git/refs/heads/compose-harden.lock");
    put(&lock, "");
    let unnamed = farm.repository("b", &[("compose.yml", BARE)]);
    git(&unnamed, &["config", "user.useConfigOnly", "true"]);
    let good = farm.repository("c", &[("compose.yml", BARE)]);
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.starts_with("failed a: `git update-ref` failed: ") && ran.out.contains("cannot lock ref"),
        "{ran:?}"
    );
    assert!(id(&good, "compose-harden").len() >= 40);
    fs::remove_file(lock).unwrap();
    let ran = farm.run_with(&["root", "--branch", "other"], |command| {
        for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
            command.env_remove(name);
        }
        command.env_remove("EMAIL");
    });
    assert!(ran.out.contains("failed b: `git commit-tree` failed: "), "{ran:?}");
    assert!(ran.out.contains("no email was given"), "{ran:?}");
}

#[test]
fn listens_to_the_repository_and_not_to_the_environment() {
    let farm = Farm::new();
    let other = farm.repository("a", &[("README", "x\n")]);
    let repository = farm.repository("b", &[("compose.yml", BARE)]);
    let ran = farm.run_with(&["root"], |command| {
        command.env("GIT_DIR", other.join(".git")).env("GIT_INDEX_FILE", other.join(".git/index"));
        command.env("GIT_WORK_TREE", &other).env("GIT_LITERAL_PATHSPECS", "0").env("LC_ALL", "de_DE.UTF-8");
    });
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(git(&other, &["branch", "--format=%(refname:short)"]), "main\n");
    assert_eq!(id(&repository, "compose-harden^"), id(&repository, "main"));
}

#[test]
fn keeps_modes_names_and_bytes_as_they_are() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[]);
    let names: [&[u8]; 9] = [
        b"-compose.yml",
        b":(top)compose.yml",
        b"a b/compose.yml",
        b"a\tb/compose.yml",
        b"a\nb/compose.yml",
        b"q\"\\/compose.yml",
        "é/compose.yml".as_bytes(),
        b"\xE9/compose.yml",
        b"[x]*/compose.yml",
    ];
    let texts = [BARE.to_owned(), BARE.replace('\n', "\r\n"), BARE.trim_end().to_owned()];
    for (at, name) in names.iter().enumerate() {
        put(&repository.join(Path::new(std::ffi::OsStr::from_bytes(name))), &texts[at % texts.len()]);
    }
    let runnable = repository.join("a b/compose.yml");
    fs::set_permissions(&runnable, fs::Permissions::from_mode(0o755)).unwrap();
    commit(&repository);
    let ran = farm.run(&["root"]);
    assert_eq!(ran.out, "changed a: 9 services in 9 files, branch compose-harden\n", "{ran:?}");
    // What `fix` makes of the work tree is what the branch holds, modes and all.
    let fixed = std::process::Command::new(env!("CARGO_BIN_EXE_compose-harden"))
        .args(["fix", "--write", "."])
        .current_dir(&repository)
        .output()
        .unwrap();
    assert!(fixed.status.success(), "{fixed:?}");
    assert_eq!(git_bytes(&repository, &["diff", "--raw", "compose-harden"]), b"");
}

#[test]
fn works_in_repositories_of_other_formats() {
    let farm = Farm::new();
    for (name, format) in [("a", "--ref-format=reftable"), ("b", "--object-format=sha256")] {
        let path = farm.root().join(name);
        fs::create_dir(&path).unwrap();
        if !crate::try_git(&path, &["init", "--quiet", "--initial-branch=main", format]).status.success() {
            // An older git knows none of them.
            return;
        }
        put(&path.join("compose.yml"), BARE);
        assert_eq!(farm.run(&["root"]).out, format!("skipped {name}: no commit yet; make one first\n"));
        commit(&path);
        let ran = farm.run(&["root"]);
        assert_eq!(
            ran.out,
            format!("changed {name}: 1 service in 1 file, branch compose-harden\n"),
            "{ran:?}"
        );
        assert_eq!(id(&path, "compose-harden^"), id(&path, "main"));
        put(&path.join("README"), "x\n");
        commit(&path);
        assert!(farm.run(&["root"]).out.contains("branch `compose-harden` already exists"));
        fs::remove_dir_all(path).unwrap();
    }
}

#[test]
fn fails_where_git_does_not_trust_the_repository() {
    let farm = Farm::new();
    let repository = farm.repository("a", &[("compose.yml", BARE)]);
    let given = std::process::Command::new("chown").arg("-R").arg("4321").arg(&repository).status().unwrap();
    if !given.success() {
        // Only root can give a repository away; there is nothing to show for anybody else.
        return;
    }
    let ran = farm.run(&["root"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("dubious ownership") && ran.out.contains("safe.directory"), "{ran:?}");
    assert!(!repository.join(".git/refs/heads/compose-harden").exists());
}

#[test]
fn finishes_a_repository_that_ctrl_c_comes_into_and_stops() {
    let farm = Farm::new();
    let first = farm.repository("a", &[("compose.yml", BARE)]);
    let second = farm.repository("b", &[("compose.yml", BARE)]);
    let there = farm.beside("there");
    let slow_git = farm.beside("bin/git");
    let path = std::env::var("PATH").unwrap();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *update-ref*) touch '{}'; sleep 1;; esac\nPATH='{path}' exec git \"$@\"\n",
        there.display()
    );
    put(&slow_git, &script);
    fs::set_permissions(&slow_git, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_compose-harden"));
    crate::set_environment(&mut command);
    command.args(["migrate", "root", "--report", "report"]).current_dir(farm.beside(""));
    command.env("PATH", format!("{}:{path}", farm.beside("bin").display()));
    let mut child = command.spawn().unwrap();
    while !there.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run is over");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let report = fs::read_to_string(farm.beside("report")).unwrap();
    assert_eq!(report.matches('\n').count(), 1, "{report}");
    assert!(report.contains(&id(&first, "compose-harden")), "{report}");
    assert_eq!(git(&second, &["branch", "--format=%(refname:short)"]), "main\n");
}

#[test]
fn hardens_the_base_that_a_command_names_in_a_hidden_folder() {
    let farm = Farm::new();
    let over = "services:\n  web:\n    environment: {A: b}\n";
    let readme = "docker compose -f .docker/base.yml -f compose.yml up\n";
    let repository =
        farm.repository("a", &[(".docker/base.yml", BARE), ("compose.yml", over), ("README", readme)]);
    let ran = farm.run(&["root"]);
    assert_eq!(ran.out, "changed a: 1 service in 1 file, branch compose-harden\n", "{ran:?}");
    assert_eq!(git(&repository, &["diff", "--name-only", "main", "compose-harden"]), ".docker/base.yml\n");
}
